package wuye

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Villa is the profile of a villa estate that keeps its own document alone (VC): complaints
// and their revisits, the ladder to the manager, the weekly records and the manager's visits.
// Who revisits is decided by the tier that settled the complaint, as VC-1.6 and VC-2.1c say.
// What the document leaves out is Off, with the reason. Like Standard it is a fresh value.
func Villa() Policy {
	return only("villa", "VC", "VC-1.6", Choice{"complaint-revisitor", "tier"})
}

// Tianxiacheng is the profile of a desk that keeps the revisit procedure of its own document
// alone (TR): the draw of the 30th at the sizes of TR-4.4, the manager's visit for every valid
// complaint (TR-4.7a), fit-outs, major needs and the write-up. What the document leaves out is
// Off, with the reason. Like Standard it is a fresh value.
func Tianxiacheng() Policy {
	p := only("tianxiacheng", "TR", "TR-4.7a")
	p.Titles = escalation.Titles{{Role: ticket.Assistant, Name: "接待员"}, {Role: ticket.Manager, Name: "服务中心经理"}} // TR-4.1, TR-4.7a
	return p
}

// only is the standard policy of one document: the others are off, and what they alone give
// rise to. revisitor is the clause by which it says who revisits a complaint.
func only(name, document string, revisitor rule.ID, choices ...Choice) Policy {
	p := Standard()
	for _, c := range choices {
		p, _ = p.WithReading(c.Reading, c.Option) // of the table: TestProfiles
	}
	p.Name = name
	for _, d := range rule.Documents() {
		switch d.Code {
		case document, "CC", "SC", "WY": // the law binds everybody, our own additions serve all documents
		default:
			p.Off = append(p.Off, Off{rule.ID(d.Code), "本项目只执行《" + title(document) + "》（" + document + "）"})
		}
	}
	p.Off = append(p.Off, Off{"WY-superior-promise", "只补 QI-3.7b 的空缺；本项目的投诉按 " + string(revisitor) + " 办理，不分重要、重大"})
	return p.kept()
}

func title(document string) string {
	documents := rule.Documents()
	i := slices.IndexFunc(documents, func(d rule.Document) bool { return d.Code == document })
	return documents[i].Title
}

// profile is the policy of that name that this package makes.
func profile(name string) (Policy, bool) {
	switch name {
	case "standard":
		return Standard(), true
	case "villa":
		return Villa(), true
	case "tianxiacheng":
		return Tianxiacheng(), true
	}
	return Policy{}, false
}

// overlaid is p where given says nothing, and given where it does: ParsePolicy says how.
func (p Policy) overlaid(given Policy) (Policy, error) {
	for i, c := range given.Choices {
		if slices.ContainsFunc(given.Choices[:i], func(o Choice) bool { return o.Reading == c.Reading }) {
			return p, &PolicyError{Code: "twice", Path: fmt.Sprintf("choices[%d]", i), Why: fmt.Sprintf("%q twice", c.Reading), zh: fmt.Sprintf("读法“%s”选了两次", c.Reading)}
		}
		var err error
		if p, err = p.WithReading(c.Reading, c.Option); err != nil {
			return p, within(fmt.Sprintf("choices[%d]", i), err)
		}
	}
	if !given.From.IsZero() {
		p.From = given.From
	}
	if given.Households != 0 {
		p.Households = given.Households
	}
	if given.Titles != nil {
		p.Titles = given.Titles
	}
	if given.Form != nil {
		p.Form = given.Form
	}
	if given.SLA.Unrecorded != nil {
		p.SLA.Unrecorded = given.SLA.Unrecorded
	}
	for i, c := range given.SLA.Clocks {
		same := func(o sla.Clock) bool { return o.Clause == c.Clause }
		if slices.IndexFunc(given.SLA.Clocks, same) != i {
			continue // it came with the first of its clause
		}
		p.SLA = p.SLA.With(c.Clause, slices.DeleteFunc(slices.Clone(given.SLA.Clocks), func(o sla.Clock) bool { return !same(o) })...)
	}
	p.Ladder = overlay(p.Ladder, given.Ladder, func(a, b escalation.Step) bool { return a.Clause == b.Clause && a.From == b.From && a.Cause == b.Cause })
	p.Duties = overlay(p.Duties, given.Duties, func(a, b Duty) bool { return a.Clause == b.Clause && a.Who == b.Who })
	p.Off = overlay(p.Off, given.Off, func(a, b Off) bool { return a.Clause == b.Clause })
	for _, s := range []struct{ mine, theirs *sampling.Scheme }{{&p.Routine, &given.Routine}, {&p.Cash, &given.Cash}, {&p.Banked, &given.Banked}} {
		if s.theirs.Brackets != nil {
			*s.mine = *s.theirs
		}
	}
	return p, nil
}

// overlay is base with each of given in place of the one that is the same, or at the end, as
// is one given twice: for Validate to see.
func overlay[S ~[]E, E any](base, given S, same func(a, b E) bool) S {
	for i, g := range given {
		is := func(o E) bool { return same(o, g) }
		if at := slices.IndexFunc(base, is); at >= 0 && !slices.ContainsFunc(given[:i], is) {
			base[at] = g
		} else {
			base = append(base, g)
		}
	}
	return base
}

// given is a path into p, which was read over a base, as a path into what was given: of a list
// that was laid over the base's, the place at which the file has it.
func (p Policy) given(path string, from Policy) string {
	list, rest, ok := strings.Cut(path, "[")
	place, rest, closed := strings.Cut(rest, "]")
	at, err := strconv.Atoi(place)
	if !ok || !closed || err != nil {
		return path
	}
	i := -1
	switch list {
	case "sla.clocks": // those of a clause keep their order
		clause, nth := p.SLA.Clocks[at].Clause, 0
		for _, c := range p.SLA.Clocks[:at] {
			if c.Clause == clause {
				nth++
			}
		}
		for j, c := range from.SLA.Clocks {
			if c.Clause == clause {
				if nth == 0 {
					i = j
					break
				}
				nth--
			}
		}
	case "ladder":
		i = slices.Index(from.Ladder, p.Ladder[at])
	case "duties":
		i = slices.Index(from.Duties, p.Duties[at])
	case "off":
		i = slices.Index(from.Off, p.Off[at])
		if p.Off[at].Clause != "" && slices.ContainsFunc(p.Off[:at], func(o Off) bool { return o.Clause == p.Off[at].Clause }) { // the second of two
			for j, o := range from.Off {
				if o == p.Off[at] {
					i = j
				}
			}
		}
	}
	if i < 0 {
		return path
	}
	return fmt.Sprintf("%s[%d]%s", list, i, rest)
}
