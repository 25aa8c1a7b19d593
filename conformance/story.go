package conformance

import (
	"iter"
	"slices"
	"strings"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A story is a legal history that is being written, one second a row unless told otherwise.
type story struct {
	flow *flow
	rows []ticket.Event
	t    ticket.Ticket
	now  time.Time

	tail *link // rows after these, last first, while a way is looked for and most are not taken
	more int   // how many
}

// A link is one row of a way, and what was before it.
type link struct {
	ticket.Event
	before *link
}

// A flow is the transition table by type of row.
type flow struct {
	rows  []ticket.Transition
	types []ticket.EventType // in the order in which the table has them
	of    map[ticket.EventType][]int
}

func newFlow() *flow {
	f := &flow{rows: ticket.Transitions(), of: map[ticket.EventType][]int{}}
	for i, r := range f.rows {
		if f.of[r.Type] == nil {
			f.types = append(f.types, r.Type)
		}
		f.of[r.Type] = append(f.of[r.Type], i)
	}
	return f
}

// fitting are the rows of a type that a ticket in that state has to satisfy.
func (f *flow) fitting(state ticket.State, facts ticket.Facts, p ticket.Passed, typ ticket.EventType) []*ticket.Transition {
	var out []*ticket.Transition
	for _, i := range f.of[typ] {
		if r := &f.rows[i]; r.From == state && fits(r, facts, p) {
			out = append(out, r)
		}
	}
	return out
}

func fits(r *ticket.Transition, f ticket.Facts, p ticket.Passed) bool {
	when := len(r.When) == 0 || slices.ContainsFunc(r.When, func(m ticket.Match) bool { return m.Fits(f) })
	return when && passed(p, r.If)
}

func passed(p ticket.Passed, steps []ticket.EventType) bool {
	for _, s := range steps {
		switch s {
		case ticket.Agreed:
			if !p.Agreed {
				return false
			}
		case ticket.Completed:
			if !p.Completed {
				return false
			}
		case ticket.SignedOff:
			if !p.SignedOff {
				return false
			}
		case ticket.Told:
			if !p.Told {
				return false
			}
		case ticket.Revisited:
			if !p.Revisited {
				return false
			}
		}
	}
	return true
}

// people are those who act, by role; in this order one is chosen where several may.
var people = [...]ticket.Actor{
	{Role: ticket.Assistant, ID: "A01"}, {Role: ticket.Worker, ID: "W07"}, {Role: ticket.DepartmentHead, ID: "D01"},
	{Role: ticket.Supervisor, ID: "S01"}, {Role: ticket.Manager, ID: "M01"}, {Role: ticket.Customer}, {Role: ticket.Authority, ID: "12345"},
	{Role: ticket.Store, ID: "K01"}, {Role: ticket.Finance, ID: "F01"}, {Role: ticket.System},
}

func person(r ticket.Role) ticket.Actor {
	for _, p := range people {
		if p.Role == r {
			return p
		}
	}
	return ticket.Actor{Role: r}
}

// begin registers a ticket with those facts at that instant.
func (f *flow) begin(facts ticket.Facts, at time.Time) (story, bool) {
	e := ticket.Event{
		Type: ticket.Registered, At: at, Kind: facts.Kind, Nature: facts.Nature, Urgency: facts.Urgency, Severity: facts.Severity,
		Place: facts.Place, Caller: facts.Caller, Channel: ticket.Phone,
	}
	if facts.Booked {
		e.Until = at.Add(promised)
	}
	if facts.Linked {
		e.Ref = "T0"
	}
	return story{flow: f}.add(e)
}

// promised is how long people here take to do what they promise.
const promised = 3 * time.Hour

// add is the story with one more row, completed with what it needs; false if that is refused.
func (s story) add(e ticket.Event) (story, bool) {
	next, ok := s.try(e)
	if !ok {
		return s, false
	}
	return next.written(), true
}

// try is add, but for the row being written out.
func (s story) try(e ticket.Event) (story, bool) {
	e = s.complete(e)
	t, err := s.t.Apply(e)
	if err != nil {
		return s, false
	}
	return s.linked(e, t), true
}

func (s story) linked(e ticket.Event, t ticket.Ticket) story {
	s.tail, s.more, s.t = &link{e, s.tail}, s.more+1, t
	if e.At.After(s.now) {
		s.now = e.At
	}
	return s
}

// written is the story with all its rows in order.
func (s story) written() story {
	rows := make([]ticket.Event, len(s.rows)+s.more)
	copy(rows, s.rows)
	for i := len(rows) - 1; s.tail != nil; i-- {
		rows[i], s.tail = s.tail.Event, s.tail.before
	}
	s.rows, s.more = rows, 0
	return s
}

// complete gives a row its place, its time, somebody who may do it, and what it needs. Of a
// row that is not legal here it asks what the table asks of its type elsewhere.
func (s story) complete(e ticket.Event) ticket.Event {
	e.Ticket, e.Seq = "T1", len(s.rows)+s.more+1
	if e.At.IsZero() {
		e.At = s.now.Add(time.Second)
	}
	if e.Recorded.IsZero() {
		e.Recorded = e.At
	}
	rows := s.flow.fitting(s.t.State, s.t.Facts.After(e), s.t.Passed, e.Type)
	if len(rows) == 0 {
		for _, i := range s.flow.of[e.Type] {
			if r := &s.flow.rows[i]; fits(r, s.t.Facts.After(e), s.t.Passed) {
				rows = append(rows, r)
			}
		}
	}
	if e.By.Role == "" {
		e.By = people[0]
		for _, p := range people {
			if !slices.ContainsFunc(rows, func(r *ticket.Transition) bool { return r.Roles != nil && !slices.Contains(r.Roles, p.Role) }) {
				e.By = p
				break
			}
		}
	}
	for _, r := range rows {
		for _, field := range r.Needs {
			give(&e, field)
		}
		for _, p := range r.Has {
			if !slices.Contains(e.Has, p) {
				e.Has = append(slices.Clip(e.Has), p)
			}
		}
	}
	return e
}

// give fills in a field, by its JSON name, if it is empty.
func give(e *ticket.Event, field string) {
	field, id, _ := strings.Cut(field, ".")
	switch field {
	case "kind":
		e.Kind = or(e.Kind, ticket.Repair)
	case "caller":
		e.Caller = or(e.Caller, ticket.Owner)
	case "state":
		e.State = or(e.State, ticket.Accepted)
	case "channel":
		e.Channel = or(e.Channel, ticket.Phone)
	case "hold":
		e.Hold = or(e.Hold, ticket.WaitingCustomer)
	case "grade":
		e.Grade = or(e.Grade, ticket.Satisfied)
	case "reason":
		e.Reason = or(e.Reason, "说明")
	case "ref":
		e.Ref = or(e.Ref, "R1")
	case "until":
		if e.Until.IsZero() {
			e.Until = e.At.Add(promised)
		}
	case "approver":
		if e.Approver.Role == "" {
			e.Approver = person(ticket.Manager)
		}
	case "against":
		if e.Against.Role == "" {
			e.Against = person(ticket.Supervisor)
		}
	case "by":
		if e.By.ID == "" && id != "" {
			e.By = person(or(e.By.Role, ticket.Worker))
		}
	case "to":
		switch {
		case e.To.Role != "":
		case id == "" && e.Type == ticket.Told, e.Type == ticket.ReferredOut:
			e.To = person(ticket.Authority)
		case e.Type == ticket.Escalated:
			e.To = person(ticket.Supervisor)
		case e.Type == ticket.HandedOver:
			e.To = ticket.Actor{Role: ticket.Assistant, ID: "A02"}
		case e.Type == ticket.Joined:
			e.To = ticket.Actor{Role: ticket.Worker, ID: "W08"}
		default:
			e.To = person(ticket.Worker)
		}
	}
}

func or[T ~string](a, b T) T {
	if a != "" {
		return a
	}
	return b
}

// marked is a row that a mark means, as far as the mark says, that happens at about that time.
func marked(m sla.Mark, at time.Time) ticket.Event {
	e := ticket.Event{Type: m.Type, Channel: m.Channel}
	if m.Role != "" {
		e.By = person(m.Role)
	}
	for _, field := range m.With {
		switch {
		case field == "until":
			e.Until = calendar.InChina(at.Add(promised))
		case !strings.HasPrefix(field, "!"):
			give(&e, field)
		}
	}
	return e
}

// steps are the rows by which a ticket is brought where something can happen to it.
var steps = [...]ticket.EventType{
	ticket.Triaged, ticket.Dispatched, ticket.Started, ticket.Completed, ticket.Told, ticket.SignedOff, ticket.Agreed,
	ticket.Revisited, ticket.Archived, ticket.ReferredOut, ticket.Replied, ticket.Declined, ticket.Withdrawn,
}

// then is the shortest story that goes on until that row is legal, and has it; false if no
// steps lead there. Where it can it does without the steps of avoid.
func (s story) then(e ticket.Event, avoid []ticket.EventType) (story, bool) {
	end := func(s story) (story, bool) { return s.try(e) }
	if found, ok := s.search(end, avoid); ok || len(avoid) == 0 {
		return found, ok
	}
	return s.search(end, nil)
}

// search is a breadth-first walk over the steps to where end holds.
func (s story) search(end func(story) (story, bool), avoid []ticket.EventType) (story, bool) {
	for at := range s.walk(avoid) {
		if found, ok := end(at); ok {
			return found.written(), true
		}
	}
	return s, false
}

// walk is the story and every place that the steps lead to, the nearest first.
func (s story) walk(avoid []ticket.EventType) iter.Seq[story] {
	type place struct {
		state  ticket.State
		passed ticket.Passed
		held   bool
	}
	return func(yield func(story) bool) {
		been := map[place]bool{}
		for queue := []story{s}; len(queue) > 0; queue = queue[1:] {
			at := queue[0]
			if !yield(at) {
				return
			}
			for _, typ := range steps {
				if slices.Contains(avoid, typ) || len(s.flow.fitting(at.t.State, at.t.Facts, at.t.Passed, typ)) == 0 {
					continue
				}
				next, ok := at.try(ticket.Event{Type: typ})
				p := place{next.t.State, next.t.Passed, next.t.Held}
				if ok && !been[p] {
					been[p] = true
					queue = append(queue, next)
				}
			}
		}
	}
}

// A reach is where the steps lead from one story, found once for many rows that are asked for.
type reach struct{ without, with []story }

func (s story) reach(avoid []ticket.EventType) reach {
	return reach{slices.Collect(s.walk(avoid)), slices.Collect(s.walk(nil))}
}

// then is that of the story.
func (r reach) then(e ticket.Event) (story, bool) {
	for _, places := range [][]story{r.without, r.with} {
		for _, at := range places {
			if found, ok := at.try(e); ok {
				return found.written(), true
			}
		}
	}
	return story{}, false
}

// until is the shortest story to where the ticket is as asked.
func (s story) until(is func(ticket.Ticket) bool) (story, bool) {
	return s.search(func(s story) (story, bool) { return s, is(s.t) }, nil)
}
