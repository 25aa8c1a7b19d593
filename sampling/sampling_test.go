package sampling

import (
	"flag"
	"fmt"
	"math"
	"math/big"
	"os"
	"strings"
	"testing"

	"example.com/wuye/rule"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden grid anew")

// edges is Routine with the brackets ending at a and b: the reading bracket-edges.
func edges(a, b int) Scheme {
	s := Routine()
	s.Brackets[0].UpTo, s.Brackets[1].UpTo = a, b
	return s
}

func with(s Scheme, change func(*Scheme)) Scheme {
	change(&s)
	return s
}

type size struct{ population, want int }

func checkSizes(t *testing.T, s Scheme, clause rule.ID, cases ...size) {
	t.Helper()
	for _, c := range cases {
		if got := s.Size(c.population); got != c.want {
			t.Errorf("%s: of %d orders: want %d, got %d", clause, c.population, c.want, got)
		}
		if b, ok := s.Bracket(c.population); !ok || b.Clause != clause {
			t.Errorf("%d orders: want clause %s, got %s %v", c.population, clause, b.Clause, ok)
		}
	}
}

func TestTR_4_4a(t *testing.T) {
	checkSizes(t, Routine(), "TR-4.4a", size{0, 0}, size{1, 1}, size{4, 4}, size{5, 5}, size{6, 5}, size{19, 5}, size{20, 5})
	checkSizes(t, Routine(), "TR-4.4a", size{-1, 0}, size{math.MinInt, 0})
}

func TestTR_4_4b(t *testing.T) {
	// 30 % of 21 is 6.3, of 37 it is 11.1, of 40 exactly 12, of 49 it is 14.7.
	checkSizes(t, Routine(), "TR-4.4b", size{21, 7}, size{30, 9}, size{31, 10}, size{37, 12}, size{40, 12}, size{41, 13}, size{49, 15})
	half := with(Routine(), func(s *Scheme) { s.Rounding = HalfUp })
	// 6.3, 7.5, 11.1, 11.4, 11.7
	checkSizes(t, half, "TR-4.4b", size{21, 6}, size{25, 8}, size{37, 11}, size{38, 11}, size{39, 12})
}

func TestTR_4_4c(t *testing.T) {
	checkSizes(t, Routine(), "TR-4.4c", size{50, 20}, size{51, 20}, size{200, 20}, size{math.MaxInt, 20})
}

func TestTR_4_4d(t *testing.T) {
	majority := with(Routine(), func(s *Scheme) { s.Majority = true })
	for _, c := range []struct{ size, atLeast, moreThan int }{
		{-1, 0, 0}, {0, 0, 0}, {1, 1, 1}, {2, 1, 2}, {3, 2, 2}, {4, 2, 3}, {5, 3, 3}, {6, 3, 4}, {7, 4, 4}, {12, 6, 7}, {15, 8, 8}, {20, 10, 11},
	} {
		if got := Routine().Visits(c.size); got != c.atLeast {
			t.Errorf("at least half of %d: want %d, got %d", c.size, c.atLeast, got)
		}
		if got := majority.Visits(c.size); got != c.moreThan {
			t.Errorf("more than half of %d: want %d, got %d", c.size, c.moreThan, got)
		}
	}
	// It holds for every bracket, and the first of the sample are the ones.
	for _, n := range []int{1, 4, 5, 20, 21, 37, 49, 50, 51, 200} {
		d, err := Routine().Draw("k", "s", numbered(n))
		if err != nil {
			t.Fatal(err)
		}
		if 2*d.Visits < d.Size || 2*(d.Visits-1) >= d.Size {
			t.Errorf("%d orders: %d of %d on site", n, d.Visits, d.Size)
		}
		if diff := cmp.Diff(d.Ranked[:d.Size], append(d.ToVisit(), d.ToCall()...)); diff != "" {
			t.Error(diff)
		}
	}
}

// The readings bracket-edges, in the edges where they part.
func TestTR_4_4(t *testing.T) {
	for _, c := range []struct {
		reading    string
		s          Scheme
		at20, at50 int
	}{
		{"law", edges(20, 49), 5, 20},
		{"lower", edges(20, 50), 5, 15},
		{"upper", edges(19, 49), 6, 20},
		{"middle", edges(19, 50), 6, 15},
	} {
		if got20, got50 := c.s.Size(20), c.s.Size(50); got20 != c.at20 || got50 != c.at50 {
			t.Errorf("%s: want 20 → %d, 50 → %d; got %d, %d", c.reading, c.at20, c.at50, got20, got50)
		}
	}
	if diff := cmp.Diff(Routine(), edges(20, 49)); diff != "" {
		t.Error("the default is the law's:", diff)
	}
}

func TestSP_2_7_1b(t *testing.T) {
	checkSizes(t, Census(), "SP-2.7.1b", size{0, 0}, size{1, 1}, size{99, 99}, size{101, 101}, size{math.MaxInt, math.MaxInt})
}

func TestSP_2_7_1c(t *testing.T) {
	// 80 % of 41 is 32.8, of 1 it is 0.8, of 10 exactly 8.
	checkSizes(t, Quota(), "SP-2.7.1c", size{0, 0}, size{1, 1}, size{2, 2}, size{4, 4}, size{5, 4}, size{6, 5}, size{10, 8}, size{11, 9}, size{41, 33}, size{100, 80}, size{101, 81})
}

// Every population that a desk is likely to meet, under every reading of bracket-edges,
// share-rounding and on-site-half.
func TestSizesGrid(t *testing.T) {
	reading := func(a, b int, r Rounding, majority bool) Scheme {
		s := edges(a, b)
		s.Rounding, s.Majority = r, majority
		return s
	}
	var b strings.Builder
	b.WriteString(`TR-4.4: of so many orders so many are revisited, and of these so many on site, under each reading.
一个月的派工单数、应回访数、其中至少上门数，按各种读法。

  12: 6/7   twelve are revisited, at least six on site where half is "at least half" (reading on-site-half, at-least:
            半数以上含半数), seven where it is "more than half" (majority: 过半数).

bracket-edges  law 20→5, 50→20 (以上以下含本数, the default) · lower 20→5, 50→30 % · upper 20→30 %, 50→20 · middle 20→30 %, 50→30 %
share-rounding up: any part of an order is one more (进一, the default) · half-up: from one half on (四舍五入)
census         SP-2.7.1b, cash: every one · quota SP-2.7.1c, bank collection: at least 80 %, always rounded up

        share-rounding up                             share-rounding half-up
orders  law       lower     upper     middle          law       lower     upper     middle       census quota  clause under law
`)
	populations := make([]int, 61, 64)
	for n := range populations {
		populations[n] = n
	}
	for _, n := range append(populations, 99, 100, 200, 1000) {
		fmt.Fprintf(&b, "%6d", n)
		for _, r := range []Rounding{Up, HalfUp} {
			for _, e := range [][2]int{{20, 49}, {20, 50}, {19, 49}, {19, 50}} {
				s, m := reading(e[0], e[1], r, false), reading(e[0], e[1], r, true)
				size := s.Size(n)
				if m.Size(n) != size {
					t.Errorf("of %d orders %d or %d: the share on site changes the size", n, size, m.Size(n))
				}
				fmt.Fprintf(&b, "  %2d:%2d/%-2d", size, s.Visits(size), m.Visits(size))
			}
			b.WriteString("      ")
		}
		bracket, _ := Routine().Bracket(n)
		fmt.Fprintf(&b, "%7d%6d  %s\n", Census().Size(n), Quota().Size(n), bracket.Clause)
	}
	const file = "testdata/sizes.txt"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

// anyScheme draws a valid scheme.
func anyScheme(t *rapid.T) Scheme {
	clause := rule.ID("TR-4.4")
	s := Scheme{Rounding: rapid.SampledFrom([]Rounding{Up, HalfUp}).Draw(t, "rounding"), OnSite: rapid.IntRange(0, 99).Draw(t, "on_site"), Clause: clause}
	s.Majority = rapid.Bool().Draw(t, "majority")
	upTo := 0
	for n := rapid.IntRange(1, 4).Draw(t, "brackets"); n > 0; n-- {
		upTo += rapid.IntRange(1, 40).Draw(t, "step")
		b := Bracket{UpTo: upTo, Clause: clause}
		if n == 1 {
			b.UpTo = 0
		}
		if rapid.Bool().Draw(t, "share") {
			b.Percent = rapid.IntRange(1, 100).Draw(t, "percent")
		} else {
			b.Take = rapid.IntRange(1, 60).Draw(t, "take")
		}
		s.Brackets = append(s.Brackets, b)
	}
	return s
}

// Size and Visits against the same sentences said with fractions of unbounded integers.
func TestSizeProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := anyScheme(t)
		if err := s.Validate(); err != nil {
			t.Fatal(err)
		}
		n := rapid.OneOf(rapid.IntRange(0, 250), rapid.IntRange(0, math.MaxInt), rapid.IntRange(math.MaxInt-300, math.MaxInt)).Draw(t, "n")
		i := 0
		for s.Brackets[i].UpTo != 0 && s.Brackets[i].UpTo < n {
			i++
		}
		b := s.Brackets[i]
		want := big.NewInt(int64(b.Take))
		if b.Percent > 0 {
			part := big.NewRat(int64(b.Percent), 100)
			part.Mul(part, new(big.Rat).SetInt64(int64(n)))
			want = ceil(part)
			if s.Rounding == HalfUp { // half up is rounding up what is less than half a piece smaller
				want.Div(new(big.Int).Add(new(big.Int).Mul(big.NewInt(2), part.Num()), part.Denom()), new(big.Int).Mul(big.NewInt(2), part.Denom()))
			}
		}
		if want.Cmp(big.NewInt(int64(n))) > 0 {
			want.SetInt64(int64(n))
		}
		size := s.Size(n)
		if want.Int64() != int64(size) || !want.IsInt64() {
			t.Fatalf("%d orders: want %s, got %d", n, want, size)
		}
		visits := s.Visits(size)
		ok := func(v int) bool { // are v of size enough?
			have, owed := big.NewRat(100, 1), big.NewRat(int64(s.OnSite), 1)
			have.Mul(have, new(big.Rat).SetInt64(int64(v)))
			owed.Mul(owed, new(big.Rat).SetInt64(int64(size)))
			return have.Cmp(owed) > 0 || !s.Majority && have.Cmp(owed) == 0
		}
		if visits < 0 || visits > size || size > 0 && !ok(visits) || visits > 0 && ok(visits-1) {
			t.Fatalf("%d of %d on site is not the least that is enough", visits, size)
		}
	})
}

func ceil(r *big.Rat) *big.Int {
	q, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

func TestValidate(t *testing.T) {
	for _, s := range []Scheme{Routine(), Census(), Quota(), edges(20, 50), edges(19, 49), edges(19, 50)} {
		if err := s.Validate(); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct {
		path, why string
		change    func(*Scheme)
	}{
		{"brackets", whyMissing, func(s *Scheme) { s.Brackets = nil }},
		{"brackets[0].up_to", whyNegative, func(s *Scheme) { s.Brackets[0].UpTo = -1 }},
		{"brackets[1].up_to", whyDescending, func(s *Scheme) { s.Brackets[1].UpTo = 20 }},
		{"brackets[1].up_to", whyUnlimited, func(s *Scheme) { s.Brackets[1].UpTo = 0 }},
		{"brackets[2].up_to", whyLimited, func(s *Scheme) { s.Brackets[2].UpTo = 1000 }},
		{"brackets[0].take", whyNegative, func(s *Scheme) { s.Brackets[0].Take = -5 }},
		{"brackets[0].take", whyNeither, func(s *Scheme) { s.Brackets[0].Take = 0 }},
		{"brackets[0].take", whyBoth, func(s *Scheme) { s.Brackets[0].Percent = 10 }},
		{"brackets[1].percent", whyPercent, func(s *Scheme) { s.Brackets[1].Percent = 101 }},
		{"brackets[1].percent", whyPercent, func(s *Scheme) { s.Brackets[1].Percent = -1 }},
		{"brackets[2].clause", whyClause, func(s *Scheme) { s.Brackets[2].Clause = "" }},
		{"rounding", whyRounding, func(s *Scheme) { s.Rounding = "" }},
		{"rounding", whyRounding, func(s *Scheme) { s.Rounding = "down" }},
		{"on_site", whyPercent, func(s *Scheme) { s.OnSite = 101 }},
		{"on_site", whyPercent, func(s *Scheme) { s.OnSite = -1 }},
		{"majority", whyMoreThanAll, func(s *Scheme) { s.OnSite, s.Majority = 100, true }},
		{"clause", whyClause, func(s *Scheme) { s.Clause = "" }},
		{"clause", whyClause, func(s *Scheme) { s.Clause = "TR-4.40" }},
	} {
		s := with(Routine(), c.change)
		if diff := cmp.Diff(error(&FormError{c.path, c.why}), s.Validate()); diff != "" {
			t.Errorf("%s %s: %s", c.path, c.why, diff)
		}
		if _, err := s.Draw("k", "s", numbered(3)); err == nil {
			t.Errorf("%s %s: drawn all the same", c.path, c.why)
		}
		if text := zh(c.why); text == c.why {
			t.Errorf("no Chinese for %q", c.why)
		}
	}
}

// What Validate refuses may still be asked for a size: nothing panics, and no answer is
// beyond the population.
func TestSizeOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.OneOf(rapid.IntRange(-3, 120), rapid.Int())
		s := Scheme{Rounding: Rounding(rapid.String().Draw(t, "rounding")), OnSite: number.Draw(t, "on_site"), Majority: rapid.Bool().Draw(t, "majority")}
		for range rapid.IntRange(0, 3).Draw(t, "brackets") {
			s.Brackets = append(s.Brackets, Bracket{UpTo: number.Draw(t, "up_to"), Take: number.Draw(t, "take"), Percent: number.Draw(t, "percent")})
		}
		n := number.Draw(t, "n")
		size := s.Size(n)
		visits := s.Visits(size)
		if size < 0 || size > max(n, 0) || visits < 0 || visits > size {
			t.Fatalf("%d of %d, %d on site", size, n, visits)
		}
	})
}

// 以上 and 以下 include the number, 不满 and 超过 do not: 20 is of "20 or fewer", 50 of "50 or
// more", and what lies between is more than 20 and fewer than 50. Half or more includes half.
func TestCC_1259(t *testing.T) {
	r := Routine()
	for population, clause := range map[int]rule.ID{20: "TR-4.4a", 21: "TR-4.4b", 49: "TR-4.4b", 50: "TR-4.4c"} {
		if b, ok := r.Bracket(population); !ok || b.Clause != clause {
			t.Errorf("%d orders fall under %s, not %s", population, b.Clause, clause)
		}
	}
	if r.Visits(10) != 5 {
		t.Errorf("of 10 at least half on site is %d", r.Visits(10))
	}
}
