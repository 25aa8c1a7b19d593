package ticket

import (
	_ "embed"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// genEvent is any row that may or may not be legal: who, what and which fields by chance.
func genEvent(t *rapid.T, tk Ticket) Event {
	pick := func(name string, n int) int { return rapid.IntRange(0, n-1).Draw(t, name) }
	actors := []Actor{assistant, colleague, supervisor, manager, worker, helper, head, keeper, bureau, resident, machine}
	typ := eventTypes.list[pick("type", len(eventTypes.list))].code
	if pick("likely", 3) > 0 { // two of three times what somebody may do
		if rows := tk.Allowed(actors[pick("for", len(actors))].Role); len(rows) > 0 {
			typ = rows[pick("row", len(rows))].Type
		}
	}
	e := full(typ, actors[pick("by", len(actors))])
	if typ == Imported && tk.Seq > 0 {
		e.Type = Urged // Replay would read what stands before it as testimony
	}
	e.Ticket, e.Seq = "T1", tk.Seq+1
	if e.Type == Registered || e.Type == Reranked || e.Type == Imported {
		e.Kind = kinds.list[pick("kind", len(kinds.list))].code
		e.Severity = []Severity{"", Minor, Important, Major}[pick("severity", 4)]
		e.Nature = []Nature{"", Routine, Special}[pick("nature", 3)]
		e.Caller = []Caller{Owner, Anonymous}[pick("caller", 2)]
		e.Urgency = []Urgency{"", Normal, Emergency}[pick("urgency", 3)]
		e.State = states.list[pick("state", len(states.list))].code
	}
	if pick("bare", 8) == 0 {
		e.Reason, e.Ref, e.Until = "", "", time.Time{}
	}
	e.To, e.Against = actors[pick("to", len(actors))], actors[pick("against", len(actors))]
	e.At = tk.Last.Add(time.Duration(pick("minutes", 40)-8) * time.Minute)
	if tk.Last.IsZero() {
		e.At = at("21 09:00")
	}
	return e
}

// Any legal history replays to the same ticket in one go or row by row, through JSON, with
// rows repeated; every prefix is legal; an illegal row changes nothing; a row that is not
// late moves as the page says; a late one moves no state.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tk Ticket
		var h []Event
		for range 30 {
			e := genEvent(t, tk)
			before, late := tk, e.At.Before(tk.Last)
			next, err := tk.Apply(e)
			if tk != before {
				t.Fatal("Apply changed its receiver")
			}
			if !late && !e.At.Before(tk.Opened) {
				if state, code := judge(tk, e); code4(err) != code || err == nil && next.State != state {
					t.Fatalf("%s by %s in %s: %v; the page says %s %s", e.Type, e.By.Role, tk.State, err, state, code)
				}
			}
			if err != nil {
				if r := new(Refusal); !errors.As(err, &r) || next != before {
					t.Fatalf("%v changed the ticket", err)
				}
				continue
			}
			if late && (next.State != before.State || next.Last != before.Last || next.Held != before.Held || next.Worker != before.Worker || next.Cycle != before.Cycle) {
				t.Fatalf("a late %s moved the ticket", e.Type)
			}
			tk, h = next, append(h, e)
			if got, err := Replay(h); err != nil || got != tk {
				t.Fatalf("replayed: %+v, %v", got, err)
			}
		}
		b, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		var back, twice []Event
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		for i, e := range back {
			twice = append(twice, h[:i]...)
			twice = append(twice, e)
		}
		for _, h := range [][]Event{back, twice} {
			if got, err := Replay(h); err != nil || got != tk {
				t.Fatalf("after JSON, or with rows repeated: %+v, %v", got, err)
			}
		}
		for _, e := range h {
			one, _ := json.Marshal(e)
			if got, err := ParseEvent(one); err != nil || !got.same(&e) {
				t.Fatalf("at the door: %+v, %v", got, err)
			}
		}
	})
}

// The same for a ticket taken over: from the Imported row on it is the same in one go or
// row by row, whatever stands before it.
func TestAnyTakeover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h []Event
		var junk Ticket
		for i := range rapid.IntRange(0, 6).Draw(t, "testimony") {
			e := genEvent(t, junk)
			e.Ticket, e.Seq = "T1", i+1
			if e.Type == Imported {
				e.Type = Registered
			}
			if rapid.Bool().Draw(t, "unsigned") {
				e.By = Actor{}
			}
			h = append(h, e)
		}
		h = append(h, Event{Ticket: "T1", Seq: len(h) + 1, Type: Imported, At: at("25 00:00"), Kind: Repair, Caller: Owner,
			State: states.list[rapid.IntRange(0, len(states.list)-1).Draw(t, "state")].code})
		tk, err := Replay(h)
		if err != nil || tk.State != h[len(h)-1].State || tk.Held || tk.Kind != Repair {
			t.Fatalf("%+v, %v", tk, err)
		}
		for range 12 {
			e := genEvent(t, tk)
			next, err := tk.Apply(e)
			if err != nil {
				continue
			}
			tk, h = next, append(h, e)
			if got, err := Replay(h); err != nil || got != tk {
				t.Fatalf("replayed: %+v, %v", got, err)
			}
		}
	})
}
