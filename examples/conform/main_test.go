package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
	"example.com/wuye/rule"
)

var update = flag.Bool("update", false, "write the golden files")

// conform runs the command.
func conform(t *testing.T, stdin []byte, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errors bytes.Buffer
	status = run(args, bytes.NewReader(stdin), &out, &errors)
	return status, out.String(), errors.String()
}

// python answers the questions by backend.py.
func python(t *testing.T, questions string) []byte {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	c := exec.Command(path, "backend.py")
	c.Stdin, c.Stderr = strings.NewReader(questions), os.Stderr
	answers, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

// TestPython: a system that is not Go, with nothing but its standard library, passes for the
// clauses it implements; what it does not answer is counted as that. Then it is broken, one
// line at a time, and convicted by the right clause.
func TestPython(t *testing.T) {
	if runtime.GOOS == "js" {
		t.Skip("WebAssembly starts no process")
	}
	status, questions, stderr := conform(t, nil, "ask")
	if status != 0 || stderr != "" {
		t.Fatal(status, stderr)
	}
	answers := python(t, questions)
	status, verdict, stderr := conform(t, answers, "check", "-")
	if status != 0 || stderr != "" || !strings.Contains(verdict, "所答各题全部符合") {
		t.Errorf("status %d\n%s%s", status, verdict, stderr)
	}
	asked, answered := strings.Count(questions, "\n"), bytes.Count(answers, []byte("\n"))
	if answered < 500 || answered == asked {
		t.Errorf("%d of %d answered", answered, asked)
	}
	topics := map[conformance.Topic]bool{}
	for line := range strings.Lines(questions) {
		var l struct{ Ask conformance.Question }
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		topics[l.Ask.Topic] = true
	}
	if len(topics) != 13 {
		t.Error(topics)
	}

	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		t.Fatal(err)
	}
	cases, names := slices.Collect(conformance.Cases(desk)), map[string]bool{}
	for _, c := range cases {
		names[c.Name] = true
	}
	source, err := os.ReadFile("backend.py")
	if err != nil {
		t.Fatal(err)
	}
	for _, broken := range []struct {
		from, to  string
		convicted rule.ID
	}{
		{"if n <= 20:", "if n < 20:", "TR-4.4a"},
		{"(30 * n + 99) // 100", "30 * n // 100", "TR-4.4b"},
		{"return (sample + 1) // 2", "return sample // 2", "TR-4.4d"},
		{"day in MADE_UP or day.weekday() < 5 and day not in OFF", "day.weekday() < 5", "SC-days"},
		{`[("supervisor", ["visit"]), ("manager", [])]`, `[("manager", [])]`, "VC-1.3a"},
		{"ROUND_HALF_UP)  # each", "'ROUND_HALF_EVEN')  # each", "SP-2.4.2d"},
	} {
		if !strings.Contains(string(source), broken.from) {
			t.Errorf("backend.py has no %q", broken.from)
			continue
		}
		file := filepath.Join(t.TempDir(), "backend.py")
		if err := os.WriteFile(file, []byte(strings.Replace(string(source), broken.from, broken.to, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		c := exec.Command("python3", file)
		c.Stdin = strings.NewReader(questions)
		wrong, err := c.Output()
		if err != nil {
			t.Fatal(err)
		}
		given, bad := read(bytes.NewReader(wrong), names)
		r := conformance.Examine(slices.Values(cases), func(c conformance.Case) (conformance.Answer, bool) {
			a, ok := given[c.Name]
			return a, ok
		})
		if got := r.Convicted(); bad != nil || !slices.Equal(got, []rule.ID{broken.convicted}) {
			t.Errorf("%s: convicted by %v; %v", broken.to, got, bad)
		}
	}
}

// TestVerdict is the verdict as it is printed, in both languages, on a system with a mistake
// of each sort. No line is wider than the terminal. How many cases there are, and which clauses
// of them were not answered, is left out of the golden files: they grow with the policy.
func TestVerdict(t *testing.T) {
	answers := strings.Join([]string{
		`{"name":"size/routine/50 orders","answer":{"n":15}}`,
		`{"name":"size/routine/21 orders","answer":{"n":7}}`,
		`{"name":"draw/routine/50 orders","answer":{"n":8,"ids":["P0001"]}}`,
		`{"name":"due/1 working day/day before a make-up day, 2026-01-03 16:00","answer":{"at":"2026-01-06T00:00:00+08:00","code":"day"}}`,
		`{"name":"move/lacking/started without agreed","answer":{"state":"in_work"}}`,
		`{"name":"verdict/QI-3.7a/held for 49 hours, 1 ns before due","answer":{"n":1,"at":"2026-01-07T00:00:00+08:00","code":"breached"}}`,
		`{"name":"firing/SP-2.5.3/disputed three times","answer":{"ids":["T1/SP-2.5.3/1/supervisor/1","T1/SP-2.5.3/1/supervisor/2"]}}`,
		`{"name":"revisit/who/a complaint settled with a word by the manager","answer":{"code":"manager"}}`,
		`{"name":"close/bank/failed, switched, received","answer":{"n":1,"ids":["N12"],"amount":"80.00"}}`,
		`{"name":"agenda/VC-1.8 of the assistant/nothing done","answer":{}}`,
		`{"name":"score/HB-2.1b/a month of every sort","answer":{"code":"4/7"}}`,
		`{"name":"finding/VC-1.3b/to the manager, by word of mouth","answer":null}`,
		``,
	}, "\n")
	for _, lang := range []struct {
		file string
		args []string
	}{{"verdict.txt", nil}, {"verdict.en.txt", []string{"-en"}}} {
		status, verdict, stderr := conform(t, []byte(answers), append(append([]string{"check"}, lang.args...), "-")...)
		if status != 1 || stderr != "" {
			t.Errorf("status %d: %s", status, stderr)
		}
		for line := range strings.Lines(verdict) {
			if n := columnsOf(strings.TrimSuffix(line, "\n")); n > width {
				t.Errorf("%d columns: %s", n, line)
			}
		}
		for _, volatile := range []struct{ text, instead string }{
			{`(?m)^(全未回答|Not answered).*\n(  .*\n)*\n`, ""},
			{`\d+(题| asked)`, "#$1"}, {`(未答)\d+|\d+( blank)`, "$1#$2"},
			{`(?m)^(.. *\S+ +)\d+( +\d+ +\d+ +\d+ +)\d+(  )`, "$1#$2#$3"},
		} {
			verdict = regexp.MustCompile(volatile.text).ReplaceAllString(verdict, volatile.instead)
		}
		golden := filepath.Join("testdata", lang.file)
		if *update {
			if err := os.WriteFile(golden, []byte(verdict), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if string(want) != verdict {
			t.Errorf("not %s:\n%s", golden, verdict)
		}
	}
}

// TestFlags: the same flags ask and check; other readings, other questions; what cannot be
// judged is told, by line, and nothing is.
func TestFlags(t *testing.T) {
	answer := func(names ...string) []byte {
		var out strings.Builder
		for _, n := range names {
			out.WriteString(`{"name":"` + n + `","answer":{"n":6}}` + "\n")
		}
		return []byte(out.String())
	}
	policy, err := json.Marshal(func() wuye.Policy {
		p := wuye.Standard()
		p.Name, p.Routine.Brackets[0].Take = "锦绣苑", 6
		return p
	}())
	if err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(own, policy, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args   []string
		stdin  []byte
		status int
		says   string // in stdout or stderr
	}{
		{[]string{"check", "-topic", "size", "-en", "-"}, answer("size/routine/20 orders"), 1, "Departs from TR-4.4a"},
		{[]string{"check", "-reading", "bracket-edges=upper", "-"}, answer("size/routine/20 orders"), 0, "所答各题全部符合"},
		{[]string{"check", "-policy", own, "-"}, answer("size/routine/20 orders"), 0, "规则 锦绣苑"},
		{[]string{"ask", "-topic", "score"}, nil, 0, `"topic":"score"`},
		{[]string{"ask", "-random", "30", "-seed", "7"}, nil, 0, `"name":"move/history 1/where it stands"`},
		{[]string{"check", "-random", "3", "-"}, nil, 2, "一题也没有回答"},
		{[]string{"check", "-random", "3", "-en", "-"}, []byte(`{"name":"move/history 1/where it stands"}`), 2, "no question was answered"},
		{[]string{"check", "-random", "3", "-"}, []byte("\n{\"name\":\"size/x\",\"answer\":{}}\nnot JSON\n"), 2, "第2行：没有问过“size/x”：是否参数或版本与出题时不同？\n第3行：不是一个 JSON 对象\n未作判断\n"},
		{[]string{"check", "-random", "3", "-"}, answer("move/history 1/where it stands", "move/history 1/where it stands"), 2, "第2行：“move/history 1/where it stands”在第1行已答过"},
		{[]string{"check", "-random", "3", "-en", "-"}, []byte(`{"name":"move/history 1/where it stands","answer":{"n":"5"}}`), 2, `line 1: answer.n: must be a whole number, not "5"`},
		{[]string{"check", "-random", "3", "no such file"}, nil, 2, "no such file"},
		{[]string{"check", "-reading", "weather=fine", "-"}, nil, 2, "weather"},
		{[]string{"ask", "-topic", "weather"}, nil, 2, "weather"},
		{[]string{"ask", "-policy", "no such file"}, nil, 2, "no such file"},
		{[]string{"ask", "answers.jsonl"}, nil, 2, "conform check"},
		{[]string{"check"}, nil, 2, "conform check"},
		{[]string{"weigh"}, nil, 2, "conform check"},
		{nil, nil, 2, "conform check"},
		{[]string{"help"}, nil, 0, "conform check"},
		{[]string{"ask", "-h"}, nil, 0, "conform check"},
	} {
		status, stdout, stderr := conform(t, c.stdin, c.args...)
		if all := stdout + stderr; status != c.status || !strings.Contains(all, c.says) {
			t.Errorf("%q: status %d, not %d, or not %q:\n%.2000s", c.args, status, c.status, c.says, all)
		}
	}
}

// TestWrap: lines break at spaces and between Chinese characters, not before closing marks.
func TestWrap(t *testing.T) {
	for _, s := range []string{"", "short", strings.Repeat("word ", 50), strings.Repeat("期限", 60), strings.Repeat("字", 47) + "ab。" + strings.Repeat("，", 3), strings.Repeat("x", 200)} {
		got := wrap(s, "  ")
		for i, line := range strings.Split(got, "\n") {
			if columnsOf(line) > width && strings.Contains(strings.TrimSpace(line), " ") {
				t.Errorf("%q is too wide", line)
			}
			if text := strings.TrimSpace(line); i > 0 && strings.HasPrefix(text, "。") {
				t.Errorf("%q begins with a closing mark", line)
			}
		}
		if strings.NewReplacer("\n  ", "", " ", "").Replace(got) != strings.ReplaceAll(s, " ", "") {
			t.Errorf("%q became %q", s, got)
		}
	}
}
