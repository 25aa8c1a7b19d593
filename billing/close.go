package billing

import (
	"cmp"
	"fmt"
	"slices"
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
	// handed back (SP-2.6.1.2), charges of the last batch not sent to the bank since, and
	// those sent before since of which the bank has not told the result (SP-2.6.1.5), new
	// charges for a rework that were not quoted (WY-rework-free). Receipts are those of all
	// rows seen, all else is of charges signed by the month's end.
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

// Reconcile compares a statement with the one before it, as they were kept, and names each
// difference, a line each, beginning with its clause; none means that the one follows from
// the other: what was open is carried on with its amount, nothing new was there before or
// signed after the month, each sum is that of its lines, and the batch is what the lines say goes to the bank. A
// difference between statements that Close made of one log means that rows were changed, or
// entered with an older Recorded. Last is the zero Statement for the first.
//
// It implements SP-2.6.1.4 and SP-2.6.1.5.
func (s Statement) Reconcile(last Statement) []string {
	var out []string
	differ := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if next := last.Month.Add(1); last.Month != (calendar.Month{}) && s.Month != next {
		differ("SP-2.6.1.4 上期之后应是 %s，不是 %s", next, s.Month)
	}
	before := map[string]Charge{}
	for _, c := range slices.Concat(last.New, last.Carried) {
		before[c.Serial] = c
	}
	for _, c := range s.New {
		if _, ok := before[c.Serial]; ok {
			differ("SP-2.6.1.4 上期已有，又作新增 %s", c.Serial)
		}
		if c.Month.Compare(s.Month) > 0 {
			differ("SP-2.6.1.4 %s 才签，却作新增 %s", c.Month, c.Serial)
		}
	}
	now := map[string]bool{}
	var in [voided + 1]Fen
	var reversed, batch Fen
	var toBank []Charge
	for i, c := range slices.Concat(s.New, s.Carried) {
		is := placeOf(c.State.number())
		in[is] += c.Amount
		if batched(c.State.number(), c.Payment.number()) {
			batch += c.Amount
			toBank = append(toBank, c)
		}
		if now[c.Serial] {
			differ("SP-2.6.1.4 重复 %s", c.Serial)
		}
		now[c.Serial] = true
		if i < len(s.New) {
			continue
		}
		was, ok := before[c.Serial]
		if ok && was.Amount != c.Amount {
			differ("SP-2.6.1.4 金额与上期不同 %s：%s，现 %s", c.Serial, was.Amount, c.Amount)
		}
		if !ok || placeOf(was.State.number()) != open {
			reversed += c.Amount
		}
	}
	for _, c := range slices.Concat(last.New, last.Carried) {
		if placeOf(c.State.number()) == open && !now[c.Serial] {
			differ("SP-2.6.1.4 上期未结，本期不见 %s：%s", c.Serial, c.Amount)
		}
	}
	for _, sum := range []struct {
		name       string
		kept, line Fen
	}{
		{"冲回", s.Reversed, reversed}, {"收讫", s.Received, in[received]}, {"到账", s.Collected, in[collected]}, {"减免", s.Waived, in[waived]}, {"作废", s.Voided, in[voided]}, {"未结", s.Open, in[open]},
	} {
		if sum.kept != sum.line {
			differ("SP-2.6.1.4 %s合计 %s，各笔之和 %s", sum.name, sum.kept, sum.line)
		}
	}
	if s.Batched != batch {
		differ("SP-2.6.1.5 托收合计 %s，各笔之和 %s", s.Batched, batch)
	}
	slices.SortFunc(toBank, func(a, b Charge) int { return cmp.Compare(a.Serial, b.Serial) })
	if !slices.Equal(toBank, s.Batch) {
		differ("SP-2.6.1.5 托收清单与各笔不符")
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
// The log may be in order of time. One ordered by serial and seq costs a third to a half of
// that, since the rows of a serial then need not be brought together; either way the time is
// in proportion to the rows.
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

	w := walker{log: log, since: since, asOf: asOf, closing: &closing{month: m}}
	if err := w.walk(); err != nil {
		return Statement{}, err
	}
	c := w.closing
	if c.overflow {
		return refuse(OutOfRange, "amount", "")
	}
	s := Statement{
		Month: m, Batch: listed(c.batch), New: listed(c.news), Carried: listed(c.carried),
		Reversed: c.reversed, Received: c.in[received], Collected: c.in[collected], Waived: c.in[waived], Voided: c.in[voided], Open: c.in[open],
		Batched: c.batched, Gaps: missing(w.receipts),
	}
	for _, serial := range c.notBack {
		s.Gaps = append(s.Gaps, "SP-2.6.1.2 记录未退回 "+serial)
	}
	for _, serial := range c.notSent {
		s.Gaps = append(s.Gaps, "SP-2.6.1.5 上期应托收未送 "+serial)
	}
	for _, serial := range c.noResult {
		s.Gaps = append(s.Gaps, "SP-2.6.1.5 托收无结果 "+serial)
	}
	stand := standing(log, asOf, c.again)
	for _, a := range c.again {
		if stand[a.ref] == a.ticket {
			s.Gaps = append(s.Gaps, "WY-rework-free 返工收费未报价 "+a.serial)
		}
	}
	return s, nil
}

// listed is a list, nil if empty, so that a statement is equal to itself after JSON.
func listed(c []Charge) []Charge {
	if len(c) == 0 {
		return nil
	}
	return c
}

// closing is a statement on the way.
type closing struct {
	month                calendar.Month
	news, carried, batch []Charge
	in                   [voided + 1]Fen // by place
	reversed, batched    Fen
	notBack, notSent     []string // serials
	noResult             []string
	again                []again
	overflow             bool // a sum is no int64
}

// again is a new charge that refers to another serial and was not quoted: a correction, if
// that one was voided, else a rework that is charged.
type again struct{ serial, ticket, ref string }

// standing are the tickets of those of the serials referred to that are charged and not
// voided by asOf.
func standing(log []Entry, asOf time.Time, refs []again) map[string]string {
	if len(refs) == 0 {
		return nil
	}
	tickets := map[string]string{}
	for _, a := range refs {
		tickets[a.ref] = ""
	}
	for i := range log {
		e := &log[i]
		if _, asked := tickets[e.Serial]; !asked || !e.Recorded.Before(asOf) {
			continue
		}
		switch e.Type {
		case Charged:
			tickets[e.Serial] = e.Ticket
		case Voided:
			delete(tickets, e.Serial)
		}
	}
	return tickets
}

// make begins the statement of a log, or begins it again.
func (c *closing) make(log []Entry) {
	if c.news == nil {
		first, end := c.month.Day(1).Start(), c.month.Add(1).Day(1).Start()
		signed := func(e *Entry) bool { return e.Type == Charged && !e.At.Before(first) && e.At.Before(end) }
		n := sampled(log, signed, func(e *Entry) bool { return signed(e) && e.Payment == Collection })
		c.news, c.batch = make([]Charge, 0, n[0]), make([]Charge, 0, n[1])
	}
	*c = closing{month: c.month, news: c.news[:0], carried: c.carried[:0], batch: c.batch[:0]}
}

// take puts a serial in its place.
func (c *closing) take(f *fold) {
	if !f.has(nCharged) || f.Month.Compare(c.month) > 0 {
		return // only quoted, a compensation, or signed after the month
	}
	if f.has(nHandedIn) && !f.has(nSorted) {
		c.notBack = append(c.notBack, f.Serial)
	}
	if f.state0 == nSubmitted && f.state == nSubmitted && !f.sent {
		c.noResult = append(c.noResult, f.Serial)
	}
	is := placeOf(f.state)
	// The close of the month before saw all that was charged by since and signed by its
	// month's end.
	if f.charged0 && f.Month.Compare(c.month) < 0 {
		if batched(f.state0, f.pay0) && !f.sent {
			c.notSent = append(c.notSent, f.Serial)
		}
		was := placeOf(f.state0)
		if was != open && was == is {
			return // settled before, and as it was
		}
		if was != open {
			c.add(&c.reversed, f.Amount)
		}
		c.carried = append(c.carried, f.Charge)
	} else {
		c.news = append(c.news, f.Charge)
		if f.ref != "" && f.ref != f.Serial && !f.has(nQuoted) {
			c.again = append(c.again, again{f.Serial, f.Ticket, f.ref})
		}
	}
	c.add(&c.in[is], f.Amount)
	if batched(f.state, f.pay) {
		c.add(&c.batched, f.Amount)
		c.batch = append(c.batch, f.Charge)
	}
}

// add adds an amount, which is not negative.
func (c *closing) add(sum *Fen, f Fen) {
	*sum += f
	c.overflow = c.overflow || *sum < f
}

// missing names the receipt numbers between two of one series that no receipt bears, if
// since is not later than the moment from which that could be seen: each is named in one
// close, the first that sees a number on both sides of it.
func missing(receipts []receipt) []string {
	var out []string
	for i := 0; i < len(receipts); {
		end, low, high := i+1, -1, 0 // the series, and its first and last receipt of before since
		for end < len(receipts) && receipts[end].series() == receipts[i].series() {
			end++
		}
		for j := i; j < end; j++ {
			if receipts[j].early {
				if low < 0 {
					low = j
				}
				high = j
			}
		}
		for j := i + 1; j < end; j++ {
			a, b := receipts[j-1], receipts[j]
			named := low >= 0 && low < j && j <= high
			if gap := a.between(b); gap != "" && !named {
				out = append(out, "SP-2.6.2.1 收据缺号 "+gap)
			}
		}
		i = end
	}
	return out
}
