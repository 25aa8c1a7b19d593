// Package audit answers: what went wrong, and how well did the month go?
//
// [History] judges one ticket's history, also one that our own lifecycle would refuse: the
// records of another system, a backend under test, a desk's own past. It asks three things.
// Were the limits kept (every clock of the policy)? Was the flow kept (every row against the
// table of package ticket; a skipped step is named, and the rest is judged as if it had been
// taken)? Was the work done as the documents say (the checks that only a finished history can
// show: a visit made, a report written, satisfaction asked)?
//
// [Histories] does so with a stream of them, in flat memory. A [Finding] says what happened,
// when, by whom and how late, and in Want what would have met the clause. What the flow has told
// no check tells again; where one act departs from two clauses, each has its finding. Who revisits
// (VC-1.4c, VC-1.6, TR-4.7a), and what a special service leaves behind (SP-2.6.1.1a, SP-2.6.1.1b),
// is judged once the ticket is archived: until then it can still come.
//
// Where a clause asks that a superior be told, and that he then coordinate, redress or negotiate
// (QI-3.7b, SP-2.5.3, SP-2.5.4a, SP-2.5.4b), the firing of wuye.Desk.Firings is the telling. No
// limit says by when he must act and no row is his alone, so that he did not is no finding.
//
// [Month] judges what only the whole shows: draws, quotas, the money log, periodic duties,
// merged tickets, the order in which repairs are taken up. [Scorecard] gives the month's figures, each with its parts. [Divergence]
// runs the audit for two desks and yields what they judge differently: what a reading costs.
//
// The records of another system become rows by their columns: created is Registered; finished
// is Completed, if it means that the work was done, or Told, if it means that the customer
// heard (never Archived, which says neither); a status is Imported with its State. Judge them by
// Policy.Recording with the types that the columns give: what they cannot show is then unseen,
// and what they do show is judged.
//
// The level of a finding comes from the words of the document: 必须 须 需 应 要 不得 make a
// [Violation], 宜 尽量 a [Warning]. What the records do not tell is [Unseen], which is neither:
// a type of row that the site cannot record (sla.Policy.Unrecorded), or a field that no row
// of the history fills in. Clauses that a site does not keep (wuye.Policy.Off) give no finding.
package audit

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Level says how grave a finding is.
type Level string

const (
	Violation Level = "violation" // a demand was not met
	Warning   Level = "warning"   // a recommendation was not followed
	Unseen    Level = "unseen"    // the records do not tell
)

var levelLabels = map[Level]string{Violation: "违反", Warning: "提醒", Unseen: "不明"}

// Label is the Chinese word, "" for an unknown code.
func (l Level) Label() string { return levelLabels[l] }

// Valid reports whether l is one of the constants.
func (l Level) Valid() bool { return levelLabels[l] != "" }

// A Finding is one departure from one clause.
type Finding struct {
	Ticket string        `json:"ticket,omitzero"` // empty: of the month
	Clause rule.ID       `json:"clause"`
	Level  Level         `json:"level"`
	At     time.Time     `json:"at,omitzero"`   // when it was departed from: the due instant, or the row's At
	By     ticket.Actor  `json:"by,omitzero"`   // who did it, or whose duty it was
	Late   time.Duration `json:"late,omitzero"` // of clocks: by how much, until it was done or until asOf
	Zh     string        `json:"zh"`            // what happened, in one Chinese sentence
	Want   string        `json:"want"`          // what would have met it, in another
}

// History judges any history, also one our own lifecycle would refuse. It uses the rows
// known by asOf. Findings are in order of At, then clause. The error is what the desk
// cannot judge at all: no policy was in force, or the rows are no history.
func History(d *wuye.Desk, history []ticket.Event, asOf time.Time) ([]Finding, error) {
	findings, err := newDossier(d, asOf).judge(history)
	if len(findings) == 0 {
		return nil, err
	}
	return slices.Clone(findings), err // and let the dossier go
}

// Histories is History of each ticket of a stream, one after the other: nothing of a ticket is
// kept when the next one is read. Of a ticket that cannot be judged it yields a Finding with the
// Ticket alone, and the error; the rest goes on.
func Histories(d *wuye.Desk, tickets iter.Seq[[]ticket.Event], asOf time.Time) iter.Seq2[Finding, error] {
	return func(yield func(Finding, error) bool) {
		if tickets == nil {
			return
		}
		c := newDossier(d, asOf)
		for history := range tickets {
			findings, err := c.judge(history)
			if err != nil && !yield(Finding{Ticket: history[0].Ticket}, err) {
				return
			}
			for _, f := range findings {
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

// A dossier is one history laid out for judging. Its space is used again for the next one.
type dossier struct {
	desk *wuye.Desk
	asOf time.Time
	terms

	known      []ticket.Event
	rows       []row
	seen       set             // types of rows, and what they say of the ticket
	cycles     []cycle         // in which the rows are
	conflicts  []*ticket.Event // that say something else under a Seq said before
	takeover   time.Time       // what came before was another system's; zero: nothing did
	verdicts   []sla.Verdict
	refused    map[int]rule.ID        // by the flow, by Seq; nil: none
	conditions []escalation.Condition // of the ladder; nil: not asked yet
	findings   []Finding
	text       []byte // of the sentences written for this history
	written    []span

	fewRows     [16]row // most tickets need no more
	fewFacts    [2]ticket.Facts
	fewCycles   [2]cycle
	fewVerdicts [10]sla.Verdict
	fewFindings [4]Finding
}

// A row is one event, once, with what was known of the ticket after it.
type row struct {
	*ticket.Event
	is    set // the type
	facts *ticket.Facts
	cycle int
	late  bool // too old to move the state: it leaves the ticket as it was
}

// A cycle is the rows from contact, or a reopening, to the row before the next reopening.
type cycle struct {
	rows []row
	end  int // how many rows of the history it and those before it have
	seen set // types of its rows
}

// A span is where the sentence of a finding stands in the text.
type span struct{ finding, from, to int }

// Terms are what a policy asks, worked out once for all tickets that it judges.
type terms struct {
	rules  wuye.Rules
	checks []check             // that the site's records and its form allow
	asked  []ticket.Particular // of its form, in order
}

func termsOf(rules wuye.Rules) terms {
	t := terms{rules: rules}
	for _, k := range checks {
		if !slices.ContainsFunc(k.needs, func(n ticket.EventType) bool { return !rules.Records(n) }) &&
			!slices.ContainsFunc(k.boxes, func(p ticket.Particular) bool { return !rules.Asks(p) }) {
			t.checks = append(t.checks, k)
		}
	}
	for _, p := range particulars {
		if rules.Asks(p) {
			t.asked = append(t.asked, p)
		}
	}
	return t
}

func newDossier(d *wuye.Desk, asOf time.Time) *dossier {
	c := &dossier{desk: d, asOf: asOf}
	c.rows, c.cycles, c.verdicts, c.findings = c.fewRows[:0], c.fewCycles[:0], c.fewVerdicts[:0], c.fewFindings[:0]
	return c
}

// judge is the findings of a history; they stand until the next one is judged.
func (c *dossier) judge(history []ticket.Event) ([]Finding, error) {
	if err := c.open(history); err != nil || len(c.rows) == 0 {
		return nil, err
	}
	c.clocks()
	c.flow()
	for i := range c.checks {
		k := &c.checks[i]
		if c.seen&k.on != 0 && c.seen&k.of == k.of {
			k.run(c, k)
		}
	}
	if len(c.written) > 0 {
		text := string(c.text) // memory is asked for once
		for _, s := range c.written {
			c.findings[s.finding].Zh = text[s.from:s.to]
		}
	}
	if len(c.findings) > 1 {
		slices.SortStableFunc(c.findings, func(a, b Finding) int {
			return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Clause, b.Clause))
		})
	}
	return c.findings, nil
}

// open lays out the rows known by asOf; there are none, if none is.
func (c *dossier) open(history []ticket.Event) (err error) {
	c.known = ticket.KnownBy(history, c.asOf)
	c.rows, c.cycles, c.verdicts, c.findings, c.conflicts = c.rows[:0], c.cycles[:0], c.verdicts[:0], c.findings[:0], nil
	c.text, c.written = c.text[:0], c.written[:0]
	c.seen, c.takeover, c.refused, c.conditions = 0, time.Time{}, nil, nil
	if len(c.known) == 0 {
		return nil
	}
	if c.verdicts, err = c.desk.AppendVerdicts(c.verdicts, c.known, c.asOf); err != nil {
		return err
	}
	rules, err := c.desk.Rules(ticket.OpenedAt(c.known))
	if err != nil {
		return err
	}
	if rules != c.rules {
		c.terms = termsOf(rules)
	}
	c.layOut()
	return nil
}

// layOut makes rows of what is known, and notes what there is to be judged.
func (c *dossier) layOut() {
	states := c.fewFacts[:1]
	states[0] = ticket.Facts{}
	facts := &states[0]
	number, seq := 1, 0 // of the cycle, of the row
	ended := false
	var moved, last time.Time // by the last row that moved the state; of the rows so far
	for i := range c.known {
		e := &c.known[i]
		if e.Seq <= seq {
			if i := slices.IndexFunc(c.rows, func(r row) bool { return r.Seq == e.Seq }); i < 0 || !c.rows[i].Equal(*e) {
				c.conflicts = append(c.conflicts, e)
			}
			continue
		}
		seq = e.Seq
		is := setOf(e.Type)
		c.seen |= is
		switch is {
		case registered, imported, reranked:
			if is == imported {
				c.takeover = e.At
			}
			states = append(states, facts.After(*e)) // a longer list is another one: what points into this one stays
			facts = &states[len(states)-1]
			c.seen |= about(facts)
			if is == registered && e.Channel == ticket.Inbound {
				c.seen |= inbound
			}
		case reopened:
			number++
		}
		late := false
		if is&moving != 0 {
			if late = is != imported && e.At.Before(moved); !late {
				moved, ended = e.At, ends(ended, e, is)
			}
		}
		if gap := e.At.Sub(last); gap > 0 {
			if gap > day && len(c.rows) > 0 {
				c.seen |= silent
			}
			last = e.At
		}
		c.rows = append(c.rows, row{e, is, facts, number, late})
	}
	if !ended && c.asOf.Sub(last) > day {
		c.seen |= silent
	}
	for begin := 0; begin < len(c.rows); {
		end, seen := len(c.rows), c.seen
		if number > 1 {
			seen = c.rows[begin].is
			for end = begin + 1; end < len(c.rows) && c.rows[end].is != reopened; end++ {
				seen |= c.rows[end].is
			}
		}
		c.cycles = append(c.cycles, cycle{c.rows[begin:end], end, seen})
		begin = end
	}
}

// about is what f says of a ticket.
func about(f *ticket.Facts) set {
	var s set
	switch f.Kind {
	case ticket.Complaint:
		s |= complaint
	case ticket.Suggestion:
		s |= suggestion
	case ticket.Repair, ticket.Cleaning, ticket.Service:
		s |= work
	}
	if f.Nature == ticket.Special {
		s |= special
	}
	if grave(f) {
		s |= serious
	}
	if f.Urgency == ticket.Emergency {
		s |= emergency
	}
	if f.Linked {
		s |= linked
	}
	return s
}

func (c *dossier) unrecorded(t ticket.EventType) bool { return !c.rules.Records(t) }

// find adds a finding of a clause at a row, at the level of the clause's own words. Before a
// ticket was taken over it was another system's. Where no want is given, it is what the clause
// demands.
func (c *dossier) find(id rule.ID, at time.Time, by ticket.Actor, zh, want string) {
	c.findAt("", id, at, by, zh, want)
}

func (c *dossier) findAt(level Level, id rule.ID, at time.Time, by ticket.Actor, zh, want string) {
	if c.takeover.IsZero() || at.After(c.takeover) {
		c.add(id, level, at, by, 0, zh, want)
	}
}

func (c *dossier) add(id rule.ID, level Level, at time.Time, by ticket.Actor, late time.Duration, zh, want string) bool {
	level, demanded := levelOf(c.rules, id, level)
	if level == "" {
		return false
	}
	if !at.IsZero() {
		at = calendar.InChina(at)
	}
	if want == "" {
		want = demanded
	}
	c.findings = append(c.findings, Finding{c.rows[0].Ticket, id, level, at, by, late, zh, want})
	return true
}

// say writes words and an instant, and where in the text they begin; said makes what was written
// from there on the sentence of the last finding.
func (c *dossier) say(words string, t time.Time) (from int) {
	from = len(c.text)
	c.text = appendClock(append(c.text, words...), t)
	return from
}

func (c *dossier) said(from int) {
	c.written = append(c.written, span{len(c.findings) - 1, from, len(c.text)})
}

// demands are what the clauses say, and how strictly: rule.Lookup, without its copying.
var demands = func() map[rule.ID]demand {
	all := map[rule.ID]demand{}
	for _, c := range rule.Clauses() {
		all[c.ID] = demand{c.Zh, c.Force}
	}
	return all
}()

type demand struct {
	zh    string
	force rule.Force
}

// levelOf is how grave a departure from a clause is, by its own words where no level is given,
// and what it demands; no level, if the site does not keep it or it only permits.
func levelOf(rules wuye.Rules, id rule.ID, level Level) (Level, string) {
	if !rules.Keeps(id) {
		return "", ""
	}
	clause := demands[id]
	if level == "" {
		level = Violation
		switch clause.force {
		case rule.May:
			level = ""
		case rule.Should:
			level = Warning
		}
	}
	return level, clause.zh
}

// clocks turns verdicts into findings: a breach departs from its clause, an unseen one does
// not tell. VC-1.5a and VC-1.5b breached together are two findings; the scorecard counts one.
func (c *dossier) clocks() {
	for i := range c.verdicts {
		v := &c.verdicts[i]
		switch v.Status {
		case sla.Breached:
			if v.Clause == "QI-3.7a" || v.Clause == "QI-3.5t" || v.Clause == "HL3-3.3" {
				c.seen |= overdue
			}
			if c.add(v.Clause, "", v.Due.At, c.whose(v.Who, v.Due.At), v.Late(c.asOf), "", "") {
				from := c.say("应在", v.Due.At)
				if v.Stop.IsZero() {
					c.text = append(c.text, "前办到，至今未办"...)
				} else {
					c.say("前办到，实际", v.Stop)
				}
				c.said(from)
			}
		case sla.Unseen:
			c.add(v.Clause, Unseen, v.Due.At, c.whose(v.Who, v.Due.At), 0, "记录里看不出是否按时", "")
		}
	}
}

// whose duty it was: of the worker or the department head the one who had the ticket then.
func (c *dossier) whose(role ticket.Role, at time.Time) ticket.Actor {
	if role == ticket.Worker || role == ticket.DepartmentHead {
		for i := range slices.Backward(c.rows) {
			if r := &c.rows[i]; r.is == dispatched && r.To.Role == role && !r.At.After(at) {
				return r.To
			}
		}
	}
	return ticket.Actor{Role: role}
}

// appendClock writes an instant as people in China do, "2026-09-21 09:05"; a midnight is the end
// of the day before.
func appendClock(b []byte, t time.Time) []byte {
	t = calendar.InChina(t)
	hour, minute, second := t.Clock()
	if hour+minute+second+t.Nanosecond() == 0 {
		t, hour = t.Add(-1), 24
	}
	year, month, day := t.Date()
	two := func(n int) { b = append(b, '0'+byte(n/10), '0'+byte(n%10)) }
	two(year / 100)
	two(year % 100)
	b = append(b, '-')
	two(int(month))
	b = append(b, '-')
	two(day)
	b = append(b, ' ')
	two(hour)
	b = append(b, ':')
	two(minute)
	return b
}

func clock(t time.Time) string { return string(appendClock(nil, t)) }
