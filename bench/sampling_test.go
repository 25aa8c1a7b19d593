package bench

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"example.com/wuye/sampling"
)

const (
	drawKey   = "7f1c9a52e0b84d36"
	drawScope = "锦绣苑/2026-10/routine"
)

// orders are n distinct order numbers in ascending order, of 12 bytes.
func orders(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("PG%010d", 7*i+i%5)
	}
	return ids
}

var sink byte

// BenchmarkDraw sets each draw beside the least that any of them must do: one SHA-256 an
// order. Compare ns/order within one run.
func BenchmarkDraw(b *testing.B) {
	const n = 1_000_000
	ids := orders(n)
	perOrder := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/order")
	}
	b.Run("hash-only", func(b *testing.B) {
		text := []byte(drawKey + "\n" + drawScope + "\n")
		prefix := len(text)
		text = append(text, make([]byte, 64)...)
		for b.Loop() {
			for _, id := range ids {
				sum := sha256.Sum256(text[:prefix+copy(text[prefix:], id)])
				sink ^= sum[0]
			}
		}
		perOrder(b)
	})
	draw := func(b *testing.B, s sampling.Scheme, ids []string) {
		b.ReportAllocs()
		for b.Loop() {
			d, err := s.Draw(drawKey, drawScope, ids)
			if err != nil {
				b.Fatal(err)
			}
			sink ^= d.Digest[0]
		}
		perOrder(b)
	}
	for _, take := range []int{20, 100, 1000} {
		s := sampling.Routine()
		s.Brackets = []sampling.Bracket{{Take: take, Clause: "TR-4.4c"}}
		b.Run("take-"+strconv.Itoa(take), func(b *testing.B) { draw(b, s, ids) })
	}
	b.Run("quota", func(b *testing.B) { draw(b, sampling.Quota(), ids) })
	b.Run("census", func(b *testing.B) { draw(b, sampling.Census(), ids) })

	mixed := slices.Clone(ids)
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(n, func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	b.Run("any-order/take-20", func(b *testing.B) {
		s := sampling.Routine()
		draw(b, s, mixed)
	})
	b.Run("any-order/sort-only", func(b *testing.B) {
		for b.Loop() {
			slices.Sort(slices.Clone(mixed))
		}
		perOrder(b)
	})
}

// BenchmarkDrawGrowth shows that a draw of ascending orders grows in proportion.
func BenchmarkDrawGrowth(b *testing.B) {
	for n := 1_000; n <= 10_000_000; n *= 10 {
		ids := orders(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			for b.Loop() {
				if _, err := sampling.Routine().Draw(drawKey, drawScope, ids); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/order")
		})
	}
}
