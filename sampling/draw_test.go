package sampling

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"example.com/wuye/rule"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// numbered are n orders, PG001 and so on.
func numbered(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("PG%03d", i+1)
	}
	return ids
}

// Golden draws. DO NOT CHANGE: other people's audits depend on them. They were made with
// sha256sum, sort, head and cut, as the package comment says, not with this package.
const (
	goldenKey   = "2026年10月演示密钥"
	goldenScope = "锦绣苑/2026-10/routine"
)

func TestGoldenDraws(t *testing.T) {
	squares := make([]string, 120)
	for i := range squares {
		squares[i] = fmt.Sprintf("订单-%d", (i+1)*(i+1))
	}
	const commitment = "94de4f1ece05a5279f3159e5cd86e8ea173b0819de04a2145c4a57bf8ded0787"
	for _, c := range []struct {
		name   string
		s      Scheme
		ids    []string
		digest string
		size   int
		visits int
		ranked string
	}{
		{"37 orders", Routine(), numbered(37), "c0da599f052100f52dc07a5922a59ccda2e584d2fbabd76ac8ac7fbf15139c53", 12, 6,
			"PG010 PG027 PG036 PG024 PG007 PG012 PG009 PG001 PG033 PG008 PG013 PG016 " +
				"PG034 PG017 PG037 PG021 PG018 PG004 PG015 PG032 PG035 PG025 PG026 PG014"},
		{"120 orders", Routine(), squares, "4b380a6539433c221fa489a5eabd4aa80bd8db91ca912ce991120783cdf722bc", 20, 10,
			"订单-1600 订单-3844 订单-13225 订单-324 订单-1089 订单-36 订单-529 订单-10816 订单-3249 订单-81 " +
				"订单-64 订单-4356 订单-3721 订单-7396 订单-7225 订单-289 订单-4489 订单-9801 订单-1764 订单-4900 " +
				"订单-1936 订单-1024 订单-5476 订单-8464 订单-1225 订单-3364 订单-196 订单-6724 订单-1849 订单-5041 " +
				"订单-8649 订单-12769 订单-676 订单-13456 订单-2025 订单-400 订单-625 订单-1369 订单-11664 订单-16"},
		{"a quota of five", Quota(), []string{"R1", "R2", "R3", "R4", "R5"}, "f2ce53019c19f590efd115574e4570eace99db87639686e249a6ee4f52521888", 4, 0,
			"R1 R3 R5 R4 R2"},
		{"a census of three", Census(), numbered(3), "6ec117d0b158db2174eba6ecc162961e95346cb417f50d583a7cb9f04513c485", 3, 0, "PG001 PG003 PG002"},
		{"none", Routine(), nil, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", 0, 0, ""},
	} {
		want := Draw{Scope: goldenScope, Commitment: commitment, Scheme: c.s, Population: len(c.ids), Digest: c.digest, Size: c.size, Visits: c.visits}
		if c.ranked != "" {
			want.Ranked = strings.Split(c.ranked, " ")
		}
		got, err := c.s.Draw(goldenKey, goldenScope, c.ids)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	rank := Rank(goldenKey, goldenScope, "PG001")
	if got := hex.EncodeToString(rank[:]); got != "275500d7e34659ce54fa287e47b0612f19cab53a8f4a1de60d1196dd4cc36522" {
		t.Error("rank of PG001:", got)
	}
}

// slowDraw says the same as Draw, one sentence after the other.
func slowDraw(s Scheme, key, scope string, ids []string) Draw {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	lines := ""
	for _, id := range ids {
		lines += id + "\n"
	}
	digest := sha256.Sum256([]byte(lines))
	commitment := sha256.Sum256([]byte(key))
	size := s.Size(len(ids))
	slices.SortFunc(ids, func(a, b string) int {
		x, y := sha256.Sum256([]byte(key+"\n"+scope+"\n"+a)), sha256.Sum256([]byte(key+"\n"+scope+"\n"+b))
		return bytes.Compare(x[:], y[:])
	})
	d := Draw{Scope: scope, Commitment: hex.EncodeToString(commitment[:]), Scheme: s, Population: len(ids), Digest: hex.EncodeToString(digest[:]), Size: size, Visits: s.Visits(size)}
	if size > 0 {
		d.Ranked = ids[:min(2*size, len(ids))]
	}
	return d
}

func someIDs(t *rapid.T, most int) []string {
	id := rapid.OneOf(
		rapid.StringMatching(`PG[0-9]{1,9}`),
		rapid.StringMatching(`[^\n]{1,16}`),
		rapid.StringMatching(`[a-z]{64}`),
	)
	ids := rapid.SliceOfNDistinct(id, 0, most, rapid.ID[string]).Draw(t, "ids")
	if rapid.Bool().Draw(t, "sorted") {
		slices.Sort(ids)
	}
	return ids
}

// TestTR_4_3a: the sample is random, that is, ruled by the key alone, and anyone can repeat it.
func TestTR_4_3a(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, ids := anyScheme(t), someIDs(t, 120)
		key := rapid.StringMatching(`[^\n]{1,80}`).Draw(t, "key")
		scope := rapid.StringMatching(`[^\n]{1,30}`).Draw(t, "scope")
		given := slices.Clone(ids)
		d, err := s.Draw(key, scope, ids)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(slowDraw(s, key, scope, ids), d); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(given, ids); diff != "" {
			t.Fatal("the list was changed:", diff)
		}
		if err := d.Verify(key, rapid.Permutation(ids).Draw(t, "again")); err != nil {
			t.Fatal("in another order:", err)
		}
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		var back Draw
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(d, back); diff != "" {
			t.Fatal("through JSON:", diff)
		}
	})
}

// Large draws take ways that small ones do not: candidates thrown away, lists split in parts,
// ranks alike in the leading bits. With 61 bits for the place only three are left of the
// rank, so that nearly all are alike.
func TestSmallest(t *testing.T) {
	const n = 60_000
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("W%06d", i)
	}
	type ranked struct {
		rank [32]byte
		id   string
	}
	all := make([]ranked, n)
	for i, id := range ids {
		all[i] = ranked{Rank("k", "s", id), id}
	}
	slices.SortFunc(all, func(a, b ranked) int { return bytes.Compare(a.rank[:], b.rank[:]) })
	for _, c := range []struct{ k, n, placeBits int }{
		{1, n, bits.Len(n)}, {20, n, bits.Len(n)}, {2_000, n, bits.Len(n)}, {n / 2, n, bits.Len(n)}, {n - 1, n, bits.Len(n)}, {n, n, bits.Len(n)},
		{n, n, 40}, {2_000, n, 44}, {30, n, 52},
	} {
		got := smallest("k", "s", ids[:c.n], c.k, c.placeBits)
		for i, id := range got {
			if id != all[i].id {
				t.Errorf("%+v: rank %d: want %s, got %s", c, i, all[i].id, id)
				break
			}
		}
		if len(got) != c.k {
			t.Errorf("%+v: got %d", c, len(got))
		}
	}
	few := slices.Clone(all)
	few = slices.DeleteFunc(few, func(r ranked) bool { return r.id >= ids[200] })
	for _, k := range []int{1, 7, 99, 200} {
		got := smallest("k", "s", ids[:200], k, 61)
		for i, id := range got {
			if id != few[i].id {
				t.Fatalf("k %d: rank %d: want %s, got %s", k, i, few[i].id, id)
			}
		}
	}
}

func TestDrawRefuses(t *testing.T) {
	long := strings.Repeat("x", 64)
	many := numbered(900) // more than one block
	for _, c := range []struct {
		name string
		ids  []string
		want *IDError // nil: drawn
	}{
		{"empty", []string{"a", ""}, &IDError{"", whyEmpty}},
		{"empty alone", []string{""}, &IDError{"", whyEmpty}},
		{"newline", []string{"b", "a\nc"}, &IDError{"a\nc", whyNewline}},
		{"newline alone", []string{"\n"}, &IDError{"\n", whyNewline}},
		{"newline at the end", []string{"a\n"}, &IDError{"a\n", whyNewline}},
		{"twice", []string{"b", "a", "b"}, &IDError{"b", whyTwice}},
		{"twice, ascending", []string{"a", "b", "b"}, &IDError{"b", whyTwice}},
		{"not UTF-8", []string{"a", "\xff"}, &IDError{"\xff", whyNotUTF8}},
		{"half a rune, then its other half", []string{"a\xe4\xbd", "\xa0"}, &IDError{"a\xe4\xbd", whyNotUTF8}},
		{"64 bytes", []string{long}, nil},
		{"64 bytes before a fault", []string{long, "y\n"}, &IDError{"y\n", whyNewline}},
		{"65 bytes", []string{long + "x"}, &IDError{long + "x", whyLong}},
		{"very long", []string{strings.Repeat(long, 1000)}, &IDError{strings.Repeat(long, 1000), whyLong}},
		{"carriage return, tab, quote", []string{"a\r", "b\t", `c'"`}, nil},
		{"twice, far apart", append(slices.Clone(many), "PG001"), &IDError{"PG001", whyTwice}},
		{"twice at a block's edge", append(slices.Clone(many), "PG900"), &IDError{"PG900", whyTwice}},
		{"newline in a late block", append(slices.Clone(many), "PG9\n"), &IDError{"PG9\n", whyNewline}},
		{"the first fault in ascending order", []string{"z\n", "b", "b", "a"}, &IDError{"b", whyTwice}},
	} {
		_, err := Census().Draw("k", "s", c.ids)
		var got *IDError
		errors.As(err, &got)
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s (%v)", c.name, diff, err)
		}
		if c.want != nil && zh(c.want.Why) == c.want.Why {
			t.Errorf("no Chinese for %q", c.want.Why)
		}
	}
	// Any two of 900 that are the same are found, wherever the blocks end.
	for i := range many {
		twice := slices.Insert(slices.Clone(many), i, many[i])
		if _, err := Census().Draw("k", "s", twice); cmp.Diff(error(&IDError{many[i], whyTwice}), err) != "" {
			t.Fatal(many[i], err)
		}
	}
	for _, c := range []struct{ key, scope, path, why string }{
		{"", "s", "key", whyEmpty},
		{"k\n", "s", "key", whyNewline},
		{"k\xff", "s", "key", whyNotUTF8},
		{"k", "", "scope", whyEmpty},
		{"k", "a\nb", "scope", whyNewline},
		{"k", "\xc3", "scope", whyNotUTF8},
	} {
		_, err := Census().Draw(c.key, c.scope, numbered(3))
		if diff := cmp.Diff(error(&FormError{c.path, c.why}), err); diff != "" {
			t.Error(diff)
		}
		if c.key != "k" && c.key != "" && strings.Contains(err.Error(), c.key) {
			t.Error("the key is told:", err)
		}
	}
}

// Every way to tamper with a draw, by name: what is found, in both languages.
func TestVerify(t *testing.T) {
	ids := numbered(37)
	good, err := Routine().Draw(goldenKey, goldenScope, ids)
	if err != nil {
		t.Fatal(err)
	}
	if err := good.Verify(goldenKey, ids); err != nil {
		t.Fatal(err)
	}
	swap := func(i, j int) func(*Draw) {
		return func(d *Draw) { d.Ranked[i], d.Ranked[j] = d.Ranked[j], d.Ranked[i] }
	}
	same := func(*Draw) {}
	for _, c := range []struct {
		name   string
		key    string
		ids    []string
		change func(*Draw)
		clause rule.ID
		en, zh string
	}{
		{"another key", "k", ids, same, "TR-4.4d",
			"sampling: the key is not the one committed to: want 8254c329a92850f6d539dd376f4816ee2764517da5e0235514af433164480d7a, got 94de4f1ece05a5279f3159e5cd86e8ea173b0819de04a2145c4a57bf8ded0787",
			"公布的密钥与事先承诺的不符"},
		{"a changed id", goldenKey, append(numbered(36), "PG099"), same, "TR-4.4d",
			"sampling: not the same orders: want 0936daf15d9b8e367873088c1b7968ff895c4c36fa9bdbf93b3e2c818ccee1e3, got c0da599f052100f52dc07a5922a59ccda2e584d2fbabd76ac8ac7fbf15139c53",
			"单据名单与抽样时不符：数目相同，单号有变"},
		{"an order added", goldenKey, numbered(38), same, "TR-4.4d",
			"sampling: another number of orders: want 38, got 37", "单据总数与抽样时不符：名单有38单，抽样时记为37单"},
		{"an order dropped", goldenKey, numbered(36), same, "TR-4.4d",
			"sampling: another number of orders: want 36, got 37", "单据总数与抽样时不符：名单有36单，抽样时记为37单"},
		{"swapped ranks", goldenKey, ids, swap(1, 4), "TR-4.4d",
			`sampling: rank 2: not the order of that rank: want "PG027", got "PG007"`, "抽样名单第2位应为“PG027”，却是“PG007”"},
		{"one swapped for a reserve", goldenKey, ids, swap(3, 12), "TR-4.4d",
			`sampling: rank 4: not the order of that rank: want "PG024", got "PG034"`, "抽样名单第4位应为“PG024”，却是“PG034”"},
		{"a moved on-site mark", goldenKey, ids, swap(5, 6), "TR-4.4d", // the last visit and the first call
			`sampling: rank 6: not the order of that rank: want "PG012", got "PG009"`, "抽样名单第6位应为“PG012”，却是“PG009”"},
		{"an on-site mark taken away", goldenKey, ids, func(d *Draw) { d.Visits = 5 }, "TR-4.4d",
			"sampling: not the number on site that the scheme gives: want 6, got 5", "上门回访数量不符合规定：应上门6单，却定为5单"},
		{"a smaller sample", goldenKey, ids, func(d *Draw) { d.Size = 11 }, "TR-4.4b",
			"sampling: not the size that the scheme gives: want 12, got 11", "抽样数量不符合规定：应抽12单，却抽11单"},
		{"another scheme", goldenKey, ids, func(d *Draw) { d.Scheme = Quota() }, "SP-2.7.1c",
			"sampling: not the size that the scheme gives: want 30, got 12", "抽样数量不符合规定：应抽30单，却抽12单"},
		{"the scheme in another reading", goldenKey, ids, func(d *Draw) { d.Scheme.Majority = true }, "TR-4.4d",
			"sampling: not the number on site that the scheme gives: want 7, got 6", "上门回访数量不符合规定：应上门7单，却定为6单"},
		{"another scope", goldenKey, ids, func(d *Draw) { d.Scope = "锦绣苑/2026-11/routine" }, "TR-4.4d",
			`sampling: rank 1: not the order of that rank: want "PG030", got "PG010"`, "抽样名单第1位应为“PG030”，却是“PG010”"},
		{"the last reserve left out", goldenKey, ids, func(d *Draw) { d.Ranked = d.Ranked[:23] }, "TR-4.4d",
			`sampling: rank 24: not the order of that rank: want "PG014", got ""`, "抽样名单缺第24位，应为“PG014”"},
		{"a reserve more", goldenKey, ids, func(d *Draw) { d.Ranked = append(d.Ranked, "PG002") }, "TR-4.4d",
			`sampling: rank 25: not the order of that rank: want "", got "PG002"`, "抽样名单多出第25位“PG002”"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := good
			d.Ranked = slices.Clone(good.Ranked)
			c.change(&d)
			m, ok := errors.AsType[*Mismatch](d.Verify(c.key, c.ids))
			if !ok {
				t.Fatalf("want a mismatch, got %v", d.Verify(c.key, c.ids))
			}
			if diff := cmp.Diff([]string{c.en, c.zh, string(c.clause)}, []string{m.Error(), m.Zh(), string(m.Clause)}); diff != "" {
				t.Error(diff)
			}
			if m.Place != 0 && m.ID != m.Got {
				t.Errorf("names %q and %q", m.ID, m.Got)
			}
		})
	}

	// What cannot be drawn from at all says so instead.
	bad := good
	bad.Scheme.Brackets = nil
	if diff := cmp.Diff(error(&FormError{"brackets", whyMissing}), bad.Verify(goldenKey, ids)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(error(&IDError{"PG001", whyTwice}), good.Verify(goldenKey, append(numbered(36), "PG001"))); diff != "" {
		t.Error(diff)
	}

	// So do a key and a scope, also one that was never committed to.
	scopeless := good
	scopeless.Scope = ""
	for _, c := range []struct {
		d         Draw
		key       string
		path, why string
	}{{good, "", "key", whyEmpty}, {good, "k\n", "key", whyNewline}, {good, "\xff", "key", whyNotUTF8}, {scopeless, "k", "scope", whyEmpty}} {
		if diff := cmp.Diff(error(&FormError{c.path, c.why}), c.d.Verify(c.key, ids)); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff(error(&IDError{"", whyEmpty}), good.Verify("k", append(numbered(36), ""))); diff != "" {
		t.Error(diff)
	}

	// A scheme that agrees with the prescribed one on this population, and only there, gives
	// the same draw; that it is another one is asked by Equal.
	lower := good
	lower.Scheme = edges(20, 50)
	if err := lower.Verify(goldenKey, ids); err != nil || lower.Scheme.Equal(Routine()) || !good.Scheme.Equal(Routine()) {
		t.Error(err)
	}

}

// No single change of the certificate passes.
func TestVerifyProperty(t *testing.T) {
	ids := numbered(37)
	good, err := Routine().Draw(goldenKey, goldenScope, ids)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := good
		d.Ranked = slices.Clone(good.Ranked)
		switch rapid.IntRange(0, 5).Draw(t, "what") {
		case 0:
			i := rapid.IntRange(0, len(d.Ranked)-1).Draw(t, "place")
			d.Ranked[i] += "x"
		case 1:
			d.Size += rapid.SampledFrom([]int{-1, 1}).Draw(t, "by")
		case 2:
			d.Visits += rapid.SampledFrom([]int{-1, 1}).Draw(t, "by")
		case 3:
			d.Population += rapid.SampledFrom([]int{-1, 1}).Draw(t, "by")
		case 4:
			d.Digest = strings.ToUpper(d.Digest)
		case 5:
			d.Commitment = Commit(goldenKey + " ")
		}
		if d.Verify(goldenKey, ids) == nil {
			t.Fatal("passed")
		}
	})
}

// A draw that comes from anywhere may be wrong, but asking it never panics.
func FuzzDraw(f *testing.F) {
	d, err := Routine().Draw(goldenKey, goldenScope, numbered(37))
	if err != nil {
		f.Fatal(err)
	}
	text, err := json.Marshal(d)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"ranked":["a","a"],"size":-3,"visits":9}`))
	f.Add([]byte(`{"scheme":{"brackets":[{"percent":9223372036854775807}],"rounding":"half_up"},"ranked":["b"],"size":9,"visits":4}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var d Draw
		if json.Unmarshal(text, &d) != nil {
			return
		}
		if all := len(d.ToVisit()) + len(d.ToCall()) + len(d.Reserve()); d.Visits >= 0 && d.Visits <= d.Size && all != len(d.Ranked) {
			t.Errorf("%d of %d", all, len(d.Ranked))
		}
		revisits := make([]Revisit, 0, len(d.Ranked))
		for _, id := range d.Ranked {
			revisits = append(revisits, Revisit{ID: id, Gone: true})
		}
		c := d.Coverage(revisits)
		if c.Done > c.Due || c.Visits > c.Done || len(c.Missing)+len(c.Closed) != c.Due-c.Done {
			t.Errorf("%+v", c)
		}
		if d.Verify(goldenKey, numbered(37)) == nil {
			want := slowDraw(d.Scheme, goldenKey, d.Scope, numbered(37))
			if diff := cmp.Diff(want, d); diff != "" {
				t.Error("verified, and yet", diff)
			}
		}
	})
}
