package months

import (
	"cmp"
	"slices"
	"strings"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/rule"
)

// A Sum is what tickets add to their property's scorecard, and the first of them, by number,
// for which the month is refused.
type Sum struct {
	Tickets bool           // any that counts
	Figures []audit.Figure // of audit.Scorecard, added up, in its order
	Month   Refusal        // by wuye.Desk.MonthEnd
	Score   Refusal        // by audit.Scorecard
}

// A Refusal is why a ticket was not judged; none has no Why.
type Refusal struct{ Ticket, Why string }

// first is that of the smaller ticket.
func (r Refusal) first(o Refusal) Refusal {
	if r.Why == "" || o.Why != "" && o.Ticket < r.Ticket {
		return o
	}
	return r
}

// plus adds up: the scorecards of parts do.
func (s Sum) plus(o Sum) Sum {
	s.Tickets = s.Tickets || o.Tickets
	s.Month, s.Score = s.Month.first(o.Month), s.Score.first(o.Score)
	all := make([]audit.Figure, 0, max(len(s.Figures), len(o.Figures))+4)
	for a, b := s.Figures, o.Figures; len(a)+len(b) > 0; {
		switch order := compare(a, b); {
		case order < 0:
			all, a = append(all, a[0]), a[1:]
		case order > 0:
			all, b = append(all, b[0]), b[1:]
		default:
			f := a[0]
			f.Num, f.Den, f.Unseen = f.Num+b[0].Num, f.Den+b[0].Den, f.Unseen+b[0].Unseen
			all, a, b = append(all, f), a[1:], b[1:]
		}
	}
	s.Figures = all
	return s
}

// compare says which figures begin with the one that comes first in a scorecard.
func compare(a, b []audit.Figure) int {
	switch {
	case len(b) == 0:
		return -1
	case len(a) == 0:
		return 1
	}
	return cmp.Or(place(&a[0])-place(&b[0]), strings.Compare(string(a[0].Clause), string(b[0].Clause)))
}

// named are the figures that stand before those of the clocks, in the order in which
// audit.Scorecard gives them and lists them in its comment.
var named = []rule.ID{"HB-2.1b", "HB-2.1c", "HB-2.2d", "VC-4.1b", "HB-2.2a", "HB-3.4", "SP-2.5.2", "TR-4.3a", "TR-4.4d", "TR-4.7a", "VC-1.6", "VC-1.4c",
	"TR-4.8", "SP-2.7.1b", "SP-2.7.1c", "SP-2.6.1.5", "QI-3.6b", "QI-3.3a", "QI-3.4b", "QI-2.5"}

func place(f *audit.Figure) int {
	if i := slices.Index(named, f.Clause); i >= 0 {
		return i
	}
	return len(named) // the clocks, by clause
}

// figures are the property's: the households, on which the complaint rate is, are the whole
// site's in every part.
func (s Sum) figures(p *wuye.Policy) []audit.Figure {
	all := slices.Clone(s.Figures)
	for i := range all {
		if all[i].Clause == "HB-2.1c" && p.Reading("complaint-rate-base") != "tickets" {
			all[i].Den = p.Households
		}
	}
	return all
}
