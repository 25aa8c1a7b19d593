package wuye_test

import (
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// A dated book: the policy in force when a ticket was opened judges it.
func TestNew(t *testing.T) {
	old := wuye.Standard()
	old.Name, old.From = "old", calendar.MustDate("2020-01-01")
	now := wuye.Standard()
	now.Name, now.From = "new", calendar.MustDate("2026-07-01")
	d := desk(t, now, old) // in any order
	for when, want := range map[string]string{"2020-01-01 00:00": "old", "2026-06-30 23:59": "old", "2026-07-01 00:00": "new", "2030-01-01 00:00": "new"} {
		p, err := d.Policy(at(when))
		if err != nil || p.Name != want {
			t.Errorf("%s: %s, %v", when, p.Name, err)
		}
		j, err := d.Judge(slip("T", when[:10])[:1], at(when[:10]+" 10:00"))
		if err != nil || j.Policy != want || j.Calendar != calendar.China().ID() || d.Calendar().ID() != j.Calendar {
			t.Errorf("%s: judged by %s, %s: %v", when, j.Policy, j.Calendar, err)
		}
	}
	_, err := d.Policy(at("2019-12-31 23:59"))
	if e := as[*wuye.NotInForceError](t, err); e.First != old.From || e.Day != calendar.MustDate("2019-12-31") || rule.Zh(err) == "" || e.Error() == "" {
		t.Errorf("%+v", e)
	}
	_, err = d.Judge(slip("T", "2019-12-31"), at("2026-01-01 00:00"))
	as[*wuye.NotInForceError](t, err)
	_, err = d.AppendVerdicts(nil, slip("T", "2019-12-31"), at("2026-01-01 00:00"))
	as[*wuye.NotInForceError](t, err)

	_, err = wuye.New(calendar.China())
	if e := as[*wuye.PolicyError](t, err); e.Path != "policies" {
		t.Errorf("no policy: %v", err)
	}
	_, err = wuye.New(calendar.China(), old, now, old)
	if e := as[*wuye.PolicyError](t, err); e.Path != "policies[2].from" {
		t.Errorf("one date twice: %v", err)
	}
}

// What the caller does with his policies afterwards changes nothing.
func TestNewCopies(t *testing.T) {
	p := wuye.Standard()
	d := desk(t, p)
	history := complaint("T", "2026-09-21")[:1]
	before := encode(t, must(d.Judge(history, at("2026-09-21 12:00"))))
	spoil := func(p wuye.Policy) {
		for i := range p.SLA.Clocks {
			p.SLA.Clocks[i].Limit = sla.Minutes(1)
			p.SLA.Clocks[i].To[0][0].Type = ticket.Registered
			p.SLA.Clocks[i].Who = ticket.Worker
		}
		for i := range p.Ladder {
			p.Ladder[i].To = ticket.Worker
		}
		p.Duties[0].Every, p.Routine.Brackets[0].UpTo = "never", 0
	}
	spoil(p)
	q, _ := d.Policy(at("2026-09-21 12:00"))
	spoil(q)
	if after := encode(t, must(d.Judge(history, at("2026-09-21 12:00")))); after != before {
		t.Errorf("the desk shares with its caller:\n%s\n%s", before, after)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Judge and AppendVerdicts agree; Wake is the first instant at which anything changes by
// itself: before it nothing does, at it something has.
func TestJudgeWake(t *testing.T) {
	d := desk(t)
	histories := [][]ticket.Event{slip("T", "2026-09-21"), special("T", "2026-09-21"), complaint("T", "2026-09-21"),
		with(slip("T", "2026-09-21"), func(e *ticket.Event) { e.Urgency = ticket.Emergency })}
	rapid.Check(t, func(t *rapid.T) {
		h := rapid.SampledFrom(histories).Draw(t, "history")
		h = h[:rapid.IntRange(1, len(h)).Draw(t, "rows")]
		asOf := h[len(h)-1].At.Add(time.Duration(rapid.IntRange(0, 5000).Draw(t, "minutes later")) * time.Minute)
		j, err := d.Judge(h, asOf)
		if err != nil {
			t.Fatal(err)
		}
		verdicts, err := d.AppendVerdicts(nil, h, asOf)
		if diff := cmp.Diff(j.Verdicts, verdicts); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
		if j.Wake.IsZero() {
			j.Wake = asOf.AddDate(0, 2, 0) // never: nothing may change
		} else {
			if !j.Wake.After(asOf) {
				t.Fatalf("wake %s is not after %s", j.Wake, asOf)
			}
			if now := must(d.Judge(h, j.Wake)); cmp.Equal(now, j) {
				t.Fatalf("nothing changes at %s", j.Wake)
			}
		}
		before := must(d.Judge(h, j.Wake.Add(-1)))
		if len(before.Firings) != len(j.Firings) || len(before.Verdicts) != len(j.Verdicts) {
			t.Fatalf("something changes before %s", j.Wake)
		}
		for i, v := range before.Verdicts {
			if v.Status != j.Verdicts[i].Status {
				t.Fatalf("%s changes before %s", v.Clause, j.Wake)
			}
		}
	})
}

// Judge fails exactly where Replay refuses; it sees only what was recorded by then; a year
// without a notice is no error.
func TestJudge(t *testing.T) {
	d := desk(t)
	h := slip("T", "2026-09-21")
	h[3].Recorded = at("2026-09-22 08:00")
	if j := must(d.Judge(h, at("2026-09-21 12:00"))); j.Ticket.State != ticket.Assigned || j.Ticket.Seq != 3 {
		t.Errorf("%s after row %d", j.Ticket.State, j.Ticket.Seq)
	}
	if j := must(d.Judge(h, at("2026-09-22 08:00"))); j.Ticket.State != ticket.Answered {
		t.Errorf("%s", j.Ticket.State)
	}
	illegal := story("T", h[0], h[4])
	_, err := d.Judge(illegal, at("2026-09-23 00:00"))
	_, want := ticket.Replay(illegal)
	if e := as[*ticket.Refusal](t, err); cmp.Diff(want, error(e)) != "" {
		t.Errorf("%v, want %v", err, want)
	}
	if _, err := d.AppendVerdicts(nil, illegal, at("2026-09-23 00:00")); err != nil {
		t.Errorf("any history has its verdicts: %v", err)
	}
	if v, err := d.AppendVerdicts(nil, nil, at("2026-09-23 00:00")); err != nil || v != nil {
		t.Errorf("no history: %v, %v", v, err)
	}
	for _, none := range [][]ticket.Event{nil, h} {
		if j, err := d.Judge(none, at("2026-09-20 00:00")); err != nil || j.Ticket != (ticket.Ticket{}) || j.Verdicts != nil {
			t.Errorf("nothing known yet: %+v, %v", j, err)
		}
	}
	j := must(d.Judge(complaint("T", "2026-12-31")[:2], at("2026-12-31 12:00")))
	unpublished := false
	for _, v := range j.Verdicts {
		unpublished = unpublished || v.Due.Unpublished == 2027
	}
	if !unpublished {
		t.Error("a working day of 2027 was told")
	}
}

// Before its notice nobody knows 2027; a desk with it does.
func TestJudgeProvisional(t *testing.T) {
	cal, err := calendar.China().With(must(calendar.Statutory(2027)))
	if err != nil {
		t.Fatal(err)
	}
	d := must(wuye.New(cal, wuye.Standard()))
	v := verdict(t, d, complaint("T", "2026-12-31")[:2], "QI-3.7a", "2026-12-31 12:00")
	if v.Due.At != at("2027-01-05 00:00") || !v.Due.Provisional {
		t.Errorf("%+v", v.Due)
	}
}

// No instant and no month is too far off to be answered or refused.
func TestExtremes(t *testing.T) {
	d := desk(t)
	r, log := october()
	r.Money = log
	r.Done = []wuye.DutyDone{{Clause: "VC-1.8", Ref: "9999-W52"}, {Clause: "VC-1.8", Ref: "0000"}, {Clause: "QI-4.1", Ref: "2026-13"}, {Clause: "VC-4.2a", Ref: "每户"}}
	for _, asOf := range []time.Time{{}, time.Unix(-1<<55, 0), time.Unix(1<<55, 0), time.Unix(253_402_271_999, 0), at("2004-01-01 00:00"), at("2026-12-31 23:59")} {
		for h := range r.Tickets {
			if _, err := d.Judge(h, asOf); err != nil {
				t.Errorf("%s: %v", asOf, err)
			}
			if _, err := d.Revisits(h, log, asOf); err != nil {
				t.Errorf("%s: %v", asOf, err)
			}
		}
		if _, err := d.Agenda(r, asOf); err != nil {
			as[*wuye.NotInForceError](t, err)
		}
		for _, m := range []calendar.Month{{}, calendar.MustMonth("2003-12"), calendar.MustMonth("2026-10"), calendar.MustMonth("9999-12")} {
			if _, err := d.MonthEnd(m, r, "key", asOf); err != nil && rule.Zh(err) == "" {
				t.Errorf("%s at %s: %v", m, asOf, err)
			}
		}
	}
}

// The door: what Judge takes of a whole history, because it may be another system's, a row that
// comes in is refused for.
func TestAdmit(t *testing.T) {
	d := desk(t)
	h := complaint("T1", "2026-09-21")
	for n := range h {
		j, err := d.Admit(h[:n:n], h[n])
		if err != nil {
			t.Fatalf("row %d: %v", n+1, err)
		}
		if want, _ := d.Judge(h[:n+1], h[n].At); encode(t, want) != encode(t, j) {
			t.Errorf("row %d is judged otherwise than by Judge", n+1)
		}
	}
	// A takeover of a ticket that is under way would close it, and make testimony of the rest.
	e := ticket.Event{Ticket: "T1", Seq: 4, Type: ticket.Imported, At: at("2026-09-21 12:00"), Recorded: at("2026-09-21 12:00"), State: ticket.Closed}
	if _, err := d.Judge(append(h[:3:3], e), e.Recorded); err != nil {
		t.Fatalf("Judge takes it for another system's: %v", err)
	}
	_, err := d.Admit(h[:3:3], e)
	if r := as[*ticket.Refusal](t, err); r.Code != ticket.IllegalMove {
		t.Errorf("%v", err)
	}
	// A row entered by a clock that was set back is not passed over: it is asked like any other.
	e = ticket.Event{Ticket: "T1", Seq: 4, Type: ticket.Archived, At: h[2].At.Add(-2 * time.Minute), Recorded: h[2].At.Add(-time.Minute), By: assistant}
	if _, err := d.Judge(append(h[:3:3], e), e.Recorded); err != nil {
		t.Fatalf("Judge does not know it yet: %v", err)
	}
	_, err = d.Admit(h[:3:3], e)
	as[*ticket.Refusal](t, err)
}

// One ticket's part of the agenda is what the whole says of it.
func TestDue(t *testing.T) {
	d, asOf := desk(t), at("2026-09-22 12:00")
	h := complaint("T1", "2026-09-21")[:4]
	whole, err := d.Agenda(records(h), asOf)
	if err != nil {
		t.Fatal(err)
	}
	due, err := d.Due(h, nil, asOf)
	if err != nil || len(due) == 0 {
		t.Fatalf("%d items, %v", len(due), err)
	}
	if want := slices.DeleteFunc(whole, func(i wuye.Item) bool { return i.Ticket == "" }); encode(t, want) != encode(t, due) {
		t.Errorf("%s\n%s", encode(t, want), encode(t, due))
	}
}

func TestDutyMay(t *testing.T) {
	d := wuye.Duty{Who: ticket.Supervisor}
	for role, may := range map[ticket.Role]bool{ticket.Assistant: false, ticket.Supervisor: true, ticket.Manager: true, ticket.Finance: false} {
		if d.May(role) != may {
			t.Errorf("%s: %v", role, !may)
		}
	}
}
