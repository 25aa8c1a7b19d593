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

// orders are n distinct order numbers in ascending order, of 12 bytes, so that key, scope
// and number fill one block of SHA-256.
func orders(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("PG%010d", 7*i+i%5)
	}
	return ids
}

func inAnyOrder(ids []string) []string {
	mixed := slices.Clone(ids)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(mixed), func(i, j int) { mixed[i], mixed[j] = mixed[j], mixed[i] })
	return mixed
}

// hashing is the least that any draw must do: one SHA-256 an order.
func hashing(ids []string) side {
	return side{"hashing", whole(len(ids), func() {
		text := []byte(drawKey + "\n" + drawScope + "\n")
		prefix := len(text)
		text = append(text, make([]byte, 64)...)
		for _, id := range ids {
			sum := sha256.Sum256(text[:prefix+copy(text[prefix:], id)])
			sink ^= int(sum[0])
		}
	})}
}

// shuffling is what most desks draw with: mix the list by a seeded generator and take the
// first. Nobody can check it without the same program.
func shuffling(ids []string) side {
	return side{"shuffling", whole(len(ids), func() { sink ^= int(inAnyOrder(ids)[0][2]) })}
}

func sorting(ids []string) side {
	return side{"sorting", whole(len(ids), func() {
		sorted := slices.Clone(ids)
		slices.Sort(sorted)
		sink ^= int(sorted[0][2])
	})}
}

func drawing(b *testing.B, s sampling.Scheme, ids []string) work {
	return whole(len(ids), func() {
		d, err := s.Draw(drawKey, drawScope, ids)
		if err != nil || d.Population != len(ids) || d.Size != s.Size(len(ids)) {
			b.Fatal(d.Population, d.Size, err)
		}
		sink ^= int(d.Digest[0])
	})
}

func taking(n int) sampling.Scheme {
	s := sampling.Routine()
	s.Brackets = []sampling.Bracket{{Take: n, Clause: "TR-4.4c"}}
	return s
}

// BenchmarkDraw sets draws of a million orders, the digest of their list included, beside
// hashing them and nothing else, and beside shuffling them.
func BenchmarkDraw(b *testing.B) {
	const n = 1_000_000
	ids := orders(n)
	for _, take := range []int{20, 100, 1000} {
		b.Run("take-"+strconv.Itoa(take), func(b *testing.B) { beside(b, drawing(b, taking(take), ids), hashing(ids), shuffling(ids)) })
	}
	b.Run("quota", func(b *testing.B) { beside(b, drawing(b, sampling.Quota(), ids), hashing(ids), shuffling(ids)) })
	b.Run("census", func(b *testing.B) { beside(b, drawing(b, sampling.Census(), ids), hashing(ids), shuffling(ids)) })
	mixed := inAnyOrder(ids)
	b.Run("any-order", func(b *testing.B) { beside(b, drawing(b, sampling.Routine(), mixed), hashing(mixed), sorting(mixed)) })
}
