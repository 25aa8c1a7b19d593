// Package ticket answers: where does this ticket stand, and what may happen to it next?
package ticket

import (
	"time"

	"example.com/wuye/rule"
)

// Every code is a string type: the constant is what stands in JSON, SQL and logs.
// Each has Label() (Chinese) and Valid().
type (
	Kind       string // what was asked for
	Nature     string // SP-2.1
	Urgency    string
	Severity   string // of a complaint
	Place      string
	Caller     string
	Channel    string // how it came in, or how the customer was met
	State      string // what the ticket waits for
	EventType  string // what happened
	Role       string
	Particular string // what the form holds about caller and matter
	Grade      string // of satisfaction
	HoldReason string
	Code       string // of a refusal
)

const (
	Inquiry, Repair, Cleaning, Complaint, Suggestion Kind = "inquiry", "repair", "cleaning", "complaint", "suggestion"
	Service, Concern, Filing, FitOut, Other          Kind = "service", "concern", "filing", "fit_out", "other" // 家政等服务 反映 报备 装修

	Routine, Special, Commercial Nature = "routine", "special", "commercial" // 常规 特约 经营

	Normal, Emergency Urgency = "normal", "emergency"

	Minor, Important, Major Severity = "minor", "important", "major" // 轻微 重要 重大

	Indoor, Public Place = "indoor", "public"

	Owner, Resident, Visitor, Anonymous Caller = "owner", "resident", "visitor", "anonymous"
	Committee, Shop, Neighbourhood      Caller = "committee", "shop", "neighbourhood" // 业委会 商户 居委会

	Phone, Online, Counter, Letter, Visit Channel = "phone", "online", "counter", "letter", "visit" // 电话 线上 来访 来函 上门
	Inbound                               Channel = "inbound"                                       // 转办: 12345, street office

	// States say what is awaited.
	Open, Accepted, Assigned, InWork, Done State = "open", "accepted", "assigned", "in_work", "done"
	Referred, Answered, Closed, Void       State = "referred", "answered", "closed", "void"

	Worker, Assistant, Supervisor, Manager      Role       = "worker", "assistant", "supervisor", "manager"
	DepartmentHead, Finance, Store, Authority   Role       = "department_head", "finance", "store", "authority"
	Customer, System                            Role       = "customer", "system"
	VerySatisfied, Satisfied, Fair, Poor, Bad   Grade      = "very_satisfied", "satisfied", "fair", "poor", "bad"
	NoGrade                                     Grade      = "invalid"                            // 无效评价
	Name, Contact, Content, Room                Particular = "name", "contact", "content", "room" // the least; more as QI-3.4a asks
	IllegalMove, WrongRole, Missing, OwnWork    Code       = "illegal_move", "wrong_role", "missing", "own_work"
	OutOfOrder, Conflict, TimeTravel, Malformed Code       = "out_of_order", "conflict", "time_travel", "malformed"
)

const ( // the flow: these move the state
	Imported                      EventType = "imported" // taken over from another system, in Event.State
	Registered, Triaged, Declined EventType = "registered", "triaged", "declined"
	Dispatched, Returned          EventType = "dispatched", "returned" // 派工 退单
	Started, Completed            EventType = "started", "completed"
	SignedOff, Disputed           EventType = "signed_off", "disputed" // 验收 返工
	Told, Archived                EventType = "told", "archived"
	ReferredOut, Replied          EventType = "referred_out", "replied" // 转报 and the authority's answer
	Withdrawn, Merged, Reopened   EventType = "withdrawn", "merged", "reopened"
	Abandoned, Voided             EventType = "abandoned", "voided" // closed undone, with approval; entered by mistake
)

const ( // beside the flow: evidence, legal wherever it makes sense, they leave the state where it is
	Acknowledged, Agreed, Revisited        EventType = "acknowledged", "agreed", "revisited" // 接单 议定费用 回访
	Delivered, Arrived, Inspected, Joined  EventType = "delivered", "arrived", "inspected", "joined"
	Held, Resumed, Informed, HandedOver    EventType = "held", "resumed", "informed", "handed_over" // handed over: the shift log
	Promised, Rescheduled, Extended, Urged EventType = "promised", "rescheduled", "extended", "urged"
	Escalated, Reported, Reranked          EventType = "escalated", "reported", "reranked" // reported: in writing; reranked: urgency, severity, kind
	Upheld, Dismissed                      EventType = "upheld", "dismissed"               // a complaint: valid, not valid
	Sampled, Missed, Rated                 EventType = "sampled", "missed", "rated"        // into a revisit draw; customer not reached; customer's own grade
	Damaged, Compensated, PlanStarted      EventType = "damaged", "compensated", "plan_started"
	Issued, GivenBack, WrittenOff          EventType = "issued", "given_back", "written_off" // materials and tools; the slip
)

type Actor struct {
	Role Role
	ID   string // staff number; never a resident's name
}

// An Event is one row of a ticket's history. Seq is the order of record, 1, 2, 3, …; At is
// when it happened, Recorded when it was entered. The flow follows Seq, the clocks follow
// At. Which fields a type needs is in Transitions. Nothing identifies a resident: Has says
// which particulars the form holds, the host keeps the form.
type Event struct {
	Ticket       string
	Seq          int
	Type         EventType
	At, Recorded time.Time
	By           Actor

	// of the registration, or of a change to it
	Kind     Kind
	Nature   Nature
	Urgency  Urgency
	Severity Severity
	Place    Place
	Caller   Caller
	Category string // the site's own code
	Has      []Particular

	// of the step
	Channel  Channel
	State    State // Imported
	To       Actor // dispatched, escalated, handed over to
	Against  Actor // the one complained of
	Approver Actor
	Until    time.Time // promised, appointed, extended until; of a revisit: its end
	Hold     HoldReason
	Grade    Grade // of a revisit, with its three questions (TR-4.5)
	Punctual Grade
	Attitude Grade
	Quality  Grade
	Reason   string
	Ref      string // another ticket, a quote, a report, a draw's scope
}

// Facts are what a registration says of a ticket, as last changed. An unset Nature is
// routine, an unset Urgency normal, an unset Severity minor.
type Facts struct {
	Kind     Kind
	Nature   Nature
	Urgency  Urgency
	Severity Severity
	Place    Place
	Caller   Caller
	Booked   bool // with an appointment
	Linked   bool // raised in a revisit of another ticket
}

// A Match says which tickets are meant; empty fields match all, "yes" and "no" the two kinds.
type Match struct {
	Kinds                 []Kind
	Natures               []Nature
	Urgency               Urgency
	Severity              []Severity
	Place                 Place
	Named, Booked, Linked string
}

func (m Match) Fits(f Facts) bool { panic("declared, not yet written") }

// A Ticket is where the flow stands: comparable, of fixed size, all of it exported. A host
// may build one from a status column and Apply from there.
type Ticket struct {
	ID    string
	Seq   int
	State State
	Held  bool
	Facts
	Passed
	Worker  Actor
	Against Actor
	Tier    Role // the highest that has dealt with it: VC-1.6
	Cycle   int  // 1, and one more with each Reopened
	Reworks int
	Opened  time.Time
	Last    time.Time // At of the last row that moved the state
}

// Passed are the steps of this cycle that later steps ask for.
type Passed struct{ Agreed, Completed, SignedOff, Told, Revisited bool }

// strict: what comes in at the door
func ParseEvent(json []byte) (Event, error)  { panic("declared, not yet written") }
func Replay(history []Event) (Ticket, error) { panic("declared, not yet written") }

// *Refusal; t is untouched
func (t Ticket) Apply(e Event) (Ticket, error) { panic("declared, not yet written") }
func (t Ticket) Allowed(r Role) []Transition   { panic("declared, not yet written") }

// A Guard is a condition on who acts, beyond his role.
type Guard string

const NotOwnWork, NotAgainst, NotLowering, Approved Guard = "not_own_work", "not_against", "not_lowering", "approved"

// A Transition is one row of the table that the flow is. A move is legal if a row fits it,
// and must satisfy every row that fits, so that each row carries one clause.
type Transition struct {
	From, To State // To is From for evidence
	Type     EventType
	When     []Match     // any of them; none: all tickets
	If       []EventType // only for tickets where these have passed
	Roles    []Role
	Needs    []string     // fields of Event
	Has      []Particular // that the form must hold
	After    []EventType  // steps that must have passed
	Guards   []Guard
	Clause   rule.ID
}

func Transitions() []Transition { panic("declared, not yet written") }

type Refusal struct {
	Code   Code
	Event  Event
	State  State
	Fields []string
	Clause rule.ID
}

func (r *Refusal) Error() string { panic("declared, not yet written") }
func (r *Refusal) Zh() string    { panic("declared, not yet written") }

// does it move the state?
func (t EventType) Moves() bool   { panic("declared, not yet written") }
func (s State) Label() string     { panic("declared, not yet written") }
func (t EventType) Label() string { panic("declared, not yet written") }
func (r Role) Label() string      { panic("declared, not yet written") }

// After is f changed by what a Registered, Imported or Reranked row says; other rows leave it as it is.
func (f Facts) After(e Event) Facts { panic("declared, not yet written") }

// KnownBy is the rows before the first one not recorded by asOf (at asOf counts; At stands
// in where Recorded is unknown). Everything "as of" uses these rows and no others.
func KnownBy(history []Event, asOf time.Time) []Event { panic("declared, not yet written") }
