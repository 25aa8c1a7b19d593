package sla_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"

	"pgregory.net/rapid"
)

// anyHistory is rows of all kinds in any order, legal or not, with the late, the repeated
// and the unrecorded among them.
func anyHistory(t *rapid.T) []ticket.Event {
	start := anyMinute(t, "start")
	likely := []ticket.EventType{ticket.Triaged, ticket.Dispatched, ticket.Started, ticket.Completed, ticket.Told, ticket.Revisited, ticket.Informed, ticket.HandedOver,
		ticket.Promised, ticket.Extended, ticket.Held, ticket.Resumed, ticket.Reranked, ticket.Disputed, ticket.Reopened, ticket.ReferredOut, ticket.Replied, ticket.Rated,
		ticket.SignedOff, ticket.Sampled, ticket.Missed, ticket.Imported, ticket.Acknowledged, ticket.Rescheduled, ticket.Arrived, ticket.Dismissed, ticket.Returned}
	rare := []ticket.EventType{ticket.Imported, ticket.Registered, ticket.Withdrawn, ticket.Merged, ticket.Voided, ticket.Declined, ticket.Abandoned,
		ticket.Archived, ticket.Delivered, ticket.Escalated, ticket.PlanStarted, ticket.Urged}
	roles := []ticket.Role{ticket.Assistant, ticket.Worker, ticket.DepartmentHead, ticket.Manager, ticket.Authority, ""}
	flip := func(label string) bool { return rapid.IntRange(0, 2).Draw(t, label) == 0 }
	var h []ticket.Event
	now := start
	for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
		e := ticket.Event{Ticket: "T1", Seq: i + 1, By: ticket.Actor{Role: rapid.SampledFrom(roles).Draw(t, "by"), ID: rapid.SampledFrom([]string{"", "P1"}).Draw(t, "id")}}
		e.Type = rapid.SampledFrom(likely).Draw(t, "type")
		if i == 0 && rapid.IntRange(0, 9).Draw(t, "first") > 0 {
			e.Type = ticket.Registered
		} else if i > 0 && rapid.IntRange(0, 9).Draw(t, "rare") == 0 {
			e.Type = rapid.SampledFrom(rare).Draw(t, "rare type")
		}
		step := rapid.SampledFrom([]time.Duration{0, time.Minute, 7 * time.Minute, 15 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 24 * time.Hour, 50 * time.Hour}).Draw(t, "step")
		e.At = now.Add(step)
		if i > 0 && rapid.IntRange(0, 7).Draw(t, "late") == 0 {
			e.At = start.Add(rapid.SampledFrom([]time.Duration{0, 15 * time.Minute, time.Hour, 24 * time.Hour}).Draw(t, "back"))
			step = 0
		}
		now = now.Add(step)
		switch rapid.IntRange(0, 5).Draw(t, "entered") {
		case 0:
		case 1:
			e.Recorded = now.Add(26 * time.Hour)
		default:
			if e.Recorded = now; e.Recorded.Before(e.At) {
				e.Recorded = e.At
			}
		}
		if e.Type == ticket.Registered || e.Type == ticket.Imported || e.Type == ticket.Reranked {
			e.Kind = rapid.SampledFrom([]ticket.Kind{ticket.Complaint, ticket.Complaint, ticket.Repair, ticket.Suggestion, ticket.FitOut, ticket.Inquiry, ""}).Draw(t, "kind")
			e.Nature = rapid.SampledFrom([]ticket.Nature{"", "", ticket.Routine, ticket.Special}).Draw(t, "nature")
			e.Urgency = rapid.SampledFrom([]ticket.Urgency{"", ticket.Normal, ticket.Emergency}).Draw(t, "urgency")
			e.Severity = rapid.SampledFrom([]ticket.Severity{"", ticket.Minor, ticket.Important, ticket.Major}).Draw(t, "severity")
			e.Caller = rapid.SampledFrom([]ticket.Caller{ticket.Owner, ticket.Owner, ticket.Anonymous, ""}).Draw(t, "caller")
			if e.Type == ticket.Imported {
				e.State = rapid.SampledFrom([]ticket.State{ticket.Open, ticket.Accepted, ticket.Assigned, ticket.InWork, ticket.Referred, ticket.Done, ticket.Answered, ticket.Closed, ticket.Void}).Draw(t, "state")
			}
		}
		if flip("channel") {
			e.Channel = rapid.SampledFrom([]ticket.Channel{ticket.Visit, ticket.Phone, ticket.Online}).Draw(t, "channel is")
		}
		if flip("to") {
			e.To = ticket.Actor{Role: rapid.SampledFrom(roles[:5]).Draw(t, "to role"), ID: rapid.SampledFrom([]string{"", "P2"}).Draw(t, "to id")}
		}
		if rapid.Bool().Draw(t, "until") {
			e.Until = now.Add(rapid.SampledFrom([]time.Duration{0, 15 * time.Minute, 3 * time.Hour, 26 * time.Hour}).Draw(t, "until is"))
		}
		if flip("approver") {
			e.Approver, e.Reason = ticket.Actor{Role: ticket.Supervisor, ID: "S1"}, "x"
		}
		if flip("grade") {
			e.Grade = ticket.Fair
		}
		if flip("ref") {
			e.Ref = "R1"
		}
		h = append(h, e)
	}
	return h
}

// anyPolicy is the standard, or one that readings make of it, or with limits at random.
func anyPolicy(t *rapid.T) sla.Policy {
	p := sla.Standard()
	if rapid.IntRange(0, 2).Draw(t, "policy") == 0 {
		for i := range p.Clocks {
			c := &p.Clocks[i]
			if c.Limit.Unit != sla.Promise && rapid.IntRange(0, 3).Draw(t, "change") == 0 {
				for c.Limit = anyLimit(t); c.Limit.Unit == sla.Promise; c.Limit = anyLimit(t) {
				}
				c.Holds = rapid.Bool().Draw(t, "holds")
				c.Warn = rapid.SampledFrom([]sla.Limit{{}, sla.WorkingHours(2), sla.Minutes(20)}).Draw(t, "warn")
				if (sla.Policy{Clocks: []sla.Clock{*c}}).Validate() != nil {
					c.Warn = sla.Limit{} // it would come before the start
				}
			}
		}
	}
	if rapid.IntRange(0, 3).Draw(t, "site") == 0 {
		p = siteClocks(p)
	}
	if rapid.IntRange(0, 3).Draw(t, "blind") == 0 {
		p.Unrecorded = rapid.SliceOfN(rapid.SampledFrom([]ticket.EventType{ticket.Acknowledged, ticket.Informed, ticket.HandedOver, ticket.Rated, ticket.Revisited, ticket.Told}), 1, 3).Draw(t, "unrecorded")
	}
	return p
}

// siteClocks puts two clocks of a site's own first: one with more different marks than one
// word has bits, one of things that no document combines.
func siteClocks(p sla.Policy) sla.Policy {
	var many []sla.Mark
	for _, typ := range []ticket.EventType{ticket.Informed, ticket.Rated, ticket.Arrived, ticket.Told, ticket.Missed, ticket.Inspected, ticket.Joined, ticket.Urged, ticket.Issued, ticket.Damaged, ticket.Upheld, ticket.Reported} {
		for _, c := range []ticket.Channel{ticket.Phone, ticket.Online, ticket.Counter, ticket.Letter, ticket.Visit, ticket.Inbound} {
			many = append(many, sla.Mark{Type: typ, Channel: c})
		}
	}
	site := []sla.Clock{
		{Clause: "TR-4.1", From: sla.Moment{{{Type: ticket.Triaged}, {Type: ticket.Started}}}, To: sla.Moment{many, {{Type: ticket.Told, Recorded: true}}}, Limit: sla.Days(2), Who: ticket.Worker},
		{Clause: "TR-4.5", From: sla.Moment{{{Type: ticket.Completed}}}, To: sla.Moment{{{Type: ticket.Told, Recorded: true}, {Type: ticket.Rated}}}, Unless: []sla.Mark{{Type: ticket.Completed, Role: ticket.Manager}}, Again: true, Limit: sla.Hours(2), Holds: true, Who: ticket.Worker},
	}
	return sla.Policy{Clocks: append(site, p.Clocks...), Unrecorded: p.Unrecorded}
}

func TestAgainstTheSlowJudge(t *testing.T) {
	hours := office(t)
	rapid.Check(t, func(t *rapid.T) {
		p, h := anyPolicy(t), anyHistory(t)
		cal := calendar.China()
		if rapid.Bool().Draw(t, "hours") {
			cal = hours
		}
		asOf := h[len(h)-1].At.Add(rapid.SampledFrom([]time.Duration{-24 * time.Hour, 0, time.Nanosecond, time.Hour, 27 * time.Hour, 100 * time.Hour}).Draw(t, "as of"))
		got, err := p.AppendVerdicts(nil, cal, h, asOf)
		if err != nil {
			t.Fatal(err)
		}
		want := slowVerdicts(p, cal, h, asOf)
		for i := range got { // where holds move a due, the slow judge does not say what is provisional
			got[i].Due.Provisional = false
		}
		for i := range want {
			want[i].Due.Provisional = false
		}
		if !slices.Equal(got, want) {
			var b strings.Builder
			for _, e := range h {
				text, _ := json.Marshal(e)
				b.Write(append(text, '\n'))
			}
			t.Fatalf("as of %s\n%sgot\n%swant\n%s", asOf.Format("01-02 15:04:05.999999999"), b.String(), long(got), long(want))
		}
	})
}

func long(verdicts []sla.Verdict) string {
	var b strings.Builder
	for _, v := range verdicts {
		b.WriteString(strings.TrimSuffix(lines([]sla.Verdict{v}), "\n") + " warn " + stamp(v.Warn) + " wake " + stamp(v.Wake) + " left " + v.Left.String() + "\n")
	}
	return b.String()
}
