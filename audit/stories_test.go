package audit_test

import (
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// Who appears in the stories.
var (
	assistant  = ticket.Actor{Role: ticket.Assistant, ID: "A01"}
	supervisor = ticket.Actor{Role: ticket.Supervisor, ID: "S01"}
	manager    = ticket.Actor{Role: ticket.Manager, ID: "M01"}
	worker     = ticket.Actor{Role: ticket.Worker, ID: "W07"}
	helper     = ticket.Actor{Role: ticket.Worker, ID: "W08"}
	head       = ticket.Actor{Role: ticket.DepartmentHead, ID: "D01"}
	authority  = ticket.Actor{Role: ticket.Authority}
	customer   = ticket.Actor{Role: ticket.Customer}
)

var form = []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}

// at is an instant of 2026 at UTC+8, "09-21 09:05".
func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04 -0700", "2026-"+s+" +0800")
	if err != nil {
		panic(err)
	}
	return calendar.InChina(t)
}

// story numbers the rows of one ticket and takes each as entered when it happened.
func story(id string, rows ...ticket.Event) []ticket.Event {
	for i := range rows {
		rows[i].Ticket, rows[i].Seq = id, i+1
		if rows[i].Recorded.IsZero() {
			rows[i].Recorded = rows[i].At
		}
	}
	return rows
}

// did is a row in which somebody did something.
func did(when string, by ticket.Actor, what ticket.EventType, more ...func(*ticket.Event)) ticket.Event {
	e := ticket.Event{Type: what, At: at(when), By: by}
	for _, m := range more {
		m(&e)
	}
	return e
}

func to(a ticket.Actor) func(*ticket.Event)   { return func(e *ticket.Event) { e.To = a } }
func until(s string) func(*ticket.Event)      { return func(e *ticket.Event) { e.Until = at(s) } }
func ref(s string) func(*ticket.Event)        { return func(e *ticket.Event) { e.Ref = s } }
func why(s string) func(*ticket.Event)        { return func(e *ticket.Event) { e.Reason = s } }
func by(c ticket.Channel) func(*ticket.Event) { return func(e *ticket.Event) { e.Channel = c } }

func grade(g ticket.Grade) func(*ticket.Event) {
	return func(e *ticket.Event) { e.Grade = g }
}

func asked(e *ticket.Event) {
	e.Grade, e.Punctual, e.Attitude, e.Quality = ticket.Satisfied, ticket.Satisfied, ticket.Satisfied, ticket.Satisfied
}

func registered(when string, k ticket.Kind, more ...func(*ticket.Event)) ticket.Event {
	return did(when, assistant, ticket.Registered, append([]func(*ticket.Event){func(e *ticket.Event) {
		e.Kind, e.Caller, e.Has, e.Channel = k, ticket.Owner, form, ticket.Phone
	}}, more...)...)
}

func urgent(e *ticket.Event)  { e.Urgency = ticket.Emergency }
func special(e *ticket.Event) { e.Nature = ticket.Special }

func desk(t *testing.T, change ...func(*wuye.Policy)) *wuye.Desk {
	t.Helper()
	p := wuye.Standard()
	for _, c := range change {
		c(&p)
	}
	d, err := wuye.New(calendar.China(), p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// judge is the findings of one clause, as "level hour:minute"; all clauses if id is "".
func judge(t *testing.T, d *wuye.Desk, id rule.ID, asOf string, history []ticket.Event) []string {
	t.Helper()
	findings, err := audit.History(d, history, at(asOf))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range findings {
		switch {
		case id == "":
			got = append(got, string(f.Level)+" "+string(f.Clause)+" "+f.At.Format("01-02 15:04"))
		case f.Clause == id:
			got = append(got, string(f.Level)+" "+f.At.Format("01-02 15:04"))
		}
		if f.Zh == "" || f.Want == "" || f.Ticket != history[0].Ticket || !f.Level.Valid() {
			t.Errorf("a finding without its sentences, ticket or level: %+v", f)
		}
	}
	return got
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
}

// minorComplaint is the first walk: kept to the letter, with a chosen revisit.
func minorComplaint(revisits ...ticket.Event) []ticket.Event {
	rows := []ticket.Event{
		registered("09-21 09:05", ticket.Complaint),
		did("09-21 09:10", assistant, ticket.Triaged),
		did("09-21 09:12", assistant, ticket.Promised, until("09-21 17:00")),
		did("09-21 09:15", assistant, ticket.Dispatched, to(head)),
		did("09-21 10:40", assistant, ticket.Informed),
		did("09-21 11:00", head, ticket.Started),
		did("09-21 15:00", head, ticket.Completed),
		did("09-21 15:30", assistant, ticket.Told),
		did("09-21 15:31", customer, ticket.Rated, grade(ticket.Satisfied)),
	}
	rows = append(rows, revisits...)
	return story("C1", append(rows, did("09-22 16:00", assistant, ticket.Archived))...)
}
