package wuye_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
)

// What a profile keeps, leaves out and chooses, for a manager to read.
func TestProfiles(t *testing.T) {
	for _, c := range []struct {
		policy   wuye.Policy
		document string
	}{{wuye.Villa(), "VC"}, {wuye.Tianxiacheng(), "TR"}} {
		p := c.policy
		if err := p.Validate(); err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		for _, l := range p.Lint() {
			t.Errorf("%s: %s %s %s", p.Name, l.Code, l.Path, l.Zh)
		}
		var b strings.Builder
		own := func(path string, id rule.ID) {
			clause, ok := rule.Lookup(id)
			if !ok || clause.Document != c.document && clause.Document != "WY" || !p.Keeps(id) {
				t.Errorf("%s: %s carries out %s, of another document", p.Name, path, id)
			}
			fmt.Fprintf(&b, "%-10s %-17s %s\n", path, id, id.Zh())
		}
		for _, k := range p.SLA.Clocks {
			own("clock", k.Clause)
		}
		for _, s := range p.Ladder {
			own("step", s.Clause)
		}
		for _, d := range p.Duties {
			own("duty", d.Clause)
		}
		for _, o := range p.Off {
			fmt.Fprintf(&b, "%-10s %-17s %s\n", "off", o.Clause, o.Reason)
			if !strings.Contains(o.Reason, c.document) && !strings.Contains(o.Reason, "QI-3.7b") {
				t.Errorf("%s: %s is off for no clause: %s", p.Name, o.Clause, o.Reason)
			}
		}
		for _, choice := range p.Choices {
			i := slices.IndexFunc(wuye.Readings(), func(r wuye.Reading) bool { return r.Code == choice.Reading })
			r := wuye.Readings()[i]
			fmt.Fprintf(&b, "%-10s %s=%s %s\n", "reading", choice.Reading, choice.Option, r.Zh)
			if !slices.ContainsFunc(r.Clauses, func(id rule.ID) bool { return strings.HasPrefix(string(id), c.document) }) {
				t.Errorf("%s: no clause of %s speaks of %s", p.Name, c.document, choice.Reading)
			}
		}
		golden(t, "testdata/"+p.Name+".txt", b.String())

		before := encode(t, p)
		if q, err := wuye.ParsePolicy([]byte(before)); err != nil || encode(t, q) != before {
			t.Errorf("%s does not survive JSON: %v", p.Name, err)
		}
		if q, err := wuye.ParsePolicy([]byte(`{"base":"` + p.Name + `"}`)); err != nil || encode(t, q) != before {
			t.Errorf("%s as a base is not itself: %v", p.Name, err)
		}
	}
	if q, err := wuye.ParsePolicy([]byte(`{"base":"standard"}`)); err != nil || encode(t, q) != encode(t, wuye.Standard()) {
		t.Errorf("the standard policy as a base is not itself: %v", err)
	}
}

// One complaint, three desks. Monday 2026-09-21 09:05, settled by the assistant and revisited
// by telephone the same day, archived without a visit of the manager.
//
//	standard      the manager owed a visit (TR-4.7a) by the end of Tuesday
//	villa         the assistant settled it and revisited it (VC-1.4c, VC-1.5a): all is well
//	tianxiacheng  the manager owed a visit; nothing is said of the same day
func TestProfilesJudge(t *testing.T) {
	row := func(seq int, typ ticket.EventType, when string, more func(*ticket.Event)) ticket.Event {
		e := ticket.Event{Ticket: "T1", Seq: seq, Type: typ, At: at("2026-09-21 " + when), Recorded: at("2026-09-21 " + when), By: ticket.Actor{Role: ticket.Assistant, ID: "A1"}}
		if more != nil {
			more(&e)
		}
		return e
	}
	h := []ticket.Event{
		row(1, ticket.Registered, "09:05", func(e *ticket.Event) {
			e.Kind, e.Caller, e.Has = ticket.Complaint, ticket.Owner, []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}
		}),
		row(2, ticket.Told, "09:30", func(e *ticket.Event) { e.Grade = ticket.Satisfied }),
		row(3, ticket.Revisited, "16:00", func(e *ticket.Event) { e.Channel, e.Grade = ticket.Phone, ticket.Satisfied }),
		row(4, ticket.Archived, "17:00", nil),
	}
	for name, c := range map[string]struct {
		policy wuye.Policy
		clocks []rule.ID // some that are judged
		none   []rule.ID // that are not
		visit  bool      // the manager's is missed
	}{
		"standard":     {wuye.Standard(), []rule.ID{"VC-1.5a", "QI-3.6a", "TR-5.0a", "WY-manager-visit"}, nil, true},
		"villa":        {wuye.Villa(), []rule.ID{"VC-1.5a", "VC-1.5b"}, []rule.ID{"QI-3.6a", "TR-5.0a", "WY-manager-visit", "HB-2.2b"}, false},
		"tianxiacheng": {wuye.Tianxiacheng(), []rule.ID{"TR-5.0a", "WY-manager-visit"}, []rule.ID{"VC-1.5a", "QI-3.6a", "HB-2.2b"}, true},
	} {
		d := desk(t, c.policy)
		j, err := d.Judge(h, at("2026-09-25 12:00"))
		if err != nil {
			t.Fatal(err)
		}
		has := func(id rule.ID) bool {
			return slices.ContainsFunc(j.Verdicts, func(v sla.Verdict) bool { return v.Clause == id })
		}
		for _, id := range c.clocks {
			if !has(id) {
				t.Errorf("%s: no verdict of %s", name, id)
			}
		}
		for _, id := range c.none {
			if has(id) {
				t.Errorf("%s: %s is judged", name, id)
			}
		}
		if j.Policy != name {
			t.Errorf("%s: judged by %s", name, j.Policy)
		}
		findings, err := audit.History(d, h, at("2026-09-25 12:00"))
		if err != nil {
			t.Fatal(err)
		}
		visit := false
		for _, f := range findings {
			visit = visit || f.Clause == "TR-4.7a"
			if name == "villa" {
				t.Errorf("villa: %s %s", f.Clause, f.Zh)
			}
		}
		if visit != c.visit {
			t.Errorf("%s: the manager's visit is missed: %v", name, visit)
		}
	}
}

// A desk of the villa draws no sample and no quota, one of Tianxiacheng draws TR-4.4's alone.
func TestProfilesMonthEnd(t *testing.T) {
	var slips [][]ticket.Event
	for i := range 24 {
		slips = append(slips, slip(fmt.Sprintf("R%02d", i), "2026-10-12"))
	}
	slips = append(slips, special("S1", "2026-10-12"))
	for name, want := range map[string]int{"villa": 0, "tianxiacheng": 8} { // 30 % of 24, rounded up
		policy := map[string]wuye.Policy{"villa": wuye.Villa(), "tianxiacheng": wuye.Tianxiacheng()}[name]
		end, err := desk(t, policy).MonthEnd(calendar.MustMonth("2026-10"), records(slips...), "key", at("2026-11-03 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		if end.Routine.Size != want || end.Cash.Size != 0 || end.Banked.Size != 0 {
			t.Errorf("%s draws %d, %d, %d", name, end.Routine.Size, end.Cash.Size, end.Banked.Size)
		}
	}
}

// Only what differs from a profile is written.
func TestParsePolicyBase(t *testing.T) {
	p, err := wuye.ParsePolicy([]byte(`{
		"base": "standard", "name": "锦绣苑", "from": "2026-01-01", "households": 820, "form": [],
		"choices": [{"reading": "hours", "option": "working-hours"}, {"reading": "bracket-edges", "option": "lower"}],
		"sla": {
			"unrecorded": ["delivered"],
			"clocks": [{"clause": "SP-2.4.1", "when": [{"natures": ["special"]}], "from": [[{"type": "triaged"}]], "to": [[{"type": "delivered"}]], "limit": {"n": 10, "unit": "minute"}, "who": "assistant"}]
		},
		"ladder": [{"from": "assistant", "cause": "unsolved", "to": "supervisor", "report": true, "clause": "VC-1.3a"}],
		"duties": [{"clause": "VC-1.7", "who": "assistant", "every": "week", "times": 2}, {"clause": "HL3-3.4", "who": "manager", "every": "year", "times": 1}],
		"off": [{"clause": "VC-1.9", "reason": "电子归档"}],
		"cash": {"brackets": [{"percent": 90, "clause": "SP-2.7.1b"}], "rounding": "up", "clause": "SP-2.7.1b"}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := wuye.Standard()
	for _, c := range []wuye.Choice{{Reading: "hours", Option: "working-hours"}, {Reading: "bracket-edges", Option: "lower"}} {
		if want, err = want.WithReading(c.Reading, c.Option); err != nil {
			t.Fatal(err)
		}
	}
	want.Name, want.From, want.Households, want.Form = "锦绣苑", calendar.MustDate("2026-01-01"), 820, []ticket.Particular{}
	want.SLA = want.SLA.With("SP-2.4.1", sla.Clock{Clause: "SP-2.4.1", When: []ticket.Match{{Natures: []ticket.Nature{ticket.Special}}}, From: sla.Moment{{{Type: ticket.Triaged}}}, To: sla.Moment{{{Type: ticket.Delivered}}}, Limit: sla.Minutes(10), Who: ticket.Assistant})
	want.SLA.Unrecorded = []ticket.EventType{ticket.Delivered}
	i := slices.IndexFunc(want.Ladder, func(s escalation.Step) bool {
		return s.From == ticket.Assistant && s.Cause == escalation.Unsolved && s.Clause == "VC-1.3a"
	})
	want.Ladder[i] = escalation.Step{From: ticket.Assistant, Cause: escalation.Unsolved, To: ticket.Supervisor, Report: true, Clause: "VC-1.3a"}
	i = slices.IndexFunc(want.Duties, func(d wuye.Duty) bool { return d.Clause == "VC-1.7" })
	want.Duties[i].Every, want.Duties[i].Times = "week", 2
	want.Duties = append(want.Duties, wuye.Duty{Clause: "HL3-3.4", Who: ticket.Manager, Every: "year", Times: 1})
	want.Off = []wuye.Off{{Clause: "VC-1.9", Reason: "电子归档"}}
	want.Cash.Brackets[0].Percent = 90
	if diff := cmp.Diff(encode(t, want), encode(t, p)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	// A choice taken back, and a clause off with another reason than the profile's.
	p, err = wuye.ParsePolicy([]byte(`{"base":"villa","choices":[{"reading":"complaint-revisitor","option":"strict"}],"off":[{"clause":"SP","reason":"没有特约服务"}]}`))
	if err != nil || len(p.Choices) != 0 || len(p.Off) != len(wuye.Villa().Off) || !slices.Contains(p.Off, wuye.Off{Clause: "SP", Reason: "没有特约服务"}) {
		t.Errorf("%v, %v, %v", p.Choices, p.Off, err)
	}

	for text, want := range map[string]string{
		`{"base":"palace"}`:                       "unknown base",
		`{"base":7}`:                              "wrong_type base",
		`{"base":"villa","base":"standard"}`:      "twice base",
		`{"base":"villa","sla":{"base":"villa"}}`: "unknown sla.base",
		`{"base":"villa","choices":[{"reading":"hours","option":"never"}]}`:                                                           "reading choices[0]",
		`{"base":"villa","off":[{"clause":"XX","reason":"r"}]}`:                                                                       "unknown off[0].clause",
		`{"base":"villa","off":[{"clause":"VC-1.7","reason":"r"},{"clause":"VC-1.7","reason":"s"}]}`:                                  "twice off[1].clause",
		`{"base":"standard","duties":[{"clause":"VC-1.8","who":"assistant","every":"fortnight","times":2}]}`:                          "unknown duties[0].every",
		`{"base":"standard","ladder":[{"from":"assistant","cause":"late","to":"janitor","clause":"WY-breach"}]}`:                      "ladder ladder[0].to",
		`{"base":"standard","choices":[{"reading":"hours","option":"working-hours"},{"reading":"hours","option":"round-the-clock"}]}`: "twice choices[1]",
		`{"base":"standard","name":""}`:                                              "missing name",
		`{"base":"standard","sla":{"clocks":[{"clause":"QI-3.8","who":"janitor"}]}}`: "sla sla.clocks[0]",
	} {
		_, err := wuye.ParsePolicy([]byte(text))
		if e := as[*wuye.PolicyError](t, err); !strings.HasPrefix(e.Code+" "+e.Path, want) || e.Zh() == "" {
			t.Errorf("%s: %s %s, want %s (%v)", text, e.Code, e.Path, want, err)
		}
	}
}

// What was read from a base shares nothing with the next one read.
func TestProfilesFresh(t *testing.T) {
	for _, make := range []func() wuye.Policy{wuye.Villa, wuye.Tianxiacheng} {
		p, before := make(), encode(t, make())
		p.SLA.Clocks[0].To[0][0].Type, p.Ladder[0].To, p.Duties[0].Times, p.Off[0].Reason, p.Routine.Brackets[0].UpTo = ticket.Rated, ticket.Worker, 9, "", 1
		if encode(t, make()) != before {
			t.Errorf("%s gives the same value twice", p.Name)
		}
	}
}

// The agenda calls people what the site calls them.
func TestTitles(t *testing.T) {
	p := wuye.Standard()
	p.Titles = escalation.Titles{{Role: ticket.Manager, Name: "管理处经理"}, {Role: ticket.Assistant, Name: "接待员"}}
	items, err := desk(t, p).Agenda(records(complaint("T1", "2026-09-21")[:1]), at("2026-09-21 09:10"))
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, i := range items {
		all += i.Zh + "\n"
	}
	if !strings.Contains(all, "接待员") || !strings.Contains(all, "管理处经理") || !strings.Contains(all, "客服主管") || strings.Contains(all, "客服助理在") || strings.Contains(all, "物业经理在") {
		t.Errorf("the site's titles, and the documents' where it has none, are not used:\n%s", all)
	}
	p.Titles[1].Role = "janitor"
	if e := as[*wuye.PolicyError](t, p.Validate()); e.Path != "titles[1].role" || e.Code != "ladder" {
		t.Errorf("%s %s", e.Code, e.Path)
	}
	q, err := wuye.ParsePolicy([]byte(`{"base":"tianxiacheng","titles":[{"role":"manager","name":"管理处经理"}]}`))
	if err != nil || len(q.Titles) != 1 || q.Titles.Of(ticket.Manager) != "管理处经理" || q.Titles.Of(ticket.Assistant) != "客服助理" {
		t.Errorf("%v, %v", q.Titles, err)
	}
	if c := wuye.Tianxiacheng(); c.Titles.Of(ticket.Manager) != "服务中心经理" {
		t.Errorf("Tianxiacheng's manager is called %s", c.Titles.Of(ticket.Manager))
	}
}
