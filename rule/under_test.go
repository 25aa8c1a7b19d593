package rule

import "testing"

// IDs that no table holds today: the last digit and the last letter count like the others.
func TestUnderAnyID(t *testing.T) {
	for _, c := range []struct {
		id, prefix ID
		want       bool
	}{
		{"TR-4.9a", "TR-4.9", true},
		{"TR-4.0a", "TR-4.0", true},
		{"TR-4.4z", "TR-4.4", true},
		{"TR-4.4{", "TR-4.4", false}, // the byte after z
		{"TR-4.4`", "TR-4.4", false}, // the byte before a
		{"TR-4.:a", "TR-4.:", false}, // the byte after 9
		{"TR-4./a", "TR-4./", false}, // the byte before 0
		{"TR-4.40", "TR-4.4", false},
	} {
		if got := c.id.under(c.prefix); got != c.want {
			t.Errorf("%s is under %s: %v", c.id, c.prefix, got)
		}
	}
}

// The letter of an ID is no part of its section; a section that is one letter stays.
func TestCompileSections(t *testing.T) {
	for _, c := range []struct {
		id      ID
		section string
	}{{"TR-4.4a", "4.4"}, {"TR-4.4z", "4.4"}, {"TR-4", "4"}, {"TR-a", "a"}, {"WY-door", ""}, {"SC-1", ""}} {
		if got := compile([]Clause{{ID: c.id}})[0]; got.Section != c.section || got.Force != Must {
			t.Errorf("%s: section %q, force %q", c.id, got.Section, got.Force)
		}
	}
}
