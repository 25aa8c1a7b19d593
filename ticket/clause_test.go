package ticket

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// One test a clause of the flow, named after it.

func TestHB_1_3a(t *testing.T) { // consult, take on, handle, feed back; none of them can be jumped
	s := begin(t, lampBroken)
	s.no(IllegalMove, "HB-1.3a", "", Started, worker)
	s.no(IllegalMove, "HB-1.3a", "", Dispatched, assistant, toWorker)
	s.do(Triaged, assistant)
	s.no(IllegalMove, "HB-1.3a", "", Completed, worker)
	s.do(Dispatched, assistant, toWorker)
	s.do(Started, worker)
	s.no(IllegalMove, "HB-1.3a", "", Archived, assistant)
	s.do(Completed, worker)
	s.no(IllegalMove, "HB-1.3a", "", Archived, assistant)
	s.do(Told, assistant)
	s.do(Archived, assistant)
	s.in(Closed)
}

func TestHB_1_3b(t *testing.T) { // by phone, online, in person, by letter; a meeting and a transfer have names too
	for _, c := range []Channel{Phone, Online, Counter, Letter, Visit, Inbound} {
		e := question
		e.Channel = c
		begin(t, e).in(Open)
	}
	e := question
	e.Channel = "pigeon"
	(&story{T: t, now: at("21 09:00")}).no(Malformed, "HB-2.1a", "channel", Registered, assistant, e)
}

func TestHB_2_1a(t *testing.T) { // every row says when, and who
	s := begin(t, lampBroken)
	_, err := s.ticket.Apply(Event{Ticket: "T1", Seq: 2, Type: Triaged})
	if r, ok := err.(*Refusal); !ok || r.Code != Missing || r.Clause != "HB-2.1a" || !slices.Equal(r.Fields, []string{"at", "by"}) {
		t.Errorf("without when and who: %v", err)
	}
	s.no(Missing, "HB-2.1a", "by", Triaged, Actor{})
	s.no(Malformed, "HB-2.1a", "by.role", Triaged, Actor{"boss", "B1"})
}

func TestHB_2_1g(t *testing.T) { // staff change: handed over at the shift's end, given to another worker
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.no(Missing, "HB-2.1g", "to", HandedOver, assistant)
	s.do(HandedOver, assistant, Event{To: colleague})
	s.do(Dispatched, colleague, Event{To: helper})
	is(s, "worker", s.ticket.Worker, helper)
	s.in(Assigned)
}

func TestHB_2_2a(t *testing.T) { // recorded, then answered
	s := begin(t, question)
	s.do(Told, assistant)
	s.in(Answered)
	is(s, "told", s.ticket.Told, true)
}

func TestHB_2_2c(t *testing.T) { // the result is told, and satisfaction asked
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Completed, worker)
	s.no(WrongRole, "HB-2.2c", "by", Told, worker)
	s.do(Told, assistant)
	s.no(Missing, "HB-2.2c", "grade", Rated, resident)
	s.no(WrongRole, "HB-2.2c", "by", Rated, worker, Event{Grade: VerySatisfied})
	for _, g := range []Grade{VerySatisfied, Satisfied, Fair, Poor, Bad, NoGrade} {
		s.do(Rated, resident, Event{Grade: g})
	}
	s.in(Answered)
}

func TestHB_2_2d(t *testing.T) { // the loop closes with the record filed
	s := take(t, lampBroken)
	s.repaired()
	s.do(Archived, assistant)
	s.in(Closed)
}

func TestHB_2_2e(t *testing.T) { // a word settles what words can; what needs hands goes to hands
	for _, l := range kinds.list {
		e := lampBroken
		e.Kind = l.code
		s := begin(t, e)
		switch l.code {
		case Repair, Cleaning, Service, FitOut:
			s.no(IllegalMove, "VC-1.1", "", Told, assistant)
			s.do(Triaged, assistant)
			s.no(IllegalMove, "VC-1.1", "", Told, assistant)
			s.do(Dispatched, assistant, toWorker)
			s.in(Assigned)
		default:
			s.do(Told, assistant)
			s.in(Answered)
		}
	}
}

func TestHB_3_1(t *testing.T) { // a complaint is received and registered
	s := begin(t, rudeGuard)
	s.in(Open)
	is(s, "kind", s.ticket.Kind, Complaint)
	is(s, "opened", s.ticket.Opened.Equal(at("21 09:00")), true)
}

func TestHB_3_2(t *testing.T) { // investigated and handled
	s := take(t, rudeGuard)
	s.do(Dispatched, assistant, Event{To: head})
	s.do(Arrived, head)
	s.do(Started, head)
	s.do(Completed, head)
	s.in(Done)
}

func TestHB_3_3(t *testing.T) { // fed back, then followed up: no filing before
	s := begin(t, rudeGuard)
	s.do(Told, assistant)
	s.no(Missing, "VC-1.4c", "revisited", Archived, assistant)
	s.do(Revisited, assistant, byPhone)
	s.do(Archived, assistant)
}

func TestHB_3_4(t *testing.T) { // the result is confirmed, or the matter comes back
	s := take(t, rudeGuard)
	s.do(Dispatched, assistant, Event{To: head})
	s.do(Completed, head)
	s.do(SignedOff, resident)
	s.in(Answered)
	s.do(Reopened, resident)
	s.in(Accepted)
	is(s, "cycle", s.ticket.Cycle, 2)
}

func TestHL1_3(t *testing.T) { // inquiry, complaint, suggestion, repair, filing, concern
	for _, k := range []Kind{Inquiry, Complaint, Suggestion, Repair, Filing, Concern} {
		e := lampBroken
		e.Kind = k
		begin(t, e).in(Open)
	}
}

func TestHL3_2_1(t *testing.T) { // owner, resident, visitor
	for _, c := range []Caller{Owner, Resident, Visitor} {
		e := question
		e.Caller = c
		is(begin(t, e), "caller", begin(t, e).ticket.Caller, c)
	}
}

func TestHL3_2_2(t *testing.T) { // a fault is a repair, in a home or in the public area
	for _, p := range []Place{Indoor, Public} {
		e := lampBroken
		e.Place = p
		s := begin(t, e)
		s.do(Triaged, assistant)
		s.repaired()
		is(s, "place", s.ticket.Place, p)
	}
}

func TestHL3_2_3(t *testing.T) { // security, hygiene, greening: asked about or mended, the site's own code says which
	for _, k := range []Kind{Inquiry, Repair, Cleaning} {
		begin(t, Event{Kind: k, Category: "greening", Caller: Owner, Has: form()}).in(Open)
	}
}

func TestHL3_2_4(t *testing.T) { // order, fees, contract: an inquiry, settled by a word
	s := begin(t, Event{Kind: Inquiry, Category: "fees", Caller: Resident, Has: form()})
	s.do(Told, assistant)
	s.in(Answered)
}

func TestHL3_2_5(t *testing.T) { // anything else is still taken
	s := begin(t, Event{Kind: Other, Caller: Resident, Has: form()})
	s.do(Triaged, assistant)
	s.in(Accepted)
}

func TestHL1_4_1(t *testing.T) { // no ticket without kind and caller
	s := &story{T: t, now: at("21 09:00")}
	s.no(Missing, "HL1-4.1", "kind caller name contact content", Registered, assistant)
}

func TestHL1_4_2(t *testing.T) { // classified at the desk, forwarded
	s := begin(t, lampBroken)
	s.no(WrongRole, "HL1-4.2", "by", Triaged, worker)
	s.no(WrongRole, "HL1-4.2", "by", Triaged, resident)
	s.do(Triaged, assistant)
	s.do(Dispatched, assistant, Event{To: department})
	s.in(Assigned)
}

func TestHL1_4_4(t *testing.T) { // the result is fed back on record
	s := take(t, lampBroken)
	s.repaired()
	s.in(Answered)
	is(s, "row", s.history[len(s.history)-1].Type, Told)
}

func TestHL1_5_3a(t *testing.T) { // no row has a place for a name, a number or an address
	var columns []string
	for f := range fieldsOf(eventType) {
		columns = append(columns, f)
	}
	want := "ticket seq type at recorded by kind nature urgency severity place caller category has channel state to against approver until hold grade punctual attitude quality reason ref"
	if got := strings.Join(columns, " "); got != want {
		t.Errorf("columns:\ngot  %s\nwant %s", got, want)
	}
	_, err := ParseEvent([]byte(`{"type":"registered","phone":"13800138000"}`))
	if r, ok := err.(*Refusal); !ok || r.Fields[0] != "phone" {
		t.Errorf("a telephone number at the door: %v", err)
	}
}

var eventType = reflect.TypeFor[Event]()

// fieldsOf gives the JSON names of a struct.
func fieldsOf(typ reflect.Type) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			if !yield(name) {
				return
			}
		}
	}
}

func TestHL1_5_3b(t *testing.T) { // the desk settles nothing beyond its authority
	e := rudeGuard
	e.Severity = Important
	s := take(t, e)
	s.no(WrongRole, "HL1-5.3b", "by", Reranked, assistant, Event{Severity: Minor})
	s.no(WrongRole, "HL1-5.3b", "by", Reranked, assistant, Event{Kind: Inquiry})
	s.do(Reranked, assistant, Event{Severity: Major, Urgency: Emergency})
	s.no(WrongRole, "HL1-5.3b", "by", Reranked, assistant, Event{Urgency: Normal})
	s.do(Reranked, supervisor, Event{Severity: Minor, Urgency: Normal})
	s.do(Reranked, manager, Event{Kind: Concern})
	is(s, "kind", s.ticket.Kind, Concern)
	s.no(WrongRole, "HL1-5.3b", "by", Reranked, assistant, Event{Caller: Anonymous}) // no revisit would be due
	s.do(Reranked, assistant, Event{Caller: Resident})
	s.do(Reranked, supervisor, Event{Caller: Anonymous})
	s.do(Reranked, assistant, Event{Caller: Anonymous}) // as it is
	s.do(Reranked, assistant, Event{Caller: Owner})
	s.no(WrongRole, "HL1-5.3b", "by", Dismissed, assistant, Event{Reason: "查无此事"})
	s.no(WrongRole, "HL1-5.3b", "by", Upheld, assistant)
	s.no(Missing, "HL1-5.3b", "reason", Dismissed, supervisor)
	s.no(WrongRole, "HL1-5.3b", "by", Dismissed, Actor{Supervisor, "S09"}, Event{Reason: "查无此事"}) // the one complained of
	s.do(Dismissed, supervisor, Event{Reason: "查无此事"})
	s.do(Upheld, manager)

	p := take(t, paidClean)
	for _, n := range []Nature{Routine, Commercial} { // no fee, no signature would be asked for
		p.no(WrongRole, "HL1-5.3b", "by", Reranked, assistant, Event{Nature: n})
	}
	p.do(Reranked, assistant, Event{Nature: Special, Place: Indoor})
	p.do(Reranked, supervisor, Event{Nature: Routine})
	p.do(Reranked, assistant, Event{Nature: Commercial})
	p.do(Reranked, assistant, Event{Nature: Special})
	unknown := Ticket{ID: "T1", State: Answered, Facts: Facts{Kind: Complaint}} // counts as named
	if _, err := unknown.Apply(Event{Ticket: "T1", Seq: 1, Type: Reranked, At: at("21 09:00"), By: assistant, Caller: Anonymous}); code4(err) != WrongRole {
		t.Error(err)
	}
}

func TestHL2_3_2_2(t *testing.T) { // complaints and suggestions are recorded and passed on
	for _, e := range []Event{rudeGuard, idea} {
		s := take(t, e)
		s.do(Dispatched, assistant, Event{To: department})
		s.in(Assigned)
	}
}

func TestHL2_3_3_1(t *testing.T) { // a refusal repeats nothing that was said
	e := rudeGuard
	e.Reason, e.Caller = "住户张三说:保安辱骂业主", ""
	_, err := Ticket{}.Apply(Event{Ticket: "T1", Seq: 1, Type: Registered, At: at("21 09:00"), By: assistant, Kind: Complaint, Reason: e.Reason})
	b, _ := json.Marshal(err)
	if r, ok := err.(*Refusal); !ok || strings.Contains(r.Error()+r.Zh()+string(b), "张三") || string(b) != `{"code":"missing","fields":["caller","name","contact","content"],"clause":"HL1-4.1"}` {
		t.Errorf("got %v, %s", err, b)
	}
	for _, name := range []string{"张三", "13800138000", "张三 phone"} {
		row, _ := json.Marshal(map[string]string{name: "x"})
		if _, err := ParseEvent(row); err == nil || strings.Contains(err.Error(), name) {
			t.Errorf("got %v", err)
		}
	}
}

func TestHL2_4_4(t *testing.T) { // a complaint's result is fed back by the desk, on record
	s := take(t, rudeGuard)
	s.do(Dispatched, assistant, Event{To: head})
	s.do(Completed, head)
	s.no(WrongRole, "HB-2.2c", "by", Told, head)
	s.do(Told, assistant)
	s.in(Answered)
}

func TestHL3_3_1(t *testing.T) { // name, contact, request: all that is missing at once
	s := &story{T: t, now: at("21 09:00")}
	s.no(Missing, "HL3-3.1", "name contact content", Registered, assistant, Event{Kind: Repair, Caller: Owner})
	s.no(Missing, "HL3-3.1", "contact", Registered, assistant, Event{Kind: Repair, Caller: Owner, Has: []Particular{Content, Name}})
}

func TestHL3_3_2(t *testing.T) { // dispatched to a department or a person
	s := take(t, lampBroken)
	s.no(Missing, "HL3-3.2", "to", Dispatched, assistant)
	s.no(Missing, "HL3-3.2", "to.id", Dispatched, assistant, Event{To: Actor{Worker, ""}})
	s.no(WrongRole, "HL3-3.2", "to", Dispatched, assistant, Event{To: bureau})
	s.no(WrongRole, "HL3-3.2", "by", Dispatched, head, toWorker)
	s.do(Dispatched, assistant, Event{To: department})
	is(s, "worker", s.ticket.Worker, department)
	s.do(Acknowledged, head) // the department names its person
	is(s, "worker", s.ticket.Worker, head)
	s.do(Dispatched, assistant, toWorker)
	is(s, "worker", s.ticket.Worker, worker)
}

func TestHL3_3_3(t *testing.T) { // handled by whom it was sent to, then fed back
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, Event{To: worker, Until: at("21 12:00")})
	s.do(Completed, worker)
	s.in(Done)
	s.do(Told, assistant)
}

func TestHL2_3_2_3(t *testing.T) { // the emergency plan is started by those who are there
	fire := lampBroken
	fire.Urgency = Emergency
	s := begin(t, fire)
	s.no(WrongRole, "HL2-3.2.3", "by", PlanStarted, resident)
	s.do(PlanStarted, worker)
	s.in(Open)
}
