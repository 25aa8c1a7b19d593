package bench

import (
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/rickar/cal/v2"

	"example.com/wuye/calendar"
	"example.com/wuye/calendar/rickar"
)

var calendarWeek = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// calendarInstants are random instants of 2005 to 2024, so that a year of working days fits on
// either side. There are not 65,536 days with a notice: of days alone, all come again and
// again, in random order.
func calendarInstants() ([]time.Time, []calendar.Date) {
	r := rand.New(rand.NewPCG(1, 2))
	first := calendar.MustDate("2005-01-10")
	instants, days := make([]time.Time, pool), make([]calendar.Date, pool)
	for i := range instants {
		days[i] = first.AddDays(r.IntN(19*365 + 300))
		instants[i] = days[i].Start().Add(time.Duration(r.Int64N(int64(24 * time.Hour))))
	}
	return instants, days
}

// splitDay has a lunch break: 7.5 hours.
func splitDay(b *testing.B) calendar.Calendar {
	c, err := calendar.China().WithHours(
		calendar.Shift{Days: calendarWeek, Open: "09:00", Close: "12:00"},
		calendar.Shift{Days: calendarWeek, Open: "13:00", Close: "17:30"})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// cachedPeer is rickar/cal with the same days, its cache on and full.
func cachedPeer() *cal.BusinessCalendar {
	c := rickar.Calendar(calendar.China())
	c.Cacheable = true
	cal.CacheMaxSize = 1 << 14
	for d := calendar.MustDate("2004-01-01"); d.Year() < 2027; d = d.AddDays(1) {
		c.IsWorkday(d.Start())
	}
	return c
}

func one(yes bool) int { // without a branch
	n := 0
	if yes {
		n = 1
	}
	return n
}

func BenchmarkIsWorkday(b *testing.B) {
	c, peer := calendar.China(), cachedPeer()
	instants, days := calendarInstants()
	for i, t := range instants {
		if yes, err := c.IsWorkday(days[i]); err != nil || yes != peer.IsWorkday(t) {
			b.Fatal("they disagree on", t, err)
		}
	}
	theirs := side{"rickar/cal", each(b, instants, func(t *time.Time) (int, error) { return one(peer.IsWorkday(*t)), nil })}
	b.Run("date", func(b *testing.B) {
		beside(b, work{n: pool, do: func(from, to int) { // too small a work to be called by each
			sum := 0
			for _, d := range days[from:to] {
				yes, _ := c.IsWorkday(d)
				sum += one(yes)
			}
			sink = sum
		}}, theirs)
	})
	b.Run("time", func(b *testing.B) {
		beside(b, work{n: pool, do: func(from, to int) {
			sum := 0
			for _, t := range instants[from:to] {
				yes, _ := c.IsWorkday(calendar.DateOf(t))
				sum += one(yes)
			}
			sink = sum
		}}, theirs)
	})
}

// BenchmarkAddWorkdays adds 20, 250, and any number of working days from -250 to 250.
func BenchmarkAddWorkdays(b *testing.B) {
	type sum struct {
		day  calendar.Date
		from time.Time
		n    int
		due  calendar.Date
	}
	c, peer := calendar.China(), cachedPeer()
	instants, days := calendarInstants()
	r := rand.New(rand.NewPCG(3, 4))
	for _, n := range []int{20, 250, 0} {
		name, sums := "any", make([]sum, pool)
		if n != 0 {
			name = strconv.Itoa(n)
		}
		for i := range sums {
			sums[i] = sum{day: days[i], from: instants[i], n: n}
			if n == 0 {
				sums[i].n = r.IntN(501) - 250
			}
			if d, err := c.AddWorkdays(days[i], sums[i].n); err != nil || d != calendar.DateOf(peer.WorkdaysFrom(instants[i], sums[i].n)) {
				b.Fatal("they disagree on", days[i], sums[i].n, err)
			}
		}
		b.Run(name, func(b *testing.B) {
			beside(b, work{n: pool, do: func(from, to int) {
				for i := range sums[from:to] {
					s := &sums[from+i]
					s.due, _ = c.AddWorkdays(s.day, s.n)
				}
			}}, side{"rickar/cal", each(b, sums, func(s *sum) (int, error) {
				return peer.WorkdaysFrom(s.from, s.n).Nanosecond(), nil
			})})
		})
	}
}

// BenchmarkAddWorkingTime adds 40 hours of work: ours on a day with a lunch break, which the
// peer cannot have.
func BenchmarkAddWorkingTime(b *testing.B) {
	c, peer := splitDay(b), cachedPeer()
	instants, _ := calendarInstants()
	beside(b, each(b, instants, func(t *time.Time) (int, error) {
		due, err := c.AddWorkingTime(*t, 40*time.Hour)
		return due.Nanosecond(), err
	}), side{"rickar/cal", each(b, instants, func(t *time.Time) (int, error) {
		return peer.AddWorkHours(*t, 40*time.Hour).Nanosecond(), nil
	})})
}

// BenchmarkWorkingTime measures the working time between two instants.
func BenchmarkWorkingTime(b *testing.B) {
	c := splitDay(b)
	instants, _ := calendarInstants()
	last := instants[pool-1]
	beside(b, each(b, instants, func(t *time.Time) (int, error) {
		d, err := c.WorkingTime(last, *t)
		last = *t
		return int(d), err
	}))
}

// BenchmarkWith is what a host pays once, when it starts.
func BenchmarkWith(b *testing.B) {
	next, err := calendar.Statutory(2027)
	if err != nil {
		b.Fatal(err)
	}
	beside(b, whole(1, func() {
		c, err := calendar.China().With(next)
		if err != nil {
			b.Fatal(err)
		}
		sink = len(c.ID())
	}))
}
