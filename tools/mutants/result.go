package main

import (
	"fmt"
	"os"
	"strings"
)

// A result is the count of one package.
type result struct {
	pkg                    string
	tried                  []*change
	uncompiled             int
	killed, endless        int
	lived, unreached, same []*change // same are the survivors that are listed
}

// A survivor is a change that no test can notice. The number of a line is not stable, so its text is kept.
type survivor struct {
	pkg, fn, text, changed, reason string
}

// readSurvivors reads the list: for each package a line "package NAME", and for each entry its function, the line
// after "-", the line as changed after "+", and the reason after "=".
func readSurvivors(path string) ([]survivor, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var all []survivor
	var s survivor
	for i, line := range strings.Split(string(b), "\n") {
		line = strings.TrimSpace(line)
		mark, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || mark == "#":
		case mark == "package":
			s = survivor{pkg: rest}
		case mark == "-":
			s.text = rest
		case mark == "+":
			s.changed = rest
		case mark == "=":
			if s.reason = rest; s.pkg == "" || s.fn == "" || s.text == "" || s.changed == "" || s.reason == "" {
				return nil, fmt.Errorf("%s:%d: an entry is a function, -, +, and = in a package", path, i+1)
			}
			all = append(all, s)
		case rest == "":
			s = survivor{pkg: s.pkg, fn: mark}
		default:
			return nil, fmt.Errorf("%s:%d: %q", path, i+1, line)
		}
	}
	return all, nil
}

// sort counts what became of the changes, and tells which entries of the package no survivor matches.
func (r *result) sort(listed []survivor) (gone []survivor) {
	used := map[survivor]bool{}
	for _, m := range r.tried {
		switch m.fate {
		case killed:
			r.killed++
		case endless:
			r.endless++
		default:
			if s, ok := entry(listed, r.pkg, m); ok {
				used[s] = true
				r.same = append(r.same, m)
			} else if m.fate == lived {
				r.lived = append(r.lived, m)
			} else {
				r.unreached = append(r.unreached, m)
			}
		}
	}
	for _, s := range listed {
		if s.pkg == r.pkg && !used[s] {
			gone = append(gone, s)
		}
	}
	return gone
}

func entry(listed []survivor, pkg string, m *change) (survivor, bool) {
	for _, s := range listed {
		if s.pkg == pkg && s.fn == m.fn && s.text == m.text && s.changed == m.changed {
			return s, true
		}
	}
	return survivor{}, false
}

// share is how many per cent of the changes that count were noticed, rounded down.
func (r result) share() int {
	noticed := r.killed + r.endless
	all := noticed + len(r.lived) + len(r.unreached)
	if all == 0 {
		return 100
	}
	return 100 * noticed / all
}

func (r result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d changes, %d %% noticed: %d killed, %d without end, %d lived, %d not covered; left out: %d that do not compile, %d listed\n",
		r.pkg, len(r.tried)+r.uncompiled, r.share(), r.killed, r.endless, len(r.lived), len(r.unreached), r.uncompiled, len(r.same))
	for _, m := range r.lived {
		fmt.Fprintf(&b, "  lived        %s\n", m)
	}
	for _, m := range r.unreached {
		fmt.Fprintf(&b, "  not covered  %s\n", m)
	}
	return b.String()
}
