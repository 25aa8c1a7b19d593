package conformance

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Random are generated histories without end, three questions about each: where the ticket
// stands, whether one more row is legal, and how one of its clocks stands at an instant that
// is often a due one. The same desk and seed give the same cases.
func Random(d *wuye.Desk, seed uint64) iter.Seq[Case] {
	return func(yield func(Case) bool) {
		w, err := newWriter(d, yield)
		if err != nil {
			return
		}
		r := chance{rand.New(rand.NewPCG(seed, 0)), w}
		for n := 1; !w.stopped; n++ {
			w.names = map[string]int{} // names bear n, so they differ anyway
			r.history(fmt.Sprintf("history %d", n))
		}
	}
}

type chance struct {
	*rand.Rand
	*writer
}

// IntN is by remainder, so that 32 and 64 bits give the same; what that favours is less than
// anybody could see.
func (r chance) IntN(n int) int { return int(r.Uint64() % uint64(n)) }

func pick[T any](r chance, from []T) T { return from[r.IntN(len(from))] }

// history is a ticket of some kind, some rows long, and the questions about it.
func (r chance) history(group string) {
	kinds := variations(ticket.Facts{Caller: ticket.Owner})
	facts := complaint
	for range 1 + r.IntN(3) {
		facts = pick(r, variations(facts)).Facts
	}
	if r.IntN(3) == 0 {
		facts.Kind = pick(r, kinds[:10]).Kind
	}
	begin := hour(pick(r, r.days), r.IntN(24)).Add(time.Duration(r.IntN(3600)) * time.Second)
	s, ok := r.flow.begin(facts, begin)
	if !ok {
		return
	}
	for range r.IntN(14) {
		role := people[r.IntN(len(people))]
		allowed := s.t.Allowed(role.Role)
		if r.IntN(2) == 0 { // on, not only beside
			allowed = slices.DeleteFunc(allowed, func(t ticket.Transition) bool { return !t.Type.Moves() })
		}
		if len(allowed) == 0 {
			continue
		}
		e := r.row(s, pick(r, allowed).Type, role)
		if next, ok := s.add(e); ok && (next.t.State != ticket.Void || r.IntN(4) == 0) {
			s = next
		}
	}
	r.asMove(group, "where it stands", story{flow: r.flow, rows: s.rows[:len(s.rows)-1], t: before(s)}, s.rows[len(s.rows)-1])

	e := s.complete(r.row(s, pick(r, r.flow.types), people[r.IntN(len(people))]))
	r.asMove(group, "and then "+string(e.Type)+" by "+string(e.By.Role), s, e)

	j, err := r.desk.Judge(s.rows, s.now)
	if err != nil || len(j.Verdicts) == 0 {
		return
	}
	v := pick(r, j.Verdicts)
	if i := slices.IndexFunc(j.Verdicts, func(v sla.Verdict) bool { return v.Status == sla.Paused }); i >= 0 && r.IntN(2) == 0 {
		v = j.Verdicts[i] // they are few
	}
	asOf := s.now.Add(r.wait())
	if !v.Due.At.IsZero() && !v.Due.At.Before(s.now) && r.IntN(4) > 0 {
		asOf = v.Due.At.Add(time.Duration(r.IntN(3) - 1))
	}
	r.ask(v.Clause, group, string(v.Clause), Question{Topic: Verdict, History: s.rows, AsOf: calendar.InChina(asOf), Args: []string{string(v.Clause)}})
}

// before is the ticket before a story's last row.
func before(s story) ticket.Ticket {
	t, _ := ticket.Replay(s.rows[:len(s.rows)-1])
	return t
}

// wait is a time that a ticket may lie, mostly short.
func (r chance) wait() time.Duration {
	most := pick(r, []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 8 * time.Hour, 3 * 24 * time.Hour})
	return time.Duration(r.Uint64() % uint64(most)).Truncate(time.Second)
}

// row is a row of that type by somebody, some time later, or now and then earlier.
func (r chance) row(s story, typ ticket.EventType, by ticket.Actor) ticket.Event {
	e := ticket.Event{Type: typ, By: by, At: calendar.InChina(s.now.Add(r.wait()))}
	if e.Recorded = e.At; r.IntN(8) == 0 { // entered later
		e.Recorded = calendar.InChina(e.At.Add(r.wait()))
	}
	if r.IntN(12) == 0 { // and it happened before what is there already
		e.At = calendar.InChina(s.now.Add(-r.wait()))
	}
	switch typ {
	case ticket.Reranked:
		e.Severity = pick(r, []ticket.Severity{"", ticket.Minor, ticket.Important, ticket.Major})
		e.Urgency = pick(r, []ticket.Urgency{"", "", ticket.Normal, ticket.Emergency})
	case ticket.Revisited:
		e.Channel = pick(r, []ticket.Channel{ticket.Phone, ticket.Visit, ticket.Online})
		e.Grade = pick(r, []ticket.Grade{"", ticket.Satisfied, ticket.Fair, ticket.Poor})
	case ticket.Told, ticket.SignedOff:
		e.Grade = pick(r, []ticket.Grade{"", "", ticket.Satisfied, ticket.NoGrade})
	case ticket.Missed:
		if r.IntN(2) == 0 {
			e.Approver = person(ticket.Manager)
		}
	case ticket.Dispatched:
		e.To = pick(r, []ticket.Actor{person(ticket.Worker), person(ticket.DepartmentHead), {Role: ticket.DepartmentHead}})
		if r.IntN(2) == 0 {
			e.Until = calendar.InChina(e.At.Add(r.wait()))
		}
	case ticket.Promised, ticket.Rescheduled, ticket.Extended:
		e.Until = calendar.InChina(e.At.Add(r.wait()))
	}
	return e
}
