package sla_test

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// The clocks once more, slowly: written from the words, in the order in which things
// happen, and looking through the whole history again for every question. It shares no code
// with the package: fields are read from the event's JSON, dues by walking.

type slowRow struct {
	ticket.Event
	late   bool // a moving row older than the last one that moved
	undone bool // a completion that was disputed later in its cycle
	redo   int  // the place of that dispute
	cycle  int
	refers bool
	back   int // of a referral: the place at which it was sent back, 0 if it was not
	json   map[string]any
}

type slowJudge struct {
	policy     sla.Policy
	cal        calendar.Calendar
	asOf       time.Time
	rows       []slowRow      // by At, then Seq
	facts      []ticket.Facts // after each row
	takeover   int            // place of Imported in the rows, -1
	registered bool
	holds      [][2]time.Time
}

func slowVerdicts(p sla.Policy, cal calendar.Calendar, history []ticket.Event, asOf time.Time) []sla.Verdict {
	j := slowJudge{policy: p, cal: cal, asOf: asOf, takeover: -1}
	var bySeq []slowRow
	for _, e := range history {
		seen := e.Recorded
		if seen.IsZero() {
			seen = e.At
		}
		if seen.After(asOf) {
			break
		}
		repeated := slices.ContainsFunc(bySeq, func(r slowRow) bool { return r.Seq == e.Seq })
		if repeated || e.At.After(asOf) {
			continue
		}
		r := slowRow{Event: e}
		text, _ := json.Marshal(e)
		_ = json.Unmarshal(text, &r.json)
		bySeq = append(bySeq, r)
		j.registered = j.registered || e.Type == ticket.Registered
	}
	var last time.Time
	for i := range bySeq {
		r := &bySeq[i]
		if r.Type.Moves() {
			if r.late = r.At.Before(last) && r.Type != ticket.Imported; !r.late {
				last = r.At
			}
		}
	}
	j.rows = slices.Clone(bySeq)
	slices.SortStableFunc(j.rows, func(a, b slowRow) int { return a.At.Compare(b.At) })
	place := func(seq int) int { return slices.IndexFunc(j.rows, func(r slowRow) bool { return r.Seq == seq }) }

	cycle := 1
	for i := range j.rows {
		r := &j.rows[i]
		if r.Type == ticket.Reopened && !r.late && i > 0 {
			cycle++
		}
		r.cycle = cycle
	}
	for i := range j.rows {
		for k := i + 1; k < len(j.rows) && j.rows[i].Type == ticket.Completed; k++ {
			if j.rows[k].Type == ticket.Disputed && !j.rows[k].late && j.rows[k].cycle == j.rows[i].cycle && !j.rows[i].undone {
				j.rows[i].undone, j.rows[i].redo = true, k
			}
		}
	}

	// The facts: what the first row says that opens the ticket, and what stood before it, is so
	// throughout. What is said afterwards is so from its place on, whatever was said of it before
	// and happened later.
	var f ticket.Facts
	said := false
	j.facts = make([]ticket.Facts, len(j.rows))
	for _, r := range bySeq {
		switch r.Type {
		case ticket.Registered, ticket.Imported:
			if !said {
				said = true
				f = f.After(r.Event)
				for k := range j.facts {
					j.facts[k] = f
				}
				break
			}
			fallthrough
		case ticket.Reranked:
			if !said {
				f = f.After(r.Event)
				break
			}
			for k := place(r.Seq); k < len(j.facts); k++ {
				j.facts[k] = j.facts[k].After(r.Event)
			}
		}
		if r.Type == ticket.Imported && j.takeover < 0 {
			j.takeover = place(r.Seq)
		}
	}
	if !said {
		for k := range j.facts {
			j.facts[k] = f
		}
	}
	for i := range j.rows { // the first Imported, also where it opened the ticket
		if j.rows[i].Type == ticket.Imported && (j.takeover < 0 || j.rows[i].Seq < j.rows[j.takeover].Seq) {
			j.takeover = i
		}
	}

	for i := range j.rows {
		j.rows[i].refers = j.rows[i].Type == ticket.ReferredOut || i == j.takeover && j.rows[i].State == ticket.Referred
		if !j.rows[i].refers {
			continue
		}
		next := slices.IndexFunc(j.rows[i+1:], func(r slowRow) bool { return r.Type.Moves() && !r.late })
		if next >= 0 && j.rows[i+1+next].Type == ticket.Returned {
			j.rows[i].back = i + 1 + next
		}
	}

	// Holds: what Held begins Resumed ends, what ReferredOut begins only a move ends.
	var since time.Time
	referred := false
	for _, r := range j.rows {
		move := r.Type.Moves() && !r.late
		if !since.IsZero() && (move || r.Type == ticket.Resumed && !referred) {
			j.holds = append(j.holds, [2]time.Time{since, r.At})
			since = time.Time{}
		}
		if move {
			referred = false
		}
		if since.IsZero() && (r.Type == ticket.Held || move && r.refers) {
			since, referred = r.At, r.refers
		}
	}
	if !since.IsZero() {
		j.holds = append(j.holds, [2]time.Time{since, {}})
	}

	var clauses []rule.ID
	for _, c := range p.Clocks {
		if !slices.Contains(clauses, c.Clause) {
			clauses = append(clauses, c.Clause)
		}
	}
	var all []sla.Verdict
	for n := 1; n <= cycle && len(j.rows) > 0; n++ {
		for _, id := range clauses {
			all = append(all, j.clause(p.Of(id), n)...)
		}
	}
	for i := range all {
		v := &all[i]
		for _, c := range p.Of(v.Clause) {
			for _, w := range all {
				if c.Yields != "" && w.Clause == c.Yields && w.Cycle == v.Cycle {
					if w.Status == sla.Met && !v.Due.Late(w.Stop) && !((v.Status == sla.Met || v.Status == sla.Lapsed) && !v.Stop.After(w.Stop)) {
						v.Status, v.Stop, v.Wake, v.Left = sla.Lapsed, w.Stop, time.Time{}, 0
						if v.Stop.Before(v.Start) {
							v.Stop = v.Start
						}
					} else if w.Status == sla.Unseen && v.Status == sla.Breached && !w.Due.At.After(v.Due.At) {
						v.Status, v.Stop = sla.Unseen, time.Time{}
					}
				}
			}
		}
	}
	return all
}

func (r slowRow) says(field string) bool {
	want := !strings.HasPrefix(field, "!")
	field = strings.TrimPrefix(field, "!")
	if field == "to.crew" {
		return want == (r.To.Role == ticket.Worker || r.To.Role == ticket.DepartmentHead)
	}
	name, sub, _ := strings.Cut(field, ".")
	v, ok := r.json[name]
	if m, is := v.(map[string]any); is {
		if sub == "" {
			sub = "role"
		}
		_, ok = m[sub]
	}
	return ok == want
}

func (r slowRow) bears(m sla.Mark) bool {
	if r.Type != m.Type || m.Role != "" && r.By.Role != m.Role || m.Channel != "" && r.Channel != m.Channel {
		return false
	}
	for _, f := range m.With {
		if !r.says(f) {
			return false
		}
	}
	return true
}

func (j *slowJudge) fit(clocks []sla.Clock, place int) (sla.Clock, bool) {
	for _, c := range clocks {
		if len(c.When) == 0 {
			return c, true
		}
		for _, m := range c.When {
			if m.Fits(j.facts[place]) {
				return c, true
			}
		}
	}
	return sla.Clock{}, false
}

// A slowRun is a clock on its way.
type slowRun struct {
	clock                sla.Clock
	origin, start, until int
	granted              bool
	lapsed               int // place of the row that lapsed it; -1
	unfit                int // place at which it lapsed because the ticket fits no more; -1
	due                  sla.Due
	open                 bool // it came into a hold that has no end
	left                 time.Duration
}

// due is when it is due. What was held after it was over, by rows that pass, is no hold.
func (j *slowJudge) due(r *slowRun, cycle int, pass func(slowRow) bool) {
	from := j.rows[r.start].At
	if r.clock.Limit.Unit == sla.Promise || r.granted {
		r.due, r.open = sla.Due{At: calendar.InChina(j.rows[r.until].Until)}, false
		return
	}
	var open time.Time
	r.open = true // nothing is late yet
	holds := slices.Clone(j.holds)
	if !r.clock.Holds {
		holds = nil
	}
	var over []time.Time
	if stop, _, ok, _, _ := j.stop(r, cycle, len(j.rows), pass); ok {
		over = append(over, stop)
	}
	if lapse, place := j.lapse(r, cycle, len(j.rows), pass); place >= 0 {
		over = append(over, lapse)
	}
	if r.unfit >= 0 {
		over = append(over, j.rows[r.unfit].At)
	}
	for _, end := range over {
		for i := range holds {
			if holds[i][1].IsZero() || holds[i][1].After(end) {
				holds[i][1] = end // before its begin, if that came later: then nothing is in it
			}
		}
	}
	for i := range holds {
		if holds[i][1].IsZero() {
			open = holds[i][0]
		}
	}
	held := func(t time.Time) bool {
		for _, h := range holds {
			if !t.Before(h[0]) && (h[1].IsZero() || t.Before(h[1])) {
				return true
			}
		}
		return false
	}
	at, whole, left := slowDue(j.cal, r.clock.Limit, from, held, open)
	r.due, r.open, r.left = sla.Due{At: calendar.InChina(at), Whole: whole}, left > 0, left
	if r.open {
		r.due = sla.Due{}
		return
	}
	quick, err := r.clock.Limit.Due(j.cal, from) // only for its flag, where no hold changes it
	if err == nil && quick.At.Equal(r.due.At) {
		r.due.Provisional = quick.Provisional
	}
}

func (r *slowRun) late(t time.Time) bool {
	return !r.open && (t.After(r.due.At) || r.due.Whole && t.Equal(r.due.At))
}

// end is the place behind the last row that concerns a clock of that cycle.
func (j *slowJudge) end(c sla.Clock, cycle int) int {
	for i, r := range j.rows {
		if r.cycle > cycle && !c.Through {
			return i
		}
	}
	return len(j.rows)
}

// stop is when To had come, by rows before that place that the filter lets pass.
func (j *slowJudge) stop(r *slowRun, cycle, before int, pass func(slowRow) bool) (at time.Time, place int, ok, unknown, blind bool) {
	ok, blind = true, true
	failed := false
	place = -1
	for _, group := range r.clock.To {
		var best time.Time
		bestPlace := -1
		lost := false
		take := func(t time.Time, k int) {
			if bestPlace < 0 || t.Before(best) || t.Equal(best) && k < bestPlace {
				best, bestPlace = t, k
			}
		}
		dark := false
		for _, m := range group {
			if sure, maybe := j.shown(r, cycle, before, m); sure {
				take(j.rows[j.takeover].At, j.takeover)
			} else if maybe {
				dark = true
			}
			dark = dark || !m.Proof && slices.Contains(j.policy.Unrecorded, m.Type)
			own := m.Recorded && slices.ContainsFunc(r.clock.From, func(g []sla.Mark) bool {
				return slices.ContainsFunc(g, func(f sla.Mark) bool { return f.Type == m.Type })
			})
			for k := r.origin; k < min(before, j.end(r.clock, cycle)); k++ {
				row := j.rows[k]
				if !row.bears(m) || !pass(row) || own && k != r.origin {
					continue
				}
				switch {
				case m.Recorded && row.Recorded.IsZero():
					lost = true
				case m.Recorded:
					take(row.Recorded, k)
				case !row.undone || m.Proof:
					take(row.At, k)
				}
			}
		}
		if bestPlace < 0 {
			ok = false
			unknown = unknown || lost
		} else if place < 0 || best.After(at) || best.Equal(at) && bestPlace > place {
			at, place = best, bestPlace
		}
		if bestPlace < 0 || r.late(best) {
			failed = true
			blind = blind && dark
		}
	}
	return at, place, ok, unknown, failed && blind
}

// shown reports whether a ticket taken over in that state has surely had such a row by then,
// or maybe.
func (j *slowJudge) shown(r *slowRun, cycle, before int, m sla.Mark) (sure, maybe bool) {
	if j.takeover < 0 || m.Recorded || j.takeover >= min(before, j.end(r.clock, cycle)) || r.late(j.rows[j.takeover].At) ||
		r.origin > j.takeover || j.rows[r.origin].Seq > j.rows[j.takeover].Seq {
		return false, false
	}
	passed := map[ticket.State]string{
		ticket.Accepted: "triaged", ticket.Assigned: "triaged dispatched", ticket.InWork: "triaged dispatched started", ticket.Referred: "triaged referred_out",
		ticket.Done:     "triaged dispatched started completed replied declined",
		ticket.Answered: "triaged dispatched started completed replied declined told signed_off",
		ticket.Closed:   "triaged dispatched started completed replied declined told signed_off",
	}[j.rows[j.takeover].State]
	if !slices.Contains(strings.Fields(passed), string(m.Type)) {
		return false, false
	}
	if bare := m.Role == "" && m.Channel == "" && len(m.With) == 0; !bare {
		return false, true
	}
	return !j.standing(string(m.Type)), false
}

// standing reports whether the rows before the takeover tell of that step themselves, or of one
// as good, and of nothing since that took the matter back to before it.
func (j *slowJudge) standing(step string) bool {
	stages := []string{"registered withdrawn merged voided", "triaged returned reopened", "referred_out", "dispatched", "started disputed", "completed replied declined abandoned", "told signed_off archived"}
	stage := func(step string) int {
		return slices.IndexFunc(stages, func(s string) bool { return slices.Contains(strings.Fields(s), step) })
	}
	var moves []slowRow
	for _, r := range j.rows {
		if r.Type.Moves() && !r.late && r.Seq < j.rows[j.takeover].Seq {
			moves = append(moves, r)
		}
	}
	slices.SortFunc(moves, func(a, b slowRow) int { return b.Seq - a.Seq }) // backwards
	for _, r := range moves {
		if at := stage(string(r.Type)); at <= stage(step) {
			return at == stage(step)
		}
	}
	return false
}

// testimony reports whether only the rows before the takeover tell how the clock ended: it
// was over then.
func (j *slowJudge) testimony(r *slowRun) bool {
	if j.takeover < 0 {
		return false
	}
	taken := j.rows[j.takeover]
	return r.late(taken.At) || taken.State == ticket.Closed && r.origin <= j.takeover && j.rows[r.origin].Seq <= taken.Seq
}

// lapse is when it was no longer owed.
func (j *slowJudge) lapse(r *slowRun, cycle, before int, pass func(slowRow) bool) (at time.Time, place int) {
	end := j.end(r.clock, cycle)
	for k := range j.rows {
		row := j.rows[k]
		if k == j.takeover && k < before && slices.ContainsFunc(r.clock.Unless, func(m sla.Mark) bool { sure, _ := j.shown(r, cycle, before, m); return sure }) {
			return row.At, k
		}
		if k >= before || !pass(row) || row.cycle < cycle || k > end {
			continue
		}
		if k == end {
			return row.At, k // reopened
		}
		unless := slices.ContainsFunc(r.clock.Unless, row.bears) && !(row.undone && !r.late(j.rows[row.redo].At)) && (k >= r.origin || !r.clock.Again && !(row.back > 0 && row.back <= r.origin))
		void := row.Type == ticket.Withdrawn || row.Type == ticket.Merged || row.Type == ticket.Voided || row.Type == ticket.Imported && row.State == ticket.Void
		if unless || void && k >= r.start {
			return row.At, k
		}
	}
	return time.Time{}, -1
}

func everyRow(slowRow) bool { return true }

func (j *slowJudge) isFrom(c sla.Clock, k int, anew bool) bool {
	row := j.rows[k]
	if row.late || c.Limit.Unit == sla.Promise && row.Until.IsZero() {
		return false
	}
	for _, g := range c.From {
		for _, m := range g {
			if m.Anew == anew && row.bears(m) {
				return true
			}
		}
	}
	// An import without a registration carries the appointment.
	return !anew && c.Limit.Unit == sla.Promise && k == j.takeover && !j.registered &&
		slices.ContainsFunc(c.From, func(g []sla.Mark) bool {
			return slices.ContainsFunc(g, func(m sla.Mark) bool { return m.Type == ticket.Registered })
		})
}

// go lets a clock run, row by row.
func (j *slowJudge) run(clocks []sla.Clock, cycle int, r *slowRun) {
	r.unfit = -1
	j.due(r, cycle, everyRow)
	begun := r.start
	for k := r.origin + 1; k < j.end(r.clock, cycle); k++ {
		row := j.rows[k]
		if k <= begun && r.clock.Limit.Unit != sla.Promise {
			continue // an amount of time runs from the start, a promise was given before
		}
		_, place, ok, _, _ := j.stop(r, cycle, k, everyRow)
		at, _, _, _, _ := j.stop(r, cycle, k, everyRow)
		_, lapsed := j.lapse(r, cycle, k, everyRow)
		if r.late(row.At) || ok && place < k && !at.After(row.At) || lapsed >= 0 {
			return // over, one way or the other
		}
		if j.isFrom(r.clock, k, true) && (!row.Until.IsZero() || r.clock.Limit.Unit == sla.Promise) {
			r.start, r.until, r.granted = max(k, r.start), k, true
			j.due(r, cycle, everyRow)
		} else if j.isFrom(r.clock, k, true) {
			// says nothing new
		} else if j.isFrom(r.clock, k, false) && r.clock.Limit.Unit == sla.Promise && row.Until.Before(r.due.At) {
			r.start, r.until = max(k, r.start), k
			j.due(r, cycle, everyRow)
		}
		if k > begun && j.facts[k] != j.facts[k-1] {
			next, fits := j.fit(clocks, k)
			if !fits {
				r.unfit = k
				j.due(r, cycle, everyRow)
				return
			}
			if same, _ := j.fit(clocks, k-1); !slices.EqualFunc(same.When, next.When, func(a, b ticket.Match) bool {
				x, _ := json.Marshal(a)
				y, _ := json.Marshal(b)
				return string(x) == string(y)
			}) {
				r.clock = next
				if j.due(r, cycle, everyRow); r.late(row.At) {
					r.start = k
					j.due(r, cycle, everyRow)
				}
			}
		}
	}
}

func (j *slowJudge) verdict(cycle, number int, r *slowRun) sla.Verdict {
	v := sla.Verdict{Ticket: j.rows[0].Ticket, Clause: r.clock.Clause, Cycle: cycle, Number: number, Who: r.clock.Who, From: j.rows[r.origin].Seq, Start: calendar.InChina(j.rows[r.start].At)}
	if r.start > r.origin {
		v.Anew = j.rows[r.start].Seq
	}
	pass := everyRow
	testimony := j.testimony(r)
	if testimony {
		pass = func(row slowRow) bool { return row.Seq < j.rows[j.takeover].Seq }
		j.due(r, cycle, pass)
	}
	stop, stopPlace, stopped, unknown, blind := j.stop(r, cycle, len(j.rows), pass)
	lapse, lapsePlace := j.lapse(r, cycle, len(j.rows), pass)
	if r.unfit >= 0 {
		stopped, lapse, lapsePlace = false, j.rows[r.unfit].At, r.unfit
	} else if lapsePlace >= 0 && (r.late(lapse) || stopped && (stop.Before(lapse) || stop.Equal(lapse) && stopPlace <= lapsePlace)) {
		lapsePlace = -1
	}
	r.lapsed = lapsePlace
	over := r.late(j.asOf)
	switch {
	case lapsePlace >= 0:
		v.Status, v.Stop = sla.Lapsed, calendar.InChina(lapse)
	case unknown, testimony && !stopped:
		v.Status = sla.Unseen
	case stopped && !r.late(stop):
		v.Status, v.Stop = sla.Met, calendar.InChina(stop)
	case (stopped || over) && blind:
		v.Status = sla.Unseen
	case stopped:
		v.Status, v.Stop = sla.Breached, calendar.InChina(stop)
	case over:
		v.Status = sla.Breached
	case r.open:
		v.Status, v.Left = sla.Paused, r.left
	default:
		v.Status = sla.Running
		if v.Wake = r.due.At; !r.due.Whole {
			v.Wake = v.Wake.Add(time.Nanosecond)
		}
	}
	if !v.Stop.IsZero() && v.Stop.Before(v.Start) {
		v.Stop = v.Start
	}
	v.Due = r.due
	if w := r.clock.Warn; w.N > 0 && !v.Due.At.IsZero() {
		v.Warn = v.Due.At
		step := time.Minute
		if w.Unit == sla.Hour || w.Unit == sla.WorkingHour {
			w.N *= 60
		}
		for n := w.N; v.Warn.After(v.Start); v.Warn = v.Warn.Add(-step) {
			worked, _ := j.cal.WorkingTime(v.Warn.Add(-step), v.Warn)
			counts := worked > 0 || w.Unit == sla.Minute || w.Unit == sla.Hour
			if n == 0 && counts {
				break // the earliest such instant: what is not worked before it is skipped
			}
			if counts {
				n--
			}
		}
		if v.Warn.Before(v.Start) {
			v.Warn = v.Start
		}
	}
	return v
}

func (j *slowJudge) clause(clocks []sla.Clock, cycle int) []sla.Verdict {
	lo := slices.IndexFunc(j.rows, func(r slowRow) bool { return r.cycle == cycle })
	hi := lo
	for hi < len(j.rows) && j.rows[hi].cycle == cycle {
		hi++
	}
	// newly is the first place from k on at which the ticket fits.
	newly := func(k int) (int, sla.Clock, bool) {
		for ; k < hi; k++ {
			if c, ok := j.fit(clocks, k); ok {
				return k, c, true
			}
		}
		return 0, sla.Clock{}, false
	}
	if clocks[0].Again {
		var all []sla.Verdict
		over := lo
		for k := lo; k < hi; k++ {
			start, c, ok := newly(k)
			if !ok || !j.isFrom(c, k, false) || k < over {
				continue
			}
			r := slowRun{clock: c, origin: k, start: start, until: k}
			j.run(clocks, cycle, &r)
			if row := j.rows[k]; row.Type == ticket.Completed && row.undone && (row.redo < start || !r.late(j.rows[row.redo].At)) {
				continue
			}
			if c.Limit.Unit == sla.Promise && k < start && r.start == start && r.late(j.rows[start].At) {
				continue // it was over before the ticket came to fit
			}
			all = append(all, j.verdict(cycle, len(all)+1, &r))
			if c.Limit.Unit == sla.Promise {
				v := all[len(all)-1]
				_, place, answered, _, _ := j.stop(&r, cycle, len(j.rows), everyRow)
				if j.testimony(&r) {
					_, place, answered, _, _ = j.stop(&r, cycle, len(j.rows), func(row slowRow) bool { return row.Seq < j.rows[j.takeover].Seq })
					if !answered && v.Status == sla.Unseen { // what is promised after the takeover is ours
						over = j.takeover + 1
						continue
					}
				}
				if v.Status == sla.Lapsed {
					_, place = j.lapse(&r, cycle, len(j.rows), everyRow)
				} else if !answered {
					break
				}
				over = place + 1
			}
		}
		return all
	}

	var lapsed []sla.Verdict
	after := lo - 1
	forgotten := map[int]bool{} // completions that started nothing after all
	for from := lo; ; {
		k, c, ok := newly(from)
		if !ok {
			break
		}
		// When does From come, by the clock that fits at k?
		origin, done := -1, -1
		for g := range c.From {
			first := -1
			for i := hi - 1; i > after; i-- {
				one := c
				one.From = sla.Moment{c.From[g]}
				if j.isFrom(one, i, false) && !forgotten[i] {
					first = i
				}
			}
			if first < 0 {
				origin = -2
				break
			}
			if origin != -2 {
				origin = max(origin, first)
			}
			if j.rows[first].Type == ticket.Completed {
				done = first
			}
		}
		// It must come while that clock fits.
		until := k
		for until < hi {
			n, ok := j.fit(clocks, until)
			a, _ := json.Marshal(n)
			b, _ := json.Marshal(c)
			if !ok || string(a) != string(b) {
				break
			}
			until++
		}
		if origin < 0 || origin >= until {
			from = until
			continue
		}
		start := origin
		if k > lo && k > origin {
			start = k
		}
		r := slowRun{clock: c, origin: origin, start: start, until: origin}
		j.run(clocks, cycle, &r)
		if done >= 0 && j.rows[done].undone && (j.rows[done].redo < start || !r.late(j.rows[j.rows[done].redo].At)) {
			forgotten[done] = true
			continue
		}
		if c.Limit.Unit == sla.Promise && origin < start && r.start == start && r.late(j.rows[start].At) {
			after = origin // it was over before the ticket came to fit; a later one may be open
			continue
		}
		v := j.verdict(cycle, 0, &r)
		if r.unfit >= 0 {
			lapsed = []sla.Verdict{v}
			from = r.unfit
			continue
		}
		if r.lapsed >= 0 && j.rows[r.lapsed].back > 0 && j.rows[r.lapsed].back < hi {
			lapsed = []sla.Verdict{v}
			after = j.rows[r.lapsed].back
			from = after
			continue
		}
		return []sla.Verdict{v}
	}
	if len(lapsed) == 0 && cycle == 1 && !j.registered {
		if c, ok := j.fit(clocks, lo); ok && c.Limit.Unit != sla.Promise &&
			slices.ContainsFunc(c.From, func(g []sla.Mark) bool {
				return slices.ContainsFunc(g, func(m sla.Mark) bool { return m.Type == ticket.Registered })
			}) {
			return []sla.Verdict{{Ticket: j.rows[0].Ticket, Clause: c.Clause, Cycle: 1, Status: sla.Unseen, Who: c.Who}}
		}
	}
	return lapsed
}
