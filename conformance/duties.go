package conformance

import (
	"fmt"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// duties asks of each periodic duty what of it is undone: before the end of its period, at it,
// and after; done by whom, how often, and about what.
func (w *writer) duties() {
	m := w.month()
	noon := hour(m.Day(12), 12) // a Wednesday or so, in the middle of everything
	for _, d := range w.policy.Duties {
		q := Question{Topic: Agenda, Args: []string{string(d.Clause)}}
		// What the duty is about: a desk that charges, open tickets, revisits to check.
		q.Money = log(hour(m.Day(2), 10), billing.Entry{Type: billing.Quoted}, billing.Entry{Type: billing.Charged, Payment: billing.Cash})
		switch d.Clause {
		case "HL1-4.3":
			if s, ok := w.flow.begin(repair, noon.AddDate(0, 0, -3)); ok {
				q.History = s.rows
			}
		case "SP-2.7.1a":
			if s, ok := w.upTo(special, hour(m.Day(2), 9), ticket.Event{Type: ticket.Completed}, ticket.Event{Type: ticket.SignedOff}); ok {
				q.History = s.rows
			}
		case "SP-2.7.4":
			for i := range d.Times + 2 {
				s, ok := w.upTo(inquiry, hour(m.Day(2), 9+i), ticket.Event{Type: ticket.Told}, ticket.Event{Type: ticket.Revisited})
				if !ok {
					continue
				}
				for _, e := range s.rows {
					e.Ticket = fmt.Sprintf("T%d", i+1)
					q.History = append(q.History, e)
				}
			}
		}
		group := string(d.Clause) + " of the " + string(d.Who)
		first := ""
		ask := func(subject string, asOf time.Time, done []wuye.DutyDone) {
			q := q
			q.AsOf, q.Done = asOf, done
			name := w.ask(d.Clause, group, subject, q, first)
			if first == "" {
				first = name
			}
		}
		times := func(n int, by ticket.Role, at time.Time, ref string) []wuye.DutyDone {
			var done []wuye.DutyDone
			for i := range n {
				row := wuye.DutyDone{Clause: d.Clause, At: at, By: person(by)}
				if row.Ref = strings.ReplaceAll(ref, "%d", fmt.Sprint(i+1)); ref == "" {
					row.At = at.Add(time.Duration(i) * time.Minute)
				}
				done = append(done, row)
			}
			return done
		}
		ask("nothing done", noon, nil)
		before := noon.Add(-time.Hour)
		need := max(1, d.Times)
		if d.Clause == "VC-4.2a" {
			need *= max(1, w.policy.Households)
		}
		for _, n := range []int{need - 1, need} {
			if n > 0 {
				ask(fmt.Sprintf("done %d times, each another", n), noon, times(n, d.Who, before, "R%d"))
				ask(fmt.Sprintf("done %d times, always the same", n), noon, times(n, d.Who, before, "R1"))
			}
		}
		for _, by := range []ticket.Role{ticket.Assistant, ticket.Supervisor, ticket.Manager, ticket.Finance, ticket.Worker} {
			ask("done by the "+string(by), noon, times(need, by, before, "R%d"))
		}
		// The ends of the periods that anybody may take for this one's.
		for _, end := range []struct {
			why string
			day calendar.Date
		}{
			{"day", m.Day(12)}, {"week", calendar.DateOf(noon).AddDays((7 - int(calendar.DateOf(noon).Weekday())) % 7)}, {"month", m.Last()},
			{"5th of the next month", m.Add(1).Day(5)}, {"10th of the next month", m.Add(1).Day(10)}, {"quarter", m.Add(2 - (int(m.Day(1).Start().Month())-1)%3).Last()},
			{"year", m.Add(12 - int(m.Day(1).Start().Month())).Last()},
		} {
			ask("nothing done by the end of the "+end.why, end.day.AddDays(1).Start().Add(-1), nil)
			ask("nothing done at the end of the "+end.why, end.day.AddDays(1).Start(), nil)
			if end.why != d.Every && (d.Day == 0 || end.day.Month() == m) {
				continue
			}
			ask("done 1 ns before the end of the "+end.why, end.day.AddDays(1).Start().Add(time.Hour), times(need, d.Who, end.day.AddDays(1).Start().Add(-1), "R%d"))
			ask("done at the end of the "+end.why, end.day.AddDays(1).Start().Add(time.Hour), times(need, d.Who, end.day.AddDays(1).Start(), "R%d"))
		}
	}
}

// histories asks of what only the whole of a history shows: each clause kept, and departed from.
func (w *writer) histories() {
	at := w.ordinary().at
	by := func(r ticket.Role, t ticket.EventType) ticket.Event { return ticket.Event{Type: t, By: person(r)} }
	grade := func(e ticket.Event) ticket.Event { e.Grade = ticket.Satisfied; return e }
	after := func(d time.Duration, e ticket.Event) ticket.Event { e.At = at.Add(d); return e }
	until := func(d time.Duration, e ticket.Event) ticket.Event { e.Until = at.Add(d); return e }
	visit := ticket.Event{Type: ticket.Revisited, By: person(ticket.Manager), Channel: ticket.Visit, Grade: ticket.Satisfied}
	only := func(t ticket.EventType) ticket.Event { return ticket.Event{Type: t} }
	told, done, archived, promised := only(ticket.Told), only(ticket.Completed), only(ticket.Archived), until(5*time.Hour, only(ticket.Promised))
	dismissed := by(ticket.Manager, ticket.Dismissed)
	phone := func(r ticket.Role) ticket.Event {
		return ticket.Event{Type: ticket.Revisited, By: person(r), Channel: ticket.Phone}
	}
	up := func(from, to ticket.Role) ticket.Event {
		return ticket.Event{Type: ticket.Escalated, By: person(from), To: person(to)}
	}
	whole := phone(ticket.Assistant)
	whole.Punctual, whole.Attitude, whole.Quality = ticket.Satisfied, ticket.Satisfied, ticket.Satisfied
	online := ticket.Event{Type: ticket.Revisited, Channel: ticket.Online}
	missed := func(d time.Duration) ticket.Event { return after(d, only(ticket.Missed)) }
	givenUp := func(d time.Duration) ticket.Event {
		return after(d, ticket.Event{Type: ticket.Missed, Approver: person(ticket.Manager)})
	}
	other := ticket.Event{Type: ticket.Dispatched, To: ticket.Actor{Role: ticket.Assistant, ID: "A02"}, Reason: "转"}
	again := ticket.Event{Type: ticket.Dispatched, To: ticket.Actor{Role: ticket.Worker, ID: "W09"}}
	grave := with(complaint, ticket.Important)

	for _, c := range []struct {
		clause rule.ID
		why    string
		f      ticket.Facts
		rows   []ticket.Event
	}{
		{"HB-2.2c", "archived, opinion asked", inquiry, []ticket.Event{grade(told), archived}},
		{"HB-2.2c", "archived, opinion not asked", inquiry, []ticket.Event{told, archived}},
		{"HL1-4.3", "looked at the next day", repair, []ticket.Event{after(20*time.Hour, only(ticket.Informed))}},
		{"HL1-4.3", "looked at at the end of the day after", repair, []ticket.Event{after(38*time.Hour-1, only(ticket.Informed))}},
		{"HL1-4.3", "not looked at the day after", repair, []ticket.Event{after(38*time.Hour, only(ticket.Informed))}},
		{"HL2-3.2.3", "an emergency, plan started", emergency, []ticket.Event{only(ticket.PlanStarted), done}},
		{"HL2-3.2.3", "an emergency, no plan started", emergency, []ticket.Event{done}},
		{"HL2-3.2.3", "an emergency, plan started when all was over", emergency, []ticket.Event{done, only(ticket.PlanStarted)}},
		{"HL2-4.1", "promised, then forwarded", complaint, []ticket.Event{promised, only(ticket.Dispatched)}},
		{"HL2-4.1", "forwarded, then promised", complaint, []ticket.Event{only(ticket.Dispatched), promised}},
		{"HL2-4.2", "forwarded with the limit promised", complaint, []ticket.Event{promised, until(5*time.Hour, only(ticket.Dispatched))}},
		{"HL2-4.2", "forwarded with a later limit", complaint, []ticket.Event{promised, until(6*time.Hour, only(ticket.Dispatched))}},
		{"SP-2.3c", "re-confirmed before the appointed time", special, []ticket.Event{until(6*time.Hour, only(ticket.Rescheduled)), after(5*time.Hour, only(ticket.Arrived))}},
		{"SP-2.3c", "late, and not re-confirmed", special, []ticket.Event{after(5*time.Hour, only(ticket.Arrived))}},
		{"SP-2.4.2a", "receipt logged before the start", special, []ticket.Event{only(ticket.Acknowledged), only(ticket.Started)}},
		{"SP-2.4.2a", "receipt not logged", special, []ticket.Event{only(ticket.Started)}},
		{"SP-2.7.3a", "visited, no opinion", special, []ticket.Event{only(ticket.SignedOff), {Type: ticket.Revisited, Channel: ticket.Visit}}},
		{"SP-2.7.3a", "visited, opinion written", special, []ticket.Event{only(ticket.SignedOff), {Type: ticket.Revisited, Channel: ticket.Visit, Grade: ticket.Fair}}},
		{"SP-2.7.3b", "called, no opinion", special, []ticket.Event{only(ticket.SignedOff), phone(ticket.Assistant)}},
		{"SP-2.7.3b", "called, opinion recorded", special, []ticket.Event{only(ticket.SignedOff), grade(phone(ticket.Assistant))}},
		{"VC-1.3a", "unsolved, the supervisor on site", complaint, []ticket.Event{up(ticket.Assistant, ticket.Supervisor), by(ticket.Supervisor, ticket.Arrived), told}},
		{"VC-1.3a", "unsolved, the supervisor not on site", complaint, []ticket.Event{up(ticket.Assistant, ticket.Supervisor), told}},
		{"VC-1.3b", "to the manager, reported in writing", complaint, []ticket.Event{only(ticket.Reported), up(ticket.Supervisor, ticket.Manager)}},
		{"VC-1.3b", "to the manager, by word of mouth", complaint, []ticket.Event{up(ticket.Supervisor, ticket.Manager)}},
		{"VC-1.6", "the manager's, revisited by him", complaint, []ticket.Event{up(ticket.Assistant, ticket.Manager), dismissed, told, phone(ticket.Manager), archived}},
		{"VC-1.6", "the manager's, revisited by the assistant", complaint, []ticket.Event{up(ticket.Assistant, ticket.Manager), dismissed, told, phone(ticket.Assistant), archived}},
		{"VC-1.6", "the supervisor's, revisited by the manager", complaint, []ticket.Event{up(ticket.Assistant, ticket.Supervisor), dismissed, told, phone(ticket.Manager), archived}},
		{"TR-4.7a", "valid, the manager on site", complaint, []ticket.Event{told, visit, archived}},
		{"TR-4.7a", "valid, the manager by phone", complaint, []ticket.Event{told, phone(ticket.Manager), archived}},
		{"TR-4.7a", "valid, the supervisor on site", complaint, []ticket.Event{told, {Type: ticket.Revisited, By: person(ticket.Supervisor), Channel: ticket.Visit}, archived}},
		{"TR-4.7b", "the customer's attitude recorded", complaint, []ticket.Event{told, visit}},
		{"TR-4.7b", "the customer's attitude not recorded", complaint, []ticket.Event{told, {Type: ticket.Revisited, By: person(ticket.Manager), Channel: ticket.Visit}}},
		{"TR-4.5", "all three questions asked", repair, []ticket.Event{done, told, whole}},
		{"TR-4.5", "not all three questions asked", repair, []ticket.Event{done, told, phone(ticket.Assistant)}},
		{"TR-4.9.3", "a visit of ten minutes", inquiry, []ticket.Event{told, after(time.Hour, until(70*time.Minute, visit))}},
		{"TR-4.9.3", "a visit of ten minutes and 1 ns", inquiry, []ticket.Event{told, after(time.Hour, until(70*time.Minute+1, visit))}},
		{"VC-3.5", "returned twice, with reasons", repair, []ticket.Event{only(ticket.Dispatched), only(ticket.Returned), only(ticket.Dispatched), only(ticket.Returned)}},
		{"VC-3.5", "passed on twice, with a reason", repair, []ticket.Event{only(ticket.Dispatched), other, {Type: ticket.Dispatched, Reason: "转"}}},
		{"VC-3.5", "passed on twice, without", repair, []ticket.Event{only(ticket.Dispatched), other, again}},
		{"WY-superior-promise", "important, promised by the supervisor", grave, []ticket.Event{until(5*time.Hour, by(ticket.Supervisor, ticket.Promised)), after(3*time.Hour, told)}},
		{"WY-superior-promise", "important, promised by the assistant", grave, []ticket.Event{promised, after(3*time.Hour, told)}},
		{"WY-superior-promise", "important, answered within two hours", grave, []ticket.Event{after(2*time.Hour, told)}},
		{"WY-superior-promise", "important, answered 1 ns later, not promised", grave, []ticket.Event{after(2*time.Hour+1, told)}},
		{"WY-online-revisit", "online, answered", inquiry, []ticket.Event{told, grade(online)}},
		{"WY-online-revisit", "online, a default", inquiry, []ticket.Event{told, online}},
		{"WY-unreachable", "three attempts on two days", inquiry, []ticket.Event{told, missed(time.Hour), missed(2 * time.Hour), givenUp(25 * time.Hour)}},
		{"WY-unreachable", "three attempts on one day", inquiry, []ticket.Event{told, missed(time.Hour), missed(2 * time.Hour), givenUp(3 * time.Hour)}},
		{"WY-unreachable", "two attempts on two days", inquiry, []ticket.Event{told, missed(time.Hour), givenUp(25 * time.Hour)}},
		{"WY-own-work", "revisited by a helper", repair, []ticket.Event{{Type: ticket.Joined, To: person(ticket.Assistant)}, done, told, phone(ticket.Assistant)}},
		{"WY-own-work", "revisited by another", repair, []ticket.Event{{Type: ticket.Joined, To: person(ticket.Assistant)}, done, told, phone(ticket.Supervisor)}},
	} {
		s, ok := w.flow.begin(c.f, at)
		for _, e := range c.rows {
			if ok {
				s, ok = s.then(e, nil)
			}
		}
		if ok {
			w.found(c.clause, c.why, s)
		}
	}
	// The form of a complaint: each particular that the site's has, and one that it has not.
	for _, p := range []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room, ticket.Cause, ticket.Scope} {
		s := story{flow: w.flow}
		e := s.complete(ticket.Event{Type: ticket.Registered, At: at, Kind: ticket.Complaint, Caller: ticket.Owner})
		e.Has = nil
		for _, has := range []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room, ticket.Cause, ticket.Scope} {
			if has != p {
				e.Has = append(e.Has, has)
			}
		}
		s.rows, s.now = []ticket.Event{e}, at
		w.found("QI-3.4a", "a complaint without its "+string(p), s)
	}
}

// found asks whether a history departs from a clause, two days later.
func (w *writer) found(clause rule.ID, why string, s story) {
	w.ask(clause, string(clause), why, Question{Topic: Finding, History: s.rows, AsOf: later(s.now, s.rows[0].At.Add(36*time.Hour)), Args: []string{string(clause)}})
}

// scores asks for the month's figures: each part of each.
func (w *writer) scores() {
	m := w.month()
	var rows []ticket.Event
	n := 0
	put := func(f ticket.Facts, at time.Time, more ...ticket.Event) {
		s, ok := w.flow.begin(f, at)
		for _, e := range more {
			if ok {
				s, ok = s.then(e, nil)
			}
		}
		if !ok {
			return
		}
		n++
		for _, e := range s.rows {
			e.Ticket = fmt.Sprintf("T%02d", n)
			rows = append(rows, e)
		}
	}
	day := func(d int) time.Time { return hour(m.Day(d), 10) }
	rated := func(g ticket.Grade) ticket.Event { return ticket.Event{Type: ticket.Told, Grade: g} }
	for i, g := range []ticket.Grade{ticket.VerySatisfied, ticket.Satisfied, ticket.Satisfied, ticket.Fair, ticket.Poor, ticket.Bad, ticket.NoGrade} {
		put(inquiry, day(i+2), rated(g))
	}
	put(inquiry, day(9), ticket.Event{Type: ticket.Told})                  // silence is no rating
	put(inquiry, day(10))                                                  // not answered
	put(complaint, day(11), ticket.Event{Type: ticket.Told})               // valid
	put(complaint, day(12), ticket.Event{Type: ticket.Upheld})             // valid in any reading
	put(complaint, day(13), ticket.Event{Type: ticket.Dismissed})          // not valid
	put(linked(inquiry), day(14), ticket.Event{Type: ticket.Told})         // raised in a revisit, dealt with
	put(linked(inquiry), day(15))                                          // and not
	put(complaint, hour(m.Add(-1).Day(20), 10))                            // of the month before
	put(complaint, hour(m.Add(1).Day(1), 10))                              // of the month after
	put(repair, hour(m.Last(), 23), ticket.Event{Type: ticket.Merged})     // of several households, counted once
	put(inquiry, m.Add(1).Day(1).Start().Add(-1), rated(ticket.Satisfied)) // on the month's last instant, rated in the next
	put(inquiry, m.Day(1).Start(), rated(ticket.VerySatisfied))            // on its first
	q := Question{Topic: Score, History: rows, AsOf: hour(m.Add(1).Day(3), 9)}
	for _, c := range []rule.ID{"HB-2.1b", "HB-2.1c", "HB-2.2d", "VC-4.1b"} {
		q.Args = []string{string(c), m.String()}
		w.ask(c, string(c), "a month of every sort", q)
		none := q
		none.History = nil
		w.ask(c, string(c), "a month of nothing", none)
	}
}
