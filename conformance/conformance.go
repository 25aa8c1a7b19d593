// Package conformance asks somebody else's backend questions whose answers are known.
package conformance

import (
	"iter"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

type Topic string

const (
	Size, Due, Move, Verdict Topic = "size", "due", "move", "verdict"
	Step, Firing, Draw       Topic = "step", "firing", "draw"
	Revisit, Quote, Close    Topic = "revisit", "quote", "close"
)

// A Case is a question, its answer and the clause. It travels as JSON.
type Case struct {
	Name   string
	Clause rule.ID
	Ask    Question
	Want   Answer
}
type Question struct {
	Topic   Topic
	N       int
	History []ticket.Event
	Money   []billing.Entry
	AsOf    time.Time
	Key     string
	IDs     []string
	Args    []string
}
type Answer struct {
	N      int
	At     time.Time
	State  ticket.State
	Code   string
	IDs    []string
	Amount string
}

// Cases are the boundaries of the desk's policy, in a fixed order.
func Cases(d *wuye.Desk) iter.Seq[Case] { panic("declared, not yet written") }

// Random are generated histories without end; the same seed gives the same.
func Random(d *wuye.Desk, seed uint64) iter.Seq[Case] { panic("declared, not yet written") }

// Check is nil or names the clause that the answer departs from.
func (c Case) Check(got Answer) error { panic("declared, not yet written") }
