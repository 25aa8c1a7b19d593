// Package calendar answers: is that day worked, and what day is it n working days later?
package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/bits"
	"slices"
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
// copy, compare and share. The zero Calendar has no notice: every question about a day is
// an *UnpublishedError. With and WithHours work on it as on any other.
type Calendar struct{ t *table }

type table struct {
	notices  []*Notice // in the order of merging, shadowed ones too
	filtered bool      // AsKnownOn left some out
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
	seconds uint64
	lead    uint64 // seconds at the start that hang on the night shift of the day before
	from    int    // the first year
	to      int    // and the last

	work        dayset
	provisional dayset
	says        []int32  // of each day, index of table.says
	closes      []uint16 // of each day, minutes after its 00:00

	open     dayset   // days with some working time between 00:00 and 24:00
	minutes  []int64  // of working time before the k-th of these
	near     []int32  // where to look in minutes: near[k] is the first at k<<step or more
	step     uint8    //
	profile  []uint16 // of each day, index of profiles; one more for the end
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
// is the first such year met.
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

var chinaCalendar = Calendar{}.mustWith(notices)

func (c Calendar) mustWith(n []Notice) Calendar {
	c, err := c.With(n...)
	if err != nil {
		panic(err)
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

// With gives a calendar that also knows these notices. The order, in one call or several,
// never changes what it answers:
//
//   - Provisional notices of a year are lowest, then the notices of years, in the order of
//     the years, so that the next year's decides 29 to 31 December; then those with Year 0,
//     revisions and a site's own days, in the order of publication, undated ones last. The
//     later one decides a day that several name.
//   - Only a notice with a Year publishes that year.
//   - A provisional notice is out of sight while the year's real one is there.
//   - A notice for a year that has one is passed over if it has the same working days.
//
// Otherwise the error is a *NoticeError: for a notice that says nothing, or names a day
// twice or one that is not its to name, a make-up day that is worked anyway, days off
// none of which was worked, another notice of the year that differs, or two revisions of
// one day of publication that disagree. It implements SC-days.
func (c Calendar) With(notices ...Notice) (Calendar, error) {
	t := &table{hours: allDay}
	if c.t != nil {
		t.notices, t.filtered, t.hours = slices.Clone(c.t.notices), c.t.filtered, c.t.hours
	}
	more := make([]*Notice, 0, len(notices))
	for _, n := range notices {
		n = n.normal()
		if err := n.checkForm(); err != nil {
			return c, err
		}
		more = append(more, &n)
	}
	slices.SortStableFunc(more, func(a, b *Notice) int { return a.order(b) })
	added := map[*Notice]bool{}
	for _, n := range more {
		old, err := c.t.repeated(t.notices, n)
		if err != nil {
			return c, err
		}
		if !old {
			t.notices = append(t.notices, n)
			added[n] = true
		}
	}
	if len(added) == 0 {
		return c, nil
	}
	slices.SortStableFunc(t.notices, func(a, b *Notice) int { return a.order(b) })
	if err := disagree(t.notices); err != nil {
		return c, err
	}
	// What AsKnownOn left in place may stand on what it left out.
	if err := t.compile(func(n *Notice) bool { return added[n] || !t.filtered }); err != nil {
		return c, err
	}
	return Calendar{t}, nil
}

// WithHours gives a calendar with these hours in place of those it has. The error is an
// *HoursError: every Monday to Friday of the year needs some, and none may overlap.
func (c Calendar) WithHours(shifts ...Shift) (Calendar, error) {
	h, err := newHours(shifts)
	if err != nil {
		return c, err
	}
	t := &table{hours: h}
	if c.t != nil {
		t.notices, t.filtered = c.t.notices, c.t.filtered
	}
	t.compile(nil)
	return Calendar{t}, nil
}

// AsKnownOn is the calendar as people knew it on d: without the notices published later.
// Notices without a day of publication stay. It filters what is there; a notice given to
// With afterwards is taken, whenever it was published.
func (c Calendar) AsKnownOn(d Date) Calendar {
	if c.t == nil {
		return c
	}
	t := &table{filtered: true, hours: c.t.hours}
	for _, n := range c.t.notices {
		if n.Published.Compare(d) <= 0 {
			t.notices = append(t.notices, n)
		}
	}
	if len(t.notices) == len(c.t.notices) {
		return c
	}
	t.compile(nil)
	return Calendar{t}
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
	next := d.n + 1 // the first day to be looked at
	if back {
		next = d.n - 1
	}
	s := c.t.segment(next)
	if s == nil {
		return Date{}, missingNext(d, back)
	}
	k := s.work.rank(uint32(next - s.first))
	if back {
		k = s.work.rank(uint32(d.n-s.first)) + n
	} else {
		k += n - 1
	}
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

// repeated reports whether n is among old already: the same words, or for a year that has
// a notice the same working days as that notice, or as t, where revisions are worked in.
func (t *table) repeated(old []*Notice, n *Notice) (bool, error) {
	for _, o := range old {
		if o.order(n) == 0 {
			return true, nil
		}
		if n.Year == 0 || o.Year != n.Year || o.Provisional != n.Provisional {
			continue
		}
		first, newYear, last := civil(n.Year, 1, 1), civil(n.Year, 1, 1), civil(n.Year, 12, 31)
		if n.Year > 1 {
			first = first.AddDays(-3)
		}
		var differs Date
		merged := true
		for d := first; ; d = d.AddDays(1) {
			worked := n.works(d)
			if worked != o.works(d) && differs.IsZero() {
				differs = d
			}
			if is, err := (Calendar{t}).IsWorkday(d); (err != nil || is != worked) && (d.Compare(newYear) >= 0 || n.names(d)) {
				merged = false
			}
			if d == last {
				break
			}
		}
		if differs.IsZero() || merged {
			return true, nil
		}
		why, zh := "is worked in the notice of that year that is there, off in this one", "在已有的该年通知中上班，在此通知中放假"
		if n.works(differs) {
			why, zh = "is off in the notice of that year that is there, worked in this one", "在已有的该年通知中放假，在此通知中上班"
		}
		return false, n.refuse("", "", differs, why, zh)
	}
	return false, nil
}

func has(l []Stretch, d Date) bool {
	return slices.ContainsFunc(l, func(s Stretch) bool { return s.From.Compare(d) <= 0 && d.Compare(s.To) <= 0 })
}

func (n *Notice) names(d Date) bool {
	return has(n.Work, d) || has(n.Off, d)
}

// works reports whether d is worked if there is nothing but n and the plain week.
func (n *Notice) works(d Date) bool {
	return has(n.Work, d) || plainWeek(d) && !has(n.Off, d)
}

func plainWeek(d Date) bool { w := d.Weekday(); return w >= time.Monday && w <= time.Friday }

// disagree refuses two notices with Year 0 and one day of publication of which one makes
// a day off that the other makes worked.
func disagree(sorted []*Notice) error {
	for i := 0; i < len(sorted); {
		j := i + 1
		for j < len(sorted) && sorted[j].Year == 0 && sorted[i].Year == 0 && sorted[j].Published == sorted[i].Published {
			j++
		}
		type owned struct {
			part
			n *Notice
		}
		var all []owned
		for _, n := range sorted[i:j] {
			for _, p := range n.parts() {
				all = append(all, owned{p, n})
			}
		}
		if j-i > 1 {
			slices.SortStableFunc(all, func(a, b owned) int { return a.From.Compare(b.From) })
			var until [2]owned // the one that reaches furthest, off and worked
			for _, o := range all {
				mine, other := 0, 1
				if o.work {
					mine, other = 1, 0
				}
				if p := until[other]; p.n != nil && o.From.Compare(p.To) <= 0 {
					return o.n.refuse(o.path(), o.Name, o.From, "contradicts another notice of the same day of publication: "+p.n.Source,
						"与同日发布的另一通知矛盾："+p.n.Source)
				}
				if until[mine].n == nil || until[mine].To.Compare(o.To) < 0 {
					until[mine] = o
				}
			}
		}
		i = j
	}
	return nil
}

// compile lays t.notices out in segments. It checks against what lies below those that
// check asks for.
func (t *table) compile(check func(*Notice) bool) error {
	years := map[int]*Notice{}
	sum := sha256.New()
	for _, n := range t.notices {
		fmt.Fprintf(sum, "%s\n\n", n.digestLine())
		if n.Year != 0 {
			years[n.Year] = n // the real one comes after the provisional one
		}
	}
	for _, l := range t.hours.lines {
		fmt.Fprintf(sum, "%s\n", l)
	}
	t.id = hex.EncodeToString(sum.Sum(nil)[:8])

	t.lay(years)
	for _, n := range t.notices {
		if n.Year != 0 && years[n.Year] != n {
			continue // a provisional one, out of sight
		}
		if check != nil && check(n) {
			if err := n.checkSense(t.below(n)); err != nil {
				return err
			}
		}
		t.apply(n)
	}
	for i := range t.segments {
		s := &t.segments[i]
		for i := range s.days {
			if t.says[s.says[i]].Provisional {
				s.provisional.add(i)
			}
		}
		for y := s.from; y <= s.to; y++ {
			if n := years[y+1]; n != nil && !n.Provisional {
				continue
			}
			for d := 29; d <= 31; d++ {
				if i := uint32(civil(y, 12, d).n - s.first); !t.says[s.says[i]].site {
					s.provisional.add(i)
				}
			}
		}
		s.work.count(true)
		s.provisional.count(false)
		s.layHours(t.hours)
	}
	return nil
}

// lay makes the segments and puts the plain week on them, as said by each year's notice.
func (t *table) lay(years map[int]*Notice) {
	var sorted []int
	for _, n := range t.notices {
		if n.Year != 0 {
			sorted = append(sorted, n.Year)
		}
	}
	slices.Sort(sorted)
	sorted = slices.Compact(sorted)
	for len(sorted) > 0 {
		n := 1
		for n < len(sorted) && sorted[n] == sorted[n-1]+1 {
			n++
		}
		s := segment{from: sorted[0], to: sorted[n-1]}
		first := civil(s.from, 1, 1)
		s.first, s.start = first.n, first.startUnix()
		s.days = uint32(civil(s.to, 12, 31).Sub(first) + 1)
		s.seconds = uint64(s.days) * daySeconds
		s.work, s.provisional, s.says = newDayset(s.days), newDayset(s.days), make([]int32, 0, s.days)
		for _, y := range sorted[:n] {
			work := t.say(years[y], Workday, "", false)
			rest := t.say(years[y], Weekend, "", false)
			for d := civil(y, 1, 1); d.n-s.first < int32(s.days) && d.n <= civil(y, 12, 31).n; d.n++ {
				if plainWeek(d) {
					s.work.add(uint32(len(s.says)))
					s.says = append(s.says, work)
				} else {
					s.says = append(s.says, rest)
				}
			}
		}
		t.segments, sorted = append(t.segments, s), sorted[n:]
	}
	if t.main = &(segment{}); len(t.segments) > 0 {
		t.main = &t.segments[0]
	}
}

// A say is what a notice says of a day; site if it is a revision or a site's own.
type say struct {
	Day
	site bool
}

func (t *table) say(n *Notice, k Kind, name string, statutory bool) int32 {
	t.says = append(t.says, say{Day{Kind: k, Name: name, Source: n.Source, Published: n.Published,
		Statutory: statutory, Provisional: n.Provisional}, n.Year == 0})
	return int32(len(t.says) - 1)
}

// below tells how a day stands before n is applied. A notice of a year is held against the
// plain week and the regulation.
func (t *table) below(n *Notice) func(Date) (worked, statutory bool) {
	reg := n.regulation()
	return func(d Date) (bool, bool) {
		if s := t.segment(d.n); s != nil && n.Year == 0 {
			i := uint32(d.n - s.first)
			return s.work.has(i), t.says[s.says[i]].Statutory
		}
		return plainWeek(d), n.statutory(part{}, reg, d)
	}
}

func (t *table) apply(n *Notice) {
	reg := n.regulation()
	for _, p := range n.parts() {
		said := [2]int32{-1, -1} // shifted and statutory, made when needed
		for i := range t.segments {
			s := &t.segments[i]
			from, to := max(p.From.n, s.first), min(p.To.n, s.first+int32(s.days)-1)
			for d := from; d <= to; d++ {
				kind, statutory, k := Holiday, n.statutory(p, reg, Date{d}), 0
				if p.work {
					kind = MakeUp
				}
				if statutory {
					k = 1
				}
				if said[k] < 0 {
					said[k] = t.say(n, kind, p.Name, statutory)
				}
				i := uint32(d - s.first)
				if s.says[i] = said[k]; p.work {
					s.work.add(i)
				} else {
					s.work.remove(i)
				}
			}
		}
	}
}
