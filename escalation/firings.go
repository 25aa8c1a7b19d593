package escalation

import (
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

// again is how long a ticket that nobody takes waits for the next tier, after the first.
const again = 30 * time.Minute

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
//     a host that slept is to get every key: 48 a day for a ticket that is never taken. The
//     half hours are those of the clock on the wall; a policy that counts the clock itself in
//     working time does not reach them.
//
// No firing is before the row that started its clock: a promise that was past when it was made
// fires as it is made, its warning first. Rows that By does not place on the ladder, and clocks of nobody on it, count as the
// assistant's. A firing whose cause a row entered late has undone is no longer returned; a
// clock that is unseen never fires.
//
// It implements VC-1.3a, VC-1.3b, VC-3.3b, VC-3.4, VC-4.1c, QI-3.7b, SP-2.5.3, SP-2.5.4a,
// SP-2.7.5, TR-4.6, WY-breach, WY-unanswered.
func (l Ladder) Firings(h []ticket.Event, v []sla.Verdict, asOf time.Time) (due []Firing, next time.Time) {
	c := collector{l: l, asOf: asOf}
	h = ticket.KnownBy(h, asOf)
	c.rows(h)
	for i := range v {
		c.clock(&v[i], h)
	}
	slices.SortStableFunc(c.due, func(a, b Firing) int {
		return cmp.Or(a.At.Compare(b.At), first(a.Warning, b.Warning), cmp.Compare(a.Key, b.Key))
	})
	return c.due, c.next
}

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

type collector struct {
	l    Ladder
	asOf time.Time
	due  []Firing
	next time.Time
	keys map[string]bool
}

// fire is one step, due at that instant or, if that is yet to come, perhaps the next. If two
// verdicts of the caller's bear one number, the later in v gets a key of its own.
func (c *collector) fire(f Firing, cycle int, number string) {
	f.At = calendar.InChina(f.At)
	if f.At.After(c.asOf) {
		if c.next.IsZero() || f.At.Before(c.next) {
			c.next = f.At
		}
		return
	}
	clause := string(f.Step.Clause)
	if f.For != "" && f.For != f.Step.Clause {
		clause += "(" + string(f.For) + ")"
	}
	f.Key = f.Ticket + "/" + clause + "/" + strconv.Itoa(cycle) + "/" + string(f.Step.To) + "/" + number
	for c.keys[f.Key] {
		f.Key += "+"
	}
	if f.Step.Cause != Unanswered { // which is one clock, and may come thousands of times
		if c.keys == nil {
			c.keys = map[string]bool{}
		}
		c.keys[f.Key] = true
	}
	c.due = append(c.due, f)
}

// rows fires what the history calls for by outcome and by severity.
func (c *collector) rows(h []ticket.Event) {
	var (
		facts    ticket.Facts
		cycle    = 1
		disputes int
		last     time.Time // At of the last row that moved the state
		seq      int
		counts   map[string]int // of firings by clause, cycle and tier
	)
	for i := range h {
		e := &h[i]
		if e.Seq <= seq && repeated(h, i) {
			continue
		}
		seq = max(seq, e.Seq)
		if late := e.At.Before(last) && e.Type != ticket.Imported; e.Type.Moves() && !late {
			last = e.At
			if e.Type == ticket.Reopened {
				cycle, disputes = cycle+1, 0
			}
		}
		fire := func(s Step, ok bool) {
			if !ok {
				return
			}
			if counts == nil {
				counts = map[string]int{}
			}
			of := string(s.Clause) + "/" + strconv.Itoa(cycle) + "/" + string(s.To)
			counts[of]++
			c.fire(Firing{Ticket: e.Ticket, Step: s, At: e.At}, cycle, strconv.Itoa(counts[of]))
		}
		from := onLadder(e.By.Role)
		switch e.Type {
		case ticket.Registered, ticket.Imported, ticket.Reranked:
			before := facts
			facts = facts.After(*e)
			for _, became := range whatItBecomes {
				if became.is(facts) && !became.is(before) {
					fire(c.l.Next(from, became.cause))
				}
			}
		case ticket.Escalated:
			cause := Unsolved
			if facts.Kind == ticket.Suggestion {
				cause = Proposed
			}
			tier := e.To.Role
			if height(tier) < height(ticket.Assistant) {
				tier = "" // a department, or nobody named
			}
			fire(c.l.find(from, cause, tier))
		case ticket.Disputed:
			if disputes++; disputes == 2 {
				fire(c.l.Next(ticket.Worker, ReworkFailed))
			}
		case ticket.Damaged:
			fire(c.l.Next(ticket.Worker, Damage))
		case ticket.Revisited:
			if e.Grade == ticket.Poor || e.Grade == ticket.Bad {
				fire(c.l.Next(from, Dissatisfied))
			}
		}
	}
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

// whatItBecomes are the causes that lie in what a ticket is. They fire at the row that makes
// it so, which may be a Reranked one, and not again while it stays so.
var whatItBecomes = [...]struct {
	cause Cause
	is    func(ticket.Facts) bool
}{
	{Grave, func(f ticket.Facts) bool {
		return f.Kind == ticket.Complaint && (f.Severity == ticket.Important || f.Severity == ticket.Major)
	}},
	{Heard, func(f ticket.Facts) bool { return f.Kind == ticket.Complaint && f.Linked }},
	{HeardMajor, func(f ticket.Facts) bool { return f.Severity == ticket.Major && f.Linked }},
}

// onLadder is where somebody stands: the customer, the system and whoever else is not on the
// ladder are served by the assistant.
func onLadder(r ticket.Role) ticket.Role {
	if height(r) == 0 {
		return ticket.Assistant
	}
	return r
}

// clock fires what one verdict calls for.
func (c *collector) clock(v *sla.Verdict, h []ticket.Event) {
	if v.Status == sla.Unseen {
		return
	}
	f := Firing{Ticket: v.Ticket, For: v.Clause}
	breach := v.Due.At
	if !v.Due.Whole && !breach.IsZero() {
		breach = breach.Add(1) // at exactly the instant it is met
	}
	if breach.Before(v.Start) && !breach.IsZero() {
		breach = v.Start // promised when it was past
	}
	breaches := !breach.IsZero() && (v.Status == sla.Running || v.Status == sla.Breached)

	if v.Clause == unanswered {
		if breaches {
			c.unanswered(f, v, h, breach)
		}
		return
	}
	// What was stopped, or lapsed, by the time of its warning was never warned of; and while
	// it is paused nothing comes by itself.
	open := v.Stop.IsZero() && v.Status != sla.Lapsed
	warns := !v.Warn.IsZero() && (open || v.Warn.Before(v.Stop)) && !(v.Status == sla.Paused && v.Warn.After(c.asOf))
	if !warns && !breaches {
		return
	}
	var ok bool
	if f.Step, ok = c.l.Next(onLadder(v.Who), Late); !ok {
		return
	}
	if warns {
		f.At, f.Warning = v.Warn, true
		c.fire(f, v.Cycle, number(v)+"w")
	}
	if breaches {
		f.At, f.Warning = breach, false
		c.fire(f, v.Cycle, number(v))
	}
}

// number tells the firings of a clause's clocks apart: by the rows, which stay what they are,
// while a row entered late may change how many there are before. The verdicts of others may
// not name rows.
func number(v *sla.Verdict) string {
	if v.From == 0 {
		return strconv.Itoa(max(v.Number, 1))
	}
	n := strconv.Itoa(v.From)
	if v.Anew != 0 {
		n += "." + strconv.Itoa(v.Anew)
	}
	return n
}

const unanswered rule.ID = "WY-unanswered"

// unanswered climbs one step at the breach and one each further half hour. Whoever takes the
// ticket at exactly the half hour is in time, as with every instant. The clock is stopped
// only by what says when the ticket was taken; here whatever shows that it was is enough.
func (c *collector) unanswered(f Firing, v *sla.Verdict, h []ticket.Event, breach time.Time) {
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
	if last.After(breach) {
		c.due = slices.Grow(c.due, int(last.Sub(breach)/again)+1)
	}
	holder := onLadder(v.Who)
	for n := max(v.Number, 1); ; n++ {
		step, ok := c.l.Next(holder, Unanswered)
		if !ok {
			return
		}
		f.Step, f.At = step, breach
		c.fire(f, v.Cycle, strconv.Itoa(n))
		holder, breach = step.To, breach.Add(again)
		if f.At.After(c.asOf) || !end.IsZero() && end.Before(breach) {
			return
		}
	}
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
