package bench

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

func standardDesk(b *testing.B) *wuye.Desk {
	b.Helper()
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		b.Fatal(err)
	}
	return desk
}

// BenchmarkJudge is all that the desk says of one ticket of about ten rows, judged as a host
// does, when its last row comes in, beside the parts alone that it is made of. A complaint that
// was kept in all, of twelve rows; then what chance made, of which many waited for hours until
// somebody took them, and have fired every half hour; then these weeks later.
func BenchmarkJudge(b *testing.B) {
	desk := standardDesk(b)
	ladder := escalation.Standard()
	clocks, err := sla.Standard().Compile()
	if err != nil {
		b.Fatal(err)
	}
	var verdicts []sla.Verdict
	judge := func(h []ticket.Event, asOf time.Time) error {
		_, err := desk.Judge(h, asOf)
		return err
	}
	replay := func(h []ticket.Event, asOf time.Time) error {
		_, err := ticket.Replay(h)
		return err
	}
	clocked := func(h []ticket.Event, asOf time.Time) (err error) {
		verdicts, err = clocks.AppendVerdicts(verdicts[:0], desk.Calendar(), h, asOf)
		return err
	}
	fired := func(h []ticket.Event, asOf time.Time) error {
		err := clocked(h, asOf)
		ladder.Firings(h, verdicts, asOf)
		return err
	}
	last := func(h []ticket.Event) time.Time { return h[len(h)-1].Recorded }
	later := func([]ticket.Event) time.Time { return time.Date(2026, 10, 8, 9, 0, 0, 0, time.UTC) }
	kept, chance := keptLives(pool/8), lives(pool/8, 10)
	for _, c := range []struct {
		name string
		all  [][]ticket.Event
		asOf func([]ticket.Event) time.Time
		do   func([]ticket.Event, time.Time) error
	}{
		{"kept/judge", kept, last, judge}, {"kept/replay", kept, last, replay}, {"kept/verdicts", kept, last, clocked}, {"kept/verdicts+firings", kept, last, fired},
		{"chance/judge", chance, last, judge}, {"chance/verdicts+firings", chance, last, fired}, {"chance/weeks-later", chance, later, judge},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				h := c.all[i%len(c.all)]
				if err := c.do(h, c.asOf(h)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkAgenda is what is due of a stream of open tickets, in time a ticket and what is
// held half-way through: the same as the stream grows.
func BenchmarkAgenda(b *testing.B) {
	desk := standardDesk(b)
	all := slices.DeleteFunc(lives(1<<13, 8), func(h []ticket.Event) bool {
		t, err := ticket.Replay(h)
		return err != nil || t.State == ticket.Answered || t.State == ticket.Closed || t.State == ticket.Void
	})
	asOf := time.Date(2026, 10, 8, 9, 0, 0, 0, time.UTC)
	for n := 1000; n <= 1_000_000; n *= 10 {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var before, now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			held, items := uint64(0), 0
			for range desk.Items(wuye.Records{Tickets: around(all, n)}, asOf) {
				if items++; items%n == n/2 { // what is held when the garbage is gone
					runtime.GC()
					runtime.ReadMemStats(&now)
					held = max(held, now.HeapAlloc-min(now.HeapAlloc, before.HeapAlloc))
				}
			}
			for b.Loop() {
				for _, err := range desk.Items(wuye.Records{Tickets: around(all, n)}, asOf) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/ticket")
			b.ReportMetric(float64(items)/float64(n), "items/ticket")
			b.ReportMetric(float64(held)/(1<<10), "KB-held")
		})
	}
}

// BenchmarkMonthEnd closes a month of n tickets: of ten, seven routine slips, two special
// services with their charges, one complaint.
func BenchmarkMonthEnd(b *testing.B) {
	desk := standardDesk(b)
	month := calendar.MustMonth("2026-10")
	for n := 1000; n <= 100_000; n *= 10 {
		r := october(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				end, err := desk.MonthEnd(month, r, "key", month.Add(1).Day(1).Start())
				if err != nil || len(end.Drawn.Routine) != n/10*7 || len(end.Drawn.Cash)+len(end.Drawn.Banked) != n/10*2 || len(end.Complaints) != n/10 {
					b.Fatal(end.Drawn, err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/ticket")
		})
	}
}

func october(n int) wuye.Records {
	var all [][]ticket.Event
	var money []billing.Entry
	for i := range n {
		at := time.Date(2026, 10, 1+i%29, 1+i%8, i%60, 0, 0, time.UTC)
		id := fmt.Sprintf("GD-%08d", i)
		first := ticket.Event{Type: ticket.Registered, By: staff[0], Kind: ticket.Repair, Caller: ticket.Owner, Has: []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}}
		answer := ticket.Event{Type: ticket.Told, By: staff[0], Grade: ticket.Satisfied}
		switch {
		case i%10 >= 8:
			first.Kind, first.Nature, first.Until = ticket.Service, ticket.Special, at.Add(5*time.Hour)
			answer = ticket.Event{Type: ticket.SignedOff, By: staff[5]}
			means := billing.Cash
			if i%10 == 9 {
				means = billing.Collection
			}
			for seq, e := range []billing.Entry{{Type: billing.Quoted, Ref: "Q", By: staff[2]}, {Type: billing.Charged, Ticket: id, Payment: means, By: staff[2]}} {
				e.Serial, e.Ticket, e.Seq, e.Amount, e.At = "N-"+id, id, seq+1, 8000, at.Add(2*time.Hour)
				e.Recorded = e.At
				money = append(money, e)
			}
		case i%10 == 7:
			first.Kind = ticket.Complaint
		}
		rows := []ticket.Event{first, {Type: ticket.Triaged, By: staff[0]}, {Type: ticket.Dispatched, By: staff[0], To: staff[2]},
			{Type: ticket.Acknowledged, By: staff[2]}, {Type: ticket.Arrived, By: staff[2]}, {Type: ticket.Agreed, By: staff[2], Ref: "Q"},
			{Type: ticket.Started, By: staff[2], Ref: "N-" + id}, {Type: ticket.Informed, By: staff[0]}, {Type: ticket.Completed, By: staff[2]}, answer}
		for seq := range rows {
			rows[seq].Ticket, rows[seq].Seq, rows[seq].At = id, seq+1, at.Add(time.Duration(seq)*10*time.Minute)
			rows[seq].Recorded = rows[seq].At
		}
		all = append(all, rows)
	}
	return wuye.Records{Tickets: slices.Values(all), Money: money}
}
