package ticket

import "testing"

// The service procedure.

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
