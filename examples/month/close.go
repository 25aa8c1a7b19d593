package main

import (
	"cmp"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Revisits is the plan of whom to revisit, and what is done of it already.
type Revisits struct {
	Routine    sampling.Draw    `json:"routine"`
	Drawn      wuye.Populations `json:"drawn"` // of the draws: what Verify asks for
	RoutineDue sla.Due          `json:"routine_due"`
	Marked     time.Time        `json:"marked"` // At of the Sampled rows that the host writes
	Key        string           `json:"key"`    // published after the month, so that anyone can repeat the draws
	Cash       sampling.Draw    `json:"cash"`
	Banked     sampling.Draw    `json:"banked"`
	SpecialDue sla.Due          `json:"special_due"` // of Cash and Banked: SP-2.7.1a
	Complaints []Revisit        `json:"complaints,omitempty"`
	Major      []Revisit        `json:"major,omitempty"`
	Special    []Revisit        `json:"special,omitempty"` // of Cash and Banked
	Slips      []Revisit        `json:"slips,omitempty"`   // of Routine
}

// A Revisit is one ticket of the plan.
type Revisit struct {
	Ticket   string         `json:"ticket"`
	Category string         `json:"category,omitempty"`
	Clause   rule.ID        `json:"clause"`
	Mode     ticket.Channel `json:"mode,omitempty"` // "visit" where it must be on site
	Done     time.Time      `json:"done,omitzero"`  // the last revisit that serves
	By       ticket.Actor   `json:"by,omitzero"`
	How      ticket.Channel `json:"how,omitempty"`
	Grade    ticket.Grade   `json:"grade,omitempty"`
}

// Money is the month's close and the rows behind it.
type Money struct {
	Statement billing.Statement `json:"statement"`
	Since     time.Time         `json:"since,omitzero"` // the last close
	Closed    time.Time         `json:"closed"`         // this close
	Rows      []MoneyRow        `json:"rows,omitempty"` // by serial: what this close speaks of, and quotes that came to nothing
	Paid      []billing.Entry   `json:"paid,omitempty"` // compensations
}

// A MoneyRow is one serial: from quote to payment.
type MoneyRow struct {
	Serial   string            `json:"serial"`
	Ticket   string            `json:"ticket"`
	Category string            `json:"category,omitempty"`
	State    billing.EntryType `json:"state"`
	Payment  billing.Payment   `json:"payment,omitempty"`
	Quoted   billing.Fen       `json:"quoted"`
	Amount   billing.Fen       `json:"amount"`
	Rows     []billing.Entry   `json:"rows"`
}

// close adds what the end of the month brings: draws, censuses, money.
func (p *Pack) close(desk *wuye.Desk, r records, m calendar.Month, key string, asOf time.Time, views map[string]view) error {
	all := r.all()
	end, err := desk.MonthEnd(m, all, key, asOf)
	if err != nil {
		return err
	}
	agenda, err := desk.Agenda(all, asOf)
	if err != nil {
		return err
	}
	for _, item := range agenda {
		if item.Ticket == "" && !item.Due.At.IsZero() && !item.Due.At.After(calendar.DateOf(asOf).AddDays(11).Start()) {
			p.Duties = append(p.Duties, item)
		}
	}
	rv := &Revisits{Routine: end.Routine, Drawn: end.Drawn, Marked: end.Sampled, Key: key, Cash: end.Cash, Banked: end.Banked}
	if rv.RoutineDue, err = sla.ByNextMonth(5).Due(desk.Calendar(), end.Sampled); err != nil {
		return err
	}
	if rv.SpecialDue, err = sla.ByNextMonth(10).Due(desk.Calendar(), m.Day(1).Start()); err != nil {
		return err
	}
	plan := func(dst *[]Revisit, ids []string, clause rule.ID, mode ticket.Channel, serves func(ticket.Event) bool) {
		for _, id := range ids {
			v := views[id]
			x := Revisit{Ticket: id, Category: v.category, Clause: clause, Mode: mode}
			for _, e := range v.rows {
				switch {
				case e.Type == ticket.Reopened:
					x.Done, x.By, x.How, x.Grade = time.Time{}, ticket.Actor{}, "", "" // of an earlier cycle
				case e.Type == ticket.Revisited && serves(e):
					x.Done, x.By, x.How, x.Grade = calendar.InChina(e.At), e.By, e.Channel, e.Grade
				}
			}
			*dst = append(*dst, x)
		}
	}
	since := func(e ticket.Event) bool { return !e.At.Before(end.Sampled) }
	always := func(ticket.Event) bool { return true }
	plan(&rv.Slips, end.Routine.ToVisit(), "TR-4.3a", ticket.Visit, since)
	plan(&rv.Slips, end.Routine.ToCall(), "TR-4.3a", ticket.Phone, since)
	plan(&rv.Complaints, end.Complaints, "TR-4.7a", ticket.Visit, func(e ticket.Event) bool { return e.By.Role == ticket.Manager && e.Channel == ticket.Visit })
	plan(&rv.Major, end.Major, "TR-4.8", "", always)
	plan(&rv.Special, sampled(end.Cash), "SP-2.7.1b", "", always)
	plan(&rv.Special, sampled(end.Banked), "SP-2.7.1c", "", always)
	p.Revisits = rv

	mo := &Money{Statement: end.Money, Closed: calendar.InChina(asOf)}
	for _, d := range r.done {
		if d.Clause == "SP-2.6.1.4" && d.At.Before(asOf) {
			switch d.Ref {
			case m.String():
				mo.Closed = calendar.InChina(d.At)
			case m.Add(-1).String():
				mo.Since = calendar.InChina(d.At)
			}
		}
	}
	charges := map[string]billing.Charge{}
	for _, c := range slices.Concat(end.Money.New, end.Money.Carried) {
		charges[c.Serial] = c
	}
	of := map[string]int{}
	for _, e := range r.money {
		if !e.Recorded.Before(mo.Closed) {
			continue
		}
		if e.Type == billing.Compensated {
			if !e.Recorded.Before(mo.Since) {
				mo.Paid = append(mo.Paid, e)
			}
			continue
		}
		i, ok := of[e.Serial]
		if !ok {
			i = len(mo.Rows)
			of[e.Serial] = i
			mo.Rows = append(mo.Rows, MoneyRow{Serial: e.Serial, Ticket: e.Ticket, Category: views[e.Ticket].category, State: billing.Quoted})
		}
		row := &mo.Rows[i]
		row.Ticket = cmp.Or(row.Ticket, e.Ticket)
		row.Category = cmp.Or(row.Category, views[e.Ticket].category)
		if e.Type == billing.Quoted {
			row.Quoted = e.Amount
		}
		row.Rows = append(row.Rows, e)
	}
	kept := mo.Rows[:0]
	for _, row := range mo.Rows {
		c, ok := charges[row.Serial]
		if ok {
			row.State, row.Payment, row.Amount = c.State, c.Payment, c.Amount
		} else if last := row.Rows[len(row.Rows)-1]; last.Type != billing.Quoted || last.Recorded.Before(mo.Since) {
			continue // settled in an earlier close
		}
		kept = append(kept, row)
	}
	mo.Rows = kept
	slices.SortFunc(mo.Rows, func(a, b MoneyRow) int { return cmp.Compare(a.Serial, b.Serial) })
	p.Money = mo
	return nil
}

func sampled(d sampling.Draw) []string { return d.Ranked[:d.Size] }
