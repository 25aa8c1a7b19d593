package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// One change of each sort, and what becomes of it.
func TestMutate(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/p\n\ngo 1.26\n",
		"p.go": `package p

const week = 7 + 1 // a constant is changed on its own

func Name(a, b string) string { return a + b }

func Sum(a, b int) int { return a - -b*2 }

func Less(a, b int) bool { return a < b }

func Up(n int) (sum int) {
	for i := 0; i != n; i++ {
		all := map[bool]int{true: sum}
		if all[true]++; all[true] < 0 {
			break
		}
		sum = all[true]
	}
	return sum
}

func Mask(n int) uint64 { return 1<<(n%8) - 1 }

type T[X any] struct{ x []X }

func (t *T[X]) Never() bool { return len(t.x) == week }
`,
		"p_test.go": `package p

import "testing"

func TestAll(t *testing.T) {
	if Name("a", "b") != "ab" || Sum(5, 2) != 9 || !Less(1, 2) || Less(2, 1) || Up(3) != 3 || Mask(11) != 7 || week != 8 {
		t.Fail()
	}
}
`,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	listed := []survivor{
		{"sub", "Less", "a", "b", "another package"},
		{".", "Less", "func Less(a, b int) bool { return a < b }", "func Less(a, b int) bool { return a <= b }", "told"},
		{".", "Less", "func Less(a, b int) bool { return a < b }", "func Less(a, b int) bool { return a >= b }", "killed"},
	}
	for _, c := range []struct{ only, want string }{
		{"", "left=1 listed=1 gone=1"},
		{`p\.go:26`, "left=0 listed=0 gone=2"},
	} {
		r, err := mutate(dir, ".", regexp.MustCompile(c.only), trial{workers: 2, wait: 3, grace: time.Second})
		if err != nil {
			t.Fatal(err)
		}
		gone := r.sort(listed)
		if got := fmt.Sprintf("left=%d listed=%d gone=%d", r.uncompiled, len(r.same), len(gone)); got != c.want {
			t.Errorf("%q: %s, want %s", c.only, got, c.want)
		}
		if c.only != "" {
			continue
		}
		var got []string
		for _, m := range r.tried {
			got = append(got, fmt.Sprintf("%s %s %s %s", m.fn, m.was, m.now, [...]string{"not covered", "lived", "killed", "endless"}[m.fate]))
		}
		want := []string{
			"week + - killed",
			"Sum - + killed", "Sum - + killed", "Sum * / killed",
			"Less < <= lived", "Less < >= killed",
			"Up != == killed", "Up ++ -- endless", "Up ++ -- killed", "Up < <= lived", "Up < >= killed",
			"Mask % * killed", "Mask - + killed",
			"T.Never == != not covered",
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("got %q", got)
		}
		if r.share() != 84 {
			t.Errorf("%d %%", r.share())
		}
		if !strings.Contains(r.String(), "p.go:26:47 T.Never") {
			t.Errorf("%s", r)
		}
	}
}

func TestReadSurvivors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"package a\n\n# why\nF\n  - x + y\n  + x - y\n  = none\n\n  - p\n  + q\n  = r\n", "[{a F x + y x - y none} {a F p q r}]"},
		{"F\n- a\n+ b\n= c\n", "an entry is"},
		{"package a\nF\n- a\n= c\n", "an entry is"},
		{"package a\nF\n- a\n+ b\n=\n", "an entry is"},
		{"package a\ntwo words\n", "two words"},
	} {
		path := filepath.Join(t.TempDir(), "s.txt")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := readSurvivors(path)
		if s := fmt.Sprint(got, err); !strings.Contains(s, c.want) {
			t.Errorf("%q: %s", c.text, s)
		}
	}
	if _, err := readSurvivors("survivors.txt"); err != nil {
		t.Error(err)
	}
}
