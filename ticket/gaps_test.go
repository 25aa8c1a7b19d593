package ticket

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// A name in a refusal's path is kept where it may be a field's: letters and underscores, up to
// 24 of them.
func TestKnownNames(t *testing.T) {
	for name, want := range map[string]string{
		"": "?", "az_AZ": "az_AZ", "a": "a", "z": "z", "A": "A", "Z": "Z", "_": "_", "a1": "?", "a`": "?", "a{": "?", "a@": "?", "a[": "?", "张三": "?",
		strings.Repeat("x", 24): strings.Repeat("x", 24), strings.Repeat("x", 25): "?",
	} {
		if got := known(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// One number is one person in whatever capacity; without a number only one role is.
func TestSamePerson(t *testing.T) {
	for _, c := range []struct {
		a, b Actor
		want bool
	}{
		{Actor{Worker, "W07"}, Actor{Worker, "W07"}, true},
		{Actor{Worker, "W07"}, Actor{Manager, "W07"}, true},
		{Actor{Worker, "W07"}, Actor{Worker, "W08"}, false},
		{Actor{Worker, "W07"}, Actor{Worker, ""}, false},
		{Actor{Customer, ""}, Actor{Customer, ""}, true},
		{Actor{Customer, ""}, Actor{System, ""}, false},
		{Actor{}, Actor{}, false},
	} {
		if c.a.same(c.b) != c.want || c.b.same(c.a) != c.want {
			t.Errorf("%v and %v: want %v", c.a, c.b, c.want)
		}
	}
	// Nobody approves for himself, with a number or without.
	s := take(t, lampBroken)
	s.no(WrongRole, "WY-extension", "approver", Extended, Actor{Supervisor, ""}, Event{Until: at("22 09:00"), Reason: "某由", Approver: Actor{Supervisor, ""}})
	s.do(Extended, Actor{Supervisor, ""}, Event{Until: at("22 09:00"), Reason: "某由", Approver: Actor{Manager, ""}})
}

// A time must be one that JSON can write, also at UTC+8 and an hour east of it.
func TestTimesThatJSONCannotWrite(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		want bool
	}{
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), false},
		{time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Add(-1), true},
		{time.Date(9999, 12, 31, 14, 59, 59, 0, time.UTC), false},
		{time.Date(9999, 12, 31, 15, 0, 0, 0, time.UTC), true},
		{time.Date(9999, 12, 31, 20, 0, 0, 0, time.UTC), true},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), true},
	} {
		if got := outside(c.at); got != c.want {
			t.Errorf("%v is outside: %v", c.at, got)
		}
		if _, err := c.at.In(cst).MarshalJSON(); err != nil && !c.want {
			t.Errorf("%v: %v", c.at, err)
		}
	}
	s := begin(t, lampBroken)
	s.no(Malformed, "HB-2.1a", "until", Promised, assistant, Event{Until: time.Date(9999, 12, 31, 20, 0, 0, 0, time.UTC)})
}

// A form may have every particular, each once; a number may have 64 bytes that are not ASCII.
func TestMostOfAForm(t *testing.T) {
	var all []Particular
	for _, p := range forms.list {
		all = append(all, p.code)
	}
	s := begin(t, Event{Kind: Repair, Caller: Owner, Has: all})
	s.no(Malformed, "HB-2.1a", "has", Reranked, assistant, Event{Has: append(slices.Clone(all), Name)})
	ref := strings.Repeat("号", 21) + "x"
	s.do(Agreed, worker, Event{Ref: ref})
	s.no(Malformed, "HB-2.1a", "ref", Agreed, worker, Event{Ref: ref + "x"})
}

// A late row is evidence where evidence may come; what is evidence by itself is not looked for
// in other states than the ticket's.
func TestLateEvidence(t *testing.T) {
	s := take(t, lampBroken)
	s.repaired()
	s.do(Archived, assistant)
	for _, typ := range eventTypes.list[moving:] {
		if len(theFlow.of(1+states.index(Closed), eventTypes.index(typ.code))) > 0 {
			continue
		}
		e := full(typ.code, worker)
		e.At, e.Reason = at("21 09:12"), "某由"
		s.no(IllegalMove, "HB-1.3a", "", typ.code, worker, e)
	}
	// A complaint is declined nowhere: the clause that says so is named, early or late.
	c := begin(t, rudeGuard)
	c.do(Informed, assistant)
	c.no(IllegalMove, "SP-2.3a", "", Declined, assistant, Event{Reason: "某由"})
	c.do(Triaged, assistant)
	c.no(IllegalMove, "SP-2.3a", "", Declined, assistant, Event{Reason: "某由", At: at("21 09:01")})
}

// Saying again what a ticket is lowers nothing.
func TestRerankedAsItIs(t *testing.T) {
	s := take(t, burstPipe)
	s.do(Reranked, assistant, Event{Urgency: Emergency, Severity: Minor})
	s.do(Reranked, assistant, Event{Severity: Major})
	s.do(Reranked, assistant, Event{Severity: Major})
	s.no(WrongRole, "HL1-5.3b", "by", Reranked, assistant, Event{Severity: Important})
	s.no(WrongRole, "HL1-5.3b", "by", Reranked, assistant, Event{Urgency: Normal})
	q := take(t, lampBroken)
	q.do(Reranked, assistant, Event{Urgency: Normal, Severity: Minor})
}

func TestRefusalInWords(t *testing.T) {
	long := strings.Repeat("a", maxID)
	for _, c := range []struct {
		r    Refusal
		want string
	}{
		{Refusal{Code: IllegalMove, State: Closed, Clause: "HB-1.3a", Event: Event{Ticket: long, Seq: 3, Type: Arrived}}, `ticket: "` + long + `" row 3 arrived in state closed: illegal_move (HB-1.3a)`},
		{Refusal{Code: Malformed, Clause: "HB-2.1a", Fields: []string{"ticket"}, Event: Event{Ticket: long + "a", Seq: 3}}, `ticket: row 3: malformed: ticket (HB-2.1a)`},
	} {
		if got := c.r.Error(); got != c.want {
			t.Errorf("%s\nwant %s", got, c.want)
		}
	}
}

// The row that takes over is itself asked whether it is legal, also after testimony.
func TestTakeoverIsLegal(t *testing.T) {
	h := numbered([]Event{{Type: Dispatched, At: at("01 10:00"), To: worker}, {Type: Imported, At: at("05 00:00"), State: Open, Kind: Repair}})
	if _, err := Replay(h); err != nil {
		t.Fatal(err)
	}
	h[1].State = ""
	if _, err := Replay(h); code4(err) != Missing {
		t.Error(err)
	}
	h[1].State, h[1].Kind = Open, ""
	if _, err := Replay(h); code4(err) != Missing {
		t.Error(err)
	}
}

// What is offered is what the table allows: of a held ticket all but holding it again.
func TestAllowedWhileHeld(t *testing.T) {
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	types := func() (all []EventType) {
		for _, tr := range s.ticket.Allowed(Worker) {
			all = append(all, tr.Type)
		}
		return all
	}
	before := types()
	if !slices.Contains(before, Held) || !slices.Contains(before, Resumed) {
		t.Fatal(before)
	}
	s.do(Held, worker, Event{Hold: WaitingWeather})
	if got, want := types(), slices.DeleteFunc(before, func(t EventType) bool { return t == Held }); !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// A ticket that a host built has its times at UTC+8 after any row.
func TestHandBuiltTimes(t *testing.T) {
	utc, here := at("21 01:00").UTC(), at("21 09:00")
	for _, c := range [][2]time.Time{{utc, utc}, {utc, here}, {here, utc}, {here.In(china), utc}, {utc, here.In(china)}} {
		tk := Ticket{ID: "T1", Seq: 1, State: Open, Facts: Facts{Kind: Repair}, Opened: c[0], Last: c[1]}
		got, err := tk.Apply(Event{Ticket: "T1", Seq: 2, Type: Urged, At: at("21 10:00"), By: resident})
		if err != nil || got.Opened.Location() != china || got.Last.Location() != china || !got.Opened.Equal(c[0]) || !got.Last.Equal(c[1]) {
			t.Errorf("%v, %v: %+v, %v", c[0], c[1], got, err)
		}
	}
}

// Giving up on a revisit counts like one: with an approver, and late only in the first cycle.
func TestMissedLate(t *testing.T) {
	s := take(t, rudeGuard)
	s.do(Told, assistant)
	givenUp := func(when string) Event { return Event{At: at(when), Approver: manager, Reason: "某由"} }
	s.do(Missed, assistant, Event{At: at("21 09:01")})
	is(s, "revisited", s.ticket.Revisited, false)
	s.do(Missed, assistant, givenUp("21 09:01"))
	is(s, "revisited", s.ticket.Revisited, true)
	s.do(Reopened, resident)
	s.do(Told, assistant)
	s.do(Missed, assistant, givenUp("21 09:02"))
	is(s, "revisited", s.ticket.Revisited, false)
	s.do(Missed, assistant, givenUp("21 12:00"))
	is(s, "revisited", s.ticket.Revisited, true)
}

// Who deals with it later in the same tier changes nothing.
func TestTierStays(t *testing.T) {
	s := take(t, rudeGuard)
	s.do(Dispatched, assistant, Event{To: head})
	s.do(Escalated, worker, Event{To: department})
	is(s, "tier", s.ticket.Tier, "")
}
