package wuye_test

import (
	"errors"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// The staff of these tests.
var (
	assistant  = ticket.Actor{Role: ticket.Assistant, ID: "A01"}
	supervisor = ticket.Actor{Role: ticket.Supervisor, ID: "S01"}
	manager    = ticket.Actor{Role: ticket.Manager, ID: "M01"}
	worker     = ticket.Actor{Role: ticket.Worker, ID: "W07"}
	head       = ticket.Actor{Role: ticket.DepartmentHead, ID: "H02"}
	finance    = ticket.Actor{Role: ticket.Finance, ID: "F01"}
	bureau     = ticket.Actor{Role: ticket.Authority}
	resident   = ticket.Actor{Role: ticket.Customer}
)

var form = []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}

// at is "2026-09-21 09:05" at UTC+8.
func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, time.FixedZone("", 8*3600))
	if err != nil {
		panic(err)
	}
	return calendar.InChina(t)
}

// story numbers the rows of a ticket.
func story(id string, rows ...ticket.Event) []ticket.Event {
	rows = slices.Clone(rows)
	for i := range rows {
		rows[i].Ticket, rows[i].Seq = id, i+1
	}
	return rows
}

// slip is a routine repair of a day, finished an hour after it was reported: told at 10:00.
func slip(id, day string) []ticket.Event {
	return story(id,
		ticket.Event{Type: ticket.Registered, At: at(day + " 09:00"), By: assistant, Kind: ticket.Repair, Caller: ticket.Owner, Has: form},
		ticket.Event{Type: ticket.Triaged, At: at(day + " 09:05"), By: assistant},
		ticket.Event{Type: ticket.Dispatched, At: at(day + " 09:10"), By: assistant, To: worker},
		ticket.Event{Type: ticket.Started, At: at(day + " 09:30"), By: worker},
		ticket.Event{Type: ticket.Completed, At: at(day + " 09:50"), By: worker},
		ticket.Event{Type: ticket.Told, At: at(day + " 10:00"), By: assistant, Grade: ticket.Satisfied})
}

// special is a paid service of a day, accepted by the customer at 16:15.
func special(id, day string) []ticket.Event {
	return story(id,
		ticket.Event{Type: ticket.Registered, At: at(day + " 09:00"), By: assistant, Kind: ticket.Service, Nature: ticket.Special, Caller: ticket.Owner, Until: at(day + " 14:00"), Has: form},
		ticket.Event{Type: ticket.Triaged, At: at(day + " 09:05"), By: assistant},
		ticket.Event{Type: ticket.Dispatched, At: at(day + " 09:10"), By: assistant, To: worker},
		ticket.Event{Type: ticket.Acknowledged, At: at(day + " 09:18"), By: worker},
		ticket.Event{Type: ticket.Arrived, At: at(day + " 13:55"), By: worker},
		ticket.Event{Type: ticket.Agreed, At: at(day + " 14:10"), By: worker, Ref: "Q-" + id},
		ticket.Event{Type: ticket.Started, At: at(day + " 14:15"), By: worker, Ref: "N-" + id},
		ticket.Event{Type: ticket.Completed, At: at(day + " 16:10"), By: worker},
		ticket.Event{Type: ticket.SignedOff, At: at(day + " 16:15"), By: resident})
}

// complaint is a minor one of a day, answered by 15:30.
func complaint(id, day string) []ticket.Event {
	return story(id,
		ticket.Event{Type: ticket.Registered, At: at(day + " 09:05"), By: assistant, Kind: ticket.Complaint, Caller: ticket.Owner, Has: form},
		ticket.Event{Type: ticket.Triaged, At: at(day + " 09:10"), By: assistant},
		ticket.Event{Type: ticket.Promised, At: at(day + " 09:12"), By: assistant, Until: at(day + " 17:00")},
		ticket.Event{Type: ticket.Dispatched, At: at(day + " 09:15"), By: assistant, To: head},
		ticket.Event{Type: ticket.Informed, At: at(day + " 10:40"), By: assistant},
		ticket.Event{Type: ticket.Started, At: at(day + " 13:30"), By: head},
		ticket.Event{Type: ticket.Completed, At: at(day + " 15:00"), By: head},
		ticket.Event{Type: ticket.Told, At: at(day + " 15:30"), By: assistant, Grade: ticket.Satisfied})
}

// and is the history with more rows.
func and(history []ticket.Event, more ...ticket.Event) []ticket.Event {
	return story(history[0].Ticket, slices.Concat(history, more)...)
}

// with is the history with its registration changed.
func with(history []ticket.Event, change func(*ticket.Event)) []ticket.Event {
	history = slices.Clone(history)
	change(&history[0])
	return history
}

// fatal is what the helpers need of a test, a benchmark or a rapid check.
type fatal interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}

func records(histories ...[]ticket.Event) wuye.Records {
	return wuye.Records{Tickets: slices.Values(histories)}
}

func desk(t fatal, p ...wuye.Policy) *wuye.Desk {
	t.Helper()
	if len(p) == 0 {
		p = []wuye.Policy{wuye.Standard()}
	}
	d, err := wuye.New(calendar.China(), p...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// read is the standard policy with readings, "hours", "working-hours", and so on in pairs.
func read(t fatal, pairs ...string) wuye.Policy {
	t.Helper()
	p := wuye.Standard()
	for i := 0; i < len(pairs); i += 2 {
		var err error
		if p, err = p.WithReading(pairs[i], pairs[i+1]); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func verdict(t fatal, d *wuye.Desk, history []ticket.Event, clause, asOf string) sla.Verdict {
	t.Helper()
	j, err := d.Judge(history, at(asOf))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range j.Verdicts {
		if string(v.Clause) == clause {
			return v
		}
	}
	return sla.Verdict{}
}

func as[E error](t fatal, err error) E {
	t.Helper()
	e, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("got %T %v", err, err)
	}
	return e
}
