package ticket

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/rule"
	"github.com/google/go-cmp/cmp"
)

var cst = time.FixedZone("UTC+8", 8*3600)

// at is a moment of September 2026 at UTC+8: "21 09:05".
func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-09-"+s, cst)
	if err != nil {
		panic(err)
	}
	return t
}

var (
	resident   = Actor{Customer, ""}
	assistant  = Actor{Assistant, "A01"}
	colleague  = Actor{Assistant, "A02"}
	supervisor = Actor{Supervisor, "S01"}
	manager    = Actor{Manager, "M01"}
	worker     = Actor{Worker, "W07"}
	helper     = Actor{Worker, "W08"}
	head       = Actor{DepartmentHead, "D01"}
	department = Actor{DepartmentHead, ""}
	keeper     = Actor{Store, "K01"}
	bureau     = Actor{Authority, "12345"}
	machine    = Actor{System, ""}
)

func form(more ...Particular) []Particular {
	return append([]Particular{Name, Contact, Content}, more...)
}

// What people come with.
var (
	lampBroken = Event{Kind: Repair, Caller: Owner, Place: Indoor, Channel: Phone, Has: form(Room)}
	rudeGuard  = Event{Kind: Complaint, Caller: Owner, Channel: Counter, Has: form(), Against: Actor{Supervisor, "S09"}}
	question   = Event{Kind: Inquiry, Caller: Visitor, Channel: Phone, Has: form()}
	idea       = Event{Kind: Suggestion, Caller: Owner, Channel: Letter, Has: form()}
	fitting    = Event{Kind: FitOut, Caller: Owner, Channel: Counter, Has: form(Room)}
	unnamed    = Event{Kind: Complaint, Caller: Anonymous, Channel: Phone, Reason: "不愿留名", Has: []Particular{Contact, Content}}
	burstPipe  = Event{Kind: Repair, Urgency: Emergency, Caller: Owner, Place: Indoor, Channel: Phone, Has: form(Room)}
	paidClean  = Event{Kind: Service, Nature: Special, Caller: Owner, Channel: Phone, Until: at("21 14:00"), Has: form(Room)}
)

// A story is one ticket at a desk: rows happen five minutes apart from 09:00 on.
type story struct {
	*testing.T
	ticket  Ticket
	history []Event
	now     time.Time
}

// begin registers a request.
func begin(t *testing.T, request Event) *story {
	t.Helper()
	s := &story{T: t, now: at("21 08:55")}
	s.do(Registered, assistant, request)
	return s
}

// take registers a request and takes it on.
func take(t *testing.T, request Event) *story {
	t.Helper()
	s := begin(t, request)
	s.do(Triaged, assistant)
	return s
}

func (s *story) event(typ EventType, by Actor, more []Event) Event {
	var e Event
	if len(more) > 0 {
		e = more[0]
	}
	e.Ticket, e.Seq, e.Type, e.By = "T1", len(s.history)+1, typ, by
	if e.At.IsZero() {
		e.At = s.now.Add(5 * time.Minute)
	}
	if e.Recorded.IsZero() {
		e.Recorded = e.At
		if s.now.After(e.At) {
			e.Recorded = s.now
		}
	}
	return e
}

// do says what happens next; it must be legal, in one go as well as row by row.
func (s *story) do(typ EventType, by Actor, more ...Event) {
	s.Helper()
	e := s.event(typ, by, more)
	next, err := s.ticket.Apply(e)
	if err != nil {
		s.Fatalf("%v", err)
	}
	s.ticket, s.history = next, append(s.history, e)
	if e.At.After(s.now) {
		s.now = e.At
	}
	if again, err := Replay(s.history); err != nil || again != next {
		s.Fatalf("replayed: %v\n%s", err, cmp.Diff(next, again))
	}
}

// no says what may not happen now: the refusal names code, clause and fields, and nothing
// else changes.
func (s *story) no(code Code, clause rule.ID, fields string, typ EventType, by Actor, more ...Event) {
	s.Helper()
	e, before := s.event(typ, by, more), s.ticket
	after, err := s.ticket.Apply(e)
	r, ok := errors.AsType[*Refusal](err)
	if !ok {
		s.Fatalf("%s by %s: got %v, want %s (%s)", typ, by.Role, err, code, clause)
	}
	if got := strings.Join(r.Fields, " "); r.Code != code || r.Clause != clause || got != fields || r.State != before.State || r.Event.Type != typ {
		s.Errorf("got %s %q in %s: %v\nwant %s %q (%s)", r.Code, got, r.State, r, code, fields, clause)
	}
	if before != s.ticket || after != before {
		s.Errorf("a refused row changed the ticket: %s", cmp.Diff(before, after))
	}
	if _, err := Replay(append(slices.Clone(s.history), e)); !errors.As(err, new(*Refusal)) {
		s.Errorf("replayed: %v", err)
	}
	if r.Zh() == "" || strings.Contains(r.Zh(), "%!") || e.Reason != "" && strings.Contains(r.Zh()+r.Error(), e.Reason) {
		s.Errorf("for people: %q", r.Zh())
	}
}

// in checks where the ticket stands.
func (s *story) in(want State) {
	s.Helper()
	if s.ticket.State != want {
		s.Errorf("the ticket is %s (%s), want %s", s.ticket.State, s.ticket.State.Label(), want)
	}
}

// is checks anything else about it.
func is[T comparable](s *story, what string, got, want T) {
	s.Helper()
	if got != want {
		s.Errorf("%s is %v, want %v", what, got, want)
	}
}

var (
	toWorker = Event{To: worker}
	byPhone  = Event{Channel: Phone}
	onSite   = Event{Channel: Visit}
)

// repaired is a repair told to the owner.
func (s *story) repaired() {
	s.Helper()
	s.do(Dispatched, assistant, toWorker)
	s.do(Started, worker)
	s.do(Completed, worker)
	s.do(Told, assistant)
}
