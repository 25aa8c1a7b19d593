package sla

import (
	"errors"
	"time"

	"example.com/wuye/calendar"
)

// A hold is a span in which a clock stands still. One without an end (zero) goes on.
type hold struct {
	from, to time.Time
	row      int32 // that began it, in the history
}

// A course is how a limit ran.
type course struct {
	due   Due
	held  bool          // in a hold without an end: then there is no due, but
	left  time.Duration // this much is left of the limit
	first calendar.Date // of a whole-day unit: the first day whose end counts
	last  calendar.Date // of a whole-day unit: the day that ends at due
}

// run is where a checked limit ends that starts at from and stands still in the holds,
// which are ordered and apart. All units are one idea: a coordinate that grows with time
// (elapsed time, working time, day-ends gone by, closes of business gone by), and the due
// is where it has grown by the limit and by what passed in the holds on the way. The error
// is a *calendar.UnpublishedError, or a *LimitError if no date can say the due: dates begin
// with the year 1 and end with 9999. Unpublished is then the year that is missing, 10000
// beyond all dates.
func (l Limit) run(cal calendar.Calendar, from time.Time, holds []hold) (course, error) {
	const (
		beyond = 10_000
		begin  = -62_135_625_600 // 0001-01-01 in seconds
		end    = 253_402_272_000 // 10000-01-01
	)
	c, err := l.measure(cal, from, holds)
	if c.due.Unpublished != 0 || c.held && err == nil || l.Unit == Promise {
		return c, err
	}
	at, start := c.due.At.Unix(), from.Unix()
	if err != nil || at < begin || at >= end || at < start || start < begin && units[l.Unit.row()].whole {
		return course{due: Due{Whole: units[l.Unit.row()].whole, Unpublished: beyond}}, &LimitError{l, "from"}
	}
	return c, nil
}

// measure is run, but for dues that no date can say.
func (l Limit) measure(cal calendar.Calendar, from time.Time, holds []hold) (course, error) {
	switch l.Unit {
	case Minute, Hour:
		if len(holds) > 0 {
			break
		}
		unit := time.Minute
		if l.Unit == Hour {
			unit = time.Hour
		}
		return course{due: Due{At: calendar.InChina(from).Add(time.Duration(l.N) * unit)}}, nil
	case WorkingDay, Day, ThatDay:
		if len(holds) > 0 {
			break
		}
		if due, first, last, ok := ends(cal, l.reckoned(), l.N, from); ok {
			return course{due: due, first: first, last: last}, nil
		}
	case Promise:
		return course{due: Due{At: calendar.InChina(from)}}, nil
	}
	switch l.Unit {
	case Minute, Hour, WorkingMinute, WorkingHour, WorkingDayHours:
		return l.runTime(cal, from, holds)
	}
	return l.runDays(cal, from, holds)
}

// How a limit is reckoned.
const (
	byLimit uint8 = iota // with all that it says
	bySpan
	byPromise
	byWorkingDay // these three as they are, not rolled, the last day included
	byDay
	byThatDay
)

// reckoned is how a limit in days is.
func (l Limit) reckoned() uint8 {
	switch {
	case l.Roll || l.Before:
	case l.Unit == WorkingDay:
		return byWorkingDay
	case l.Unit == Day:
		return byDay
	case l.Unit == ThatDay:
		return byThatDay
	}
	return byLimit
}

// ends is where most limits in days end that nothing holds, with the first day whose end
// counts and the last; not ok: ask runDays.
func ends(cal calendar.Calendar, how uint8, n int, from time.Time) (due Due, first, last calendar.Date, ok bool) {
	day := calendar.DateOf(from)
	switch how {
	case byWorkingDay:
		var err error
		first = day.AddDays(1)
		if last, err = cal.AddWorkdays(day, n); err != nil {
			return
		}
		if due.At, err = cal.Close(last); err != nil {
			return
		}
		due.Provisional = cal.Provisional(first, last)
	case byDay:
		first, last = day.AddDays(1), day.AddDays(n)
		due.At = last.AddDays(1).Start()
	case byThatDay:
		first, last = day, day
		due.At = last.AddDays(1).Start()
	default:
		return
	}
	due.Whole = true
	return due, first, last, !due.At.IsZero()
}

// unpublished puts the year of a calendar's error into the due. Other errors it leaves.
func unpublished(due Due, err error) (Due, error) {
	if u, ok := errors.AsType[*calendar.UnpublishedError](err); ok {
		due.At, due.Unpublished = time.Time{}, u.Year
	}
	return due, err
}

func (l Limit) runTime(cal calendar.Calendar, from time.Time, holds []hold) (course, error) {
	working := true
	var want time.Duration
	switch l.Unit {
	case Minute:
		want, working = time.Duration(l.N)*time.Minute, false
	case Hour:
		want, working = time.Duration(l.N)*time.Hour, false
	case WorkingMinute:
		want = time.Duration(l.N) * time.Minute
	case WorkingHour:
		want = time.Duration(l.N) * time.Hour
	default:
		var err error
		if want, err = hoursOf(cal, from, l.N); err != nil {
			due, err := unpublished(Due{}, err)
			return course{due: due}, err
		}
	}
	add := func(d time.Duration) (time.Time, error) {
		if working {
			return cal.AddWorkingTime(from, d)
		}
		return from.Add(d), nil
	}
	counted := func(a, b time.Time) (time.Duration, error) {
		if working {
			return cal.WorkingTime(a, b)
		}
		return b.Sub(a), nil
	}

	due, bad := add(want)
	var held time.Duration
	for _, h := range holds {
		if bad == nil && !h.from.Before(due) {
			break
		}
		begin := later(h.from, from)
		if h.to.IsZero() {
			run, err := counted(from, begin)
			if err != nil {
				due, err := unpublished(Due{}, err)
				return course{due: due, held: true}, err
			}
			return course{held: true, left: want + held - run}, nil
		}
		if !h.to.After(from) {
			continue
		}
		n, err := counted(begin, h.to)
		if err != nil {
			due, err := unpublished(Due{}, err)
			return course{due: due}, err
		}
		held += n
		due, bad = add(want + held)
	}
	if bad != nil {
		due, err := unpublished(Due{}, bad)
		return course{due: due}, err
	}
	d := Due{At: calendar.InChina(due)}
	if working {
		d.Provisional = cal.Provisional(calendar.DateOf(from), calendar.DateOf(d.At.Add(-1)))
	}
	return course{due: d}, nil
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// received is r: the day of from, or the next working day if that is a rest day or from is
// at or after its close.
func received(cal calendar.Calendar, from time.Time) (calendar.Date, error) {
	d := calendar.DateOf(from)
	worked, err := cal.IsWorkday(d)
	if err != nil {
		return d, err
	}
	if worked {
		end, err := cal.Close(d)
		if err != nil || from.Before(end) {
			return d, err
		}
	}
	return cal.AddWorkdays(d, 1)
}

// hoursOf is the working time of n working days from the day of receipt on. What a night
// shift of the day before has after midnight belongs to that day.
func hoursOf(cal calendar.Calendar, from time.Time, n int) (time.Duration, error) {
	r, err := received(cal, from)
	if err != nil {
		return 0, err
	}
	last, err := cal.AddWorkdays(r, n-1)
	if err != nil {
		return 0, err
	}
	end, err := cal.Close(last)
	if err != nil {
		return 0, err
	}
	begin := r.Start()
	if before, err := cal.Close(r.AddDays(-1)); err == nil {
		begin = later(begin, before)
	}
	return cal.WorkingTime(begin, end)
}

// days is a sequence of day-ends: of working days at their close, or of all days at 24:00
// (ThatDayClose: at their close).
type days struct {
	cal    calendar.Calendar
	first  calendar.Date
	worked bool
	close  bool
	begun  time.Time // ThatDayClose: begun at or after the first day's close, that ends at 24:00
}

func (s *days) end(d calendar.Date) (time.Time, error) {
	if s.close {
		if end, err := s.cal.Close(d); err != nil || s.worked || d != s.first || s.begun.Before(end) {
			return end, err
		}
	}
	next, err := some(d.AddDays(1))
	return next.Start(), err
}

// after is the n-th of the days after d.
func (s *days) after(d calendar.Date, n int) (calendar.Date, error) {
	if s.worked {
		return s.cal.AddWorkdays(d, n)
	}
	return some(d.AddDays(n))
}

// some is d, if it is a day at all.
func some(d calendar.Date) (calendar.Date, error) {
	if d.IsZero() {
		return d, errors.New("no such day")
	}
	return d, nil
}

// gone is how many of the days have ended by t.
func (s *days) gone(t time.Time) (int, error) {
	d, err := some(calendar.DateOf(t))
	if err != nil {
		return 0, err
	}
	eve := d.AddDays(-1) // its night shift may not be over
	if eve.Compare(s.first) < 0 {
		eve = s.first
	}
	n := eve.Sub(s.first)
	if s.worked {
		if n, err = s.cal.Workdays(s.first, eve); err != nil {
			return 0, err
		}
	}
	for ; !eve.IsZero() && eve.Compare(d) <= 0; eve = eve.AddDays(1) {
		if s.worked {
			if worked, err := s.cal.IsWorkday(eve); err != nil {
				return 0, err
			} else if !worked {
				continue
			}
		}
		end, err := s.end(eve)
		if err != nil {
			return 0, err
		}
		if !end.After(t) {
			n++
		}
	}
	return n, nil
}

func (l Limit) runDays(cal calendar.Calendar, from time.Time, holds []hold) (course, error) {
	d := calendar.DateOf(from)
	s := days{cal: cal, first: d.AddDays(1)}
	n := l.N
	looked := s.first // the first day whose kind matters
	fail := func(err error) (course, error) {
		due, err := unpublished(Due{Whole: true}, err)
		return course{due: due}, err
	}
	switch l.Unit {
	case Day:
		if l.Before {
			s.first = d
		}
	case WorkingDay:
		s.worked, s.close = true, true
	case WorkingDayReceived, WorkingDaySame:
		s.worked, s.close, looked = true, true, d
		r, err := received(cal, from)
		if err != nil {
			return fail(err)
		}
		if s.first = r; l.Unit == WorkingDayReceived {
			s.first = r.AddDays(1)
		}
	case ThatDay:
		s.first, n = d, 1
	case ThatDayClose:
		s.first, s.close, s.begun, looked, n = d, true, from, d, 1
	case NextMonth:
		if s.first = d.Month().Add(1).Day(l.N); l.Before {
			s.first = s.first.AddDays(-1)
		}
		n = 1
	}

	if _, err := some(s.first); err != nil {
		return fail(err)
	}
	last := s.first
	var bad error
	if s.worked {
		last, bad = s.after(s.first.AddDays(-1), n)
	} else {
		last, bad = s.after(s.first, n-1)
	}
	var end, rolledEnd time.Time
	var rolled calendar.Date
	settle := func() {
		if bad != nil {
			return
		}
		if end, bad = s.end(last); bad != nil {
			return
		}
		rolled, rolledEnd = last, end
		if l.Roll && !s.worked {
			var worked bool
			if worked, bad = cal.IsWorkday(last); bad == nil && !worked {
				if rolled, bad = cal.AddWorkdays(last, 1); bad == nil {
					rolledEnd, bad = s.end(rolled)
				}
			}
		}
	}
	settle()

	skipped := 0
	for _, h := range holds {
		if bad == nil && !h.from.Before(rolledEnd) {
			break
		}
		begin := later(h.from, from)
		if h.to.IsZero() {
			gone, err := s.gone(begin)
			if err != nil {
				c, err := fail(err)
				c.held = true
				return c, err
			}
			return course{held: true, left: time.Duration(max(n+skipped-gone, 1)) * 24 * time.Hour, first: s.first}, nil
		}
		if !h.to.After(from) {
			continue
		}
		if bad == nil && !begin.Before(end) { // between a rest day and the working day it moves to
			if !h.to.Before(rolledEnd) {
				last = calendar.DateOf(h.to)
				settle()
			}
			continue
		}
		a, errA := s.gone(begin)
		b, errB := s.gone(h.to)
		if errA != nil || errB != nil {
			return fail(errors.Join(errA, errB))
		}
		skipped += b - a
		if bad == nil && b > a {
			last, bad = s.after(last, b-a)
			settle()
		}
	}
	if bad != nil {
		return fail(bad)
	}
	due := Due{At: calendar.InChina(rolledEnd), Whole: true}
	switch {
	case s.worked, s.close:
		due.Provisional = cal.Provisional(looked, rolled)
	case l.Roll:
		due.Provisional = cal.Provisional(last, rolled)
	}
	return course{due: due, first: s.first, last: rolled}, nil
}
