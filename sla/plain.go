package sla

import (
	"math"
	bits64 "math/bits"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// Most tickets are plain: registered once, and entered in the order in which things happened, in
// one cycle, never disputed, reranked, referred out, taken over or void. Of such a ticket most
// clocks start with the first of their marks and stop with the first of others, and nothing
// moves them on the way, so that a verdict is a few look-ups and one deadline. What a clock is
// the general judge says (judge.go); this says the same of the plain ones in a third of the
// time, and leaves the others to it.

// unplain is the types that a plain ticket has no row of.
const unplain = voids | 1<<reopened | 1<<disputed | 1<<reranked | 1<<referredOut

// maxSets is how many sets of marks, and how many alternatives of When, can be kept in a word.
const maxSets = 64

// A plan is what a clock asks of a plain ticket. Marks that always count together are one set:
// those of a group, those of Unless; sets are known by their place in plans.sets.
type plan struct {
	clause   int  // its place
	general  bool // never to be judged here
	again    bool
	holds    bool
	yields   bool
	from, to [2]aim
	anew     uint8
	unless   uint8

	due    uint8 // how Limit is reckoned
	warn   uint8
	n      int           // of Limit
	span   time.Duration // the limit, if in minutes or hours
	before time.Duration // the warning
	id     rule.ID
	who    ticket.Role
	clock  *clock
}

// An aim is a group of marks.
type aim struct {
	set        uint8 // of which one must come
	entry      uint8 // of those of which the starting row has one, its Recorded counts
	unrecorded bool
	asked      bool // else there is no such group
}

// How a limit is reckoned, and a warning.
const (
	byLimit uint8 = iota // as Limit says
	bySpan
	byPromise
	byWorkingDay
	byDay
	byThatDay
)
const (
	unwarned uint8 = iota
	warnedSpan
	warnedWorking
)

// plans is a policy laid out for plain tickets.
type plans struct {
	sets   []bits          // the marks in each; the first has none
	starts int             // as many of the sets after that start something
	needs  [maxSets]uint64 // the alternatives that cannot start without that set
	all    []plan          // by alternative
	rows   [64]rowPlan     // by code of the type
}

// A rowPlan is the sets that a row of a type is in.
type rowPlan struct {
	bare     uint64
	variants []uint64 // as in step
}

// plain lays the policy out for plain tickets, if it fits.
func (c *Compiled) plain() *plans {
	if len(c.alternatives) > maxSets {
		return nil
	}
	p := &plans{sets: []bits{{}}}
	set := func(b bits) uint8 {
		for i := range p.sets {
			if p.sets[i] == b {
				return uint8(i)
			}
		}
		p.sets = append(p.sets, b)
		return uint8(len(p.sets) - 1)
	}
	for i, a := range c.alternatives {
		for _, g := range a.clock.from {
			if n := len(p.sets); n < maxSets {
				p.needs[set(g.plain)] |= 1 << i
			}
		}
	}
	p.starts = len(p.sets)
	for _, a := range c.alternatives {
		k := a.clock
		l := plan{general: k.odd || len(k.from) > 2 || len(k.to) > 2, again: k.Again, holds: k.Holds, yields: k.Yields != "", anew: set(k.anew), unless: set(k.unless),
			n: k.Limit.N, span: k.span, before: k.before, id: k.Clause, who: k.Who, clock: k}
		for i := range c.clauses {
			if &c.clauses[i] == a.clause {
				l.clause = i
			}
		}
		for g := range min(len(k.from), 2) {
			l.from[g] = aim{set: set(k.from[g].plain), asked: true}
		}
		for g := range min(len(k.to), 2) {
			l.to[g] = aim{set: set(k.to[g].marks), entry: set(k.to[g].entry), unrecorded: k.to[g].unrecorded, asked: true}
		}
		switch {
		case k.promise:
			l.due = byPromise
		case k.span != 0:
			l.due = bySpan
		case k.Limit.Roll || k.Limit.Before:
		case k.Limit.Unit == WorkingDay:
			l.due = byWorkingDay
		case k.Limit.Unit == Day:
			l.due = byDay
		case k.Limit.Unit == ThatDay:
			l.due = byThatDay
		}
		switch k.Warn.Unit {
		case "":
		case WorkingMinute, WorkingHour:
			l.warn, l.before = warnedWorking, time.Duration(k.Warn.N)*time.Hour
			if k.Warn.Unit == WorkingMinute {
				l.before = time.Duration(k.Warn.N) * time.Minute
			}
		default:
			l.warn = warnedSpan
		}
		p.all = append(p.all, l)
	}
	if len(p.sets) > maxSets {
		return nil
	}
	in := func(b bits) (w uint64) {
		for i, s := range p.sets {
			if s.meets(b) {
				w |= 1 << i
			}
		}
		return w
	}
	for i := range c.steps {
		p.rows[i].bare = in(c.steps[i].bare)
		for _, v := range c.steps[i].variants {
			p.rows[i].variants = append(p.rows[i].variants, in(v.bit))
		}
	}
	return p
}

// A plainJudge holds the history of a plain ticket.
type plainJudge struct {
	*Compiled
	cal      calendar.Calendar
	history  []ticket.Event
	when     time.Time // asOf
	asOf     int64
	dst      []Verdict
	yielding bool

	fits    uint64                // alternatives that it fits, and that have started
	codes   uint64                // all types
	first   [maxSets]uint8        // the first row in each set, or none
	at      [quickRows + 1]int64  // of each row; of none, the end of time
	entered [quickRows]int64      // Recorded; 0: not known
	sets    [quickRows + 1]uint64 // that each row is in
}

// quickRows is the longest history that a plainJudge takes, and the row that there is not.
const quickRows, none = 16, 16

// read reports whether the ticket is plain.
func (j *plainJudge) read(history []ticket.Event, asOf time.Time) bool {
	if len(history) == 0 || len(history) > quickRows {
		return false
	}
	p := j.plans
	for s := range j.first {
		j.first[s] = none
	}
	j.at[none] = math.MaxInt64
	j.when, j.asOf = asOf, nanos(asOf)
	id, seq, last, present := history[0].Ticket, 0, int64(math.MinInt64), uint64(0)
	i := 0
	for ; i < len(history); i++ {
		e := &history[i]
		at, sec := e.At.UnixNano(), e.At.Unix()
		if sec <= -far || far <= sec {
			return false
		}
		entered, known := at, int64(0)
		if sec := e.Recorded.Unix(); -far < sec && sec < far {
			entered = e.Recorded.UnixNano()
			known = entered
		} else if !e.Recorded.IsZero() {
			return false
		}
		if entered > j.asOf {
			break
		}
		if e.Seq <= seq || at < last || at > j.asOf || e.Ticket != id {
			return false
		}
		seq, last = e.Seq, at
		code := j.types.code(e.Type)
		if unplain>>code&1 != 0 || code == other && !e.Type.Valid() || code == registered && j.has(registered) {
			return false
		}
		j.codes |= 1 << code
		if code == registered {
			facts := ticket.Facts{}.After(*e)
			j.fits = j.facts.fitting(&facts).lo
		}
		sets := p.rows[code].bare
		if v := p.rows[code].variants; len(v) > 0 {
			said := says(e)
			step := &j.steps[code]
			for i := range v {
				if step.variants[i].meets(e, said) {
					sets |= v[i]
				}
			}
		}
		j.at[i], j.entered[i], j.sets[i] = at, known, sets
		for m := sets &^ present; m != 0; m &= m - 1 {
			j.first[bits64.TrailingZeros64(m)] = uint8(i)
		}
		present |= sets
	}
	j.history = history[:i]
	if !j.has(registered) {
		return false
	}
	for s := range p.starts {
		if present>>s&1 == 0 {
			j.fits &^= p.needs[s]
		}
	}
	return true
}

func (j *plainJudge) has(code uint8) bool { return j.codes>>code&1 != 0 }

// seek is the first row from k on that is in the set, or none.
func (j *plainJudge) seek(set uint8, k int) int {
	at := int(j.first[set])
	if at < k {
		for at = k; at < len(j.history) && j.sets[at]>>set&1 == 0; at++ {
		}
		if at == len(j.history) {
			at = none
		}
	}
	return at
}

// judge judges a plain ticket: the clocks that it fits, in the order of the policy.
func (j *plainJudge) judge() {
	base := len(j.dst)
	j.all(nil, -1)
	if j.yielding {
		j.yield(j.dst[base:])
	}
}

// all judges the clocks after that clause, with the general judge's help or, until it is needed, without.
func (j *plainJudge) all(general *judge, before int) {
	for ; j.fits != 0; j.fits &= j.fits - 1 {
		p := &j.plans.all[bits64.TrailingZeros64(j.fits)]
		if p.clause == before {
			continue
		}
		here := len(j.dst)
		if p.general || j.first[p.anew] != none || p.holds && j.has(held) || !j.clock(p) {
			j.dst = j.dst[:here]
			if general == nil {
				j.helped(before)
				return
			}
			general.dst = j.dst
			general.clause(&j.clauses[p.clause], scope{hi: general.rows, cycle: 1})
			j.dst = general.dst
		}
		before = p.clause
		j.yielding = j.yielding || p.yields
	}
}

func (j *plainJudge) helped(before int) {
	general := judge{Compiled: j.Compiled, cal: j.cal}
	if general.read(j.history, j.when) == nil {
		j.all(&general, before)
	}
}

// clock judges a clock of a plain ticket, or gives up: what it appended to j.dst must go then.
func (j *plainJudge) clock(p *plan) bool {
	k := int(max(j.first[p.from[0].set], j.first[p.from[1].set]&-b2u(p.from[1].asked)))
	if p.due != byPromise && !p.again {
		return j.verdict(p, k, 0)
	}
	for n := 1; k < none; n++ {
		number := 0
		if p.again {
			number = n
		}
		if p.due == byPromise && n > 1 || !j.verdict(p, k, number) {
			return false // which of several promises binds, the general judge knows
		}
		k = j.seek(p.from[0].set, k+1)
	}
	return true
}

func b2u(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// verdict appends the verdict of a clock that starts at row k, if it can say when that is due.
func (j *plainJudge) verdict(p *plan, k, number int) bool {
	e := &j.history[k]
	start := calendar.InChina(e.At)
	var due Due
	switch p.due {
	case byPromise:
		if due.At = calendar.InChina(e.Until); due.At.IsZero() {
			return false
		}
	case bySpan:
		due.At = start.Add(p.span)
	case byLimit:
		course, err := p.clock.Limit.run(j.cal, start, nil)
		if due = course.due; err != nil {
			return false
		}
	default:
		course, ok := p.clock.Limit.ends(j.cal, start)
		if due = course.due; !ok {
			course, err := p.clock.Limit.run(j.cal, start, nil)
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
	for g := range p.to {
		g := &p.to[g]
		if !g.asked {
			break
		}
		at, own := j.seek(g.set, k), false
		first := j.at[at]
		if g.entry != 0 && j.sets[k]>>g.entry&1 != 0 {
			if entered := j.entered[k]; e.Recorded.IsZero() {
				unknown = unknown || at == none
			} else if entered < first || entered == first && k < at {
				first, at, own = entered, k, true
			}
		}
		all = all && at != none
		blind = blind && (first <= last || g.unrecorded)
		if first > stop || first == stop && at >= stopAt {
			stop, stopAt, recorded = first, at, own
		}
	}

	lapse := int(j.first[p.unless])
	if lapse != none {
		if p.again {
			lapse = j.seek(p.unless, k)
		}
		if lapse != none {
			if at := j.at[lapse]; at > last || all && (stop < at || stop == at && stopAt <= lapse) {
				lapse = none
			}
		}
	}

	j.dst = append(j.dst, Verdict{})
	v := &j.dst[len(j.dst)-1]
	v.Ticket, v.Clause, v.Cycle, v.Number, v.From, v.Who = e.Ticket, p.id, 1, number, e.Seq, p.who
	v.Start, v.Due = start, due
	switch p.warn {
	case warnedSpan:
		v.Warn = later(due.At.Add(-p.before), start)
	case warnedWorking:
		v.Warn = start
		if at, err := j.cal.AddWorkingTime(due.At, -p.before); err == nil {
			v.Warn = later(at, start)
		}
	}
	late := all && stop > last || !all && j.asOf > last
	switch {
	case lapse != none:
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
