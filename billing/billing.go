// Package billing answers: what does it cost, who has paid, and what does the bank collect?
package billing

import (
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/shopspring/decimal"
)

type Fen int64 // an amount, exact and comparable; prices and quantities are decimals

// half up, refuses beyond ±10^15
func FenOf(yuan decimal.Decimal) (Fen, error) { panic("declared, not yet written") }
func (f Fen) Yuan() decimal.Decimal           { panic("declared, not yet written") }

// "186.50"
func (f Fen) String() string { panic("declared, not yet written") }

// 壹佰捌拾陆元伍角
func (f Fen) Capital() string { panic("declared, not yet written") }

type Payment string

const Cash, Mobile, Card, Collection Payment = "cash", "mobile", "card", "bank_collection"

type Price struct {
	Item, Name, Unit string
	Yuan             decimal.Decimal
	From             calendar.Date
}
type PriceList struct{ prices []Price }

func NewPriceList(p ...Price) (PriceList, error) { panic("declared, not yet written") }
func (l PriceList) Quote(on calendar.Date, lines ...Line) (Quote, error) {
	panic("declared, not yet written")
}

type Line struct {
	Item   string
	Qty    decimal.Decimal
	Amount Fen // filled in by Quote
}
type Quote struct {
	On    calendar.Date
	Lines []Line
	Total Fen
}

type EntryType string

const (
	Quoted, Charged, Waived, Voided EntryType = "quoted", "charged", "waived", "voided"
	HandedIn, Sorted, Collated      EntryType = "handed_in", "sorted", "collated"     // the record: to finance, back at the centre, collated
	Received, Booked                EntryType = "received", "booked"                  // cash, mobile, card
	Submitted, Collected, Failed    EntryType = "submitted", "collected", "failed"    // bank collection
	Switched, Reversed, Compensated EntryType = "switched", "reversed", "compensated" // to cash; taken back; paid to the customer
)

// An Entry is one row of the money log. Serial is the record number of SP-2.6.1.5.
type Entry struct {
	Serial, Ticket string
	Seq            int // 1, 2, 3, … in its serial
	Type           EntryType
	At, Recorded   time.Time
	Amount         Fen
	Payment        Payment
	By, Approver   ticket.Actor
	Ref, Reason    string
}

type Ledger struct{ charges []Charge }
type Charge struct {
	Serial, Ticket string
	State          EntryType
	Payment        Payment // the means now
	Sorted         Payment // as finance sorted it
	Amount         Fen
	Month          calendar.Month
}

func Replay(log []Entry) (Ledger, error)             { panic("declared, not yet written") }
func (l Ledger) Charge(serial string) (Charge, bool) { panic("declared, not yet written") }

// Close uses only rows Recorded before asOf, so the same arguments give the same batch for
// ever; since is the last close's asOf, zero if there was none.
func Close(log []Entry, m calendar.Month, since, asOf time.Time) (Statement, error) {
	panic("declared, not yet written")
}

type Statement struct {
	Month   calendar.Month
	Batch   []Charge // goes to the bank
	New     []Charge // in no earlier close; signed in an earlier month: late
	Carried []Charge // open at since, or in another place since

	// what was open at since + new + Reversed = the sum of the others
	Reversed, Received, Collected, Waived, Voided, Open Fen
	Batched                                             Fen      // of Open
	Gaps                                                []string // receipt numbers missing, records not back, batched but not submitted
}

type Refusal struct {
	Code   string
	Entry  Entry
	Clause rule.ID
}

func (r *Refusal) Error() string { panic("declared, not yet written") }
func (r *Refusal) Zh() string    { panic("declared, not yet written") }
