package calendar

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A walker is the second version: it knows shifts and days, and goes minute by minute.
type walker struct {
	shifts []Shift
	days   map[Date]said
	memo   map[Date]*[1440]bool // of open
}

func (w walker) worked(x Date) bool {
	if s, ok := w.days[x]; ok {
		return s.kind == "work"
	}
	return x.Weekday()%6 != 0
}

// of is the shifts of a weekday on a date.
func (w walker) of(x Date, day time.Weekday) (out []Shift) {
	for _, s := range w.shifts {
		md := x.String()[5:]
		in := s.From == "" || s.From <= md && md <= s.Until || s.Until < s.From && (md >= s.From || md <= s.Until)
		if in && slices.Contains(s.Days, day) {
			out = append(out, s)
		}
	}
	return out
}

// own is the shifts of a working day, its weekday's or Monday's.
func (w walker) own(x Date) []Shift {
	out := w.of(x, x.Weekday())
	if len(out) == 0 {
		out = w.of(x, time.Monday)
	}
	return out
}

// open says which minutes hh:mm of day x are working time.
func (w walker) open(x Date) func(hhmm string) bool {
	var today, night []Shift
	if w.worked(x) {
		today = w.own(x)
	}
	if y := x.AddDays(-1); w.worked(y) {
		night = w.own(y)
	}
	return func(hhmm string) bool {
		for _, s := range today {
			if s.Open <= hhmm && (hhmm < s.Close || s.Close < s.Open) {
				return true
			}
		}
		for _, s := range night {
			if s.Close < s.Open && hhmm < s.Close {
				return true
			}
		}
		return false
	}
}

func (w walker) openAt(t time.Time) bool {
	x := DateOf(t)
	if w.memo[x] == nil {
		w.memo[x] = new([1440]bool)
		open := w.open(x)
		for m := range 1440 {
			w.memo[x][m] = open(everyMinute[m])
		}
	}
	return w.memo[x][int(t.Sub(x.Start())/time.Minute)]
}

// measure sums the parts of minutes of working time in [from, to).
func (w walker) measure(from, to time.Time) (sum time.Duration) {
	for x := from; x.Before(to); {
		next := x.Truncate(time.Minute).Add(time.Minute)
		if next.After(to) {
			next = to
		}
		if w.openAt(x) {
			sum += next.Sub(x)
		}
		x = next
	}
	return sum
}

// add goes forward or back until that much has passed.
func (w walker) add(x time.Time, d time.Duration) time.Time {
	for d > 0 {
		next := x.Truncate(time.Minute).Add(time.Minute)
		if w.openAt(x) {
			if next.Sub(x) >= d {
				return x.Add(d)
			}
			d -= next.Sub(x)
		}
		x = next
	}
	for d < 0 {
		before := x.Add(-1).Truncate(time.Minute)
		if w.openAt(before) {
			if x.Sub(before) > -d {
				return x.Add(d)
			}
			d += x.Sub(before)
		}
		x = before
		if d == 0 { // and the earliest of the instants between which nothing is worked
			for !w.openAt(x.Add(-1)) {
				x = x.Add(-1).Truncate(time.Minute)
			}
		}
	}
	return x
}

var everyMinute = func() (out [1440]string) {
	for m := range out {
		out[m] = hhmm(m)
	}
	return out
}()

func hhmm(m int) string { return fmt.Sprintf("%02d:%02d", m/60, m%60) }

// anyHours are hours that WithHours takes: for each of one or two groups of weekdays and one
// or two seasons disjoint shifts, the last one perhaps over midnight.
func anyHours(t *rapid.T) []Shift {
	groups := [][]time.Weekday{week}
	switch rapid.IntRange(0, 3).Draw(t, "groups") {
	case 1:
		groups = [][]time.Weekday{{1, 3, 5}, {2, 4, 6}}
	case 2:
		groups = [][]time.Weekday{{1, 2, 3, 4}, {5}, {0}}
	case 3:
		groups = [][]time.Weekday{{0, 1, 2, 3, 4, 5, 6}}
	}
	seasons := [][2]string{{"", ""}}
	if rapid.Bool().Draw(t, "seasons") {
		seasons = [][2]string{{"05-01", "09-30"}, {"10-01", "04-30"}}
	}
	// All days open at or after morning, which no night shift passes.
	morning := rapid.IntRange(0, 10*60).Draw(t, "morning")
	var out []Shift
	for _, g := range groups {
		for _, s := range seasons {
			cuts := rapid.SliceOfNDistinct(rapid.IntRange(morning, 24*60), 2, 6, rapid.ID[int]).Draw(t, "cuts")
			slices.Sort(cuts)
			for i := 0; i+1 < len(cuts); i += 2 {
				open, shut := cuts[i], cuts[i+1]
				if i+3 >= len(cuts) && morning > 0 && rapid.Bool().Draw(t, "night") {
					if shut = rapid.IntRange(0, morning).Draw(t, "until"); shut == open {
						shut = cuts[i+1]
					}
				}
				if shut == 24*60 && rapid.Bool().Draw(t, "midnight") && open != 0 {
					shut = 0
				}
				out = append(out, Shift{g, hhmm(open), hhmm(shut), s[0], s[1]})
			}
		}
	}
	return out
}

func TestWorkingTimeAgainstWalk(t *testing.T) {
	days := readDays(t)
	rapid.Check(t, func(t *rapid.T) {
		w := walker{anyHours(t), days, map[Date]*[1440]bool{}}
		c, err := China().WithHours(w.shifts...)
		if err != nil {
			t.Fatal(err)
		}
		// Three weeks from the edges of the data, so that the walk stays inside.
		from := at("2004-01-22 00:00").Add(time.Duration(rapid.Int64Range(0, int64(8350*24*time.Hour)).Draw(t, "from")))
		if rapid.Bool().Draw(t, "whole minute") {
			from = from.Truncate(time.Minute)
		}
		to := from.Add(time.Duration(rapid.Int64Range(0, int64(12*24*time.Hour)).Draw(t, "span")))
		want := w.measure(from, to)
		if got, err := c.WorkingTime(from, to); err != nil || got != want {
			t.Fatalf("WorkingTime(%v, %v) = %v, %v, want %v", from, to, got, err, want)
		}
		if got, err := c.WorkingTime(to, from); err != nil || got != -want {
			t.Fatalf("WorkingTime back = %v, %v, want %v", got, err, -want)
		}
		zone := time.FixedZone("", rapid.IntRange(-14*3600, 14*3600).Draw(t, "zone"))
		past, future := w.measure(from.Add(-20*24*time.Hour), from), w.measure(from, from.Add(20*24*time.Hour))
		for _, d := range []time.Duration{want, -want, 1, -1, time.Duration(rapid.Int64Range(-int64(20*time.Hour), int64(20*time.Hour)).Draw(t, "d"))} {
			if rapid.Bool().Draw(t, "whole minutes") {
				d = d.Truncate(time.Minute)
			}
			if past < -d || future < d {
				continue // few hours a day: it would walk out of the data
			}
			want := w.add(from, d)
			got, err := c.AddWorkingTime(from.In(zone), d)
			if err != nil || !got.Equal(want) || got != InChina(got) {
				t.Fatalf("AddWorkingTime(%v, %v) = %v, %v, want %v", from, d, got, err, want)
			}
		}
		if got, err := c.IsOpen(from); err != nil || got != w.openAt(from) {
			t.Fatalf("IsOpen(%v) = %v, %v", from, got, err)
		}
		opens, shuts := from.Truncate(time.Minute).Add(time.Minute), from.Truncate(time.Minute).Add(time.Minute)
		for i := 0; i < 20*1440 && !(w.openAt(opens) && !w.openAt(opens.Add(-1))); i++ {
			opens = opens.Add(time.Minute)
		}
		for i := 0; i < 20*1440 && !(!w.openAt(shuts) && w.openAt(shuts.Add(-1))); i++ {
			shuts = shuts.Add(time.Minute)
		}
		if got, err := c.NextOpen(from); err != nil || !got.Equal(opens) && opens.Before(from.Add(19*24*time.Hour)) {
			t.Fatalf("NextOpen(%v) = %v, %v, want %v", from, got, err, opens)
		}
		if got, err := c.NextClose(from); err != nil || !got.Equal(shuts) && shuts.Before(from.Add(19*24*time.Hour)) {
			t.Fatalf("NextClose(%v) = %v, %v, want %v", from, got, err, shuts)
		}
		for day, x := DateOf(from), 0; x < 5; day, x = day.AddDays(1), x+1 {
			want := day.AddDays(1).Start()
			if w.worked(day) {
				want = day.Start()
				for _, s := range w.own(day) {
					end := day.Start().Add(time.Duration(clockMinutes(s.Close)) * time.Minute)
					if s.Close < s.Open {
						end = end.Add(24 * time.Hour)
					}
					if end.After(want) {
						want = end
					}
				}
			}
			if got, err := c.Close(day); err != nil || got != want {
				t.Fatalf("Close(%v) = %v, %v, want %v", day, got, err, want)
			}
		}
	})
}

// Adding and measuring are two views of one thing.
func TestWorkingTimeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, err := Statutory(2027)
		if err != nil {
			t.Fatal(err)
		}
		c, err := China().With(s)
		if err != nil {
			t.Fatal(err)
		}
		if rapid.Bool().Draw(t, "hours") {
			if c, err = c.WithHours(anyHours(t)...); err != nil {
				t.Fatal(err)
			}
		}
		dur := func(name string) time.Duration {
			return time.Duration(rapid.Int64Range(-int64(900*time.Hour), int64(900*time.Hour)).Draw(t, name))
		}
		from := at("2007-01-01 00:00").Add(time.Duration(rapid.Int64Range(0, int64(6000*24*time.Hour)).Draw(t, "from")))
		a, b := dur("a"), dur("b")
		x, err := c.AddWorkingTime(from, a)
		if err != nil {
			return // few hours a day: years away
		}
		if got, err := c.WorkingTime(from, x); err != nil || got != a {
			t.Fatalf("%v + %v = %v, which is %v away, %v", from, a, x, got, err)
		}
		y, errY := c.AddWorkingTime(x, b)
		z, errZ := c.AddWorkingTime(from, a+b)
		if a+b != 0 && errY == nil && errZ == nil && y != z {
			t.Fatalf("%v + %v + %v is %v, and together %v", from, a, b, y, z)
		}
		if errY == nil && b > 0 && !y.After(x) || errY == nil && b < 0 && !y.Before(x) {
			t.Fatalf("%v + %v = %v", x, b, y)
		}
		later, errL := c.AddWorkingTime(from.Add(time.Duration(rapid.Int64Range(0, int64(100*time.Hour)).Draw(t, "later"))), a)
		if errL == nil && a != 0 && later.Before(x) {
			t.Fatalf("from later on it is earlier: %v before %v", later, x)
		}
		// Spans tile, say so, and sum.
		to := from.Add(time.Duration(rapid.Int64Range(1, int64(200*time.Hour)).Draw(t, "span")))
		spans, err := c.Spans(from, to)
		if err != nil {
			t.Fatal(err)
		}
		sum, end := time.Duration(0), InChina(from)
		for i, p := range spans {
			if p.From != end || !p.From.Before(p.To) || p.Why == "" || p.To != InChina(p.To) {
				t.Fatalf("span %d, %+v, after %v", i, p, end)
			}
			if end = p.To; p.Counted {
				sum += p.To.Sub(p.From)
			}
			if open, err := c.IsOpen(p.From); err != nil || open != p.Counted {
				t.Fatalf("span %+v and IsOpen %v, %v", p, open, err)
			}
		}
		if want, err := c.WorkingTime(from, to); !end.Equal(to) || err != nil || sum != want {
			t.Fatalf("the spans end at %v and sum to %v, want %v and %v, %v", end, sum, to, want, err)
		}
	})
}

// Whatever the shifts, either they are taken, and then every weekday has hours that do not
// overlap, or they are refused for a reason that a walk over 28 years finds too.
func TestHoursAgainstWalk(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "n")
		var shifts []Shift
		for range n {
			s := Shift{Days: slices.Clone(week)}
			if rapid.Bool().Draw(t, "some") {
				s.Days = rapid.SliceOfNDistinct(rapid.SampledFrom(allWeek), 1, 7, rapid.ID[time.Weekday]).Draw(t, "days")
			}
			s.Open, s.Close = hhmm(60*rapid.IntRange(0, 23).Draw(t, "open")), hhmm(60*rapid.IntRange(0, 24).Draw(t, "close"))
			if rapid.IntRange(0, 3).Draw(t, "season") == 0 {
				md := rapid.SampledFrom([]string{"01-01", "02-28", "02-29", "03-01", "12-31", "06-15"})
				s.From, s.Until = md.Draw(t, "from"), md.Draw(t, "until")
			}
			if s.Open == s.Close {
				continue
			}
			shifts = append(shifts, s)
		}
		w := walker{shifts: shifts}
		bad := ""
		var before [][2]time.Time
		for x := d("2000-01-01"); x.Year() < 2028 && bad == ""; x = x.AddDays(1) {
			if len(w.of(x, x.Weekday())) == 0 && x.Weekday()%6 != 0 {
				bad = "none on " + x.String()
			}
			var today [][2]time.Time
			for _, s := range w.own(x) {
				open, shut := x.Start().Add(time.Duration(clockMinutes(s.Open))*time.Minute), x.Start().Add(time.Duration(clockMinutes(s.Close))*time.Minute)
				if s.Close < s.Open {
					shut = shut.Add(24 * time.Hour)
				}
				for _, o := range append(before, today...) {
					if open.Before(o[1]) && o[0].Before(shut) {
						bad = "overlap on " + x.String()
					}
				}
				today = append(today, [2]time.Time{open, shut})
			}
			before = today
		}
		_, err := China().WithHours(shifts...)
		if (err != nil) != (bad != "") {
			t.Fatalf("%v\n%v, the walk: %s", shifts, err, bad)
		}
	})
}
