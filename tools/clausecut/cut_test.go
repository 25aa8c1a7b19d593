package main

import (
	"slices"
	"strings"
	"testing"
)

func TestCut(t *testing.T) {
	const source = `package p

func Standard() []Clock {
	alone := 1
	table := []Clock{
		{Clause: "QI-3.8", N: alone},
		{Clause: "QI-3.6a", N: 2},
	}
	row(1, "VC-1.1")
	row(2, "VC-1.2")
	return table
}

func Routine() Scheme {
	return Scheme{[]Bracket{{20, 5, "TR-4.4a"}, {0, 20, "TR-4.4c"}}, 50, "TR-4.4d"}
}
`
	for clause, want := range map[string][]string{
		"QI-3.8":  {`{Clause: "QI-3.6a", N: 2}`, "_ = alone"},
		"VC-1.1":  {`row(2, "VC-1.2")`},
		"TR-4.4a": {`{{0, 20, "TR-4.4c"}}, 50`},
		"TR-4.4d": {`0, "TR-4.4d"`, `{20, 5, "TR-4.4a"}`},
	} {
		out, err := cut([]byte(source), func(c string) bool { return c == clause })
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want {
			if !strings.Contains(string(out), w) {
				t.Errorf("without %s there is no %s:\n%s", clause, w, out)
			}
		}
		if clause != "TR-4.4d" && strings.Contains(string(out), clause) || strings.Contains(string(out), `50, "TR-4.4d"`) && clause == "TR-4.4d" {
			t.Errorf("%s is still there:\n%s", clause, out)
		}
	}
}

// The tables stand where they are looked for, with the clauses that they are known for.
func TestRead(t *testing.T) {
	tables, err := read("../..")
	if err != nil {
		t.Fatal(err)
	}
	all := carried(tables)
	for _, want := range []string{"QI-3.8", "VC-1.1", "VC-1.3b", "QI-3.7b", "VC-4.2b", "TR-4.4d", "SP-2.7.1c", "SP-2.6.1.5", "WY-money"} {
		if !slices.Contains(all, want) {
			t.Errorf("%s is not among the %d clauses found", want, len(all))
		}
	}
	if pkgs, names := after("TR-4.4a", []test{{"./a", "TestTR_4_4"}, {"./b", "TestTR_4_4a"}, {"./c", "TestTR_4_4ab"}, {"./d", "TestTR_4_4a_late"}}); strings.Join(pkgs, "") != "./a./b./d" || len(names) != 3 {
		t.Errorf("%v, %v", pkgs, names)
	}
}
