package wuye

import (
	"cmp"
	"slices"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A payment is what the money log says of one ticket.
type payment struct {
	signed time.Time // the first charge
	paid   time.Time // the first time that money came
	// The means of its serials. One that was waived counts as cash.
	cash, bank, mobile bool
}

// banked: a ticket counts once, as cash if any of its serials is, or if nothing was charged.
// It follows the reading mobile-payment.
func (t payment) banked(p *Policy) bool {
	asCash := p.Reading("mobile-payment") == "as-cash"
	return (t.bank || t.mobile && !asCash) && !t.cash && !(t.mobile && asCash)
}

// payments are the charges by ticket, of a log in any order of serials. The means of a charge
// is as finance sorted it, else as charged; a voided one is none.
func payments(log []billing.Entry) map[string]payment {
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
		switch {
		case waived || means == billing.Cash:
			t.cash = true
		case means == billing.Collection:
			t.bank = true
		default:
			t.mobile = true
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

// A service is a special service that counts in a month's quota.
type service struct {
	month  calendar.Month
	from   time.Time // the signature, or the charge: revisited from here on
	cycle  int
	policy *Policy // of the month
}

// services are those of a special ticket, one for each month, none of other tickets: of the
// month of a signature of the customer, else of the charge; in the reading "paid", as it is in
// force then, of the first payment, if that came before the signed month's quota was due.
// Nothing is owed of a month that no policy of the desk judges.
func (d *Desk) services(t *ticket.Ticket, known []ticket.Event, cycles []cycle, paid payment) []service {
	if t.Nature != ticket.Special {
		return nil
	}
	var all []service
	count := func(signed time.Time, cycle int) {
		m := calendar.DateOf(signed).Month()
		g, err := d.page(m.Last())
		if err != nil {
			return
		}
		if g.kept.Reading("service-month") == "paid" && !paid.paid.IsZero() && d.quotaDue(m, g.kept).Met(paid.paid) {
			m = calendar.DateOf(paid.paid).Month()
			if g, err = d.page(m.Last()); err != nil {
				return
			}
		}
		if !slices.ContainsFunc(all, func(s service) bool { return s.month == m }) {
			all = append(all, service{m, signed, cycle, &g.kept})
		}
	}
	signed := false
	for i := range known {
		if known[i].Type == ticket.SignedOff {
			signed = true
			count(known[i].At, cycleOf(cycles, i))
		}
	}
	if !signed && !paid.signed.IsZero() {
		count(paid.signed, len(cycles))
	}
	return all
}

// quotaDue is by when the quotas of a month's special services are met. It implements the
// limit of SP-2.7.1a.
func (d *Desk) quotaDue(m calendar.Month, p Policy) sla.Due {
	due, ok := d.dueBy(p, "SP-2.7.1a", m.Day(1).Start())
	if !ok { // no duty, and yet the reading service-month wants to know
		due = d.read(sla.ByNextMonth(10), p, m.Day(1).Start())
	}
	return due
}

// DueBy is by when something is done that no clock of a ticket measures, from the instant on
// and by the policy and the readings in force then: that day for the sorting of a record
// (SP-2.6.1.2), the booking of money (SP-2.6.2.3) and the action on a dissatisfied revisit
// (SP-2.7.5); the day of the month after that the policy's duty has for the collating of
// records (SP-2.6.1.3) and the quotas of revisits (SP-2.7.1a). False for any other clause, and
// for one that the site does not keep.
func (d *Desk) DueBy(clause rule.ID, from time.Time) (sla.Due, bool) {
	g, err := d.page(calendar.DateOf(from))
	if err != nil {
		return sla.Due{}, false
	}
	return d.dueBy(g.kept, clause, from)
}

func (d *Desk) dueBy(p Policy, clause rule.ID, from time.Time) (sla.Due, bool) {
	limit := sla.SameDay()
	switch clause {
	case "SP-2.6.1.2", "SP-2.6.2.3", "SP-2.7.5":
		if !p.Keeps(clause) {
			return sla.Due{}, false
		}
	case "SP-2.6.1.3", "SP-2.7.1a":
		i := slices.IndexFunc(p.Duties, func(d Duty) bool { return d.Clause == clause && d.Day > 0 })
		if i < 0 {
			return sla.Due{}, false
		}
		limit = sla.ByNextMonth(p.Duties[i].Day)
	default:
		return sla.Due{}, false
	}
	return d.read(limit, p, from), true
}

// read is when a limit of the documents is due as the policy reads it. Where that needs a
// notice that is not out (the close of that day, the working day to which a last day would
// move) it is the end of the day as it stands.
func (d *Desk) read(limit sla.Limit, p Policy, from time.Time) sla.Due {
	limit = limitRead(limit, "", defaults, p.Reading)
	due, err := limit.Due(d.cal, from)
	if err != nil {
		limit.Roll = false
		if limit.Unit == sla.ThatDayClose {
			limit = sla.SameDay()
		}
		due, _ = limit.Due(d.cal, from) // needs no notice
	}
	return due
}
