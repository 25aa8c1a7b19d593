package conformance

import (
	"fmt"
	"slices"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// month is August, of 31 days after another of 31, so that it shows which draw the 31st joins; or
// October, if the policy is not in force so long; else the last. The year is the last twelve
// months that are asked about.
func (w *writer) month() calendar.Month {
	last := w.days[len(w.days)-1].Month()
	for _, before := range []int{4, 2} {
		if m := last.Add(-before); w.policy.From.Compare(m.Add(-1).Day(1)) <= 0 {
			return m
		}
	}
	return last
}

// A file is one ticket's rows and the money of it, and why one would ask.
type file struct {
	why   string
	list  string
	rows  []ticket.Event
	money []billing.Entry
}

var listClauses = []struct {
	list   string
	clause rule.ID
}{{"routine", "TR-4.3a"}, {"cash", "SP-2.7.1b"}, {"banked", "SP-2.7.1c"}, {"complaints", "TR-4.7a"}, {"major", "TR-4.8"}}

// revisits asks of a month which tickets must be revisited, one by one and together, and of
// a draw who still must be when some have been.
func (w *writer) revisits() {
	m := w.month()
	asOf := hour(m.Add(1).Day(20), 12)
	files := w.files(m)
	for _, l := range listClauses {
		all := file{why: "all of these"}
		var each []string
		for _, f := range files {
			all.rows, all.money = append(all.rows, f.rows...), append(all.money, f.money...)
		}
		for _, f := range append(slices.Clip(files), all) {
			if f.list != "" && f.list != l.list && !(f.list == "cash" && l.list == "banked") {
				continue
			}
			q := Question{Topic: Revisit, History: f.rows, Money: f.money, AsOf: asOf, Key: drawKey, Args: []string{l.list, m.String()}}
			rests := w.sampled(q)
			if l.list == "banked" { // which of the two it is was asked of the other
				rests = append(rests, "revisit/cash/"+f.why)
			}
			if f.list == "" {
				rests = append(rests, each...)
			}
			each = append(each, w.ask(l.clause, l.list, f.why, q, rests...))
		}
	}
	w.february()
	w.covered(m)
	w.lacks(m)
	w.revisitors()
}

// sampled is what the list of a sample rests on: how many of so many, and which.
func (w *writer) sampled(q Question) []string {
	m, err := calendar.ParseMonth(q.Args[1])
	if err != nil {
		return nil
	}
	end, err := w.desk.MonthEnd(m, records(q), q.Key, q.AsOf)
	if err != nil {
		return nil
	}
	switch q.Args[0] {
	case "routine":
		return append(w.sized("routine", end.Routine.Population), "draw/routine/50 orders")
	case "cash":
		return append(w.sized("cash", end.Cash.Population), "draw/cash/50 orders")
	case "banked":
		return append(w.sized("banked", end.Banked.Population), "draw/banked/50 orders")
	}
	return nil
}

// february asks of the month that has no 30th, and of the next one's draw, on both sides of
// February's end.
func (w *writer) february() {
	i := slices.IndexFunc(w.days, func(d calendar.Date) bool { return d.Month().Day(30).Day() < 30 })
	if i < 0 {
		return
	}
	m := w.days[i].Month()
	end := m.Last().AddDays(1).Start()
	for _, e := range []struct {
		why string
		at  time.Time
	}{
		{"1 ns before February's end", end.Add(-1)}, {"at February's end", end}, {"on the 1st of March", hour(m.Add(1).Day(1), 10)},
		{"on the 2nd of March", hour(m.Add(1).Day(2), 10)}, {"on the 3rd of March", hour(m.Add(1).Day(3), 10)},
	} {
		s, ok := w.upTo(repair, e.at, ticket.Event{Type: ticket.Completed}, ticket.Event{Type: ticket.Told})
		if !ok {
			continue
		}
		for _, of := range []calendar.Month{m, m.Add(1)} {
			q := Question{Topic: Revisit, History: s.rows, AsOf: hour(of.Add(1).Day(20), 12), Key: drawKey, Args: []string{"routine", of.String()}}
			w.ask("TR-4.3a", "routine", "a repair finished "+e.why+", drawn in "+of.String(), q, w.sampled(q)...)
		}
	}
}

// upTo is a story that is begun an hour before and goes up to these rows, the last of them at
// that instant.
func (w *writer) upTo(f ticket.Facts, at time.Time, rows ...ticket.Event) (story, bool) {
	s, ok := w.flow.begin(f, at.Add(-time.Hour))
	for i, e := range rows {
		if i == len(rows)-1 {
			e.At = at
		}
		if ok {
			s, ok = s.then(e, nil)
		}
	}
	return s, ok
}

// files are tickets on both sides of what puts them on a list.
func (w *writer) files(m calendar.Month) []file {
	var files []file
	n := 0
	// put writes the story under a number of its own.
	put := func(list, why string, s story, ok bool, money ...billing.Entry) {
		if !ok {
			return
		}
		n++
		id := fmt.Sprintf("T%02d", n)
		f := file{why: why, list: list, rows: slices.Clone(s.rows), money: money}
		for i := range f.rows {
			f.rows[i].Ticket = id
		}
		for i := range f.money {
			f.money[i].Ticket, f.money[i].Serial = id, "N-"+id
		}
		files = append(files, f)
	}
	upTo := w.upTo
	done, told, signed := ticket.Event{Type: ticket.Completed}, ticket.Event{Type: ticket.Told}, ticket.Event{Type: ticket.SignedOff}
	middle := hour(m.Day(15), 10)
	edges := []struct {
		why string
		at  time.Time
	}{
		{"in the middle of the month", middle},
		{"1 ns before 24:00 of the 30th", m.Day(31).Start().Add(-1)}, {"at 24:00 of the 30th", m.Day(31).Start()},
		{"1 ns before the month's end", m.Add(1).Day(1).Start().Add(-1)}, {"at the month's end", m.Add(1).Day(1).Start()},
		{"1 ns before 24:00 of the last month's 30th", m.Day(1).AddDays(-1).Start().Add(-1)}, {"on the last month's 31st", hour(m.Day(1).AddDays(-1), 10)},
		{"1 ns before the month", m.Day(1).Start().Add(-1)}, {"at the month's first instant", m.Day(1).Start()},
	}

	for _, e := range edges {
		s, ok := upTo(repair, e.at, done, told)
		put("routine", "a repair finished "+e.why, s, ok)
	}
	for _, f := range variations(repair) {
		s, ok := upTo(f.Facts, middle, done, told)
		put("routine", "finished, where the ticket is "+f.what, s, ok)
	}
	for _, c := range []struct {
		why  string
		rows []ticket.Event
	}{
		{"a repair only completed", []ticket.Event{done}},
		{"a repair signed off", []ticket.Event{done, signed}},
		{"a repair disputed", []ticket.Event{done, {Type: ticket.Disputed}}},
		{"a repair opened again", []ticket.Event{done, told, {Type: ticket.Reopened}}},
		{"a repair opened again and finished", []ticket.Event{done, told, {Type: ticket.Reopened}, done, told}},
		{"a repair archived", []ticket.Event{done, told, {Type: ticket.Archived}}},
		{"a repair declined", []ticket.Event{{Type: ticket.Declined}, told}},
		{"a repair abandoned", []ticket.Event{{Type: ticket.Abandoned}, told}},
		{"a repair withdrawn", []ticket.Event{{Type: ticket.Withdrawn}}},
	} {
		s, ok := upTo(repair, middle, c.rows...)
		put("routine", c.why, s, ok)
	}
	if s, ok := upTo(repair, middle, done, told); ok {
		for _, late := range []struct {
			why string
			at  time.Time
		}{{"1 ns before the draw", m.Day(31).Start().Add(-1)}, {"at the draw", m.Day(31).Start()}} {
			entered := s
			entered.rows = slices.Clone(s.rows)
			entered.rows[len(s.rows)-1].Recorded = late.at
			put("routine", "a repair whose end was entered "+late.why, entered, ok)
		}
	}

	charge := func(at time.Time, p billing.Payment) []billing.Entry {
		return log(at, billing.Entry{Type: billing.Quoted}, billing.Entry{Type: billing.Charged, Payment: p})
	}
	for _, e := range edges {
		s, ok := upTo(special, e.at, done, signed)
		put("cash", "a special service signed for "+e.why, s, ok, charge(e.at, billing.Cash)...)
	}
	s, ok := upTo(special, middle, done, signed)
	for _, p := range []billing.Payment{billing.Cash, billing.Mobile, billing.Card, billing.Collection} {
		put("cash", "a special service paid by "+string(p), s, ok, charge(middle, p)...)
		put("cash", "a special service charged as cash, sorted as "+string(p), s, ok, log(middle, billing.Entry{Type: billing.Quoted},
			billing.Entry{Type: billing.Charged, Payment: billing.Cash}, billing.Entry{Type: billing.HandedIn}, billing.Entry{Type: billing.Sorted, Payment: p})...)
	}
	put("cash", "a special service never charged", s, ok)
	put("cash", "a special service to be collected, waived", s, ok, log(middle, billing.Entry{Type: billing.Quoted},
		billing.Entry{Type: billing.Charged, Payment: billing.Collection}, billing.Entry{Type: billing.Waived})...)
	before := hour(m.Day(1).AddDays(-3), 10)
	s, ok = upTo(special, before, done, signed)
	put("cash", "a special service of last month, paid in this", s, ok, log(before, billing.Entry{Type: billing.Quoted},
		billing.Entry{Type: billing.Charged, Payment: billing.Cash}, billing.Entry{Type: billing.Received, Payment: billing.Cash, At: hour(m.Day(2), 10)})...)
	s, ok = upTo(special, middle, done)
	put("cash", "a special service only completed", s, ok)

	manager := ticket.Event{Type: ticket.Dismissed, By: person(ticket.Manager)}
	for _, e := range edges {
		s, ok := upTo(complaint, e.at, told)
		put("complaints", "a complaint resolved "+e.why, s, ok)
	}
	for _, c := range []struct {
		why  string
		f    ticket.Facts
		rows []ticket.Event
	}{
		{"a complaint not resolved", complaint, []ticket.Event{{Type: ticket.Triaged}}},
		{"a complaint dismissed", complaint, []ticket.Event{manager, told}},
		{"a complaint upheld", complaint, []ticket.Event{{Type: ticket.Upheld}, told}},
		{"a complaint dismissed, then upheld", complaint, []ticket.Event{manager, {Type: ticket.Upheld}, told}},
		{"a complaint referred to an authority", complaint, []ticket.Event{{Type: ticket.ReferredOut}, {Type: ticket.Replied}, told}},
		{"an anonymous complaint", anonymous, []ticket.Event{told}},
		{"a complaint withdrawn", complaint, []ticket.Event{{Type: ticket.Withdrawn}}},
		{"a repair", repair, []ticket.Event{done, told}},
	} {
		s, ok := upTo(c.f, middle, c.rows...)
		put("complaints", c.why, s, ok)
	}

	for _, e := range edges {
		s, ok := upTo(emergency, e.at, done)
		put("major", "an emergency repair completed "+e.why, s, ok)
	}
	for _, f := range variations(emergency) {
		s, ok := upTo(f.Facts, middle, done)
		put("major", "completed, where the ticket is "+f.what, s, ok)
	}
	s, ok = upTo(with(repair, ticket.Major), middle, done)
	put("major", "a major repair completed", s, ok)
	return files
}

// covered asks of a draw who still must be revisited.
func (w *writer) covered(m calendar.Month) {
	at := hour(m.Add(1).Day(2), 10)
	for _, s := range w.schemes() {
		scope := w.policy.Name + "/" + m.String() + "/" + s.name
		ids := orders(coverOf)
		drawn, err := s.Draw(drawKey, scope, ids)
		if err != nil || drawn.Size == 0 {
			continue
		}
		first := drawn.Ranked[0]
		end := drawn.Ranked[drawn.Size-1]
		visit := func(id string, c ticket.Channel) ticket.Event {
			return ticket.Event{Ticket: id, Type: ticket.Revisited, At: at, Channel: c}
		}
		missed := func(id string, hours ...int) []ticket.Event {
			var rows []ticket.Event
			for _, h := range hours {
				rows = append(rows, ticket.Event{Ticket: id, Type: ticket.Missed, At: at.Add(time.Duration(h) * time.Hour)})
			}
			return rows
		}
		gone := ticket.Event{Ticket: first, Type: ticket.Withdrawn, At: at}
		var everyone []ticket.Event
		for _, id := range drawn.Ranked[:drawn.Size] {
			everyone = append(everyone, visit(id, ticket.Visit))
		}
		for _, c := range []struct {
			why  string
			rows []ticket.Event
		}{
			{"nobody revisited", nil},
			{"the first visited", []ticket.Event{visit(first, ticket.Visit)}},
			{"the first called", []ticket.Event{visit(first, ticket.Phone)}},
			{"everyone", everyone},
			{"everyone but the last", everyone[:len(everyone)-1]},
			{"one that was not drawn", []ticket.Event{visit("P9999", ticket.Visit)}},
			{"the first missed once", missed(first, 0)},
			{"the first missed three times in a day", missed(first, 0, 1, 2)},
			{"the first missed on two days", missed(first, 0, 24)},
			{"the first missed three times on two days", missed(first, 0, 1, 24)},
			{"the last missed three times on two days", missed(end, 0, 1, 24)},
			{"first and last given up", slices.Concat(missed(first, 0, 1, 24), missed(end, 0, 1, 25))},
			{"last given up before the first", slices.Concat(missed(first, 0, 1, 25), missed(end, 0, 1, 24))},
			{"the first withdrawn", []ticket.Event{gone}},
			{"the first visited, then withdrawn", []ticket.Event{visit(first, ticket.Visit), {Ticket: first, Type: ticket.Withdrawn, At: at.Add(time.Hour)}}},
			{"the first visited, then missed three times on two days", append([]ticket.Event{visit(first, ticket.Visit)}, missed(first, 1, 2, 25)...)},
		} {
			_, clause := schemeOf(w.policy, s.name)
			if slices.ContainsFunc(c.rows, func(e ticket.Event) bool { return e.Type == ticket.Missed }) {
				clause = "WY-unreachable"
			}
			w.ask(clause, "coverage of "+s.name, c.why, Question{Topic: Revisit, History: c.rows, Key: drawKey, IDs: ids, Args: []string{"coverage", s.name, scope}}, append(w.sized(s.name, coverOf), fmt.Sprintf("draw/%s/%d orders", s.name, coverOf))...)
		}
	}
}

// lacks asks how many of the month's services still lack their revisit.
func (w *writer) lacks(m calendar.Month) {
	at := hour(m.Add(1).Day(2), 10)
	for _, l := range []struct {
		list   string
		clause rule.ID
	}{{"cash", "SP-2.7.1b"}, {"banked", "SP-2.7.1c"}} {
		s, _ := schemeOf(w.policy, l.list)
		scope := w.policy.Name + "/" + m.String() + "/" + l.list
		ids := orders(10)
		drawn, err := s.Draw(drawKey, scope, ids)
		if err != nil || len(drawn.Ranked) == 0 {
			continue
		}
		byRank := append(slices.Clone(drawn.Ranked[:drawn.Size]), slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(drawn.Ranked[:drawn.Size], id) })...)
		var first, last []ticket.Event // revisits, of the drawn first and of the drawn last
		for i, id := range byRank {
			e := ticket.Event{Ticket: id, Type: ticket.Revisited, At: at, Channel: ticket.Phone}
			if i < drawn.Size {
				first = append(first, e)
			}
			if i >= len(byRank)-drawn.Size {
				last = append(last, e)
			}
		}
		missed := ticket.Event{Ticket: byRank[0], Type: ticket.Missed, At: at}
		for _, c := range []struct {
			why  string
			rows []ticket.Event
		}{
			{"none revisited", nil}, {"the drawn revisited", first}, {"all but one of them", first[1:]}, {"as many, not all of them drawn", last},
			{"one revisited twice", append(slices.Clip(first[:1]), first[0])}, {"one that is not of these", []ticket.Event{{Ticket: "P9999", Type: ticket.Revisited, At: at, Channel: ticket.Phone}}},
			{"one not reached", []ticket.Event{missed}},
		} {
			q := Question{Topic: Revisit, History: c.rows, Key: drawKey, IDs: ids, Args: []string{"quota", l.list, scope}}
			clause := l.clause
			if len(c.rows) > 0 && c.rows[0].Type == ticket.Missed {
				clause = "WY-unreachable"
			}
			w.ask(clause, "quota of "+l.list, c.why, q, w.size(l.list, len(ids)))
		}
	}
}

// revisitors asks who must revisit a complaint: valid or not, settled by each tier, in each
// way that it can be.
func (w *writer) revisitors() {
	at := w.ordinary().at
	invalid := ticket.Event{Type: ticket.Dismissed, By: person(ticket.Manager)}
	ask := func(why string, f ticket.Facts, rows ...ticket.Event) {
		s, ok := w.flow.begin(f, at)
		for _, e := range rows {
			if ok {
				s, ok = s.then(e, nil)
			}
		}
		if !ok {
			return
		}
		var rests []string // whether it is valid
		for _, e := range s.rows {
			switch e.Type {
			case ticket.Dismissed:
				rests = append(rests, "revisit/complaints/a complaint dismissed")
			case ticket.Upheld:
				rests = append(rests, "revisit/complaints/a complaint upheld")
			case ticket.ReferredOut:
				rests = append(rests, "revisit/complaints/a complaint referred to an authority")
			}
		}
		w.ask("", "who", why, Question{Topic: Revisit, History: s.rows, AsOf: s.now, Args: []string{"who"}}, rests...)
	}
	for _, tier := range []ticket.Role{ticket.Assistant, ticket.Supervisor, ticket.Manager} {
		by := func(t ticket.EventType) ticket.Event { return ticket.Event{Type: t, By: person(tier)} }
		for _, way := range []struct {
			why  string
			rows []ticket.Event
		}{
			{"settled with a word by the " + string(tier), []ticket.Event{by(ticket.Told)}},
			{"started and completed by the " + string(tier), []ticket.Event{by(ticket.Started), by(ticket.Completed), {Type: ticket.Told}}},
			{"put to the " + string(tier), []ticket.Event{{Type: ticket.Escalated, To: person(tier)}, {Type: ticket.Told}}},
		} {
			ask("a complaint "+way.why, complaint, way.rows...)
			ask("a complaint dismissed, "+way.why, complaint, append([]ticket.Event{invalid}, way.rows...)...)
			ask("a complaint upheld, "+way.why, complaint, append([]ticket.Event{{Type: ticket.Upheld}}, way.rows...)...)
		}
	}
	told := ticket.Event{Type: ticket.Told}
	ask("a complaint of an authority's matter, which was given its number", complaint, ticket.Event{Type: ticket.Told, To: person(ticket.Authority)})
	ask("a complaint referred out", complaint, ticket.Event{Type: ticket.ReferredOut}, ticket.Event{Type: ticket.Replied}, told)
	ask("a complaint dismissed, then reopened", complaint, invalid, told, ticket.Event{Type: ticket.Reopened}, told)
	ask("a complaint dismissed, then upheld", complaint, invalid, ticket.Event{Type: ticket.Upheld}, told)
	ask("a complaint of a worker's work", complaint, ticket.Event{Type: ticket.Started, By: person(ticket.Worker)}, ticket.Event{Type: ticket.Completed, By: person(ticket.Worker)}, invalid, told)
	ask("an anonymous complaint", anonymous, told)
	ask("a complaint withdrawn", complaint, ticket.Event{Type: ticket.Withdrawn})
	ask("a repair", repair, ticket.Event{Type: ticket.Completed}, told)
}
