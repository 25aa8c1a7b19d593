package bench

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

func standardDesk(tb testing.TB) *wuye.Desk {
	tb.Helper()
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		tb.Fatal(err)
	}
	return desk
}

// BenchmarkJudge is all that the desk says of one ticket of about ten rows, judged as a host
// does, when its last row comes in, beside the parts that it is made of. A complaint that was
// kept in all, of twelve rows; then what chance made, of which many waited for hours until
// somebody took them, and have fired every half hour.
func BenchmarkJudge(b *testing.B) {
	desk, ladder, clocks := standardDesk(b), escalation.Standard(), standardClocks(b)
	var verdicts []sla.Verdict
	judge := func(h *[]ticket.Event) (int, error) {
		j, err := desk.Judge(*h, (*h)[len(*h)-1].Recorded)
		return len(j.Verdicts), err
	}
	parts := func(h *[]ticket.Event) (n int, err error) {
		asOf := (*h)[len(*h)-1].Recorded
		if _, err = ticket.Replay(*h); err != nil {
			return 0, err
		}
		if verdicts, err = clocks.AppendVerdicts(verdicts[:0], desk.Calendar(), *h, asOf); err != nil {
			return 0, err
		}
		fired, _ := ladder.Firings(*h, verdicts, asOf)
		return len(fired), nil
	}
	for name, all := range map[string][][]ticket.Event{"kept": keptLives(pool), "chance": lives(pool, 10)} {
		b.Run(name, func(b *testing.B) { beside(b, each(b, all, judge), side{"parts", each(b, all, parts)}) })
	}
}

// BenchmarkMonthEnd closes a month of 10,000 tickets: of ten, seven routine slips, two special
// services with their charges, one complaint.
func BenchmarkMonthEnd(b *testing.B) { beside(b, monthEnd(b, 10_000)) }

func monthEnd(b *testing.B, n int) work {
	desk, month, r := standardDesk(b), calendar.MustMonth("2026-10"), october(n)
	return whole(n, func() {
		end, err := desk.MonthEnd(month, r, "key", month.Add(1).Day(1).Start())
		if err != nil || len(end.Drawn.Routine) != n/10*7 || len(end.Drawn.Cash)+len(end.Drawn.Banked) != n/10*2 || len(end.Complaints) != n/10 {
			b.Fatal(end.Drawn, err)
		}
	})
}

func october(n int) wuye.Records {
	var all [][]ticket.Event
	var money []billing.Entry
	for i := range n {
		at := time.Date(2026, 10, 1+i%29, 1+i%8, i%60, 0, 0, time.UTC)
		id := fmt.Sprintf("GD-%08d", i)
		first := ticket.Event{Type: ticket.Registered, By: staff[0], Kind: ticket.Repair, Caller: ticket.Owner, Has: []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}}
		answer := ticket.Event{Type: ticket.Told, By: staff[0], Grade: ticket.Satisfied}
		switch {
		case i%10 >= 8:
			first.Kind, first.Nature, first.Until = ticket.Service, ticket.Special, at.Add(5*time.Hour)
			answer = ticket.Event{Type: ticket.SignedOff, By: staff[5]}
			means := billing.Cash
			if i%10 == 9 {
				means = billing.Collection
			}
			for seq, e := range []billing.Entry{{Type: billing.Quoted, Ref: "Q", By: staff[2]}, {Type: billing.Charged, Ticket: id, Payment: means, By: staff[2]}} {
				e.Serial, e.Ticket, e.Seq, e.Amount, e.At = "N-"+id, id, seq+1, 8000, at.Add(2*time.Hour)
				e.Recorded = e.At
				money = append(money, e)
			}
		case i%10 == 7:
			first.Kind = ticket.Complaint
		}
		rows := []ticket.Event{first, {Type: ticket.Triaged, By: staff[0]}, {Type: ticket.Dispatched, By: staff[0], To: staff[2]},
			{Type: ticket.Acknowledged, By: staff[2]}, {Type: ticket.Arrived, By: staff[2]}, {Type: ticket.Agreed, By: staff[2], Ref: "Q"},
			{Type: ticket.Started, By: staff[2], Ref: "N-" + id}, {Type: ticket.Informed, By: staff[0]}, {Type: ticket.Completed, By: staff[2]}, answer}
		for seq := range rows {
			rows[seq].Ticket, rows[seq].Seq, rows[seq].At = id, seq+1, at.Add(time.Duration(seq)*10*time.Minute)
			rows[seq].Recorded = rows[seq].At
		}
		all = append(all, rows)
	}
	return wuye.Records{Tickets: slices.Values(all), Money: money}
}
