package wuye_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// The draw's day in months of 28, 29, 30 and 31 days: what is finished in the last minute of
// it is drawn in the month, a minute later in the next.
func TestMonthLengths(t *testing.T) {
	for _, c := range []struct{ month, next, cut, due string }{
		{"2026-02", "2026-03", "2026-03-01 00:00", "2026-03-06 00:00"},
		{"2024-02", "2024-03", "2024-03-01 00:00", "2024-03-06 00:00"},
		{"2026-04", "2026-05", "2026-05-01 00:00", "2026-05-06 00:00"},
		{"2026-10", "2026-11", "2026-10-31 00:00", "2026-11-06 00:00"},
		{"2026-12", "2027-01", "2026-12-31 00:00", "2027-01-06 00:00"},
	} {
		for minutes, want := range map[int]string{-1: c.month, 0: c.next} {
			h := slip("T", "2024-01-01")
			shift := at(c.cut).Add(time.Duration(minutes) * time.Minute).Sub(h[5].At)
			for i := range h {
				h[i].At = h[i].At.Add(shift)
			}
			if got := drawnIn(t, desk(t), h, c.month, c.next); got != want {
				t.Errorf("told %d minutes from %s: drawn in %q, want %s", minutes, c.cut, got, want)
			}
		}
		e := monthEnd(t, desk(t), c.month, records(), c.next+"-01 00:00")
		if e.Sampled != at(c.cut).Add(-1) || e.RoutineDue.At != at(c.due) || !e.RoutineDue.Whole {
			t.Errorf("%s: sampled %s, due %s", c.month, e.Sampled, e.RoutineDue.At)
		}
	}
	if e := monthEnd(t, desk(t, read(t, "by-the-nth", "before")), "2026-10", records(), "2026-11-01 00:00"); e.RoutineDue.At != at("2026-11-05 00:00") {
		t.Errorf("read as before the 5th: %s", e.RoutineDue.At)
	}
	p := wuye.Standard()
	p.SLA = p.SLA.With("TR-4.3b")
	if e := monthEnd(t, desk(t, p), "2026-10", records(), "2026-11-01 00:00"); !e.RoutineDue.At.IsZero() {
		t.Errorf("no clock: %s", e.RoutineDue.At)
	}
}

// The month's clock: by the 10th of the next all of the one sort and 80 per cent of the other
// are revisited; what is given up with approval is not asked for.
func TestSP_2_7_1a_quotas(t *testing.T) {
	var all [][]ticket.Event
	var log []billing.Entry
	for i := range 10 {
		id := fmt.Sprintf("B%d", i)
		all = append(all, special(id, "2026-10-13"))
		log = append(log, charge(id, "2026-10-13", billing.Collection, "")...)
	}
	all = append(all, special("C1", "2026-10-14"), special("C2", "2026-10-14"))
	with := func(changes map[int]ticket.Event) wuye.Records {
		all := slices.Clone(all)
		for i, e := range changes {
			all[i] = and(all[i], e)
		}
		r := records(all...)
		r.Money = log
		return r
	}
	say := func(e wuye.MonthEnd) string {
		var parts []string
		for _, q := range e.Quotas {
			parts = append(parts, fmt.Sprintf("%s %d/%d of %d late %d lacks %d %v", q.Clause, q.Done, q.Need, q.All, q.Late, q.Lacks(), len(q.Missing)))
		}
		return strings.Join(parts, "; ")
	}
	call := func(when string) ticket.Event { return met(assistant, ticket.Phone, when) }
	for _, c := range []struct {
		name    string
		changes map[int]ticket.Event
		want    string
	}{
		{"none", nil, "SP-2.7.1b 0/2 of 2 late 0 lacks 2 2; SP-2.7.1c 0/8 of 10 late 0 lacks 8 10"},
		{"in time", map[int]ticket.Event{0: call("2026-10-15 10:00"), 10: call("2026-11-10 23:59")}, "SP-2.7.1b 1/2 of 2 late 0 lacks 1 1; SP-2.7.1c 1/8 of 10 late 0 lacks 7 9"},
		{"late", map[int]ticket.Event{10: call("2026-11-11 00:00")}, "SP-2.7.1b 1/2 of 2 late 1 lacks 2 1; SP-2.7.1c 0/8 of 10 late 0 lacks 8 10"},
		{"given up", map[int]ticket.Event{10: missed("2026-11-05 10:00", approved), 0: missed("2026-11-05 10:00", approved)},
			"SP-2.7.1b 0/1 of 2 late 0 lacks 1 1; SP-2.7.1c 0/8 of 10 late 0 lacks 8 9"},
		{"three given up: seven can be had", map[int]ticket.Event{0: missed("2026-11-05 10:00", approved), 1: missed("2026-11-05 10:00", approved), 2: missed("2026-11-05 10:00", approved)},
			"SP-2.7.1b 0/2 of 2 late 0 lacks 2 2; SP-2.7.1c 0/7 of 10 late 0 lacks 7 7"},
		{"an attempt", map[int]ticket.Event{10: missed("2026-11-05 10:00")}, "SP-2.7.1b 0/2 of 2 late 0 lacks 2 2; SP-2.7.1c 0/8 of 10 late 0 lacks 8 10"},
	} {
		e := monthEnd(t, desk(t), "2026-10", with(c.changes), "2026-12-01 00:00")
		if got := say(e); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
		for _, q := range e.Quotas {
			if q.Due.At != at("2026-11-11 00:00") || !q.Due.Whole {
				t.Errorf("%s: due %s", c.name, q.Due.At)
			}
		}
	}
	if got := say(monthEnd(t, desk(t, read(t, "unreachable", "counts")), "2026-10", with(map[int]ticket.Event{10: missed("2026-11-05 10:00")}), "2026-12-01 00:00")); !strings.HasPrefix(got, "SP-2.7.1b 1/2") {
		t.Errorf("an attempt that counts: %s", got)
	}
	// As of the end itself nothing that is recorded later is seen.
	if got := say(monthEnd(t, desk(t), "2026-10", with(map[int]ticket.Event{0: call("2026-11-01 00:00"), 10: call("2026-10-31 23:59")}), "2026-11-01 00:00")); got != "SP-2.7.1b 1/2 of 2 late 0 lacks 1 1; SP-2.7.1c 0/8 of 10 late 0 lacks 8 10" {
		t.Errorf("as of the end: %s", got)
	}
	if e := monthEnd(t, desk(t), "2026-10", records(slip("T", "2026-10-12")), "2026-12-01 00:00"); e.Quotas != nil {
		t.Errorf("without services: %+v", e.Quotas)
	}
	// Read as those drawn, the others do not count; who cannot be reached is replaced.
	d := desk(t, read(t, "quota-choice", "drawn"))
	draw := monthEnd(t, d, "2026-10", with(nil), "2026-11-01 00:00").Banked
	of := func(id string) int { return int(id[1] - '0') }
	out := draw.Reserve()[0]
	if got := say(monthEnd(t, d, "2026-10", with(map[int]ticket.Event{of(out): call("2026-10-20 10:00")}), "2026-12-01 00:00")); !strings.Contains(got, "SP-2.7.1c 0/8 of 10 late 0 lacks 8 8") {
		t.Errorf("not drawn: %s", got)
	}
	if got := say(monthEnd(t, d, "2026-10", with(map[int]ticket.Event{of(draw.Ranked[3]): call("2026-11-20 10:00")}), "2026-12-01 00:00")); !strings.Contains(got, "SP-2.7.1c 1/8 of 10 late 1 lacks 8 7") {
		t.Errorf("drawn, and late: %s", got)
	}
	if got := say(monthEnd(t, d, "2026-10", with(map[int]ticket.Event{of(draw.Ranked[3]): missed("2026-11-05 10:00", approved)}), "2026-12-01 00:00")); !strings.Contains(got, "SP-2.7.1c 0/7 of 10 late 0 lacks 7 7") {
		t.Errorf("drawn, and given up: %s", got)
	}
	unreachable := and(all[of(draw.Ranked[3])], missed("2026-11-02 10:00"), missed("2026-11-02 15:00"), missed("2026-11-03 10:00"))
	all[of(draw.Ranked[3])] = unreachable
	gone := with(map[int]ticket.Event{of(out): call("2026-11-04 10:00")})
	if got := say(monthEnd(t, d, "2026-10", gone, "2026-12-01 00:00")); !strings.Contains(got, "SP-2.7.1c 1/8 of 10 late 0 lacks 7 7") {
		t.Errorf("replaced by the next rank: %s", got)
	}
}

// The month's finished fit-outs are listed, one that was redone once; each is revisited at home.
func TestTR_4_2b_list(t *testing.T) {
	fitOut := func(id, day string) []ticket.Event {
		return with(slip(id, day), func(e *ticket.Event) { e.Kind = ticket.FitOut })
	}
	again := and(fitOut("F2", "2026-10-12"), ticket.Event{Type: ticket.Reopened, At: at("2026-10-13 09:00"), By: resident},
		ticket.Event{Type: ticket.Dispatched, At: at("2026-10-13 10:00"), By: assistant, To: worker}, ticket.Event{Type: ticket.Completed, At: at("2026-10-14 10:00"), By: worker})
	r := records(fitOut("F3", "2026-10-31"), again, fitOut("F1", "2026-10-01")[:4], fitOut("F4", "2026-11-01"), slip("T1", "2026-10-12"))
	if e := monthEnd(t, desk(t), "2026-10", r, "2026-12-01 00:00"); !slices.Equal(e.FitOuts, []string{"F2", "F3"}) {
		t.Errorf("%v", e.FitOuts)
	}
	off := wuye.Standard()
	off.Off = []wuye.Off{{Clause: "TR-4.2a", Reason: "装修由他方管理"}}
	if e := monthEnd(t, desk(t, off), "2026-10", r, "2026-12-01 00:00"); e.FitOuts != nil {
		t.Errorf("not kept: %v", e.FitOuts)
	}
}

// A service counts in one month: as its own month's policy reads it, also where the reading
// changes between two months.
func TestServiceMonthChanges(t *testing.T) {
	p, q := read(t, "service-month", "paid"), read(t, "mobile-payment", "as-collection")
	q.From = calendar.MustDate("2026-11-01")
	d := desk(t, p, q)
	r := records(special("S", "2026-10-20"))
	r.Money = append(charge("S", "2026-10-20", billing.Mobile, ""), billing.Entry{Serial: "N-S", Ticket: "S", Seq: 3, Type: billing.Received, At: at("2026-11-05 10:00"), Recorded: at("2026-11-05 10:00"), Amount: 8000, Payment: billing.Mobile, By: finance, Ref: "R-1"})
	oct, nov := monthEnd(t, d, "2026-10", r, "2026-12-03 09:00"), monthEnd(t, d, "2026-11", r, "2026-12-03 09:00")
	if got := [4]int{oct.Cash.Population, oct.Banked.Population, nov.Cash.Population, nov.Banked.Population}; got != [4]int{0, 0, 0, 1} {
		t.Errorf("October and November, cash and banked: %v", got)
	}
	if got := revisits(t, d, special("S", "2026-10-20"), r.Money, "2026-12-03 09:00"); got != "1 SP-2.7.1c assistant call (share), by 12-11 00:00: owed" {
		t.Errorf("the leaf: %s", got)
	}
}

// month is lives and their money, entered by chance late, beside an October with one of every
// sort, and the closes that finance made.
func month(t *rapid.T) wuye.Records {
	sorts, log := october()
	all := append(slices.Collect(sorts.Tickets), with(slip("F1", "2026-10-16"), func(e *ticket.Event) { e.Kind = ticket.FitOut }))
	for i := range rapid.IntRange(1, 8).Draw(t, "tickets") {
		id := fmt.Sprintf("T%d", i)
		h := life(t, id)
		all = append(all, h)
		if h[0].Nature != ticket.Special || rapid.IntRange(0, 3).Draw(t, "free") == 0 {
			continue
		}
		means := []billing.Payment{billing.Cash, billing.Collection, billing.Mobile}
		sorted := rapid.SampledFrom(append(means, "")).Draw(t, "sorted")
		rows := charge(id, h[0].At.Format("2006-01-02"), rapid.SampledFrom(means).Draw(t, "means"), sorted)
		late := time.Duration(rapid.IntRange(0, 20*24).Draw(t, "entered")) * time.Hour
		for i := range rows {
			rows[i].Recorded = rows[i].Recorded.Add(late)
		}
		log = append(log, rows...)
	}
	var done []wuye.DutyDone
	for _, m := range []string{"2026-09", "2026-10"} {
		if rapid.Bool().Draw(t, "closed") {
			done = append(done, wuye.DutyDone{Clause: "SP-2.6.1.4", At: calendar.MustMonth(m).Last().Start().Add(time.Duration(rapid.IntRange(0, 72).Draw(t, "at")) * time.Hour), By: finance, Ref: m})
		}
	}
	r := records(all...)
	r.Money, r.Done = log, done
	return r
}

// The same bytes for ever: whatever is recorded from asOf on, in whatever order the records
// come, whoever asks again.
func TestMonthEndBytes(t *testing.T) {
	d := desk(t)
	rapid.Check(t, func(t *rapid.T) {
		r := month(t)
		asOf := at("2026-11-01 00:00").Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "asked")) * time.Hour)
		end := func(r wuye.Records) string {
			e, err := d.MonthEnd(calendar.MustMonth("2026-10"), r, "key", asOf)
			if err != nil {
				t.Fatal(err)
			}
			return encode(t, e)
		}
		want := end(r)

		// Only what was recorded by then, in another order.
		dice := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		var known [][]ticket.Event
		for h := range r.Tickets {
			n := slices.IndexFunc(h, func(e ticket.Event) bool {
				seen := e.Recorded
				if seen.IsZero() {
					seen = e.At
				}
				return !seen.Before(asOf)
			})
			if n < 0 {
				n = len(h)
			}
			known = append(known, h[:n])
		}
		dice.Shuffle(len(known), func(i, j int) { known[i], known[j] = known[j], known[i] })
		then := records(known...)
		serials := map[string][]billing.Entry{}
		for _, e := range r.Money {
			if e.Recorded.Before(asOf) {
				serials[e.Serial] = append(serials[e.Serial], e)
			}
		}
		for _, rows := range serials { // in any order: that is the point
			then.Money = append(then.Money, rows...)
		}
		then.Done = slices.DeleteFunc(slices.Clone(r.Done), func(d wuye.DutyDone) bool { return !d.At.Before(asOf) })
		slices.Reverse(then.Done)
		if got := end(then); got != want {
			t.Fatalf("of what was known by then:\n%s\nwant\n%s", got, want)
		}
	})
}

// The join a second time, slowly: for each ticket by the second version of what it owes, each
// list gathered by its own walk over the records. The routine draw has its own, TestMonthEndOnce.
func TestMonthEndSlow(t *testing.T) {
	d := desk(t)
	p := wuye.Standard()
	var met [5]int
	rapid.Check(t, func(t *rapid.T) {
		r := month(t)
		m := rapid.SampledFrom([]string{"2026-10", "2026-11", "2026-09"}).Draw(t, "month")
		asOf := calendar.MustMonth(m).Add(1).Day(1).Start().Add(time.Duration(rapid.IntRange(0, 30*24).Draw(t, "asked")) * time.Hour)
		e, err := d.MonthEnd(calendar.MustMonth(m), r, "key", asOf)
		if err != nil {
			t.Fatal(err)
		}
		lists := map[rule.ID][]string{}
		done := map[rule.ID]int{}
		for h := range r.Tickets {
			known := ticket.KnownBy(h, asOf.Add(-1))
			if len(known) == 0 {
				continue
			}
			var money []billing.Entry
			means := billing.Payment("")
			for _, e := range r.Money {
				if e.Ticket == h[0].Ticket && e.Recorded.Before(asOf) {
					if money = append(money, e); e.Payment != "" {
						means = e.Payment // as charged, then as sorted
					}
				}
			}
			if means == "" { // not charged yet
				money = nil
			} else {
				money = money[:2]
				money[1].Payment = means
			}
			for _, line := range slowRevisits(p, known, money) {
				f := strings.Fields(line) // "1 TR-4.7a manager visit from 10-14 15:00:00"
				clause := rule.ID(f[1])
				if "2026-"+f[5][:2] != m || slices.Contains(lists[clause], h[0].Ticket) {
					continue
				}
				lists[clause] = append(lists[clause], h[0].Ticket)
				from, err := time.ParseInLocation("2006-01-02 15:04:05.999999999", "2026-"+f[5]+" "+f[6], known[0].At.Location())
				if err != nil {
					t.Fatal(err)
				}
				if slices.ContainsFunc(known, func(e ticket.Event) bool {
					return e.Type == ticket.Revisited && !e.At.Before(from) && (e.Channel != ticket.Online || e.Grade == ticket.Fair)
				}) {
					done[clause]++
				}
			}
		}
		for _, ids := range lists { // each by itself: order does not show
			slices.Sort(ids)
		}
		for i, c := range []struct {
			clause rule.ID
			got    []string
		}{{"TR-4.7a", e.Complaints}, {"TR-4.8", e.Major}, {"SP-2.7.1b", e.Drawn.Cash}, {"SP-2.7.1c", e.Drawn.Banked}, {"TR-4.2a", e.FitOuts}} {
			if diff := cmp.Diff(lists[c.clause], c.got); diff != "" && len(lists[c.clause])+len(c.got) > 0 {
				t.Fatalf("%s of %s (-want +got):\n%s", c.clause, m, diff)
			}
			met[i] += len(c.got)
		}
		for _, q := range e.Quotas {
			need := len(lists[q.Clause])
			if q.Clause == "SP-2.7.1c" {
				need = (need*80 + 99) / 100
			}
			if q.All != len(lists[q.Clause]) || q.Done != done[q.Clause] || q.Need > need || q.Need < min(need, q.Done) || len(q.Missing) > q.All-q.Done {
				t.Fatalf("%+v, want %d done of %d", q, done[q.Clause], need)
			}
		}
	})
	if slices.Contains(met[:], 0) {
		t.Errorf("chance never met one of the lists: %v", met)
	}
}
