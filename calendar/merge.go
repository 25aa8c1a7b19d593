package calendar

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// With gives a calendar that also knows these notices. The order, in one call or several,
// never changes what it answers:
//
//   - Provisional notices of a year are lowest, then the notices of years, in the order of
//     the years, so that the next year's decides 29 to 31 December; then those with Year 0,
//     revisions and a site's own days, in the order of publication, undated ones last. The
//     later one decides a day that several name.
//   - Only a notice with a Year publishes that year.
//   - A provisional notice is out of sight while the year's real one is there.
//   - A notice for a year that has one is passed over if it has the same working days as
//     that one has by itself or, for a year that ships with this package, with the State
//     Council's revisions that ship with it. A site's days are no part of the comparison.
//
// Otherwise the error is a *NoticeError: for a notice that says nothing, or names a day
// twice or one that is not its to name, a make-up day that is worked anyway, days off
// none of which was worked, another notice of the year that differs, or two revisions of
// one day of publication that disagree.
//
// Give all files in one call: it sorts them, while in several a notice that stands on a
// later one is refused until that is there.
//
// A notice with Year 0 must change something below it, as that stands or as it stood before a
// notice of a year came out: before the next year's moved 29 to 31 December, while its own
// year's was provisional or, if the notice with Year 0 is dated, was not out on that day. So
// date a site's days, and no year's notice that comes out later makes them wrong. Where a day
// is refused because it is off anyway, take it out of the site's file.
//
// It implements SC-days.
func (c Calendar) With(notices ...Notice) (Calendar, error) {
	t := &table{hours: allDay}
	if c.t != nil {
		t.notices, t.filtered, t.hours = slices.Clone(c.t.notices), c.t.filtered, c.t.hours
	}
	more := make([]*entry, 0, len(notices))
	for _, n := range notices {
		e, err := newEntry(n)
		if err != nil {
			return c, err
		}
		more = append(more, e)
	}
	slices.SortStableFunc(more, func(a, b *entry) int { return a.order(b) })
	added := map[*entry]bool{}
	for _, n := range more {
		old, err := repeated(t.notices, n)
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
	slices.SortStableFunc(t.notices, func(a, b *entry) int { return a.order(b) })
	if err := disagree(t.notices); err != nil {
		return c, err
	}
	// What AsKnownOn left in place may stand on what it left out.
	if err := t.compile(func(n *entry) bool { return added[n] || !t.filtered }); err != nil {
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

// repeated reports whether n is among old already: the same words, or for a year that has
// a notice the same working days.
func repeated(old []*entry, n *entry) (bool, error) {
	for _, o := range old {
		if o.order(n) == 0 {
			return true, nil
		}
		if n.Year == 0 || o.Year != n.Year || o.Provisional != n.Provisional {
			continue
		}
		differs := n.differs(o.works, n.firstDay())
		if differs.IsZero() || o.ships && n.differs(shipped(old), civil(n.Year, 1, 1)).IsZero() {
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

// differs is the first day from from to the end of its year, or named by n before, that n
// has otherwise.
func (n *entry) differs(worked func(Date) bool, from Date) Date {
	for d, last := n.firstDay(), civil(n.Year, 12, 31); d.n <= last.n; d.n++ {
		if n.works(d) != worked(d) && (d.Compare(from) >= 0 || n.names(d)) {
			return d
		}
	}
	return Date{}
}

// shipped tells what is worked by those of the notices that ship with this package: their
// revisions are the State Council's, others may be a site's.
func shipped(all []*entry) func(Date) bool {
	t := &table{hours: allDay}
	for _, n := range all {
		if n.ships {
			t.notices = append(t.notices, n)
		}
	}
	t.compile(nil)
	return func(d Date) bool {
		if s := t.segment(d.n); s != nil {
			return s.work.has(uint32(d.n - s.first))
		}
		return plainWeek(d)
	}
}

// disagree refuses two notices with Year 0 and one day of publication of which one makes
// a day off that the other makes worked.
func disagree(sorted []*entry) error {
	for i := 0; i < len(sorted); {
		j := i + 1
		for j < len(sorted) && sorted[j].Year == 0 && sorted[i].Year == 0 && sorted[j].Published == sorted[i].Published {
			j++
		}
		type owned struct {
			part
			n *entry
		}
		var all []owned
		for _, n := range sorted[i:j] {
			for _, p := range n.parts {
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
func (t *table) compile(check func(*entry) bool) error {
	years := map[int]*entry{}
	sum := sha256.New()
	for i, n := range t.notices {
		if i == 0 || t.notices[i-1].digest != n.digest { // the same in other words
			fmt.Fprintf(sum, "%s\n\n", n.digest)
		}
		if n.Year != 0 {
			years[n.Year] = n // the real one comes after the provisional one
		}
	}
	for _, l := range t.hours.lines {
		fmt.Fprintf(sum, "%s\n", l)
	}
	t.id = hex.EncodeToString(sum.Sum(nil)[:8])

	t.lay(years)
	for rest := t.notices; len(rest) > 0; {
		same := 1 // those with Year 0 and one day of publication are not below one another
		for rest[0].Year == 0 && same < len(rest) && rest[same].Published == rest[0].Published {
			same++
		}
		for _, n := range rest[:same] {
			if check != nil && check(n) {
				if err := n.checkSense(t.below(n)); err != nil {
					return err
				}
			}
		}
		for _, n := range rest[:same] {
			if n.Year == 0 || years[n.Year] == n { // else a provisional one, out of sight
				t.apply(n)
			}
		}
		rest = rest[same:]
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
func (t *table) lay(years map[int]*entry) {
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

func (t *table) say(n *entry, k Kind, name string, statutory bool) int32 {
	t.says = append(t.says, say{Day{Kind: k, Name: name, Source: n.Source, Published: n.Published,
		Statutory: statutory, Provisional: n.Provisional}, n.Year == 0})
	return int32(len(t.says) - 1)
}

// below tells how a day stands, and stood, before n is applied. A notice of a year is held
// against the plain week and the regulation.
func (t *table) below(n *entry) func(Date) (worked, rest, statutory bool) {
	return func(d Date) (worked, rest, statutory bool) {
		s := t.segment(d.n)
		if s == nil || n.Year != 0 {
			worked = plainWeek(d)
			return worked, !worked, has(n.reg, d)
		}
		i := uint32(d.n - s.first)
		say := t.says[s.says[i]]
		worked = s.work.has(i)
		rest, statutory = !worked, say.Statutory
		if say.site {
			return worked, rest, statutory
		}
		stood := func(w bool) { worked, rest = worked || w, rest || !w }
		year, known := d.Year(), false // by the day of n's publication
		for _, o := range t.notices {
			if o.Year == year || o.Year == year+1 && o.names(d) {
				stood(o.works(d))
			}
			known = known || o.Year == year && (n.Published.IsZero() || o.Published.Compare(n.Published) <= 0)
		}
		if !known {
			stood(plainWeek(d))
		}
		return worked, rest, statutory
	}
}

func (t *table) apply(n *entry) {
	for _, p := range n.parts {
		said := [2]int32{-1, -1} // shifted and statutory, made when needed
		for i := range t.segments {
			s := &t.segments[i]
			from, to := max(p.From.n, s.first), min(p.To.n, s.first+int32(s.days)-1)
			for d := from; d <= to; d++ {
				kind, statutory, k := Holiday, n.statutory(p, Date{d}), 0
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
