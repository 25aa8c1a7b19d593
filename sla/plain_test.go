package sla_test

import (
	"slices"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"

	"pgregory.net/rapid"
)

// The plain tickets say what the general judge says of them, held clocks, extensions, several
// promises and revisits, unpublished years and rows entered late or never among them.
func TestPlainAsInGeneral(t *testing.T) {
	hours := office(t)
	rapid.Check(t, func(t *rapid.T) {
		p, h := anyPolicy(t), anyHistory(t)
		start := h[0].At
		if rapid.IntRange(0, 9).Draw(t, "when") == 0 {
			start = rapid.SampledFrom([]time.Time{at("2026-12-30 20:00"), at("2003-12-31 23:00"), at("9999-12-31 12:00"), at("2261-12-31 23:00")}).Draw(t, "edge")
		}
		others := []ticket.EventType{ticket.Triaged, ticket.Told, ticket.Revisited, ticket.Completed, ticket.SignedOff, ticket.Sampled}
		for i := range h {
			e := &h[i]
			switch e.Type {
			case ticket.Registered, ticket.Imported, ticket.Reopened, ticket.Disputed, ticket.Reranked, ticket.ReferredOut, ticket.Withdrawn, ticket.Merged, ticket.Voided:
				e.Type = others[(i+len(h))%len(others)]
			}
			at := start // each row after the one before, by what it had anyway
			if i > 0 {
				at = h[i-1].At.Add(max(0, e.At.Sub(start)) % (26 * time.Hour))
			}
			if !e.Recorded.IsZero() {
				e.Recorded = at.Add(max(0, e.Recorded.Sub(e.At)))
			}
			if !e.Until.IsZero() {
				e.Until = at.Add(e.Until.Sub(e.At))
			}
			e.At = at
		}
		h[0].Type, h[0].Kind, h[0].Caller = ticket.Registered, rapid.SampledFrom([]ticket.Kind{ticket.Complaint, ticket.Repair, ticket.Suggestion, ticket.FitOut}).Draw(t, "of kind"), ticket.Owner
		h[0].Urgency = rapid.SampledFrom([]ticket.Urgency{"", ticket.Emergency}).Draw(t, "of urgency")
		cal := calendar.China()
		if rapid.Bool().Draw(t, "hours") {
			cal = hours
		}
		asOf := h[len(h)-1].At.Add(rapid.SampledFrom([]time.Duration{26 * time.Hour, 27 * time.Hour, 50 * time.Hour, 100 * time.Hour}).Draw(t, "as of"))
		c, err := p.Compile()
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.AppendVerdicts(nil, cal, h, asOf)
		if err != nil {
			t.Fatal(err)
		}
		want, plain, err := c.General(nil, cal, h, asOf)
		if err != nil || !plain && start.Year() < 2261 || !slices.Equal(got, want) {
			t.Fatalf("plain %v, %v\n%v\ngot\n%swant\n%s", plain, err, h, long(got), long(want))
		}
	})
}

// What is not plain is not taken for it.
func TestNotPlain(t *testing.T) {
	c, err := sla.Standard().Compile()
	if err != nil {
		t.Fatal(err)
	}
	plain := func(h walk) bool {
		t.Helper()
		_, plain, err := c.General(nil, calendar.China(), h, at("2026-09-30 00:00"))
		if err != nil {
			t.Fatal(err)
		}
		return plain
	}
	h := open(ticket.Complaint).add(ticket.Told, "2026-09-21 15:00")
	if !plain(h) || !plain(h.add(ticket.Held, "2026-09-21 16:00")) {
		t.Error("a plain ticket is not")
	}
	for _, typ := range []ticket.EventType{ticket.Reopened, ticket.Disputed, ticket.Reranked, ticket.ReferredOut, ticket.Imported, ticket.Withdrawn, ticket.Merged, ticket.Voided} {
		if plain(h.add(typ, "2026-09-21 16:00")) {
			t.Errorf("%s is plain", typ)
		}
	}
	if plain(h.add(ticket.Informed, "2026-09-21 10:00")) {
		t.Error("out of order")
	}
	if plain(h[1:]) {
		t.Error("without a registration")
	}
	if plain(append(h, h[0])) {
		t.Error("a row told twice")
	}
	long := h
	for range 20 {
		long = long.add(ticket.Urged, "2026-09-21 16:00")
	}
	if plain(long) {
		t.Error("longer than what is kept at hand")
	}
}

// Of rows of one instant the order of entry decides: the excuse came before the last of what
// QI-3.8 asks for, so it was excused; after it, it was met.
func TestOneInstant(t *testing.T) {
	h := open(ticket.Complaint).add(ticket.Completed, "2026-09-21 15:00")
	one := "2026-09-21 16:00"
	excuse := func(h walk) walk { return h.add(ticket.Missed, one, approved) }
	told, revisited := func(h walk) walk { return h.add(ticket.Told, one) }, func(h walk) walk { return h.add(ticket.Revisited, one) }
	status(t, "QI-3.8", told(excuse(revisited(h))), "2026-09-22 09:00", sla.Lapsed)
	status(t, "QI-3.8", revisited(excuse(told(h))), "2026-09-22 09:00", sla.Lapsed)
	status(t, "QI-3.8", excuse(told(revisited(h))), "2026-09-22 09:00", sla.Met)
	status(t, "QI-3.8", excuse(revisited(told(h))), "2026-09-22 09:00", sla.Met)
}
