package calendar

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func d(s string) Date { return MustDate(s) }

var allWeek = []time.Weekday{0, 1, 2, 3, 4, 5, 6}

// Every day of 9999 years, against package time.
func TestDateEveryDay(t *testing.T) {
	day := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := int32(1); n <= maxDate; n++ {
		y, m, dd := day.Date()
		x := Date{n}
		gy, gm, gd := x.split()
		if gy != y || gm != m || gd != dd || civil(y, m, dd) != x || x.Weekday() != day.Weekday() {
			t.Fatalf("day %d is %v, want %v", n, x, day)
		}
		day = day.Add(24 * time.Hour)
	}
	if got := (Date{maxDate}).String(); got != "9999-12-31" {
		t.Errorf("the last day is %s", got)
	}
}

func TestDateRefused(t *testing.T) {
	for _, s := range []string{
		"", "2026", "2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32", "2026-04-31",
		"0000-01-01", "1900-02-29", "2026-1-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "+026-01-01",
		"20260101", "2026-01-01T00:00:00Z", "２０２６-01-01", "2026-0１-1", strings.Repeat("9", 1000),
	} {
		got, err := ParseDate(s)
		var in *InputError
		if !errors.As(err, &in) || !got.IsZero() {
			t.Errorf("ParseDate(%.20q) = %v, %v", s, got, err)
			continue
		}
		if len(s) == 10 && in.Input != s {
			t.Errorf("the error of %q names %q", s, in.Input)
		}
		if in.Zh() == "" || !strings.HasPrefix(in.Error(), "calendar: ") {
			t.Errorf("%q: %q, %q", s, in.Error(), in.Zh())
		}
	}
	for _, s := range []string{"", "2026", "2026-13", "2026-00", "0000-01", "2026-1", "2026-01-01", "2026/01"} {
		var in *InputError
		if got, err := ParseMonth(s); !errors.As(err, &in) || !got.IsZero() {
			t.Errorf("ParseMonth(%q) = %v, %v", s, got, err)
		}
	}
	for _, c := range [][3]int{{0, 1, 1}, {10000, 1, 1}, {2026, 2, 29}, {2026, 13, 1}, {2026, 1, 0}, {math.MaxInt, math.MaxInt, math.MaxInt}, {math.MinInt, math.MinInt, math.MinInt}} {
		if got, err := NewDate(c[0], time.Month(c[1]), c[2]); err == nil || !got.IsZero() {
			t.Errorf("NewDate(%v) = %v, %v", c, got, err)
		}
	}
}

func TestMustPanics(t *testing.T) {
	for name, f := range map[string]func(){"date": func() { MustDate("2026-02-30") }, "month": func() { MustMonth("2026-13") }} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if recover() == nil {
					t.Error("it took a day that does not exist")
				}
			}()
			f()
		})
	}
}

func anyDate(t *rapid.T, name string) Date { return Date{rapid.Int32Range(1, maxDate).Draw(t, name)} }

func TestDateRoundTrips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := anyDate(t, "date")
		if got, err := ParseDate(x.String()); err != nil || got != x {
			t.Fatalf("text: %v, %v", got, err)
		}
		b, err := json.Marshal(map[Date]Date{x: x})
		if err != nil {
			t.Fatal(err)
		}
		var back map[Date]Date
		if err := json.Unmarshal(b, &back); err != nil || !cmp.Equal(back, map[Date]Date{x: x}) {
			t.Fatalf("JSON: %s gives %v, %v", b, back, err)
		}
		for _, src := range []any{x.String(), []byte(x.String()), time.Date(x.Year(), x.Start().Month(), x.Day(), 0, 0, 0, 0, time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, "zone")))} {
			var got Date
			if err := got.Scan(src); err != nil || got != x {
				t.Fatalf("Scan(%v) = %v, %v", src, got, err)
			}
		}
		if DateOf(x.Start()) != x || DateOf(x.Start().Add(24*time.Hour-1)) != x {
			t.Fatalf("the first and last instant of %v are on %v and %v", x, DateOf(x.Start()), DateOf(x.Start().Add(24*time.Hour-1)))
		}
		m := x.Month()
		if got, err := ParseMonth(m.String()); err != nil || got != m || m.Day(x.Day()) != x {
			t.Fatalf("month: %v, %v", got, err)
		}
		var sm Month
		if err := sm.Scan([]byte(m.String())); err != nil || sm != m {
			t.Fatalf("month: Scan: %v, %v", sm, err)
		}
		n := rapid.IntRange(-maxDate, maxDate).Draw(t, "n")
		if y := x.AddDays(n); !y.IsZero() && (y.Sub(x) != n || y.AddDays(-n) != x || y.Compare(x) != compare(int32(n), 0)) {
			t.Fatalf("%v + %d = %v", x, n, y)
		}
	})
}

func TestZeroDateAndMonth(t *testing.T) {
	var x Date
	if x.String() != "" || x.Year() != 0 || x.Day() != 0 || !x.Month().IsZero() || !x.Start().IsZero() || !x.IsZero() {
		t.Error("the zero Date is a day")
	}
	if x.AddDays(1) != x || x.AddMonths(1) != x || x.Compare(d("0001-01-01")) != -1 {
		t.Error("the zero Date moves")
	}
	var m Month
	if m.String() != "" || m.Add(1) != m || !m.Day(1).IsZero() || !m.Last().IsZero() {
		t.Error("the zero Month is a month")
	}
	type row struct {
		D Date  `json:"d,omitzero"`
		M Month `json:"m,omitzero"`
	}
	if b, err := json.Marshal(row{}); err != nil || string(b) != "{}" {
		t.Errorf("%s, %v", b, err)
	}
	got := row{d("2026-01-01"), MustMonth("2026-01")}
	if err := json.Unmarshal([]byte(`{"d":"","m":""}`), &got); err != nil || got != (row{}) {
		t.Errorf("%v, %v", got, err)
	}
	got = row{d("2026-01-01"), MustMonth("2026-01")}
	if err := errors.Join(got.D.Scan(nil), got.M.Scan(nil)); err != nil || got != (row{}) {
		t.Errorf("NULL: %v, %v", got, err)
	}
}

func TestScanRefused(t *testing.T) {
	for _, src := range []any{"2026-02-30", []byte("x"), 20260918, 1.5, true, time.Date(2026, 9, 18, 16, 0, 0, 0, time.UTC), time.Date(2026, 9, 18, 0, 0, 0, 1, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)} {
		x := d("2026-01-01")
		var in *InputError
		if err := x.Scan(src); !errors.As(err, &in) || x != d("2026-01-01") {
			t.Errorf("Scan(%v): %v, %v", src, x, err)
		}
	}
	m := MustMonth("2026-01")
	if err := m.Scan(int64(202601)); err == nil || m != MustMonth("2026-01") || !strings.Contains(err.Error(), "holds no month") {
		t.Errorf("%v, %v", m, err)
	}
}

func TestAddDaysEdges(t *testing.T) {
	for _, n := range []int{1, maxDate, math.MaxInt, math.MaxInt32} {
		if got := d("9999-12-31").AddDays(n); !got.IsZero() {
			t.Errorf("+%d = %v", n, got)
		}
		if got := d("0001-01-01").AddDays(-n); !got.IsZero() {
			t.Errorf("-%d = %v", n, got)
		}
	}
	if got := d("2026-01-01").AddDays(math.MinInt); !got.IsZero() {
		t.Error(got)
	}
	if got := MustMonth("9999-12").Add(1); !got.IsZero() {
		t.Error(got)
	}
	if got := MustMonth("2026-01").Add(math.MinInt); !got.IsZero() {
		t.Error(got)
	}
	if got := MustMonth("0001-01").Add(maxMonth - 1); got != MustMonth("9999-12") {
		t.Error(got)
	}
	for _, n := range []int{0, -1, math.MinInt} {
		if got := MustMonth("2026-01").Day(n); !got.IsZero() {
			t.Errorf("Day(%d) = %v", n, got)
		}
	}
}

// CC-202: a period of months ends on the corresponding day or the month's last.
func TestCC_202(t *testing.T) {
	for _, c := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-01-31", 1, "2026-02-28"}, {"2024-01-31", 1, "2024-02-29"}, {"2026-01-31", 2, "2026-03-31"},
		{"2026-03-31", -1, "2026-02-28"}, {"2026-01-30", 1, "2026-02-28"}, {"2026-02-28", 1, "2026-03-28"},
		{"2024-02-29", 12, "2025-02-28"}, {"2024-02-29", 48, "2028-02-29"}, {"2026-12-15", 1, "2027-01-15"},
		{"2026-05-31", 0, "2026-05-31"},
	} {
		if got := d(c.from).AddMonths(c.n).String(); got != c.want {
			t.Errorf("%s + %d months = %s, want %s", c.from, c.n, got, c.want)
		}
	}
	// Against a walk: n months on, then back until the day exists.
	rapid.Check(t, func(t *rapid.T) {
		x, n := anyDate(t, "date"), rapid.IntRange(-3000, 3000).Draw(t, "n")
		y, m := x.Year(), int(x.Start().Month())
		for i := n; i > 0; i-- {
			if m++; m == 13 {
				y, m = y+1, 1
			}
		}
		for i := n; i < 0; i++ {
			if m--; m == 0 {
				y, m = y-1, 12
			}
		}
		var want Date
		for day := x.Day(); want.IsZero() && day > 27; day-- {
			want, _ = NewDate(y, time.Month(m), day)
		}
		if want.IsZero() {
			want, _ = NewDate(y, time.Month(m), x.Day())
		}
		if got := x.AddMonths(n); got != want {
			t.Fatalf("%v + %d months = %v, want %v", x, n, got, want)
		}
	})
}

func TestInChina(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(-1<<40, 1<<40).Draw(t, "s"), rapid.Int64Range(0, 999999999).Draw(t, "ns"))
		zone := func(n string) *time.Location {
			return time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, n))
		}
		a, b := InChina(at.In(zone("a"))), InChina(at.In(zone("b")))
		if a != b || !a.Equal(at) {
			t.Fatalf("%v and %v", a, b)
		}
		if _, off := a.Zone(); off != 8*3600 {
			t.Fatalf("offset %d", off)
		}
		if DateOf(at) != DateOf(a) || (DateOf(at).Start().After(at) || !DateOf(at).Start().Add(24*time.Hour).After(at)) && !DateOf(at).IsZero() {
			t.Fatalf("%v is on %v", a, DateOf(at))
		}
	})
	now := time.Now() // with a monotonic reading
	if InChina(now) != InChina(now.Round(0)) {
		t.Error("the monotonic reading stayed")
	}
	if InChina(time.Time{}) != (time.Time{}) || InChina(time.Time{}.In(china)) != (time.Time{}) {
		t.Error("no time became one")
	}
}

// Instants of any size have a day or none, never another one's.
func TestDateOfExtremes(t *testing.T) {
	first, last := d("0001-01-01").Start(), d("9999-12-31").Start().Add(24*time.Hour)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{first, "0001-01-01"}, {first.Add(-1), ""}, {last.Add(-1), "9999-12-31"}, {last, ""},
		{time.Time{}, "0001-01-01"}, {time.Unix(math.MaxInt64, 0), ""}, {time.Unix(math.MinInt64, 0), ""},
		{time.Date(2026, 9, 18, 15, 59, 59, 999999999, time.UTC), "2026-09-18"}, {time.Date(2026, 9, 18, 16, 0, 0, 0, time.UTC), "2026-09-19"},
	} {
		if got := DateOf(c.at).String(); got != c.want {
			t.Errorf("%v is on %q, want %q", c.at, got, c.want)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2026-09-18", "2026-02-29", "2024-02-29", "0001-01-01", "9999-12-31", "", "2026-9-18"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, errT := time.Parse("2006-01-02", s)
		got, err := ParseDate(s)
		// package time also takes the year 0000, and nothing else that we do not
		if ok := errT == nil && want.Year() > 0; ok != (err == nil) {
			t.Fatalf("%q: %v, package time: %v", s, err, errT)
		}
		if err == nil && (got.String() != s || got.String() != want.Format("2006-01-02")) {
			t.Fatalf("%q became %v", s, got)
		}
		var x Date
		if errU := x.UnmarshalText([]byte(s)); (errU == nil) != (err == nil || s == "") || errU == nil && x.String() != s {
			t.Fatalf("%q: UnmarshalText: %v, %v", s, x, errU)
		}
	})
}

func FuzzParseMonth(f *testing.F) {
	for _, s := range []string{"2026-09", "2026-13", "0001-01", "9999-12", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, errT := time.Parse("2006-01", s)
		got, err := ParseMonth(s)
		if ok := errT == nil && want.Year() > 0; ok != (err == nil) {
			t.Fatalf("%q: %v, package time: %v", s, err, errT)
		}
		if err == nil && (got.String() != s || fmt.Sprint(got.Day(1)) != s+"-01") {
			t.Fatalf("%q became %v", s, got)
		}
	})
}
