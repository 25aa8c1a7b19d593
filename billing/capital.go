package billing

import "strings"

// Capital is the amount in capital numerals, as receipts and bills must bear it: 186.50 is
// 壹佰捌拾陆元伍角. It keeps to the People's Bank's rules for filling in 票据和结算凭证: 整
// after whole yuan, never after 分; 零 for any run of zeros between digits, and before 分 when
// there is no 角. Where the rules leave something open it takes the shorter form: no 整 after
// 角, and no 零 after a 万 or 元 that is itself preceded by a zero (1680.32, 107000.53); 亿,
// which the rules do not mention there, is treated alike, also after 万 (壹拾亿伍仟万元整, 壹万亿
// 壹仟万元整). That holds for a 万 that is written: one that is skipped altogether leaves its 零
// (壹亿零壹仟元整), lest it be read for 壹亿壹仟万. A negative amount begins with 负; nothing is
// 零元整. [ParseCapital] reads it back.
func (f Fen) Capital() string {
	var b [128]byte
	return string(f.appendCapital(b[:0]))
}

func (f Fen) appendCapital(b []byte) []byte {
	negative, yuan, fen := f.split()
	if negative {
		b = append(b, "负"...)
	}
	if yuan > 0 || fen == 0 {
		b = append(appendNumeral(b, yuan), "元"...)
	}
	jiao, fen := fen/10, fen%10
	switch {
	case jiao == 0 && fen == 0:
		b = append(b, "整"...)
	case jiao > 0:
		b = append(append(b, numerals[jiao]...), "角"...)
	case yuan > 0:
		b = append(b, "零"...)
	}
	if fen > 0 {
		b = append(append(b, numerals[fen]...), "分"...)
	}
	return b
}

var numerals = [...]string{"零", "壹", "贰", "叁", "肆", "伍", "陆", "柒", "捌", "玖"}

var places = [...]struct {
	unit uint64
	name string
}{{1e8, "亿"}, {1e4, "万"}, {1000, "仟"}, {100, "佰"}, {10, "拾"}}

// appendNumeral writes n as so many of the largest unit that fits, and then the rest: every
// unit that it skips, however many they are, is one 零.
func appendNumeral(b []byte, n uint64) []byte {
	for _, p := range places {
		if n < p.unit {
			continue
		}
		b = append(appendNumeral(b, n/p.unit), p.name...)
		if n %= p.unit; n == 0 {
			return b
		}
		if n < p.unit/10 {
			b = append(b, "零"...)
		}
		return appendNumeral(b, n)
	}
	return append(b, numerals[n]...)
}

// ParseCapital reads an amount in capital numerals, written as the People's Bank's rules
// allow and in no other way. Beside what [Fen.Capital] writes it takes 人民币 in front, 正 for
// 整, 整 after 角, 零 after a 万, 亿 or 元 that a zero precedes (壹拾万零柒仟元零伍角叁分), and the
// traditional characters that the rules accept (貳 陸 億 萬 圓), also 圆. Anything else (small
// numerals, arabic digits, spaces, a missing 整 or 零) and an amount beyond ±MaxYuan is an
// *InputError. The 零 of a 万 that is skipped altogether must be there, as in Capital. It
// implements SP-2.6.2.1.
func ParseCapital(s string) (Fen, error) {
	text, _ := strings.CutPrefix(s, "人民币")
	n, ok := readCapital(text)
	if !ok {
		return 0, &InputError{Code: Malformed, Field: "amount", Input: clip(s), Clause: "SP-2.6.2.1"}
	}
	return n, nil
}

// readCapital adds up what the numerals say, in whatever order they stand, and then compares
// them with those of the sum, which are the only right ones.
func readCapital(s string) (Fen, bool) {
	f, ok := value(s)
	if !ok || f > maxFen || f < -maxFen {
		return 0, false
	}
	var b [128]byte
	want := f.appendCapital(b[:0])
	if string(want) == s {
		return f, true
	}
	given := []rune(s)
	for i, r := range given {
		given[i] = standard(r)
	}
	at := func(i int) rune {
		if i < 0 || i >= len(given) {
			return 0
		}
		return given[i]
	}
	next := 0
	for _, r := range string(want) {
		if at(next) == '零' && digit(r) > 0 && strings.ContainsRune("万亿元", at(next-1)) && digit(at(next-2)) < 0 {
			next++
		}
		if at(next) != r {
			return 0, false
		}
		next++
	}
	if at(next) == '整' && at(next-1) == '角' {
		next++
	}
	return f, next == len(given)
}

// value is what numerals add up to; beyond an int64 it is some other amount, whose numerals
// will not be the same.
func value(s string) (Fen, bool) {
	var yuan, part, last, fen int64 // yuan done; what waits for 万, 亿 or 元; the last digit
	negative := false
	for _, r := range s {
		if d := digit(r); d >= 0 {
			last = d
			continue
		}
		switch r {
		case '负':
			negative = true
		case '拾':
			part += last * 10
		case '佰':
			part += last * 100
		case '仟':
			part += last * 1000
		case '万', '萬':
			yuan, part = yuan+(part+last)*1e4, 0
		case '亿', '億':
			yuan, part = (yuan+part+last)*1e8, 0
		case '元', '圆', '圓':
			yuan, part = yuan+part+last, 0
		case '角':
			fen += last * 10
		case '分':
			fen += last
		case '整', '正':
		default:
			return 0, false
		}
		last = 0
	}
	fen += yuan * 100
	if negative {
		fen = -fen
	}
	return Fen(fen), true
}

// standard is the character that Capital writes for r.
func standard(r rune) rune {
	switch r {
	case '貳':
		return '贰'
	case '陸':
		return '陆'
	case '億':
		return '亿'
	case '萬':
		return '万'
	case '圓', '圆':
		return '元'
	case '正':
		return '整'
	}
	return r
}

// digit is the value of a numeral, -1 for what is none.
func digit(r rune) int64 {
	switch r {
	case '零':
		return 0
	case '壹':
		return 1
	case '贰', '貳':
		return 2
	case '叁':
		return 3
	case '肆':
		return 4
	case '伍':
		return 5
	case '陆', '陸':
		return 6
	case '柒':
		return 7
	case '捌':
		return 8
	case '玖':
		return 9
	}
	return -1
}
