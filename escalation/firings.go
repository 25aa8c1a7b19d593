package escalation

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Firing is a step that is due from At on. Key is the same whenever it is asked for: a
// unique index on it makes the host act once. It reads ticket/clause/cycle/tier/number. A
// clock's clause stands in brackets behind WY-breach; its number is the Seq of the row that
// started it, with a point and the Seq of the row from which it runs anew, if it does (an
// extension), so that a row entered late takes no other's key; a warning's ends in w.
// WY-unanswered numbers its steps from 1.
type Firing struct {
	Key     string    `json:"key,omitzero"`
	Ticket  string    `json:"ticket,omitzero"`
	Step    Step      `json:"step,omitzero"`
	At      time.Time `json:"at,omitzero"`
	For     rule.ID   `json:"for,omitzero"`     // the clock's clause, if a clock is the cause
	Warning bool      `json:"warning,omitzero"` // that clock is only about to be breached
}

// Zh says it to the one who is to act: why, who, how, by which clause.
func (f Firing) Zh() string {
	what := f.Step.Cause.Label()
	if f.Step.Cause == Late {
		if what = "已超时"; f.Warning {
			what = "将超时"
		}
	}
	if f.For != "" {
		what = string(f.For) + what + "（" + f.For.Zh() + "）"
	}
	how := "接手"
	if f.Step.Visit {
		how = "上门处理"
	}
	if f.Step.Report {
		how += "，并附书面报告"
	}
	return "工单 " + f.Ticket + "：" + what + "，请" + f.Step.To.Label() + how + "（依据 " + string(f.Step.Clause) + "）"
}

// again is how long a ticket that nobody takes waits for the next tier, after the first.
const again = 30 * time.Minute

// most is how many of these steps are told: a year's. A ticket that nobody took for so long is
// not one that another message helps, and no instant can ask for more than memory holds.
const most = 365 * 48

// Firings are the steps due by asOf, in order of At, and when the next one comes by itself;
// zero: only after an event. h is one ticket's history, legal or not, and v the verdicts on
// its clocks as of the same instant. Of h it uses the rows known by asOf, and of several
// rows under one Seq the first.
//
//   - An Escalated row fires the step from By to the tier of To; To a department, the regular
//     step; To the desk, none, for the desk has not failed yet. On a suggestion the cause is
//     Proposed.
//   - The second Disputed row of a cycle fires ReworkFailed, any Damaged row Damage: the
//     worker reports, whoever made the entry.
//   - A row that makes the ticket an important or major complaint fires Grave; one that makes
//     it a complaint, or a major matter, raised in a revisit of another ticket fires Heard, or
//     HeardMajor: these are firings of the ticket that was raised.
//   - A Revisited row graded poor or bad fires Dissatisfied.
//   - Every clock fires Late to the tier above Who when its warning comes and when it is
//     breached: one nanosecond after an instant, at the end of a day.
//   - WY-unanswered fires Unanswered when it is breached, and each further 30 minutes the
//     step after, until somebody takes the ticket or it ends. All of them are returned, since
//     a host that slept is to get every key: 48 a day for a ticket that is never taken, for a year. The
//     half hours are those of the clock on the wall, for the hotline is open round the clock
//     (HL2-2.2). A policy that counts WY-unanswered in working time puts off the first step to
//     working hours, not the half hours after it: whoever was told, and has not seen to it,
//     hears so at night too.
//
// No firing is before the row that started its clock: a promise that was past when it was made
// fires as it is made, its warning first. Rows that By does not place on the ladder, and clocks
// of nobody on it, count as the assistant's. A firing whose cause a row entered late has undone
// is no longer returned; a clock that is unseen never fires.
//
// It implements VC-1.3a, VC-1.3b, VC-3.3b, VC-3.4, VC-4.1c, QI-3.7b, SP-2.5.3, SP-2.5.4a,
// SP-2.7.5, TR-4.6, WY-breach, WY-unanswered.
func (l Ladder) Firings(h []ticket.Event, v []sla.Verdict, asOf time.Time) (due []Firing, next time.Time) {
	// Most tickets fire little. What they fire is first gathered here, so that nothing is
	// allocated but what is returned.
	var (
		few  [10]call
		text [512]byte
	)
	c, g := collector{l: l, asOf: asOf}, gathered{calls: few[:0], text: text[:0]}
	h = ticket.KnownBy(h, asOf)
	g = c.rows(g, h)
	for i := range v {
		if warns, breaches := c.calls(&v[i]); warns || breaches {
			g = c.clock(g, &v[i], h, warns, breaches)
		}
	}
	return c.due(g), c.next
}

// A call is a firing in the making: step is its place in the ladder, from and end are those
// of its key in the text.
type call struct {
	at        time.Time
	ticket    string
	clause    rule.ID // of the clock
	step      int
	from, end int
	warning   bool
}

// What is gathered is handed from function to function by value, as slices are to append:
// so the caller's arrays stay on its stack.
type gathered struct {
	calls []call
	text  []byte          // the keys, one after the other
	keys  map[string]bool // and again, where they are many
}

type collector struct {
	l    Ladder
	asOf time.Time
	next time.Time
	late struct { // the step for Late that was last looked up
		from ticket.Role
		step int
	}
}

// due are the calls as firings, in order of At; warnings before breaches.
func (c *collector) due(g gathered) []Firing {
	if len(g.calls) == 0 {
		return nil
	}
	slices.SortStableFunc(g.calls, func(a, b call) int {
		return cmp.Or(a.at.Compare(b.at), first(a.warning, b.warning), bytes.Compare(g.key(&a), g.key(&b)))
	})
	text, due := string(g.text), make([]Firing, len(g.calls))
	for i := range g.calls {
		f := &g.calls[i]
		due[i] = Firing{text[f.from:f.end], f.ticket, c.l[f.step], calendar.InChina(f.at), f.clause, f.warning}
	}
	return due
}

func (g *gathered) key(f *call) []byte { return g.text[f.from:f.end] }

// first orders those that are before those that are not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// fire is one step, due at that instant or, if that is yet to come, perhaps the next. The
// last part of its key is n, with a point and anew where that is not zero. If two verdicts of
// the caller's bear one number, the later in v gets a key of its own.
func (c *collector) fire(g gathered, f call, cycle, n, anew int) gathered {
	if f.at.After(c.asOf) {
		if c.next.IsZero() || f.at.Before(c.next) {
			c.next = calendar.InChina(f.at)
		}
		return g
	}
	s := &c.l[f.step]
	f.from = len(g.text)
	key := append(g.text, f.ticket...)
	key = append(key, '/')
	key = append(key, s.Clause...)
	if f.clause != "" && f.clause != s.Clause {
		key = append(key, '(')
		key = append(key, f.clause...)
		key = append(key, ')')
	}
	key = append(key, '/')
	key = strconv.AppendInt(key, int64(cycle), 10)
	key = append(key, '/')
	key = append(key, s.To...)
	key = append(key, '/')
	key = strconv.AppendInt(key, int64(n), 10)
	if anew != 0 {
		key = append(key, '.')
		key = strconv.AppendInt(key, int64(anew), 10)
	}
	if f.warning {
		key = append(key, 'w')
	}
	if s.Cause != Unanswered { // which is one clock, and may come thousands of times
		if g.keys == nil && len(g.calls) >= 64 {
			g.keys = map[string]bool{}
			for i := range g.calls {
				g.keys[string(g.key(&g.calls[i]))] = true
			}
		}
		for g.has(key[f.from:]) {
			key = append(key, '+')
		}
		if g.keys != nil {
			g.keys[string(key[f.from:])] = true
		}
	}
	f.end = len(key)
	g.text, g.calls = key, append(g.calls, f)
	return g
}

// has reports whether a call bears that key.
func (g *gathered) has(key []byte) bool {
	if g.keys != nil {
		return g.keys[string(key)]
	}
	for i := range g.calls {
		if bytes.Equal(g.key(&g.calls[i]), key) {
			return true
		}
	}
	return false
}

// rows fires what the history calls for by outcome and by severity.
func (c *collector) rows(g gathered, h []ticket.Event) gathered {
	var (
		facts    ticket.Facts
		cycle    = 1
		disputes int
		seq      int
		moved    mover
		few      [8]tally
		tallies  = few[:0] // of this cycle's firings, by clause and tier
	)
	for i := range h {
		e := &h[i]
		if e.Seq <= seq && repeated(h, i) {
			continue
		}
		seq = max(seq, e.Seq)
		step := -1
		switch e.Type {
		case ticket.Registered, ticket.Imported, ticket.Reranked:
			before := causesIn(&facts)
			facts = facts.After(*e)
			for j, is := range causesIn(&facts) {
				if !is || before[j] {
					continue
				}
				if step := c.l.place(onLadder(e.By.Role), whatItIs[j], ""); step >= 0 {
					g, tallies = c.row(g, e, step, cycle, tallies)
				}
			}
		case ticket.Reopened:
			if moved.onTime(h, i) {
				cycle, disputes, tallies = cycle+1, 0, tallies[:0]
			}
		case ticket.Escalated:
			step = c.l.escalated(e, &facts)
		case ticket.Disputed:
			if disputes++; disputes == 2 {
				step = c.l.place(ticket.Worker, ReworkFailed, "")
			}
		case ticket.Damaged:
			step = c.l.place(ticket.Worker, Damage, "")
		case ticket.Revisited:
			if e.Grade == ticket.Poor || e.Grade == ticket.Bad {
				step = c.l.place(onLadder(e.By.Role), Dissatisfied, "")
			}
		}
		if step >= 0 {
			g, tallies = c.row(g, e, step, cycle, tallies)
		}
	}
	return g
}

// escalated is where the step stands that an Escalated row calls for, -1 if there is none.
func (l Ladder) escalated(e *ticket.Event, facts *ticket.Facts) int {
	cause := Unsolved
	if facts.Kind == ticket.Suggestion {
		cause = Proposed
	}
	tier := e.To.Role
	if height(tier) < height(ticket.Assistant) {
		tier = "" // a department, or nobody named
	}
	return l.place(onLadder(e.By.Role), cause, tier)
}

// A tally is how many firings of a cycle have one clause and one tier: so they are numbered.
type tally struct {
	clause rule.ID
	to     ticket.Role
	n      int
}

// row fires the step that row e calls for, and counts it.
func (c *collector) row(g gathered, e *ticket.Event, step, cycle int, tallies []tally) (gathered, []tally) {
	s := &c.l[step]
	i := slices.IndexFunc(tallies, func(t tally) bool { return t.clause == s.Clause && t.to == s.To })
	if i < 0 {
		i = len(tallies)
		tallies = append(tallies, tally{clause: s.Clause, to: s.To})
	}
	tallies[i].n++
	return c.fire(g, call{at: e.At, ticket: e.Ticket, step: step}, cycle, tallies[i].n, 0), tallies
}

// A mover knows the last row that moved the state, of those before row n.
type mover struct {
	n, seq int
	last   time.Time
}

// onTime reports whether row i is not older than the last row before it that moved the state.
// It is asked about later rows each time.
func (m *mover) onTime(h []ticket.Event, i int) bool {
	for ; m.n < i; m.n++ {
		e := &h[m.n]
		if e.Seq <= m.seq && repeated(h, m.n) {
			continue
		}
		m.seq = max(m.seq, e.Seq)
		if e.Type == ticket.Imported || e.Type.Moves() && !e.At.Before(m.last) {
			m.last = e.At
		}
	}
	return !h[i].At.Before(m.last)
}

// repeated reports whether an earlier row has the Seq of row i.
func repeated(h []ticket.Event, i int) bool {
	for j := range i {
		if h[j].Seq == h[i].Seq && h[i].Seq > 0 {
			return true
		}
	}
	return false
}

// whatItIs are the causes that lie in what a ticket is. They fire at the row that makes it so,
// which may be a Reranked one, and not again while it stays so.
var whatItIs = [...]Cause{Grave, Heard, HeardMajor}

// causesIn says which of them lie in it.
func causesIn(f *ticket.Facts) [len(whatItIs)]bool {
	complaint, major := f.Kind == ticket.Complaint, f.Severity == ticket.Major
	return [...]bool{
		complaint && (major || f.Severity == ticket.Important),
		complaint && f.Linked,
		major && f.Linked,
	}
}

// onLadder is where somebody stands: the customer, the system and whoever else is not on the
// ladder are served by the assistant.
func onLadder(r ticket.Role) ticket.Role {
	if height(r) == 0 {
		return ticket.Assistant
	}
	return r
}

// calls reports whether a verdict calls for its warning, and for its breach. What was stopped,
// or lapsed, by the time of its warning was never warned of; and while it is paused nothing
// comes by itself.
func (c *collector) calls(v *sla.Verdict) (warns, breaches bool) {
	switch v.Status {
	case sla.Unseen:
		return false, false
	case sla.Running, sla.Breached:
		breaches = !v.Due.At.IsZero()
	case sla.Lapsed:
		return v.Warn.Before(v.Stop) && !v.Warn.IsZero(), false
	case sla.Paused:
		if v.Warn.After(c.asOf) {
			return false, false
		}
	}
	return (v.Stop.IsZero() || v.Warn.Before(v.Stop)) && !v.Warn.IsZero(), breaches
}

// clock fires what one verdict calls for.
func (c *collector) clock(g gathered, v *sla.Verdict, h []ticket.Event, warns, breaches bool) gathered {
	if v.Clause == unanswered { // which has no warning
		if breaches {
			return c.unanswered(g, v, h, breach(v))
		}
		return g
	}
	if who := onLadder(v.Who); who != c.late.from {
		c.late.from, c.late.step = who, c.l.place(who, Late, "")
	}
	if c.late.step < 0 {
		return g
	}
	f := call{ticket: v.Ticket, clause: v.Clause, step: c.late.step}
	// The rows tell the firings of a clause's clocks apart, for they stay what they are, while
	// a row entered late may change how many there are before. The verdicts of others may not
	// name rows.
	n, anew := v.From, v.Anew
	if n == 0 {
		n, anew = max(v.Number, 1), 0
	}
	if warns {
		f.at, f.warning = v.Warn, true
		g = c.fire(g, f, v.Cycle, n, anew)
	}
	if breaches {
		f.at, f.warning = breach(v), false
		g = c.fire(g, f, v.Cycle, n, anew)
	}
	return g
}

// breach is the first instant at which the verdict is late, or its start if it was promised
// when that was past. At exactly an instant it is met; at the end of a day it is not.
func breach(v *sla.Verdict) time.Time {
	at := v.Due.At
	if !v.Due.Whole {
		at = at.Add(1)
	}
	if at.Before(v.Start) {
		return v.Start
	}
	return at
}

const unanswered rule.ID = "WY-unanswered"

// unanswered climbs one step at the breach and one each further half hour. Whoever takes the
// ticket at exactly the half hour is in time, as with every instant. The clock is stopped
// only by what says when the ticket was taken; here whatever shows that it was is enough.
func (c *collector) unanswered(g gathered, v *sla.Verdict, h []ticket.Event, at time.Time) gathered {
	end := v.Stop
	for i := range h {
		if e := &h[i]; taken(e) && e.At.After(v.Start) && (end.IsZero() || e.At.Before(end)) {
			end = e.At
		}
	}
	last := c.asOf
	if !end.IsZero() && end.Before(last) {
		last = end
	}
	if last.After(at) {
		g.calls = slices.Grow(g.calls, min(int(last.Sub(at)/again), most)+1)
	}
	step := c.l.place(onLadder(v.Who), Unanswered, "")
	first := max(v.Number, 1)
	for n := first; step >= 0 && n-first < most; n++ {
		g = c.fire(g, call{at: at, ticket: v.Ticket, clause: v.Clause, step: step}, v.Cycle, n, 0)
		fired := at
		at = at.Add(again)
		if fired.After(c.asOf) || !end.IsZero() && end.Before(at) {
			break
		}
		if s := &c.l[step]; s.To != s.From { // at the top it stays with him
			step = c.l.place(s.To, Unanswered, "")
		}
	}
	return g
}

// taken reports whether the row shows that the ticket was taken, or that nobody need take it
// any more in this cycle.
func taken(e *ticket.Event) bool {
	switch e.Type {
	case ticket.Registered:
		return false
	case ticket.Imported:
		return e.State != ticket.Open
	case ticket.Acknowledged, ticket.PlanStarted:
		return true
	}
	return e.Type.Moves()
}
