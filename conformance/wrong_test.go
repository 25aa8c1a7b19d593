package conformance_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
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
)

// standard is the desk of the documents on the calendar as published, and all its cases.
var standard = sync.OnceValue(func() struct {
	backend
	cases []conformance.Case
} {
	p := wuye.Standard()
	d, err := wuye.New(calendar.China(), p)
	if err != nil {
		panic(err)
	}
	return struct {
		backend
		cases []conformance.Case
	}{backend{d, p}, slices.Collect(conformance.Cases(d))}
})

// A wrong system is right but for one thing: it answers what it answers otherwise, and says
// nothing (false) where it is right. The right answers are the cases' own, which TestReference
// proves.
type wrong func(c conformance.Case) (conformance.Answer, bool)

// TestWrong: each of these systems is convicted by the clause that it breaks, and by no other.
// The table of them, each with its first departure, is a golden file.
func TestWrong(t *testing.T) {
	t.Parallel()
	s := standard()
	table := "Systems that are wrong in one thing, each with the first case that convicts it.\n\n"
	for _, w := range []struct {
		name   string
		clause rule.ID
		answer wrong
	}{
		// How many.
		{"20 orders are above the first bracket", "TR-4.4a", changed(t, func(p *wuye.Policy) { p.Routine.Brackets[0].UpTo = 19 }, "size", "draw", "revisit")},
		{"50 orders are in the second bracket", "TR-4.4c", changed(t, func(p *wuye.Policy) { p.Routine.Brackets[1].UpTo = 50 }, "size", "draw", "revisit")},
		{"30 % rounded down", "TR-4.4b", changed(t, func(p *wuye.Policy) { p.Routine = floor(p.Routine, 21, 49, 30) }, "size", "draw", "revisit")},
		{"80 % rounded down", "SP-2.7.1c", changed(t, func(p *wuye.Policy) { p.Banked = floor(p.Banked, 1, 200, 80) }, "size", "draw", "revisit")},
		{"half of the sample rounded down", "TR-4.4d", halfDown},
		{"mobile payment is as collection", "SP-2.7.1b", changed(t, mobileAsCollection(t), "revisit")},
		// Which.
		{"the sample in order of number", "TR-4.3a", inOrder},
		{"the 30th of February is the 2nd of March", "TR-4.3a", thirtiethOfFebruary},
		{"who was tried once was revisited", "WY-unreachable", changed(t, func(p *wuye.Policy) {
			p.Choices = []wuye.Choice{{Reading: "unreachable", Option: "counts"}}
		}, "revisit")},
		{"dismissed complaints are visited too", "TR-4.7a", dismissedToo},
		// Days.
		{"weekends instead of the calendar", "SC-days", onCalendar(t, func(k calendar.Kind, weekend bool) bool {
			return k == calendar.MakeUp || k == calendar.Holiday && !weekend
		})},
		{"make-up days missed", "SC-days", onCalendar(t, func(k calendar.Kind, _ bool) bool { return k == calendar.MakeUp })},
		{"an unpublished year is guessed", "SC-days", guessed},
		{"what is due exactly now is late", "CC-1259", atDue(false, 1)},
		{"the day's end is in time", "CC-203", atDue(true, -1)},
		// Clocks.
		{"a pause does not stop the clock", "QI-3.7a", changed(t, ofClock("QI-3.7a", func(c *sla.Clock) { c.Holds = false }), "verdict", "firing")},
		{"the second pause is lost", "QI-3.7a", secondPauseLost},
		{"a pause stops the two hours, too", "QI-3.6a", changed(t, ofClock("QI-3.6a", func(c *sla.Clock) { c.Holds = true }), "verdict", "firing")},
		{"a change of priority restarts the clock", "QI-3.6a", changed(t, ofClock("QI-3.6a", func(c *sla.Clock) {
			c.From = sla.Moment{append(c.From[0], sla.Mark{Type: ticket.Reranked, Anew: true})}
		}), "verdict", "firing")},
		{"a reopening loses the old verdict", "HB-3.4", oldVerdictLost},
		{"an attempt to call is a call", "QI-3.6a", changed(t, ofClock("QI-3.6a", func(c *sla.Clock) {
			c.To = sla.Moment{append(c.To[0], sla.Mark{Type: ticket.Missed})}
		}), "verdict", "firing")},
		{"the entry's time is not looked at", "HB-2.2b", changed(t, ofClock("HB-2.2b", func(c *sla.Clock) { c.To = c.To[1:] }), "verdict", "firing")},
		{"a fit-out revisited by phone", "TR-4.2a", changed(t, ofClock("TR-4.2a", func(c *sla.Clock) { c.To[0][0].Channel = "" }), "verdict", "firing")},
		{"the manager's visit is anybody's", "WY-manager-visit", changed(t, ofClock("WY-manager-visit", func(c *sla.Clock) { c.To[0][0].Role = "" }), "verdict", "firing")},
		// Who.
		{"a valid complaint is revisited by phone", "TR-4.7a", byPhone},
		{"the assistant revisits what the manager settled", "VC-1.6", byAssistant},
		{"told twice", "SP-2.5.3", toldTwice},
		{"no warning before the breach", "WY-breach", noWarning},
		{"the supervisor is skipped", "VC-1.3a", changed(t, func(p *wuye.Policy) {
			p.Ladder = slices.DeleteFunc(p.Ladder, func(s escalation.Step) bool { return s.Clause == "VC-1.3a" })
		}, "step", "firing")},
		{"no written report to the manager", "VC-1.3b", changed(t, ofLadder("VC-1.3b", ticket.Manager, false, false), "step", "finding")},
		// The flow.
		{"the price after the fact", "SP-2.4.2d", priceAfterwards},
		{"one's own work is revisited", "WY-own-work", lenient("WY-own-work")},
		{"the assistant lowers the severity", "HL1-5.3b", lenient("HL1-5.3b")},
		{"a timeout signs", "SP-2.5.1", signs(ticket.System)},
		{"closed without a revisit", "VC-1.4c", lenient("VC-1.4c")},
		// Money.
		{"rework is charged", "WY-rework-free", reworkCharged},
		{"a failed collection is collected again and paid in cash too", "WY-money", switchedCollected},
		{"what is entered at the close belongs to it", "SP-2.6.1.5", closedLater},
		{"rounded once for all lines", "SP-2.4.2d", roundedOnce},
		// What comes round, and the month.
		{"a week ends on Saturday", "VC-1.8", saturday},
		{"an invalid rating is a rating", "HB-2.1b", invalidRated},
	} {
		t.Run(w.name, func(t *testing.T) {
			r := conformance.Examine(slices.Values(s.cases), func(c conformance.Case) (conformance.Answer, bool) {
				if a, differs := w.answer(c); differs {
					return a, true
				}
				return c.Want, true
			})
			if got := r.Convicted(); !slices.Equal(got, []rule.ID{w.clause}) {
				t.Errorf("convicted by %v, not by %s alone", got, w.clause)
				for _, d := range r.Departures {
					if d.Clause != w.clause {
						t.Logf("%s: %v", d.Case, d)
					}
				}
			}
			if r.Asked != len(s.cases) || r.Asked != r.Right+r.Departed+r.Following || r.Departed != len(r.Departures) {
				t.Errorf("the tally does not add up: %+v", r.Tally)
			}
			if r.Departed > 0 {
				table += fmt.Sprintf("%s\n  %s\n  %v\n", w.name, r.Departures[0].Case, r.Departures[0])
			}
		})
	}
	golden(t, "testdata/wrong.txt", table)
}

// golden holds a text to its file.
func golden(t *testing.T, file, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != text {
		t.Errorf("%s is not what comes now; run with -update and read what changed", file)
	}
}

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

func mobileAsCollection(t *testing.T) func(*wuye.Policy) {
	return func(p *wuye.Policy) {
		changed, err := p.WithReading("mobile-payment", "as-collection")
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

func roundedOnce(c conformance.Case) (conformance.Answer, bool) {
	if c.Ask.Topic != conformance.Quote || c.Name != "quote/price and quantity/0.01 0.5, 0.01 0.5" {
		return c.Want, false
	}
	return conformance.Answer{Amount: "0.01", IDs: []string{"壹分"}}, true
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
