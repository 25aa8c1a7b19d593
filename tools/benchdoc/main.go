// Benchdoc measures the library beside its peers and writes docs/benchmarks.md and docs/growth.svg. It takes about
// half an hour; what it measures is printed meanwhile.
//
//	cd tools && go run ./benchdoc | tee figures.txt     measure, and write both
//	cd tools && go run ./benchdoc -from figures.txt     write both again, from figures that were kept
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

func main() {
	from := flag.String("from", "", "measure nothing; the figures are in this file")
	root := flag.String("root", "..", "the repository")
	flag.Parse()
	if err := run(*root, *from); err != nil {
		fmt.Fprintln(os.Stderr, "benchdoc:", err)
		os.Exit(1)
	}
}

func run(root, from string) error {
	var text []byte
	var err error
	if from != "" {
		text, err = os.ReadFile(from)
	} else {
		text, err = measure(filepath.Join(root, "bench"))
	}
	if err != nil {
		return err
	}
	f, err := parse(bytes.NewReader(text))
	if err != nil {
		return err
	}
	page, err := page(f)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, "docs", "benchmarks.md"), []byte(page), 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, "docs", "growth.svg"), []byte(picture(f)), 0o644)
}

// runs are what is measured, and how often: what grows to ten million takes minutes a time.
var runs = [][]string{
	{"-bench", "^Benchmark([^GM]|MonthEnd)", "-benchtime", "500ms", "-count", "5"},
	{"-bench", "^Benchmark(Growth|Memory)$", "-benchtime", "300ms", "-count", "2"},
}

// measure runs the benchmarks and gives what they print, after the facts about the machine that
// the testing package does not print.
func measure(dir string) ([]byte, error) {
	var all bytes.Buffer
	out := io.MultiWriter(os.Stdout, &all)
	fmt.Fprintf(out, "go: %s\ncores: %d\ndate: %s\nload: %s\n", runtime.Version(), runtime.GOMAXPROCS(0), time.Now().UTC().Format(time.DateOnly), load())
	for _, args := range runs {
		cmd := exec.Command("go", append([]string{"test", "-run", "^$", "-timeout", "2h"}, args...)...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("%s: %w", strings.Join(cmd.Args, " "), err)
		}
		fmt.Fprintf(out, "load: %s\n", load())
	}
	return all.Bytes(), nil
}

// load is how many processes wanted a processor in the last minute, on average.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(text))[0]
}

// Figures are what the benchmarks printed.
type figures struct {
	facts map[string][]string             // of the machine, each value once
	of    map[string]map[string][]float64 // by benchmark and unit, one a run
}

// parse reads the format that go test prints, of which benchstat's documentation is the specification:
// facts as "key: value", figures as "BenchmarkName-2  times  value unit  value unit".
func parse(r io.Reader) (figures, error) {
	f := figures{map[string][]string{}, map[string]map[string][]float64{}}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		if name, ok := strings.CutPrefix(line, "Benchmark"); ok {
			if err := f.add(strings.Fields(name)); err != nil {
				return figures{}, fmt.Errorf("%w in %q", err, line)
			}
			continue
		}
		if key, value, ok := strings.Cut(line, ": "); ok && key == strings.ToLower(key) && !strings.ContainsAny(key, " \t") {
			value = strings.TrimSpace(value)
			if old := f.facts[key]; len(old) == 0 || old[len(old)-1] != value {
				f.facts[key] = append(old, value)
			}
		}
	}
	if len(f.of) == 0 {
		return figures{}, fmt.Errorf("there is no benchmark in the figures")
	}
	return f, lines.Err()
}

func (f figures) add(fields []string) error {
	if len(fields) < 2 || len(fields)%2 != 0 {
		return fmt.Errorf("a value without a unit")
	}
	name := fields[0]
	if cores := f.facts["cores"]; len(cores) > 0 {
		name = strings.TrimSuffix(name, "-"+cores[0]) // go test adds it, unless it is 1
	}
	if f.of[name] == nil {
		f.of[name] = map[string][]float64{}
	}
	for i := 2; i < len(fields); i += 2 {
		var v float64
		if _, err := fmt.Sscan(fields[i], &v); err != nil {
			return fmt.Errorf("%s is no number", fields[i])
		}
		f.of[name][fields[i+1]] = append(f.of[name][fields[i+1]], v)
	}
	return nil
}
