package conformance_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/shopspring/decimal"
)

// changed answers these topics by another policy.
func changed(t *testing.T, change func(*wuye.Policy), topics ...conformance.Topic) wrong {
	t.Helper()
	p := wuye.Standard()
	change(&p)
	return on(open(t, calendar.China(), p), topics...)
}

func on(b backend, topics ...conformance.Topic) wrong {
	return func(c conformance.Case) (conformance.Answer, bool) {
		if !slices.Contains(topics, c.Ask.Topic) {
			return conformance.Answer{}, false
		}
		return b.answer(c.Ask), true
	}
}

// floor is a scheme that takes a share of the populations from … to, rounded down.
func floor(s sampling.Scheme, from, to, percent int) sampling.Scheme {
	var out []sampling.Bracket
	for _, b := range s.Brackets {
		if b.UpTo > 0 && b.UpTo < from {
			out = append(out, b)
		}
	}
	for n := from; n <= to; n++ {
		out = append(out, sampling.Bracket{UpTo: n, Take: n * percent / 100, Clause: s.Brackets[0].Clause})
		if out[len(out)-1].Take == 0 {
			out[len(out)-1].Percent = 1
		}
	}
	last := s.Brackets[len(s.Brackets)-1]
	s.Brackets = append(out, last)
	return s
}

func halfDown(c conformance.Case) (conformance.Answer, bool) {
	a := c.Want
	switch q := c.Ask; {
	case q.Topic == conformance.Size && slices.Equal(q.Args, []string{"routine", "on_site"}):
		a.N = q.N / 2
	case (q.Topic == conformance.Draw || q.Topic == conformance.Revisit) && q.Args[0] == "routine":
		a.N = len(a.IDs) / 2
	}
	return a, true
}

// reading is the policy that reads the documents otherwise.
func reading(t *testing.T, code, option string) func(*wuye.Policy) {
	return func(p *wuye.Policy) {
		changed, err := p.WithReading(code, option)
		if err != nil {
			t.Fatal(err)
		}
		*p = changed
	}
}

func inOrder(c conformance.Case) (conformance.Answer, bool) {
	a := c.Want
	if c.Ask.Topic != conformance.Draw || a.Code != "" || c.Ask.Args[0] != "routine" {
		return a, false
	}
	a.IDs = slices.Sorted(slices.Values(c.Ask.IDs))[:len(a.IDs)]
	return a, true
}

func thirtiethOfFebruary(c conformance.Case) (conformance.Answer, bool) {
	q := c.Ask
	if q.Topic != conformance.Revisit || q.Args[0] != "routine" || !strings.Contains(c.Name, "drawn in") {
		return c.Want, false
	}
	finished := q.History[len(q.History)-1].At
	cut := calendar.MustDate("2026-03-03").Start()
	if (q.Args[1] == "2026-02") == finished.Before(cut) {
		return conformance.Answer{N: 1, IDs: []string{"T1"}}, true
	}
	return conformance.Answer{}, true
}

// goneAfterwards forgets the revisit of an order that is withdrawn later.
func goneAfterwards(c conformance.Case) (conformance.Answer, bool) {
	return forgetful(c, func(e ticket.Event) bool { return e.Type == ticket.Withdrawn })
}

// missedAfterwards forgets the revisit of an order whose customer is not reached later.
func missedAfterwards(c conformance.Case) (conformance.Answer, bool) {
	return forgetful(c, func(e ticket.Event) bool { return e.Type == ticket.Missed })
}

// forgetful answers who still must be revisited without the revisits of orders that have such
// a row as well.
func forgetful(c conformance.Case, such func(ticket.Event) bool) (conformance.Answer, bool) {
	q := c.Ask
	if q.Topic != conformance.Revisit || q.Args[0] != "coverage" || q.Args[1] != "routine" {
		return c.Want, false
	}
	q.History = slices.DeleteFunc(slices.Clone(q.History), func(e ticket.Event) bool {
		return e.Type == ticket.Revisited && slices.ContainsFunc(q.History, func(o ticket.Event) bool { return o.Ticket == e.Ticket && such(o) })
	})
	return standard().answer(q), len(q.History) != len(c.Ask.History)
}

func dismissedToo(c conformance.Case) (conformance.Answer, bool) {
	q := c.Ask
	if q.Topic != conformance.Revisit || q.Args[0] != "complaints" && q.Args[0] != "who" {
		return c.Want, false
	}
	q.History = renumbered(q.History, func(e ticket.Event) bool { return e.Type != ticket.Dismissed })
	return standard().answer(q), true
}

// renumbered are the rows that are kept, each ticket's counted anew.
func renumbered(rows []ticket.Event, keep func(ticket.Event) bool) []ticket.Event {
	var out []ticket.Event
	seq := map[string]int{}
	for _, e := range rows {
		if keep(e) {
			seq[e.Ticket]++
			e.Seq = seq[e.Ticket]
			out = append(out, e)
		}
	}
	return out
}

// onCalendar answers by the calendar with the days turned round that are said to be.
func onCalendar(t *testing.T, turned func(kind calendar.Kind, weekend bool) bool) wrong {
	cal := calendar.China()
	n := calendar.Notice{Source: "a system of its own"}
	for d := calendar.MustDate("2004-01-01"); d.Compare(calendar.MustDate("2026-12-31")) <= 0; d = d.AddDays(1) {
		day, err := cal.Day(d)
		if err != nil {
			t.Fatal(err)
		}
		weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
		if !turned(day.Kind, weekend) {
			continue
		}
		one := calendar.Stretch{Name: "as it likes", From: d, To: d}
		if day.Kind.Worked() {
			n.Off = append(n.Off, one)
		} else {
			n.Work = append(n.Work, one)
		}
	}
	other, err := cal.With(n)
	if err != nil {
		t.Fatal(err)
	}
	return on(open(t, other, wuye.Standard()), conformance.Due, conformance.Verdict, conformance.Firing)
}

func guessed(c conformance.Case) (conformance.Answer, bool) {
	if c.Want.Code != "unpublished" {
		return c.Want, false
	}
	return conformance.Answer{Code: "day", At: calendar.DateOf(c.Ask.AsOf).AddDays(2).Start()}, true
}

// atDue takes what is at the very due of limits in days, or of the others, as that much later.
func atDue(days bool, by time.Duration) wrong {
	whole := map[string]bool{}
	for _, c := range wuye.Standard().SLA.Clocks {
		whole[string(c.Clause)] = !slices.Contains([]sla.Unit{sla.Minute, sla.Hour, sla.Promise}, c.Limit.Unit)
	}
	return func(c conformance.Case) (conformance.Answer, bool) {
		q, due := c.Ask, c.Want.At
		if q.Topic != conformance.Verdict || due.IsZero() || whole[q.Args[0]] != days {
			return c.Want, false
		}
		q.History = slices.Clone(q.History)
		moved := false
		for i := range q.History {
			e := &q.History[i]
			if e.At.Equal(due) {
				e.At, moved = e.At.Add(by), true
			}
			if e.Recorded.Equal(due) {
				e.Recorded, moved = e.Recorded.Add(by), true
			}
		}
		if q.AsOf.Equal(due) {
			q.AsOf, moved = q.AsOf.Add(by), true
		}
		if !moved {
			return c.Want, false
		}
		return standard().answer(q), true
	}
}

func ofClock(id rule.ID, change func(*sla.Clock)) func(*wuye.Policy) {
	return func(p *wuye.Policy) {
		for i := range p.SLA.Clocks {
			if p.SLA.Clocks[i].Clause == id {
				change(&p.SLA.Clocks[i])
			}
		}
	}
}

func secondPauseLost(c conformance.Case) (conformance.Answer, bool) {
	q, pauses := c.Ask, 0
	if q.Topic != conformance.Verdict {
		return c.Want, false
	}
	q.History = renumbered(q.History, func(e ticket.Event) bool {
		if e.Type == ticket.Held {
			pauses++
		}
		return pauses < 2 || e.Type != ticket.Held && e.Type != ticket.Resumed
	})
	if pauses < 2 {
		return c.Want, false
	}
	return standard().answer(q), true
}

func oldVerdictLost(c conformance.Case) (conformance.Answer, bool) {
	q, cycle := c.Ask, 1
	for _, e := range q.History {
		if e.Type == ticket.Reopened {
			cycle++
		}
	}
	if q.Topic != conformance.Verdict || cycle == 1 {
		return c.Want, false
	}
	verdicts, err := standard().desk.AppendVerdicts(nil, q.History, q.AsOf)
	if err != nil {
		return c.Want, false
	}
	var a conformance.Answer
	for _, v := range verdicts {
		if string(v.Clause) == q.Args[0] && v.Cycle == cycle {
			if a.N++; a.Code != "" {
				a.IDs = append(a.IDs, a.Code)
			}
			a.Code, a.At = string(v.Status), v.Due.At
		}
	}
	return a, true
}

func byPhone(c conformance.Case) (conformance.Answer, bool) {
	switch q := c.Ask; {
	case q.Topic == conformance.Revisit && q.Args[0] == "who":
		return conformance.Answer{Code: c.Want.Code}, true
	case c.Name == "finding/TR-4.7a/valid, the manager by phone":
		return conformance.Answer{}, true
	}
	return c.Want, false
}

func byAssistant(c conformance.Case) (conformance.Answer, bool) {
	if c.Clause != "VC-1.6" || c.Ask.Topic != conformance.Revisit && c.Ask.Topic != conformance.Finding {
		return c.Want, false
	}
	if c.Ask.Topic == conformance.Finding {
		return conformance.Answer{}, true
	}
	return conformance.Answer{Code: "assistant"}, true
}

// toldTwice tells of each further dispute again.
func toldTwice(c conformance.Case) (conformance.Answer, bool) {
	disputes := 0
	for _, e := range c.Ask.History {
		if e.Type == ticket.Disputed {
			disputes++
		}
	}
	if c.Ask.Topic != conformance.Firing || c.Ask.Args[0] != "SP-2.5.3" || disputes < 3 {
		return c.Want, false
	}
	a := c.Want
	a.IDs = append(slices.Clip(a.IDs), "T1/SP-2.5.3/1/supervisor/2")
	return a, true
}

func noWarning(c conformance.Case) (conformance.Answer, bool) {
	a := c.Want
	if c.Ask.Topic != conformance.Firing {
		return a, false
	}
	a.IDs = slices.DeleteFunc(slices.Clone(a.IDs), func(key string) bool { return strings.HasSuffix(key, "w") })
	return a, true
}

func ofLadder(id rule.ID, to ticket.Role, visit, report bool) func(*wuye.Policy) {
	return func(p *wuye.Policy) {
		for i := range p.Ladder {
			if s := &p.Ladder[i]; s.Clause == id {
				s.To, s.Visit, s.Report = to, visit, report
			}
		}
	}
}

// moved answers a move as if another row stood for its last one.
func moved(c conformance.Case, instead ...ticket.Event) (conformance.Answer, bool) {
	rows := append(slices.Clip(c.Ask.History[:len(c.Ask.History)-1]), instead...)
	for i := range rows {
		rows[i].Ticket, rows[i].Seq = "T1", i+1
	}
	a := standard().answer(conformance.Question{Topic: conformance.Move, History: rows})
	return a, a.Code == ""
}

func priceAfterwards(c conformance.Case) (conformance.Answer, bool) {
	if c.Ask.Topic != conformance.Move || c.Clause != "SP-2.4.2d" || c.Want.Code == "" {
		return c.Want, false
	}
	e := c.Ask.History[len(c.Ask.History)-1]
	return moved(c, ticket.Event{Type: ticket.Agreed, At: e.At, Recorded: e.Recorded, By: ticket.Actor{Role: ticket.Assistant, ID: "A01"}, Ref: "Q1"}, e)
}

// lenient accepts what the clause refuses: the row then stands as if it asked for nothing.
func lenient(id rule.ID) wrong {
	return func(c conformance.Case) (conformance.Answer, bool) {
		if c.Ask.Topic != conformance.Move || c.Clause != id || c.Want.Code == "" || c.Want.Code == string(ticket.Missing) && id == "HL1-5.3b" {
			return c.Want, false
		}
		e := c.Ask.History[len(c.Ask.History)-1]
		e.By = ticket.Actor{Role: ticket.Manager, ID: "M09"}
		if e.Type == ticket.Archived {
			return conformance.Answer{State: ticket.Closed}, true
		}
		return moved(c, e)
	}
}

// unanswered closes a ticket whenever somebody of the desk says so.
func unanswered(c conformance.Case) (conformance.Answer, bool) {
	if c.Ask.Topic != conformance.Move || c.Want.Code != string(ticket.IllegalMove) || c.Ask.History[len(c.Ask.History)-1].Type != ticket.Archived {
		return c.Want, false
	}
	return conformance.Answer{State: ticket.Closed}, true
}

func signs(role ticket.Role) wrong {
	return func(c conformance.Case) (conformance.Answer, bool) {
		if c.Ask.Topic != conformance.Move || c.Want.Code == "" {
			return c.Want, false
		}
		e := c.Ask.History[len(c.Ask.History)-1]
		if e.Type != ticket.SignedOff || e.By.Role != role {
			return c.Want, false
		}
		e.By = ticket.Actor{Role: ticket.Customer}
		return moved(c, e)
	}
}

func reworkCharged(c conformance.Case) (conformance.Answer, bool) {
	q, charges := c.Ask, 0
	for _, e := range q.Money {
		if e.Type == billing.Charged {
			charges++
		}
	}
	if q.Topic != conformance.Close || charges < 2 || c.Want.Code == "" {
		return c.Want, false
	}
	q.Money = q.Money[:len(q.Money)-1]
	return standard().answer(q), true
}

func switchedCollected(c conformance.Case) (conformance.Answer, bool) {
	q := c.Ask
	if q.Topic != conformance.Close {
		return c.Want, false
	}
	switched := map[string]bool{}
	var rows []billing.Entry
	for _, e := range q.Money {
		if switched[e.Serial] = switched[e.Serial] || e.Type == billing.Switched; !switched[e.Serial] {
			rows = append(rows, e)
		}
	}
	if len(rows) == len(q.Money) {
		return c.Want, false
	}
	q.Money = rows
	return standard().answer(q), true
}

func closedLater(c conformance.Case) (conformance.Answer, bool) {
	q := c.Ask
	if q.Topic != conformance.Close || len(q.Args) > 1 {
		return c.Want, false
	}
	q.AsOf = q.AsOf.Add(1)
	return standard().answer(q), true
}

// roundedOnce adds up the exact amounts of the lines and rounds their sum.
func roundedOnce(c conformance.Case) (conformance.Answer, bool) {
	if c.Ask.Topic != conformance.Quote || c.Want.Code != "" {
		return c.Want, false
	}
	var sum decimal.Decimal
	for _, line := range c.Ask.Args[1:] {
		price, quantity, _ := strings.Cut(line, " ")
		sum = sum.Add(decimal.RequireFromString(price).Mul(decimal.RequireFromString(quantity)))
	}
	total := billing.Fen(sum.Shift(2).Round(0).IntPart())
	return conformance.Answer{Amount: total.String(), IDs: []string{total.Capital()}}, true
}

func saturday(c conformance.Case) (conformance.Answer, bool) {
	a := c.Want
	if c.Ask.Topic != conformance.Agenda || c.Ask.Args[0] != "VC-1.8" || a.At.IsZero() {
		return a, false
	}
	a.At = a.At.AddDate(0, 0, -1)
	return a, true
}

func invalidRated(c conformance.Case) (conformance.Answer, bool) {
	var num, den int
	if _, err := fmt.Sscanf(c.Want.Code, "%d/%d", &num, &den); err != nil || c.Ask.Topic != conformance.Score || c.Ask.Args[0] != "HB-2.1b" {
		return c.Want, false
	}
	invalid := 0
	for _, e := range c.Ask.History {
		if e.Grade == ticket.NoGrade {
			invalid++
		}
	}
	return conformance.Answer{Code: fmt.Sprintf("%d/%d", num, den+invalid)}, true
}
