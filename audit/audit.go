// Package audit answers: what went wrong, and how well did the month go?
package audit

import (
	"iter"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

type Level string

const Violation, Warning, Unseen Level = "violation", "warning", "unseen"

type Finding struct {
	Ticket string
	Clause rule.ID
	Level  Level
	At     time.Time
	By     ticket.Actor
	Late   time.Duration
	Zh     string
}

// History judges any history, also one our own lifecycle would refuse.
func History(d *wuye.Desk, history []ticket.Event, asOf time.Time) ([]Finding, error) {
	panic("declared, not yet written")
}

// Month judges what only the whole shows: draws, quotas, money, duties, merged tickets.
func Month(d *wuye.Desk, m calendar.Month, r wuye.Records, asOf time.Time) ([]Finding, error) {
	panic("declared, not yet written")
}

// A Figure is a share with its parts; paused is not finished, unseen is in neither part.
type Figure struct {
	Name     string
	Clause   rule.ID
	Num, Den int
	Unseen   int
	Target   string // "at least 90 %"
}

// A Score is the figures of one group.
type Score struct {
	Key     string
	Figures []Figure
}

// Scorecard groups by whatever key the caller gives (nil: all in one), in order of key.
func Scorecard(d *wuye.Desk, m calendar.Month, r wuye.Records, asOf time.Time, key func([]ticket.Event) string) ([]Score, error) {
	panic("declared, not yet written")
}

// A Split is what two desks judge differently: a ticket, or the month if Ticket is empty.
type Split struct {
	Ticket string
	A, B   []Finding
}

func Divergence(a, b *wuye.Desk, m calendar.Month, r wuye.Records, asOf time.Time) iter.Seq2[Split, error] {
	panic("declared, not yet written")
}
