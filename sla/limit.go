package sla

import (
	"errors"
	"strconv"
	"time"

	"example.com/wuye/calendar"
)

// A Unit says how a limit runs. Here d is the day of the start and r the day of receipt: d,
// or the next working day if d is a rest day or the start is at or after d's close.
type Unit string

const (
	// Minute and Hour run round the clock from the start (CC-201, first sentence).
	Minute Unit = "minute"
	Hour   Unit = "hour"

	// WorkingMinute and WorkingHour run from the start through business hours only. Until
	// the calendar has hours, a working day is all of it (CC-203).
	WorkingMinute Unit = "working_minute"
	WorkingHour   Unit = "working_hour"

	// Day is the end, 24:00, of the N-th day after d: the first day is not counted (CC-201).
	Day Unit = "day"

	// WorkingDay is the close of business of the N-th working day after d (CC-201, CC-203).
	WorkingDay Unit = "working_day"

	// WorkingDayReceived counts from r, not from d: what comes in on a rest day or after
	// hours is received on the next working day, which is then not counted (CC-201).
	WorkingDayReceived Unit = "working_day_received"

	// WorkingDayHours is as much working time as N working days from r have, from the start
	// on: an instant, as agreed hours are (CC-201, CC-204).
	WorkingDayHours Unit = "working_day_hours"

	// WorkingDaySame is the close of the N-th working day from r, r itself the first
	// (CC-203, by agreement under CC-204).
	WorkingDaySame Unit = "working_day_same"

	// ThatDay is 24:00 of d (CC-203); ThatDayClose the close of business of d, but 24:00 if
	// the start is at or after it. Neither has an amount: N is 0 or 1.
	ThatDay      Unit = "that_day"
	ThatDayClose Unit = "that_day_close"

	// NextMonth is 24:00 of day N of the month after d's, or of its last day if it has no
	// day N (CC-202).
	NextMonth Unit = "next_month"

	// Promise is the instant that the starting event names in Until (CC-204). It has no
	// amount: N is 0 or 1.
	Promise Unit = "promise"
)

// MaxN is the largest amount of a limit; day N of next month goes to 31.
const MaxN = 1_000_000

// A unitInfo is what the code knows about a unit.
type unitInfo struct {
	unit    Unit
	zh      string // label
	text    string // of a limit in Chinese, %: N
	one     string // of a limit in English
	many    string
	max     int  // of N; 0: it has no amount
	whole   bool // due at the end of a day
	working bool // looks at working days, or working time
	before  bool // a last day that may be left out
}

// units is the one table of them; an unknown unit has the last row.
var units = []unitInfo{
	{Minute, "分钟", "%分钟", "% minute", "% minutes", MaxN, false, false, false},
	{Hour, "小时", "%小时", "% hour", "% hours", MaxN, false, false, false},
	{WorkingMinute, "工作分钟", "%个工作分钟", "% working minute", "% working minutes", MaxN, false, true, false},
	{WorkingHour, "工作小时", "%个工作小时", "% working hour", "% working hours", MaxN, false, true, false},
	{Day, "天", "%天", "% day", "% days", MaxN, true, false, true},
	{WorkingDay, "工作日", "%个工作日", "% working day", "% working days", MaxN, true, true, false},
	{WorkingDayReceived, "工作日（收到次日起算）", "收到后%个工作日", "% working day after receipt", "% working days after receipt", MaxN, true, true, false},
	{WorkingDayHours, "工作日（按工时）", "%个工作日的工时", "the hours of % working day", "the hours of % working days", MaxN, false, true, false},
	{WorkingDaySame, "工作日（首日计入）", "含首日%个工作日", "% working day, the first counted", "% working days, the first counted", MaxN, true, true, false},
	{ThatDay, "当天", "当天", "that day", "that day", 0, true, false, false},
	{ThatDayClose, "当天下班前", "当天下班前", "that day's close", "that day's close", 0, true, true, false},
	{NextMonth, "次月某日", "次月%日", "day % of next month", "day % of next month", 31, true, false, true},
	{Promise, "约定时间", "按约定时间", "as promised", "as promised", 0, false, false, false},
	{},
}

// row is the place of u in units.
func (u Unit) row() int {
	for i := range units {
		if units[i].unit == u {
			return i
		}
	}
	return len(units) - 1
}

// Label is the unit in Chinese, "" for an unknown one.
func (u Unit) Label() string { return units[u.row()].zh }

// Valid reports whether u is one of the constants.
func (u Unit) Valid() bool { return units[u.row()].unit != "" }

// A Limit is an amount of a unit; the unit decides how it runs (CC-201 … CC-203).
type Limit struct {
	N      int  `json:"n,omitzero"`
	Unit   Unit `json:"unit,omitzero"`
	Roll   bool `json:"roll,omitzero"`   // a last day that is a rest day moves on to the next working day (reading rest-day, CC-203); not for instants
	Before bool `json:"before,omitzero"` // the last day is not included (reading by-the-nth); only of Day and NextMonth, and first, then Roll
}

// Minutes is n minutes from the start, round the clock (HL2-2.2).
func Minutes(n int) Limit { return Limit{N: n, Unit: Minute} }

// Hours is n hours from the start, round the clock (HL2-2.2).
func Hours(n int) Limit { return Limit{N: n, Unit: Hour} }

// WorkingHours is n hours of business from the start; without business hours a working day has 24.
func WorkingHours(n int) Limit { return Limit{N: n, Unit: WorkingHour} }

// Days is to the end of the n-th natural day, the first not counted. It implements CC-201.
func Days(n int) Limit { return Limit{N: n, Unit: Day} }

// WorkingDays is to the close of business of the n-th working day, the first day not counted; without
// business hours to its 24:00. It implements CC-201 and CC-203.
func WorkingDays(n int) Limit { return Limit{N: n, Unit: WorkingDay} }

// SameDay is to the end of the day of the start.
func SameDay() Limit { return Limit{Unit: ThatDay} }

// AsPromised is the instant that the starting event's Until names.
func AsPromised() Limit { return Limit{Unit: Promise} }

// ByNextMonth is the end of that day of next month, or of next month's last day.
func ByNextMonth(day int) Limit { return Limit{N: day, Unit: NextMonth} }

// String is "2 working days", for programmers. Label is for people.
func (l Limit) String() string { return l.text(false) }

// Label is the limit in Chinese: "2个工作日".
func (l Limit) Label() string { return l.text(true) }

func (l Limit) text(zh bool) string {
	i := units[l.Unit.row()]
	if i.unit == "" {
		return strconv.Itoa(l.N) + " " + strconv.Quote(string(l.Unit))
	}
	s, before, roll := i.many, ", that day excluded", ", or the next working day"
	if l.N == 1 {
		s = i.one
	}
	if zh {
		s, before, roll = i.text, "（不含）", "（遇休息日顺延）"
	}
	for at := range s {
		if s[at] == '%' {
			s = s[:at] + strconv.Itoa(l.N) + s[at+1:]
			break
		}
	}
	if l.Before {
		s += before
	}
	if l.Roll {
		s += roll
	}
	return s
}

// A LimitError says which field of a limit cannot be.
type LimitError struct {
	Limit Limit
	Field string // "n", "unit", "roll" or "before"; "from": it would be due outside the years 1 to 9999
}

func (e *LimitError) Error() string {
	why := map[string]string{"unit": "unknown unit", "roll": "only a limit that ends with a day can roll", "before": "only days and next month can leave out their last day", "from": "it would be due outside the years 1 to 9999"}[e.Field]
	if e.Field == "n" {
		why = "n is " + strconv.Itoa(e.Limit.N) + ", not 1 to 1000000"
		if i := units[e.Limit.Unit.row()]; i.max == 0 {
			why = "n is " + strconv.Itoa(e.Limit.N) + ", but the unit has no amount"
		} else if i.max < MaxN {
			why = "n is " + strconv.Itoa(e.Limit.N) + ", not 1 to " + strconv.Itoa(i.max)
		}
	}
	return "sla: limit of unit " + strconv.Quote(string(e.Limit.Unit)) + ": " + why
}

// Zh says it in Chinese.
func (e *LimitError) Zh() string {
	switch e.Field {
	case "unit":
		return "没有“" + string(e.Limit.Unit) + "”这种时限单位"
	case "roll":
		return "只有以整天计的时限才能遇休息日顺延"
	case "before":
		return "只有按天计或次月某日的时限才能不含最后一天"
	case "from":
		return "到期时刻超出公元1年至9999年"
	}
	i := units[e.Limit.Unit.row()]
	if i.max == 0 {
		return "“" + i.zh + "”这种时限没有数量"
	}
	return "时限“" + i.zh + "”的数量" + strconv.Itoa(e.Limit.N) + "不在1到" + strconv.Itoa(i.max) + "之间"
}

func (l Limit) check() error {
	i := l.Unit.row()
	max := units[i].max
	switch {
	case units[i].unit == "":
		return &LimitError{l, "unit"}
	case max > 0 && (l.N < 1 || l.N > max), max == 0 && l.N != 0 && l.N != 1:
		return &LimitError{l, "n"}
	case l.Roll && !units[i].whole:
		return &LimitError{l, "roll"}
	case l.Before && !units[i].before:
		return &LimitError{l, "before"}
	}
	return nil
}

// Due is a deadline. An instant is met at At; a day is met before At, the midnight or
// close of business that ends it.
type Due struct {
	At          time.Time `json:"at,omitzero"`
	Whole       bool      `json:"whole,omitzero"`       // a day, not an instant
	Provisional bool      `json:"provisional,omitzero"` // rests on a notice that is not out
	Unpublished int       `json:"unpublished,omitzero"` // the year without a notice that it falls in, or 10000 if no date can say it; then At is zero
}

// Label is the deadline as people in China write it, "2026-09-22 24:00": the midnight that ends
// a day is that day's. Empty if it has no instant.
func (d Due) Label() string {
	at := calendar.InChina(d.At)
	switch {
	case d.At.IsZero():
		return ""
	case d.Whole && at.Equal(calendar.DateOf(at).Start()):
		return calendar.DateOf(at).AddDays(-1).String() + " 24:00"
	}
	return at.Format("2006-01-02 15:04")
}

// Met reports whether what was done at that instant was in time: at At itself still for an
// instant, no longer for a day. A Due with Unpublished is not met by anything; nor is it
// late (see Late).
func (d Due) Met(at time.Time) bool { return d.Unpublished == 0 && !d.Late(at) }

// Late reports whether the deadline had passed at that instant. A Due with Unpublished has
// not.
func (d Due) Late(at time.Time) bool {
	return d.Unpublished == 0 && (at.After(d.At) || d.Whole && at.Equal(d.At))
}

// Due is the deadline of a limit that starts at from. Of AsPromised, whose deadline stands
// in the starting event, it is from itself: pass Until.
//
// The error is a *LimitError for a limit that cannot be, or a *calendar.UnpublishedError if
// a day that must be looked at has no notice; Due then has Unpublished, and is neither met
// nor late. It implements CC-201, CC-202 and CC-203.
func (l Limit) Due(cal calendar.Calendar, from time.Time) (Due, error) {
	if err := l.check(); err != nil {
		return Due{}, err
	}
	r, err := l.run(cal, from, nil)
	if _, outside := errors.AsType[*LimitError](err); outside {
		return Due{}, err
	}
	return r.due, err
}

// wake is the first instant that is late.
func (d Due) wake() time.Time {
	if d.Whole {
		return d.At
	}
	return d.At.Add(1)
}

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
