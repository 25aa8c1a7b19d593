package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// slaTickets are 65,536 different histories of 10 rows: complaints, repairs and inquiries,
// in the order in which such tickets go, at random times of 2025 and 2026.
func slaTickets() [][]ticket.Event {
	r := rand.New(rand.NewPCG(1, 2))
	desk := ticket.Actor{Role: ticket.Assistant, ID: "A1"}
	worker := ticket.Actor{Role: ticket.Worker, ID: "W1"}
	histories := make([][]ticket.Event, 1<<16)
	for i := range histories {
		now := calendar.MustDate("2025-01-02").Start().Add(time.Duration(r.IntN(700*24*60)) * time.Minute)
		kind := []ticket.Kind{ticket.Complaint, ticket.Repair, ticket.Repair, ticket.Inquiry}[r.IntN(4)]
		h := make([]ticket.Event, 0, 10)
		add := func(typ ticket.EventType, by ticket.Actor) *ticket.Event {
			h = append(h, ticket.Event{Ticket: "T1", Seq: len(h) + 1, Type: typ, At: now, Recorded: now, By: by})
			now = now.Add(time.Duration(1+r.IntN(1<<uint(4+r.IntN(8)))) * time.Minute)
			return &h[len(h)-1]
		}
		e := add(ticket.Registered, desk)
		e.Kind, e.Caller, e.Severity = kind, ticket.Owner, []ticket.Severity{"", ticket.Minor, ticket.Important}[r.IntN(3)]
		if r.IntN(10) == 0 {
			e.Urgency = ticket.Emergency
		}
		add(ticket.Triaged, desk)
		add(ticket.Promised, desk).Until = now.Add(6 * time.Hour)
		e = add(ticket.Dispatched, desk)
		e.To, e.Until = worker, now.Add(5*time.Hour)
		add(ticket.Acknowledged, worker)
		if r.IntN(5) == 0 {
			add(ticket.Held, worker).Hold = ticket.WaitingMaterials
		} else {
			add(ticket.Informed, desk)
		}
		add(ticket.Started, worker)
		add(ticket.Completed, worker)
		add(ticket.Told, desk)
		e = add(ticket.Revisited, desk)
		e.Channel, e.Grade = ticket.Phone, ticket.Satisfied
		histories[i] = h
	}
	return histories
}

// All clocks of a ticket of 10 rows, from its history, into a reused buffer. Beside it, what it
// costs to look once at the columns of those rows that clocks ask for: an Event has 520 bytes,
// so that 65,536 histories lie in memory, not in a cache.
func BenchmarkVerdicts(b *testing.B) {
	hours, err := calendar.China().WithHours(
		calendar.Shift{Days: []time.Weekday{1, 2, 3, 4, 5}, Open: "09:00", Close: "12:00"}, calendar.Shift{Days: []time.Weekday{1, 2, 3, 4, 5}, Open: "13:00", Close: "17:30"})
	if err != nil {
		b.Fatal(err)
	}
	clocks, err := sla.Standard().Compile()
	if err != nil {
		b.Fatal(err)
	}
	histories, asOf := slaTickets(), calendar.MustDate("2026-12-15").Start()
	b.Run("rows only", func(b *testing.B) {
		sum, i := 0, 0
		for b.Loop() {
			h := histories[i&(1<<16-1)]
			for k := range h {
				e := &h[k]
				sum += e.Seq + len(e.Ticket) + int(e.Type[0]) + int(e.At.Unix()) + int(e.Recorded.Unix()) + int(e.Until.Unix()) + len(e.By.Role) + len(e.To.ID)
			}
			i++
		}
		if sum == 0 {
			b.Fatal("nothing was read")
		}
	})
	for _, c := range []struct {
		name string
		cal  calendar.Calendar
	}{{"no hours", calendar.China()}, {"hours", hours}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var buf []sla.Verdict
			verdicts, i := 0, 0
			for b.Loop() {
				buf, err = clocks.AppendVerdicts(buf[:0], c.cal, histories[i&(1<<16-1)], asOf)
				if err != nil {
					b.Fatal(err)
				}
				verdicts += len(buf)
				i++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(verdicts), "ns/verdict")
			b.ReportMetric(float64(verdicts)/float64(i), "verdicts/op")
		})
	}
}

// Growth: a ticket of 10 to 10,000 rows, in ns a row; and 1,000 to 1,000,000 tickets of 10
// rows through one buffer, in ns a ticket. Both lines should be flat.
func BenchmarkVerdictsGrowth(b *testing.B) {
	clocks, err := sla.Standard().Compile()
	if err != nil {
		b.Fatal(err)
	}
	asOf, cal := calendar.MustDate("2026-12-15").Start(), calendar.China()
	histories := slaTickets()
	var buf []sla.Verdict
	for rows := 10; rows <= 10_000; rows *= 10 {
		h := slices.Clone(histories[0])
		for len(h) < rows { // what may come again and again, at the same pace
			last := h[len(h)-1]
			typ := []ticket.EventType{ticket.Urged, ticket.Informed, ticket.Held, ticket.Resumed, ticket.Missed, ticket.Rated}[len(h)%6]
			now := last.At.Add(time.Minute)
			h = append(h, ticket.Event{Ticket: last.Ticket, Seq: len(h) + 1, Type: typ, At: now, Recorded: now, By: last.By})
		}
		b.Run(fmt.Sprintf("%d rows", rows), func(b *testing.B) {
			for b.Loop() {
				if buf, err = clocks.AppendVerdicts(buf[:0], cal, h, asOf); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
		})
	}
	for tickets := 1_000; tickets <= 1_000_000; tickets *= 10 {
		b.Run(fmt.Sprintf("%d tickets", tickets), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for i := range tickets {
					if buf, err = clocks.AppendVerdicts(buf[:0], cal, histories[i&(1<<16-1)], asOf); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(tickets), "ns/ticket")
		})
	}
}

// The deadline of one working day by the piece, at random instants.
func BenchmarkDue(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	from := make([]time.Time, 1<<16)
	for i := range from {
		from[i] = calendar.MustDate("2025-01-02").Start().Add(time.Duration(r.Int64N(int64(700 * 24 * time.Hour))))
	}
	for _, l := range []sla.Limit{sla.WorkingDays(1), sla.Hours(2), sla.SameDay(), sla.WorkingHours(4)} {
		b.Run(l.String(), func(b *testing.B) {
			b.ReportAllocs()
			cal, i := calendar.China(), 0
			for b.Loop() {
				if _, err := l.Due(cal, from[i&(1<<16-1)]); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}
