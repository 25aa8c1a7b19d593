package billing

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

func price(item, yuan, from string) Price {
	return Price{Item: item, Yuan: number(yuan), From: calendar.MustDate(from)}
}

func line(item, qty string) Line { return Line{Item: item, Qty: number(qty)} }

// priceList has a drain at 80 a time, from the first of October at 85; tiles at 42.60 a ㎡;
// water at an eighth of a fen a litre.
func priceList(t *testing.T) PriceList {
	t.Helper()
	list, err := NewPriceList(price("tile", "42.60", "2026-01-01"), price("drain", "85", "2026-10-01"), price("drain", "80", "2026-01-01"), price("water", "0.00125", "2026-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// SP-2.4.2d: the fee comes from the price list, and the charge is what was agreed.
func TestSP_2_4_2d(t *testing.T) {
	list := priceList(t)
	for _, c := range []struct {
		on    string
		lines []Line
		want  string // each line, and the total
	}{
		{"2026-09-30", []Line{line("drain", "1"), line("tile", "2.5")}, "80.00 106.50 186.50"},
		{"2026-10-01", []Line{line("drain", "1"), line("tile", "2.5")}, "85.00 106.50 191.50"},
		{"2026-10-01", []Line{line("tile", "0.3333")}, "14.20 14.20"}, // 14.19858
		// Three lines of half a fen are three fen, though together they come to 1.5.
		{"2026-10-01", []Line{line("water", "4"), line("water", "4"), line("water", "4")}, "0.01 0.01 0.01 0.03"},
		{"2026-10-01", []Line{line("water", "12")}, "0.02 0.02"}, // 0.015
		{"2026-10-01", []Line{line("water", "3.999")}, "0.00 0.00"},
	} {
		q, err := list.Quote(calendar.MustDate(c.on), c.lines...)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, l := range q.Lines {
			got += l.Amount.String() + " "
		}
		if got += q.Total.String(); got != c.want {
			t.Errorf("%s %v: %s, want %s", c.on, c.lines, got, c.want)
		}
	}

	quoted := row("S1", 1, Quoted, worker).amount("186.50").ref("S1")
	good := []Entry{quoted.e, row("S1", 2, Charged, worker).ticket("T1").amount("186.50").pay(Cash).e}
	mustReplay(t, good)
	good[1].Amount++
	refused(t, good, 1, WrongAmount, "SP-2.4.2d")
	// Only the last quote counts.
	again := row("S1", 2, Quoted, worker).amount("191.50").ref("S1").e
	refused(t, []Entry{quoted.e, again, row("S1", 3, Charged, worker).ticket("T1").amount("186.50").pay(Cash).e}, 2, WrongAmount, "SP-2.4.2d")
	mustReplay(t, []Entry{quoted.e, again, row("S1", 3, Charged, worker).ticket("T1").amount("191.50").pay(Cash).e})
}

func TestQuoteRefuses(t *testing.T) {
	list := priceList(t)
	for _, c := range []struct {
		on   string
		line Line
		code string
	}{
		{"2026-10-01", line("roof", "1"), Unknown}, {"2026-10-01", line("", "1"), Unknown}, {"2026-10-01", line("zzz", "1"), Unknown},
		{"2025-12-31", line("drain", "1"), NotYet}, {"2025-12-31", line("water", "1"), NotYet}, {"2025-12-31", line("a", "1"), Unknown},
		{"2026-10-01", line("drain", "0"), OutOfRange}, {"2026-10-01", line("drain", "-1"), OutOfRange},
		{"2026-10-01", line("drain", "1e15"), OutOfRange}, {"2026-10-01", line("drain", "1e2000000000"), OutOfRange}, {"2026-10-01", line("drain", "1e-2000000000"), OutOfRange},
		{"2026-10-01", line("water", "1000000000000001"), OutOfRange}, {"2026-10-01", Line{Item: "drain"}, OutOfRange},
	} {
		_, err := list.Quote(calendar.MustDate(c.on), line("tile", "1"), c.line)
		if c.on < "2026" { // the tile has no price yet either
			_, err = list.Quote(calendar.MustDate(c.on), c.line)
		}
		var e *InputError
		if !errors.As(err, &e) || e.Code != c.code || e.Clause != "SP-2.4.2d" || rule.Zh(err) == "" || len(err.Error()) > 200 {
			t.Errorf("%s %s × %s: %v, want %s", c.on, c.line.Item, show(c.line.Qty), err, c.code)
		}
	}
	var e *InputError
	if _, err := list.Quote(calendar.MustDate("2026-10-01")); !errors.As(err, &e) || e.Code != Missing {
		t.Error("a quote of nothing", err)
	}
	if _, err := list.Quote(calendar.Date{}, line("drain", "1")); !errors.As(err, &e) || e.Code != Missing {
		t.Error("a quote on no day", err)
	}
	if _, err := (PriceList{}).Quote(calendar.MustDate("2026-10-01"), line("drain", "1")); !errors.As(err, &e) || e.Code != Unknown {
		t.Error("the empty list", err)
	}
	// Two lines that are each allowed, and together too much.
	big, err := NewPriceList(price("big", "1e15", "2026-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	if q, err := big.Quote(calendar.MustDate("2026-10-01"), line("big", "1")); err != nil || q.Total != maxFen {
		t.Error(q, err)
	}
	on := calendar.MustDate("2026-10-01")
	if q, err := big.Quote(on, line("big", "1"), line("big", "0.000000000000000004")); err != nil || q.Total != maxFen { // 0.004 yuan: nothing
		t.Error(q, err)
	}
	if _, err := big.Quote(on, line("big", "1"), line("big", "0.000000000000000005")); !errors.As(err, &e) || e.Code != OutOfRange || e.Field != "lines[1].qty" {
		t.Error("a total a fen beyond MaxYuan", err)
	}
}

func TestNewPriceListRefuses(t *testing.T) {
	ok := price("drain", "80", "2026-01-01")
	for _, c := range []struct {
		name string
		p    Price
		code string
	}{
		{"no item", price("", "80", "2026-01-01"), Missing}, {"long item", price(strings.Repeat("x", 65), "80", "2026-01-01"), Malformed},
		{"no day", Price{Item: "a", Yuan: decimal.New(1, 0)}, Missing}, {"nothing", price("a", "0", "2026-01-01"), OutOfRange},
		{"negative", price("a", "-0.01", "2026-01-01"), OutOfRange}, {"too large", price("a", "1000000000000000.01", "2026-01-01"), OutOfRange},
		{"extreme", price("a", "1e2147483647", "2026-01-01"), OutOfRange}, {"extremely small", price("a", "1e-2147483648", "2026-01-01"), OutOfRange},
		{"twice", ok, Twice},
	} {
		_, err := NewPriceList(ok, c.p)
		var e *InputError
		if !errors.As(err, &e) || e.Code != c.code || rule.Zh(err) == "" {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := NewPriceList(ok, price("drain", "80", "2026-01-02"), price("a", "0.0001", "2026-01-01")); err != nil {
		t.Error(err)
	}
}

// The list and the quote are copies: what the caller does to his slices later changes neither.
func TestPriceListIsACopy(t *testing.T) {
	given := []Price{price("b", "1", "2026-01-01"), price("a", "2", "2026-01-01")}
	list, err := NewPriceList(given...)
	if err != nil {
		t.Fatal(err)
	}
	given[0], given[1] = Price{}, Price{}
	lines := []Line{line("a", "1"), line("b", "1")}
	q, err := list.Quote(calendar.MustDate("2026-10-01"), lines...)
	if err != nil || q.Total != 300 || lines[0].Amount != 0 {
		t.Error(q, err, lines)
	}
}

// Whatever is quoted, the parts make the whole, the order of the list does not matter, and
// no line is off by more than half a fen.
func TestQuoteProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var prices []Price
		for i := range rapid.IntRange(1, 5).Draw(t, "prices") {
			prices = append(prices, Price{Item: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "item"), Yuan: decimal.New(rapid.Int64Range(1, 1e6).Draw(t, "yuan"), rapid.Int32Range(-6, 2).Draw(t, "exp")), From: calendar.MustDate("2026-01-01").AddDays(3 * i)})
		}
		list, err := NewPriceList(prices...)
		if err != nil {
			t.Fatal(err)
		}
		on := calendar.MustDate("2026-01-01").AddDays(rapid.IntRange(-1, 16).Draw(t, "on"))
		l := Line{Item: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "asked"), Qty: decimal.New(rapid.Int64Range(1, 1e5).Draw(t, "qty"), -3)}
		var holds *Price // the latest not after the day
		for i := range prices {
			if prices[i].Item == l.Item && prices[i].From.Compare(on) <= 0 {
				holds = &prices[i] // days ascend
			}
		}
		q, err := list.Quote(on, l, l)
		if (err == nil) != (holds != nil) {
			t.Fatal(err, holds)
		}
		if err != nil {
			return
		}
		if q.Total != q.Lines[0].Amount+q.Lines[1].Amount || q.Lines[0].Amount != q.Lines[1].Amount {
			t.Fatal(q)
		}
		if off := q.Lines[0].Amount.Yuan().Sub(holds.Yuan.Mul(l.Qty)).Abs(); off.GreaterThan(decimal.New(5, -3)) {
			t.Fatalf("off by %s", off)
		}
	})
}

func TestPriceAndQuoteJSON(t *testing.T) {
	q, err := priceList(t).Quote(calendar.MustDate("2026-09-30"), line("drain", "1"), line("tile", "2.5"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(q)
	want := `{"on":"2026-09-30","lines":[{"item":"drain","amount":"80.00","qty":"1"},{"item":"tile","amount":"106.50","qty":"2.5"}],"total":"186.50"}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	var back Quote
	if err := json.Unmarshal(got, &back); err != nil || back.Total != q.Total || !back.Lines[1].Qty.Equal(q.Lines[1].Qty) {
		t.Error(back, err)
	}
	p := Price{Item: "tile", Name: "补瓷砖", Unit: "㎡", Yuan: decimal.RequireFromString("42.60"), From: calendar.MustDate("2026-01-01")}
	got, err = json.Marshal(p)
	if want := `{"item":"tile","name":"补瓷砖","unit":"㎡","from":"2026-01-01","yuan":"42.6"}`; err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	var p2 Price
	if err := json.Unmarshal(got, &p2); err != nil || !cmp.Equal(p, p2) {
		t.Error(p2, err)
	}
	if _, err := json.Marshal(Line{Item: "a", Qty: decimal.New(1, 2_000_000_000)}); err == nil {
		t.Error("a quantity of two billion digits was written out")
	}
}

// SP-2.3a: what the desk can take on is what has a price on the day.
func TestSP_2_3a(t *testing.T) {
	until := func(p Price, day string) Price { p.Until = calendar.MustDate(day); return p }
	list, err := NewPriceList(
		price("drain", "80", "2026-01-01"), price("drain", "85", "2026-10-01"), // raised
		until(price("heater", "120", "2026-01-01"), "2026-03-31"), price("heater", "130", "2026-11-01"), // in winter only
		until(price("tree", "60", "2026-12-10"), "2026-12-10"), // a single day
	)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ day, want string }{
		{"2025-12-31", ""}, {"2026-01-01", "drain 80, heater 120, "}, {"2026-03-31", "drain 80, heater 120, "}, {"2026-04-01", "drain 80, "},
		{"2026-09-30", "drain 80, "}, {"2026-10-01", "drain 85, "}, {"2026-11-01", "drain 85, heater 130, "},
		{"2026-12-09", "drain 85, heater 130, "}, {"2026-12-10", "drain 85, heater 130, tree 60, "}, {"2026-12-11", "drain 85, heater 130, "},
	} {
		got := ""
		for _, p := range list.On(calendar.MustDate(c.day)) {
			got += p.Item + " " + p.Yuan.String() + ", "
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.day, got, c.want)
		}
	}
	for _, c := range []struct{ day, item, code string }{
		{"2026-04-01", "heater", Expired}, {"2026-10-31", "heater", Expired}, {"2026-12-11", "tree", Expired}, {"2026-12-09", "tree", NotYet}, {"2026-12-10", "roof", Unknown},
	} {
		_, err := list.Quote(calendar.MustDate(c.day), line(c.item, "1"))
		if e, ok := errors.AsType[*InputError](err); !ok || e.Code != c.code || e.Field != "lines[0].item" || rule.Zh(err) == "" {
			t.Errorf("%s %s: %v, want %s", c.day, c.item, err, c.code)
		}
	}
	if (PriceList{}).On(calendar.MustDate("2026-01-01")) != nil {
		t.Error("the empty list has an item")
	}
}

// Two prices for one day are refused: from the same day, or a price with a last day reaching
// into the next one. Without a last day it gives way.
func TestTwoPricesForOneDay(t *testing.T) {
	for _, c := range []struct {
		from, until, next string
		ok                bool
	}{
		{"2026-01-01", "", "2026-01-01", false}, {"2026-01-01", "", "2026-01-02", true},
		{"2026-01-01", "2026-01-31", "2026-01-31", false}, {"2026-01-01", "2026-01-31", "2026-02-01", true}, {"2026-01-01", "2026-12-31", "2026-06-01", false},
	} {
		a, b := price("drain", "80", c.from), price("drain", "85", c.next)
		if c.until != "" {
			a.Until = calendar.MustDate(c.until)
		}
		for _, both := range [][]Price{{a, b}, {b, a}} {
			_, err := NewPriceList(append([]Price{price("a", "1", "2026-01-01")}, both...)...)
			field := "prices[2].item" // the second as written, or the one that begins within the other
			if both[0].From == b.From && a.From != b.From {
				field = "prices[1].item"
			}
			if e, refused := errors.AsType[*InputError](err); refused == c.ok || refused && (e.Code != Twice || e.Input != "drain "+c.next || e.Field != field) {
				t.Errorf("%+v: %v", c, err)
			}
		}
	}
}

// Materials are lines of their own, unless every service of the quote includes them.
func TestMaterials(t *testing.T) {
	of := func(item, yuan string, m Materials) Price {
		p := price(item, yuan, "2026-01-01")
		p.Materials = m
		return p
	}
	list, err := NewPriceList(of("drain", "80", Included), of("tile", "42.60", Extra), of("lamp", "30", ""), of("tile-60", "12.50", Material), of("glue", "8", Material))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ items, want string }{
		{"drain", "80.00"}, {"tile", "42.60"}, // the customer has tiles of his own
		{"tile tile-60 glue", "63.10"}, {"glue tile", "50.60"}, {"lamp glue", "38.00"}, {"drain tile glue", "130.60"},
		{"drain glue", "lines[1].item"}, {"glue drain drain tile-60", "lines[0].item"}, {"glue", "lines[0].item"},
	} {
		var lines []Line
		for _, item := range strings.Fields(c.items) {
			lines = append(lines, line(item, "1"))
		}
		q, err := list.Quote(calendar.MustDate("2026-10-01"), lines...)
		got := q.Total.String()
		if e, ok := errors.AsType[*InputError](err); ok && e.Code == NotExtra && rule.Zh(err) != "" {
			got = e.Field
		}
		if got != c.want {
			t.Errorf("%s: %s, %v; want %s", c.items, got, err, c.want)
		}
	}
	for _, m := range []Materials{Included, Extra, Material} {
		if !m.Valid() || m.Label() == "" {
			t.Error(m)
		}
	}
	for _, m := range []Materials{"", "none", "Extra"} {
		if m.Valid() || m.Label() != "" {
			t.Error(m)
		}
	}
}

// A line is never less than the item's minimum charge, and says when it is that.
func TestMinimum(t *testing.T) {
	p := price("clean", "6.50", "2026-01-01")
	p.Minimum = fen("50")
	list, err := NewPriceList(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		qty, want string
		minimum   bool
	}{{"1", "50.00", true}, {"7.6915", "50.00", true}, {"7.692", "50.00", false}, {"7.693", "50.00", false}, {"7.6931", "50.01", false}, {"0.0001", "50.00", true}, {"10", "65.00", false}} {
		q, err := list.Quote(calendar.MustDate("2026-10-01"), line("clean", c.qty), line("clean", c.qty))
		if err != nil || q.Lines[0].Amount.String() != c.want || q.Lines[1].Minimum != c.minimum || q.Total != q.Lines[0].Amount+q.Lines[1].Amount {
			t.Errorf("%s ㎡: %+v, %v; want %s", c.qty, q, err, c.want)
		}
	}
	p.Minimum = maxFen
	if list, err = NewPriceList(p); err != nil {
		t.Fatal(err)
	}
	_, err = list.Quote(calendar.MustDate("2026-10-01"), line("clean", "1"), line("clean", "1"))
	if e, ok := errors.AsType[*InputError](err); !ok || e.Code != OutOfRange {
		t.Error("a total of two minimums beyond MaxYuan", err)
	}
}

const writtenList = `[{"item":"drain","name":"疏通管道","unit":"次","materials":"included","minimum":"80.00","from":"2026-01-01","until":"2026-09-30","yuan":"80"},` +
	`{"item":"drain","from":"2026-10-01","yuan":"85.5"},{"item":"tile","unit":"㎡","materials":"extra","from":"2026-01-01","yuan":"42.6"}]`

func TestPriceListJSON(t *testing.T) {
	var list PriceList
	if err := json.Unmarshal([]byte(writtenList), &list); err != nil {
		t.Fatal(err)
	}
	if got, err := json.Marshal(list); err != nil || string(got) != writtenList {
		t.Errorf("%v\n%s", err, got)
	}
	if q, err := list.Quote(calendar.MustDate("2026-10-01"), line("tile", "2")); err != nil || q.Total != 8520 {
		t.Error(q, err)
	}
	if got, err := json.Marshal(PriceList{}); err != nil || string(got) != "[]" {
		t.Errorf("%s, %v", got, err)
	}
	was := list
	for _, c := range []struct{ in, code, field string }{
		{`{}`, Malformed, "prices"}, {`null`, Malformed, "prices"}, {`"x"`, Malformed, "prices"}, {`[null]`, Malformed, "prices[0]"}, {`[[]]`, Malformed, "prices[0]"},
		{`[{"item":"a","yuan":"1","from":"2026-01-01"},{"item":"b","price":"1"}]`, Malformed, "prices[1].price"},
		{`[{"Item":"a"}]`, Malformed, "prices[0].Item"}, {`[{"item":"a","item":"a"}]`, Malformed, "prices[0].item"}, {`[{"item":null}]`, Malformed, "prices[0].item"},
		{`[{"item":"a","yuan":80}]`, Malformed, "prices[0].yuan"}, {`[{"item":"a","yuan":""}]`, Malformed, "prices[0].yuan"}, {`[{"item":"a","yuan":"1e100000000"}]`, Malformed, "prices[0].yuan"},
		{`[{"item":"a","yuan":"+1"}]`, Malformed, "prices[0].yuan"}, {`[{"item":"a","yuan":"05"}]`, Malformed, "prices[0].yuan"}, {`[{"item":"a","yuan":"00.5"}]`, Malformed, "prices[0].yuan"}, {`[{"item":"a","yuan":"1."}]`, Malformed, "prices[0].yuan"}, {`[{"item":"a","yuan":".5"}]`, Malformed, "prices[0].yuan"},
		{`[{"item":"a","yuan":"1_0"}]`, Malformed, "prices[0].yuan"}, {`[{"item":"a","yuan":"1.2.3"}]`, Malformed, "prices[0].yuan"}, {`[{"item":"a","yuan":"NaN"}]`, Malformed, "prices[0].yuan"},
		{`[{"item":"a","yuan":"` + strings.Repeat("1", 65) + `"}]`, Malformed, "prices[0].yuan"}, {`[{"item":"a","minimum":"1.005"}]`, Malformed, "prices[0].minimum"}, {`[{"item":"a","from":"2026-02-30"}]`, Malformed, "prices[0].from"},
		// Read, and refused as by NewPriceList.
		{`[{"item":"a","yuan":"-1","from":"2026-01-01"}]`, OutOfRange, "prices[0].yuan"}, {`[{"item":"a","yuan":"1000000000000000000","from":"2026-01-01"}]`, OutOfRange, "prices[0].yuan"}, {`[{"item":"a","from":"2026-01-01"}]`, OutOfRange, "prices[0].yuan"},
		{`[{"item":"a","yuan":"1"}]`, Missing, "prices[0].from"}, {`[{"yuan":"1","from":"2026-01-01"}]`, Missing, "prices[0].item"},
		{`[{"item":"a","yuan":"1","from":"2026-01-01","until":"2025-12-31"}]`, OutOfRange, "prices[0].until"}, {`[{"item":"a","yuan":"1","from":"2026-01-01","minimum":"-0.01"}]`, OutOfRange, "prices[0].minimum"},
		{`[{"item":"a","yuan":"1","from":"2026-01-01","materials":"none"}]`, Malformed, "prices[0].materials"},
		{`[{"item":"a","yuan":"1","from":"2026-01-01"},{"item":"a","yuan":"2","from":"2026-01-01"}]`, Twice, "prices[1].item"},
	} {
		err := json.Unmarshal([]byte(c.in), &list)
		e, ok := errors.AsType[*InputError](err)
		if !ok || e.Code != c.code || e.Field != c.field || e.Clause != "SP-2.4.2d" || rule.Zh(err) == "" {
			t.Errorf("%.60s: %v, want %s %s", c.in, err, c.code, c.field)
		}
	}
	if diff := cmp.Diff(was, list, cmp.AllowUnexported(PriceList{})); diff != "" {
		t.Error("a list that is refused changed the old one", diff)
	}
	if err := json.Unmarshal([]byte(`{"item":"a","colour":"red"}`), new(Price)); err == nil || err.(*InputError).Field != "colour" {
		t.Error(err)
	}
}

// Of any prices, the list on a day has each item once at most, quotes exactly those, and
// reads back from JSON as it was.
func TestPriceListProperty(t *testing.T) {
	first := calendar.MustDate("2026-01-01")
	rapid.Check(t, func(t *rapid.T) {
		var prices []Price
		for range rapid.IntRange(0, 6).Draw(t, "prices") {
			p := Price{Item: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "item"), Yuan: decimal.New(rapid.Int64Range(1, 1e6).Draw(t, "yuan"), rapid.Int32Range(-4, 0).Draw(t, "exp")), From: first.AddDays(rapid.IntRange(0, 20).Draw(t, "from"))}
			if rapid.Bool().Draw(t, "ends") {
				p.Until = p.From.AddDays(rapid.IntRange(0, 5).Draw(t, "days"))
			}
			p.Minimum = Fen(rapid.SampledFrom([]int{0, 0, 5000}).Draw(t, "minimum"))
			p.Materials = rapid.SampledFrom([]Materials{"", Included, Extra}).Draw(t, "materials")
			prices = append(prices, p)
		}
		// Day by day, by hand: a price holds if no other of its item began later; two that
		// began together, or one with a last day under another, are two for one day.
		holds := func(item string, day calendar.Date) (in []Price) {
			for _, p := range prices {
				later := false
				for _, o := range prices {
					later = later || o.Item == p.Item && o.From.Compare(p.From) > 0 && o.From.Compare(day) <= 0
				}
				if p.Item == item && p.From.Compare(day) <= 0 && (p.Until == calendar.Date{} && !later || p.Until.Compare(day) >= 0) {
					in = append(in, p)
				}
			}
			return in
		}
		twice := false
		for d := range 30 {
			for _, item := range []string{"a", "b", "c"} {
				twice = twice || len(holds(item, first.AddDays(d))) > 1
			}
		}
		list, err := NewPriceList(prices...)
		if (err != nil) != twice {
			t.Fatalf("%v, by hand %v", err, twice)
		}
		if twice {
			return
		}
		var back PriceList
		if b, err := json.Marshal(list); err != nil || json.Unmarshal(b, &back) != nil || !cmp.Equal(list, back, cmp.AllowUnexported(PriceList{})) {
			t.Fatalf("%s, %v", b, err)
		}
		day := first.AddDays(rapid.IntRange(-1, 30).Draw(t, "day"))
		on := list.On(day)
		n := 0
		for _, item := range []string{"a", "b", "c"} {
			want := holds(item, day)
			q, err := list.Quote(day, line(item, "1"))
			if len(want) == 0 {
				if err == nil {
					t.Fatalf("%s was quoted on %s", item, day)
				}
				continue
			}
			amount, _ := FenOf(want[0].Yuan)
			if err != nil || q.Total != max(amount, want[0].Minimum) || !cmp.Equal(on[n], want[0]) {
				t.Fatalf("%s on %s: %v, %v, %v", item, day, q, err, on)
			}
			n++
		}
		if n != len(on) {
			t.Fatalf("%d items by hand, %v", n, on)
		}
	})
}

// Whatever is read as a list is written as one that is read as the same.
func FuzzPriceList(f *testing.F) {
	f.Add([]byte(writtenList))
	f.Add([]byte(`[]`))
	f.Add([]byte(`[{"item":"a","yuan":"0.00000000000000000000000000000000000000000000000000001","from":"0001-01-01"}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var list, back PriceList
		if err := json.Unmarshal(b, &list); err != nil {
			if err.Error() == "" {
				t.Error("no message")
			}
			return
		}
		again, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(again, &back); err != nil || !cmp.Equal(list, back, cmp.AllowUnexported(PriceList{})) {
			t.Errorf("%s: %v: %s", b, err, again)
		}
	})
}
