package billing

import (
	"encoding/json"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// An instant of no year from 1 to 9999 in China has no month, and JSON may not write it: it
// is refused at the door and in the log. At the bounds themselves all goes on.
func TestYears(t *testing.T) {
	first, end := calendar.MustDate("0001-01-01").Start(), calendar.MustDate("9999-12-31").Start().Add(24*time.Hour)
	for _, c := range []struct {
		at    time.Time
		field string // "": taken
	}{
		{first.Add(-1), "at"}, {first, ""}, {time.Date(0, 6, 1, 0, 0, 0, 0, time.UTC), "at"}, {time.Date(-5, 6, 1, 0, 0, 0, 0, time.UTC), "at"},
		{end.Add(-1), ""}, {end, "at"}, {time.Date(9999, 12, 31, 20, 0, 0, 0, time.UTC), "at"}, {time.Date(20000, 1, 1, 0, 0, 0, 0, time.UTC), "at"},
	} {
		e := full("S", 1, Charged)
		e.At = c.at
		if e.At.After(e.Recorded) {
			e.Recorded = e.At
		}
		if c.field != "" {
			_, err := Replay([]Entry{e})
			if r, ok := errors.AsType[*Refusal](err); !ok || r.Code != Malformed || !slices.Equal(r.Fields, []string{c.field}) {
				t.Errorf("%s: %v", c.at, err)
			}
		} else if charge := state(t, []Entry{e}, "S"); charge.Month != calendar.DateOf(c.at).Month() || charge.Month == (calendar.Month{}) {
			t.Errorf("%s: %+v", c.at, charge)
		}
		text, err := e.At.UTC().MarshalText()
		if err != nil {
			continue // the door cannot be shown it
		}
		read, err := ParseEntry([]byte(`{"at":"` + string(text) + `"}`))
		if r, ok := errors.AsType[*Refusal](err); ok != (c.field != "") || ok && !slices.Equal(r.Fields, []string{c.field}) {
			t.Errorf("%s: %v", text, err)
		}
		if _, err := json.Marshal(read); err != nil {
			t.Error(err)
		}
	}
	e := full("S", 1, Charged)
	e.Recorded = end
	_, err := Replay([]Entry{e})
	if r, ok := errors.AsType[*Refusal](err); !ok || !slices.Equal(r.Fields, []string{"recorded"}) {
		t.Error(err)
	}
}

// Times come in as RFC 3339 writes them, and in no laxer form that the standard decoder takes.
func TestTimesToTheLetter(t *testing.T) {
	for text, ok := range map[string]bool{ // the order does not show
		"2026-10-05T10:00:00+08:00": true, "2026-10-05T10:00:00Z": true, "2026-10-05T10:00:00.5Z": true, "2026-10-05T10:00:00.500-00:30": true,
		"2026-10-05T10:00:00.123456789+08:00": true, "2026-10-05T10:00:00+23:59": true,
		"2026-10-05T10:00:00,5+08:00": false, "2026-10-05T9:00:00+08:00": false, "2026-10-05T10:00:00.1234567890+08:00": false, "2026-10-05T10:00:00.+08:00": false,
		"2026-10-05T10:00:00+24:00": false, "2026-10-05T10:00:00+08:60": false, "2026-10-05T10:00:00+0800": false, "2026-10-05T10:00:00": false, "2026-10-05T10:00:00z": false,
		"2026-10-05t10:00:00Z": false, "2026-10-05 10:00:00Z": false, "2026-02-30T10:00:00Z": false, "2026-10-05T24:00:00Z": false, "2026-10-05": false, "": false,
		"0001-01-01T00:00:00Z": false, // the zero Time would be as if not given
	} {
		for _, field := range []string{"at", "recorded"} {
			_, err := ParseEntry([]byte(`{"` + field + `":"` + text + `"}`))
			if r, refused := errors.AsType[*Refusal](err); refused == ok || refused && !slices.Equal(r.Fields, []string{field}) {
				t.Errorf("%s %s: %v", field, text, err)
			}
		}
	}
}

// What is refused as a whole has the path "$", and a message without holes.
func TestRefusedAsAWhole(t *testing.T) {
	_, err := ParseEntry([]byte(`[]`))
	if got := err.Error() + " " + rule.Zh(err); got != `billing: "": malformed: $ (HB-2.1a) 记录格式不对：$（HB-2.1a）` {
		t.Error(got)
	}
	_, err = ParseEntry([]byte(`{"serial":"FW-1","seq":2,"amount":1}`))
	if got := err.Error() + " " + rule.Zh(err); got != `billing: "FW-1" row 2: malformed: amount (HB-2.1a) 记录FW-1第2行格式不对：amount（HB-2.1a）` {
		t.Error(got)
	}
	if err := new(Price).UnmarshalJSON([]byte(`[]`)); err == nil || err.(*InputError).Field != "$" {
		t.Error(err)
	}
}

// Numbers and texts are UTF-8, numbers without control characters: "\xff" and "\xfe" would be
// two charges that print alike.
func TestTextsAreUTF8(t *testing.T) {
	fields := map[string]func(*Entry) *string{ // the order does not show
		"serial": func(e *Entry) *string { return &e.Serial }, "ticket": func(e *Entry) *string { return &e.Ticket }, "ref": func(e *Entry) *string { return &e.Ref },
		"by.id": func(e *Entry) *string { return &e.By.ID }, "approver.id": func(e *Entry) *string { return &e.Approver.ID }, "reason": func(e *Entry) *string { return &e.Reason },
	}
	for field, of := range fields {
		for _, bad := range []string{"\xff", "FW-2026\xfe0001", "a\nb", "FW-2026-00\x7f", "\x00", "号\u0085"} {
			e := full("S", 1, Quoted)
			*of(&e) = bad
			_, err := Replay([]Entry{e})
			r, ok := errors.AsType[*Refusal](err)
			if want := field != "reason" || !utf8.ValidString(bad); ok != want || ok && (r.Code != Malformed || !slices.Equal(r.Fields, []string{field}) || !utf8.ValidString(rule.Zh(err))) {
				t.Errorf("%s %q: %v", field, bad, err)
			}
		}
		for _, good := range []string{"号-1", "FW 2026/0001~!", strings.Repeat("字", 21)} {
			e := full("S", 1, Quoted)
			if *of(&e) = good; field != "reason" {
				mustReplay(t, []Entry{e})
			}
		}
	}
	// Half of a surrogate pair would come in as another text.
	for in, ok := range map[string]bool{`"\ud83d\ude00"`: true, `"\u53f7"`: true, `"�"`: true, `"\ud83d"`: false, `"x\ude00"`: false, `"\ud83d�"`: false} { // the order does not show
		if _, err := ParseEntry([]byte(`{"reason":` + in + `}`)); (err == nil) != ok {
			t.Errorf("%s: %v", in, err)
		}
	}
	p := price("a", "1", "2026-01-01")
	for field, change := range map[string]func(*Price){ // the order does not show
		"item": func(p *Price) { p.Item = "\xff" }, "name": func(p *Price) { p.Name = "\xff" }, "unit": func(p *Price) { p.Unit = "\xff" },
	} {
		bad := p
		change(&bad)
		_, err := NewPriceList(bad)
		if e, ok := errors.AsType[*InputError](err); !ok || e.Code != Malformed || e.Field != "prices[0]."+field || !utf8.ValidString(rule.Zh(err)) {
			t.Errorf("%s: %v", field, err)
		}
	}
	var list PriceList
	if err := list.UnmarshalJSON([]byte("[{\"item\":\"a\xff\",\"yuan\":\"1\",\"from\":\"2026-01-01\"}]")); err == nil || err.(*InputError).Field != "prices[0]" {
		t.Error(err)
	}
}

// The look at eight letters at once sees what a look at each would.
func TestPlainASCII(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := []byte(rapid.StringMatching(`[ -~]{0,40}`).Draw(t, "text"))
		if len(b) > 0 && rapid.Bool().Draw(t, "odd") {
			b[rapid.IntRange(0, len(b)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		slow := !slices.ContainsFunc(b, func(c byte) bool { return c < ' ' || c > '~' })
		if s := string(b); plainASCII(s) != slow || unfit(s) != (!utf8.Valid(b) || strings.ContainsFunc(s, unicode.IsControl)) {
			t.Fatalf("%q: %v", b, plainASCII(s))
		}
	})
}

// Nobody approves his own row: the one with the same number, or, where neither has a number,
// in the same role. An approver has a role.
func TestOwnApproval(t *testing.T) {
	of := func(r ticket.Role, id string) ticket.Actor { return ticket.Actor{Role: r, ID: id} }
	for _, c := range []struct {
		by, approver ticket.Actor
		code         string // "": taken
		field        string
	}{
		{of(ticket.Supervisor, ""), of(ticket.Supervisor, ""), "own_work", "approver"}, {of(ticket.Finance, "7"), of(ticket.Supervisor, "7"), "own_work", "approver"},
		{of(ticket.Supervisor, "S1"), of(ticket.Supervisor, "S1"), "own_work", "approver"},
		{of(ticket.Supervisor, ""), of(ticket.Manager, ""), "", ""}, {of(ticket.Supervisor, ""), of(ticket.Supervisor, "S1"), "", ""}, {of(ticket.Supervisor, "S2"), of(ticket.Supervisor, "S1"), "", ""},
		{of(ticket.Finance, "F1"), of("", "S1"), "missing", "approver.role"}, {of(ticket.Finance, "F1"), of(ticket.Assistant, "A1"), "wrong_role", "approver.role"},
	} {
		log := life("S", Cash, Charged, Waived)
		log[1].By, log[1].Approver = c.by, c.approver
		_, err := Replay(log)
		if r, ok := errors.AsType[*Refusal](err); ok != (c.code != "") || ok && (r.Code != c.code || !slices.Equal(r.Fields, []string{c.field})) {
			t.Errorf("%v by %v: %v", c.approver, c.by, err)
		}
	}
	unasked := life("S", Cash, Charged)
	unasked[0].Approver = of("", "S1")
	refused(t, unasked, 0, "missing", "HB-2.1a")
}

// A charge that went to the bank before the last close and has no result is named, also when
// it is new: signed in the month of this close, before the last one.
func TestNoResultOfANewCharge(t *testing.T) {
	log := []Entry{
		row("S1", 1, Charged, worker).ticket("T1").amount("80").pay(Collection).at("2026-03-07").e,
		row("S1", 2, Submitted, finance).ref("2026-03").at("2026-03-07").e,
	}
	march, since := calendar.MustMonth("2026-03"), on("2026-03-14")
	named := []string{"SP-2.6.1.5 托收无结果 S1"}
	s := mustClose(t, log, march, since, on("2026-04-11"))
	if diff := cmp.Diff(named, s.Gaps); diff != "" || len(s.New) != 1 {
		t.Error(diff, s.New)
	}
	if s := mustClose(t, log, march.Add(1), on("2026-04-11"), on("2026-05-09")); !slices.Equal(s.Gaps, named) || len(s.Carried) != 1 {
		t.Errorf("%+v", s)
	}
	if s := mustClose(t, log, march, time.Time{}, since); s.Gaps != nil {
		t.Error("sent since", s.Gaps)
	}
	if s := mustClose(t, log, march.Add(-1), on("2026-03-08"), on("2026-03-14")); s.Gaps != nil {
		t.Error("signed after the month", s.Gaps)
	}
	answered := append(slices.Clone(log), row("S1", 3, Failed, finance).reason("余额不足").at("2026-04-01").e)
	if s := mustClose(t, answered, march, since, on("2026-04-11")); s.Gaps != nil {
		t.Error("answered", s.Gaps)
	}
}

// A retry is of a later month. One under the same month is taken too, but then a file of
// results that comes again cannot be told from the result of the retry.
func TestSentTwiceInAMonth(t *testing.T) {
	log := life("S", Collection, Charged, Submitted, Failed, Submitted, Failed)
	for i := range log[1:] {
		log[i+1].Ref = "2026-10"
	}
	mustReplay(t, log)
	log[3].Ref = "2026-11"
	refused(t, log, 4, "conflict", "SP-2.6.1.5")
}

// The digits of a receipt number count, however many they are, across every power of ten.
func TestReceiptsOfAnyLength(t *testing.T) {
	receipts := func(refs ...string) []Entry {
		var log []Entry
		for _, ref := range refs {
			serial := "S-" + ref[max(0, len(ref)-60):]
			log = append(log, row(serial, 1, Charged, worker).ticket("T").amount("1").pay(Cash).e, row(serial, 2, Received, worker).amount("1").pay(Cash).ref(ref).e)
		}
		return log
	}
	nines, zeros := strings.Repeat("9", 62), strings.Repeat("0", 62)
	for _, c := range []struct {
		refs []string
		want string
	}{
		{[]string{"999999999999999999", "1000000000000000001"}, "1000000000000000000"}, {[]string{"999999999999999999", "1000000000000000000"}, ""},
		{[]string{"1000000000000000001", "999999999999999998"}, "999999999999999999 至 1000000000000000000"},
		{[]string{"R" + nines, "R1" + zeros}, ""}, {[]string{"R" + nines, "R1" + zeros[1:] + "2"}, "R1" + zeros + " 至 R1" + zeros[1:] + "1"},
		{[]string{"R000000000000000000001", "R3"}, "R000000000000000000002"}, {[]string{"12345678901234567890", "12345678901234567892"}, "12345678901234567891"},
	} {
		var want []string
		if c.want != "" {
			want = []string{"SP-2.6.2.1 收据缺号 " + c.want}
		}
		if s := mustClose(t, receipts(c.refs...), october, time.Time{}, on("2026-11-01")); !slices.Equal(s.Gaps, want) {
			t.Errorf("%s: %q", c.refs, s.Gaps)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		power := new(big.Int).Exp(big.NewInt(10), big.NewInt(rapid.Int64Range(1, 40).Draw(t, "power")), nil)
		low := new(big.Int).Sub(power, big.NewInt(rapid.Int64Range(1, 3).Draw(t, "below")))
		d := rapid.Int64Range(1, 5).Draw(t, "apart")
		s, err := Close(receipts("R"+new(big.Int).Add(low, big.NewInt(d)).String(), "R"+low.String()), october, time.Time{}, on("2026-11-01"))
		var want []string
		for i := int64(1); i < d; i++ {
			n := new(big.Int).Add(low, big.NewInt(i)).String()
			switch i {
			case 1:
				want = []string{"SP-2.6.2.1 收据缺号 R" + n}
			case d - 1:
				want[0] += " 至 R" + n
			}
		}
		if err != nil || !slices.Equal(s.Gaps, want) {
			t.Fatalf("%v %q, want %q", err, s.Gaps, want)
		}
	})
}

// What comes to nothing is an answer of the list, and no row of the log.
func TestQuoteOfNothing(t *testing.T) {
	q, err := priceList(t).Quote(calendar.MustDate("2026-10-01"), line("water", "3.999"))
	if err != nil || q.Total != 0 {
		t.Error(q, err)
	}
	refused(t, []Entry{{Serial: "S", Seq: 1, Type: Quoted, At: on("2026-10-01"), Recorded: on("2026-10-01"), By: worker, Ref: "Q1", Amount: q.Total}}, 0, "missing", "SP-2.4.2d")
}
