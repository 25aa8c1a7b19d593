package audit

import (
	"cmp"
	"slices"
	"time"

	"example.com/wuye/ticket"
)

// A report is a repair that waits its turn: when it came, and when somebody took it up.
type report struct {
	ticket, category string
	at, taken        time.Time // zero: by nobody yet

	worker       string    // who had it when it was begun, or has it and has not begun; "": nobody, or it had to wait
	given, begun time.Time // zero: not yet
}

// report notes a repair of the month that waits its turn: no emergency and no larger one, which
// go before, and none by appointment.
func (a *month) report(history []ticket.Event, f ticket.Facts) {
	if f.Kind != ticket.Repair || f.Urgency == ticket.Emergency || f.Severity == ticket.Major || f.Booked || history[0].Type != ticket.Registered || !a.in(history[0].At) {
		return
	}
	r := report{ticket: history[0].Ticket, category: history[0].Category, at: history[0].At}
	for i := range history {
		e := &history[i]
		switch e.Type {
		case ticket.Dispatched, ticket.ReferredOut, ticket.Declined, ticket.Acknowledged, ticket.Arrived, ticket.Started, ticket.Completed, ticket.Told:
			if r.taken.IsZero() || e.At.Before(r.taken) {
				r.taken = e.At
			}
		case ticket.Withdrawn, ticket.Merged, ticket.Voided, ticket.Rescheduled, ticket.Imported:
			if r.taken.IsZero() {
				return // not in the queue any more
			}
		}
	}
	r.hands(history)
	a.repairs = append(a.repairs, r)
}

// hands notes whose turn the repair is, and when he began.
func (r *report) hands(history []ticket.Event) {
	for i := range history {
		switch e := &history[i]; e.Type {
		case ticket.Arrived, ticket.Started, ticket.Completed:
			if r.begun.IsZero() || e.At.Before(r.begun) {
				r.begun = e.At
			}
		}
	}
	for i := range history {
		e := &history[i]
		if !r.begun.IsZero() && e.At.After(r.begun) {
			continue
		}
		switch e.Type {
		case ticket.Dispatched:
			if r.worker = ""; e.To.Role == ticket.Worker {
				r.worker, r.given = e.To.ID, e.At
			}
		case ticket.Returned, ticket.ReferredOut, ticket.Held, ticket.Rescheduled, ticket.Declined, ticket.Abandoned, ticket.Told, ticket.Withdrawn, ticket.Merged, ticket.Imported:
			r.worker = "" // there was a reason, or it is out of his hands
		}
	}
}

// inOrder: of the repairs of one category, which the site's own code tells, none that was
// reported later is taken up before one that was reported earlier: by the desk, or, of those that
// one worker has, by him. That he logs the slips in another order is nothing yet; what he begins
// is. It implements HB-2.1h.
func (a *month) inOrder() {
	if !a.rules.Records(ticket.Dispatched) {
		return
	}
	slices.SortFunc(a.repairs, func(x, y report) int {
		return cmp.Or(cmp.Compare(x.category, y.category), x.at.Compare(y.at), cmp.Compare(x.ticket, y.ticket))
	})
	told := map[string]bool{} // once is enough
	// From the last one back: of those reported after this one, the one taken up first.
	var soonest *report
	for i := len(a.repairs) - 1; i >= 0; {
		j := i // of the same instant there is no order
		for ; j > 0 && a.repairs[j-1].category == a.repairs[i].category && a.repairs[j-1].at.Equal(a.repairs[i].at); j-- {
		}
		if soonest != nil && soonest.category != a.repairs[i].category {
			soonest = nil
		}
		for k := j; k <= i && soonest != nil; k++ {
			r := &a.repairs[k]
			if late := r.taken.Sub(soonest.taken); r.taken.IsZero() || late > 0 {
				if r.taken.IsZero() {
					late = a.asOf.Sub(soonest.taken)
				}
				told[r.ticket] = true
				a.find("HB-2.1h", r.ticket, soonest.taken, ticket.Actor{Role: ticket.Assistant}, late, "%s报修，%s才报的%s先得到响应", clock(r.at), clock(soonest.at), soonest.ticket)
			}
		}
		for k := j; k <= i; k++ {
			if r := &a.repairs[k]; !r.taken.IsZero() && (soonest == nil || r.taken.Before(soonest.taken)) {
				soonest = r
			}
		}
		i = j - 1
	}
	if a.rules.Records(ticket.Started) {
		a.begunInOrder(told)
	}
}

// begunInOrder: who has two repairs of a category in his hands begins with the one reported earlier.
func (a *month) begunInOrder(told map[string]bool) {
	all := slices.DeleteFunc(slices.Clone(a.repairs), func(r report) bool { return r.worker == "" })
	slices.SortFunc(all, func(x, y report) int {
		return cmp.Or(cmp.Compare(x.category, y.category), cmp.Compare(x.worker, y.worker), x.begun.Compare(y.begun), cmp.Compare(x.ticket, y.ticket))
	})
	for i := range all {
		r := &all[i]
		if told[r.ticket] {
			continue
		}
		turn, _ := slices.BinarySearchFunc(all, *r, func(x, r report) int {
			return cmp.Or(cmp.Compare(x.category, r.category), cmp.Compare(x.worker, r.worker), x.begun.Compare(r.given))
		})
		for _, o := range all[turn:] { // that he began since he was given this one
			if o.category != r.category || o.worker != r.worker || !r.begun.IsZero() && !o.begun.Before(r.begun) {
				break
			}
			if o.at.After(r.at) {
				end := r.begun
				if end.IsZero() {
					end = a.asOf
				}
				a.find("HB-2.1h", r.ticket, o.begun, ticket.Actor{Role: ticket.Worker, ID: r.worker}, end.Sub(o.begun), "%s报修，%s才报的%s先动工", clock(r.at), clock(o.at), o.ticket)
				break
			}
		}
	}
}
