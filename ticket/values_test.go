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

func TestLimits(t *testing.T) {
	s := begin(t, lampBroken)
	long := strings.Repeat("a", 64)
	for _, c := range []struct {
		field string
		e     Event
	}{
		{"reason", Event{Reason: strings.Repeat("修", 1000)}},
		{"ref", Event{Ref: long}},
		{"to.id", Event{To: Actor{Worker, long}}},
		{"against.id", Event{Against: Actor{Worker, long}}},
		{"approver.id", Event{Approver: Actor{Manager, long}}},
		{"category", Event{Category: long}},
	} {
		if _, err := s.ticket.Apply(s.event(Urged, resident, []Event{c.e})); err != nil {
			t.Errorf("%s at its limit: %v", c.field, err)
		}
		e := c.e
		e.Reason += strings.Repeat("修", len([]rune(e.Reason))/1000)
		e.Ref += strings.Repeat("a", len(e.Ref)/64)
		e.Category += strings.Repeat("a", len(e.Category)/64)
		for _, a := range []*Actor{&e.To, &e.Against, &e.Approver} {
			a.ID += strings.Repeat("a", len(a.ID)/64)
		}
		s.no(Malformed, "HB-2.1a", c.field, Urged, resident, e)
	}
	s.no(Malformed, "HB-2.1a", "by.id", Urged, Actor{Worker, long + "a"})
	e := s.event(Urged, resident, nil)
	e.Ticket = long + "a"
	if _, err := (Ticket{State: Open, Seq: 1}).Apply(e); code4(err) != Malformed {
		t.Errorf("ticket of 65 bytes: %v", err)
	}
	e.Ticket = long
	if _, err := (Ticket{State: Open, Seq: 1}).Apply(e); err != nil {
		t.Error(err)
	}
	h := []Event{s.history[0]}
	for len(h) < maxRows {
		e := s.event(Urged, resident, nil)
		e.Seq = len(h) + 1
		h = append(h, e)
	}
	if got, err := Replay(h); err != nil || got.Seq != 10_000 {
		t.Errorf("10,000 rows: %v", err)
	}
	last := h[len(h)-1]
	last.Seq++
	if _, err := Replay(append(h, last)); code4(err) != Malformed {
		t.Errorf("10,001 rows: %v", err)
	}
	if _, err := Replay(append(h, h...)); err != nil {
		t.Errorf("10,000 rows, each twice: %v", err)
	}
}

// Stored rows are checked for their codes when they are replayed, testimony too.
func TestUnknownCodes(t *testing.T) {
	for field, spoil := range map[string]func(*Event){
		"type": func(e *Event) { e.Type = "closed" }, "by.role": func(e *Event) { e.By.Role = "boss" }, "to.role": func(e *Event) { e.To.Role = "boss" },
		"against.role": func(e *Event) { e.Against.Role = "boss" }, "approver.role": func(e *Event) { e.Approver.Role = "boss" },
		"kind": func(e *Event) { e.Kind = "Repair" }, "nature": func(e *Event) { e.Nature = "x" }, "urgency": func(e *Event) { e.Urgency = "x" },
		"severity": func(e *Event) { e.Severity = "x" }, "place": func(e *Event) { e.Place = "x" }, "caller": func(e *Event) { e.Caller = "x" },
		"has[1]": func(e *Event) { e.Has = []Particular{Name, "x"} }, "channel": func(e *Event) { e.Channel = "x" }, "state": func(e *Event) { e.State = "x" },
		"hold": func(e *Event) { e.Hold = "x" }, "grade": func(e *Event) { e.Grade = "5" }, "punctual": func(e *Event) { e.Punctual = "x" },
		"attitude": func(e *Event) { e.Attitude = "x" }, "quality": func(e *Event) { e.Quality = "x" },
		"at": func(e *Event) { e.At = e.At.AddDate(9000, 0, 0) }, "until": func(e *Event) { e.Until = e.At.AddDate(9000, 0, 0) }, "recorded": func(e *Event) { e.Recorded = e.At.AddDate(-3000, 0, 0) },
		"has": func(e *Event) { e.Has = slices.Repeat(form(), 5) },
	} {
		for _, h := range [][]Event{numbered(walks[0].rows), imported(Accepted)} {
			spoil(&h[1])
			_, err := Replay(h)
			r, ok := err.(*Refusal)
			if !ok || r.Code != Malformed || len(r.Fields) != 1 || r.Fields[0] != field || r.Event.Seq != 2 {
				t.Errorf("%s: %v", field, err)
			}
		}
	}
}

func TestMatch(t *testing.T) {
	f := Facts{Kind: Complaint, Caller: Owner}
	for _, c := range []struct {
		m    Match
		f    Facts
		want bool
	}{
		{Match{}, Facts{}, true},
		{Match{Kinds: []Kind{Repair, Complaint}}, f, true},
		{Match{Kinds: []Kind{Repair}}, f, false},
		{Match{Kinds: []Kind{Repair}}, Facts{}, false},
		{Match{Natures: []Nature{Routine}}, f, true}, // unset is routine
		{Match{Natures: []Nature{Special}}, f, false},
		{Match{Urgency: Normal}, f, true}, // unset is normal
		{Match{Urgency: Emergency}, f, false},
		{Match{Severity: []Severity{Minor}}, f, true}, // unset is minor
		{Match{Severity: []Severity{Important, Major}}, f, false},
		{Match{Place: Public}, f, false},
		{Match{Named: "yes"}, f, true},
		{Match{Named: "no"}, f, false},
		{Match{Named: "no"}, Facts{Caller: Anonymous}, true},
		{Match{Named: "yes"}, Facts{}, true},
		{Match{Booked: "yes"}, f, false},
		{Match{Booked: "no"}, f, true},
		{Match{Linked: "yes"}, Facts{Linked: true}, true},
		{Match{Linked: "perhaps"}, f, false},
	} {
		if got := c.m.Fits(c.f); got != c.want {
			t.Errorf("%+v fits %+v: %v", c.m, c.f, got)
		}
	}
}

func TestFactsAfter(t *testing.T) {
	f := Facts{}.After(Event{Type: Registered, Kind: Repair, Caller: Owner, Until: at("22 09:00"), Ref: "T0"})
	if f != (Facts{Kind: Repair, Caller: Owner, Booked: true, Linked: true}) {
		t.Errorf("registered: %+v", f)
	}
	if got := f.After(Event{Type: Told, Kind: Complaint, Severity: Major}); got != f {
		t.Errorf("told: %+v", got)
	}
	g := f.After(Event{Type: Reranked, Kind: Complaint, Nature: Special, Urgency: Emergency, Severity: Major, Place: Public, Caller: Shop, Ref: "x"})
	if g != (Facts{Complaint, Special, Emergency, Major, Public, Shop, true, true}) {
		t.Errorf("reranked: %+v", g)
	}
	if got := g.After(Event{Type: Imported, Severity: Minor, Channel: Inbound}); got.Severity != Important {
		t.Errorf("imported: %+v", got)
	}
}

// Whatever zone the rows carry, the ticket is the same value.
func TestZones(t *testing.T) {
	for _, w := range walks {
		want, _ := Replay(numbered(w.rows))
		for _, zone := range []*time.Location{time.UTC, time.FixedZone("x", -5*3600)} {
			h := numbered(w.rows)
			for i := range h {
				h[i].At = h[i].At.In(zone)
			}
			if got, err := Replay(h); err != nil || got != want {
				t.Errorf("%s in %s: %v", w.name, zone, err)
			}
		}
		if name, off := want.Last.Zone(); off != 8*3600 {
			t.Errorf("zone %s %d", name, off)
		}
	}
}

// A ticket that was JSON is the same value, wherever the program runs, also one that a host
// built.
func TestTicketJSON(t *testing.T) {
	local := time.Local
	defer func() { time.Local = local }()
	shanghai, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		t.Fatal(err)
	}
	for _, zone := range []*time.Location{time.UTC, shanghai, time.FixedZone("UTC+8", 8*3600), time.FixedZone("x", -5*3600)} {
		time.Local = zone
		for _, w := range walks {
			h := numbered(w.rows)
			want, _ := Replay(h)
			last := h[len(h)-1]
			built := Ticket{ID: "T1", State: want.State, Facts: want.Facts, Opened: h[0].At.In(zone), Last: last.At.In(zone)}
			built, err := built.Apply(Event{Ticket: "T1", Seq: 1, Type: WrittenOff, At: last.At.In(zone), By: assistant})
			if err != nil {
				t.Fatal(err)
			}
			if name, off := built.Opened.Zone(); off != 8*3600 {
				t.Errorf("opened in zone %s", name)
			}
			for _, tk := range []Ticket{want, built} {
				utc := tk
				utc.Opened, utc.Last = tk.Opened.UTC(), tk.Last.UTC()
				for _, written := range []Ticket{tk, utc} {
					b, _ := json.Marshal(written)
					b = bytes.Replace(b, []byte("{"), []byte(`{"since_v9":[1],`), 1)
					var back Ticket
					if err := json.Unmarshal(b, &back); err != nil || back != tk {
						t.Errorf("%s in %s: %v from %s", w.name, zone, err, b)
					}
				}
			}
		}
	}
	tk := Ticket{ID: "T1"}
	if err := json.Unmarshal([]byte(`{"last":"yesterday"}`), &tk); err == nil || tk != (Ticket{ID: "T1"}) {
		t.Errorf("no time: %+v, %v", tk, err)
	}
	if err := json.Unmarshal([]byte(`{}`), &tk); err != nil || tk != (Ticket{ID: "T1"}) { // as the standard library does
		t.Errorf("%+v, %v", tk, err)
	}
}

// What does not come back from JSON or from a draw is no text of a row.
func TestTexts(t *testing.T) {
	s := begin(t, lampBroken)
	for _, c := range []struct {
		text      string
		id, words bool // may be in a number, in a reason
	}{
		{"2026-0031 甲/乙", true, true}, {"", true, true}, {"~ !", true, true}, {"\ufffd", true, true},
		{"a\nb", false, true}, {"a\x00", false, true}, {"\x1f23456789", false, true}, {"甲\u0085", false, true}, {"a\x7f", false, true}, {"0123456789abcdef\t", false, true},
		{"\xff", false, false}, {"甲\xe4\xbd", false, false}, {"\xed\xa0\x80", false, false}, {"0123456789abcdef\xc0", false, false},
	} {
		for field, e := range map[string]Event{"by.id": {By: Actor{Worker, c.text}}, "ref": {Ref: c.text}, "category": {Category: c.text}, "reason": {Reason: c.text},
			"to.id": {To: Actor{Worker, c.text}}, "against.id": {Against: Actor{Worker, c.text}}, "approver.id": {Approver: Actor{Worker, c.text}}} {
			by, ok := e.By, c.id
			if field != "by.id" {
				by = resident
			}
			if field == "reason" {
				ok = c.words
			}
			if !ok {
				s.no(Malformed, "HB-2.1a", field, Urged, by, e)
				continue
			}
			s.do(Urged, by, e)
			b, _ := json.Marshal(s.history)
			var back []Event
			if json.Unmarshal(b, &back); !cmp.Equal(back, s.history) {
				t.Fatalf("%s %q does not come back", field, c.text)
			}
		}
		e := s.history[0]
		e.Ticket = c.text
		if _, err := (Ticket{}).Apply(e); (code4(err) == Malformed) == c.id {
			t.Errorf("ticket %q: %v", c.text, err)
		}
	}
}

func TestAllowed(t *testing.T) {
	types := func(tk Ticket, r Role) (got []EventType) {
		for _, row := range tk.Allowed(r) {
			if row.Type.Moves() && !slices.Contains(got, row.Type) {
				got = append(got, row.Type)
			}
		}
		return got
	}
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	if got := types(s.ticket, Worker); !slices.Equal(got, []EventType{Returned}) {
		t.Errorf("before the fee is agreed: %v", got)
	}
	s.do(Agreed, worker, Event{Ref: "Q1"})
	if got := types(s.ticket, Worker); !slices.Equal(got, []EventType{Returned, Started, Completed}) {
		t.Errorf("after: %v", got)
	}
	var needs []string
	for _, row := range s.ticket.Allowed(Worker) {
		if row.Type == Started {
			needs = append(needs, row.Needs...)
		}
	}
	if !slices.Equal(needs, []string{"ref"}) {
		t.Errorf("a start needs %v", needs)
	}
	if got := (Ticket{State: "weird"}).Allowed(Worker); got != nil {
		t.Errorf("unknown state: %v", got)
	}
	if got := s.ticket.Allowed("boss"); got != nil {
		t.Errorf("unknown role: %v", got)
	}
	for _, row := range (Ticket{}).Allowed(Customer) {
		if row.Type != Registered && row.Type != Imported {
			t.Errorf("before registration: %s", row.Type)
		}
	}
}

// Nobody can change the table by what he got of it.
func TestTransitionsAreCopies(t *testing.T) {
	before := Transitions()
	for _, row := range append(Transitions(), (Ticket{State: Done, Facts: Facts{Kind: Repair}}).Allowed(Manager)...) {
		for i := range row.Roles {
			row.Roles[i] = Finance
		}
		for i := range row.When {
			for j := range row.When[i].Kinds {
				row.When[i].Kinds[j] = Other
			}
		}
		for i := range row.Needs {
			row.Needs[i] = "x"
		}
	}
	TestWalks(t)
	if diff := cmp.Diff(before, Transitions()); diff != "" {
		t.Error(diff)
	}
}
