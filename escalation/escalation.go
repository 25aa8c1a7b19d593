// Package escalation answers: who takes over?
package escalation

import (
	"time"

	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

type Cause string

const (
	Unsolved, ReworkFailed, Damage Cause = "unsolved", "rework_failed", "damage"
	Grave, Heard, HeardMajor       Cause = "grave", "heard", "heard_major"      // in a revisit: TR-4.6, VC-4.1c
	Dissatisfied, Late, Unanswered Cause = "dissatisfied", "late", "unanswered" // SP-2.7.5, WY-breach, WY-unanswered
)

type Step struct {
	From   ticket.Role
	Cause  Cause
	To     ticket.Role
	Visit  bool // To goes on site
	Report bool // only with a written report
	Clause rule.ID
}

type Ladder []Step

func Standard() Ladder                                       { panic("declared, not yet written") }
func (l Ladder) Validate() error                             { panic("declared, not yet written") }
func (l Ladder) Next(from ticket.Role, c Cause) (Step, bool) { panic("declared, not yet written") }

// Firings are those due by asOf, and when the next one comes by itself.
func (l Ladder) Firings(h []ticket.Event, v []sla.Verdict, asOf time.Time) (due []Firing, next time.Time) {
	panic("declared, not yet written")
}

// A Firing is due from At on. Key is the same whenever it is asked for: a unique index on
// it makes the host act once.
type Firing struct {
	Key, Ticket string
	Step        Step
	At          time.Time
}
