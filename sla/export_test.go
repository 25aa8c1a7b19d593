package sla

import (
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// General is AppendVerdicts by the general judge alone, and whether it is a plain ticket, which
// AppendVerdicts judges faster.
func (c *Compiled) General(dst []Verdict, cal calendar.Calendar, history []ticket.Event, asOf time.Time) (all []Verdict, plain bool, err error) {
	all, err = c.general(dst, cal, history, asOf)
	if err != nil {
		return dst, false, err
	}
	j := plainJudge{Compiled: c, cal: cal}
	return all, j.read(history, asOf), nil
}
