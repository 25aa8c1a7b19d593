package escalation

import (
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Revisitor says who revisits a complaint that is settled, by whose tier it was settled
// (ticket.Ticket.Tier) and whether it is valid: a valid one the manager, on site; another that
// a supervisor or above settled that tier; any other the assistant, whoever did the work. A
// tier above may do it too, and he who settled it himself. Where a site reads that only the
// tier counts (complaint-revisitor), it asks with valid false.
//
// It implements VC-1.4c, VC-1.6, VC-2.1c, TR-4.7a.
func Revisitor(settled ticket.Role, valid bool) (who ticket.Role, visit bool, clause rule.ID) {
	switch {
	case valid:
		return ticket.Manager, true, "TR-4.7a"
	case height(settled) > height(ticket.Assistant):
		return settled, false, "VC-1.6"
	}
	return ticket.Assistant, false, "VC-1.4c"
}

// A Condition is what the history of a complaint must show before the next step: that he who
// took it over has been on site, that the report was written, that the customer was told.
type Condition struct {
	Ticket string       `json:"ticket,omitzero"`
	Clause rule.ID      `json:"clause"`
	Seq    int          `json:"seq"`            // of the row that asks for it
	Who    ticket.Actor `json:"who"`            // whose it is; somebody above him will do
	From   time.Time    `json:"from"`           // since when it is asked for
	Due    sla.Due      `json:"due,omitzero"`   // before then: zero while the next step has not been taken
	Shown  time.Time    `json:"shown,omitzero"` // when it was done; zero: the history does not show it
}

// Open reports whether it is still to be shown.
func (c Condition) Open() bool { return c.Shown.IsZero() }

// Broken reports whether the next step was taken, or the day went by, without it.
func (c Condition) Broken(asOf time.Time) bool {
	switch {
	case c.Due.At.IsZero():
		return false
	case c.Shown.IsZero() && !c.Due.Whole: // the step has been taken
		return !c.Due.At.After(asOf)
	case c.Shown.IsZero():
		return !c.Due.Met(asOf)
	}
	return !c.Due.Met(c.Shown)
}

// A demand is a condition in the making, with what would show it.
type demand struct {
	Condition
	kind demandKind
}

type demandKind int

const (
	supervisorVisit demandKind = iota // by the tier that took over
	headVisit                         // by the department head, or a supervisor or above in his place
	writtenReport
	customerTold
)

// Conditions are what the ladder asks a complaint's history to show, in the order in which
// the rows ask for it, by the rows known as of an instant. A missing one refuses nothing: the
// desk shows what is open before it lets the next step be taken, and the audit finds what was
// broken of VC-1.3a and VC-1.3b. VC-2.1b is for the desk alone: what a complaint is about, which
// decides whether it is meant, no row says. QI-3.7c the audit judges by the gaps themselves.
//
//   - A step with Visit: To goes on site, before he hands on or the customer is answered
//     (VC-1.3a).
//   - A step with Report: a written report in this cycle, before it is handed on (VC-1.3b).
//   - A minor complaint that goes to a department head: he goes on site, before it is
//     completed, answered or handed up (VC-2.1b).
//   - An important or major complaint: from the row that makes it so until it is answered the
//     customer hears, by the end of the day after he last did (QI-3.7c says promptly; the day
//     is that of WY-follow-up), of him who took it in.
//
// Rows count at their At. What lapses with the ticket's becoming void, with its being sent
// back, on or out, or with a reopening, is not asked for, but what was broken by then stays.
// Of a ticket taken over only the rows from then on ask; anonymous callers cannot be told. A
// clause that the site does not keep is for the caller to leave out, where it is no step of l.
//
// It implements VC-1.3a, VC-1.3b, VC-2.1b, QI-3.7c, WY-follow-up.
func (l Ladder) Conditions(h []ticket.Event, asOf time.Time) []Condition {
	var (
		facts    ticket.Facts
		all      []demand
		begin    int       // of all, the first of this cycle
		contact  time.Time // with which the cycle began
		answered bool      // in this cycle
		reports  []time.Time
		seq      int
		moved    mover

		recipient = ticket.Actor{Role: ticket.Assistant} // who took the complaint in
	)
	h = ticket.KnownBy(h, asOf)
	for i := range h {
		e := &h[i]
		if e.Seq <= seq && repeated(h, i) {
			continue
		}
		seq = max(seq, e.Seq)
		begins := e.Type == ticket.Registered || e.Type == ticket.Imported || e.Type == ticket.Reopened
		was := grievous(&facts)
		if begins || e.Type == ticket.Reranked {
			facts = facts.After(*e)
		}
		onTime := e.Type == ticket.Imported || !e.Type.Moves() || moved.onTime(h, i)

		if begins && height(e.By.Role) > 0 {
			recipient = e.By
		}

		// What the row shows, and which step it is.
		for j := begin; j < len(all); j++ {
			all[j].see(e, contact)
			if onTime && all[j].Due.At.IsZero() && all[j].next(e) {
				all[j].Due.At = calendar.InChina(e.At)
			}
		}
		// What it ends.
		if onTime {
			switch e.Type {
			case ticket.Registered, ticket.Imported, ticket.Reopened:
				if e.Type == ticket.Imported {
					all, begin = all[:0], 0 // testimony asks for nothing
				}
				all = drop(all, begin, e, func(demandKind) bool { return true })
				begin, contact, answered, reports = len(all), e.At, e.State == ticket.Answered || e.State == ticket.Closed || e.State == ticket.Void, reports[:0]
			case ticket.Told, ticket.SignedOff:
				answered = true
			case ticket.Withdrawn, ticket.Merged, ticket.Voided:
				all, answered = drop(all, begin, e, func(demandKind) bool { return true }), true
			case ticket.Returned, ticket.Dispatched, ticket.ReferredOut, ticket.Abandoned:
				all = drop(all, begin, e, func(k demandKind) bool { return k == headVisit })
			}
		}
		if was && !grievous(&facts) {
			all = drop(all, begin, e, func(k demandKind) bool { return k == customerTold })
		}
		if e.Type == ticket.Reported && !e.At.Before(contact) {
			reports = append(reports, e.At)
		}
		if facts.Kind != ticket.Complaint || answered {
			continue
		}

		// What it asks for.
		ask := demand{Condition: Condition{Ticket: e.Ticket, Seq: e.Seq, From: calendar.InChina(e.At)}}
		hears := e.Type == ticket.Informed || e.Type == ticket.Revisited
		switch {
		case grievous(&facts) && facts.Caller != ticket.Anonymous && (begins && onTime || !was || hears):
			ask.Clause, ask.kind, ask.Who = "QI-3.7c", customerTold, recipient
			ask.Due = sla.Due{At: calendar.DateOf(e.At).AddDays(2).Start(), Whole: true}
			if j := lastOf(all[begin:], customerTold); j >= 0 && ask.Due.At.Before(all[begin+j].Due.At) {
				break // entered late: he has been told since
			}
			all = append(all, ask)
		case e.Type == ticket.Dispatched && onTime && e.To.Role == ticket.DepartmentHead && (facts.Severity == "" || facts.Severity == ticket.Minor):
			ask.Clause, ask.kind, ask.Who = "VC-2.1b", headVisit, e.To
			all = append(all, ask)
		case e.Type == ticket.Escalated:
			all = l.handedUp(all, ask, e, &facts, reports)
		}
	}
	if len(all) == 0 {
		return nil
	}
	conditions := make([]Condition, len(all))
	for i := range all {
		conditions[i] = all[i].Condition
	}
	return conditions
}

// grievous reports whether it is an important or major complaint.
func grievous(f *ticket.Facts) bool { return causesIn(f)[0] }

// handedUp adds what the step asks for that an Escalated row calls for: the report of the
// cycle's that had been written by then, and the visit of him who takes over.
func (l Ladder) handedUp(all []demand, ask demand, e *ticket.Event, facts *ticket.Facts, reports []time.Time) []demand {
	i := l.escalated(e, facts)
	if i < 0 {
		return all
	}
	step := &l[i]
	ask.Clause = step.Clause
	if step.Report {
		report := ask
		report.kind, report.Who, report.Due.At = writtenReport, ticket.Actor{Role: step.From, ID: e.By.ID}, ask.From
		for _, at := range reports {
			if !at.After(e.At) {
				report.Shown = calendar.InChina(at)
				break
			}
		}
		all = append(all, report)
	}
	if step.Visit {
		ask.kind, ask.Who = supervisorVisit, ticket.Actor{Role: step.To}
		if e.To.Role == step.To {
			ask.Who.ID = e.To.ID
		}
		all = append(all, ask)
	}
	return all
}

// lastOf is where the last condition of that kind stands, -1 if there is none.
func lastOf(all []demand, kind demandKind) int {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].kind == kind {
			return i
		}
	}
	return -1
}

// see notes it if the row shows what is asked for, and no other did earlier. A report may be
// written at any time of the cycle, which began with contact.
func (c *demand) see(e *ticket.Event, contact time.Time) {
	since := c.From
	if c.kind == writtenReport {
		since = contact
	}
	if e.At.Before(since) || !c.Shown.IsZero() && !e.At.Before(c.Shown) {
		return
	}
	onSite := e.Type == ticket.Arrived || e.Type == ticket.Inspected || e.Type == ticket.Revisited && e.Channel == ticket.Visit
	var shows bool
	switch c.kind {
	case supervisorVisit:
		shows = onSite && height(e.By.Role) >= height(c.Who.Role)
	case headVisit:
		shows = onSite && (e.By.Role == ticket.DepartmentHead || height(e.By.Role) > height(ticket.Assistant))
	case customerTold:
		shows = e.At.After(c.From) && (e.Type == ticket.Informed || e.Type == ticket.Told || e.Type == ticket.SignedOff || e.Type == ticket.Revisited)
	case writtenReport:
		shows = e.Type == ticket.Reported
	}
	if shows {
		c.Shown = calendar.InChina(e.At)
	}
}

// next reports whether the row is the step before which the visit is to be made.
func (c *demand) next(e *ticket.Event) bool {
	switch e.Type {
	case ticket.Told, ticket.SignedOff:
		return true
	case ticket.Completed:
		return c.kind == headVisit
	case ticket.Escalated:
		return c.kind == headVisit && e.By.Role == ticket.DepartmentHead || c.kind == supervisorVisit && height(e.By.Role) >= height(c.Who.Role)
	}
	return false
}

// drop removes, of those from begin on, what is no longer asked for at row e: what is of one
// of these kinds, has not been shown, and was not broken by then.
func drop(all []demand, begin int, e *ticket.Event, of func(demandKind) bool) []demand {
	kept := all[:begin]
	for _, c := range all[begin:] {
		if !of(c.kind) || !c.Open() || c.Broken(e.At) {
			kept = append(kept, c)
		}
	}
	return kept
}
