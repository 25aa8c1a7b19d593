package billing

import (
	"cmp"
	"iter"
	"slices"
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
	w := walker{log: log, keep: true}
	if err := w.walk(); err != nil {
		return Ledger{}, err
	}
	l := Ledger{charges: make([]Charge, len(w.items)), rows: make([]Entry, len(w.rows)), ends: w.ends}
	for i, it := range w.items {
		l.charges[i] = it.charge(log)
	}
	for i, k := range w.rows {
		l.rows[i] = log[k]
		l.rows[i].At, l.rows[i].Recorded = calendar.InChina(log[k].At), calendar.InChina(log[k].Recorded)
	}
	return l, nil
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

// item is one serial when the log is read: small and without pointers, so that a large
// month costs little until its lists can be made to measure. Rows of the log are counted in
// 32 bits: four thousand million of them would be a terabyte.
type item struct {
	row    uint32 // of its Charged, Compensated or last Quoted entry
	ticket uint32 // row that names the ticket first; its first row if none does

	month              calendar.Month // of the signature
	passed             uint16         // set of entries that have come
	state, pay, sorted uint8          // numbers of the EntryType and the means

	// As of since.
	state0, pay0 uint8 // where it stood
	charged0     bool  // it was charged by then
	sent         bool  // it went to the bank later
}

func (it *item) charge(log []Entry) Charge {
	e := &log[it.row]
	return Charge{e.Serial, log[it.ticket].Ticket, entryType(it.state), payment(it.pay), payment(it.sorted), e.Amount, it.month}
}

func (it *item) has(entry uint8) bool { return it.passed>>entry&1 != 0 }

// fold is one serial on its way through the log.
type fold struct {
	item
	serial   string
	seq      int
	recorded time.Time // of the last row
	rows     []int     // its rows in the log, by seq
	late     bool      // the rows from here on were recorded at since or later
	stopped  bool      // a row was refused, those after it are not read
}

// walker goes through a log, serial by serial in ascending order.
type walker struct {
	log         []Entry
	since, asOf time.Time // asOf zero: all rows
	keep        bool      // rows

	items    []item
	rows     []int     // of the log, by serial and seq
	ends     []int     // of each item in rows
	receipts []receipt // by serial, then by number

	month       calendar.Month // of the last signature seen,
	from, until time.Time      // and its bounds

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
		w.serials(bySerial(w.log, w.asOf))
	}
	w.number()
	if w.refusal == nil {
		return nil
	}
	w.refusal.Entry.At, w.refusal.Entry.Recorded = calendar.InChina(w.refusal.Entry.At), calendar.InChina(w.refusal.Entry.Recorded)
	return w.refusal
}

// bySerial are the indices of the rows recorded before asOf, by serial, of one serial as
// they stand. Only the serials are sorted, so that it is linear but for that.
func bySerial(log []Entry, asOf time.Time) []int {
	group := make(map[string]int)
	var serials []string
	var count []int
	of := make([]int, len(log))
	for k := range log {
		e := &log[k]
		of[k] = -1
		if !asOf.IsZero() && !e.Recorded.Before(asOf) {
			continue
		}
		g, ok := group[e.Serial]
		if !ok {
			g = len(serials)
			group[e.Serial] = g
			serials = append(serials, e.Serial)
			count = append(count, 0)
		}
		of[k] = g
		count[g]++
	}
	byName := make([]int, len(serials))
	for i := range byName {
		byName[i] = i
	}
	slices.SortFunc(byName, func(a, b int) int { return cmp.Compare(serials[a], serials[b]) })
	start, total := make([]int, len(serials)), 0
	for _, g := range byName {
		start[g] = total
		total += count[g]
	}
	order := make([]int, total)
	for k, g := range of {
		if g >= 0 {
			order[start[g]] = k
			start[g]++
		}
	}
	return order
}

// serials goes through the log in the order given (nil: as it stands) and reports whether
// that was by serial.
func (w *walker) serials(order []int) bool {
	n := len(w.log)
	if order != nil {
		n = len(order)
	}
	w.items = make([]item, 0, w.guess())
	all, early := w.asOf.IsZero(), !w.since.IsZero()
	f := fold{late: !early}
	for i := range n {
		k := i
		if order != nil {
			k = order[i]
		}
		e := &w.log[k]
		if !all && !e.Recorded.Before(w.asOf) {
			continue
		}
		if e.Serial != f.serial {
			if e.Serial < f.serial {
				return false
			}
			w.finish(&f)
			f = fold{serial: e.Serial, late: !early, rows: f.rows[:0]}
		}
		if f.stopped {
			continue
		}
		if e.Seq > 0 && e.Seq <= f.seq {
			f.stopped = !same(w.log[f.rows[e.Seq-1]], *e) && !w.refuse(k, &f, ticket.Conflict, "HB-2.1a", "seq")
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

// guess is about how many serials the log has, from a sample of its rows.
func (w *walker) guess() int {
	const step = 61
	n := 1
	for i := 0; i < len(w.log); i += step {
		if w.log[i].Seq == 1 {
			n++
		}
	}
	return min(len(w.log), n*step+n)
}

func (w *walker) finish(f *fold) {
	if f.seq == 0 || f.stopped {
		return
	}
	if !f.late {
		f.state0, f.pay0 = f.state, f.pay
	}
	if w.keep {
		w.rows = append(w.rows, f.rows...)
		w.ends = append(w.ends, len(w.rows))
	}
	w.items = append(w.items, f.item)
}

// refuse keeps the refusal of the row that stands first in the log.
func (w *walker) refuse(k int, f *fold, code ticket.Code, clause rule.ID, fields ...string) bool {
	if k < w.refused {
		w.refused = k
		w.refusal = &Refusal{Code: string(code), Entry: w.log[k], State: entryType(f.state), Fields: fields, Clause: clause}
	}
	return false
}

// apply takes the serial one row further, or refuses the row.
func (w *walker) apply(f *fold, e *Entry, k int) bool {
	// The form.
	n, by := e.Type.number(), role(e.By.Role)
	if field := e.malformed(); field != "" {
		return w.refuse(k, f, ticket.Malformed, "HB-2.1a", field)
	}
	if e.Serial == "" || e.Seq == 0 || n == 0 || by == 0 || e.At.IsZero() || e.Recorded.IsZero() {
		return w.refuse(k, f, ticket.Missing, "HB-2.1a", e.missing()...)
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
	if f.seq == 0 {
		f.ticket = uint32(k)
	} else if known := w.log[f.ticket].Ticket; known == "" {
		f.ticket = uint32(k)
	} else if e.Ticket != "" && e.Ticket != known {
		return w.refuse(k, f, ticket.Conflict, table[e.Type].clause, "ticket")
	}
	switch {
	case n == nQuoted, f.seq == 0, e.Amount == 0, e.Amount == w.log[f.row].Amount:
	case n == nCharged:
		return w.refuse(k, f, WrongAmount, "SP-2.4.2d", "amount") // not what was agreed before the work
	default:
		return w.refuse(k, f, WrongAmount, table[e.Type].clause, "amount") // not the whole
	}

	switch n {
	case nQuoted, nCompensated:
		f.row = uint32(k)
	case nCharged:
		f.row, f.pay, f.month, f.charged0 = uint32(k), e.Payment.number(), w.monthOf(e.At), !f.late
	case nReceived, nSwitched:
		if e.Payment == Collection {
			return w.refuse(k, f, ticket.IllegalMove, table[e.Type].clause, "payment")
		}
		if n == nSwitched {
			f.pay = e.Payment.number()
		} else {
			w.receipts = append(w.receipts, receipt{row: k, state: f.state})
		}
	case nSubmitted:
		if _, err := calendar.ParseMonth(e.Ref); err != nil {
			return w.refuse(k, f, ticket.Malformed, table[e.Type].clause, "ref")
		}
		f.sent = f.late
	case nSorted:
		f.sorted = e.Payment.number()
	}
	if m.to != 0 {
		f.state = m.to
	}
	f.passed |= 1 << n
	f.seq, f.recorded = e.Seq, e.Recorded
	f.rows = append(f.rows, k)
	return true
}

// monthOf is the month of an instant at UTC+8; most signatures are of the month of the last.
func (w *walker) monthOf(t time.Time) calendar.Month {
	if t.Before(w.from) || !t.Before(w.until) {
		w.month = calendar.DateOf(t).Month()
		w.from, w.until = w.month.Day(1).Start(), w.month.Add(1).Day(1).Start()
	}
	return w.month
}

// A receipt is the number of one, taken apart: the digits at its end count, what stands
// before them is its series.
type receipt struct {
	series string
	n      uint64
	width  int   // digits
	row    int   // of the log
	state  uint8 // of the serial before
}

// number takes the receipts seen apart, brings them into order, and refuses the row that
// gives out a number for the second time. Receipts given out in the order of the serials
// need no sorting. It implements SP-2.6.2.1.
func (w *walker) number() {
	for i := range w.receipts {
		r := &w.receipts[i]
		ref := w.log[r.row].Ref
		cut := len(ref)
		for cut > 0 && len(ref)-cut < 18 && '0' <= ref[cut-1] && ref[cut-1] <= '9' {
			cut--
		}
		r.series, r.width = ref[:cut], len(ref)-cut
		for _, d := range []byte(ref[cut:]) {
			r.n = 10*r.n + uint64(d-'0')
		}
	}
	order := func(a, b receipt) int {
		return cmp.Or(cmp.Compare(a.series, b.series), cmp.Compare(a.n, b.n), cmp.Compare(a.width, b.width), cmp.Compare(a.row, b.row))
	}
	if !slices.IsSortedFunc(w.receipts, order) {
		slices.SortFunc(w.receipts, order)
	}
	for i := 1; i < len(w.receipts); i++ {
		a, b := w.receipts[i-1], w.receipts[i]
		if a.series == b.series && a.n == b.n && a.width == b.width {
			w.refuse(b.row, &fold{item: item{state: b.state}}, ticket.Conflict, "SP-2.6.2.1", "ref")
		}
	}
}
