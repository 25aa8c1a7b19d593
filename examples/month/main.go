// Command month judges a service desk's month and prints the month-end pack: what came in,
// which time limits were kept, who must take over, whom to revisit, what was charged and
// collected, and the clause of every line.
//
//	go run ./examples/month                                 an embedded month, October 2026
//	go run ./examples/month -ticket 26101503                one ticket: its rows, verdicts, days
//	go run ./examples/month -events F -money F -duties F    the same from files (JSON Lines)
//	go run ./examples/month -csv F -map F -month 2018-11    any desk's export
//	go run ./examples/month -csv F -map F -all              all its months in one
//
// Each takes -html F (also a page to open and to print), -policy F (the site's own; several
// make a dated book), -audit (all that an audit finds, not the clocks alone) and
// -reading code=option (read an ambiguous clause so, and show what that changes).
//
// A file named "-" is standard input. Bad rows are all reported to standard error, by line
// and field, and then nothing is judged: the exit status is 1 (2 for a wrong command line).
package main

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
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
		all    = flags.Bool("all", false, "judge all months of -csv in one report")
		html   = flags.String("html", "", "also write the report as a page to this `file`: one file, to open in a browser or to print")
		audits = flags.Bool("audit", false, "also list what an audit finds beyond the clocks")

		policyNames []string
		choices     []wuye.Choice
	)
	flags.Func("policy", "judge by the policy in this JSON `file`, instead of the standard one; several are a dated book", func(s string) error {
		policyNames = append(policyNames, s)
		return nil
	})
	flags.Func("reading", "read an ambiguous clause so, `code=option`, and show what that changes; repeatable", func(s string) error {
		code, option, _ := strings.Cut(s, "=")
		if _, err := wuye.Standard().WithReading(code, option); err != nil {
			return errors.New(rule.Zh(err))
		}
		if slices.ContainsFunc(choices, func(c wuye.Choice) bool { return c.Reading == code }) {
			return errors.New("同一读法给了两次")
		}
		choices = append(choices, wuye.Choice{Reading: code, Option: option})
		return nil
	})
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
	case policyNames != nil && given["site"]:
		return usage("-policy 不能与 -site 同用：名称写在规则文件的 name")
	case *all && (*table == "" || *month != ""):
		return usage("-all 只用于 -csv，且不能与 -month 同用")
	case *id != "" && (*html != "" || *all):
		return usage("-ticket 不能与 -html、-all 同用")
	case *html == "-" && *asJSON:
		return usage("-html - 不能与 -json 同用")
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
	var policies []wuye.Policy
	for _, name := range policyNames {
		f, err := open(name, file{})
		var p wuye.Policy
		if err == nil {
			p, err = wuye.ParsePolicy(clean(f.data))
		}
		if err != nil {
			fmt.Fprintln(stderr, cmp.Or(prefixed(name, rule.Zh(err)), err.Error()))
			return 1
		}
		policies = append(policies, p)
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

	j := job{key: *key, audit: *audits, choices: choices, progress: counter(stderr)}
	if zh := j.moment(*month, *asOf, *all, r); zh != "" {
		return usage(zh)
	}
	out, err := answer(&r, j, *id, policies)
	if err == nil && *html != "" {
		var page bytes.Buffer
		if err = out.(Pack).html(&page); err == nil && *html == "-" {
			_, err = stdout.Write(page.Bytes())
		} else if err == nil {
			err = os.WriteFile(*html, page.Bytes(), 0o644)
		}
	}
	if err == nil && *html != "-" {
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

// counter tells people who wait how far a long input is judged, ten times in all.
func counter(w io.Writer) func(done, total int) {
	const long = 5000
	return func(done, total int) {
		if total >= long && done > 0 && done%(total/10) == 0 {
			fmt.Fprintf(w, "已判 %d 件，共 %d 件\n", done, total)
		}
	}
}

// prefixed is s after the name of its file, if there is an s.
func prefixed(name, s string) string {
	if s == "" {
		return ""
	}
	return name + ": " + s
}

// moment sets the months and the instant that -month, -asof and -all mean for r; zh says
// what is wrong with them.
func (j *job) moment(month, asOf string, all bool, r records) (zh string) {
	var err error
	switch {
	case month != "":
		if j.first, err = calendar.ParseMonth(month); err != nil {
			return "-month 应为 2026-10 这样的月份，实为 " + month
		}
		j.last = j.first
	case all:
		j.first = calendar.DateOf(r.histories[0][0].At).Month()
		for _, h := range r.histories {
			for _, e := range h {
				m := calendar.DateOf(e.At).Month()
				if m.Compare(j.first) < 0 {
					j.first = m
				}
				if m.Compare(j.last) > 0 {
					j.last = m
				}
			}
		}
	default:
		for _, h := range r.histories {
			if m := calendar.DateOf(h[0].At).Month(); m.Compare(j.last) > 0 {
				j.last = m
			}
		}
		j.first = j.last
	}
	if asOf == "" {
		j.asOf = j.end().Add(9 * time.Hour)
		return ""
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04", "2006-01-02 15:04"} {
		if j.asOf, err = time.ParseInLocation(layout, asOf, j.begin().Location()); err == nil {
			return ""
		}
	}
	return "-asof 应为 2026-11-01T09:00 这样的时刻，实为 " + asOf
}

// answer is the pack of j, or the trace of one ticket.
func answer(r *records, j job, id string, policies []wuye.Policy) (interface{ print(io.Writer) error }, error) {
	if len(policies) > 0 && !r.foreign {
		r.source = policies[len(policies)-1].Name
	}
	desk, err := newDesk(*r, j.choices, policies...)
	if err != nil {
		return nil, err
	}
	if len(j.choices) > 0 {
		if j.without, err = newDesk(*r, nil, policies...); err != nil {
			return nil, err
		}
	}
	if id == "" {
		return build(desk, *r, j)
	}
	t, ok, err := trace(desk, *r, id, j)
	if err == nil && !ok {
		err = fmt.Errorf("没有单号%s，或当时尚未登记", quoted(id))
	}
	return t, err
}
