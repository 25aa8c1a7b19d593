package ticket

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// What the page on rows and flow says beyond single clauses, line by line.

func code4(err error) Code {
	if r, ok := err.(*Refusal); ok {
		return r.Code
	}
	return ""
}

func TestLateRowsMoveNothing(t *testing.T) {
	s := take(t, lampBroken) // 09:00, 09:05
	s.do(Dispatched, assistant, toWorker)
	s.do(Completed, worker) // 09:15
	before := s.ticket
	s.do(Started, worker, Event{At: at("21 09:12")}) // entered after the completion
	s.do(Dispatched, assistant, Event{To: helper, At: at("21 09:14")})
	before.Seq += 2
	is(s, "ticket", s.ticket, before)

	s.do(Told, assistant) // 09:20
	s.do(Agreed, worker, Event{Ref: "Q1", At: at("21 09:11")})
	s.do(Revisited, colleague, Event{Channel: Phone, At: at("21 09:16")})
	s.do(Held, assistant, Event{Hold: WaitingMaterials, At: at("21 09:12")})
	s.do(Held, assistant, Event{Hold: WaitingMaterials, At: at("21 09:13")}) // held while held: late, so taken
	is(s, "held", s.ticket.Held, false)
	is(s, "agreed", s.ticket.Agreed, true)
	is(s, "revisited", s.ticket.Revisited, true)
	is(s, "last", s.ticket.Last.Equal(at("21 09:20")), true)
	s.in(Answered)

	s.do(Reopened, resident) // 09:25: the second cycle asks for a revisit of its own
	s.do(Revisited, colleague, Event{Channel: Phone, At: at("21 09:24")})
	is(s, "revisited", s.ticket.Revisited, false)
	s.do(Reranked, assistant, Event{Severity: Major, At: at("21 09:01")}) // facts change
	is(s, "severity", s.ticket.Severity, Major)
	s.no(WrongRole, "HB-1.3a", "by", Completed, resident, Event{At: at("21 09:10")}) // late, but never legal
	s.no(Missing, "HL3-3.2", "to", Dispatched, assistant, Event{At: at("21 09:10")})
	s.no(TimeTravel, "HB-2.1a", "at", Arrived, worker, Event{At: at("21 08:59")})
}

func TestExactlyLastIsNotLate(t *testing.T) {
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, Event{To: worker, At: s.now})
	s.in(Assigned)
	s.do(Completed, worker, Event{At: s.now.Add(-time.Nanosecond), Recorded: s.now})
	s.in(Assigned)
	s.do(Completed, worker, Event{At: s.now})
	s.in(Done)
}

func TestClosedTakesNoLateRow(t *testing.T) {
	s := take(t, lampBroken)
	s.repaired()
	s.do(Archived, assistant)
	s.no(IllegalMove, "HB-1.3a", "", Started, worker, Event{At: at("21 09:12")})
	s.no(IllegalMove, "HB-1.3a", "", Arrived, worker, Event{At: at("21 09:12")})
	s.do(Revisited, colleague, Event{Channel: Phone, At: at("21 09:21")})
	s.no(IllegalMove, "HB-1.3a", "at", Reopened, resident, Event{At: at("21 09:22")}) // it would be lost: nothing reopens before it is closed
	s.do(Reopened, resident, Event{At: s.ticket.Last})
	s.in(Accepted)
	s.do(Reopened, resident, Event{At: s.ticket.Last.Add(-1), Recorded: s.now}) // of a ticket at work it is evidence
	is(s, "cycle", s.ticket.Cycle, 2)
}

// Where evidence may come: everywhere but Closed and Void, except for some.
func TestEvidenceStates(t *testing.T) {
	also := map[EventType]string{Sampled: "c", Revisited: "c", Missed: "c", Rated: "c", Upheld: "c", Dismissed: "c", WrittenOff: "cv", GivenBack: "cv"}
	for typ := range eventTypes.list[moving:] {
		typ := eventTypes.list[moving+typ].code
		for _, st := range states.list {
			tk := Ticket{ID: "T1", Seq: 7, State: st.code, Facts: Facts{Kind: Repair}}
			legal := false
			for _, r := range roles.list {
				e := full(typ, Actor{r.code, "X1"})
				e.Ticket, e.Seq = "T1", 8
				_, err := tk.Apply(e)
				legal = legal || err == nil
			}
			want := st.code != Closed && st.code != Void || st.code == Closed && strings.Contains(also[typ], "c") || st.code == Void && strings.Contains(also[typ], "v")
			if legal != want {
				t.Errorf("%s in %s: legal %v, want %v", typ, st.code, legal, want)
			}
		}
	}
}

// full is an event of a type with all fields that any type may need.
func full(typ EventType, by Actor) Event {
	e := Event{Type: typ, At: at("21 12:00"), By: by, Channel: Phone, To: Actor{Worker, "W1"}, Approver: Actor{Manager, "M9"}, Until: at("22 12:00"),
		Hold: WaitingOther, Grade: Fair, Reason: "r", Ref: "R1"}
	if typ == Registered || typ == Imported {
		e.Kind, e.Caller, e.Has = Repair, Owner, form(Room)
		e.Ref = ""
	}
	if typ == Imported {
		e.State = Open
	}
	return e
}

func TestReplayRepeated(t *testing.T) {
	h := numbered(walks[2].rows)
	want, _ := Replay(h)
	// Each row again at once, in another zone, and all of them again at the end.
	var twice []Event
	for _, e := range h {
		again := e
		again.At = again.At.In(time.UTC)
		again.Has = append([]Particular{}, again.Has...)
		twice = append(twice, e, again)
	}
	twice = append(twice, h...)
	if got, err := Replay(twice); err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	other := slices.Clone(twice)
	other = append(other, h[3])
	other[len(other)-1].Reason = "x"
	if _, err := Replay(other); code4(err) != Conflict {
		t.Errorf("another row under the same number: %v", err)
	}
	if _, err := Replay(slices.Delete(slices.Clone(h), 4, 5)); code4(err) != OutOfOrder {
		t.Errorf("a gap: %v", err)
	}
	if _, err := Replay(h[1:]); code4(err) != OutOfOrder {
		t.Errorf("no first row: %v", err)
	}
	if got, err := Replay(nil); err != nil || got != (Ticket{}) {
		t.Errorf("no rows: %v, %v", got, err)
	}
	h[0].Seq = 0
	if _, err := Replay(h); code4(err) != Conflict {
		t.Errorf("row 0: %v", err)
	}
}

func TestApplySeq(t *testing.T) {
	s := take(t, lampBroken)
	e := s.event(Dispatched, assistant, []Event{toWorker})
	for seq, want := range map[int]Code{-1: Conflict, 0: Conflict, 1: Conflict, 2: Conflict, 3: "", 4: OutOfOrder, maxRows: OutOfOrder, maxRows + 1: Malformed} {
		e.Seq = seq
		if _, err := s.ticket.Apply(e); code4(err) != want {
			t.Errorf("row %d after 2: %v, want %q", seq, err, want)
		}
	}
	if _, err := s.ticket.Apply(s.history[1]); code4(err) != Conflict { // Apply does not take a row twice
		t.Errorf("repeated: %v", err)
	}
	e.Seq, e.Ticket = 3, "T2"
	if _, err := s.ticket.Apply(e); code4(err) != Malformed {
		t.Errorf("another ticket's row: %v", err)
	}
}

func TestTimeTravel(t *testing.T) {
	s := begin(t, lampBroken) // 09:00
	s.no(TimeTravel, "HB-2.1a", "at", Triaged, assistant, Event{At: at("21 09:30"), Recorded: at("21 09:29")})
	s.no(TimeTravel, "HB-2.1a", "at", Triaged, assistant, Event{At: at("21 09:00").Add(-1)})
	e := s.event(Triaged, assistant, nil)
	e.Recorded = time.Time{} // not known
	if _, err := s.ticket.Apply(e); err != nil {
		t.Error(err)
	}
	s.do(Triaged, assistant, Event{At: at("21 09:00"), Recorded: at("21 09:00")})
}

// imported is an old system's ticket: three columns, then a status.
func imported(state State) []Event {
	return numbered([]Event{
		{Type: Registered, At: at("01 09:00"), Kind: Repair},
		{Type: Dispatched, At: at("01 10:00"), To: worker},
		{Type: Imported, At: at("05 00:00"), State: state},
	})
}

func TestWY_import(t *testing.T) {
	for _, st := range states.list {
		got, err := Replay(imported(st.code))
		want := Ticket{ID: "T1", Seq: 3, State: st.code, Facts: Facts{Kind: Repair}, Worker: worker, Cycle: 1, Opened: got.Opened, Last: got.Last}
		if err != nil || got != want || !got.Opened.Equal(at("01 09:00")) || !got.Last.Equal(at("05 00:00")) {
			t.Errorf("%s: %+v, %v", st.code, got, err)
		}
	}
	// From there on the flow holds: a row without By is refused, one from before the takeover moves nothing.
	got, _ := Replay(imported(Assigned))
	if _, err := got.Apply(Event{Ticket: "T1", Seq: 4, Type: Completed, At: at("05 09:00")}); code4(err) != Missing {
		t.Errorf("without By: %v", err)
	}
	late, err := got.Apply(Event{Ticket: "T1", Seq: 4, Type: Completed, At: at("04 09:00"), By: worker})
	if err != nil || late.State != Assigned {
		t.Errorf("late: %+v, %v", late, err)
	}
	done, err := got.Apply(Event{Ticket: "T1", Seq: 4, Type: Completed, At: at("05 09:00"), By: worker})
	if err != nil || done.State != Done {
		t.Errorf("completed: %+v, %v", done, err)
	}

	// Without a registration Imported carries its fields; contact is not known.
	alone := Event{Ticket: "T1", Seq: 1, Type: Imported, At: at("05 00:00"), State: Done, Kind: Complaint, Caller: Owner, Severity: Major}
	if got, err := Replay([]Event{alone}); err != nil || got.Facts != (Facts{Kind: Complaint, Caller: Owner, Severity: Major}) || !got.Opened.Equal(alone.At) || got.State != Done {
		t.Errorf("alone: %+v, %v", got, err)
	}
	for fields, spoil := range map[string]func(*Event){"kind": func(e *Event) { e.Kind = "" }, "state": func(e *Event) { e.State = "" }, "at": func(e *Event) { e.At = time.Time{} }} {
		e := alone
		spoil(&e)
		_, err := Replay([]Event{e})
		if r, ok := err.(*Refusal); !ok || r.Code != Missing || strings.Join(r.Fields, " ") != fields {
			t.Errorf("without %s: %v", fields, err)
		}
	}

	// At most one, and only where nothing of ours stands yet.
	h := imported(Open)
	again := h[2]
	again.Seq, again.State = 4, Done
	if _, err := Replay(append(h, again)); code4(err) != IllegalMove {
		t.Errorf("taken over twice: %v", err)
	}
	s := begin(t, lampBroken)
	s.no2(t, Imported)

	// Testimony is read: worker, tier, passed.
	h = numbered([]Event{
		{Type: Registered, At: at("01 09:00"), Kind: Service, Nature: Special},
		{Type: Agreed, At: at("01 10:00")},
		{Type: Completed, At: at("02 10:00"), By: Actor{Worker, "W3"}},
		{Type: Escalated, At: at("02 11:00"), To: Actor{Role: Manager}},
		{Type: Disputed, At: at("02 12:00")},
		{Type: Completed, At: at("02 13:00"), By: Actor{Worker, "W4"}},
		{Type: SignedOff, At: at("02 14:00")},
		{Type: Imported, At: at("05 00:00"), State: Answered},
		{Type: Archived, At: at("05 09:00"), By: assistant},
	})
	got, err = Replay(h)
	if err != nil || got.State != Closed || got.Worker.ID != "W4" || got.Tier != Manager || got.Reworks != 1 || got.Passed != (Passed{Agreed: true, Completed: true, SignedOff: true}) {
		t.Errorf("testimony: %+v, %v", got, err)
	}
}

// no2 is refused by Apply, though Replay reads what stands before it as testimony.
func (s *story) no2(t *testing.T, typ EventType) {
	t.Helper()
	e := s.event(typ, assistant, []Event{{State: Open}})
	_, err := s.ticket.Apply(e)
	if r, ok := err.(*Refusal); !ok || r.Code != IllegalMove || r.Clause != "WY-import" {
		t.Errorf("%v", err)
	}
	if got, err := Replay(append(s.history, e)); err != nil || got.State != Open {
		t.Errorf("%v", err)
	}
}

// A host may start from a status column, if it fills what the documentation of Ticket says.
func TestHandBuilt(t *testing.T) {
	for _, c := range []struct {
		t    Ticket
		e    Event
		want Code
	}{
		{Ticket{}, Event{Seq: 1, Type: Told, By: assistant}, IllegalMove}, // no state
		{Ticket{State: Done}, Event{Seq: 7, Type: Told, By: assistant}, OutOfOrder},
		{Ticket{State: Done, Seq: 6}, Event{Seq: 7, Type: Told, By: assistant}, ""},
		{Ticket{State: Open}, Event{Seq: 1, Type: Told, By: assistant}, IllegalMove}, // no kind
		{Ticket{State: Open, Facts: Facts{Kind: Inquiry}}, Event{Seq: 1, Type: Told, By: assistant}, ""},
		{Ticket{State: Open}, Event{Seq: 1, Type: Declined, By: assistant, Reason: "r"}, IllegalMove},
		{Ticket{State: Done, Passed: Passed{Completed: true}}, Event{Seq: 1, Type: SignedOff, By: resident}, IllegalMove},
		{Ticket{State: Answered}, Event{Seq: 1, Type: Archived, By: assistant}, ""}, // though it may be a complaint
		{Ticket{State: Answered, Facts: Facts{Kind: Complaint}}, Event{Seq: 1, Type: Archived, By: assistant}, Missing},
		{Ticket{State: Answered, Facts: Facts{Kind: Complaint}, Passed: Passed{Revisited: true}}, Event{Seq: 1, Type: Archived, By: assistant}, ""},
		{Ticket{State: Done, Facts: Facts{Kind: Repair}}, Event{Seq: 1, Type: Disputed, By: resident}, Missing},
		{Ticket{State: Done, Facts: Facts{Kind: Repair}, Passed: Passed{Completed: true}}, Event{Seq: 1, Type: Disputed, By: resident}, ""},
		{Ticket{State: Assigned, Facts: Facts{Kind: Service, Nature: Special}}, Event{Seq: 1, Type: Completed, By: worker}, Missing},
		{Ticket{State: Assigned, Facts: Facts{Kind: Service, Nature: Special}, Passed: Passed{Agreed: true}}, Event{Seq: 1, Type: Completed, By: worker}, ""},
	} {
		c.e.Ticket, c.e.At = "T1", at("21 09:00")
		if _, err := c.t.Apply(c.e); code4(err) != c.want {
			t.Errorf("%+v, %s: %v, want %q", c.t, c.e.Type, err, c.want)
		}
	}

	tk := Ticket{State: InWork, Facts: Facts{Kind: Repair}}
	tk, err := tk.Apply(Event{Ticket: "T1", Seq: 1, Type: Completed, At: at("21 09:00"), By: worker})
	if err != nil || tk.State != Done || tk.ID != "T1" || tk.Worker != worker {
		t.Fatalf("%+v, %v", tk, err)
	}
	tk, err = tk.Apply(Event{Ticket: "T1", Seq: 2, Type: Told, At: at("21 09:00"), By: assistant})
	if err != nil {
		t.Fatal(err)
	}
	if tk, err = tk.Apply(Event{Ticket: "T1", Seq: 3, Type: Reopened, At: at("21 09:00"), By: resident}); err != nil || tk.Cycle != 2 {
		t.Errorf("%+v, %v", tk, err)
	}
	if _, err := (Ticket{State: "weird"}).Apply(Event{Ticket: "T1", Seq: 1, Type: Completed, At: at("21 09:00"), By: worker}); code4(err) != Malformed {
		t.Error(err)
	}
	if got, err := (Ticket{State: Done}).Apply(Event{Ticket: "T1", Seq: 1, Type: Told, At: at("21 09:00"), By: assistant}); err != nil || got.State != Answered {
		t.Error(err)
	}
}

func TestReopened(t *testing.T) {
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.do(Agreed, worker, Event{Ref: "Q1"})
	s.do(Started, worker, Event{Ref: "N1"})
	s.do(Completed, worker)
	s.do(SignedOff, resident)
	s.do(Told, assistant)
	s.do(Revisited, assistant, byPhone)
	is(s, "passed", s.ticket.Passed, Passed{true, true, true, true, true})
	s.do(Reopened, resident)
	is(s, "passed", s.ticket.Passed, Passed{Agreed: true}) // rework is free unless a new quote is confirmed
	s.in(Accepted)
	s.do(Dispatched, assistant, toWorker)
	s.do(Completed, worker)
	s.do(SignedOff, resident)
	s.do(Archived, assistant)
	s.do(Reopened, assistant)
	is(s, "cycle", s.ticket.Cycle, 3)
}

func TestTier(t *testing.T) {
	s := take(t, rudeGuard)
	s.do(Informed, manager) // that is no dealing with it
	is(s, "tier", s.ticket.Tier, "")
	s.do(Dispatched, supervisor, Event{To: assistant})
	s.do(Started, assistant)
	is(s, "tier", s.ticket.Tier, Assistant)
	s.do(Escalated, assistant, Event{To: manager})
	is(s, "tier", s.ticket.Tier, Manager)
	s.do(Completed, supervisor)
	is(s, "tier", s.ticket.Tier, Manager)
	q := begin(t, question)
	q.do(Told, supervisor)
	is(q, "tier", q.ticket.Tier, Supervisor)
	r := take(t, lampBroken)
	r.do(Dispatched, assistant, toWorker)
	r.do(Completed, worker)
	r.do(Told, manager) // not at once: somebody else settled it
	is(r, "tier", r.ticket.Tier, "")
}

func TestHold(t *testing.T) {
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.no(Missing, "QI-A.3b", "hold", Held, worker)
	for _, why := range holds.list {
		s.do(Held, worker, Event{Hold: why.code})
		is(s, "held", s.ticket.Held, true)
		s.no(IllegalMove, "QI-A.3b", "held", Held, worker, Event{Hold: why.code})
		s.do(Informed, assistant) // evidence ends no hold
		is(s, "held", s.ticket.Held, true)
		s.do(Resumed, worker)
		is(s, "held", s.ticket.Held, false)
	}
	s.do(Held, worker, Event{Hold: WaitingWeather})
	s.do(Started, worker) // a row that moves the state ends it
	is(s, "held", s.ticket.Held, false)
	s.do(Held, worker, Event{Hold: WaitingWeather})
	s.do(Started, worker, Event{At: at("21 09:12")}) // a late one does not
	is(s, "held", s.ticket.Held, true)
}

func TestKnownBy(t *testing.T) {
	h := numbered([]Event{
		{At: at("21 09:00"), Recorded: at("21 09:01")},
		{At: at("21 09:10")},
		{At: at("21 09:05"), Recorded: at("21 09:30")}, // late
		{At: at("21 09:06"), Recorded: at("21 09:20")}, // known earlier, but after an unknown row
	})
	for when, want := range map[string]int{"21 09:00": 0, "21 09:01": 1, "21 09:09": 1, "21 09:10": 2, "21 09:25": 2, "21 09:30": 4} {
		if got := KnownBy(h, at(when)); len(got) != want {
			t.Errorf("as of %s: %d rows, want %d", when, len(got), want)
		}
	}
	if got := KnownBy(h, at("21 09:30").Add(-1)); len(got) != 2 {
		t.Errorf("one nanosecond before: %d rows", len(got))
	}
}
