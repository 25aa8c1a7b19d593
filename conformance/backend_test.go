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
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/shopspring/decimal"
)

// A backend answers questions in JSON, as one written in another language would; docs/conformance.md
// is all it goes by. It is made of the library's own answers, so that what it is
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
			if slices.ContainsFunc(seen, e.Equal) {
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
		verdicts, err := b.desk.AppendVerdicts(nil, q.History, q.AsOf)
		if err != nil {
			return refused(err)
		}
		for _, v := range verdicts { // they come by cycle and number
			if string(v.Clause) == q.Args[0] {
				if a.N++; a.Code != "" {
					a.IDs = append(a.IDs, a.Code)
				}
				a.Code, a.At = string(v.Status), v.Due.At
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
		switch q.Args[0] {
		case "who":
			return b.revisitor(q)
		case "quota":
			d, err := b.scheme(q.Args[1]).Draw(q.Key, q.Args[2], q.IDs)
			if err != nil && q.Key != "" {
				return refused(err)
			}
			drawn := q.Args[1] == "banked" && b.policy.Reading("quota-choice") == "drawn"
			done := map[string]bool{}
			for _, e := range q.History {
				if e.Type != ticket.Missed || b.policy.Reading("unreachable") == "counts" {
					done[e.Ticket] = true
				}
			}
			a.N = b.scheme(q.Args[1]).Size(len(q.IDs))
			ids := q.IDs
			if drawn {
				ids = d.Ranked[:d.Size]
			}
			for _, id := range ids {
				if done[id] && a.N > 0 {
					a.N--
				}
				if !done[id] && drawn {
					a.IDs = append(a.IDs, id)
				}
			}
			return a
		}
		m, err := calendar.ParseMonth(q.Args[1])
		if err != nil {
			return refused(err)
		}
		end, err := b.desk.MonthEnd(m, b.records(q), q.Key, q.AsOf)
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

	case conformance.Agenda:
		items, err := b.desk.Agenda(b.records(q), q.AsOf)
		if err != nil {
			return refused(err)
		}
		for _, i := range items {
			if string(i.Clause) == q.Args[0] && i.Ticket == "" {
				a.IDs = append(a.IDs, string(i.Who.Role))
				a.At = i.Due.At
			}
		}
		return a

	case conformance.Finding:
		findings, err := audit.History(b.desk, q.History, q.AsOf)
		if err != nil {
			return refused(err)
		}
		for _, f := range findings {
			if string(f.Clause) == q.Args[0] {
				a.Code, a.N = cmp.Or(a.Code, string(f.Level)), a.N+1
			}
		}
		return a

	case conformance.Score:
		m, err := calendar.ParseMonth(q.Args[1])
		if err != nil {
			return refused(err)
		}
		scores, err := audit.Scorecard(b.desk, m, b.records(q), q.AsOf, func([]ticket.Event) string { return "" })
		if err != nil {
			return refused(err)
		}
		for _, s := range scores {
			for _, f := range s.Figures {
				if string(f.Clause) == q.Args[0] {
					return conformance.Answer{Code: fmt.Sprint(f.Num, "/", f.Den), N: f.Unseen}
				}
			}
		}
		return a
	}
	return conformance.Answer{Code: "no such topic"}
}

// records are a question's rows as a desk keeps them.
func (b backend) records(q conformance.Question) wuye.Records {
	tickets := map[string][]ticket.Event{}
	var ids []string
	for _, e := range q.History {
		if tickets[e.Ticket] == nil {
			ids = append(ids, e.Ticket)
		}
		tickets[e.Ticket] = append(tickets[e.Ticket], e)
	}
	return wuye.Records{Money: q.Money, Done: q.Done, Tickets: func(yield func([]ticket.Event) bool) {
		for _, id := range ids {
			if !yield(tickets[id]) {
				return
			}
		}
	}}
}

// revisitor goes by the audit: who can revisit and archive a complaint so that nothing is found
// against it? The lowest that can, and whether he must go there.
func (b backend) revisitor(q conformance.Question) (a conformance.Answer) {
	t, err := ticket.Replay(q.History)
	if err != nil || t.Kind != ticket.Complaint || t.Caller == ticket.Anonymous || t.State == ticket.Void {
		return a
	}
	rows := slices.Clone(q.History[:1]) // each cycle by itself, as if it were the only one
	for _, e := range q.History[1:] {
		if rows = append(rows, e); e.Type == ticket.Reopened {
			rows = rows[:1]
		}
	}
	for i := range rows {
		rows[i].Seq = i + 1
	}
	asked := []string{"TR-4.7a", "VC-1.6", "VC-1.4c"}
	desk := b.desk
	if !b.policy.Keeps("TR-4.7a") { // then the others hold, as in the reading that knows no other
		p, _ := b.policy.WithReading("complaint-revisitor", "tier")
		desk, _ = wuye.New(b.desk.Calendar(), p)
	}
	found := func(rows []ticket.Event) int {
		findings, err := audit.History(desk, rows, q.AsOf.Add(2*time.Hour))
		if err != nil {
			return -1
		}
		n := 0
		for _, f := range findings {
			if slices.Contains(asked, string(f.Clause)) {
				n++
			}
		}
		return n
	}
	end := func(rows []ticket.Event) []ticket.Event {
		last := len(rows)
		return append(slices.Clip(rows), ticket.Event{Ticket: "T1", Seq: last + 1, Type: ticket.Archived, At: q.AsOf.Add(time.Hour), Recorded: q.AsOf.Add(time.Hour), By: ticket.Actor{Role: ticket.Manager, ID: "M09"}})
	}
	if found(end(rows)) == 0 {
		return a // nobody need
	}
	for _, role := range []ticket.Role{ticket.Assistant, ticket.Supervisor, ticket.Manager} {
		for _, channel := range []ticket.Channel{ticket.Phone, ticket.Visit} {
			e := ticket.Event{Ticket: "T1", Seq: len(rows) + 1, Type: ticket.Revisited, At: q.AsOf, Recorded: q.AsOf, By: ticket.Actor{Role: role, ID: "X"}, Channel: channel}
			if found(end(append(slices.Clip(rows), e))) == 0 {
				a.Code = string(role)
				if channel == ticket.Visit {
					a.IDs = []string{"visit"}
				}
				return a
			}
		}
	}
	return a
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

// others is the policy with every reading at its last option.
func others(t testing.TB) wuye.Policy {
	t.Helper()
	p := wuye.Standard()
	for _, r := range wuye.Readings() {
		var err error
		if p, err = p.WithReading(r.Code, r.Options[len(r.Options)-1].Code); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

// TestReference: the library itself passes, through JSON, on its calendar and on one with
// hours, with the documents' readings and with all the others; also where a site keeps less.
func TestReference(t *testing.T) {
	t.Parallel()
	less := wuye.Standard()
	less.From = calendar.MustDate("2026-11-20")
	less.Off = []wuye.Off{{Clause: "VC-1.5b", Reason: "一班"}, {Clause: "QI-3.7b", Reason: "经理自办"}, {Clause: "TR-4.7a", Reason: "无经理"}}
	less.SLA.Unrecorded = []ticket.EventType{ticket.Rated, ticket.SignedOff, ticket.Told}
	for _, c := range []struct {
		name string
		b    backend
	}{
		{"standard", standard().backend},
		{"other readings", open(t, office(t), others(t))}, {"less", open(t, calendar.China(), less)},
	} {
		t.Run(c.name, func(t *testing.T) {
			cases := conformance.Cases(c.b.desk)
			if c.name == "standard" {
				cases = slices.Values(standard().cases)
			}
			n, names := 0, map[string]bool{}
			for k := range cases {
				for _, name := range k.Rests {
					if !names[name] {
						t.Errorf("%s rests on %s, which was not asked before", k.Name, name)
					}
				}
				n++
				if names[k.Name] || k.Clause == "" || len(rule.Under(k.Clause)) == 0 || !k.Ask.Topic.Valid() {
					t.Errorf("%s: clause %q, topic %q, or twice", k.Name, k.Clause, k.Ask.Topic)
				}
				names[k.Name] = true
				for _, legal := range []string{"move/legal/", "close/bank/", "close/the close after/", "revisit/"} {
					if k.Want.Code != "" && strings.HasPrefix(k.Name, legal) && !strings.HasPrefix(k.Name, "revisit/who/") {
						t.Errorf("%s is meant to be answered, but: %s", k.Name, k.Want.Code)
					}
				}
				got := c.b.answer(k.Ask)
				if c.name == "standard" && n%3 == 0 { // through JSON
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
