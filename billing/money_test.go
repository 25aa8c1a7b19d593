package billing

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

var (
	worker     = ticket.Actor{Role: ticket.Worker, ID: "W07"}
	assistant  = ticket.Actor{Role: ticket.Assistant, ID: "A03"}
	supervisor = ticket.Actor{Role: ticket.Supervisor, ID: "S01"}
	manager    = ticket.Actor{Role: ticket.Manager, ID: "M01"}
	finance    = ticket.Actor{Role: ticket.Finance, ID: "F01"}

	october = calendar.MustMonth("2026-10")
)

func on(day string) time.Time { return calendar.MustDate(day).Start() }

func fen(yuan string) Fen {
	f, err := FenOf(decimal.RequireFromString(yuan))
	if err != nil {
		panic(err)
	}
	return f
}

// rowOf writes an entry field by field. Unless at says otherwise, all is of 5 October 2026.
type rowOf struct{ e Entry }

func row(serial string, seq int, typ EntryType, by ticket.Actor) rowOf {
	return rowOf{Entry{Serial: serial, Seq: seq, Type: typ, By: by}}.at("2026-10-05")
}

// at is ten o'clock of the day, entered a minute later; rows of one serial a minute apart.
func (r rowOf) at(day string) rowOf {
	r.e.At = on(day).Add(10*time.Hour + time.Duration(r.e.Seq)*time.Minute)
	r.e.Recorded = r.e.At.Add(time.Minute)
	return r
}
func (r rowOf) ticket(s string) rowOf         { r.e.Ticket = s; return r }
func (r rowOf) amount(s string) rowOf         { r.e.Amount = fen(s); return r }
func (r rowOf) pay(p Payment) rowOf           { r.e.Payment = p; return r }
func (r rowOf) ref(s string) rowOf            { r.e.Ref = s; return r }
func (r rowOf) reason(s string) rowOf         { r.e.Reason = s; return r }
func (r rowOf) approver(a ticket.Actor) rowOf { r.e.Approver = a; return r }

// full is a row of a type with every field that any type needs, so that only the place in
// the log decides. Payment is cash, which is right or harmless everywhere.
func full(serial string, seq int, typ EntryType) Entry {
	by := finance
	switch typ {
	case Quoted, Charged, HandedIn:
		by = worker
	case Collated, Compensated:
		by = assistant
	}
	r := row(serial, seq, typ, by).ticket("T-" + serial).amount("100").pay(Cash).reason("reason").approver(manager)
	r = r.ref(fmt.Sprintf("R%s%04d", serial, seq))
	if typ == Submitted {
		r = r.ref("2026-10")
	}
	return r.e
}

// life is a serial of the given types, charged with the means given.
func life(serial string, pay Payment, typs ...EntryType) []Entry {
	var log []Entry
	for i, typ := range typs {
		e := full(serial, i+1, typ)
		if typ == Charged {
			e.Payment = pay
		}
		log = append(log, e)
	}
	return log
}

func mustReplay(t testing.TB, log []Entry) Ledger {
	t.Helper()
	l, err := Replay(log)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func mustClose(t testing.TB, log []Entry, m calendar.Month, since, asOf time.Time) Statement {
	t.Helper()
	s, err := Close(log, m, since, asOf)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// refused checks that the log is refused at row i, with the code and clause.
func refused(t testing.TB, log []Entry, i int, code string, clause rule.ID) {
	t.Helper()
	_, err := Replay(log)
	r, ok := errors.AsType[*Refusal](err)
	if !ok {
		t.Errorf("row %d of %d: %v, want %s (%s)", i, len(log), err, code, clause)
		return
	}
	if r.Code != code || r.Clause != clause || !same(r.Entry, log[i]) {
		t.Errorf("%v, want %s (%s) at row %d", err, code, clause, i)
	}
	if _, ok := rule.Lookup(r.Clause); !ok || rule.Zh(err) == "" || !strings.HasPrefix(err.Error(), "billing: ") {
		t.Errorf("%v: %s", err, rule.Zh(err))
	}
	if _, err2 := Close(log, october, time.Time{}, on("2027-01-01")); err2 == nil || err2.Error() != err.Error() {
		t.Errorf("Close: %v, Replay: %v", err2, err)
	}
}

func state(t testing.TB, log []Entry, serial string) Charge {
	t.Helper()
	c, ok := mustReplay(t, log).Charge(serial)
	if !ok {
		t.Fatalf("no serial %s", serial)
	}
	return c
}

// SP-2.5.1: what the customer signed for is charged: whole, for a ticket, with a means of payment.
func TestSP_2_5_1(t *testing.T) {
	c := row("S1", 1, Charged, worker).ticket("T1").amount("186.50").pay(Collection)
	want := Charge{Serial: "S1", Ticket: "T1", State: Charged, Payment: Collection, Amount: 18650, Month: october}
	if got := state(t, []Entry{c.e}, "S1"); got != want {
		t.Errorf("%+v", got)
	}
	refused(t, []Entry{c.ticket("").e}, 0, "missing", "SP-2.5.1")
	refused(t, []Entry{c.amount("0").e}, 0, "missing", "SP-2.5.1")
	refused(t, []Entry{c.pay("").e}, 0, "missing", "SP-2.5.1")
	refused(t, []Entry{c.pay("cheque").e}, 0, "malformed", "HB-2.1a")
	refused(t, []Entry{c.amount("-1").e}, 0, "malformed", "HB-2.1a")
	refused(t, []Entry{c.e, row("S1", 2, Charged, worker).ticket("T1").amount("186.50").pay(Collection).e}, 1, "illegal_move", "SP-2.5.1")
	refused(t, []Entry{row("S1", 1, Charged, finance).ticket("T1").amount("1").pay(Cash).e}, 0, "wrong_role", "SP-2.5.1")

	// The month is the signature's, at UTC+8, to the nanosecond.
	e := c.e
	e.At, e.Recorded = on("2026-11-01").Add(-1).UTC(), on("2026-11-20")
	if got := state(t, []Entry{e}, "S1"); got.Month != october {
		t.Error(got.Month)
	}
	e.At = e.At.Add(1)
	if got := state(t, []Entry{e}, "S1"); got.Month != october.Add(1) {
		t.Error(got.Month)
	}
}

// SP-2.6.1.1: after completion the slip is written off at the centre (a), materials and
// tools go back to the store (b), the record goes to finance (c), in any order. The slip and
// the store are events of the ticket; the money log has the record, and waits for neither.
func TestSP_2_6_1_1a(t *testing.T) { anyOrder(t, ticket.WrittenOff, "SP-2.6.1.1a") }
func TestSP_2_6_1_1b(t *testing.T) { anyOrder(t, ticket.GivenBack, "SP-2.6.1.1b") }

// anyOrder checks that an event has no counterpart in the money log, so that no row of it
// waits for the event, and that its clause is known.
func anyOrder(t *testing.T, event ticket.EventType, clause rule.ID) {
	t.Helper()
	if EntryType(event).Valid() {
		t.Errorf("%s is an entry: money would wait for it", event)
	}
	if _, ok := rule.Lookup(clause); !ok {
		t.Error(clause)
	}
	mustReplay(t, life("S1", Cash, Charged, HandedIn, Received))
	mustReplay(t, life("S1", Cash, Charged, Received, HandedIn))
}

func TestSP_2_6_1_1c(t *testing.T) {
	// Once, at any time after the charge, with cash and with bank collection.
	for _, pay := range []Payment{Cash, Collection} {
		mustReplay(t, life("S1", pay, Charged, HandedIn))
	}
	for _, before := range [][]EntryType{{Charged, Received}, {Charged, Received, Booked}, {Charged, Waived}, {Charged, Voided}} {
		mustReplay(t, life("S1", Cash, append(before, HandedIn)...))
	}
	refused(t, life("S1", Cash, HandedIn), 0, "illegal_move", "SP-2.6.1.1c")
	refused(t, life("S1", Cash, Quoted, HandedIn), 1, "illegal_move", "SP-2.6.1.1c")
	refused(t, life("S1", Cash, Charged, HandedIn, HandedIn), 2, "illegal_move", "SP-2.6.1.1c")
	// It moves nothing.
	if c := state(t, life("S1", Cash, Charged, Received, HandedIn), "S1"); c.State != Received {
		t.Error(c)
	}
}

// SP-2.6.1.2: finance sorts the records by means of payment and hands them back.
func TestSP_2_6_1_2(t *testing.T) {
	log := life("S1", Collection, Charged, HandedIn, Sorted)
	log[2].Payment = Collection
	if c := state(t, log, "S1"); c.Sorted != Collection || c.State != Charged {
		t.Error(c)
	}
	// Never changes, though the means does.
	log = append(log, life("S1", Collection, Charged, HandedIn, Sorted, Submitted, Failed, Switched, Received)[3:]...)
	if c := state(t, log, "S1"); c.Sorted != Collection || c.Payment != Cash || c.State != Received {
		t.Error(c)
	}
	refused(t, life("S1", Cash, Charged, Sorted), 1, "illegal_move", "SP-2.6.1.2")
	refused(t, life("S1", Cash, Charged, HandedIn, Sorted, Sorted), 3, "illegal_move", "SP-2.6.1.2")
	noMeans := life("S1", Cash, Charged, HandedIn, Sorted)
	noMeans[2].Payment = ""
	refused(t, noMeans, 2, "missing", "SP-2.6.1.2")
	// Finance, not the desk.
	noMeans[2].Payment, noMeans[2].By = Cash, assistant
	refused(t, noMeans, 2, "wrong_role", "SP-2.6.1.2")

	// A record that finance has and has not handed back is named at every close until it is.
	handed := life("S1", Cash, Charged, HandedIn)
	s := mustClose(t, handed, october, time.Time{}, on("2026-11-01"))
	if diff := cmp.Diff([]string{"SP-2.6.1.2 记录未退回 S1"}, s.Gaps); diff != "" {
		t.Error(diff)
	}
	back := append(handed, row("S1", 3, Sorted, finance).pay(Cash).at("2026-11-20").e)
	if s := mustClose(t, back, october.Add(1), on("2026-11-01"), on("2026-11-20")); len(s.Gaps) != 1 {
		t.Error(s.Gaps)
	}
	if s := mustClose(t, back, october.Add(1), on("2026-11-01"), on("2026-12-01")); s.Gaps != nil {
		t.Error(s.Gaps)
	}
}

// SP-2.6.1.3: the centre collates what has come back.
func TestSP_2_6_1_3(t *testing.T) {
	log := life("S1", Cash, Charged, HandedIn, Sorted, Collated)
	if c := state(t, log, "S1"); c.State != Charged {
		t.Error(c)
	}
	// The instants are in the rows, for the audit.
	for c, rows := range mustReplay(t, log).All() {
		if c.Serial != "S1" || len(rows) != 4 || rows[3].Type != Collated || !rows[3].At.Equal(log[3].At) {
			t.Error(c, rows)
		}
	}
	refused(t, life("S1", Cash, Charged, HandedIn, Collated), 2, "illegal_move", "SP-2.6.1.3")
	refused(t, append(log, full("S1", 5, Collated)), 4, "illegal_move", "SP-2.6.1.3")
	log[3].By = worker
	refused(t, log, 3, "wrong_role", "SP-2.6.1.3")
	log[3].By = manager // a higher tier may do what a lower one may
	mustReplay(t, log)
}

// SP-2.6.1.4: the month's charges are reported; see also TestMonthByHand.
func TestSP_2_6_1_4(t *testing.T) {
	log := slices.Concat(life("S1", Cash, Charged, Received), life("S2", Collection, Charged), life("S3", Cash, Quoted))
	s := mustClose(t, log, october, time.Time{}, on("2026-10-31"))
	if len(s.New) != 2 || s.Received != fen("100") || s.Open != fen("100") || s.Month != october {
		t.Errorf("%+v", s)
	}
	for _, c := range []struct {
		m           calendar.Month
		since, asOf time.Time
		field       string
	}{
		{calendar.Month{}, time.Time{}, on("2026-11-01"), "month"}, {october, time.Time{}, time.Time{}, "as_of"}, {october, on("2026-11-01").Add(1), on("2026-11-01"), "since"},
	} {
		_, err := Close(log, c.m, c.since, c.asOf)
		if e, ok := errors.AsType[*InputError](err); !ok || e.Field != c.field || e.Clause != "SP-2.6.1.4" || rule.Zh(err) == "" {
			t.Errorf("%v, want %s", err, c.field)
		}
	}
	// A sum that no int64 holds is an error, not a wrong figure: 93 charges of 10^15 yuan.
	var huge []Entry
	for i := range 93 {
		e := full(fmt.Sprintf("S%03d", i), 1, Charged)
		e.Amount = maxFen
		huge = append(huge, e)
	}
	if s, err := Close(huge[:92], october, time.Time{}, on("2026-11-01")); err != nil || s.Open != 92*maxFen {
		t.Error(s.Open, err)
	}
	if _, err := Close(huge, october, time.Time{}, on("2026-11-01")); err == nil {
		t.Error("the sum of 93 charges of 10^15 yuan is no int64")
	}
}

// SP-2.6.1.5: collected by the bank; the bill names serial and amount.
func TestSP_2_6_1_5(t *testing.T) {
	c := state(t, life("S1", Collection, Charged), "S1")
	if got, want := c.Bill(), "服务及回访记录表序号 S1，金额 100.00 元（人民币壹佰元整）"; got != want {
		t.Error(got)
	}
	// In the batch: bank, and charged, failed or reversed.
	for _, tc := range []struct {
		pay  Payment
		typs []EntryType
		want bool
	}{
		{Collection, []EntryType{Charged}, true},
		{Collection, []EntryType{Charged, Submitted}, false},
		{Collection, []EntryType{Charged, Submitted, Collected}, false},
		{Collection, []EntryType{Charged, Submitted, Failed}, true},
		{Collection, []EntryType{Charged, Submitted, Failed, Switched}, false},
		{Collection, []EntryType{Charged, Submitted, Collected, Reversed}, true},
		{Collection, []EntryType{Charged, Waived}, false}, {Collection, []EntryType{Charged, Voided}, false},
		{Cash, []EntryType{Charged}, false}, {Mobile, []EntryType{Charged}, false}, {Card, []EntryType{Charged}, false},
		{Cash, []EntryType{Charged, Received, Reversed}, false}, {Collection, []EntryType{Charged, HandedIn, Sorted}, true},
	} {
		s := mustClose(t, life("S1", tc.pay, tc.typs...), october, time.Time{}, on("2026-11-01"))
		if (len(s.Batch) == 1) != tc.want || (s.Batched == fen("100")) != tc.want {
			t.Errorf("%s %v: batch %v %s", tc.pay, tc.typs, s.Batch, s.Batched)
		}
	}
	refused(t, life("S1", Cash, Charged, Submitted), 1, "illegal_move", "SP-2.6.1.5")
	refused(t, life("S1", Collection, Charged, Collected), 1, "illegal_move", "SP-2.6.1.5")
	refused(t, life("S1", Collection, Charged, Submitted, Submitted), 2, "illegal_move", "SP-2.6.1.5")
	badMonth := life("S1", Collection, Charged, Submitted)
	badMonth[1].Ref = "2026-13"
	refused(t, badMonth, 1, "malformed", "SP-2.6.1.5")
	noReason := life("S1", Collection, Charged, Submitted, Failed)
	noReason[2].Reason = ""
	refused(t, noReason, 2, "missing", "SP-2.6.1.5")
	part := life("S1", Collection, Charged, Submitted, Collected)
	part[2].Amount--
	refused(t, part, 2, WrongAmount, "SP-2.6.1.5")

	// Batched, and not sent to the bank by the next close: named there.
	log := life("S1", Collection, Charged)
	next := func(log []Entry) Statement {
		return mustClose(t, log, october.Add(1), on("2026-11-01"), on("2026-12-01"))
	}
	if diff := cmp.Diff([]string{"SP-2.6.1.5 上期应托收未送 S1"}, next(log).Gaps); diff != "" {
		t.Error(diff)
	}
	// Sent in the transaction of the close, at its very instant: not named.
	e := full("S1", 2, Submitted)
	e.At, e.Recorded = on("2026-11-01"), on("2026-11-01")
	if s := next(append(log, e)); s.Gaps != nil || len(s.Carried) != 1 || s.Batch != nil {
		t.Errorf("%+v", s)
	}
}

// SP-2.6.2.1: cash: a receipt, and the money, whole.
func TestSP_2_6_2_1(t *testing.T) {
	log := life("S1", Cash, Charged, Received)
	if c := state(t, log, "S1"); c.State != Received {
		t.Error(c)
	}
	with := func(change func(*Entry)) []Entry { l := slices.Clone(log); change(&l[1]); return l }
	refused(t, with(func(e *Entry) { e.Ref = "" }), 1, "missing", "SP-2.6.2.1")
	refused(t, with(func(e *Entry) { e.Payment = "" }), 1, "missing", "SP-2.6.2.1")
	refused(t, with(func(e *Entry) { e.Amount = 0 }), 1, "missing", "SP-2.6.2.1")
	refused(t, with(func(e *Entry) { e.Amount-- }), 1, WrongAmount, "SP-2.6.2.1")
	refused(t, with(func(e *Entry) { e.Payment = Collection }), 1, "illegal_move", "SP-2.6.2.1")
	refused(t, with(func(e *Entry) { e.By = assistant }), 1, "wrong_role", "SP-2.6.2.1")
	refused(t, with(func(e *Entry) { e.Ticket = "T-S2" }), 1, "conflict", "SP-2.6.2.1")
	refused(t, life("S1", Collection, Charged, Received), 1, "illegal_move", "SP-2.6.2.1")
	refused(t, life("S1", Cash, Received), 0, "illegal_move", "SP-2.6.2.1") // not before acceptance
	// By WeChat, though cash was agreed: paid all the same, and the means agreed stands.
	if c := state(t, with(func(e *Entry) { e.Payment = Mobile }), "S1"); c.State != Received || c.Payment != Cash {
		t.Error(c)
	}

	// A receipt number is given out once: in another serial, and in the same after a reversal.
	other := life("S2", Cash, Charged, Received)
	other[1].Ref = log[1].Ref
	refused(t, slices.Concat(log, other), 3, "conflict", "SP-2.6.2.1")
	refused(t, slices.Concat(other, log), 3, "conflict", "SP-2.6.2.1")
	again := life("S1", Cash, Charged, Received, Reversed, Received)
	mustReplay(t, again)
	again[3].Ref = again[1].Ref
	refused(t, again, 3, "conflict", "SP-2.6.2.1")
	// R1 and R01 are two numbers on paper.
	other[1].Ref, log[1].Ref = "R1", "R01"
	mustReplay(t, slices.Concat(log, other))
}

// A gap in the receipt numbers is named at the close that first sees it.
func TestReceiptGaps(t *testing.T) {
	receipts := func(day string, refs ...string) []Entry {
		var log []Entry
		for _, ref := range refs {
			serial := "S-" + ref
			log = append(log, row(serial, 1, Charged, worker).ticket("T").amount("1").pay(Cash).at(day).e,
				row(serial, 2, Received, worker).amount("1").pay(Cash).ref(ref).at(day).e)
		}
		return log
	}
	gap := func(refs ...string) []string {
		var out []string
		for _, r := range refs {
			out = append(out, "SP-2.6.2.1 收据缺号 "+r)
		}
		return out
	}
	for _, c := range []struct {
		before, now []string
		want        []string
	}{
		{nil, []string{"R001", "R002", "R003"}, nil},
		{nil, []string{"R003", "R001"}, gap("R002")},
		{nil, []string{"R001", "R005"}, gap("R002 至 R004")},
		{nil, []string{"R001", "R003", "R006"}, gap("R002", "R004 至 R005")},
		{nil, []string{"A1", "A3", "B1", "B2"}, gap("A2")},                                              // two books
		{nil, []string{"R9", "R10", "R12"}, gap("R11")},                                                 // not as text
		{nil, []string{"R099", "R101"}, gap("R100")},                                                    // three digits
		{nil, []string{"first", "second"}, nil},                                                         // no numbers, no gaps
		{nil, []string{"000000000000000000001", "000000000000000000003"}, gap("000000000000000000002")}, // 21 digits
		{nil, []string{"0001", "0004"}, gap("0002 至 0003")},                                             // digits alone
		{nil, []string{"999999999999999997", "999999999999999999"}, gap("999999999999999998")},
		{[]string{"R001"}, []string{"R002"}, nil},
		{[]string{"R001"}, []string{"R003"}, gap("R002")},
		{[]string{"R001", "R003"}, []string{"R004"}, nil},                // named last month
		{[]string{"R001", "R003"}, []string{"R002"}, nil},                // found
		{[]string{"R001", "R003"}, []string{"R006"}, gap("R004 至 R005")}, // only the new one
		{[]string{"R005"}, []string{"R003"}, gap("R004")},                // the older book page turns up
	} {
		log := append(receipts("2026-10-05", c.before...), receipts("2026-11-05", c.now...)...)
		s := mustClose(t, log, october.Add(1), on("2026-11-01"), on("2026-12-01"))
		if diff := cmp.Diff(c.want, s.Gaps); diff != "" {
			t.Errorf("%v then %v: %s", c.before, c.now, diff)
		}
	}
}

// SP-2.6.2.2: money and record go to finance: the money by the Received row, the record by
// HandedIn, which cash needs as much as the bank.
func TestSP_2_6_2_2(t *testing.T) {
	log := life("S1", Cash, Charged, Received, HandedIn, Sorted, Booked)
	if c := state(t, log, "S1"); c.State != Booked || c.Sorted != Cash {
		t.Error(c)
	}
	log[2].By = finance // finance does not hand in to itself
	refused(t, log, 2, "wrong_role", "SP-2.6.1.1c")
}

// SP-2.6.2.3: finance books what was received.
func TestSP_2_6_2_3(t *testing.T) {
	log := life("S1", Cash, Charged, Received, Booked)
	if c := state(t, log, "S1"); c.State != Booked {
		t.Error(c)
	}
	if s := mustClose(t, log, october, time.Time{}, on("2026-11-01")); s.Received != fen("100") {
		t.Error(s)
	}
	refused(t, life("S1", Cash, Charged, Booked), 1, "illegal_move", "SP-2.6.2.3")
	refused(t, life("S1", Cash, Charged, Received, Booked, Booked), 3, "illegal_move", "SP-2.6.2.3")
	log[2].By = worker
	refused(t, log, 2, "wrong_role", "SP-2.6.2.3")
}

// SP-2.5.4b: compensation is paid in a serial of its own, and is no charge.
func TestSP_2_5_4b(t *testing.T) {
	log := life("S1", "", Compensated)
	c := state(t, log, "S1")
	if c.State != Compensated || c.Amount != fen("100") || c.Ticket != "T-S1" || c.Month != (calendar.Month{}) {
		t.Errorf("%+v", c)
	}
	if s := mustClose(t, log, october, time.Time{}, on("2026-11-01")); !cmp.Equal(s, Statement{Month: october}) {
		t.Errorf("%+v", s)
	}
	for _, typ := range types {
		refused(t, append(slices.Clone(log), full("S1", 2, typ)), 1, "illegal_move", table[typ].clause)
	}
	refused(t, life("S1", Cash, Charged, Compensated), 1, "illegal_move", "SP-2.5.4b")
	refused(t, life("S1", Cash, Quoted, Compensated), 1, "illegal_move", "SP-2.5.4b")
	log[0].Approver = ticket.Actor{}
	refused(t, log, 0, "missing", "SP-2.5.4b")
}

// WY-money: a failed collection may be switched to cash; a payment reversed, a charge waived
// or voided, with approval and a reason.
func TestWY_money(t *testing.T) {
	switched := life("S1", Collection, Charged, Submitted, Failed, Switched, Received)
	if c := state(t, switched, "S1"); c.Payment != Cash || c.State != Received {
		t.Error(c)
	}
	mustReplay(t, life("S1", Collection, Charged, Switched, Received))
	mustReplay(t, life("S1", Collection, Charged, Submitted, Collected, Reversed, Switched, Received))
	mustReplay(t, life("S1", Collection, Charged, Submitted, Collected, Reversed, Submitted, Failed, Submitted, Collected)) // the means stays
	refused(t, life("S1", Collection, Charged, Submitted, Collected, Reversed, Received), 4, "illegal_move", "SP-2.6.2.1")
	refused(t, life("S1", Collection, Charged, Submitted, Switched), 2, "illegal_move", "WY-money")
	refused(t, life("S1", Cash, Charged, Switched), 1, "illegal_move", "WY-money")
	toBank := life("S1", Collection, Charged, Switched)
	toBank[1].Payment = Collection
	refused(t, toBank, 1, "illegal_move", "WY-money")

	for _, c := range []struct {
		typ    EntryType
		before []EntryType
	}{
		{Waived, []EntryType{Charged}}, {Voided, []EntryType{Charged}}, {Reversed, []EntryType{Charged, Received}},
		{Reversed, []EntryType{Charged, Received, Booked}}, {Waived, []EntryType{Charged, Received, Reversed}}, {Voided, []EntryType{Charged, Received, Reversed}},
	} {
		log := life("S1", Cash, append(c.before, c.typ)...)
		i := len(log) - 1
		if got := state(t, log, "S1"); got.State != c.typ {
			t.Error(got)
		}
		with := func(change func(*Entry)) []Entry { l := slices.Clone(log); change(&l[i]); return l }
		refused(t, with(func(e *Entry) { e.Reason = "" }), i, "missing", "WY-money")
		refused(t, with(func(e *Entry) { e.Approver = ticket.Actor{} }), i, "missing", "WY-money")
		refused(t, with(func(e *Entry) { e.Approver = assistant }), i, "wrong_role", "WY-money")
		refused(t, with(func(e *Entry) { e.Approver = ticket.Actor{Role: ticket.Supervisor, ID: e.By.ID} }), i, "own_work", "WY-money")
		refused(t, with(func(e *Entry) { e.Amount-- }), i, WrongAmount, "WY-money") // no part is waived
		mustReplay(t, with(func(e *Entry) { e.Approver = supervisor }))
		if c.typ != Reversed {
			own := with(func(e *Entry) { e.By, e.Approver = supervisor, supervisor })
			refused(t, own, i, "own_work", "WY-money")
			// For good: nothing but the record's way moves on.
			for _, typ := range types {
				if typ != HandedIn {
					refused(t, append(slices.Clone(log), full("S1", i+2, typ)), i+1, "illegal_move", table[typ].clause)
				}
			}
		}
	}
	// The correction takes a new serial, with Ref to the old one.
	corrected := append(life("S1", Cash, Charged, Voided), row("S2", 1, Charged, worker).ticket("T-S1").amount("90").pay(Cash).ref("S1").e)
	s := mustClose(t, corrected, october, time.Time{}, on("2026-11-01"))
	if s.Voided != fen("100") || s.Open != fen("90") {
		t.Errorf("%+v", s)
	}
}

// HB-2.1a: every row says when, by whom, and in which order; rows are never changed.
func TestHB_2_1a(t *testing.T) {
	log := life("S1", Cash, Quoted, Charged, Received)
	with := func(i int, change func(*Entry)) []Entry { l := slices.Clone(log); change(&l[i]); return l }
	for _, c := range []struct {
		name   string
		i      int
		change func(*Entry)
		code   string
	}{
		{"no serial", 0, func(e *Entry) { e.Serial = "" }, "missing"},
		{"no seq", 0, func(e *Entry) { e.Seq = 0 }, "missing"},
		{"negative seq", 0, func(e *Entry) { e.Seq = -1 }, "malformed"},
		{"starts at 2", 0, func(e *Entry) { e.Seq = 2 }, "out_of_order"},
		{"a gap", 2, func(e *Entry) { e.Seq = 4 }, "out_of_order"},
		{"another row of that number", 2, func(e *Entry) { e.Seq = 2 }, "conflict"},
		{"no type", 1, func(e *Entry) { e.Type = "" }, "missing"},
		{"unknown type", 1, func(e *Entry) { e.Type = "paid" }, "malformed"},
		{"not recorded", 1, func(e *Entry) { e.Recorded = time.Time{} }, "missing"},
		{"recorded falls", 1, func(e *Entry) { e.At, e.Recorded = log[0].At, log[0].Recorded.Add(-1) }, "time_travel"},
		{"not dated", 1, func(e *Entry) { e.At = time.Time{} }, "missing"},
		{"of the future", 1, func(e *Entry) { e.At = e.Recorded.Add(1) }, "time_travel"},
		{"by nobody", 1, func(e *Entry) { e.By = ticket.Actor{} }, "missing"},
		{"by an unknown role", 1, func(e *Entry) { e.By.Role = "boss" }, "malformed"},
		{"an unknown approver", 1, func(e *Entry) { e.Approver.Role = "boss" }, "malformed"},
		{"unknown means", 1, func(e *Entry) { e.Payment = "gold" }, "malformed"},
		{"too much", 1, func(e *Entry) { e.Amount = maxFen + 1 }, "malformed"},
		{"long serial", 0, func(e *Entry) { e.Serial = strings.Repeat("s", 65) }, "malformed"},
		{"long ref", 1, func(e *Entry) { e.Ref = strings.Repeat("s", 65) }, "malformed"},
		{"long id", 1, func(e *Entry) { e.By.ID = strings.Repeat("s", 65) }, "malformed"},
		{"long approver", 1, func(e *Entry) { e.Approver.ID = strings.Repeat("s", 65) }, "malformed"},
		{"long ticket", 1, func(e *Entry) { e.Ticket = strings.Repeat("s", 65) }, "malformed"},
		{"long reason", 1, func(e *Entry) { e.Reason = strings.Repeat("因", 1001) }, "malformed"},
	} {
		t.Run(c.name, func(t *testing.T) { refused(t, with(c.i, c.change)[:c.i+1], c.i, c.code, "HB-2.1a") })
	}
	// The bounds themselves are allowed, and so are a row entered at its instant, one at the
	// instant of the row before, and one entered late.
	for _, change := range []func(*Entry){
		func(e *Entry) { e.Reason = strings.Repeat("因", 1000) }, func(e *Entry) { e.By.ID = strings.Repeat("s", 64) },
		func(e *Entry) { e.Recorded = e.At }, func(e *Entry) { e.At, e.Recorded = log[0].At, log[0].Recorded }, func(e *Entry) { e.At = log[0].At.AddDate(0, -1, 0) },
	} {
		mustReplay(t, with(1, change))
	}
	// An equal row repeated is one, at once or later, in whatever zone it is written.
	again := log[1]
	again.At, again.Recorded = again.At.UTC(), again.Recorded.In(time.FixedZone("", 3600))
	want := mustReplay(t, log)
	for _, repeated := range [][]Entry{{log[0], log[1], again, log[2]}, {log[0], log[1], log[2], again, log[2]}, {log[0], log[0], log[1], log[2]}} {
		if diff := cmp.Diff(want, mustReplay(t, repeated), cmp.AllowUnexported(Ledger{})); diff != "" {
			t.Error(diff)
		}
	}
	// The first of two faults, as the log stands, is the one named.
	bad := life("S2", Cash, Charged, Received)
	bad[1].Amount--
	late := with(2, func(e *Entry) { e.Ref = "" })
	refused(t, slices.Concat(bad, late), 1, WrongAmount, "SP-2.6.2.1")
	refused(t, slices.Concat(late, bad), 2, "missing", "SP-2.6.2.1")
}

func TestEmpty(t *testing.T) {
	l := mustReplay(t, nil)
	for range l.All() {
		t.Error("a serial out of nothing")
	}
	if _, ok := l.Charge("S1"); ok {
		t.Error("a charge out of nothing")
	}
	if _, ok := (Ledger{}).Charge(""); ok {
		t.Error("a charge out of the zero ledger")
	}
	if s := mustClose(t, nil, october, time.Time{}, on("2026-11-01")); !cmp.Equal(s, Statement{Month: october}) {
		t.Errorf("%+v", s)
	}
}

// Everything that is known of codes holds for each of them, and for no other.
func TestCodes(t *testing.T) {
	for i, typ := range types {
		if int(typ.number()) != i+1 || entryType(typ.number()) != typ || !typ.Valid() || typ.Label() == "" {
			t.Errorf("%s: number %d, label %q", typ, typ.number(), typ.Label())
		}
		if m := table[typ]; m.clause == "" || m.from == "" || m.who == "" {
			t.Errorf("%s: %+v", typ, m)
		} else if _, ok := rule.Lookup(m.clause); !ok {
			t.Errorf("%s: no clause %s", typ, m.clause)
		}
		for _, s := range strings.Fields(table[typ].from) {
			if s != "–" && !EntryType(s).Valid() {
				t.Errorf("%s from %s", typ, s)
			}
		}
	}
	if len(table) != len(types) {
		t.Error(len(table), len(types))
	}
	for i, p := range payments {
		if int(p.code.number()) != i+1 || payment(p.code.number()) != p.code || !p.code.Valid() || p.code.Label() == "" {
			t.Error(p)
		}
	}
	if Collection.number() != bank {
		t.Error("bank is not the number of bank collection")
	}
	for _, s := range []string{"", "–", "CASH", "cash ", "Quoted", "quoted "} {
		if EntryType(s).Valid() || EntryType(s).Label() != "" || Payment(s).Valid() || Payment(s).Label() != "" {
			t.Errorf("%q is no code", s)
		}
	}
	for code := range refusalZh { // the order does not show: each is checked by itself
		if refusalZh[code] == "" {
			t.Error(code)
		}
	}
}

// every place that a serial can come to, found by trying every entry with every means from
// every place: the shortest way to each.
func reach(t *testing.T) map[string][]Entry {
	key := func(log []Entry) string {
		if len(log) == 0 {
			return "–"
		}
		c := state(t, log, "S")
		return string(c.State) + " " + string(c.Payment)
	}
	ways := map[string][]Entry{"–": nil}
	for queue := [][]Entry{nil}; len(queue) > 0; queue = queue[1:] {
		for _, typ := range types {
			for _, p := range payments {
				e := full("S", len(queue[0])+1, typ)
				e.Payment = p.code
				log := append(slices.Clone(queue[0]), e)
				if _, err := Replay(log); err != nil {
					continue
				}
				if k := key(log); ways[k] == nil {
					ways[k] = log
					queue = append(queue, log)
				}
			}
		}
	}
	return ways
}

// Every state is reached, and from every place that owes something there is a way to its end:
// money received or collected, waived, or voided.
func TestNoDeadEnd(t *testing.T) {
	ways := reach(t)
	seen := map[EntryType]bool{}
	ended := func(s EntryType) bool { return placeOf(s.number()) != open || s == Compensated }
	for _, way := range ways { // the order does not show
		if len(way) == 0 {
			continue
		}
		c := state(t, way, "S")
		seen[c.State] = true
		if ended(c.State) {
			continue
		}
		// Two further entries always do: Collected or Failed, and Received or Waived.
		found := false
		for _, a := range types {
			for _, b := range append([]EntryType{""}, types[:]...) {
				log := append(slices.Clone(way), full("S", len(way)+1, a))
				if b != "" {
					log = append(log, full("S", len(way)+2, b))
				}
				if l, err := Replay(log); err == nil {
					c, _ := l.Charge("S")
					found = found || ended(c.State)
				}
			}
		}
		if !found {
			t.Errorf("%s by %s owes for ever", c.State, c.Payment)
		}
	}
	for _, typ := range types {
		if !seen[typ] && table[typ].to != "" {
			t.Errorf("%s is never reached", typ)
		}
	}
}

// TestGrid compares what Replay does, for every place, entry and role, with the grid in
// testdata/money.txt, which a manager can read.
func TestGrid(t *testing.T) {
	ways := reach(t)
	roles := []struct {
		name string
		who  ticket.Actor
	}{{"服务人员", worker}, {"客服助理", assistant}, {"财务", finance}}
	var b strings.Builder
	b.WriteString("一笔费用现在怎样，可以登记什么，登记后怎样，由谁登记。\n客服助理能办的，主管、经理也能办；记录先交财务，再分类退回，再汇总，各一次。\n")
	var keys []string
	for k := range ways { // the order does not show: sorted below
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		sa, pa, _ := strings.Cut(a, " ")
		sb, pb, _ := strings.Cut(b, " ")
		if n := int(EntryType(sa).number()) - int(EntryType(sb).number()); n != 0 {
			return n
		}
		return int(Payment(pa).number()) - int(Payment(pb).number())
	})
	for _, k := range keys {
		way := ways[k]
		title := "新记录"
		if len(way) > 0 {
			c := state(t, way, "S")
			title = c.State.Label()
			if c.Payment != "" {
				title += "·" + c.Payment.Label()
			}
		}
		b.WriteString("\n" + title + "\n")
		for _, typ := range types {
			var who []string
			to := ""
			for _, r := range roles {
				for _, handedIn := range []bool{false, true} { // Sorted and Collated need the record to have come in
					log := slices.Clone(way)
					if handedIn && len(way) > 0 {
						for _, before := range []EntryType{HandedIn, Sorted}[:map[EntryType]int{Sorted: 1, Collated: 2}[typ]] {
							log = append(log, full("S", len(log)+1, before))
						}
					}
					e := full("S", len(log)+1, typ)
					e.By = r.who
					l, err := Replay(append(log, e))
					if err != nil {
						continue
					}
					if !slices.Contains(who, r.name) {
						who = append(who, r.name)
					}
					if c, _ := l.Charge("S"); to == "" {
						to = c.State.Label()
						if c.Payment != "" && typ == Switched {
							to += "·" + c.Payment.Label()
						}
					}
				}
			}
			if who != nil {
				fmt.Fprintf(&b, "    %s → %s（%s）%s\n", typ.Label(), to, strings.Join(who, "、"), table[typ].clause)
			}
		}
	}
	want, err := os.ReadFile("testdata/money.txt")
	if err != nil {
		t.Log(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("testdata/money.txt differs (-want +got):\n%s", diff)
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile("testdata/money.txt", []byte(b.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
