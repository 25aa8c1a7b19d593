package sla

import (
	"fmt"
	"math"
	bits64 "math/bits"
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// A row is what the clocks need of an event. Rows are kept in order of At, then Seq.
type row struct {
	at    int64
	marks bits
	i     int32 // place in the history
	code  uint8
	late  bool // would have moved the state, had it not come late: it starts nothing
}

// A segment is a stretch of rows in which the facts of the ticket stay the same.
type segment struct {
	from int // place of the first row
	fits bits
}

// A judge holds one history while it is judged.
type judge struct {
	*Compiled
	cal     calendar.Calendar
	history []ticket.Event
	asOf    int64
	dst     []Verdict

	rows     int // how many
	few      [16]row
	many     []row      // instead of few, of a long history
	present  bits       // all marks
	first    [128]int32 // the first row of each that is present
	codes    uint64     // all types
	base     segment
	turns    []segment // after base
	imported int       // place in the history of the Imported row; -1: none
	takeover int       // its place among the rows
	shown    bits      // marks that the state at the takeover shows to have come by then
	perhaps  bits      // marks of which it shows the type, but not what they must say
	sought   bool      // the holds have been
	holds    int       // how many
	some     [2]hold   // the first of them, or
	all      []hold    // instead of some, of a ticket with more

	want *Verdict // Explain: find this one
	got  *outcome
}

func (j *judge) row(k int) *row {
	if j.many != nil {
		return &j.many[k]
	}
	return &j.few[k]
}

// seek is the first row in [from, hi) that bears one of the marks, or hi. Most marks stand
// on one row, so that their first rows answer; else it looks.
func (j *judge) seek(marks bits, from, hi int) int {
	marks = marks.and(j.present)
	best := hi
	for m := marks.lo; m != 0; m &= m - 1 {
		k := int(j.first[bits64.TrailingZeros64(m)])
		if k < from {
			return j.look(marks, from, hi)
		}
		best = min(best, k)
	}
	for m := marks.hi; m != 0; m &= m - 1 {
		k := int(j.first[64+bits64.TrailingZeros64(m)])
		if k < from {
			return j.look(marks, from, hi)
		}
		best = min(best, k)
	}
	return best
}

func (j *judge) look(marks bits, from, hi int) int {
	for ; from < hi; from++ {
		if j.row(from).marks.meets(marks) {
			return from
		}
	}
	return hi
}

func (j *judge) segments() int { return 1 + len(j.turns) }

func (j *judge) segment(k int) *segment {
	if k == 0 {
		return &j.base
	}
	return &j.turns[k-1]
}

func (j *judge) has(code uint8) bool { return j.codes>>code&1 != 0 }

// read folds the history into rows and segments.
func (j *judge) read(history []ticket.Event, asOf time.Time) error {
	if len(history) == 0 {
		return badHistory("", 0, "the history is empty", "没有任何记录")
	}
	if len(history) > len(j.few) {
		j.many = make([]row, len(history))
	}
	// First what of each row lies apart in memory, so that it is fetched together.
	for i := range history {
		e := &history[i]
		r := j.row(i)
		said := says(e)
		r.at, r.code, r.i = nanos(e.At), j.types.code(e.Type), int32(i)
		r.marks = j.steps[r.code].marksOf(e, said)
	}
	j.history, j.asOf, j.imported, j.takeover = ticket.KnownBy(history, asOf), nanos(asOf), -1, -1
	id, last, moved := history[0].Ticket, math.MinInt, int64(math.MinInt64)
	gaps, ordered := false, true
	var base ticket.Facts
	stated, changed := -1, false // the row that opened it; whether the facts were said again
	var steps uint               // bits: those that stand in what was read so far
	for i := range j.history {
		e := &j.history[i]
		if e.Ticket != id {
			return badHistory(id, e.Seq, "is of another ticket", "是另一张单的记录")
		}
		if e.Seq <= last {
			if e.Seq < history[0].Seq || gaps && !seen(j.history[:i], e.Seq) {
				return badHistory(id, e.Seq, "stands after a row with a higher seq", "序号排在后面的记录之后")
			}
			continue
		}
		if e.Seq < 1 {
			return badHistory(id, e.Seq, "has no seq", "没有序号")
		}
		gaps = gaps || i > 0 && e.Seq != last+1
		last = e.Seq
		r := j.row(i)
		code, at := r.code, r.at
		if code == other && !e.Type.Valid() {
			return badHistory(id, e.Seq, fmt.Sprintf("unknown type %.40q", string(e.Type)), "步骤的代码不认识")
		}
		if at > j.asOf {
			continue // entered, but it has not happened yet
		}
		if registered <= code && code <= lastMoving {
			if at < moved && code != imported {
				r.late = true
			} else {
				moved = at
				if code != imported {
					steps = steps&(1<<reaches[code]-1) | 1<<reaches[code]
				}
			}
		}
		j.codes |= 1 << code

		switch code {
		case registered, imported, reranked:
			if changed = stated >= 0; !changed {
				if base = base.After(*e); code != reranked {
					stated = i
				}
			}
			if code == imported && j.imported < 0 {
				j.imported = i
				j.show(e.State, steps)
			}
		}

		k := j.rows
		if j.rows++; k < i || k > 0 && j.row(k-1).at > at {
			ordered = false
			here := *r
			for ; k > 0 && j.row(k-1).at > at; k-- {
				*j.row(k) = *j.row(k - 1)
			}
			*j.row(k) = here
		}
		j.note(j.rows-1, r.marks)
	}
	if !ordered || j.has(imported) {
		j.present = bits{}
		for k := range j.rows {
			r := j.row(k)
			if int(r.i) == j.imported {
				j.takeover = k
			}
			if r.code == imported && (j.has(registered) || int(r.i) != j.imported) {
				r.marks = r.marks.without(j.Compiled.imported)
			}
			j.note(k, r.marks)
		}
	}
	j.base.fits = j.facts.fitting(&base)
	if changed {
		j.change(base, stated)
	}
	return nil
}

// change finds the segments. What a row says of the facts holds from its place on; of two
// that say the same field the one entered later is right, from its own place on.
func (j *judge) change(base ticket.Facts, stated int) {
	var said []int32 // places in the history, rising
	for k := range j.rows {
		r := j.row(k)
		if int(r.i) <= stated || r.code != registered && r.code != imported && r.code != reranked {
			continue
		}
		n, _ := slices.BinarySearch(said, r.i)
		said = j.needed(slices.Insert(said, n, r.i))
		facts := j.after(base, said)
		last := j.segment(len(j.turns))
		if fits := j.facts.fitting(&facts); k == last.from {
			last.fits = fits
		} else if fits != last.fits {
			j.turns = append(j.turns, segment{k, fits})
		}
	}
}

func (j *judge) after(facts ticket.Facts, said []int32) ticket.Facts {
	for _, i := range said {
		facts = facts.After(j.history[i])
	}
	return facts
}

// needed drops the changes of which later ones say all, so that of thousands a few remain.
func (j *judge) needed(said []int32) []int32 {
	for n := len(said) - 2; n >= 0 && j.history[said[n]].Type == ticket.Reranked && j.history[said[n+1]].Type == ticket.Reranked; n-- {
		if j.after(ticket.Facts{}, said[n:]) == j.after(ticket.Facts{}, said[n+1:]) {
			said = slices.Delete(said, n, n+1)
		}
	}
	return said
}

// note keeps the first row of each mark; rows come in their order.
func (j *judge) note(k int, marks bits) {
	fresh := marks.without(j.present)
	for m := fresh.lo; m != 0; m &= m - 1 {
		j.first[bits64.TrailingZeros64(m)] = int32(k)
	}
	for m := fresh.hi; m != 0; m &= m - 1 {
		j.first[64+bits64.TrailingZeros64(m)] = int32(k)
	}
	j.present = j.present.or(fresh)
}

// leadTo is the steps that lead to a state, up to the answer.
func leadTo(s ticket.State) []ticket.EventType {
	steps := []ticket.EventType{ticket.Triaged, ticket.Dispatched, ticket.Started, ticket.Completed, ticket.Replied, ticket.Declined, ticket.Told, ticket.SignedOff}
	switch s {
	case ticket.Accepted:
		return steps[:1]
	case ticket.Assigned:
		return steps[:2]
	case ticket.InWork:
		return steps[:3]
	case ticket.Done:
		return steps[:6]
	case ticket.Answered, ticket.Closed:
		return steps
	case ticket.Referred:
		return []ticket.EventType{ticket.Triaged, ticket.ReferredOut}
	}
	return nil
}

// reaches is how far a row that moves the state takes the matter, by its code: to triaged,
// referred out, dispatched, started, done, answered. What came after that must come again.
var reaches = [lastMoving + 1]uint8{
	triaged: 1, returned: 1, reopened: 1,
	referredOut: 2,
	dispatched:  3,
	started:     4, disputed: 4,
	completed: 5, replied: 5, declined: 5, abandoned: 5,
	told: 6, signedOff: 6, archived: 6,
}

// show notes what a takeover in that state shows. A step that stands in the testimony came
// when that says, and no second time.
func (j *judge) show(s ticket.State, steps uint) {
	for _, t := range leadTo(s) {
		code := j.types.code(t)
		s := &j.steps[code]
		if steps>>reaches[code]&1 == 0 {
			j.shown = j.shown.or(s.bare)
		}
		for _, v := range s.variants {
			j.perhaps = j.perhaps.or(v.bit)
		}
	}
}

// shows reports whether the state at the takeover tells of a clock: it began in the
// testimony, and was still to be done when the ticket was taken over.
func (j *judge) shows(s scope, o *outcome) bool {
	return j.told(o) && j.takeover < j.through(s, o.clock) && !o.due.late(j.row(j.takeover).at)
}

// told reports whether the clock began in the testimony.
func (j *judge) told(o *outcome) bool {
	return o.origin <= j.takeover && int(j.row(o.origin).i) <= j.imported
}

// seen reports whether a row with that Seq is among those before.
func seen(before []ticket.Event, seq int) bool {
	for i := range before {
		if before[i].Seq == seq {
			return true
		}
	}
	return false
}

func (j *judge) holdsOf(c *clock) []hold {
	if !c.Holds || !j.has(held) && !j.has(referredOut) && !j.has(imported) {
		return nil
	}
	if !j.sought {
		j.sought = true
		j.readHolds()
	}
	if j.all != nil {
		return j.all
	}
	return j.some[:j.holds]
}

func (j *judge) addHold(h hold) {
	switch {
	case j.all == nil && j.holds < len(j.some):
		j.some[j.holds] = h
	case j.all == nil:
		j.all = append(append(j.all, j.some[:]...), h)
	default:
		j.all = append(j.all, h)
	}
	j.holds++
}

// refers reports whether the matter is with the authority from row k on.
func (j *judge) refers(k int) bool {
	r := j.row(k)
	return r.code == referredOut || int(r.i) == j.imported && j.history[r.i].State == ticket.Referred
}

// readHolds finds the spans in which the ticket was on hold or referred out. A row that
// moves the state ends a hold; to resume does not call a matter back from the authority.
func (j *judge) readHolds() {
	open, referred := -1, false
	end := func(k int) {
		if open >= 0 && j.row(k).at > j.row(open).at {
			j.addHold(hold{j.time(open), j.time(k), j.row(open).i})
		}
		open, referred = -1, false
	}
	for k := range j.rows {
		r := j.row(k)
		switch {
		case registered <= r.code && r.code <= lastMoving:
			if r.late {
				continue
			}
			end(k)
			if j.refers(k) {
				open, referred = k, true
			}
		case r.code == held && open < 0:
			open = k
		case r.code == resumed && !referred:
			end(k)
		}
	}
	if open >= 0 {
		j.addHold(hold{from: j.time(open), row: j.row(open).i})
	}
}
