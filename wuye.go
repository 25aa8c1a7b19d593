// Package wuye joins the rules into one desk.
package wuye

import (
	"iter"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Policy is plain data: change a field, write it as JSON, keep one for each property.
type Policy struct {
	Name         string
	From         calendar.Date // judges tickets opened from here on
	SLA          sla.Policy
	Ladder       escalation.Ladder
	Routine      sampling.Scheme // of the month's dispatch slips
	Cash, Banked sampling.Scheme // of special services, by means of payment
	Duties       []Duty
	Households   int                 // base of the complaint rate; 0: not known, then no rate
	Form         []ticket.Particular // that the site's form has
	Off          []Off               // clauses that the site does not keep
	Choices      []Choice            // readings not at their default
}

// A Choice is a reading and the option taken.
type Choice struct{ Reading, Option string }

type Off struct {
	Clause rule.ID
	Reason string
}

type Duty struct {
	Clause rule.ID
	Who    ticket.Role
	Every  string // "day", "week", "month", "quarter", "year"
	Times  int
	Day    int // of the following month; 0: by the period's end
}

// a fresh one each call
func Standard() Policy                        { panic("declared, not yet written") }
func ParsePolicy(json []byte) (Policy, error) { panic("declared, not yet written") }
func (p Policy) Validate() error              { panic("declared, not yet written") }
func (p Policy) Lint() []Lint                 { panic("declared, not yet written") }

type Lint struct{ Code, Path, Zh string }

// A Reading is an ambiguity of the documents that a site may settle for itself.
type Reading struct {
	Code, Zh, En string // the question
	Clauses      []rule.ID
	Options      []Option // the default first
}
type Option struct{ Code, Zh, En string }

func Readings() []Reading                                        { panic("declared, not yet written") }
func (p Policy) WithReading(code, option string) (Policy, error) { panic("declared, not yet written") }

// A Desk is a calendar and a dated book of policies, checked once. Safe to share.
type Desk struct{ policies []Policy }

func New(cal calendar.Calendar, p ...Policy) (*Desk, error) { panic("declared, not yet written") }
func (d *Desk) Calendar() calendar.Calendar                 { panic("declared, not yet written") }

// in force then
func (d *Desk) Policy(opened time.Time) (Policy, error) { panic("declared, not yet written") }

// A Judgment is all that the rules say about one ticket at one moment.
type Judgment struct {
	Ticket           ticket.Ticket
	Policy, Calendar string // which ones judged
	Verdicts         []sla.Verdict
	Firings          []escalation.Firing
	Wake             time.Time // judge again then; zero: only after an event
}

func (d *Desk) Judge(history []ticket.Event, asOf time.Time) (Judgment, error) {
	panic("declared, not yet written")
}

// Records are what the desk wrote down.
type Records struct {
	Tickets iter.Seq[[]ticket.Event] // one history at a time
	Money   []billing.Entry
	Done    []DutyDone
}

// DutyDone records that a periodic duty was carried out.
type DutyDone struct {
	Clause rule.ID
	At     time.Time
	By     ticket.Actor
	Ref    string // the household visited, the records checked
}

// An Item of the agenda: somebody owes something by then, and this clause says so.
type Item struct {
	Clause rule.ID
	Ticket string // empty: a duty of the desk
	Who    ticket.Actor
	Due    sla.Due
	Late   bool
	Zh     string
}

func (d *Desk) Agenda(r Records, asOf time.Time) ([]Item, error) { panic("declared, not yet written") }

type MonthEnd struct {
	Month             calendar.Month
	Routine           sampling.Draw
	Cash, Banked      sampling.Draw
	Sampled           time.Time // At of the Sampled rows that the host writes from the draws
	Complaints, Major []string  // revisited every one
	Money             billing.Statement
}

// MonthEnd uses only rows recorded before asOf, so the same arguments give the same bytes.
func (d *Desk) MonthEnd(m calendar.Month, r Records, key string, asOf time.Time) (MonthEnd, error) {
	panic("declared, not yet written")
}

// AppendVerdicts judges the clocks of any history, also one that Judge refuses, by the
// policy in force when the ticket was opened.
func (d *Desk) AppendVerdicts(dst []sla.Verdict, history []ticket.Event, asOf time.Time) ([]sla.Verdict, error) {
	panic("declared, not yet written")
}
