package conformance

import (
	"fmt"
	"slices"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// log is the money of one serial: rows an hour apart from that instant on, completed.
func log(at time.Time, rows ...billing.Entry) []billing.Entry {
	by := func(r ticket.Role) ticket.Actor { return person(r) }
	amount, last := billing.Fen(8000), at
	var means billing.Payment
	for i := range rows {
		e := &rows[i]
		e.Seq = i + 1
		if e.Serial == "" {
			e.Serial = "N1"
		}
		if e.At.IsZero() {
			e.At = last
		}
		last = later(last, e.At)
		if e.Recorded.IsZero() {
			e.Recorded = last
		}
		e.By = by(ticket.Finance)
		switch e.Type {
		case billing.Quoted, billing.Charged, billing.HandedIn:
			e.By = by(ticket.Worker)
		case billing.Switched, billing.Collated:
			e.By = by(ticket.Assistant)
		case billing.Waived, billing.Voided, billing.Reversed:
			e.Approver = by(ticket.Manager)
		}
		switch e.Type {
		case billing.Quoted, billing.Charged, billing.Received, billing.Collected:
			if e.Amount == 0 {
				e.Amount = amount
			}
			amount = e.Amount
		}
		switch e.Type {
		case billing.Charged:
			e.Ticket = or(e.Ticket, "T1")
			means = e.Payment
		case billing.Switched:
			e.Payment = or(e.Payment, billing.Cash)
			means = e.Payment
		case billing.Received:
			e.Payment = or(e.Payment, means)
		}
		switch e.Type {
		case billing.Quoted, billing.Received:
			e.Ref = or(e.Ref, "R-"+e.Serial)
		case billing.Submitted:
			e.Ref = or(e.Ref, calendar.DateOf(e.At).Month().String())
		case billing.Failed, billing.Switched, billing.Reversed, billing.Waived, billing.Voided:
			e.Reason = or(e.Reason, "说明")
		}
	}
	return rows
}

// closes asks what goes to the bank at a month's close, and for logs that cannot be.
func (w *writer) closes() {
	m := w.month()
	day, asOf := hour(m.Day(10), 10), hour(m.Add(1).Day(1), 9)
	quoted, bank, cash := billing.Entry{Type: billing.Quoted}, billing.Entry{Type: billing.Charged, Payment: billing.Collection}, billing.Entry{Type: billing.Charged, Payment: billing.Cash}
	only := func(t billing.EntryType) billing.Entry { return billing.Entry{Type: t} }
	at := func(e billing.Entry, at, recorded time.Time) billing.Entry {
		e.At, e.Recorded = at, recorded
		return e
	}
	end := m.Add(1).Day(1).Start()

	ask := func(clause rule.ID, group, why string, money []billing.Entry, m calendar.Month, since, asOf time.Time, rests ...string) string {
		args := []string{m.String()}
		if !since.IsZero() {
			args = append(args, since.Format(time.RFC3339Nano))
		}
		return w.ask(clause, group, why, Question{Topic: Close, Money: money, AsOf: asOf, Args: args}, rests...)
	}
	var each []string
	var all []billing.Entry
	for i, c := range []struct {
		why   string
		money []billing.Entry
	}{
		{"only quoted", log(day, quoted)},
		{"charged, by bank", log(day, quoted, bank)},
		{"charged, cash", log(day, quoted, cash)},
		{"cash received", log(day, quoted, cash, only(billing.Received))},
		{"cash booked", log(day, quoted, cash, only(billing.Received), only(billing.Booked))},
		{"mobile", log(day, quoted, billing.Entry{Type: billing.Charged, Payment: billing.Mobile}, only(billing.Received))},
		{"submitted", log(day, quoted, bank, only(billing.Submitted))},
		{"collected", log(day, quoted, bank, only(billing.Submitted), only(billing.Collected))},
		{"failed", log(day, quoted, bank, only(billing.Submitted), only(billing.Failed))},
		{"failed, submitted again", log(day, quoted, bank, only(billing.Submitted), only(billing.Failed), only(billing.Submitted))},
		{"switched to cash", log(day, quoted, bank, only(billing.Switched))},
		{"failed, switched, received", log(day, quoted, bank, only(billing.Submitted), only(billing.Failed), only(billing.Switched), only(billing.Received))},
		{"collected, reversed", log(day, quoted, bank, only(billing.Submitted), only(billing.Collected), only(billing.Reversed))},
		{"cash reversed", log(day, quoted, cash, only(billing.Received), only(billing.Reversed))},
		{"waived", log(day, quoted, bank, only(billing.Waived))},
		{"voided", log(day, quoted, bank, only(billing.Voided))},
		{"handed in, sorted, collated", log(day, quoted, bank, only(billing.HandedIn), billing.Entry{Type: billing.Sorted, Payment: billing.Collection}, only(billing.Collated))},
		{"signed 1 ns before the month's end", log(day, quoted, at(bank, end.Add(-1), end))},
		{"signed at the month's end", log(day, quoted, at(bank, end, end))},
		{"signed in the month before", log(hour(m.Day(1).AddDays(-2), 10), quoted, bank)},
		{"entered 1 ns before the close", log(day, quoted, at(bank, day, asOf.Add(-1)))},
		{"entered at the close", log(day, quoted, at(bank, day, asOf))},
		{"waived at the close", log(day, quoted, bank, at(only(billing.Waived), day, asOf))},
		{"0.01 yuan", log(day, billing.Entry{Type: billing.Quoted, Amount: 1}, bank)},
	} {
		for j := range c.money {
			e := &c.money[j]
			e.Serial = fmt.Sprintf("N%02d", i+1)
			if e.Type == billing.Received || e.Type == billing.Quoted {
				e.Ref = fmt.Sprintf("R%02d", i+1)
			}
		}
		all = append(all, c.money...)
		clause := rule.ID("SP-2.6.1.5")
		if c.why != "waived at the close" && slices.ContainsFunc(c.money, func(e billing.Entry) bool {
			return slices.Contains([]billing.EntryType{billing.Switched, billing.Reversed, billing.Waived, billing.Voided}, e.Type)
		}) {
			clause = "WY-money"
		}
		each = append(each, ask(clause, "bank", c.why, c.money, m, time.Time{}, asOf))
		each = append(each, ask(clause, "the close after", c.why, c.money, m.Add(1), asOf, hour(m.Add(2).Day(1), 9)))
	}
	ask("SP-2.6.1.5", "bank", "all of these", all, m, time.Time{}, asOf, each...)
	ask("SP-2.6.1.5", "the close after", "all of these", all, m.Add(1), asOf, hour(m.Add(2).Day(1), 9), each...)

	for _, c := range []struct {
		clause rule.ID
		why    string
		money  []billing.Entry
	}{
		{"SP-2.6.2.1", "cash received of what the bank collects", log(day, quoted, bank, only(billing.Received))},
		{"SP-2.6.2.1", "a part received", log(day, quoted, cash, billing.Entry{Type: billing.Received, Amount: 100})},
		{"SP-2.6.1.5", "cash submitted", log(day, quoted, cash, only(billing.Submitted))},
		{"SP-2.6.1.5", "collected, not submitted", log(day, quoted, bank, only(billing.Collected))},
		{"SP-2.5.1", "charged otherwise than quoted", log(day, quoted, billing.Entry{Type: billing.Charged, Payment: billing.Cash, Amount: 7999})},
		{"WY-rework-free", "charged again for the rework", log(day, quoted, cash, billing.Entry{Type: billing.Charged, Payment: billing.Cash, Amount: 5000})},
		{"SP-2.6.2.3", "booked, not received", log(day, quoted, cash, only(billing.Booked))},
		{"SP-2.6.1.2", "sorted, not handed in", log(day, quoted, cash, billing.Entry{Type: billing.Sorted, Payment: billing.Cash})},
		{"SP-2.6.1.3", "collated, not sorted", log(day, quoted, cash, only(billing.Collated))},
		{"WY-money", "waived after it was paid", log(day, quoted, cash, only(billing.Received), only(billing.Waived))},
		{"WY-money", "waived without approval", unapproved(log(day, quoted, cash, only(billing.Waived)))},
		{"WY-money", "received after it was waived", log(day, quoted, cash, only(billing.Waived), only(billing.Received))},
	} {
		ask(c.clause, "refused", c.why, c.money, m, time.Time{}, asOf)
	}
}

func unapproved(money []billing.Entry) []billing.Entry {
	money[len(money)-1].Approver = ticket.Actor{}
	return money
}
