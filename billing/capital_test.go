package billing

import (
	"cmp"
	"errors"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/wuye/rule"
	"github.com/shopspring/decimal"
	"pgregory.net/rapid"
)

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
		// After 亿 as after 万, when it is written; a 万 that is not leaves its 零.
		{"1050000000.00", "壹拾亿伍仟万元整"}, {"1000010000000.00", "壹万亿壹仟万元整"}, {"1000001000000.00", "壹万亿零壹佰万元整"}, {"100001000.00", "壹亿零壹仟元整"},
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

// slowCapital goes through the digits as printed, from the left, as one does by hand, four to
// a section: 仟佰拾 and the section's own unit. A zero is held back until a digit follows; it
// is left out before the 仟 of a section when it only ends the section before.
func slowCapital(f Fen) string {
	whole, part, _ := strings.Cut(strings.TrimPrefix(f.String(), "-"), ".")
	r, zero, section, above := "", false, false, false // section, above: it has a digit, the one above it had
	for i, d := range whole {
		place := len(whole) - 1 - i
		unit := []string{"", "拾", "佰", "仟"}[place%4]
		if d == '0' {
			zero = r != ""
		} else {
			if zero && !(unit == "仟" && (place/4%2 == 1 || above)) {
				r += "零"
			}
			r += numerals[d-'0'] + unit
			zero, section = false, true
		}
		if place%4 > 0 {
			continue
		}
		switch place / 4 {
		case 1, 3:
			if section {
				r += "万"
			}
		case 2, 4:
			if r != "" {
				r += "亿"
			}
		}
		above, section = section, false
	}
	jiao, fen := part[0]-'0', part[1]-'0'
	if r != "" || part == "00" {
		r = cmp.Or(r, "零") + "元"
	}
	switch {
	case part == "00":
		r += "整"
	case jiao > 0:
		r += numerals[jiao] + "角"
	case r != "":
		r += "零"
	}
	if fen > 0 {
		r += numerals[fen] + "分"
	}
	if f < 0 {
		r = "负" + r
	}
	return r
}

// Every fen from 0.00 to 99,999.99 is written as the slow version writes it and reads back.
// The slow version is asked once for each yuan and once for each way in which an amount can
// end; under the race detector, which is slow itself, every 97th yuan is tried.
func TestCapitalOfEveryFen(t *testing.T) {
	step := 1
	if racing {
		step = 97
	}
	var ends [2][100]string // without and with yuan before them
	for part := range Fen(100) {
		ends[0][part] = slowCapital(part)
		ends[1][part] = strings.TrimPrefix(slowCapital(100+part), "壹元")
	}
	for yuan := 0; yuan < 100_000; yuan += step {
		begin, end := "", ends[0][:]
		if yuan > 0 {
			begin, end = strings.TrimSuffix(slowCapital(Fen(yuan)*100), "整"), ends[1][:]
		}
		for part, end := range end {
			f := Fen(yuan*100 + part)
			got := f.Capital()
			if len(got) != len(begin)+len(end) || got[:len(begin)] != begin || got[len(begin):] != end {
				t.Fatalf("%s: %s, slowly %s%s", f, got, begin, end)
			}
			if back, err := ParseCapital(got); back != f || err != nil {
				t.Fatalf("%s is read as %s, %v", got, back, err)
			}
		}
	}
}

// amounts are of any size to 10^12 yuan, with many zeros.
var amounts = rapid.Custom(func(t *rapid.T) Fen {
	f := Fen(0)
	for range rapid.IntRange(1, 14).Draw(t, "digits") {
		f = 10*f + Fen(rapid.SampledFrom([]int{0, 0, 0, 0, 1, 5, 9}).Draw(t, "digit"))
	}
	if rapid.IntRange(0, 9).Draw(t, "sign") == 0 {
		return -f
	}
	return f
})

func TestCapitalAgainstSlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := amounts.Draw(t, "amount")
		if any := Fen(rapid.Int64Range(-1e14, 1e14).Draw(t, "any")); rapid.Bool().Draw(t, "plain") {
			f = any
		}
		got, want := f.Capital(), slowCapital(f)
		if back, err := ParseCapital(got); got != want || back != f || err != nil {
			t.Fatalf("%s: %s, slowly %s, reads back as %s, %v", f, got, want, back, err)
		}
	})
}

// writings are all that the People's Bank's rules allow for an amount, from the slow version
// by substitution: 整 or 正 after 元, and after 角 or not; one 零 or none where a 万, 亿 or 元
// follows a zero and is followed by the next lower digit; 人民币 in front or not.
func writings(f Fen) []string {
	all := []string{slowCapital(f)}
	open := regexp.MustCompile("[拾佰仟万亿][万亿元][壹贰叁肆伍陆柒捌玖]")
	for i := 0; i < len(all); i++ {
		runes := []rune(all[i])
		for k := 0; k+3 <= len(runes); k++ {
			if open.MatchString(string(runes[k : k+3])) {
				if with := string(runes[:k+2]) + "零" + string(runes[k+2:]); !slices.Contains(all, with) {
					all = append(all, with)
				}
			}
		}
	}
	for _, s := range all {
		switch {
		case strings.HasSuffix(s, "角"):
			all = append(all, s+"整", s+"正")
		case strings.HasSuffix(s, "整"):
			all = append(all, strings.TrimSuffix(s, "整")+"正")
		}
	}
	for _, s := range all {
		all = append(all, "人民币"+s)
	}
	return all
}

// What is read is one of the writings of what it is read as, and each of those is read: tried
// with writings that have a character changed, left out, doubled or exchanged.
func TestParseCapitalAgainstWritings(t *testing.T) {
	read := 0
	rapid.Check(t, func(t *rapid.T) {
		f := amounts.Draw(t, "amount")
		all := writings(f)
		for _, s := range all {
			if got, err := ParseCapital(s); got != f || err != nil {
				t.Fatalf("%s: %s, %v; want %s", s, got, err, f)
			}
		}
		runes := []rune(rapid.SampledFrom(all).Draw(t, "writing"))
		for range rapid.IntRange(1, 2).Draw(t, "faults") {
			i := rapid.IntRange(0, len(runes)-1).Draw(t, "at")
			switch rapid.IntRange(0, 3).Draw(t, "fault") {
			case 0:
				runes[i] = rapid.SampledFrom([]rune("零壹伍玖拾佰仟万亿元角分整正负")).Draw(t, "other")
			case 1:
				if len(runes) > 1 {
					runes = slices.Delete(runes, i, i+1)
				}
			case 2:
				runes = slices.Insert(runes, i, runes[i])
			case 3:
				if i > 0 {
					runes[i-1], runes[i] = runes[i], runes[i-1]
				}
			}
		}
		s := string(runes)
		if got, err := ParseCapital(s); err == nil {
			read++
			if !slices.Contains(writings(got), s) {
				t.Fatalf("%s is read as %s, which is written %s", s, got, writings(got))
			}
		}
	})
	if read == 0 {
		t.Error("no changed writing was one of another amount")
	}
}

// By the People's Bank's rules, line by line; and what they forbid.
func TestParseCapital(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // "": refused
	}{
		// To 元: 整 or 正 must follow. To 角: may. To 分: must not.
		{"壹佰元整", "100.00"}, {"壹佰元正", "100.00"}, {"壹佰元", ""}, {"伍角", "0.50"}, {"伍角整", "0.50"}, {"伍角正", "0.50"},
		{"壹佰元伍角", "100.50"}, {"壹佰元伍角整", "100.50"}, {"壹佰元零伍分", "100.05"}, {"壹佰元零伍分整", ""}, {"伍分整", ""}, {"零元整", "0.00"}, {"零元正", "0.00"},
		// Its examples, with every way it names.
		{"人民币壹仟肆佰零玖元伍角", "1409.50"}, {"人民币陆仟零柒元壹角肆分", "6007.14"},
		{"人民币壹仟陆佰捌拾元零叁角贰分", "1680.32"}, {"人民币壹仟陆佰捌拾元叁角贰分", "1680.32"},
		{"人民币壹拾万柒仟元零伍角叁分", "107000.53"}, {"人民币壹拾万零柒仟元伍角叁分", "107000.53"}, {"壹拾万零柒仟元零伍角叁分", "107000.53"},
		{"人民币壹万陆仟肆佰零玖元零贰分", "16409.02"}, {"人民币叁佰贰拾伍元零肆分", "325.04"},
		{"壹拾亿零伍仟万元整", "1050000000.00"}, {"壹万亿零壹仟万元整", "1000010000000.00"}, {"壹亿零壹仟元整", "100001000.00"}, {"壹亿壹仟元整", ""},
		// Traditional characters.
		{"貳佰圓整", "200.00"}, {"陸億貳仟萬圓正", "620000000.00"}, {"壹圆整", "1.00"},
		// A 零 that must be there, and one that must not.
		{"壹仟肆佰玖元伍角", ""}, {"壹万陆仟肆佰零玖元贰分", ""}, {"陆仟零零柒元整", ""}, {"陆仟零柒零元整", ""}, {"壹佰元零伍角伍分", "100.55"}, {"壹佰零壹元零伍角", ""},
		{"壹拾万零元整", ""}, {"壹佰元零整", ""}, {"零壹元整", ""}, {"零元伍角", ""}, {"零伍分", ""}, {"壹元零伍角", ""}, {"壹拾元零零伍分", ""},
		// Not these numerals, units, marks.
		{"一百元整", ""}, {"两佰元整", ""}, {"拾伍元整", ""}, {"廿元整", ""}, {"伍毛", ""}, {"100元整", ""}, {"壹佰块整", ""}, {"壹佰 元整", ""}, {"￥壹佰元整", ""}, {"壹佰元整。", ""},
		{"", ""}, {"整", ""}, {"元整", ""}, {"人民币", ""}, {"人民币人民币壹元整", ""}, {"负", ""}, {"负零元整", ""}, {"壹", ""}, {"壹佰", ""}, {"壹佰角", ""}, {"壹元整壹元整", ""}, {"壹角壹角", ""},
		{"壹分壹角", ""}, {"壹元壹佰元整", ""}, {"壹拾佰元整", ""}, {"贰拾壹拾元整", ""}, {"壹佰负元整", ""}, {"壹佰元\xff", ""}, {"负伍分", "-0.05"}, {"人民币负壹元整", "-1.00"}, {"负人民币壹元整", ""},
		// Beyond MaxYuan, and beyond an int64 on the way.
		{"壹仟万亿元整", "1000000000000000.00"}, {"壹仟万亿元零壹分", ""}, {"壹仟零壹万亿元整", ""}, {"玖亿亿元整", ""}, {"壹万万元整", ""}, {"壹亿亿亿亿亿元整", ""},
		{strings.Repeat("玖仟", 50) + "万亿元整", ""}, {strings.Repeat("壹亿", 50) + "元整", ""}, {strings.Repeat("玖角", 50), ""}, {strings.Repeat("玖万", 100000) + "元整", ""},
	} {
		got, err := ParseCapital(c.text)
		if c.want != "" {
			if err != nil || got.String() != c.want {
				t.Errorf("%s: %s, %v; want %s", c.text, got, err, c.want)
			}
			continue
		}
		e, ok := errors.AsType[*InputError](err)
		if !ok || got != 0 || e.Code != Malformed || e.Clause != "SP-2.6.2.1" || rule.Zh(err) == "" || len(err.Error()) > 400 {
			t.Errorf("%s: %s, %v; want an error", clip(c.text), got, err)
		}
	}
}

// What is read is a writing of what it is read as; nothing panics.
func FuzzParseCapital(f *testing.F) {
	for _, s := range []string{"人民币壹拾万零柒仟元零伍角叁分", "負壹元", "貳億圓整", "壹万亿元整", "零元正", "\xe5", "伍角整"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseCapital(s)
		if err != nil {
			return
		}
		for from, to := range map[string]string{"貳": "贰", "陸": "陆", "億": "亿", "萬": "万", "圓": "元", "圆": "元"} { // the order does not show
			s = strings.ReplaceAll(s, from, to)
		}
		if !slices.Contains(writings(got), s) {
			t.Errorf("%q is read as %s", s, got)
		}
	})
}
