package audit_test

import (
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
	"pgregory.net/rapid"
)

// A life is a ticket that keeps every clause. The minutes are from contact, at 09:00 of a
// working day whose next day is worked too; a smaller percent makes each day's work quicker.
type life struct {
	day     calendar.Date
	percent int
	rows    []ticket.Event
}

func (l *life) at(minute int) time.Time {
	return l.day.AddDays(minute / nextDay).Start().Add(9*time.Hour + time.Duration(minute%nextDay*l.percent)*time.Minute/100)
}

func (l *life) did(minute int, by ticket.Actor, what ticket.EventType, more ...func(*ticket.Event)) {
	e := ticket.Event{Type: what, At: l.at(minute), By: by}
	for _, m := range more {
		m(&e)
	}
	l.rows = append(l.rows, e)
}

// by is until that minute.
func (l *life) until(minute int) func(*ticket.Event) {
	return func(e *ticket.Event) { e.Until = l.at(minute) }
}

func (l *life) registered(k ticket.Kind, more ...func(*ticket.Event)) {
	l.did(0, assistant, ticket.Registered, append([]func(*ticket.Event){func(e *ticket.Event) {
		e.Kind, e.Caller, e.Has, e.Channel = k, ticket.Owner, form, ticket.Phone
	}}, more...)...)
	l.did(4, assistant, ticket.Triaged)
}

const nextDay = 24 * 60

// lives are the ways through the desk, each by the documents.
var lives = map[string]func(l *life){
	"complaint": func(l *life) {
		l.registered(ticket.Complaint)
		l.grievance(0)
	},
	"reopened": func(l *life) {
		l.registered(ticket.Complaint)
		l.grievance(0)
		l.did(2*nextDay, customer, ticket.Reopened)
		l.grievance(2 * nextDay)
	},
	"grave": func(l *life) {
		l.registered(ticket.Complaint, important)
		l.did(8, assistant, ticket.Escalated, to(supervisor))
		l.did(20, supervisor, ticket.Promised, l.until(nextDay+480))
		l.did(30, assistant, ticket.Informed)
		l.did(50, supervisor, ticket.Arrived)
		l.did(60, supervisor, ticket.Reported, ref("B1"))
		l.did(65, supervisor, ticket.Escalated, to(manager))
		l.did(70, manager, ticket.Dispatched, to(head))
		l.did(80, head, ticket.Started)
		l.did(nextDay+100, assistant, ticket.Informed)
		l.did(nextDay+200, head, ticket.Completed)
		l.did(nextDay+230, assistant, ticket.Told, grade(ticket.Satisfied))
		l.did(nextDay+400, manager, ticket.Revisited, by(ticket.Visit), grade(ticket.Satisfied), l.until(nextDay+410))
		l.did(nextDay+450, assistant, ticket.Archived)
	},
	"noise": func(l *life) {
		l.registered(ticket.Complaint)
		l.did(10, assistant, ticket.Promised, l.until(480))
		l.did(15, assistant, ticket.ReferredOut, to(authority))
		l.did(60, assistant, ticket.Informed)
		l.did(200, authority, ticket.Replied)
		l.did(230, assistant, ticket.Told, grade(ticket.Fair))
		l.did(260, assistant, ticket.Revisited, by(ticket.Phone))
		l.did(300, assistant, ticket.Archived)
	},
	"inquiry": func(l *life) {
		l.registered(ticket.Inquiry)
		l.did(10, assistant, ticket.Told, grade(ticket.Satisfied))
		l.did(20, assistant, ticket.Archived)
	},
	"repair": func(l *life) {
		l.registered(ticket.Repair)
		l.did(20, assistant, ticket.Dispatched, to(worker))
		l.did(60, worker, ticket.Started)
		l.did(120, worker, ticket.Completed)
		l.did(150, assistant, ticket.Told, grade(ticket.Satisfied))
		l.did(200, assistant, ticket.Archived)
	},
	"rework": func(l *life) {
		l.registered(ticket.Repair)
		l.did(20, assistant, ticket.Dispatched, to(worker))
		l.did(60, worker, ticket.Started)
		l.did(120, worker, ticket.Completed)
		l.did(130, customer, ticket.Disputed)
		l.did(240, worker, ticket.Completed)
		l.did(250, customer, ticket.SignedOff, grade(ticket.Fair))
		l.did(300, assistant, ticket.Archived)
	},
	"emergency": func(l *life) {
		l.registered(ticket.Repair, urgent)
		l.did(4, assistant, ticket.PlanStarted)
		l.did(5, assistant, ticket.Dispatched, to(worker))
		l.did(6, worker, ticket.Acknowledged)
		l.did(12, worker, ticket.Arrived)
		l.did(13, worker, ticket.Started)
		l.did(60, worker, ticket.Completed)
		l.did(90, assistant, ticket.Told, grade(ticket.Satisfied))
		l.did(200, assistant, ticket.Revisited, by(ticket.Phone), asked)
		l.did(260, assistant, ticket.Archived)
	},
	"service": func(l *life) {
		l.registered(ticket.Service, special, l.until(300))
		l.did(5, assistant, ticket.Dispatched, to(worker))
		l.did(7, worker, ticket.Acknowledged)
		l.did(295, worker, ticket.Arrived)
		l.did(296, worker, ticket.Inspected)
		l.did(298, worker, ticket.Agreed, ref("Q1"))
		l.did(300, worker, ticket.Started, ref("R1"))
		l.did(360, worker, ticket.Completed)
		l.did(370, customer, ticket.SignedOff, grade(ticket.Satisfied))
		l.did(380, assistant, ticket.WrittenOff)
		l.did(nextDay, assistant, ticket.Revisited, by(ticket.Phone), asked)
		l.did(nextDay+10, assistant, ticket.Archived)
	},
	"supplied": func(l *life) { // a special service that draws at the store, and is done again
		l.registered(ticket.Service, special, l.until(300))
		l.did(5, assistant, ticket.Dispatched, to(worker))
		l.did(7, worker, ticket.Acknowledged)
		l.did(295, worker, ticket.Arrived)
		l.did(296, worker, ticket.Inspected)
		l.did(298, worker, ticket.Agreed, ref("Q1"))
		l.did(300, worker, ticket.Started, ref("R1"))
		l.did(310, worker, ticket.Issued)
		l.did(360, worker, ticket.Completed)
		l.did(362, customer, ticket.Disputed)
		l.did(368, worker, ticket.Completed)
		l.did(370, customer, ticket.SignedOff, grade(ticket.Satisfied))
		l.did(380, assistant, ticket.WrittenOff)
		l.did(385, worker, ticket.GivenBack)
		l.did(nextDay, assistant, ticket.Revisited, by(ticket.Phone), asked)
		l.did(nextDay+10, assistant, ticket.Archived)
	},
	"point": func(l *life) { // raised in a revisit of R9, and answered the next day as promised
		l.registered(ticket.Inquiry, ref("R9"))
		l.did(10, assistant, ticket.Promised, l.until(nextDay+60))
		l.did(20, assistant, ticket.Dispatched, to(head))
		l.did(60, head, ticket.Started)
		l.did(nextDay+10, head, ticket.Completed)
		l.did(nextDay+30, assistant, ticket.Told, grade(ticket.Satisfied))
		l.did(nextDay+40, assistant, ticket.Archived)
	},
	"inbound": func(l *life) { // transferred in, and answered to both
		l.registered(ticket.Inquiry, by(ticket.Inbound), ref("12345-1"))
		l.did(7, assistant, ticket.Promised, l.until(60))
		l.did(10, assistant, ticket.Told, grade(ticket.Satisfied))
		l.did(15, assistant, ticket.Told, to(authority))
		l.did(20, assistant, ticket.Archived)
	},
	"suggestion": func(l *life) {
		l.registered(ticket.Suggestion)
		l.did(10, assistant, ticket.Escalated, to(manager))
		l.did(60, assistant, ticket.Dispatched, to(head))
		l.did(70, head, ticket.Started)
		l.did(300, head, ticket.Completed)
		l.did(330, assistant, ticket.Told, grade(ticket.Satisfied))
		l.did(340, assistant, ticket.Archived)
	},
	"fit-out": func(l *life) {
		l.registered(ticket.FitOut)
		l.did(20, assistant, ticket.Dispatched, to(head))
		l.did(60, head, ticket.Started)
		l.did(300, head, ticket.Completed)
		l.did(310, assistant, ticket.SignedOff)
		l.did(320, assistant, ticket.Told, grade(ticket.Satisfied))
		l.did(5*nextDay, assistant, ticket.Revisited, by(ticket.Visit), l.until(5*nextDay+10))
		l.did(5*nextDay+60, assistant, ticket.Archived)
	},
}

// grievance is a minor complaint from its promise to its archive.
func (l *life) grievance(from int) {
	l.did(from+7, assistant, ticket.Promised, l.until(from+480))
	l.did(from+10, assistant, ticket.Dispatched, to(head))
	l.did(from+95, assistant, ticket.Informed)
	l.did(from+100, head, ticket.Started)
	l.did(from+360, head, ticket.Completed)
	l.did(from+390, assistant, ticket.Told)
	l.did(from+391, customer, ticket.Rated, grade(ticket.Satisfied))
	l.did(from+480, assistant, ticket.Revisited, by(ticket.Phone))
	l.did(from+nextDay+60, manager, ticket.Revisited, by(ticket.Visit), grade(ticket.Satisfied), l.until(from+nextDay+70))
	l.did(from+nextDay+100, assistant, ticket.Archived)
}

var livesByName = slices.Sorted(func(yield func(string) bool) {
	for name := range lives {
		if !yield(name) {
			return
		}
	}
})

// live is one of them, as a history.
func live(name, id string, day calendar.Date, percent int) []ticket.Event {
	l := &life{day: day, percent: percent}
	lives[name](l)
	return story(id, l.rows...)
}

var monday = calendar.MustDate("2026-03-02")

// anyLife draws one, with more evidence than is asked for, at times, and a row entered twice.
func anyLife(t *rapid.T, id string) []ticket.Event {
	day := monday.AddDays(7*rapid.IntRange(0, 3).Draw(t, "week") + rapid.IntRange(0, 2).Draw(t, "day"))
	rows := live(rapid.SampledFrom(livesByName).Draw(t, "life"), id, day, rapid.IntRange(50, 100).Draw(t, "percent"))
	for range rapid.IntRange(0, 3).Draw(t, "more") {
		i := rapid.IntRange(2, len(rows)-1).Draw(t, "place")
		if slices.ContainsFunc(rows[:i], func(e ticket.Event) bool { return e.Type == ticket.Archived }) {
			continue
		}
		e := ticket.Event{At: rows[i-1].At, By: assistant}
		switch rapid.IntRange(0, 3).Draw(t, "evidence") {
		case 0:
			e.Type = ticket.Informed
		case 1:
			e.Type, e.To = ticket.Joined, helper
		case 2:
			e.Type, e.By, e.Reason = ticket.Urged, customer, "请快些"
		case 3:
			e.Type = ticket.Inspected
		}
		rows = story(id, slices.Insert(rows, i, e)...)
	}
	if rapid.Bool().Draw(t, "twice") {
		rows = append(rows, rows[rapid.IntRange(0, len(rows)-1).Draw(t, "which")])
	}
	return rows
}

// spoil leaves out, moves, or turns round some rows of a life.
func spoil(t *rapid.T, rows []ticket.Event) []ticket.Event {
	id := rows[0].Ticket
	for range rapid.IntRange(0, 3).Draw(t, "spoils") {
		i := rapid.IntRange(0, len(rows)-1).Draw(t, "where")
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 0:
			if len(rows) > 1 {
				rows = slices.Delete(rows, i, i+1)
			}
		case 1:
			rows[i].By = worker
		case 2:
			for k := i; k < len(rows); k++ {
				rows[k].At, rows[k].Recorded = rows[k].At.Add(30*time.Hour), rows[k].Recorded.Add(30*time.Hour)
			}
		case 3:
			rows[i].Grade, rows[i].Has = "", nil
		}
	}
	return story(id, rows...)
}

var later = calendar.MustDate("2026-06-01").Start()

// changes of a life, for the table below.
func drop(types ...ticket.EventType) func([]ticket.Event) []ticket.Event {
	return func(rows []ticket.Event) []ticket.Event {
		return slices.DeleteFunc(rows, func(e ticket.Event) bool { return slices.Contains(types, e.Type) })
	}
}

// change does something to the last row of a type.
func change(what ticket.EventType, do func(*ticket.Event)) func([]ticket.Event) []ticket.Event {
	return func(rows []ticket.Event) []ticket.Event {
		for i := range slices.Backward(rows) {
			if rows[i].Type == what {
				do(&rows[i])
				break
			}
		}
		return rows
	}
}

// after puts rows after the first of a type, at its instant and a minute more each.
func after(what ticket.EventType, more ...ticket.Event) func([]ticket.Event) []ticket.Event {
	return func(rows []ticket.Event) []ticket.Event {
		i := slices.IndexFunc(rows, func(e ticket.Event) bool { return e.Type == what })
		for k := range more {
			if more[k].At.IsZero() {
				more[k].At = rows[i].At.Add(time.Duration(k+1) * time.Minute)
			}
			more[k].Recorded = more[k].At
		}
		return slices.Insert(rows, i+1, more...)
	}
}

// delay moves all rows from the first of a type on.
func delay(what ticket.EventType, by time.Duration) func([]ticket.Event) []ticket.Event {
	return func(rows []ticket.Event) []ticket.Event {
		i := slices.IndexFunc(rows, func(e ticket.Event) bool { return e.Type == what })
		for k := i; k < len(rows); k++ {
			rows[k].At, rows[k].Recorded = rows[k].At.Add(by), rows[k].Recorded.Add(by)
			if !rows[k].Until.IsZero() {
				rows[k].Until = rows[k].Until.Add(by)
			}
		}
		return rows
	}
}

func together(all ...func([]ticket.Event) []ticket.Event) func([]ticket.Event) []ticket.Event {
	return func(rows []ticket.Event) []ticket.Event {
		for _, do := range all {
			rows = do(rows)
		}
		return rows
	}
}

// row is one to be put in.
func row(by ticket.Actor, what ticket.EventType, more ...func(*ticket.Event)) ticket.Event {
	e := ticket.Event{Type: what, By: by}
	for _, m := range more {
		m(&e)
	}
	return e
}
