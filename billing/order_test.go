package billing

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The order by serial is that of a stable sort which compares the serials, whatever they are:
// numbers with and without noughts in front, alike beyond what a key holds, one the beginning
// of another, with zero bytes, too long. Few rows and many are sorted in two ways.
func TestBySerialAgainstStableSort(t *testing.T) {
	random := func(r *rand.Rand, letters string, n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	kinds := map[string]func(r *rand.Rand) string{
		"one":           func(*rand.Rand) string { return "FW" },
		"numbers":       func(r *rand.Rand) string { return fmt.Sprintf("FW%09d", r.IntN(3000)) },
		"unlike length": func(r *rand.Rand) string { return fmt.Sprint("FW-", r.IntN(3000)) },
		"hexadecimal":   func(r *rand.Rand) string { return fmt.Sprintf("%032x", r.Uint64N(3000)*0x9E3779B97F4A7C1) },
		"late": func(r *rand.Rand) string {
			return random(r, "aby", 12) + strings.Repeat("z", r.IntN(3)) + random(r, "ab", 1)
		},
		"zero bytes": func(r *rand.Rand) string { return random(r, "\x00a", r.IntN(6)) },
		"any bytes":  func(r *rand.Rand) string { return random(r, "\x00\x01\x7f\x80\xff序", r.IntN(4)) },
		"too long":   func(r *rand.Rand) string { return strings.Repeat("x", 62) + random(r, "ab", r.IntN(6)) },
	}
	for name, serial := range kinds {
		t.Run(name, func(t *testing.T) {
			for _, n := range []int{0, 1, 2, 3, 50, 2047, 2048, 2049, 7000} {
				r := rand.New(rand.NewPCG(uint64(n), 7))
				log := make([]Entry, n)
				var want []int
				for k := range log {
					log[k].Serial = serial(r)
					log[k].Recorded = on("2026-10-05")
					if r.IntN(4) == 0 {
						log[k].Recorded = on("2026-10-06")
					} else {
						want = append(want, k)
					}
				}
				slices.SortStableFunc(want, func(a, b int) int { return strings.Compare(log[a].Serial, log[b].Serial) })
				o := bySerial(log, on("2026-10-06"))
				var got []int
				for i := range o.rows {
					got = append(got, o.row(i))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%d rows: %s", n, diff)
				}
			}
		})
	}
}
