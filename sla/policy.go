package sla

import (
	"slices"

	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A Mark is an event that starts or stops a clock.
//
// With says what the event must say: "kind", "channel", "state", "to", "against",
// "approver", "until", "hold", "grade", "reason" or "ref", the field that must be set;
// "to.id" or "by.id", a named person; "to.crew", a worker or department head in To, whose own
// limit an extension then moves (HL3-3.3). With "!" before it, it must not be so.
type Mark struct {
	Type     ticket.EventType `json:"type,omitzero"`
	Role     ticket.Role      `json:"role,omitzero"`     // of By
	Channel  ticket.Channel   `json:"channel,omitzero"`  // "visit"
	With     []string         `json:"with,omitempty"`    // what the event must say
	Recorded bool             `json:"recorded,omitzero"` // its Recorded counts, not its At; of the starting row itself, if From has its type
	Anew     bool             `json:"anew,omitzero"`     // starts a running clock anew, never the first time; only in From
	Proof    bool             `json:"proof,omitzero"`    // shows that it was done by then, not when: good only if in time; only in To
}

// The names of Mark.With, one bit each.
const (
	hasKind = 1 << iota
	hasChannel
	hasState
	hasTo
	hasToID
	hasToCrew
	hasByID
	hasAgainst
	hasApprover
	hasUntil
	hasHold
	hasGrade
	hasReason
	hasRef
)

func fieldBit(name string) uint16 {
	switch name {
	case "kind":
		return hasKind
	case "channel":
		return hasChannel
	case "state":
		return hasState
	case "to":
		return hasTo
	case "to.id":
		return hasToID
	case "to.crew":
		return hasToCrew
	case "by.id":
		return hasByID
	case "against":
		return hasAgainst
	case "approver":
		return hasApprover
	case "until":
		return hasUntil
	case "hold":
		return hasHold
	case "grade":
		return hasGrade
	case "reason":
		return hasReason
	case "ref":
		return hasRef
	}
	return 0
}

// says is what the event says. It looks at every field of every event, without a branch but
// in the rarest: an event is long, so that waiting for memory costs more than looking, and
// nothing here makes the next look wait for the last.
func says(e *ticket.Event) uint16 {
	var a, b, c uint16 // apart, for the same reason
	if e.By.ID != "" {
		a |= hasByID
	}
	if e.Kind != "" {
		b |= hasKind
	}
	if e.Channel != "" {
		c |= hasChannel
	}
	if e.State != "" {
		a |= hasState
	}
	if e.To.Role != "" {
		b |= hasTo
	}
	if e.To.ID != "" {
		c |= hasToID
	}
	if e.Against.Role != "" {
		a |= hasAgainst
	}
	if e.Approver.Role != "" {
		b |= hasApprover
	}
	if e.Hold != "" {
		c |= hasHold
	}
	if e.Grade != "" {
		a |= hasGrade
	}
	if e.Reason != "" {
		b |= hasReason
	}
	if e.Ref != "" {
		c |= hasRef
	}
	if !e.Until.IsZero() {
		a |= hasUntil
	}
	if b&hasTo != 0 && (e.To.Role == ticket.Worker || e.To.Role == ticket.DepartmentHead) {
		a |= hasToCrew
	}
	return a | b | c
}

// A Moment is when a mark of every group has come: {{a}, {b, c}} is a and (b or c).
type Moment [][]Mark

// A Clock is data: one row of the table of clocks. It starts when From has come, runs for
// Limit, and is met if To comes in time.
type Clock struct {
	Clause  rule.ID        `json:"clause,omitzero"`
	When    []ticket.Match `json:"when,omitempty"` // any of them; none: every ticket
	From    Moment         `json:"from,omitempty"`
	To      Moment         `json:"to,omitempty"`
	Unless  []Mark         `json:"unless,omitempty"` // one of these before it is due: lapsed. Of an Again clock from its start on, else in its whole cycle: what was dismissed before it was resolved stays dismissed; but not what was referred out and sent back before
	Yields  rule.ID        `json:"yields,omitzero"`  // lapsed once that clause is met
	Again   bool           `json:"again,omitzero"`   // a new numbered verdict for each From; for promises only after an answer, until then the earliest binds
	Through bool           `json:"through,omitzero"` // a reopening does not end it
	Limit   Limit          `json:"limit,omitzero"`   //
	Warn    Limit          `json:"warn,omitzero"`    // before due, in minutes, hours, working minutes or working hours; zero: none
	Holds   bool           `json:"holds,omitzero"`   // a hold stops it; never a promise
	Who     ticket.Role    `json:"who,omitzero"`     // owes it
}

// A Policy says which clocks run.
type Policy struct {
	Clocks     []Clock            `json:"clocks,omitempty"`     // several of one clause must match different tickets
	Unrecorded []ticket.EventType `json:"unrecorded,omitempty"` // what the site cannot record: missing is unseen, never a breach
}

// Of is the clocks of one clause, copied.
func (p Policy) Of(id rule.ID) []Clock {
	var found []Clock
	for _, c := range p.Clocks {
		if c.Clause == id {
			found = append(found, c.clone())
		}
	}
	return found
}

// With is p with these clocks in place of those of that clause, whose Clause they get; with
// none, the clause has no clock. p is untouched, and the result shares nothing with it.
func (p Policy) With(id rule.ID, c ...Clock) Policy {
	q := Policy{Unrecorded: slices.Clone(p.Unrecorded)}
	put := func() {
		for _, c := range c {
			c = c.clone()
			c.Clause = id
			q.Clocks = append(q.Clocks, c)
		}
		c = nil
	}
	for _, old := range p.Clocks {
		if old.Clause == id {
			put()
			continue
		}
		q.Clocks = append(q.Clocks, old.clone())
	}
	put()
	return q
}

func (p Policy) clone() Policy {
	q := Policy{slices.Clone(p.Clocks), slices.Clone(p.Unrecorded)}
	for i := range q.Clocks {
		q.Clocks[i] = q.Clocks[i].clone()
	}
	return q
}

func (c Clock) clone() Clock {
	c.When = slices.Clone(c.When)
	for i, m := range c.When {
		m.Kinds, m.Natures, m.Severity = slices.Clone(m.Kinds), slices.Clone(m.Natures), slices.Clone(m.Severity)
		c.When[i] = m
	}
	c.From, c.To, c.Unless = c.From.clone(), c.To.clone(), cloneMarks(c.Unless)
	return c
}

func (m Moment) clone() Moment {
	m = slices.Clone(m)
	for i := range m {
		m[i] = cloneMarks(m[i])
	}
	return m
}

func cloneMarks(m []Mark) []Mark {
	m = slices.Clone(m)
	for i := range m {
		m[i].With = slices.Clone(m[i].With)
	}
	return m
}
