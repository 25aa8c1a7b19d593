// Package ticket answers: where does this ticket stand, and what may happen to it next?
//
// Its documents are RULES.md's chapter on intake and lifecycle: the handbook (HB), the
// hotline rules (HL), the villa complaint rules (VC), the fit-out and revisit rules (TR),
// the service procedure (SP) and the quality scheme (QI). Own additions are WY.
//
// # Rows
//
// A ticket's history is a list of Event, one row for each thing that happened, numbered 1,
// 2, 3, … by Seq and owned by the host's database. Replay folds it to a Ticket, a small
// comparable value that says where the flow stands; Apply adds one row, or refuses it with
// a *Refusal that names code, state, fields and clause. Nothing is stored here.
//
// The flow follows Seq, the clocks (package sla) follow At. A row whose At is before the
// At of the last row that moved the state is late: it is legal wherever evidence is, if
// the table allows it in some state, and it moves nothing. At after Recorded, or before
// the registration, is refused.
//
// # The flow
//
// A state says what the ticket waits for:
//
//	open 待受理 → accepted 待派工 → assigned 待开工 → in_work 处理中 → done 待答复 → answered 待归档 → closed 已归档
//	referred 待外部答复: with an authority, a developer or a utility
//	void 已作废: withdrawn, merged or entered by mistake
//
// Transitions is the whole table, and the only one: who may do what, where, with which
// fields, after which steps, by which clause. docs/flow.md and docs/flow.svg are drawn
// from it. Only the skeleton is compulsory: register, take on or decline, dispatch,
// complete, answer, archive; for paid work also the agreed fee before the start and the
// signature before the archive. All else is evidence that a site may record or not; what
// its absence means is for sla and audit. A hold is an overlay on the state: Held to
// Resumed, or to the next row that moves the state.
//
// # Taking over
//
// A ticket from another system comes with an Imported row that gives its state. Rows
// before it are testimony: read for facts, worker, tier and passed steps, and not checked.
// A host may also build a Ticket from a status column and Apply from there.
//
// # Privacy
//
// No row holds a resident's name, number or address: Has says which particulars the form
// holds, and the host keeps the form. Neither text of a Refusal repeats a Reason.
//
// # The door and the table
//
// ParseEvent reads foreign JSON strictly. Stored rows are read with json.Unmarshal, which
// passes over newer fields; Replay refuses codes it does not know. In SQL a row is
//
//	create table events (
//		ticket        varchar(64) not null,
//		seq           integer     not null,
//		type          varchar(16) not null,
//		at            timestamp with time zone not null,
//		recorded      timestamp with time zone,
//		by_role       varchar(16) not null default '',
//		by_id         varchar(64) not null default '',
//		kind          varchar(16) not null default '',
//		nature        varchar(16) not null default '',
//		urgency       varchar(16) not null default '',
//		severity      varchar(16) not null default '',
//		place         varchar(16) not null default '',
//		caller        varchar(16) not null default '',
//		category      varchar(64) not null default '',
//		has           text,       -- a JSON array, null if empty
//		channel       varchar(16) not null default '',
//		state         varchar(16) not null default '',
//		to_role       varchar(16) not null default '',
//		to_id         varchar(64) not null default '',
//		against_role  varchar(16) not null default '',
//		against_id    varchar(64) not null default '',
//		approver_role varchar(16) not null default '',
//		approver_id   varchar(64) not null default '',
//		until         timestamp with time zone,
//		hold          varchar(16) not null default '',
//		grade         varchar(16) not null default '',
//		punctual      varchar(16) not null default '',
//		attitude      varchar(16) not null default '',
//		quality       varchar(16) not null default '',
//		reason        text        not null default '',
//		ref           varchar(64) not null default '',
//		primary key (ticket, seq)
//	)
//
// The primary key makes a stale form lose, since its row's Seq is taken. Every column
// scans into its field as it is, but for three: recorded and until scan into a
// sql.Null[time.Time], whose V is the field, and has into a []byte, for json.Unmarshal.
package ticket

import (
	"math/bits"
	"slices"
	"time"
	"unicode/utf8"

	"example.com/wuye/calendar"
)

// Limits of what one row and one history may hold. More is refused as Malformed.
const (
	maxID     = 64     // bytes of a ticket's, person's or other record's number
	maxReason = 1_000  // characters
	maxRows   = 10_000 // of one ticket
)

// An Actor is a capacity and a staff number. A resident acts as {customer, ""}.
type Actor struct {
	Role Role   `json:"role,omitzero"`
	ID   string `json:"id,omitzero"` // staff number; never a resident's name
}

// same reports whether a and b are certainly one person: one number, or, where neither has
// a number, one role.
func (a Actor) same(b Actor) bool {
	return a.ID == b.ID && (a.ID != "" || a.Role == b.Role && a.Role != "")
}

// An Event is one row of a ticket's history. Seq is the order of record, 1, 2, 3, …; At is
// when it happened, Recorded when it was entered (zero: not known). The flow follows Seq,
// the clocks follow At. By is who did it, in which capacity. Which other fields a type
// needs is in Transitions. Nothing identifies a resident: Has says which particulars the
// form holds, the host keeps the form. It implements HL1-5.3a, HL2-3.3.1, VC-1.4b.
type Event struct {
	Ticket   string    `json:"ticket,omitzero"`
	Seq      int       `json:"seq,omitzero"`
	Type     EventType `json:"type,omitzero"`
	At       time.Time `json:"at,omitzero"`
	Recorded time.Time `json:"recorded,omitzero"`
	By       Actor     `json:"by,omitzero"`

	// of the registration, or of a change to it
	Kind     Kind         `json:"kind,omitzero"`
	Nature   Nature       `json:"nature,omitzero"`
	Urgency  Urgency      `json:"urgency,omitzero"`
	Severity Severity     `json:"severity,omitzero"`
	Place    Place        `json:"place,omitzero"`
	Caller   Caller       `json:"caller,omitzero"`
	Category string       `json:"category,omitzero"` // the site's own code
	Has      []Particular `json:"has,omitempty"`

	// of the step
	Channel  Channel    `json:"channel,omitzero"`
	State    State      `json:"state,omitzero"`   // Imported
	To       Actor      `json:"to,omitzero"`      // dispatched, referred, escalated, handed over to
	Against  Actor      `json:"against,omitzero"` // the one complained of
	Approver Actor      `json:"approver,omitzero"`
	Until    time.Time  `json:"until,omitzero"` // promised, appointed, extended until; of a revisit: its end
	Hold     HoldReason `json:"hold,omitzero"`
	Grade    Grade      `json:"grade,omitzero"` // of a revisit, with its three questions (TR-4.5)
	Punctual Grade      `json:"punctual,omitzero"`
	Attitude Grade      `json:"attitude,omitzero"`
	Quality  Grade      `json:"quality,omitzero"`
	Reason   string     `json:"reason,omitzero"`
	Ref      string     `json:"ref,omitzero"` // another ticket, an outside number, a quote, a report, a draw's scope
}

// Facts are what a registration says of a ticket, as last changed. An unset Nature is
// routine, an unset Urgency normal, an unset Severity minor; an unset Kind is not known
// and fits no Match that names kinds.
type Facts struct {
	Kind     Kind     `json:"kind,omitzero"`
	Nature   Nature   `json:"nature,omitzero"`
	Urgency  Urgency  `json:"urgency,omitzero"`
	Severity Severity `json:"severity,omitzero"`
	Place    Place    `json:"place,omitzero"`
	Caller   Caller   `json:"caller,omitzero"`
	Booked   bool     `json:"booked,omitzero"` // registered with an appointment
	Linked   bool     `json:"linked,omitzero"` // raised in a revisit of another ticket (WY-linked)
}

// After is f changed by what a Registered, Imported or Reranked row says; other rows leave
// it as it is. Fields the row does not set stay. A matter transferred in is at least
// important. It implements WY-inbound, WY-linked.
func (f Facts) After(e Event) Facts { return f.after(&e) }

func (f Facts) after(e *Event) Facts {
	if e.Type != Registered && e.Type != Imported && e.Type != Reranked {
		return f
	}
	f.Kind = or(e.Kind, f.Kind)
	f.Nature = or(e.Nature, f.Nature)
	f.Urgency = or(e.Urgency, f.Urgency)
	f.Severity = or(e.Severity, f.Severity)
	f.Place = or(e.Place, f.Place)
	f.Caller = or(e.Caller, f.Caller)
	if e.Type == Reranked {
		return f
	}
	f.Booked = f.Booked || !e.Until.IsZero()
	if e.Channel == Inbound {
		if f.Severity == "" || f.Severity == Minor {
			f.Severity = Important
		}
	} else if e.Ref != "" {
		f.Linked = true
	}
	return f
}

func or[T ~string](a, b T) T {
	if a != "" {
		return a
	}
	return b
}

// A Match says which tickets are meant; empty fields match all. Named (the caller gave a
// name), Booked and Linked are "yes", "no" or empty.
type Match struct {
	Kinds    []Kind     `json:"kinds,omitempty"`
	Natures  []Nature   `json:"natures,omitempty"`
	Urgency  Urgency    `json:"urgency,omitzero"`
	Severity []Severity `json:"severity,omitempty"`
	Place    Place      `json:"place,omitzero"`
	Named    string     `json:"named,omitzero"`
	Booked   string     `json:"booked,omitzero"`
	Linked   string     `json:"linked,omitzero"`
}

// Fits reports whether m means a ticket of which f is known.
func (m Match) Fits(f Facts) bool { return m.fits(&f) }

func (m *Match) fits(f *Facts) bool {
	return (len(m.Kinds) == 0 || slices.Contains(m.Kinds, f.Kind)) &&
		(len(m.Natures) == 0 || slices.Contains(m.Natures, or(f.Nature, Routine))) &&
		(m.Urgency == "" || m.Urgency == or(f.Urgency, Normal)) &&
		(len(m.Severity) == 0 || slices.Contains(m.Severity, or(f.Severity, Minor))) &&
		(m.Place == "" || m.Place == f.Place) &&
		yesNo(m.Named, f.Caller != Anonymous) && yesNo(m.Booked, f.Booked) && yesNo(m.Linked, f.Linked)
}

func yesNo(want string, is bool) bool {
	return want == "" || want == "yes" && is || want == "no" && !is
}

// A Ticket is where the flow stands: comparable, of fixed size, all of it exported. A host
// may build one from a status column and Apply from there: what it leaves zero is not
// known and refuses nothing (no Last, no row is late; no Opened, none is too early).
type Ticket struct {
	ID    string `json:"id,omitzero"`
	Seq   int    `json:"seq,omitzero"`
	State State  `json:"state,omitzero"`
	Held  bool   `json:"held,omitzero"`
	Facts
	Passed
	Worker  Actor     `json:"worker,omitzero"`  // to whom it was last dispatched, or who then took receipt, started or completed it
	Against Actor     `json:"against,omitzero"` // the one complained of
	Tier    Role      `json:"tier,omitzero"`    // the highest that has dealt with it: VC-1.6
	Cycle   int       `json:"cycle,omitzero"`   // 1, and one more with each Reopened
	Reworks int       `json:"reworks,omitzero"` // how often Disputed
	Opened  time.Time `json:"opened,omitzero"`  // At of the registration, or else of Imported
	Last    time.Time `json:"last,omitzero"`    // At of the last row that moved the state
}

// Passed are the steps of this cycle that later steps ask for.
type Passed struct {
	Agreed    bool `json:"agreed,omitzero"`
	Completed bool `json:"completed,omitzero"`
	SignedOff bool `json:"signed_off,omitzero"`
	Told      bool `json:"told,omitzero"`
	Revisited bool `json:"revisited,omitzero"` // or given up with approval
}

func (p *Passed) bits() uint8 {
	var b uint8
	for i, ok := range [...]bool{p.Agreed, p.Completed, p.SignedOff, p.Told, p.Revisited} {
		if ok {
			b |= 1 << i
		}
	}
	return b
}

var passable = []EventType{Agreed, Completed, SignedOff, Told, Revisited}

func passedBits(steps []EventType) uint8 {
	var b uint8
	for _, s := range steps {
		b |= 1 << slices.Index(passable, s)
	}
	return b
}

// Replay is the ticket after all rows of its history, in order of Seq from 1. An equal row
// repeated is taken once. Rows before an Imported are testimony: the flow does not check
// them. The error is a *Refusal; the Ticket is then where the rows before it had led.
func Replay(history []Event) (Ticket, error) {
	t, r := fold(history, -1)
	if r == nil {
		return t, nil
	}
	// Refused is also an Imported that is not the first row, and testimony before it.
	if i := slices.IndexFunc(history, func(e Event) bool { return e.Type == Imported }); i > 0 {
		t, r = fold(history, i)
	}
	if r == nil {
		return t, nil
	}
	return t, r
}

// fold applies the rows; those before takeover are testimony.
func fold(history []Event, takeover int) (t Ticket, r *Refusal) {
	var first []int32 // place of each Seq's row, kept from the first repeated row on
	for i := range history {
		e := &history[i]
		if e.Seq <= t.Seq && e.Seq > 0 {
			if first == nil {
				for j := range i {
					first = append(first, int32(j))
				}
			}
			if history[first[e.Seq-1]].same(e) {
				continue
			}
		} else if first != nil {
			first = append(first, int32(i))
		}
		if r := t.step(e, i < takeover, i == takeover); r != nil {
			return t, r
		}
	}
	return t, nil
}

// Apply is the ticket after one more row. The error is a *Refusal; t itself never changes.
func (t Ticket) Apply(e Event) (Ticket, error) {
	if r := t.step(&e, false, false); r != nil { // on the copy that t is
		return t, r
	}
	return t, nil
}

// Allowed are the rows of the table that someone in role r may follow next: those of each
// type whose rows all permit him and whose earlier steps have passed. What a row Needs he
// still has to give, and Guards depend on who he is.
func (t Ticket) Allowed(r Role) []Transition {
	var allowed []Transition
	from, who := 1+states.index(t.State), roles.index(r)
	if from == 0 && t.State != "" || who < 0 {
		return nil
	}
	for typ := range eventTypes.list {
		begin := len(allowed)
		for _, s := range theFlow.of(from, typ) {
			if !s.fits(&t.Facts, &t.Passed) {
				continue
			}
			if s.roles&(1<<who) == 0 || s.passed&^t.Passed.bits() != 0 || s.guards&guardNotHeld != 0 && t.Held {
				allowed = allowed[:begin]
				break
			}
			allowed = append(allowed, s.Transition.clone())
		}
	}
	return allowed
}

// KnownBy is the rows before the first one not recorded by asOf (at asOf counts; At stands
// in where Recorded is unknown). Everything "as of" uses these rows and no others.
func KnownBy(history []Event, asOf time.Time) []Event {
	for i := range history {
		seen := history[i].Recorded
		if seen.IsZero() {
			seen = history[i].At
		}
		if seen.After(asOf) {
			return history[:i]
		}
	}
	return history
}

// step moves t by one row, or leaves it untouched and says why. Testimony is not asked
// whether it was legal; taking over starts the flow anew on what testimony told.
func (t *Ticket) step(e *Event, testimony, takeover bool) *Refusal {
	typ, role := eventTypes.index(e.Type), roles.index(e.By.Role)
	if field := e.malformed(typ, role); field != "" {
		return t.refuse(Malformed, e, "HB-2.1a", field)
	}
	if t.ID != "" && e.Ticket != t.ID {
		return t.refuse(Malformed, e, "HB-2.1a", "ticket")
	}
	if e.Seq <= t.Seq {
		return t.refuse(Conflict, e, "HB-2.1a", "seq")
	}
	if e.Seq-1 > t.Seq {
		return t.refuse(OutOfOrder, e, "HB-2.1a", "seq")
	}
	from, late := 0, e.At.Before(t.Last)
	if takeover {
		late = false
	} else if t.State != "" {
		if from = 1 + states.index(t.State); from == 0 {
			return t.refuse(Malformed, e, "HB-2.1a", "state")
		}
	}
	if !testimony {
		if !e.Recorded.IsZero() && e.At.After(e.Recorded) || !e.At.IsZero() && e.At.Before(t.Opened) {
			return t.refuse(TimeTravel, e, "HB-2.1a", "at")
		}
		if r := t.legal(e, typ, role, from, late); r != nil {
			return r
		}
	}
	t.note(e, typ, late)
	return nil
}

// legal asks the table. A late row that would have moved the state is evidence, so it may
// come while evidence may, if the table allows it in some state; steps that must have
// passed are not asked of it.
func (t *Ticket) legal(e *Event, typ, role, from int, late bool) *Refusal {
	refusal := t.satisfied(theFlow.of(from, typ), e, role, late)
	if refusal != nil && late && typ < moving && t.State != Closed && t.State != Void {
		for other := 1; other <= len(states.list); other++ {
			if rows := theFlow.of(other, typ); len(rows) > 0 {
				r := t.satisfied(rows, e, role, late)
				if r == nil {
					return nil
				}
				if refusal.Code == IllegalMove {
					refusal = r
				}
			}
		}
	}
	return refusal
}

func (s *step) fits(f *Facts, p *Passed) bool {
	if s.when != 0 && s.when&^p.bits() != 0 {
		return false
	}
	for i := range s.When {
		if s.When[i].fits(f) {
			return true
		}
	}
	return len(s.When) == 0
}

// satisfied reads the rows of one state and type. Of what is missing it names everything;
// of the other faults the first.
func (t *Ticket) satisfied(rows []step, e *Event, role int, late bool) *Refusal {
	facts, passed := &t.Facts, &t.Passed
	if e.Type == Registered || e.Type == Imported {
		f := facts.after(e)
		facts = &f
	}
	var bad, wrong, lacking, guarded *step
	var needs, has uint32
	var after uint8
	var code Code
	var field string
	fits := false
	for i := range rows {
		s := &rows[i]
		if !s.fits(facts, passed) {
			bad = s
			continue
		}
		fits = true
		if role >= 0 && s.roles&(1<<role) == 0 && wrong == nil {
			wrong = s
		}
		if s.needs|s.has|uint32(s.passed) != 0 {
			n := e.lacks(s.needs, facts)
			h, a := s.has, s.passed
			if h != 0 {
				h &^= e.particulars()
			}
			if late {
				a = 0
			} else if a != 0 {
				a &^= passed.bits()
			}
			if n|h|uint32(a) != 0 {
				needs, has, after = needs|n, has|h, after|a
				if lacking == nil {
					lacking = s
				}
			}
		}
		if s.guards != 0 && guarded == nil {
			if code, field = t.guard(s.guards, e, late); code != "" {
				guarded = s
			}
		}
	}
	switch {
	case e.Type == Imported && !fits:
		return t.refuse(IllegalMove, e, "WY-import")
	case !fits && bad == nil:
		return t.refuse(IllegalMove, e, "HB-1.3a")
	case !fits:
		return t.refuse(IllegalMove, e, bad.Clause)
	}
	unsigned := e.By.Role == "" && e.Type != Imported
	if wrong != nil {
		return t.refuse(WrongRole, e, wrong.Clause, "by")
	}
	if lacking != nil || unsigned || e.At.IsZero() {
		r := t.refuse(Missing, e, "HB-2.1a", missing(e, unsigned, needs, has, after)...)
		if lacking != nil {
			r.Clause = lacking.Clause
		}
		return r
	}
	if guarded != nil {
		return t.refuse(code, e, guarded.Clause, field)
	}
	return nil
}

// missing names what is missing: fields, then particulars of the form, then earlier steps.
func missing(e *Event, unsigned bool, needs, has uint32, after uint8) []string {
	var names []string
	if e.At.IsZero() {
		names = append(names, "at")
	}
	if unsigned {
		names = append(names, "by")
	}
	for i, f := range fields {
		if needs&(1<<i) != 0 {
			names = append(names, f)
		}
	}
	for i, f := range forms.list {
		if has&(1<<i) != 0 {
			names = append(names, string(f.code))
		}
	}
	for i, s := range passable {
		if after&(1<<i) != 0 {
			names = append(names, string(s))
		}
	}
	return names
}

// lacks is those of the fields in need that e does not have, by place in fields. The kind
// may be known from a row before.
func (e *Event) lacks(need uint32, f *Facts) uint32 {
	lacking := need
	for ; need != 0; need &= need - 1 {
		i := bits.TrailingZeros32(need)
		has := false
		switch fields[i] {
		case "kind":
			has = f.Kind != ""
		case "caller":
			has = e.Caller != ""
		case "state":
			has = e.State != ""
		case "to":
			has = e.To.Role != ""
		case "approver":
			has = e.Approver.Role != ""
		case "until":
			has = !e.Until.IsZero()
		case "channel":
			has = e.Channel != ""
		case "hold":
			has = e.Hold != ""
		case "grade":
			has = e.Grade != ""
		case "reason":
			has = e.Reason != ""
		case "ref":
			has = e.Ref != ""
		}
		if has {
			lacking &^= 1 << i
		}
	}
	return lacking
}

func (e *Event) particulars() uint32 {
	var b uint32
	for _, p := range e.Has {
		b |= 1 << forms.index(p)
	}
	return b
}

const (
	guardOwnWork = 1 << iota
	guardAgainst
	guardLowering
	guardApproved
	guardInside
	guardNotHeld
)

// guard is the first of the guards in want that e does not pass: the code and field of its
// refusal, or "".
func (t *Ticket) guard(want uint32, e *Event, late bool) (Code, string) {
	switch {
	case want&guardOwnWork != 0 && e.By.ID != "" && e.By.same(t.Worker):
		return OwnWork, "by"
	case want&guardAgainst != 0 && e.By.same(t.Against):
		return WrongRole, "by"
	case want&guardLowering != 0 && tier(e.By.Role) < 2 && t.lowers(e):
		return WrongRole, "by"
	case want&guardApproved != 0 && e.Approver != (Actor{}) && (tier(e.Approver.Role) < 2 || e.Approver.same(e.By)):
		return WrongRole, "approver"
	case want&guardInside != 0 && e.To.Role == Authority:
		return WrongRole, "to"
	case want&guardInside != 0 && e.To.ID == "" && e.To.Role != DepartmentHead:
		return Missing, "to.id"
	case want&guardNotHeld != 0 && t.Held && !late:
		return IllegalMove, "held"
	}
	return "", ""
}

// lowers reports whether a Reranked lowers severity or urgency or changes the kind. A kind
// not known before is named, not changed.
func (t *Ticket) lowers(e *Event) bool {
	return e.Kind != "" && t.Kind != "" && e.Kind != t.Kind ||
		e.Urgency != "" && urgencies.index(e.Urgency) < urgencies.index(or(t.Urgency, Normal)) ||
		e.Severity != "" && severities.index(e.Severity) < severities.index(or(t.Severity, Minor))
}

// tier is 1 for assistants, 2 for supervisors, 3 for managers, 0 for all others.
func tier(r Role) int {
	switch r {
	case Assistant:
		return 1
	case Supervisor:
		return 2
	case Manager:
		return 3
	}
	return 0
}

func (t *Ticket) dealt(r Role) {
	if tier(r) > tier(t.Tier) {
		t.Tier = r
	}
}

// note is what a legal row, or testimony, changes. A late row moves nothing: Last, State,
// Held, Worker and Cycle stay. Its Revisited counts only in the first cycle, since in a
// later one it may be of the one before.
func (t *Ticket) note(e *Event, typ int, late bool) {
	if t.ID == "" {
		t.ID = e.Ticket
	}
	t.Seq = e.Seq
	if typ < moving {
		if !late {
			t.move(e, typ)
		}
		return
	}
	switch e.Type {
	case Reranked:
		t.Facts = t.Facts.after(e)
	case Agreed:
		t.Agreed = true
	case Revisited:
		t.Revisited = t.Revisited || !late || t.Cycle <= 1
	case Missed:
		t.Revisited = t.Revisited || e.Approver.Role != "" && (!late || t.Cycle <= 1)
	case Held:
		t.Held = t.Held || !late
	case Resumed:
		t.Held = t.Held && late
	case Escalated:
		t.dealt(e.By.Role)
		t.dealt(e.To.Role)
	case Acknowledged:
		if !late {
			t.worked(e.By)
		}
	}
}

// worked makes a worker or department head the ticket's Worker. A desk that records a step
// for others does not become it, unless the ticket was dispatched to it.
func (t *Ticket) worked(by Actor) {
	if by.ID != "" && (by.Role == Worker || by.Role == DepartmentHead) {
		t.Worker = by
	}
}

func (t *Ticket) move(e *Event, typ int) {
	atOnce := t.State == Open || t.State == Accepted
	t.State, t.Held, t.Last = theFlow.to[typ], false, calendar.InChina(e.At)
	switch e.Type {
	case Registered, Imported:
		if e.Type == Imported {
			t.State = e.State
		}
		t.Facts = t.Facts.after(e)
		t.Cycle = max(t.Cycle, 1)
		if t.Opened.IsZero() {
			t.Opened = t.Last
		}
		if e.Against != (Actor{}) {
			t.Against = e.Against
		}
	case Dispatched:
		t.Worker = e.To
	case Started:
		t.worked(e.By)
		t.dealt(e.By.Role)
		t.dealt(e.To.Role)
	case Completed:
		t.worked(e.By)
		t.dealt(e.By.Role)
		t.dealt(e.To.Role)
		t.Completed = true
	case Disputed:
		t.Completed = false
		t.Reworks++
	case SignedOff:
		t.SignedOff = true
	case Told:
		t.Told = true
		if atOnce {
			t.dealt(e.By.Role)
		}
	case Reopened:
		t.Passed = Passed{Agreed: t.Agreed}
		t.Cycle = max(t.Cycle, 1) + 1
	}
}

// The bounds of what JSON can write as a time, at UTC+8 too: years 1 to 9999.
const minUnix, maxUnix = -62_135_596_800, 253_402_300_800 - 9*3600

// malformed is the path of the first field that no row may have so, or "". Most rows have
// few fields: what is empty as a group is passed over at once. typ and role are the places of
// Type and By.Role.
func (e *Event) malformed(typ, role int) string {
	switch {
	case typ < 0:
		return "type"
	case role < 0 && e.By.Role != "":
		return "by.role"
	case len(e.By.ID) > maxID:
		return "by.id"
	case len(e.Ticket) > maxID:
		return "ticket"
	case e.Seq > maxRows:
		return "seq"
	case outside(e.At):
		return "at"
	case outside(e.Recorded):
		return "recorded"
	case outside(e.Until):
		return "until"
	case len(e.Reason) > maxReason && utf8.RuneCountInString(e.Reason) > maxReason:
		return "reason"
	case len(e.Ref) > maxID:
		return "ref"
	}
	if len(e.Kind)+len(e.Nature)+len(e.Urgency)+len(e.Severity)+len(e.Place)+len(e.Caller)+len(e.Category)+len(e.Has) > 0 {
		switch {
		case e.Kind != "" && !e.Kind.Valid():
			return "kind"
		case e.Nature != "" && !e.Nature.Valid():
			return "nature"
		case e.Urgency != "" && !e.Urgency.Valid():
			return "urgency"
		case e.Severity != "" && !e.Severity.Valid():
			return "severity"
		case e.Place != "" && !e.Place.Valid():
			return "place"
		case e.Caller != "" && !e.Caller.Valid():
			return "caller"
		case len(e.Category) > maxID:
			return "category"
		case len(e.Has) > len(forms.list):
			return "has"
		}
		for i, p := range e.Has {
			if !p.Valid() {
				return hasPath(i)
			}
		}
	}
	if len(e.Channel)+len(e.State)+len(e.Hold)+len(e.Grade)+len(e.Punctual)+len(e.Attitude)+len(e.Quality) > 0 {
		switch {
		case e.Channel != "" && !e.Channel.Valid():
			return "channel"
		case e.State != "" && !e.State.Valid():
			return "state"
		case e.Hold != "" && !e.Hold.Valid():
			return "hold"
		case e.Grade != "" && !e.Grade.Valid():
			return "grade"
		case e.Punctual != "" && !e.Punctual.Valid():
			return "punctual"
		case e.Attitude != "" && !e.Attitude.Valid():
			return "attitude"
		case e.Quality != "" && !e.Quality.Valid():
			return "quality"
		}
	}
	if len(e.To.Role)+len(e.To.ID)+len(e.Against.Role)+len(e.Against.ID)+len(e.Approver.Role)+len(e.Approver.ID) > 0 {
		if f := e.To.malformed("to.role", "to.id"); f != "" {
			return f
		}
		if f := e.Against.malformed("against.role", "against.id"); f != "" {
			return f
		}
		return e.Approver.malformed("approver.role", "approver.id")
	}
	return ""
}

func outside(t time.Time) bool {
	u := t.Unix()
	return u < minUnix || u >= maxUnix
}

func (a *Actor) malformed(role, id string) string {
	switch {
	case a.Role != "" && !a.Role.Valid():
		return role
	case len(a.ID) > maxID:
		return id
	}
	return ""
}

// same reports whether two rows say the same: instants as instants, all else as written.
func (e *Event) same(o *Event) bool {
	if !e.At.Equal(o.At) || !e.Recorded.Equal(o.Recorded) || !e.Until.Equal(o.Until) || !slices.Equal(e.Has, o.Has) {
		return false
	}
	return e.Ticket == o.Ticket && e.Seq == o.Seq && e.Type == o.Type && e.By == o.By && e.Kind == o.Kind && e.Nature == o.Nature &&
		e.Urgency == o.Urgency && e.Severity == o.Severity && e.Place == o.Place && e.Caller == o.Caller && e.Category == o.Category &&
		e.Channel == o.Channel && e.State == o.State && e.To == o.To && e.Against == o.Against && e.Approver == o.Approver &&
		e.Hold == o.Hold && e.Grade == o.Grade && e.Punctual == o.Punctual && e.Attitude == o.Attitude && e.Quality == o.Quality &&
		e.Reason == o.Reason && e.Ref == o.Ref
}
