// Package sla answers: by when, and was it in time?
//
// It carries out the time limits of the five handbooks that package rule names, as the Civil
// Code counts periods (CC-201 to CC-204), and our own additions to them (WY-).
//
// # By the piece
//
// A [Limit] is an amount of a [Unit]; the unit decides how it runs, and Due gives the
// deadline. An instant is met at exactly At; a day is met before At, the midnight or close
// of business that ends it:
//
//	due, err := sla.WorkingDays(1).Due(calendar.China(), reported)
//	inTime := due.Met(done)
//
// Where the calendar has no notice of a year that must be looked at, there is no deadline:
// the error says which year, and Due.Unpublished too. Nothing is guessed. A deadline that
// rests on a notice that may still change is Provisional.
//
// # Whole
//
// A [Policy] is a list of clocks, each a row of data: which tickets (When), what starts it
// (From), what stops it (To), what makes it not owed (Unless, Yields), its limit, its
// warning, who owes it. [Standard] is all the documents merged. [Policy.Compile] checks a
// policy once; [Compiled.AppendVerdicts] then judges any history, also one that the flow
// would refuse, and says of each clock one of six things: running, paused, met, breached,
// lapsed, unseen. No due date is stored anywhere: the history and the instant decide.
//
//	clocks, err := sla.Standard().Compile()
//	verdicts, err := clocks.AppendVerdicts(nil, calendar.China(), history, time.Now())
//
// # How a clock runs
//
// Rows count at their At, those of one instant in order of Seq. What the desk knew by asOf
// counts: the rows before the first that was not entered by then.
//
//   - It starts at the first row of From (of every group of From, the last one) in the
//     cycle; a cycle begins with the registration, and with each reopening.
//   - It is met by the first row of To from then on; of several groups, each must come, and
//     the last decides. What comes at the due is in time for an instant, late for a day.
//   - A row of Unless, a reopening (but for Through) and the ticket's becoming void lapse
//     what still runs, also at the very instant of a due that is an instant; a day is over with
//     its end. A breach stays, whatever comes.
//   - A late row, whose At lies before the last row that moved the state, stops and lapses;
//     if its type moves the state, it starts nothing, ends no hold and disputes nothing.
//   - A completion that was disputed stops nothing, and starts nothing unless what it started
//     was due before the dispute; nor does it lapse what was not yet due at the dispute. As
//     proof it stays: work that was disputed was begun.
//   - A clock that lapsed because the matter was referred out starts again, with what starts it
//     after the authority has sent the matter back.
//   - A proof (Mark.Proof) shows that it was done by then, not when. In time, it meets. Too
//     late, the clock is breached all the same, since the row that would have shown more is
//     missing; Stop is then the proof, so it was late by at most that much.
//   - A change of the facts (Reranked) starts what newly fits, at that row; what was done
//     since From counts, so that a step taken before need not be taken again. What no longer
//     fits lapses. What fits both ways keeps its start and holds and takes the new limit, or
//     runs from that row if the new limit would be over already. A promise or appointment that
//     was over when the ticket came to fit starts nothing. What fits again in the same cycle
//     has one verdict, the new one, in place of the lapsed. An entry that came late counts at
//     its At; of two that say the same fact, the one entered later is right from its At on.
//   - The earliest open promise binds. A later one counts only by an extension, which must
//     name its approver and reason (WY-extension), or once the first has been answered: then
//     it is a new verdict, numbered. So with HL3-3.3: to dispatch again with an earlier Until
//     replaces the first, with a later one it does not, nor after the work was returned.
//   - A hold stops only clocks with Holds. A limit in time is longer by the time counted in
//     the hold; of a limit in days each day-end within the hold is skipped. What is with the
//     authority is on hold; taken over as referred, it is from the takeover on. What is held
//     from the due on, or after a clock is over, does not count: held at exactly its due, an
//     hour's clock is late a nanosecond later.
//   - Unseen is a missing row of a type that the site cannot record (Policy.Unrecorded), an
//     entry whose Recorded is not known, a contact before the ticket was taken over, and what
//     was due before the takeover without a stop in the testimony. It is never a breach.
//   - The state in which a ticket was taken over proves, at the takeover, the steps that lead
//     to it, for what began in the testimony: triaged; then dispatched; started; completed,
//     replied or declined; told and signed off (of referred: triaged, referred out). So what is
//     owed by then is met, or lapses. Such a step of which a mark asks more than the state
//     tells (whom it names) leaves the clock unseen when it is due, if nothing else meets it;
//     and of a ticket taken over as closed all that the testimony has not stopped is unseen.
//     A step that stands in the testimony the state proves no second time.
//   - A due in a year without a notice is neither met nor late: such a clock runs on.
package sla
