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
