package bench

import (
	"math/rand/v2"
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
