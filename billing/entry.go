package billing

import (
	"strings"
	"time"

	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// Payment is a means of payment. SP-2.6 knows cash and bank collection; mobile and card are
// paid on the spot and follow SP-2.6.2 as cash does. Codes are for ever; a label is for
// people and is never parsed.
type Payment string

const Cash, Mobile, Card, Collection Payment = "cash", "mobile", "card", "bank_collection"

// payments index the means; an index is one more than in this list, 0 is "not given".
var payments = [...]struct {
	code  Payment
	label string
}{{Cash, "现金"}, {Mobile, "移动支付"}, {Card, "刷卡"}, {Collection, "银行托收"}}

// number is the index of the means in the fold, 0 for none and for an unknown one.
func (p Payment) number() uint8 {
	switch p {
	case Cash:
		return 1
	case Mobile:
		return 2
	case Card:
		return 3
	case Collection:
		return 4
	}
	return 0
}

const bank = 4 // Collection.number()

func payment(number uint8) Payment {
	if number == 0 {
		return ""
	}
	return payments[number-1].code
}

// Valid reports whether p is one of the constants.
func (p Payment) Valid() bool { return p.number() != 0 }

// Label is the means in Chinese, "" for an unknown one.
func (p Payment) Label() string {
	if !p.Valid() {
		return ""
	}
	return payments[p.number()-1].label
}

// EntryType is what a row of the money log says has happened, and also the state of a
// charge: the last entry that moved it.
type EntryType string

const (
	Quoted, Charged, Waived, Voided EntryType = "quoted", "charged", "waived", "voided"
	HandedIn, Sorted, Collated      EntryType = "handed_in", "sorted", "collated"     // the record: to finance, back at the centre, collated
	Received, Booked                EntryType = "received", "booked"                  // cash, mobile, card
	Submitted, Collected, Failed    EntryType = "submitted", "collected", "failed"    // bank collection
	Switched, Reversed, Compensated EntryType = "switched", "reversed", "compensated" // to cash; taken back; paid to the customer
)

// An Entry is one row of the money log. Serial is the number of the service and revisit
// record, which identifies the charge (SP-2.4.2e, SP-2.6.1.5). Which fields a type needs is
// in the table of the package comment; serial, seq, type, at, recorded and by always.
//
// Texts are UTF-8. Numbers (Serial, Ticket, the IDs of actors, Ref) have at most 64 bytes and
// no control characters, a Reason at most 1,000 characters. Times are of the years 1 to 9999
// at UTC+8, so that each has a month and can be written as JSON.
type Entry struct {
	Serial   string       `json:"serial"`
	Ticket   string       `json:"ticket,omitzero"` // needed where charged or compensated
	Seq      int          `json:"seq"`             // 1, 2, 3, … in its serial
	Type     EntryType    `json:"type"`
	At       time.Time    `json:"at,omitzero"`       // when it happened; of Charged: the customer's signature
	Recorded time.Time    `json:"recorded,omitzero"` // when it was entered; closes go by it
	Amount   Fen          `json:"amount,omitzero"`   // the whole of it, never a part
	Payment  Payment      `json:"payment,omitzero"`
	By       ticket.Actor `json:"by,omitzero"`       // with his number, where he has one: HB-2.1a wants persons
	Approver ticket.Actor `json:"approver,omitzero"` // if given, with a role; where needed a supervisor or above, and not By
	Ref      string       `json:"ref,omitzero"`      // a quote, a receipt number, a month, an older serial
	Reason   string       `json:"reason,omitzero"`
}

const (
	maxID     = 64
	maxReason = 1000
	maxEntry  = 1 << 16 // bytes of one entry in JSON
)

// A move is one row of the money log's table: it holds for charges in one of the From
// states, and takes them To the next ("": where they are).
type move struct {
	label  string
	from   string    // states, "–" for a new serial
	means  string    // "bank", "not bank", "" for either
	after  EntryType // that must have come
	once   bool
	to     EntryType
	needs  string // fields, beside those that every entry needs
	who    string
	clause rule.ID
}

const owed = "charged submitted collected failed received booked switched reversed waived voided"

// table is the money log, one row a type.
var table = map[EntryType]move{
	Quoted:      {"报价", "– quoted", "", "", false, Quoted, "amount ref", "worker desk", "SP-2.4.2d"},
	Charged:     {"签单计费", "– quoted", "", "", false, Charged, "ticket amount payment", "worker desk", "SP-2.5.1"},
	Received:    {"收款", "charged switched reversed", "not bank", "", false, Received, "amount payment ref", "worker finance", "SP-2.6.2.1"},
	Booked:      {"入账", "received", "", "", false, Booked, "", "finance", "SP-2.6.2.3"},
	Submitted:   {"送银行托收", "charged failed reversed", "bank", "", false, Submitted, "ref", "finance", "SP-2.6.1.5"},
	Collected:   {"托收成功", "submitted", "", "", false, Collected, "amount", "finance", "SP-2.6.1.5"},
	Failed:      {"托收失败", "submitted", "", "", false, Failed, "reason", "finance", "SP-2.6.1.5"},
	Switched:    {"改为当场付款", "charged failed reversed", "bank", "", false, Switched, "payment reason", "desk finance", "WY-money"},
	Reversed:    {"冲回", "received booked collected", "", "", false, Reversed, "reason approver", "finance", "WY-money"},
	Waived:      {"减免", "charged failed switched reversed", "", "", false, Waived, "reason approver", "desk finance", "WY-money"},
	Voided:      {"作废", "charged failed switched reversed", "", "", false, Voided, "reason approver", "desk finance", "WY-money"},
	HandedIn:    {"记录交财务", owed, "", "", true, "", "", "worker desk", "SP-2.6.1.1c"},
	Sorted:      {"分类登记退回", owed, "", HandedIn, true, "", "payment", "finance", "SP-2.6.1.2"},
	Collated:    {"整理汇总", owed, "", Sorted, true, "", "", "desk", "SP-2.6.1.3"},
	Compensated: {"赔偿客户", "–", "", "", false, Compensated, "ticket amount approver ref", "desk", "SP-2.5.4b"},
}

// types are in the order of a charge's life; the index of a type, one more than in this
// list, is its number in the fold and its bit in the sets below.
var types = [...]EntryType{Quoted, Charged, Received, Booked, Submitted, Collected, Failed, Switched, Reversed, Waived, Voided, HandedIn, Sorted, Collated, Compensated}

// number is the index of the type in the fold, 0 for an unknown one.
func (t EntryType) number() uint8 {
	switch t {
	case Quoted:
		return nQuoted
	case Charged:
		return nCharged
	case Received:
		return nReceived
	case Booked:
		return nBooked
	case Submitted:
		return nSubmitted
	case Collected:
		return nCollected
	case Failed:
		return nFailed
	case Switched:
		return nSwitched
	case Reversed:
		return nReversed
	case Waived:
		return nWaived
	case Voided:
		return nVoided
	case HandedIn:
		return nHandedIn
	case Sorted:
		return nSorted
	case Collated:
		return nCollated
	case Compensated:
		return nCompensated
	}
	return 0
}

const (
	nNone = iota
	nQuoted
	nCharged
	nReceived
	nBooked
	nSubmitted
	nCollected
	nFailed
	nSwitched
	nReversed
	nWaived
	nVoided
	nHandedIn
	nSorted
	nCollated
	nCompensated
)

func entryType(number uint8) EntryType {
	if number == 0 {
		return ""
	}
	return types[number-1]
}

// Valid reports whether t is one of the constants.
func (t EntryType) Valid() bool { return t.number() != 0 }

// Label is the entry in Chinese, "" for an unknown one.
func (t EntryType) Label() string { return table[t].label }

// Fields and roles are bits of a compiled row.
const (
	needTicket uint8 = 1 << iota
	needAmount
	needPayment
	needRef
	needReason
	needApprover
)

var needs = map[string]uint8{
	"ticket": needTicket, "amount": needAmount, "payment": needPayment,
	"ref": needRef, "reason": needReason, "approver": needApprover,
}

const (
	byWorker uint8 = 1 << iota
	byDesk
	byFinance
	byOther    // a role that has no part in the money log
	bySuperior // supervisor or above, who may approve
)

var parties = map[string]uint8{"worker": byWorker, "desk": byDesk, "finance": byFinance}

// role is a role's bits, 0 for an unknown one. A higher tier may do what a lower one may.
func role(r ticket.Role) uint8 {
	switch r {
	case ticket.Worker:
		return byWorker
	case ticket.Finance:
		return byFinance
	case ticket.Assistant:
		return byDesk
	case ticket.Supervisor, ticket.Manager:
		return byDesk | bySuperior
	case ticket.DepartmentHead, ticket.Store, ticket.Authority, ticket.Customer, ticket.System:
		return byOther
	}
	return 0
}

// compiled is a move as the fold reads it.
type compiled struct {
	from           uint16 // set of states, bit 0 a new serial
	after          uint16 // set of entries that must have come
	once           bool
	bank, notBank  bool
	to, needs, who uint8
}

// moves is the table by number; row 0 fits nothing.
var moves = compileMoves()

func compileMoves() (out [len(types) + 1]compiled) {
	for i, t := range types {
		m := table[t]
		c := compiled{once: m.once, bank: m.means == "bank", notBank: m.means == "not bank", to: m.to.number()}
		for _, s := range strings.Fields(m.from) {
			c.from |= 1 << EntryType(s).number() // "–" is number 0
		}
		if m.after != "" {
			c.after = 1 << m.after.number()
		}
		for _, f := range strings.Fields(m.needs) {
			c.needs |= needs[f]
		}
		for _, p := range strings.Fields(m.who) {
			c.who |= parties[p]
		}
		out[i+1] = c
	}
	return out
}
