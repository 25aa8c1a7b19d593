package sla

import (
	"example.com/wuye/ticket"
)

// Standard is the clocks of all the documents together, a fresh policy each call. One row
// of data is one row of the documents' table; what the columns mean stands at Clock and
// Mark. The readings of the root package edit these rows.
func Standard() Policy {
	is := func(t ticket.EventType, with ...string) Mark { return Mark{Type: t, With: with} }
	anew := func(t ticket.EventType, with ...string) Mark { return Mark{Type: t, With: with, Anew: true} }
	proof := func(t ticket.EventType) Mark { return Mark{Type: t, Proof: true} }
	entry := func(t ticket.EventType) Mark { return Mark{Type: t, Recorded: true} }
	any := func(m ...Mark) []Mark { return m }
	when := func(m ...ticket.Match) []ticket.Match { return m }

	const yes, no = "yes", "no"
	type (
		kinds    = []ticket.Kind
		natures  = []ticket.Nature
		severity = []ticket.Severity
	)
	var (
		contact  = any(is(ticket.Registered), is(ticket.Reopened))
		resolved = any(is(ticket.Completed), is(ticket.Replied), is(ticket.Told))
		answer   = any(is(ticket.Told), is(ticket.SignedOff))
		asked    = any(is(ticket.Rated), is(ticket.Told, "grade"), is(ticket.Revisited, "grade"), is(ticket.SignedOff, "grade"))
		dropped  = any(is(ticket.Declined), is(ticket.Abandoned))
		excused  = any(is(ticket.Missed, "approver"))

		// WY-extension: who was granted more time, and that it was granted, must be on the row.
		promiseExtended = anew(ticket.Extended, "until", "approver", "reason", "!to.crew")
		limitExtended   = anew(ticket.Extended, "until", "approver", "reason", "to.crew")

		general    = kinds{ticket.Inquiry, ticket.Repair, ticket.Cleaning, ticket.Service, ticket.Concern, ticket.Filing, ticket.FitOut, ticket.Other}
		complaint  = ticket.Match{Kinds: kinds{ticket.Complaint}, Named: yes}
		minor      = ticket.Match{Kinds: kinds{ticket.Complaint}, Severity: severity{ticket.Minor}, Named: yes}
		special    = ticket.Match{Natures: natures{ticket.Special}}
		emergency  = ticket.Match{Urgency: ticket.Emergency}
		normal     = ticket.Match{Urgency: ticket.Normal}
		untaken    = any(is(ticket.Triaged), is(ticket.Dispatched), is(ticket.ReferredOut), is(ticket.Declined), is(ticket.Told), is(ticket.PlanStarted), proof(ticket.Acknowledged), proof(ticket.Started), proof(ticket.Completed))
		assistant  = ticket.Assistant
		fiveMin    = Minutes(5)
		halfHour   = Minutes(30)
		workingDay = WorkingDays(1)
	)

	p := Policy{Clocks: []Clock{
		{Clause: "HB-2.1d", When: when(emergency),
			From:   Moment{contact},
			To:     Moment{any(is(ticket.Acknowledged, "by.id"), is(ticket.PlanStarted), proof(ticket.Arrived), proof(ticket.Started), proof(ticket.Completed), proof(ticket.Told))},
			Unless: dropped,
			Limit:  Minutes(15), Warn: fiveMin, Who: assistant},
		{Clause: "HB-2.1e", When: when(ticket.Match{Kinds: general, Urgency: ticket.Normal, Booked: no}),
			From:   Moment{contact},
			To:     Moment{any(is(ticket.Started), is(ticket.Told), is(ticket.ReferredOut), is(ticket.Declined), proof(ticket.Arrived), proof(ticket.Completed))},
			Unless: any(is(ticket.Abandoned)),
			Limit:  Hours(2), Warn: halfHour, Who: assistant},
		// A suggestion is begun when it is passed on. It implements HL2-3.2.2.
		{Clause: "HB-2.1e", When: when(ticket.Match{Kinds: kinds{ticket.Suggestion}, Urgency: ticket.Normal, Booked: no}),
			From:   Moment{contact},
			To:     Moment{any(is(ticket.Escalated), is(ticket.Dispatched), is(ticket.Told), is(ticket.ReferredOut), is(ticket.Declined), proof(ticket.Started), proof(ticket.Completed))},
			Unless: any(is(ticket.Abandoned)),
			Limit:  Hours(2), Warn: halfHour, Who: assistant},
		{Clause: "HB-2.2b",
			From: Moment{contact},
			To: Moment{any(entry(ticket.Registered), entry(ticket.Reopened)),
				any(is(ticket.Dispatched, "to.id"), is(ticket.Escalated, "to.id"), is(ticket.ReferredOut), is(ticket.Declined), is(ticket.Told), is(ticket.Acknowledged, "by.id"), is(ticket.Started, "by.id"), proof(ticket.Completed))},
			Unless: any(is(ticket.Abandoned)),
			Limit:  Hours(24), Warn: Hours(4), Who: assistant},
		{Clause: "HL3-3.3",
			From:   Moment{any(is(ticket.Dispatched, "until"), limitExtended)},
			To:     Moment{any(is(ticket.Completed), proof(ticket.Told))},
			Unless: any(is(ticket.Abandoned), is(ticket.ReferredOut)),
			Limit:  AsPromised(), Warn: halfHour, Who: ticket.DepartmentHead},
		{Clause: "SP-2.4.1", When: when(special),
			From:   Moment{any(is(ticket.Triaged))},
			To:     Moment{any(is(ticket.Delivered), is(ticket.Acknowledged), proof(ticket.Arrived), proof(ticket.Started))},
			Unless: dropped,
			Limit:  Minutes(15), Warn: fiveMin, Who: assistant},
		{Clause: "SP-2.4.2b", When: when(ticket.Match{Natures: natures{ticket.Special}, Booked: yes}),
			From:   Moment{any(is(ticket.Registered, "until"), is(ticket.Rescheduled, "until"), anew(ticket.Rescheduled, "until"))},
			To:     Moment{any(is(ticket.Arrived), proof(ticket.Started), proof(ticket.Completed))},
			Unless: dropped,
			Limit:  AsPromised(), Warn: halfHour, Who: ticket.Worker},
		{Clause: "QI-3.5t",
			From:  Moment{any(is(ticket.Promised, "until"), promiseExtended)},
			To:    Moment{answer},
			Again: true,
			Limit: AsPromised(), Warn: halfHour, Who: assistant},
		{Clause: "VC-4.1a", When: when(ticket.Match{Linked: yes}),
			From:  Moment{any(is(ticket.Promised, "until"), promiseExtended)},
			To:    Moment{answer},
			Again: true,
			Limit: AsPromised(), Warn: halfHour, Who: assistant},
		{Clause: "QI-3.6a", When: when(complaint),
			From:  Moment{contact},
			To:    Moment{any(is(ticket.Informed), is(ticket.Told), is(ticket.SignedOff), is(ticket.Revisited))},
			Limit: Hours(2), Warn: halfHour, Who: assistant},
		{Clause: "QI-3.7a", When: when(minor),
			From:  Moment{contact},
			To:    Moment{answer, asked},
			Limit: workingDay, Warn: WorkingHours(4), Holds: true, Who: assistant},
		{Clause: "QI-3.7a", When: when(ticket.Match{Kinds: kinds{ticket.Complaint}, Severity: severity{ticket.Minor}, Named: no}),
			From:  Moment{contact},
			To:    Moment{resolved},
			Limit: workingDay, Warn: WorkingHours(4), Holds: true, Who: assistant},
		{Clause: "QI-3.8", When: when(complaint),
			From:   Moment{resolved},
			To:     Moment{answer, any(is(ticket.Revisited))},
			Unless: excused,
			Limit:  workingDay, Warn: WorkingHours(4), Who: assistant},
		{Clause: "VC-1.5a", When: when(minor),
			From:   Moment{contact},
			To:     Moment{any(is(ticket.Revisited))},
			Unless: excused, Yields: "VC-1.5b",
			Limit: SameDay(), Warn: Hours(4), Who: assistant},
		{Clause: "VC-1.5b", When: when(minor),
			From:   Moment{contact},
			To:     Moment{any(is(ticket.Informed)), any(is(ticket.HandedOver))},
			Unless: append(resolved[:len(resolved):len(resolved)], dropped...),
			Limit:  SameDay(), Warn: Hours(4), Who: assistant},
		{Clause: "VC-1.5c", When: when(minor),
			From:   Moment{any(is(ticket.HandedOver)), resolved},
			To:     Moment{any(is(ticket.Revisited))},
			Unless: excused,
			Limit:  workingDay, Warn: WorkingHours(4), Who: assistant},
		{Clause: "TR-4.2a", When: when(ticket.Match{Kinds: kinds{ticket.FitOut}}),
			From:   Moment{any(is(ticket.Completed))},
			To:     Moment{any(Mark{Type: ticket.Revisited, Channel: ticket.Visit})},
			Unless: excused,
			Limit:  Days(7), Warn: Hours(48), Who: assistant},
		{Clause: "TR-4.3b", When: when(ticket.Match{Natures: natures{ticket.Routine}}),
			From:   Moment{any(is(ticket.Sampled))},
			To:     Moment{any(is(ticket.Revisited))},
			Unless: append(any(is(ticket.Missed, "ref")), excused...),
			Again:  true, Through: true,
			Limit: ByNextMonth(5), Warn: Hours(48), Who: assistant},
		{Clause: "TR-4.8t", When: when(ticket.Match{Kinds: kinds{ticket.Repair}, Severity: severity{ticket.Major}, Named: yes}, ticket.Match{Kinds: kinds{ticket.Repair}, Urgency: ticket.Emergency, Named: yes}),
			From:   Moment{any(is(ticket.Completed))},
			To:     Moment{any(is(ticket.Revisited))},
			Unless: excused,
			Limit:  SameDay(), Warn: Hours(4), Who: assistant},
		{Clause: "TR-5.0a",
			From:  Moment{any(is(ticket.Revisited))},
			To:    Moment{any(entry(ticket.Revisited))},
			Again: true, Through: true,
			Limit: Days(1), Who: assistant},
		{Clause: "WY-manager-visit", When: when(complaint),
			From:   Moment{any(is(ticket.Completed), is(ticket.Told))},
			To:     Moment{any(Mark{Type: ticket.Revisited, Role: ticket.Manager, Channel: ticket.Visit})},
			Unless: append(any(is(ticket.Dismissed), is(ticket.ReferredOut), is(ticket.Told, "to")), excused...),
			Limit:  workingDay, Warn: WorkingHours(4), Who: ticket.Manager},
		{Clause: "WY-unanswered", When: when(normal),
			From:  Moment{contact},
			To:    Moment{untaken},
			Limit: halfHour, Who: assistant},
		{Clause: "WY-unanswered", When: when(emergency),
			From:  Moment{contact},
			To:    Moment{untaken},
			Limit: Minutes(7), Who: assistant},
	}}
	return p.clone() // the rows above share their lists; the caller's must not
}
