package sampling

import (
	"cmp"
	"slices"
	"time"
)

// A Revisit is what became of one attempt to revisit an order, or that the order is gone, or
// that a supervisor closed it as missed.
type Revisit struct {
	ID      string    `json:"id,omitzero"`
	At      time.Time `json:"at,omitzero"`
	Visit   bool      `json:"visit,omitzero"`   // on site, not by phone
	Reached bool      `json:"reached,omitzero"` // the customer answered; an attempt that failed is recorded and does not count
	Gone    bool      `json:"gone,omitzero"`    // the order became void
	Closed  bool      `json:"closed,omitzero"`  // a supervisor or above closed it as missed; no attempt
}

// Coverage holds revisits against a draw. Due is Done and those that are Missing or Closed.
type Coverage struct {
	Due     int      `json:"due,omitzero"`      // revisits owed
	Done    int      `json:"done,omitzero"`     // of these, with a customer who was reached
	Visits  int      `json:"visits,omitzero"`   // of the done, on site
	Missing []string `json:"missing,omitempty"` // still due, in rank order
	Closed  []string `json:"closed,omitempty"`  // not done, closed as missed, in rank order
	Slots   []Slot   `json:"slots,omitempty"`   // the places of the sample, in rank order
}

// A Slot is one place of the sample.
type Slot struct {
	Orders []string `json:"orders,omitempty"` // the drawn order, then those that took its place; the last one holds it
	Visit  bool     `json:"visit,omitzero"`   // to be on site, whoever holds it
	Done   bool     `json:"done,omitzero"`
}

// Coverage says who took whose place, what was done and who is still due. It counts revisits
// that reached the customer, not attempts; a revisit of an order that had been given up
// counts for its place as well, also of one that is void, and a revisit of an order that was
// not drawn counts nothing. A place is done by a revisit of either mode, for a visit may be
// made up for at another place: TR-4.4d is kept if Visits reaches the draw's.
//
// A customer is given up after three failed attempts on two days (UTC+8), at the attempt
// that completes them: WY-unreachable, reading replace. (For the reading counts pass an
// attempt as reached.) Each Revisit that is given is one: an attempt given twice counts as two.
// An order that becomes void before it was revisited gives up its place at that moment. The
// places are filled from the reserves, in the order in which they were given up, at one
// instant by rank; a place that is done by then gives up nothing, and reserves that are void,
// or were themselves given up, are passed over. Whoever takes a place takes its mode, and
// brings along what became of him before: a reserve revisited earlier makes the place done at
// once.
//
// Without a reserve, as in every census, a place stays due until a supervisor closes it as
// missed: it is then no longer missing, and not done either. Nobody takes the place of an
// order closed while it holds one; a reserve closed earlier, and neither void nor given up,
// comes in already closed. A void order, which nobody can revisit, is without a reserve no
// longer owed. It implements WY-unreachable.
func (d Draw) Coverage(done []Revisit) Coverage {
	size := max(0, min(d.Size, len(d.Ranked)))
	visits := max(0, min(d.Visits, size))

	rank := make(map[string]int, len(d.Ranked))
	for i, id := range d.Ranked {
		rank[id] = i
	}
	fates := fatesOf(rank, len(d.Ranked), done)

	slots := make([]Slot, size)
	holder := make([]int, size)         // of each place, by rank
	place := make([]int, len(d.Ranked)) // of each order; -1: none
	first := make([]time.Time, size)    // when an order of the place was first revisited, past or to come
	for i := range place {
		place[i] = -1
		if i < size {
			place[i], holder[i], first[i] = i, i, fates[i].first
			slots[i] = Slot{Orders: []string{d.Ranked[i]}, Visit: i < visits}
		}
	}

	var given []int // up, by rank
	for i, f := range fates {
		if f.givesUp() {
			given = append(given, i)
		}
	}
	slices.SortFunc(given, func(a, b int) int {
		return cmp.Or(fates[a].up.Compare(fates[b].up), cmp.Compare(a, b))
	})
	reserve := size
	for _, i := range given {
		p := place[i]
		switch {
		case p < 0: // a reserve that was not called on
			continue
		case fates[i].shut: // closed as missed while it held the place
			continue
		case !first[p].IsZero() && !first[p].After(fates[i].up): // done
			continue
		}
		for reserve < len(d.Ranked) && fates[reserve].givesUp() && !fates[reserve].up.After(fates[i].up) {
			reserve++
		}
		if reserve == len(d.Ranked) {
			break
		}
		place[reserve], holder[p] = p, reserve
		if f := fates[reserve].first; !f.IsZero() && (first[p].IsZero() || f.Before(first[p])) {
			first[p] = f
		}
		slots[p].Orders = append(slots[p].Orders, d.Ranked[reserve])
		reserve++
	}

	c := Coverage{Due: size, Slots: slots}
	var missing, closed []int
	for p := range slots {
		onSite := false
		for _, id := range slots[p].Orders {
			f := fates[rank[id]]
			slots[p].Done = slots[p].Done || f.reached
			onSite = onSite || f.onSite
		}
		switch {
		case slots[p].Done:
			c.Done++
			if onSite {
				c.Visits++
			}
		case fates[holder[p]].closed:
			closed = append(closed, holder[p])
		case fates[holder[p]].gone:
			c.Due--
		default:
			missing = append(missing, holder[p])
		}
	}
	named := func(ranks []int) (ids []string) {
		slices.Sort(ranks)
		for _, i := range ranks {
			ids = append(ids, d.Ranked[i])
		}
		return ids
	}
	c.Missing, c.Closed = named(missing), named(closed)
	return c
}

// A fate is what became of one order.
type fate struct {
	reached, onSite bool
	first           time.Time // revisit, if it was reached
	gone            bool      // void before it was revisited
	closed          bool      // as missed, before it was void
	unreachable     bool
	up              time.Time // when its place was given up, if it held one that was not closed
	shut            bool      // it was closed by then

	failed int
	day    int64 // of the first failed attempt
	other  bool  // another day had one too
}

func (f fate) givesUp() bool { return f.gone || f.unreachable }

// fatesOf is the fates of n orders by rank. It goes through the revisits in order of time; of
// what happened at one instant, that the customer was reached comes first, and that an order
// was closed as missed last.
func fatesOf(rank map[string]int, n int, done []Revisit) []fate {
	fates := make([]fate, n)
	done = slices.Clone(done)
	slices.SortStableFunc(done, func(a, b Revisit) int {
		turn := func(r Revisit) int {
			switch {
			case r.Gone:
				return 1
			case r.Closed:
				return 2
			case r.Reached:
				return 0
			}
			return 1
		}
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(turn(a), turn(b)))
	})
	for _, r := range done {
		i, ok := rank[r.ID]
		if !ok {
			continue
		}
		f := &fates[i]
		gaveUp := f.givesUp()
		switch {
		case r.Gone:
			f.gone = f.gone || !f.reached // if it was, its place is done
		case r.Closed:
			f.closed = f.closed || !f.gone
		case r.Reached:
			if !f.reached {
				f.reached, f.first = true, r.At
			}
			f.onSite = f.onSite || r.Visit
		case !f.reached:
			day := (r.At.Unix() + 8*3600) / (24 * 3600)
			if f.failed == 0 {
				f.day = day
			}
			f.failed++
			f.other = f.other || day != f.day
			f.unreachable = f.unreachable || f.failed >= 3 && f.other
		}
		if f.givesUp() && !gaveUp {
			f.up, f.shut = r.At, f.closed
		}
	}
	return fates
}
