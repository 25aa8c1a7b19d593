// Package calendar answers: is that day worked, and what day is it n working days later?
package calendar

import "time"

// A Date is a civil day. The zero Date is no date. Comparable, usable as a map key.
type Date struct{ n int32 }

func NewDate(y int, m time.Month, d int) (Date, error) { panic("declared, not yet written") }
func ParseDate(s string) (Date, error)                 { panic("declared, not yet written") }
func MustDate(s string) Date                           { panic("declared, not yet written") }

// at UTC+8, always
func DateOf(t time.Time) Date { panic("declared, not yet written") }

func (d Date) AddDays(n int) Date { panic("declared, not yet written") }

// days
func (d Date) Sub(e Date) int     { panic("declared, not yet written") }
func (d Date) Compare(e Date) int { panic("declared, not yet written") }

// for go-cmp
func (d Date) Equal(e Date) bool     { panic("declared, not yet written") }
func (d Date) Weekday() time.Weekday { panic("declared, not yet written") }
func (d Date) Month() Month          { panic("declared, not yet written") }

// 00:00 at UTC+8
func (d Date) Start() time.Time              { panic("declared, not yet written") }
func (d Date) String() string                { panic("declared, not yet written") }
func (d Date) MarshalText() ([]byte, error)  { panic("declared, not yet written") }
func (d *Date) UnmarshalText(b []byte) error { panic("declared, not yet written") }

type Month struct{ n int32 }

func ParseMonth(s string) (Month, error) { panic("declared, not yet written") }
func MustMonth(s string) Month           { panic("declared, not yet written") }

func (m Month) Add(n int) Month { panic("declared, not yet written") }

// clamped: Day(30) of February is its last
func (m Month) Day(n int) Date                { panic("declared, not yet written") }
func (m Month) Last() Date                    { panic("declared, not yet written") }
func (m Month) Compare(o Month) int           { panic("declared, not yet written") }
func (m Month) Equal(o Month) bool            { panic("declared, not yet written") }
func (m Month) String() string                { panic("declared, not yet written") }
func (m Month) MarshalText() ([]byte, error)  { panic("declared, not yet written") }
func (m *Month) UnmarshalText(b []byte) error { panic("declared, not yet written") }

// A Notice is what one announcement says: the State Council's for a year, a later
// revision, or a site's own closing. Days it does not name stay as they were.
type Notice struct {
	Year        int       // the year it publishes; 0 for a revision or a site's own days
	Source      string    // where it can be read, or why the site closes
	Published   Date      // zero: always known
	Off         []Stretch // days off, statutory ones marked
	Work        []Stretch // make-up days
	Provisional bool
}

type Stretch struct {
	Name      string
	From, To  Date // inclusive, as notices are written
	Statutory bool
}

// Statutory is the provisional notice for a year that has none yet: the days that the
// holiday regulation itself fixes, no shifted rest, no make-up days.
func Statutory(year int) (Notice, error) { panic("declared, not yet written") }

type Kind string

const Workday, Weekend, Holiday, MakeUp Kind = "workday", "weekend", "holiday", "makeup"

func (k Kind) Label() string { panic("declared, not yet written") }

type Day struct {
	Date        Date
	Kind        Kind
	Name        string // of the holiday
	Source      string // the notice
	Statutory   bool
	Provisional bool
}

// A Shift is one span of business hours. Close may be "24:00", or earlier than Open
// for a shift over midnight, which belongs to the day it starts on.
type Shift struct {
	Days        []time.Weekday // a make-up day has its weekday's hours if given, else Monday's
	Open, Close string         // "09:00", "12:00"
	From, Until string         // season, "05-01".."09-30"; empty: all year
}

// A Calendar is notices and hours, compiled. Safe to copy and share.
type Calendar struct{ t *table }
type table struct{}

// China is mainland China 2004-2026 as published. Until WithHours, a working day is
// all of it (CC-203: without business hours a period ends at 24:00).
func China() Calendar { panic("declared, not yet written") }

func (c Calendar) With(n ...Notice) (Calendar, error)     { panic("declared, not yet written") }
func (c Calendar) WithHours(s ...Shift) (Calendar, error) { panic("declared, not yet written") }

// only notices published by d
func (c Calendar) AsKnownOn(d Date) Calendar { panic("declared, not yet written") }

// digest of its notices and hours
func (c Calendar) ID() string { panic("declared, not yet written") }

// does [from, to] rest on a notice that is not out?
func (c Calendar) Provisional(from, to Date) bool { panic("declared, not yet written") }

func (c Calendar) Day(d Date) (Day, error)        { panic("declared, not yet written") }
func (c Calendar) IsWorkday(d Date) (bool, error) { panic("declared, not yet written") }

// the n-th working day after d; n < 0 before
func (c Calendar) AddWorkdays(d Date, n int) (Date, error) { panic("declared, not yet written") }

// in [from, to)
func (c Calendar) Workdays(from, to Date) (int, error) { panic("declared, not yet written") }
func (c Calendar) Close(d Date) (time.Time, error)     { panic("declared, not yet written") }
func (c Calendar) AddWorkingTime(t time.Time, d time.Duration) (time.Time, error) {
	panic("declared, not yet written")
}
func (c Calendar) WorkingTime(from, to time.Time) (time.Duration, error) {
	panic("declared, not yet written")
}

// tile [from, to)
func (c Calendar) Spans(from, to time.Time) ([]Span, error) { panic("declared, not yet written") }

type Span struct {
	From, To time.Time // [From, To)
	Counted  bool
	Why      string
}

type UnpublishedError struct{ Year int }

func (e *UnpublishedError) Error() string { panic("declared, not yet written") }
func (e *UnpublishedError) Zh() string    { panic("declared, not yet written") }

// InChina is the same instant at UTC+8, without a monotonic reading, so that two equal
// instants are also equal by ==. Every time.Time that this module returns went through it.
func InChina(t time.Time) time.Time { panic("declared, not yet written") }
