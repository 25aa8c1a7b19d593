// Package made makes up months of many properties, as JSON Lines in the form of package months,
// as many as are wanted and the same each time: for tests and for measuring. No ticket is a
// real one.
package made

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// PerProperty is how many tickets a property has in the month.
const PerProperty = 500

// Month is the one that all of it is of.
var Month = calendar.MustMonth("2026-10")

// Property is the name of the n-th one.
func Property(n int) string { return fmt.Sprintf("物业%04d", n) }

var (
	desk       = ticket.Actor{Role: ticket.Assistant, ID: "A01"}
	supervisor = ticket.Actor{Role: ticket.Supervisor, ID: "S01"}
	manager    = ticket.Actor{Role: ticket.Manager, ID: "M01"}
	customer   = ticket.Actor{Role: ticket.Customer}
	categories = []string{"水", "电", "门窗", "电梯", "公共设施", "下水道"}
)

// Write writes the rows of the properties from … to−1, tickets in all, mixed as they would come
// from many desks: of each property 500 tickets, of ten rows on average.
func Write(w io.Writer, seed uint64, from, to, tickets int) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	var err error
	put := func(property, kind string, row any) {
		if err == nil {
			err = out.Encode(map[string]any{"property": property, kind: row})
		}
	}
	for i := 0; i < PerProperty; i++ { // one of each property, and then the next: any order
		for n := from; n < to; n++ {
			if number := (n-from)*PerProperty + i; number < tickets {
				r := rand.New(rand.NewPCG(seed, uint64(n)<<32|uint64(i)))
				events, money := life(r, fmt.Sprintf("%04d-%05d", n, i), i)
				for k := range events { // the last row first
					put(Property(n), "event", events[len(events)-1-k])
				}
				for _, e := range money {
					put(Property(n), "money", e)
				}
			}
		}
	}
	for n := from; n < to && (n-from)*PerProperty < tickets; n++ {
		for week := range 4 {
			at := Month.Day(2 + 7*week).Start().Add(17 * time.Hour)
			put(Property(n), "duty", wuye.DutyDone{Clause: "VC-1.8", At: at, By: supervisor})
		}
	}
	return err
}

// life is one ticket and its money.
func life(r *rand.Rand, id string, i int) ([]ticket.Event, []billing.Entry) {
	at := Month.Day(1).Start().Add(time.Duration(r.IntN(30*24*60)) * time.Minute)
	worker := ticket.Actor{Role: ticket.Worker, ID: fmt.Sprintf("W%02d", r.IntN(12))}
	var rows []ticket.Event
	add := func(within int, e ticket.Event) {
		if len(rows) > 0 {
			at = at.Add(time.Duration(1+r.IntN(within)) * time.Minute)
		}
		e.Ticket, e.Seq, e.At, e.Recorded = id, len(rows)+1, calendar.InChina(at), calendar.InChina(at.Add(time.Duration(r.IntN(3))*time.Minute))
		if e.By.Role == "" {
			e.By = desk
		}
		rows = append(rows, e)
	}
	first := ticket.Event{Type: ticket.Registered, Kind: ticket.Repair, Caller: ticket.Owner, Channel: ticket.Phone, Category: categories[r.IntN(len(categories))],
		Has: []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}}
	grade := []ticket.Grade{ticket.VerySatisfied, ticket.Satisfied, ticket.Satisfied, ticket.Fair, ticket.Poor}[r.IntN(5)]
	given := ticket.Event{Type: ticket.Dispatched, To: worker}
	var money []billing.Entry
	switch i % 10 {
	case 0, 1: // a complaint
		first.Kind, first.Severity = ticket.Complaint, ticket.Minor
		add(0, first)
		add(20, ticket.Event{Type: ticket.Triaged})
		add(30, ticket.Event{Type: ticket.Promised, Until: calendar.InChina(at.Add(8 * time.Hour))})
		add(40, given)
		add(90, ticket.Event{Type: ticket.Informed})
		add(200, ticket.Event{Type: ticket.Started, By: worker})
		add(300, ticket.Event{Type: ticket.Completed, By: worker})
		add(600, ticket.Event{Type: ticket.Told, Grade: grade})
		if r.IntN(8) > 0 {
			add(900, ticket.Event{Type: ticket.Revisited, By: manager, Channel: ticket.Visit, Grade: grade})
			add(2000, ticket.Event{Type: ticket.Archived})
		}
	case 2: // a special service, with its money
		first.Kind, first.Nature, first.Until = ticket.Service, ticket.Special, calendar.InChina(at.Add(5*time.Hour))
		add(0, first)
		add(10, ticket.Event{Type: ticket.Triaged})
		add(20, given)
		add(15, ticket.Event{Type: ticket.Acknowledged, By: worker})
		add(300, ticket.Event{Type: ticket.Arrived, By: worker})
		add(10, ticket.Event{Type: ticket.Inspected, By: worker})
		serial := "F" + id
		amount := billing.Fen(3000 + r.IntN(20000))
		entry := func(e billing.Entry) {
			e.Serial, e.Ticket, e.Seq, e.At, e.Amount = serial, id, len(money)+1, calendar.InChina(at), amount
			e.Recorded = e.At
			if e.By.Role == "" {
				e.By = worker
			}
			money = append(money, e)
		}
		entry(billing.Entry{Type: billing.Quoted, Ref: "Q" + id})
		add(10, ticket.Event{Type: ticket.Agreed, By: worker, Ref: "Q" + id})
		add(10, ticket.Event{Type: ticket.Started, By: worker, Ref: serial})
		add(120, ticket.Event{Type: ticket.Completed, By: worker})
		add(20, ticket.Event{Type: ticket.SignedOff, By: customer, Grade: grade})
		means := billing.Collection
		if r.IntN(2) == 0 {
			means = billing.Cash
		}
		entry(billing.Entry{Type: billing.Charged, Payment: means})
		if r.IntN(3) > 0 {
			add(3000, ticket.Event{Type: ticket.Revisited, Channel: ticket.Phone, Grade: grade})
		}
	case 3: // an inquiry, answered at once
		first.Kind = ticket.Inquiry
		add(0, first)
		add(5, ticket.Event{Type: ticket.Told})
	default: // a repair
		add(0, first)
		add(20, ticket.Event{Type: ticket.Triaged})
		add(60, given)
		add(30, ticket.Event{Type: ticket.Acknowledged, By: worker})
		add(120, ticket.Event{Type: ticket.Arrived, By: worker})
		add(10, ticket.Event{Type: ticket.Started, By: worker})
		add(60, ticket.Event{Type: ticket.Issued, By: ticket.Actor{Role: ticket.Store, ID: "K01"}})
		if r.IntN(10) == 0 {
			add(60, ticket.Event{Type: ticket.Held, By: worker, Hold: ticket.WaitingMaterials, Reason: "缺配件"})
			add(1500, ticket.Event{Type: ticket.Resumed, By: worker})
		}
		add(600, ticket.Event{Type: ticket.Completed, By: worker})
		add(300, ticket.Event{Type: ticket.Told, Grade: grade})
		add(10, ticket.Event{Type: ticket.Rated, By: customer, Grade: grade})
		if r.IntN(3) > 0 {
			add(2000, ticket.Event{Type: ticket.Archived})
		}
	}
	return rows, money
}
