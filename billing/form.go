package billing

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// malformed names a field that cannot stand in any entry, "" if there is none. What is not
// given is not malformed.
func (e *Entry) malformed() string {
	switch {
	case unfit(e.Serial):
		return "serial"
	case unfit(e.Ticket):
		return "ticket"
	case e.Seq < 0:
		return "seq"
	case e.Type != "" && !e.Type.Valid():
		return "type"
	case outside(e.At):
		return "at"
	case outside(e.Recorded):
		return "recorded"
	case e.Amount < 0 || e.Amount > maxFen:
		return "amount"
	case e.Payment != "" && !e.Payment.Valid():
		return "payment"
	case e.By.Role != "" && role(e.By.Role) == 0:
		return "by.role"
	case unfit(e.By.ID):
		return "by.id"
	case e.Approver.Role != "" && role(e.Approver.Role) == 0:
		return "approver.role"
	case unfit(e.Approver.ID):
		return "approver.id"
	case unfit(e.Ref):
		return "ref"
	case !utf8.ValidString(e.Reason) || len(e.Reason) > maxReason && utf8.RuneCountInString(e.Reason) > maxReason:
		return "reason"
	}
	return ""
}

// The years 1 to 9999 at UTC+8.
const minUnix, maxUnix = -62_135_596_800 - 8*3600, 253_402_300_800 - 8*3600

func outside(t time.Time) bool { return t.Unix() < minUnix || t.Unix() >= maxUnix }

// unfit reports whether s can be no number: too long, with a control character, or not UTF-8,
// which JSON would replace, so that two numbers would print alike.
func unfit(s string) bool {
	return !plainASCII(s) && (!utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)) || len(s) > maxID
}

// plainASCII reports whether s is printable ASCII, as nearly all numbers are. It looks at
// eight bytes at once, at the end at some again: the high bit of one shows if it is beyond
// '~', or below ' ' when that is taken away (a borrow shows only where the byte below it has
// shown already).
func plainASCII(s string) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	if len(s) < 8 {
		for i := range len(s) {
			if s[i]-' ' > '~'-' ' {
				return false
			}
		}
		return true
	}
	shows := uint64(0)
	for end := 8; ; end += 8 {
		end = min(end, len(s))
		b := s[end-8 : end]
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		shows |= w | (w - ' '*ones) | (w + ones)
		if end == len(s) {
			return shows&high == 0
		}
	}
}

// sound reports whether the fields that are given are plainly well formed, and those that
// every entry needs are given: what malformed and missing find out with more care. The
// numbers are those of the type, the role and the means. What an entry is called, and by whom
// it is, [walker.fits] looks at, and apply whether At is not after Recorded.
func (e *Entry) sound(typ, by, pay uint8) bool {
	return typ != 0 && by != 0 && (pay != 0 || e.Payment == "") && e.Serial != "" && e.Seq > 0 &&
		uint64(e.Amount) <= uint64(maxFen) && !e.At.IsZero() && e.At.Unix() >= minUnix && !e.Recorded.IsZero() && e.Recorded.Unix() < maxUnix &&
		len(e.Reason)+len(e.Approver.Role)+len(e.Approver.ID) == 0
}

// missing names the fields that every entry needs and this one has not.
func (e *Entry) missing() []string {
	var out []string
	for _, f := range []struct {
		name  string
		given bool
	}{{"serial", e.Serial != ""}, {"seq", e.Seq != 0}, {"type", e.Type != ""}, {"at", !e.At.IsZero()}, {"recorded", !e.Recorded.IsZero()}, {"by", e.By.Role != ""}, {"approver.role", e.Approver.Role != "" || e.Approver.ID == ""}} {
		if !f.given {
			out = append(out, f.name)
		}
	}
	return out
}

// given are the fields that only some entries need, as far as this one has them.
func (e *Entry) given() uint8 {
	var have uint8
	if e.Ticket != "" {
		have |= needTicket
	}
	if e.Amount != 0 {
		have |= needAmount
	}
	if e.Payment != "" {
		have |= needPayment
	}
	if e.Ref != "" {
		have |= needRef
	}
	if e.Reason != "" {
		have |= needReason
	}
	if e.Approver.Role != "" {
		have |= needApprover
	}
	return have
}

// names are the fields of a set, in the order of the columns.
func names(set uint8) []string {
	var out []string
	for _, f := range []string{"ticket", "amount", "payment", "approver", "ref", "reason"} {
		if set&needs[f] != 0 {
			out = append(out, f)
		}
	}
	return out
}

// same reports whether two rows say the same, in whatever zone their times are written.
func same(a, b Entry) bool {
	if !a.At.Equal(b.At) || !a.Recorded.Equal(b.Recorded) {
		return false
	}
	a.At, a.Recorded, b.At, b.Recorded = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return a == b
}
