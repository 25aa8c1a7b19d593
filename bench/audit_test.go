package bench

import (
	"fmt"
	"iter"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// around yields n tickets: those of the pool again and again.
func around(pool [][]ticket.Event, n int) iter.Seq[[]ticket.Event] {
	return func(yield func([]ticket.Event) bool) {
		for i := range n {
			if !yield(pool[i%len(pool)]) {
				return
			}
		}
	}
}

// BenchmarkAudit is a ticket of about ten rows, its findings built, beside what it cannot be
// without: its clocks judged and its rows replayed. Chance made the histories, so that each has
// several findings; kept ones, of which a desk has most, have none. Then the growth: a stream of
// ever more tickets must cost the same a ticket, and no memory for those gone by.
func BenchmarkAudit(b *testing.B) {
	chance, kept := lives(pool/8, 10), keptLives(pool/8)
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		b.Fatal(err)
	}
	asOf := time.Date(2026, 10, 8, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		all  [][]ticket.Event
	}{{"chance", chance}, {"kept", kept}} {
		b.Run(c.name+"/floor", func(b *testing.B) {
			b.ReportAllocs()
			var verdicts []sla.Verdict
			for i := 0; b.Loop(); i++ {
				h := c.all[i%len(c.all)]
				if verdicts, err = desk.AppendVerdicts(verdicts[:0], h, asOf); err != nil {
					b.Fatal(err)
				}
				if _, err := ticket.Replay(h); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/history", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := audit.History(desk, c.all[i%len(c.all)], asOf); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(c.name+"/stream", func(b *testing.B) {
			b.ReportAllocs()
			findings := 0
			for _, err := range audit.Histories(desk, around(c.all, b.N), asOf) {
				if err != nil {
					b.Fatal(err)
				}
				findings++
			}
			b.ReportMetric(float64(findings)/float64(b.N), "findings/op")
		})
	}
	for _, n := range []int{1_000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("growth/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				for _, err := range audit.Histories(desk, around(chance, n), asOf) {
					if err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/ticket")
		})
	}
}

// keptLives gives n complaints of eleven rows, each as the documents want it.
func keptLives(n int) [][]ticket.Event {
	var all [][]ticket.Event
	desk, manager, head, owner := staff[0], ticket.Actor{Role: ticket.Manager, ID: "M01"}, staff[3], staff[5]
	for i := range n {
		day := time.Date(2026, 9, 21, 1, 0, 0, 0, time.UTC).Add(time.Duration(i%200) * time.Minute / 10)
		after := func(d time.Duration, by ticket.Actor, typ ticket.EventType) ticket.Event {
			return ticket.Event{Type: typ, At: day.Add(d), By: by}
		}
		contact := after(0, desk, ticket.Registered)
		contact.Kind, contact.Caller, contact.Channel = ticket.Complaint, ticket.Owner, ticket.Phone
		contact.Has = []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}
		promise := after(7*time.Minute, desk, ticket.Promised)
		promise.Until = day.Add(8 * time.Hour)
		sent := after(10*time.Minute, desk, ticket.Dispatched)
		sent.To = head
		grade := after(6*time.Hour+time.Minute, owner, ticket.Rated)
		phone, visit := after(7*time.Hour, desk, ticket.Revisited), after(25*time.Hour, manager, ticket.Revisited)
		grade.Grade, visit.Grade, phone.Channel, visit.Channel = ticket.Satisfied, ticket.Satisfied, ticket.Phone, ticket.Visit
		rows := []ticket.Event{contact, after(5*time.Minute, desk, ticket.Triaged), promise, sent, after(90*time.Minute, desk, ticket.Informed),
			after(2*time.Hour, head, ticket.Started), after(5*time.Hour, head, ticket.Completed), after(6*time.Hour, desk, ticket.Told), grade, phone, visit,
			after(30*time.Hour, desk, ticket.Archived)}
		for k := range rows {
			rows[k].Ticket, rows[k].Seq, rows[k].Recorded = fmt.Sprintf("TS-%08d", i), k+1, rows[k].At
		}
		all = append(all, rows)
	}
	return all
}
