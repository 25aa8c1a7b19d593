package draw

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"example.com/wuye/sampling"
)

// ids are n order numbers in any order.
func numbers(r *rand.Rand, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("单 '%%s\\%d", i)
	}
	r.Shuffle(n, func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

// However the orders are split, and in whatever order the heaps are merged, also with empty
// ones and by way of their stored form, the certificate is the plain draw's.
func TestMerge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	odd := sampling.Scheme{Brackets: []sampling.Bracket{{UpTo: 3, Take: 9, Clause: "TR-4.4a"}, {UpTo: 70, Percent: 60, Clause: "TR-4.4b"}, {Take: 2, Clause: "TR-4.4c"}}, Rounding: sampling.HalfUp, OnSite: 30, Clause: "TR-4.4d"}
	var c Smallest
	merges := 0
	for _, scheme := range []sampling.Scheme{sampling.Routine(), sampling.Census(), sampling.Quota(), odd} {
		for _, n := range []int{1, 2, 3, 4, 5, 19, 20, 21, 22, 49, 50, 51, 70, 71, 79, 80, 81, 500} {
			for range 3 {
				ids := numbers(r, n)
				want, err := scheme.Draw("密钥", "园/2026-10/x", ids)
				if err != nil {
					t.Fatal(err)
				}
				heaps := make([]Heap, 1+r.IntN(9))
				for _, id := range ids {
					o, err := NewOrder("密钥", "园/2026-10/x", scheme, id)
					if err != nil {
						t.Fatal(err)
					}
					i := r.IntN(len(heaps))
					heaps[i] = c.AddInput(heaps[i], o)
				}
				for len(heaps) > 1 {
					i := 1 + r.IntN(len(heaps)-1)
					text, err := encodeHeap(heaps[i])
					if err != nil {
						t.Fatal(err)
					}
					stored, err := decodeHeap(text)
					if err != nil {
						t.Fatal(err)
					}
					heaps[0] = c.MergeAccumulators(heaps[0], stored)
					heaps = append(heaps[:i], heaps[i+1:]...)
					merges++
				}
				h := c.ExtractOutput(heaps[0])
				if room := Room(scheme); room > 0 && len(h.Kept) > room {
					t.Fatalf("%d are kept, there is room for %d", len(h.Kept), room)
				}
				got, err := Part{Heap: h, Digest: want.Digest}.Draw("密钥", "园/2026-10/x", scheme)
				if err != nil || !reflect.DeepEqual(got, want) {
					t.Fatalf("%d orders: want %+v, got %+v, %v", n, want, got, err)
				}
			}
		}
	}
	if merges < 500 {
		t.Error("only", merges, "merges")
	}
}

// TestRoom: no number of orders needs more than there is room for, and some needs all of it.
func TestRoom(t *testing.T) {
	if got := Room(sampling.Routine()); got != 40 {
		t.Errorf("TR-4.4: 20 and as many reserves, got %d", got)
	}
	if Room(sampling.Census()) != 0 || Room(sampling.Quota()) != 0 {
		t.Error("a share of everything has no bound")
	}
	most := 0
	for n := range 3000 {
		most = max(most, wanted(sampling.Routine(), n))
	}
	if most != 40 {
		t.Errorf("as many as %d are wanted", most)
	}
}

// What the library refuses is refused with its words.
func TestRefuses(t *testing.T) {
	for _, c := range []struct{ key, scope, id string }{{"", "s", "1"}, {"k", "a\nb", "1"}, {"k", "s", ""}, {"k", "s", "a\nb"}, {"k", "s", "\xff"}, {"k", "s", strings.Repeat("x", 65)}} {
		_, want := sampling.Routine().Draw(c.key, c.scope, []string{c.id})
		if _, err := NewOrder(c.key, c.scope, sampling.Routine(), c.id); err == nil || err.Error() != want.Error() {
			t.Errorf("%q: want %v, got %v", c, want, err)
		}
	}
}
