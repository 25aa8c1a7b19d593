package sla

import (
	"math"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// An outcome is a verdict in the making.
type outcome struct {
	clock   *clock
	origin  int  // the row at which From came: what is done from here on counts
	start   int  // the row from which the limit runs
	until   int  // the row whose Until is the promise
	granted bool // by extension: until is the due, whatever the limit
	segment int
	unfit   bool // lapsed, because the ticket fits the clause no more
	untold  bool // it ended before the ticket was taken over, and testimony does not tell how
	due     deadline
	stop    instant
	lapse   instant
	status  Status
}

// ended is the row at which it was over.
func (o *outcome) ended() int {
	switch {
	case !o.stop.ok:
		return o.lapse.at
	case !o.lapse.ok:
		return o.stop.at
	}
	return min(o.stop.at, o.lapse.at)
}

// An instant at which something came: that of a row, or of its being recorded.
type instant struct {
	ns       int64
	at       int // the row
	recorded bool
	ok       bool
	unknown  bool // of a stop: when it was entered is not known
	blind    bool // of a stop that did not come in time: what would show it the site cannot record
}

func (i instant) before(o instant) bool { return i.ns < o.ns || i.ns == o.ns && i.at < o.at }

// first is the earlier of two, of which neither need have come.
func first(a, b instant) instant {
	if !a.ok || b.ok && b.before(a) {
		return b
	}
	return a
}

// A deadline is a due in nanoseconds.
type deadline struct {
	course
	ns int64
}

func (d *deadline) late(at int64) bool {
	return !d.held && d.due.Unpublished == 0 && (at > d.ns || d.due.Whole && at == d.ns)
}

func (j *judge) time(row int) time.Time { return j.history[j.row(row).i].At }

// limit sets when the clock is due that runs from o.start. What was held after it was over
// does not enter, so that the due stays what it was then. Only rows before that place in the
// history can have ended it.
func (j *judge) limit(s scope, o *outcome, before int) {
	holds := j.holdsOf(o.clock)
	switch {
	case o.clock.promise || o.granted:
		o.due.course = course{due: Due{At: calendar.InChina(j.history[j.row(o.until).i].Until)}}
	case len(holds) == 0:
		o.due.course, _ = o.clock.Limit.run(j.cal, j.time(o.start), nil)
	default:
		o.due = deadline{course: course{held: true}} // so far nothing is late
		end := first(first(j.stopped(s, o, before), j.lapses(s, o, before)), o.lapse)
		n := len(holds)
		for end.ok && n > 0 && nanos(holds[n-1].from) >= end.ns {
			n--
		}
		if n == 0 {
			o.due.course, _ = o.clock.Limit.run(j.cal, j.time(o.start), nil)
			break
		}
		last := &holds[n-1]
		whole := *last
		if end.ok && (last.to.IsZero() || nanos(last.to) > end.ns) {
			last.to = j.when(end)
		}
		o.due.course, _ = o.clock.Limit.run(j.cal, j.time(o.start), holds[:n])
		*last = whole
	}
	o.due.ns = nanos(o.due.due.At)
}

// run lets the clock run from o.start through what changes it (an extension, an earlier
// promise, a change of the ticket's facts) to its end.
func (j *judge) run(c *clause, s scope, o *outcome) {
	j.limit(s, o, math.MaxInt)
	hi := j.through(s, o.clock)
	from := o.start
	if o.clock.promise {
		from = o.origin // what was moved or extended before it fitted
	}
	for k := j.stir(o, from+1, hi); k < hi; k = j.stir(o, k+1, hi) {
		if j.over(s, o, k) {
			break
		}
		r := j.row(k)
		until := j.history[r.i].Until
		again := !r.late && r.marks.meets(o.clock.anew) && (!until.IsZero() || !o.clock.promise)
		sooner := !r.late && o.clock.promise && r.marks.meets(o.clock.starts) && !r.marks.meets(o.clock.anew) && !until.IsZero() && nanos(until) < o.due.ns
		if again || sooner {
			o.start, o.until, o.granted = max(o.start, k), k, again && !until.IsZero()
			j.limit(s, o, math.MaxInt)
		}
		if o.segment+1 < j.segments() && j.segment(o.segment+1).from == k && !j.turn(c, s, o, k) {
			return
		}
	}
	j.settle(s, o)
}

// stir is the first row in [from, hi) that may change how the clock runs, or hi.
func (j *judge) stir(o *outcome, from, hi int) int {
	marks := o.clock.anew
	if o.clock.promise {
		marks = marks.or(o.clock.starts)
	}
	next := j.seek(marks, from, hi)
	if o.segment+1 < j.segments() {
		if turn := j.segment(o.segment + 1).from; turn >= from {
			next = min(next, turn)
		}
	}
	return next
}

// turn takes the clock into the next segment: it lapses, or goes on with that segment's
// limit, from row k if that would be over already. It reports whether it goes on.
func (j *judge) turn(c *clause, s scope, o *outcome, k int) bool {
	o.segment++
	next := j.fit(c, o.segment)
	if next == nil || next.promise && !o.clock.promise {
		o.unfit, o.status, o.lapse = true, Lapsed, instant{ns: j.row(k).at, at: k, ok: true}
		j.limit(s, o, math.MaxInt)
		return false
	}
	if next != o.clock {
		o.clock = next
		if j.limit(s, o, math.MaxInt); o.due.late(j.row(k).at) {
			o.start = k
			j.limit(s, o, math.MaxInt)
		}
	}
	return true
}

// over reports whether the clock was no longer running at row k.
func (j *judge) over(s scope, o *outcome, k int) bool {
	if o.due.late(j.row(k).at) {
		return true
	}
	stop := j.stopped(s, o, math.MaxInt)
	lapse := j.lapses(s, o, math.MaxInt)
	return stop.ok && stop.at < k && stop.ns <= j.row(k).at || lapse.ok && lapse.at < k
}

// through is where the rows end that may stop the clock.
func (j *judge) through(s scope, c *clock) int {
	if c.Through {
		return j.rows
	}
	return s.hi
}

// stopped is when To has come: the first of each group, the last of the groups. Only rows
// before that place in the history count.
func (j *judge) stopped(s scope, o *outcome, before int) instant {
	hi := j.through(s, o.clock)
	if c := o.clock; c.single && before == math.MaxInt && !j.has(disputed) && j.takeover < 0 {
		g := &c.to[0]
		if k := j.seek(g.marks, o.origin, hi); k < hi {
			stop := instant{ns: j.row(k).at, at: k, ok: true}
			stop.blind = g.unrecorded && o.due.late(stop.ns)
			return stop
		}
		return instant{blind: g.unrecorded}
	}
	stop := instant{ns: math.MinInt64, ok: true}
	blind, failed := true, false
	shows := j.shows(s, o)
	for g := range o.clock.to {
		g := &o.clock.to[g]
		var first instant
		unknown := false
		if at := j.row(o.origin); g.entry.meets(at.marks) && int(at.i) < before {
			if entered := j.history[at.i].Recorded; entered.IsZero() {
				unknown = true
			} else {
				first = instant{ns: nanos(entered), at: o.origin, recorded: true, ok: true}
			}
		}
		if g.marks.meets(j.present) {
			for k := j.seek(g.marks, o.origin, hi); k < hi; k = j.seek(g.marks, k+1, hi) {
				r := j.row(k)
				if int(r.i) >= before {
					continue
				}
				if r.marks.meets(g.other) || r.marks.meets(g.plain) && (r.code != completed || j.dispute(k) < 0) {
					if here := (instant{ns: r.at, at: k, ok: true}); !first.ok || here.before(first) {
						first = here
					}
					break
				}
			}
		}
		if shows && g.marks.meets(j.shown) {
			if here := (instant{ns: j.row(j.takeover).at, at: j.takeover, ok: true}); !first.ok || here.before(first) {
				first = here
			}
		}
		if g.recorded.meets(j.present) {
			for k := j.seek(g.recorded, o.origin, hi); k < hi; k = j.seek(g.recorded, k+1, hi) {
				r := j.row(k)
				if int(r.i) >= before {
					continue
				}
				if entered := j.history[r.i].Recorded; entered.IsZero() {
					unknown = true
				} else if here := (instant{ns: nanos(entered), at: k, recorded: true, ok: true}); !first.ok || here.before(first) {
					first = here
				}
			}
		}
		if !first.ok && unknown {
			stop.unknown = true
		}
		if !first.ok || o.due.late(first.ns) {
			failed = true
			blind = blind && (g.unrecorded || shows && g.marks.meets(j.perhaps))
		}
		if !first.ok {
			stop.ok = false
		} else if stop.ok && !first.before(stop) {
			first.unknown = stop.unknown
			stop = first
		}
	}
	stop.blind = failed && blind
	return stop
}

const voids = 1<<withdrawn | 1<<merged | 1<<voided | 1<<imported

// lapses is when the clock was no longer owed, by the clock's Unless, because the ticket
// became void, or because it was reopened.
func (j *judge) lapses(s scope, o *outcome, before int) instant {
	hi := j.through(s, o.clock)
	var first instant
	if !o.clock.unless.meets(j.present.or(j.shown)) && j.codes&voids == 0 && hi == j.rows {
		return first
	}
	add := func(k int) {
		if here := (instant{ns: j.row(k).at, at: k, ok: true}); !first.ok || here.before(first) {
			first = here
		}
	}
	if o.clock.unless.meets(j.present) {
		k := s.lo
		if o.clock.Again {
			k = o.origin
		}
		for k = j.seek(o.clock.unless, k, hi); k < hi; k = j.seek(o.clock.unless, k+1, hi) {
			if r := j.row(k); int(r.i) < before && !(r.code == referredOut && k < o.origin && j.sentBack(k) <= o.origin) && !(r.code == completed && j.undone(k, k, o)) {
				add(k)
				break
			}
		}
	}
	if o.clock.unless.meets(j.shown) && j.shows(s, o) {
		add(j.takeover)
	}
	if j.codes&voids != 0 {
		for k := o.start; k < hi; k++ {
			if r := j.row(k); voids>>r.code&1 != 0 && int(r.i) < before && (r.code != imported || j.history[r.i].State == ticket.Void) {
				add(k)
				break
			}
		}
	}
	if hi < j.rows && int(j.row(hi).i) < before {
		add(hi)
	}
	return first
}

// settle finds how the clock ended, if it did.
func (j *judge) settle(s scope, o *outcome) {
	before := math.MaxInt
	if j.takeover >= 0 && (o.due.late(j.row(j.takeover).at) || j.history[j.imported].State == ticket.Closed && j.told(o)) {
		before = j.imported // of what was over before, only testimony tells
		j.limit(s, o, before)
	}
	o.stop = j.stopped(s, o, before)
	o.lapse = j.lapses(s, o, before)
	if o.due.late(o.lapse.ns) || o.stop.ok && !o.lapse.before(o.stop) {
		o.lapse.ok = false
	}
	switch {
	case o.lapse.ok:
		o.status = Lapsed
	case o.stop.unknown:
		o.status = Unseen
	case !o.stop.ok && before == j.imported:
		o.status, o.untold = Unseen, true
	case o.due.due.Unpublished != 0 && !o.due.held:
		o.status = Running
	case o.stop.ok && !o.due.late(o.stop.ns):
		o.status = Met
	case (o.stop.ok || o.due.late(j.asOf)) && o.stop.blind:
		o.status = Unseen
	case o.stop.ok || o.due.late(j.asOf):
		o.status = Breached
	case o.due.held:
		o.status = Paused
	default:
		o.status = Running
	}
}

// when is an instant as a time.
func (j *judge) when(i instant) time.Time {
	e := &j.history[j.row(i.at).i]
	if i.recorded {
		return e.Recorded
	}
	return e.At
}

// emit appends the verdict of a settled clock.
func (j *judge) emit(s scope, number int, o *outcome) {
	c := o.clock
	j.dst = append(j.dst, Verdict{})
	v := &j.dst[len(j.dst)-1]
	v.Ticket, v.Clause, v.Cycle, v.Number, v.Status, v.Who = j.history[0].Ticket, c.Clause, s.cycle, number, o.status, c.Who
	v.From, v.Start = j.history[j.row(o.origin).i].Seq, calendar.InChina(j.time(o.start))
	if o.start != o.origin {
		v.Anew = j.history[j.row(o.start).i].Seq
	}
	switch {
	case o.status == Lapsed:
		v.Stop = later(calendar.InChina(j.when(o.lapse)), v.Start)
	case (o.status == Met || o.status == Breached) && o.stop.ok:
		v.Stop = later(calendar.InChina(j.when(o.stop)), v.Start)
	case o.status == Paused:
		v.Left = o.due.left
	}
	v.Due = o.due.due
	if !v.Due.At.IsZero() {
		v.Warn = c.warning(j.cal, v.Start, v.Due.At)
		if o.status == Running {
			v.Wake = v.Due.wake()
		}
	}
	if j.want != nil && j.want.Clause == v.Clause && j.want.Cycle == v.Cycle && j.want.Number == v.Number {
		got := *o
		j.got = &got
	}
}
