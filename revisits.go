package wuye

import (
	"slices"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Revisit is one that the customer of a ticket is owed, by whom and how, and what became
// of it. Any tier above Who may make it; never who did the work, but for complaints
// (WY-own-work).
type Revisit struct {
	Ticket  string         `json:"ticket"`
	Cycle   int            `json:"cycle"`
	Clauses []rule.ID      `json:"clauses"` // under which it is owed: one, or what Together has joined
	Who     ticket.Role    `json:"who"`
	Visit   bool           `json:"visit,omitzero"`   // on site; else by phone or the like
	Month   calendar.Month `json:"month,omitzero"`   // of a special service: in whose quota it counts
	Share   bool           `json:"share,omitzero"`   // of the month's a share is owed, and not this one by itself
	From    time.Time      `json:"from"`             // a revisit before it is none of it
	Due     sla.Due        `json:"due,omitzero"`     // the earliest of its clocks; zero: none says by when
	Done    time.Time      `json:"done,omitzero"`    // when it was first made so
	Row     int            `json:"row,omitzero"`     // Seq of the row that made it: who, how, the three questions, grade and opinion
	Excused bool           `json:"excused,omitzero"` // given up with approval, taken over by another order, or overtaken by a reopening
}

// An owing is a Revisit with what its clocks say of it.
type owing struct {
	Revisit
	sampled int  // Seq of the row that drew it
	unseen  bool // its clock could not tell
}

// Owed reports whether it is still to be made.
func (r Revisit) Owed() bool { return r.Done.IsZero() && !r.Excused }

// Revisits are those that a ticket's customer is owed as of an instant, and those that were
// made, by the rows known by then. money is the ticket's part of the money log; without it a
// special service counts as paid in cash.
//
//   - A complaint is revisited once resolved, in each cycle: a valid one by the manager on
//     site (TR-4.7a), another by the tier that settled it (VC-1.6), else by the desk
//     (VC-1.4c). The reading complaint-revisitor leaves out the first.
//   - A fit-out on site (TR-4.2a), a major need by visit or phone (TR-4.8), once completed.
//   - A routine slip that was drawn, as it was marked, on site or by phone (TR-4.3b). Either
//     does for the slip: a visit may be made up for at another, so that TR-4.4d is kept.
//   - A special service that was signed for: each if paid on the spot (SP-2.7.1b), else as
//     one of a share (SP-2.7.1c), once for each month that it counts in.
//
// Nothing is owed to an anonymous caller, or on a void ticket. A revisit counts from the
// instant at which it is owed, of the role and the mode that it asks for; one online if a
// person answered (WY-online-revisit); by the reading "counts" an attempt is enough. Who
// made it may be unknown. It fails like Judge.
//
// It implements VC-1.4c, VC-1.6, VC-2.1c, TR-4.2a, TR-4.3b, TR-4.7a, TR-4.8, SP-2.7.1b,
// SP-2.7.1c, SP-2.7.2, WY-anonymous, WY-online-revisit.
func (d *Desk) Revisits(history []ticket.Event, money []billing.Entry, asOf time.Time) ([]Revisit, error) {
	l, err := d.look(nil, history, payments(slices.DeleteFunc(slices.Clone(money), func(e billing.Entry) bool { return e.Recorded.After(asOf) })), asOf)
	var all []Revisit
	for _, o := range l.owed {
		all = append(all, o.Revisit)
	}
	return all, err
}

// Together is the one revisit that serves all that are still owed: by the highest of the
// roles, on site if one of them asks for it, by the earliest due, under all their clauses.
// What is only one of a share is served along, and asks for none by itself. False if none is
// owed.
func Together(all []Revisit) (Revisit, bool) {
	var one Revisit
	for _, r := range all {
		if !r.Owed() {
			continue
		}
		if one.Clauses == nil {
			one, one.Clauses = r, slices.Clone(r.Clauses)
			continue
		}
		for _, c := range r.Clauses {
			if !slices.Contains(one.Clauses, c) {
				one.Clauses = append(one.Clauses, c)
			}
		}
		if r.Who.Tier() > one.Who.Tier() {
			one.Who = r.Who
		}
		one.Cycle, one.Visit, one.Share = max(one.Cycle, r.Cycle), one.Visit || r.Visit, one.Share && r.Share
		if r.From.After(one.From) {
			one.From = r.From
		}
		if one.Due.At.IsZero() || !r.Due.At.IsZero() && r.Due.At.Before(one.Due.At) {
			one.Due = r.Due
		}
		if one.Month == (calendar.Month{}) {
			one.Month = r.Month
		}
	}
	return one, one.Clauses != nil && !one.Share
}

// A look is what is to be known of a ticket as of an instant. Of a ticket of which nothing is
// known yet it is zero.
type look struct {
	ticket   ticket.Ticket
	known    []ticket.Event
	policy   *Policy // without what it does not keep
	verdicts []sla.Verdict
	owed     []owing
}

// look appends the verdicts to a buffer, which may be used again for the next ticket.
func (d *Desk) look(buffer []sla.Verdict, history []ticket.Event, paid map[string]payment, asOf time.Time) (look, error) {
	known := knownBefore(history, asOf.Add(1))
	if len(known) == 0 {
		return look{}, nil
	}
	t, err := ticket.Replay(known)
	if err != nil {
		return look{}, err
	}
	g, err := d.page(calendar.DateOf(t.Opened))
	if err != nil {
		return look{}, err
	}
	l := look{ticket: t, known: known, policy: &g.kept}
	if l.verdicts, err = g.clocks.AppendVerdicts(buffer, d.cal, known, asOf); err != nil {
		return look{}, err
	}
	l.owed = d.owes(&t, known, paid[t.ID], &g.kept)
	for i := range l.owed {
		l.owed[i].by(l.verdicts)
	}
	return l, nil
}

// by sets the due of a revisit to the earliest of its clocks.
func (r *owing) by(verdicts []sla.Verdict) {
	for i := range verdicts {
		v := &verdicts[i]
		if !times(r.Clauses[0], v.Clause) || r.sampled > 0 && v.From != r.sampled || r.sampled == 0 && v.Cycle != r.Cycle {
			continue
		}
		switch v.Status {
		case sla.Unseen:
			r.unseen = true
		case sla.Lapsed:
		default:
			if r.Due.At.IsZero() || !v.Due.At.IsZero() && v.Due.At.Before(r.Due.At) {
				r.Due = v.Due
			}
		}
	}
}

// times reports whether the clock measures by when a revisit of the clause is made.
func times(clause, clock rule.ID) bool {
	switch clause {
	case "VC-1.4c", "VC-1.6":
		return clock == "QI-3.8" || clock == "VC-1.5a" || clock == "VC-1.5c"
	case "TR-4.7a":
		return clock == "WY-manager-visit"
	case "TR-4.8":
		return clock == "TR-4.8t"
	}
	return clock == clause
}

// owes are the revisits of a ticket, each with its due if that is the month's.
func (d *Desk) owes(t *ticket.Ticket, known []ticket.Event, paid payment, p *Policy) []owing {
	drawn := slices.ContainsFunc(known, func(e ticket.Event) bool { return e.Type == ticket.Sampled })
	handled := t.Kind == ticket.Complaint || t.Kind == ticket.FitOut || major(t)
	if t.Caller == ticket.Anonymous || t.State == ticket.Void || !handled && !drawn && t.Nature != ticket.Special {
		return nil
	}
	all := cycles(known)
	var owed []owing
	counts := p.Reading("unreachable") == "counts"
	owe := func(r owing, clause rule.ID, by *Policy, begin, end time.Time) {
		if r.From.IsZero() || !by.Keeps(clause) {
			return
		}
		r.Ticket, r.Clauses, r.From = t.ID, []rule.ID{clause}, calendar.InChina(r.From)
		r.serve(known, begin, end, counts)
		owed = append(owed, r)
	}
	var begin time.Time
	for i, c := range all {
		r := owing{Revisit: Revisit{Cycle: i + 1, Who: ticket.Assistant, From: c.completed}}
		switch {
		case t.Kind == ticket.Complaint:
			valid := p.Reading("complaint-revisitor") == "strict" && p.Keeps("TR-4.7a") && !c.resolved.IsZero() && p.ValidComplaint(known[:c.rows])
			settled := c.tier
			if !p.Keeps("VC-1.6") {
				settled = ticket.Assistant
			}
			if r.From = earlier(c.resolved, c.replied); valid {
				r.From = c.resolved
			}
			var clause rule.ID
			r.Who, r.Visit, clause = escalation.Revisitor(settled, valid)
			owe(r, clause, p, begin, c.end)
		case t.Kind == ticket.FitOut:
			r.Visit = true
			owe(r, "TR-4.2a", p, begin, c.end)
		case major(t):
			owe(r, "TR-4.8", p, begin, c.end)
		}
		begin = c.end
	}
	for i := range known {
		if e := &known[i]; e.Type == ticket.Sampled {
			owe(owing{Revisit: Revisit{Cycle: cycleOf(all, i), Who: ticket.Assistant, Visit: e.Channel == ticket.Visit, From: e.At}, sampled: e.Seq}, "TR-4.3b", p, e.At, time.Time{})
		}
	}
	for _, s := range d.services(t, known, all, paid) {
		clause, scheme := rule.ID("SP-2.7.1b"), s.policy.Cash
		if paid.banked(s.policy) {
			clause, scheme = "SP-2.7.1c", s.policy.Banked
		}
		census := len(scheme.Brackets) == 1 && scheme.Brackets[0].Percent == 100
		owe(owing{Revisit: Revisit{Cycle: s.cycle, Who: ticket.Assistant, Month: s.month, Share: !census, From: s.from, Due: d.quotaDue(s.month, *s.policy)}}, clause, s.policy, s.from, time.Time{})
	}
	return owed
}

// serve looks for the first revisit that is of this kind, from its From to the end of the
// cycle, and whether it was given up, which may be said before.
func (r *owing) serve(known []ticket.Event, begin, end time.Time, counts bool) {
	for i := range known {
		e := &known[i]
		if e.At.Before(begin) || !end.IsZero() && !e.At.Before(end) {
			continue
		}
		// Another order takes the place of one that was drawn, and of no other.
		r.Excused = r.Excused || e.Type == ticket.Missed && (e.Approver.Role != "" || r.sampled > 0 && e.Ref != "")
		if !e.At.Before(r.From) && reached(e, counts) && mayDo(e.By.Role, r.Who) && (!r.Visit || r.sampled > 0 || e.Channel == ticket.Visit) && (r.Done.IsZero() || e.At.Before(r.Done)) {
			r.Done, r.Row = calendar.InChina(e.At), e.Seq
		}
	}
	r.Excused = (r.Excused || !end.IsZero()) && r.Done.IsZero()
}

// reached reports whether the row is a revisit at which the customer answered, or, where that
// counts, an attempt at one.
func reached(e *ticket.Event, counts bool) bool {
	switch e.Type {
	case ticket.Revisited:
		return e.Channel != ticket.Online || e.Grade != "" && e.Grade != ticket.NoGrade
	case ticket.Missed:
		return counts
	}
	return false
}

// tries are the attempts at a revisit, as a draw's coverage counts them.
func (r *owing) tries(known []ticket.Event, counts bool) []sampling.Revisit {
	var all []sampling.Revisit
	for i := range known {
		if e := &known[i]; !e.At.Before(r.From) && (e.Type == ticket.Revisited || e.Type == ticket.Missed) {
			closed := e.Approver.Role != "" && e.Type == ticket.Missed
			all = append(all, sampling.Revisit{ID: r.Ticket, At: e.At, Visit: e.Channel == ticket.Visit, Reached: reached(e, counts), Closed: closed})
		}
	}
	return all
}

// major reports whether every such ticket is revisited when completed: an urgent or larger
// repair.
func major(t *ticket.Ticket) bool {
	return t.Kind == ticket.Repair && (t.Severity == ticket.Major || t.Urgency == ticket.Emergency)
}
