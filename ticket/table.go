package ticket

import (
	"slices"

	"example.com/wuye/rule"
)

// A Guard is a condition on who acts, beyond his role.
type Guard string

const (
	NotOwnWork  Guard = "not_own_work" // 非本人所做: By is not the ticket's Worker
	NotAgainst  Guard = "not_against"  // 非被投诉人: By is not the one complained of
	NotLowering Guard = "not_lowering" // 降级、改类、改匿名、取消特约须主管以上: By, if severity or urgency falls, the kind changes, the caller becomes anonymous or the nature is no longer special
	Approved    Guard = "approved"     // 批准人为主管以上且非本人: Approver, if given, is a supervisor or above and not By
	Inside      Guard = "inside"       // 交给有工号的人或部门: To is a person by staff number, or a department, and no outside authority
	NotHeld     Guard = "not_held"     // 未挂起: the ticket is not on hold
)

func (g Guard) Label() string { return guards.label(g) }
func (g Guard) Valid() bool   { return guards.index(g) >= 0 }

// A Transition is one row of the table that the flow is. A move is legal if a row fits it,
// and must satisfy every row that fits, so that each row carries one clause. A row fits if
// From, Type, When and If do; it is satisfied if Roles, Needs, Has, After and Guards are.
type Transition struct {
	From   State        `json:"from,omitzero"` // empty for the first row of a ticket
	To     State        `json:"to,omitzero"`   // From for evidence; empty for Imported: its own State
	Type   EventType    `json:"type"`
	When   []Match      `json:"when,omitempty"`  // any of them; none: all tickets
	If     []EventType  `json:"if,omitempty"`    // only for tickets where these have passed in this cycle
	Roles  []Role       `json:"roles,omitempty"` // who may
	Needs  []string     `json:"needs,omitempty"` // fields of Event, by their JSON names
	Has    []Particular `json:"has,omitempty"`   // that the form must hold
	After  []EventType  `json:"after,omitempty"` // steps that must have passed in this cycle
	Guards []Guard      `json:"guards,omitempty"`
	Clause rule.ID      `json:"clause"`
}

// Transitions is the flow, a fresh copy each call: Apply does what these rows say and
// nothing else. What they cannot say is the same for every row: At and By must be there
// (HB-2.1a), Imported lacks a kind only if a row before it gave one, a late row moves
// nothing and, if its type moves the state, is legal where evidence is, and a row that
// moves the state ends a hold.
func Transitions() []Transition {
	const (
		none State = ""
		stay State = "" // evidence
	)
	var (
		anyone       = []Role{Worker, Assistant, Supervisor, Manager, DepartmentHead, Finance, Store, Authority, Customer, System}
		boss         = []Role{Supervisor, Manager}
		desk         = []Role{Assistant, Supervisor, Manager}
		hands        = []Role{Worker, DepartmentHead, Assistant, Supervisor, Manager}
		crew         = []Role{Worker, DepartmentHead}
		cust         = []Role{Customer, Assistant, Supervisor, Manager}
		outside      = []Role{Authority, Assistant, Supervisor, Manager}
		store        = []Role{Store, Worker}
		automatic    = []Role{System, Assistant, Supervisor, Manager}
		named        = []Match{{Named: "yes"}}
		anonymous    = []Match{{Named: "no"}}
		special      = []Match{{Natures: []Nature{Special}}}
		fitOut       = []Match{{Kinds: []Kind{FitOut}}}
		notFitOut    = []Match{{Kinds: []Kind{Inquiry, Repair, Cleaning, Complaint, Suggestion, Service, Concern, Filing, Other}}}
		notComplaint = []Match{{Kinds: []Kind{Inquiry, Repair, Cleaning, Suggestion, Service, Concern, Filing, FitOut, Other}}}
		talk         = []Match{{Kinds: []Kind{Inquiry, Complaint, Suggestion, Concern, Filing, Other}}} // a word may settle it
		grievance    = []Match{{Kinds: []Kind{Complaint}, Named: "yes"}}
		majorNeed    = []Match{{Kinds: []Kind{Repair}, Severity: []Severity{Major}, Named: "yes"}, {Kinds: []Kind{Repair}, Urgency: Emergency, Named: "yes"}}

		living  = []State{Open, Accepted, Assigned, InWork, Done, Referred, Answered}
		closed  = append(slices.Clone(living), Closed)
		buried  = append(slices.Clone(closed), Void)
		undone  = []State{Open, Accepted, Assigned, InWork, Referred}
		working = []State{Assigned, InWork}
	)
	type in []State
	type is []Particular
	type passed []EventType
	type by []Guard
	type needs []string

	var table []Transition
	row := func(from []State, typ EventType, to State, when []Match, roles []Role, clause rule.ID, more ...any) {
		t := Transition{To: to, Type: typ, When: when, Roles: roles, Clause: clause}
		for _, m := range more {
			switch m := m.(type) {
			case is:
				t.Has = m
			case needs:
				t.Needs = m
			case passed:
				t.After = m
			case by:
				t.Guards = m
			case EventType:
				t.If = []EventType{m}
			}
		}
		for _, s := range from {
			t := t.clone()
			t.From = s
			if !typ.Moves() {
				t.To = s
			}
			table = append(table, t)
		}
	}

	// Everything begins on record, whoever brings it and however. It implements HB-2.2a, HB-3.1,
	// VC-1.4a and VC-3.1.
	//
	// Intake. HL3-3.1 and WY-anonymous have rows of their own, so that a refusal names the one it means.
	row(in{none}, Registered, Open, nil, anyone, "HL1-4.1", needs{"kind", "caller"})
	row(in{none}, Registered, Open, named, anyone, "HL3-3.1", is{Name, Contact, Content})
	row(in{none}, Registered, Open, anonymous, anyone, "WY-anonymous", needs{"reason"}, is{Contact, Content})
	row(in{none}, Registered, Open, special, anyone, "SP-2.2", needs{"until"}, is{Room})
	row(in{none}, Imported, none, nil, anyone, "WY-import", needs{"state", "kind"})

	// Taking on, or not.
	row(in{Open}, Triaged, Accepted, nil, desk, "HL1-4.2")
	row(in{Open, Accepted}, Told, Answered, talk, desk, "VC-1.1")
	row(in{Open, Accepted}, Declined, Done, notComplaint, desk, "SP-2.3a", needs{"reason"})

	// Handling: the desk sends it to whom its kind belongs, a person or a department's head, who
	// takes receipt. It implements HB-2.2e, HB-3.2, VC-2.1a, SP-1a and SP-2.3b.
	row(in{Accepted, Assigned, InWork}, Dispatched, Assigned, nil, desk, "HL3-3.2", needs{"to"}, by{Inside})
	row(working, Returned, Accepted, nil, hands, "VC-3.5", needs{"reason"})
	row(in{Accepted, Assigned, InWork}, ReferredOut, Referred, nil, desk, "VC-2.2", needs{"to"})
	row(in{Referred}, Replied, Done, nil, outside, "VC-2.2")
	row(in{Referred}, Returned, Accepted, nil, outside, "VC-3.5", needs{"reason"})
	row(in{Assigned}, Started, InWork, nil, hands, "HB-1.3a")
	row(in{Assigned}, Started, InWork, special, hands, "SP-2.4.2d", passed{Agreed})
	row(in{Assigned}, Started, InWork, special, hands, "SP-2.4.2e", needs{"ref"})
	row(working, Completed, Done, nil, hands, "HB-1.3a")
	row(working, Completed, Done, special, hands, "SP-2.4.2d", passed{Agreed})

	// The answer, and the end: nothing closes before the customer has the result. Rework asks for
	// no new price. A signature may be electronic, but the system is not among those who sign:
	// a timeout never does. It implements HB-3.3, HL1-4.4, HL2-4.4, WY-rework-free and WY-esign.
	row(in{Done}, Disputed, InWork, nil, cust, "SP-2.5.2", passed{Completed})
	row(in{Done, Answered}, SignedOff, Answered, notFitOut, []Role{Customer}, "SP-2.5.1", passed{Completed})
	row(in{Done, Answered}, SignedOff, Answered, fitOut, desk, "TR-4.2b", passed{Completed})
	row(in{Done, Answered}, Told, Answered, nil, desk, "HB-2.2c")
	row(in{Answered}, Archived, Closed, nil, desk, "SP-1b")
	row(in{Answered}, Archived, Closed, special, desk, "SP-2.5.1", Completed, passed{SignedOff})
	row(in{Answered}, Archived, Closed, grievance, desk, "VC-1.4c", passed{Revisited})
	row(in{Answered}, Archived, Closed, majorNeed, desk, "TR-4.8", Completed, passed{Revisited})
	row(in{Answered}, Archived, Closed, fitOut, desk, "VC-3.5", Completed, passed{Told})
	row(in{Answered, Closed}, Reopened, Accepted, nil, cust, "HB-3.4")

	// Ends without the work.
	row(undone[1:], Abandoned, Done, nil, desk, "VC-3.5", needs{"approver", "reason"}, by{Approved})
	row(in{Open}, Voided, Void, nil, boss, "VC-3.5", needs{"reason"})
	row(undone, Withdrawn, Void, nil, cust, "SP-2.4.2f")
	row(undone, Merged, Void, nil, desk, "WY-group", needs{"ref"})

	// Evidence of the work, also of the head's visit and of facts verified on the spot. It
	// implements VC-2.1b and VC-3.3a.
	row(living, Acknowledged, stay, nil, crew, "SP-2.4.2a")
	row(living, Delivered, stay, nil, hands, "SP-2.4.1")
	row(living, Arrived, stay, nil, hands, "SP-2.4.2b")
	row(living, Inspected, stay, nil, hands, "SP-2.4.2c")
	row(living, Agreed, stay, nil, hands, "SP-2.4.2d", needs{"ref"})
	row(living, Joined, stay, nil, hands, "VC-1.2", needs{"to"})
	row(living, Held, stay, nil, hands, "QI-A.3b", needs{"hold"}, by{NotHeld})
	row(living, Resumed, stay, nil, hands, "QI-A.3b")
	row(living, Issued, stay, nil, store, "SP-2.4.3")
	row(buried, GivenBack, stay, nil, store, "SP-2.6.1.1b")
	row(buried, WrittenOff, stay, nil, desk, "SP-2.6.1.1a")
	row(living, Damaged, stay, nil, hands, "SP-2.5.4a")
	row(living, Compensated, stay, nil, desk, "SP-2.5.4b", needs{"ref"})
	row(living, PlanStarted, stay, nil, hands, "HL2-3.2.3")

	// Evidence of what was promised and said.
	row(living, Informed, stay, nil, hands, "HL1-4.3")
	row(living, Promised, stay, nil, hands, "QI-3.5", needs{"until"})
	row(living, Rescheduled, stay, nil, hands, "SP-2.3c", needs{"until"})
	row(living, Extended, stay, nil, hands, "WY-extension", needs{"until", "approver", "reason"}, by{Approved})
	row(living, Urged, stay, nil, anyone, "QI-A.3b")
	row(living, HandedOver, stay, nil, hands, "HB-2.1g", needs{"to"})
	row(living, Escalated, stay, nil, hands, "VC-1.3a", needs{"to"})
	row(living, Reported, stay, nil, hands, "VC-1.3b", needs{"ref"})

	// Evidence of judgment: what it is, whether it is valid, how well it was done.
	row(living, Reranked, stay, nil, desk, "HL1-5.3b", by{NotLowering})
	row(closed, Upheld, stay, nil, boss, "HL1-5.3b")
	row(closed, Dismissed, stay, nil, boss, "HL1-5.3b", needs{"reason"}, by{NotAgainst})
	row(closed, Revisited, stay, nil, desk, "SP-2.7.2", needs{"channel"})
	row(closed, Revisited, stay, notComplaint, desk, "WY-own-work", by{NotOwnWork})
	row(closed, Missed, stay, nil, desk, "WY-unreachable", by{Approved})
	row(closed, Sampled, stay, nil, automatic, "TR-4.3a", needs{"ref", "channel"})
	row(closed, Rated, stay, nil, cust, "HB-2.2c", needs{"grade"})
	row(closed, Rated, stay, nil, cust, "WY-own-work", by{NotOwnWork})
	return table
}

// clone shares nothing with t.
func (t Transition) clone() Transition {
	t.When = slices.Clone(t.When)
	for i, m := range t.When {
		t.When[i].Kinds = slices.Clone(m.Kinds)
		t.When[i].Natures = slices.Clone(m.Natures)
		t.When[i].Severity = slices.Clone(m.Severity)
	}
	t.If = slices.Clone(t.If)
	t.Roles = slices.Clone(t.Roles)
	t.Needs = slices.Clone(t.Needs)
	t.Has = slices.Clone(t.Has)
	t.After = slices.Clone(t.After)
	t.Guards = slices.Clone(t.Guards)
	return t
}

// A step is a Transition as Apply reads it: lists of codes as sets of bits.
type step struct {
	Transition
	roles  uint32 // by place in roles
	needs  uint32 // by place in fields
	has    uint32 // by place in forms
	passed uint8  // After, as Passed.bits
	when   uint8  // If, as Passed.bits
	guards uint32 // by place in guards
}

// flow is the table, compiled: steps in order of From and Type, where each pair begins, and
// what all steps of a pair ask together.
type flow struct {
	steps []step
	begin [10*48 + 1]uint16
	sum   [10 * 48]sum
	to    [moving]State // where a moving type lands: one state each
}

// A sum is what a pair of state and type asks of every ticket, so that Apply need not go
// from row to row where all of them fit all tickets.
type sum struct {
	plain             bool // there are rows, and none has a When or If
	passed            uint8
	roles, needs, has uint32
	guards            uint32
}

func sumOf(steps []step) sum {
	all := sum{plain: len(steps) > 0, roles: 1<<32 - 1}
	for _, s := range steps {
		all.plain = all.plain && len(s.When) == 0 && s.when == 0
		all.roles &= s.roles
		all.needs |= s.needs
		all.has |= s.has
		all.passed |= s.passed
		all.guards |= s.guards
	}
	return all
}

var (
	theFlow = compile(Transitions())
	fields  = []string{needKind: "kind", needCaller: "caller", needState: "state", needTo: "to", needApprover: "approver", needUntil: "until",
		needChannel: "channel", needHold: "hold", needGrade: "grade", needReason: "reason", needRef: "ref"}
	guards = newSet([]label[Guard]{{NotOwnWork, "非本人所做"}, {NotAgainst, "非被投诉人"}, {NotLowering, "降级、改类、改匿名、取消特约须主管以上"},
		{Approved, "批准人为主管以上且非本人"}, {Inside, "交给有工号的人或部门"}, {NotHeld, "未挂起"}})
)

// Places in fields.
const (
	needKind = iota
	needCaller
	needState
	needTo
	needApprover
	needUntil
	needChannel
	needHold
	needGrade
	needReason
	needRef
)

func compile(table []Transition) *flow {
	var f flow
	for from := range 10 {
		for typ, l := range eventTypes.list {
			f.begin[from*len(eventTypes.list)+typ] = uint16(len(f.steps))
			for _, t := range table {
				if t.Type == l.code && 1+states.index(t.From) == from {
					f.steps = append(f.steps, compileStep(t))
					if typ < moving {
						f.to[typ] = t.To
					}
				}
			}
		}
	}
	f.begin[len(f.begin)-1] = uint16(len(f.steps))
	for i := range f.sum {
		f.sum[i] = sumOf(f.steps[f.begin[i]:f.begin[i+1]])
	}
	return &f
}

func compileStep(t Transition) step {
	s := step{Transition: t}
	for _, r := range t.Roles {
		s.roles |= 1 << roles.index(r)
	}
	for _, n := range t.Needs {
		s.needs |= 1 << slices.Index(fields, n)
	}
	for _, p := range t.Has {
		s.has |= 1 << forms.index(p)
	}
	for _, g := range t.Guards {
		s.guards |= 1 << guards.index(g)
	}
	s.passed, s.when = passedBits(t.After), passedBits(t.If)
	return s
}

// of is the rows of one state (0: none yet, else 1 + its place) and type.
func (f *flow) of(from, typ int) []step {
	i := from*len(eventTypes.list) + typ
	return f.steps[f.begin[i]:f.begin[i+1]]
}
