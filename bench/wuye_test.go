package bench

import (
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
)

// BenchmarkJudge is all that the desk says of one ticket of about ten rows.
func BenchmarkJudge(b *testing.B) {
	all := lives(pool/8, 10)
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		b.Fatal(err)
	}
	asOf := time.Date(2026, 10, 8, 9, 0, 0, 0, time.UTC)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := desk.Judge(all[i%len(all)], asOf); err != nil {
			b.Fatal(err)
		}
	}
}
