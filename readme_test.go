package wuye_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestREADME runs each program of the README and compares what it prints with the block that
// follows it, and looks up the excerpt of the month-end pack in the pack itself.
func TestREADME(t *testing.T) {
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	programs := regexp.MustCompile("(?s)```go\n(package main.*?)```\n\n```text\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(programs) != 2 {
		t.Fatalf("the README has %d programs with their output, want 2", len(programs))
	}
	for _, p := range programs {
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(p[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("go", "run", file).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if string(out) != p[2] {
			t.Errorf("the program prints\n%s\nand the README says\n%s", out, p[2])
		}
	}

	pack, err := os.ReadFile("examples/month/testdata/pack.golden")
	if err != nil {
		t.Fatal(err)
	}
	excerpt := regexp.MustCompile("(?s)```text\n(  .*?)```").FindStringSubmatch(string(text))
	if excerpt == nil {
		t.Fatal("the README has no excerpt of the pack")
	}
	for _, line := range strings.Split(strings.TrimSpace(excerpt[1]), "\n") {
		if !strings.Contains(string(pack), strings.TrimSpace(line)) {
			t.Errorf("not in the pack: %s", line)
		}
	}
}
