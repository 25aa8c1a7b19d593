package conformance

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Cases are the boundaries of the desk's policy, in a fixed order: of the one in force at the
// end of the last year that the calendar knows, or if there is none yet, of the last. What is asked follows from the policy's own
// numbers and from the days of the calendar, so another desk is asked, and answers, otherwise.
// The same desk gives the same cases, byte for byte.
func Cases(d *wuye.Desk) iter.Seq[Case] {
	return func(yield func(Case) bool) {
		w, err := newWriter(d, yield)
		if err != nil {
			return
		}
		w.sizes()
		w.limits()
		w.ladder()
		w.moves()
		w.clocks()
		w.firings()
		w.draws()
		w.revisits()
		w.quotes()
		w.closes()
		w.duties()
		w.histories()
		w.scores()
	}
}

// A writer asks the questions of one desk.
type writer struct {
	desk    *wuye.Desk
	cal     calendar.Calendar
	policy  wuye.Policy
	flow    *flow
	days    []calendar.Date // of the last published year, while the policy is in force; else of its first
	yield   func(Case) bool
	stopped bool
	names   map[string]int
	clocked *sla.Compiled          // the policy's clocks, to explain
	begins  map[sla.Limit][]moment // starts, once found
	limited map[sla.Limit]*sla.Compiled
}

// newWriter fails only for a desk without a policy, which there is not.
func newWriter(d *wuye.Desk, yield func(Case) bool) (*writer, error) {
	w := &writer{desk: d, cal: d.Calendar(), flow: newFlow(), yield: yield, names: map[string]int{}, begins: map[sla.Limit][]moment{}, limited: map[sla.Limit]*sla.Compiled{}}
	forever := calendar.MustMonth("9999-12")
	last := forever
	if years := w.cal.Years(); len(years) > 0 {
		last = forever.Add(12 * (years[len(years)-1] - 9999))
	}
	var err error
	if w.policy, err = d.Policy(last.Last().Start()); err != nil || last == forever {
		if w.policy, err = d.Policy(forever.Last().Start()); err != nil {
			return nil, err
		}
		last = w.policy.From.Month().Add(11)
	}
	if w.clocked, err = w.policy.SLA.Compile(); err != nil {
		return nil, err
	}
	day := last.Add(-11).Day(1)
	if w.policy.From.Compare(day) > 0 {
		day = w.policy.From
	}
	for ; day.Compare(last.Last()) <= 0 && len(w.days) < 366; day = day.AddDays(1) {
		w.days = append(w.days, day)
	}
	return w, nil
}

// ask yields one case and returns its name. The answer is the desk's own; so is the clause, if
// none is given. Of the cases it is said to rest on those count that were asked.
func (w *writer) ask(clause rule.ID, group, subject string, q Question, rests ...string) string {
	if w.stopped {
		return ""
	}
	g := answer(w.desk, w.policy, q)
	switch {
	case q.Topic == Verdict:
		g.why = w.reason(q)
	case q.Topic == Due && !g.At.IsZero():
		g.why = w.counted(q, g.At)
	}
	if clause == "" {
		clause = g.clause
	}
	name := string(q.Topic) + "/" + group + "/" + subject
	if w.names[name]++; w.names[name] > 1 {
		name += fmt.Sprintf(" (%d)", w.names[name])
	}
	rests = slices.DeleteFunc(slices.Clone(rests), func(r string) bool { return r == name || w.names[r] == 0 })
	w.stopped = !w.yield(Case{name, clause, q, g.Answer, g.why, rests})
	return name
}

// reason is the days and hours of the verdict that a question is about.
func (w *writer) reason(q Question) Reason {
	verdicts, err := w.desk.AppendVerdicts(nil, q.History, q.AsOf)
	if err != nil {
		return Reason{}
	}
	v, _ := last(verdicts, rule.ID(q.Args[0]))
	if v.Clause == "" {
		return Reason{En: "no clock of that clause has begun", Zh: "该条款的时限没有起算"}
	}
	spans, _ := w.clocked.Explain(w.cal, ticket.KnownBy(q.History, q.AsOf), v, q.AsOf)
	why := Reason{Spans: spans}
	if !v.Start.IsZero() {
		why.En, why.Zh = "begun "+short(v.Start), "自"+short(v.Start)+"起算"
	}
	if !v.Due.At.IsZero() {
		why.En, why.Zh = why.En+", due "+dueText(v.Due), why.Zh+"，期限"+dueText(v.Due)
	}
	if !v.Stop.IsZero() {
		why.En, why.Zh = why.En+", done "+short(v.Stop), why.Zh+"，"+short(v.Stop)+"办到"
	}
	why.En, why.Zh = strings.TrimPrefix(why.En, ", "), strings.TrimPrefix(why.Zh, "，")
	return why
}

// schemes are the policy's three.
func (w *writer) schemes() []namedScheme {
	return []namedScheme{{"routine", w.policy.Routine}, {"cash", w.policy.Cash}, {"banked", w.policy.Banked}}
}

type namedScheme struct {
	name string
	sampling.Scheme
}

// sizes asks how many of a population are revisited: where TR-4.4 has its edges, where this
// policy has, and where one per cent or another rounding would show; and how many of a
// sample are visited.
func (w *writer) sizes() {
	for _, s := range w.schemes() {
		populations := []int{0, 1, 4, 5, 20, 21, 49, 50, 51, 100}
		samples := []int{0, 1, 2, 5, 6, 20, 100}
		from := 1
		for i, b := range s.Brackets {
			to := b.UpTo
			if to > 0 {
				populations = append(populations, to-1, to, to+1)
			} else {
				to = from + 999
			}
			if b.Take > 0 {
				populations = append(populations, b.Take-1, b.Take, b.Take+1)
			}
			for _, change := range []func(*sampling.Scheme){
				func(s *sampling.Scheme) { s.Brackets[i].Percent++ }, func(s *sampling.Scheme) { s.Brackets[i].Percent-- },
				func(s *sampling.Scheme) { s.Rounding = other(s.Rounding, sampling.Up, sampling.HalfUp) },
			} {
				n := from
				if b.Percent > 0 {
					changed := s.Scheme
					changed.Brackets = slices.Clone(s.Brackets)
					change(&changed)
					for n < to && changed.Size(n) == s.Size(n) {
						n++
					}
				}
				populations = append(populations, n)
			}
			from = to + 1
		}
		for _, change := range []func(*sampling.Scheme){
			func(s *sampling.Scheme) { s.OnSite++ }, func(s *sampling.Scheme) { s.OnSite-- }, func(s *sampling.Scheme) { s.Majority = !s.Majority },
		} {
			changed, n := s.Scheme, 1
			for change(&changed); n < 100 && changed.Visits(n) == s.Visits(n); {
				n++
			}
			samples = append(samples, n)
		}
		for _, n := range ascending(populations) {
			w.size(s.name, n)
		}
		for _, n := range ascending(samples) {
			w.onSite(s.name, n)
		}
	}
}

// size asks how many of n orders are revisited, unless that was asked before.
func (w *writer) size(scheme string, n int) string {
	name := fmt.Sprintf("%d orders", n)
	return w.once("", scheme, name, Question{Topic: Size, N: n, Args: []string{scheme}})
}

// onSite asks how many of a sample of n are visited, unless that was asked before.
func (w *writer) onSite(scheme string, n int) string {
	s, _ := schemeOf(w.policy, scheme)
	name := fmt.Sprintf("on site of a sample of %d", n)
	return w.once(s.Clause, scheme, name, Question{Topic: Size, N: n, Args: []string{scheme, "on_site"}})
}

// sized asks what a draw of n orders rests on: the size of the sample, and of its part on site.
func (w *writer) sized(scheme string, n int) []string {
	s, _ := schemeOf(w.policy, scheme)
	return []string{w.size(scheme, n), w.onSite(scheme, s.Size(n))}
}

// once asks unless a case of that name was asked, and returns the name.
func (w *writer) once(clause rule.ID, group, subject string, q Question, rests ...string) string {
	if name := string(q.Topic) + "/" + group + "/" + subject; w.names[name] > 0 {
		return name
	}
	return w.ask(clause, group, subject, q, rests...)
}

func other[T comparable](is, a, b T) T {
	if is == a {
		return b
	}
	return a
}

func ascending(n []int) []int {
	slices.Sort(n)
	n = slices.Compact(n)
	return slices.DeleteFunc(n, func(n int) bool { return n < 0 })
}

// ladder asks for the next tier, from every role and for every cause, and for each of the
// policy's own steps.
func (w *writer) ladder() {
	causes := []escalation.Cause{
		escalation.Unsolved, escalation.Proposed, escalation.ReworkFailed, escalation.Damage, escalation.Grave, escalation.Heard,
		escalation.HeardMajor, escalation.Dissatisfied, escalation.Late, escalation.Unanswered,
	}
	for _, cause := range causes {
		clause := rule.ID("WY-breach") // where nobody takes over: the rule that somebody does
		if i := slices.IndexFunc(w.policy.Ladder, func(s escalation.Step) bool { return s.Cause == cause }); i >= 0 {
			clause = w.policy.Ladder[i].Clause
		}
		for _, from := range []ticket.Role{ticket.Worker, ticket.DepartmentHead, ticket.Assistant, ticket.Supervisor, ticket.Manager} {
			own := clause
			if s, ok := w.policy.Ladder.Next(from, cause); ok {
				own = s.Clause
			}
			w.ask(own, string(cause), "from "+string(from), Question{Topic: Step, Args: []string{string(from), string(cause)}})
		}
	}
	for _, s := range w.policy.Ladder {
		q := Question{Topic: Step, Args: []string{string(s.From), string(s.Cause), string(s.To)}}
		w.ask(s.Clause, string(s.Cause), "from "+string(s.From)+" to "+string(s.To), q)
	}
}

// orders are n order numbers, ascending.
func orders(n int) []string {
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("P%04d", i+1)
	}
	return ids
}

// coverOf is of how many orders is asked who still must be revisited.
const coverOf = 24

const drawKey = "a key that was committed to"

// draws asks which of so many orders are drawn, and for lists that cannot be drawn from.
func (w *writer) draws() {
	for _, s := range w.schemes() {
		scope := w.policy.Name + "/2026-10/" + s.name
		ask := func(subject, key, scope string, ids []string) {
			w.ask("", s.name, subject, Question{Topic: Draw, Key: key, IDs: ids, Args: []string{s.name, scope}}, w.sized(s.name, len(ids))...)
		}
		for _, n := range []int{0, 1, 4, 20, 21, coverOf, 50, 51, 64} {
			ask(fmt.Sprintf("%d orders", n), drawKey, scope, orders(n))
		}
		backwards := orders(50)
		slices.Reverse(backwards)
		ask("50 orders, written backwards", drawKey, scope, backwards)
		ask("50 orders, another key", "another key", scope, orders(50))
		ask("50 orders, another scope", drawKey, scope+" (2)", orders(50))
		ask("numbers in Chinese", drawKey, scope, []string{"单1", "单2", "单3", "单10"})
		ask("one number twice", drawKey, scope, []string{"P1", "P2", "P1"})
		ask("an empty number", drawKey, scope, []string{"P1", ""})
		ask("a number with a newline", drawKey, scope, []string{"P1", "P\n2"})
		ask("no key", "", scope, orders(5))
	}
}

// quotes asks for prices times quantities, each line rounded once, and the capitals.
func (w *writer) quotes() {
	on := calendar.DateOf(w.ordinary().at).String()
	for _, lines := range [][]string{
		{"80 1"}, {"42.60 2.5"}, {"80 1", "42.60 2.5"}, {"0.01 0.5"}, {"0.01 0.4"}, {"0.01 0.5", "0.01 0.5"}, {"1.005 1"}, {"2.675 1"}, {"0.333 3"},
		{"10000 1"}, {"10000.01 1"}, {"100000000 1"}, {"1001 1", "0.05 1"}, {"0.1 1", "0.2 1"}, {"19.99 3"}, {"1000000 1000"},
		{"80 0"}, {"80 -1"}, {"0 1"}, {"-80 1"}, {"0.01 0.1"},
	} {
		w.ask("SP-2.4.2d", "price and quantity", strings.Join(lines, ", "), Question{Topic: Quote, Args: append([]string{on}, lines...)})
	}
}
