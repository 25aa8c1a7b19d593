// Command conform verifies a service desk's system, written in whatever language, against the
// policy: it writes the questions, reads the system's answers, and prints the verdict clause by
// clause.
//
//	go run ./examples/conform ask > questions.jsonl
//	python3 examples/conform/backend.py < questions.jsonl > answers.jsonl
//	go run ./examples/conform check answers.jsonl
//
// The format is in docs/conformance.md; backend.py is a whole system to start from. Both
// commands take the same flags, which say by which policy is asked: check asks again what ask
// asked, and needs no questions file. The exit status is 0 where no answer departs from its
// clause, 1 where one does, 2 where nothing was judged: a wrong command line, a policy or an
// answers file that cannot be read, or no answer at all.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
	"example.com/wuye/rule"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

const usage = `conform ask   [flags] > questions.jsonl   写出题目，一行一题
conform check [flags] answers.jsonl     读入答案，逐条款判定（- 为标准输入）
`

// A test is what the flags ask for.
type test struct {
	policy   wuye.Policy
	cases    iter.Seq[conformance.Case]
	english  bool
	departed int // how many departures of a clause are shown
}

func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("conform", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	var (
		file     = flags.String("policy", "", "the policy, from this `file` of JSON (default the standard one)")
		topic    = flags.String("topic", "", "only questions of this `topic`")
		random   = flags.Int("random", 0, "`N` generated cases instead of the boundaries")
		seed     = flags.Uint64("seed", 1, "the `seed` of the generated cases")
		english  = flags.Bool("en", false, "print the verdict in English")
		show     = flags.Int("show", 2, "explain at most `N` departures of each clause")
		readings []string
	)
	flags.Func("reading", "a reading, as `CODE=OPTION`; may be given again", func(s string) error {
		readings = append(readings, s)
		return nil
	})
	command := ""
	if len(args) > 0 {
		command = args[0]
	}
	if command != "ask" && command != "check" {
		flags.Usage()
		if command == "-h" || command == "-help" || command == "--help" || command == "help" {
			return 0
		}
		return 2
	}
	if err := flags.Parse(args[1:]); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	fail := func(err error) int {
		zh := rule.Zh(err)
		if zh == "" || *english {
			zh = err.Error()
		}
		fmt.Fprintln(stderr, zh)
		return 2
	}
	t := test{policy: wuye.Standard(), english: *english, departed: *show}
	if *file != "" {
		data, err := os.ReadFile(*file)
		if err == nil {
			t.policy, err = wuye.ParsePolicy(data)
		}
		if err != nil {
			return fail(err)
		}
	}
	for _, r := range readings {
		code, option, _ := strings.Cut(r, "=")
		var err error
		if t.policy, err = t.policy.WithReading(code, option); err != nil {
			return fail(err)
		}
	}
	desk, err := wuye.New(calendar.China(), t.policy)
	if err != nil {
		return fail(err)
	}
	if *topic != "" && !conformance.Topic(*topic).Valid() {
		return fail(fmt.Errorf("没有这样的题目：-topic %s", *topic))
	}
	t.cases = asked(desk, conformance.Topic(*topic), *random, *seed)

	switch {
	case command == "ask" && flags.NArg() == 0:
		if err := t.ask(stdout); err != nil {
			return fail(err)
		}
		return 0
	case command == "check" && flags.NArg() == 1:
		in := stdin
		if name := flags.Arg(0); name != "-" {
			f, err := os.Open(name)
			if err != nil {
				return fail(err)
			}
			defer f.Close()
			in = f
		}
		return t.check(in, stdout, stderr)
	}
	flags.Usage()
	return 2
}

// asked are the cases: the boundaries, or so many generated ones; of one topic, if given.
func asked(desk *wuye.Desk, topic conformance.Topic, random int, seed uint64) iter.Seq[conformance.Case] {
	cases := conformance.Cases(desk)
	if random > 0 {
		cases = conformance.Random(desk, seed)
	}
	return func(yield func(conformance.Case) bool) {
		n := 0
		for c := range cases {
			if topic == "" || c.Ask.Topic == topic {
				if !yield(c) {
					return
				}
			}
			if n++; n == random {
				return
			}
		}
	}
}

// A line is one question as it travels: neither what is expected nor the clause.
type line struct {
	Name string               `json:"name"`
	Ask  conformance.Question `json:"ask"`
}

func (t test) ask(out io.Writer) error {
	w := bufio.NewWriter(out)
	lines := json.NewEncoder(w)
	for c := range t.cases {
		if err := lines.Encode(line{c.Name, c.Ask}); err != nil {
			return err
		}
	}
	return w.Flush()
}

// check reads all the answers, tells everything that is wrong with the file, or else judges.
func (t test) check(in io.Reader, out, stderr io.Writer) int {
	names := map[string]bool{}
	var cases []conformance.Case
	for c := range t.cases {
		names[c.Name] = true
		cases = append(cases, c)
	}
	answers, bad := read(in, names)
	for _, b := range bad {
		fmt.Fprintln(stderr, b.text(t.english))
	}
	switch {
	case bad != nil:
		fmt.Fprintln(stderr, t.either("nothing was judged", "未作判断"))
		return 2
	case len(answers) == 0:
		fmt.Fprintln(stderr, t.either("no question was answered: nothing was judged", "一题也没有回答，未作判断"))
		return 2
	}
	r := conformance.Examine(func(yield func(conformance.Case) bool) {
		for _, c := range cases {
			if !yield(c) {
				return
			}
		}
	}, func(c conformance.Case) (conformance.Answer, bool) {
		a, ok := answers[c.Name]
		return a, ok
	})
	t.print(out, r)
	if r.Departed+r.Following > 0 {
		return 1
	}
	return 0
}

// A badLine is what is wrong with one line of answers.
type badLine struct {
	line   int
	en, zh string
}

func (b badLine) text(english bool) string {
	if english {
		return fmt.Sprintf("line %d: %s", b.line, b.en)
	}
	return fmt.Sprintf("第%d行：%s", b.line, b.zh)
}

// read reads the lines of answers, strictly. Those that say that there is none are none.
func read(in io.Reader, asked map[string]bool) (map[string]conformance.Answer, []badLine) {
	answers, seen := map[string]conformance.Answer{}, map[string]int{}
	var bad []badLine
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 1<<20)
	n := 0
	for lines.Scan() {
		n++
		text := strings.TrimPrefix(lines.Text(), "\ufeff")
		if strings.TrimSpace(text) == "" {
			continue
		}
		r, err := conformance.ParseReply([]byte(text))
		switch {
		case err != nil:
			bad = append(bad, badLine{n, strings.TrimPrefix(err.Error(), "conformance: "), rule.Zh(err)})
		case !asked[r.Name]:
			bad = append(bad, badLine{n, fmt.Sprintf("%q was not asked: other flags, or another version?", r.Name), fmt.Sprintf("没有问过“%s”：是否参数或版本与出题时不同？", r.Name)})
		case seen[r.Name] > 0:
			bad = append(bad, badLine{n, fmt.Sprintf("%q was answered on line %d", r.Name, seen[r.Name]), fmt.Sprintf("“%s”在第%d行已答过", r.Name, seen[r.Name])})
		default:
			if seen[r.Name] = n; r.Given {
				answers[r.Name] = r.Answer
			}
		}
	}
	if err := lines.Err(); err != nil {
		bad = append(bad, badLine{n + 1, err.Error(), "无法读取：" + err.Error()})
	}
	return answers, bad
}
