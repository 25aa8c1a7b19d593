package billing

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

// number is a decimal written as a number and an exponent of any size: the decimal package
// itself reads exponents up to 10,000 only, but a caller can build one.
func number(s string) decimal.Decimal {
	base, exp, ok := strings.Cut(s, "e")
	d := decimal.RequireFromString(base)
	if !ok {
		return d
	}
	n, err := strconv.ParseInt(exp, 10, 32)
	if err != nil {
		panic(err)
	}
	return decimal.NewFromBigInt(d.Coefficient(), int32(n)+d.Exponent())
}

func TestFenOf(t *testing.T) {
	for _, c := range []struct {
		yuan string
		want Fen
		ok   bool
	}{
		{"0", 0, true}, {"186.5", 18650, true}, {"0.004", 0, true}, {"0.005", 1, true}, {"0.0049999999999999999999", 0, true},
		{"1.005", 101, true}, {"1.015", 102, true}, {"-0.005", -1, true}, {"-0.0049", 0, true}, {"-1.005", -101, true},
		{"1e3", 100000, true}, {"1e15", 1e17, true}, {"-1e15", -1e17, true}, {"1000000000000000.01", 0, false},
		{"1000000000000000.001", 0, false}, {"-1000000000000000.001", 0, false}, {"999999999999999.994", 99999999999999999, true},
		{"999999999999999.995", 1e17, true}, {"1e16", 0, false}, {"1e17", 0, false}, {"92233720368547758.08", 0, false},
		{"1e2147483647", 0, false}, {"-1e2147483647", 0, false}, {"0e2147483647", 0, true}, {"1e-2147483648", 0, true}, {"-1e-2147483648", 0, true},
		{"0." + strings.Repeat("3", 500), 33, true}, {"0." + strings.Repeat("3", 1000), 0, false},
		{"1" + strings.Repeat("0", 300) + "e-300", 100, true}, {"5e-3", 1, true}, {"49999e-7", 0, true},
	} {
		got, err := FenOf(number(c.yuan))
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("FenOf(%s) = %d, %v; want %d, %v", clip(c.yuan), got, err, c.want, c.ok)
		}
		if err != nil && (len(err.Error()) > 300 || err.(*InputError).Code != OutOfRange) {
			t.Errorf("FenOf(%s): %v", clip(c.yuan), err)
		}
	}
	if f, err := FenOf(decimal.Decimal{}); f != 0 || err != nil {
		t.Error("the zero decimal is 0.00")
	}
}

func TestFenOfIsHalfUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(-1e15, 1e15).Draw(t, "n")
		exp := rapid.Int32Range(-9, 0).Draw(t, "exp")
		got, err := FenOf(decimal.New(n, exp))
		// By hand: in units of 10^exp a fen is unit; add half a unit to the size, cut off.
		size, unit := n, int64(1)
		if size < 0 {
			size = -size
		}
		for range max(0, -exp-2) {
			unit *= 10
		}
		for range max(0, exp+2) {
			size *= 10
		}
		want := Fen((size + unit/2) / unit)
		if n < 0 {
			want = -want
		}
		if err != nil || got != want {
			t.Fatalf("%de%d: got %d, %v; want %d", n, exp, got, err, want)
		}
		if !got.Yuan().Equal(decimal.New(int64(got), -2)) || got.Yuan().StringFixed(2) != got.String() {
			t.Fatalf("%d prints as %s", got, got)
		}
	})
}

func TestCapital(t *testing.T) {
	for _, c := range []struct{ yuan, want string }{
		{"186.50", "壹佰捌拾陆元伍角"}, {"0.00", "零元整"}, {"1.00", "壹元整"}, {"10.00", "壹拾元整"}, {"15.00", "壹拾伍元整"},
		{"100.00", "壹佰元整"}, {"101.00", "壹佰零壹元整"}, {"110.00", "壹佰壹拾元整"}, {"1000.00", "壹仟元整"}, {"1001.05", "壹仟零壹元零伍分"},
		{"0.01", "壹分"}, {"0.10", "壹角"}, {"0.11", "壹角壹分"}, {"123.45", "壹佰贰拾叁元肆角伍分"}, {"1050.00", "壹仟零伍拾元整"},
		// The examples of the People's Bank's rules; of two that it allows, the shorter.
		{"1409.50", "壹仟肆佰零玖元伍角"}, {"6007.14", "陆仟零柒元壹角肆分"}, {"1680.32", "壹仟陆佰捌拾元叁角贰分"},
		{"107000.53", "壹拾万柒仟元伍角叁分"}, {"16409.02", "壹万陆仟肆佰零玖元零贰分"}, {"325.04", "叁佰贰拾伍元零肆分"},
		{"10000.00", "壹万元整"}, {"10001.00", "壹万零壹元整"}, {"10500.00", "壹万零伍佰元整"}, {"15000.00", "壹万伍仟元整"}, {"100000.00", "壹拾万元整"},
		{"1000000.01", "壹佰万元零壹分"}, {"10001000.00", "壹仟万壹仟元整"}, {"10010000.00", "壹仟零壹万元整"}, {"100000000.00", "壹亿元整"},
		{"100000001.00", "壹亿零壹元整"}, {"100010000.00", "壹亿零壹万元整"}, {"100005000.00", "壹亿零伍仟元整"}, {"150000000.00", "壹亿伍仟万元整"},
		{"1000000000000.00", "壹万亿元整"}, {"1000100000000.00", "壹万零壹亿元整"}, {"1000000000000000.00", "壹仟万亿元整"},
		{"-186.50", "负壹佰捌拾陆元伍角"}, {"-0.05", "负伍分"},
	} {
		f, err := FenOf(decimal.RequireFromString(c.yuan))
		if err != nil || f.Capital() != c.want || f.String() != c.yuan {
			t.Errorf("%s: %s, %s, %v; want %s", c.yuan, f, f.Capital(), err, c.want)
		}
	}
	if got := Fen(math.MinInt64).String() + Fen(math.MinInt64).Capital(); got != "-92233720368547758.08"+"负玖亿贰仟贰佰叁拾叁万柒仟贰佰零叁亿陆仟捌佰伍拾肆万柒仟柒佰伍拾捌元零捌分" {
		t.Error(got)
	}
}

// slowCapital writes every digit with its unit, zeros too, and then strikes out what the
// rules strike out, as bookkeeping programs have always done it.
func slowCapital(f Fen) string {
	s := strings.TrimPrefix(f.String(), "-")
	whole, part, _ := strings.Cut(s, ".")
	units := []string{"元", "拾", "佰", "仟", "万", "拾", "佰", "仟", "亿", "拾", "佰", "仟", "万", "拾", "佰", "仟", "亿"}
	var out strings.Builder
	for i, d := range whole {
		out.WriteString(numerals[d-'0'] + units[len(whole)-1-i])
	}
	r := out.String()
	for _, u := range []string{"拾", "佰", "仟"} {
		r = strings.ReplaceAll(r, "零"+u, "零")
	}
	for range 20 {
		r = strings.ReplaceAll(r, "零零", "零")
	}
	for _, u := range []string{"元", "万", "亿"} {
		r = strings.ReplaceAll(r, "零"+u, u+"零") // zeros before a unit are read after it, if at all
	}
	for range 20 {
		r = strings.ReplaceAll(r, "零零", "零")
		r = strings.ReplaceAll(r, "亿零万", "亿零")
		r = strings.ReplaceAll(r, "亿万", "亿零")
		r = strings.ReplaceAll(r, "零元", "元")
	}
	r = strings.TrimSuffix(r, "零")
	// 万 and 亿 after a zero need no 零 when the next place is there: 壹拾万柒仟.
	for _, u := range []string{"万", "亿"} {
		for _, d := range numerals[1:] {
			r = strings.ReplaceAll(r, u+"零"+d+"仟", u+d+"仟")
		}
	}
	if whole == "0" {
		r = ""
	}
	switch {
	case part == "00" && r == "":
		r = "零元整"
	case part == "00":
		r += "整"
	default:
		if part[0] != '0' {
			r += numerals[part[0]-'0'] + "角"
		} else if r != "" {
			r += "零"
		}
		if part[1] != '0' {
			r += numerals[part[1]-'0'] + "分"
		}
	}
	if f < 0 {
		r = "负" + r
	}
	return r
}

// Every amount to 12,000 yuan in steps that meet all pairs of 角 and 分, and up to a hundred
// million at random with many zeros.
func TestCapitalAgainstSlow(t *testing.T) {
	for f := Fen(-200); f < 1_200_000; f += 7 {
		if got, want := f.Capital(), slowCapital(f); got != want {
			t.Fatalf("%s: %s, slowly %s", f, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		f := Fen(0)
		for range rapid.IntRange(1, 10).Draw(t, "digits") {
			f = 10*f + Fen(rapid.SampledFrom([]int{0, 0, 0, 1, 5, 9}).Draw(t, "digit"))
		}
		if got, want := f.Capital(), slowCapital(f); got != want {
			t.Fatalf("%s: %s, slowly %s", f, got, want)
		}
	})
}

func TestFenText(t *testing.T) {
	for _, c := range []struct {
		json string
		want Fen
		ok   bool
	}{
		{`"186.50"`, 18650, true}, {`"0.00"`, 0, true}, {`"-0.05"`, -5, true}, {`"1000000000000000.00"`, 1e17, true},
		{`"1000000000000000.01"`, 0, false}, {`186.5`, 0, false}, {`186`, 0, false}, {`"186.5"`, 0, false}, {`"186"`, 0, false}, {`"186.500"`, 0, false},
		{`"+1.00"`, 0, false}, {`"01.00"`, 0, false}, {`"-0.00"`, 0, false}, {`".50"`, 0, false}, {`"1,000.00"`, 0, false}, {`"1e3"`, 0, false},
		{`""`, 0, false}, {`"."`, 0, false}, {`" 1.00"`, 0, false}, {`"1.0.0"`, 0, false}, {`"10.0"`, 0, false}, {`"1_0.00"`, 0, false}, {`true`, 0, false},
	} {
		var f Fen
		if err := json.Unmarshal([]byte(c.json), &f); f != c.want || (err == nil) != c.ok {
			t.Errorf("%s: %d, %v", c.json, f, err)
		}
		if back, err := json.Marshal(c.want); c.ok && (err != nil || string(back) != c.json) {
			t.Errorf("%s comes back as %s, %v", c.json, back, err)
		}
	}
}

func TestFenScan(t *testing.T) {
	for _, c := range []struct {
		src  any
		want Fen
		ok   bool
	}{
		{int64(18650), 18650, true}, {int64(-5), -5, true}, {"18650", 18650, true}, {[]byte("18650"), 18650, true}, {[]byte("186.50"), 18650, true}, {"-0.05", -5, true},
		{186.5, 0, false}, {float32(1), 0, false}, {nil, 0, false}, {true, 0, false}, {"186.5", 0, false}, {"", 0, false}, {"0186", 0, false}, {"abc", 0, false},
		{int64(math.MinInt64), 0, false}, {int64(math.MaxInt64), 0, false}, {int64(1e17), 1e17, true}, {int64(1e17 + 1), 0, false},
	} {
		var f Fen
		if err := f.Scan(c.src); f != c.want || (err == nil) != c.ok {
			t.Errorf("Scan(%v): %d, %v", c.src, f, err)
		}
	}
}

// What is read is written as it was read.
func FuzzFenText(f *testing.F) {
	for _, s := range []string{"186.50", "-0.05", "0.00", "1e3", "99999999999999999999.99", "1.5"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var fen Fen
		if fen.UnmarshalText(text) == nil {
			if back, _ := fen.MarshalText(); string(back) != string(text) {
				t.Errorf("%q comes back as %q", text, back)
			}
		}
	})
}
