package ticket

import "testing"

// Our own additions.

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
