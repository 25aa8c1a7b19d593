package sla

import (
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// General is AppendVerdicts by the general judge alone, and whether it is a plain ticket, which
// AppendVerdicts judges faster.
func (c *Compiled) General(dst []Verdict, cal calendar.Calendar, history []ticket.Event, asOf time.Time) (all []Verdict, plain bool, err error) {
	j := judge{Compiled: c, cal: cal, dst: dst}
	if err := j.read(history, asOf); err != nil {
		return dst, false, err
	}
	plain = j.isPlain()
	j.want = new(Verdict)
	j.judge()
	return j.dst, plain, nil
}
