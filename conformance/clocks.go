package conformance

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// clocks asks about every clock of the policy: one nanosecond to each side of its due
// instant, begun at each moment at which a neighbouring limit would end otherwise; begun,
// stopped and lapsed by each row that may do so, and not by any other; for each kind of
// ticket; held, reopened, begun again, taken over.
func (w *writer) clocks() {
	w.eachClock(func(k clock) {
		if w.stopped {
			return
		}
		for _, start := range w.starts(k.Limit) {
			if s, ok := w.start(k, k.choice, start.at); ok {
				w.around(k, k.Clause, "begun: "+start.why, s, w.due(k.Limit, start))
			}
		}
		if k.due.IsZero() {
			return // not kept, or not due while no notice is out: said above
		}
		w.begun(k)
		w.ended(k)
		w.besides(k)
		w.turns(k)
		w.whom(k)
	})
}

// A clock is one of the policy's, with a story that has just started it.
type clock struct {
	sla.Clock
	name    string
	facts   ticket.Facts
	choice  []sla.Mark // of each group of From, the mark that starts it
	started story
	due     time.Time // zero: none
	warn    time.Time
	whole   bool // it is due at the end of a day
}

// called is the name of a case about the clock.
func (k clock) called(subject string) string { return string(Verdict) + "/" + k.name + "/" + subject }

// base is the case on which all others of a clock rest: that it runs, and until when.
func (k clock) base() string { return k.called("begun: ordinary day, " + sides[0]) }

// eachClock calls for each clock and each sort of ticket that it is for, begun on an ordinary
// day.
func (w *writer) eachClock(do func(clock)) {
	at := w.ordinary().at
	names := map[string]int{}
	for _, c := range w.policy.SLA.Clocks {
		when := c.When
		if len(when) == 0 {
			when = []ticket.Match{{}}
		}
		for _, m := range when {
			k := clock{Clock: c, name: string(c.Clause), facts: factsOf(m)}
			if names[k.name]++; names[k.name] > 1 {
				k.name += fmt.Sprintf(" (%d)", names[k.name])
			}
			for _, choice := range choices(c.From) {
				var ok bool
				if k.started, ok = w.start(k, choice, at); !ok {
					continue
				}
				k.choice = choice
				v, _ := w.verdict(k, k.started, at)
				k.due, k.warn, k.whole = v.Due.At, v.Warn, v.Due.Whole
				do(k)
				break
			}
		}
	}
}

// choices are the ways to bring a moment about: one mark of each group, of which the first
// groups change slowest. Marks that only start anew are none.
func choices(m sla.Moment) [][]sla.Mark {
	out := [][]sla.Mark{nil}
	for _, group := range m {
		var longer [][]sla.Mark
		for _, before := range out {
			for _, mark := range group {
				if !mark.Anew {
					longer = append(longer, append(slices.Clip(before), mark))
				}
			}
		}
		out = longer
	}
	return out
}

// start is a story whose last row starts the clock at that instant.
func (w *writer) start(k clock, choice []sla.Mark, at time.Time) (story, bool) {
	if len(choice) == 0 {
		return story{}, false
	}
	if len(choice) == 1 && choice[0].Type == ticket.Registered {
		return w.flow.begin(k.facts, at)
	}
	s, ok := w.flow.begin(k.facts, at.Add(-time.Minute))
	for i, m := range choice {
		if !ok {
			return s, false
		}
		e := marked(m, at)
		if i == len(choice)-1 {
			e.At = at
		}
		if e.Type != ticket.Registered {
			s, ok = s.then(e, k.ends(choice...))
		}
	}
	return s, ok
}

// ends are the types of row that stop or lapse the clock, but for those wanted.
func (k clock) ends(wanted ...sla.Mark) []ticket.EventType {
	var types []ticket.EventType
	for _, group := range append(slices.Clip(k.To), k.Unless) {
		for _, m := range group {
			if !slices.ContainsFunc(wanted, func(o sla.Mark) bool { return o.Type == m.Type }) {
				types = append(types, m.Type)
			}
		}
	}
	return types
}

// verdict is the clock's last one.
func (w *writer) verdict(k clock, s story, asOf time.Time) (sla.Verdict, int) {
	verdicts, err := w.desk.AppendVerdicts(nil, s.rows, asOf)
	if err != nil {
		return sla.Verdict{}, 0
	}
	return last(verdicts, k.Clause)
}

func (w *writer) askVerdict(k clock, clause rule.ID, subject string, rows []ticket.Event, asOf time.Time, rests ...string) string {
	q := Question{Topic: Verdict, History: rows, AsOf: calendar.InChina(asOf), Args: []string{string(k.Clause)}}
	return w.ask(clause, k.name, subject, q, append(slices.Clip(rests), k.base())...)
}

// around asks as of one nanosecond before, at and after the due instant.
func (w *writer) around(k clock, clause rule.ID, subject string, s story, rests ...string) {
	v, _ := w.verdict(k, s, s.now)
	if v.Due.At.IsZero() {
		w.askVerdict(k, clause, subject, s.rows, s.now.Add(promised), rests...)
		return
	}
	k.whole = v.Due.Whole
	w.sided(k, clause, subject+", ", v.Due.At, func(time.Time) []ticket.Event { return s.rows }, func(at time.Time) time.Time { return at }, rests...)
}

// sides are those of a due instant. At it itself the case is one of the general law: what is
// due within two hours may be done at the end of them (CC-1259), and a day ends at 24:00 or
// with the business hours (CC-203); who has the limit itself wrong shows it one nanosecond
// before.
var sides = [...]string{"1 ns before due", "at due", "1 ns after due"}

// sided asks the three of them, with the rows that there are where the thing is done, or asked,
// at each.
func (w *writer) sided(k clock, clause rule.ID, subject string, due time.Time, rows func(at time.Time) []ticket.Event, asOf func(time.Time) time.Time, rests ...string) {
	before := ""
	for i, side := range sides {
		at := calendar.InChina(due.Add(time.Duration(i - 1)))
		h := rows(at)
		if h == nil {
			continue
		}
		c := clause
		if i == 1 && before != "" {
			// Unless what was done moved the due, which is then elsewhere.
			if v, _ := w.verdict(k, story{rows: h}, asOf(at)); v.Due.At.Equal(due) {
				if c = "CC-1259"; k.whole {
					c = "CC-203"
				}
			}
		}
		name := w.askVerdict(k, c, subject+side, h, asOf(at), append(slices.Clip(rests), before)...)
		if i == 0 {
			before = name
		}
	}
}

// starts are moments to begin at: an ordinary one, the year's end, and for each limit that is nearly this one
// the first at which it would end otherwise.
func (w *writer) starts(l sla.Limit) []moment {
	out := []moment{w.ordinary(), w.yearsEnd()}
	if l.Unit == sla.Promise {
		return out
	}
	if known, ok := w.begins[l]; ok {
		return known
	}
	candidates := w.boundaries()
	for _, day := range w.days {
		candidates = append(candidates, moment{hour(day, 10), "day that tells limits apart", true})
	}
	for _, n := range neighbours(l) {
		differs := func(m moment) bool {
			a, errA := l.Due(w.cal, m.at)
			b, errB := n.Due(w.cal, m.at)
			return errA == nil && errB == nil && (!a.At.Equal(b.At) || a.Whole != b.Whole)
		}
		if slices.ContainsFunc(out, differs) {
			continue
		}
		if i := slices.IndexFunc(candidates, differs); i >= 0 {
			out = append(out, candidates[i])
		}
	}
	w.begins[l] = out
	return out
}

// neighbours are the limits that one may take for l.
func neighbours(l sla.Limit) []sla.Limit {
	out := []sla.Limit{l, l, l, l}
	out[0].N++
	out[1].N--
	out[2].Roll = !l.Roll
	out[3].Before = !l.Before
	for _, like := range [][]sla.Unit{
		{sla.Minute, sla.WorkingMinute}, {sla.Hour, sla.WorkingHour}, {sla.ThatDay, sla.ThatDayClose},
		{sla.WorkingDay, sla.WorkingDayReceived, sla.WorkingDayHours, sla.WorkingDaySame, sla.Day},
	} {
		if slices.Contains(like, l.Unit) {
			for _, u := range like {
				n := l
				n.Unit = u
				out = append(out, n)
			}
		}
	}
	return out
}

// begun asks about the other ways to begin, and to begin anew.
func (w *writer) begun(k clock) {
	for _, choice := range choices(k.From) {
		clause := k.Clause
		if slices.ContainsFunc(choice, func(m sla.Mark) bool { return m.Type == ticket.Reopened }) {
			clause = reopening
		}
		if s, ok := w.start(k, choice, calendar.InChina(k.started.now)); ok {
			w.around(k, clause, "begun by "+names(choice), s)
			if done, ok := k.done(s); ok {
				w.askVerdict(k, clause, "begun by "+names(choice)+", and done", done.rows, later(k.due.Add(1), done.now))
			}
		}
		// In a cycle of its own, where what began the first no longer does.
		if again, ok := k.started.then(ticket.Event{Type: ticket.Reopened}, nil); ok && clause != reopening {
			for _, m := range choice {
				if ok {
					again, ok = again.then(marked(m, again.now.Add(time.Second)), k.ends(choice...))
				}
			}
			if ok {
				w.around(k, reopening, "opened again, and begun by "+names(choice), again)
			}
		}
	}
	for _, group := range k.From {
		for _, m := range group {
			clause := k.Clause
			if m.Type == ticket.Extended {
				clause = "WY-extension"
			}
			if s, ok := k.started.then(marked(m, k.started.now.Add(time.Hour)), k.ends(m)); ok && m.Anew {
				w.around(k, clause, "begun anew by "+string(m.Type), s)
			}
		}
	}
}

// reopening is the clause of what a reopened ticket's clocks do.
const reopening = rule.ID("HB-3.4")

func names(marks []sla.Mark) string {
	var all []string
	for _, m := range marks {
		all = append(all, string(m.Type))
	}
	return strings.Join(all, " and ")
}

// ended asks about every row that stops or lapses the clock, on both sides of the due
// instant.
func (w *writer) ended(k clock) {
	start := &k.started.rows[len(k.started.rows)-1]
	for g, group := range k.To {
		for _, m := range group {
			s, ok := k.started, true
			for h, other := range k.To {
				if h != g && ok {
					s, ok = k.oneOf(s, other, group)
				}
			}
			if !ok {
				continue
			}
			after := func(time.Time) time.Time { return k.due.Add(time.Second) }
			if m.Recorded && m.Type == start.Type {
				entered := func(at time.Time) []ticket.Event {
					rows := slices.Clone(s.rows)
					rows[len(k.started.rows)-1].Recorded = at
					return rows
				}
				w.askVerdict(k, k.Clause, string(m.Type)+", entry not known", entered(time.Time{}), k.due.Add(time.Second))
				w.sided(k, k.Clause, string(m.Type)+" (entered) ", k.due, entered, after)
				continue
			}
			clause := k.Clause
			if m.Type == ticket.Reopened {
				clause = reopening
			}
			w.sided(k, clause, string(m.Type)+" ", k.due, k.ending(s, m), after)
		}
	}
	for _, m := range k.Unless {
		w.sided(k, k.Clause, "unless "+string(m.Type)+" ", k.due, k.ending(k.started, m), func(time.Time) time.Time { return k.due.Add(time.Second) })
	}
}

// ending is the story's rows up to one that a mark means, at the instant.
func (k clock) ending(s story, m sla.Mark) func(time.Time) []ticket.Event {
	return func(at time.Time) []ticket.Event {
		e := marked(m, at)
		e.At = at
		if done, ok := s.then(e, k.ends(m)); ok {
			return done.rows
		}
		return nil
	}
}

// done goes on until the clock is met, by the first mark of each group of To.
func (k clock) done(s story) (story, bool) {
	ok := true
	for _, group := range k.To {
		if ok {
			s, ok = k.oneOf(s, group, nil)
		}
	}
	return s, ok
}

// oneOf goes on by the first mark of the group that can come, without those of avoid.
func (k clock) oneOf(s story, group, avoid []sla.Mark) (story, bool) {
	var types []ticket.EventType
	for _, m := range avoid {
		types = append(types, m.Type)
	}
	for _, m := range group {
		if m.Recorded { // by its own row
			return s, true
		}
		if next, ok := s.then(marked(m, s.now), types); ok {
			return next, true
		}
	}
	return s, false
}

// besides asks about every type of row, plain and with what marks ask for: what does not
// stop a clock is asked for as well as what does.
func (w *writer) besides(k clock) {
	rows := []ticket.Event{
		{Type: ticket.Dispatched, To: ticket.Actor{Role: ticket.DepartmentHead}},
		{Type: ticket.Escalated, To: ticket.Actor{Role: ticket.Manager}},
		{Type: ticket.Acknowledged, By: ticket.Actor{Role: ticket.Worker}},
		{Type: ticket.Started, By: ticket.Actor{Role: ticket.Worker}},
		{Type: ticket.Told, Grade: ticket.Satisfied},
		{Type: ticket.Told, To: person(ticket.Authority)},
		{Type: ticket.SignedOff, Grade: ticket.Satisfied},
		{Type: ticket.Missed, Approver: person(ticket.Manager)},
		{Type: ticket.Missed, Ref: "T2"},
		{Type: ticket.Revisited, Channel: ticket.Phone, Grade: ticket.NoGrade},
		{Type: ticket.Revisited, Channel: ticket.Visit},
		{Type: ticket.Revisited, Channel: ticket.Visit, By: person(ticket.Supervisor)},
		{Type: ticket.Revisited, Channel: ticket.Phone, By: person(ticket.Manager)},
		{Type: ticket.Revisited, Channel: ticket.Visit, By: person(ticket.Manager)},
		{Type: ticket.Extended, To: person(ticket.Worker)},
		{Type: ticket.Dispatched, Until: k.started.now.Add(time.Hour)},
		{Type: ticket.Reranked, Severity: ticket.Minor, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Severity: ticket.Important, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Severity: ticket.Major, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Urgency: ticket.Normal, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Urgency: ticket.Emergency, By: person(ticket.Supervisor)},
		{Type: ticket.Reranked, Kind: ticket.Other, By: person(ticket.Supervisor)},
	}
	for _, typ := range w.flow.types {
		if typ != ticket.Registered && typ != ticket.Imported {
			rows = append(rows, ticket.Event{Type: typ})
		}
	}
	reach := k.started.reach(k.ends())
	for _, e := range rows {
		if s, ok := reach.then(e); ok {
			last := s.rows[len(s.rows)-1]
			subject := "only " + string(e.Type)
			for _, extra := range []string{string(e.To.Role), string(e.By.Role), string(e.Channel), string(e.Grade), string(e.Approver.Role), e.Ref, string(e.Severity), string(e.Urgency), string(e.Kind)} {
				if extra != "" {
					subject += " " + extra
				}
			}
			clause := k.Clause
			if e.Type == ticket.Reopened {
				clause = reopening
			}
			w.askVerdict(k, clause, subject, s.rows, later(k.due, last.At).Add(1))
		}
	}
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// turns asks what becomes of the clock when the ticket is held, disputed, opened again,
// taken over; when it begins again; and when another clause takes its place.
func (w *writer) turns(k clock) {
	s := k.started
	afterwards := func(clause rule.ID, subject string, s story) {
		w.askVerdict(k, clause, subject+", 1 ns after the first due", s.rows, later(k.due.Add(1), s.now))
		if v, _ := w.verdict(k, s, s.now); !v.Due.At.Equal(k.due) {
			w.around(k, clause, subject, s)
		}
	}
	if held, ok := s.add(ticket.Event{Type: ticket.Held}); ok {
		afterwards(k.Clause, "held", held)
		for _, pause := range []struct {
			long string
			time.Duration
		}{{"a minute", time.Minute}, {"an hour", time.Hour}, {"25 hours", 25 * time.Hour}, {"49 hours", 49 * time.Hour}} {
			d, long := pause.Duration, pause.long
			resumed, ok := held.add(ticket.Event{Type: ticket.Resumed, At: calendar.InChina(held.now.Add(d))})
			if !ok {
				continue
			}
			afterwards(k.Clause, "held for "+long, resumed)
			twice, ok := resumed.add(ticket.Event{Type: ticket.Held, At: calendar.InChina(resumed.now.Add(time.Minute))})
			if !ok {
				continue
			}
			afterwards(k.Clause, "held for "+long+", and again", twice)
			if twice, ok = twice.add(ticket.Event{Type: ticket.Resumed, At: calendar.InChina(twice.now.Add(d))}); ok {
				afterwards(k.Clause, "held twice for "+long, twice)
			}
			if late, ok := resumed.then(ticket.Event{Type: ticket.Dispatched, At: calendar.InChina(resumed.now.Add(time.Minute))}, k.ends()); ok {
				late, _ = late.add(ticket.Event{Type: ticket.Held, At: calendar.InChina(held.now.Add(d / 2))})
				if late, ok = late.add(ticket.Event{Type: ticket.Resumed, At: resumed.now}); ok {
					afterwards(k.Clause, "held for "+long+", half of it entered twice", late)
				}
			}
		}
	}
	if referred, ok := s.then(ticket.Event{Type: ticket.ReferredOut}, k.ends()); ok {
		if replied, ok := referred.add(ticket.Event{Type: ticket.Replied, At: calendar.InChina(referred.now.Add(49 * time.Hour))}); ok {
			afterwards(k.Clause, "referred for 49 hours", replied)
		}
	}
	if disputed, ok := s.then(ticket.Event{Type: ticket.Disputed}, k.ends()); ok {
		afterwards(k.Clause, "disputed", disputed)
	}
	if again, ok := s.then(ticket.Event{Type: ticket.Reopened}, k.ends()); ok {
		afterwards(reopening, "opened again", again)
		row := len(s.rows) - 1
		for _, group := range k.To {
			for _, m := range group {
				if m.Recorded && m.Type == s.rows[row].Type {
					entered := again
					entered.rows = slices.Clone(again.rows)
					entered.rows[row].Recorded = calendar.InChina(k.due.Add(time.Hour))
					w.askVerdict(k, reopening, "opened again before it was entered", entered.rows, k.due.Add(2*time.Hour), k.called(string(m.Type)+" (entered) "+sides[2]))
				}
			}
		}
	}
	if again, ok := s.then(ticket.Event{Type: ticket.Reopened, At: calendar.InChina(k.due.Add(time.Hour))}, k.ends()); ok {
		w.askVerdict(k, reopening, "opened again after due", again.rows, again.now)
	}

	done, ok := k.done(s)
	if again, legal := done.then(ticket.Event{Type: ticket.Reopened}, nil); legal && ok {
		afterwards(reopening, "done, and opened again", again)
	}
	for _, late := range []bool{false, true} {
		dispute, what := ticket.Event{Type: ticket.Disputed}, "done, disputed"
		if late {
			dispute.At, what = calendar.InChina(k.due.Add(time.Hour)), "done, disputed after due"
		}
		disputed, legal := done.then(dispute, nil)
		if !legal || !ok {
			continue
		}
		afterwards(k.Clause, what, disputed)
		for _, m := range k.choice {
			if again, legal := disputed.then(marked(m, disputed.now.Add(time.Hour)), nil); legal {
				afterwards(k.Clause, what+", and "+string(m.Type)+" again", again)
			}
		}
	}
	for _, group := range k.From {
		for _, m := range group {
			if again, legal := done.then(marked(m, s.now.Add(2*time.Hour)), nil); legal && ok && m.Type != ticket.Reopened {
				afterwards(k.Clause, "done, and "+string(m.Type)+" again", again)
			}
		}
	}
	for _, m := range k.choice {
		e := marked(m, s.now.Add(2*time.Hour))
		if again, legal := s.then(e, k.ends()); legal {
			afterwards(k.Clause, "not done, and "+string(m.Type)+" again", again)
		}
	}
	for _, y := range w.policy.SLA.Clocks {
		if y.Clause != k.Yields {
			continue
		}
		other, ok := s, true
		for _, group := range y.To {
			if ok {
				other, ok = k.oneOf(other, group, nil)
			}
		}
		if ok {
			afterwards(k.Clause, "after what "+string(y.Clause)+" asks", other)
		}
		break
	}

	for _, at := range []time.Time{s.now.Add(time.Minute), k.due.Add(time.Hour)} {
		e := ticket.Event{Ticket: "T1", Seq: len(s.rows) + 1, Type: ticket.Imported, At: calendar.InChina(at), Recorded: calendar.InChina(at), State: s.t.State, Kind: s.t.Kind, Caller: s.t.Caller}
		rows := append(slices.Clip(s.rows), e)
		w.askVerdict(k, "WY-import", "taken over at "+minute(e.At), rows, later(k.due, at).Add(1))
	}
}

// whom asks for which tickets the clock runs: one fact after the other is another.
func (w *writer) whom(k clock) {
	for _, f := range variations(k.facts) {
		other := k
		other.facts = f.Facts
		if s, ok := w.start(other, k.choice, calendar.InChina(k.started.now)); ok {
			w.askVerdict(k, k.Clause, "where the ticket is "+f.what, s.rows, k.due.Add(1))
		}
	}
}

type variation struct {
	ticket.Facts
	what string
}

func variations(f ticket.Facts) []variation {
	var out []variation
	with := func(what string, change func(*ticket.Facts)) {
		g := f
		change(&g)
		if g != f {
			out = append(out, variation{g, what})
		}
	}
	for _, kind := range []ticket.Kind{
		ticket.Inquiry, ticket.Repair, ticket.Cleaning, ticket.Complaint, ticket.Suggestion, ticket.Service, ticket.Concern, ticket.Filing, ticket.FitOut, ticket.Other,
	} {
		with(string(kind), func(f *ticket.Facts) { f.Kind = kind })
	}
	for _, n := range []ticket.Nature{"", ticket.Routine, ticket.Special, ticket.Commercial} {
		with("of nature "+or(string(n), "unset"), func(f *ticket.Facts) { f.Nature, f.Booked = n, f.Booked || n == ticket.Special })
	}
	for _, u := range []ticket.Urgency{"", ticket.Normal, ticket.Emergency} {
		with("of urgency "+or(string(u), "unset"), func(f *ticket.Facts) { f.Urgency = u })
	}
	for _, s := range []ticket.Severity{"", ticket.Minor, ticket.Important, ticket.Major} {
		with("of severity "+or(string(s), "unset"), func(f *ticket.Facts) { f.Severity = s })
	}
	for _, p := range []ticket.Place{"", ticket.Indoor, ticket.Public} {
		with("at place "+or(string(p), "unset"), func(f *ticket.Facts) { f.Place = p })
	}
	with("of a visitor", func(f *ticket.Facts) { f.Caller = ticket.Visitor })
	with("anonymous", func(f *ticket.Facts) { f.Caller = ticket.Anonymous })
	with("booked, or not", func(f *ticket.Facts) { f.Booked = !f.Booked })
	with("linked, or not", func(f *ticket.Facts) { f.Linked = !f.Linked })
	return out
}

func with(f ticket.Facts, s ticket.Severity) ticket.Facts {
	f.Severity = s
	return f
}

func linked(f ticket.Facts) ticket.Facts {
	f.Linked = true
	return f
}
