package ticket

import "math/bits"

// legal asks the table. A late row that would have moved the state is evidence, so it may
// come while evidence may, if the table allows it in some state; steps that must have
// passed are not asked of it. Most rows are legal and their table rows plain: they are
// through at once, and only the others go from row to row.
func (t *Ticket) legal(e *Event, typ, role, from int, late bool) *Refusal {
	if late && typ < moving && (t.State == Closed || t.State == Void) {
		refusal := t.satisfied(nil, e, role, late)
		if len(theFlow.of(from, typ)) > 0 { // legal, but not so early
			refusal.Fields = []string{"at"}
		}
		return refusal
	}
	if all := &theFlow.sum[from*len(eventTypes.list)+typ]; all.plain && role >= 0 && all.roles&(1<<role) != 0 && !e.At.IsZero() && all.has == 0 &&
		(all.needs == 0 || e.Type != Imported && e.lacks(all.needs, &t.Facts) == 0) && (all.passed == 0 || late || all.passed&^t.Passed.bits() == 0) {
		if all.guards == 0 {
			return nil
		}
		if t.guard(all.guards, e, late) == nil {
			return nil
		}
	}
	refusal := t.satisfied(theFlow.of(from, typ), e, role, late)
	if refusal != nil && late && typ < moving {
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
	var failed *unmet
	var needs, has uint32
	var after uint8
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
			if failed = t.guard(s.guards, e, late); failed != nil {
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
		r := t.refuse(failed.code, e, guarded.Clause, failed.field)
		r.Guard = failed.guard
		return r
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
		switch i {
		case needKind:
			has = f.Kind != ""
		case needCaller:
			has = e.Caller != ""
		case needState:
			has = e.State != ""
		case needTo:
			has = e.To.Role != ""
		case needApprover:
			has = e.Approver.Role != ""
		case needUntil:
			has = !e.Until.IsZero()
		case needChannel:
			has = e.Channel != ""
		case needHold:
			has = e.Hold != ""
		case needGrade:
			has = e.Grade != ""
		case needReason:
			has = e.Reason != ""
		case needRef:
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

// An unmet guard, with the code and field of its refusal.
type unmet struct {
	guard Guard
	code  Code
	field string
}

// guard is the first of the guards in want that e does not pass, or nil.
func (t *Ticket) guard(want uint32, e *Event, late bool) *unmet {
	switch {
	case want&guardOwnWork != 0 && e.By.ID != "" && e.By.same(t.Worker):
		return &unmet{NotOwnWork, OwnWork, "by"}
	case want&guardAgainst != 0 && e.By.same(t.Against):
		return &unmet{NotAgainst, WrongRole, "by"}
	case want&guardLowering != 0 && e.By.Role.Tier() < 2 && t.lowers(e):
		return &unmet{NotLowering, WrongRole, "by"}
	case want&guardApproved != 0 && e.Approver != (Actor{}) && (e.Approver.Role.Tier() < 2 || e.Approver.same(e.By)):
		return &unmet{Approved, WrongRole, "approver"}
	case want&guardInside != 0 && e.To.Role == Authority:
		return &unmet{Inside, WrongRole, "to"}
	case want&guardInside != 0 && e.To.ID == "" && e.To.Role != DepartmentHead:
		return &unmet{Inside, Missing, "to.id"}
	case want&guardNotHeld != 0 && t.Held && !late:
		return &unmet{NotHeld, IllegalMove, "held"}
	}
	return nil
}

// lowers reports whether a Reranked lowers severity or urgency, changes the kind, or takes
// away what revisit, fee and signature hang on: the caller's name, the nature special. A
// kind not known before is named, not changed; a caller not known counts as named, as in a
// Match.
func (t *Ticket) lowers(e *Event) bool {
	return e.Kind != "" && t.Kind != "" && e.Kind != t.Kind ||
		e.Caller == Anonymous && t.Caller != Anonymous ||
		t.Nature == Special && e.Nature != "" && e.Nature != Special ||
		e.Urgency != "" && urgencies.index(e.Urgency) < urgencies.index(or(t.Urgency, Normal)) ||
		e.Severity != "" && severities.index(e.Severity) < severities.index(or(t.Severity, Minor))
}
