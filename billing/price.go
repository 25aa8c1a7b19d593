package billing

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"example.com/wuye/calendar"
	"github.com/shopspring/decimal"
)

// A Price is what one unit of an item costs from a day on: to its last day, if it has one,
// else until a later Price of the same item takes over.
type Price struct {
	Item      string          `json:"item"`          // the site's code, a number as those of an Entry
	Name      string          `json:"name,omitzero"` // 疏通管道
	Unit      string          `json:"unit,omitzero"` // 次, ㎡, 小时
	Yuan      decimal.Decimal `json:"yuan"`          // above 0, at most MaxYuan; parts of a fen are allowed
	Materials Materials       `json:"materials,omitzero"`
	Minimum   Fen             `json:"minimum,omitzero"` // 起步价: the least that a line of it comes to; zero: none
	From      calendar.Date   `json:"from"`
	Until     calendar.Date   `json:"until,omitzero"` // its last day; zero: until the next price
}

// Materials says whether the price of an item includes the materials, or that the item is
// one. Codes are for ever; a label is for people and is never parsed.
type Materials string

// Of an item without any of these nothing is said, and materials may stand beside it.
const (
	Included Materials = "included" // 包料
	Extra    Materials = "extra"    // 材料另计: as lines of their own
	Material Materials = "material" // the item is material, sold with services that do not include it
)

// Valid reports whether m is one of the constants.
func (m Materials) Valid() bool { return m.Label() != "" }

// Label is the code in Chinese, "" for an unknown one.
func (m Materials) Label() string {
	switch m {
	case Included:
		return "包料"
	case Extra:
		return "材料另计"
	case Material:
		return "材料"
	}
	return ""
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

// UnmarshalJSON reads one price strictly: the fields of [Price] in their exact spelling, each
// at most once, no null, amounts as strings, yuan in digits without a superfluous zero in
// front, at most 64 of them and no exponent. Anything else is an *InputError with the path,
// "$" where it is no such object at all.
func (p *Price) UnmarshalJSON(b []byte) error {
	var out Price
	var yuan exact
	path, ok := object(b, map[string]any{
		"item": &out.Item, "name": &out.Name, "unit": &out.Unit, "yuan": &yuan, "materials": &out.Materials,
		"minimum": &out.Minimum, "from": &out.From, "until": &out.Until,
	})
	if !ok {
		return &InputError{Code: Malformed, Field: clip(path), Clause: "SP-2.4.2d"}
	}
	out.Yuan = yuan.d
	*p = out
	return nil
}

// exact is a decimal whose JSON is a string of digits, with a point and a minus where they
// are needed; one that no list or quote takes has none.
type exact struct{ d decimal.Decimal }

func (x exact) MarshalText() ([]byte, error) {
	d, ok := settle(x.d)
	if !ok {
		return nil, &InputError{Code: OutOfRange, Field: "decimal", Input: show(x.d), Clause: "SP-2.4.2d"}
	}
	return []byte(d.String()), nil
}

func (x *exact) UnmarshalText(text []byte) error {
	whole, part, point := strings.Cut(strings.TrimPrefix(string(text), "-"), ".")
	digits := whole + part
	if whole == "" || len(whole) > 1 && whole[0] == '0' || point && part == "" || len(text) > maxID || strings.Trim(digits, "0123456789") != "" {
		return &InputError{Code: Malformed, Field: "decimal", Input: clip(string(text)), Clause: "SP-2.4.2d"}
	}
	d, err := decimal.NewFromString(string(text))
	x.d = d
	return err
}

// A PriceList is the 价目表 of SP-2.3a and SP-2.4.2d: the prices of special services, with
// the days on which they hold. It never changes; the zero list has no item. In JSON it is an
// array of prices, by item and day; read back, it is checked as [NewPriceList] does.
type PriceList struct{ prices []Price } // by item, then by day

// NewPriceList checks the prices and keeps a copy. It refuses, as *InputError, a price
// without item or day, one that is nothing (as is all below 10^-602), negative or above
// MaxYuan, a negative minimum, an unknown code, a text that is not UTF-8, a last day before
// the first, and two prices of one item for the same day. It implements SP-2.4.2d.
func NewPriceList(p ...Price) (PriceList, error) {
	list := append([]Price(nil), p...) // nil for none: such a list is the zero list
	for i, p := range list {
		refuse := func(code, field, input string) (PriceList, error) {
			return PriceList{}, &InputError{Code: code, Field: fmt.Sprintf("prices[%d].%s", i, field), Input: clip(input), Clause: "SP-2.4.2d"}
		}
		yuan, ok := settle(p.Yuan)
		switch {
		case p.Item == "":
			return refuse(Missing, "item", p.Name)
		case unfit(p.Item):
			return refuse(Malformed, "item", p.Item)
		case !utf8.ValidString(p.Name):
			return refuse(Malformed, "name", p.Name)
		case !utf8.ValidString(p.Unit):
			return refuse(Malformed, "unit", p.Unit)
		case p.From == calendar.Date{}:
			return refuse(Missing, "from", p.Item)
		case p.Until != calendar.Date{} && p.Until.Compare(p.From) < 0:
			return refuse(OutOfRange, "until", p.Until.String())
		case !ok || !positive(yuan):
			return refuse(OutOfRange, "yuan", show(p.Yuan))
		case p.Minimum < 0 || p.Minimum > maxFen:
			return refuse(OutOfRange, "minimum", p.Minimum.String())
		case p.Materials != "" && !p.Materials.Valid():
			return refuse(Malformed, "materials", string(p.Materials))
		}
	}
	slices.SortStableFunc(list, func(a, b Price) int {
		return cmp.Or(cmp.Compare(a.Item, b.Item), a.From.Compare(b.From))
	})
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if a.Item == b.Item && (a.From == b.From || a.Until.Compare(b.From) >= 0) { // no last day is the zero Date, before all
			is := func(o Price) bool { return o.Item == b.Item && o.From == b.From }
			at := slices.IndexFunc(p, is)
			if a.From == b.From {
				at += 1 + slices.IndexFunc(p[at+1:], is) // the second of the two, as they were given
			}
			return PriceList{}, &InputError{Code: Twice, Field: fmt.Sprintf("prices[%d].item", at), Input: b.Item + " " + b.From.String(), Clause: "SP-2.4.2d"}
		}
	}
	return PriceList{list}, nil
}

// On are the prices in force on a day, by item: the list as it hangs at the desk. It
// implements SP-2.3a as far as prices decide what can be taken on.
func (l PriceList) On(day calendar.Date) []Price {
	var out []Price
	for i, p := range l.prices {
		next := i+1 < len(l.prices) && l.prices[i+1].Item == p.Item && l.prices[i+1].From.Compare(day) <= 0
		if p.From.Compare(day) <= 0 && !next && !p.ended(day) {
			out = append(out, p)
		}
	}
	return out
}

// ended reports whether the price's last day was before the day.
func (p Price) ended(day calendar.Date) bool {
	return p.Until != calendar.Date{} && p.Until.Compare(day) < 0
}

// MarshalJSON writes the prices as an array.
func (l PriceList) MarshalJSON() ([]byte, error) {
	return json.Marshal(append([]Price{}, l.prices...))
}

// UnmarshalJSON reads what MarshalJSON writes, in any order, and refuses what NewPriceList
// refuses, as *InputError with the path.
func (l *PriceList) UnmarshalJSON(b []byte) error {
	var raw []json.RawMessage
	if json.Unmarshal(b, &raw) != nil || raw == nil {
		return &InputError{Code: Malformed, Field: "prices", Clause: "SP-2.4.2d"}
	}
	prices := make([]Price, len(raw))
	for i, r := range raw {
		if err := prices[i].UnmarshalJSON(r); err != nil {
			e := err.(*InputError)
			e.Field = strings.TrimSuffix(fmt.Sprintf("prices[%d].%s", i, e.Field), ".$")
			return e
		}
	}
	list, err := NewPriceList(prices...)
	if err != nil {
		return err
	}
	*l = list
	return nil
}

// positive reports whether a settled price or quantity is above nothing and at most MaxYuan.
func positive(d decimal.Decimal) bool {
	return d.Sign() > 0 && d.Cmp(decimal.New(MaxYuan, 0)) <= 0
}

// A Line is one item of a quote.
type Line struct {
	Item string          `json:"item"`
	Qty  decimal.Decimal `json:"qty"` // in the item's unit, above 0

	// Filled in by Quote; what is given is ignored.
	Amount  Fen  `json:"amount,omitzero"`
	Minimum bool `json:"minimum,omitzero"` // Amount is the item's minimum charge, and more than price times quantity, rounded to the fen
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
// quantity, is rounded to the fen once, half up, and is at least the item's minimum charge;
// the total is the sum of the rounded lines, so that the parts on the bill make the whole.
// Materials are lines of their own, if the price of a service in the quote does not include
// them.
//
// It refuses, as *InputError: no day or no line, an item that the list does not have
// (Unknown), not yet on that day (NotYet) or no longer (Expired), materials where every
// service includes them or there is none (NotExtra), a quantity that is nothing (as is all
// below 10^-602), negative or above MaxYuan, a line or total above MaxYuan. A total of 0.00 is
// an answer, but no fee: the money log takes no Quoted or Charged row of nothing. It
// implements SP-2.4.2d.
func (l PriceList) Quote(on calendar.Date, lines ...Line) (Quote, error) {
	refuse := func(code, field, input string) (Quote, error) {
		return Quote{}, &InputError{Code: code, Field: field, Input: clip(input), Clause: "SP-2.4.2d"}
	}
	if on == (calendar.Date{}) {
		return refuse(Missing, "on", "")
	}
	if len(lines) == 0 {
		return refuse(Missing, "lines", "")
	}
	q := Quote{On: on, Lines: slices.Clone(lines)}
	material, extra := -1, false // the first line of materials; whether a service may have them
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
			return refuse(code, field+"item", line.Item)
		}
		p := l.prices[n-1]
		if p.ended(on) {
			return refuse(Expired, field+"item", line.Item)
		}
		switch p.Materials {
		case Material:
			if material < 0 {
				material = i
			}
		case Included:
		default:
			extra = true
		}
		qty, ok := settle(line.Qty)
		if !ok || !positive(qty) {
			return refuse(OutOfRange, field+"qty", show(line.Qty))
		}
		amount, err := FenOf(p.Yuan.Mul(qty))
		line.Minimum = amount < p.Minimum
		line.Amount = max(amount, p.Minimum)
		if err != nil || q.Total > maxFen-line.Amount {
			return refuse(OutOfRange, field+"qty", show(line.Qty))
		}
		q.Total += line.Amount
	}
	if material >= 0 && !extra {
		return refuse(NotExtra, fmt.Sprintf("lines[%d].item", material), lines[material].Item)
	}
	return q, nil
}
