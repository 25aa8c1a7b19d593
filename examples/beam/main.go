// Command beam judges the month of many properties in one Apache Beam pipeline: what an audit
// finds, the scorecard, and the draws.
//
//	go run . -in events.jsonl -month 2026-10 -key KEY -out result.jsonl             in this process
//	go run . -in events.jsonl -month 2026-10 -key KEY -out result.jsonl -plain      the same in a plain loop
//
// Rows and results are JSON Lines; the results stand in any order. All of Beam's own flags are
// taken too, such as -runner and -endpoint: see README.md.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/examples/beam/months"
	"example.com/wuye/rule"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"

	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
)

var (
	in       = flag.String("in", "", "read rows from these `files` (a name, or a pattern)")
	out      = flag.String("out", "", "write the results to this `file`")
	month    = flag.String("month", "", "judge this `YYYY-MM`")
	asOf     = flag.String("asof", "", "judge as of this `time`, 2026-11-12T09:00:00+08:00 (default 09:00 of the 12th after the month)")
	key      = flag.String("key", "", "the `key` of the draws")
	shards   = flag.Int("shards", 8, "combine each draw in so `many` parts first")
	plain    = flag.Bool("plain", false, "no Beam: a plain loop over one file")
	policies []wuye.Policy
)

func main() {
	flag.Func("policy", "a policy in a JSON `file`: the first is every property's; a further one is that of the property that its name is", func(name string) error {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		p, err := wuye.ParsePolicy(text)
		policies = append(policies, p)
		return err
	})
	flag.Parse()
	beam.Init() // a worker that a runner has started goes no further
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		if zh := rule.Zh(err); zh != "" {
			fmt.Fprintln(os.Stderr, zh)
		}
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	if *in == "" || *out == "" || *month == "" || *key == "" {
		return errors.New("beam: -in, -out, -month and -key are needed")
	}
	m, err := calendar.ParseMonth(*month)
	if err != nil {
		return err
	}
	site := months.Site{Month: m, AsOf: m.Add(1).Day(12).Start().Add(9 * time.Hour), Key: *key}
	if *asOf != "" {
		if site.AsOf, err = time.Parse(time.RFC3339Nano, *asOf); err != nil {
			return err
		}
	}
	for i, p := range policies {
		if i == 0 {
			site.Policy, site.Own = &p, map[string]wuye.Policy{}
		} else {
			site.Own[p.Name] = p
		}
	}
	if *plain {
		return direct(site)
	}
	p, s := beam.NewPipelineWithRoot()
	textio.Write(s, *out, months.Pipeline(s, site, textio.Read(s, *in), *shards))
	return beamx.Run(ctx, p)
}

func direct(site months.Site) error {
	f, err := os.Open(*in)
	if err != nil {
		return err
	}
	defer f.Close()
	to, err := os.Create(*out)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(to)
	err = months.Direct(f, site, func(l months.Line) { fmt.Fprintln(w, l) })
	return errors.Join(err, w.Flush(), to.Close())
}
