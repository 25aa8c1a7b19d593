package billing

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A Charge is where one serial of the money log stands.
type Charge struct {
	Serial  string         `json:"serial"`
	Ticket  string         `json:"ticket,omitzero"`
	State   EntryType      `json:"state"`            // the last entry that moved it
	Payment Payment        `json:"payment,omitzero"` // the means agreed, as last switched
	Sorted  Payment        `json:"sorted,omitzero"`  // as finance sorted the record; it never changes
	Amount  Fen            `json:"amount"`
	Month   calendar.Month `json:"month,omitzero"` // of the customer's signature; zero: quoted only, or compensation
}

// Bill is the line of the customer's bill: the serial number of the record and the amount,
// in figures and in capitals. It implements SP-2.6.1.5.
func (c Charge) Bill() string {
	return "服务及回访记录表序号 " + c.Serial + "，金额 " + c.Amount.String() + " 元（人民币" + c.Amount.Capital() + "）"
}

// A Ledger is the money log, read: every serial with its rows. It never changes; the zero
// Ledger is empty.
type Ledger struct {
	charges []Charge // by serial
	rows    []Entry  // by serial, then by seq
	ends    []int    // where the rows of each charge end
}

// Replay reads a money log, of many serials in any mixture; of one serial the rows stand in
// the order of Seq, an equal row repeated counts once. The first row, as the log stands,
// that the table of the package comment does not allow is a *Refusal, and then there is no
// ledger. A host that admits a row asks Replay with the row appended.
//
// To see a log as of an instant, give it [SeenBefore].
//
// It implements the table's clauses: SP-2.4.2d, SP-2.5.1, SP-2.5.4b, SP-2.6.1.1c to
// SP-2.6.1.5, SP-2.6.2.1, SP-2.6.2.2, SP-2.6.2.3 and WY-money.
func Replay(log []Entry) (Ledger, error) {
	w := walker{log: log, ledger: &Ledger{}}
	if err := w.walk(); err != nil {
		return Ledger{}, err
	}
	return *w.ledger, nil
}

// Charge is where a serial stands; false if the log has no row of it.
func (l Ledger) Charge(serial string) (Charge, bool) {
	i, ok := slices.BinarySearchFunc(l.charges, serial, func(c Charge, s string) int { return cmp.Compare(c.Serial, s) })
	if !ok {
		return Charge{}, false
	}
	return l.charges[i], true
}

// All are the serials in ascending order, also those only quoted or paid as compensation,
// each with its rows in the order of Seq, times in UTC+8. The rows are where the instants
// are: who handed the record in and when it came back (SP-2.6.1.2), when it was collated
// (SP-2.6.1.3), when money came and was booked (SP-2.6.2.3), and with which means the
// customer signed. They are the ledger's own: read, do not write.
func (l Ledger) All() iter.Seq2[Charge, []Entry] {
	return func(yield func(Charge, []Entry) bool) {
		first := 0
		for i, c := range l.charges {
			if !yield(c, l.rows[first:l.ends[i]:l.ends[i]]) {
				return
			}
			first = l.ends[i]
		}
	}
}

// SeenBefore is the part of a log that was on record before an instant, in the same order:
// what a close or a draw as of that instant goes by.
func SeenBefore(log []Entry, asOf time.Time) []Entry {
	var out []Entry
	for _, e := range log {
		if e.Recorded.Before(asOf) {
			out = append(out, e)
		}
	}
	return out
}

// fold is one serial on its way through the log.
type fold struct {
	Charge           // State and Payment are set when it is finished
	passed    uint16 // set of entries that have come
	state     uint8  // number of the EntryType
	pay       uint8  // number of the means
	late      bool   // the rows from here on were recorded at since or later
	stopped   bool   // a row was refused, those after it are not read
	submitted calendar.Month
	ref       string // of its Charged row

	// As of since.
	state0, pay0 uint8 // where it stood
	charged0     bool  // it was charged by then
	sent         bool  // it went to the bank later

	seq      int
	recorded time.Time // of the last row
}

func (f *fold) has(entry uint8) bool { return f.passed>>entry&1 != 0 }

// walker goes through a log, serial by serial in ascending order, and makes a ledger or a
// statement of it as it goes, so that a row is read once.
type walker struct {
	log         []Entry
	since, asOf time.Time // asOf zero: all rows

	ledger  *Ledger  // one of these
	closing *closing // is made

	rows     []uint32  // of the serial, in the log, by seq
	receipts []receipt // by serial, then by number
	by       string    // number of the person of the last row

	month       calendar.Month // of the last signature seen,
	from, until int64          // and its bounds, in seconds

	refusal *Refusal // of the row
	refused int      // that stands first in the log
}

// walk reads the rows recorded before asOf. A log that stands by serial, as its primary key
// sorts it, is read as it stands; when it turns out not to, an index is made.
func (w *walker) walk() error {
	w.refused = len(w.log)
	fresh := *w
	if !w.serials(nil) {
		*w = fresh
		o := bySerial(w.log, w.asOf)
		w.serials(&o)
	}
	w.number()
	if w.refusal == nil {
		return nil
	}
	w.refusal.Entry.At, w.refusal.Entry.Recorded = calendar.InChina(w.refusal.Entry.At), calendar.InChina(w.refusal.Entry.Recorded)
	return w.refusal
}

// serials goes through the log in the order given (nil: as it stands) and reports whether
// that was by serial.
func (w *walker) serials(order *order) bool {
	if w.ledger != nil {
		w.ledger.make(w.log)
	} else {
		w.closing.make(w.log)
	}
	n := len(w.log)
	if order != nil {
		n = len(order.rows)
	}
	all, early := w.asOf.IsZero(), !w.since.IsZero()
	f := fold{late: !early}
	for i := range n {
		k := i
		if order != nil {
			if i%block == 0 {
				order.fetched += order.fetch(w.log, i)
			}
			k = order.row(i)
		}
		e := &w.log[k]
		if !all && !e.Recorded.Before(w.asOf) {
			continue
		}
		if c := strings.Compare(e.Serial, f.Serial); c < 0 {
			return false
		} else if c > 0 {
			w.finish(&f)
			f = fold{}
			f.Serial, f.late = e.Serial, !early
			w.rows = w.rows[:0]
		}
		if f.stopped {
			continue
		}
		if e.Seq > 0 && e.Seq <= f.seq {
			f.stopped = !same(w.log[w.rows[e.Seq-1]], *e) && !w.refuse(k, &f, ticket.Conflict, "HB-2.1a", "seq")
			continue
		}
		if !f.late && !e.Recorded.Before(w.since) {
			f.late, f.state0, f.pay0 = true, f.state, f.pay
		}
		f.stopped = !w.apply(&f, e, k)
	}
	w.finish(&f)
	return true
}

func (w *walker) finish(f *fold) {
	if f.seq == 0 || f.stopped {
		return
	}
	if !f.late {
		f.state0, f.pay0 = f.state, f.pay
	}
	f.State, f.Payment = entryType(f.state), payment(f.pay)
	if w.ledger != nil {
		w.ledger.take(f, w.log, w.rows)
	} else {
		w.closing.take(f)
	}
}

// make begins a ledger of a log, or begins it again.
func (l *Ledger) make(log []Entry) {
	if l.rows == nil {
		n := sampled(log, func(e *Entry) bool { return e.Seq == 1 })[0]
		*l = Ledger{make([]Charge, 0, n), make([]Entry, 0, len(log)), make([]int, 0, n)}
	}
	*l = Ledger{l.charges[:0], l.rows[:0], l.ends[:0]}
}

func (l *Ledger) take(f *fold, log []Entry, rows []uint32) {
	l.charges = append(l.charges, f.Charge)
	for _, k := range rows {
		e := log[k]
		e.At, e.Recorded = calendar.InChina(e.At), calendar.InChina(e.Recorded)
		l.rows = append(l.rows, e)
	}
	l.ends = append(l.ends, len(l.rows))
}

// sampled is how many rows of a log are so, from some thousands of them, and a little more:
// what is allocated at that size seldom has to grow.
func sampled(log []Entry, is ...func(*Entry) bool) []int {
	out := make([]int, len(is))
	step := len(log)/8192 + 1
	for i := 0; i < len(log); i += step {
		for j, is := range is {
			if is(&log[i]) {
				out[j]++
			}
		}
	}
	for j, n := range out {
		out[j] = min(len(log), n*step+n*step/16)
	}
	return out
}

// refuse keeps the refusal of the row that stands first in the log.
func (w *walker) refuse(k int, f *fold, code ticket.Code, clause rule.ID, fields ...string) bool {
	if k < w.refused {
		w.refused = k
		w.refusal = &Refusal{Code: string(code), Entry: w.log[k], State: entryType(f.state), Fields: fields, Clause: clause}
	}
	return false
}

// formed reports whether a row has the form that every row must have, or refuses it.
func (w *walker) formed(f *fold, e *Entry, k int) bool {
	if field := e.malformed(); field != "" {
		return w.refuse(k, f, ticket.Malformed, "HB-2.1a", field)
	}
	if lack := e.missing(); lack != nil {
		return w.refuse(k, f, ticket.Missing, "HB-2.1a", lack...)
	}
	if e.Seq != f.seq+1 {
		return w.refuse(k, f, ticket.OutOfOrder, "HB-2.1a", "seq")
	}
	if e.Recorded.Before(f.recorded) {
		return w.refuse(k, f, ticket.TimeTravel, "HB-2.1a", "recorded")
	}
	if e.At.After(e.Recorded) {
		return w.refuse(k, f, ticket.TimeTravel, "HB-2.1a", "at")
	}
	return true
}

// fits reports whether the numbers of a row are plainly not unfit. Most of them were in the
// row before.
func (w *walker) fits(f *fold, e *Entry) bool {
	fits := func(s string) bool { return len(s) <= maxID && plainASCII(s) }
	if e.By.ID != w.by {
		if !fits(e.By.ID) {
			return false
		}
		w.by = e.By.ID
	}
	return (e.Ref == "" || fits(e.Ref)) && (f.seq > 0 && e.Ticket == f.Ticket || fits(e.Serial) && fits(e.Ticket))
}

// apply takes the serial one row further, or refuses the row.
func (w *walker) apply(f *fold, e *Entry, k int) bool {
	n, by, pay := e.Type.number(), role(e.By.Role), e.Payment.number()
	if !e.sound(n, by, pay) || !w.fits(f, e) || e.Seq != f.seq+1 || e.Recorded.Before(f.recorded) || e.At.After(e.Recorded) {
		if !w.formed(f, e, k) {
			return false
		}
	}

	// The table.
	m, banked := moves[n], f.pay == bank
	if m.from>>f.state&1 == 0 || m.after&^f.passed != 0 || m.once && f.has(n) || m.bank && !banked || m.notBank && banked {
		return w.refuse(k, f, ticket.IllegalMove, table[e.Type].clause)
	}
	if m.who&by == 0 {
		return w.refuse(k, f, ticket.WrongRole, table[e.Type].clause, "by.role")
	}
	if lack := m.needs &^ e.given(); lack != 0 {
		return w.refuse(k, f, ticket.Missing, table[e.Type].clause, names(lack)...)
	}
	if m.needs&needApprover != 0 {
		if role(e.Approver.Role)&bySuperior == 0 {
			return w.refuse(k, f, ticket.WrongRole, table[e.Type].clause, "approver.role")
		}
		if e.Approver == e.By || e.Approver.ID != "" && e.Approver.ID == e.By.ID {
			return w.refuse(k, f, ticket.OwnWork, table[e.Type].clause, "approver")
		}
	}

	// What else the row must agree with.
	if f.Ticket == "" {
		f.Ticket = e.Ticket
	} else if e.Ticket != "" && e.Ticket != f.Ticket {
		return w.refuse(k, f, ticket.Conflict, table[e.Type].clause, "ticket")
	}
	switch {
	case n == nQuoted, f.seq == 0, e.Amount == 0, e.Amount == f.Amount:
	case n == nCharged:
		return w.refuse(k, f, WrongAmount, "SP-2.4.2d", "amount") // not what was agreed before the work
	default:
		return w.refuse(k, f, WrongAmount, table[e.Type].clause, "amount") // not the whole
	}

	switch n {
	case nQuoted, nCompensated:
		f.Amount = e.Amount
	case nCharged:
		f.Amount, f.pay, f.Month, f.charged0, f.ref = e.Amount, pay, w.monthOf(e.At), !f.late, e.Ref
	case nReceived, nSwitched:
		if pay == bank {
			return w.refuse(k, f, ticket.IllegalMove, table[e.Type].clause, "payment")
		}
		if n == nSwitched {
			f.pay = pay
		} else {
			w.receipts = append(w.receipts, receiptOf(e.Ref, k, f))
		}
	case nSubmitted:
		month, err := calendar.ParseMonth(e.Ref)
		if err != nil {
			return w.refuse(k, f, ticket.Malformed, table[e.Type].clause, "ref")
		}
		f.submitted, f.sent = month, f.late
	case nCollected, nFailed:
		if len(e.Ref) == len("2026-10") {
			if month, err := calendar.ParseMonth(e.Ref); err == nil && month != f.submitted {
				return w.refuse(k, f, ticket.Conflict, table[e.Type].clause, "ref") // the result of another batch
			}
		}
	case nSorted:
		f.Sorted = e.Payment
	}
	if m.to != 0 {
		f.state = m.to
	}
	f.passed |= 1 << n
	f.seq, f.recorded = e.Seq, e.Recorded
	w.rows = append(w.rows, uint32(k))
	return true
}

// monthOf is the month of an instant at UTC+8; most signatures are of the month of the last.
func (w *walker) monthOf(t time.Time) calendar.Month {
	if s := t.Unix(); s < w.from || s >= w.until {
		w.month = calendar.DateOf(t).Month()
		w.from, w.until = w.month.Day(1).Start().Unix(), w.month.Add(1).Day(1).Start().Unix()
	}
	return w.month
}

// A receipt is the number of one, taken apart: the digits at its end count, however many,
// what stands before them is its series, the receipt book. Zeros in front of the digits do
// not count, but make another number on paper (R1 and R01).
type receipt struct {
	ref   string
	n     uint64 // the last 18 digits
	row   uint32 // of the log
	width uint8  // digits
	state uint8  // of the serial before
	early bool   // recorded before since
}

const receiptDigits = 18 // that n holds

func receiptOf(ref string, row int, f *fold) receipt {
	cut, n := len(ref), uint64(0)
	for cut > 0 && '0' <= ref[cut-1] && ref[cut-1] <= '9' {
		cut--
	}
	for _, d := range []byte(ref[max(cut, len(ref)-receiptDigits):]) {
		n = 10*n + uint64(d-'0')
	}
	return receipt{ref, n, uint32(row), uint8(len(ref) - cut), f.state, !f.late}
}

func (r receipt) series() string { return r.ref[:len(r.ref)-int(r.width)] }
func (r receipt) digits() string { return r.ref[len(r.ref)-int(r.width):] }

// high are the digits before those in n, without zeros in front.
func (r receipt) high() string {
	if r.width <= receiptDigits {
		return ""
	}
	return strings.TrimLeft(r.digits()[:r.width-receiptDigits], "0")
}

func (r receipt) compare(o receipt) int {
	if c := cmp.Compare(r.series(), o.series()); c != 0 {
		return c
	}
	if high, other := r.high(), o.high(); high != other {
		return cmp.Or(cmp.Compare(len(high), len(other)), cmp.Compare(high, other))
	}
	return cmp.Compare(r.n, o.n)
}

// between names the numbers between two of one series, as the lower is written; "" if there
// are none.
func (r receipt) between(o receipt) string {
	if o.n-r.n < 2 && r.high() == o.high() {
		return ""
	}
	name := func(digits string) string {
		digits = strings.TrimLeft(digits, "0")
		return r.series() + strings.Repeat("0", max(0, int(r.width)-len(digits))) + digits
	}
	first, last := name(next(r.digits(), 1)), name(next(o.digits(), -1))
	switch {
	case first == name(o.digits()):
		return ""
	case first == last:
		return first
	}
	return first + " 至 " + last
}

// next is the number in digits that follows one (by is 1), or that it follows (-1).
func next(digits string, by int) string {
	carry := byte('9')
	if by < 0 {
		carry = '0'
	}
	b := []byte(digits)
	for i := len(b) - 1; i >= 0; i-- {
		if b[i] != carry {
			b[i] += byte(by)
			return string(b)
		}
		b[i] = '0' + '9' - carry
	}
	return "1" + string(b)
}

// number brings the receipts seen into order, and refuses the row that gives out a number
// for the second time. Receipts given out in the order of the serials need no sorting. It
// implements SP-2.6.2.1.
func (w *walker) number() {
	order := func(a, b receipt) int {
		return cmp.Or(a.compare(b), cmp.Compare(a.width, b.width), cmp.Compare(a.row, b.row))
	}
	if !slices.IsSortedFunc(w.receipts, order) {
		slices.SortFunc(w.receipts, order)
	}
	for i := 1; i < len(w.receipts); i++ {
		a, b := w.receipts[i-1], w.receipts[i]
		if a.ref == b.ref {
			w.refuse(int(b.row), &fold{state: b.state}, ticket.Conflict, "SP-2.6.2.1", "ref")
		}
	}
}
