// Package sampling answers: how many orders are revisited, which, and which on site?
//
// It carries out the revisit clauses of the flow of 天下城 (TR-4.3a, TR-4.4) and of the
// rules for special services (SP-2.7.1b, SP-2.7.1c). It takes order numbers and knows
// nothing of tickets: which orders a scheme is about is the caller's to say.
//
// # How many
//
// A [Scheme] is a list of brackets by population, each with a fixed number or a share.
// [Routine] is TR-4.4: up to 20 orders 5, from 21 to 49 thirty per cent, from 50 on 20,
// half of them on site. [Census] is everyone, [Quota] is eighty per cent. All arithmetic is
// in whole orders; a share is rounded up, never by floating point.
//
// # Which
//
// The rank of an order is SHA-256(key \n scope \n id), three texts with one newline between
// them. The sample is the orders with the smallest ranks, in that order; the first of them,
// as many as must be, are visited, the others may be phoned; the ranks that follow are the
// reserves for customers who cannot be reached. A larger sample therefore extends a smaller
// one, and whether an order is drawn depends on its own number and the others' ranks, never
// on the order in which the list was written.
//
// Anybody can repeat it, with key and scope in two shell variables and one order a line:
//
//	while IFS= read -r id; do
//	    printf '%s\n%s\n%s' "$key" "$scope" "$id" | sha256sum | cut -d' ' -f1 | tr '\n' ' '
//	    printf '%s\n' "$id"
//	done <orders.txt | LC_ALL=C sort | head -n 12 | cut -c66-
//
// or in PostgreSQL, with key and scope as parameters:
//
//	SELECT id FROM orders
//	ORDER BY sha256(convert_to(:key || chr(10) || :scope || chr(10) || id, 'UTF8'))
//	LIMIT 12
//
// The two other figures of a draw are as plain:
//
//	printf '%s' "$key" | sha256sum            # Draw.Commitment, and Commit
//	LC_ALL=C sort orders.txt | sha256sum      # Draw.Digest: bytewise ascending, one a line
//
// The document docs/draws.md works out a draw of five orders by hand; the module in
// examples/draws makes the same draws in all these ways and holds them against each other.
//
// # Nobody can choose
//
// Publish [Commit] of the key before the month begins, and the key itself after the draw.
// Then nobody can look for a key that draws, or spares, particular orders, and everybody can
// check the draw with [Draw.Verify], and hold its commitment against the one published and
// its scheme against the one prescribed.
//
// What this does not stop: whoever knows the key during the month can compute the rank of an
// order number before he gives it out, and so choose numbers, or split and merge orders, that
// will be spared; he can also try many keys before he commits to one, if he foresees the
// order numbers; and no draw shows that the list of orders itself is complete. So keep the
// key from those who number the orders, or make it a secret joined to a public number that
// is known only after the month (a lottery result, say), and compare the population with the
// slips that were given out. A key should be long and random: one that can be guessed from
// its commitment is known to all.
//
// # Whether it was done
//
// [Draw.Coverage] holds the revisits against the draw: who took whose place, what was done,
// and who is still due.
package sampling

import (
	"fmt"
	"slices"

	"example.com/wuye/rule"
)

// A Bracket covers the populations that the one before it does not, up to UpTo, and takes
// either a fixed number or a share.
type Bracket struct {
	UpTo    int     `json:"up_to,omitzero"`   // the largest population, included; 0: no limit, the last bracket only
	Take    int     `json:"take,omitzero"`    // orders; never more than there are
	Percent int     `json:"percent,omitzero"` // of the population, 1 to 100, in place of Take
	Clause  rule.ID `json:"clause,omitzero"`
}

// Rounding says what becomes of a part of an order in a share (reading share-rounding).
type Rounding string

// Up counts any part as one order more, which is what "no less than" asks for; HalfUp from
// one half on.
const Up, HalfUp Rounding = "up", "half_up"

// Valid reports whether r is one of the two.
func (r Rounding) Valid() bool { return r.Label() != "" }

// Label is r in Chinese, "" for an unknown one.
func (r Rounding) Label() string {
	switch r {
	case Up:
		return "进一"
	case HalfUp:
		return "四舍五入"
	}
	return ""
}

// A Scheme says how many of a population are revisited and how many of these on site. The
// brackets ascend. 5/30 %/20, a census and a quota are three values of it; the readings
// bracket-edges, share-rounding and on-site-half are others. Rounding and every Clause must
// be given, also where no bracket has a share; Majority with OnSite 100 is refused, for there
// is no more than all.
type Scheme struct {
	Brackets []Bracket `json:"brackets,omitempty"`
	Rounding Rounding  `json:"rounding,omitzero"`
	OnSite   int       `json:"on_site,omitzero"`  // per cent of the sample on site, 0 to 100, rounded up
	Majority bool      `json:"majority,omitzero"` // more than that share, not at least (reading on-site-half)
	Clause   rule.ID   `json:"clause,omitzero"`   // of the share on site; of the scheme, where it has none
}

// Routine is the sample of routine repair, cleaning and other service slips. It implements
// TR-4.4a, TR-4.4b, TR-4.4c and TR-4.4d in the reading of the law: 20 and 50 belong to the
// brackets that name them as limits (CC-1259).
func Routine() Scheme {
	return Scheme{[]Bracket{{20, 5, 0, "TR-4.4a"}, {49, 0, 30, "TR-4.4b"}, {0, 20, 0, "TR-4.4c"}}, Up, 50, false, "TR-4.4d"}
}

// Census is every order: special services paid in cash. It implements SP-2.7.1b.
func Census() Scheme { return Scheme{[]Bracket{{0, 0, 100, "SP-2.7.1b"}}, Up, 0, false, "SP-2.7.1b"} }

// Quota is at least eighty per cent: special services collected by the bank. It implements
// SP-2.7.1c.
func Quota() Scheme { return Scheme{[]Bracket{{0, 0, 80, "SP-2.7.1c"}}, Up, 0, false, "SP-2.7.1c"} }

// Bracket is the one that answers for the population, so that a size can name its clause;
// false if the scheme, which Validate would refuse, has none for it.
func (s Scheme) Bracket(population int) (Bracket, bool) {
	for _, b := range s.Brackets {
		if b.UpTo == 0 || population <= b.UpTo {
			return b, true
		}
	}
	return Bracket{}, false
}

// Size is how many of the population are revisited: never more than there are, so fewer
// orders than a bracket's fixed number are all revisited, and none of none. It is exact for
// any int. The scheme must be valid. It implements TR-4.4a, TR-4.4b and TR-4.4c for Routine,
// SP-2.7.1b for Census and SP-2.7.1c for Quota.
func (s Scheme) Size(population int) int {
	b, ok := s.Bracket(population)
	if !ok || population <= 0 {
		return 0
	}
	if b.Percent == 0 {
		return max(0, min(b.Take, population))
	}
	down, rest := share(population, b.Percent)
	if rest >= 50 || rest > 0 && s.Rounding != HalfUp {
		down++
	}
	return min(down, population)
}

// Visits is how many of a sample of that size must be on site: OnSite per cent, rounded up,
// or with Majority the least number above OnSite per cent; never more than the sample. It
// implements TR-4.4d for Routine, in every bracket.
func (s Scheme) Visits(size int) int {
	if size <= 0 {
		return 0
	}
	down, rest := share(size, s.OnSite)
	if rest > 0 || s.Majority {
		down++
	}
	return min(down, size)
}

// share is n × percent / 100: whole orders, and the rest in hundredths. Hundreds and
// remainder are multiplied apart, so that no product exceeds an int.
func share(n, percent int) (whole, hundredths int) {
	percent = max(0, min(percent, 100))
	rest := n % 100 * percent
	return n/100*percent + rest/100, rest % 100
}

// Validate is nil or the first fault of s, a *FormError.
func (s Scheme) Validate() error {
	if len(s.Brackets) == 0 {
		return &FormError{"brackets", whyMissing}
	}
	for i, b := range s.Brackets {
		at := func(field, why string) error {
			return &FormError{fmt.Sprintf("brackets[%d].%s", i, field), why}
		}
		last := i == len(s.Brackets)-1
		switch {
		case b.UpTo < 0:
			return at("up_to", whyNegative)
		case last && b.UpTo != 0:
			return at("up_to", whyLimited)
		case !last && b.UpTo == 0:
			return at("up_to", whyUnlimited)
		case !last && i > 0 && b.UpTo <= s.Brackets[i-1].UpTo:
			return at("up_to", whyDescending)
		case b.Take < 0:
			return at("take", whyNegative)
		case b.Percent < 0 || b.Percent > 100:
			return at("percent", whyPercent)
		case b.Take == 0 && b.Percent == 0:
			return at("take", whyNeither)
		case b.Take != 0 && b.Percent != 0:
			return at("take", whyBoth)
		case len(rule.Under(b.Clause)) == 0:
			return at("clause", whyClause)
		}
	}
	switch {
	case !s.Rounding.Valid():
		return &FormError{"rounding", whyRounding}
	case s.OnSite < 0 || s.OnSite > 100:
		return &FormError{"on_site", whyPercent}
	case s.Majority && s.OnSite == 100:
		return &FormError{"majority", whyMoreThanAll}
	case len(rule.Under(s.Clause)) == 0:
		return &FormError{"clause", whyClause}
	}
	return nil
}

// Equal reports whether two schemes are the same in every field: whether a draw that was
// verified follows the scheme that was prescribed.
func (s Scheme) Equal(o Scheme) bool {
	return slices.Equal(s.Brackets, o.Brackets) && s.Rounding == o.Rounding &&
		s.OnSite == o.OnSite && s.Majority == o.Majority && s.Clause == o.Clause
}

// A FormError is a scheme, a key or a scope that cannot be used: Path says which field, by
// its JSON name ("brackets[1].percent", "key"), Why what is wrong with it. It never holds
// the key.
type FormError struct{ Path, Why string }

// Error names path and fault.
func (e *FormError) Error() string { return "sampling: " + e.Path + ": " + e.Why }

// Zh is the error for people.
func (e *FormError) Zh() string { return "抽样设置有误（" + e.Path + "）：" + zh(e.Why) }

const (
	whyMissing     = "missing"
	whyNegative    = "negative"
	whyLimited     = "the last bracket must have no limit"
	whyUnlimited   = "only the last bracket may have no limit"
	whyDescending  = "not above the bracket before"
	whyPercent     = "not from 0 to 100"
	whyNeither     = "neither a number nor a share"
	whyBoth        = "a number and a share"
	whyRounding    = "neither up nor half_up"
	whyMoreThanAll = "more than all is not possible"
	whyClause      = "no clause of the rules"
	whyEmpty       = "empty"
	whyNewline     = "contains a newline"
	whyNotUTF8     = "not UTF-8"
	whyLong        = "longer than 64 bytes"
	whyTwice       = "twice"
)

// zh is the Chinese for a fault.
func zh(why string) string {
	switch why {
	case whyMissing:
		return "缺少"
	case whyNegative:
		return "不得为负数"
	case whyLimited:
		return "最后一档不得设上限"
	case whyUnlimited:
		return "只有最后一档可以不设上限"
	case whyDescending:
		return "上限须逐档递增"
	case whyPercent:
		return "百分比须在 0 到 100 之间"
	case whyNeither:
		return "固定数量和比例须填其一"
	case whyBoth:
		return "固定数量和比例只能填其一"
	case whyRounding:
		return "取整方式须为 up 或 half_up"
	case whyMoreThanAll:
		return "不可能多于全部"
	case whyClause:
		return "没有这一条款"
	case whyEmpty:
		return "为空"
	case whyNewline:
		return "含有换行"
	case whyNotUTF8:
		return "不是 UTF-8 编码"
	case whyLong:
		return "超过 64 字节"
	case whyTwice:
		return "重复"
	}
	return why
}
