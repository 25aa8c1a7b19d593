package sla

import (
	"math"
	bits64 "math/bits"

	"example.com/wuye/calendar"
)

// Most tickets are plain: registered, and entered in the order in which things happened, in
// one cycle, never disputed, reranked, referred out, taken over or void. Of such a ticket most
// clocks start with the first of their marks and stop with the first of others, and nothing
// moves them on the way, so that a verdict is a few look-ups and one deadline. What a clock is
// the general judge says (judge.go); this says the same of the plain ones in a third of the
// time, and leaves the others to it.

// unplain is the types that a plain ticket has no row of.
const unplain = voids | 1<<reopened | 1<<disputed | 1<<reranked | 1<<referredOut

func (j *judge) isPlain() bool {
	return j.ordered && j.many == nil && j.codes&unplain == 0 && j.has(registered) && len(j.turns) == 0 && j.want == nil
}

// plainly judges a plain ticket: the clocks that it fits, in the order of the policy.
func (j *judge) plainly() {
	base, yields := len(j.dst), false
	var before *clause
	for fits := j.base.fits; fits != (bits{}); {
		var a *alternative
		if fits.lo != 0 {
			a = &j.alternatives[bits64.TrailingZeros64(fits.lo)]
			fits.lo &= fits.lo - 1
		} else {
			a = &j.alternatives[64+bits64.TrailingZeros64(fits.hi)]
			fits.hi &= fits.hi - 1
		}
		if c := a.clock; a.clause != before && c.starts.meets(j.present) {
			before = a.clause
			yields = yields || c.Yields != ""
			here := len(j.dst)
			if c.odd || c.anew.meets(j.present) || c.Holds && j.has(held) || !j.plains(c) {
				j.dst = j.dst[:here]
				j.clause(a.clause, scope{hi: j.rows, cycle: 1})
			}
		}
	}
	if yields {
		j.yield(base)
	}
}

// plains judges a clock of a plain ticket, or gives up: what it appended to j.dst must go then.
func (j *judge) plains(c *clock) bool {
	k := 0 // the first of each group, the last of the groups
	for g := range c.from {
		k = max(k, j.seek(c.from[g].plain, 0, j.rows))
	}
	if !c.Again && !c.promise {
		return k == j.rows || j.plain(c, k, 0)
	}
	for n := 1; k < j.rows; n++ {
		number := 0
		if c.Again {
			number = n
		}
		if c.promise && n > 1 || !j.plain(c, k, number) {
			return false // which of several promises binds, the general judge knows
		}
		k = j.seek(c.starts, k+1, j.rows)
	}
	return true
}

// plain appends the verdict of a clock that starts at row k, if it can say when that is due.
func (j *judge) plain(c *clock, k, number int) bool {
	e := &j.history[k]
	start := calendar.InChina(e.At)
	var due Due
	switch {
	case c.promise:
		if due.At = calendar.InChina(e.Until); due.At.IsZero() {
			return false
		}
	case c.span != 0 && e.At.Unix() < far: // else it may be due when no date can say
		due.At = start.Add(c.span)
	default:
		course, ok := c.Limit.ends(j.cal, start)
		if due = course.due; !ok {
			course, err := c.Limit.run(j.cal, start, nil)
			if due = course.due; err != nil {
				return false
			}
		}
	}
	last := nanos(due.At) // the last instant in time
	if due.Whole {
		last--
	}

	stop, stopAt, recorded := int64(math.MinInt64), -1, false
	all, unknown, blind := true, false, true
	for g := range c.to {
		g := &c.to[g]
		first, at, own := int64(math.MaxInt64), j.seek(g.marks, k, j.rows), false
		if at < j.rows {
			first = j.few[at].at
		}
		if g.entry.meets(j.few[k].marks) {
			if e.Recorded.IsZero() {
				unknown = unknown || at == j.rows
			} else if entered := nanos(e.Recorded); entered < first || entered == first && k < at {
				first, at, own = entered, k, true
			}
		}
		all = all && at < j.rows
		blind = blind && (first <= last || g.unrecorded)
		if first > stop || first == stop && at >= stopAt {
			stop, stopAt, recorded = first, at, own
		}
	}

	lapse := j.rows
	if c.unless.meets(j.present) {
		from := 0
		if c.Again {
			from = k
		}
		if lapse = j.seek(c.unless, from, j.rows); lapse < j.rows {
			if at := j.few[lapse].at; at > last || all && (stop < at || stop == at && stopAt <= lapse) {
				lapse = j.rows
			}
		}
	}

	j.dst = append(j.dst, Verdict{})
	v := &j.dst[len(j.dst)-1]
	v.Ticket, v.Clause, v.Cycle, v.Number, v.From, v.Who = e.Ticket, c.Clause, 1, number, e.Seq, c.Who
	v.Start, v.Due, v.Warn = start, due, c.warning(j.cal, start, due.At)
	late := all && stop > last || !all && j.asOf > last
	switch {
	case lapse < j.rows:
		v.Status, stopAt, recorded = Lapsed, lapse, false
	case unknown, late && blind:
		v.Status = Unseen
		return true
	case late && !all:
		v.Status = Breached
		return true
	case late:
		v.Status = Breached
	case all:
		v.Status = Met
	default:
		v.Status, v.Wake = Running, due.wake()
		return true
	}
	done := &j.history[stopAt].At
	if recorded {
		done = &j.history[stopAt].Recorded
	}
	v.Stop = later(calendar.InChina(*done), start)
	return true
}
