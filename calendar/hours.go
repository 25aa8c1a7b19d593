package calendar

import (
	"fmt"
	"slices"
	"time"
)

// A Shift is one span of business hours. Several a day make a lunch break; a Close earlier
// than Open is a shift over midnight, which belongs to the day it starts on. Hours on
// Saturday and Sunday count on make-up days only; a make-up day whose weekday has no hours
// has Monday's.
//
// As JSON, names as below and nothing else; 0 is Sunday, 6 Saturday:
//
//	[{"days": [1, 2, 3, 4, 5], "open": "09:00", "close": "12:00"},
//	 {"days": [1, 2, 3, 4, 5], "open": "13:00", "close": "17:30", "from": "10-01", "until": "04-30"},
//	 {"days": [1, 2, 3, 4, 5], "open": "14:00", "close": "18:30", "from": "05-01", "until": "09-30"}]
//
// It is read as strictly as a [Notice]; the error is an *HoursError with the path, as
// "days[0]". What a shift may say, WithHours checks.
type Shift struct {
	Days  []time.Weekday `json:"days"`           // at least one; 0 is Sunday
	Open  string         `json:"open"`           // "09:00"
	Close string         `json:"close"`          // "12:00", "24:00"
	From  string         `json:"from,omitzero"`  // season, "05-01", that day included; empty: all year
	Until string         `json:"until,omitzero"` // "09-30", that day included; before From: over the year's end
}

// UnmarshalJSON reads a shift strictly.
func (s *Shift) UnmarshalJSON(b []byte) error {
	var v Shift
	fail := func(path, why, zh string) error { return &HoursError{-1, path, why, zh} }
	err := readObject(b, fail, func(r *reader, path, name string) error {
		switch name {
		case "days":
			return r.list(path, func(path string) error {
				n := 0
				err := r.number(path, &n, "weekday number", "星期几")
				v.Days = append(v.Days, time.Weekday(n))
				return err
			})
		case "open":
			return read(r, path, &v.Open, "a text", "文字")
		case "close":
			return read(r, path, &v.Close, "a text", "文字")
		case "from":
			return read(r, path, &v.From, "a text", "文字")
		case "until":
			return read(r, path, &v.Until, "a text", "文字")
		}
		return r.unknown(path)
	})
	if err == nil {
		*s = v
	}
	return err
}

// An HoursError says why hours were refused.
type HoursError struct {
	Shift int    // index of the shift; -1: all of them together, or one that was read by itself
	Path  string // of what could not be read in it, "days[0]"
	Why   string
	zh    string
}

func (e *HoursError) Error() string {
	s := "calendar: hours"
	if e.Shift >= 0 {
		s += fmt.Sprintf("[%d]", e.Shift)
	}
	if e.Path != "" {
		s += ": " + e.Path
	}
	return s + ": " + e.Why
}

// Zh is the same for people.
func (e *HoursError) Zh() string {
	s := "工作时间"
	if e.Shift >= 0 {
		s += fmt.Sprintf("第%d条", e.Shift+1)
	}
	if e.Path != "" {
		s += "中的" + e.Path
	}
	return s + "：" + e.zh
}

const minute = int64(time.Minute)

// hours say for each weekday and day of a leap year which shifts a working day has.
type hours struct {
	own   [7][366]uint16 // index of shifts
	sets  [][]clock      // sets[0] is no hours at all
	lines []string       // for the digest
}

// A clock is a shift on its day: minutes after 00:00, close after 24:00 if over midnight.
type clock struct{ shift, open, close int }

// allDay is a working day of 24 hours, every day of the week.
var allDay = func() *hours {
	h := &hours{sets: [][]clock{nil, {{0, 0, dayMinutes}}}}
	for w := range h.own {
		for i := range h.own[w] {
			h.own[w][i] = 1
		}
	}
	return h
}()

var weekdayZh = [7]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}

// monthDay is the month and day of a day of a leap year.
func monthDay(i int) string { return civil(2000, 1, 1).AddDays(i).String()[5:] }

// leapDay is the day of a leap year of a month and day, -1 if there is none.
func leapDay(s string) int {
	d, err := ParseDate("2000-" + s)
	if err != nil {
		return -1
	}
	return d.Sub(civil(2000, 1, 1))
}

// clockMinutes reads "09:00" up to "24:00"; -1 if it is not that.
func clockMinutes(s string) int {
	h, ok1 := digits(s, 0, 2)
	m, ok2 := digits(s, 3, 5)
	if len(s) != 5 || !ok1 || !ok2 || s[2] != ':' || m > 59 || h*60+m > dayMinutes {
		return -1
	}
	return h*60 + m
}

// newHours compiles shifts, or says what is wrong with them.
func newHours(shifts []Shift) (*hours, error) {
	bad := func(i int, why, zh string) (*hours, error) { return nil, &HoursError{i, "", why, zh} }
	type season struct{ open, close, from, until int }
	read := make([]season, len(shifts))
	h := &hours{sets: [][]clock{nil}}
	for i, s := range shifts {
		r := season{clockMinutes(s.Open), clockMinutes(s.Close), 0, 365}
		switch {
		case len(s.Days) == 0:
			return bad(i, "no days", "没有写明星期几")
		case r.open < 0 || r.open == dayMinutes:
			return bad(i, fmt.Sprintf("open %.20q is no time from 00:00 to 23:59", s.Open), fmt.Sprintf("开门时间“%.20s”无效，应为00:00至23:59", s.Open))
		case r.close < 0:
			return bad(i, fmt.Sprintf("close %.20q is no time from 00:00 to 24:00", s.Close), fmt.Sprintf("关门时间“%.20s”无效，应为00:00至24:00", s.Close))
		case r.open == r.close:
			return bad(i, "opens and closes at "+s.Open, "开门与关门都是"+s.Open)
		case (s.From == "") != (s.Until == ""):
			return bad(i, fmt.Sprintf("season %.20q to %.20q: it needs both", s.From, s.Until), fmt.Sprintf("季节“%.20s”至“%.20s”：起止须同时写明", s.From, s.Until))
		case s.From != "":
			r.from, r.until = leapDay(s.From), leapDay(s.Until)
			if r.from < 0 || r.until < 0 {
				return bad(i, fmt.Sprintf("season %.20q to %.20q is not two days like 05-01", s.From, s.Until), fmt.Sprintf("季节“%.20s”至“%.20s”无效，应为05-01这样的日期", s.From, s.Until))
			}
		}
		if r.close < r.open {
			r.close += dayMinutes
		}
		read[i] = r
		for j, w := range s.Days {
			if w < 0 || w > 6 {
				return bad(i, fmt.Sprintf("%d is no weekday from 0, Sunday, to 6", int(w)), fmt.Sprintf("星期%d无效，应为0（周日）至6（周六）", int(w)))
			}
			if slices.Contains(s.Days[:j], w) {
				return bad(i, w.String()+" is named twice", weekdayZh[w]+"写了两次")
			}
			h.lines = append(h.lines, fmt.Sprintf("%d %d %d %d %d", w, r.open, r.close, r.from, r.until))
		}
	}
	slices.Sort(h.lines)

	index := map[string]uint16{"": 0}
	for day := range 366 {
		for w := range 7 {
			var set []clock
			for i, s := range shifts {
				r := read[i]
				in := r.from <= day && day <= r.until
				if r.until < r.from {
					in = day >= r.from || day <= r.until
				}
				if in && slices.Contains(s.Days, time.Weekday(w)) {
					set = append(set, clock{i, r.open, r.close})
				}
			}
			slices.SortFunc(set, func(a, b clock) int { return a.open - b.open })
			for i := 1; i < len(set); i++ {
				if set[i].open < set[i-1].close {
					return bad(set[i].shift, fmt.Sprintf("overlaps hours[%d] on %s %s", set[i-1].shift, time.Weekday(w), monthDay(day)),
						fmt.Sprintf("与第%d条在%s（%s）重叠", set[i-1].shift+1, weekdayZh[w], monthDay(day)))
				}
			}
			if len(set) == 0 && w >= 1 && w <= 5 {
				return bad(-1, fmt.Sprintf("none on %s %s", time.Weekday(w), monthDay(day)), weekdayZh[w]+"（"+monthDay(day)+"）没有工作时间")
			}
			key := fmt.Sprint(set)
			if len(set) == 0 {
				key = ""
			}
			k, ok := index[key]
			if !ok {
				k = uint16(len(h.sets))
				index[key] = k
				h.sets = append(h.sets, set)
			}
			h.own[w][day] = k
		}
		for _, w := range []int{0, 6} {
			if h.own[w][day] == 0 {
				h.own[w][day] = h.own[1][day]
			}
		}
	}
	// What a night shift leaves to the next day must not meet that day's own hours.
	for day := range 366 {
		next := []int{(day + 1) % 366}
		if monthDay(day) == "02-28" {
			next = append(next, day+2)
		}
		for w := range 7 {
			set := h.sets[h.own[w][day]]
			night := set[len(set)-1]
			for _, n := range next {
				if first := h.sets[h.own[(w+1)%7][n]][0]; night.close-dayMinutes > first.open {
					return bad(night.shift, fmt.Sprintf("runs over midnight of %s %s into hours[%d]", time.Weekday(w), monthDay(day), first.shift),
						fmt.Sprintf("%s（%s）跨零点后与第%d条重叠", weekdayZh[w], monthDay(day), first.shift+1))
				}
			}
		}
	}
	return h, nil
}
