// Package months judges the month of many properties: what an audit finds, the scorecard, and
// the draws. [Pipeline] does so in Apache Beam, [Direct] in a plain loop; from the same rows in
// any order they make the same lines, to the byte, in another order.
//
// What has to be together decides the pipeline. A ticket's rows and its money, wherever they
// stand: for its findings, its part of the scorecard, and whether it is drawn from. The parts of
// a scorecard add up, and the orders of smallest rank of two parts are among those of both: these
// are combined, and no worker holds more of them than their sum. The month's own findings need
// the property's month as a whole (which repair came before which, HB-2.1h; who was merged into
// whom, WY-group; the money log, whose receipts have no gap): there its tickets meet, without
// those that the month cannot ask about any more ([Site.past]), its money and its duties.
package months

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/ticket"
)

// A Site says what is judged, and by which policies. It is part of the pipeline's graph, and so
// the Key is: whoever may read the job's description may read it.
type Site struct {
	Month  calendar.Month
	AsOf   time.Time
	Key    string                 // of the draws
	Policy *wuye.Policy           // of each property under its own name; nil: the standard one
	Own    map[string]wuye.Policy // of properties that have one
}

// desk is a property's. Two properties without a policy of their own differ by the name, which
// only a draw's scope bears.
func (s *Site) desk(property string) (*wuye.Desk, wuye.Policy, error) {
	p, ok := s.Own[property]
	if !ok && s.Policy != nil {
		p = *s.Policy
	} else if !ok {
		p = wuye.Standard()
	}
	p.Name = property
	d, err := wuye.New(calendar.China(), p)
	return d, p, err
}

// kinds are the draws of a month, as wuye.Desk.MonthEnd names them in the scope.
var kinds = [...]string{"routine", "cash", "banked"}

// drawn are the clauses by which they are made.
var drawn = [...]rule.ID{"TR-4.3a", "SP-2.7.1b", "SP-2.7.1c"}

func draws(end *wuye.MonthEnd) [len(kinds)]*sampling.Draw {
	return [...]*sampling.Draw{&end.Routine, &end.Cash, &end.Banked}
}

func schemes(p *wuye.Policy) [len(kinds)]*sampling.Scheme {
	return [...]*sampling.Scheme{&p.Routine, &p.Cash, &p.Banked}
}

// A Line is one of the result: exactly one of its last five fields is there.
type Line struct {
	Property string         `json:"property"`
	Ticket   string         `json:"ticket,omitempty"`  // that could not be judged
	Finding  *audit.Finding `json:"finding,omitempty"` // of a ticket, or of the month
	Figures  []audit.Figure `json:"figures,omitempty"` // the property's scorecard
	Draw     *sampling.Draw `json:"draw,omitempty"`
	Refused  string         `json:"refused,omitempty"` // why the ticket, or the property's month, could not be judged
	Bad      string         `json:"bad,omitempty"`     // a row that is none, with the reason
}

func (l Line) String() string {
	text, err := json.Marshal(l)
	if err != nil { // an instant out of JSON's years
		text, _ = json.Marshal(Line{Property: l.Property, Ticket: l.Ticket, Refused: err.Error()})
	}
	return string(text)
}

// A Row is one line of the input: of which property, and one of an event, an entry of the money
// log, a duty done. The three are as the library writes them.
type Row struct {
	Property string          `json:"property"`
	Event    json.RawMessage `json:"event,omitempty"`
	Money    json.RawMessage `json:"money,omitempty"`
	Duty     json.RawMessage `json:"duty,omitempty"`
}

// parse reads a line. ticket is of an event; a line that is no row is a Bad one.
func parse(text string) (r Row, ticketID string, bad *Line) {
	fail := func(why string) (Row, string, *Line) {
		return Row{}, "", &Line{Property: r.Property, Bad: why + ": " + text}
	}
	if err := json.Unmarshal([]byte(text), &r); err != nil {
		return fail(err.Error())
	}
	if r.Property == "" || strings.ContainsFunc(r.Property, unicode.IsControl) {
		return fail("no property")
	}
	var err error
	switch {
	case r.Event != nil && r.Money == nil && r.Duty == nil:
		var e ticket.Event
		if err = json.Unmarshal(r.Event, &e); err == nil && (e.Ticket == "" || strings.ContainsFunc(e.Ticket, unicode.IsControl)) {
			return fail("no ticket")
		}
		ticketID = e.Ticket
	case r.Money != nil && r.Event == nil && r.Duty == nil:
		err = json.Unmarshal(r.Money, new(billing.Entry))
	case r.Duty != nil && r.Event == nil && r.Money == nil:
		err = json.Unmarshal(r.Duty, new(wuye.DutyDone))
	default:
		return fail("not one of event, money, duty")
	}
	if err != nil {
		return fail(err.Error())
	}
	return r, ticketID, nil
}

// rows are those of one kind in the one order that does not depend on how they came: by less,
// and where that is silent by their text.
func rows[T any](texts [][]byte, less func(a, b *T) int) ([]T, error) {
	slices.SortFunc(texts, func(a, b []byte) int { return strings.Compare(string(a), string(b)) })
	all := make([]T, len(texts))
	for i, text := range texts {
		if err := json.Unmarshal(text, &all[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", text, err) // parse has read it before
		}
	}
	slices.SortStableFunc(all, func(a, b T) int { return less(&a, &b) })
	return all, nil
}

func history(texts [][]byte) ([]ticket.Event, error) {
	return rows(texts, func(a, b *ticket.Event) int { return a.Seq - b.Seq })
}

func moneyLog(texts [][]byte) ([]billing.Entry, error) {
	return rows(texts, func(a, b *billing.Entry) int {
		if a.Serial != b.Serial {
			return strings.Compare(a.Serial, b.Serial)
		}
		return a.Seq - b.Seq
	})
}

func dutiesDone(texts [][]byte) ([]wuye.DutyDone, error) {
	return rows(texts, func(a, b *wuye.DutyDone) int { return a.At.Compare(b.At) })
}

// past reports whether the month can ask nothing about a ticket any more: it is not open (open
// ones are followed up, HL1-4.3), nothing happened to it and nothing was entered since the month
// before began, it is no special service, whose month its payment may decide, and it has no part
// in a merger.
func (s *Site) past(history []ticket.Event) bool {
	since := s.Month.Add(-1).Day(1).Start()
	if slices.ContainsFunc(history, func(e ticket.Event) bool {
		return !e.At.Before(since) || !e.Recorded.Before(since) || e.Nature == ticket.Special || e.Type == ticket.Merged || e.Type == ticket.Urged
	}) {
		return false
	}
	t, err := ticket.Replay(history)
	return err == nil && (t.State == ticket.Closed || t.State == ticket.Void)
}
