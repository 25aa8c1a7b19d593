package wuye

import (
	"iter"
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

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
	for i := range history {
		e := &history[i]
		switch e.Type {
		case ticket.Registered, ticket.Imported, ticket.Reranked:
			f = f.After(*e)
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
