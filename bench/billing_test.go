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

// closing closes the month of a log of n charges.
func closing(b *testing.B, log []billing.Entry, n int) work {
	month := calendar.MustMonth("2026-10")
	asOf := month.Last().AddDays(3).Start()
	return whole(n, func() {
		s, err := billing.Close(log, month, time.Time{}, asOf)
		if err != nil || len(s.New) != n {
			b.Fatal(len(s.New), err)
		}
		sink = int(s.Open)
	})
}

// BenchmarkClose sets the close of a month of a million charges beside the adding of their
// amounts as decimals, and beside what no close can do without: reading the log once and
// writing the lists of a statement.
func BenchmarkClose(b *testing.B) {
	const n = 1_000_000
	month := calendar.MustMonth("2026-10")
	only := charges(n, 1)
	var amounts []decimal.Decimal
	for _, e := range only {
		amounts = append(amounts, e.Amount.Yuan())
	}
	adding := side{"decimals", whole(n, func() {
		var sum decimal.Decimal
		for _, d := range amounts {
			sum = sum.Add(d)
		}
		sink = int(sum.Exponent())
	})}
	lists := side{"lists", whole(n, func() {
		s := billing.Statement{New: make([]billing.Charge, 0, n), Batch: make([]billing.Charge, 0, n/2+10_000)}
		for i := range only {
			e := &only[i]
			c := billing.Charge{Serial: e.Serial, Ticket: e.Ticket, State: billing.Charged, Payment: e.Payment, Amount: e.Amount, Month: month}
			s.New = append(s.New, c)
			if e.Payment == billing.Collection {
				s.Batch = append(s.Batch, c)
			}
		}
		sink = int(s.New[len(s.Batch)].Amount)
	})}
	for _, rows := range []int{1, 5} {
		for _, order := range []string{"by-serial", "by-time"} {
			b.Run(fmt.Sprintf("rows-%d/%s", rows, order), func(b *testing.B) {
				log := only
				if rows > 1 {
					log = charges(n, rows)
				}
				if order == "by-time" {
					log = slices.Clone(log)
					slices.SortStableFunc(log, func(a, b billing.Entry) int { return a.Recorded.Compare(b.Recorded) })
				}
				beside(b, closing(b, log, n), adding, lists)
			})
		}
	}
}
