package bench

import (
	"fmt"
	"iter"
	"runtime"
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// BenchmarkGrowth is what one item costs as there are more and more of them, from a thousand to
// ten million. Works on tickets go through 65,536 different ones again and again, as a stream;
// the money log and the lists of orders are as long as is said.
func BenchmarkGrowth(b *testing.B) {
	b.Run("replay", func(b *testing.B) {
		tickets := lives(pool, 10)
		growing(b, 10_000_000, func(n int) work {
			return whole(n, func() {
				for h := range around(tickets, n) {
					if _, err := ticket.Replay(h); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	})
	b.Run("verdicts", func(b *testing.B) {
		clocks, tickets, asOf := standardClocks(b), slaTickets(), calendar.MustDate("2026-12-15").Start()
		var buf []sla.Verdict
		growing(b, 10_000_000, func(n int) work {
			return whole(n, func() {
				for h := range around(tickets, n) {
					var err error
					if buf, err = clocks.AppendVerdicts(buf[:0], calendar.China(), h, asOf); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	})
	for _, name := range []string{"audit", "agenda"} {
		b.Run(name, func(b *testing.B) {
			c := stream(b, name)
			growing(b, 10_000_000, func(n int) work {
				return whole(n, func() {
					if err := c.do(around(c.tickets, n)); err != nil {
						b.Fatal(err)
					}
				})
			})
		})
	}
	b.Run("month-end", func(b *testing.B) { // whose rows are 5 KB a ticket
		growing(b, 100_000, func(n int) work { return monthEnd(b, n) })
	})
	b.Run("close", func(b *testing.B) {
		growing(b, 10_000_000, func(n int) work { return closing(b, charges(n, 1), n) })
	})
	b.Run("draw", func(b *testing.B) {
		growing(b, 10_000_000, func(n int) work { return drawing(b, sampling.Routine(), orders(n)) })
	})
	b.Run("draw-any-order", func(b *testing.B) {
		growing(b, 10_000_000, func(n int) work { return drawing(b, sampling.Routine(), inAnyOrder(orders(n))) })
	})
}

func growing(b *testing.B, most int, of func(n int) work) {
	for n := 1_000; n <= most; n *= 10 {
		b.Run(fmt.Sprint(n), func(b *testing.B) { beside(b, of(n)) })
	}
}

// A streamed work reads tickets one after the other, and keeps what it must.
type streamed struct {
	tickets [][]ticket.Event
	do      func(iter.Seq[[]ticket.Event]) error
}

// stream is the audit of kept tickets, or what is due of open ones.
func stream(b *testing.B, name string) streamed {
	desk, asOf := standardDesk(b), time.Date(2026, 10, 8, 9, 0, 0, 0, time.UTC)
	if name == "audit" {
		return streamed{keptLives(pool), func(all iter.Seq[[]ticket.Event]) error {
			for _, err := range audit.Histories(desk, all, asOf) {
				if err != nil {
					return err
				}
			}
			return nil
		}}
	}
	open := slices.DeleteFunc(lives(pool, 8), func(h []ticket.Event) bool {
		t, err := ticket.Replay(h)
		return err != nil || t.State == ticket.Answered || t.State == ticket.Closed || t.State == ticket.Void
	})
	return streamed{open, func(all iter.Seq[[]ticket.Event]) error {
		for _, err := range desk.Items(wuye.Records{Tickets: all}, asOf) {
			if err != nil {
				return err
			}
		}
		return nil
	}}
}

// BenchmarkMemory is what a stream holds when half of it is read and the garbage is gone.
func BenchmarkMemory(b *testing.B) {
	for _, name := range []string{"audit", "agenda"} {
		c := stream(b, name)
		for n := 1_000; n <= 1_000_000; n *= 10 {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				var held int64
				for b.Loop() {
					before, i := live(), 0
					err := c.do(func(yield func([]ticket.Event) bool) {
						for h := range around(c.tickets, n) {
							if i++; i == n/2 {
								held = max(held, live()-before)
							}
							if !yield(h) {
								return
							}
						}
					})
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(0, "ns/op") // not of interest
				b.ReportMetric(float64(held)/1024, "KB-held")
			})
		}
	}
}

func live() int64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// around yields n tickets: those of the pool again and again.
func around(pool [][]ticket.Event, n int) iter.Seq[[]ticket.Event] {
	return func(yield func([]ticket.Event) bool) {
		for i := range n {
			if !yield(pool[i%len(pool)]) {
				return
			}
		}
	}
}
