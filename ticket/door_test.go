package ticket

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What comes in at the door.

func TestParseEventRefuses(t *testing.T) {
	for in, path := range map[string]string{
		``: "$", `null`: "$", `[]`: "$", `"x"`: "$", `{`: "$", `{"type":"told"} {}`: "$", `{"type":"told"}x`: "$", `{"type":"told",}`: "$", "{\"type\":\"told\",\"ref\":\"\xff\"}": "$",
		`{}`: "type", `{"type":""}`: "type", `{"type":"Told"}`: "type", `{"type":null}`: "type", `{"type":7}`: "type", `{"type":["told"]}`: "type",
		`{"type":"told","seq":0}`: "seq", `{"type":"told","seq":-1}`: "seq", `{"type":"told","seq":1.0}`: "seq", `{"type":"told","seq":1e2}`: "seq", `{"type":"told","seq":"1"}`: "seq",
		`{"type":"told","seq":10001}`: "seq", `{"type":"told","seq":99999999999999999999}`: "seq",
		`{"type":"told","type":"told"}`: "type", `{"TYPE":"told"}`: "TYPE", `{"type":"told","by":{"role":"assistant","role":"assistant"}}`: "by.role",
		`{"type":"told","by":{"Role":"assistant"}}`: "by.Role", `{"type":"told","by":{"role":"boss"}}`: "by.role", `{"type":"told","by":{"name":"x"}}`: "by.name",
		`{"type":"told","by":"assistant"}`: "by", `{"type":"told","by":null}`: "by", `{"type":"told","to":{"id":7}}`: "to.id",
		`{"type":"told","at":"2026-09-21"}`: "at", `{"type":"told","at":"2026-09-21 09:00:00"}`: "at", `{"type":"told","at":"2026-02-30T09:00:00+08:00"}`: "at", `{"type":"told","at":0}`: "at",
		`{"type":"told","recorded":"x"}`: "recorded", `{"type":"told","until":""}`: "until", `{"type":"told","at":"2026-09-21T09:00:00"}`: "at",
		`{"type":"told","has":"name"}`: "has", `{"type":"told","has":["name","x"]}`: "has[1]", `{"type":"told","has":[["name"]]}`: "has[0]", `{"type":"told","has":null}`: "has",
		`{"type":"told","kind":"x"}`: "kind", `{"type":"told","reason":7}`: "reason", `{"type":"told","电话":"1"}`: "?", `{"type":"told","extra":{"deep":[1]}}`: "extra",
		`{"type":"told","at":"2026-09-21T9:05:00Z"}`: "at", `{"type":"told","at":"2026-09-21T09:05:00,5Z"}`: "at", `{"type":"told","at":"2026-09-21T09:05:00.Z"}`: "at",
		`{"type":"told","at":"2026-09-21T09:05:00+24:00"}`: "at", `{"type":"told","at":"2026-09-21T09:05:00+23:60"}`: "at", `{"type":"told","at":"2026-09-21T09:05:00+0800"}`: "at",
		`{"type":"told","at":"2026-09-21T09:05:00.1234567890Z"}`: "at", `{"type":"told","at":"0001-01-01T00:00:00Z"}`: "at", `{"type":"told","at":"0001-01-01T08:00:00+08:00"}`: "at",
		`{"type":"told","at":"2026-09-21T24:00:00Z"}`: "at", `{"type":"told","at":"2026-09-21T09:05:60Z"}`: "at", `{"type":"told","at":"2026-09-21T09:05:00Z "}`: "at", `{"type":"told","at":"2026-09-21T09:05:00"}`: "at",
		`{"type":"told","until":"0001-01-01T00:00:00Z"}`: "until", `{"type":"told","recorded":"2026-09-21T09:05:00-25:00"}`: "recorded",
		`{"type":"told","reason":"\ud800"}`: "reason", `{"type":"told","ref":"\udc00\ud800"}`: "ref", `{"type":"told","by":{"id":"a\uD83Dx"}}`: "by.id", `{"type":"told","category":"\ufffd\\\ud83d\u0041"}`: "category",
		`{"type":"told","ticket":"a\nb"}`: "ticket", `{"type":"told","ref":"\u0000"}`: "ref", `{"type":"told","\ud800":""}`: "?",
		`{"type":"told","reason":"` + strings.Repeat("修", 1001) + `"}`: "reason", `{"type":"told","ticket":"` + strings.Repeat("x", 65) + `"}`: "ticket",
	} {
		e, err := ParseEvent([]byte(in))
		r, ok := err.(*Refusal)
		if !ok || r.Code != Malformed || !slices.Equal(r.Fields, []string{path}) || r.Clause == "" || r.Zh() == "" || !cmp.Equal(e, Event{}) {
			t.Errorf("%s: %v, want %s", in, err, path)
		}
	}
}

// Every field there and back; the names are frozen.
func TestParseEventRoundTrip(t *testing.T) {
	const all = `{"ticket":"T1","seq":3,"type":"revisited","at":"2026-09-21T09:00:00+08:00","recorded":"2026-09-21T09:00:00.5+08:00","by":{"role":"assistant","id":"A01"},` +
		`"kind":"repair","nature":"special","urgency":"emergency","severity":"major","place":"public","caller":"owner","category":"lamp","has":["name","contact"],` +
		`"channel":"visit","state":"done","to":{"role":"worker","id":"W07"},"against":{"role":"worker"},"approver":{"role":"manager","id":"M01"},"until":"2026-09-21T10:00:00+08:00",` +
		`"hold":"materials","grade":"fair","punctual":"poor","attitude":"bad","quality":"invalid","reason":"好","ref":"R1"}`
	e, err := ParseEvent([]byte(" " + all + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(e)
	if err != nil || string(b) != all {
		t.Errorf("%s, %v", b, err)
	}
	var stored Event
	if err := json.Unmarshal([]byte(strings.Replace(all, `"seq"`, `"since_v9":{"x":1},"seq"`, 1)), &stored); err != nil || !stored.same(&e) {
		t.Errorf("a stored row with a newer field: %v", err)
	}
	if b, _ := json.Marshal(Event{}); string(b) != "{}" {
		t.Errorf("zero: %s", b)
	}
	utc, err := ParseEvent([]byte(`{"type":"told","at":"2026-09-21T01:00:00Z"}`))
	if err != nil || utc.At.Format(time.RFC3339) != "2026-09-21T09:00:00+08:00" {
		t.Errorf("%v, %v", utc.At, err)
	}
	tk, _ := Replay(numbered(walks[0].rows))
	b, _ = json.Marshal(tk)
	const want = `{"id":"T1","seq":12,"state":"closed","kind":"complaint","caller":"owner","completed":true,"told":true,"revisited":true,"worker":{"role":"department_head","id":"D01"},` +
		`"cycle":1,"opened":"2026-09-21T09:05:00+08:00","last":"2026-09-22T11:00:00+08:00"}`
	if string(b) != want {
		t.Errorf("ticket: %s", b)
	}
}

// What is written otherwise, but says something, is taken.
func TestParseEventTakes(t *testing.T) {
	for in, want := range map[string]Event{
		`{"type":"told","at":"2026-09-21T01:05:00.123456789Z"}`:      {At: at("21 09:05").Add(123456789)},
		`{"type":"told","at":"2026-09-21T09:05:00.5+08:00"}`:         {At: at("21 09:05").Add(time.Second / 2)},
		`{"type":"told","at":"2026-09-20T01:06:00-23:59"}`:           {At: at("21 09:05")},
		" {\t\"\\u0074ype\" :\r\n\"t\\u006fld\" , \"to\":{ } }\n":    {},
		`{"type":"told","reason":"\ud83d\ude00 \ufffd \\ud800 �\n"}`: {Reason: "😀 \ufffd \\ud800 \ufffd\n"},
	} {
		want.Type = Told
		if e, err := ParseEvent([]byte(in)); err != nil || !e.same(&want) {
			t.Errorf("%s: %+v, %v", in, e, err)
		}
	}
}

func FuzzParseEvent(f *testing.F) {
	for _, w := range walks {
		for _, e := range w.rows {
			b, _ := json.Marshal(e)
			f.Add(b)
		}
	}
	f.Add([]byte(`{"type":"told","by":{"role":"assistant","role":"assistant"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ParseEvent(data)
		if err != nil {
			if r, ok := err.(*Refusal); !ok || r.Code != Malformed || len(r.Fields) != 1 || r.Error() == "" || r.Zh() == "" {
				t.Fatalf("%v", err)
			}
			return
		}
		b, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := ParseEvent(b); err != nil || !again.same(&e) {
			t.Fatalf("%s: %v", b, err)
		}
		d := json.NewDecoder(bytes.NewReader(data)) // the standard decoder reads the same
		d.DisallowUnknownFields()
		var std Event
		if err := d.Decode(&std); err != nil || !std.same(&e) {
			t.Fatalf("standard: %+v, %v", std, err)
		}
	})
}
