// Package conformance answers: does somebody else's backend keep the policy?
//
// It asks questions whose answers a desk's policy and calendar give, and says of each answer
// which clause it departs from. [Cases] are the boundaries: one nanosecond to each side of
// every due instant, every edge of every bracket, every row of the flow and what it forbids.
// [Random] are generated histories without end. A [Case] and its parts travel as JSON, so a
// backend written in any language can be asked, and all it need do is take a question and
// give an answer. [Case.Check] compares:
//
//	for c := range conformance.Cases(desk) {
//		if err := c.Check(backend(c.Ask)); err != nil {
//			fmt.Println(err) // TR-4.4c: 50 orders: want 20, got 15
//		}
//	}
//
// The questions rest on every clause that a policy's clocks, ladder and schemes name, on the
// flow's (package ticket) and the money log's (package billing), on TR-4.3a, TR-4.7a, TR-4.8
// and WY-unreachable for revisits and on CC-201 to CC-203 for limits. Periodic duties, the
// scorecard and the findings of an audit are not asked for.
//
// # What a question means
//
// Histories are rows of package ticket, money is rows of package billing, in their JSON.
// Instants are RFC 3339 to the nanosecond. Rows entered by as_of count, and no others; for
// the lists of a month and for a close, those entered before it. Amounts are yuan with two places. A field not named here is not sent, and is not to
// be answered. Codes are those of the packages; an error is answered by its code: that of a
// refusal of package ticket or billing, "unpublished" for a year without a notice, "refused"
// for anything else. A ticket's policy is the one in force when it was opened, a month's that
// of its last day; where a question names no day it is the one that [Cases] are about. No
// question says what the policy says.
//
// size: of n orders, how many are revisited by the scheme of args[0], "routine", "cash" or
// "banked"? With args[1] "on_site": of a sample of n, how many must be on site? Answer n.
//
//	{"topic":"size","n":50,"args":["routine"]}
//	{"n":20}
//
// due: when does a limit of n of the unit args[0], begun at as_of, end by the calendar? The
// other args are "roll" (a last day that is a rest day moves on) and "before" (the last day
// is not included). Answer at, and code: "instant" (met at at itself) or "day" (met before
// at, which ends the day). Where a day must be looked at that has no notice: code
// "unpublished", and n its year.
//
//	{"topic":"due","n":1,"as_of":"2026-02-14T16:00:00+08:00","args":["working_day"]}
//	{"at":"2026-02-25T00:00:00+08:00","code":"day"}
//
// move: where does the ticket of history stand when its last row is added? Answer state; if
// a row is refused the state before it, and as code the refusal's. A row repeated as it was is
// no refusal; a row late (before the last that moved the state) moves nothing.
//
//	{"topic":"move","history":[{"ticket":"T1","seq":1,"type":"registered","at":"2026-01-05T10:00:00+08:00","by":{"role":"assistant","id":"A01"},"kind":"repair","caller":"owner","has":["name","contact","content"]},{"ticket":"T1","seq":2,"type":"archived","at":"2026-01-05T10:00:01+08:00","by":{"role":"assistant","id":"A01"}}]}
//	{"state":"open","code":"illegal_move"}
//
// verdict: how does the clock of the clause args[0] stand as of as_of? Of several verdicts
// the last counts: the latest cycle, in it the highest number. Answer code, its status
// (running, paused, met, breached, lapsed, unseen); at, its due instant (none while paused, or
// while a notice is not out); n, how many verdicts the clause has. Nothing, if it has none.
//
//	{"topic":"verdict","history":[{"ticket":"T1","seq":1,"type":"registered","at":"2026-01-05T10:00:00+08:00","by":{"role":"assistant","id":"A01"},"kind":"repair","caller":"owner","has":["name","contact","content"]}],"as_of":"2026-01-05T10:30:00.000000001+08:00","args":["WY-unanswered"]}
//	{"n":1,"at":"2026-01-05T10:30:00+08:00","code":"breached"}
//
// step: who takes over from the role args[0] for the cause args[1]? args[2], if given, is the
// tier that was asked for. Answer code, the role, and ids: "visit" if he goes on site, then
// "report" if he needs it in writing. Nothing, if nobody takes over.
//
//	{"topic":"step","args":["supervisor","unsolved"]}
//	{"code":"manager","ids":["report"]}
//
// firing: which firings of the clause args[0] are due as of as_of? The clause is the step's,
// or the clock's that fires. Answer ids, their keys in order of instant, then bytewise. A key
// is ticket/clause/cycle/tier/number as package escalation has it.
//
//	{"topic":"firing","history":[{"ticket":"T1","seq":1,"type":"registered","at":"2026-01-05T10:00:00+08:00","by":{"role":"assistant","id":"A01"},"kind":"repair","caller":"owner","has":["name","contact","content"]},{"ticket":"T1","seq":2,"type":"damaged","at":"2026-01-05T10:00:01+08:00","by":{"role":"assistant","id":"A01"}}],"as_of":"2026-01-05T10:00:01+08:00","args":["SP-2.5.4a"]}
//	{"ids":["T1/SP-2.5.4a/1/supervisor/1"]}
//
// draw: which of ids does the scheme args[0] draw with key in the scope args[1]? Answer ids,
// the sample in rank order, and n, how many of its first are on site. Ranks are SHA-256(key,
// newline, scope, newline, id), smallest first.
//
//	{"topic":"draw","key":"a key that was committed to","ids":["P0001","P0002","P0003","P0004"],"args":["routine","standard/2026-10/routine"]}
//	{"n":2,"ids":["P0001","P0003","P0004","P0002"]}
//
// revisit: which tickets of history must be revisited for the month args[1], closed at as_of,
// with key for the draws? args[0] is the list: "routine", "cash" or "banked", the samples of
// these schemes, "complaints" for the manager to visit, or "major". Rows of one ticket stand
// together. Answer ids, bytewise ascending; for a sample also n, how many must be on site.
// The scope of a draw is policy/month/list.
//
//	{"topic":"revisit","history":[{"ticket":"T7","seq":1,"type":"registered","at":"2026-08-15T09:00:00+08:00","by":{"role":"assistant","id":"A01"},"kind":"complaint","caller":"owner","has":["name","contact","content"]},{"ticket":"T7","seq":2,"type":"told","at":"2026-08-15T10:00:00+08:00","by":{"role":"assistant","id":"A01"}}],"as_of":"2026-09-20T12:00:00+08:00","key":"a key that was committed to","args":["complaints","2026-08"]}
//	{"ids":["T7"]}
//
// Or, with args[0] "coverage": of the draw of ids by the scheme args[1] with key in the scope
// args[2], who still must be revisited? The rows of history are what became of the orders:
// revisited, missed (an attempt), withdrawn. Answer ids, in rank order, and n, how many
// revisits are done.
//
//	{"topic":"revisit","history":[{"ticket":"P0002","type":"revisited","at":"2026-09-02T10:00:00+08:00","channel":"phone"}],"key":"a key that was committed to","ids":["P0001","P0002","P0003","P0004"],"args":["coverage","routine","standard/2026-10/routine"]}
//	{"n":1,"ids":["P0001","P0003","P0004"]}
//
// quote: what do lines cost on the day args[0]? Each other arg is a price and a quantity,
// with a space between. Answer amount, and ids: the amount in capital numerals.
//
//	{"topic":"quote","args":["2026-01-05","80 1","42.60 2.5"]}
//	{"ids":["壹佰捌拾陆元伍角"],"amount":"186.50"}
//
// close: what goes to the bank when the month args[0] is closed at as_of? args[1], if given,
// is when the month before was. Answer ids, the serials of the batch, ascending; amount, their
// sum; n, how many charges are new. A row of money that may not be: the refusal's code.
//
//	{"topic":"close","money":[{"serial":"N1","seq":1,"type":"quoted","at":"2026-08-10T10:00:00+08:00","recorded":"2026-08-10T10:00:00+08:00","amount":"80.00","by":{"role":"worker","id":"W07"},"ref":"Q1"},{"serial":"N1","ticket":"T1","seq":2,"type":"charged","at":"2026-08-10T10:00:00+08:00","recorded":"2026-08-10T10:00:00+08:00","amount":"80.00","payment":"bank_collection","by":{"role":"worker","id":"W07"}}],"as_of":"2026-09-01T09:00:00+08:00","args":["2026-08"]}
//	{"n":1,"ids":["N1"],"amount":"80.00"}
package conformance

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

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
)

// topics also says which field is the topic's own: its value needs no name in an error.
var topics = []struct {
	topic Topic
	zh    string
	field string
}{
	{Size, "回访数量", "n"}, {Due, "期限", "at"}, {Move, "流程", "state"}, {Verdict, "是否按时", "code"}, {Step, "升级", "code"},
	{Firing, "已触发的升级", "ids"}, {Draw, "抽样", "ids"}, {Revisit, "应回访", "ids"}, {Quote, "报价", "amount"}, {Close, "月结", "ids"},
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
}

// A Question has the fields that its topic needs; the package comment says which.
type Question struct {
	Topic   Topic           `json:"topic"`
	N       int             `json:"n,omitzero"`
	History []ticket.Event  `json:"history,omitempty"`
	Money   []billing.Entry `json:"money,omitempty"`
	AsOf    time.Time       `json:"as_of,omitzero"`
	Key     string          `json:"key,omitzero"`
	IDs     []string        `json:"ids,omitempty"`
	Args    []string        `json:"args,omitempty"`
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
	Topic     Topic
	Clause    rule.ID
	Subject   string // the last part of the name: "50 orders"
	Want, Got string
}

// Error is "TR-4.4c: 50 orders: want 20, got 15".
func (d *Departure) Error() string {
	return fmt.Sprintf("%s: %s: want %s, got %s", d.Clause, d.Subject, d.Want, d.Got)
}

// Zh says it in Chinese, with what the clause demands.
func (d *Departure) Zh() string {
	return fmt.Sprintf("不符合 %s（%s）：%s“%s”：应为 %s，实为 %s", d.Clause, d.Clause.Zh(), d.Topic.Label(), d.Subject, d.Want, d.Got)
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
		d := &Departure{Case: c.Name, Topic: c.Ask.Topic, Clause: c.Clause, Want: f.text(c.Want), Got: f.text(got)}
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
		return "[" + strings.Join(ids[:most], " ") + " … " + strconv.Itoa(len(ids)) + " in all]"
	}
	return "[" + strings.Join(ids, " ") + "]"
}
