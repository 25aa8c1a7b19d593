package ticket

import "testing"

// The villa complaint rules and the quality scheme.

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

// The fit-out and revisit rules.

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
