package billing

import (
	"errors"
	"fmt"
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
