package conformance_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/conformance"
	"example.com/wuye/rule"
	"github.com/google/go-cmp/cmp"
)

// TestExamine: what follows from another departure is counted as that, and convicts nobody;
// what is not answered counts neither way, and accounts for nothing.
func TestExamine(t *testing.T) {
	cases := []conformance.Case{
		{Name: "a", Clause: "TR-4.4c", Want: conformance.Answer{N: 1}},
		{Name: "b", Clause: "HB-2.1d", Want: conformance.Answer{N: 1}, Rests: []string{"a"}},
		{Name: "c", Clause: "HB-2.1d", Want: conformance.Answer{N: 1}, Rests: []string{"b"}},
		{Name: "d", Clause: "HB-2.1d", Want: conformance.Answer{N: 1}},
	}
	examine := func(n map[string]int) conformance.Report {
		return conformance.Examine(slices.Values(cases), func(c conformance.Case) (conformance.Answer, bool) {
			got, ok := n[c.Name]
			return conformance.Answer{N: got}, ok
		})
	}
	for _, k := range []struct {
		why       string
		answers   map[string]int
		total     conformance.Tally
		convicted []rule.ID
	}{
		{"all right", map[string]int{"a": 1, "b": 1, "c": 1, "d": 1}, conformance.Tally{Asked: 4, Right: 4}, nil},
		{"none answered", nil, conformance.Tally{Asked: 4, Unanswered: 4}, nil},
		{"the first, and what follows", map[string]int{"a": 2, "b": 2, "c": 2, "d": 1}, conformance.Tally{Asked: 4, Right: 1, Departed: 1, Following: 2}, []rule.ID{"TR-4.4c"}},
		{"the first not answered", map[string]int{"b": 2, "c": 2}, conformance.Tally{Asked: 4, Departed: 1, Following: 1, Unanswered: 2}, []rule.ID{"HB-2.1d"}},
		{"two causes, in document order", map[string]int{"a": 2, "d": 2}, conformance.Tally{Asked: 4, Departed: 2, Unanswered: 2}, []rule.ID{"HB-2.1d", "TR-4.4c"}},
	} {
		r := examine(k.answers)
		if diff := cmp.Diff(k.total, r.Tally); diff != "" || !slices.Equal(r.Convicted(), k.convicted) || len(r.Departures) != r.Departed {
			t.Errorf("%s: convicted by %v\n%s", k.why, r.Convicted(), diff)
		}
		var sum conformance.Tally
		for i, c := range r.Clauses {
			sum.Asked, sum.Right, sum.Departed, sum.Following, sum.Unanswered = sum.Asked+c.Asked, sum.Right+c.Right, sum.Departed+c.Departed, sum.Following+c.Following, sum.Unanswered+c.Unanswered
			if want := []rule.ID{"HB-2.1d", "TR-4.4c"}[i]; c.Clause != want {
				t.Errorf("%s: clause %d is %s, not %s", k.why, i, c.Clause, want)
			}
		}
		if sum != r.Tally {
			t.Errorf("%s: the clauses come to %+v", k.why, sum)
		}
	}
}

// TestParseReply: a line is read strictly, and what is wrong with it is told by field, in both
// languages.
func TestParseReply(t *testing.T) {
	at := time.Date(2026, 10, 8, 9, 0, 0, 1, time.FixedZone("", 8*3600))
	for _, k := range []struct {
		line string
		want conformance.Reply
	}{
		{`{"name":"x","answer":{"n":20}}`, conformance.Reply{Name: "x", Answer: conformance.Answer{N: 20}, Given: true}},
		{` { "answer" : {"at":"2026-10-08T09:00:00.000000001+08:00","state":"open","code":"c","ids":["a","b"],"amount":"1.00"}, "name":"x" } `,
			conformance.Reply{Name: "x", Answer: conformance.Answer{At: at, State: "open", Code: "c", IDs: []string{"a", "b"}, Amount: "1.00"}, Given: true}},
		{`{"name":"x","answer":{}}`, conformance.Reply{Name: "x", Given: true}},
		{`{"name":"x","answer":{"n":null,"ids":null}}`, conformance.Reply{Name: "x", Given: true}},
		{`{"name":"x","answer":null}`, conformance.Reply{Name: "x"}},
		{`{"name":"x"}`, conformance.Reply{Name: "x"}},
	} {
		got, err := conformance.ParseReply([]byte(k.line))
		if diff := cmp.Diff(k.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", k.line, err, diff)
		}
	}
	for line, want := range map[string][2]string{
		``:                                {"", "不是一个 JSON 对象"},
		`null`:                            {"", "不是一个 JSON 对象"},
		`[]`:                              {"", "不是一个 JSON 对象"},
		`{"name":"x"} {}`:                 {"", "对象之后还有内容"},
		`{"answer":{"n":1}}`:              {"name", "name：应为题目的名称"},
		`{"name":1}`:                      {"name", "name：应为题目的名称"},
		`{"name":"x","want":{}}`:          {"want", "want：未知的栏目"},
		`{"name":"x","b":1,"c":1,"a":1}`:  {"a", "a：未知的栏目"}, // the first of several, whatever their order
		`{"name":"x","answer":7}`:         {"answer", "answer：不是一个 JSON 对象"},
		`{"name":"x","answer":{"m":1}}`:   {"answer.m", "answer.m：未知的栏目"},
		`{"name":"x","answer":{"n":1.5}}`: {"answer.n", "answer.n：应为整数，实为 1.5"},
		`{"name":"x","answer":{"n":"1"}}`: {"answer.n", "answer.n：应为整数，实为 \"1\""},
		`{"name":"x","answer":{"at":"8 October"}}`: {"answer.at", "answer.at：应为时刻，如 2026-10-08T09:00:00+08:00，实为 \"8 October\""},
		`{"name":"x","answer":{"ids":"a"}}`:        {"answer.ids", "answer.ids：应为文字的列表，实为 \"a\""},
		`{"name":"x","answer":{"amount":1.00}}`:    {"answer.amount", "answer.amount：应为文字，如 \"186.50\"，实为 1.00"},
	} {
		_, err := conformance.ParseReply([]byte(line))
		e, ok := errors.AsType[*conformance.ReplyError](err)
		if !ok || e.Field != want[0] || e.Zh() != want[1] || rule.Zh(err) != want[1] || !strings.HasPrefix(err.Error(), "conformance: ") {
			t.Errorf("%s: %v, %q", line, err, rule.Zh(err))
		}
	}
}

// FuzzParseReply: no line makes it panic, and what it takes comes back from JSON the same.
func FuzzParseReply(f *testing.F) {
	f.Add([]byte(`{"name":"x","answer":{"n":20,"at":"2026-10-08T09:00:00+08:00","ids":["a"]}}`))
	f.Add([]byte(`{"name":"x","answer":null}`))
	f.Add([]byte(`{"name":"x"} trailing`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := conformance.ParseReply(line)
		if err != nil {
			if _, ok := errors.AsType[*conformance.ReplyError](err); !ok || rule.Zh(err) == "" {
				t.Errorf("%q: %v", line, err)
			}
			return
		}
		if !r.Given {
			return
		}
		again, err := json.Marshal(struct {
			Name   string             `json:"name"`
			Answer conformance.Answer `json:"answer"`
		}{r.Name, r.Answer})
		if err != nil {
			return // an instant outside the years that RFC 3339 has
		}
		back, err := conformance.ParseReply(again)
		if err != nil || back.Name != r.Name || (conformance.Case{Want: r.Answer}).Check(back.Answer) != nil {
			t.Errorf("%q came back as %q: %v", line, again, err)
		}
	})
}

// TestWords: every question has words in both languages, which tell the answers' terms apart:
// no code of ours is left in the Chinese ones where it has a label.
func TestWords(t *testing.T) {
	topics := map[conformance.Topic]int{}
	for i, c := range standard().cases {
		if i%7 > 0 && c.Ask.Topic != conformance.Score && c.Ask.Topic != conformance.Size {
			continue
		}
		topics[c.Ask.Topic]++
		zh, en := c.Ask.Zh(), c.Ask.En()
		if strings.Contains(zh, "%!") || strings.Contains(en, "%!") || !strings.HasSuffix(zh, "？") || !strings.HasSuffix(en, "?") {
			t.Errorf("%s:\n%s\n%s", c.Name, zh, en)
		}
		for _, code := range []string{"assistant", "registered", "working_day", "routine", "unsolved"} {
			if strings.Contains(zh, code) && !strings.Contains(zh, "/"+code) {
				t.Errorf("%s: %s in %s", c.Name, code, zh)
			}
		}
	}
	if len(topics) != 13 {
		t.Error(topics)
	}
	for topic := range topics { // whatever is missing
		for _, args := range [][]string{nil, {"x"}, {"coverage"}, {"quota", "x"}, {"who"}} {
			q := conformance.Question{Topic: topic, Args: args}
			if zh, en := q.Zh(), q.En(); zh == "" || en == "" || strings.Contains(zh+en, "%!") {
				t.Errorf("%s %v: %q %q", topic, args, zh, en)
			}
		}
	}
	if q := (conformance.Question{Topic: "weather"}); q.En() != `no such topic: "weather"` || q.Zh() != `没有这样的题目："weather"` {
		t.Error(q.En(), q.Zh())
	}
}

// TestWhy: an answer in time says which days and hours count; they tile the time from the
// start to the due instant, or to when it was done.
func TestWhy(t *testing.T) {
	n := 0
	for _, c := range standard().cases {
		for i, s := range c.Why.Spans {
			n++
			if s.From.After(s.To) || s.Why == "" || i > 0 && !s.From.Equal(c.Why.Spans[i-1].To) {
				t.Errorf("%s: span %d %v", c.Name, i, s)
			}
		}
		if c.Ask.Topic == conformance.Due && c.Want.Code != "unpublished" && len(c.Why.Spans) == 0 {
			t.Errorf("%s: no spans", c.Name)
		}
		switch c.Ask.Topic {
		case conformance.Size, conformance.Step, conformance.Quote:
			if c.Why.En == "" || c.Why.Zh == "" {
				t.Errorf("%s: no reason", c.Name)
			}
		case conformance.Move:
			if c.Want.Code != "" && (c.Why.En == "" || c.Why.Zh == "") {
				t.Errorf("%s: no reason", c.Name)
			}
		}
	}
	if n < 3000 {
		t.Errorf("only %d spans", n)
	}
}
