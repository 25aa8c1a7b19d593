package sla

import (
	"fmt"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// Status is what has become of a clock.
type Status string

const (
	Running  Status = "running"
	Paused   Status = "paused"   // stands still in a hold
	Met      Status = "met"      // in time
	Breached Status = "breached" // late, whether or not it was done since
	Lapsed   Status = "lapsed"   // no longer owed
	Unseen   Status = "unseen"   // the history does not tell
)

// Label is the status in Chinese, "" for an unknown one.
func (s Status) Label() string {
	switch s {
	case Running:
		return "计时中"
	case Paused:
		return "暂停"
	case Met:
		return "按时"
	case Breached:
		return "超时"
	case Lapsed:
		return "免除"
	case Unseen:
		return "不明"
	}
	return ""
}

// Valid reports whether s is one of the constants.
func (s Status) Valid() bool { return s.Label() != "" }

// A Verdict is what one clock says of one ticket at one moment.
type Verdict struct {
	Ticket string        `json:"ticket,omitzero"`
	Clause rule.ID       `json:"clause,omitzero"`
	Cycle  int           `json:"cycle,omitzero"`  // of its start: 1, and one more with each Reopened
	Number int           `json:"number,omitzero"` // of those that come again in a cycle, from 1
	Status Status        `json:"status,omitzero"`
	From   int           `json:"from,omitzero"`  // Seq of the row that started it, or completed its From; zero: contact is not known
	Anew   int           `json:"anew,omitzero"`  // Seq of the row from which it runs, if that is another
	Start  time.Time     `json:"start,omitzero"` // At of the row from which it runs
	Stop   time.Time     `json:"stop,omitzero"`  // done (late too), or lapsed
	Due    Due           `json:"due,omitzero"`   // zero while Paused, but for Unpublished
	Warn   time.Time     `json:"warn,omitzero"`  // zero: none
	Left   time.Duration `json:"left,omitzero"`  // while Paused; of a limit in days, days × 24 h; zero if a year without a notice is on the way
	Wake   time.Time     `json:"wake,omitzero"`  // the first instant at which it changes by itself; zero: never
	Who    ticket.Role   `json:"who,omitzero"`
}

// Late is by how much a breached clock was late: when it was done, or by asOf if it was not.
// It is 0 for one that is not breached.
func (v Verdict) Late(asOf time.Time) time.Duration {
	if v.Status != Breached {
		return 0
	}
	if !v.Stop.IsZero() {
		asOf = v.Stop
	}
	return asOf.Sub(v.Due.At)
}

// A HistoryError says why a history cannot be judged at all: it is not the record that a
// service must leave.
type HistoryError struct {
	Ticket string
	Seq    int // of the row; 0: the history as a whole
	Why    string
	Clause rule.ID // HB-2.1a
	zh     string
}

func badHistory(id string, seq int, why, zh string) error {
	return &HistoryError{id, seq, why, "HB-2.1a", zh}
}

func (e *HistoryError) Error() string {
	return fmt.Sprintf("sla: ticket %.64q row %d: %s (%s)", e.Ticket, e.Seq, e.Why, e.Clause)
}

// Zh says it in Chinese.
func (e *HistoryError) Zh() string {
	if e.Seq == 0 {
		return e.zh
	}
	return fmt.Sprintf("单%.64s第%d行：%s", e.Ticket, e.Seq, e.zh)
}

// AppendVerdicts judges every clock and cycle of one ticket's history as of an instant, and
// appends the verdicts to dst by cycle, then in the order of the policy. Any history will
// do, also one that the flow refuses: a row counts for what it says. Only rows recorded by
// asOf count (ticket.KnownBy); a row whose Seq came before is a repetition.
//
// The error is a *HistoryError for a history that cannot be judged: no row, rows of several
// tickets, rows out of order, an unknown type; dst is then returned as it came. A clock that
// reaches a year without a notice is no error: its verdict runs on with Due.Unpublished. That
// is 10000 where no date can say the due.
func (c *Compiled) AppendVerdicts(dst []Verdict, cal calendar.Calendar, history []ticket.Event, asOf time.Time) ([]Verdict, error) {
	if c.plans != nil {
		j := plainJudge{Compiled: c, cal: cal, dst: dst}
		if j.read(history, asOf) {
			j.judge()
			return j.dst, nil
		}
	}
	return c.general(dst, cal, history, asOf)
}

// general is AppendVerdicts for any history.
func (c *Compiled) general(dst []Verdict, cal calendar.Calendar, history []ticket.Event, asOf time.Time) ([]Verdict, error) {
	j := judge{Compiled: c, cal: cal, dst: dst}
	if err := j.read(history, asOf); err != nil {
		return dst, err
	}
	j.judge()
	return j.dst, nil
}

// AppendVerdicts is Compile and the Compiled's AppendVerdicts: for one history. Judging many, compile once.
func (p Policy) AppendVerdicts(dst []Verdict, cal calendar.Calendar, history []ticket.Event, asOf time.Time) ([]Verdict, error) {
	c, err := p.Compile()
	if err != nil {
		return dst, err
	}
	return c.AppendVerdicts(dst, cal, history, asOf)
}
