package billing

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
)

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
