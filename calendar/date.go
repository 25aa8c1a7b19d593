package calendar

import (
	"fmt"
	"time"
)

// china is UTC+8. The mainland has had no summer time since 1992, so a fixed offset is
// the civil time of every year that this package knows, and no zone database is read.
var china = time.FixedZone("UTC+8", offset)

const (
	offset     = 8 * 60 * 60
	daySeconds = 24 * 60 * 60
	dayMinutes = 24 * 60
	maxDate    = 3652059              // 9999-12-31; 0001-01-01 is 1
	maxMonth   = 9999 * 12            // 9999-12; 0001-01 is 1
	epoch      = -719163 * daySeconds // 00:00 of the zero Date as Unix time, before the offset
)

// InChina is the same instant at UTC+8, without a monotonic reading, so that two equal
// instants are also equal by ==. Every time.Time that this module returns went through it.
// The zero Time is no time, and stays as it is.
func InChina(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.In(china) // In drops the monotonic reading
}

// A Date is a civil day from 0001-01-01 to 9999-12-31. The zero Date is no date; it is
// before every other. Dates are comparable and can be keys of a map.
//
// Text and JSON are "2026-09-18", and "" for the zero Date. Scan reads a column; as a
// parameter of a statement hand over d.String().
type Date struct{ n int32 }

// NewDate gives the day y-m-d, or an *InputError if there is none, as for 30 February.
func NewDate(y int, m time.Month, d int) (Date, error) {
	if y < 1 || y > 9999 || m < 1 || m > 12 || d < 1 || d > daysIn(y, m) {
		return Date{}, noSuch(fmt.Sprintf("%04d-%02d-%02d", y, int(m), d), "there is no such day", "没有这一天")
	}
	return civil(y, m, d), nil
}

// ParseDate reads "2026-09-18" and nothing else; the error is an *InputError.
func ParseDate(s string) (Date, error) {
	y, ok1 := digits(s, 0, 4)
	m, ok2 := digits(s, 5, 7)
	d, ok3 := digits(s, 8, 10)
	if len(s) != 10 || !ok1 || !ok2 || !ok3 || s[4] != '-' || s[7] != '-' {
		return Date{}, noSuch(s, "not a date like 2026-09-18", "不是2026-09-18这样的日期")
	}
	return NewDate(y, time.Month(m), d)
}

// MustDate is ParseDate for literals: it panics on anything that is not a date.
func MustDate(s string) Date {
	d, err := ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// DateOf is the civil day of t in China, whatever zone t carries; the zero Date if that is
// not in the years 1 to 9999. The zero Time is on 0001-01-01.
func DateOf(t time.Time) Date {
	// Unsigned, so that an instant before the first day is far beyond the last one.
	n := uint64(t.Unix()+(offset-epoch)) / daySeconds
	if n-1 < maxDate {
		return Date{int32(n)}
	}
	return Date{}
}

// AddDays moves n days on, or back. It gives the zero Date for a day that is not in the
// years 1 to 9999, and for the zero Date.
func (d Date) AddDays(n int) Date {
	if d.n == 0 || n > maxDate || n < -maxDate {
		return Date{}
	}
	if n += int(d.n); n < 1 || n > maxDate {
		return Date{}
	}
	return Date{int32(n)}
}

// AddMonths moves n months on, or back, to the same day of the month, or to the month's
// last day where it has no such day: 31 January + 1 month is 28 or 29 February.
// It implements CC-202. Like AddDays it gives the zero Date beyond the years 1 to 9999.
func (d Date) AddMonths(n int) Date { return d.Month().Add(n).Day(d.Day()) }

// Sub is the number of days from e to d. The zero Date counts as the day before 0001-01-01.
func (d Date) Sub(e Date) int { return int(d.n) - int(e.n) }

// Compare is -1, 0 or +1 as d is before, on or after e.
func (d Date) Compare(e Date) int { return compare(d.n, e.n) }

// Equal reports whether d and e are the same day, as == does.
func (d Date) Equal(e Date) bool { return d == e }

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d.n == 0 }

// Weekday is the day of the week, time.Sunday to time.Saturday. It says nothing for the zero Date.
func (d Date) Weekday() time.Weekday { return time.Weekday(d.n % 7) } // 0001-01-01 was a Monday

// Year is 0 for the zero Date.
func (d Date) Year() int { y, _, _ := d.split(); return y }

// Day is the day of the month, 0 for the zero Date.
func (d Date) Day() int { _, _, day := d.split(); return day }

// Month is the month that d is in, the zero Month for the zero Date.
func (d Date) Month() Month {
	y, m, _ := d.split()
	if y == 0 {
		return Month{}
	}
	return Month{int32(y-1)*12 + int32(m)}
}

// Start is 00:00 of d in China; the zero Time for the zero Date. The end of d is
// d.AddDays(1).Start(), which is not yet late for the day d only before it.
func (d Date) Start() time.Time {
	if d.n == 0 {
		return time.Time{}
	}
	return time.Unix(d.startUnix(), 0).In(china)
}

func (d Date) startUnix() int64 { return int64(d.n)*daySeconds + epoch - offset }

// String is "2026-09-18", and "" for the zero Date.
func (d Date) String() string { return string(d.appendTo(nil)) }

func (d Date) appendTo(b []byte) []byte {
	if d.n == 0 {
		return b
	}
	y, m, day := d.split()
	return append(b, '0'+byte(y/1000), '0'+byte(y/100%10), '0'+byte(y/10%10), '0'+byte(y%10),
		'-', '0'+byte(m/10), '0'+byte(m%10), '-', '0'+byte(day/10), '0'+byte(day%10))
}

// MarshalText gives String's form.
func (d Date) MarshalText() ([]byte, error) { return d.appendTo([]byte{}), nil }

// UnmarshalText reads what MarshalText wrote; d is untouched on error.
func (d *Date) UnmarshalText(b []byte) error { return unmarshal(d, string(b), ParseDate) }

// Scan reads a column: NULL and "" as the zero Date, text as ParseDate does, and a
// time.Time as the day it shows in its own zone, since that is how drivers deliver a DATE.
// A time.Time that is not midnight is refused: it is an instant, whose day is DateOf's.
func (d *Date) Scan(src any) error {
	if t, ok := src.(time.Time); ok {
		if h, m, s := t.Clock(); h != 0 || m != 0 || s != 0 || t.Nanosecond() != 0 {
			return noSuch(t.String(), "an instant, not a day: scan a time.Time and use DateOf", "是时刻，不是日期")
		}
		v, err := NewDate(t.Date())
		if err == nil {
			*d = v
		}
		return err
	}
	return scan(d, src, ParseDate, "date", "日期")
}

// A Month is a month from 0001-01 to 9999-12. The zero Month is no month; it is before
// every other. Months are comparable. Text and JSON are "2026-10", "" for the zero Month.
type Month struct{ n int32 }

// ParseMonth reads "2026-10" and nothing else; the error is an *InputError.
func ParseMonth(s string) (Month, error) {
	y, ok1 := digits(s, 0, 4)
	m, ok2 := digits(s, 5, 7)
	if len(s) != 7 || !ok1 || !ok2 || s[4] != '-' || y < 1 || m < 1 || m > 12 {
		return Month{}, noSuch(s, "not a month like 2026-10", "不是2026-10这样的月份")
	}
	return Month{int32(y-1)*12 + int32(m)}, nil
}

// MustMonth is ParseMonth for literals: it panics on anything that is not a month.
func MustMonth(s string) Month {
	m, err := ParseMonth(s)
	if err != nil {
		panic(err)
	}
	return m
}

// Add moves n months on, or back. It gives the zero Month beyond the years 1 to 9999, and
// for the zero Month.
func (m Month) Add(n int) Month {
	if m.n == 0 || n > maxMonth || n < -maxMonth {
		return Month{}
	}
	if n += int(m.n); n < 1 || n > maxMonth {
		return Month{}
	}
	return Month{int32(n)}
}

// Day is the n-th of the month, or its last day if it is shorter: Day(30) of February is
// the 28th or 29th (CC-202). It is the zero Date for n < 1 and for the zero Month.
func (m Month) Day(n int) Date {
	if m.n == 0 || n < 1 {
		return Date{}
	}
	y, mon := int(m.n-1)/12+1, time.Month((m.n-1)%12+1)
	return civil(y, mon, min(n, daysIn(y, mon)))
}

// Last is the last day of the month.
func (m Month) Last() Date { return m.Day(31) }

// Compare is -1, 0 or +1 as m is before, the same as or after o.
func (m Month) Compare(o Month) int { return compare(m.n, o.n) }

// Equal reports whether m and o are the same month, as == does.
func (m Month) Equal(o Month) bool { return m == o }

// IsZero reports whether m is no month.
func (m Month) IsZero() bool { return m.n == 0 }

// String is "2026-10", and "" for the zero Month.
func (m Month) String() string {
	if m.n == 0 {
		return ""
	}
	return string(m.Day(1).appendTo(nil)[:7])
}

// MarshalText gives String's form.
func (m Month) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads what MarshalText wrote; m is untouched on error.
func (m *Month) UnmarshalText(b []byte) error { return unmarshal(m, string(b), ParseMonth) }

// Scan reads a column of text: NULL and "" as the zero Month, the rest as ParseMonth does.
func (m *Month) Scan(src any) error { return scan(m, src, ParseMonth, "month", "月份") }

// An InputError says what was wrong with an argument: a text that is no date, a day that
// does not exist, the zero Date where a day is needed, a span of time that does not fit.
type InputError struct {
	Input string // as it came in
	Why   string
	zh    string
}

func (e *InputError) Error() string { return fmt.Sprintf("calendar: %.80q: %s", e.Input, e.Why) }

// Zh is the same for people.
func (e *InputError) Zh() string { return fmt.Sprintf("“%.80s”%s", e.Input, e.zh) }

func noSuch(input, why, zh string) error { return &InputError{input, why, zh} }

func noDate() error { return noSuch("", "the zero Date is no date", "未给出日期") }

func unmarshal[T any](dst *T, s string, parse func(string) (T, error)) error {
	if s == "" {
		*dst = *new(T)
		return nil
	}
	v, err := parse(s)
	if err == nil {
		*dst = v
	}
	return err
}

func scan[T any](dst *T, src any, parse func(string) (T, error), want, zh string) error {
	switch v := src.(type) {
	case nil:
		return unmarshal(dst, "", parse)
	case string:
		return unmarshal(dst, v, parse)
	case []byte:
		return unmarshal(dst, string(v), parse)
	}
	return noSuch(fmt.Sprint(src), fmt.Sprintf("a column of type %T holds no %s", src, want), "不是"+zh+"列")
}

func digits(s string, from, to int) (n int, ok bool) {
	if len(s) < to {
		return 0, false
	}
	for _, c := range []byte(s[from:to]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func compare(a, b int32) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func leap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

func daysIn(y int, m time.Month) int {
	switch m {
	case time.February:
		if leap(y) {
			return 29
		}
		return 28
	case time.April, time.June, time.September, time.November:
		return 30
	}
	return 31
}

// civil and split count days from 0000-03-01, so that the leap day ends the year: the
// months from March on then begin on day (153m+2)/5 of it.
func civil(y int, m time.Month, d int) Date {
	mp := int(m) - 3
	if m <= 2 {
		mp, y = mp+12, y-1
	}
	return Date{int32(365*y + y/4 - y/100 + y/400 + (153*mp+2)/5 + d - 306)}
}

func (d Date) split() (y int, m time.Month, day int) {
	if d.n == 0 {
		return 0, 0, 0
	}
	z := int(d.n) + 305
	era, doe := z/146097, z%146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	y, m, day = era*400+yoe, time.Month(mp+3), doy-(153*mp+2)/5+1
	if m > 12 {
		y, m = y+1, m-12
	}
	return y, m, day
}
