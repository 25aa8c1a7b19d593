package sla_test

import (
	"testing"

	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Every reading that touches a clock is an edit of its data: no reading needs code of its own.
func TestReadingsAreData(t *testing.T) {
	hours := office(t)
	each := func(f func(*sla.Clock)) func(*sla.Policy) {
		return func(p *sla.Policy) {
			for i := range p.Clocks {
				f(&p.Clocks[i])
			}
		}
	}
	of := func(id rule.ID, f func(*sla.Clock)) func(*sla.Policy) {
		return each(func(c *sla.Clock) {
			if c.Clause == id {
				f(c)
			}
		})
	}
	unit := func(from, to sla.Unit) func(*sla.Policy) {
		return each(func(c *sla.Clock) {
			if c.Limit.Unit == from {
				c.Limit.Unit = to
			}
		})
	}
	friday := func(clock string, k ticket.Kind) walk {
		return walk{}.add(ticket.Registered, "2026-09-18 "+clock, kind(k))
	}
	week := walk{}.add(ticket.Registered, "2026-09-21 09:00", kind(ticket.FitOut)).add(ticket.Completed, "2026-09-28 11:00")
	sampled := open(ticket.Cleaning).add(ticket.Sampled, "2026-09-30 23:59:59.999999999", ref("x"))
	for _, c := range []struct {
		reading string
		edit    func(*sla.Policy)
		clause  rule.ID
		h       walk
		asOf    string
		due     string
		status  sla.Status
	}{
		{"hours: working-hours", unit(sla.Hour, sla.WorkingHour), "HB-2.1e", friday("16:30", ticket.Repair), "2026-09-18 17:00", "2026-09-20 10:00", sla.Running},
		{"hours: working-hours, minutes", unit(sla.Minute, sla.WorkingMinute), "WY-unanswered", friday("17:20", ticket.Repair), "2026-09-18 17:21", "2026-09-20 09:20", sla.Running},
		{"working-day: working-hours", unit(sla.WorkingDay, sla.WorkingDayHours), "QI-3.7a", friday("16:00", ticket.Complaint), "2026-09-18 17:00", "2026-09-20 16:00", sla.Running},
		{"working-day: same-day", unit(sla.WorkingDay, sla.WorkingDaySame), "QI-3.7a", friday("16:00", ticket.Complaint), "2026-09-18 17:00", "2026-09-18 17:30", sla.Running},
		{"rest-day-intake: received-next", unit(sla.WorkingDay, sla.WorkingDayReceived), "QI-3.7a", friday("20:00", ticket.Complaint), "2026-09-18 21:00", "2026-09-21 17:30", sla.Running},
		{"that-day: close", unit(sla.ThatDay, sla.ThatDayClose), "VC-1.5a", friday("16:00", ticket.Complaint), "2026-09-18 17:00", "2026-09-18 17:30", sla.Running},
		{"one-week: working", of("TR-4.2a", func(c *sla.Clock) { c.Limit = sla.WorkingDays(5) }), "TR-4.2a", week, "2026-09-29 09:00", "2026-10-10 17:30", sla.Running},
		{"by-the-nth: before", of("TR-4.3b", func(c *sla.Clock) { c.Limit.Before = true }), "TR-4.3b", sampled, "2026-10-01 09:00", "2026-10-04 24:00", sla.Running},
		{"rest-day: moves", each(func(c *sla.Clock) {
			switch c.Limit.Unit {
			case sla.Day, sla.ThatDay, sla.NextMonth:
				c.Limit.Roll = true
			}
		}), "TR-4.3b", sampled, "2026-10-01 09:00", "2026-10-08 24:00", sla.Running},
		{"general-two-hours: finished", of("HB-2.1e", func(c *sla.Clock) {
			c.To, c.Holds = sla.Moment{{{Type: ticket.Completed}, {Type: ticket.Replied}, {Type: ticket.Told}, {Type: ticket.Declined}}}, true
		}), "HB-2.1e", open(ticket.Repair).add(ticket.Started, "2026-09-21 09:30").add(ticket.Held, "2026-09-21 10:00").add(ticket.Resumed, "2026-09-21 12:00"), "2026-09-21 12:30", "2026-09-21 13:00", sla.Running},
		{"response: on-site", of("HB-2.1d", func(c *sla.Clock) {
			c.To = sla.Moment{{{Type: ticket.Arrived}, {Type: ticket.Started, Proof: true}, {Type: ticket.Completed, Proof: true}}}
		}), "HB-2.1d", open(ticket.Repair, emergency).add(ticket.Acknowledged, "2026-09-21 09:05", by(ticket.Worker, "W1")), "2026-09-21 10:00", "2026-09-21 09:15", sla.Breached},
		{"response: first-answer", of("HB-2.1d", func(c *sla.Clock) {
			c.To = sla.Moment{{{Type: ticket.Triaged}, {Type: ticket.Informed}, {Type: ticket.Told}, {Type: ticket.Acknowledged, Proof: true}}}
		}), "HB-2.1d", open(ticket.Repair, emergency).add(ticket.Triaged, "2026-09-21 09:05"), "2026-09-21 10:00", "2026-09-21 09:15", sla.Met},
		{"minor-day: resolved", of("QI-3.7a", func(c *sla.Clock) {
			c.To = sla.Moment{{{Type: ticket.Completed}, {Type: ticket.Replied}, {Type: ticket.Told}}}
		}), "QI-3.7a", open(ticket.Complaint).add(ticket.Completed, "2026-09-21 15:00"), "2026-09-30 10:00", "2026-09-22 17:30", sla.Met},
		{"unreachable: counts", each(func(c *sla.Clock) {
			for g, group := range c.To {
				for _, m := range group {
					if m.Type == ticket.Revisited && !m.Recorded && m.With == nil && m.Role == "" && m.Channel == "" {
						c.To[g] = append(c.To[g], sla.Mark{Type: ticket.Missed})
						break
					}
				}
			}
		}), "TR-4.3b", sampled.add(ticket.Missed, "2026-10-02 10:00"), "2026-10-10 10:00", "2026-10-05 24:00", sla.Met},
		{"reopened: continues", each(func(c *sla.Clock) {
			c.Through = true
			for _, m := range []sla.Moment{c.From, c.To} {
				for g := range m {
					var kept []sla.Mark
					for _, mark := range m[g] {
						if mark.Type != ticket.Reopened {
							kept = append(kept, mark)
						}
					}
					m[g] = kept
				}
			}
		}), "QI-3.7a", open(ticket.Complaint).add(ticket.Told, "2026-09-21 10:00").add(ticket.Reopened, "2026-09-21 11:00").add(ticket.Rated, "2026-09-22 10:00", graded(ticket.Fair)), "2026-09-30 10:00", "2026-09-22 17:30", sla.Met},
	} {
		p := sla.Standard()
		c.edit(&p)
		all, err := p.AppendVerdicts(nil, hours, c.h, at(c.asOf))
		if err != nil {
			t.Errorf("%s: %v", c.reading, err)
			continue
		}
		if v := lastOf(all, c.clause); v.Status != c.status || !v.Due.At.Equal(at(c.due)) || v.Cycle != 1 {
			t.Errorf("%s: %s, want %s, due %s", c.reading, lines([]sla.Verdict{v}), c.status, c.due)
		}
		same, err := sla.Standard().AppendVerdicts(nil, hours, c.h, at(c.asOf))
		if err != nil || lastOf(same, c.clause) == lastOf(all, c.clause) {
			t.Errorf("%s changes nothing: %v", c.reading, err)
		}
	}
}
