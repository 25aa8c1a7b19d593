package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"example.com/wuye/rule"
)

func TestNamed(t *testing.T) {
	for name, want := range map[string]string{
		"TestTR_4_4a":          "[TR-4.4a]",
		"TestTR_4_4a_Edges":    "[TR-4.4a]",
		"TestTR_4_4aEdges":     "[TR-4.4a]",
		"TestTR_4_4":           "[TR-4.4a TR-4.4b TR-4.4c TR-4.4d]",
		"TestTR_4_4_grid":      "[TR-4.4a TR-4.4b TR-4.4c TR-4.4d]",
		"TestTR_4_4ac":         "[TR-4.4a TR-4.4c]",
		"TestVC_1_5a_b":        "[VC-1.5a VC-1.5b]",
		"TestVC_1_5a_both":     "[VC-1.5a]",
		"TestTR_4_8":           "[TR-4.8]",
		"TestTR_4_8t":          "[TR-4.8t]",
		"TestTR_4_40":          "[]",
		"TestTR_4_4x":          "[]",
		"TestHL3_3_3":          "[HL3-3.3]",
		"TestHL2_3_3_1":        "[HL2-3.3.1]",
		"TestSP_2_6_1_1b":      "[SP-2.6.1.1b]",
		"TestSP_2_1":           "[SP-2.1]",
		"TestSP_2_1_3":         "[SP-2.1(3)]",
		"TestQI_A_3b":          "[QI-A.3b]",
		"TestQI_A_16":          "[QI-A.16]",
		"TestCC_203":           "[CC-203]",
		"TestSC_days":          "[SC-days]",
		"TestWY_own_work":      "[WY-own-work]",
		"TestWY_own_work_grid": "[WY-own-work]",
		"TestWY_own_works":     "[]",
		"TestTR":               "[]",
		"ExampleTR_4_4a":       "[]",
	} {
		if got := fmt.Sprint(named(name)); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	// Each clause has a test name of its own.
	for _, c := range rule.Clauses() {
		if got := named("Test" + mangle(c.ID)); len(got) != 1 || got[0] != c.ID {
			t.Errorf("%s: its test would be taken for one of %v", c.ID, got)
		}
	}
}

var repo = fstest.MapFS{
	"go.mod":             {Data: []byte("module m")},
	"a/a.go":             {Data: []byte("package a\n\n// F draws.\n// It implements TR-4.4 and, for\n// complaints, VC-1.4c. See TR-4.5.\nfunc F() string { return \"QI-3.8\" }\n\nvar s = \"not QI-3.7a\"\n")},
	"a/a_test.go":        {Data: []byte("package a\n\nfunc TestTR_4_4a() {}\n\nvar s = \"HB-3.1\"\n")},
	"b.go":               {Data: []byte("package m\n\nvar s = []string{\"QI-3.8\", \"QI-3.8\"}\n")},
	"b_test.go":          {Data: []byte("package m\n\nfunc TestTR_4_4() {}\n")},
	"rule/rule.go":       {Data: []byte("package rule\n\nvar s = \"HB-3.2\"\n")},
	"examples/x.go":      {Data: []byte("package x\n\nvar s = \"HB-3.3\"\n")},
	"other/go.mod":       {Data: []byte("module other")},
	"other/x.go":         {Data: []byte("package x\n\nvar s = \"HB-3.4\"\n")},
	"a/testdata/x.go":    {Data: []byte("not Go")},
	".hidden/x.go":       {Data: []byte("not Go")},
	"docs/not-go-at-all": {Data: []byte("QI-3.8")},
}

func TestScan(t *testing.T) {
	found, err := scan(repo)
	if err != nil {
		t.Fatal(err)
	}
	want := "map[QI-3.8:[a/a.go b.go] TR-4.4a:[a/a.go] TR-4.4b:[a/a.go] TR-4.4c:[a/a.go] TR-4.4d:[a/a.go] VC-1.4c:[a/a.go]]"
	if got := fmt.Sprint(found.Code); got != want {
		t.Errorf("code: %s, want %s", got, want)
	}
	want = "map[TR-4.4a:[{a/a_test.go TestTR_4_4a} {b_test.go TestTR_4_4}] TR-4.4b:[{b_test.go TestTR_4_4}] TR-4.4c:[{b_test.go TestTR_4_4}] TR-4.4d:[{b_test.go TestTR_4_4}]]"
	if got := fmt.Sprint(found.Tests); got != want {
		t.Errorf("tests: %s, want %s", got, want)
	}
	row := "| TR-4.4a | 20 dispatch slips or fewer: 5 are revisited<br>派工单20张以下：回访5张 | sample | [a/a.go](../a/a.go) | [a.TestTR_4_4a](../a/a_test.go), [wuye.TestTR_4_4](../b_test.go) |\n"
	if !strings.Contains(page(found), row) {
		t.Errorf("the page lacks %s", row)
	}
}

func TestRun(t *testing.T) {
	root := t.TempDir()
	if err := os.CopyFS(root, repo); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err == nil {
		t.Error("a missing document is up to date")
	}
	if err := run(root, false); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err != nil {
		t.Errorf("just written: %v", err)
	}
	if err := os.WriteFile(filepath.Join(root, "c.go"), []byte("package m\n\nvar t = \"HB-3.1\"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	err := run(root, true)
	if err == nil || !strings.Contains(err.Error(), "\n-| HB-3.1 |") || !strings.Contains(err.Error(), "\n+| HB-3.1 |") || strings.Contains(err.Error(), "| HB-3.2 |") {
		t.Errorf("a new citation of HB-3.1 alone is not shown: %v", err)
	}
}

func TestDiff(t *testing.T) {
	if got, want := diff("a\nb\nc\nd\ne\n", "a\nc\nx\nd\ny\ne\n"), "-b\n+x\n+y\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := diff("a\n", "a\n"); got != "" {
		t.Errorf("%q for equal texts", got)
	}
}
