// Package conformance answers: does somebody else's backend keep the policy?
//
// It asks questions whose answers a desk's policy and calendar give, and says of each answer
// which clause it departs from. [Cases] are the boundaries: one nanosecond to each side of
// every due instant, every edge of every bracket, every row of the flow and what it forbids.
// [Random] are generated histories without end. [Case.Check] compares one answer:
//
//	for c := range conformance.Cases(desk) {
//		if err := c.Check(backend(c.Ask)); err != nil {
//			fmt.Println(err) // TR-4.4c: 50 orders: want 20, got 15
//		}
//	}
//
// and [Examine] all of them, clause by clause. A [Departure] explains itself: what was asked,
// in words, what was expected and why, and what came.
//
// A backend written in any language can be asked, and all it need do is take a question and
// give an answer, each a line of JSON. What they mean, topic by topic, is in
// docs/conformance.md, the only thing such a backend goes by; examples/conform asks and
// checks from a shell.
//
// # Which clause convicts
//
// Each case looks at one thing, and its clause is that thing's: of the day that a make-up day
// is, SC-days; of what comes at the very end of a limit in time, CC-1259, and of a day, CC-203;
// of a reopened ticket's clocks, HB-3.4. Where an answer follows from others, the case says
// from which (Case.Rests): a backend that takes 15 of 50 orders draws 15 too, and departs from
// TR-4.4c once and from nothing else. Examine tells such consequences from causes.
//
// # What is asked
//
// Every clause of the policy's clocks, ladder, schemes and duties; the flow (package ticket)
// and the money log (package billing), row by row; limits by the calendar, with its holidays,
// make-up days and revisions; the lists, draws and coverage of a month's revisits; who
// revisits a complaint; what only a finished history shows, and the figures of a month
// (package audit). Households and the form are seen in these last.
package conformance

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A Topic is what a question is about.
type Topic string

const (
	Size    Topic = "size"    // how many of so many orders are revisited, how many of a sample on site
	Due     Topic = "due"     // when a limit ends
	Move    Topic = "move"    // may this row be added, and where does the ticket then stand
	Verdict Topic = "verdict" // was a clock's clause kept
	Step    Topic = "step"    // who takes over
	Firing  Topic = "firing"  // who has been told by now
	Draw    Topic = "draw"    // which orders are revisited, and in which order
	Revisit Topic = "revisit" // what must be revisited after a month, what still must be after the revisits
	Quote   Topic = "quote"   // what the work costs
	Close   Topic = "close"   // what the bank collects after a month
	Agenda  Topic = "agenda"  // what of a periodic duty is undone
	Finding Topic = "finding" // does a history depart from a clause that only the whole of it shows
	Score   Topic = "score"   // a figure of a month
)

// topics also says which field is the topic's own: its value needs no name in an error.
var topics = []struct {
	topic Topic
	zh    string
	field string
}{
	{Size, "回访数量", "n"}, {Due, "期限", "at"}, {Move, "流程", "state"}, {Verdict, "是否按时", "code"}, {Step, "升级", "code"},
	{Firing, "已触发的升级", "ids"}, {Draw, "抽样", "ids"}, {Revisit, "应回访", "ids"}, {Quote, "报价", "amount"}, {Close, "月结", "ids"},
	{Agenda, "定期事项", "ids"}, {Finding, "检查", "code"}, {Score, "月度指标", "code"},
}

// Label is the topic in Chinese, "" for an unknown one.
func (t Topic) Label() string {
	for _, i := range topics {
		if i.topic == t {
			return i.zh
		}
	}
	return ""
}

// Valid reports whether t is one of the constants.
func (t Topic) Valid() bool { return t.Label() != "" }

// A Case is a question, its answer and the clause. It travels as JSON.
type Case struct {
	Name   string   `json:"name"` // topic/group/subject, unique among the cases of one desk
	Clause rule.ID  `json:"clause"`
	Ask    Question `json:"ask"`
	Want   Answer   `json:"want,omitzero"`
	Why    Reason   `json:"why,omitzero"`
	Rests  []string `json:"rests,omitempty"` // names of earlier cases from whose answers this one follows
}

// A Reason is why an answer is what it is: what of the policy, the flow or the log says so,
// in a few words, and for what runs in time the stretches that count and those that do not.
// Who reads it is a person; nothing compares it.
type Reason struct {
	En    string          `json:"en,omitzero"`
	Zh    string          `json:"zh,omitzero"`
	Spans []calendar.Span `json:"spans,omitempty"` // up to the due instant
}

// A Question has the fields that its topic needs; docs/conformance.md says which.
type Question struct {
	Topic   Topic           `json:"topic"`
	N       int             `json:"n,omitzero"`
	History []ticket.Event  `json:"history,omitempty"`
	Money   []billing.Entry `json:"money,omitempty"`
	AsOf    time.Time       `json:"as_of,omitzero"`
	Key     string          `json:"key,omitzero"`
	IDs     []string        `json:"ids,omitempty"`
	Args    []string        `json:"args,omitempty"`
	Done    []wuye.DutyDone `json:"done,omitempty"`
}

// An Answer has the fields that the topic asks for, and the others zero.
type Answer struct {
	N      int          `json:"n,omitzero"`
	At     time.Time    `json:"at,omitzero"`
	State  ticket.State `json:"state,omitzero"`
	Code   string       `json:"code,omitzero"`
	IDs    []string     `json:"ids,omitempty"`
	Amount string       `json:"amount,omitzero"` // yuan with two places
}

// A Departure is an answer that is not the one that the clause gives. Want and Got are the
// first field that differs, as text, with its name unless it is the topic's own.
type Departure struct {
	Case      string // its name
	Clause    rule.ID
	Subject   string // the last part of the name: "50 orders"
	Ask       Question
	Want, Got string
	Why       Reason

	want, got Answer
}

// Error is "TR-4.4c: 50 orders: want 20, got 15".
func (d *Departure) Error() string {
	return fmt.Sprintf("%s: %s: want %s, got %s", d.Clause, d.Subject, d.Want, d.Got)
}

// Zh says it in Chinese, with what the clause demands and what was asked.
func (d *Departure) Zh() string {
	return fmt.Sprintf("不符合 %s（%s）：%s应为 %s，实为 %s", d.Clause, d.Clause.Zh(), d.Ask.Zh(), d.Want, d.Got)
}

// Explain is the departure in full, a line each: the clause and what it demands; the case;
// what was asked, in words; what was expected, and why; what came. In Chinese or English; the
// days and hours of a clock are in Chinese in both.
func (d *Departure) Explain(zh bool) string {
	head, asked, want, why, got := "Case", "Asked", "Want", "Why", "Got"
	demand, question, reason, colon, dot := d.Clause.En(), d.Ask.En(), d.Why.En, ": ", "."
	in := english
	if zh {
		in = chinese
		head, asked, want, why, got = "题目", "所问", "应答", "理由", "实答"
		demand, question, reason, colon, dot = d.Clause.Zh(), d.Ask.Zh(), d.Why.Zh, "：", "。"
	}
	var b strings.Builder
	line := func(name, text string) { b.WriteString("  " + name + colon + text + "\n") }
	b.WriteString(string(d.Clause) + " " + demand + dot + "\n")
	line(head, d.Case)
	line(asked, question)
	line(want, in.answer(d.want))
	if reason != "" {
		line(why, reason)
	}
	for _, s := range d.Why.Spans {
		mark := "－"
		if s.Counted {
			mark = "＋"
		}
		b.WriteString("      " + mark + " " + short(s.From) + " – " + short(s.To) + " " + s.Why + "\n")
	}
	line(got, in.answer(d.got))
	return b.String()
}

// Check is nil if got is the answer, else a *Departure that names the clause it departs
// from. Instants are compared as instants, in whatever zone; lists in their order, and one
// that is empty is none.
func (c Case) Check(got Answer) error {
	for _, f := range []struct {
		name string
		same bool
		text func(Answer) string
	}{
		{"code", c.Want.Code == got.Code, func(a Answer) string { return cmp.Or(a.Code, "none") }},
		{"state", c.Want.State == got.State, func(a Answer) string { return cmp.Or(string(a.State), "none") }},
		{"n", c.Want.N == got.N, func(a Answer) string { return strconv.Itoa(a.N) }},
		{"at", c.Want.At.Equal(got.At), func(a Answer) string { return instant(a.At) }},
		{"ids", slices.Equal(c.Want.IDs, got.IDs), func(a Answer) string { return list(a.IDs) }},
		{"amount", c.Want.Amount == got.Amount, func(a Answer) string { return cmp.Or(a.Amount, "none") }},
	} {
		if f.same {
			continue
		}
		d := &Departure{Case: c.Name, Clause: c.Clause, Ask: c.Ask, Want: f.text(c.Want), Got: f.text(got), Why: c.Why, want: c.Want, got: got}
		d.Subject = c.Name
		if parts := strings.SplitN(c.Name, "/", 3); len(parts) == 3 {
			d.Subject = parts[2]
		}
		own := f.name
		for _, t := range topics {
			if t.topic == c.Ask.Topic {
				own = t.field
			}
		}
		if f.name != own {
			d.Want, d.Got = f.name+" "+d.Want, f.name+" "+d.Got
		}
		return d
	}
	return nil
}

func instant(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return calendar.InChina(t).Format(time.RFC3339Nano)
}

// list is the ids as people read them, cut where they are many.
func list(ids []string) string {
	const most = 8
	if len(ids) > most {
		return "[" + strings.Join(ids[:most], " ") + " …] (" + strconv.Itoa(len(ids)) + ")"
	}
	return "[" + strings.Join(ids, " ") + "]"
}
