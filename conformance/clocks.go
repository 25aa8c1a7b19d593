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
