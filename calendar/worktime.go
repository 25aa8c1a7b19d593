package calendar

import (
	"math"
	"math/bits"
	"time"
)

// A span of a day's profile, in nanoseconds after 00:00.
type span struct {
	open, length int64
	gap          int64 // since the span before it, or since 00:00
	worked       int64 // in the spans before it
}

// A profile is one day's hours between 00:00 and 24:00: first what the night shift of the
// day before leaves, then its own.
type profile struct {
	spans   []span
	night   int // the first of spans that are the day before's
	minutes int64
}

// The two directions. Their conditions change from call to call, so both are written for
// the compiler to turn into conditional moves.

// before is the working time of the day before x nanoseconds after its 00:00.
func (p *profile) before(x int64) (sum int64) {
	for _, s := range p.spans {
		sum += max(0, min(x-s.open, s.length))
	}
	return sum
}

// at is the earliest moment with before(x) == r, for 0 < r <= the day's minutes.
func (p *profile) at(r int64) int64 {
	x := r
	for _, s := range p.spans {
		gap := s.gap
		if r <= s.worked {
			gap = 0
		}
		x += gap
	}
	return x
}

func (p *profile) open(x int64) bool {
	for _, s := range p.spans {
		if x >= s.open && x-s.open < s.length {
			return true
		}
	}
	return false
}

// number is the set of shifts that d has if it is worked.
func (h *hours) number(d Date) uint16 {
	_, m, day := d.split()
	return h.own[d.Weekday()][civil(2000, m, day).Sub(civil(2000, 1, 1))]
}

// spill is the minutes after midnight that a set's night shift runs into the next day.
func (h *hours) spill(set uint16) int64 {
	if l := h.sets[set]; len(l) > 0 {
		return int64(max(0, l[len(l)-1].close-dayMinutes))
	}
	return 0
}

func (h *hours) profile(before, own uint16) profile {
	var p profile
	end := int64(0)
	add := func(open, shut int64) {
		p.spans = append(p.spans, span{open * minute, (shut - open) * minute, (open - end) * minute, p.minutes * minute})
		p.minutes += shut - open
		end = shut
	}
	if m := h.spill(before); m > 0 {
		add(0, m)
		p.night = 1
	}
	for _, c := range h.sets[own] {
		add(int64(c.open), int64(min(c.close, dayMinutes)))
	}
	return p
}

// layHours puts the hours on the working days of s.
func (s *segment) layHours(h *hours) {
	type pair struct{ before, own uint16 }
	index := map[pair]uint16{}
	before := uint16(0)
	if s.first > 1 { // the day before has no notice: whether its night shift was worked is not known
		s.lead = uint64(h.spill(h.number(Date{s.first - 1})) * 60)
	}
	s.profile, s.closes = make([]uint16, s.days+1), make([]uint16, s.days)
	s.open, s.minutes = newDayset(s.days), []int64{0}
	for i := range s.days + 1 {
		own := uint16(0)
		if i < s.days {
			s.closes[i] = dayMinutes
		}
		if i < s.days && s.work.has(i) {
			own = h.number(Date{s.first + int32(i)})
			s.closes[i] = uint16(h.sets[own][len(h.sets[own])-1].close)
		}
		k, ok := index[pair{before, own}]
		if !ok {
			k = uint16(len(s.profiles))
			index[pair{before, own}] = k
			s.profiles = append(s.profiles, h.profile(before, own))
		}
		s.profile[i] = k
		if m := s.profiles[k].minutes; m > 0 {
			s.open.add(i)
			s.minutes = append(s.minutes, s.minutes[len(s.minutes)-1]+m)
		}
		if i == s.days { // it has no notice: only the night shift of the last day is known
			s.seconds += uint64(h.spill(before) * 60)
			s.opens = int64(h.sets[h.number(Date{s.first + int32(i)})][0].open) * minute
		}
		before = own
	}
	s.open.count(true)

	// near answers where to look in minutes: an entry for each average day, about.
	n := int64(len(s.minutes) - 1)
	total := s.minutes[n]
	if n > 0 {
		s.step = uint8(bits.Len64(uint64(total/n)) - 1)
	}
	s.near = make([]int32, total>>s.step+2)
	j := int32(0)
	for k := range s.near {
		for int64(j) < n && s.minutes[j] < int64(k)<<s.step {
			j++
		}
		s.near[k] = j
	}
}

// A moment is an instant as a segment sees it.
type moment struct {
	day uint32 // of the segment
	ns  int64  // after its 00:00
}

// find gives the segment that x is in; if back, x may also be the instant at its end.
func (t *table) find(x time.Time, back bool) (*segment, moment) {
	if t == nil {
		return nil, moment{}
	}
	sec, ns := x.Unix(), int64(x.Nanosecond())
	for i := range t.segments {
		s := &t.segments[i]
		// Unsigned, so that what lies before the segment is far beyond it.
		u := uint64(sec - s.start)
		if u < s.seconds || back && u == s.seconds && ns == 0 {
			return s, moment{uint32(u / daySeconds), int64(u%daySeconds)*int64(time.Second) + ns}
		}
	}
	return nil, moment{}
}

// inLead reports whether what is open at m hangs on the day before the segment.
func (s *segment) inLead(m moment) bool {
	return m.day == 0 && m.ns < int64(s.lead)*int64(time.Second)
}

// locate is find, or why what is open at x is not known.
func (t *table) locate(x time.Time, back bool) (*segment, moment, error) {
	s, m := t.find(x, back)
	switch {
	case s == nil:
		return nil, m, missingAt(x, back)
	case s.inLead(m):
		return nil, m, s.missingBefore()
	}
	return s, m, nil
}

// position is the working time from the segment's start to m: whole days in minutes, since
// nanoseconds would overflow after 292 years, and the day's own.
func (s *segment) position(m moment) (minutes, ns int64) {
	return s.minutes[s.open.rank(m.day)], s.profiles[s.profile[m.day]].before(m.ns)
}

// instant is the earliest instant at which the position is minutes and ns < 1 minute.
func (s *segment) instant(minutes, ns int64) (time.Time, error) {
	last := len(s.minutes) - 1
	key := minutes // the first whole minute at or after the position
	if ns > 0 {
		key++
	}
	if key <= 0 {
		return time.Time{}, s.missingBefore()
	}
	if key > s.minutes[last] {
		return time.Time{}, s.missingAfter()
	}
	lo, hi := int(s.near[key>>s.step]), int(s.near[key>>s.step+1])
	for hi-lo > 4 {
		if mid := (lo + hi) / 2; s.minutes[mid] < key {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	lo += int(uint64(s.minutes[lo]-key) >> 63) // 1 if less, which is as likely as not: no branch
	for s.minutes[lo] < key {
		lo++
	}
	day := s.open.nth[lo-1]
	return s.at(uint32(day), s.profiles[s.profile[day]].at((minutes-s.minutes[lo-1])*minute+ns)), nil
}

// AddWorkingTime is the earliest instant at which d of working time has passed since t; for
// d < 0 the earliest from which -d passes until t, so Monday 17:30 - 7.5 h is the close of
// Friday, not the opening of Monday. For 0 it is t itself. WorkingTime is its inverse.
func (c Calendar) AddWorkingTime(t time.Time, d time.Duration) (time.Time, error) {
	if d == 0 {
		return InChina(t), nil
	}
	s, m, err := c.t.locate(t, d < 0)
	if err != nil {
		return time.Time{}, err
	}
	minutes, ns := s.position(m)
	ns += int64(d) % minute // d may be anything: add the minutes apart
	minutes += int64(d)/minute + ns/minute
	if ns %= minute; ns < 0 {
		minutes, ns = minutes-1, ns+minute
	}
	return s.instant(minutes, ns)
}

// WorkingTime is the working time in [from, to), exact to the nanosecond, and negative if
// to is before from. The error is an *UnpublishedError, or an *InputError for more than
// the 292 years that a Duration holds.
func (c Calendar) WorkingTime(from, to time.Time) (time.Duration, error) {
	from, to = from.Round(0), to.Round(0) // by the wall clock, as everywhere
	sign := from.Compare(to)
	if sign == 0 {
		return 0, nil
	}
	a, b := from, to
	if sign > 0 {
		a, b = b, a
	}
	s, m := c.t.find(a, false)
	e, n := c.t.find(b, true)
	if s == nil || s != e || s.inLead(m) {
		return 0, c.t.missingBetween(from, to)
	}
	m1, ns1 := s.position(m)
	m2, ns2 := s.position(n)
	if m2-m1 >= math.MaxInt64/minute-dayMinutes { // exactly, minutes and the rest apart
		m2, ns2 = m2+(ns2-ns1)/minute, (ns2-ns1)%minute
		if ns1 = 0; ns2 < 0 {
			m2, ns2 = m2-1, ns2+minute
		}
	}
	if m2-m1 > math.MaxInt64/minute || m2-m1 == math.MaxInt64/minute && ns2-ns1 > math.MaxInt64%minute {
		return 0, noSuch(from.String()+" - "+to.String(), "more working time than a Duration holds", "超出可计算的时长")
	}
	return time.Duration(-sign) * time.Duration((m2-m1)*minute+ns2-ns1), nil
}

// IsOpen reports whether t is working time: from the opening on, and no longer at the close.
func (c Calendar) IsOpen(t time.Time) (bool, error) {
	s, m, err := c.t.locate(t, false)
	if err != nil {
		return false, err
	}
	return s.profiles[s.profile[m.day]].open(m.ns), nil
}

// NextOpen is the first instant after t at which it opens: closed before, open from then on.
func (c Calendar) NextOpen(t time.Time) (time.Time, error) { return c.next(t, true) }

// NextClose is the first instant after t at which it closes. Without hours, working days
// in a row are one span, which closes at the end of the last.
func (c Calendar) NextClose(t time.Time) (time.Time, error) { return c.next(t, false) }

func (c Calendar) next(t time.Time, opening bool) (time.Time, error) {
	s, m, err := c.t.locate(t, false)
	if err != nil {
		return time.Time{}, err
	}
	const day = dayMinutes * minute
	touches := false // the span before ends at this midnight
	for ; m.day < s.days; m.day, m.ns = m.day+1, m.ns-day {
		p := &s.profiles[s.profile[m.day]]
		if touches && !opening && (len(p.spans) == 0 || p.spans[0].open > 0) {
			return s.at(m.day, 0), nil
		}
		for i, q := range p.spans {
			end := q.open + q.length
			if end <= m.ns {
				continue
			}
			joined := q.open == 0 && touches || i > 0 && q.open == p.spans[i-1].open+p.spans[i-1].length
			if opening && q.open > m.ns && !joined {
				return s.at(m.day, q.open), nil
			}
			if joins := i+1 < len(p.spans) && p.spans[i+1].open == end; !opening && end < day && !joins {
				return s.at(m.day, end), nil
			}
		}
		last := len(p.spans) - 1
		touches = last >= 0 && p.spans[last].open+p.spans[last].length == day
	}
	// The last day closes at its end, or that of its night shift, unless the day after may open then.
	end := s.profiles[s.profile[s.days]].minutes * minute
	if !opening && (touches || m.ns >= 0) && s.opens > end {
		return s.at(s.days, end), nil
	}
	return time.Time{}, s.missingAfter()
}

// at is x nanoseconds after 00:00 of a day of the segment.
func (s *segment) at(day uint32, x int64) time.Time {
	return time.Unix(s.start+int64(day)*daySeconds+x/int64(time.Second), x%int64(time.Second)).In(china)
}

// A Span is a piece of time that counts as working time, or does not, and why.
type Span struct {
	From    time.Time `json:"from"` // [From, To)
	To      time.Time `json:"to"`
	Counted bool      `json:"counted,omitzero"`
	Why     string    `json:"why"` // in Chinese
}

// Spans tile [from, to): each begins where the one before ends, and the counted ones sum to
// WorkingTime. There are none if to is from; to before from is an *InputError. Why names the
// holiday, or the Source of a site's notice that gives no name.
func (c Calendar) Spans(from, to time.Time) ([]Span, error) {
	from, to = from.Round(0), to.Round(0)
	if !from.Before(to) {
		if from.Equal(to) {
			return nil, nil
		}
		return nil, noSuch(from.String()+" - "+to.String(), "it ends before it begins", "结束早于开始")
	}
	s, m := c.t.find(from, false)
	e, n := c.t.find(to, true)
	if s == nil || s != e || s.inLead(m) {
		return nil, c.t.missingBetween(from, to)
	}
	var out []Span
	add := func(day uint32, x, y int64, counted bool, why string) {
		if day == m.day {
			x = max(x, m.ns)
		}
		if day == n.day {
			y = min(y, n.ns)
		}
		if x >= y {
			return
		}
		if i := len(out) - 1; i >= 0 && out[i].Counted == counted && out[i].Why == why {
			out[i].To = s.at(day, y)
			return
		}
		out = append(out, Span{s.at(day, x), s.at(day, y), counted, why})
	}
	for day := m.day; day <= n.day; day++ {
		var d Day // the day after the last: only the night shift is asked for
		if day < s.days {
			d = c.t.describe(s, day)
		}
		p := &s.profiles[s.profile[day]]
		name, mark := d.Name, ""
		if name == "" && day < s.days && c.t.says[s.says[day]].site {
			name = d.Source // a site's reason
		}
		if d.Provisional {
			mark = "（暂定）"
		}
		work, rest := "工作时间", ""
		switch d.Kind {
		case MakeUp:
			if work = "补班工作时间"; name != "" {
				work += "（" + name + "）"
			}
		case Weekend:
			rest = "周末"
		case Holiday:
			rest = name + "放假"
		}
		gap := func(i int) string { // before the i-th span
			switch own := i - p.night; {
			case rest != "":
				return rest + mark
			case own <= 0:
				return "上班前" + mark
			case i == len(p.spans):
				return "下班后" + mark
			}
			return "休息时间" + mark
		}
		x := int64(0)
		for i, q := range p.spans {
			add(day, x, q.open, false, gap(i))
			why := work + mark
			if i < p.night {
				if why = "前一日夜班"; s.provisional.has(day - 1) {
					why += "（暂定）"
				}
			}
			x = q.open + q.length
			add(day, q.open, x, true, why)
		}
		add(day, x, dayMinutes*minute, false, gap(len(p.spans)))
	}
	return out, nil
}
