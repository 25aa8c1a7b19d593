package main

import (
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A view is one ticket as of the moment of judging.
type view struct {
	rows     []ticket.Event // known by then
	ticket   ticket.Ticket
	category string
	answered time.Time
	verdicts []sla.Verdict
	firings  []escalation.Firing
	foreign  bool
	days     []int // Seq of the rows of which the file gives the day, not the time
	vague    bool  // of days not even the day is known
}

// with says who has the ticket: the authority that it is with, else its worker.
func (v view) with() string {
	if v.ticket.State == ticket.Referred {
		for _, e := range slices.Backward(v.rows) {
			if e.Type == ticket.ReferredOut {
				return actor(e.To)
			}
		}
	}
	return actor(v.ticket.Worker)
}

// over reports whether nothing more can be done: of somebody else's tickets nobody knows.
func (v view) over() bool {
	return !v.foreign && (v.ticket.State == ticket.Closed || v.ticket.State == ticket.Void)
}

// open reports whether the customer still waits for an answer.
func (v view) open() bool {
	switch v.ticket.State {
	case ticket.Answered, ticket.Closed, ticket.Void:
		return false
	}
	return true
}

func (v view) line() Line {
	return Line{v.ticket.ID, v.ticket.Kind, v.category, v.ticket.State, v.ticket.Held, v.ticket.Opened, v.with()}
}

func (v view) clock(o sla.Verdict) Clock {
	end := o.Stop
	if end.IsZero() {
		end = v.answered
	}
	return Clock{o, v.category, v.ticket.Kind, v.answered, slices.Contains(v.days, seqAt(v.rows, end)), v.over()}
}

// escalation is f and what came of it. children are the tickets raised in revisits of others.
func (v view) escalation(f escalation.Firing, children map[string]ticket.Event) Escalation {
	e := Escalation{Firing: f, Kind: v.ticket.Kind, Category: v.category, Over: v.over()}
	if child, ok := children[f.Ticket]; ok && f.Step.Cause == escalation.Dissatisfied {
		e.Acted, e.By, e.Linked = calendar.InChina(child.At), child.By, child.Ticket
		return e
	}
	for _, row := range v.rows {
		if row.By.Role.Tier() >= f.Step.To.Tier() && !row.At.Before(f.At) {
			e.Acted, e.By = calendar.InChina(row.At), row.By
			break
		}
	}
	return e
}

// raised are the registrations of tickets raised in the revisit of another, by that other's id.
func raised(r records, asOf time.Time) map[string]ticket.Event {
	children := map[string]ticket.Event{}
	for _, h := range r.histories {
		e := h[0]
		if e.Type == ticket.Registered && e.Ref != "" && e.Channel != ticket.Inbound && len(ticket.KnownBy(h, asOf)) > 0 {
			children[e.Ref] = e
		}
	}
	return children
}

// newDesk is the desk that judges r by the policies, each with the readings chosen. Without
// policies it is the standard one, in force from the month of the first row on, and its
// name, the first part of each draw's scope, is the source's.
func newDesk(r records, choices []wuye.Choice, policies ...wuye.Policy) (*wuye.Desk, error) {
	if len(policies) == 0 {
		p := wuye.Standard()
		if !r.foreign {
			p.Name = r.source
		}
		first := time.Time{}
		for _, h := range r.histories {
			if at := h[0].At; first.IsZero() || at.Before(first) {
				first = at
			}
		}
		p.From = calendar.DateOf(first).Month().Day(1)
		policies = []wuye.Policy{p}
	}
	book := slices.Clone(policies)
	for i, p := range book {
		for _, c := range choices {
			var err error
			if p, err = p.WithReading(c.Reading, c.Option); err != nil {
				return nil, err
			}
		}
		all := slices.Concat(p.SLA.Unrecorded, r.unrecorded)
		slices.Sort(all)
		if p.SLA.Unrecorded = slices.Compact(all); len(all) == 0 {
			p.SLA.Unrecorded = nil
		}
		book[i] = p
	}
	return wuye.New(calendar.China(), book...)
}

// look judges one ticket. A foreign history is not a legal flow: its clocks are judging, its
// state is what is there.
func look(desk *wuye.Desk, r records, h []ticket.Event, asOf time.Time) (view, error) {
	known := ticket.KnownBy(h, asOf)
	v := view{rows: known, category: h[0].Category, foreign: r.foreign}
	if len(known) == 0 {
		return v, nil
	}
	for _, e := range known {
		if e.Type == ticket.Told || e.Type == ticket.SignedOff {
			v.answered = calendar.InChina(e.At)
		}
	}
	if !r.foreign {
		j, err := desk.Judge(h, asOf)
		v.ticket, v.verdicts, v.firings = j.Ticket, j.Verdicts, j.Firings
		return v, err
	}
	v.ticket = ticket.Ticket{ID: h[0].Ticket, State: ticket.Open, Opened: h[0].At, Last: h[0].At, Facts: ticket.Facts{}.After(h[0])}
	for _, e := range known[1:] {
		switch e.Type {
		case ticket.Completed:
			v.ticket.State = ticket.Closed
		case ticket.Told:
			if v.ticket.State == ticket.Open {
				v.ticket.State = ticket.Answered
			}
		}
		v.ticket.Last = e.At
	}
	var err error
	if v.verdicts, err = desk.AppendVerdicts(nil, h, asOf); err != nil {
		return v, err
	}
	v.vague = r.vague[v.ticket.ID]
	if best, uncertain := r.best[v.ticket.ID]; uncertain {
		for _, e := range known {
			i := slices.IndexFunc(best, func(b ticket.Event) bool { return b.Type == e.Type })
			if !best[i].At.Equal(e.At) {
				v.days = append(v.days, e.Seq)
			}
		}
		also, err := desk.AppendVerdicts(nil, best, asOf)
		if err != nil {
			return v, err
		}
		for i := range v.verdicts {
			v.verdicts[i] = agree(v.verdicts[i], also)
		}
	}
	policy, err := desk.Policy(v.ticket.Opened)
	if err != nil {
		return v, err
	}
	v.firings, _ = policy.Ladder.Firings(known, v.verdicts, asOf)
	return v, nil
}

// agree is v if the other end of the day says the same, due then if that is later;
// otherwise the day cannot decide. Of what is unseen no due instant is made up either.
func agree(v sla.Verdict, also []sla.Verdict) sla.Verdict {
	i := slices.IndexFunc(also, func(o sla.Verdict) bool { return o.Clause == v.Clause && o.Cycle == v.Cycle && o.Number == v.Number })
	if i < 0 || also[i].Status != v.Status {
		v.Status, v.Stop, v.Wake = sla.Unseen, time.Time{}, time.Time{}
	}
	if i >= 0 && also[i].Due != v.Due {
		v.Due = also[i].Due
		if v.Status == sla.Unseen {
			v.Due = sla.Due{}
		}
	}
	return v
}
