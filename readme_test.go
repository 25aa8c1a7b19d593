package wuye_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/wuye"
)

// programs runs each program of a page and compares what it prints with the block that follows
// it. The pages stand in both languages with the same programs.
func programs(t *testing.T, page, translation string, want int) string {
	t.Helper()
	needsGo(t)
	read := func(name string) (string, [][]string) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		return string(text), regexp.MustCompile("(?s)```go\n(package main.*?)```\n\n```text\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	}
	text, all := read(page)
	if len(all) != want {
		t.Fatalf("%s has %d programs with their output, want %d", page, len(all), want)
	}
	if _, same := read(translation); !slices.EqualFunc(all, same, func(a, b []string) bool { return a[0] == b[0] }) {
		t.Errorf("%s has other programs than %s", translation, page)
	}
	for _, p := range all {
		file := filepath.Join(t.TempDir(), "main.go")
		if err := os.WriteFile(file, []byte(p[1]), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command("go", "run", file).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if string(out) != p[2] {
			t.Errorf("the program prints\n%s\nand %s says\n%s", out, page, p[2])
		}
	}
	return text
}

func TestGuide(t *testing.T) { programs(t, "docs/guide.md", "docs/guide.zh-CN.md", 2) }

// TestREADME also looks up the excerpt of the month-end pack in the pack itself.
func TestREADME(t *testing.T) {
	text := programs(t, "README.md", "README.zh-CN.md", 2)
	pack, err := os.ReadFile("examples/month/testdata/pack.golden")
	if err != nil {
		t.Fatal(err)
	}
	excerpt := regexp.MustCompile("(?s)```text\n(  .*?)```").FindStringSubmatch(text)
	if excerpt == nil {
		t.Fatal("the README has no excerpt of the pack")
	}
	for _, line := range strings.Split(strings.TrimSpace(excerpt[1]), "\n") {
		if !strings.Contains(string(pack), strings.TrimSpace(line)) {
			t.Errorf("not in the pack: %s", line)
		}
	}
}

// Both tables of readings are that of the code.
func TestREADMEReadings(t *testing.T) {
	for page, row := range map[string]func(wuye.Reading) string{
		"README.md": func(r wuye.Reading) string {
			var others []string
			for _, o := range r.Options[1:] {
				others = append(others, "`"+o.Code+"`")
			}
			return fmt.Sprintf("| `%s` | %s | `%s` | %s |", r.Code, r.En, r.Options[0].Code, strings.Join(others, ", "))
		},
		"README.zh-CN.md": func(r wuye.Reading) string {
			var others []string
			for _, o := range r.Options[1:] {
				others = append(others, "`"+o.Code+"` "+o.Zh)
			}
			return fmt.Sprintf("| `%s` | %s | `%s` %s | %s |", r.Code, r.Zh, r.Options[0].Code, r.Options[0].Zh, strings.Join(others, "；"))
		},
	} {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range wuye.Readings() {
			if !strings.Contains(string(text), row(r)) {
				t.Errorf("%s lacks the row\n%s", page, row(r))
			}
		}
	}
}
