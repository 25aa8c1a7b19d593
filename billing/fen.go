package billing

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"example.com/wuye/rule"
	"github.com/shopspring/decimal"
)

// Fen is an amount of money in fen, a hundredth of a yuan: exact, comparable, added with +.
// Prices and quantities are decimals; what is charged is Fen.
//
// In JSON it is a string with two places, "186.50", and nothing else is read back: a JSON
// number would pass through somebody's floating point. In a database it is an integer
// column of fen (see [Fen.Scan]). On paper it stands in figures ([Fen.String], read back by
// [Fen.UnmarshalText]) and in capital numerals ([Fen.Capital], read back by [ParseCapital]).
type Fen int64

// MaxYuan is the largest amount, price and quantity that is taken, in either direction:
// a thousand times the country's yearly product is a slip of the pen.
const MaxYuan = 1_000_000_000_000_000

const maxFen Fen = MaxYuan * 100

// maxBits bounds the coefficient of a decimal before anything is done with it; 616 digits always fit.
const maxBits = 2048

// FenOf rounds an amount in yuan to the fen, once, half up; a debit mirrors the credit, so
// -0.005 is -0.01. An amount beyond ±MaxYuan, or with a coefficient of more than 2,048 bits (616
// digits always fit), is an *InputError. It takes decimals of any exponent: the size is judged
// before the arithmetic.
func FenOf(yuan decimal.Decimal) (Fen, error) {
	d, ok := settle(yuan)
	if !ok || d.Abs().Cmp(decimal.New(MaxYuan, 0)) > 0 {
		return 0, &InputError{Code: OutOfRange, Field: "yuan", Input: show(yuan), Clause: "SP-2.4.2d"}
	}
	return Fen(d.Round(2).Shift(2).IntPart()), nil
}

// settle makes a decimal safe to calculate with, or says that it is too large. A value
// nearer to nothing than 10^-602 becomes zero: no product with a price or quantity we take
// could bring it back to a fen.
func settle(d decimal.Decimal) (decimal.Decimal, bool) {
	coefficient := d.Coefficient()
	bits := coefficient.BitLen()
	if bits == 0 {
		return decimal.Decimal{}, true
	}
	if bits > maxBits {
		return d, false
	}
	// 2^(bits-1) ≤ |coefficient| < 2^bits, and a bit is 0.30103 of a digit.
	least := int64(bits-1)*30103/100000 + int64(d.Exponent())
	most := int64(bits)*30103/100000 + 1 + int64(d.Exponent())
	switch {
	case least > 16:
		return d, false
	case most < -600:
		return decimal.Decimal{}, true
	}
	return d, true
}

// show writes a decimal for an error message, however large its exponent.
func show(d decimal.Decimal) string {
	if d.Coefficient().BitLen() > 256 {
		return fmt.Sprintf("a number of more than 77 digits, times 10^%d", d.Exponent())
	}
	if d.Exponent() < -40 || d.Exponent() > 40 {
		return fmt.Sprintf("%se%d", d.Coefficient(), d.Exponent())
	}
	return d.String()
}

// Yuan is the amount in yuan, with two places.
func (f Fen) Yuan() decimal.Decimal { return decimal.New(int64(f), -2) }

// split is the sign and the whole yuan and fen of the amount; it holds for every int64.
func (f Fen) split() (negative bool, yuan, fen uint64) {
	n := uint64(f)
	if f < 0 {
		n = -n
	}
	return f < 0, n / 100, n % 100
}

// String is the amount in yuan with two places: "186.50", "-0.05".
func (f Fen) String() string {
	negative, yuan, fen := f.split()
	b := make([]byte, 0, 24)
	if negative {
		b = append(b, '-')
	}
	b = strconv.AppendUint(b, yuan, 10)
	return string(append(b, '.', byte('0'+fen/10), byte('0'+fen%10)))
}

// MarshalText writes String, so that JSON holds a string and never a float.
func (f Fen) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads exactly what MarshalText writes: two places, no sign but a minus, no
// superfluous zero. Anything else, and an amount beyond ±MaxYuan, is an *InputError.
func (f *Fen) UnmarshalText(text []byte) error {
	s := string(text)
	n, err := strconv.ParseInt(strings.Replace(s, ".", "", 1), 10, 64)
	if err != nil || Fen(n).String() != s || Fen(n) > maxFen || Fen(n) < -maxFen {
		return &InputError{Code: Malformed, Field: "amount", Input: clip(s), Clause: "SP-2.4.2d"}
	}
	*f = Fen(n)
	return nil
}

// Scan reads a database column: an integer, or its digits as some drivers give them, is
// fen; text with two places, as of a numeric(15,2) column, is yuan. A float, a NULL and
// anything else is an *InputError. Writing needs no method: database/sql stores the integer.
func (f *Fen) Scan(src any) error {
	var s string
	switch v := src.(type) {
	case int64:
		s = strconv.FormatInt(v, 10)
	case []byte:
		s = string(v)
	case string:
		s = v
	default:
		return &InputError{Code: Malformed, Field: "amount", Input: fmt.Sprintf("%T", src), Clause: "SP-2.4.2d"}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil && strconv.FormatInt(n, 10) == s && n != math.MinInt64 {
		s = Fen(n).String()
	}
	return f.UnmarshalText([]byte(s))
}

// Codes of an [InputError].
const (
	Missing    = "missing"      // not given
	Malformed  = "malformed"    // not in the form it must have
	OutOfRange = "out_of_range" // negative, nothing, or beyond MaxYuan
	Twice      = "twice"        // two prices of an item for the same day
	Unknown    = "unknown"      // no such item
	NotYet     = "not_yet"      // no price of the item yet on that day
	Expired    = "expired"      // no price of the item any more on that day
	NotExtra   = "not_extra"    // materials, where no service of the quote charges them extra
)

// An InputError is an argument that is refused: a price, a quote, an amount, the bounds of
// a close. What a row of the money log does wrong is a [Refusal].
type InputError struct {
	Code   string // one of the constants above
	Field  string // "qty"; of a list, with the place: "lines[2].qty"
	Input  string // as it was given, shortened if long
	Clause rule.ID
}

var inputZh = map[string]string{
	Missing: "未填", Malformed: "格式不对", OutOfRange: "超出允许范围",
	Twice: "重复", Unknown: "价目表中没有", NotYet: "当日尚无价格", Expired: "当日已停用", NotExtra: "是材料，而所报服务没有材料另计的",
}

func (e *InputError) Error() string {
	s := "billing: " + e.Field + ": " + strings.ReplaceAll(e.Code, "_", " ")
	if e.Input != "" {
		s += ": " + strconv.Quote(e.Input)
	}
	return s + " (" + string(e.Clause) + ")"
}

// Zh says the same to people.
func (e *InputError) Zh() string {
	s := e.Field + inputZh[e.Code]
	if e.Input != "" {
		s += "：" + plain(e.Input)
	}
	return s + "（" + string(e.Clause) + "）"
}

// plain is a text as people may be shown it: shortened if long, escaped if it cannot be seen.
func plain(s string) string {
	s = clip(s)
	if utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl) {
		return s
	}
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}

// clip shortens what a message quotes.
func clip(s string) string {
	if len(s) > 80 {
		return strings.ToValidUTF8(s[:80], "") + "…"
	}
	return s
}
