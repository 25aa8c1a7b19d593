package audit

import (
	"cmp"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Figure is a share with its parts. Paused is not finished; unseen is in neither part.
type Figure struct {
	Name   string  `json:"name"` // in Chinese
	Clause rule.ID `json:"clause"`
	Num    int     `json:"num"`
	Den    int     `json:"den"` // 0: nothing to measure, and then no share
	Unseen int     `json:"unseen,omitzero"`
	Target string  `json:"target,omitzero"` // "at least 90 %"; empty: the documents set none
}

// A Score is the figures of one group.
type Score struct {
	Key     string   `json:"key"`
	Figures []Figure `json:"figures"`
}

// Scorecard is the month in figures, in groups by whatever key the caller gives (nil: all in
// one, with the key ""), in order of key: by department, estate, kind, worker.
//
// The figures, in this order: satisfaction (HB-2.1b, of the customers' last valid grades of
// the month; by the reading "satisfaction" a share, or points of five), the complaint rate
// (HB-2.1c, per household or ticket, by the month or the year to its end; absent where the
// households are not known), tickets opened in the month that have their answer (HB-2.2d),
// points raised in revisits that have theirs at the month's end (VC-4.1b, TR-5.0b), and for each clock
// clause the share met of those that fell due in the month; of VC-1.5a and VC-1.5b breached
// together one is counted.
//
// Tickets that no policy judges are an error, as is a history that is none. It implements
// HB-2.1b, HB-2.1c, VC-4.1b and TR-5.0b.
func Scorecard(d *wuye.Desk, m calendar.Month, r wuye.Records, asOf time.Time, key func([]ticket.Event) string) ([]Score, error) {
	policy, err := d.Policy(m.Last().Start())
	if err != nil {
		return nil, err
	}
	tallies := map[string]*tally{}
	if r.Tickets != nil {
		c := newDossier(d, asOf)
		for history := range r.Tickets {
			if err := c.open(history); err != nil {
				return nil, err
			}
			if len(c.rows) == 0 {
				continue
			}
			k := ""
			if key != nil {
				k = key(history)
			}
			if tallies[k] == nil {
				tallies[k] = &tally{policy: policy, month: m, asOf: asOf, clocks: map[rule.ID]*Figure{}}
			}
			tallies[k].count(c)
		}
	}
	var scores []Score
	for k, t := range tallies { // sorted next: order does not show
		scores = append(scores, Score{k, t.figures()})
	}
	slices.SortFunc(scores, func(a, b Score) int { return cmp.Compare(a.Key, b.Key) })
	return scores, nil
}

// A tally is one group being counted.
type tally struct {
	policy wuye.Policy
	month  calendar.Month
	asOf   time.Time

	satisfied, rated    int
	points              int
	complaints, tickets int // of the complaint rate's period
	opened, answered    int
	raised, dealt       int
	unseenResult        int
	clocks              map[rule.ID]*Figure
}

func (t *tally) in(at time.Time) bool {
	return !at.IsZero() && calendar.DateOf(at).Month() == t.month
}

// points are what a valid grade counts as, in points of five.
var points = map[ticket.Grade]int{ticket.VerySatisfied: 5, ticket.Satisfied: 4, ticket.Fair: 3, ticket.Poor: 2, ticket.Bad: 1}

func (t *tally) count(c *dossier) {
	var grade ticket.Grade
	answeredAt := time.Time{}
	gone := false
	for _, r := range c.rows {
		if r.Grade != "" && t.in(r.At) && points[r.Grade] > 0 {
			grade = r.Grade
		}
		switch r.Type {
		case ticket.Told, ticket.SignedOff:
			answeredAt = r.At
		case ticket.Reopened, ticket.Disputed:
			answeredAt = time.Time{}
		case ticket.Voided, ticket.Merged, ticket.Withdrawn:
			gone = true
		case ticket.Imported:
			if r.State == ticket.Answered || r.State == ticket.Closed {
				answeredAt = r.At
			}
		}
	}
	if grade != "" {
		t.rated++
		t.points += points[grade]
		if points[grade] >= points[ticket.Satisfied] {
			t.satisfied++
		}
	}

	contact := c.rows[0].At
	end := t.month.Add(1).Day(1).Start()
	period := t.in(contact)
	if t.policy.Reading("complaint-rate-period") == "year" {
		period = calendar.DateOf(contact).Year() == t.month.Day(1).Year() && contact.Before(end)
	}
	if period {
		t.tickets++
		if c.valid(len(c.rows)) {
			t.complaints++
		}
	}
	if t.in(contact) && !gone {
		t.opened++
		if !answeredAt.IsZero() {
			t.answered++
		}
		if c.rows[0].facts.Linked {
			t.raised++
			if !answeredAt.IsZero() && answeredAt.Before(end) {
				t.dealt++
			}
		}
	}

	handover := map[int]bool{} // cycles in which VC-1.5b is breached
	for _, v := range c.verdicts {
		handover[v.Cycle] = handover[v.Cycle] || v.Clause == "VC-1.5b" && v.Status == sla.Breached
	}
	for _, v := range c.verdicts {
		if !t.in(v.Due.At.Add(-1)) || v.Clause == "VC-1.5a" && handover[v.Cycle] {
			continue
		}
		f := t.clocks[v.Clause]
		if f == nil {
			f = &Figure{Name: "按时办到：" + v.Clause.Zh(), Clause: v.Clause}
			t.clocks[v.Clause] = f
		}
		switch v.Status {
		case sla.Met:
			f.Num++
			f.Den++
		case sla.Breached:
			f.Den++
		case sla.Unseen:
			f.Unseen++
		}
	}
}

func (t *tally) figures() []Figure {
	satisfaction := Figure{Name: "满意度", Clause: "HB-2.1b", Num: t.satisfied, Den: t.rated, Target: "at least 90 %"}
	if t.policy.Reading("satisfaction") == "mean" {
		satisfaction.Num, satisfaction.Den = t.points, 5*t.rated
	}
	all := []Figure{satisfaction}
	base := t.policy.Households
	if t.policy.Reading("complaint-rate-base") == "tickets" {
		base = t.tickets
	}
	if base > 0 {
		all = append(all, Figure{Name: "投诉率", Clause: "HB-2.1c", Num: t.complaints, Den: base, Target: "below 1 %"})
	}
	all = append(all,
		Figure{Name: "已答复的工单", Clause: "HB-2.2d", Num: t.answered, Den: t.opened},
		Figure{Name: "回访处理率", Clause: "VC-4.1b", Num: t.dealt, Den: t.raised, Target: "100 %"})
	var clocks []Figure
	for _, f := range t.clocks { // sorted next: order does not show
		if f.Den > 0 || f.Unseen > 0 {
			clocks = append(clocks, *f)
		}
	}
	slices.SortFunc(clocks, func(a, b Figure) int { return cmp.Compare(a.Clause, b.Clause) })
	return slices.DeleteFunc(append(all, clocks...), func(f Figure) bool { return !t.policy.Keeps(f.Clause) })
}
