package audit

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
)

// A Split is what two desks judge differently: of a ticket, or of the month if Ticket is
// empty. A are the findings of the first desk alone, B those of the second alone.
type Split struct {
	Ticket string    `json:"ticket,omitzero"`
	A      []Finding `json:"a,omitempty"`
	B      []Finding `json:"b,omitempty"`
}

// Divergence audits the records by two desks and yields what they judge differently: the
// tickets in the order of the records, then the month. A ticket that one of the desks cannot
// judge yields its error, and the rest goes on.
func Divergence(a, b *wuye.Desk, m calendar.Month, r wuye.Records, asOf time.Time) iter.Seq2[Split, error] {
	return func(yield func(Split, error) bool) {
		// differ yields what differs; false if the caller has had enough.
		differ := func(id string, ours, theirs []Finding, err error) bool {
			if err != nil {
				return yield(Split{Ticket: id}, err)
			}
			s := Split{id, without(ours, theirs), without(theirs, ours)}
			return s.A == nil && s.B == nil || yield(s, nil)
		}
		if r.Tickets != nil {
			c, d := newDossier(a, asOf), newDossier(b, asOf)
			for history := range r.Tickets {
				ours, err := c.judge(history)
				theirs, other := d.judge(history)
				if len(history) > 0 && !differ(history[0].Ticket, ours, theirs, cmp.Or(err, other)) {
					return
				}
			}
		}
		ours, err := Month(a, m, r, asOf)
		theirs, other := Month(b, m, r, asOf)
		differ("", ours, theirs, cmp.Or(err, other))
	}
}

// without are the findings of a that b has not.
func without(a, b []Finding) []Finding {
	var only []Finding
	for _, f := range a {
		if !slices.Contains(b, f) {
			only = append(only, f)
		}
	}
	return only
}
