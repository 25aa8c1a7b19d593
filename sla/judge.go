package sla

import (
	"time"
)

// judge goes through the cycles, and in each through the clauses.
func (j *judge) judge() {
	base := len(j.dst)
	cycle := 1
	for lo := 0; lo < j.rows; cycle++ {
		hi := j.rows
		present := j.present
		if j.has(reopened) {
			present = j.row(lo).marks
			for hi = lo + 1; hi < j.rows && !(j.row(hi).code == reopened && !j.row(hi).late); hi++ {
				present = present.or(j.row(hi).marks)
			}
		}
		s := scope{lo: lo, hi: hi, cycle: cycle}
		for s.segment+1 < j.segments() && j.segment(s.segment+1).from <= lo {
			s.segment++
		}
		for k := range j.clauses {
			c := &j.clauses[k]
			if len(j.turns) == 0 && !c.fits.meets(j.base.fits) {
				continue
			}
			if c.from.meets(present) {
				j.clause(c, s)
			} else if cycle == 1 && !j.has(registered) {
				j.unknown(c, s)
			}
		}
		lo = hi
	}
	j.yield(j.dst[base:])
}

// clause judges one clause in one cycle.
func (j *judge) clause(c *clause, s scope) {
	if c.rows[0].Again {
		j.again(c, s)
	} else {
		j.once(c, s)
	}
}

// A scope is the rows of one cycle, [lo, hi), and the segment that lo is in.
type scope struct{ lo, hi, segment, cycle int }

// fit is the clock of the clause that the ticket fits in a segment, or nil.
func (j *judge) fit(c *clause, segment int) *clock {
	for i := range c.rows {
		if c.rows[i].fits.meets(j.segment(segment).fits) {
			return &c.rows[i]
		}
	}
	return nil
}

// end is where a segment ends, but not beyond hi.
func (j *judge) end(segment, hi int) int {
	if segment+1 < j.segments() {
		return min(j.segment(segment+1).from, hi)
	}
	return hi
}

// once judges a clause with one verdict a cycle. It may start more than once, if a start
// turns out to be none (the work was disputed), if the ticket fits, fits no more, and fits
// again, or if it lapsed because the matter was referred out, and that was sent back; the
// last one stands.
func (j *judge) once(c *clause, s scope) {
	undone := -1 // the last completion that was disputed before what it started was due
	after := s.lo
	var lapsed outcome
	for seg := s.segment; seg < j.segments() && (seg == s.segment || j.segment(seg).from < s.hi); seg++ {
		row := j.fit(c, seg)
		if row == nil {
			continue
		}
		for {
			origin, done := j.moment(row, s, after, undone)
			if origin < 0 || origin >= j.end(seg, s.hi) {
				break
			}
			start := origin
			if seg > s.segment {
				start = max(start, j.segment(seg).from)
			}
			o := outcome{clock: row, origin: origin, start: start, until: origin, segment: seg}
			j.run(c, s, &o)
			if done >= 0 && j.undone(done, start, &o) {
				undone = done
				continue
			}
			if j.past(start, &o) {
				after = origin + 1
				continue
			}
			if o.unfit {
				lapsed, seg = o, o.segment
				break
			}
			if o.status == Lapsed && j.refers(o.lapse.at) && j.sentBack(o.lapse.at) < s.hi {
				lapsed, after, seg = o, j.sentBack(o.lapse.at), o.segment-1
				break
			}
			j.emit(s, 0, &o)
			return
		}
	}
	if lapsed.clock != nil {
		j.emit(s, 0, &lapsed)
	} else if s.cycle == 1 && !j.has(registered) {
		j.unknown(c, s)
	}
}

// again judges a clause that comes again: a verdict for each From, but a promise only after
// the answer to the one before.
func (j *judge) again(c *clause, s scope) {
	number := 1
	next := s.lo // from here on the starts have not been taken
	for seg := s.segment; seg < j.segments() && (seg == s.segment || j.segment(seg).from < s.hi); seg++ {
		row := j.fit(c, seg)
		if row == nil {
			continue
		}
		end := j.end(seg, s.hi)
		for k := j.seek(row.from[0].plain, next, end); k < end; k = j.seek(row.from[0].plain, next, end) {
			next = k + 1
			r := j.row(k)
			if r.late || row.promise && j.history[r.i].Until.IsZero() {
				continue
			}
			start := k
			if seg > s.segment {
				start = max(start, j.segment(seg).from)
			}
			o := outcome{clock: row, origin: k, start: start, until: k, segment: seg}
			j.run(c, s, &o)
			if r.code == completed && j.undone(k, start, &o) || j.past(start, &o) {
				continue
			}
			j.emit(s, number, &o)
			number++
			switch {
			case !row.promise:
			case o.untold:
				next = max(next, j.takeover+1) // what is promised from then on is told
			case o.stop.ok || o.lapse.ok:
				next = max(next, min(o.ended(), s.hi)+1) // maybe beyond this segment
			default:
				return
			}
		}
		next = max(next, end)
	}
}

// moment is the row at which From has come from after on: the first of each group, the last
// of the groups. Completions up to the one undone do not count; done is the one that did, or -1.
func (j *judge) moment(c *clock, s scope, after, undone int) (at, done int) {
	at, done = -1, -1
	for g := range c.from {
		found := false
		plain := c.from[g].plain
		for k := j.seek(plain, after, s.hi); k < s.hi; k = j.seek(plain, k+1, s.hi) {
			r := j.row(k)
			if r.late || r.code == completed && k <= undone || c.promise && j.history[r.i].Until.IsZero() {
				continue
			}
			if r.code == completed {
				done = k
			}
			at, found = max(at, k), true
			break
		}
		if !found {
			return -1, -1
		}
	}
	return at, done
}

// dispute is the row that disputes the completion at k, or -1.
func (j *judge) dispute(k int) int {
	if !j.has(disputed) {
		return -1
	}
	for k++; k < j.rows; k++ {
		switch r := j.row(k); {
		case r.late:
		case r.code == disputed:
			return k
		case r.code == reopened:
			return -1
		}
	}
	return -1
}

// undone reports whether the completion at k was disputed before the clock was due, or before
// it started.
func (j *judge) undone(k, start int, o *outcome) bool {
	x := j.dispute(k)
	return x >= 0 && (x < start || !o.due.late(j.row(x).at))
}

// past reports whether what was promised was over at row start, where the ticket came to fit
// the clause: a change of the facts makes nothing late by itself.
func (j *judge) past(start int, o *outcome) bool {
	return o.clock.promise && o.start == start && start > o.origin && o.due.late(j.row(start).at)
}

// sentBack is the row by which what was referred out at k was sent back, or beyond all rows.
func (j *judge) sentBack(k int) int {
	for k++; k < j.rows; k++ {
		if r := j.row(k); registered <= r.code && r.code <= lastMoving && !r.late {
			if r.code == returned {
				return k
			}
			break
		}
	}
	return j.rows
}

// unknown appends the verdict of a clock whose start, the contact, the history does not tell.
func (j *judge) unknown(c *clause, s scope) {
	if row := j.fit(c, s.segment); row != nil && row.contact {
		j.dst = append(j.dst, Verdict{Ticket: j.history[0].Ticket, Clause: row.Clause, Cycle: s.cycle, Status: Unseen, Who: row.Who})
	}
}

// yield lapses what another clause makes unneeded, once that is met.
func (c *Compiled) yield(all []Verdict) {
	for _, y := range c.yields {
		for i := range all {
			v := &all[i]
			if v.Clause != y.clause {
				continue
			}
			for k := range all {
				to := &all[k]
				if to.Clause != y.to || to.Cycle != v.Cycle {
					continue
				}
				switch {
				case to.Status == Met && !v.Due.Late(to.Stop) && (v.Status != Met && v.Status != Lapsed || v.Stop.After(to.Stop)):
					v.Status, v.Stop, v.Wake, v.Left = Lapsed, later(to.Stop, v.Start), time.Time{}, 0
				case to.Status == Unseen && v.Status == Breached && !to.Due.At.After(v.Due.At): // due later, it was breached before that was unseen
					v.Status, v.Stop = Unseen, time.Time{}
				}
			}
		}
	}
}
