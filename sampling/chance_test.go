package sampling

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What every draw promises, whatever is drawn from.
func TestDrawProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, ids := anyScheme(t), someIDs(t, 100)
		key := rapid.StringMatching(`[a-z0-9]{1,40}`).Draw(t, "key")
		d, err := s.Draw(key, goldenScope, ids)
		if err != nil {
			t.Fatal(err)
		}
		sample := append(d.ToVisit(), d.ToCall()...)

		// Size within bounds: never more than there are, and of some never none, unless a
		// small share was rounded down.
		if len(sample) != d.Size || d.Size > len(ids) || d.Size == 0 && len(ids) > 0 && s.Rounding == Up {
			t.Fatalf("%d drawn, size %d, of %d", len(sample), d.Size, len(ids))
		}
		// As many reserves again, as far as there are any.
		if want := min(d.Size, len(ids)-d.Size); len(d.Reserve()) != want {
			t.Fatalf("%d reserves, want %d", len(d.Reserve()), want)
		}
		// A subset without repeats.
		seen := map[string]bool{}
		for _, id := range d.Ranked {
			if seen[id] || !slices.Contains(ids, id) {
				t.Fatalf("%q is twice among the drawn, or not among the orders", id)
			}
			seen[id] = true
		}
		// The share on site is kept.
		if 100*len(d.ToVisit()) < s.OnSite*d.Size {
			t.Fatalf("%d of %d on site, want %d %%", len(d.ToVisit()), d.Size, s.OnSite)
		}
		// The order of the list does not matter.
		again, err := s.Draw(key, goldenScope, rapid.Permutation(ids).Draw(t, "in another order"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, again); diff != "" {
			t.Fatal(diff)
		}
		// A larger sample extends a smaller one, and its visits extend the smaller one's.
		larger := with(s, func(s *Scheme) {
			s.Brackets = []Bracket{{Take: d.Size + rapid.IntRange(1, 20).Draw(t, "more"), Clause: "TR-4.4"}}
		})
		more, err := larger.Draw(key, goldenScope, ids)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(d.Ranked[:d.Size], more.Ranked[:d.Size]) || !slices.Equal(d.ToVisit(), more.ToVisit()[:d.Visits]) {
			t.Fatalf("%v does not extend %v", more.Ranked, d.Ranked)
		}
		// An order that is not drawn hangs on nothing: without it the sample is the same, as
		// far as the sizes go.
		if i := slices.IndexFunc(ids, func(id string) bool { return !seen[id] }); i >= 0 {
			fewer, err := s.Draw(key, goldenScope, slices.Delete(slices.Clone(ids), i, i+1))
			if err != nil {
				t.Fatal(err)
			}
			if n := min(len(fewer.Ranked), len(d.Ranked)); !slices.Equal(fewer.Ranked[:n], d.Ranked[:n]) {
				t.Fatalf("without %q %v became %v", ids[i], d.Ranked, fewer.Ranked)
			}
		}
	})
}

// Within a bracket a larger population never has a smaller sample, nor fewer visits; and from
// bracket to bracket of TR-4.4 neither, in any reading of its edges.
func TestMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScheme(t)
		for n := range 250 {
			a, _ := s.Bracket(n)
			b, _ := s.Bracket(n + 1)
			small, large := s.Size(n), s.Size(n+1)
			if a == b && (small > large || s.Visits(small) > s.Visits(large)) {
				t.Fatalf("%d of %d, but %d of %d", small, n, large, n+1)
			}
		}
	})
	for _, s := range []Scheme{edges(20, 49), edges(20, 50), edges(19, 49), edges(19, 50)} {
		for n := range 250 {
			if s.Size(n) > s.Size(n+1) {
				t.Errorf("%d orders: %d, one more: %d", n, s.Size(n), s.Size(n+1))
			}
		}
	}
}

// deviation is how far a chi-square of so many degrees of freedom is from what chance gives,
// in standard deviations (Wilson and Hilferty's cube root).
func deviation(chi, degrees float64) float64 {
	v := 2 / (9 * degrees)
	return (math.Cbrt(chi/degrees) - (1 - v)) / math.Sqrt(v)
}

// evenness draws trials times n of the first items and says how far from chance the result
// is: how often each item was among the first n, how often each pair was.
//
// The counts of items sum to trials × n, so their chi-square, Σ (count − expected)² over the
// variance, is corrected by (N−1)/N and has N−1 degrees of freedom. The counts of pairs hold
// the items' counts in their row sums; what is left without these, Σ x² − Σ rows²/(N−2), has
// N(N−3)/2 degrees of freedom and in each the variance p2 − 2 p3 + p4, with p2, p3, p4 the
// chance that two, three, four given items are all drawn.
func evenness(items, n, trials int, draw func(trial int) []int) (single, pair float64) {
	N, k, T := float64(items), float64(n), float64(trials)
	counts := make([]float64, items)
	pairs := make([][]float64, items)
	for i := range pairs {
		pairs[i] = make([]float64, items)
	}
	for trial := range trials {
		drawn := draw(trial)[:n]
		for _, a := range drawn {
			counts[a]++
			for _, b := range drawn {
				if a != b {
					pairs[a][b]++
				}
			}
		}
	}
	p1 := k / N
	p2 := p1 * (k - 1) / (N - 1)
	p3 := p2 * (k - 2) / (N - 2)
	p4 := p3 * (k - 3) / (N - 3)
	var chi, squares, rows float64
	for i := range items {
		x := counts[i] - T*p1
		chi += x * x
		row := 0.0
		for j := range items {
			if i != j {
				x := pairs[i][j] - T*p2
				row += x
				squares += x * x / 2 // each pair stands twice
			}
		}
		rows += row * row
	}
	single = deviation(chi/(T*p1*(1-p1))*(N-1)/N, N-1)
	pair = deviation((squares-rows/(N-2))/(T*(p2-2*p3+p4)), N*(N-3)/2)
	return single, pair
}

// Chance with fixed seeds: over many keys, and over the months of one key, every order is
// drawn equally often, every pair of orders too, and the marks of the visits fall evenly;
// whatever the order numbers look like. The bounds are 3.3 deviations, one in a thousand; the
// same test convicts draws that are not even.
func TestEven(t *testing.T) {
	const items, trials, bound = 30, 4_000, 3.3 // 9 of 30 are drawn, 5 of them on site
	numbers := map[string]func(i int) string{
		"one after the other": func(i int) string { return fmt.Sprintf("PG%03d", i) },
		"days":                func(i int) string { return fmt.Sprintf("2026-10-%02d/1", i+1) },
		"long, alike":         func(i int) string { return fmt.Sprintf("%060d", i*i) },
	}
	trialOf := map[string]func(i int) (key, scope string){
		"keys": func(i int) (string, string) { return fmt.Sprintf("key %d", i), goldenScope },
		"months": func(i int) (string, string) {
			return goldenKey, fmt.Sprintf("锦绣苑/%04d-%02d/routine", 2000+i/12, i%12+1)
		},
	}
	for name, number := range numbers {
		ids := make([]string, items)
		place := map[string]int{}
		for i := range ids {
			ids[i] = number(i)
			place[ids[i]] = i
		}
		for by, of := range trialOf {
			drawn := make([][]int, trials)
			for trial := range drawn {
				key, scope := of(trial)
				d, err := Routine().Draw(key, scope, ids)
				if err != nil || d.Size != 9 || d.Visits != 5 {
					t.Fatal(d, err)
				}
				for _, id := range d.Ranked {
					drawn[trial] = append(drawn[trial], place[id])
				}
			}
			sample, pairs := evenness(items, 9, trials, func(trial int) []int { return drawn[trial] })
			visits, visited := evenness(items, 5, trials, func(trial int) []int { return drawn[trial] })
			calls, called := evenness(items, 4, trials, func(trial int) []int { return drawn[trial][5:] })
			for what, dev := range map[string]float64{"inclusion": sample, "pairs": pairs, "on-site marks": visits, "pairs on site": visited, "calls": calls, "pairs by phone": called} {
				if math.Abs(dev) > bound {
					t.Errorf("%s, %s: %s: %.2f deviations from even", name, by, what, dev)
				}
			}
		}
	}

	// Convicted: every third order; a list cut at a random place; pairs that stay together.
	for name, draw := range map[string]func(trial int) []int{
		"one order a little more often": func(trial int) []int {
			places := ranks(trial, items)
			if trial%10 == 0 {
				i := slices.Index(places, 0)
				places[0], places[i] = places[i], places[0]
			}
			return places
		},
		"a stretch of the list": func(trial int) []int {
			from := ranks(trial, items)[0]
			places := make([]int, items)
			for i := range places {
				places[i] = (from + i) % items
			}
			return places
		},
		"neighbours together": func(trial int) []int {
			var places []int
			for _, i := range ranks(trial, items/2) {
				places = append(places, 2*i, 2*i+1)
			}
			return places
		},
	} {
		single, pair := evenness(items, 9, trials, draw)
		if math.Abs(single) < 2*bound && math.Abs(pair) < 2*bound {
			t.Errorf("%s passes for even: %.2f, %.2f", name, single, pair)
		}
	}
}

// ranks are the numbers below n in the order of their ranks.
func ranks(trial, n int) []int {
	places := make([]int, n)
	rank := make([]string, n)
	for i := range places {
		r := Rank(fmt.Sprint("seed ", trial), "s", fmt.Sprint(i))
		places[i], rank[i] = i, string(r[:])
	}
	slices.SortFunc(places, func(a, b int) int {
		if rank[a] < rank[b] {
			return -1
		}
		return 1
	})
	return places
}
