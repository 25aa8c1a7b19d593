package bench

import (
	"slices"
	"testing"
	"time"

	"example.com/wuye/audit"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// BenchmarkAudit is a ticket of about ten rows, its findings built, beside what it cannot be
// without: its clocks judged and its rows replayed. Kept tickets, of which a desk has most,
// have no findings; those that chance made have several each.
func BenchmarkAudit(b *testing.B) {
	desk, asOf := standardDesk(b), time.Date(2026, 10, 8, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		all  [][]ticket.Event
	}{{"kept", keptLives(pool)}, {"chance", lives(pool, 10)}} {
		b.Run(c.name, func(b *testing.B) {
			var verdicts []sla.Verdict
			floor := each(b, c.all, func(h *[]ticket.Event) (_ int, err error) {
				if verdicts, err = desk.AppendVerdicts(verdicts[:0], *h, asOf); err != nil {
					return 0, err
				}
				t, err := ticket.Replay(*h)
				return t.Seq, err
			})
			findings := 0
			for range audit.Histories(desk, slices.Values(c.all), asOf) {
				findings++
			}
			beside(b, work{n: len(c.all), do: func(from, to int) {
				for f, err := range audit.Histories(desk, slices.Values(c.all[from:to]), asOf) {
					if err != nil {
						b.Fatal(err)
					}
					sink ^= len(f.Zh)
				}
			}}, side{"verdicts+replay", floor})
			b.ReportMetric(float64(findings)/float64(len(c.all)), "findings/op")
		})
	}
}
