// Package wuye answers: what is due at this service desk, by whom and under which clause, and
// what does the month's end ask for?
//
// It joins the rules into one desk by one policy: the clocks, the ladder, the revisits, the
// periodic duties and the money. It is about the documents that package rule lists, and merges
// them all; what each rule demands is said there. Who needs one rule only imports the package
// that has it: [calendar.Calendar.AddWorkdays] and [sla.WorkingDays] (one working day from now),
// [escalation.Ladder] (the next tier), [sampling.Scheme] (how many revisits), [billing.PriceList]
// (a quote). Here they are folded over a ticket's history, and over a month of them. Nothing is
// stored and nothing is read: time, calendar, key and records come in as arguments, what follows
// from them goes out as data.
//
// # A policy
//
// A [Policy] is plain data. [Standard] gives the documents' own; a site changes fields and
// keeps the result as JSON, which [ParsePolicy] reads back strictly:
//
//	{"name": "锦绣苑", "from": "2026-07-01",
//	 "sla": {"clocks": […], "unrecorded": ["delivered"]},
//	 "ladder": […], "titles": [{"role": "manager", "name": "管理处经理"}], "routine": {…}, "cash": {…}, "banked": {…},
//	 "duties": [{"clause": "VC-1.8", "who": "assistant", "every": "week", "times": 1}, …],
//	 "households": 820, "form": ["name", "contact", "content", "room"],
//	 "off": [{"clause": "SP-2.4.1", "reason": "派工单由系统即时送达"}],
//	 "choices": [{"reading": "hours", "option": "working-hours"}]}
//
// Validate refuses what no desk could work with, Lint tells what is legal and probably not
// meant. What a site does not keep stands in Off with its reason: the clocks, steps, duties
// and draws of that clause fall away, so that silence is never a breach.
//
// A site that differs from a profile in little writes only that, beside "base": "standard",
// "villa" or "tianxiacheng"; docs/policy.schema.json is the schema of both forms.
//
// Where the documents are ambiguous a site may choose: [Readings] lists the questions, and
// [Policy.WithReading] gives the policy that reads one so. It changes the data that hang on
// it and records the choice; what hangs on no datum (who is a valid complaint, which month a
// service is of) is asked with [Policy.Reading].
//
// # A desk
//
// [New] makes a [Desk] of a calendar and a dated book of policies. A ticket is judged by the
// policy in force when it was opened, a month by the one on its last day.
//
// [Desk.Judge] says of one ticket, by the rows known at an instant, where it stands, which
// clocks run and how they ended, which steps of the ladder are due, and when to ask again:
// before Wake nothing changes unless a row is added. Act once on each Key of the firings.
// [Desk.AppendVerdicts] judges the clocks of any history, also one that the flow refuses.
//
// [Desk.Agenda] lists everything due at an instant, of the tickets, the money log and the
// duties that come round by themselves, and says who, by when, how late, and by which clause.
// A duty is done by a [DutyDone] in its period. [Desk.Items] gives the same as a stream, for
// more tickets than one wants to hold; [Item.For] is the view of a tier or a person,
// [Handover] that of the next shift.
//
// [Desk.Revisits] says which revisits one ticket owes: by whom, on site or not, by when, under
// which clause, and whether they were made; [Together] is the one that serves them all. The
// agenda and the month end stand on it.
//
// [Desk.MonthEnd] draws the month's revisits and closes its money. It sees only what was
// recorded before its asOf, so the same arguments give the same bytes for ever. Write a
// Sampled row for each order of the routine draw, at MonthEnd.Sampled; the clock of TR-4.3b
// runs from it. Each slip enters exactly one draw: one that is not finished, or not entered,
// by the end of the draw day waits for the next. Its Quotas say how the month's special
// services stand with their revisits, which are due by the 10th.
//
// # Errors
//
// [*PolicyError] with the path, [*ReadingError] with the options, [*NotInForceError] and
// [*EarlyError] with the date; *ticket.Refusal, *billing.Refusal and *sampling.IDError come
// through as they are. All have Zh; rule.Zh gives it for any of them.
package wuye
