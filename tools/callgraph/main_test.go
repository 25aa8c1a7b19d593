package main

import (
	"strings"
	"testing"
)

// What stands behind an interface or a function value is found.
func TestFindsImpurity(t *testing.T) {
	r, err := walk("testdata/impure", "example.com/impure", "./...")
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(r.Broken, "\n")
	for _, want := range []string{"os.ReadFile", "time.Now"} {
		if !strings.Contains(all, want) {
			t.Errorf("%s is not found in:\n%s", want, r)
		}
	}
	if strings.Contains(all, "Sum") {
		t.Errorf("the pure function is accused:\n%s", r)
	}
}

// Every trusted package says why, and the library reaches no others.
func TestLibrary(t *testing.T) {
	r, err := walk("../..", "example.com/wuye", "./...")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Broken {
		t.Error(p)
	}
	if r.From < 500 || r.Reached["fmt"] == 0 || r.Reached["time"] == 0 {
		t.Errorf("the walk saw little:\n%s", r)
	}
	for p := range trusted {
		if r.Reached[p] == 0 {
			t.Errorf("%s is trusted and not used: the list should be short", p)
		}
	}
}
