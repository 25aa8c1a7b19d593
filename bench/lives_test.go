package bench

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

var staff = []ticket.Actor{{Role: ticket.Assistant, ID: "A01"}, {Role: ticket.Supervisor, ID: "S01"}, {Role: ticket.Worker, ID: "W07"},
	{Role: ticket.DepartmentHead, ID: "D01"}, {Role: ticket.Store, ID: "K01"}, {Role: ticket.Customer}, {Role: ticket.Authority}}

// lives gives n legal histories of the given length or a little less, by chance.
func lives(n, rows int) [][]ticket.Event {
	rng := rand.New(rand.NewPCG(1, 2))
	kinds := []ticket.Kind{ticket.Repair, ticket.Repair, ticket.Repair, ticket.Complaint, ticket.Inquiry, ticket.Service, ticket.Suggestion}
	var all [][]ticket.Event
	for i := range n {
		id := fmt.Sprintf("GD-%08d", i)
		at := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.IntN(30*24*60)) * time.Minute)
		kind := kinds[rng.IntN(len(kinds))]
		e := ticket.Event{Ticket: id, Seq: 1, Type: ticket.Registered, At: at, Recorded: at, By: staff[0], Kind: kind, Caller: ticket.Owner,
			Has: []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}, Until: at.Add(5 * time.Hour)}
		if kind == ticket.Service {
			e.Nature = ticket.Special
		}
		t, err := ticket.Ticket{}.Apply(e)
		if err != nil {
			panic(err)
		}
		history := []ticket.Event{e}
		for tries := 0; len(history) < rows && tries < 50*rows; tries++ {
			by := staff[rng.IntN(len(staff))]
			may := t.Allowed(by.Role)
			if len(may) == 0 {
				continue
			}
			typ := may[rng.IntN(len(may))].Type
			if typ == ticket.Voided || typ == ticket.Withdrawn || typ == ticket.Merged || typ == ticket.Declined {
				continue // few tickets end so
			}
			at = at.Add(time.Duration(1+rng.IntN(240)) * time.Minute)
			e := ticket.Event{Ticket: id, Seq: t.Seq + 1, Type: typ, At: at, Recorded: at.Add(time.Minute), By: by}
			for _, row := range may {
				for _, need := range row.Needs {
					if row.Type == typ {
						give(&e, need)
					}
				}
			}
			next, err := t.Apply(e)
			if err != nil {
				continue
			}
			t, history = next, append(history, e)
		}
		all = append(all, history)
	}
	return all
}

func give(e *ticket.Event, need string) {
	switch need {
	case "to":
		e.To = ticket.Actor{Role: ticket.Worker, ID: "W07"}
	case "approver":
		e.Approver = ticket.Actor{Role: ticket.Manager, ID: "M01"}
	case "until":
		e.Until = e.At.Add(24 * time.Hour)
	case "channel":
		e.Channel = ticket.Phone
	case "hold":
		e.Hold = ticket.WaitingMaterials
	case "grade":
		e.Grade = ticket.Satisfied
	case "reason":
		e.Reason = "配件未到"
	case "ref":
		e.Ref = "N-2026-0031"
	}
}

// slaTickets are 65,536 different histories of 10 rows: complaints, repairs and inquiries,
// in the order in which such tickets go, at random times of 2025 and 2026.
func slaTickets() [][]ticket.Event {
	r := rand.New(rand.NewPCG(1, 2))
	desk := ticket.Actor{Role: ticket.Assistant, ID: "A1"}
	worker := ticket.Actor{Role: ticket.Worker, ID: "W1"}
	histories := make([][]ticket.Event, 1<<16)
	for i := range histories {
		now := calendar.MustDate("2025-01-02").Start().Add(time.Duration(r.IntN(700*24*60)) * time.Minute)
		kind := []ticket.Kind{ticket.Complaint, ticket.Repair, ticket.Repair, ticket.Inquiry}[r.IntN(4)]
		h := make([]ticket.Event, 0, 10)
		add := func(typ ticket.EventType, by ticket.Actor) *ticket.Event {
			h = append(h, ticket.Event{Ticket: "T1", Seq: len(h) + 1, Type: typ, At: now, Recorded: now, By: by})
			now = now.Add(time.Duration(1+r.IntN(1<<uint(4+r.IntN(8)))) * time.Minute)
			return &h[len(h)-1]
		}
		e := add(ticket.Registered, desk)
		e.Kind, e.Caller, e.Severity = kind, ticket.Owner, []ticket.Severity{"", ticket.Minor, ticket.Important}[r.IntN(3)]
		if r.IntN(10) == 0 {
			e.Urgency = ticket.Emergency
		}
		add(ticket.Triaged, desk)
		add(ticket.Promised, desk).Until = now.Add(6 * time.Hour)
		e = add(ticket.Dispatched, desk)
		e.To, e.Until = worker, now.Add(5*time.Hour)
		add(ticket.Acknowledged, worker)
		if r.IntN(5) == 0 {
			add(ticket.Held, worker).Hold = ticket.WaitingMaterials
		} else {
			add(ticket.Informed, desk)
		}
		add(ticket.Started, worker)
		add(ticket.Completed, worker)
		add(ticket.Told, desk)
		e = add(ticket.Revisited, desk)
		e.Channel, e.Grade = ticket.Phone, ticket.Satisfied
		histories[i] = h
	}
	return histories
}

// keptLives gives n complaints of twelve rows, each as the documents want it: nothing is found
// in them. They come in between nine and twenty past nine, on a day after which two more are
// worked, of 2025 or 2026.
func keptLives(n int) [][]ticket.Event {
	var all [][]ticket.Event
	desk, manager, head, owner := staff[0], ticket.Actor{Role: ticket.Manager, ID: "M01"}, staff[3], staff[5]
	china, rng := calendar.China(), rand.New(rand.NewPCG(5, 6))
	var days []calendar.Date
	for d := calendar.MustDate("2025-01-06"); d.Compare(calendar.MustDate("2026-09-25")) < 0; d = d.AddDays(1) {
		if next, _ := china.AddWorkdays(d.AddDays(-1), 3); next == d.AddDays(2) {
			days = append(days, d)
		}
	}
	for i := range n {
		day := days[rng.IntN(len(days))].Start().Add(9*time.Hour + time.Duration(rng.Int64N(int64(20*time.Minute))))
		after := func(d time.Duration, by ticket.Actor, typ ticket.EventType) ticket.Event {
			return ticket.Event{Type: typ, At: day.Add(d), By: by}
		}
		contact := after(0, desk, ticket.Registered)
		contact.Kind, contact.Caller, contact.Channel = ticket.Complaint, ticket.Owner, ticket.Phone
		contact.Has = []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}
		promise := after(7*time.Minute, desk, ticket.Promised)
		promise.Until = day.Add(8 * time.Hour)
		sent := after(10*time.Minute, desk, ticket.Dispatched)
		sent.To = head
		grade := after(6*time.Hour+time.Minute, owner, ticket.Rated)
		phone, visit := after(7*time.Hour, desk, ticket.Revisited), after(25*time.Hour, manager, ticket.Revisited)
		grade.Grade, visit.Grade, phone.Channel, visit.Channel = ticket.Satisfied, ticket.Satisfied, ticket.Phone, ticket.Visit
		rows := []ticket.Event{contact, after(5*time.Minute, desk, ticket.Triaged), promise, sent, after(90*time.Minute, desk, ticket.Informed),
			after(2*time.Hour, head, ticket.Started), after(5*time.Hour, head, ticket.Completed), after(6*time.Hour, desk, ticket.Told), grade, phone, visit,
			after(30*time.Hour, desk, ticket.Archived)}
		for k := range rows {
			rows[k].Ticket, rows[k].Seq, rows[k].Recorded = fmt.Sprintf("TS-%08d", i), k+1, rows[k].At
		}
		all = append(all, rows)
	}
	return all
}

func TestKeptLives(t *testing.T) {
	for _, h := range keptLives(2_000) {
		findings, err := audit.History(standardDesk(t), h, calendar.MustDate("2026-10-08").Start())
		if err != nil || len(findings) > 0 {
			t.Fatal(h, findings, err)
		}
	}
}
