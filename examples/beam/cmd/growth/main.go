// Command growth measures what a ticket costs, in the pipeline on Prism in this process and in
// the plain loop, and prints a line of the table in README.md for each number of tickets:
//
//	go run ./cmd/growth -tickets 1000,10000,100000
//
// Each measurement is a process of its own, so that its peak of memory is its own. Rows are made
// in a temporary directory, which is removed. More tickets than -most go through as so many
// pipelines, one after the other, each with whole properties.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"example.com/wuye/examples/beam/made"
	"example.com/wuye/examples/beam/months"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"

	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
)

var (
	tickets = flag.String("tickets", "1000,10000,100000", "so many tickets, by `numbers`")
	most    = flag.Int("most", 100_000, "so `many` tickets in one pipeline")
	way     = flag.String("way", "", "of a child: `plain` or beam")
	in      = flag.String("in", "", "of a child: the `file` of rows")
)

func main() {
	flag.Parse()
	beam.Init()
	run := measure
	if *way != "" {
		run = judge
	}
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// judge is the child: one file one way.
func judge() error {
	s := months.Site{Month: made.Month, AsOf: made.Month.Add(1).Day(12).Start().Add(9 * time.Hour), Key: "growth"}
	out := *in + "." + *way
	if *way == "beam" {
		p, root := beam.NewPipelineWithRoot()
		textio.Write(root, out, months.Pipeline(root, s, textio.Read(root, *in), 8))
		_, err := prism.Execute(context.Background(), p)
		return err
	}
	f, err := os.Open(*in)
	if err != nil {
		return err
	}
	defer f.Close()
	to, err := os.Create(out)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(to)
	err = months.Direct(f, s, func(l months.Line) { fmt.Fprintln(w, l) })
	return errors.Join(err, w.Flush(), to.Close())
}

func measure() error {
	dir, err := os.MkdirTemp("", "growth-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Println("| tickets | rows, MB | plain: µs a ticket | CPU | peak MB | Beam on Prism: µs a ticket | CPU | peak MB | pipelines |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
	for _, text := range strings.Split(*tickets, ",") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		if err := line(dir, n); err != nil {
			return err
		}
	}
	return nil
}

// cost is of children, summed, and the largest.
type cost struct {
	wall, cpu time.Duration
	peak      int64 // KB
}

func line(dir string, n int) error {
	var total [2]cost
	var size int64
	pipelines := 0
	for from := 0; from < n; from += *most {
		part := min(*most, n-from)
		name := filepath.Join(dir, "rows.jsonl")
		f, err := os.Create(name)
		if err != nil {
			return err
		}
		w := bufio.NewWriterSize(f, 1<<20)
		first := from / made.PerProperty
		err = made.Write(w, 1, first, first+(part+made.PerProperty-1)/made.PerProperty, part)
		if err := errors.Join(err, w.Flush(), f.Close()); err != nil {
			return err
		}
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		size += info.Size()
		pipelines++
		for i, way := range []string{"plain", "beam"} {
			c, err := child(way, name)
			if err != nil {
				return err
			}
			total[i].wall += c.wall
			total[i].cpu += c.cpu
			total[i].peak = max(total[i].peak, c.peak)
		}
	}
	each := func(d time.Duration) string { return fmt.Sprintf("%.0f", float64(d.Microseconds())/float64(n)) }
	fmt.Printf("| %d | %d |", n, size>>20)
	for _, c := range total {
		fmt.Printf(" %s | %s | %d |", each(c.wall), each(c.cpu), c.peak>>10)
	}
	fmt.Printf(" %d |\n", pipelines)
	return nil
}

func child(way, name string) (cost, error) {
	program, err := os.Executable()
	if err != nil {
		return cost{}, err
	}
	command := exec.Command(program, "-way", way, "-in", name)
	from := time.Now()
	if out, err := command.CombinedOutput(); err != nil {
		return cost{}, fmt.Errorf("%s: %w\n%s", way, err, out)
	}
	c := cost{wall: time.Since(from), cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime()}
	if u, ok := command.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.peak = u.Maxrss // KB on Linux
	}
	return c, nil
}
