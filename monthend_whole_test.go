package wuye_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
)

// Valid complaints: every one, by the manager, on site.
func TestTR_4_7a(t *testing.T) {
	reopened := and(complaint("C", "2026-10-14"), ticket.Event{Type: ticket.Dismissed, At: at("2026-10-14 16:00"), By: supervisor, Reason: "查无此事"},
		ticket.Event{Type: ticket.Reopened, At: at("2026-10-15 10:00"), By: resident},
		ticket.Event{Type: ticket.Told, At: at("2026-10-15 11:00"), By: assistant})
	for _, c := range []struct {
		name    string
		history []ticket.Event
		want    string // by default, then only when upheld
	}{
		{"nobody judged it", complaint("C", "2026-10-14"), "C|"},
		{"upheld", and(complaint("C", "2026-10-14"), ticket.Event{Type: ticket.Upheld, At: at("2026-10-14 16:00"), By: supervisor}), "C|C"},
		{"dismissed", and(complaint("C", "2026-10-14"), ticket.Event{Type: ticket.Dismissed, At: at("2026-10-14 16:00"), By: supervisor, Reason: "查无此事"}), "|"},
		{"dismissed, then upheld", and(complaint("C", "2026-10-14"), ticket.Event{Type: ticket.Dismissed, At: at("2026-10-14 16:00"), By: supervisor, Reason: "查无此事"},
			ticket.Event{Type: ticket.Upheld, At: at("2026-10-14 17:00"), By: manager}), "C|C"},
		{"a dismissal holds for its cycle", reopened, "C|"},
		{"resolved in September", complaint("C", "2026-09-30"), "|"},
		{"not resolved", complaint("C", "2026-10-14")[:6], "|"},
		{"told at once", story("C", complaint("C", "2026-10-14")[0], ticket.Event{Type: ticket.Told, At: at("2026-10-14 09:10"), By: assistant}), "C|"},
		{"the authorities' own", story("C", complaint("C", "2026-10-14")[0], ticket.Event{Type: ticket.Told, At: at("2026-10-14 09:10"), By: assistant, To: bureau}), "|"},
		{"referred to them", and(complaint("C", "2026-10-14")[:2], ticket.Event{Type: ticket.ReferredOut, At: at("2026-10-14 09:20"), By: assistant, To: bureau},
			ticket.Event{Type: ticket.Replied, At: at("2026-10-15 09:20"), By: bureau}, ticket.Event{Type: ticket.Told, At: at("2026-10-15 10:20"), By: assistant}), "|"},
		{"referred to them, and sent back", and(complaint("C", "2026-10-14")[:2], ticket.Event{Type: ticket.ReferredOut, At: at("2026-10-14 09:20"), By: assistant, To: bureau},
			ticket.Event{Type: ticket.Returned, At: at("2026-10-15 09:20"), By: bureau, Reason: "属物业管理责任"}, ticket.Event{Type: ticket.Told, At: at("2026-10-15 10:20"), By: assistant}), "C|"},
		{"no name given", with(complaint("C", "2026-10-14"), func(e *ticket.Event) { e.Caller, e.Reason = ticket.Anonymous, "不愿留名" }), "|"},
		{"merged into another", and(complaint("C", "2026-10-14")[:6], ticket.Event{Type: ticket.Merged, At: at("2026-10-14 14:00"), By: assistant, Ref: "C0"}), "|"},
		{"taken over, answered by its testimony", story("C", ticket.Event{Type: ticket.Registered, At: at("2026-10-12 09:00"), Kind: ticket.Complaint},
			ticket.Event{Type: ticket.Completed, At: at("2026-10-12 10:00")}, ticket.Event{Type: ticket.Told, At: at("2026-10-12 11:00")},
			ticket.Event{Type: ticket.Imported, At: at("2026-10-20 00:00"), By: assistant, State: ticket.Answered}), "C|"},
		{"a row twice", slices.Insert(complaint("C", "2026-10-14"), 5, complaint("C", "2026-10-14")[4]), "C|"},
		{"a repair", slip("C", "2026-10-14"), "|"},
	} {
		var got []string
		for _, p := range []wuye.Policy{wuye.Standard(), read(t, "complaint-validity", "when-upheld")} {
			e := monthEnd(t, desk(t, p), "2026-10", records(c.history), "2026-11-01 00:00")
			got = append(got, strings.Join(e.Complaints, ","))
		}
		if strings.Join(got, "|") != c.want {
			t.Errorf("%s: %q, want %q", c.name, strings.Join(got, "|"), c.want)
		}
	}
}

// Every complaint is revisited: no policy samples them, and each shows on the agenda until
// somebody has.
func TestVC_1_4c(t *testing.T) {
	var all [][]ticket.Event
	var want []string
	for i := range 30 {
		id := fmt.Sprintf("C%02d", i)
		all, want = append(all, complaint(id, "2026-10-14")), append(want, id)
	}
	e := monthEnd(t, desk(t), "2026-10", records(all...), "2026-11-01 00:00")
	if diff := cmp.Diff(want, e.Complaints); diff != "" {
		t.Errorf("complaints (-want +got):\n%s", diff)
	}
	if e.Routine.Population != 0 {
		t.Errorf("%d complaints are in the routine draw", e.Routine.Population)
	}
	owed := func(history []ticket.Event) bool {
		return slices.ContainsFunc(agenda(t, desk(t), records(history), "2026-10-15 09:00"), func(i wuye.Item) bool { return i.Clause == "QI-3.8" && i.Ticket == "C00" })
	}
	if !owed(all[0]) {
		t.Error("a complaint answered and not revisited is not on the agenda")
	}
	if owed(and(all[0], ticket.Event{Type: ticket.Revisited, At: at("2026-10-14 17:00"), By: assistant, Channel: ticket.Phone})) {
		t.Error("a revisited complaint is on the agenda")
	}
}

// Major needs: every one.
func TestTR_4_8(t *testing.T) {
	emergency := func(e *ticket.Event) { e.Urgency = ticket.Emergency }
	for _, c := range []struct {
		name    string
		history []ticket.Event
		want    string
	}{
		{"an emergency", with(slip("M", "2026-10-16"), emergency), "M"},
		{"a larger repair", with(slip("M", "2026-10-16"), func(e *ticket.Event) { e.Severity = ticket.Major }), "M"},
		{"a common one", slip("M", "2026-10-16"), ""},
		{"cleaning in a hurry", with(slip("M", "2026-10-16"), func(e *ticket.Event) { e.Kind, e.Urgency = ticket.Cleaning, ticket.Emergency }), ""},
		{"not completed", with(slip("M", "2026-10-16")[:4], emergency), ""},
		{"disputed", and(with(slip("M", "2026-10-16")[:5], emergency), ticket.Event{Type: ticket.Disputed, At: at("2026-10-16 11:00"), By: resident}), ""},
		{"completed in September", with(slip("M", "2026-09-16"), emergency), ""},
		{"no name given", with(slip("M", "2026-10-16"), func(e *ticket.Event) {
			e.Urgency, e.Caller, e.Reason = ticket.Emergency, ticket.Anonymous, "不愿留名"
		}), ""},
	} {
		if got := strings.Join(monthEnd(t, desk(t), "2026-10", records(c.history), "2026-11-01 00:00").Major, ","); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// A clause that the site does not keep draws nobody.
func TestMonthEndOff(t *testing.T) {
	p := wuye.Standard()
	for _, id := range []rule.ID{"TR-4.3a", "SP-2.7.1b", "SP-2.7.1c", "TR-4.7a", "TR-4.8"} {
		p.Off = append(p.Off, wuye.Off{Clause: id, Reason: "本项目不适用"})
	}
	r, log := october()
	r.Money = log
	e := monthEnd(t, desk(t, p), "2026-10", r, "2026-11-03 09:00")
	if e.Routine.Size+e.Cash.Size+e.Banked.Size+len(e.Complaints)+len(e.Major) != 0 {
		t.Errorf("%+v", e)
	}
	if strings.Contains(encode(t, e), "routine") {
		t.Error("an empty draw is written")
	}
	// Without the sizes of TR-4.4 there is no routine draw either; the others stay.
	p.Off = []wuye.Off{{Clause: "TR-4.4", Reason: "本项目不抽样"}}
	if e := monthEnd(t, desk(t, p), "2026-10", r, "2026-11-03 09:00"); e.Routine.Size != 0 || e.Drawn.Routine != nil || e.Cash.Size+e.Banked.Size == 0 {
		t.Errorf("%+v", e)
	}
}

// The money is closed when finance reported, and each charge is new in one close.
func TestMonthEndMoney(t *testing.T) {
	r := wuye.Records{
		Money: slices.Concat(charge("S1", "2026-09-29", billing.Collection, ""), charge("S2", "2026-09-30", billing.Collection, ""), charge("S3", "2026-10-21", billing.Collection, "")),
		Done: []wuye.DutyDone{
			{Clause: "SP-2.6.1.4", At: at("2026-09-30 12:00"), By: finance, Ref: "2026-09"},
			{Clause: "SP-2.6.1.4", At: at("2026-10-31 12:00"), By: finance, Ref: "2026-10"}},
	}
	serials := func(charges []billing.Charge) string {
		var all []string
		for _, c := range charges {
			all = append(all, c.Serial)
		}
		return strings.Join(all, " ")
	}
	sep := monthEnd(t, desk(t), "2026-09", r, "2026-10-01 00:00")
	oct := monthEnd(t, desk(t), "2026-10", r, "2026-11-01 00:00")
	if got := serials(sep.Money.New) + "|" + serials(oct.Money.New); got != "N-S1|N-S2 N-S3" {
		t.Errorf("new in September | October: %s", got)
	}
	// Without the report of September, its close is at its own asOf; October counts from August's.
	r.Done = r.Done[1:]
	if got := serials(monthEnd(t, desk(t), "2026-09", r, "2026-10-01 00:00").Money.New); got != "N-S1 N-S2" {
		t.Errorf("new in September: %s", got)
	}
	// A log that no rule allows closes nothing.
	r.Money[1].Amount = 1
	if _, err := desk(t).MonthEnd(calendar.MustMonth("2026-10"), r, "key", at("2026-11-01 00:00")); err == nil {
		t.Error("a charge that is not the quote's amount is closed")
	} else {
		as[*billing.Refusal](t, err)
	}
}

func TestMonthEndRefuses(t *testing.T) {
	d, oct := desk(t), calendar.MustMonth("2026-10")
	_, err := d.MonthEnd(oct, wuye.Records{}, "key", at("2026-11-01 00:00").Add(-1))
	if e := as[*wuye.EarlyError](t, err); e.Opens != at("2026-11-01 00:00") || e.Clause == "" || rule.Zh(err) == "" || e.Error() == "" {
		t.Errorf("%+v", e)
	}
	if _, err := d.MonthEnd(oct, wuye.Records{}, "key", at("2026-11-01 00:00")); err != nil {
		t.Error(err)
	}
	_, err = d.MonthEnd(calendar.MustMonth("2003-12"), wuye.Records{}, "key", at("2026-11-01 00:00"))
	as[*wuye.NotInForceError](t, err)
	illegal := slip("T1", "2026-10-12")
	illegal[4], illegal[5] = illegal[5], illegal[4]
	_, err = d.MonthEnd(oct, records(story("T1", illegal...)), "key", at("2026-11-01 00:00"))
	as[*ticket.Refusal](t, err)
	_, err = d.MonthEnd(oct, records(slip("T1", "2026-10-12"), slip("T1", "2026-10-12")), "key", at("2026-11-01 00:00"))
	if err == nil {
		t.Error("one order twice is drawn")
	}
}
