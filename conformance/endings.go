package conformance

import (
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// ended asks about every row that stops or lapses the clock, on both sides of the due
// instant.
func (w *writer) ended(k clock) {
	start := &k.started.rows[len(k.started.rows)-1]
	for g, group := range k.To {
		for _, m := range group {
			s, ok := k.started, true
			for h, other := range k.To {
				if h != g && ok {
					s, ok = k.oneOf(s, other, group)
				}
			}
			if !ok {
				continue
			}
			after := func(time.Time) time.Time { return k.due.Add(time.Second) }
			if m.Recorded && m.Type == start.Type {
				entered := func(at time.Time) []ticket.Event {
					rows := slices.Clone(s.rows)
					rows[len(k.started.rows)-1].Recorded = at
					return rows
				}
				w.askVerdict(k, k.Clause, string(m.Type)+", entry not known", entered(time.Time{}), k.due.Add(time.Second))
				w.sided(k, k.Clause, string(m.Type)+" (entered) ", k.due, entered, after)
				continue
			}
			clause := k.Clause
			if m.Type == ticket.Reopened {
				clause = reopening
			}
			w.sided(k, clause, string(m.Type)+" ", k.due, k.ending(s, m), after)
		}
	}
	for _, m := range k.Unless {
		w.sided(k, k.Clause, "unless "+string(m.Type)+" ", k.due, k.ending(k.started, m), func(time.Time) time.Time { return k.due.Add(time.Second) })
	}
}

// ending is the story's rows up to one that a mark means, at the instant.
func (k clock) ending(s story, m sla.Mark) func(time.Time) []ticket.Event {
	return func(at time.Time) []ticket.Event {
		e := marked(m, at)
		e.At = at
		if done, ok := s.then(e, k.ends(m)); ok {
			return done.rows
		}
		return nil
	}
}

// done goes on until the clock is met, by the first mark of each group of To.
func (k clock) done(s story) (story, bool) {
	ok := true
	for _, group := range k.To {
		if ok {
			s, ok = k.oneOf(s, group, nil)
		}
	}
	return s, ok
}

// oneOf goes on by the first mark of the group that can come, without those of avoid.
func (k clock) oneOf(s story, group, avoid []sla.Mark) (story, bool) {
	var types []ticket.EventType
	for _, m := range avoid {
		types = append(types, m.Type)
	}
	for _, m := range group {
		if m.Recorded { // by its own row
			return s, true
		}
		if next, ok := s.then(marked(m, s.now), types); ok {
			return next, true
		}
	}
	return s, false
}

// besides asks about every type of row, plain and with what marks ask for: what does not
// stop a clock is asked for as well as what does.
func (w *writer) besides(k clock) {
	rows := []ticket.Event{
		{Type: ticket.Dispatched, To: ticket.Actor{Role: ticket.DepartmentHead}},
		{Type: ticket.Escalated, To: ticket.Actor{Role: ticket.Manager}},
		{Type: ticket.Acknowledged, By: ticket.Actor{Role: ticket.Worker}},
		{Type: ticket.Started, By: ticket.Actor{Role: ticket.Worker}},
		{Type: ticket.Told, Grade: ticket.Satisfied},
		{Type: ticket.Told, To: person(ticket.Authority)},
		{Type: ticket.SignedOff, Grade: ticket.Satisfied},
		{Type: ticket.Missed, Approver: person(ticket.Manager)},
		{Type: ticket.Missed, Ref: "T2"},
		{Type: ticket.Revisited, Channel: ticket.Phone, Grade: ticket.NoGrade},
		{Type: ticket.Revisited, Channel: ticket.Visit},
		{Type: ticket.Revisited, Channel: ticket.Visit, By: person(ticket.Supervisor)},
		{Type: ticket.Revisited, Channel: ticket.Phone, By: person(ticket.Manager)},
		{Type: ticket.Revisited, Channel: ticket.Visit, By: person(ticket.Manager)},
		{Type: ticket.Extended, To: person(ticket.Worker)},
		{Type: ticket.Dispatched, Until: k.started.now.Add(time.Hour)},
		{Type: ticket.Reranked, Severity: ticket.Minor, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Severity: ticket.Important, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Severity: ticket.Major, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Urgency: ticket.Normal, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Urgency: ticket.Emergency, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Kind: ticket.Other, By: person(ticket.Supervisor)},
	}
	for _, typ := range w.flow.types {
		if typ != ticket.Registered && typ != ticket.Imported {
			rows = append(rows, ticket.Event{Type: typ})
		}
	}
	reach := k.started.reach(k.ends())
	for _, e := range rows {
		if s, ok := reach.then(e); ok {
			last := s.rows[len(s.rows)-1]
			subject := "only " + string(e.Type)
			for _, extra := range []string{string(e.To.Role), string(e.By.Role), string(e.Channel), string(e.Grade), string(e.Approver.Role), e.Ref, string(e.Severity), string(e.Urgency), string(e.Kind)} {
				if extra != "" {
					subject += " " + extra
				}
			}
			clause := k.Clause
			if e.Type == ticket.Reopened {
				clause = reopening
			}
			w.askVerdict(k, clause, subject, s.rows, later(k.due, last.At).Add(1))
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// turns asks what becomes of the clock when the ticket is held, disputed, opened again,
// taken over; when it begins again; and when another clause takes its place.
func (w *writer) turns(k clock) {
	s := k.started
	afterwards := func(clause rule.ID, subject string, s story) {
		w.askVerdict(k, clause, subject+", 1 ns after the first due", s.rows, later(k.due.Add(1), s.now))
		if v, _ := w.verdict(k, s, s.now); !v.Due.At.Equal(k.due) {
			w.around(k, clause, subject, s)
		}
	}
	if held, ok := s.add(ticket.Event{Type: ticket.Held}); ok {
		afterwards(k.Clause, "held", held)
		for _, pause := range []struct {
			long string
			time.Duration
		}{{"a minute", time.Minute}, {"an hour", time.Hour}, {"25 hours", 25 * time.Hour}, {"49 hours", 49 * time.Hour}} {
			d, long := pause.Duration, pause.long
			resumed, ok := held.add(ticket.Event{Type: ticket.Resumed, At: calendar.InChina(held.now.Add(d))})
			if !ok {
				continue
			}
			afterwards(k.Clause, "held for "+long, resumed)
			twice, ok := resumed.add(ticket.Event{Type: ticket.Held, At: calendar.InChina(resumed.now.Add(time.Minute))})
			if !ok {
				continue
			}
			afterwards(k.Clause, "held for "+long+", and again", twice)
			if twice, ok = twice.add(ticket.Event{Type: ticket.Resumed, At: calendar.InChina(twice.now.Add(d))}); ok {
				afterwards(k.Clause, "held twice for "+long, twice)
			}
			if late, ok := resumed.then(ticket.Event{Type: ticket.Dispatched, At: calendar.InChina(resumed.now.Add(time.Minute))}, k.ends()); ok {
				late, _ = late.add(ticket.Event{Type: ticket.Held, At: calendar.InChina(held.now.Add(d / 2))})
				if late, ok = late.add(ticket.Event{Type: ticket.Resumed, At: resumed.now}); ok {
					afterwards(k.Clause, "held for "+long+", half of it entered twice", late)
				}
			}
		}
	}
	if referred, ok := s.then(ticket.Event{Type: ticket.ReferredOut}, k.ends()); ok {
		if replied, ok := referred.add(ticket.Event{Type: ticket.Replied, At: calendar.InChina(referred.now.Add(49 * time.Hour))}); ok {
			afterwards(k.Clause, "referred for 49 hours", replied)
		}
	}
	if disputed, ok := s.then(ticket.Event{Type: ticket.Disputed}, k.ends()); ok {
		afterwards(k.Clause, "disputed", disputed)
	}
	if again, ok := s.then(ticket.Event{Type: ticket.Reopened}, k.ends()); ok {
		afterwards(reopening, "opened again", again)
		row := len(s.rows) - 1
		for _, group := range k.To {
			for _, m := range group {
				if m.Recorded && m.Type == s.rows[row].Type {
					entered := again
					entered.rows = slices.Clone(again.rows)
					entered.rows[row].Recorded = calendar.InChina(k.due.Add(time.Hour))
					w.askVerdict(k, reopening, "opened again before it was entered", entered.rows, k.due.Add(2*time.Hour), k.called(string(m.Type)+" (entered) "+sides[2]))
				}
			}
		}
	}
	if again, ok := s.then(ticket.Event{Type: ticket.Reopened, At: calendar.InChina(k.due.Add(time.Hour))}, k.ends()); ok {
		w.askVerdict(k, reopening, "opened again after due", again.rows, again.now)
	}

	done, ok := k.done(s)
	if again, legal := done.then(ticket.Event{Type: ticket.Reopened}, nil); legal && ok {
		afterwards(reopening, "done, and opened again", again)
	}
	for _, late := range []bool{false, true} {
		dispute, what := ticket.Event{Type: ticket.Disputed}, "done, disputed"
		if late {
			dispute.At, what = calendar.InChina(k.due.Add(time.Hour)), "done, disputed after due"
		}
		disputed, legal := done.then(dispute, nil)
		if !legal || !ok {
			continue
		}
		afterwards(k.Clause, what, disputed)
		for _, m := range k.choice {
			if again, legal := disputed.then(marked(m, disputed.now.Add(time.Hour)), nil); legal {
				afterwards(k.Clause, what+", and "+string(m.Type)+" again", again)
			}
		}
	}
	for _, group := range k.From {
		for _, m := range group {
			if again, legal := done.then(marked(m, s.now.Add(2*time.Hour)), nil); legal && ok && m.Type != ticket.Reopened {
				afterwards(k.Clause, "done, and "+string(m.Type)+" again", again)
			}
		}
	}
	for _, m := range k.choice {
		e := marked(m, s.now.Add(2*time.Hour))
		if again, legal := s.then(e, k.ends()); legal {
			afterwards(k.Clause, "not done, and "+string(m.Type)+" again", again)
		}
	}
	for _, y := range w.policy.SLA.Clocks {
		if y.Clause != k.Yields {
			continue
		}
		other, ok := s, true
		for _, group := range y.To {
			if ok {
				other, ok = k.oneOf(other, group, nil)
			}
		}
		if ok {
			afterwards(k.Clause, "after what "+string(y.Clause)+" asks", other)
		}
		break
	}

	for _, at := range []time.Time{s.now.Add(time.Minute), k.due.Add(time.Hour)} {
		e := ticket.Event{Ticket: "T1", Seq: len(s.rows) + 1, Type: ticket.Imported, At: calendar.InChina(at), Recorded: calendar.InChina(at), State: s.t.State, Kind: s.t.Kind, Caller: s.t.Caller}
		rows := append(slices.Clip(s.rows), e)
		w.askVerdict(k, "WY-import", "taken over at "+minute(e.At), rows, later(k.due, at).Add(1))
	}
}

// whom asks for which tickets the clock runs: one fact after the other is another.
func (w *writer) whom(k clock) {
	for _, f := range variations(k.facts) {
		other := k
		other.facts = f.Facts
		if s, ok := w.start(other, k.choice, calendar.InChina(k.started.now)); ok {
			w.askVerdict(k, k.Clause, "where the ticket is "+f.what, s.rows, k.due.Add(1))
		}
	}
}
