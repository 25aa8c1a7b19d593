package conformance

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"example.com/wuye/rule"
)

// A Tally is what a system's answers come to. Asked = Right + Departed + Following +
// Unanswered.
type Tally struct {
	Asked      int `json:"asked"`
	Right      int `json:"right"`
	Departed   int `json:"departed,omitzero"`
	Following  int `json:"following,omitzero"` // departed, but another departure accounts for it (Case.Rests)
	Unanswered int `json:"unanswered,omitzero"`
}

// A Report is the tally of all the cases, and of each clause that was asked for.
type Report struct {
	Tally
	Clauses    []ClauseTally
	Departures []*Departure // those counted as departed, in the order of the cases
}

// A ClauseTally is that of one clause.
type ClauseTally struct {
	Clause rule.ID
	Tally
}

// Convicted are the clauses that the answers depart from, in document order.
func (r Report) Convicted() []rule.ID {
	var ids []rule.ID
	for _, c := range r.Clauses {
		if c.Departed > 0 {
			ids = append(ids, c.Clause)
		}
	}
	return ids
}

// Examine puts every case and reports clause by clause, in document order. The answer's
// second result is false where the system gives none: such a case is unanswered, neither
// right nor a departure. A departure is a consequence, and only counted as following, where
// the answer departs also from a case that it rests on.
func Examine(cases iter.Seq[Case], answer func(Case) (Answer, bool)) Report {
	var r Report
	of := map[rule.ID]int{}
	departed := map[string]bool{}
	for c := range cases {
		i, ok := of[c.Clause]
		if !ok {
			i = len(r.Clauses)
			of[c.Clause] = i
			r.Clauses = append(r.Clauses, ClauseTally{Clause: c.Clause})
		}
		count := func(add func(*Tally)) {
			add(&r.Tally)
			add(&r.Clauses[i].Tally)
		}
		count(func(t *Tally) { t.Asked++ })
		got, ok := answer(c)
		if !ok {
			count(func(t *Tally) { t.Unanswered++ })
			continue
		}
		d, wrong := errors.AsType[*Departure](c.Check(got))
		switch {
		case !wrong:
			count(func(t *Tally) { t.Right++ })
			continue
		case slices.ContainsFunc(c.Rests, func(name string) bool { return departed[name] }):
			count(func(t *Tally) { t.Following++ })
		default:
			count(func(t *Tally) { t.Departed++ })
			r.Departures = append(r.Departures, d)
		}
		departed[c.Name] = true
	}
	place := map[rule.ID]int{}
	for i, c := range rule.Clauses() {
		place[c.ID] = i
	}
	slices.SortStableFunc(r.Clauses, func(a, b ClauseTally) int { return cmp.Compare(place[a.Clause], place[b.Clause]) })
	return r
}

// A Reply is a line of a system's answers: to which case, and what. A line without an answer,
// or with null, says that there is none.
type Reply struct {
	Name   string
	Answer Answer
	Given  bool
}

// A ReplyError says what is wrong with a line of answers.
type ReplyError struct {
	Field string // "" for the line as a whole
	Why   string
	zh    string
}

func (e *ReplyError) Error() string {
	return "conformance: " + strings.TrimPrefix(e.Field+": "+e.Why, ": ")
}

// Zh says it in Chinese.
func (e *ReplyError) Zh() string { return strings.TrimPrefix(e.Field+"："+e.zh, "：") }

// ParseReply reads one line of answers, {"name":…,"answer":{…}}, strictly: a field that is not
// asked for, a value of another type and text behind it are a *ReplyError.
func ParseReply(line []byte) (Reply, error) {
	var parts map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(line))
	if err := d.Decode(&parts); err != nil || parts == nil {
		return Reply{}, &ReplyError{Why: "not an object of JSON", zh: "不是一个 JSON 对象"}
	}
	if _, err := d.Token(); err != io.EOF {
		return Reply{}, &ReplyError{Why: "something stands behind the object", zh: "对象之后还有内容"}
	}
	var r Reply
	if err := json.Unmarshal(parts["name"], &r.Name); err != nil || r.Name == "" {
		return Reply{}, &ReplyError{Field: "name", Why: "must be the name of a case", zh: "应为题目的名称"}
	}
	answer := parts["answer"]
	delete(parts, "name")
	delete(parts, "answer")
	if unknown := first(parts); unknown != "" {
		return Reply{}, &ReplyError{Field: unknown, Why: "unknown field", zh: "未知的栏目"}
	}
	if answer == nil || string(answer) == "null" {
		return r, nil
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(answer, &fields); err != nil {
		return Reply{}, &ReplyError{Field: "answer", Why: "not an object of JSON", zh: "不是一个 JSON 对象"}
	}
	for _, f := range []struct {
		name, en, zh string
		into         any
	}{
		{"n", "must be a whole number", "应为整数", &r.Answer.N}, {"at", "must be an instant, as 2026-10-08T09:00:00+08:00", "应为时刻，如 2026-10-08T09:00:00+08:00", &r.Answer.At},
		{"state", "must be text", "应为文字", &r.Answer.State}, {"code", "must be text", "应为文字", &r.Answer.Code},
		{"ids", "must be a list of texts", "应为文字的列表", &r.Answer.IDs}, {"amount", "must be text, as \"186.50\"", "应为文字，如 \"186.50\"", &r.Answer.Amount},
	} {
		value, ok := fields[f.name]
		if delete(fields, f.name); !ok || string(value) == "null" {
			continue
		}
		if err := json.Unmarshal(value, f.into); err != nil {
			return Reply{}, &ReplyError{Field: "answer." + f.name, Why: fmt.Sprintf("%s, not %s", f.en, value), zh: fmt.Sprintf("%s，实为 %s", f.zh, value)}
		}
	}
	if unknown := first(fields); unknown != "" {
		return Reply{}, &ReplyError{Field: "answer." + unknown, Why: "unknown field", zh: "未知的栏目"}
	}
	r.Given = true
	return r, nil
}

// first is the first key in order, "" of an empty map.
func first(m map[string]json.RawMessage) string {
	found := ""
	for k := range m { // the least is kept: order does not show
		if found == "" || k < found {
			found = k
		}
	}
	return found
}
