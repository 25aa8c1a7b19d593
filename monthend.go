package wuye

import (
	"fmt"
	"iter"
	"slices"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Records are what the desk wrote down. Nothing in it is changed, and no more than one
// history is held at a time.
type Records struct {
	Tickets iter.Seq[[]ticket.Event] // each ticket's rows, by Seq; tickets in any order
	Money   []billing.Entry          // in any order of serials
	Done    []DutyDone
}

// DutyDone records that a periodic duty was carried out. It counts for the period that At
// lies in, or for the one that Ref names ("2026-10-09", "2026-W41", "2026-10", "2026-Q4",
// "2026"), so that a duty done late can be put where it belongs.
type DutyDone struct {
	Clause rule.ID      `json:"clause"`
	At     time.Time    `json:"at"`
	By     ticket.Actor `json:"by,omitzero"`
	Ref    string       `json:"ref,omitzero"` // the household visited, the records checked
}

// A MonthEnd is what a month's close gives: whom to revisit, and the money.
type MonthEnd struct {
	Month      calendar.Month    `json:"month"`
	Routine    sampling.Draw     `json:"routine,omitzero"`     // of the slips finished since the last draw
	Cash       sampling.Draw     `json:"cash,omitzero"`        // of the month's special services paid on the spot, or free
	Banked     sampling.Draw     `json:"banked,omitzero"`      // of those collected by the bank
	Drawn      Populations       `json:"drawn,omitzero"`       // from whom: with the key, what Draw.Verify asks for
	Sampled    time.Time         `json:"sampled,omitzero"`     // At of the Sampled rows that the host writes from Routine
	RoutineDue sla.Due           `json:"routine_due,omitzero"` // of these, by the clock of TR-4.3b
	Quotas     []Quota           `json:"quotas,omitempty"`     // how the special services stand, cash before banked
	Complaints []string          `json:"complaints,omitempty"` // valid and resolved in the month: the manager visits every one
	Major      []string          `json:"major,omitempty"`      // major needs completed in the month: every one is revisited
	FitOuts    []string          `json:"fit_outs,omitempty"`   // completed in the month: every one is revisited at home
	Money      billing.Statement `json:"money"`
}

// A Quota is how a month's special services of one means of payment stand with their
// revisits as of the month end: Need are owed by Due. It implements SP-2.7.1a.
type Quota struct {
	Clause  rule.ID  `json:"clause"` // SP-2.7.1b or SP-2.7.1c
	Due     sla.Due  `json:"due"`
	All     int      `json:"all"`               // services of the month
	Need    int      `json:"need"`              // to be revisited: what was given up with approval is not
	Done    int      `json:"done"`              // revisited since they were signed for
	Late    int      `json:"late,omitzero"`     // of these, after Due
	Missing []string `json:"missing,omitempty"` // not revisited and not given up, ascending; read as those drawn, only of these, in the order of the draw
}

// Lacks is how many of those that are needed had not been revisited, or not by its due.
func (q Quota) Lacks() int { return max(0, q.Need-(q.Done-q.Late)) }

// A quota is one being counted.
type quota struct {
	Quota
	open int // not revisited and not given up
}

func (q *quota) add(r *Revisit) {
	q.Clause, q.Due, q.All = r.Clauses[0], r.Due, q.All+1
	switch {
	case !r.Done.IsZero():
		q.Done++
		if r.Due.Late(r.Done) {
			q.Late++
		}
	case !r.Excused:
		q.open++
	}
}

// of is the quota by a scheme: as many as it wants, or as can be had.
func (q *quota) of(s sampling.Scheme) Quota {
	q.Need = min(s.Size(q.All), q.Done+q.open)
	return q.Quota
}

// Populations are the tickets that each draw of a month's end was made from, ascending.
type Populations struct {
	Routine []string `json:"routine,omitempty"`
	Cash    []string `json:"cash,omitempty"`
	Banked  []string `json:"banked,omitempty"`
}

// An EarlyError is a month's end asked for before the next month has begun.
type EarlyError struct {
	Month  calendar.Month
	Opens  time.Time // from here on
	Clause rule.ID
}

func (e *EarlyError) Error() string {
	return fmt.Sprintf("wuye: month end of %s: not before %s", e.Month, e.Opens.Format("2006-01-02 15:04"))
}

func (e *EarlyError) Zh() string {
	return fmt.Sprintf("%s的月结不得早于%s", e.Month, e.Opens.Format("2006-01-02 15:04"))
}

// MonthEnd draws the revisits of a month and closes its money, by the policy in force on
// the month's last day. It uses only rows recorded before asOf, so the same arguments give
// the same bytes; key makes the draws, and nothing in the result gives it away.
//
// Routine is the sample of TR-4.3a: the routine repair, cleaning and service slips finished
// by rows recorded since the last draw and before the end of the 30th (February: of its
// last day), whatever asOf is. A slip that was only completed, disputed, or reopened by
// then waits for the next draw, so that each enters exactly one. Complaints, special
// services, major needs and anonymous callers have their own revisits or none. It implements
// TR-4.3a, and by the policy's scheme TR-4.4.
//
// A booked service is revisited by whichever scheme draws it. It implements TR-4.1.
//
// Cash and Banked are the special services signed for in the month, by the means of payment
// as finance sorted it: all of the former and a share of the latter are revisited by the
// 10th (SP-2.7.1a, SP-2.7.1b, SP-2.7.1c); Quotas says how that stands. Complaints implements
// TR-4.7a, Major TR-4.8; FitOuts is the list of TR-4.2b. Who of these was revisited since [Desk.Revisits] says.
//
// Money is closed at the instant of the DutyDone of SP-2.6.1.4 whose Ref is the month, else
// at asOf, and since the last earlier such instant. Where no earlier month has such a row
// nothing was closed before, and every charge is new: a host that closes writes it.
//
// It refuses with an *EarlyError, a *NotInForceError, or what a history, the money log or
// the draw was refused for: *ticket.Refusal, *billing.Refusal, *sampling.IDError.
func (d *Desk) MonthEnd(m calendar.Month, r Records, key string, asOf time.Time) (MonthEnd, error) {
	g, err := d.page(m.Last())
	if err != nil {
		return MonthEnd{}, err
	}
	if opens := m.Add(1).Day(1).Start(); asOf.Before(opens) {
		return MonthEnd{}, &EarlyError{m, opens, "SP-2.6.1.4"}
	}
	p := g.kept
	last, cut := d.cut(m.Add(-1)), d.cut(m)
	end := MonthEnd{Month: m}
	if p.Keeps("TR-4.3a") {
		end.Sampled = cut.Add(-1)
	}

	seen := slices.DeleteFunc(slices.Clone(r.Money), func(e billing.Entry) bool { return !e.Recorded.Before(asOf) })
	closedAt, since := closes(r.Done, m, asOf)
	if end.Money, err = billing.Close(seen, m, since, closedAt); err != nil {
		return MonthEnd{}, err
	}

	routine := population{clause: "TR-4.3a", name: "routine", scheme: p.Routine}
	cash := population{clause: "SP-2.7.1b", name: "cash", scheme: p.Cash}
	banked := population{clause: "SP-2.7.1c", name: "banked", scheme: p.Banked}
	paid := payments(seen)
	if r.Tickets != nil {
		for history := range r.Tickets {
			known := knownBefore(history, asOf)
			if len(known) == 0 {
				continue
			}
			t, err := ticket.Replay(known)
			if err != nil {
				return MonthEnd{}, err
			}
			if ok, err := d.slip(knownBefore(history, cut), p, last); err != nil {
				return MonthEnd{}, err
			} else if ok {
				routine.ids = append(routine.ids, t.ID)
			}
			for _, o := range d.owes(&t, known, paid[t.ID], &p) {
				switch clause := o.Clauses[0]; {
				case o.Month == m && clause == cash.clause:
					cash.add(&o, known, &p)
				case o.Month == m && clause == banked.clause:
					banked.add(&o, known, &p)
				case clause == "TR-4.7a" && in(m, o.From):
					end.Complaints = append(end.Complaints, t.ID)
				case clause == "TR-4.8" && in(m, o.From):
					end.Major = append(end.Major, t.ID)
				case clause == "TR-4.2a" && in(m, o.From):
					end.FitOuts = append(end.FitOuts, t.ID)
				}
			}
		}
	}
	scope := p.Name + "/" + m.String() + "/"
	for _, of := range []struct {
		*population
		draw *sampling.Draw
		ids  *[]string
	}{{&routine, &end.Routine, &end.Drawn.Routine}, {&cash, &end.Cash, &end.Drawn.Cash}, {&banked, &end.Banked, &end.Drawn.Banked}} {
		if bracket, _ := of.scheme.Bracket(len(of.population.ids)); !p.Keeps(of.clause) || !p.Keeps(bracket.Clause) {
			continue
		}
		slices.Sort(of.population.ids)
		*of.ids = of.population.ids
		if *of.draw, err = of.scheme.Draw(key, scope+of.name, *of.ids); err != nil {
			return MonthEnd{}, err
		}
		if of.quota.All > 0 {
			end.Quotas = append(end.Quotas, of.quotaOf(*of.draw, &p))
		}
	}
	if c := p.SLA.Of("TR-4.3b"); len(c) > 0 && end.Routine.Scope != "" {
		end.RoutineDue = d.read(c[0].Limit, p, end.Sampled)
	}
	for _, list := range []*[]string{&end.Complaints, &end.Major, &end.FitOuts} {
		slices.Sort(*list)
		*list = slices.Compact(*list) // one that was resolved twice
	}
	return end, nil
}

// A population is the tickets that a draw is made from. Of services it knows what became of
// their revisits.
type population struct {
	clause rule.ID
	name   string
	scheme sampling.Scheme
	ids    []string
	quota  quota
	tries  []sampling.Revisit
}

func (of *population) add(o *owing, known []ticket.Event, p *Policy) {
	of.ids = append(of.ids, o.Ticket)
	of.quota.add(&o.Revisit)
	if o.Owed() {
		of.quota.Missing = append(of.quota.Missing, o.Ticket)
	}
	if p.Reading("quota-choice") == "drawn" {
		of.tries = append(of.tries, o.tries(known, p.Reading("unreachable") == "counts")...)
	}
}

// quotaOf is the quota as of the month end. Read as those drawn, only they count, and those
// that took their place.
func (of *population) quotaOf(draw sampling.Draw, p *Policy) Quota {
	q := of.quota.of(of.scheme)
	slices.Sort(q.Missing)
	if p.Reading("quota-choice") == "drawn" {
		all := draw.Coverage(of.tries)
		inTime := draw.Coverage(slices.DeleteFunc(of.tries, func(r sampling.Revisit) bool { return q.Due.Late(r.At) }))
		q.Need, q.Done, q.Late, q.Missing = all.Due-len(all.Closed), all.Done, max(0, all.Done-inTime.Done), all.Missing
	}
	return q
}

// cut is the instant of a month's routine draw: 24:00 of the draw day. It follows the
// policy in force on the month's last day, and is never before the first policy.
func (d *Desk) cut(m calendar.Month) time.Time {
	first := d.book[0].policy.From
	g, err := d.page(m.Last())
	if err != nil {
		return first.Start()
	}
	day := m.Day(30)
	if g.policy.Reading("draw-day") == "calendar-month" {
		day = m.Last()
	}
	if cut := day.AddDays(1); cut.Compare(first) > 0 {
		return cut.Start()
	}
	return first.Start()
}

// closes is when the money of a month is closed, and when it last was before that.
func closes(done []DutyDone, m calendar.Month, asOf time.Time) (at, since time.Time) {
	at = asOf
	var before calendar.Month
	for _, done := range done {
		month, err := calendar.ParseMonth(done.Ref)
		if done.Clause != "SP-2.6.1.4" || err != nil || !done.At.Before(asOf) {
			continue
		}
		switch c := month.Compare(m); {
		case c == 0 && done.At.Before(at):
			at = done.At
		case c < 0 && (since.IsZero() || month.Compare(before) > 0 || month == before && done.At.Before(since)):
			before, since = month, done.At
		}
	}
	return at, since
}

// slip reports whether the slip enters the routine draw for which these rows are known,
// and did not enter an earlier one, last being the last. A row counts as recorded no
// earlier than the rows before it, since it could not be seen before them.
//
// The slip must be finished: signed off, or its result told, after it was completed. Where
// the site can record neither, it is finished when completed, and enters at the first draw
// of the cycle at which that stands.
func (d *Desk) slip(known []ticket.Event, p Policy, last time.Time) (bool, error) {
	if !slices.ContainsFunc(known, func(e ticket.Event) bool { return !recorded(e).Before(last) }) {
		return false, nil // nothing new since
	}
	t, err := ticket.Replay(known)
	if err != nil || !routine(t.Facts) {
		return false, err
	}
	completedOnly := slices.Contains(p.SLA.Unrecorded, ticket.Told) && slices.Contains(p.SLA.Unrecorded, ticket.SignedOff)
	var (
		before ticket.Ticket
		seen   time.Time // when the row was
		next   int       // the row to be seen next
		since  time.Time // when it was finished; zero: it is not
		drawn  bool      // in an earlier draw of this cycle
	)
	for i, t := range rows(known) {
		for ; next <= i; next++ {
			if at := recorded(known[next]); at.After(seen) {
				seen = at
			}
		}
		switch {
		case t.Cycle != before.Cycle && before.Cycle > 0:
			since, drawn = time.Time{}, false
		case completedOnly && t.Completed && !before.Completed && t.State == ticket.Done:
			since = seen
		case completedOnly && !t.Completed && before.Completed:
			drawn = drawn || !since.IsZero() && !seen.Before(d.cutAfter(since))
			since = time.Time{}
		case !completedOnly && before.State == ticket.Done && t.State == ticket.Answered && t.Completed:
			since = seen
		}
		before = t
	}
	return !since.IsZero() && !drawn && !since.Before(last), nil
}

// routine reports whether slips of such tickets are in the routine draw. All that were
// completed had been dispatched.
func routine(f ticket.Facts) bool {
	kind := f.Kind == ticket.Repair || f.Kind == ticket.Cleaning || f.Kind == ticket.Service
	nature := f.Nature == "" || f.Nature == ticket.Routine
	return kind && nature && f.Severity != ticket.Major && f.Urgency != ticket.Emergency && f.Caller != ticket.Anonymous
}

// cutAfter is the first routine draw after an instant: its month's, for what came after
// that the next one's, or, before the desk began, the beginning, at which nothing is drawn.
func (d *Desk) cutAfter(t time.Time) time.Time {
	m := calendar.DateOf(t).Month()
	for _, m := range []calendar.Month{m.Add(-1), m} {
		if cut := d.cut(m); cut.After(t) {
			return cut
		}
	}
	return d.cut(m.Add(1))
}
