package billing

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"github.com/shopspring/decimal"
)

// What is just as long, or as much, as it may be is taken; one more is not.
func TestLongestEntry(t *testing.T) {
	long := strings.Repeat("x", maxID)
	fields := []struct{ path, fits, not string }{
		{"serial", `"serial":"` + long, `x`}, {"ticket", `"ticket":"` + long, `x`}, {"ref", `"ref":"` + long, `x`},
		{"by.id", `"by":{"role":"worker","id":"` + long, `x`}, {"approver.id", `"approver":{"role":"manager","id":"` + long, `x`},
		{"reason", `"reason":"` + strings.Repeat("因", maxReason), `因`}, {"reason", `"reason":"` + strings.Repeat("x", maxReason), `x`},
		{"amount", `"amount":"1000000000000000.0`, `1`},
	}
	for _, f := range fields {
		end := `"`
		if strings.Contains(f.fits, "{") {
			end = `"}`
		}
		fits, not := f.fits+end, f.fits+f.not+end
		if f.path == "amount" {
			fits, not = f.fits+"0"+end, f.fits+"1"+end
		}
		if _, err := ParseEntry([]byte("{" + fits + "}")); err != nil {
			t.Errorf("%s: %v", f.path, err)
		}
		_, err := ParseEntry([]byte("{" + not + "}"))
		if r, ok := errors.AsType[*Refusal](err); !ok || !slices.Equal(r.Fields, []string{f.path}) {
			t.Errorf("%s: %v", f.path, err)
		}
	}
	full := written + strings.Repeat(" ", maxEntry-len(written))
	if _, err := ParseEntry([]byte(full)); err != nil {
		t.Error(err)
	}
	if _, err := ParseEntry([]byte(full + " ")); err == nil {
		t.Error("more than 64 KiB is read")
	}
	// In the log as well.
	e := life("S", Cash, Quoted)[0]
	e.Serial, e.Ticket, e.Ref, e.By.ID, e.Reason, e.Amount = long, long, long, long, strings.Repeat("因", maxReason), maxFen
	e.Approver = ticket.Actor{Role: ticket.Manager, ID: "M" + long[1:]}
	if _, err := Replay([]Entry{e}); err != nil {
		t.Error(err)
	}
}

// The most and the least amount, in every writing.
func TestLargestAmounts(t *testing.T) {
	for _, f := range []Fen{maxFen, -maxFen} {
		var back Fen
		if err := back.UnmarshalText([]byte(f.String())); err != nil || back != f {
			t.Errorf("%s: %s, %v", f, back, err)
		}
		if back, err := ParseCapital(f.Capital()); err != nil || back != f {
			t.Errorf("%s: %s, %v", f.Capital(), back, err)
		}
		beyond := f + f/maxFen
		if err := back.UnmarshalText([]byte(beyond.String())); err == nil {
			t.Errorf("%s is read", beyond)
		}
		if _, err := ParseCapital(beyond.Capital()); err == nil {
			t.Errorf("%s is read", beyond.Capital())
		}
	}
}

// 2^2048-1 has 617 digits: 3.23 with 616 of them behind the point. One bit more is too much to
// look at, however small it is.
func TestMostDigits(t *testing.T) {
	most := new(big.Int).Lsh(big.NewInt(1), maxBits)
	if _, err := FenOf(decimal.NewFromBigInt(most, -616)); err == nil {
		t.Error("a number of 2049 bits is taken")
	}
	most.Sub(most, big.NewInt(1))
	if f, err := FenOf(decimal.NewFromBigInt(most, -616)); err != nil || f != 323 {
		t.Error(f, err)
	}
	// A price of 10^-600 is a price, one of 10^-602 is nothing.
	for exp, ok := range map[int32]bool{-600: true, -602: false} {
		if _, err := NewPriceList(Price{Item: "a", Yuan: decimal.New(1, exp), From: calendar.MustDate("2026-01-01")}); (err == nil) != ok {
			t.Errorf("1e%d: %v", exp, err)
		}
	}
}

// How an error quotes what it refuses: digits up to 77 of them and 40 noughts, else in short.
func TestShow(t *testing.T) {
	two := func(n uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), n) }
	for _, c := range []struct {
		d    decimal.Decimal
		want string
	}{
		{decimal.New(1, 40), "1" + strings.Repeat("0", 40)},
		{decimal.New(1, 41), "1e41"},
		{decimal.New(-1, -40), "-0." + strings.Repeat("0", 39) + "1"},
		{decimal.New(-1, -41), "-1e-41"},
		{decimal.NewFromBigInt(two(255), 0), two(255).String()},
		{decimal.NewFromBigInt(two(256), 3), "a number of more than 77 digits, times 10^3"},
	} {
		if got := show(c.d); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	for n, want := range map[int]string{80: strings.Repeat("9", 80), 81: strings.Repeat("9", 80) + "…"} {
		if got := clip(strings.Repeat("9", n)); got != want {
			t.Error(got)
		}
	}
}

// A decimal is read up to 64 characters, and an item may be as long.
func TestLongestPrice(t *testing.T) {
	for n, ok := range map[int]bool{maxID: true, maxID + 1: false} {
		var list PriceList
		digits := "0." + strings.Repeat("1", n-2)
		if err := list.UnmarshalJSON([]byte(`[{"item":"a","yuan":"` + digits + `","from":"2026-01-01"}]`)); (err == nil) != ok {
			t.Errorf("%d characters: %v", n, err)
		}
		if _, err := NewPriceList(price(strings.Repeat("x", n), "80", "2026-01-01")); (err == nil) != ok {
			t.Errorf("an item of %d: %v", n, err)
		}
	}
}

// A refusal names every field that the type of entry needs and the row has not, and no other.
func TestMissingByName(t *testing.T) {
	for _, log := range reach(t) {
		last := len(log) - 1
		if last < 0 {
			continue
		}
		m := moves[log[last].Type.number()]
		if m.needs == 0 {
			continue
		}
		bare := slices.Clone(log)
		e := &bare[last]
		e.Ticket, e.Amount, e.Payment, e.Approver, e.Ref, e.Reason = "", 0, "", ticket.Actor{}, "", ""
		_, err := Replay(bare)
		var want []string
		for _, f := range []struct {
			name string
			bit  uint8
		}{{"ticket", needTicket}, {"amount", needAmount}, {"payment", needPayment}, {"approver", needApprover}, {"ref", needRef}, {"reason", needReason}} {
			if m.needs&f.bit != 0 {
				want = append(want, f.name)
			}
		}
		r, ok := errors.AsType[*Refusal](err)
		if !ok || r.Code != string(ticket.Missing) {
			t.Errorf("%s: %v", e.Type, err)
		} else if diff := cmp.Diff(want, r.Fields); diff != "" {
			t.Errorf("%s: %s", e.Type, diff)
		}
	}
}

// Serials of one length whose first eight letters do not decide, in no order.
func TestOrderBeyondEightLetters(t *testing.T) {
	a, b, c := life("A2345678-1", Cash, Quoted, Charged), life("A2345678-2", Cash, Quoted, Charged), life("B2345678-1", Cash, Quoted, Charged)
	l := mustReplay(t, []Entry{b[0], c[0], a[0], a[1], c[1], b[1]})
	if diff := cmp.Diff(mustReplay(t, slices.Concat(a, b, c)), l, cmp.AllowUnexported(Ledger{})); diff != "" {
		t.Error(diff)
	}
}

// What is signed for at the first instant of a month is of that month, also after a charge of
// the month before.
func TestFirstInstantOfAMonth(t *testing.T) {
	var log []Entry
	for i, at := range []time.Time{on("2026-10-31"), on("2026-11-01"), on("2026-11-01").Add(-1), on("2026-10-01"), on("2026-12-01")} {
		e := row(fmt.Sprint("S", i), 1, Charged, worker).ticket("T").amount("1").pay(Cash).e
		e.At, e.Recorded = at, on("2026-12-01")
		log = append(log, e)
	}
	l := mustReplay(t, log)
	for i, want := range []string{"2026-10", "2026-11", "2026-10", "2026-10", "2026-12"} {
		if c, ok := l.Charge(fmt.Sprint("S", i)); !ok || c.Month.String() != want {
			t.Errorf("%d: %+v, want %s", i, c.Month, want)
		}
	}
}
