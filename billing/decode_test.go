package billing

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"github.com/google/go-cmp/cmp"
)

const written = `{"serial":"FW-0412","ticket":"TS-88","seq":3,"type":"received","at":"2026-10-05T10:00:00Z","recorded":"2026-10-05T18:01:00+08:00",` +
	`"amount":"186.50","payment":"cash","by":{"role":"worker","id":"W07"},"approver":{"role":"manager","id":"M01"},"ref":"R001","reason":"现场收款"}`

func TestParseEntry(t *testing.T) {
	want := row("FW-0412", 3, Received, worker).ticket("TS-88").amount("186.50").pay(Cash).ref("R001").reason("现场收款").approver(manager).e
	want.At = on("2026-10-05").Add(18 * time.Hour)
	want.Recorded = want.At.Add(time.Minute)
	got, err := ParseEntry([]byte(written))
	if err != nil || got != want { // equal by ==: times are in UTC+8
		t.Errorf("%v\n%s", err, cmp.Diff(want, got))
	}
	// Written again it is the same but for the zone, and the host's part may be left out.
	again, err := json.Marshal(got)
	if err != nil || string(again) != strings.Replace(written, "10:00:00Z", "18:00:00+08:00", 1) {
		t.Errorf("%v\n%s", err, again)
	}
	if got, err := ParseEntry([]byte(`{"type":"quoted","amount":"1.00"}`)); err != nil || got != (Entry{Type: Quoted, Amount: 100}) {
		t.Error(got, err)
	}
	if b, err := json.Marshal(Entry{Serial: "S", Seq: 1, Type: Quoted}); err != nil || string(b) != `{"serial":"S","seq":1,"type":"quoted"}` {
		t.Errorf("what is zero is left out: %s, %v", b, err)
	}
	// A stored row may have columns that a newer version added.
	var e Entry
	if err := json.Unmarshal([]byte(`{"serial":"S","colour":"red"}`), &e); err != nil || e.Serial != "S" {
		t.Error(e, err)
	}
}

func TestParseEntryRefuses(t *testing.T) {
	for _, c := range []struct{ in, path string }{
		{``, "$"}, {`null`, "$"}, {`[]`, "$"}, {`{`, "$"}, {`{}{}`, "$"}, {`{} x`, "$"}, {`"x"`, "$"}, {"{\"serial\":\"\xff\"}", "$"},
		{`{"colour":"red"}`, "colour"}, {`{"Serial":"S"}`, "Serial"}, {`{"SERIAL":"S"}`, "SERIAL"}, {`{"serial":"S","serial":"S"}`, "serial"},
		{`{"serial":null}`, "serial"}, {`{"serial":7}`, "serial"}, {`{"seq":"1"}`, "seq"}, {`{"seq":1.5}`, "seq"}, {`{"seq":-1}`, "seq"},
		{`{"amount":186.5}`, "amount"}, {`{"amount":186}`, "amount"}, {`{"amount":"186.5"}`, "amount"}, {`{"amount":"-1.00"}`, "amount"},
		{`{"type":"paid"}`, "type"}, {`{"payment":"gold"}`, "payment"}, {`{"at":"yesterday"}`, "at"}, {`{"at":1}`, "at"},
		{`{"by":{"role":"boss"}}`, "by.role"}, {`{"by":{"name":"x"}}`, "by.name"}, {`{"by":{"role":"worker","role":"worker"}}`, "by.role"}, {`{"by":null}`, "by"},
		{`{"by":"worker"}`, "by"}, {`{"approver":{"Role":"manager"}}`, "approver.Role"}, {`{"approver":{"role":"boss"}}`, "approver.role"},
		{`{"serial":"` + strings.Repeat("s", 65) + `"}`, "serial"}, {`{"reason":"` + strings.Repeat("因", 1001) + `"}`, "reason"},
		{`{"reason":"` + strings.Repeat("x", 1<<16) + `"}`, "$"}, {`{"serial":"S"`, "$"},
	} {
		got, err := ParseEntry([]byte(c.in))
		r, ok := errors.AsType[*Refusal](err)
		if !ok || r.Code != "malformed" || len(r.Fields) != 1 || r.Fields[0] != c.path || r.Clause != "HB-2.1a" || got != (Entry{}) {
			t.Errorf("%.60s: %v, want path %q", c.in, err, c.path)
		}
	}
}

// What is accepted is written again as something that is accepted and equal.
func FuzzParseEntry(f *testing.F) {
	for _, s := range []string{written, `{}`, `{"by":{"id":"W"}}`, `{"amount":"0.00"}`, `{"at":"0001-01-01T00:00:00Z"}`, `{"seq":1e3}`, `{"serial":"\ud800"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ParseEntry(b)
		if err != nil {
			if err.Error() == "" || err.(*Refusal).Zh() == "" {
				t.Error("no message")
			}
			return
		}
		again, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ParseEntry(again); err != nil || back != e {
			t.Errorf("%s: %v, %s", b, err, cmp.Diff(e, back))
		}
	})
}

// Whatever stands in a log, Replay and Close answer alike, and neither panics.
func FuzzLog(f *testing.F) {
	f.Add([]byte("["+written+"]"), int64(0))
	log, _ := json.Marshal(append(life("S2", Collection, Charged, Submitted, Failed, Switched, Received), life("S1", Cash, Quoted, Charged, HandedIn, Sorted)...))
	f.Add(log, int64(3600))
	f.Fuzz(func(t *testing.T, b []byte, seconds int64) {
		var log []Entry
		if json.Unmarshal(b, &log) != nil {
			return
		}
		asOf := on("2026-10-05").Add(time.Duration(seconds%1e6) * time.Second)
		l, err := Replay(SeenBefore(log, asOf))
		s, err2 := Close(log, calendar.MustMonth("2026-10"), time.Time{}, asOf)
		if _, tooMuch := errors.AsType[*InputError](err2); tooMuch {
			return
		}
		if (err == nil) != (err2 == nil) || err != nil && err.Error() != err2.Error() {
			t.Fatalf("Replay: %v, Close: %v", err, err2)
		}
		for _, c := range s.New {
			if got, ok := l.Charge(c.Serial); !ok || got != c {
				t.Errorf("%+v, %+v", c, got)
			}
		}
	})
}
