package wuye_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"pgregory.net/rapid"
)

// The site of the questions below keeps hours, so that "close of business" means something.
func office(t testing.TB) calendar.Calendar {
	t.Helper()
	c, err := calendar.China().WithHours(
		calendar.Shift{Days: weekdays, Open: "09:00", Close: "12:00"},
		calendar.Shift{Days: weekdays, Open: "13:00", Close: "17:30"})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var weekdays = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// An ask puts one question to a desk; the answer is a word or two.
type ask func(t *testing.T, d *wuye.Desk) string

// dueOf asks when a clause is due on a ticket.
func dueOf(clause string, history []ticket.Event) ask {
	return func(t *testing.T, d *wuye.Desk) string {
		v := verdict(t, d, history, clause, "2026-10-20 00:00")
		if v.Clause == "" {
			return "no clock"
		}
		return v.Due.At.Format("01-02 15:04")
	}
}

// statusOf asks how a clause stands on a ticket.
func statusOf(clause string, history []ticket.Event) ask {
	return func(t *testing.T, d *wuye.Desk) string {
		return string(verdict(t, d, history, clause, "2026-10-20 00:00").Status)
	}
}

// ofPolicy asks the policy itself.
func ofPolicy(question func(p wuye.Policy) string) ask {
	return func(t *testing.T, d *wuye.Desk) string {
		p, err := d.Policy(at("2026-10-01 00:00"))
		if err != nil {
			t.Fatal(err)
		}
		return question(p)
	}
}

// ofOctober asks the month's end.
func ofOctober(r wuye.Records, question func(e wuye.MonthEnd) string) ask {
	return func(t *testing.T, d *wuye.Desk) string {
		e, err := d.MonthEnd(calendar.MustMonth("2026-10"), r, "key", at("2026-11-15 00:00"))
		if err != nil {
			t.Fatal(err)
		}
		return question(e)
	}
}

func registered(kind ticket.Kind, when string) ticket.Event {
	return ticket.Event{Type: ticket.Registered, At: at(when), By: assistant, Kind: kind, Caller: ticket.Owner, Has: form}
}

// Each reading answers one question, and each of its options answers it differently;
// testdata/readings.txt has the answers. Sunday 2026-09-20 is worked; 2026-10-01 to 07 are off, Saturday 2026-10-10 is worked.
func TestReadings(t *testing.T) {
	emergency := registered(ticket.Repair, "2026-09-21 09:00")
	emergency.Urgency = ticket.Emergency
	fitOut := story("T1", registered(ticket.FitOut, "2026-09-01 09:00"),
		ticket.Event{Type: ticket.Triaged, At: at("2026-09-01 09:10"), By: assistant},
		ticket.Event{Type: ticket.Dispatched, At: at("2026-09-01 09:20"), By: assistant, To: head},
		ticket.Event{Type: ticket.Completed, At: at("2026-09-28 16:00"), By: head})
	sampled := and(slip("T1", "2026-09-21"), ticket.Event{Type: ticket.Sampled, At: at("2026-09-30 23:59"), By: assistant, Ref: "standard/2026-09/routine", Channel: ticket.Phone})
	mobile := func(paid string) wuye.Records {
		r := records(special("T1", "2026-10-21"))
		r.Money = []billing.Entry{
			{Serial: "N-T1", Ticket: "T1", Seq: 1, Type: billing.Quoted, At: at("2026-10-21 14:10"), Amount: 8000, By: worker, Ref: "Q-T1"},
			{Serial: "N-T1", Ticket: "T1", Seq: 2, Type: billing.Charged, At: at("2026-10-21 16:15"), Amount: 8000, Payment: billing.Mobile, By: worker},
			{Serial: "N-T1", Ticket: "T1", Seq: 3, Type: billing.Received, At: at(paid), Amount: 8000, Payment: billing.Mobile, By: finance, Ref: "R-1"}}
		for i := range r.Money {
			r.Money[i].Recorded = r.Money[i].At
		}
		return r
	}
	drawn := func(e wuye.MonthEnd) string {
		return fmt.Sprintf("cash %d, banked %d", e.Cash.Population, e.Banked.Population)
	}
	reading := func(code string) ask {
		return ofPolicy(func(p wuye.Policy) string { return p.Reading(code) }) // for the scorecard, which is the audit's
	}

	var grid strings.Builder
	for _, q := range []struct {
		code, question string
		ask            ask
	}{
		{"bracket-edges", "how many of 20, of 50", ofPolicy(func(p wuye.Policy) string {
			return fmt.Sprint(p.Routine.Size(20), p.Routine.Size(50))
		})},
		{"share-rounding", "how many of 21", ofPolicy(func(p wuye.Policy) string { return fmt.Sprint(p.Routine.Size(21)) })},
		{"on-site-half", "how many of 5, of 6 on site", ofPolicy(func(p wuye.Policy) string {
			return fmt.Sprint(p.Routine.Visits(5), p.Routine.Visits(6))
		})},
		{"draw-day", "is a slip finished on 31 October in October's draw", ofOctober(records(slip("T1", "2026-10-31")), func(e wuye.MonthEnd) string {
			return fmt.Sprint(e.Routine.Population)
		})},
		{"by-the-nth", "drawn at the end of September, revisited by", dueOf("TR-4.3b", sampled)},
		{"rest-day", "the same; 5 October is a holiday", dueOf("TR-4.3b", sampled)},
		{"working-day", "a complaint of Friday 18 September, 16:00", dueOf("QI-3.7a", story("T1", registered(ticket.Complaint, "2026-09-18 16:00")))},
		{"rest-day-intake", "a complaint of Saturday 19 September", dueOf("QI-3.7a", story("T1", registered(ticket.Complaint, "2026-09-19 10:00")))},
		{"hours", "a repair reported on a Friday at 17:00", dueOf("HB-2.1e", story("T1", registered(ticket.Repair, "2026-09-18 17:00")))},
		{"general-two-hours", "begun after half an hour, done after three", statusOf("HB-2.1e", story("T1", registered(ticket.Repair, "2026-09-21 09:00"),
			ticket.Event{Type: ticket.Triaged, At: at("2026-09-21 09:10"), By: assistant},
			ticket.Event{Type: ticket.Dispatched, At: at("2026-09-21 09:15"), By: assistant, To: worker},
			ticket.Event{Type: ticket.Started, At: at("2026-09-21 09:30"), By: worker},
			ticket.Event{Type: ticket.Completed, At: at("2026-09-21 12:00"), By: worker}))},
		{"response", "an emergency: taken after 10 minutes, the caller told after 14, on site after 20", func(t *testing.T, d *wuye.Desk) string {
			taken := story("T1", emergency,
				ticket.Event{Type: ticket.Triaged, At: at("2026-09-21 09:02"), By: assistant},
				ticket.Event{Type: ticket.Dispatched, At: at("2026-09-21 09:05"), By: assistant, To: worker},
				ticket.Event{Type: ticket.Acknowledged, At: at("2026-09-21 09:10"), By: worker},
				ticket.Event{Type: ticket.Informed, At: at("2026-09-21 09:14"), By: assistant},
				ticket.Event{Type: ticket.Arrived, At: at("2026-09-21 09:20"), By: worker})
			v := verdict(t, d, taken, "HB-2.1d", "2026-09-21 12:00")
			return string(v.Status) + v.Stop.Format(" 15:04")
		}},
		{"minor-day", "a complaint resolved on its day, the owner told a week later", statusOf("QI-3.7a", and(complaint("T1", "2026-09-21")[:7],
			ticket.Event{Type: ticket.Told, At: at("2026-09-28 10:00"), By: assistant, Grade: ticket.Fair}))},
		{"that-day", "a complaint of Monday morning", dueOf("VC-1.5b", story("T1", registered(ticket.Complaint, "2026-09-21 09:05")))},
		{"one-week", "a fit-out finished on 28 September", dueOf("TR-4.2a", fitOut)},
		{"complaint-revisitor", "must the manager visit", dueOf("WY-manager-visit", complaint("T1", "2026-09-21"))},
		{"complaint-validity", "is a complaint nobody has judged among the valid ones", ofOctober(records(complaint("T1", "2026-10-12")), func(e wuye.MonthEnd) string {
			return strings.Join(e.Complaints, " ")
		})},
		{"unreachable", "drawn, phoned in vain", statusOf("TR-4.3b", and(sampled,
			ticket.Event{Type: ticket.Missed, At: at("2026-10-02 10:00"), By: assistant, Channel: ticket.Phone}))},
		{"reopened", "told of progress within the hour, reopened the day after, not told again", func(t *testing.T, d *wuye.Desk) string {
			again := and(complaint("T1", "2026-09-21"), ticket.Event{Type: ticket.Reopened, At: at("2026-09-22 10:00"), By: resident})
			j, err := d.Judge(again, at("2026-09-22 11:00"))
			if err != nil {
				t.Fatal(err)
			}
			var all []string
			for _, v := range j.Verdicts {
				if v.Clause == "QI-3.6a" {
					all = append(all, string(v.Status))
				}
			}
			return strings.Join(all, ", ")
		}},
		{"complaint-rate-base", "per what", reading("complaint-rate-base")},
		{"complaint-rate-period", "over what", reading("complaint-rate-period")},
		{"satisfaction", "measured how", reading("satisfaction")},
		{"mobile-payment", "a service paid by phone", ofOctober(mobile("2026-10-21 16:20"), drawn)},
		{"service-month", "signed in October, paid on 5 November: October's draw", ofOctober(mobile("2026-11-05 10:00"), drawn)},
		{"quota-choice", "which are counted", reading("quota-choice")},
	} {
		t.Run(q.code, func(t *testing.T) {
			i := slices.IndexFunc(wuye.Readings(), func(r wuye.Reading) bool { return r.Code == q.code })
			if i < 0 {
				t.Fatal("not in the table")
			}
			answers := map[string]string{}
			for o, option := range wuye.Readings()[i].Options {
				d, err := wuye.New(office(t), read(t, q.code, option.Code))
				if err != nil {
					t.Fatal(err)
				}
				got := q.ask(t, d)
				if same, twice := answers[got]; twice {
					t.Errorf("%s? %s and %s both answer %q", q.question, same, option.Code, got)
				}
				answers[got] = option.Code
				if o == 0 {
					fmt.Fprintf(&grid, "%s: %s?\n", q.code, q.question)
				}
				fmt.Fprintf(&grid, "    %-16s %s\n", option.Code, cmp.Or(got, "none"))
			}
		})
	}
	golden(t, "testdata/readings.txt", grid.String())
}

// The table is complete, and in both languages.
func TestReadingsTable(t *testing.T) {
	codes := map[string]bool{}
	for _, r := range wuye.Readings() {
		if codes[r.Code] || len(r.Options) < 2 || r.Zh == "" || r.En == "" || len(r.Clauses) == 0 {
			t.Errorf("%s: twice, or not complete", r.Code)
		}
		codes[r.Code] = true
		for _, c := range r.Clauses {
			if _, ok := rule.Lookup(c); !ok {
				t.Errorf("%s: no clause %s", r.Code, c)
			}
		}
		options := map[string]bool{}
		for _, o := range r.Options {
			if options[o.Code] || o.Zh == "" || o.En == "" {
				t.Errorf("%s=%s: twice, or not complete", r.Code, o.Code)
			}
			options[o.Code] = true
		}
		if got := wuye.Standard().Reading(r.Code); got != r.Options[0].Code {
			t.Errorf("%s is %q in the standard policy, the default is %q", r.Code, got, r.Options[0].Code)
		}
	}
	if len(codes) != 24 {
		t.Errorf("%d readings, want 24", len(codes))
	}
	if got := wuye.Standard().Reading("weather"); got != "" {
		t.Errorf("a reading that there is not is %q", got)
	}
	wuye.Readings()[0].Options[0].Code = "changed"
	if wuye.Readings()[0].Options[0].Code == "changed" {
		t.Error("Readings gives its own table away")
	}
}

func TestReadingErrors(t *testing.T) {
	for _, c := range []struct{ code, option, want string }{
		{"weather", "fine", `wuye: unknown reading "weather": one of bracket-edges, `},
		{"hours", "never", `wuye: unknown option "never" of reading hours: one of round-the-clock, working-hours`},
		{"hours", "", `wuye: unknown option "" of reading hours: one of round-the-clock, working-hours`},
	} {
		p, err := wuye.Standard().WithReading(c.code, c.option)
		e := as[*wuye.ReadingError](t, err)
		if !strings.HasPrefix(err.Error(), c.want) || e.Zh() == "" || rule.Zh(err) != e.Zh() || len(e.Options) < 2 {
			t.Errorf("%s=%s: %v", c.code, c.option, err)
		}
		if encode(t, p) != encode(t, wuye.Standard()) {
			t.Errorf("%s=%s: the policy is changed", c.code, c.option)
		}
	}
}

// The order of the calls makes no difference; what was chosen before makes none; the
// default restores. And the policy it is called on stays as it was.
func TestWithReadingOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		type choice struct{ code, option string }
		var final []choice
		for _, r := range wuye.Readings() {
			final = append(final, choice{r.Code, rapid.SampledFrom(r.Options).Draw(t, r.Code).Code})
		}
		base := wuye.Standard()
		if rapid.Bool().Draw(t, "a site of its own") { // limits that no reading has made are kept by all
			base.SLA.Clocks[clock(&base, "HB-2.2b")].Limit = sla.Minutes(90)
			base.SLA.Clocks[clock(&base, "QI-3.8")].Limit = sla.WorkingDays(2)
			base.Routine.Brackets[2].Take = 25
		}
		before := encode(t, base)
		take := func(p wuye.Policy, list []choice) wuye.Policy {
			for _, c := range list {
				q, err := p.WithReading(c.code, c.option)
				if err != nil {
					t.Fatal(err)
				}
				p = q
			}
			return p
		}
		straight := take(base, final)
		p := base
		for range rapid.IntRange(0, 12).Draw(t, "detours") {
			r := rapid.SampledFrom(wuye.Readings()).Draw(t, "reading")
			p = take(p, []choice{{r.Code, rapid.SampledFrom(r.Options).Draw(t, "option").Code}})
		}
		p = take(p, rapid.Permutation(final).Draw(t, "order"))
		if a, b := encode(t, straight), encode(t, p); a != b {
			t.Fatalf("two ways to one choice differ:\n%s\n%s", a, b)
		}
		for _, r := range wuye.Readings() {
			p = take(p, []choice{{r.Code, r.Options[0].Code}})
		}
		if encode(t, p) != before || encode(t, base) != before {
			t.Fatalf("the defaults do not restore:\n%s\n%s", before, encode(t, p))
		}
	})
}

// A site's own limits stay as they are under a reading, unless the reading is of their unit.
func TestWithReadingKeepsOwn(t *testing.T) {
	p := wuye.Standard()
	p.Routine.Brackets[0].UpTo = 30
	p.SLA.Clocks[clock(&p, "TR-4.2a")].Limit = sla.Days(10)
	p.SLA.Clocks[clock(&p, "HB-2.1d")].Limit = sla.Minutes(20)
	for _, r := range []wuye.Choice{{Reading: "bracket-edges", Option: "middle"}, {Reading: "hours", Option: "working-hours"}, {Reading: "one-week", Option: "working"}} {
		var err error
		if p, err = p.WithReading(r.Reading, r.Option); err != nil {
			t.Fatal(err)
		}
	}
	if got := p.Routine.Brackets[0].UpTo; got != 30 {
		t.Errorf("the site's bracket became %d", got)
	}
	if got := p.SLA.Of("TR-4.2a")[0].Limit; got != sla.Days(10) {
		t.Errorf("the site's ten days became %v", got)
	}
	if got := p.SLA.Of("HB-2.1d")[0]; got.Limit != (sla.Limit{N: 20, Unit: sla.WorkingMinute}) || got.Warn != (sla.Limit{N: 5, Unit: sla.WorkingMinute}) {
		t.Errorf("the site's 20 minutes became %v, its warning %v", got.Limit, got.Warn)
	}
	if got := p.SLA.Of("VC-1.5a")[0].Warn; got != sla.Hours(4) {
		t.Errorf("the warning of a day became %v", got)
	}
}

// A clock that the site has narrowed to other tickets is still read as the documents' one,
// as long as it ends as that does; one of the site's own making is left alone.
func TestWithReadingNarrowed(t *testing.T) {
	p := wuye.Standard()
	p.SLA.Clocks[clock(&p, "HB-2.1e")].When = []ticket.Match{{Kinds: []ticket.Kind{ticket.Repair}, Urgency: ticket.Normal, Booked: "no"}}
	own := p.SLA.Of("TR-4.2a")[0]
	own.Clause, own.When, own.To = "HB-2.1d", []ticket.Match{{Urgency: ticket.Normal}}, sla.Moment{{{Type: ticket.Archived}}}
	p.SLA.Clocks = append(p.SLA.Clocks, own)
	q := p
	for _, c := range []wuye.Choice{{Reading: "general-two-hours", Option: "finished"}, {Reading: "response", Option: "on-site"}} {
		var err error
		if q, err = q.WithReading(c.Reading, c.Option); err != nil {
			t.Fatal(err)
		}
	}
	if c := q.SLA.Of("HB-2.1e")[0]; !c.Holds || c.To[0][0].Type != ticket.Completed {
		t.Errorf("the narrowed clock ends with %v", c.To)
	}
	if c := q.SLA.Of("HB-2.1d"); c[0].To[0][0].Type != ticket.Arrived || c[1].To[0][0].Type != ticket.Archived {
		t.Errorf("emergencies end with %v, the site's own clock with %v", c[0].To, c[1].To)
	}
}

// Finished in two hours is asked of general matters; a suggestion is still begun when it is put
// to the leader.
func TestFinishedLeavesSuggestions(t *testing.T) {
	p, err := wuye.Standard().WithReading("general-two-hours", "finished")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.SLA.Of("HB-2.1e") {
		suggestion := slices.Contains(c.When[0].Kinds, ticket.Suggestion)
		escalated := slices.ContainsFunc(c.To[0], func(m sla.Mark) bool { return m.Type == ticket.Escalated })
		if suggestion != escalated || suggestion == c.Holds {
			t.Errorf("%v ends with %v, holds %v", c.When, c.To, c.Holds)
		}
	}
}
