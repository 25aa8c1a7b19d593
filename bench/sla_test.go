package bench

import (
	"math/rand/v2"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

func standardClocks(b *testing.B) *sla.Compiled {
	clocks, err := sla.Standard().Compile()
	if err != nil {
		b.Fatal(err)
	}
	return clocks
}

// BenchmarkVerdicts is all clocks of a ticket of 10 rows, from its history, into a reused
// buffer, in time a verdict; without business hours, and on days with a lunch break. Beside it,
// what it costs to look once at those rows: an Event has more than 500 bytes, so that 65,536
// histories lie in memory, not in a cache.
func BenchmarkVerdicts(b *testing.B) {
	clocks, histories, asOf := standardClocks(b), slaTickets(), calendar.MustDate("2026-12-15").Start()
	for _, c := range []struct {
		name string
		cal  calendar.Calendar
	}{{"no-hours", calendar.China()}, {"hours", splitDay(b)}} {
		b.Run(c.name, func(b *testing.B) {
			var buf []sla.Verdict
			judge := func(h *[]ticket.Event) (n int, err error) {
				buf, err = clocks.AppendVerdicts(buf[:0], c.cal, *h, asOf)
				return len(buf), err
			}
			verdicts := 0
			for i := range histories {
				n, err := judge(&histories[i])
				if err != nil {
					b.Fatal(err)
				}
				verdicts += n
			}
			parts := float64(verdicts) / float64(len(histories))
			beside(b, each(b, histories, judge).in(parts), side{"reading", each(b, histories, look).in(parts)})
		})
	}
}

// BenchmarkFirings is what a ticket fires, with the verdicts on its clocks, beside those
// verdicts alone: of 65,536 different tickets those that fire nothing, and the others.
func BenchmarkFirings(b *testing.B) {
	clocks, histories, asOf, cal := standardClocks(b), slaTickets(), calendar.MustDate("2026-12-15").Start(), calendar.China()
	ladder := escalation.Standard()
	var buf []sla.Verdict
	judge := func(h *[]ticket.Event) (n int, err error) {
		buf, err = clocks.AppendVerdicts(buf[:0], cal, *h, asOf)
		return len(buf), err
	}
	fire := func(h *[]ticket.Event) (int, error) {
		if _, err := judge(h); err != nil {
			return 0, err
		}
		fired, _ := ladder.Firings(*h, buf, asOf)
		return len(fired), nil
	}
	var quiet, firing [][]ticket.Event
	for _, h := range histories {
		if n, err := fire(&h); err != nil {
			b.Fatal(err)
		} else if n == 0 {
			quiet = append(quiet, h)
		} else {
			firing = append(firing, h)
		}
	}
	b.Run("quiet", func(b *testing.B) { beside(b, each(b, quiet, fire), side{"verdicts", each(b, quiet, judge)}) })
	b.Run("firing", func(b *testing.B) { beside(b, each(b, firing, fire), side{"verdicts", each(b, firing, judge)}) })
}

// BenchmarkDue is one deadline by the piece, at random instants.
func BenchmarkDue(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	from := make([]time.Time, pool)
	for i := range from {
		from[i] = calendar.MustDate("2025-01-02").Start().Add(time.Duration(r.Int64N(int64(700 * 24 * time.Hour))))
	}
	cal := calendar.China()
	for name, l := range map[string]sla.Limit{"working-day": sla.WorkingDays(1), "hours": sla.Hours(2)} {
		b.Run(name, func(b *testing.B) {
			beside(b, each(b, from, func(t *time.Time) (int, error) {
				due, err := l.Due(cal, *t)
				return due.At.Nanosecond(), err
			}))
		})
	}
}
