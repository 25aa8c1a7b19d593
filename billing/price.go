package billing

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"example.com/wuye/calendar"
	"github.com/shopspring/decimal"
)

// A Price is what one unit of an item costs from a day on, until a later Price of the same
// item takes over.
type Price struct {
	Item string          `json:"item"`          // the site's code, at most 64 bytes
	Name string          `json:"name,omitzero"` // 疏通管道
	Unit string          `json:"unit,omitzero"` // 次, ㎡, 小时
	Yuan decimal.Decimal `json:"yuan"`          // above 0, at most MaxYuan; parts of a fen are allowed
	From calendar.Date   `json:"from"`
}

// MarshalJSON writes the price as a string, whatever the global setting of the decimal
// package says.
func (p Price) MarshalJSON() ([]byte, error) {
	type plain Price
	return json.Marshal(struct {
		plain
		Yuan exact `json:"yuan"`
	}{plain(p), exact{p.Yuan}})
}

// exact is a decimal whose JSON is a string; one that no list or quote takes has none.
type exact struct{ d decimal.Decimal }

func (x exact) MarshalText() ([]byte, error) {
	d, ok := settle(x.d)
	if !ok {
		return nil, &InputError{Code: OutOfRange, Field: "decimal", Input: show(x.d), Clause: "SP-2.4.2d"}
	}
	return []byte(d.String()), nil
}

// A PriceList is the 价目表 of SP-2.3a and SP-2.4.2d: the prices of special services, with
// the days from which they hold. It never changes; the zero list has no item.
type PriceList struct{ prices []Price } // by item, then by day

// NewPriceList checks the prices and keeps a copy. It refuses, as *InputError, a price
// without item or day, one that is nothing, negative or above MaxYuan, and two prices of
// one item from the same day. It implements SP-2.4.2d.
func NewPriceList(p ...Price) (PriceList, error) {
	list := slices.Clone(p)
	for i, p := range list {
		refuse := func(code, field, input string) (PriceList, error) {
			return PriceList{}, &InputError{Code: code, Field: fmt.Sprintf("prices[%d].%s", i, field), Input: input, Clause: "SP-2.4.2d"}
		}
		yuan, ok := settle(p.Yuan)
		switch {
		case p.Item == "":
			return refuse(Missing, "item", p.Name)
		case len(p.Item) > maxID:
			return refuse(Malformed, "item", clip(p.Item))
		case p.From == calendar.Date{}:
			return refuse(Missing, "from", p.Item)
		case !ok || !positive(yuan):
			return refuse(OutOfRange, "yuan", show(p.Yuan))
		}
	}
	slices.SortStableFunc(list, func(a, b Price) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), a.From.Compare(b.From))
	})
	for i := 1; i < len(list); i++ {
		if list[i-1].Item == list[i].Item && list[i-1].From == list[i].From {
			return PriceList{}, &InputError{Code: Twice, Field: "prices.item", Input: list[i].Item + " " + list[i].From.String(), Clause: "SP-2.4.2d"}
		}
	}
	return PriceList{list}, nil
}

// positive reports whether a settled price or quantity is above nothing and at most MaxYuan.
func positive(d decimal.Decimal) bool {
	return d.Sign() > 0 && d.Cmp(decimal.New(MaxYuan, 0)) <= 0
}

// A Line is one item of a quote.
type Line struct {
	Item   string          `json:"item"`
	Qty    decimal.Decimal `json:"qty"`             // in the item's unit, above 0
	Amount Fen             `json:"amount,omitzero"` // filled in by Quote; what is given is ignored
}

// MarshalJSON writes the quantity as a string, whatever the global setting of the decimal
// package says.
func (l Line) MarshalJSON() ([]byte, error) {
	type plain Line
	return json.Marshal(struct {
		plain
		Qty exact `json:"qty"`
	}{plain(l), exact{l.Qty}})
}

// A Quote is what the worker tells the customer before he starts: Total is the sum of the
// lines as printed, to the fen.
type Quote struct {
	On    calendar.Date `json:"on"`
	Lines []Line        `json:"lines"`
	Total Fen           `json:"total"`
}

// Quote prices the lines by the list as it stands on a day. Each line, price times
// quantity, is rounded to the fen once, half up; the total is the sum of the rounded lines,
// so that the parts on the bill make the whole.
//
// It refuses, as *InputError: no day or no line, an item that the list does not have
// (Unknown) or not yet on that day (NotYet), a quantity that is nothing, negative or above
// MaxYuan, a line or total above MaxYuan. It implements SP-2.4.2d.
func (l PriceList) Quote(on calendar.Date, lines ...Line) (Quote, error) {
	refuse := func(code, field, input string) (Quote, error) {
		return Quote{}, &InputError{Code: code, Field: field, Input: input, Clause: "SP-2.4.2d"}
	}
	if on == (calendar.Date{}) {
		return refuse(Missing, "on", "")
	}
	if len(lines) == 0 {
		return refuse(Missing, "lines", "")
	}
	q := Quote{On: on, Lines: slices.Clone(lines)}
	for i := range q.Lines {
		line := &q.Lines[i]
		field := fmt.Sprintf("lines[%d].", i)
		// The first price after those of that item up to that day; the one before it holds.
		n, _ := slices.BinarySearchFunc(l.prices, line.Item, func(p Price, item string) int {
			if c := cmp.Compare(p.Item, item); c != 0 {
				return c
			}
			if p.From.Compare(on) <= 0 {
				return -1
			}
			return 1
		})
		if n == 0 || l.prices[n-1].Item != line.Item {
			code := Unknown
			if n < len(l.prices) && l.prices[n].Item == line.Item {
				code = NotYet
			}
			return refuse(code, field+"item", clip(line.Item))
		}
		qty, ok := settle(line.Qty)
		if !ok || !positive(qty) {
			return refuse(OutOfRange, field+"qty", show(line.Qty))
		}
		amount, err := FenOf(l.prices[n-1].Yuan.Mul(qty))
		if err != nil || q.Total > maxFen-amount {
			return refuse(OutOfRange, field+"qty", show(line.Qty))
		}
		line.Amount = amount
		q.Total += amount
	}
	return q, nil
}
