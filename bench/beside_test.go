// Package bench measures the library beside its peers, and how its cost grows. The tool
// tools/benchdoc runs all of it and writes docs/benchmarks.md.
package bench

import (
	"runtime"
	"slices"
	"syscall"
	"testing"
	"time"
)

// pool is how many distinct inputs the small works get, in random order: more than a branch
// predictor learns.
const pool = 1 << 16

// heap is there so that garbage is collected as seldom as in a backend, whose heap is larger than
// a small benchmark's four megabytes. Nothing is written to it, so that it takes no memory.
var heap = make([]byte, 256<<20)

// A side is one way to do a work.
type side struct {
	name string
	work work
}

// A work has n operations; do does those from one to another. Where one counts as several (a
// ticket as its rows), parts says as how many, on average. A whole work can only be done at once.
type work struct {
	n     int
	parts float64
	whole bool
	do    func(from, to int)
}

// each is the work of one operation on each input. What do gives is added up, so that no
// operation is left out because nobody looks at its result.
func each[T any](b *testing.B, inputs []T, do func(*T) (int, error)) work {
	return work{n: len(inputs), do: func(from, to int) {
		sum := 0
		for i := range inputs[from:to] {
			n, err := do(&inputs[from+i])
			if err != nil {
				b.Fatal(err)
			}
			sum += n
		}
		sink = sum
	}}
}

// in counts each operation of w as so many parts.
func (w work) in(parts float64) work {
	w.parts = parts
	return w
}

var sink int

// whole is the work of n operations in one.
func whole(n int, do func()) work {
	return work{n: n, whole: true, do: func(int, int) { do() }}
}

// beside lets ours and the others do the same work in turns, so that what disturbs the machine
// disturbs them all, and reports the medians over the turns: of each side the time of an
// operation, and "×name", the ratio of ours to the other's turn next to it. A turn goes on where
// the last one ended, for about 5 ms, or does the whole.
//
// Time is what the processor spent on this process, all threads and the collection of garbage
// included: what other programs take of a shared machine does not count.
func beside(b *testing.B, ours work, others ...side) {
	var sides []*runner
	for turn := 0; b.Loop(); turn++ {
		if turn == 0 {
			for _, s := range append([]side{{"", ours}}, others...) {
				sides = append(sides, newRunner(s.name, s.work))
			}
		}
		for k := range sides { // each is the first as often as the others
			sides[(turn+k)%len(sides)].turn()
		}
	}
	runtime.KeepAlive(heap)
	b.ReportMetric(median(sides[0].took), "ns/op")
	b.ReportMetric(sides[0].mallocs, "mallocs/op")
	for _, s := range sides[1:] {
		ratios := make([]float64, len(s.took))
		for i := range ratios {
			ratios[i] = sides[0].took[i] / s.took[i]
		}
		b.ReportMetric(median(s.took), s.name+":ns/op")
		b.ReportMetric(s.mallocs, s.name+":mallocs/op")
		b.ReportMetric(median(ratios), "×"+s.name)
	}
}

type runner struct {
	name     string
	work     work
	at, step int
	long     bool      // a work whose garbage matters
	ahead    bool      // the next turn is done already
	took     []float64 // ns an operation, turn by turn
	mallocs  float64   // how often an operation asks for memory
}

// newRunner does some of the work, to learn how long a turn should be. What took ten seconds was
// the first turn.
func newRunner(name string, w work) *runner {
	if w.parts == 0 {
		w.parts = 1
	}
	r := &runner{name: name, work: w, step: w.n}
	const turn = 5 * time.Millisecond
	took, mallocs := time.Duration(0), uint64(0)
	do := func() { w.do(0, r.step) }
	if w.whole {
		took, mallocs = spent(do)
		r.long = took > turn
	} else {
		for r.step = 64; r.step < w.n && took < turn/2; r.step *= 2 {
			took, _ = spent(do)
		}
		r.step = min(r.step, w.n)
		_, mallocs = spent(do)
	}
	r.mallocs = float64(mallocs) / float64(r.step) / w.parts
	if took > 10*time.Second {
		r.took, r.ahead = []float64{r.each(took, r.step)}, true
	}
	return r
}

// each is the time of one part of n operations.
func (r *runner) each(took time.Duration, n int) float64 {
	return float64(took) / float64(n) / r.work.parts
}

// turn does the next operations. A small work is done again and again until it can be timed.
func (r *runner) turn() {
	if r.ahead {
		r.ahead = false
		return
	}
	if r.long {
		runtime.GC() // it must not pay for the garbage of the one before it
	}
	done, start := 0, processor()
	for took := time.Duration(0); took < 2*time.Millisecond; took = processor() - start {
		to := min(r.at+r.step, r.work.n)
		r.work.do(r.at, to)
		done += to - r.at
		r.at = to % r.work.n
	}
	r.took = append(r.took, r.each(processor()-start, done))
}

// spent is the processor's time, and how often memory was asked for.
func spent(do func()) (time.Duration, uint64) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := processor()
	do()
	took := processor() - start
	runtime.ReadMemStats(&after)
	return took, after.Mallocs - before.Mallocs
}

func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func median(all []float64) float64 {
	sorted := slices.Sorted(slices.Values(all))
	return (sorted[(len(sorted)-1)/2] + sorted[len(sorted)/2]) / 2
}
