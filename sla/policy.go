package sla

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A Mark is an event that starts or stops a clock.
//
// With says what the event must say: "kind", "channel", "state", "to", "against",
// "approver", "until", "hold", "grade", "reason" or "ref", the field that must be set;
// "to.id" or "by.id", a named person; "to.crew", a worker or department head in To, whose own
// limit an extension then moves (HL3-3.3). With "!" before it, it must not be so.
type Mark struct {
	Type     ticket.EventType `json:"type,omitzero"`
	Role     ticket.Role      `json:"role,omitzero"`     // of By
	Channel  ticket.Channel   `json:"channel,omitzero"`  // "visit"
	With     []string         `json:"with,omitempty"`    // what the event must say
	Recorded bool             `json:"recorded,omitzero"` // its Recorded counts, not its At; of the starting row itself, if From has its type
	Anew     bool             `json:"anew,omitzero"`     // starts a running clock anew, never the first time; only in From
	Proof    bool             `json:"proof,omitzero"`    // shows that it was done by then, not when: good only if in time; only in To
}

// The names of Mark.With, one bit each.
const (
	hasKind = 1 << iota
	hasChannel
	hasState
	hasTo
	hasToID
	hasToCrew
	hasByID
	hasAgainst
	hasApprover
	hasUntil
	hasHold
	hasGrade
	hasReason
	hasRef
)

func fieldBit(name string) uint16 {
	switch name {
	case "kind":
		return hasKind
	case "channel":
		return hasChannel
	case "state":
		return hasState
	case "to":
		return hasTo
	case "to.id":
		return hasToID
	case "to.crew":
		return hasToCrew
	case "by.id":
		return hasByID
	case "against":
		return hasAgainst
	case "approver":
		return hasApprover
	case "until":
		return hasUntil
	case "hold":
		return hasHold
	case "grade":
		return hasGrade
	case "reason":
		return hasReason
	case "ref":
		return hasRef
	}
	return 0
}

// says is what the event says. It looks at every field of every event, without a branch but
// in the rarest: an event is long, so that waiting for memory costs more than looking, and
// nothing here makes the next look wait for the last.
func says(e *ticket.Event) uint16 {
	var a, b, c uint16 // apart, for the same reason
	if e.By.ID != "" {
		a |= hasByID
	}
	if e.Kind != "" {
		b |= hasKind
	}
	if e.Channel != "" {
		c |= hasChannel
	}
	if e.State != "" {
		a |= hasState
	}
	if e.To.Role != "" {
		b |= hasTo
	}
	if e.To.ID != "" {
		c |= hasToID
	}
	if e.Against.Role != "" {
		a |= hasAgainst
	}
	if e.Approver.Role != "" {
		b |= hasApprover
	}
	if e.Hold != "" {
		c |= hasHold
	}
	if e.Grade != "" {
		a |= hasGrade
	}
	if e.Reason != "" {
		b |= hasReason
	}
	if e.Ref != "" {
		c |= hasRef
	}
	if !e.Until.IsZero() {
		a |= hasUntil
	}
	if b&hasTo != 0 && (e.To.Role == ticket.Worker || e.To.Role == ticket.DepartmentHead) {
		a |= hasToCrew
	}
	return a | b | c
}

// A Moment is when a mark of every group has come: {{a}, {b, c}} is a and (b or c).
type Moment [][]Mark

// A Clock is data: one row of the table of clocks. It starts when From has come, runs for
// Limit, and is met if To comes in time.
type Clock struct {
	Clause  rule.ID        `json:"clause,omitzero"`
	When    []ticket.Match `json:"when,omitempty"` // any of them; none: every ticket
	From    Moment         `json:"from,omitempty"`
	To      Moment         `json:"to,omitempty"`
	Unless  []Mark         `json:"unless,omitempty"` // one of these before it is due: lapsed. Of an Again clock from its start on, else in its whole cycle: what was dismissed before it was resolved stays dismissed; but not what was referred out and sent back before
	Yields  rule.ID        `json:"yields,omitzero"`  // lapsed once that clause is met
	Again   bool           `json:"again,omitzero"`   // a new numbered verdict for each From; for promises only after an answer, until then the earliest binds
	Through bool           `json:"through,omitzero"` // a reopening does not end it
	Limit   Limit          `json:"limit,omitzero"`   //
	Warn    Limit          `json:"warn,omitzero"`    // before due, in minutes, hours, working minutes or working hours; zero: none
	Holds   bool           `json:"holds,omitzero"`   // a hold stops it; never a promise
	Who     ticket.Role    `json:"who,omitzero"`     // owes it
}

// A Policy says which clocks run.
type Policy struct {
	Clocks     []Clock            `json:"clocks,omitempty"`     // several of one clause must match different tickets
	Unrecorded []ticket.EventType `json:"unrecorded,omitempty"` // what the site cannot record: missing is unseen, never a breach
}

// Of is the clocks of one clause, copied.
func (p Policy) Of(id rule.ID) []Clock {
	var found []Clock
	for _, c := range p.Clocks {
		if c.Clause == id {
			found = append(found, c.clone())
		}
	}
	return found
}

// With is p with these clocks in place of those of that clause, whose Clause they get; with
// none, the clause has no clock. p is untouched, and the result shares nothing with it.
func (p Policy) With(id rule.ID, c ...Clock) Policy {
	q := Policy{Unrecorded: slices.Clone(p.Unrecorded)}
	put := func() {
		for _, c := range c {
			c = c.clone()
			c.Clause = id
			q.Clocks = append(q.Clocks, c)
		}
		c = nil
	}
	for _, old := range p.Clocks {
		if old.Clause == id {
			put()
			continue
		}
		q.Clocks = append(q.Clocks, old.clone())
	}
	put()
	return q
}

func (p Policy) clone() Policy {
	q := Policy{slices.Clone(p.Clocks), slices.Clone(p.Unrecorded)}
	for i := range q.Clocks {
		q.Clocks[i] = q.Clocks[i].clone()
	}
	return q
}

func (c Clock) clone() Clock {
	c.When = slices.Clone(c.When)
	for i, m := range c.When {
		m.Kinds, m.Natures, m.Severity = slices.Clone(m.Kinds), slices.Clone(m.Natures), slices.Clone(m.Severity)
		c.When[i] = m
	}
	c.From, c.To, c.Unless = c.From.clone(), c.To.clone(), cloneMarks(c.Unless)
	return c
}

func (m Moment) clone() Moment {
	m = slices.Clone(m)
	for i := range m {
		m[i] = cloneMarks(m[i])
	}
	return m
}

func cloneMarks(m []Mark) []Mark {
	m = slices.Clone(m)
	for i := range m {
		m[i].With = slices.Clone(m[i].With)
	}
	return m
}

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
// cannot be, and two clocks of one clause that one ticket can match.
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
