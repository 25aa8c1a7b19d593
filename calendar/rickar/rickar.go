// Package rickar answers: how does code written for github.com/rickar/cal/v2 use our days, and
// ours theirs? For days, never for hours.
//
// Calendar gives ours to code that is written for theirs, Notices gives theirs to ours:
//
//	theirs := cal.NewBusinessCalendar()
//	theirs.AddHoliday(us.Holidays...)
//	notices, err := rickar.Notices(theirs, 2020, 2030)
//	…
//	ours, err := calendar.Calendar{}.With(notices...) // nothing of China in it
//
// Hours do not cross: theirs know one span a day, not 24:00 and no night shift. Give ours
// WithHours.
package rickar

import (
	"fmt"
	"time"

	"example.com/wuye/calendar"
	"github.com/rickar/cal/v2"
)

// Calendar gives ours to code written for theirs: make-up days are worked, and days off are
// holidays under their names. What differs from ours:
//
//   - Their functions return no errors, and search until they find a working day. So a
//     year without a notice has the plain week, Monday to Friday: look at c.Years before.
//   - The day of a time.Time is the one it shows in its own zone. Hand it calendar.InChina(t).
//   - Their hours are left at 9 to 17, whatever c's hours are.
//
// It is a new one at each call, since theirs can be changed. Their cache is off; set
// Cacheable once all holidays of your own are added.
func Calendar(c calendar.Calendar) *cal.BusinessCalendar {
	out := cal.NewBusinessCalendar() // no Locations: they are compared by pointer
	out.Name = "CN " + c.ID()
	out.WorkdayFunc = func(t time.Time) bool {
		d, err := calendar.NewDate(t.Date())
		if err == nil {
			var worked bool
			if worked, err = c.IsWorkday(d); err == nil {
				return worked
			}
		}
		return !cal.IsWeekend(t)
	}
	for _, year := range c.Years() {
		for d := firstOf(year); d.Year() == year; d = d.AddDays(1) {
			if day, err := c.Day(d); err == nil && day.Kind == calendar.Holiday {
				out.AddHoliday(holiday(day))
			}
		}
	}
	return out
}

func holiday(day calendar.Day) *cal.Holiday {
	start := day.Date.Start()
	return &cal.Holiday{
		Name: day.Name, Description: day.Source, Type: cal.ObservancePublic,
		StartYear: start.Year(), EndYear: start.Year(), Month: start.Month(), Day: start.Day(),
		Func: func(*cal.Holiday, int) time.Time { return start }, // theirs would use time.Local
	}
}

func firstOf(year int) calendar.Date {
	d, _ := calendar.NewDate(year, time.January, 1)
	return d
}

// Notices gives theirs to ours, for a span of years, both included: one notice a year, for
// a calendar that starts from the zero Calendar. Its holidays are statutory; a Saturday or
// Sunday that theirs works is a make-up day, a weekday that it does not is off.
//
// The last three days of a year are provisional until the next year's notice is there, so
// ask for one year more than is needed. A year in which nothing differs from the plain
// week names its first Sunday, since a notice that says nothing is refused.
func Notices(c *cal.BusinessCalendar, from, to int) ([]calendar.Notice, error) {
	if c == nil {
		return nil, &InputError{"no calendar", "未给出日历"}
	}
	if from < 1 || to > 9999 || to < from {
		return nil, &InputError{fmt.Sprintf("%d to %d is no span of the years 1 to 9999", from, to), fmt.Sprintf("%d至%d不是公元1至9999年内的年份范围", from, to)}
	}
	zone := time.UTC
	for _, l := range c.Locations { // it has no holidays in any other zone, not even an equal one
		if l != nil {
			zone = l
			break
		}
	}
	source := c.Name
	if source == "" {
		source = "rickar/cal"
	}
	var out []calendar.Notice
	for year := from; year <= to; year++ {
		n := calendar.Notice{Year: year, Source: source}
		var sunday calendar.Date
		for d := firstOf(year); d.Year() == year; d = d.AddDays(1) {
			y, m, day := d.Start().Date()
			noon := time.Date(y, m, day, 12, 0, 0, 0, zone)
			worked, weekend := c.IsWorkday(noon), cal.IsWeekend(noon)
			actual, observed, h := c.IsHoliday(noon)
			name := ""
			if h != nil && (actual || observed) {
				name = h.Name
			}
			switch {
			case worked && weekend:
				n.Work = extend(n.Work, d, name, false)
			case !worked && (!weekend || actual || observed):
				n.Off = extend(n.Off, d, name, actual || observed)
			}
			if sunday.IsZero() && !worked && noon.Weekday() == time.Sunday {
				sunday = d
			}
		}
		if len(n.Off)+len(n.Work) == 0 {
			n.Off = extend(nil, sunday, "Sunday", true)
		}
		out = append(out, n)
	}
	return out, nil
}

// An InputError says why there are no notices.
type InputError struct{ Why, zh string }

func (e *InputError) Error() string { return "rickar: " + e.Why }

// Zh is the same for people.
func (e *InputError) Zh() string { return e.zh }

// extend adds d to the last stretch, or begins another.
func extend(l []calendar.Stretch, d calendar.Date, name string, statutory bool) []calendar.Stretch {
	if i := len(l) - 1; i >= 0 && l[i].To.AddDays(1) == d && l[i].Name == name && l[i].Statutory == statutory {
		l[i].To = d
		return l
	}
	return append(l, calendar.Stretch{Name: name, From: d, To: d, Statutory: statutory})
}
