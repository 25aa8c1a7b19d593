// Package ticket answers: where does this ticket stand, and what may happen to it next?
//
// Its documents are docs/rules.md, chapter on intake and lifecycle: the handbook (HB), the
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
// the table allows it in some state, and it moves nothing. So a closed or void ticket takes
// no late row of a moving type, not even Reopened, which would be lost. Late evidence
// counts, but for three things: a late Held or Resumed changes no hold, a late Acknowledged
// no Worker, and a late Revisited or Missed counts only in the first cycle, since in a later
// one it may be of the cycle before. At after Recorded, or before the registration, is refused.
//
// # Codes
//
// Every code is a string: the constant is what stands in JSON, SQL and logs, for ever. Its
// Label is what people read, in Chinese, and is never parsed; an unknown code has the
// label "". Valid reports whether a code is one of the constants, so the empty code is not
// valid. An empty field of a row is not set, an unknown code in it is refused.
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
// A host may also build a Ticket from a status column and Apply from there; Ticket says
// what to fill.
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
// The primary key makes a stale form lose, since its row's Seq is taken.
//
// Writing: before a row is applied, cut At, Recorded and Until to what the database keeps,
// with t.Truncate(time.Microsecond) for this table, so that the row that was judged is the
// row that is stored. PostgreSQL rounds what is finer, and a Sampled row is of one
// nanosecond before the cut of its draw: rounded, 23:59:59.999999999 on the month's last
// day becomes the next month, with another due day.
//
// Reading: every column scans into its field as it is, but for three. recorded and until
// scan into a sql.Null[time.Time], whose V is the field; has scans into a []byte, which
// json.Unmarshal takes only if it is not null:
//
//	if has != nil {
//		err = json.Unmarshal(has, &e.Has)
//	}
package ticket

import (
	"encoding/json"
	"slices"
	"time"

	"example.com/wuye/calendar"
)

// A Ticket is where the flow stands: comparable with ==, of fixed size, all of it exported.
// Its times are in UTC+8.
//
// A host may build one from a status column and Apply from there. It must fill
//
//   - State. Empty is a ticket that is not registered yet: all but Registered and Imported
//     are illegal.
//   - Seq, of the last row stored: the next row has Seq+1, any other is refused. Zero is a
//     ticket without rows, whose first row is 1.
//   - Kind. Empty fits no row of the table that names kinds: SignedOff, Declined and the
//     Told that settles at once are illegal, and an Archived is asked for no revisit.
//   - Passed, as the status tells: a step left false is missing where a later one asks for
//     it. Agreed, if a special service was priced: Started and Completed need it.
//     Completed, if the work was done: Disputed and SignedOff need it, and without it an
//     Archived is asked only for a complaint's revisit. SignedOff, Told and Revisited, if
//     the customer signed, was told, was revisited: Archived needs one or other of them.
//   - Nature, Urgency, Severity and Caller, unless routine, normal, minor and named.
//
// What else is zero is not known and refuses nothing: ID is then that of the next row (one
// that is filled must be that of every row, and is not looked at any further); Held
// false is no hold; no Worker, nobody's own work; no Against, nobody complained of; Cycle
// 0 counts as 1; no Opened, no row is too early; no Last, none is late.
type Ticket struct {
	ID    string `json:"id,omitzero"`
	Seq   int    `json:"seq,omitzero"` // of the last row
	State State  `json:"state,omitzero"`
	Held  bool   `json:"held,omitzero"`
	Facts
	Passed
	// To whom it was last dispatched; or the worker or department head who then took
	// receipt, started or completed it. Somebody of the desk who did so is not noted here,
	// since the desk also enters what others did.
	Worker  Actor     `json:"worker,omitzero"`
	Against Actor     `json:"against,omitzero"` // the one complained of
	Tier    Role      `json:"tier,omitzero"`    // the highest that has dealt with it: VC-1.6
	Cycle   int       `json:"cycle,omitzero"`   // 1, and one more with each Reopened
	Reworks int       `json:"reworks,omitzero"` // how often Disputed
	Opened  time.Time `json:"opened,omitzero"`  // At of the registration, or else of Imported
	Last    time.Time `json:"last,omitzero"`    // At of the last row that moved the state
}

// UnmarshalJSON passes over fields it does not know. Opened and Last come back in UTC+8,
// wherever the program runs, so that a ticket is == to itself after JSON.
func (t *Ticket) UnmarshalJSON(data []byte) error {
	type plain Ticket
	p := plain(*t)
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	*t = Ticket(p)
	t.inChina()
	return nil
}

func (t *Ticket) inChina() { t.Opened, t.Last = calendar.InChina(t.Opened), calendar.InChina(t.Last) }

// Passed are the steps of this cycle that later steps ask for. Reopened clears all but
// Agreed, Disputed clears Completed.
type Passed struct {
	Agreed    bool `json:"agreed,omitzero"`
	Completed bool `json:"completed,omitzero"`
	SignedOff bool `json:"signed_off,omitzero"`
	Told      bool `json:"told,omitzero"`
	Revisited bool `json:"revisited,omitzero"` // or Missed with Approver; a late one counts only in the first cycle
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

var china = calendar.InChina(time.Unix(0, 0)).Location()

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

// OpenedAt is when the ticket of any history, legal or not, was opened: At of its registration,
// else of its takeover, else of its first row; zero if there is none. The policy in force then
// judges it.
func OpenedAt(history []Event) time.Time {
	for _, first := range []EventType{Registered, Imported} {
		for i := range history {
			if history[i].Type == first {
				return history[i].At
			}
		}
	}
	if len(history) == 0 {
		return time.Time{}
	}
	return history[0].At
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
	if e.Ticket != t.ID && (t.ID != "" || unfit(e.Ticket)) {
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

func (t *Ticket) dealt(r Role) {
	if r.Tier() > t.Tier.Tier() {
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
	if t.Last.Location() != china || t.Opened.Location() != china { // a host built t
		t.inChina()
	}
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
