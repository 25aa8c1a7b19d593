package sla

import (
	"math"
	bits64 "math/bits"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// Most tickets are plain: registered once, and entered in the order in which things happened, in
// one cycle, never disputed, reranked, referred out, taken over or void. Of such a ticket most
// clocks start with the first of their marks and stop with the first of others, and nothing
// moves them on the way, so that a verdict is a few look-ups and one deadline. What a clock is
// the general judge says (judge.go); this says the same of the plain ones in half the
// time, and leaves the others to it.

// unplain is the types that a plain ticket has no row of.
const unplain = voids | 1<<reopened | 1<<disputed | 1<<reranked | 1<<referredOut

// A plainJudge holds the history of a plain ticket.
type plainJudge struct {
	*Compiled
	cal      calendar.Calendar
	history  []ticket.Event
	when     time.Time // asOf
	asOf     int64
	dst      []Verdict
	yielding bool

	fits    uint64               // alternatives that it fits, and that have started
	codes   uint64               // all types
	terms   [2]term              // the last ones reckoned
	at      [quickRows + 1]int64 // of each row; of none, the end of time
	entered [quickRows]int64     // Recorded
	sets    [quickRows]uint64    // that each row is in; then turned, for rows
}

// quickRows is the longest history that a plainJudge takes, and the row that there is not.
const quickRows, none = 16, 16

// read reports whether the ticket is plain. One look at each row has to do: on the way from
// memory to here a row takes longer than all that is asked of it.
func (j *plainJudge) read(history []ticket.Event, asOf time.Time) bool {
	if len(history) == 0 || len(history) > quickRows {
		return false
	}
	p := j.plans
	j.at[none] = math.MaxInt64
	j.when, j.asOf = asOf, nanos(asOf)
	id, seq, last, present := history[0].Ticket, 0, int64(math.MinInt64), uint64(0)
	i := 0
	for ; i < len(history); i++ {
		e := &history[i]
		at, entered := e.At.UnixNano(), e.Recorded.UnixNano()
		if !near(e.At) || !near(e.Recorded) {
			if entered = at; !near(e.At) || !e.Recorded.IsZero() {
				return false
			}
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
		j.at[i], j.entered[i], j.sets[i] = at, entered, sets
		present |= sets
	}
	j.history = history[:i]
	if !j.has(registered) {
		return false
	}
	for s := range p.starts {
		j.fits &^= p.needs[s] & (present>>s&1 - 1)
	}
	turn(&j.sets)
	return true
}

// near reports whether nanoseconds since 1970 can say t.
func near(t time.Time) bool {
	s := t.Unix()
	return -far < s && s < far
}

// turn turns each square of 16 bits: rows become columns.
func turn(m *[16]uint64) {
	for k := range 8 {
		cross(&m[k], &m[k|8], 8, 0x00FF_00FF_00FF_00FF)
	}
	for k := range 8 {
		k += k & 4
		cross(&m[k&15], &m[(k|4)&15], 4, 0x0F0F_0F0F_0F0F_0F0F)
	}
	for k := 0; k < 16; k += 4 {
		cross(&m[k], &m[k|2], 2, 0x3333_3333_3333_3333)
		cross(&m[k|1], &m[k|3], 2, 0x3333_3333_3333_3333)
	}
	for k := 0; k < 16; k += 2 {
		cross(&m[k], &m[k|1], 1, 0x5555_5555_5555_5555)
	}
}

// cross exchanges what is beyond the mask in a with what is within it in b.
func cross(a, b *uint64, by uint, mask uint64) {
	x := (*a>>by ^ *b) & mask
	*a, *b = *a^x<<by, *b^x
}

func (j *plainJudge) has(code uint8) bool { return j.codes>>code&1 != 0 }

// rows is the rows that are in a set, a bit each.
func (j *plainJudge) rows(set uint8) uint32 {
	return uint32(uint16(j.sets[set&15] >> (set & 48)))
}

// seek is the first row from k on that is in the set, or none.
func (j *plainJudge) seek(set uint8, k int) int {
	return bits64.TrailingZeros32(j.rows(set)&(^uint32(0)<<(uint(k)&31)) | 1<<none)
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
		if p.general || j.rows(p.anew) != 0 || p.holds && j.has(held) || !j.clock(p) {
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

// helped goes on with the general judge, which needs more room than most tickets should clear.
func (j *plainJudge) helped(before int) {
	general := judge{Compiled: j.Compiled, cal: j.cal}
	if general.read(j.history, j.when) == nil {
		j.all(&general, before)
	}
}

// clock judges a clock of a plain ticket, or gives up: what it appended to j.dst must go then.
func (j *plainJudge) clock(p *plan) bool {
	k := max(j.seek(p.from[0], 0), j.seek(p.from[1], 0))
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
		k = j.seek(p.from[0], k+1)
	}
	return true
}

// verdict appends the verdict of a clock that starts at row k, if it can say when that is due.
func (j *plainJudge) verdict(p *plan, k, number int) bool {
	e := &j.history[k]
	j.dst = append(j.dst, Verdict{})
	v := &j.dst[len(j.dst)-1]
	v.Ticket, v.Clause, v.Cycle, v.Number, v.From, v.Who = e.Ticket, p.id, 1, number, e.Seq, p.who
	v.Start = calendar.InChina(e.At)
	switch p.due {
	case byPromise:
		v.Due.At = calendar.InChina(e.Until)
	case bySpan:
		v.Due.At = v.Start.Add(p.span)
	default:
		j.reckon(p, k, v)
	}
	if !near(v.Due.At) {
		return false
	}
	last := v.Due.At.UnixNano() // the last instant in time
	switch {
	case p.warn == warnedWorking && v.Warn.IsZero():
		v.Warn = p.clock.warning(j.cal, v.Start, v.Due.At)
	case p.warn == warnedSpan:
		if v.Warn = v.Start; last-int64(p.before) > j.at[k] {
			v.Warn = v.Due.At.Add(-p.before)
		}
	}
	if v.Due.Whole {
		last--
	}

	stop, stopAt, recorded := int64(math.MinInt64), -1, false
	unknown, blind := false, true
	for g := range p.to[:p.groups] {
		g := &p.to[g]
		at, own := j.seek(g.set, k), false
		first := j.at[at]
		if j.rows(g.entry)>>(uint(k)&31)&1 != 0 {
			if entered := j.entered[k]; e.Recorded.IsZero() {
				unknown = unknown || at == none
			} else if entered <= first {
				first, at, own = entered, k, true
			}
		}
		blind = blind && (first <= last || g.unrecorded)
		if first > stop || first == stop && at >= stopAt {
			stop, stopAt, recorded = first, at, own
		}
	}

	if j.rows(p.unless) != 0 {
		from := 0
		if p.again {
			from = k
		}
		if at := j.seek(p.unless, from); j.at[at] <= last && (j.at[at] < stop || j.at[at] == stop && at < stopAt) {
			v.Status, v.Stop = Lapsed, later(calendar.InChina(j.history[at].At), v.Start)
			return true
		}
	}

	end, how := stop, 1 // place in statuses
	if stopAt == none {
		end, how = j.asOf, 0
	}
	if end > last {
		how |= 2
	}
	if unknown || how >= 2 && blind {
		v.Status = Unseen
		return true
	}
	v.Status = statuses[how]
	switch {
	case how == 0:
		v.Wake = v.Due.wake()
	case stopAt == none:
	case stop < j.at[k]:
		v.Stop = v.Start
	case recorded:
		v.Stop = calendar.InChina(j.history[stopAt].Recorded)
	default:
		v.Stop = calendar.InChina(j.history[stopAt].At)
	}
	return true
}

// statuses is by whether it was done, and 2 if late.
var statuses = [4]Status{Running, Met, Breached, Breached}

// reckon sets when a limit in days or in working time is due that starts at row k, and its
// warning; not at all, if no notice or no date can say it. Several clocks often start at one
// row with one limit.
func (j *plainJudge) reckon(p *plan, k int, v *Verdict) {
	m := &j.terms[p.term&1]
	if m.term == p.term && m.row == k+1 {
		v.Due, v.Warn = m.due, m.warn
		return
	}
	ok := false
	if p.due != byLimit {
		v.Due, _, _, ok = ends(j.cal, p.due, p.n, v.Start)
	}
	if !ok {
		course, err := p.clock.Limit.run(j.cal, v.Start, nil)
		if v.Due = course.due; err != nil {
			return
		}
	}
	if p.warn == warnedWorking {
		v.Warn = p.clock.warning(j.cal, v.Start, v.Due.At)
	}
	m.term, m.row, m.due, m.warn = p.term, k+1, v.Due, v.Warn
}

// A term is when a limit from a row is due, and its warning.
type term struct {
	term, row int // the row's place and one: 0, none yet
	due       Due
	warn      time.Time
}
