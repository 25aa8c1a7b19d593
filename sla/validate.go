package sla

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A PolicyError is one thing that a policy must not say.
type PolicyError struct {
	Path   string // "clocks[3].to[0][1].with[0]"
	Clause rule.ID
	Why    string
	zh     string
}

func (e *PolicyError) Error() string {
	s := "sla: " + e.Path
	if e.Clause != "" {
		s += " (" + string(e.Clause) + ")"
	}
	return s + ": " + e.Why
}

// Zh says it in Chinese.
func (e *PolicyError) Zh() string {
	s := "时限规则" + e.Path
	if e.Clause != "" {
		s += "(" + string(e.Clause) + ")"
	}
	return s + "：" + e.zh
}

// Validate reports everything that p must not say, each a *PolicyError with its path,
// joined: unknown codes and fields, a clock without clause, start or stop, a limit that
// cannot be, a warning that would always come before the start, a stop that can never come
// after the start (as ticket.Transitions has it), and two clocks of one clause that one ticket
// can match.
func (p Policy) Validate() error {
	v := validation{policy: p}
	for i := range p.Clocks {
		v.clock(i)
	}
	for i, a := range p.Clocks {
		for j, b := range p.Clocks[:i] {
			if a.Clause == b.Clause && a.overlaps(b) {
				v.add(fmt.Sprintf("clocks[%d].when", i), a.Clause, fmt.Sprintf("a ticket can match this clock and clocks[%d] of the same clause", j), fmt.Sprintf("同一张单可能同时适用本条和clocks[%d]", j))
			}
		}
	}
	for i, t := range p.Unrecorded {
		v.code(fmt.Sprintf("unrecorded[%d]", i), "", "event type", "步骤", string(t), t.Valid())
	}
	return errors.Join(v.errs...)
}

type validation struct {
	policy Policy
	errs   []error
}

func (v *validation) add(path string, id rule.ID, why, zh string) {
	v.errs = append(v.errs, &PolicyError{path, id, why, zh})
}

func (v *validation) code(path string, id rule.ID, what, zh, code string, ok bool) {
	if !ok {
		v.add(path, id, fmt.Sprintf("unknown %s %.40q", what, code), fmt.Sprintf("没有“%.40s”这种%s", code, zh))
	}
}

func (v *validation) clock(i int) {
	c := v.policy.Clocks[i]
	path := "clocks[" + strconv.Itoa(i) + "]"
	_, known := rule.Lookup(c.Clause)
	v.code(path+".clause", "", "clause", "条款", string(c.Clause), known)
	for k, m := range c.When {
		v.match(path+".when["+strconv.Itoa(k)+"]", c.Clause, m)
	}
	v.moment(path+".from", c, c.From, true)
	v.moment(path+".to", c, c.To, false)
	v.stops(path+".to", c)
	for k, m := range c.Unless {
		at := path + ".unless[" + strconv.Itoa(k) + "]"
		v.mark(at, c.Clause, m)
		if m.Anew || m.Proof || m.Recorded {
			v.add(at, c.Clause, "anew, proof and recorded mean nothing here", "这里不能用anew、proof、recorded")
		}
	}
	if c.Yields != "" {
		_, known := rule.Lookup(c.Yields)
		v.code(path+".yields", c.Clause, "clause", "条款", string(c.Yields), known && c.Yields != c.Clause)
		for _, o := range v.policy.Clocks {
			if o.Clause == c.Yields && o.Again {
				v.add(path+".yields", c.Clause, "a clause that comes again has no one verdict to yield to", "不能让位于可多次计时的条款")
				break
			}
			if o.Clause == c.Yields && o.Yields != "" {
				v.add(path+".yields", c.Clause, "a clause that yields itself cannot be yielded to", "不能让位于本身也让位的条款")
				break
			}
		}
	}
	for _, o := range v.policy.Clocks[:i] {
		if o.Clause == c.Clause && (o.Again != c.Again || o.Through != c.Through || o.Yields != c.Yields) {
			v.add(path, c.Clause, "clocks of one clause differ in again, through or yields", "同一条款的各条，again、through、yields必须一致")
			break
		}
	}
	if c.Again && len(c.From) > 1 {
		v.add(path+".from", c.Clause, "a clock that comes again has one group", "可多次计时的只能有一组起算事件")
	}
	v.limit(path+".limit", c.Clause, c.Limit)
	if c.Warn != (Limit{}) {
		switch c.Warn.Unit {
		case Minute, Hour, WorkingMinute, WorkingHour:
			v.limit(path+".warn", c.Clause, c.Warn)
			if c.Warn.check() == nil && c.Limit.check() == nil && c.Warn.outlasts(c.Limit) {
				v.add(path+".warn", c.Clause, "the warning is before the start, whenever that is", "预警总是早于起算")
			}
		default:
			v.add(path+".warn", c.Clause, "a warning is in minutes, hours, working minutes or working hours", "预警只能按分钟、小时或工作分钟、工作小时")
		}
	}
	if c.Holds && c.Limit.Unit == Promise {
		v.add(path+".holds", c.Clause, "a hold stops no promise", "挂起不能停下承诺的时间")
	}
	if c.Who != "" {
		v.code(path+".who", c.Clause, "role", "角色", string(c.Who), c.Who.Valid())
	}
}

func (v *validation) limit(path string, id rule.ID, l Limit) {
	if err := l.check(); err != nil {
		var e *LimitError
		errors.As(err, &e)
		v.add(path+"."+e.Field, id, strings.TrimPrefix(e.Error(), "sla: "), e.Zh())
	}
}

func (v *validation) moment(path string, c Clock, m Moment, from bool) {
	if len(m) == 0 {
		v.add(path, c.Clause, "no event", "没有事件")
	}
	for g, group := range m {
		at := path + "[" + strconv.Itoa(g) + "]"
		first := false
		for k, mark := range group {
			at := at + "[" + strconv.Itoa(k) + "]"
			v.mark(at, c.Clause, mark)
			if from && (mark.Proof || mark.Recorded) {
				v.add(at, c.Clause, "proof and recorded belong to a stop", "proof、recorded只能用于停止")
			}
			if !from && mark.Anew || mark.Proof && mark.Recorded {
				v.add(at, c.Clause, "anew belongs to a start, and proof has no instant to record", "anew只能用于起算，proof不能与recorded并用")
			}
			first = first || !mark.Anew
			if from && c.Limit.Unit == Promise && slices.Contains(mark.With, "!until") {
				v.add(at, c.Clause, "a promise needs until", "承诺类时限的起算事件须有约定时间")
			}
		}
		if !first {
			v.add(at, c.Clause, "nothing that can come first", "没有可先发生的事件")
		}
	}
}

func (v *validation) mark(path string, id rule.ID, m Mark) {
	v.code(path+".type", id, "event type", "步骤", string(m.Type), m.Type.Valid())
	if m.Role != "" {
		v.code(path+".role", id, "role", "角色", string(m.Role), m.Role.Valid())
	}
	if m.Channel != "" {
		v.code(path+".channel", id, "channel", "方式", string(m.Channel), m.Channel.Valid())
	}
	for k, f := range m.With {
		v.code(path+".with["+strconv.Itoa(k)+"]", id, "field", "栏目", f, fieldBit(strings.TrimPrefix(f, "!")) != 0)
	}
}

func (v *validation) match(path string, id rule.ID, m ticket.Match) {
	for k, x := range m.Kinds {
		v.code(path+".kinds["+strconv.Itoa(k)+"]", id, "kind", "类别", string(x), x.Valid())
	}
	for k, x := range m.Natures {
		v.code(path+".natures["+strconv.Itoa(k)+"]", id, "nature", "性质", string(x), x.Valid())
	}
	for k, x := range m.Severity {
		v.code(path+".severity["+strconv.Itoa(k)+"]", id, "severity", "轻重", string(x), x.Valid())
	}
	if m.Urgency != "" {
		v.code(path+".urgency", id, "urgency", "紧急程度", string(m.Urgency), m.Urgency.Valid())
	}
	if m.Place != "" {
		v.code(path+".place", id, "place", "地点", string(m.Place), m.Place.Valid())
	}
	for _, f := range []struct{ name, value string }{{"named", m.Named}, {"booked", m.Booked}, {"linked", m.Linked}} {
		if f.value != "" {
			v.code(path+"."+f.name, id, "answer", "取值", f.value, f.value == "yes" || f.value == "no")
		}
	}
}

// overlaps reports whether some ticket matches both clocks.
func (c Clock) overlaps(o Clock) bool {
	all := []ticket.Match{{}}
	a, b := c.When, o.When
	if len(a) == 0 {
		a = all
	}
	if len(b) == 0 {
		b = all
	}
	for _, m := range a {
		for _, n := range b {
			if common(m.Kinds, n.Kinds) && common(m.Natures, n.Natures) && common(m.Severity, n.Severity) && either(m.Urgency, n.Urgency) &&
				either(m.Place, n.Place) && either(m.Named, n.Named) && either(m.Booked, n.Booked) && either(m.Linked, n.Linked) {
				return true
			}
		}
	}
	return false
}

func common[T comparable](a, b []T) bool {
	return len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(x T) bool { return slices.Contains(b, x) })
}

func either[T ~string](a, b T) bool { return a == "" || b == "" || a == b }

// outlasts reports whether a warning of l, in time, comes before the start of that limit
// whenever that starts. As much working time never takes less than that time.
func (l Limit) outlasts(limit Limit) bool {
	const day = 24 * time.Hour
	working := l.Unit == WorkingMinute || l.Unit == WorkingHour
	n := time.Duration(limit.N)
	var longest time.Duration
	switch {
	case limit.Roll:
		return false // over whole holidays
	case limit.Unit == Minute, limit.Unit == WorkingMinute && working:
		longest = n * time.Minute
	case limit.Unit == Hour, limit.Unit == WorkingHour && working:
		longest = n * time.Hour
	case limit.Unit == ThatDay:
		longest = day
	case limit.Unit == Day, working && (limit.Unit == WorkingDay || limit.Unit == WorkingDayReceived || limit.Unit == WorkingDaySame || limit.Unit == WorkingDayHours):
		longest = time.Duration(min(limit.N, MaxN/24)+1) * day // no warning is longer
	case limit.Unit == NextMonth:
		longest = 62 * day
	default:
		return false
	}
	amount := time.Duration(l.N) * time.Hour
	if l.Unit == Minute || l.Unit == WorkingMinute {
		amount = time.Duration(l.N) * time.Minute
	}
	return amount > longest
}

// stops reports each group of To of which no mark can come once the clock has started.
func (v *validation) stops(path string, c Clock) {
	states := flow.after(c)
	for g, group := range c.To {
		if len(group) > 0 && states != 0 && !slices.ContainsFunc(group, func(m Mark) bool { return flow.comes(c, m, states) }) {
			v.add(path+"["+strconv.Itoa(g)+"]", c.Clause, "a stop that can never come after the start", "起算以后不可能发生的停止事件")
		}
	}
}

// flow is ticket.Transitions by type, to ask what may come after what.
var flow = layFlow(ticket.Transitions())

type flowOf struct {
	states []ticket.State
	moves  map[ticket.EventType][]move
	next   []uint16 // by state, those after it, without a reopening
	reopen []uint16 // by state, those after a reopening
}

// A move is a row of the table, with its states as sets.
type move struct {
	from, to uint16
	row      ticket.Transition
}

func layFlow(table []ticket.Transition) *flowOf {
	f := &flowOf{moves: map[ticket.EventType][]move{}}
	place := func(s ticket.State) int {
		i := slices.Index(f.states, s)
		if i < 0 {
			i = len(f.states)
			f.states, f.next, f.reopen = append(f.states, s), append(f.next, 0), append(f.reopen, 0)
		}
		return i
	}
	none := place("") // no row yet; as To of a takeover: any state
	for _, t := range table {
		from, to := place(t.From), place(t.To)
		m := move{1 << from, 1 << to, t}
		if to == none {
			m.to = math.MaxUint16
		}
		f.moves[t.Type] = append(f.moves[t.Type], m)
		if t.Type == ticket.Reopened {
			f.reopen[from] |= m.to
		} else if from != none {
			f.next[from] |= m.to
		}
	}
	return f
}

// after is the states in which a ticket may be from the start of the clock to the end of its
// cycle; of a clock that goes through a reopening, to the end.
func (f *flowOf) after(c Clock) uint16 {
	var states uint16
	for _, group := range c.From {
		for _, mark := range group {
			for _, m := range f.moves[mark.Type] {
				states |= m.to
			}
		}
	}
	for before := uint16(0); before != states; {
		before = states
		for i := range f.states {
			if states>>i&1 != 0 {
				states |= f.next[i]
				if c.Through {
					states |= f.reopen[i]
				}
			}
		}
	}
	return states
}

// comes reports whether such a row may come in one of those states, or as the start itself.
func (f *flowOf) comes(c Clock, m Mark, states uint16) bool {
	if slices.ContainsFunc(m.With, func(f string) bool { return slices.Contains(m.With, "!"+f) }) {
		return false
	}
	begins := slices.ContainsFunc(c.From, func(g []Mark) bool { return slices.ContainsFunc(g, func(f Mark) bool { return f.Type == m.Type }) })
	return slices.ContainsFunc(f.moves[m.Type], func(o move) bool {
		return (begins || o.row.From != "" && o.from&states != 0 && (m.Type != ticket.Reopened || c.Through)) &&
			(m.Role == "" || len(o.row.Roles) == 0 || slices.Contains(o.row.Roles, m.Role)) && c.overlaps(Clock{When: o.row.When})
	})
}
