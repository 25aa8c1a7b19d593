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
