package conformance

import (
	"fmt"
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// firings asks whom the clocks and rows of a ticket have been told to by then.
func (w *writer) firings() {
	ask := func(clause, about rule.ID, group, subject string, rows []ticket.Event, asOf time.Time, rests ...string) {
		w.ask(clause, group, subject, Question{Topic: Firing, History: rows, AsOf: calendar.InChina(asOf), Args: []string{string(about)}}, rests...)
	}
	w.eachClock(func(k clock) {
		for _, start := range w.starts(k.Warn) {
			s, ok := w.start(k, k.choice, start.at)
			if !ok {
				continue
			}
			v, _ := w.verdict(k, s, s.now)
			if v.Due.At.IsZero() {
				continue
			}
			clause, cause := k.Clause, escalation.Unanswered
			if step, ok := w.policy.Ladder.Next(k.Who, escalation.Late); ok && clause != "WY-unanswered" {
				clause, cause = step.Clause, escalation.Late
			}
			subject := "begun: " + start.why
			// What is told rests on when the clock is due, and on the ladder.
			rests := []string{k.base(), k.called("begun by " + names(k.choice) + ", " + sides[0]), w.due(k.Limit, start), string(Step) + "/" + string(cause) + "/from " + string(k.Who)}
			for _, side := range sides {
				rests = append(rests, k.called(subject+", "+side))
			}
			ask := func(what string, rows []ticket.Event, asOf time.Time, more ...string) {
				ask(clause, k.Clause, k.name, subject+", "+what, rows, asOf, slices.Concat(rests, more)...)
			}
			if !v.Warn.IsZero() {
				ask("1 ns before the warning", s.rows, later(s.now, v.Warn.Add(-1)))
				ask("at the warning", s.rows, later(s.now, v.Warn))
			}
			for _, m := range k.To[0] { // done early, at due, late
				entered := m.Recorded && m.Type == s.rows[len(s.rows)-1].Type
				name := string(m.Type) + " "
				if entered {
					name += "(entered) "
				}
				var more []string
				for _, side := range sides {
					more = append(more, k.called(name+side))
				}
				for _, at := range []time.Time{s.now.Add(2), v.Due.At, v.Due.At.Add(1), v.Due.At.Add(time.Hour)} {
					e := marked(m, at)
					e.At = calendar.InChina(at)
					when := name + "at " + e.At.Format("01-02 15:04:05.999999999")
					if entered {
						rows := slices.Clone(s.rows)
						rows[len(rows)-1].Recorded = e.At
						ask(when, rows, later(at, v.Due.At).Add(2*time.Hour), more...)
					} else if done, ok := s.then(e, k.ends(m)); ok {
						ask(when, done.rows, later(at, v.Due.At).Add(2*time.Hour), more...)
					}
				}
				break
			}
			for _, after := range []time.Duration{0, 1, 30 * time.Minute, 30*time.Minute + 1, time.Hour + 1, 2 * time.Hour} {
				ask(fmt.Sprintf("%v after due", after), s.rows, v.Due.At.Add(after))
			}
		}
	})

	at := w.ordinary().at
	for _, c := range []struct {
		about   rule.ID
		subject string
		facts   ticket.Facts
		rows    []ticket.Event
	}{
		{"VC-1.3a", "escalated by the assistant", complaint, []ticket.Event{{Type: ticket.Escalated}}},
		{"VC-1.3a", "escalated twice", complaint, []ticket.Event{{Type: ticket.Escalated}, {Type: ticket.Escalated}}},
		{"VC-1.3a", "escalated by a worker, to a department", complaint, []ticket.Event{{Type: ticket.Escalated, By: person(ticket.Worker), To: person(ticket.DepartmentHead)}}},
		{"VC-1.3b", "escalated by the supervisor", complaint, []ticket.Event{{Type: ticket.Escalated, By: person(ticket.Supervisor), To: person(ticket.Manager)}}},
		{"VC-3.3b", "escalated past the supervisor", complaint, []ticket.Event{{Type: ticket.Escalated, To: person(ticket.Manager)}}},
		{"VC-3.4", "a suggestion", suggestion, []ticket.Event{{Type: ticket.Escalated, To: person(ticket.Manager)}}},
		{"SP-2.5.3", "disputed once", special, []ticket.Event{{Type: ticket.Disputed}}},
		{"SP-2.5.3", "disputed twice", special, []ticket.Event{{Type: ticket.Disputed}, {Type: ticket.Disputed}}},
		{"SP-2.5.3", "disputed three times", special, []ticket.Event{{Type: ticket.Disputed}, {Type: ticket.Disputed}, {Type: ticket.Disputed}}},
		{"SP-2.5.3", "disputed once in each cycle", special, []ticket.Event{{Type: ticket.Disputed}, {Type: ticket.Reopened}, {Type: ticket.Disputed}}},
		{"SP-2.5.4a", "damaged", repair, []ticket.Event{{Type: ticket.Damaged}}},
		{"QI-3.7b", "important", with(complaint, ticket.Important), nil},
		{"QI-3.7b", "major", with(complaint, ticket.Major), nil},
		{"QI-3.7b", "minor", complaint, nil},
		{"QI-3.7b", "raised to important", complaint, []ticket.Event{{Type: ticket.Reranked, Severity: ticket.Important}}},
		{"QI-3.7b", "raised to important, then to major", complaint, []ticket.Event{{Type: ticket.Reranked, Severity: ticket.Important}, {Type: ticket.Reranked, Severity: ticket.Major}}},
		{"QI-3.7b", "a major repair", with(repair, ticket.Major), nil},
		{"TR-4.6", "a complaint heard in a revisit", linked(complaint), nil},
		{"TR-4.6", "a repair heard in a revisit", linked(repair), nil},
		{"VC-4.1c", "a major matter heard in a revisit", linked(with(repair, ticket.Major)), nil},
		{"SP-2.7.5", "revisited, poor", repair, []ticket.Event{{Type: ticket.Revisited, Grade: ticket.Poor}}},
		{"SP-2.7.5", "revisited, bad", repair, []ticket.Event{{Type: ticket.Revisited, Grade: ticket.Bad}}},
		{"SP-2.7.5", "revisited, fair", repair, []ticket.Event{{Type: ticket.Revisited, Grade: ticket.Fair}}},
		{"SP-2.7.5", "revisited by the supervisor, poor", repair, []ticket.Event{{Type: ticket.Revisited, By: person(ticket.Supervisor), Grade: ticket.Poor}}},
	} {
		s, ok := w.flow.begin(c.facts, at)
		for _, e := range c.rows {
			if ok {
				s, ok = s.then(e, nil)
			}
		}
		if ok {
			ask(c.about, c.about, string(c.about), c.subject, s.rows, s.now)
			ask(c.about, c.about, string(c.about), c.subject+", two hours later", s.rows, s.now.Add(2*time.Hour))
		}
	}
}
