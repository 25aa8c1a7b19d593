package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A change that does not compile is no kill.
func TestJudge(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/p\n\ngo 1.26\n",
		"p.go":   "package p\n\nfunc Name(a, b string) string { return a + b }\n\nfunc Sum(a, b int) int { return a + b }\n\nfunc Less(a, b int) bool { return a < b }\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var told report
	told.Files = append(told.Files, struct {
		Name      string     `json:"file_name"`
		Mutations []mutation `json:"mutations"`
	}{"p.go", []mutation{
		{"ARITHMETIC_BASE", "KILLED", 3, 42},      // a - b of strings
		{"ARITHMETIC_BASE", "KILLED", 5, 35},      // a - b of numbers
		{"CONDITIONALS_BOUNDARY", "LIVED", 7, 37}, // a <= b
		{"CONDITIONALS_NEGATION", "TIMED OUT", 7, 37},
	}})
	r, err := judge(dir, ".", told)
	if err != nil {
		t.Fatal(err)
	}
	if r.uncompiled != 1 || r.killed != 1 || r.endless != 1 || len(r.lived) != 1 || r.share() != 66 {
		t.Errorf("%+v", r)
	}
	if !strings.Contains(r.String(), "p.go:7:37 conditionals_boundary: func Less") {
		t.Errorf("%s", r)
	}
}
