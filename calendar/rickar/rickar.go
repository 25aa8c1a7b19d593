// Package rickar is the bridge to github.com/rickar/cal/v2: for days, never for hours.
package rickar

import (
	"example.com/wuye/calendar"
	"github.com/rickar/cal/v2"
)

// Calendar gives ours to code written for theirs: a new one each call, make-up days included.
func Calendar(c calendar.Calendar) *cal.BusinessCalendar { panic("declared, not yet written") }

// Notices gives theirs to ours, for a span of years.
func Notices(c *cal.BusinessCalendar, from, to int) ([]calendar.Notice, error) {
	panic("declared, not yet written")
}
