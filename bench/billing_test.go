package bench

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
	"github.com/shopspring/decimal"
)

// charges is a month of n signed charges of random amounts, half of them to be collected by
// the bank, in the order of the primary key. With rows = 1 the log is the charges alone;
// with 2 each was quoted before; with 5 it is whole: the record handed in, sorted and
// collated, and half of the charges, in cash, received.
func charges(n, rows int) []billing.Entry {
	r := rand.New(rand.NewPCG(1, 2))
	start := calendar.MustMonth("2026-10").Day(1).Start()
	worker, finance, desk := ticket.Actor{Role: ticket.Worker, ID: "W07"}, ticket.Actor{Role: ticket.Finance, ID: "F01"}, ticket.Actor{Role: ticket.Assistant, ID: "A03"}
	log := make([]billing.Entry, 0, n*rows)
	receipts := 0
	for i := range n {
		e := billing.Entry{Serial: fmt.Sprintf("FW%09d", i+1), Ticket: fmt.Sprintf("TS%09d", i+1), By: worker}
		e.At = start.Add(time.Duration(r.Int64N(int64(30 * 24 * time.Hour))))
		e.Recorded = e.At.Add(time.Minute)
		amount, pay := billing.Fen(1+r.Int64N(100_000)), billing.Cash
		if r.IntN(2) == 0 {
			pay = billing.Collection
		}
		next := func(typ billing.EntryType, by ticket.Actor, amount billing.Fen, pay billing.Payment, ref string) {
			e.Seq++
			e.Type, e.By, e.Amount, e.Payment, e.Ref = typ, by, amount, pay, ref
			log = append(log, e)
		}
		if rows > 1 {
			next(billing.Quoted, worker, amount, "", e.Ticket)
		}
		next(billing.Charged, worker, amount, pay, "")
		if rows > 2 {
			if pay == billing.Cash {
				receipts++
				next(billing.Received, worker, amount, pay, fmt.Sprintf("R%09d", receipts))
			}
			next(billing.HandedIn, worker, 0, "", "")
			next(billing.Sorted, finance, 0, pay, "")
			next(billing.Collated, desk, 0, "", "")
		}
	}
	return log
}

var total billing.Fen

// BenchmarkClose sets the close of a month beside the adding of its amounts as decimals, and
// beside the bare writing of its lists. Compare ns/charge within one run; those of 1,000 to
// 1,000,000 charges with five rows show the growth.
func BenchmarkClose(b *testing.B) {
	month := calendar.MustMonth("2026-10")
	asOf := month.Last().AddDays(3).Start()
	per := func(b *testing.B, n int) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/charge")
	}
	b.Run("decimals/1000000", func(b *testing.B) {
		var amounts []decimal.Decimal
		for _, e := range charges(1_000_000, 1) {
			amounts = append(amounts, e.Amount.Yuan())
		}
		b.ReportAllocs()
		for b.Loop() {
			var sum decimal.Decimal
			for _, d := range amounts {
				sum = sum.Add(d)
			}
			total = billing.Fen(sum.Exponent())
		}
		per(b, len(amounts))
	})
	// What no close can do without: the lists of a statement, and reading the log once.
	b.Run("lists/1000000", func(b *testing.B) {
		log := charges(1_000_000, 1)
		b.ReportAllocs()
		for b.Loop() {
			s := billing.Statement{New: make([]billing.Charge, 0, len(log)), Batch: make([]billing.Charge, 0, len(log)/2+10_000)}
			for i := range log {
				e := &log[i]
				c := billing.Charge{Serial: e.Serial, Ticket: e.Ticket, State: billing.Charged, Payment: e.Payment, Amount: e.Amount, Month: month}
				s.New = append(s.New, c)
				if e.Payment == billing.Collection {
					s.Batch = append(s.Batch, c)
				}
			}
			total = s.New[len(s.Batch)].Amount
		}
		per(b, len(log))
	})
	for _, size := range []struct{ n, rows int }{{1_000_000, 1}, {1_000_000, 2}, {1_000, 1}, {1_000_000, 5}, {1_000, 5}, {10_000, 5}, {100_000, 5}} {
		for _, order := range []string{"by-serial", "by-time"} {
			b.Run(fmt.Sprintf("close/%d/rows=%d/%s", size.n, size.rows, order), func(b *testing.B) {
				log := charges(size.n, size.rows)
				if order == "by-time" {
					slices.SortStableFunc(log, func(a, b billing.Entry) int { return a.Recorded.Compare(b.Recorded) })
				}
				b.ReportAllocs()
				for b.Loop() {
					s, err := billing.Close(log, month, time.Time{}, asOf)
					if err != nil {
						b.Fatal(err)
					}
					total = s.Open
				}
				per(b, size.n)
			})
		}
	}
}
