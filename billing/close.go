package billing

import (
	"fmt"
	"time"

	"example.com/wuye/calendar"
)

// A Statement is the charge report 收费报表 of a month (SP-2.6.1.4) and the list that goes
// to the bank (SP-2.6.1.5). All lists are by serial.
//
// What was Open in the last statement, and New, and Reversed, is the sum of Received,
// Collected, Waived, Voided and Open: each charge stands in one place.
type Statement struct {
	Month   calendar.Month `json:"month"`
	Batch   []Charge       `json:"batch,omitempty"`   // goes to the bank: the means is bank collection, and it is charged, failed or reversed
	New     []Charge       `json:"new,omitempty"`     // in no earlier close; signed in an earlier month: late (see Late)
	Carried []Charge       `json:"carried,omitempty"` // of earlier closes: open at since, or in another place since

	Reversed  Fen `json:"reversed"`  // of Carried: paid, waived or voided at since and in another place now
	Received  Fen `json:"received"`  // by cash, mobile or card; booked or not
	Collected Fen `json:"collected"` // by the bank
	Waived    Fen `json:"waived"`
	Voided    Fen `json:"voided"`
	Open      Fen `json:"open"`    // owed still
	Batched   Fen `json:"batched"` // of Open: the sum of Batch

	// What does not add up, a line each, beginning with its clause: the receipt numbers
	// that came to be missing since (SP-2.6.2.1), records that finance has and has not
	// handed back (SP-2.6.1.2), charges of the last batch not sent to the bank since
	// (SP-2.6.1.5).
	Gaps []string `json:"gaps,omitempty"`
}

// Late are the new charges that were signed in an earlier month, and entered or approved
// too late for its close.
func (s Statement) Late() []Charge {
	var out []Charge
	for _, c := range s.New {
		if c.Month.Compare(s.Month) < 0 {
			out = append(out, c)
		}
	}
	return out
}

// place is where a charge stands in a statement.
type place uint8

const (
	open place = iota
	received
	collected
	waived
	voided
)

func placeOf(state uint8) place {
	switch state {
	case nReceived, nBooked:
		return received
	case nCollected:
		return collected
	case nWaived:
		return waived
	case nVoided:
		return voided
	}
	return open
}

// batched reports whether a charge goes to the bank.
func batched(state, pay uint8) bool {
	return pay == bank && (state == nCharged || state == nFailed || state == nReversed)
}

// item is a charge of the statement before it is written out: small and without pointers,
// so that a large month costs little until its lists can be made to measure.
type item struct {
	row                int // of the Charged entry
	month              calendar.Month
	state, pay, sorted uint8
	carried            bool
}

// Close closes a month: which charges are new, what became of the open ones, what goes to
// the bank. It goes by the rows recorded before asOf and by nothing else, so the same
// arguments give the same statement for ever, whatever the log gains later.
//
// Since is the asOf of the last close, of the month before; zero: there was none. Closes
// follow each other month by month, each also for a month without charges. Then every
// charge is New in exactly one of them: the first that sees it and whose month is not
// before the month of the signature.
//
// The host writes the Submitted rows of Batch, Ref the month, in the transaction in which
// it keeps the statement; a close at the last day of the month (SP-2.6.1.4) leaves what is
// signed later that day to the next one, as late.
//
// The errors are *Refusal of a row, as of [Replay], and *InputError: no month, no asOf,
// since after asOf, sums beyond what an int64 holds. It implements SP-2.6.1.4 and
// SP-2.6.1.5.
func Close(log []Entry, m calendar.Month, since, asOf time.Time) (Statement, error) {
	refuse := func(code, field, input string) (Statement, error) {
		return Statement{}, &InputError{Code: code, Field: field, Input: input, Clause: "SP-2.6.1.4"}
	}
	switch {
	case m == calendar.Month{}:
		return refuse(Missing, "month", "")
	case asOf.IsZero():
		return refuse(Missing, "as_of", "")
	case since.After(asOf):
		return refuse(OutOfRange, "since", calendar.InChina(since).Format(time.RFC3339))
	}

	var (
		items                  []item
		nNew, nCarried, nBatch int
		sums                   [voided + 1]Fen
		reversed, batch        Fen
		counted                = true // every sum is an int64
		notBack, notSent       []string
	)
	receipts, err := walk(log, since, asOf, func() {
		items, nNew, nCarried, nBatch = items[:0], 0, 0, 0
		sums, reversed, batch, counted = [voided + 1]Fen{}, 0, 0, true
		notBack, notSent = nil, nil
	}, func(f *fold) {
		if f.passed>>nCharged&1 == 0 || f.month.Compare(m) > 0 {
			return // only quoted, a compensation, or signed after the month
		}
		was, is := placeOf(f.state0), placeOf(f.state)
		carried := f.charged0 && f.month.Compare(m) < 0
		if f.passed>>nHandedIn&1 != 0 && f.passed>>nSorted&1 == 0 {
			notBack = append(notBack, f.serial)
		}
		if carried && batched(f.state0, f.pay0) && !f.submitted {
			notSent = append(notSent, f.serial)
		}
		switch {
		case !carried:
			nNew++
		case was == open:
			nCarried++
		case was != is:
			nCarried++
			counted = add(&reversed, f.amount) && counted
		default:
			return // settled before, and as it was
		}
		counted = add(&sums[is], f.amount) && counted
		if batched(f.state, f.pay) {
			nBatch++
			counted = add(&batch, f.amount) && counted
		}
		items = append(items, item{f.charged, f.month, f.state, f.pay, f.sorted, carried})
	})
	if err != nil {
		return Statement{}, err
	}
	if !counted {
		return refuse(OutOfRange, "amount", "")
	}

	s := Statement{
		Month: m, Reversed: reversed, Received: sums[received], Collected: sums[collected],
		Waived: sums[waived], Voided: sums[voided], Open: sums[open], Batched: batch,
		Batch: sized(nBatch), New: sized(nNew), Carried: sized(nCarried),
		Gaps: missing(log, receipts, since),
	}
	for _, it := range items {
		e := &log[it.row]
		c := Charge{e.Serial, e.Ticket, entryType(it.state), payment(it.pay), payment(it.sorted), e.Amount, it.month}
		if it.carried {
			s.Carried = append(s.Carried, c)
		} else {
			s.New = append(s.New, c)
		}
		if batched(it.state, it.pay) {
			s.Batch = append(s.Batch, c)
		}
	}
	for _, serial := range notBack {
		s.Gaps = append(s.Gaps, "SP-2.6.1.2 记录未退回 "+serial)
	}
	for _, serial := range notSent {
		s.Gaps = append(s.Gaps, "SP-2.6.1.5 上期应托收未送 "+serial)
	}
	return s, nil
}

// sized is an empty list that will hold n charges; nil for none, so that a statement is
// equal to itself after JSON.
func sized(n int) []Charge {
	if n == 0 {
		return nil
	}
	return make([]Charge, 0, n)
}

// missing names the receipt numbers between two of one series that no receipt bears, if
// since is not later than the moment from which that could be seen: each is named in one
// close, the first that sees a number on both sides of it.
func missing(log []Entry, receipts []receipt, since time.Time) []string {
	var out []string
	for i := 0; i < len(receipts); {
		end, low, high := i+1, -1, -1 // the series, and its first and last receipt of before since
		for end < len(receipts) && receipts[end].series == receipts[i].series {
			end++
		}
		for j := i; j < end; j++ {
			if log[receipts[j].row].Recorded.Before(since) {
				if low < 0 {
					low = j
				}
				high = j
			}
		}
		for j := i + 1; j < end; j++ {
			a, b := receipts[j-1], receipts[j]
			named := low >= 0 && low < j && j <= high
			if b.n-a.n < 2 || named {
				continue
			}
			line := fmt.Sprintf("SP-2.6.2.1 收据缺号 %s%0*d", a.series, a.width, a.n+1)
			if b.n-a.n > 2 {
				line += fmt.Sprintf(" 至 %s%0*d", a.series, a.width, b.n-1)
			}
			out = append(out, line)
		}
		i = end
	}
	return out
}
