package bench

import (
	"testing"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// What a ticket of 10 rows fires with the verdicts on its clocks: of 65,536 different tickets,
// those that fire nothing apart. Judge asks right after the verdicts, when the rows are at
// hand; so the cost of firings is what "and firings" takes more than "verdicts alone".
func BenchmarkFirings(b *testing.B) {
	clocks, err := sla.Standard().Compile()
	if err != nil {
		b.Fatal(err)
	}
	histories, asOf, cal := slaTickets(), calendar.MustDate("2026-12-15").Start(), calendar.China()
	ladder := escalation.Standard()
	var buf []sla.Verdict
	var quiet, loud [][]ticket.Event
	for _, h := range histories {
		if buf, err = clocks.AppendVerdicts(buf[:0], cal, h, asOf); err != nil {
			b.Fatal(err)
		}
		if due, _ := ladder.Firings(h, buf, asOf); len(due) == 0 {
			quiet = append(quiet, h)
		} else {
			loud = append(loud, h)
		}
	}
	for _, c := range []struct {
		name string
		of   [][]ticket.Event
		fire bool
	}{
		{"quiet, verdicts alone", quiet, false}, {"quiet, and firings", quiet, true},
		{"firing, verdicts alone", loud, false}, {"firing, and firings", loud, true},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			fired, n := 0, 0
			for b.Loop() {
				h := c.of[n%len(c.of)]
				buf, err = clocks.AppendVerdicts(buf[:0], cal, h, asOf)
				if err != nil {
					b.Fatal(err)
				}
				if c.fire {
					due, _ := ladder.Firings(h, buf, asOf)
					fired += len(due)
				}
				n++
			}
			b.ReportMetric(float64(fired)/float64(n), "firings/op")
		})
	}
}
