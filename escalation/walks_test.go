package escalation_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// judged is what a history fires with the standard clocks on the standard calendar.
func judged(t *testing.T, h []ticket.Event, asOf string, want ...string) {
	t.Helper()
	for i := range h { // entered when it happened
		h[i].Recorded = h[i].At
	}
	v, err := sla.Standard().AppendVerdicts(nil, calendar.China(), h, at(asOf))
	if err != nil {
		t.Fatal(err)
	}
	checkClock(t, h, v, asOf, want...)
}

// The walk of a minor complaint on Monday the 21st. All is in time; but the customer first
// heard at 10:40, ten minutes after the supervisor was warned that he must by 11:05.
func TestWalkMinorComplaint(t *testing.T) {
	channel := func(c ticket.Channel) func(*ticket.Event) { return func(e *ticket.Event) { e.Channel = c } }
	h := story(
		row("21 09:05", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, "")),
		row("21 09:10", ticket.Assistant, ticket.Triaged),
		row("21 09:10", ticket.Assistant, ticket.Promised, until("21 17:00")),
		row("21 09:15", ticket.Assistant, ticket.Dispatched, to(ticket.DepartmentHead), func(e *ticket.Event) { e.To.ID = "H1" }),
		row("21 10:40", ticket.Assistant, ticket.Informed),
		row("21 11:00", ticket.DepartmentHead, ticket.Started),
		row("21 15:00", ticket.DepartmentHead, ticket.Completed),
		row("21 15:30", ticket.Assistant, ticket.Told),
		row("21 15:30", ticket.Customer, ticket.Rated, grade(ticket.Satisfied)),
		row("21 17:00", ticket.Assistant, ticket.Revisited, channel(ticket.Phone)),
		row("22 16:00", ticket.Manager, ticket.Revisited, channel(ticket.Visit)),
		row("22 17:00", ticket.Assistant, ticket.Archived),
	)
	// While the complaint is worked on the next thing to come by itself is the warning of the
	// promise, half an hour before 17:00.
	judged(t, h, "21 15:00", "WY-breach(QI-3.6a)/1/supervisor/1w 21 10:35", "next 21 16:30")
	judged(t, h, always, "WY-breach(QI-3.6a)/1/supervisor/1w 21 10:35")
}

// The walk "hold, upgrade, resume": QI-3.7b fires at 14:00, when the complaint is found
// important, and not a nanosecond earlier.
func TestWalkUpgrade(t *testing.T) {
	h := story(
		row("18 10:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ticket.Minor)),
		row("18 10:05", ticket.Assistant, ticket.Triaged),
		row("18 10:50", ticket.Assistant, ticket.Informed),
		row("18 11:00", ticket.Assistant, ticket.Held),
		row("18 14:00", ticket.Assistant, ticket.Reranked, kind("", ticket.Important)),
		row("20 09:00", ticket.Assistant, ticket.Resumed),
	)
	judged(t, h, "18 13:59", "next 18 20:00")                                    // the same day's revisit, VC-1.5
	judged(t, h, "18 14:00", "QI-3.7b/1/supervisor/1 18 14:00", "next 19 06:00") // HB-2.2b: nobody has it yet
}

// A burst pipe that nobody takes, with the standard clocks: the plan is to be started in 15
// minutes, and after 7 the next tier is told.
func TestWalkEmergency(t *testing.T) {
	h := story(row("21 02:00", ticket.Assistant, ticket.Registered, kind(ticket.Repair, ""), func(e *ticket.Event) { e.Urgency = ticket.Emergency }))
	judged(t, h, "21 02:45",
		"WY-unanswered/1/supervisor/1 21 02:07+",
		"WY-breach(HB-2.1d)/1/supervisor/1w 21 02:10",
		"WY-breach(HB-2.1d)/1/supervisor/1 21 02:15+",
		"WY-unanswered/1/manager/2 21 02:37+",
		"next 21 03:07+")
}

func until(s string) func(*ticket.Event) { return func(e *ticket.Event) { e.Until = at(s) } }

// A promise that was past when it was made fires as it is made, its warning first.
func TestPromisedPast(t *testing.T) {
	h := story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Inquiry, "")), row("21 09:03", ticket.Assistant, ticket.Promised, until("21 08:44")))
	judged(t, h, "21 09:03",
		"WY-breach(QI-3.5t)/1/supervisor/2w 21 09:03", "WY-breach(QI-3.5t)/1/supervisor/2 21 09:03", "next 21 09:30+")
}

// What runs anew warns anew, under a key of its own.
func TestKeysOfWhatRunsAnew(t *testing.T) {
	h := story(
		row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Inquiry, "")),
		row("21 09:10", ticket.Assistant, ticket.Promised, until("21 17:00")),
		row("21 09:20", ticket.Assistant, ticket.Started),
		row("21 16:40", ticket.Assistant, ticket.Extended, until("21 19:00"), func(e *ticket.Event) { e.Approver.Role, e.Reason = ticket.Supervisor, "缺料" }),
	)
	judged(t, h[:3], "21 16:40", "WY-breach(QI-3.5t)/1/supervisor/2w 21 16:30", "next 21 17:00+")
	judged(t, h, "21 18:40", "WY-breach(QI-3.5t)/1/supervisor/2.4w 21 18:30", "next 21 19:00+")
	// Work that was disputed, and done again.
	w := story(
		row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Repair, ticket.Major), func(e *ticket.Event) { e.Caller = ticket.Owner }),
		row("21 09:10", ticket.Worker, ticket.Started),
		row("21 09:20", ticket.Worker, ticket.Completed),
		row("21 21:00", ticket.Customer, ticket.Disputed),
		row("21 22:00", ticket.Worker, ticket.Completed),
	)
	judged(t, w[:3], "21 20:30", "WY-breach(TR-4.8t)/1/supervisor/3w 21 20:00", "next 22 00:00")
	judged(t, w, "21 23:00", "WY-breach(TR-4.8t)/1/supervisor/5w 21 22:00", "next 22 00:00")
}

// A promise entered late takes no other's key.
func TestKeysOfPromisesEnteredLate(t *testing.T) {
	h := story(
		row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Inquiry, "")),
		row("21 09:20", ticket.Assistant, ticket.Started),
		row("21 10:00", ticket.Assistant, ticket.Promised, until("21 12:00")),
		row("21 12:10", ticket.Assistant, ticket.Told),
	)
	judged(t, h, "21 13:00", "WY-breach(QI-3.5t)/1/supervisor/3w 21 11:30", "WY-breach(QI-3.5t)/1/supervisor/3 21 12:00+")
	late := append(h, row("21 09:30", ticket.Assistant, ticket.Promised, until("21 09:50")), row("21 09:40", ticket.Assistant, ticket.Told))
	judged(t, story(late...), "21 13:00", "WY-breach(QI-3.5t)/1/supervisor/5w 21 09:30",
		"WY-breach(QI-3.5t)/1/supervisor/3w 21 11:30", "WY-breach(QI-3.5t)/1/supervisor/3 21 12:00+")
}

// A ticket that nobody ever takes: every key once, whatever that costs, but little of it; and
// no more after a year, however late one asks.
func TestNeverTaken(t *testing.T) {
	h := story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Inquiry, "")))
	v := unansweredClock(sla.Breached, "21 09:30", "")
	var due []escalation.Firing
	var next time.Time
	asOf := at("21 09:31").AddDate(1, 0, 0)
	allocated := testing.AllocsPerRun(1, func() { due, next = escalation.Standard().Firings(h, v, asOf) })
	if len(due) != 365*48 || allocated > float64(3*len(due)) || !next.IsZero() {
		t.Errorf("%d firings, %v allocations, next %v", len(due), allocated, next)
	}
	if later, _ := escalation.Standard().Firings(h, v, at("21 09:31").AddDate(7000, 0, 0)); len(later) != len(due) {
		t.Errorf("%d firings after seven thousand years", len(later))
	}
	if early, next := escalation.Standard().Firings(h, v, asOf.Add(-31*time.Minute)); len(early) != 365*48-1 || next.IsZero() {
		t.Errorf("%d firings, next %v", len(early), next)
	}
	keys := map[string]bool{}
	for i, f := range due {
		if keys[f.Key] || i > 0 && !f.At.Equal(due[i-1].At.Add(30*time.Minute)) {
			t.Fatal(f)
		}
		keys[f.Key] = true
	}
}

// slowly says which firings the rows of a history call for, in sentences about each row and
// those before it.
func slowly(h []ticket.Event) []string {
	superior := func(r ticket.Role) string {
		if r == ticket.Supervisor || r == ticket.Manager {
			return "manager"
		}
		return "supervisor"
	}
	var rows []ticket.Event // each Seq once
	for _, e := range h {
		if e.Seq < 1 || !slices.ContainsFunc(rows, func(o ticket.Event) bool { return o.Seq == e.Seq }) {
			rows = append(rows, e)
		}
	}
	known := func(n int) (f ticket.Facts) {
		for _, e := range rows[:n] {
			f = f.After(e)
		}
		return f
	}
	onTime := func(n int) bool { // is row n not older than the rows that moved the state?
		var last time.Time
		for i := 0; ; i++ {
			ok := rows[i].Type == ticket.Imported || !rows[i].At.Before(last)
			if i == n {
				return ok
			}
			if ok && rows[i].Type.Moves() {
				last = rows[i].At
			}
		}
	}
	var out []string
	count := map[string]int{}
	for n, e := range rows {
		cycle, disputes := 1, 0
		for i := range rows[:n+1] {
			switch {
			case rows[i].Type == ticket.Reopened && onTime(i):
				cycle, disputes = cycle+1, 0
			case rows[i].Type == ticket.Disputed:
				disputes++
			}
		}
		fire := func(clause, tier string) {
			if tier != "" {
				key := "T1/" + clause + "/" + strconv.Itoa(cycle) + "/" + tier
				count[key]++
				out = append(out, key+"/"+strconv.Itoa(count[key])+" "+stamp(e.At))
			}
		}
		was, is := known(n), known(n+1)
		cpl := func(f ticket.Facts) bool { return f.Kind == ticket.Complaint }
		grave := func(f ticket.Facts) bool { return cpl(f) && f.Severity != "" && f.Severity != ticket.Minor }
		if grave(is) && !grave(was) {
			fire("QI-3.7b", superior(e.By.Role))
		}
		if is.Linked && cpl(is) && !(was.Linked && cpl(was)) {
			fire("TR-4.6", superior(e.By.Role))
		}
		if is.Linked && is.Severity == ticket.Major && !(was.Linked && was.Severity == ticket.Major) {
			fire("VC-4.1c", "manager")
		}
		by, asked := e.By.Role, e.To.Role
		tier := asked == ticket.Assistant || asked == ticket.Supervisor || asked == ticket.Manager
		switch {
		case e.Type == ticket.Escalated && by == ticket.Manager:
		case e.Type == ticket.Escalated && is.Kind == ticket.Suggestion:
			if !tier || asked == ticket.Manager {
				fire("VC-3.4", "manager")
			}
		case e.Type == ticket.Escalated && by == ticket.Supervisor:
			if !tier || asked == ticket.Manager {
				fire("VC-1.3b", "manager")
			}
		case e.Type == ticket.Escalated && asked == ticket.Manager:
			fire("VC-3.3b", "manager")
		case e.Type == ticket.Escalated:
			if !tier || asked == ticket.Supervisor {
				fire("VC-1.3a", "supervisor")
			}
		case e.Type == ticket.Disputed && disputes == 2:
			fire("SP-2.5.3", "supervisor")
		case e.Type == ticket.Damaged:
			fire("SP-2.5.4a", "supervisor")
		case e.Type == ticket.Revisited && (e.Grade == ticket.Poor || e.Grade == ticket.Bad):
			fire("SP-2.7.5", superior(by))
		}
	}
	return out
}

func TestRowsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := anyHistory(t)
		for i := range h {
			h[i].Recorded = time.Time{}
		}
		due, _ := escalation.Standard().Firings(h, nil, at(always))
		got := make([]string, 0, len(due))
		for _, f := range due {
			got = append(got, f.Key+" "+stamp(f.At))
		}
		want := slowly(h)
		slices.Sort(got)
		slices.Sort(want)
		if strings.Join(want, "\n") != strings.Join(got, "\n") {
			t.Fatal(cmp.Diff(want, got))
		}
	})
}

// With sla's own verdicts of any history every key is one firing's, and no two of its
// verdicts would bear the same.
func TestKeysOfStandardClocks(t *testing.T) {
	clocks, err := sla.Standard().Compile()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		h := anyHistory(t)
		asOf := at("21 09:00").Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "as of")) * time.Minute)
		v, err := clocks.AppendVerdicts(nil, calendar.China(), h, asOf)
		if err != nil {
			t.Skip(err)
		}
		due, next := escalation.Standard().Firings(h, v, asOf)
		keys := map[string]bool{}
		for _, f := range due {
			if keys[f.Key] || strings.HasSuffix(f.Key, "+") {
				t.Fatal("one key for two:", f.Key)
			}
			keys[f.Key] = true
		}
		if !next.IsZero() && !next.After(asOf) {
			t.Fatal(next)
		}
	})
}
