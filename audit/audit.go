// Package audit answers: what went wrong, and how well did the month go?
//
// [History] judges one ticket's history, also one that our own lifecycle would refuse: the
// records of another system, a backend under test, a desk's own past. It asks three things.
// Were the limits kept (every clock of the policy)? Was the flow kept (every row against the
// table of package ticket; a skipped step is named, and the rest is judged as if it had been
// taken)? Was the work done as the documents say (the checks that only a finished history can
// show: a visit made, a report written, satisfaction asked)?
//
// [Month] judges what only the whole shows: draws, quotas, the money log, periodic duties,
// merged tickets. [Scorecard] gives the month's figures, each with its parts. [Divergence]
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
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
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

var levelLabels = map[Level]string{Violation: "违反", Warning: "提醒", Unseen: "无从判断"}

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
}

// History judges any history, also one our own lifecycle would refuse. It uses the rows
// known by asOf. Findings are in order of At, then clause. The error is what the desk
// cannot judge at all: no policy was in force, or the rows are no history.
func History(d *wuye.Desk, history []ticket.Event, asOf time.Time) ([]Finding, error) {
	c, err := open(d, history, asOf)
	if err != nil || c == nil {
		return nil, err
	}
	c.clocks()
	c.flow()
	for _, check := range checks {
		if !slices.ContainsFunc(check.needs, c.unrecorded) {
			check.run(c, check.clause)
		}
	}
	return c.done(), nil
}

// A dossier is one history laid out for judging.
type dossier struct {
	policy    wuye.Policy
	calendar  calendar.Calendar
	asOf      time.Time
	rows      []row
	verdicts  []sla.Verdict
	findings  []Finding
	refused   map[int]rule.ID // by the flow, by Seq
	conflicts []*ticket.Event // that say something else under a Seq said before
	takeover  time.Time       // what came before was another system's; zero: nothing did
}

// A row is one event, once, with what was known of the ticket after it.
type row struct {
	*ticket.Event
	facts ticket.Facts
	cycle int
}

// open is nil if no row is known by asOf.
func open(d *wuye.Desk, history []ticket.Event, asOf time.Time) (*dossier, error) {
	known := ticket.KnownBy(history, asOf)
	if len(known) == 0 {
		return nil, nil
	}
	verdicts, err := d.AppendVerdicts(nil, known, asOf)
	if err != nil {
		return nil, err
	}
	policy, err := d.Policy(ticket.OpenedAt(known))
	if err != nil {
		return nil, err
	}
	c := &dossier{policy: policy, calendar: d.Calendar(), asOf: asOf, verdicts: verdicts, refused: map[int]rule.ID{}}
	var facts ticket.Facts
	cycle, seq := 1, 0
	for i := range known {
		e := &known[i]
		if e.Seq <= seq {
			if i := slices.IndexFunc(c.rows, func(r row) bool { return r.Seq == e.Seq }); i < 0 || !c.rows[i].Equal(*e) {
				c.conflicts = append(c.conflicts, e)
			}
			continue
		}
		seq = e.Seq
		if e.Type == ticket.Imported {
			c.takeover = e.At
		}
		facts = facts.After(*e)
		if e.Type == ticket.Reopened {
			cycle++
		}
		c.rows = append(c.rows, row{e, facts, cycle})
	}
	return c, nil
}

func (c *dossier) unrecorded(t ticket.EventType) bool {
	return slices.Contains(c.policy.SLA.Unrecorded, t)
}

// find adds a finding of a clause at a row, at the level of the clause's own words. Before a
// ticket was taken over it was another system's.
func (c *dossier) find(id rule.ID, at time.Time, by ticket.Actor, format string, args ...any) {
	if c.takeover.IsZero() || at.After(c.takeover) {
		c.add(id, "", at, by, 0, fmt.Sprintf(format, args...))
	}
}

func (c *dossier) add(id rule.ID, level Level, at time.Time, by ticket.Actor, late time.Duration, zh string) {
	f, ok := finding(&c.policy, id, level, at, by, late, zh)
	if ok {
		f.Ticket = c.rows[0].Ticket
		c.findings = append(c.findings, f)
	}
}

// finding is a departure from a clause, unless the site does not keep it or it only permits.
func finding(p *wuye.Policy, id rule.ID, level Level, at time.Time, by ticket.Actor, late time.Duration, zh string) (Finding, bool) {
	if !p.Keeps(id) {
		return Finding{}, false
	}
	if level == "" {
		level = Violation
		switch clause, _ := rule.Lookup(id); clause.Force {
		case rule.May:
			return Finding{}, false
		case rule.Should:
			level = Warning
		}
	}
	if !at.IsZero() {
		at = calendar.InChina(at)
	}
	return Finding{Clause: id, Level: level, At: at, By: by, Late: late, Zh: zh}, true
}

// done is the findings in order.
func (c *dossier) done() []Finding {
	slices.SortStableFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Clause, b.Clause))
	})
	return c.findings
}

// clocks turns verdicts into findings: a breach departs from its clause, an unseen one does
// not tell. VC-1.5a and VC-1.5b breached together are two findings; the scorecard counts one.
func (c *dossier) clocks() {
	for _, v := range c.verdicts {
		who := ticket.Actor{Role: v.Who}
		switch v.Status {
		case sla.Breached:
			end, done := v.Stop, "至今未办"
			if end.IsZero() {
				end = c.asOf
			} else {
				done = "实际" + clock(end)
			}
			c.add(v.Clause, "", v.Due.At, who, end.Sub(v.Due.At), fmt.Sprintf("应在%s前办到，%s", clock(v.Due.At), done))
		case sla.Unseen:
			c.add(v.Clause, Unseen, v.Due.At, who, 0, "记录里看不出是否按时")
		}
	}
}

// clock is an instant as people in China write it; a midnight is the end of the day before.
func clock(t time.Time) string {
	t = calendar.InChina(t)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 && t.Nanosecond() == 0 {
		return t.AddDate(0, 0, -1).Format("2006-01-02") + " 24:00"
	}
	return t.Format("2006-01-02 15:04")
}

// flow replays the rows by the table of package ticket. What the table refuses is a finding,
// and the ticket is then put where the row says it went, so that one departure is told once.
func (c *dossier) flow() {
	var t ticket.Ticket
	begin := slices.IndexFunc(c.rows, func(r row) bool { return r.Type == ticket.Imported }) + 1
	if begin > 0 { // testimony is not judged
		var testimony []ticket.Event
		for _, r := range c.rows[:begin] {
			testimony = append(testimony, *r.Event)
		}
		var err error
		t, err = ticket.Replay(testimony)
		if refusal, ok := errors.AsType[*ticket.Refusal](err); ok { // the takeover itself
			c.add(refusal.Clause, "", refusal.Event.At, refusal.Event.By, 0, refusal.Zh())
		}
	}
	for _, e := range c.conflicts {
		c.find("HB-2.1a", e.At, e.By, "第%d行与先前记下的不是同一件事", e.Seq)
	}
	told := map[string]bool{} // columns that are said to be blank
	for _, r := range c.rows[begin:] {
		e := *r.Event
		next, err := t.Apply(e)
		if refusal, ok := errors.AsType[*ticket.Refusal](err); ok && refusal.Code == ticket.IllegalMove {
			for _, step := range c.skipped(t, e) {
				if !c.unrecorded(step.Type) {
					c.find(step.Clause, e.At, e.By, "“%s”之前没有“%s”", e.Type.Label(), step.Type.Label())
				}
				t.State = step.To
				for _, passed := range []struct {
					step ticket.EventType
					flag *bool
				}{{ticket.Completed, &t.Completed}, {ticket.Told, &t.Told}, {ticket.SignedOff, &t.SignedOff}} {
					*passed.flag = *passed.flag || step.Type == passed.step
				}
			}
			next, err = t.Apply(e)
		}
		if refusal, ok := errors.AsType[*ticket.Refusal](err); ok {
			c.refuse(refusal, told)
			next = forced(t, e)
		}
		t = next
	}
}

// refuse is a finding of what the table refuses. Of what is missing, columns that no row of
// the history fills in are told once, as unseen: the records do not have them. Steps that the
// site cannot record are not told at all.
func (c *dossier) refuse(r *ticket.Refusal, told map[string]bool) {
	c.refused[r.Event.Seq] = r.Clause
	if r.Code != ticket.Missing && r.Code != ticket.WrongRole {
		c.find(r.Clause, r.Event.At, r.Event.By, "%s", r.Zh())
		return
	}
	rest := *r
	rest.Fields = nil
	var unseen []string
	for _, f := range r.Fields {
		column := f
		if ticket.Particular(f).Valid() {
			column = "has"
		}
		filled, ok := columns[column]
		switch {
		case c.unrecorded(ticket.EventType(f)):
		case !ok || slices.ContainsFunc(c.rows, func(r row) bool { return filled(r.Event) }):
			rest.Fields = append(rest.Fields, f)
		case !told[column]:
			told[column] = true
			unseen = append(unseen, column)
		}
	}
	if unseen != nil {
		c.add(r.Clause, Unseen, r.Event.At, ticket.Actor{}, 0, "全部记录都没有填这些栏目："+strings.Join(unseen, "、"))
	}
	if rest.Fields != nil {
		c.find(r.Clause, r.Event.At, r.Event.By, "%s", rest.Zh())
	}
}

// columns are those that another system may not have, and whether a row fills one in.
var columns = map[string]func(*ticket.Event) bool{
	"by":      func(e *ticket.Event) bool { return e.By.Role != "" },
	"to":      func(e *ticket.Event) bool { return e.To.Role != "" },
	"to.id":   func(e *ticket.Event) bool { return e.To.ID != "" },
	"caller":  func(e *ticket.Event) bool { return e.Caller != "" },
	"channel": func(e *ticket.Event) bool { return e.Channel != "" },
	"grade":   func(e *ticket.Event) bool { return e.Grade != "" },
	"reason":  func(e *ticket.Event) bool { return e.Reason != "" },
	"ref":     func(e *ticket.Event) bool { return e.Ref != "" },
	"until":   func(e *ticket.Event) bool { return !e.Until.IsZero() },
	"has":     func(e *ticket.Event) bool { return len(e.Has) > 0 },
}

// skeleton is the steps that lead on from one state to the next, in the order in which they are tried.
var skeleton = []ticket.EventType{
	ticket.Registered, ticket.Triaged, ticket.Dispatched, ticket.Started, ticket.Completed, ticket.ReferredOut, ticket.Replied,
	ticket.Told, ticket.SignedOff, ticket.Archived,
}

// skipped is the shortest way of the skeleton from where t stands to where e would be legal: the
// steps that the history leaves out. None, if there is no way.
func (c *dossier) skipped(t ticket.Ticket, e ticket.Event) []ticket.Transition {
	facts := t.Facts.After(e)
	table := ticket.Transitions()
	legal := func(from ticket.State, typ ticket.EventType) (ticket.Transition, bool) {
		i := slices.IndexFunc(table, func(r ticket.Transition) bool {
			return r.From == from && r.Type == typ && (len(r.When) == 0 || slices.ContainsFunc(r.When, func(m ticket.Match) bool { return m.Fits(facts) }))
		})
		if i < 0 {
			return ticket.Transition{}, false
		}
		return table[i], true
	}
	type way struct {
		state ticket.State
		steps []ticket.Transition
	}
	been := map[ticket.State]bool{t.State: true}
	for queue := []way{{state: t.State}}; len(queue) > 0; queue = queue[1:] {
		w := queue[0]
		if _, ok := legal(w.state, e.Type); ok {
			return w.steps
		}
		for _, typ := range skeleton {
			if step, ok := legal(w.state, typ); ok && !been[step.To] {
				been[step.To] = true
				queue = append(queue, way{step.To, append(slices.Clip(w.steps), step)})
			}
		}
	}
	return nil
}

// forced is t after a row that the table refuses: what the row says happened, happened.
func forced(t ticket.Ticket, e ticket.Event) ticket.Ticket {
	t.Seq, t.Facts = e.Seq, t.Facts.After(e)
	if t.ID == "" {
		t.ID, t.Cycle, t.Opened = e.Ticket, 1, calendar.InChina(e.At)
	}
	switch e.Type {
	case ticket.Agreed:
		t.Agreed = true
	case ticket.Revisited:
		t.Revisited = true
	}
	if !e.Type.Moves() || e.At.Before(t.Last) {
		return t
	}
	for _, r := range ticket.Transitions() {
		if r.Type == e.Type {
			t.State = r.To
		}
	}
	t.Last, t.Held = calendar.InChina(e.At), false
	switch e.Type {
	case ticket.Imported:
		t.State = e.State
	case ticket.Dispatched:
		t.Worker = e.To
	case ticket.Completed:
		t.Completed = true
	case ticket.Disputed:
		t.Completed = false
	case ticket.SignedOff:
		t.SignedOff = true
	case ticket.Told:
		t.Told = true
	case ticket.Reopened:
		t.Passed, t.Cycle = ticket.Passed{Agreed: t.Agreed}, t.Cycle+1
	}
	return t
}

// names joins Chinese labels.
func names[T interface{ Label() string }](codes []T) string {
	var labels []string
	for _, c := range codes {
		labels = append(labels, c.Label())
	}
	return strings.Join(labels, "、")
}
