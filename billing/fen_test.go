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
