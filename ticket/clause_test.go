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

func TestSP_1a(t *testing.T) { // who may do what: the desk registers and triages, the worker provides, the desk revisits and archives
	s := begin(t, lampBroken)
	s.no(WrongRole, "HL1-4.2", "by", Triaged, worker)
	s.do(Triaged, assistant)
	s.do(Dispatched, assistant, toWorker)
	for _, who := range []Actor{resident, keeper, bureau, machine, {Finance, "F01"}} {
		s.no(WrongRole, "HB-1.3a", "by", Started, who)
		s.no(WrongRole, "HB-1.3a", "by", Completed, who)
	}
	s.do(Completed, worker)
	s.do(Told, assistant)
	s.no(WrongRole, "SP-2.7.2", "by", Revisited, worker, byPhone)
	s.no(WrongRole, "SP-1b", "by", Archived, worker)
	s.do(Revisited, colleague, byPhone)
	s.do(Archived, assistant)
}

func TestSP_1b(t *testing.T) { // signed off, revisited, archived: in this order
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.do(Agreed, worker, Event{Ref: "Q1"})
	s.do(Started, worker, Event{Ref: "N1"})
	s.do(Completed, worker)
	s.no(IllegalMove, "HB-1.3a", "", Archived, assistant)
	s.do(Told, assistant)
	s.no(Missing, "SP-2.5.1", "signed_off", Archived, assistant)
	s.do(SignedOff, resident)
	s.do(Revisited, assistant, byPhone)
	s.no(WrongRole, "SP-1b", "by", Archived, worker)
	s.do(Archived, assistant)
	s.do(Revisited, assistant, onSite) // a routine slip is drawn after it was closed
	s.in(Closed)
}

func TestSP_2_1(t *testing.T) { // routine, special, commercial
	for _, n := range []Nature{Routine, Special, Commercial} {
		e := paidClean
		e.Nature = n
		is(begin(t, e), "nature", begin(t, e).ticket.Nature, n)
	}
}

func TestSP_2_2(t *testing.T) { // special service: room and appointment besides
	s := &story{T: t, now: at("21 09:00")}
	s.no(Missing, "HL3-3.1", "until name contact content room", Registered, assistant, Event{Kind: Service, Nature: Special, Caller: Owner})
	s.no(Missing, "SP-2.2", "until room", Registered, assistant, Event{Kind: Service, Nature: Special, Caller: Owner, Has: form()})
	s.do(Registered, assistant, Event{Kind: Service, Nature: Special, Caller: Owner, Until: at("21 14:00"), Has: form(Room)})
	is(s, "booked", s.ticket.Booked, true)
}

func TestSP_2_3a(t *testing.T) { // what is declined is explained, and the explanation given; no complaint is declined
	s := begin(t, paidClean)
	s.no(Missing, "SP-2.3a", "reason", Declined, assistant)
	s.do(Declined, assistant, Event{Reason: "本处没有这项服务"})
	s.in(Done)
	s.do(Told, assistant)
	s.do(Archived, assistant)
	begin(t, rudeGuard).no(IllegalMove, "SP-2.3a", "", Declined, assistant, Event{Reason: "不归我们管"})
}

func TestSP_2_3b(t *testing.T) { // desk and worker agree: sent, taken over or given back with a reason
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.no(Missing, "VC-3.5", "reason", Returned, worker)
	s.do(Returned, worker, Event{Reason: "下午已有别的单"})
	s.in(Accepted)
	s.do(Dispatched, assistant, Event{To: helper})
	s.do(Acknowledged, helper)
	is(s, "worker", s.ticket.Worker, helper)
}

func TestSP_2_4_2c(t *testing.T) { // on site: looked at before the price
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.do(Arrived, worker)
	s.no(WrongRole, "SP-2.4.2c", "by", Inspected, resident)
	s.do(Inspected, worker)
	s.in(Assigned)
}

func TestSP_2_4_2d(t *testing.T) { // the fee is agreed before the work, and refers to a quote
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.no(Missing, "SP-2.4.2d", "agreed", Started, worker, Event{Ref: "N1"})
	s.no(Missing, "SP-2.4.2d", "agreed", Completed, worker)
	s.no(Missing, "SP-2.4.2d", "ref", Agreed, worker)
	s.do(Agreed, worker, Event{Ref: "Q1"})
	s.do(Started, worker, Event{Ref: "N1"})
	s.do(Completed, worker)
}

func TestSP_2_4_2e(t *testing.T) { // the record is opened between price and work: its number
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.no(Missing, "SP-2.4.2d", "ref agreed", Started, worker) // everything at once
	s.do(Agreed, worker, Event{Ref: "Q1"})
	s.no(Missing, "SP-2.4.2e", "ref", Started, worker)
	s.do(Started, worker, Event{Ref: "N1"})
}

func TestSP_2_4_2f(t *testing.T) { // cancelled by the customer: the slip is written off, what was drawn comes back
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.do(Issued, keeper)
	s.no(WrongRole, "SP-2.4.2f", "by", Withdrawn, worker)
	s.do(Withdrawn, resident)
	s.in(Void)
	s.no(WrongRole, "SP-2.6.1.1a", "by", WrittenOff, worker)
	s.do(WrittenOff, assistant)
	s.do(GivenBack, keeper)
	s.no(IllegalMove, "HB-1.3a", "", Urged, resident)
	s.no(IllegalMove, "HB-1.3a", "", Reopened, resident)
	s.in(Void)
}

func TestSP_2_4_3(t *testing.T) { // materials and tools drawn on record, at the store or by the worker
	s := take(t, paidClean)
	s.no(WrongRole, "SP-2.4.3", "by", Issued, assistant)
	s.do(Issued, keeper)
	s.do(Issued, worker)
}

func TestSP_2_5_1(t *testing.T) { // only the customer accepts, and only what was completed
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.do(Agreed, worker, Event{Ref: "Q1"})
	s.do(Started, worker, Event{Ref: "N1"})
	s.no(IllegalMove, "HB-1.3a", "", SignedOff, resident)
	s.do(Completed, worker)
	for _, who := range []Actor{worker, assistant, supervisor, manager, machine} {
		s.no(WrongRole, "SP-2.5.1", "by", SignedOff, who)
	}
	s.do(SignedOff, resident) // the signature is the answer: nothing needs to be told
	s.in(Answered)
	s.do(Archived, assistant)
}

func TestSP_2_5_2(t *testing.T) { // dissatisfied: redone until satisfied
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Started, worker)
	for n := 1; n <= 3; n++ {
		s.do(Completed, worker)
		s.no(WrongRole, "SP-2.5.2", "by", Disputed, worker)
		s.do(Disputed, resident)
		s.in(InWork)
		is(s, "reworks", s.ticket.Reworks, n)
		is(s, "completed", s.ticket.Completed, false)
	}
	s.do(Completed, worker)
	s.do(SignedOff, resident)
	s.in(Answered)
}

func TestSP_2_5_4b(t *testing.T) { // damage is told; compensation refers to the money log
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Damaged, worker)
	s.no(Missing, "SP-2.5.4b", "ref", Compensated, assistant)
	s.no(WrongRole, "SP-2.5.4b", "by", Compensated, worker, Event{Ref: "C1"})
	s.do(Compensated, manager, Event{Ref: "C1"})
	s.in(Assigned)
}

func TestVC_1_1(t *testing.T) { // a minor complaint is answered at once, or later
	s := begin(t, rudeGuard)
	s.do(Told, assistant)
	s.in(Answered)
	is(s, "tier", s.ticket.Tier, Assistant)
	s = begin(t, rudeGuard)
	s.do(Promised, assistant, Event{Until: at("21 11:00")})
	s.do(Triaged, assistant)
	s.do(Told, assistant)
	s.in(Answered)
}

func TestVC_1_2(t *testing.T) { // another department: it confirms, then the owner is answered
	s := take(t, rudeGuard)
	s.do(Dispatched, assistant, Event{To: department})
	s.no(Missing, "VC-1.2", "to", Joined, head)
	s.do(Joined, head, Event{To: worker})
	s.do(Completed, head)
	s.do(Told, assistant)
	s.in(Answered)
}

func TestVC_1_4a(t *testing.T) { // nothing happens to a complaint that was not recorded
	s := &story{T: t, now: at("21 09:00")}
	s.no(IllegalMove, "HB-1.3a", "", Told, assistant)
	s.no(IllegalMove, "HB-1.3a", "", Triaged, assistant)
	s.do(Registered, assistant, rudeGuard)
}

func TestVC_1_4b(t *testing.T) { // signed by who took it
	s := &story{T: t, now: at("21 09:00")}
	s.no(Missing, "HB-2.1a", "by", Registered, Actor{}, rudeGuard)
	s.do(Registered, assistant, rudeGuard)
}

func TestVC_1_4c(t *testing.T) { // no complaint with a named caller is filed without a revisit
	s := begin(t, rudeGuard)
	s.do(Told, assistant)
	s.no(Missing, "VC-1.4c", "revisited", Archived, manager)
	s.do(Missed, assistant)
	s.no(Missing, "VC-1.4c", "revisited", Archived, assistant)
	s.no(WrongRole, "WY-unreachable", "approver", Missed, assistant, Event{Approver: colleague})
	s.do(Missed, assistant, Event{Approver: supervisor}) // given up with approval
	s.do(Archived, assistant)
	u := begin(t, unnamed)
	u.do(Told, assistant)
	u.do(Archived, assistant)
}

func TestVC_2_1a(t *testing.T) { // the assistant calms and calls in the department's head
	s := take(t, rudeGuard)
	s.do(Informed, assistant)
	s.do(Dispatched, assistant, Event{To: head})
	is(s, "worker", s.ticket.Worker, head)
}

func TestVC_2_1b(t *testing.T) { // he solves it on site, on record
	s := take(t, rudeGuard)
	s.do(Dispatched, assistant, Event{To: head})
	s.do(Arrived, head)
	s.do(Started, head)
	s.do(Completed, head)
	s.in(Done)
}

func TestVC_2_1c(t *testing.T) { // he reports; the assistant revisits, on record
	s := take(t, rudeGuard)
	s.do(Dispatched, assistant, Event{To: head})
	s.do(Completed, head)
	s.no(WrongRole, "SP-2.7.2", "by", Revisited, head, onSite)
	s.do(Told, assistant)
	s.do(Revisited, assistant, byPhone)
	is(s, "revisited", s.ticket.Revisited, true)
}

func TestVC_2_2(t *testing.T) { // what others must solve: referred on the owner's behalf, their answer fed back
	s := take(t, rudeGuard)
	s.no(Missing, "VC-2.2", "to", ReferredOut, assistant)
	s.do(ReferredOut, assistant, Event{To: bureau})
	s.in(Referred)
	s.do(Replied, bureau)
	s.in(Done)
	s.do(Told, assistant)
	s.in(Answered)
	s = take(t, rudeGuard)
	s.do(ReferredOut, assistant, Event{To: bureau})
	s.do(Returned, bureau, Event{Reason: "不属本部门职责"})
	s.in(Accepted)
	s = begin(t, rudeGuard)
	s.do(Told, assistant, Event{To: bureau}) // or their number is given
	s.in(Answered)
}

func TestVC_3_1(t *testing.T) { // walk-ins are taken by the assistant on duty
	e := rudeGuard
	e.Channel = Counter
	s := begin(t, e)
	s.no(WrongRole, "HL1-4.2", "by", Triaged, head)
	s.do(Triaged, assistant)
}

func TestVC_3_3a(t *testing.T) { // verified on the spot; the result to department and supervisor
	s := take(t, rudeGuard)
	s.do(Arrived, assistant)
	s.do(Inspected, assistant)
	s.no(Missing, "VC-1.3b", "ref", Reported, assistant)
	s.do(Reported, assistant, Event{To: supervisor, Ref: "R1"})
	s.do(Escalated, assistant, Event{To: supervisor})
	is(s, "tier", s.ticket.Tier, Supervisor)
}

func TestVC_3_4(t *testing.T) { // a suggestion goes to the leader: adopted, planned or declined
	suggested := func() *story {
		s := take(t, idea)
		s.do(Escalated, assistant, Event{To: manager})
		return s
	}
	s := suggested() // adopted
	s.do(Dispatched, manager, Event{To: head})
	s.do(Informed, assistant)
	s.do(Completed, head)
	s.do(Told, assistant)
	s.in(Answered)
	s = suggested() // planned, and told again when done
	s.do(Told, manager)
	s.do(Promised, manager, Event{Until: at("30 17:00")})
	s.do(Told, assistant, Event{At: at("30 16:00")})
	s.do(Archived, assistant)
	s = suggested() // declined
	s.do(Declined, manager, Event{Reason: "费用过高"})
	s.do(Told, assistant)
	s.in(Answered)
	is(s, "tier", s.ticket.Tier, Manager)
}

func TestVC_3_5(t *testing.T) { // nothing ends without an answer, nothing goes back without a reason
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.no(Missing, "VC-3.5", "reason", Returned, worker)
	s.no(Missing, "VC-3.5", "approver reason", Abandoned, assistant)
	s.no(WrongRole, "VC-3.5", "approver", Abandoned, assistant, Event{Approver: colleague, Reason: "无法修复"})
	s.no(WrongRole, "VC-3.5", "approver", Abandoned, supervisor, Event{Approver: supervisor, Reason: "无法修复"})
	s.do(Abandoned, assistant, Event{Approver: supervisor, Reason: "无法修复"})
	s.in(Done)
	s.no(IllegalMove, "HB-1.3a", "", Archived, assistant)
	s.do(Told, assistant)
	s.do(Archived, assistant)

	s = begin(t, lampBroken)
	s.no(WrongRole, "VC-3.5", "by", Voided, assistant, Event{Reason: "重复录入"})
	s.no(Missing, "VC-3.5", "reason", Voided, supervisor)
	s.do(Voided, supervisor, Event{Reason: "重复录入"})
	s.in(Void)
	take(t, lampBroken).no(IllegalMove, "HB-1.3a", "", Voided, supervisor, Event{Reason: "重复录入"})

	f := take(t, fitting)
	f.do(Dispatched, assistant, Event{To: head})
	f.do(Completed, head)
	f.do(SignedOff, assistant)
	f.no(Missing, "VC-3.5", "told", Archived, assistant)
	f.do(Told, assistant)
	f.do(Archived, assistant)
}

func TestQI_3_3b(t *testing.T) { // time, place, persons, course: the form may hold them
	e := rudeGuard
	e.Has = form(Occurred, Location, Persons, Course)
	begin(t, e).in(Open)
}

func TestQI_3_4a(t *testing.T) { // cause, content, time, place, persons, course, scope: codes for the audit, no refusal
	e := rudeGuard
	e.Has = form(Cause, Occurred, Location, Persons, Course, Scope)
	begin(t, e).in(Open)
	begin(t, rudeGuard).in(Open)
	for _, p := range e.Has {
		if !p.Valid() || p.Label() == "" {
			t.Errorf("%s has no label", p)
		}
	}
}

func TestQI_3_5(t *testing.T) { // an exact time of reply
	s := begin(t, rudeGuard)
	s.no(Missing, "QI-3.5", "until", Promised, assistant)
	s.do(Promised, assistant, Event{Until: at("21 11:00")})
	s.in(Open)
}

// Clauses of other chapters that the flow makes hold.

func TestTR_4_2b(t *testing.T) { // a fit-out is signed off by the desk
	s := take(t, fitting)
	s.do(Dispatched, assistant, Event{To: head})
	s.do(Completed, head)
	s.no(WrongRole, "TR-4.2b", "by", SignedOff, resident)
	s.do(SignedOff, assistant)
	s.in(Answered)
}

func TestTR_4_8(t *testing.T) { // a completed major need is not filed before its revisit
	big := lampBroken
	big.Severity = Major
	for _, e := range []Event{burstPipe, big} {
		s := take(t, e)
		s.do(PlanStarted, assistant)
		s.repaired()
		s.no(Missing, "TR-4.8", "revisited", Archived, assistant)
		s.do(Revisited, assistant, byPhone)
		s.do(Archived, assistant)
	}
	s := take(t, lampBroken)
	s.repaired()
	s.do(Archived, assistant) // for other repairs its absence is for the audit
}

func TestWY_own_work(t *testing.T) { // nobody revisits or rates his own work, complaints excepted
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, Event{To: assistant})
	s.do(Completed, assistant)
	s.do(Told, assistant)
	s.no(OwnWork, "WY-own-work", "by", Revisited, assistant, byPhone)
	s.no(OwnWork, "WY-own-work", "by", Revisited, Actor{Supervisor, "A01"}, byPhone) // a higher post is the same person
	s.no(OwnWork, "WY-own-work", "by", Rated, assistant, Event{Grade: Satisfied})
	s.do(Revisited, colleague, byPhone)
	s.do(Rated, colleague, Event{Grade: Fair})
	s.do(Rated, resident, Event{Grade: Fair})

	c := take(t, rudeGuard)
	c.do(Dispatched, assistant, Event{To: assistant})
	c.do(Completed, assistant)
	c.do(Told, assistant)
	c.do(Revisited, assistant, byPhone) // VC-1.4
	c.no(OwnWork, "WY-own-work", "by", Rated, assistant, Event{Grade: Satisfied})
}

func TestWY_extension(t *testing.T) { // only with a reason and an approver who is a supervisor or above, and another
	s := take(t, lampBroken)
	later := Event{Until: at("22 12:00")}
	s.no(Missing, "WY-extension", "approver until reason", Extended, assistant)
	later.Reason, later.Approver = "等配件", colleague
	s.no(WrongRole, "WY-extension", "approver", Extended, assistant, later)
	later.Approver = supervisor
	s.no(WrongRole, "WY-extension", "approver", Extended, supervisor, later)
	s.do(Extended, assistant, later)
	s.do(Extended, manager, later)
}

func TestWY_anonymous(t *testing.T) { // a reason instead of the name; contact and content stay
	s := &story{T: t, now: at("21 09:00")}
	s.no(Missing, "WY-anonymous", "reason contact content", Registered, assistant, Event{Kind: Complaint, Caller: Anonymous})
	s.do(Registered, assistant, unnamed)
}

func TestWY_inbound(t *testing.T) { // transferred in: outside number, reply-by as a promise, at least important
	e := rudeGuard
	e.Channel, e.Ref = Inbound, "12345-2026-0917"
	s := begin(t, e)
	s.do(Promised, assistant, Event{Until: at("24 17:00")})
	is(s, "severity", s.ticket.Severity, Important)
	is(s, "linked", s.ticket.Linked, false)
	e.Severity = Major
	is(begin(t, e), "severity", begin(t, e).ticket.Severity, Major)
}

func TestWY_linked(t *testing.T) { // heard in a revisit: a new ticket that names the revisited one
	e := rudeGuard
	e.Ref = "T0"
	is(begin(t, e), "linked", begin(t, e).ticket.Linked, true)
	is(begin(t, rudeGuard), "linked", begin(t, rudeGuard).ticket.Linked, false)
}

func TestWY_group(t *testing.T) { // several households, one matter: merged into one case, which is told
	s := take(t, rudeGuard)
	s.no(Missing, "WY-group", "ref", Merged, assistant)
	s.do(Merged, assistant, Event{Ref: "T9"})
	s.in(Void)
	one := take(t, rudeGuard)
	one.do(Urged, assistant, Event{Ref: "T1"})
	one.do(Reranked, assistant, Event{Severity: Important})
	is(one, "severity", one.ticket.Severity, Important)
}

func TestWY_unreachable(t *testing.T) { // failed attempts are recorded; giving up needs approval
	s := begin(t, rudeGuard)
	s.do(Told, assistant)
	for range 3 {
		s.do(Missed, assistant)
	}
	is(s, "revisited", s.ticket.Revisited, false)
	s.do(Missed, assistant, Event{Approver: manager})
	is(s, "revisited", s.ticket.Revisited, true)
}

func TestWY_caller(t *testing.T) { // owners' committee, shop, neighbourhood committee
	for _, c := range []Caller{Committee, Shop, Neighbourhood} {
		e := question
		e.Caller = c
		is(begin(t, e), "caller", begin(t, e).ticket.Caller, c)
	}
}

func TestWY_referral(t *testing.T) { // developer and utilities as VC-2.2
	s := take(t, lampBroken)
	s.do(ReferredOut, assistant, Event{To: Actor{Authority, "developer"}})
	s.do(Replied, assistant) // the desk may enter their answer
	s.do(Told, assistant)
	s.in(Answered)
}

func TestWY_esign(t *testing.T) { // however it is made, a signature is the customer's; a timeout never signs
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Completed, worker)
	s.no(WrongRole, "SP-2.5.1", "by", SignedOff, machine)
	s.do(SignedOff, resident, Event{Channel: Online})
}

func TestWY_rework_free(t *testing.T) { // redone without a new price, in this cycle and after a reopening
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.do(Agreed, worker, Event{Ref: "Q1"})
	s.do(Started, worker, Event{Ref: "N1"})
	s.do(Completed, worker)
	s.do(Disputed, resident)
	s.do(Completed, worker)
	s.do(SignedOff, resident)
	s.do(Reopened, resident)
	s.do(Dispatched, assistant, toWorker)
	s.do(Started, worker, Event{Ref: "N2"})
	s.do(Completed, worker)
	s.in(Done)
}

func TestSP_2_4_2a(t *testing.T) { // who was given the slip logs its receipt himself
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.no(WrongRole, "SP-2.4.2a", "by", Acknowledged, assistant)
	s.do(Acknowledged, worker)
	s.in(Assigned)
}

func TestSP_2_3c(t *testing.T) { // another time is agreed, and said
	s := take(t, paidClean)
	s.do(Dispatched, assistant, toWorker)
	s.no(Missing, "SP-2.3c", "until", Rescheduled, assistant)
	s.do(Rescheduled, assistant, Event{Until: at("22 15:00")})
}

func TestSP_2_6_1_1a(t *testing.T) { // the slip is written off at the centre, also when it is closed or void
	s := take(t, paidClean)
	s.do(Withdrawn, resident)
	s.no(WrongRole, "SP-2.6.1.1a", "by", WrittenOff, worker)
	s.do(WrittenOff, assistant)
	s.in(Void)
}

func TestSP_2_6_1_1b(t *testing.T) { // materials and tools go back to the store, also when it is closed or void
	s := take(t, paidClean)
	s.do(Withdrawn, resident)
	s.no(WrongRole, "SP-2.6.1.1b", "by", GivenBack, assistant)
	s.do(GivenBack, keeper)
	s.in(Void)
}

func TestSP_2_7_2(t *testing.T) { // a revisit is on site, by phone or the like, and the desk's
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Completed, worker)
	s.do(Told, assistant)
	s.no(Missing, "SP-2.7.2", "channel", Revisited, colleague)
	s.no(WrongRole, "SP-2.7.2", "by", Revisited, worker, byPhone)
	for _, met := range []Channel{Visit, Phone, Online} {
		s.do(Revisited, colleague, Event{Channel: met})
	}
}

func TestHL2_3_2_3(t *testing.T) { // the emergency plan is started by those who are there
	fire := lampBroken
	fire.Urgency = Emergency
	s := begin(t, fire)
	s.no(WrongRole, "HL2-3.2.3", "by", PlanStarted, resident)
	s.do(PlanStarted, worker)
	s.in(Open)
}

func TestQI_A_3b(t *testing.T) { // why it is not finished is said, and anybody may urge
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.no(Missing, "QI-A.3b", "hold", Held, worker)
	s.do(Held, worker, Event{Hold: WaitingWeather})
	s.do(Urged, resident)
	is(s, "held", s.ticket.Held, true)
	s.do(Resumed, worker)
	is(s, "held", s.ticket.Held, false)
}
