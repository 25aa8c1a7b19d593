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
	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// WY-rework-free: rework is free, unless the customer confirms a new quote.
func TestWY_rework_free(t *testing.T) {
	first := life("S1", Cash, Quoted, Charged, Received)
	// In the same serial nothing is charged or quoted again.
	refused(t, append(slices.Clone(first), full("S1", 4, Charged)), 3, "illegal_move", "SP-2.5.1")
	refused(t, append(slices.Clone(first), full("S1", 4, Quoted)), 3, "illegal_move", "SP-2.4.2d")

	rework := row("S2", 1, Charged, worker).ticket("T-S1").amount("30").pay(Cash).ref("S1").at("2026-10-20")
	quoted := row("S2", 1, Quoted, worker).ticket("T-S1").amount("30").ref("Q2").at("2026-10-20").e
	confirmed := rework
	confirmed.e.Seq = 2
	voided := append(life("S1", Cash, Charged), row("S1", 2, Voided, assistant).reason("录错").approver(supervisor).e)
	named := []string{"WY-rework-free 返工收费未报价 S2"}
	for _, c := range []struct {
		name string
		log  []Entry
		want []string
	}{
		{"charged for the rework without a quote", append(slices.Clone(first), rework.e), named},
		{"the rows of the old serial come later", append([]Entry{rework.e}, first...), named},
		{"the customer confirmed a new quote", append(slices.Clone(first), quoted, confirmed.e), nil},
		{"a correction of what was voided", append(slices.Clone(voided), rework.e), nil},
		{"another ticket", append(slices.Clone(first), row("S2", 1, Charged, worker).ticket("T-9").amount("30").pay(Cash).ref("S1").at("2026-10-20").e), nil},
		{"mixed payment: a second serial without reference", append(slices.Clone(first), rework.ref("").e), nil},
		{"the reference is no serial", append(slices.Clone(first), rework.ref("Q1").e), nil},
		{"it refers to itself", append(slices.Clone(first), rework.ref("S2").e), nil},
		{"only quoted before", append(life("S1", Cash, Quoted), rework.e), nil},
	} {
		if diff := cmp.Diff(c.want, mustClose(t, c.log, october, time.Time{}, on("2026-10-31")).Gaps); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	// Named once, in the close in which it is new, and as that close saw the old serial.
	log := append(slices.Clone(first), rework.e)
	if s := mustClose(t, log, october.Add(1), on("2026-10-31"), on("2026-11-30")); s.Gaps != nil {
		t.Error(s.Gaps)
	}
	later := append(life("S1", Cash, Charged), rework.e, row("S1", 2, Voided, assistant).reason("录错").approver(supervisor).at("2026-11-02").e)
	if s := mustClose(t, later, october, time.Time{}, on("2026-10-31")); !slices.Equal(s.Gaps, named) {
		t.Error(s.Gaps)
	}
}

// The bank's results come by line, and may come twice: a row repeated is one, a result of a
// charge that has one is refused, and so is that of an earlier batch for a charge that was
// sent again.
func TestBankResults(t *testing.T) {
	month := func(e Entry, ref string) Entry { e.Ref = ref; return e }
	sent := append(life("S1", Collection, Charged), month(full("S1", 2, Submitted), "2026-10"))
	failed := append(slices.Clone(sent), month(full("S1", 3, Failed), "2026-10"))
	again := append(slices.Clone(failed), month(full("S1", 4, Submitted), "2026-11"))
	for _, c := range []struct {
		name   string
		log    []Entry
		code   string // "": taken
		clause rule.ID
	}{
		{"the result twice, the same row", append(slices.Clone(failed), failed[2]), "", ""},
		{"the batch twice, the same row", append(slices.Clone(failed), sent[1]), "", ""},
		{"the batch twice, as a new row", append(slices.Clone(sent), month(full("S1", 3, Submitted), "2026-10")), "illegal_move", "SP-2.6.1.5"},
		{"the result twice, as a new row", append(slices.Clone(failed), month(full("S1", 4, Failed), "2026-10")), "illegal_move", "SP-2.6.1.5"},
		{"failed and collected", append(slices.Clone(failed), month(full("S1", 4, Collected), "2026-10")), "illegal_move", "SP-2.6.1.5"},
		{"another result under the number of the row", append(slices.Clone(failed), month(full("S1", 3, Collected), "2026-10")), "conflict", "HB-2.1a"},
		{"sent again, and the old result once more", append(slices.Clone(again), month(full("S1", 5, Failed), "2026-10")), "conflict", "SP-2.6.1.5"},
		{"sent again, and its own result", append(slices.Clone(again), month(full("S1", 5, Collected), "2026-11")), "", ""},
		{"a result that names no batch", append(slices.Clone(again), month(full("S1", 5, Collected), "")), "", ""},
		{"a result with the bank's own number", append(slices.Clone(again), month(full("S1", 5, Collected), "ICBC-77")), "", ""},
		{"collected twice", append(slices.Clone(again), full("S1", 5, Collected), full("S1", 6, Collected)), "illegal_move", "SP-2.6.1.5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.code == "" {
				mustReplay(t, c.log)
			} else {
				refused(t, c.log, len(c.log)-1, c.code, c.clause)
			}
		})
	}

	// What the bank has had since before the last close and not answered is named.
	log := []Entry{sent[0], sent[1]}
	log[1].Recorded = on("2026-11-01").Add(-1)
	named := []string{"SP-2.6.1.5 托收无结果 S1"}
	if s := mustClose(t, log, october.Add(1), on("2026-11-01"), on("2026-12-01")); !slices.Equal(s.Gaps, named) {
		t.Error(s.Gaps)
	}
	log[1].Recorded = on("2026-11-01")
	if s := mustClose(t, log, october.Add(1), on("2026-11-01"), on("2026-12-01")); s.Gaps != nil {
		t.Error(s.Gaps)
	}
	if s := mustClose(t, log, october.Add(2), on("2026-12-01"), on("2027-01-01")); !slices.Equal(s.Gaps, named) {
		t.Error(s.Gaps)
	}
	// It answered, and the charge was sent again since.
	log[1].Recorded = on("2026-10-06")
	for _, e := range []Entry{full("S1", 3, Failed), full("S1", 4, Submitted)} {
		e.Recorded = on("2026-11-01")
		log = append(log, e)
	}
	if s := mustClose(t, log, october.Add(1), on("2026-11-01"), on("2026-12-01")); s.Gaps != nil {
		t.Error(s.Gaps)
	}
}

// What must be refused is refused, and nothing is left half done.
func TestRefusedWithNothingHalfDone(t *testing.T) {
	list, err := NewPriceList(price("drain", "80", "2026-01-01"), price("big", "1e15", "2026-01-01"))
	if err != nil {
		t.Fatal(err)
	}
	day := calendar.MustDate("2026-10-05")
	for _, c := range []struct {
		name string
		on   calendar.Date
		line Line
		code string
	}{
		{"negative quantity", day, line("drain", "-1"), OutOfRange}, {"zero quantity", day, line("drain", "0"), OutOfRange},
		{"unknown item", day, line("roof", "1"), Unknown}, {"price not in force", calendar.MustDate("2025-12-31"), line("drain", "1"), NotYet},
		{"1e100000000", day, line("drain", "1e100000000"), OutOfRange}, {"10^18 yuan", day, line("big", "1000"), OutOfRange}, {"a sum beyond MaxYuan", day, line("big", "1"), OutOfRange},
	} {
		lines := []Line{line("drain", "1"), c.line}
		q, err := list.Quote(c.on, lines...)
		e, ok := errors.AsType[*InputError](err)
		if !ok || e.Code != c.code || !cmp.Equal(q, Quote{}) || lines[0].Amount != 0 {
			t.Errorf("%s: %+v, %v", c.name, q, err)
		}
	}
	for _, yuan := range []string{"186.505", "0.001", "1000000000000000000.00", "1e100000000"} {
		f := Fen(7)
		if err := f.UnmarshalText([]byte(yuan)); err == nil || f != 7 {
			t.Errorf("%s: %s, %v", yuan, f, err)
		}
		if e, err := ParseEntry([]byte(`{"serial":"S1","amount":"` + yuan + `"}`)); err == nil || e != (Entry{}) {
			t.Errorf("%s: %+v, %v", yuan, e, err)
		}
	}
	for _, d := range []decimal.Decimal{decimal.New(1, 100000000), decimal.New(1, 18), decimal.New(-1, 18)} {
		if f, err := FenOf(d); err == nil || f != 0 {
			t.Errorf("%s: %s", show(d), f)
		}
	}
	for _, c := range []struct {
		name string
		log  []Entry
		code string
	}{
		{"not the quote", append(life("S1", Cash, Quoted), row("S1", 2, Charged, worker).ticket("T-S1").amount("100.01").pay(Cash).e), WrongAmount},
		{"paid twice", life("S1", Cash, Charged, Received, Received), "illegal_move"}, {"paid twice, booked between", life("S1", Cash, Charged, Received, Booked, Received), "illegal_move"},
		{"collected twice", life("S1", Collection, Charged, Submitted, Collected, Collected), "illegal_move"}, {"collected and paid", life("S1", Collection, Charged, Submitted, Collected, Received), "illegal_move"},
		{"a void charge paid", life("S1", Cash, Charged, Voided, Received), "illegal_move"}, {"a void charge sent", life("S1", Collection, Charged, Voided, Submitted), "illegal_move"}, {"a waived charge paid", life("S1", Cash, Charged, Waived, Received), "illegal_move"},
	} {
		good := life("S0", Cash, Charged, Received)
		log := slices.Concat(good, c.log)
		before := slices.Clone(log)
		l, err := Replay(log)
		if r, ok := errors.AsType[*Refusal](err); !ok || r.Code != c.code || !cmp.Equal(l, Ledger{}, cmp.AllowUnexported(Ledger{})) {
			t.Errorf("%s: %v", c.name, err)
		}
		if s, err := Close(log, october, time.Time{}, on("2026-11-01")); err == nil || !cmp.Equal(s, Statement{}) {
			t.Errorf("%s: %+v, %v", c.name, s, err)
		}
		if !slices.Equal(log, before) {
			t.Errorf("%s: the log was changed", c.name)
		}
	}
}

// Each thing that may be changed in a kept statement is a difference that has its name.
func TestReconcile(t *testing.T) {
	log := slices.Concat(life("S1", Cash, Charged, Received), life("S2", Collection, Charged), life("S3", Cash, Charged), life("S4", Collection, Charged))
	for i := range log { // S3 is paid in November, S4 sent; S1 is taken back
		log[i].Recorded = on("2026-10-20")
	}
	more := []Entry{full("S3", 2, Received), full("S4", 2, Submitted), full("S1", 3, Reversed), full("S5", 1, Charged)}
	for i := range more {
		more[i].At, more[i].Recorded = on("2026-11-05"), on("2026-11-05")
	}
	log = append(log, more...)
	closed := on("2026-11-01")
	last := mustClose(t, log, october, time.Time{}, closed)
	s := mustClose(t, log, october.Add(1), closed, on("2026-12-01"))
	if got := slices.Concat(last.Reconcile(Statement{}), s.Reconcile(last)); got != nil {
		t.Fatal(got)
	}
	for _, c := range []struct {
		change func(last, s *Statement)
		want   string // beginnings of the lines
	}{
		{func(last, s *Statement) { last.Month = october.Add(-1) }, "SP-2.6.1.4 上期之后应是 2026-10，不是 2026-11"},
		{func(last, s *Statement) { last.New = last.New[1:] }, ""}, // S1 was settled then, or before: the sums do not tell
		{func(last, s *Statement) { s.Open++ }, "SP-2.6.1.4 未结合计 400.01，各笔之和 400.00"},
		{func(last, s *Statement) { s.Received-- }, "SP-2.6.1.4 收讫合计 99.99，各笔之和 100.00"},
		{func(last, s *Statement) { s.Collected++ }, "SP-2.6.1.4 到账合计"}, {func(last, s *Statement) { s.Waived++ }, "SP-2.6.1.4 减免合计"}, {func(last, s *Statement) { s.Voided++ }, "SP-2.6.1.4 作废合计"},
		{func(last, s *Statement) { s.Reversed = 0 }, "SP-2.6.1.4 冲回合计 0.00，各笔之和 100.00"},
		{func(last, s *Statement) { s.New[0].Month = october.Add(2) }, "SP-2.6.1.4 2026-12 才签，却作新增 S5"},
		{func(last, s *Statement) { s.Batched++ }, "SP-2.6.1.5 托收合计 100.01，各笔之和 100.00"},
		{func(last, s *Statement) { s.Batch = nil }, "SP-2.6.1.5 托收清单"}, {func(last, s *Statement) { s.Batch[0].Amount++ }, "SP-2.6.1.5 托收清单"},
		{func(last, s *Statement) { s.New = append(s.New, s.New[0]); s.Open += s.New[0].Amount }, "SP-2.6.1.4 重复 S5"},
		{func(last, s *Statement) { s.Carried = slices.Delete(s.Carried, 2, 3); s.Received = 0 }, "SP-2.6.1.4 上期未结，本期不见 S3：100.00"},
		{func(last, s *Statement) { s.Carried[2].Amount += 5; s.Received += 5 }, "SP-2.6.1.4 金额与上期不同 S3：100.00，现 100.05"},
		{func(last, s *Statement) {
			s.New, s.Carried = append(s.New, s.Carried[0]), s.Carried[1:]
			s.Reversed = 0
		}, "SP-2.6.1.4 上期已有，又作新增 S1"},
	} {
		last, s := last, s
		for _, list := range []*[]Charge{&last.New, &last.Carried, &s.New, &s.Carried, &s.Batch} {
			*list = slices.Clone(*list)
		}
		c.change(&last, &s)
		got := s.Reconcile(last)
		if c.want == "" && got != nil || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)) {
			t.Errorf("%q, want %s", got, c.want)
		}
		for _, line := range got {
			if id, _, _ := strings.Cut(line, " "); fmt.Sprint(rule.ID(id).Zh()) == "" {
				t.Errorf("%s begins with no clause", line)
			}
		}
	}
}
