package wuye

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Policy is plain data: change a field, write it as JSON, keep one for each property.
type Policy struct {
	Name       string              `json:"name"`                // at most 64 bytes, one line; the first part of a draw's scope
	From       calendar.Date       `json:"from"`                // judges tickets opened from here on
	SLA        sla.Policy          `json:"sla,omitzero"`        // the clocks
	Ladder     escalation.Ladder   `json:"ladder,omitempty"`    // who takes over
	Titles     escalation.Titles   `json:"titles,omitempty"`    // what the site calls its tiers; none: the roles' labels
	Routine    sampling.Scheme     `json:"routine,omitzero"`    // of the month's dispatch slips: TR-4.4
	Cash       sampling.Scheme     `json:"cash,omitzero"`       // of special services paid on the spot: SP-2.7.1b
	Banked     sampling.Scheme     `json:"banked,omitzero"`     // of special services collected by the bank: SP-2.7.1c
	Duties     []Duty              `json:"duties,omitempty"`    // what comes round by itself
	Households int                 `json:"households,omitzero"` // base of the complaint rate and of VC-4.2a; 0: not known, then no rate
	Form       []ticket.Particular `json:"form,omitempty"`      // that the site's form has: audits ask for no others
	Off        []Off               `json:"off,omitempty"`       // clauses that the site does not keep
	Choices    []Choice            `json:"choices,omitempty"`   // readings not at their default, by code; WithReading keeps them
}

// A Choice is a reading and the option taken.
type Choice struct {
	Reading string `json:"reading"`
	Option  string `json:"option"`
}

// Off is a clause that the site does not keep, and why: its clocks, steps of the ladder,
// duties and draws fall away when a Desk is made, and with them every breach. A bare
// number ("TR-4.4") that is no clause itself means all its letters, the code of a document
// ("TR") all its clauses.
type Off struct {
	Clause rule.ID `json:"clause"`
	Reason string  `json:"reason"`
}

// A Duty comes round by itself. It is done when Times rows of DutyDone, of the Who's role
// or above and each with another Ref, fall into its period.
type Duty struct {
	Clause rule.ID     `json:"clause"`
	Who    ticket.Role `json:"who"`
	Every  string      `json:"every"`        // "day", "week" (ends on Sunday), "month", "quarter", "year"
	Times  int         `json:"times"`        // in each period
	Day    int         `json:"day,omitzero"` // of the following month, months only; 0: by the period's end, 24:00
}

// May reports whether somebody in the role may carry the duty out: a higher tier may do what a
// lower one may.
func (d Duty) May(r ticket.Role) bool { return mayDo(r, d.Who) }

// Standard merges all the documents, each reading at its default. It is a fresh value each
// call. It is in force from the first published day of the calendar; a site that starts
// later moves From, so that nothing is owed for the time before. Its Form is the least; a
// site whose form has more of what QI-3.4a asks for lists it, and is audited for it.
func Standard() Policy {
	return Policy{
		Name:    "standard",
		From:    calendar.MustDate("2004-01-01"),
		SLA:     sla.Standard(),
		Ladder:  escalation.Standard(),
		Routine: sampling.Routine(),
		Cash:    sampling.Census(),
		Banked:  sampling.Quota(),
		Duties:  standardDuties(),
		Form:    []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room},
	}
}

// standardDuties has the periods that the documents give, and where they say "regularly"
// those of the decision: daily to follow up, monthly to visit and to analyse, quarterly to
// ask for satisfaction. The centre's head is the supervisor. It implements VC-1.7, VC-1.8,
// VC-1.9, VC-4.2a, VC-4.2b, VC-4.2c, VC-4.2d, SP-2.7.4, TR-4.2b, HL1-4.3, HL1-6.1, HL3-3.4,
// QI-4.1, QI-A.3a, QI-A.9, QI-A.16.
func standardDuties() []Duty {
	const assistant, supervisor, manager = ticket.Assistant, ticket.Supervisor, ticket.Manager
	return []Duty{
		{Clause: "HL1-4.3", Who: assistant, Every: "day", Times: 1},
		{Clause: "HL1-6.1", Who: supervisor, Every: "quarter", Times: 1},
		{Clause: "HL3-3.4", Who: supervisor, Every: "month", Times: 1},
		{Clause: "VC-1.7", Who: assistant, Every: "month", Times: 1},
		{Clause: "VC-1.8", Who: assistant, Every: "week", Times: 1},
		{Clause: "VC-1.9", Who: assistant, Every: "week", Times: 1},
		{Clause: "VC-4.2a", Who: manager, Every: "year", Times: 1}, // each household, where their number is known
		{Clause: "VC-4.2b", Who: manager, Every: "quarter", Times: 1},
		{Clause: "VC-4.2c", Who: assistant, Every: "quarter", Times: 1},
		{Clause: "VC-4.2d", Who: assistant, Every: "quarter", Times: 1},
		{Clause: "TR-4.2b", Who: assistant, Every: "month", Times: 1},
		{Clause: "SP-2.6.1.3", Who: assistant, Every: "month", Times: 1, Day: 5}, // of the money log, not of DutyDone
		{Clause: "SP-2.6.1.4", Who: ticket.Finance, Every: "month", Times: 1},    // its Ref is the month
		{Clause: "SP-2.7.1a", Who: assistant, Every: "month", Times: 1, Day: 10}, // of the revisits, not of DutyDone
		{Clause: "SP-2.7.4", Who: supervisor, Every: "month", Times: 3},          // all, where there are fewer
		{Clause: "SP-2.7.4", Who: manager, Every: "month", Times: 3},
		{Clause: "QI-4.1", Who: assistant, Every: "month", Times: 1},
		{Clause: "QI-A.3a", Who: supervisor, Every: "month", Times: 1},
		{Clause: "QI-A.9", Who: supervisor, Every: "month", Times: 1},
		{Clause: "QI-A.16", Who: manager, Every: "month", Times: 1},
	}
}

// Recording is p for a site, or a table of another system, that can record only steps of these
// types: all others are in SLA.Unrecorded, so that where they are missing they are unseen, and
// never a breach or a finding.
func (p Policy) Recording(types ...ticket.EventType) Policy {
	q := p.clone()
	q.SLA.Unrecorded = nil
	for _, t := range ticket.Transitions() {
		if !slices.Contains(types, t.Type) && !slices.Contains(q.SLA.Unrecorded, t.Type) {
			q.SLA.Unrecorded = append(q.SLA.Unrecorded, t.Type)
		}
	}
	return q
}

// Keeps reports whether the site keeps the clause: whether no Off names it.
func (p Policy) Keeps(id rule.ID) bool { return keeps(p.Off, id) }

func keeps(off []Off, id rule.ID) bool {
	return !slices.ContainsFunc(off, func(o Off) bool { return o.covers(id) })
}

func (o Off) covers(id rule.ID) bool {
	if o.Clause == id {
		return true
	}
	rest, ok := strings.CutPrefix(string(id), string(o.Clause))
	if ok && rest[0] == '-' {
		return true // the code of its document
	}
	if !ok || len(rest) != 1 || rest[0] < 'a' || rest[0] > 'z' {
		return false
	}
	_, itself := rule.Lookup(o.Clause)
	return !itself
}

// kept is p without what its Off takes away, and nothing else taken away.
func (p Policy) kept() Policy {
	p = p.clone()
	p.SLA.Clocks = slices.DeleteFunc(p.SLA.Clocks, func(c sla.Clock) bool { return !p.Keeps(c.Clause) })
	p.Ladder = slices.DeleteFunc(p.Ladder, func(s escalation.Step) bool { return !p.Keeps(s.Clause) })
	p.Duties = slices.DeleteFunc(p.Duties, func(d Duty) bool { return !p.Keeps(d.Clause) })
	if !p.Keeps("TR-4.4d") {
		p.Routine.OnSite, p.Routine.Majority = 0, false
	}
	return p
}

// clone shares nothing with p.
func (p Policy) clone() Policy {
	p.SLA.Clocks = slices.Clone(p.SLA.Clocks)
	for i := range p.SLA.Clocks {
		p.SLA.Clocks[i] = cloneClock(p.SLA.Clocks[i])
	}
	p.SLA.Unrecorded = slices.Clone(p.SLA.Unrecorded)
	p.Ladder = slices.Clone(p.Ladder)
	p.Titles = slices.Clone(p.Titles)
	p.Routine.Brackets = slices.Clone(p.Routine.Brackets)
	p.Cash.Brackets = slices.Clone(p.Cash.Brackets)
	p.Banked.Brackets = slices.Clone(p.Banked.Brackets)
	p.Duties = slices.Clone(p.Duties)
	p.Form = slices.Clone(p.Form)
	p.Off = slices.Clone(p.Off)
	p.Choices = slices.Clone(p.Choices)
	return p
}

func cloneClock(c sla.Clock) sla.Clock {
	c.When = slices.Clone(c.When)
	for i, m := range c.When {
		c.When[i].Kinds, c.When[i].Natures, c.When[i].Severity = slices.Clone(m.Kinds), slices.Clone(m.Natures), slices.Clone(m.Severity)
	}
	c.From, c.To, c.Unless = cloneMoment(c.From), cloneMoment(c.To), cloneMarks(c.Unless)
	return c
}

func cloneMoment(m sla.Moment) sla.Moment {
	m = slices.Clone(m)
	for i := range m {
		m[i] = cloneMarks(m[i])
	}
	return m
}

func cloneMarks(marks []sla.Mark) []sla.Mark {
	marks = slices.Clone(marks)
	for i := range marks {
		marks[i].With = slices.Clone(marks[i].With)
	}
	return marks
}

// A PolicyError says what is wrong with a policy, and where.
type PolicyError struct {
	Code   string  // missing, unknown, twice, out_of_range, out_of_order, not_json, wrong_type; of a part that its own package refused: sla, ladder, scheme, reading
	Path   string  // "duties[3].times"; "policies[1].from" for a book
	Clause rule.ID // where a clause is concerned
	Why    string
	Err    error // of the part's own package, where that refused it
	zh     string
}

func (e *PolicyError) Error() string { return fmt.Sprintf("wuye: policy: %s: %s", e.Path, e.Why) }

// Zh is the error for people.
func (e *PolicyError) Zh() string {
	zh := e.zh
	if e.Err != nil {
		zh = cmp.Or(rule.Zh(e.Err), zh)
	}
	return fmt.Sprintf("规则设置有误（%s）：%s", e.Path, zh)
}

func (e *PolicyError) Unwrap() error { return e.Err }

// within is an error of a part, its path begun with where the part stands.
func within(path string, err error) error {
	join := func(inner string) string {
		if strings.HasPrefix(inner, "[") {
			return path + inner
		}
		return path + "." + inner
	}
	if e, ok := errors.AsType[*PolicyError](err); ok {
		inner := *e
		inner.Path = join(e.Path)
		return &inner
	}
	if e, ok := errors.AsType[*sla.PolicyError](err); ok {
		return &PolicyError{Code: "sla", Path: join(e.Path), Clause: e.Clause, Why: e.Why, Err: e}
	}
	if e, ok := errors.AsType[*escalation.FormError](err); ok {
		return &PolicyError{Code: "ladder", Path: join(e.Path), Why: e.Why, Err: e}
	}
	if e, ok := errors.AsType[*sampling.FormError](err); ok {
		return &PolicyError{Code: "scheme", Path: join(e.Path), Why: e.Why, Err: e}
	}
	if e, ok := errors.AsType[*ReadingError](err); ok {
		return &PolicyError{Code: "reading", Path: path, Why: e.why(), Err: e}
	}
	return &PolicyError{Code: "unknown", Path: path, Why: err.Error(), Err: err, zh: "无法识别"}
}

// Validate is nil, or the first thing in p that no desk could work with, as a *PolicyError
// with its path.
func (p Policy) Validate() error { return p.validate(p.SLA.Validate) }

// validate is Validate with another way to ask the clocks, since to compile them asks them too.
func (p Policy) validate(clocks func() error) error {
	bad := func(code, path, why, zh string) error {
		return &PolicyError{Code: code, Path: path, Why: why, zh: zh}
	}
	switch {
	case p.Name == "":
		return bad("missing", "name", "empty", "名称为空")
	case len(p.Name) > 64 || strings.ContainsFunc(p.Name, func(r rune) bool { return r < ' ' || r == 0x7f || r == 0xfffd }):
		return bad("out_of_range", "name", fmt.Sprintf("%q is longer than 64 bytes or not one line of text", p.Name), "名称应为一行文字，不超过64字节")
	case p.From == calendar.Date{}:
		return bad("missing", "from", "no date", "没有生效日期")
	case p.Households < 0 || p.Households > 1_000_000:
		return bad("out_of_range", "households", fmt.Sprintf("%d is not in 0 … 1,000,000", p.Households), "户数应在0至1000000之间")
	}
	for _, part := range []struct {
		path string
		err  error
	}{
		{"sla", clocks()}, {"ladder", p.Ladder.Validate()}, {"titles", p.Titles.Validate()}, {"routine", p.Routine.Validate()},
		{"cash", p.Cash.Validate()}, {"banked", p.Banked.Validate()},
	} {
		if part.err != nil {
			return within(part.path, part.err)
		}
	}
	for i, d := range p.Duties {
		if err := d.validate(fmt.Sprintf("duties[%d]", i)); err != nil {
			return err
		}
		if j := slices.IndexFunc(p.Duties[:i], func(e Duty) bool { return e.Clause == d.Clause && e.Who == d.Who }); j >= 0 {
			return &PolicyError{Code: "twice", Path: fmt.Sprintf("duties[%d]", i), Clause: d.Clause, Why: fmt.Sprintf("duties[%d] is the same clause for the same role", j), zh: "同一条款对同一岗位设了两次"}
		}
	}
	for i, f := range p.Form {
		if !f.Valid() {
			return bad("unknown", fmt.Sprintf("form[%d]", i), fmt.Sprintf("unknown particular %q", f), fmt.Sprintf("未知的登记项“%s”", f))
		}
		if slices.Contains(p.Form[:i], f) {
			return bad("twice", fmt.Sprintf("form[%d]", i), fmt.Sprintf("%q twice", f), fmt.Sprintf("登记项“%s”重复", f))
		}
	}
	for i, o := range p.Off {
		path := fmt.Sprintf("off[%d]", i)
		if !slices.ContainsFunc(rule.Clauses(), func(c rule.Clause) bool { return o.covers(c.ID) }) {
			return bad("unknown", path+".clause", fmt.Sprintf("unknown clause %q", o.Clause), fmt.Sprintf("未知的条款“%s”", o.Clause))
		}
		if strings.TrimSpace(o.Reason) == "" {
			return &PolicyError{Code: "missing", Path: path + ".reason", Clause: o.Clause, Why: "empty: a clause that is not kept needs its reason", zh: "停用条款须写明理由"}
		}
		if slices.ContainsFunc(p.Off[:i], func(q Off) bool { return q.Clause == o.Clause }) {
			return &PolicyError{Code: "twice", Path: path + ".clause", Clause: o.Clause, Why: "twice", zh: "同一条款停用了两次"}
		}
	}
	for i, c := range p.Choices {
		path := fmt.Sprintf("choices[%d]", i)
		r, o, err := lookup(c.Reading, c.Option)
		switch {
		case err != nil:
			return within(path, err)
		case o == 0:
			return bad("twice", path, fmt.Sprintf("%q is the default of %s and is not listed", c.Option, c.Reading), "默认的读法不必列出")
		case i > 0 && p.Choices[i-1].Reading >= r.Code:
			return bad("out_of_order", path, "not in ascending order of reading, or twice", "读法应按代号升序排列，各列一次")
		}
	}
	return nil
}

func (d Duty) validate(path string) error {
	bad := func(code, field, why, zh string) error {
		return &PolicyError{Code: code, Path: path + "." + field, Clause: d.Clause, Why: why, zh: zh}
	}
	if _, ok := rule.Lookup(d.Clause); !ok {
		return bad("unknown", "clause", fmt.Sprintf("unknown clause %q", d.Clause), fmt.Sprintf("未知的条款“%s”", d.Clause))
	}
	switch {
	case !d.Who.Valid():
		return bad("unknown", "who", fmt.Sprintf("unknown role %q", d.Who), fmt.Sprintf("未知的岗位“%s”", d.Who))
	case !slices.Contains([]string{"day", "week", "month", "quarter", "year"}, d.Every):
		return bad("unknown", "every", fmt.Sprintf("unknown period %q: day, week, month, quarter or year", d.Every), fmt.Sprintf("未知的周期“%s”", d.Every))
	case d.Times < 1 || d.Times > 1000:
		return bad("out_of_range", "times", fmt.Sprintf("%d is not in 1 … 1,000", d.Times), "次数应在1至1000之间")
	case d.Day < 0 || d.Day > 31:
		return bad("out_of_range", "day", fmt.Sprintf("%d is no day of a month", d.Day), "日应在1至31之间")
	case d.Day > 0 && d.Every != "month":
		return bad("out_of_range", "day", "a day of the following month is for monthly duties", "次月某日只适用于每月一次的事项")
	}
	return nil
}
