package audit_test

import (
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/conformance"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What a ticket's facts rule out, its rows would not have shown: to ask every check finds the same,
// of any history, also of one with rows left out, changed or told late.
func TestFactsRuleOut(t *testing.T) {
	d := desk(t, func(p *wuye.Policy) {
		p.Form = append(p.Form, ticket.Apology, ticket.ReadBack, ticket.LongRing, ticket.Cause)
	})
	var histories [][]ticket.Event
	for c := range conformance.Random(d, 1) {
		if len(c.Ask.History) > 0 {
			histories = append(histories, c.Ask.History)
		}
		if len(histories) == 3_000 {
			break
		}
	}
	types := map[ticket.EventType]bool{}
	var all []ticket.EventType
	for _, r := range ticket.Transitions() {
		if !types[r.Type] {
			types[r.Type], all = true, append(all, r.Type)
		}
	}
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		for range 20 {
			rows := append([]ticket.Event(nil), histories[rapid.IntRange(0, len(histories)-1).Draw(t, "history")]...)
			switch e := &rows[rapid.IntRange(0, len(rows)-1).Draw(t, "row")]; rapid.IntRange(0, 6).Draw(t, "change") {
			case 0:
				e.Type = rapid.SampledFrom(all).Draw(t, "type")
			case 1:
				e.At = e.At.Add(time.Duration(rapid.IntRange(-100, 100).Draw(t, "hours")) * time.Hour)
				e.Recorded = time.Time{}
			case 2:
				e.Kind = rapid.SampledFrom([]ticket.Kind{ticket.Complaint, ticket.Repair, ticket.Suggestion}).Draw(t, "kind")
			case 3:
				e.Severity, e.Urgency = ticket.Major, ticket.Emergency
			case 4:
				e.Ref, e.Channel = "T0", rapid.SampledFrom([]ticket.Channel{ticket.Inbound, ticket.Phone}).Draw(t, "channel")
			case 5:
				e.Nature = ticket.Special
			}
			asOf := rows[len(rows)-1].At.Add(time.Duration(rapid.IntRange(-10, 1_000).Draw(t, "asOf")) * time.Hour)
			want, err := audit.AskEverything(d, rows, asOf)
			got, err2 := audit.History(d, rows, asOf)
			if diff := cmp.Diff(want, got); diff != "" || (err == nil) != (err2 == nil) {
				t.Fatalf("(-every check asked +audit)\n%s\n%v %v\n%v", diff, err, err2, rows)
			}
			n += len(got)
		}
	})
	if n < 1_000 {
		t.Errorf("only %d findings", n)
	}
}
