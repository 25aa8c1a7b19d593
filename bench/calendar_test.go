package bench

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rickar/cal/v2"

	"example.com/wuye/calendar"
	"example.com/wuye/calendar/rickar"
)

// 65,536 distinct random inputs are more than a branch predictor can learn; a power of two,
// so that taking the next one costs a mask.
const calendarInputs = 1 << 16

var calendarWeek = []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}

// calendarDays are random days of 2004 to 2024, so that a year of working days still fits.
func calendarDays() []calendar.Date {
	r := rand.New(rand.NewPCG(1, 2))
	first := calendar.MustDate("2004-01-01")
	out := make([]calendar.Date, calendarInputs)
	for i := range out {
		out[i] = first.AddDays(r.IntN(21 * 365))
	}
	return out
}

func calendarInstants() []time.Time {
	r := rand.New(rand.NewPCG(3, 4))
	out := make([]time.Time, calendarInputs)
	for i, d := range calendarDays() {
		out[i] = d.Start().Add(time.Duration(r.Int64N(int64(24 * time.Hour))))
	}
	return out
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

func BenchmarkIsWorkday(b *testing.B) {
	b.Run("ours/date", func(b *testing.B) {
		c, in := calendar.China(), calendarDays()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			c.IsWorkday(in[i%calendarInputs])
		}
	})
	b.Run("ours/time", func(b *testing.B) {
		c, in := calendar.China(), calendarInstants()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			c.IsWorkday(calendar.DateOf(in[i%calendarInputs]))
		}
	})
	b.Run("rickar/cal", func(b *testing.B) {
		c, in := cachedPeer(), calendarInstants()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			c.IsWorkday(in[i%calendarInputs])
		}
	})
}

func BenchmarkAddWorkdays(b *testing.B) {
	for _, n := range []int{1, 20, 250, -20} {
		b.Run(fmt.Sprintf("ours/%d", n), func(b *testing.B) {
			c, in := calendar.China(), calendarDays()
			for i, d := range in { // room for -20
				in[i] = max20(d)
			}
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := c.AddWorkdays(in[i%calendarInputs], n); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, n := range []int{20, 250} {
		b.Run(fmt.Sprintf("rickar/cal/%d", n), func(b *testing.B) {
			c, in := cachedPeer(), calendarInstants()
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				c.WorkdaysFrom(in[i%calendarInputs], n)
			}
		})
	}
}

func max20(d calendar.Date) calendar.Date {
	if first := calendar.MustDate("2004-03-01"); d.Compare(first) < 0 {
		return first
	}
	return d
}

func BenchmarkWorkdays(b *testing.B) {
	c, in := calendar.China(), calendarDays()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.Workdays(in[i%calendarInputs], in[(i+1)%calendarInputs])
	}
}

func BenchmarkAddWorkingTime(b *testing.B) {
	b.Run("ours/split", func(b *testing.B) {
		c, in := splitDay(b), calendarInstants()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := c.AddWorkingTime(in[i%calendarInputs], 40*time.Hour); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("rickar/cal/unsplit", func(b *testing.B) { // it cannot split a day
		c, in := cachedPeer(), calendarInstants()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			c.AddWorkHours(in[i%calendarInputs], 40*time.Hour)
		}
	})
}

func BenchmarkWorkingTime(b *testing.B) {
	c, in := splitDay(b), calendarInstants()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c.WorkingTime(in[i%calendarInputs], in[(i+1)%calendarInputs])
	}
}

// BenchmarkWith is what a host pays once, at its start.
func BenchmarkWith(b *testing.B) {
	next, err := calendar.Statutory(2027)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := calendar.China().With(next); err != nil {
			b.Fatal(err)
		}
	}
}
