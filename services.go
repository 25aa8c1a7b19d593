package wuye

import (
	"cmp"
	"slices"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A payment is what the money log says of one ticket.
type payment struct {
	signed time.Time // the first charge
	paid   time.Time // the first time that money came
	cash   bool      // by any of its serials
	bank   bool      // by any of its serials
}

// banked: a ticket counts once, as cash if any of its serials is, or if nothing was charged.
func (p payment) banked() bool { return p.bank && !p.cash }

// payments are the charges by ticket. The means of a charge is as finance sorted it, else as
// charged; a waived one counts as cash; a voided one is none.
func (p Policy) payments(log []billing.Entry) map[string]payment {
	log = slices.Clone(log)
	slices.SortStableFunc(log, func(a, b billing.Entry) int {
		return cmp.Or(cmp.Compare(a.Serial, b.Serial), cmp.Compare(a.Seq, b.Seq))
	})
	all := map[string]payment{}
	for len(log) > 0 {
		n := slices.IndexFunc(log, func(e billing.Entry) bool { return e.Serial != log[0].Serial })
		if n < 0 {
			n = len(log)
		}
		var charged, paid billing.Entry
		var means billing.Payment
		var waived, voided bool
		for _, e := range log[:n] {
			switch e.Type {
			case billing.Charged:
				charged, means = e, e.Payment
			case billing.Sorted:
				means = e.Payment
			case billing.Waived:
				waived = true
			case billing.Voided:
				voided = true
			case billing.Received, billing.Collected:
				if paid.Type == "" {
					paid = e
				}
			}
		}
		log = log[n:]
		if charged.Type == "" || voided {
			continue
		}
		t := all[charged.Ticket]
		t.signed = earlier(t.signed, charged.At)
		t.paid = earlier(t.paid, paid.At)
		bank := means == billing.Collection || means != billing.Cash && p.Reading("mobile-payment") == "as-collection"
		if bank && !waived {
			t.bank = true
		} else {
			t.cash = true
		}
		all[charged.Ticket] = t
	}
	return all
}

// earlier is the earlier of two instants, zero being none.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// serviceMonths are the months that a special ticket counts in for SP-2.7.1, none for other
// tickets: those of the customer's signatures, else of the charge; in the reading "paid" the
// month of the first payment, if it came before the signed month's quota was due.
func (d *Desk) serviceMonths(t ticket.Ticket, known []ticket.Event, paid payment, p Policy) []calendar.Month {
	if t.Nature != ticket.Special || t.Caller == ticket.Anonymous || t.State == ticket.Void {
		return nil
	}
	signed := when(known, ticket.SignedOff)
	if len(signed) == 0 && !paid.signed.IsZero() {
		signed = []time.Time{paid.signed}
	}
	var months []calendar.Month
	for _, at := range signed {
		m := calendar.DateOf(at).Month()
		if p.Reading("service-month") == "paid" && !paid.paid.IsZero() && d.quotaDue(m, p).Met(paid.paid) {
			m = calendar.DateOf(paid.paid).Month()
		}
		if !slices.Contains(months, m) {
			months = append(months, m)
		}
	}
	return months
}

// quotaDue is by when the quotas of a month's special services are met. It implements the
// limit of SP-2.7.1a.
func (d *Desk) quotaDue(m calendar.Month, p Policy) sla.Due {
	day := 10
	if i := slices.IndexFunc(p.Duties, func(d Duty) bool { return d.Clause == "SP-2.7.1a" && d.Day > 0 }); i >= 0 {
		day = p.Duties[i].Day
	}
	return d.nth(m, day, p)
}

// nth is a day of the month after m, as the policy reads "by the n-th" and rest days; one
// that would move past the last published day stays.
func (d *Desk) nth(m calendar.Month, day int, p Policy) sla.Due {
	limit := limitRead(sla.ByNextMonth(day), "", defaults, p.Reading)
	due, err := limit.Due(d.cal, m.Day(1).Start())
	if err != nil {
		limit.Roll = false
		due, _ = limit.Due(d.cal, m.Day(1).Start()) // needs no notice
	}
	return due
}
