package conformance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/wuye/ticket"
)

var states = [...]ticket.State{
	ticket.Open, ticket.Accepted, ticket.Assigned, ticket.InWork, ticket.Done,
	ticket.Referred, ticket.Answered, ticket.Closed, ticket.Void,
}

// moves asks where a ticket stands after a row: every row of the table by the shortest
// history that reaches it; every kind of row in every state; every role; everything left out
// that is needed; and the rules that hold for all rows.
func (w *writer) moves() {
	at := w.ordinary().at
	w.legal(at)
	for _, t := range []struct {
		name  string
		facts ticket.Facts
	}{{"repair", repair}, {"complaint", complaint}, {"special service", special}, {"fit-out", fitOut}, {"inquiry", inquiry}} {
		for _, state := range states {
			w.grid(t.name, t.facts, state, at)
		}
	}
	w.roles(at)
	w.lacking(at)
	w.guarded(at)
	w.form(at)
}

// asMove asks about a story's last row. Its clause is the refusal's, else that of the last
// row of the table that fits, which is the one for the fewest tickets.
func (w *writer) asMove(group, subject string, before story, e ticket.Event) {
	q := Question{Topic: Move, History: append(slices.Clip(before.rows), e)}
	clause := move(q).clause
	if rows := w.flow.fitting(before.t.State, before.t.Facts.After(e), before.t.Passed, e.Type); clause == "" && len(rows) > 0 {
		clause = rows[len(rows)-1].Clause
	}
	switch {
	case e.Type == ticket.Imported:
		clause = "WY-import"
	case clause == "":
		clause = "HB-1.3a"
	}
	w.ask(clause, group, subject, q)
}

// legal asks every row of the table.
func (w *writer) legal(at time.Time) {
	for i := range w.flow.rows {
		r := &w.flow.rows[i]
		when := ticket.Match{}
		if len(r.When) > 0 {
			when = r.When[0]
		}
		facts := factsOf(when)
		subject := fmt.Sprintf("%s from %s by %s", r.Type, or(r.From, "nothing"), r.Clause)
		switch {
		case r.Type == ticket.Imported:
			for _, state := range states {
				s := story{flow: w.flow}
				e := s.complete(ticket.Event{Type: r.Type, At: at, State: state, Caller: ticket.Owner})
				w.ask(r.Clause, "legal", subject+" as "+string(state), Question{Topic: Move, History: []ticket.Event{e}})
			}
		case r.From == "":
			if s, ok := w.flow.begin(facts, at); ok {
				w.ask(r.Clause, "legal", subject, Question{Topic: Move, History: s.rows})
			}
		default:
			s, ok := w.flow.begin(facts, at)
			if !ok {
				continue
			}
			before, ok := s.until(func(t ticket.Ticket) bool {
				return t.State == r.From && fits(r, t.Facts, t.Passed) && passed(t.Passed, r.After)
			})
			if !ok {
				continue
			}
			if after, ok := before.then(ticket.Event{Type: r.Type}, nil); ok {
				w.ask(r.Clause, "legal", subject, Question{Topic: Move, History: after.rows})
			}
		}
	}
}

// grid asks every type of row in one state.
func (w *writer) grid(name string, facts ticket.Facts, state ticket.State, at time.Time) {
	s, ok := w.flow.begin(facts, at)
	if !ok {
		return
	}
	if s, ok = s.until(func(t ticket.Ticket) bool { return t.State == state }); !ok {
		return
	}
	for _, typ := range w.flow.types {
		if typ.Moves() || facts == repair {
			w.asMove(name+" in "+string(state), string(typ), s, s.complete(ticket.Event{Type: typ}))
		}
	}
}

// firsts calls for one row of the table of each type and clause, with a story that has come
// to where it applies.
func (w *writer) firsts(at time.Time, ready bool, do func(*ticket.Transition, story)) {
	var done []string
	for i := range w.flow.rows {
		r := &w.flow.rows[i]
		key := string(r.Type) + " " + string(r.Clause)
		if r.From == "" || !ready && r.After == nil || slices.Contains(done, key) {
			continue
		}
		facts := repair
		if len(r.When) > 0 {
			facts = factsOf(r.When[0])
		}
		s, ok := w.flow.begin(facts, at)
		if !ok {
			continue
		}
		if s, ok = s.until(func(t ticket.Ticket) bool {
			return t.State == r.From && fits(r, t.Facts, t.Passed) && passed(t.Passed, r.After) == ready
		}); ok {
			done = append(done, key)
			do(r, s)
		}
	}
}

func (w *writer) roles(at time.Time) {
	var done []ticket.EventType
	w.firsts(at, true, func(r *ticket.Transition, s story) {
		if slices.Contains(done, r.Type) {
			return
		}
		done = append(done, r.Type)
		for _, p := range people {
			e := s.complete(ticket.Event{Type: r.Type, By: p})
			if e.Approver.Role == p.Role {
				e.Approver = person(ticket.Supervisor)
			}
			w.asMove("roles", fmt.Sprintf("%s by %s", r.Type, p.Role), s, e)
		}
	})
}

// lacking asks each row without each thing that it needs.
func (w *writer) lacking(at time.Time) {
	without := func(s story, e ticket.Event, field string) {
		switch field {
		case "at":
			e.At, e.Recorded = time.Time{}, time.Time{}
		case "by":
			e.By = ticket.Actor{}
		case "kind":
			e.Kind = ""
		case "caller":
			e.Caller = ""
		case "state":
			e.State = ""
		case "to":
			e.To = ticket.Actor{}
		case "approver":
			e.Approver = ticket.Actor{}
		case "until":
			e.Until = time.Time{}
		case "channel":
			e.Channel = ""
		case "hold":
			e.Hold = ""
		case "grade":
			e.Grade = ""
		case "reason":
			e.Reason = ""
		case "ref":
			e.Ref = ""
		default:
			e.Has = slices.DeleteFunc(slices.Clone(e.Has), func(p ticket.Particular) bool { return string(p) == field })
		}
		w.asMove("lacking", fmt.Sprintf("%s without %s", e.Type, field), s, e)
	}
	for _, r := range w.flow.rows {
		if r.From != "" {
			continue
		}
		facts := repair
		if len(r.When) > 0 {
			facts = factsOf(r.When[0])
		}
		s := story{flow: w.flow}
		e := s.complete(ticket.Event{Type: r.Type, At: at, Kind: facts.Kind, Nature: facts.Nature, Caller: facts.Caller, Channel: ticket.Phone})
		for _, field := range r.Needs {
			without(s, e, field)
		}
		for _, p := range r.Has {
			without(s, e, string(p))
		}
	}
	w.firsts(at, true, func(r *ticket.Transition, s story) {
		e := s.complete(ticket.Event{Type: r.Type})
		for _, field := range slices.Concat(r.Needs, []string{"by", "at"}) {
			without(s, e, field)
		}
	})
	w.firsts(at, false, func(r *ticket.Transition, s story) { // the steps that must have passed
		w.asMove("lacking", fmt.Sprintf("%s without %s", r.Type, joined(r.After)), s, s.complete(ticket.Event{Type: r.Type}))
	})
}

func joined(types []ticket.EventType) string {
	var all []string
	for _, t := range types {
		all = append(all, string(t))
	}
	return strings.Join(all, " and ")
}

// guarded asks who may not, though his role might.
func (w *writer) guarded(at time.Time) {
	const group = "guards"
	s, ok := w.flow.begin(repair, at)
	if !ok {
		return
	}
	ask := func(subject string, s story, e ticket.Event) { w.asMove(group, subject, s, s.complete(e)) }
	assistant, supervisor := person(ticket.Assistant), person(ticket.Supervisor)

	taken, _ := s.then(ticket.Event{Type: ticket.Triaged}, nil)
	ask("dispatched to an authority", taken, ticket.Event{Type: ticket.Dispatched, To: person(ticket.Authority)})
	ask("dispatched to nobody by number", taken, ticket.Event{Type: ticket.Dispatched, To: ticket.Actor{Role: ticket.Worker}})
	ask("dispatched to a department", taken, ticket.Event{Type: ticket.Dispatched, To: ticket.Actor{Role: ticket.DepartmentHead}})
	ask("abandoned, approved by himself", taken, ticket.Event{Type: ticket.Abandoned, By: supervisor, Approver: supervisor})
	ask("abandoned, approved by an assistant", taken, ticket.Event{Type: ticket.Abandoned, Approver: ticket.Actor{Role: ticket.Assistant, ID: "A02"}})
	ask("abandoned, approved by a supervisor", taken, ticket.Event{Type: ticket.Abandoned, Approver: supervisor})
	ask("extended, approved by an assistant", taken, ticket.Event{Type: ticket.Extended, Approver: ticket.Actor{Role: ticket.Assistant, ID: "A02"}})
	held, _ := taken.add(ticket.Event{Type: ticket.Held})
	ask("held while held", held, ticket.Event{Type: ticket.Held})
	ask("dispatched while held", held, ticket.Event{Type: ticket.Dispatched})
	ask("severity raised by an assistant", taken, ticket.Event{Type: ticket.Reranked, Severity: ticket.Major})
	raised, _ := taken.add(ticket.Event{Type: ticket.Reranked, Severity: ticket.Major})
	for _, by := range []ticket.Actor{assistant, supervisor} {
		ask("severity lowered by "+string(by.Role), raised, ticket.Event{Type: ticket.Reranked, By: by, Severity: ticket.Minor})
		ask("kind changed by "+string(by.Role), taken, ticket.Event{Type: ticket.Reranked, By: by, Kind: ticket.Complaint})
	}
	own, _ := taken.add(ticket.Event{Type: ticket.Dispatched, To: assistant})
	own, _ = own.add(ticket.Event{Type: ticket.Completed})
	for _, by := range []ticket.Actor{assistant, {Role: ticket.Assistant, ID: "A02"}} {
		ask("own work revisited by "+by.ID, own, ticket.Event{Type: ticket.Revisited, By: by})
		ask("own work rated by "+by.ID, own, ticket.Event{Type: ticket.Rated, By: by})
	}
	if c, ok := w.flow.begin(complaint, at); ok {
		c, _ = c.then(ticket.Event{Type: ticket.Dispatched, To: assistant}, nil)
		c, _ = c.add(ticket.Event{Type: ticket.Completed})
		ask("own complaint revisited", c, ticket.Event{Type: ticket.Revisited})
	}
	against := story{flow: w.flow}
	if against, ok = against.add(ticket.Event{Type: ticket.Registered, At: at, Kind: ticket.Complaint, Caller: ticket.Owner, Against: supervisor}); ok {
		ask("dismissed by the one complained of", against, ticket.Event{Type: ticket.Dismissed, By: supervisor})
		ask("dismissed by another", against, ticket.Event{Type: ticket.Dismissed, By: person(ticket.Manager)})
	}
}

// form asks what holds for every row: order, time, codes; rows repeated, and rows that come late.
func (w *writer) form(at time.Time) {
	s, ok := w.flow.begin(repair, at)
	if !ok {
		return
	}
	s, _ = s.then(ticket.Event{Type: ticket.Dispatched}, nil)
	e := s.complete(ticket.Event{Type: ticket.Started})
	ask := func(subject string, change func(*ticket.Event)) {
		e := e
		change(&e)
		w.asMove("form", subject, s, e)
	}
	ask("entered after it happened", func(e *ticket.Event) { e.Recorded = e.At.Add(1) })
	ask("entered before it happened", func(e *ticket.Event) { e.Recorded = e.At.Add(-1) })
	ask("entry not known", func(e *ticket.Event) { e.Recorded = time.Time{} })
	ask("at the registration", func(e *ticket.Event) { e.At = at })
	ask("before the registration", func(e *ticket.Event) { e.At = at.Add(-1) })
	ask("at the last row", func(e *ticket.Event) { e.At = s.t.Last })
	ask("1 ns before the last row: late, moves nothing", func(e *ticket.Event) { e.At = s.t.Last.Add(-1) })
	ask("a place too far", func(e *ticket.Event) { e.Seq++ })
	ask("a place that is taken", func(e *ticket.Event) { e.Seq-- })
	ask("another ticket", func(e *ticket.Event) { e.Ticket = "T2" })
	ask("no such type", func(e *ticket.Event) { e.Type = "sterted" })
	ask("no such role", func(e *ticket.Event) { e.By.Role = "boss" })
	ask("no such channel", func(e *ticket.Event) { e.Channel = "fax" })
	w.asMove("form", "the same row again", s, s.rows[len(s.rows)-1])
	w.ask("HB-2.1a", "form", "the same row again, then on", Question{Topic: Move, History: append(append(slices.Clip(s.rows), s.rows[1]), e)})

	// A ticket that was taken over: what came before it is not judged.
	testimony := ticket.Event{Ticket: "T1", Seq: 1, Type: ticket.Completed, At: at}
	imported := ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Imported, At: at.Add(time.Hour), State: ticket.Answered, Kind: ticket.Repair}
	archived := ticket.Event{Ticket: "T1", Seq: 3, Type: ticket.Archived, At: at.Add(2 * time.Hour), By: person(ticket.Assistant)}
	w.ask("WY-import", "form", "testimony before a takeover", Question{Topic: Move, History: []ticket.Event{testimony, imported, archived}})
	twice := imported
	twice.Seq = 3
	w.ask("WY-import", "form", "taken over twice", Question{Topic: Move, History: []ticket.Event{testimony, imported, twice}})

	// A ticket all the way, and opened again.
	for _, t := range []struct {
		name  string
		facts ticket.Facts
	}{{"repair", repair}, {"complaint", complaint}, {"special service", special}, {"emergency", emergency}, {"fit-out", fitOut}, {"anonymous complaint", anonymous}, {"suggestion", suggestion}} {
		s, ok := w.flow.begin(t.facts, at)
		if !ok {
			continue
		}
		if s, ok = s.until(func(t ticket.Ticket) bool { return t.State == ticket.Closed }); ok {
			w.asMove("again", t.name+" opened again", s, s.complete(ticket.Event{Type: ticket.Reopened}))
			s, _ = s.add(ticket.Event{Type: ticket.Reopened})
			w.asMove("again", t.name+" archived at once", s, s.complete(ticket.Event{Type: ticket.Archived}))
		}
	}
}
