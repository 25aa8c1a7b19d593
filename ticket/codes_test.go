package ticket

import (
	_ "embed"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Codes: nothing half added, and the code is what stands in JSON.
func TestCodes(t *testing.T) {
	check(t, kinds, Kind.Label, Kind.Valid)
	check(t, natures, Nature.Label, Nature.Valid)
	check(t, urgencies, Urgency.Label, Urgency.Valid)
	check(t, severities, Severity.Label, Severity.Valid)
	check(t, places, Place.Label, Place.Valid)
	check(t, callers, Caller.Label, Caller.Valid)
	check(t, channels, Channel.Label, Channel.Valid)
	check(t, states, State.Label, State.Valid)
	check(t, eventTypes, EventType.Label, EventType.Valid)
	check(t, roles, Role.Label, Role.Valid)
	check(t, forms, Particular.Label, Particular.Valid)
	check(t, grades, Grade.Label, Grade.Valid)
	check(t, holds, HoldReason.Label, HoldReason.Valid)
	check(t, refusals, Code.Label, Code.Valid)
	check(t, guards, Guard.Label, Guard.Valid)
	moves := 0
	for _, l := range eventTypes.list {
		if l.code.Moves() {
			moves++
		}
	}
	if moves != moving || Registered.Moves() != true || Acknowledged.Moves() || EventType("x").Moves() {
		t.Errorf("%d types move", moves)
	}
	for _, l := range fieldLabels {
		if !slices.Contains(slices.Collect(fieldsOf(eventType)), l.code) {
			t.Errorf("label of no field: %s", l.code)
		}
	}
	for f := range fieldsOf(eventType) {
		if fieldLabel(f) == f {
			t.Errorf("no label: %s", f)
		}
	}
}

func check[T ~string](t *testing.T, s *set[T], label func(T) string, valid func(T) bool) {
	t.Helper()
	codes, labels := map[T]bool{"": true}, map[string]bool{"": true}
	for i, l := range s.list {
		if codes[l.code] || labels[l.zh] || s.index(l.code) != i || label(l.code) != l.zh || !valid(l.code) {
			t.Errorf("%q %q: twice, or not found", l.code, l.zh)
		}
		codes[l.code], labels[l.zh] = true, true
	}
	for _, wrong := range []T{"", "x", T(strings.ToUpper(string(s.list[0].code))), s.list[0].code + " ", T(s.list[0].zh)} {
		if valid(wrong) || label(wrong) != "" {
			t.Errorf("%q is valid", wrong)
		}
	}
}

// The comment of each constant begins with its label, so that the documentation and what
// people see are one.
func TestLabelsInComments(t *testing.T) {
	all := map[string]string{}
	for name, labels := range map[string]map[string]string{"Kind": labelsOf(kinds), "Nature": labelsOf(natures), "Urgency": labelsOf(urgencies), "Severity": labelsOf(severities),
		"Place": labelsOf(places), "Caller": labelsOf(callers), "Channel": labelsOf(channels), "State": labelsOf(states), "Role": labelsOf(roles), "Particular": labelsOf(forms),
		"Grade": labelsOf(grades), "HoldReason": labelsOf(holds), "Code": labelsOf(refusals), "EventType": labelsOf(eventTypes), "Guard": labelsOf(guards)} {
		for code, zh := range labels {
			all[name+" "+code] = zh
		}
	}
	src, err := os.ReadFile("codes.go")
	more, errMore := os.ReadFile("table.go")
	if err != nil || errMore != nil {
		t.Fatal(err, errMore)
	}
	src = append(src, more...)
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +(\w+) += "(\w+)" +// (.*)$`).FindAllStringSubmatch(string(src), -1) {
		zh, _, _ := strings.Cut(m[3], ":")
		if want := all[m[1]+" "+m[2]]; zh != want {
			t.Errorf("%s %s is said to be %q, its label is %q", m[1], m[2], zh, want)
		}
		delete(all, m[1]+" "+m[2])
	}
	for code := range all {
		t.Errorf("no comment: %s", code)
	}
}

func labelsOf[T ~string](s *set[T]) map[string]string {
	m := map[string]string{}
	for _, l := range s.list {
		m[string(l.code)] = l.zh
	}
	return m
}
