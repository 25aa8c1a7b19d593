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
	Complaints []string          `json:"complaints,omitempty"` // valid and resolved in the month: the manager visits every one
	Major      []string          `json:"major,omitempty"`      // major needs completed in the month: every one is revisited
	Money      billing.Statement `json:"money"`
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
	return fmt.Sprintf("%s 的月结应在 %s 之后进行", e.Month, e.Opens.Format("2006-01-02 15:04"))
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
// 10th (SP-2.7.1a, SP-2.7.1b, SP-2.7.1c). Complaints implements TR-4.7a, Major TR-4.8.
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
	end := MonthEnd{Month: m, Sampled: cut.Add(-1)}

	seen := slices.DeleteFunc(slices.Clone(r.Money), func(e billing.Entry) bool { return !e.Recorded.Before(asOf) })
	closedAt, since := closes(r.Done, m, asOf)
	if end.Money, err = billing.Close(seen, m, since, closedAt); err != nil {
		return MonthEnd{}, err
	}

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
			id := t.ID
			if ok, err := d.slip(knownBefore(history, cut), p, last); err != nil {
				return MonthEnd{}, err
			} else if ok {
				end.Drawn.Routine = append(end.Drawn.Routine, id)
			}
			for _, o := range d.owes(&t, known, paid[id], &p) {
				switch clause := o.Clauses[0]; {
				case clause == "SP-2.7.1b" && o.Month == m:
					end.Drawn.Cash = append(end.Drawn.Cash, id)
				case clause == "SP-2.7.1c" && o.Month == m:
					end.Drawn.Banked = append(end.Drawn.Banked, id)
				case clause == "TR-4.7a" && in(m, o.From):
					end.Complaints = append(end.Complaints, id)
				case clause == "TR-4.8" && in(m, o.From):
					end.Major = append(end.Major, id)
				}
			}
		}
	}
	for _, draw := range []struct {
		into   *sampling.Draw
		scheme sampling.Scheme
		name   string
		ids    *[]string
		clause rule.ID
	}{
		{&end.Routine, p.Routine, "routine", &end.Drawn.Routine, "TR-4.3a"},
		{&end.Cash, p.Cash, "cash", &end.Drawn.Cash, "SP-2.7.1b"},
		{&end.Banked, p.Banked, "banked", &end.Drawn.Banked, "SP-2.7.1c"},
	} {
		if bracket, _ := draw.scheme.Bracket(len(*draw.ids)); !p.Keeps(draw.clause) || !p.Keeps(bracket.Clause) {
			*draw.ids = nil
			continue
		}
		slices.Sort(*draw.ids)
		if *draw.into, err = draw.scheme.Draw(key, p.Name+"/"+m.String()+"/"+draw.name, *draw.ids); err != nil {
			return MonthEnd{}, err
		}
	}
	for _, list := range []*[]string{&end.Complaints, &end.Major} {
		slices.Sort(*list)
		*list = slices.Compact(*list) // one that was resolved twice
	}
	return end, nil
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

// knownBefore is the rows recorded before an instant. Of a ticket taken over nothing is
// known until the takeover is: the testimony before it is not checked, so it cannot stand
// alone.
func knownBefore(history []ticket.Event, t time.Time) []ticket.Event {
	known := ticket.KnownBy(history, t.Add(-1))
	if !imported(known) && imported(history) {
		return nil
	}
	return known
}

func imported(history []ticket.Event) bool {
	return slices.ContainsFunc(history, func(e ticket.Event) bool { return e.Type == ticket.Imported })
}

// recorded is when a row was entered; its At stands in where that is unknown.
func recorded(e ticket.Event) time.Time {
	if e.Recorded.IsZero() {
		return e.At
	}
	return e.Recorded
}

// rows yields the ticket after each row that the flow takes, beginning with the takeover
// where there is one: rows before it are testimony, which the flow does not check. A row
// repeated is left out. Its Tier is the highest that has dealt with it in the cycle.
func rows(history []ticket.Event) iter.Seq2[int, ticket.Ticket] {
	return func(yield func(int, ticket.Ticket) bool) {
		var t ticket.Ticket
		takeover := slices.IndexFunc(history, func(e ticket.Event) bool { return e.Type == ticket.Imported })
		for i, e := range history {
			if i < takeover || e.Seq <= t.Seq && i > 0 {
				continue
			}
			cycle := t.Cycle
			var err error
			if e.Type == ticket.Imported {
				t, err = ticket.Replay(history[:i+1])
			} else if t, err = t.Apply(e); t.Cycle != cycle && cycle > 0 {
				t.Tier = ""
			}
			if err != nil || !yield(i, t) {
				return // err: not after Replay of the whole
			}
		}
	}
}

// slip reports whether the slip enters the routine draw for which these rows are known,
// and did not enter an earlier one, last being the last. A row counts as recorded no
// earlier than the rows before it, since it could not be seen before them.
//
// The slip must be finished: signed off, or its result told, after it was completed. Where
// the site can record neither, it is finished when completed, and enters at the first draw
// of the cycle at which that stands.
func (d *Desk) slip(known []ticket.Event, p Policy, last time.Time) (bool, error) {
	if len(known) == 0 {
		return false, nil
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

// A cycle is one way through the flow, to a reopening or the end of what is known.
type cycle struct {
	rows      int       // known rows to its end
	end       time.Time // of the reopening; zero: it is the last
	completed time.Time // and not disputed; zero: not
	resolved  time.Time // completed, or answered without it
	replied   time.Time // by the authority that it was referred to
	tier      ticket.Role
}

// cycles are those of a legal history.
func cycles(known []ticket.Event) []cycle {
	all := []cycle{{}}
	this := &all[0]
	var before ticket.Ticket
	for i, t := range rows(known) {
		at := known[i].At
		switch {
		case before.Cycle == 0: // the first row, or the takeover: what was done before it is in the testimony
			for _, e := range known[:i] {
				switch {
				case e.Type == ticket.Completed && t.Completed:
					this.completed, this.resolved = e.At, e.At
				case e.Type == ticket.Told && t.Told && this.resolved.IsZero():
					this.resolved = e.At
				case e.Type == ticket.Replied:
					this.replied = e.At
				}
			}
		case t.Cycle != before.Cycle:
			this.rows, this.end = i, at
			all = append(all, cycle{})
			this = &all[len(all)-1]
		case t.Completed && !before.Completed:
			this.completed, this.resolved = at, earlier(this.resolved, at)
		case !t.Completed && before.Completed:
			this.completed, this.resolved = time.Time{}, time.Time{}
		case t.Told && !before.Told && this.resolved.IsZero():
			this.resolved = at
		case t.State == ticket.Done && before.State == ticket.Referred && known[i].Type == ticket.Replied:
			this.replied = at
		}
		this.tier, before = t.Tier, t
	}
	this.rows = len(known)
	return all
}

// cycleOf is the number of the cycle that row i of what is known belongs to.
func cycleOf(cycles []cycle, i int) int {
	n := slices.IndexFunc(cycles, func(c cycle) bool { return i < c.rows })
	if n < 0 {
		return len(cycles)
	}
	return n + 1
}

func in(m calendar.Month, t time.Time) bool {
	return !t.IsZero() && calendar.DateOf(t).Month() == m
}

// ValidComplaint reports whether the history, legal or not, is of a valid complaint 有效投诉 by the
// policy's reading of it: one that nobody has dismissed, or one that was upheld. A dismissal
// holds until the complaint is upheld or reopened. What was referred to an authority, a
// developer or a utility is not valid, nor is what was withdrawn, voided, or merged into
// another complaint, which is counted once. It implements WY-referral, and the validity of TR-4.7a and HB-2.1c.
func (p Policy) ValidComplaint(history []ticket.Event) bool {
	var f ticket.Facts
	var upheld, dismissed, referred bool
	for _, e := range history {
		f = f.After(e)
		switch e.Type {
		case ticket.Upheld:
			upheld, dismissed = true, false
		case ticket.Dismissed:
			upheld, dismissed = false, true
		case ticket.Reopened:
			dismissed, referred = false, false
		case ticket.ReferredOut:
			referred = true
		case ticket.Returned:
			referred = false
		case ticket.Told:
			referred = referred || e.To.Role == ticket.Authority
		case ticket.Withdrawn, ticket.Merged, ticket.Voided:
			return false
		}
	}
	if f.Kind != ticket.Complaint || referred || dismissed {
		return false
	}
	return upheld || p.Reading("complaint-validity") == "until-dismissed"
}
