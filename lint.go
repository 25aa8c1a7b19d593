package wuye

import (
	"encoding/json"
	"fmt"
	"slices"

	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Lint is something legal in a policy that is probably not meant.
type Lint struct {
	Code string `json:"code"` // brackets_out_of_order, sample_shrinks, limit_too_long, warning_too_early, unreachable_tier, unenforced, off_in_flow, reading_not_applied
	Path string `json:"path"`
	Zh   string `json:"zh"`
}

// Lint lists what in p is legal but probably not meant, in the order of its fields. Of the
// standard policy, and of it in any reading, there is none.
func (p Policy) Lint() []Lint {
	var out []Lint
	add := func(code, path, zh string, args ...any) {
		out = append(out, Lint{code, path, fmt.Sprintf(zh, args...)})
	}
	kept := p.kept()

	for i, c := range p.SLA.Clocks {
		path := fmt.Sprintf("sla.clocks[%d]", i)
		length, ok := minutes(c.Limit)
		if !ok {
			continue
		}
		if warn, ok := minutes(c.Warn); ok && warn >= length {
			add("warning_too_early", path+".warn", "%s 的预警不短于期限本身，起算时即预警", c.Clause)
		}
		for _, in := range contained {
			if c.Clause != in.inner || !kept.Keeps(in.inner) {
				continue
			}
			for _, o := range kept.SLA.Of(in.outer) {
				if outer, ok := minutes(o.Limit); ok && length > outer && meet(c.When, o.When) {
					add("limit_too_long", path+".limit", "%s 的期限长于应包含它的 %s", c.Clause, in.outer)
					break
				}
			}
		}
	}
	for i, s := range p.Ladder {
		if !kept.Keeps(s.Clause) {
			continue
		}
		if !reachable(kept.Ladder, s.From) {
			add("unreachable_tier", fmt.Sprintf("ladder[%d].from", i), "没有上报路径到达%s", s.From.Label())
		}
	}
	if !reachable(kept.Ladder, ticket.Manager) {
		add("unreachable_tier", "ladder", "没有上报路径从客服助理到达物业经理")
	}
	for _, s := range []struct {
		path   string
		scheme sampling.Scheme
	}{{"routine", p.Routine}, {"cash", p.Cash}, {"banked", p.Banked}} {
		for i, b := range s.scheme.Brackets {
			if i+1 == len(s.scheme.Brackets) {
				continue
			}
			path := fmt.Sprintf("%s.brackets[%d]", s.path, i)
			if next := s.scheme.Brackets[i+1]; b.UpTo <= 0 || next.UpTo != 0 && next.UpTo <= b.UpTo {
				add("brackets_out_of_order", path, "分档应从小到大排列")
			} else if here, above := s.scheme.Size(b.UpTo), s.scheme.Size(b.UpTo+1); above < here {
				add("sample_shrinks", path, "%d 张抽 %d，%d 张反而只抽 %d", b.UpTo, here, b.UpTo+1, above)
			}
		}
	}
	for _, lost := range p.unenforced() {
		add("unenforced", lost.path, "没有任何设置落实 %s，也未说明停用：%s", lost.clause, lost.clause.Zh())
	}
	for i, o := range p.Off {
		if !slices.ContainsFunc(rule.Clauses(), func(c rule.Clause) bool { return o.covers(c.ID) && !onlyFlow(c) }) {
			add("off_in_flow", fmt.Sprintf("off[%d]", i), "%s 由办理流程本身落实：停用只免于检查，流程照旧", o.Clause)
		}
	}
	for i, c := range p.Choices {
		if p.lacks(c) {
			add("reading_not_applied", fmt.Sprintf("choices[%d]", i), "已选 %s=%s，但数据未随之修改", c.Reading, c.Option)
		}
	}
	return out
}

// contained are pairs of clauses of which the first is a part of the second: what must be
// begun, or told, within a time cannot take longer than the whole.
var contained = [...]struct{ inner, outer rule.ID }{
	{"WY-unanswered", "HB-2.1d"}, {"WY-unanswered", "HB-2.1e"}, {"HB-2.1d", "HB-2.2b"}, {"HB-2.1e", "HB-2.2b"},
	{"QI-3.6a", "QI-3.7a"}, {"VC-1.5b", "QI-3.7a"}, {"SP-2.4.1", "HB-2.2b"},
}

// minutes is about how long a limit is; false where that hangs on the ticket or the month.
func minutes(l sla.Limit) (int, bool) {
	switch l.Unit {
	case sla.Minute, sla.WorkingMinute:
		return l.N, true
	case sla.Hour, sla.WorkingHour:
		return l.N * 60, true
	case sla.Day, sla.WorkingDay, sla.WorkingDayReceived, sla.WorkingDayHours, sla.WorkingDaySame:
		return l.N * 24 * 60, true
	case sla.ThatDay, sla.ThatDayClose:
		return 24 * 60, true
	}
	return 0, false
}

// meet reports whether two clocks can be about one ticket, as far as urgency shows it.
func meet(a, b []ticket.Match) bool {
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	return slices.ContainsFunc(a, func(a ticket.Match) bool {
		return slices.ContainsFunc(b, func(b ticket.Match) bool {
			return a.Urgency == "" || b.Urgency == "" || a.Urgency == b.Urgency
		})
	})
}

// reachable reports whether some sequence of steps leads from those who do the work to the
// tier.
func reachable(l escalation.Ladder, tier ticket.Role) bool {
	reached := []ticket.Role{ticket.Worker, ticket.DepartmentHead, ticket.Assistant}
	for i := 0; i < len(reached); i++ {
		if reached[i] == tier {
			return true
		}
		for _, s := range l {
			if s.From == reached[i] && !slices.Contains(reached, s.To) {
				reached = append(reached, s.To)
			}
		}
	}
	return false
}

// A part is a clause and the field of the policy that would carry it out.
type part struct {
	path   string
	clause rule.ID
}

// parts are the clauses that a policy carries out, each once.
func (p Policy) parts() []part {
	var all []part
	add := func(path string, clause rule.ID) {
		if one := (part{path, clause}); clause != "" && !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	for _, c := range p.SLA.Clocks {
		add("sla.clocks", c.Clause)
	}
	for _, s := range p.Ladder {
		add("ladder", s.Clause)
	}
	for _, d := range p.Duties {
		add("duties", d.Clause)
	}
	return all
}

// unenforced are the clauses that the standard policy, its readings taken as p takes them,
// carries out and p neither carries out nor says that the site does not keep.
func (p Policy) unenforced() []part {
	standard := Standard()
	standard.Choices = slices.Clone(p.Choices)
	standard.reread(defaults, p.Reading)
	mine := p.parts()
	return slices.DeleteFunc(standard.parts(), func(s part) bool { return slices.Contains(mine, s) || !p.Keeps(s.clause) })
}

// onlyFlow reports whether nothing but the lifecycle, which knows no policy, enforces a clause.
func onlyFlow(c rule.Clause) bool {
	return len(c.How) > 0 && !slices.ContainsFunc(c.How, func(h rule.How) bool { return h != rule.Flow && h != rule.Note })
}

// lacks reports whether the policy's data are not as a choice would have them: taking the
// reading anew would change more than the list of choices.
func (p Policy) lacks(c Choice) bool {
	r, o, err := lookup(c.Reading, c.Option)
	if err != nil || o == 0 {
		return false
	}
	q := p.clone()
	q.Choices = slices.DeleteFunc(q.Choices, func(o Choice) bool { return o.Reading == r.Code })
	q, err = q.WithReading(c.Reading, c.Option)
	if err != nil {
		return false
	}
	q.Choices = p.Choices
	a, errA := json.Marshal(p)
	b, errB := json.Marshal(q)
	return errA == nil && errB == nil && string(a) != string(b)
}
