// Package calendar answers: is that day worked, and what day is it n working days later?
//
// It knows mainland China from 2004 to 2026 as the State Council announced it, takes next
// year's notice and a site's own days from a file, counts working days, and counts working
// time within business hours. It needs nothing else of this module, no network, no clock
// and no time zone database.
//
//	c := calendar.China()
//	due, err := c.AddWorkdays(calendar.MustDate("2026-09-18"), 1) // 2026-09-20, a make-up Sunday
//
// # Days
//
// A [Date] is a civil day, a [Month] a month, neither with a zone; [DateOf] and [InChina] turn an
// instant into them, always at UTC+8. A day is a working day, weekend, holiday or make-up
// working day; [Calendar.Day] tells which, after what holiday, by which notice.
//
// A calendar never guesses. In a year that has no notice every question is an
// [*UnpublishedError] with that year; the zero Date is an [*InputError]. Who needs an answer anyway adds [Statutory], the holidays
// that the regulation itself fixes; what rests on it is [Calendar.Provisional], and so are 29 to
// 31 December until the next year's notice is out, which moved them five times in 23 years.
//
// # Notices
//
// A calendar is a list of dated notices: the State Council's for a year, a later revision, a
// site's own closing or extra working day. [Calendar.With] adds some, [Calendar.AsKnownOn] takes
// away those that were published later, [Calendar.ID] names the result. A notice is read from
// JSON, so the next year's needs no new release of this package:
//
//	{"year": 2027, "source": "https://…", "published": "2026-11-10",
//	 "off":  [{"name": "元旦", "from": "2027-01-01", "to": "2027-01-03"}, …],
//	 "work": [{"name": "春节", "from": "2027-02-20"}, …]}
//
// Year is left out of a revision and of a site's own days, whose source is the reason; date
// them too, with the day they were decided. A stretch without "to" is one day. Days off that the regulation fixes may be marked
// "statutory": true; if a year's notice marks none, the regulation tells.
//
// # Hours
//
// [Calendar.WithHours] gives the calendar business hours: several spans a day, by weekday and
// season, over midnight. Until then a working day is all 24 hours. Working time is added and
// measured exactly, and the two are one another's inverse. [Calendar.Spans] shows what was
// counted and why. A [Shift] is read from JSON as well.
//
// # The law
//
// CC is the Civil Code, SC the State Council's regulation on holidays and its yearly notices.
// A period's first day is not counted (CC-201): [Calendar.AddWorkdays]. Periods of months end on
// the corresponding day or the month's last (CC-202): [Date.AddMonths]. The last day ends at
// 24:00 or at the close of business (CC-203): [Calendar.Close]; and if it is a rest day the
// period runs to the next working day: [Calendar.AddWorkdays] of the day before, by 1.
package calendar

import (
	"fmt"
	"math/bits"
	"time"
)

// A Kind says what a day is.
type Kind string

const (
	Workday Kind = "workday"
	Weekend Kind = "weekend"
	Holiday Kind = "holiday"
	MakeUp  Kind = "makeup" // a rest day that a notice made a working day
)

var kindLabels = []struct {
	kind  Kind
	label string
}{{Workday, "工作日"}, {Weekend, "周末"}, {Holiday, "放假"}, {MakeUp, "补班"}}

// Label is the kind in Chinese, "" for an unknown one.
func (k Kind) Label() string {
	for _, l := range kindLabels {
		if l.kind == k {
			return l.label
		}
	}
	return ""
}

// Valid reports whether k is one of the four kinds.
func (k Kind) Valid() bool { return k.Label() != "" }

// Worked reports whether one works on such a day.
func (k Kind) Worked() bool { return k == Workday || k == MakeUp }

// A Day is what a calendar knows about one day.
type Day struct {
	Date        Date   `json:"date"`
	Kind        Kind   `json:"kind"`
	Name        string `json:"name,omitzero"`        // of the holiday, also on its make-up days
	Source      string `json:"source,omitzero"`      // of the notice that decides: the year's, unless a later one names the day
	Published   Date   `json:"published,omitzero"`   // of that notice
	Statutory   bool   `json:"statutory,omitzero"`   // fixed by the regulation, not shifted rest
	Provisional bool   `json:"provisional,omitzero"` // rests on a notice that is not out
}

// A Calendar is notices and hours, compiled. It is small, never changes, and is safe to
// copy and share. Compare IDs: two calendars with the same notices and hours that were made
// apart are not ==. The zero Calendar has no notice: every question about a day is an
// *UnpublishedError. With and WithHours work on it as on any other.
type Calendar struct{ t *table }

type table struct {
	notices  []*entry // in the order of merging, shadowed ones too
	filtered bool     // AsKnownOn left some out
	hours    *hours
	segments []segment
	main     *segment // the first of them, an empty one if there is none
	says     []say
	id       string
}

// A segment is the years without a gap between two that have no notice, laid out flat.
type segment struct {
	first   int32  // Date.n of its first day
	days    uint32 // and how many
	start   int64  // Unix time of its first instant
	seconds uint64 // with what its last day's night shift runs into the day after
	lead    uint64 // seconds at the start that hang on the night shift of the day before
	opens   int64  // the nanosecond of the day after at which that opens, if it is worked
	from    int    // the first year
	to      int    // and the last

	work        dayset
	provisional dayset
	says        []int32  // of each day, index of table.says
	closes      []uint16 // of each day, minutes after its 00:00

	open     dayset  // days with some working time between 00:00 and 24:00, the day after included
	minutes  []int64 // of working time before the k-th of these
	near     []int32 // where to look in minutes: near[k] is the first at k<<step or more
	step     uint8
	profile  []uint16 // of each day, index of profiles; one more for the day after
	profiles []profile
}

// A dayset is a set of days with their numbers in it.
type dayset struct {
	bits []uint64
	sums []int32 // members before the word
	nth  []int32 // the members
}

func newDayset(days uint32) dayset { return dayset{bits: make([]uint64, days/64+1)} }

func (s *dayset) add(i uint32)      { s.bits[i/64] |= 1 << (i % 64) }
func (s *dayset) remove(i uint32)   { s.bits[i/64] &^= 1 << (i % 64) }
func (s *dayset) has(i uint32) bool { return s.bits[i/64]>>(i%64)&1 != 0 }

// rank is the number of members before day i.
func (s *dayset) rank(i uint32) int {
	return int(s.sums[i/64]) + bits.OnesCount64(s.bits[i/64]&(1<<(i%64)-1))
}

// count makes rank work, and nth if list.
func (s *dayset) count(list bool) {
	n := int32(0)
	s.sums = make([]int32, len(s.bits))
	for w, b := range s.bits {
		s.sums[w] = n
		n += int32(bits.OnesCount64(b))
	}
	if !list {
		return
	}
	s.nth = make([]int32, 0, n)
	for w, b := range s.bits {
		for ; b != 0; b &= b - 1 {
			s.nth = append(s.nth, int32(w*64+bits.TrailingZeros64(b)))
		}
	}
}

// An UnpublishedError says that a day had to be looked at in a year without a notice. Year
// is the first such year met. The night shift of the last day before such a year is that
// day's, and known to its end; nothing else of the day after is.
type UnpublishedError struct{ Year int }

func (e *UnpublishedError) Error() string {
	return fmt.Sprintf("calendar: the working days of %d are not known: no notice for that year", e.Year)
}

// Zh is the same for people.
func (e *UnpublishedError) Zh() string {
	return fmt.Sprintf("尚无%d年的放假安排通知，无法确定该年的工作日", e.Year)
}

func (s *segment) missingBefore() error { return &UnpublishedError{s.from - 1} }
func (s *segment) missingAfter() error  { return &UnpublishedError{s.to + 1} }

// missingAt is the error for an instant that no segment holds, or the one just before it.
func missingAt(t time.Time, back bool) error {
	if back {
		t = t.Add(-1)
	}
	return &UnpublishedError{InChina(t).Year()}
}

// missingBetween is the error for a walk from one instant to another that cannot be made.
func (t *table) missingBetween(from, to time.Time) error {
	back := to.Before(from)
	s, m := t.find(from, back)
	switch {
	case s == nil:
		return missingAt(from, back)
	case back || s.inLead(m):
		return s.missingBefore()
	}
	return s.missingAfter()
}

// segment is the one that holds the day n. Nearly always there is one only, so that one is
// at hand, and this function small enough to be inlined.
func (t *table) segment(n int32) *segment {
	if t == nil {
		return nil
	}
	if s := t.main; uint32(n-s.first) < s.days {
		return s
	}
	return t.otherSegment(n)
}

func (t *table) otherSegment(n int32) *segment {
	for i := range t.segments {
		if s := &t.segments[i]; uint32(n-s.first) < s.days {
			return s
		}
	}
	return nil
}

func missingDay(d Date) error {
	if d.IsZero() {
		return noDate()
	}
	return &UnpublishedError{d.Year()}
}

// missingNext is the error for the day after d, or before it.
func missingNext(d Date, back bool) error {
	switch {
	case d.IsZero():
		return noDate()
	case back && d.n == 1:
		return &UnpublishedError{0}
	case back:
		return &UnpublishedError{d.AddDays(-1).Year()}
	case d.n == maxDate:
		return &UnpublishedError{10000}
	}
	return &UnpublishedError{d.AddDays(1).Year()}
}

// China is mainland China 2004-2026 as published. Until WithHours, a working day is
// all of it (CC-203: without business hours a period ends at 24:00).
func China() Calendar { return chinaCalendar }

var chinaCalendar = mustShip(notices)

func mustShip(n []Notice) Calendar {
	c, err := Calendar{}.With(n...)
	if err != nil {
		panic(err)
	}
	for _, e := range c.t.notices {
		e.ships = true
	}
	return c
}

// Years are the years that have a notice, provisional ones included, ascending.
func (c Calendar) Years() []int {
	var out []int
	if c.t != nil {
		for _, s := range c.t.segments {
			for y := s.from; y <= s.to; y++ {
				out = append(out, y)
			}
		}
	}
	return out
}

// ID is a digest of the notices and hours: equal calendars have equal IDs, in whatever
// order and with whatever words their notices came. It is "" for the zero Calendar.
func (c Calendar) ID() string {
	if c.t == nil {
		return ""
	}
	return c.t.id
}

// Provisional reports whether any day from from to to, both included, rests on a notice
// that is not out: its year has none or a provisional one, or it is one of 29 to 31 December,
// which the next year's notice may still move (it did so five times in 23 years).
func (c Calendar) Provisional(from, to Date) bool {
	if to.Compare(from) < 0 {
		from, to = to, from
	}
	s := c.t.segment(from.n)
	if s == nil || s != c.t.segment(to.n) {
		return true
	}
	return s.provisional.rank(uint32(to.n-s.first+1)) > s.provisional.rank(uint32(from.n-s.first))
}

// Day is all that is known about d.
func (c Calendar) Day(d Date) (Day, error) {
	s := c.t.segment(d.n)
	if s == nil {
		return Day{}, missingDay(d)
	}
	return c.t.describe(s, uint32(d.n-s.first)), nil
}

func (t *table) describe(s *segment, i uint32) Day {
	day := t.says[s.says[i]].Day
	day.Date, day.Provisional = Date{s.first + int32(i)}, s.provisional.has(i)
	return day
}

// IsWorkday reports whether d is worked: a working day or a make-up day.
func (c Calendar) IsWorkday(d Date) (bool, error) {
	s := c.t.segment(d.n)
	if s == nil {
		return false, missingDay(d)
	}
	return s.work.has(uint32(d.n - s.first)), nil
}

// AddWorkdays is the n-th working day after d, or before it for n < 0; d itself is not
// counted (CC-201) and may be a rest day. For 0 it is d, worked or not.
func (c Calendar) AddWorkdays(d Date, n int) (Date, error) {
	if n == 0 || d.n == 0 {
		if d.n == 0 {
			return Date{}, noDate()
		}
		return d, nil
	}
	back := n < 0
	sign := n >> (bits.UintSize - 1)      // -1 backwards, 0 forwards: no branch, which mixed signs would mispredict
	after := d.n + 1 + int32(sign)        // the rank of the first working day from here on, or of the one after those before d
	s := c.t.segment(after + int32(sign)) // the first day to be looked at
	if s == nil {
		return Date{}, missingNext(d, back)
	}
	k := s.work.rank(uint32(after-s.first)) + n - 1 - sign
	if uint(k) >= uint(len(s.work.nth)) { // also where k overflowed
		if back {
			return Date{}, s.missingBefore()
		}
		return Date{}, s.missingAfter()
	}
	return Date{s.first + s.work.nth[k]}, nil
}

// Workdays is the number of working days in [from, to), negative if to is before from.
func (c Calendar) Workdays(from, to Date) (int, error) {
	switch {
	case from.n == 0 || to.n == 0:
		return 0, noDate()
	case from == to:
		return 0, nil
	case to.n < from.n:
		s := c.t.segment(from.n - 1)
		if s == nil {
			return 0, missingNext(from, true)
		}
		if to.n < s.first {
			return 0, s.missingBefore()
		}
		return s.work.rank(uint32(to.n-s.first)) - s.work.rank(uint32(from.n-s.first)), nil
	}
	s := c.t.segment(from.n)
	if s == nil {
		return 0, missingDay(from)
	}
	if uint32(to.n-s.first) > s.days {
		return 0, s.missingAfter()
	}
	return s.work.rank(uint32(to.n-s.first)) - s.work.rank(uint32(from.n-s.first)), nil
}

// Close is when business closes on d: the end of its last shift, after midnight if that is
// a night shift; 24:00 on a rest day, and on every day until WithHours. A period whose last
// day is d ends then. It implements CC-203.
func (c Calendar) Close(d Date) (time.Time, error) {
	s := c.t.segment(d.n)
	if s == nil {
		return time.Time{}, missingDay(d)
	}
	i := uint32(d.n - s.first)
	return time.Unix(s.start+int64(i)*daySeconds+int64(s.closes[i])*60, 0).In(china), nil
}
