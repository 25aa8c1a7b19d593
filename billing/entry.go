package billing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/wuye/calendar"
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

// A Refusal says why a row of the money log is refused: against which state of its serial,
// which fields are at fault, and which clause asks for it. Code is one of [ticket.Code], or
// WrongAmount.
type Refusal struct {
	Code   string
	Entry  Entry
	State  EntryType // of the serial before the entry; "": a new one
	Fields []string
	Clause rule.ID
}

// WrongAmount is the code of a row whose amount is not the one quoted, or not the whole.
const WrongAmount = "wrong_amount"

func (r *Refusal) Error() string {
	s := fmt.Sprintf("billing: %q", clip(r.Entry.Serial))
	if r.Entry.Seq != 0 {
		s += fmt.Sprintf(" row %d", r.Entry.Seq)
	}
	if r.Entry.Type != "" {
		s += ", " + plain(string(r.Entry.Type))
	}
	if r.State != "" {
		s += " after " + string(r.State)
	}
	s += ": " + strings.ReplaceAll(r.Code, "_", " ")
	if len(r.Fields) > 0 {
		s += ": " + strings.Join(r.Fields, ", ")
	}
	return s + " (" + string(r.Clause) + ")"
}

var refusalZh = map[string]string{
	string(ticket.IllegalMove): "此时不能登记", string(ticket.WrongRole): "无权办理", string(ticket.Missing): "未填",
	string(ticket.OwnWork): "不能自己审批", string(ticket.OutOfOrder): "序号不连续", string(ticket.Conflict): "与已有记录冲突",
	string(ticket.TimeTravel): "时间不合理", string(ticket.Malformed): "格式不对", WrongAmount: "金额不符",
}

// Zh says the same to people.
func (r *Refusal) Zh() string {
	s := "记录" + plain(r.Entry.Serial)
	if r.Entry.Seq != 0 {
		s += "第" + fmt.Sprint(r.Entry.Seq) + "行"
	}
	if l := r.Entry.Type.Label(); l != "" {
		s += "“" + l + "”"
	}
	if r.State != "" {
		s += "（现为“" + r.State.Label() + "”）"
	}
	s += refusalZh[r.Code]
	if len(r.Fields) > 0 {
		s += "：" + strings.Join(r.Fields, "、")
	}
	return s + "（" + string(r.Clause) + "）"
}

// ParseEntry reads one entry as it comes in at the door: one JSON object of at most 64 KiB
// with the fields of [Entry] in their exact spelling, each at most once, no null, codes
// known, amounts as strings with two places, times RFC 3339 to the letter (T and Z in
// capitals, at most nine digits of a second) and not the zero Time, no half of a surrogate
// pair. Times come back in UTC+8. What the host fills in itself (ticket, by, recorded, …) may
// be left out: whether the row may stand in the log is [Replay]'s to say. Anything else is a
// *Refusal, Malformed, with the path of the field, "$" where it is no such object at all. It
// implements HB-2.1a.
func ParseEntry(b []byte) (Entry, error) {
	var e Entry
	refuse := func(path string) (Entry, error) {
		return Entry{}, &Refusal{Code: Malformed, Entry: Entry{Serial: clip(e.Serial), Seq: e.Seq}, Fields: []string{clip(path)}, Clause: "HB-2.1a"}
	}
	if len(b) > maxEntry {
		return refuse("$")
	}
	actor := func(a *ticket.Actor) map[string]any { return map[string]any{"role": &a.Role, "id": &a.ID} }
	if path, ok := object(b, map[string]any{
		"serial": &e.Serial, "ticket": &e.Ticket, "seq": &e.Seq, "type": &e.Type, "at": &e.At, "recorded": &e.Recorded,
		"amount": &e.Amount, "payment": &e.Payment, "by": actor(&e.By), "approver": actor(&e.Approver), "ref": &e.Ref, "reason": &e.Reason,
	}); !ok {
		return refuse(path)
	}
	if field := e.malformed(); field != "" {
		return refuse(field)
	}
	e.At, e.Recorded = calendar.InChina(e.At), calendar.InChina(e.Recorded)
	return e, nil
}

// object reads one JSON object into the places given by key; a map is an object within it.
// The path it returns is where it failed, "$" for the whole.
func object(b []byte, fields map[string]any) (path string, ok bool) {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') || !utf8.Valid(b) {
		return "$", false
	}
	for d.More() {
		t, err := d.Token()
		key, isKey := t.(string)
		if err != nil || !isKey {
			return "$", false
		}
		place := fields[key]
		var raw json.RawMessage
		if place == nil || d.Decode(&raw) != nil {
			return key, false
		}
		delete(fields, key) // a second time, it is unknown
		if inner, isObject := place.(map[string]any); isObject {
			if path, ok := object(raw, inner); !ok {
				return strings.TrimSuffix(key+"."+path, ".$"), false
			}
		} else if !scalar(raw, place) {
			return key, false
		}
	}
	if _, err := d.Token(); err != nil {
		return "$", false
	}
	_, err := d.Token()
	return "$", err == io.EOF
}

// scalar reads a value, and reports whether it is one that may come in: no null, no time of a
// laxer form, no text that the standard decoder would replace in part.
func scalar(raw []byte, place any) bool {
	if string(raw) == "null" || json.Unmarshal(raw, place) != nil {
		return false
	}
	var text string
	if raw[0] == '"' && json.Unmarshal(raw, &text) == nil && strings.Count(text, "\uFFFD") > bytes.Count(raw, []byte("\uFFFD")) {
		return false // half a surrogate pair
	}
	t, isTime := place.(*time.Time)
	return !isTime || rfc3339(text) && !t.IsZero()
}

// rfc3339 reports whether a text that the standard decoder takes for a time is RFC 3339 to
// the letter and says no more than a Time holds: the decoder also takes an hour of one digit,
// a comma and any offset, and cuts what is finer than a nanosecond.
func rfc3339(s string) bool {
	const hour, seconds = len("2006-01-02T15"), len("2006-01-02T15:04:05")
	if len(s) <= seconds || s[hour] != ':' {
		return false
	}
	zone := s[seconds:]
	if fraction, isFraction := strings.CutPrefix(zone, "."); isFraction {
		zone = strings.TrimLeft(fraction, "0123456789")
		if len(fraction)-len(zone) > 9 {
			return false
		}
	}
	return zone == "Z" || len(zone) == len("+08:00") && zone[0] != ',' && zone[1:3] < "24" && zone[4:] < "60"
}

// malformed names a field that cannot stand in any entry, "" if there is none. What is not
// given is not malformed.
func (e *Entry) malformed() string {
	switch {
	case unfit(e.Serial):
		return "serial"
	case unfit(e.Ticket):
		return "ticket"
	case e.Seq < 0:
		return "seq"
	case e.Type != "" && !e.Type.Valid():
		return "type"
	case outside(e.At):
		return "at"
	case outside(e.Recorded):
		return "recorded"
	case e.Amount < 0 || e.Amount > maxFen:
		return "amount"
	case e.Payment != "" && !e.Payment.Valid():
		return "payment"
	case e.By.Role != "" && role(e.By.Role) == 0:
		return "by.role"
	case unfit(e.By.ID):
		return "by.id"
	case e.Approver.Role != "" && role(e.Approver.Role) == 0:
		return "approver.role"
	case unfit(e.Approver.ID):
		return "approver.id"
	case unfit(e.Ref):
		return "ref"
	case !utf8.ValidString(e.Reason) || len(e.Reason) > maxReason && utf8.RuneCountInString(e.Reason) > maxReason:
		return "reason"
	}
	return ""
}

// The years 1 to 9999 at UTC+8.
const minUnix, maxUnix = -62_135_596_800 - 8*3600, 253_402_300_800 - 8*3600

func outside(t time.Time) bool { return t.Unix() < minUnix || t.Unix() >= maxUnix }

// unfit reports whether s can be no number: too long, with a control character, or not UTF-8,
// which JSON would replace, so that two numbers would print alike.
func unfit(s string) bool {
	return !plainASCII(s) && (!utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)) || len(s) > maxID
}

// plainASCII reports whether s is printable ASCII, as nearly all numbers are. It looks at
// eight bytes at once, at the end at some again: the high bit of one shows if it is beyond
// '~', or below ' ' when that is taken away (a borrow shows only where the byte below it has
// shown already).
func plainASCII(s string) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	if len(s) < 8 {
		for i := range len(s) {
			if s[i]-' ' > '~'-' ' {
				return false
			}
		}
		return true
	}
	shows := uint64(0)
	for end := 8; ; end += 8 {
		end = min(end, len(s))
		b := s[end-8 : end]
		w := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		shows |= w | (w - ' '*ones) | (w + ones)
		if end == len(s) {
			return shows&high == 0
		}
	}
}

// sound reports whether the fields that are given are plainly well formed, and those that
// every entry needs are given: what malformed and missing find out with more care. The
// numbers are those of the type, the role and the means. What an entry is called, and by whom
// it is, [walker.fits] looks at, and apply whether At is not after Recorded.
func (e *Entry) sound(typ, by, pay uint8) bool {
	return typ != 0 && by != 0 && (pay != 0 || e.Payment == "") && e.Serial != "" && e.Seq > 0 &&
		uint64(e.Amount) <= uint64(maxFen) && !e.At.IsZero() && e.At.Unix() >= minUnix && !e.Recorded.IsZero() && e.Recorded.Unix() < maxUnix &&
		len(e.Reason)+len(e.Approver.Role)+len(e.Approver.ID) == 0
}

// missing names the fields that every entry needs and this one has not.
func (e *Entry) missing() []string {
	var out []string
	for _, f := range []struct {
		name  string
		given bool
	}{{"serial", e.Serial != ""}, {"seq", e.Seq != 0}, {"type", e.Type != ""}, {"at", !e.At.IsZero()}, {"recorded", !e.Recorded.IsZero()}, {"by", e.By.Role != ""}, {"approver.role", e.Approver.Role != "" || e.Approver.ID == ""}} {
		if !f.given {
			out = append(out, f.name)
		}
	}
	return out
}

// given are the fields that only some entries need, as far as this one has them.
func (e *Entry) given() uint8 {
	var have uint8
	if e.Ticket != "" {
		have |= needTicket
	}
	if e.Amount != 0 {
		have |= needAmount
	}
	if e.Payment != "" {
		have |= needPayment
	}
	if e.Ref != "" {
		have |= needRef
	}
	if e.Reason != "" {
		have |= needReason
	}
	if e.Approver.Role != "" {
		have |= needApprover
	}
	return have
}

// names are the fields of a set, in the order of the columns.
func names(set uint8) []string {
	var out []string
	for _, f := range []string{"ticket", "amount", "payment", "approver", "ref", "reason"} {
		if set&needs[f] != 0 {
			out = append(out, f)
		}
	}
	return out
}

// same reports whether two rows say the same, in whatever zone their times are written.
func same(a, b Entry) bool {
	if !a.At.Equal(b.At) || !a.Recorded.Equal(b.Recorded) {
		return false
	}
	a.At, a.Recorded, b.At, b.Recorded = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	return a == b
}
