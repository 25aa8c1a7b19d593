package months

import (
	"bufio"
	"io"
	"maps"
	"slices"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/ticket"
)

// A gathered property is the texts of its rows.
type gathered struct {
	tickets       map[string][][]byte
	money, duties [][]byte
}

// Direct is the plain loop: the rows are gathered in memory, and then the library is asked
// about one property after the other. It gives the lines to yield.
func Direct(in io.Reader, s Site, yield func(Line)) error {
	of := map[string]*gathered{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		r, id, bad := parse(lines.Text())
		if bad != nil {
			yield(*bad)
			continue
		}
		g := of[r.Property]
		if g == nil {
			g = &gathered{tickets: map[string][][]byte{}}
			of[r.Property] = g
		}
		switch {
		case r.Event != nil:
			g.tickets[id] = append(g.tickets[id], r.Event)
		case r.Money != nil:
			g.money = append(g.money, r.Money)
		default:
			g.duties = append(g.duties, r.Duty)
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	for _, property := range slices.Sorted(maps.Keys(of)) {
		if err := s.direct(property, of[property], yield); err != nil {
			return err
		}
		delete(of, property)
	}
	return nil
}

// direct asks the library: audit.Histories, Desk.MonthEnd, audit.Month, audit.Scorecard.
func (s *Site) direct(property string, g *gathered, yield func(Line)) error {
	desk, _, err := s.desk(property)
	if err != nil {
		return err
	}
	var r wuye.Records
	if r.Money, err = moneyLog(g.money); err != nil {
		return err
	}
	if r.Done, err = dutiesDone(g.duties); err != nil {
		return err
	}
	var histories [][]ticket.Event
	for _, id := range slices.Sorted(maps.Keys(g.tickets)) {
		h, err := history(g.tickets[id])
		if err != nil {
			return err
		}
		histories = append(histories, h)
	}
	r.Tickets = slices.Values(histories)

	for f, err := range audit.Histories(desk, r.Tickets, s.AsOf) {
		if err != nil {
			yield(Line{Property: property, Ticket: f.Ticket, Refused: err.Error()})
		} else {
			yield(Line{Property: property, Finding: &f})
		}
	}
	end, err := desk.MonthEnd(s.Month, r, s.Key, s.AsOf)
	var month []audit.Finding
	if err == nil {
		month, err = audit.Month(desk, s.Month, r, s.AsOf)
	}
	var scores []audit.Score
	if err == nil {
		scores, err = audit.Scorecard(desk, s.Month, r, s.AsOf, nil)
	}
	if err != nil {
		yield(Line{Property: property, Refused: err.Error()})
		return nil
	}
	for _, f := range month {
		yield(Line{Property: property, Finding: &f})
	}
	for _, score := range scores {
		yield(Line{Property: property, Figures: score.Figures})
	}
	for _, d := range draws(&end) {
		if d.Scope != "" {
			yield(Line{Property: property, Draw: d})
		}
	}
	return nil
}
