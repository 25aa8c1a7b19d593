package audit

import (
	"testing"
	"time"

	"example.com/wuye/calendar"
)

// An instant in a sentence: only the midnight itself is the end of the day before.
func TestClock(t *testing.T) {
	midnight := calendar.MustDate("2026-09-21").Start()
	for _, c := range []struct {
		after time.Duration
		want  string
	}{
		{0, "2026-09-20 24:00"}, {1, "2026-09-21 00:00"}, {time.Second, "2026-09-21 00:00"}, {time.Minute, "2026-09-21 00:01"},
		{time.Hour, "2026-09-21 01:00"}, {time.Hour + time.Minute, "2026-09-21 01:01"}, {time.Minute + time.Second, "2026-09-21 00:01"},
		{time.Second + 1, "2026-09-21 00:00"}, {23*time.Hour + 59*time.Minute, "2026-09-21 23:59"}, {-1, "2026-09-20 23:59"},
	} {
		if got := clock(midnight.Add(c.after).UTC()); got != c.want {
			t.Errorf("%v after midnight: %s, want %s", c.after, got, c.want)
		}
	}
}
