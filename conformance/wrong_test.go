package conformance_test

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"

	"example.com/wuye"
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
		{"21 orders are in the first bracket", "TR-4.4b", changed(t, func(p *wuye.Policy) { p.Routine.Brackets[0].UpTo = 21 }, "size", "draw", "revisit")},
		{"49 orders are above the second bracket", "TR-4.4b", changed(t, func(p *wuye.Policy) { p.Routine.Brackets[1].UpTo = 48 }, "size", "draw", "revisit")},
		{"50 orders are in the second bracket", "TR-4.4c", changed(t, func(p *wuye.Policy) { p.Routine.Brackets[1].UpTo = 50 }, "size", "draw", "revisit")},
		{"30 % rounded down", "TR-4.4b", changed(t, func(p *wuye.Policy) { p.Routine = floor(p.Routine, 21, 49, 30) }, "size", "draw", "revisit")},
		{"30 % rounded to the nearest", "TR-4.4b", changed(t, func(p *wuye.Policy) { p.Routine.Rounding = sampling.HalfUp }, "size", "draw", "revisit")},
		{"80 % rounded down", "SP-2.7.1c", changed(t, func(p *wuye.Policy) { p.Banked = floor(p.Banked, 1, 200, 80) }, "size", "draw", "revisit")},
		{"half of the sample rounded down", "TR-4.4d", halfDown},
		{"mobile payment is as collection", "SP-2.7.1b", changed(t, reading(t, "mobile-payment", "as-collection"), "revisit")},
		// Which.
		{"the sample in order of number", "TR-4.3a", inOrder},
		{"the 30th of February is the 2nd of March", "TR-4.3a", thirtiethOfFebruary},
		{"who was tried once was revisited", "WY-unreachable", changed(t, func(p *wuye.Policy) {
			p.Choices = []wuye.Choice{{Reading: "unreachable", Option: "counts"}}
		}, "revisit")},
		{"a reserve for one who was revisited and then withdrew", "TR-4.3a", goneAfterwards},
		{"a reserve for one who was revisited and then missed", "WY-unreachable", missedAfterwards},
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
		{"a reopened ticket goes on in its old cycle", "HB-3.4", changed(t, reading(t, "reopened", "continues"), "verdict", "firing")},
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
		{"what the assistant cannot solve goes straight to the manager", "VC-1.3a", changed(t, func(p *wuye.Policy) {
			p.Ladder = slices.DeleteFunc(p.Ladder, func(s escalation.Step) bool { return s.Clause == "VC-1.3a" })
		}, "step", "firing")},
		{"no written report to the manager", "VC-1.3b", changed(t, ofLadder("VC-1.3b", ticket.Manager, false, false), "step", "finding")},
		// The flow.
		{"the price after the fact", "SP-2.4.2d", priceAfterwards},
		{"one's own work is revisited", "WY-own-work", lenient("WY-own-work")},
		{"the assistant lowers the severity", "HL1-5.3b", lenient("HL1-5.3b")},
		{"a timeout signs", "SP-2.5.1", signs(ticket.System)},
		{"closed without a revisit", "VC-1.4c", lenient("VC-1.4c")},
		{"closed without an answer", "HB-1.3a", unanswered},
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
