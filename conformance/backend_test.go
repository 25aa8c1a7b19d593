package conformance_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/shopspring/decimal"
)

// A backend answers questions in JSON, as one written in another language would; the package
// comment is all it goes by. It is made of the library's own answers, so that what it is
// convicted of lies in its policy.
type backend struct {
	desk   *wuye.Desk
	policy wuye.Policy
}

func (b backend) ServeJSON(question []byte) ([]byte, error) {
	var q conformance.Question
	if err := json.Unmarshal(question, &q); err != nil {
		return nil, err
	}
	return json.Marshal(b.answer(q))
}

// ask is a question there and back again.
func (b backend) ask(q conformance.Question) (conformance.Answer, error) {
	var a conformance.Answer
	question, err := json.Marshal(q)
	if err != nil {
		return a, err
	}
	got, err := b.ServeJSON(question)
	if err != nil {
		return a, err
	}
	err = json.Unmarshal(got, &a)
	return a, err
}

func (b backend) scheme(name string) sampling.Scheme {
	return map[string]sampling.Scheme{"routine": b.policy.Routine, "cash": b.policy.Cash, "banked": b.policy.Banked}[name]
}

func (b backend) answer(q conformance.Question) (a conformance.Answer) {
	refused := func(err error) conformance.Answer {
		var t *ticket.Refusal
		var r *billing.Refusal
		var i *billing.InputError
		switch {
		case errors.As(err, &t):
			return conformance.Answer{Code: string(t.Code)}
		case errors.As(err, &r):
			return conformance.Answer{Code: r.Code}
		case errors.As(err, &i):
			return conformance.Answer{Code: i.Code}
		}
		return conformance.Answer{Code: "refused"}
	}
	switch q.Topic {
	case conformance.Size:
		if len(q.Args) == 2 && q.Args[1] == "on_site" {
			return conformance.Answer{N: b.scheme(q.Args[0]).Visits(q.N)}
		}
		return conformance.Answer{N: b.scheme(q.Args[0]).Size(q.N)}

	case conformance.Due:
		l := sla.Limit{N: q.N, Unit: sla.Unit(q.Args[0])}
		for _, flag := range q.Args[1:] {
			l.Roll = l.Roll || flag == "roll"
			l.Before = l.Before || flag == "before"
		}
		due, err := l.Due(b.desk.Calendar(), q.AsOf)
		if year := new(calendar.UnpublishedError); errors.As(err, &year) {
			return conformance.Answer{Code: "unpublished", N: year.Year}
		}
		a.At, a.Code = due.At, "instant"
		if due.Whole {
			a.Code = "day"
		}
		return a

	case conformance.Move:
		for _, e := range q.History { // row by row, but for what only a whole history tells
			if e.Type == ticket.Imported {
				t, err := ticket.Replay(q.History)
				if err != nil {
					a = refused(err)
				}
				a.State = t.State
				return a
			}
		}
		var t ticket.Ticket
		var seen []ticket.Event
		for _, e := range q.History {
			if slices.ContainsFunc(seen, func(o ticket.Event) bool { return fmt.Sprint(o) == fmt.Sprint(e) }) {
				continue
			}
			seen = append(seen, e)
			next, err := t.Apply(e)
			if err != nil {
				a = refused(err)
				a.State = t.State
				return a
			}
			t = next
		}
		return conformance.Answer{State: t.State}

	case conformance.Verdict:
		j, err := b.desk.Judge(q.History, q.AsOf)
		if err != nil {
			return refused(err)
		}
		for _, v := range j.Verdicts { // they come by cycle and number
			if string(v.Clause) == q.Args[0] {
				a.N, a.Code, a.At = a.N+1, string(v.Status), v.Due.At
			}
		}
		return a

	case conformance.Step:
		for _, s := range b.policy.Ladder {
			if string(s.From) != q.Args[0] || string(s.Cause) != q.Args[1] || len(q.Args) == 3 && string(s.To) != q.Args[2] || !b.policy.Keeps(s.Clause) {
				continue
			}
			a.Code = string(s.To)
			if s.Visit {
				a.IDs = append(a.IDs, "visit")
			}
			if s.Report {
				a.IDs = append(a.IDs, "report")
			}
			return a
		}
		return a

	case conformance.Firing:
		j, err := b.desk.Judge(q.History, q.AsOf)
		if err != nil {
			return refused(err)
		}
		for _, f := range j.Firings {
			if clause := strings.Split(f.Key, "/")[1]; clause == q.Args[0] || strings.HasSuffix(clause, "("+q.Args[0]+")") {
				a.IDs = append(a.IDs, f.Key)
			}
		}
		return a

	case conformance.Draw:
		d, err := b.scheme(q.Args[0]).Draw(q.Key, q.Args[1], q.IDs)
		if err != nil {
			return refused(err)
		}
		return conformance.Answer{N: len(d.ToVisit()), IDs: d.Ranked[:d.Size]}

	case conformance.Revisit:
		if q.Args[0] == "coverage" {
			d, err := b.scheme(q.Args[1]).Draw(q.Key, q.Args[2], q.IDs)
			if err != nil {
				return refused(err)
			}
			var done []sampling.Revisit
			for _, e := range q.History {
				done = append(done, sampling.Revisit{
					ID: e.Ticket, At: e.At, Visit: e.Channel == ticket.Visit, Gone: e.Type == ticket.Withdrawn,
					Reached: e.Type == ticket.Revisited || e.Type == ticket.Missed && b.policy.Reading("unreachable") == "counts",
				})
			}
			c := d.Coverage(done)
			return conformance.Answer{N: c.Done, IDs: c.Missing}
		}
		tickets := map[string][]ticket.Event{}
		var ids []string
		for _, e := range q.History {
			if tickets[e.Ticket] == nil {
				ids = append(ids, e.Ticket)
			}
			tickets[e.Ticket] = append(tickets[e.Ticket], e)
		}
		records := wuye.Records{Money: q.Money, Tickets: func(yield func([]ticket.Event) bool) {
			for _, id := range ids {
				if !yield(tickets[id]) {
					return
				}
			}
		}}
		m, err := calendar.ParseMonth(q.Args[1])
		if err != nil {
			return refused(err)
		}
		end, err := b.desk.MonthEnd(m, records, q.Key, q.AsOf)
		if err != nil {
			return refused(err)
		}
		draw := map[string]sampling.Draw{"routine": end.Routine, "cash": end.Cash, "banked": end.Banked}[q.Args[0]]
		a.IDs, a.N = append(draw.ToVisit(), draw.ToCall()...), draw.Visits
		switch q.Args[0] {
		case "complaints":
			a.IDs = end.Complaints
		case "major":
			a.IDs = end.Major
		}
		slices.Sort(a.IDs)
		return a

	case conformance.Quote:
		on, err := calendar.ParseDate(q.Args[0])
		if err != nil {
			return refused(err)
		}
		var prices []billing.Price
		var lines []billing.Line
		for i, arg := range q.Args[1:] {
			f := strings.Fields(arg)
			item := fmt.Sprint("item ", i)
			prices = append(prices, billing.Price{Item: item, Yuan: decimal.RequireFromString(f[0]), From: on})
			lines = append(lines, billing.Line{Item: item, Qty: decimal.RequireFromString(f[1])})
		}
		list, err := billing.NewPriceList(prices...)
		if err != nil {
			return refused(err)
		}
		quote, err := list.Quote(on, lines...)
		if err != nil {
			return refused(err)
		}
		return conformance.Answer{Amount: quote.Total.String(), IDs: []string{quote.Total.Capital()}}

	case conformance.Close:
		m, err := calendar.ParseMonth(q.Args[0])
		if err != nil {
			return refused(err)
		}
		var since time.Time
		if len(q.Args) == 2 {
			if since, err = time.Parse(time.RFC3339, q.Args[1]); err != nil {
				return refused(err)
			}
		}
		s, err := billing.Close(q.Money, m, since, q.AsOf)
		if err != nil {
			return refused(err)
		}
		for _, c := range s.Batch {
			a.IDs = append(a.IDs, c.Serial)
		}
		a.N, a.Amount = len(s.New), s.Batched.String()
		return a
	}
	return conformance.Answer{Code: "no such topic"}
}

// office is the calendar of a desk that has hours, which tells more limits apart.
func office(t testing.TB) calendar.Calendar {
	t.Helper()
	days := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
	cal, err := calendar.China().WithHours(calendar.Shift{Days: days, Open: "09:00", Close: "12:00"}, calendar.Shift{Days: days, Open: "13:00", Close: "17:30"})
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func open(t testing.TB, cal calendar.Calendar, p wuye.Policy) backend {
	t.Helper()
	d, err := wuye.New(cal, p)
	if err != nil {
		t.Fatal(err)
	}
	return backend{d, p}
}

// TestReference: the library itself passes, through JSON, on its calendar and on one with
// hours, with the documents' readings and with all the others; also where a site keeps less.
func TestReference(t *testing.T) {
	others := wuye.Standard()
	for _, r := range wuye.Readings() {
		var err error
		if others, err = others.WithReading(r.Code, r.Options[len(r.Options)-1].Code); err != nil {
			t.Fatal(err)
		}
	}
	less := wuye.Standard()
	less.From = calendar.MustDate("2026-11-20")
	less.Off = []wuye.Off{{Clause: "VC-1.5b", Reason: "一班"}, {Clause: "QI-3.7b", Reason: "经理自办"}, {Clause: "TR-4.7a", Reason: "无经理"}}
	less.SLA.Unrecorded = []ticket.EventType{ticket.Rated, ticket.SignedOff, ticket.Told}
	for _, c := range []struct {
		name string
		b    backend
	}{
		{"standard", open(t, calendar.China(), wuye.Standard())},
		{"other readings", open(t, office(t), others)}, {"less", open(t, calendar.China(), less)},
	} {
		t.Run(c.name, func(t *testing.T) {
			n, names := 0, map[string]bool{}
			for k := range conformance.Cases(c.b.desk) {
				n++
				if names[k.Name] || k.Clause == "" || len(rule.Under(k.Clause)) == 0 || !k.Ask.Topic.Valid() {
					t.Errorf("%s: clause %q, topic %q, or twice", k.Name, k.Clause, k.Ask.Topic)
				}
				names[k.Name] = true
				for _, legal := range []string{"move/legal/", "close/bank/", "close/the close after/", "revisit/"} {
					if k.Want.Code != "" && strings.HasPrefix(k.Name, legal) {
						t.Errorf("%s is meant to be answered, but: %s", k.Name, k.Want.Code)
					}
				}
				got := c.b.answer(k.Ask)
				if c.name == "standard" { // through JSON
					var err error
					if got, err = c.b.ask(k.Ask); err != nil {
						t.Fatal(k.Name, err)
					}
				}
				if err := k.Check(got); err != nil {
					t.Errorf("%s: %v", k.Name, err)
				}
			}
			for _, r := range ticket.Transitions() {
				name := fmt.Sprintf("move/legal/%s from %s by %s", r.Type, cmp.Or(string(r.From), "nothing"), r.Clause)
				if r.Type == ticket.Imported {
					name += " as open"
				}
				if !names[name] {
					t.Errorf("no case %s", name)
				}
			}
			t.Log(n, "cases")
		})
	}
}

// TestParameters is the proof of the cases: change one parameter of the policy by one unit,
// let the changed desk answer, and some case catches it. What none can catch is listed with
// the reason.
func TestParameters(t *testing.T) {
	cal := office(t)
	judge := open(t, cal, wuye.Standard())
	cases := slices.Collect(conformance.Cases(judge.desk))
	about := map[string][]conformance.Case{} // by clause, and by topic
	for _, c := range cases {
		about[string(c.Ask.Topic)] = append(about[string(c.Ask.Topic)], c)
		if c.Ask.Topic == conformance.Verdict || c.Ask.Topic == conformance.Firing {
			about[c.Ask.Args[0]] = append(about[c.Ask.Args[0]], c)
		}
	}
	mutants := 0
	// caught asks only the cases that could: those of the clause, or of the topics, given.
	caught := func(name, reason string, change func(*wuye.Policy), where ...string) {
		t.Helper()
		p := wuye.Standard()
		change(&p)
		d, err := wuye.New(cal, p)
		if err != nil {
			return // no desk can have it
		}
		mutants++
		b := backend{d, p}
		for _, topic := range where {
			for _, c := range about[topic] {
				if err := c.Check(b.answer(c.Ask)); err != nil {
					if reason != "" {
						t.Errorf("%s: %s, but: %v", name, reason, err)
					}
					return
				}
			}
		}
		if reason == "" {
			t.Errorf("%s: no case catches it", name)
		}
	}

	const (
		firstStop = "in a legal history another row stops or lapses it first"
		noRest    = "a working day is no rest day"
		itself    = "the revisit's own row is its end, so nothing comes in between"
		itsOwn    = "it warns by its steps, not before"
	)
	known := map[string]string{
		"HB-2.1e (2) to started": firstStop, "HB-2.1e (2) to completed": firstStop, "HB-2.2b to told": firstStop, "HB-2.2b to started": firstStop, "HB-2.2b to completed": firstStop,
		"HL3-3.3 to told": firstStop, "VC-1.5b unless declined": firstStop, "WY-manager-visit unless referred_out": firstStop,
		"WY-unanswered (all) to dispatched": firstStop, "WY-unanswered (all) to referred_out": firstStop, "WY-unanswered (all) to told": firstStop,
		"WY-unanswered (all) to started": firstStop, "WY-unanswered (all) to completed": firstStop,
		"QI-3.7a (all) roll": noRest, "QI-3.8 roll": noRest, "VC-1.5c roll": noRest, "WY-manager-visit roll": noRest,
		"TR-5.0a holds":               itself,
		"WY-unanswered (all) warning": itsOwn,
	}
	standard := wuye.Standard()
	for i, c := range standard.SLA.Clocks {
		id := string(c.Clause)
		name := id
		if i > 0 && standard.SLA.Clocks[i-1].Clause == c.Clause {
			name += " (2)"
		}
		on := func(what string, change func(*sla.Clock)) {
			caught(fmt.Sprintf("clocks[%d] %s %s", i, id, what), cmp.Or(known[name+" "+what], known[id+" (all) "+what]), func(p *wuye.Policy) { change(&p.SLA.Clocks[i]) }, id)
		}
		if c.Limit.N > 0 {
			on("limit + 1", func(c *sla.Clock) { c.Limit.N++ })
			on("limit - 1", func(c *sla.Clock) { c.Limit.N-- })
		} else { // as promised, or that day: no number, so another unit
			on("limit", func(c *sla.Clock) { c.Limit = sla.Hours(4) })
		}
		on("roll", func(c *sla.Clock) { c.Limit.Roll = !c.Limit.Roll })
		on("before", func(c *sla.Clock) { c.Limit.Before = !c.Limit.Before })
		if c.Warn != (sla.Limit{}) {
			on("warn + 1", func(c *sla.Clock) { c.Warn.N++ })
			on("warn - 1", func(c *sla.Clock) { c.Warn.N-- })
			on("warning", func(c *sla.Clock) { c.Warn = sla.Limit{} })
		} else {
			on("warning", func(c *sla.Clock) { c.Warn = sla.Minutes(1) })
		}
		on("holds", func(c *sla.Clock) { c.Holds = !c.Holds })
		if c.Yields != "" {
			on("yields", func(c *sla.Clock) { c.Yields = "" })
		}
		on("who", func(c *sla.Clock) {
			if c.Who = ticket.Supervisor; standard.SLA.Clocks[i].Who == ticket.Manager {
				c.Who = ticket.Assistant
			}
		})
		caught(fmt.Sprintf("clocks[%d] %s left out", i, id), "", func(p *wuye.Policy) { p.SLA.Clocks = slices.Delete(p.SLA.Clocks, i, i+1) }, id)
		for j, m := range c.When {
			on(fmt.Sprintf("when[%d] left out", j), func(c *sla.Clock) { c.When = slices.Delete(c.When, j, j+1) })
			for k, kind := range m.Kinds {
				on("without "+string(kind), func(c *sla.Clock) { c.When[j].Kinds = slices.Delete(c.When[j].Kinds, k, k+1) })
			}
		}
		for g, group := range c.To {
			for k, m := range group {
				if m.Recorded && m.Type == ticket.Reopened {
					continue // of Registered and Reopened the one that began it counts; they are asked as one
				}
				on("to "+string(m.Type), func(c *sla.Clock) { c.To[g] = slices.Delete(c.To[g], k, k+1) })
			}
		}
		for k, m := range c.Unless {
			on("unless "+string(m.Type), func(c *sla.Clock) { c.Unless = slices.Delete(c.Unless, k, k+1) })
		}
	}

	for name, scheme := range map[string]func(*wuye.Policy) *sampling.Scheme{
		"routine": func(p *wuye.Policy) *sampling.Scheme { return &p.Routine },
		"cash":    func(p *wuye.Policy) *sampling.Scheme { return &p.Cash },
		"banked":  func(p *wuye.Policy) *sampling.Scheme { return &p.Banked },
	} {
		on := func(what string, change func(*sampling.Scheme)) {
			caught(name+" "+what, "", func(p *wuye.Policy) { change(scheme(p)) }, "size")
		}
		for i, b := range scheme(&standard).Brackets {
			for _, by := range []int{1, -1} {
				switch {
				case b.UpTo > 0:
					on(fmt.Sprintf("brackets[%d].up_to %+d", i, by), func(s *sampling.Scheme) { s.Brackets[i].UpTo += by })
				}
				if b.Take > 0 {
					on(fmt.Sprintf("brackets[%d].take %+d", i, by), func(s *sampling.Scheme) { s.Brackets[i].Take += by })
				} else {
					on(fmt.Sprintf("brackets[%d].percent %+d", i, by), func(s *sampling.Scheme) { s.Brackets[i].Percent += by })
				}
			}
		}
		on("on site + 1", func(s *sampling.Scheme) { s.OnSite++ })
		on("on site - 1", func(s *sampling.Scheme) { s.OnSite-- })
		on("majority", func(s *sampling.Scheme) { s.Majority = !s.Majority })
		if name != "cash" { // all of them is a whole number, however rounded
			on("rounding", func(s *sampling.Scheme) { s.Rounding = sampling.HalfUp })
		}
	}

	for i, s := range standard.Ladder {
		on := func(what string, change func(l escalation.Ladder) escalation.Ladder) {
			caught(fmt.Sprintf("ladder[%d] %s %s %s", i, s.From, s.Cause, what), "", func(p *wuye.Policy) { p.Ladder = change(p.Ladder) }, "step")
		}
		on("left out", func(l escalation.Ladder) escalation.Ladder { return slices.Delete(l, i, i+1) })
		on("to", func(l escalation.Ladder) escalation.Ladder {
			if l[i].To = ticket.Manager; s.To == ticket.Manager {
				l[i].To = ticket.Supervisor
			}
			return l
		})
		on("visit", func(l escalation.Ladder) escalation.Ladder { l[i].Visit = !s.Visit; return l })
		on("report", func(l escalation.Ladder) escalation.Ladder { l[i].Report = !s.Report; return l })
	}

	const (
		figure = "a figure of the month: the scorecard's, which is no question here"
		whom   = "which of the collected were revisited is for the audit to hold against the draw"
	)
	knownReadings := map[string]string{"complaint-rate-base": figure, "complaint-rate-period": figure, "satisfaction": figure, "quota-choice": whom}
	for _, r := range wuye.Readings() {
		for _, o := range r.Options[1:] {
			caught("reading "+r.Code+" "+o.Code, knownReadings[r.Code], func(p *wuye.Policy) {
				changed, err := p.WithReading(r.Code, o.Code)
				if err != nil {
					t.Fatal(err)
				}
				*p = changed
			}, "size", "revisit", "verdict")
		}
	}
	caught("a clause off", "", func(p *wuye.Policy) { p.Off = []wuye.Off{{Clause: "VC-1.5b", Reason: "一班"}} }, "VC-1.5b")
	caught("unrecorded", "", func(p *wuye.Policy) { p.SLA.Unrecorded = []ticket.EventType{ticket.Informed} }, "verdict")
	caught("in force later", "", func(p *wuye.Policy) { p.From = calendar.MustDate("2026-06-01") }, "verdict")
	const agenda = "periodic duties are the agenda's, the base of a rate the scorecard's, the form the audit's: no questions here"
	caught("households", agenda, func(p *wuye.Policy) { p.Households++ }, "verdict")
	caught("duties", agenda, func(p *wuye.Policy) { p.Duties[0].Times++ }, "verdict")
	caught("form", agenda, func(p *wuye.Policy) { p.Form = append(p.Form, ticket.Cause) }, "verdict")
	t.Log(mutants, "changed policies,", len(cases), "cases")
}
