package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A trial runs a package's tests against changes.
type trial struct {
	c             *checked
	dir           string        // for what is built
	workers, wait int           // how many at once; how many times their own time
	grace         time.Duration // and how much longer than that
}

// A test, how long it takes, and the changes it comes to.
type test struct {
	name  string
	takes time.Duration
	comes map[int]bool
}

func (t trial) run(all []*change) error {
	texts, alone := weave(t.c, all)
	texts["mutants_woven.go"] = fmt.Sprintf(support, t.c.name)
	bin, err := t.build("woven", texts)
	if err != nil {
		return err
	}
	tests, err := t.tests(bin)
	if err != nil {
		return err
	}
	byItself := map[int]bool{}
	for _, m := range alone {
		byItself[m.id] = true
	}
	todo := make(chan *change)
	var group sync.WaitGroup
	for range max(t.workers, 1) {
		group.Go(func() {
			for m := range todo {
				t.try(bin, tests, m, byItself[m.id])
			}
		})
	}
	for _, m := range all {
		todo <- m
	}
	close(todo)
	group.Wait()
	return nil
}

// build makes the test binary with the texts in place of the package's files.
func (t trial) build(name string, texts map[string]string) (bin string, err error) {
	replace := map[string]string{}
	for file, text := range texts {
		path := filepath.Join(t.dir, name+"."+file)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return "", err
		}
		replace[filepath.Join(t.c.dir, file)] = path
	}
	b, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay := filepath.Join(t.dir, name+".json")
	if err := os.WriteFile(overlay, b, 0o600); err != nil {
		return "", err
	}
	bin = filepath.Join(t.dir, name)
	cmd := exec.Command("go", "test", "-c", "-overlay", overlay, "-o", bin, ".")
	cmd.Dir = t.c.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the tests: %w\n%s", err, out)
	}
	return bin, nil
}

// start runs the tests of a binary that a pattern names. A change can make a loop that fills the memory, so that is
// bounded.
func (t trial) start(bin, pattern string, limit time.Duration, env ...string) (out []byte, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit+5*time.Second)
	defer cancel()
	args := []string{"-c", `ulimit -v 4000000; exec "$0" "$@"`, bin, "-test.run", pattern, "-test.failfast", "-test.timeout", limit.String()}
	if t.c.rapid {
		args = append(args, "-rapid.nofailfile", "-rapid.shrinktime=0s") // that it fails is enough
	}
	cmd := exec.CommandContext(ctx, "sh", args...)
	cmd.Dir, cmd.Env = t.c.dir, append(os.Environ(), env...)
	return cmd.CombinedOutput()
}

// tests runs each test on its own, without a change.
func (t trial) tests(bin string) ([]test, error) {
	cmd := exec.Command(bin, "-test.list", ".")
	cmd.Dir = t.c.dir
	out, err := cmd.Output()
	if err != nil {
		return nil, err
	}
	var tests []test
	for _, name := range strings.Fields(string(out)) {
		if strings.HasPrefix(name, "Benchmark") {
			continue
		}
		trace := filepath.Join(t.dir, "trace")
		began := time.Now()
		if out, err := t.start(bin, "^"+name+"$", 10*time.Minute, "MUTANT_TRACE="+trace); err != nil {
			return nil, fmt.Errorf("%s fails without a change: %w\n%s", name, err, out)
		}
		one := test{name: name, takes: time.Since(began), comes: map[int]bool{}}
		b, err := os.ReadFile(trace)
		if err != nil {
			return nil, err
		}
		for _, s := range strings.Fields(string(b)) {
			id, err := strconv.Atoi(s)
			if err != nil {
				return nil, err
			}
			one.comes[id] = true
		}
		if err := os.Remove(trace); err != nil {
			return nil, err
		}
		tests = append(tests, one)
	}
	sort.SliceStable(tests, func(i, j int) bool { return tests[i].takes < tests[j].takes })
	return tests, nil
}

// try runs the tests that come to a change, the quick ones first, and says what became of it.
func (t trial) try(bin string, tests []test, m *change, alone bool) {
	if alone {
		var err error
		if bin, err = t.build("change"+strconv.Itoa(m.id), map[string]string{m.file: t.c.with(m)}); err != nil {
			m.fate = unbuilt
			return
		}
		defer os.Remove(bin)
	}
	var names []string
	var takes time.Duration
	flush := func() {
		if len(names) == 0 || m.fate >= killed {
			return
		}
		limit := time.Duration(t.wait)*takes + t.grace
		out, err := t.start(bin, "^("+strings.Join(names, "|")+")$", limit, "MUTANT="+strconv.Itoa(m.id))
		switch {
		case err == nil:
			m.fate = lived
		case bytes.Contains(out, []byte("panic: test timed out")) || !bytes.Contains(out, []byte("FAIL")) && bytes.Contains([]byte(err.Error()), []byte("killed")):
			m.fate = endless
		default:
			m.fate = killed
		}
		names, takes = nil, 0
	}
	const first = 300 * time.Millisecond // what is run in one go, for a beginning
	room := first
	for _, one := range tests {
		if !alone && !one.comes[m.id] {
			continue
		}
		if takes+one.takes > room {
			flush()
			room *= 4
		}
		names = append(names, one.name)
		takes += one.takes
	}
	flush()
}
