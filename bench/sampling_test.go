package bench

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"example.com/wuye/sampling"
)

const (
	drawKey   = "7f1c9a52e0b84d36"
	drawScope = "锦绣苑/2026-10/routine"
)

// orders are n distinct order numbers in ascending order, of 12 bytes, so that key, scope
// and number fill one block of SHA-256.
func orders(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("PG%010d", 7*i+i%5)
	}
	return ids
}

var sink byte

// hashAll is the least that any draw must do: one SHA-256 an order.
func hashAll(ids []string) {
	text := []byte(drawKey + "\n" + drawScope + "\n")
	prefix := len(text)
	text = append(text, make([]byte, 64)...)
	for _, id := range ids {
		sum := sha256.Sum256(text[:prefix+copy(text[prefix:], id)])
		sink ^= sum[0]
	}
}

// shuffleAll is what most desks draw with: mix the list by a seeded generator and take the
// first. Nobody can check it without the same program.
func shuffleAll(ids []string) {
	r := rand.New(rand.NewPCG(1, 2))
	mixed := slices.Clone(ids)
	r.Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	sink ^= mixed[0][2]
}

func sortAll(ids []string) { slices.Sort(slices.Clone(ids)) }

// beside runs work and the others in turn, so that what disturbs the machine disturbs them
// all, and reports the fastest of each as nanoseconds an order. The budgets are ratios.
func beside(b *testing.B, ids []string, work func(), others map[string]func([]string)) {
	b.ReportAllocs()
	fastest := func(best time.Duration, f func()) time.Duration {
		start := time.Now()
		f()
		if took := time.Since(start); best == 0 || took < best {
			return took
		}
		return best
	}
	var own time.Duration
	best := map[string]time.Duration{}
	for b.Loop() {
		own = fastest(own, work)
		b.StopTimer()
		for name, f := range others {
			best[name] = fastest(best[name], func() { f(ids) })
		}
		b.StartTimer()
	}
	b.ReportMetric(float64(own)/float64(len(ids)), "ns/order")
	for name, took := range best {
		b.ReportMetric(float64(own)/float64(took), "×"+name)
	}
}

func drawing(b *testing.B, s sampling.Scheme, ids []string) func() {
	return func() {
		d, err := s.Draw(drawKey, drawScope, ids)
		if err != nil || d.Population != len(ids) || d.Size != s.Size(len(ids)) {
			b.Fatal(d.Population, d.Size, err)
		}
		sink ^= d.Digest[0]
	}
}

func taking(n int) sampling.Scheme {
	s := sampling.Routine()
	s.Brackets = []sampling.Bracket{{Take: n, Clause: "TR-4.4c"}}
	return s
}

// BenchmarkDraw sets draws of a million orders beside hashing them, and shuffling them.
// Budgets: ×hash at most 1.4 for a sample, 1.8 for quota and census; in any order, that and
// sorting.
func BenchmarkDraw(b *testing.B) {
	const n = 1_000_000
	ids := orders(n)
	peers := map[string]func([]string){"hash": hashAll, "shuffle": shuffleAll}
	for _, take := range []int{20, 100, 1000} {
		b.Run("take-"+strconv.Itoa(take), func(b *testing.B) { beside(b, ids, drawing(b, taking(take), ids), peers) })
	}
	b.Run("quota", func(b *testing.B) { beside(b, ids, drawing(b, sampling.Quota(), ids), peers) })
	b.Run("census", func(b *testing.B) { beside(b, ids, drawing(b, sampling.Census(), ids), peers) })

	mixed := slices.Clone(ids)
	r := rand.New(rand.NewPCG(1, 2))
	r.Shuffle(n, func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	b.Run("any-order", func(b *testing.B) {
		hashAndSort := func(ids []string) { hashAll(ids); sortAll(ids) }
		beside(b, mixed, drawing(b, sampling.Routine(), mixed), map[string]func([]string){"hash+sort": hashAndSort})
	})
}

// BenchmarkDrawGrowth shows that draws of ascending orders grow in proportion, from a
// thousand to ten million.
func BenchmarkDrawGrowth(b *testing.B) {
	for n := 1_000; n <= 10_000_000; n *= 10 {
		ids := orders(n)
		peers := map[string]func([]string){"hash": hashAll, "shuffle": shuffleAll}
		b.Run("routine/"+strconv.Itoa(n), func(b *testing.B) { beside(b, ids, drawing(b, sampling.Routine(), ids), peers) })
		b.Run("quota/"+strconv.Itoa(n), func(b *testing.B) { beside(b, ids, drawing(b, sampling.Quota(), ids), peers) })
	}
}
