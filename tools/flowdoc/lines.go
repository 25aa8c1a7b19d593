package main

import (
	"reflect"
	"slices"
	"strings"

	"example.com/wuye/ticket"
)

// states in the order of a ticket's life; the first is none yet.
var states = []ticket.State{"", ticket.Open, ticket.Accepted, ticket.Assigned, ticket.InWork, ticket.Referred, ticket.Done, ticket.Answered, ticket.Closed, ticket.Void}

// A line is the rows of the table that differ in From alone.
type line struct {
	ticket.Transition
	from []ticket.State
}

func lines(table []ticket.Transition) []line {
	var all []line
	for _, t := range table {
		if n := len(all); n > 0 && all[n-1].joins(t) {
			all[n-1].from = append(all[n-1].from, t.From)
			continue
		}
		all = append(all, line{t, []ticket.State{t.From}})
	}
	return all
}

func (l line) joins(t ticket.Transition) bool {
	if t.From = l.From; !t.Type.Moves() {
		t.To = l.To
	}
	return reflect.DeepEqual(l.Transition, t)
}

// label of a state, with its code.
func label(s ticket.State) string {
	if s == "" {
		return "未登记"
	}
	return s.Label()
}

func (l line) froms() string {
	switch len(l.from) {
	case 9:
		return "任一状态"
	case 8:
		return "归档前任一状态、已归档"
	case 7:
		return "归档前任一状态"
	}
	return list(l.from, label)
}

func (l line) to() string {
	switch {
	case l.Type == ticket.Imported:
		return "所填状态"
	case !l.Type.Moves():
		return "不变"
	}
	return label(l.To)
}

func (l line) roles() string {
	if len(l.Roles) == 10 {
		return "任何人"
	}
	s := list(l.Roles, ticket.Role.Label)
	s = strings.ReplaceAll(s, "客服助理、客服主管、物业经理", "客服助理及以上")
	return strings.ReplaceAll(s, "客服主管、物业经理", "客服主管及以上")
}

func (l line) when() string {
	var which []string
	for _, m := range l.When {
		which = append(which, match(m))
	}
	s := strings.Join(which, " 或 ")
	for _, step := range l.If {
		s += "，且已" + step.Label()
	}
	return s
}

var kinds = []ticket.Kind{ticket.Inquiry, ticket.Repair, ticket.Cleaning, ticket.Complaint, ticket.Suggestion, ticket.Service, ticket.Concern, ticket.Filing, ticket.FitOut, ticket.Other}

func match(m ticket.Match) string {
	var parts []string
	if rest := slices.DeleteFunc(slices.Clone(kinds), func(k ticket.Kind) bool { return slices.Contains(m.Kinds, k) }); len(rest) < len(m.Kinds) {
		parts = append(parts, "除"+list(rest, ticket.Kind.Label)+"外")
	} else if len(m.Kinds) > 0 {
		parts = append(parts, list(m.Kinds, ticket.Kind.Label))
	}
	if len(m.Natures) > 0 {
		parts = append(parts, list(m.Natures, ticket.Nature.Label))
	}
	if len(m.Severity) > 0 {
		parts = append(parts, list(m.Severity, ticket.Severity.Label))
	}
	if m.Urgency != "" {
		parts = append(parts, m.Urgency.Label())
	}
	switch m.Named {
	case "yes":
		parts = append(parts, "具名")
	case "no":
		parts = append(parts, "匿名")
	}
	return strings.Join(parts, "·")
}

// asks is all that the row wants to see: fields, particulars of the form, earlier steps, and who it is not.
func (l line) asks() string {
	var parts []string
	if len(l.Needs) > 0 {
		parts = append(parts, "须填 "+strings.Join(l.Needs, ", "))
	}
	if len(l.Has) > 0 {
		parts = append(parts, "须登记"+list(l.Has, ticket.Particular.Label))
	}
	if len(l.After) > 0 {
		parts = append(parts, "须先"+list(l.After, ticket.EventType.Label))
	}
	if len(l.Guards) > 0 {
		parts = append(parts, list(l.Guards, ticket.Guard.Label))
	}
	return strings.Join(parts, "；")
}

func list[T any](items []T, label func(T) string) string {
	var s []string
	for _, item := range items {
		s = append(s, label(item))
	}
	return strings.Join(s, "、")
}
