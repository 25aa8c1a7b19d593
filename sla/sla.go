// Package sla answers: by when, and was it in time?
package sla

import (
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

type Unit string

const (
	Minute, Hour, WorkingHour   Unit = "minute", "hour", "working_hour"
	Day, WorkingDay             Unit = "day", "working_day"
	ThatDay, NextMonth, Promise Unit = "that_day", "next_month", "promise" // Promise: Until of the starting event
	// and, for other readings: working_minute, working_day_received, working_day_hours, working_day_same, that_day_close
)

// A Limit is an amount of a unit; the unit decides how it runs (CC-201 … CC-203).
type Limit struct {
	N      int
	Unit   Unit
	Roll   bool // a last day that is a rest day moves on (reading rest-day)
	Before bool // the last day is not included (reading by-the-nth)
}

func Minutes(n int) Limit      { panic("declared, not yet written") }
func Hours(n int) Limit        { panic("declared, not yet written") }
func WorkingHours(n int) Limit { panic("declared, not yet written") }

// first day not counted, to its end
func Days(n int) Limit { panic("declared, not yet written") }

// first day not counted, to close of business
func WorkingDays(n int) Limit   { panic("declared, not yet written") }
func SameDay() Limit            { panic("declared, not yet written") }
func AsPromised() Limit         { panic("declared, not yet written") }
func ByNextMonth(day int) Limit { panic("declared, not yet written") }

func (l Limit) Due(cal calendar.Calendar, from time.Time) (Due, error) {
	panic("declared, not yet written")
}

// "2 working days"
func (l Limit) String() string { panic("declared, not yet written") }

// Due is a deadline. An instant is met at At; a day is met before At, the midnight or
// close of business that ends it.
type Due struct {
	At          time.Time
	Whole       bool // a day, not an instant
	Provisional bool // rests on a notice that is not out
	Unpublished int  // the year without a notice that it falls in; then At is zero
}

func (d Due) Met(at time.Time) bool { panic("declared, not yet written") }

// A Mark is an event that starts or stops a clock.
type Mark struct {
	Type     ticket.EventType
	Role     ticket.Role    // of By
	Channel  ticket.Channel // "visit"
	With     []string       // fields of the event that must be set: "grade", "to.id"
	Recorded bool           // its Recorded counts, not its At; of the starting row itself, if From has its type
	Anew     bool           // starts a running clock anew, never the first time
	Proof    bool           // shows that it was done by then, not when: good only if in time
}

// A Moment is when a mark of every group has come: {{a}, {b, c}} is a and (b or c).
type Moment [][]Mark

// A Clock is data.
type Clock struct {
	Clause   rule.ID
	When     []ticket.Match // any of them
	From, To Moment
	Unless   []Mark  // one of these before it is due: lapsed
	Yields   rule.ID // lapsed once that clause is met
	Again    bool    // a new numbered verdict for each From; for promises only after an answer, until then the earliest binds
	Through  bool    // a reopening does not end it
	Limit    Limit
	Warn     Limit // before due, in minutes, hours or working hours; zero: none
	Holds    bool  // a hold stops it
	Who      ticket.Role
}

type Policy struct {
	Clocks     []Clock            // several of one clause must match different tickets
	Unrecorded []ticket.EventType // what the site cannot record: missing is unseen, never a breach
}

func Standard() Policy                 { panic("declared, not yet written") }
func (p Policy) Validate() error       { panic("declared, not yet written") }
func (p Policy) Of(id rule.ID) []Clock { panic("declared, not yet written") }

// in place of those of that clause; p is untouched
func (p Policy) With(id rule.ID, c ...Clock) Policy { panic("declared, not yet written") }

type Status string

const (
	Running, Paused, Met     Status = "running", "paused", "met"
	Breached, Lapsed, Unseen Status = "breached", "lapsed", "unseen" // lapsed: no longer owed; unseen: the history does not tell
)

type Verdict struct {
	Ticket      string
	Clause      rule.ID
	Cycle       int
	Number      int // of those that come again, from 1
	Status      Status
	Start, Stop time.Time
	Due         Due
	Warn        time.Time
	Left        time.Duration // while Paused
	Wake        time.Time     // the first instant at which it changes by itself; zero: never
	Who         ticket.Role
}

// Compile checks p and lays it out for judging many tickets; p may change afterwards.
func (p Policy) Compile() (*Compiled, error) { panic("declared, not yet written") }

// A Compiled is a checked policy that judges without allocation. Safe to share.
type Compiled struct{ _ int }

// AppendVerdicts judges every clock and cycle of one ticket's history, legal or not.
func (c *Compiled) AppendVerdicts(dst []Verdict, cal calendar.Calendar, history []ticket.Event, asOf time.Time) ([]Verdict, error) {
	panic("declared, not yet written")
}

// AppendVerdicts judges every clock and cycle of one ticket's history.
func (p Policy) AppendVerdicts(dst []Verdict, cal calendar.Calendar, history []ticket.Event, asOf time.Time) ([]Verdict, error) {
	panic("declared, not yet written")
}

// Explain tiles [v.Start, v.Stop or asOf) into counted and uncounted spans: why v is so.
func (p Policy) Explain(cal calendar.Calendar, history []ticket.Event, v Verdict, asOf time.Time) ([]calendar.Span, error) {
	panic("declared, not yet written")
}
