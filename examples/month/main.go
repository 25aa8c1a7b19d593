// Command month judges a service desk's month and prints the month-end pack: what came in,
// which time limits were kept, who must take over, whom to revisit, what was charged and
// collected, and the clause of every line.
//
//	go run ./examples/month                                 an embedded month, October 2026
//	go run ./examples/month -ticket 26101503                one ticket: its rows, verdicts, days
//	go run ./examples/month -events F -money F -duties F    the same from files (JSON Lines)
//	go run ./examples/month -csv F -map F -month 2018-11    any desk's export
//
// A file named "-" is standard input. Bad rows are all reported to standard error, by line
// and field, and then nothing is judged: the exit status is 1 (2 for a wrong command line).
package main

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
)

// The embedded month is in the format in which a backend would store it: one
// ticket.Event, billing.Entry or wuye.DutyDone a line.
var (
	//go:embed tickets.jsonl
	ticketsJSONL []byte
	//go:embed money.jsonl
	moneyJSONL []byte
	//go:embed duties.jsonl
	dutiesJSONL []byte
)

// siteName is the property of the embedded month.
const siteName = "锦绣苑"

// demoKey draws the embedded month. A site keeps its key secret until the month is over
// and publishes only the commitment before.
const demoKey = "月末抽样密钥-示例"

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("month", flag.ContinueOnError)
	flags.SetOutput(stderr)
	var (
		month  = flags.String("month", "", "judge this `YYYY-MM` (default the last month in which a ticket came in)")
		asOf   = flags.String("asof", "", "judge as of this `time`, 2026-11-01T09:00 at UTC+8 (default 09:00 of the day after the month)")
		key    = flags.String("key", demoKey, "the `key` of the draws")
		site   = flags.String("site", siteName, "the property's `name`, part of each draw's scope (of -csv: the map's source)")
		asJSON = flags.Bool("json", false, "print JSON instead of text")
		id     = flags.String("ticket", "", "print one ticket, by `ID`: rows, verdicts, firings, and the days of each breach")
		events = flags.String("events", "", "ticket events from this `file` of JSON Lines, instead of the embedded month")
		money  = flags.String("money", "", "money log from this `file` of JSON Lines (default with -events: none)")
		duties = flags.String("duties", "", "duties done from this `file` of JSON Lines (default with -events: none)")
		table  = flags.String("csv", "", "tickets from this CSV `file` (with -map)")
		layout = flags.String("map", "", "what the columns of -csv mean: a JSON `file`, see maps/README.md")
	)
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	usage := func(zh string) int {
		fmt.Fprintln(stderr, zh)
		flags.Usage()
		return 2
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	switch {
	case flags.NArg() > 0:
		return usage("多余的参数：" + flags.Arg(0))
	case (*table == "") != (*layout == ""):
		return usage("-csv 与 -map 须同时给出")
	case *table != "" && (*events != "" || *money != "" || *duties != ""):
		return usage("-csv 不能与 -events、-money、-duties 同用")
	case *table != "" && given["site"]:
		return usage("-csv 不能与 -site 同用：名称写在映射文件的 source")
	case *table != "" && given["key"]:
		return usage("-csv 不能与 -key 同用：没有派工记录，不抽样")
	}

	open := func(name string, instead file) (file, error) {
		if name == "" {
			return instead, nil
		}
		if name == "-" {
			data, err := io.ReadAll(stdin)
			return file{"-", data}, err
		}
		data, err := os.ReadFile(name)
		return file{name, data}, err
	}
	names := [3]string{*events, *money, *duties}
	files := [3]file{{"tickets.jsonl", ticketsJSONL}, {"money.jsonl", moneyJSONL}, {"duties.jsonl", dutiesJSONL}}
	if *events != "" { // their tickets, and not our money
		files = [3]file{}
	}
	if *table != "" {
		names = [3]string{*table, *layout}
	}
	for i := range files {
		var err error
		if files[i], err = open(names[i], files[i]); err != nil {
			fmt.Fprintln(stderr, err)
			return 1
		}
	}
	var r records
	var bad []badLine
	if *table != "" {
		r, bad = readExport(files[0], files[1])
	} else {
		r, bad = readDesk(*site, files[0], files[1], files[2])
	}
	if len(bad) > 0 {
		rows := map[string]bool{}
		for _, b := range bad {
			fmt.Fprintln(stderr, b)
			rows[fmt.Sprint(b.file, b.line)] = true
		}
		fmt.Fprintf(stderr, "%d 行有误，共 %d 处；未作判断\n", len(rows), len(bad))
		return 1
	}

	m, at, zh := moment(*month, *asOf, r)
	if zh != "" {
		return usage(zh)
	}
	out, err := answer(r, m, at, *key, *id)
	if err == nil {
		if *asJSON {
			var text []byte
			if text, err = json.MarshalIndent(out, "", "  "); err == nil {
				_, err = stdout.Write(append(text, '\n'))
			}
		} else {
			err = out.print(stdout)
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, cmp.Or(rule.Zh(err), err.Error()))
		return 1
	}
	return 0
}

// moment is the month that -month and -asof mean for r; zh says what is wrong with them.
func moment(month, asOf string, r records) (m calendar.Month, at time.Time, zh string) {
	var err error
	switch {
	case month != "":
		if m, err = calendar.ParseMonth(month); err != nil {
			return m, at, "-month 应为 2026-10 这样的月份，实为 " + month
		}
	default:
		for _, h := range r.histories {
			if o := calendar.DateOf(h[0].At).Month(); o.Compare(m) > 0 {
				m = o
			}
		}
	}
	if asOf == "" {
		return m, m.Add(1).Day(1).Start().Add(9 * time.Hour), ""
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04", "2006-01-02 15:04"} {
		if at, err = time.ParseInLocation(layout, asOf, m.Day(1).Start().Location()); err == nil {
			return m, at, ""
		}
	}
	return m, at, "-asof 应为 2026-11-01T09:00 这样的时刻，实为 " + asOf
}

// answer is the pack of a month, or the trace of one ticket.
func answer(r records, m calendar.Month, asOf time.Time, key, id string) (interface{ print(io.Writer) error }, error) {
	desk, err := newDesk(r)
	if err != nil {
		return nil, err
	}
	if id == "" {
		return build(desk, r, m, key, asOf)
	}
	t, ok, err := trace(desk, r, id, asOf)
	if err == nil && !ok {
		err = fmt.Errorf("没有单号%s，或当时尚未登记", quoted(id))
	}
	return t, err
}
