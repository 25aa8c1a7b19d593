package calendar

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

// year is the year of an *UnpublishedError, 0 for none.
func year(t testing.TB, err error) int {
	t.Helper()
	if err == nil {
		return 0
	}
	var e *UnpublishedError
	if !errors.As(err, &e) {
		t.Fatalf("%T: %v", err, err)
	}
	return e.Year
}

// golden compares got with a file that a manager can read.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; run with -update and read the change:\n%s", file, got)
	}
}

// Two years as one sees them on a wall: worked days bare, 班 make-up, 休 statutory and shifted
// holiday, a dot for a plain weekend.
func TestYearGrids(t *testing.T) {
	for _, y := range []int{2020, 2026} {
		var b strings.Builder
		for m := time.January; m <= time.December; m++ {
			first := civil(y, m, 1)
			fmt.Fprintf(&b, "%s\n   一     二     三     四     五     六     日\n", first.Month())
			b.WriteString(strings.Repeat("       ", (int(first.Weekday())+6)%7))
			for x := first; x.Month() == first.Month(); x = x.AddDays(1) {
				day, err := China().Day(x)
				if err != nil {
					t.Fatal(err)
				}
				mark := "  "
				switch {
				case day.Kind == MakeUp:
					mark = "班"
				case day.Statutory:
					mark = "法"
				case day.Kind == Holiday:
					mark = "休"
				case day.Kind == Weekend:
					mark = ". "
				}
				fmt.Fprintf(&b, "  %2d %s", x.Day(), mark)
				if x.Weekday() == time.Sunday || x == first.Month().Last() {
					b.WriteString("\n")
				} else {
					b.WriteString(" ")
				}
			}
			b.WriteString("\n")
		}
		golden(t, fmt.Sprintf("testdata/%d.txt", y), b.String())
	}
}

// The edges, row by row.
func TestAddWorkdaysEdges(t *testing.T) {
	s, _ := Statutory(2027)
	provisional := with(t, China(), s)
	next := with(t, China(), parse(t, notice2027))
	for _, c := range []struct {
		cal  Calendar
		from string
		n    int
		want string
		year int
	}{
		{China(), "2003-12-31", 1, "2004-01-02", 0},
		{China(), "2003-12-30", 1, "", 2003},
		{China(), "2004-01-02", -1, "", 2003},
		{China(), "2004-01-01", -1, "", 2003},
		{China(), "2004-01-05", -1, "2004-01-02", 0},
		{China(), "2027-01-01", -1, "2026-12-31", 0},
		{China(), "2027-01-02", -1, "", 2027},
		{China(), "2026-12-31", 1, "", 2027},
		{China(), "2026-12-30", 1, "2026-12-31", 0},
		{China(), "2027-01-01", 1, "", 2027},
		{China(), "2003-12-31", -1, "", 2003},
		{China(), "1999-05-05", 0, "1999-05-05", 0}, // no day is looked at
		{China(), "9999-12-31", 1, "", 10000},
		{China(), "0001-01-01", -1, "", 0}, // checked below
		{China(), "2026-09-18", math.MaxInt, "", 2027},
		{China(), "2026-09-18", math.MinInt, "", 2003},
		{China(), "2003-12-31", math.MaxInt, "", 2027},
		{China(), "2027-01-01", math.MinInt, "", 2003},
		{China(), "2030-01-01", math.MaxInt, "", 2030},

		{China(), "2026-09-18", 1, "2026-09-20", 0}, // a make-up Sunday
		{China(), "2026-09-19", 1, "2026-09-20", 0}, // from a rest day
		{China(), "2026-09-20", 1, "2026-09-21", 0},
		{China(), "2026-09-19", 0, "2026-09-19", 0},
		{China(), "2026-09-19", -1, "2026-09-18", 0},
		{China(), "2026-09-30", 1, "2026-10-08", 0},
		{China(), "2026-10-05", 3, "2026-10-10", 0},
		{China(), "2026-10-05", -2, "2026-09-29", 0},
		{China(), "2020-01-30", 1, "2020-02-03", 0},
		{provisional, "2026-12-31", 1, "2027-01-04", 0},
		{provisional, "2027-12-31", 1, "", 2028},
		{next, "2026-12-31", 1, "2027-01-03", 0},
		{next, "2026-12-30", 1, "2027-01-03", 0}, // 31 December is off by next year's notice
		{Calendar{}, "2026-09-18", 1, "", 2026},
		{Calendar{}, "2026-09-18", 0, "2026-09-18", 0},
	} {
		if c.from == "0001-01-01" {
			var e *UnpublishedError
			if _, err := c.cal.AddWorkdays(d(c.from), c.n); !errors.As(err, &e) || e.Year != 0 {
				t.Errorf("before the first day: %v", err)
			}
			continue
		}
		got, err := c.cal.AddWorkdays(d(c.from), c.n)
		if got.String() != c.want || year(t, err) != c.year {
			t.Errorf("AddWorkdays(%s, %d) = %v, %v; want %s%d", c.from, c.n, got, err, c.want, c.year)
		}
	}
}

func TestWorkdaysEdges(t *testing.T) {
	for _, c := range []struct {
		from, to   string
		want, year int
	}{
		{"2026-12-01", "2027-01-01", 23, 0},
		{"2026-12-01", "2027-01-02", 0, 2027},
		{"2027-01-01", "2026-12-01", -23, 0},
		{"2027-01-02", "2026-12-01", 0, 2027},
		{"2003-12-31", "2004-02-01", 0, 2003},
		{"2004-01-01", "2004-02-01", 18, 0},
		{"2004-02-01", "2003-12-31", 0, 2003},
		{"2026-02-01", "2026-03-01", 16, 0}, // counted on the wall: TestFebruary2026
		{"2026-03-01", "2026-02-01", -16, 0},
		{"2030-01-01", "2030-01-01", 0, 0}, // no day is looked at
		{"2001-01-01", "2030-01-01", 0, 2001},
		{"2030-01-01", "2001-01-01", 0, 2029},
		{"2026-09-18", "2026-09-18", 0, 0},
		{"2026-09-18", "2026-09-19", 1, 0},
	} {
		got, err := China().Workdays(d(c.from), d(c.to))
		if got != c.want || year(t, err) != c.year {
			t.Errorf("Workdays(%s, %s) = %d, %v; want %d, %d", c.from, c.to, got, err, c.want, c.year)
		}
	}
}

// February 2026: 20 plain weekdays, less 16 to 20 and 23 of the Spring Festival, and the
// Saturdays 14 and 28 worked.
func TestFebruary2026(t *testing.T) {
	var got []int
	for x := d("2026-02-01"); x.Month() == MustMonth("2026-02"); x = x.AddDays(1) {
		if worked, _ := China().IsWorkday(x); worked {
			got = append(got, x.Day())
		}
	}
	if fmt.Sprint(got) != "[2 3 4 5 6 9 10 11 12 13 14 24 25 26 27 28]" {
		t.Error(got)
	}
}

// CC-201: the first day of a period of days is not counted, worked or not.
func TestCC_201(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		from := d("2004-01-01").AddDays(rapid.IntRange(0, 8000).Draw(t, "day"))
		got, err := China().AddWorkdays(from, 1)
		if err != nil || got.Compare(from) <= 0 {
			t.Fatalf("%v + 1 working day = %v, %v", from, got, err)
		}
	})
}

// CC-203: without business hours the last day ends at 24:00, with them at the close; a
// last day that is a rest day moves to the next working day.
func TestCC_203(t *testing.T) {
	hours := split(t)
	for _, c := range []struct {
		cal       Calendar
		day, want string
	}{
		{China(), "2026-09-18", "2026-09-19 00:00"}, {hours, "2026-09-18", "2026-09-18 17:30"},
		{hours, "2026-09-19", "2026-09-20 00:00"}, // a rest day
		{hours, "2026-09-20", "2026-09-20 17:30"}, // make-up day, Monday's hours
		{China(), "2026-12-31", "2027-01-01 00:00"}, {hours, "2026-12-31", "2026-12-31 17:30"},
	} {
		got, err := c.cal.Close(d(c.day))
		if err != nil || clockOf(got) != c.want {
			t.Errorf("Close(%s) = %v, %v, want %s", c.day, got, err, c.want)
		}
	}
	// A week from 28 September ends on 5 October, a holiday: 8 October.
	last := d("2026-09-28").AddDays(7)
	if got, _ := China().AddWorkdays(last.AddDays(-1), 1); got != d("2026-10-08") {
		t.Error(got)
	}
}

// Friday 2026-09-18 16:00 and one working day: the close of Sunday, a make-up day.
func TestOneWorkingDay(t *testing.T) {
	c := split(t)
	day, err := c.AddWorkdays(DateOf(at("2026-09-18 16:00")), 1)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := c.Close(day); err != nil || clockOf(got) != "2026-09-20 17:30" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestNoDate(t *testing.T) {
	c := China()
	var zero Date
	whole := with(t, Calendar{}, Notice{Year: 1, Off: []Stretch{{From: d("0001-01-01")}}}) // where a day 0 would be near
	for _, c := range []Calendar{c, {}, whole} {
		_, err1 := c.Day(zero)
		_, err2 := c.IsWorkday(zero)
		_, err3 := c.AddWorkdays(zero, 1)
		_, err4 := c.AddWorkdays(zero, 0)
		_, err5 := c.AddWorkdays(zero, -1)
		_, err6 := c.Workdays(zero, d("2026-01-01"))
		_, err7 := c.Workdays(d("2026-01-01"), zero)
		_, err8 := c.Close(zero)
		for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8} {
			var e *InputError
			if !errors.As(err, &e) || e.Zh() == "" {
				t.Errorf("%d: %v", i+1, err)
			}
		}
	}
}

func TestZeroCalendar(t *testing.T) {
	var c Calendar
	x, now := d("2026-09-18"), at("2026-09-18 16:00")
	_, err1 := c.Day(x)
	_, err2 := c.IsWorkday(x)
	_, err3 := c.AddWorkdays(x, 1)
	_, err4 := c.Workdays(x, x.AddDays(1))
	_, err5 := c.Close(x)
	_, err6 := c.AddWorkingTime(now, time.Hour)
	_, err7 := c.WorkingTime(now, now.Add(1))
	_, err8 := c.Spans(now, now.Add(1))
	_, err9 := c.IsOpen(now)
	_, err10 := c.NextOpen(now)
	_, err11 := c.NextClose(now)
	for i, err := range []error{err1, err2, err3, err4, err5, err6, err7, err8, err9, err10, err11} {
		if year(t, err) != 2026 {
			t.Errorf("%d: %v", i+1, err)
		}
	}
	if c.ID() != "" || c.Years() != nil || c.AsKnownOn(x) != c {
		t.Error("the zero Calendar knows something")
	}
	hours, err := c.WithHours(weekHours...)
	if err != nil {
		t.Fatal(err)
	}
	hours = with(t, hours, notices...)
	if hours.ID() != split(t).ID() {
		t.Error("hours and notices in the other order give another calendar")
	}
}

// Years need not be in a row; a walk stops at the first that is missing.
func TestGap(t *testing.T) {
	s2030, _ := Statutory(2030)
	s2031, _ := Statutory(2031)
	c := with(t, China(), s2030, s2031)
	if got := fmt.Sprint(c.Years()[22:]); got != "[2026 2030 2031]" {
		t.Error(got)
	}
	check := func(what string, err error, want int) {
		t.Helper()
		if year(t, err) != want {
			t.Errorf("%s: %v, want %d", what, err, want)
		}
	}
	_, err := c.Workdays(d("2026-01-01"), d("2030-06-01"))
	check("forward", err, 2027)
	_, err = c.Workdays(d("2030-06-01"), d("2026-01-01"))
	check("back", err, 2029)
	_, err = c.AddWorkdays(d("2026-12-01"), 40)
	check("days on", err, 2027)
	_, err = c.AddWorkdays(d("2030-02-01"), -400)
	check("days back", err, 2029)
	_, err = c.WorkingTime(at("2026-06-01 00:00"), at("2030-06-01 00:00"))
	check("time", err, 2027)
	_, err = c.WorkingTime(at("2030-06-01 00:00"), at("2026-06-01 00:00"))
	check("time back", err, 2029)
	_, err = c.AddWorkingTime(at("2030-01-01 00:00"), -1)
	check("instant back", err, 2029)
	_, err = c.Spans(at("2026-06-01 00:00"), at("2030-06-01 00:00"))
	check("spans", err, 2027)
	if got, err := c.AddWorkdays(d("2030-01-01"), 1); err != nil || got != d("2030-01-02") {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := c.Day(d("2031-05-01")); err != nil || !got.Provisional || got.Kind != Holiday {
		t.Errorf("%+v, %v", got, err)
	}
}

// The second version: it walks day by day over what testdata says.
func TestDaysAgainstWalk(t *testing.T) {
	days := readDays(t)
	worked := func(x Date) bool {
		if s, ok := days[x]; ok {
			return s.kind == "work"
		}
		return x.Weekday()%6 != 0
	}
	first, last := d("2004-01-01"), d("2026-12-31")
	rapid.Check(t, func(t *rapid.T) {
		from := first.AddDays(rapid.IntRange(-3, last.Sub(first)+3).Draw(t, "from"))
		n := rapid.IntRange(-400, 400).Draw(t, "n")
		step := 1
		if n < 0 {
			step = -1
		}
		x, left, missing := from, n, 0
		for left != 0 && missing == 0 {
			if x = x.AddDays(step); x.Compare(first) < 0 || x.Compare(last) > 0 {
				missing = x.Year()
			} else if worked(x) {
				left -= step
			}
		}
		got, err := China().AddWorkdays(from, n)
		if missing != 0 {
			x = Date{}
		}
		var e *UnpublishedError
		if got != x || errors.As(err, &e) != (missing != 0) || e != nil && e.Year != missing {
			t.Fatalf("AddWorkdays(%v, %d) = %v, %v; want %v, %d", from, n, got, err, x, missing)
		}

		to := from.AddDays(n)
		count, missing := 0, 0
		for x := from; x != to && missing == 0; {
			y := x
			if x = x.AddDays(step); step < 0 {
				y = x
			}
			if y.Compare(first) < 0 || y.Compare(last) > 0 {
				missing = y.Year()
			} else if worked(y) {
				count += step
			}
		}
		if missing != 0 {
			count = 0
		}
		e = nil
		gotN, err := China().Workdays(from, to)
		if gotN != count || errors.As(err, &e) != (missing != 0) || e != nil && e.Year != missing {
			t.Fatalf("Workdays(%v, %v) = %d, %v; want %d, %d", from, to, gotN, err, count, missing)
		}
	})
}

func TestLabels(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range []Kind{Workday, Weekend, Holiday, MakeUp} {
		if !k.Valid() || seen[k.Label()] {
			t.Errorf("%s: %q", k, k.Label())
		}
		seen[k.Label()] = true
	}
	if k := Kind("x"); k.Valid() || k.Label() != "" || k.Worked() {
		t.Error("an unknown kind is known")
	}
	if got := (&UnpublishedError{2027}).Error(); !strings.HasPrefix(got, "calendar: ") || !strings.Contains(got, "2027") {
		t.Error(got)
	}
	if got := (&UnpublishedError{2027}).Zh(); !strings.Contains(got, "2027年") {
		t.Error(got)
	}
}
