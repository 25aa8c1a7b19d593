package wuye_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"pgregory.net/rapid"
)

// life goes through the flow at random, as any kind of ticket, with its revisits.
func life(t *rapid.T, id string) []ticket.Event {
	now := at("2026-09-20 08:00").Add(time.Duration(rapid.IntRange(0, 60*24).Draw(t, "opened")) * time.Hour)
	first := ticket.Event{Type: ticket.Registered, At: now, By: assistant, Has: form, Until: now.Add(5 * time.Hour),
		Kind:     rapid.SampledFrom([]ticket.Kind{ticket.Complaint, ticket.Complaint, ticket.Repair, ticket.Repair, ticket.Service, ticket.FitOut, ticket.Inquiry}).Draw(t, "kind"),
		Nature:   rapid.SampledFrom([]ticket.Nature{"", "", ticket.Special}).Draw(t, "nature"),
		Urgency:  rapid.SampledFrom([]ticket.Urgency{"", "", ticket.Emergency}).Draw(t, "urgency"),
		Severity: rapid.SampledFrom([]ticket.Severity{"", "", ticket.Important, ticket.Major}).Draw(t, "severity"),
		Caller:   rapid.SampledFrom([]ticket.Caller{ticket.Owner, ticket.Owner, ticket.Owner, ticket.Anonymous}).Draw(t, "caller"), Reason: "不愿留名"}
	history := story(id, first)
	tick, err := ticket.Ticket{}.Apply(history[0])
	if err != nil {
		t.Fatal(err)
	}
	moves := []ticket.Event{
		{Type: ticket.Triaged, By: assistant}, {Type: ticket.Dispatched, By: assistant, To: worker}, {Type: ticket.Dispatched, By: assistant, To: head},
		{Type: ticket.Agreed, By: worker, Ref: "Q"}, {Type: ticket.Started, By: worker, Ref: "N"}, {Type: ticket.Started, By: supervisor, Ref: "N"},
		{Type: ticket.Completed, By: worker}, {Type: ticket.Completed, By: head}, {Type: ticket.Completed, By: manager},
		{Type: ticket.Told, By: assistant}, {Type: ticket.Told, By: supervisor, Grade: ticket.Fair}, {Type: ticket.SignedOff, By: resident}, {Type: ticket.SignedOff, By: assistant},
		{Type: ticket.Told, By: assistant, To: bureau}, {Type: ticket.Disputed, By: resident}, {Type: ticket.Archived, By: assistant}, {Type: ticket.Reopened, By: resident},
		{Type: ticket.ReferredOut, By: assistant, To: bureau}, {Type: ticket.Replied, By: bureau}, {Type: ticket.Returned, By: assistant, Reason: "不属本部门"},
		{Type: ticket.Escalated, By: assistant, To: supervisor}, {Type: ticket.Escalated, By: supervisor, To: manager},
		{Type: ticket.Upheld, By: supervisor}, {Type: ticket.Dismissed, By: manager, Reason: "查无此事"}, {Type: ticket.Withdrawn, By: resident},
		{Type: ticket.Revisited, By: assistant, Channel: ticket.Phone}, {Type: ticket.Revisited, By: assistant, Channel: ticket.Visit},
		{Type: ticket.Revisited, By: manager, Channel: ticket.Visit}, {Type: ticket.Revisited, By: supervisor, Channel: ticket.Online, Grade: ticket.NoGrade},
		{Type: ticket.Revisited, By: supervisor, Channel: ticket.Phone, Grade: ticket.Poor},
		{Type: ticket.Missed, By: assistant, Channel: ticket.Phone}, {Type: ticket.Missed, By: assistant, Approver: manager, Reason: "三次联系不上"}, {Type: ticket.Missed, By: assistant, Ref: "T2"},
		{Type: ticket.Sampled, By: assistant, Ref: "standard/2026-10/routine", Channel: ticket.Visit}, {Type: ticket.Sampled, By: assistant, Ref: "standard/2026-11/routine", Channel: ticket.Phone},
		{Type: ticket.Reranked, By: supervisor, Severity: ticket.Important}, {Type: ticket.Informed, By: assistant}, {Type: ticket.HandedOver, By: assistant, To: assistant},
	}
	for range rapid.IntRange(5, 30).Draw(t, "rows") {
		now = now.Add(time.Minute + time.Duration(rapid.IntRange(0, 30).Draw(t, "later"))*time.Hour)
		for range 8 { // of these the first that may be
			e := rapid.SampledFrom(moves).Draw(t, "row")
			e.Ticket, e.Seq, e.At = id, tick.Seq+1, now
			if rapid.IntRange(0, 7).Draw(t, "late") == 0 {
				e.Recorded = now.Add(time.Duration(rapid.IntRange(0, 20*24).Draw(t, "by")) * time.Hour)
			}
			if next, err := tick.Apply(e); err == nil {
				tick, history = next, append(history, e)
				break
			}
		}
	}
	return history
}

// tale is a history for a person to read.
func tale(h []ticket.Event) string {
	var lines []string
	for _, e := range h {
		lines = append(lines, fmt.Sprintf("%d %s %s %s→%s %s %s%s%s %s", e.Seq, e.At.Format("01-02 15:04"), e.Type, e.By.Role, e.To.Role, e.Channel, e.Kind, e.Urgency, e.Severity, e.Approver.Role))
	}
	return strings.Join(lines, "\n")
}

// slowRevisits is what the clauses say of a ticket, told a second time: each cycle's rows by
// themselves, who settled it read off them one by one, and what is owed looked up from the end.
func slowRevisits(p wuye.Policy, h []ticket.Event, money []billing.Entry) []string {
	state := make([]ticket.Ticket, len(h))
	for i := range h {
		state[i], _ = ticket.Replay(h[:i+1])
	}
	now := state[len(h)-1]
	if now.Caller == ticket.Anonymous || now.State == ticket.Void {
		return nil
	}
	var lines []string
	say := func(cycle int, clause, who, mode string, from time.Time) {
		lines = append(lines, fmt.Sprintf("%d %s %s %s from %s", cycle, clause, who, mode, from.Format("01-02 15:04:05.999999999")))
	}
	for n := 1; n <= now.Cycle; n++ {
		var rows []int
		for i := range h {
			if state[i].Cycle == n {
				rows = append(rows, i)
			}
		}
		stood := func(i int) ticket.State { // before the row
			if i == 0 {
				return ""
			}
			return state[i-1].State
		}
		var completed, told, replied time.Time
		tier := 1
		for _, i := range rows {
			e := h[i]
			moved := state[i].State != stood(i) || state[i].Last.Equal(e.At)
			late := i > 0 && e.At.Before(state[i-1].Last)
			switch {
			case e.Type == ticket.Escalated:
				tier = max(tier, e.By.Role.Tier(), e.To.Role.Tier())
			case late || !moved:
			case e.Type == ticket.Completed:
				completed, tier = e.At, max(tier, e.By.Role.Tier(), e.To.Role.Tier())
			case e.Type == ticket.Started:
				tier = max(tier, e.By.Role.Tier(), e.To.Role.Tier())
			case e.Type == ticket.Disputed:
				completed, told = time.Time{}, time.Time{}
			case e.Type == ticket.Told:
				if told.IsZero() {
					told = e.At
				}
				if stood(i) == ticket.Open || stood(i) == ticket.Accepted {
					tier = max(tier, e.By.Role.Tier())
				}
			case e.Type == ticket.Replied:
				replied = e.At
			}
		}
		last := rows[len(rows)-1] + 1
		switch {
		case now.Kind == ticket.Complaint:
			resolved := completed
			if resolved.IsZero() {
				resolved = told
			}
			first := resolved
			if first.IsZero() || !replied.IsZero() && replied.Before(first) {
				first = replied
			}
			switch {
			case !resolved.IsZero() && p.Reading("complaint-revisitor") == "strict" && p.ValidComplaint(h[:last]):
				say(n, "TR-4.7a", "manager", "visit", resolved)
			case first.IsZero():
			case tier == 2:
				say(n, "VC-1.6", "supervisor", "call", first)
			case tier == 3:
				say(n, "VC-1.6", "manager", "call", first)
			default:
				say(n, "VC-1.4c", "assistant", "call", first)
			}
		case completed.IsZero():
		case now.Kind == ticket.FitOut:
			say(n, "TR-4.2a", "assistant", "visit", completed)
		case now.Kind == ticket.Repair && (now.Urgency == ticket.Emergency || now.Severity == ticket.Major):
			say(n, "TR-4.8", "assistant", "call", completed)
		}
	}
	for i, e := range h {
		if e.Type == ticket.Sampled {
			mode := "call"
			if e.Channel == ticket.Visit {
				mode = "visit"
			}
			say(state[i].Cycle, "TR-4.3b", "assistant", mode, e.At)
		}
	}
	if now.Nature != ticket.Special {
		return lines
	}
	clause := "SP-2.7.1b"
	if slices.ContainsFunc(money, func(e billing.Entry) bool { return e.Payment == billing.Collection }) {
		clause = "SP-2.7.1c"
	}
	seen := map[string]bool{}
	service := func(cycle int, at time.Time) {
		if m := at.Format("2006-01"); !seen[m] {
			seen[m] = true
			say(cycle, clause, "assistant", "call", at)
		}
	}
	for i, e := range h {
		if e.Type == ticket.SignedOff {
			service(state[i].Cycle, e.At)
		}
	}
	if len(seen) == 0 && money != nil {
		service(now.Cycle, money[1].At)
	}
	return lines
}

// The leaf agrees with its slow second version on random lives; what it says was done is a
// row that does, and the first one; what it says is due is never before it is owed; and a
// clock that asks for the revisit is still running, or breached, exactly while it is owed.
func TestRevisitsSlow(t *testing.T) {
	desks := []*wuye.Desk{desk(t), desk(t, read(t, "complaint-revisitor", "tier"))}
	seen := map[rule.ID]int{}
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			d := desks[rapid.IntRange(0, 1).Draw(t, "desk")]
			h := life(t, "T1")
			for i := range h {
				h[i].Recorded = time.Time{} // all is known
			}
			var money []billing.Entry
			if rapid.Bool().Draw(t, "charged") {
				money = charge("T1", "2026-10-05", rapid.SampledFrom([]billing.Payment{billing.Cash, billing.Collection, billing.Mobile}).Draw(t, "means"), "")
			}
			asOf := at("2027-01-20 00:00")
			all, err := d.Revisits(h, money, asOf)
			if err != nil {
				t.Fatal(err)
			}
			p, _ := d.Policy(asOf)
			var got []string
			for _, r := range all {
				mode := "call"
				if r.Visit {
					mode = "visit"
				}
				got = append(got, fmt.Sprintf("%d %s %s %s from %s", r.Cycle, r.Clauses[0], r.Who, mode, r.From.Format("01-02 15:04:05.999999999")))
				seen[r.Clauses[0]]++
				if !r.Done.IsZero() {
					i := slices.IndexFunc(h, func(e ticket.Event) bool { return e.Seq == r.Row })
					if e := h[i]; e.Type != ticket.Revisited || !e.At.Equal(r.Done) || e.At.Before(r.From) || e.By.Role.Tier() < r.Who.Tier() || r.Visit && e.Channel != ticket.Visit && r.Clauses[0] != "TR-4.3b" {
						t.Fatalf("%s is not done by %+v\n%s", sayRevisit(r), e, tale(h))
					}
				}
			}
			want := slowRevisits(p, h, money)
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Fatalf("got\n%s\nwant\n%s\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), tale(h))
			}

			verdicts, err := d.AppendVerdicts(nil, h, asOf)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range all {
				clock := map[rule.ID]rule.ID{"TR-4.2a": "TR-4.2a", "TR-4.7a": "WY-manager-visit", "TR-4.8": "TR-4.8t"}[r.Clauses[0]]
				var open, any bool
				for _, v := range verdicts {
					if v.Clause == clock && v.Cycle == r.Cycle {
						any, open = true, open || v.Stop.IsZero() && v.Status != sla.Lapsed
					}
				}
				// To the clock it does not show that nobody answered online, that what was dismissed was upheld after
				// all, or that what was disputed after its due, and then revisited, was completed anew.
				blind := slices.ContainsFunc(h, func(e ticket.Event) bool {
					return e.Channel == ticket.Online || e.Type == ticket.Dismissed || e.Type == ticket.Disputed
				})
				if any && !blind && open != r.Owed() && !r.Excused {
					t.Fatalf("%s, and yet the clock of %s runs: %v\n%s", sayRevisit(r), clock, open, tale(h))
				}
			}
		}
	})
	for _, id := range []rule.ID{"VC-1.4c", "VC-1.6", "TR-4.2a", "TR-4.3b", "TR-4.7a", "TR-4.8", "SP-2.7.1b", "SP-2.7.1c"} {
		if seen[id] == 0 {
			t.Errorf("chance never met %s", id)
		}
	}
}

// Nothing is owed in years that no policy judges, nor in a month before the first.
func TestRevisitsFirstMonth(t *testing.T) {
	p := wuye.Standard()
	p.From = calendar.MustDate("2026-10-20")
	d := desk(t, p)
	h := special("S1", "2026-10-20")
	if got := revisits(t, d, h, nil, "2026-11-01 09:00"); got != "1 SP-2.7.1b assistant call, by 11-11 00:00: owed" {
		t.Errorf("of the first month: %s", got)
	}
}
