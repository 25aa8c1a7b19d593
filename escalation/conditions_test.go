package escalation_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// asks are the conditions of a history as a manager reads them: clause, row, whose, until
// when, and what became of it.
func asks(h []ticket.Event, asOf string) []string {
	var out []string
	for _, c := range escalation.Standard().Conditions(h, at(asOf)) {
		line := fmt.Sprintf("%s row %d %s", c.Clause, c.Seq, c.Who.Role)
		if !c.Due.At.IsZero() {
			line += " by " + stamp(c.Due.At)
		}
		switch {
		case c.Broken(at(asOf)):
			line += " broken"
		case c.Open():
			line += " open"
		default:
			line += " shown " + stamp(c.Shown)
		}
		out = append(out, line)
	}
	return out
}

func checkAsks(t *testing.T, h []ticket.Event, asOf string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, asks(h, asOf)); diff != "" {
		t.Errorf("as of %s (-want +got):\n%s", asOf, diff)
	}
}

func onSite(e *ticket.Event)   { e.Channel = ticket.Visit }
func severe(e *ticket.Event)   { e.Severity = ticket.Important }
func nameless(e *ticket.Event) { e.Caller = ticket.Anonymous }

// The supervisor who took over goes on site before he hands on or the owner is answered.
func TestVC_1_3a_visit(t *testing.T) {
	asked := []ticket.Event{minor, triaged, row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Supervisor))}
	with := func(more ...ticket.Event) []ticket.Event { return story(slices.Concat(asked, more)...) }
	checkAsks(t, with(), "21 09:59")
	checkAsks(t, with(), "21 10:00", "VC-1.3a row 3 supervisor open")
	checkAsks(t, with(row("21 11:00", ticket.Supervisor, ticket.Arrived)), always, "VC-1.3a row 3 supervisor shown 21 11:00")
	checkAsks(t, with(row("21 11:00", ticket.Manager, ticket.Inspected)), always, "VC-1.3a row 3 supervisor shown 21 11:00")
	checkAsks(t, with(row("21 11:00", ticket.Supervisor, ticket.Revisited, onSite)), always, "VC-1.3a row 3 supervisor shown 21 11:00")
	// Not his visit: another's, a call, or one before he had it.
	checkAsks(t, with(row("21 11:00", ticket.Assistant, ticket.Arrived), row("21 11:00", ticket.Worker, ticket.Arrived),
		row("21 11:10", ticket.Supervisor, ticket.Revisited), row("21 09:50", ticket.Supervisor, ticket.Arrived)), always, "VC-1.3a row 3 supervisor open")
	// Answered without it; also where he goes a minute later, but not where he goes at that instant.
	told := row("21 15:00", ticket.Assistant, ticket.Told)
	checkAsks(t, with(told), always, "VC-1.3a row 3 supervisor by 21 15:00 broken")
	checkAsks(t, with(told, row("21 15:01", ticket.Supervisor, ticket.Arrived)), always, "VC-1.3a row 3 supervisor by 21 15:00 broken")
	checkAsks(t, with(told, row("21 15:00", ticket.Supervisor, ticket.Arrived)), always, "VC-1.3a row 3 supervisor by 21 15:00 shown 21 15:00")
	// A visit entered late counts when it was.
	checkAsks(t, with(told, row("21 11:00", ticket.Supervisor, ticket.Arrived)), always, "VC-1.3a row 3 supervisor by 21 15:00 shown 21 11:00")
	// Withdrawn: nobody need go any more. Reopened: what was broken stays, and is not asked anew.
	checkAsks(t, with(row("21 15:00", ticket.Customer, ticket.Withdrawn)), always)
	checkAsks(t, with(told, row("22 09:00", ticket.Customer, ticket.Reopened)), always, "VC-1.3a row 3 supervisor by 21 15:00 broken")
	next := story(slices.Concat(asked, []ticket.Event{told, row("22 09:00", ticket.Customer, ticket.Reopened), row("22 10:00", ticket.Supervisor, ticket.Arrived)})...)
	if c := escalation.Standard().Conditions(next, at(always)); len(c) != 1 || !c[0].Open() {
		t.Errorf("a visit of the next cycle: %+v", c)
	}
	// Between the work and the answer is time enough.
	checkAsks(t, with(completed, row("21 12:00", ticket.Supervisor, ticket.Arrived), told), always, "VC-1.3a row 3 supervisor by 21 15:00 shown 21 12:00")
	// What is no complaint, or where the site has no such step, asks for nothing.
	checkAsks(t, story(slices.Concat([]ticket.Event{repair}, asked[1:])...), always)
	if got := escalation.Ladder(nil).Conditions(with(told), at(always)); got != nil {
		t.Error(got)
	}
}

// Handed on to the manager: the supervisor has been on site, and has written his report.
func TestVC_1_3b_report(t *testing.T) {
	begin := []ticket.Event{minor, triaged, row("21 10:00", ticket.Assistant, ticket.Escalated, to(ticket.Supervisor))}
	on := row("21 14:00", ticket.Supervisor, ticket.Escalated, to(ticket.Manager))
	with := func(more ...ticket.Event) []ticket.Event { return story(slices.Concat(begin, more)...) }
	checkAsks(t, with(on), "21 14:00",
		"VC-1.3a row 3 supervisor by 21 14:00 broken", "VC-1.3b row 4 supervisor by 21 14:00 broken")
	checkAsks(t, with(row("21 11:00", ticket.Supervisor, ticket.Arrived), row("21 13:00", ticket.Supervisor, ticket.Reported), on), always,
		"VC-1.3a row 3 supervisor by 21 14:00 shown 21 11:00", "VC-1.3b row 6 supervisor by 21 14:00 shown 21 13:00")
	// A report of an hour later is late, one entered an hour later is not.
	checkAsks(t, with(on, row("21 15:00", ticket.Supervisor, ticket.Reported)), always,
		"VC-1.3a row 3 supervisor by 21 14:00 broken", "VC-1.3b row 4 supervisor by 21 14:00 broken")
	if c := escalation.Standard().Conditions(with(on, row("21 15:00", ticket.Supervisor, ticket.Reported)), at(always)); c[1].Open() || !c[1].Shown.Equal(at("21 15:00")) {
		t.Errorf("%+v", c)
	}
	checkAsks(t, with(row("21 11:00", ticket.Supervisor, ticket.Arrived), on, row("21 13:59", ticket.Supervisor, ticket.Reported)), always,
		"VC-1.3a row 3 supervisor by 21 14:00 shown 21 11:00", "VC-1.3b row 5 supervisor by 21 14:00 shown 21 13:59")
	// A report of the cycle before is none of this one, whenever it is entered.
	wrote, again := row("21 12:00", ticket.Supervisor, ticket.Reported), row("21 13:30", ticket.Customer, ticket.Reopened)
	for _, late := range [][]ticket.Event{{again, wrote, on}, {again, on, wrote}} {
		h := story(slices.Concat([]ticket.Event{minor, triaged, row("21 13:00", ticket.Assistant, ticket.Told)}, late)...)
		if c := escalation.Standard().Conditions(h, at(always)); len(c) != 1 || !c[0].Open() || !c[0].Broken(at(always)) {
			t.Errorf("%+v", c)
		}
	}
	checkAsks(t, with(row("21 11:00", ticket.Supervisor, ticket.Arrived), row("21 12:00", ticket.Supervisor, ticket.Reported), row("21 13:00", ticket.Assistant, ticket.Told),
		row("21 13:30", ticket.Customer, ticket.Reopened), on), always,
		"VC-1.3a row 3 supervisor by 21 13:00 shown 21 11:00", "VC-1.3b row 8 supervisor by 21 14:00 broken")
}

// A minor complaint that goes to a department head is solved by him on site.
func TestVC_2_1b(t *testing.T) {
	sent := []ticket.Event{minor, triaged, row("21 09:20", ticket.Assistant, ticket.Dispatched, to(ticket.DepartmentHead))}
	with := func(more ...ticket.Event) []ticket.Event { return story(slices.Concat(sent, more)...) }
	done := row("21 15:00", ticket.DepartmentHead, ticket.Completed)
	checkAsks(t, with(), always, "VC-2.1b row 3 department_head open")
	checkAsks(t, with(done), always, "VC-2.1b row 3 department_head by 21 15:00 broken")
	checkAsks(t, with(row("21 11:00", ticket.DepartmentHead, ticket.Arrived), done), always, "VC-2.1b row 3 department_head by 21 15:00 shown 21 11:00")
	checkAsks(t, with(row("21 11:00", ticket.Supervisor, ticket.Arrived), done), always, "VC-2.1b row 3 department_head by 21 15:00 shown 21 11:00")
	checkAsks(t, with(row("21 11:00", ticket.Worker, ticket.Arrived), row("21 11:00", ticket.Assistant, ticket.Arrived), done), always, "VC-2.1b row 3 department_head by 21 15:00 broken")
	// What he hands up he has seen; then the supervisor goes.
	checkAsks(t, with(row("21 14:00", ticket.DepartmentHead, ticket.Escalated, to(ticket.Supervisor))), always,
		"VC-2.1b row 3 department_head by 21 14:00 broken", "VC-1.3a row 4 supervisor open")
	// Sent back, or to another: he need not go.
	checkAsks(t, with(row("21 10:00", ticket.DepartmentHead, ticket.Returned)), always)
	checkAsks(t, with(row("21 10:00", ticket.Assistant, ticket.Dispatched, to(ticket.Worker)), done), always)
	// Another's, or not minor: no such rule.
	checkAsks(t, story(minor, triaged, row("21 09:20", ticket.Assistant, ticket.Dispatched, to(ticket.Worker))), always)
	checkAsks(t, story(repair, triaged, row("21 09:20", ticket.Assistant, ticket.Dispatched, to(ticket.DepartmentHead))), always)
	grave := row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ""), severe)
	checkAsks(t, story(grave, triaged, row("21 09:20", ticket.Assistant, ticket.Dispatched, to(ticket.DepartmentHead))), "21 12:00", "QI-3.7c row 1 assistant by 23 00:00 open")
	// A dispatch entered late moves nothing, and asks for nothing.
	checkAsks(t, story(minor, triaged, completed, row("21 09:20", ticket.Assistant, ticket.Dispatched, to(ticket.DepartmentHead))), always)
}

// Whoever took an important or major complaint in keeps the customer told, by the end of the
// day after he last heard, until it is answered.
func TestQI_3_7c(t *testing.T) {
	grave := row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ""), severe)
	checkAsks(t, story(grave, triaged), "22 23:59", "QI-3.7c row 1 assistant by 23 00:00 open")
	checkAsks(t, story(grave, triaged), "23 00:00", "QI-3.7c row 1 assistant by 23 00:00 broken")
	heard := func(when string) ticket.Event { return row(when, ticket.Supervisor, ticket.Informed) }
	checkAsks(t, story(grave, triaged, heard("22 23:59")), "23 12:00", "QI-3.7c row 1 assistant by 23 00:00 shown 22 23:59", "QI-3.7c row 3 assistant by 24 00:00 open")
	checkAsks(t, story(grave, triaged, heard("23 00:00")), "23 12:00", "QI-3.7c row 1 assistant by 23 00:00 broken", "QI-3.7c row 3 assistant by 25 00:00 open")
	// The answer ends it; so does what makes the ticket void, or the complaint minor.
	checkAsks(t, story(grave, triaged, row("22 10:00", ticket.Assistant, ticket.Told)), always, "QI-3.7c row 1 assistant by 23 00:00 shown 22 10:00")
	checkAsks(t, story(grave, triaged, completed, row("22 10:00", ticket.Customer, ticket.SignedOff)), always, "QI-3.7c row 1 assistant by 23 00:00 shown 22 10:00")
	checkAsks(t, story(grave, triaged, completed, row("22 10:00", ticket.Customer, ticket.SignedOff), row("22 11:00", ticket.Assistant, ticket.Informed)), always, "QI-3.7c row 1 assistant by 23 00:00 shown 22 10:00")
	checkAsks(t, story(grave, triaged, row("22 10:00", ticket.Customer, ticket.Withdrawn)), always)
	checkAsks(t, story(grave, triaged, row("24 10:00", ticket.Customer, ticket.Withdrawn)), always, "QI-3.7c row 1 assistant by 23 00:00 broken")
	checkAsks(t, story(grave, triaged, row("22 10:00", ticket.Supervisor, ticket.Reranked, kind("", ticket.Minor))), always)
	// From when it is found important; again when it is reopened, of him who took that in.
	checkAsks(t, story(minor, row("24 10:00", ticket.Assistant, ticket.Reranked, severe)), "24 10:00", "QI-3.7c row 2 assistant by 26 00:00 open")
	checkAsks(t, story(grave, triaged, row("21 10:00", ticket.Assistant, ticket.Told), row("23 10:00", ticket.Supervisor, ticket.Reopened)), "23 10:00",
		"QI-3.7c row 1 assistant by 23 00:00 shown 21 10:00", "QI-3.7c row 4 supervisor by 25 00:00 open")
	// An entry of the past neither asks nor breaks anew.
	checkAsks(t, story(grave, triaged, heard("23 10:00"), heard("22 10:00")), "23 12:00", "QI-3.7c row 1 assistant by 23 00:00 shown 22 10:00", "QI-3.7c row 3 assistant by 25 00:00 open")
	checkAsks(t, story(minor, triaged, row("23 10:00", ticket.Assistant, ticket.Reranked, severe), heard("22 10:00")), "23 12:00", "QI-3.7c row 3 assistant by 25 00:00 open")
	// Nobody to tell; and of what was before the takeover nothing is asked.
	checkAsks(t, story(row("21 09:00", ticket.Assistant, ticket.Registered, kind(ticket.Complaint, ""), severe, nameless)), always)
	taken := func(s ticket.State) ticket.Event {
		return row("25 09:00", "", ticket.Imported, func(e *ticket.Event) { e.State = s })
	}
	checkAsks(t, story(grave, taken(ticket.InWork)), "25 09:00", "QI-3.7c row 2 assistant by 27 00:00 open")
	checkAsks(t, story(grave, taken(ticket.Answered)), always)
}

// The whole grid of who revisits a complaint.
func TestRevisitor(t *testing.T) {
	for _, c := range []struct {
		settled, who ticket.Role
		clause       rule.ID
	}{
		{ticket.Assistant, ticket.Assistant, "VC-1.4c"}, {ticket.Worker, ticket.Assistant, "VC-1.4c"}, {ticket.DepartmentHead, ticket.Assistant, "VC-1.4c"},
		{"", ticket.Assistant, "VC-1.4c"}, {ticket.Authority, ticket.Assistant, "VC-1.4c"},
		{ticket.Supervisor, ticket.Supervisor, "VC-1.6"}, {ticket.Manager, ticket.Manager, "VC-1.6"},
	} {
		if who, visit, clause := escalation.Revisitor(c.settled, false); who != c.who || visit || clause != c.clause {
			t.Errorf("settled by %q: %s %v %s", c.settled, who, visit, clause)
		}
		if who, visit, clause := escalation.Revisitor(c.settled, true); who != ticket.Manager || !visit || clause != "TR-4.7a" {
			t.Errorf("settled by %q, valid: %s %v %s", c.settled, who, visit, clause)
		}
	}
}

func TestVC_1_4c(t *testing.T) { revisits(t, ticket.Assistant, false, ticket.Assistant, "VC-1.4c") }
func TestVC_1_6(t *testing.T)  { revisits(t, ticket.Supervisor, false, ticket.Supervisor, "VC-1.6") }
func TestVC_2_1c(t *testing.T) {
	revisits(t, ticket.DepartmentHead, false, ticket.Assistant, "VC-1.4c")
}
func TestTR_4_7a(t *testing.T) { revisits(t, ticket.Assistant, true, ticket.Manager, "TR-4.7a") }

func revisits(t *testing.T, settled ticket.Role, valid bool, want ticket.Role, by rule.ID) {
	t.Helper()
	if who, visit, clause := escalation.Revisitor(settled, valid); who != want || visit != valid || clause != by {
		t.Errorf("%s %v %s", who, visit, clause)
	}
}

func TestTitles(t *testing.T) {
	standard := escalation.StandardTitles()
	if err := standard.Validate(); err != nil {
		t.Error(err)
	}
	for name, role := range map[string]ticket.Role{
		"客服助理": ticket.Assistant, "接待员": ticket.Assistant, "值班人员": ticket.Assistant, "热线人员": ticket.Assistant, "管理员": ticket.Assistant, "综合管理员": ticket.Assistant,
		"客服主管": ticket.Supervisor, "客服中心负责人": ticket.Supervisor,
		"物业经理": ticket.Manager, "经理": ticket.Manager, "管理处经理": ticket.Manager, "服务中心经理": ticket.Manager,
		"服务人员": ticket.Worker, "部门负责人": ticket.DepartmentHead, "": "", "老板": "",
	} {
		if got, ok := standard.Role(name); got != role || ok != (role != "") {
			t.Errorf("%s: %s %v", name, got, ok)
		}
	}
	// Without a site's own names each role has its label, as have those beside the ladder.
	for _, r := range append(slices.Clone(foot), ticket.Supervisor, ticket.Manager, ticket.Finance, ticket.Customer, "boss") {
		if standard.Of(r) != r.Label() || escalation.Titles(nil).Of(r) != r.Label() {
			t.Errorf("%s: %s, not %s", r, standard.Of(r), r.Label())
		}
	}
	site := append(escalation.Titles{{Role: ticket.Manager, Name: "管理处经理"}}, standard...)
	if site.Of(ticket.Manager) != "管理处经理" || site.Validate() != nil {
		t.Error(site.Of(ticket.Manager), site.Validate())
	}
	if r, ok := site.Role("物业经理"); r != ticket.Manager || !ok {
		t.Error(r, ok)
	}
	text, err := json.Marshal(site[:1])
	if string(text) != `[{"role":"manager","name":"管理处经理"}]` || err != nil {
		t.Error(string(text), err)
	}
	for want, l := range map[string]escalation.Titles{
		`[0].role: not a role of the ladder: "finance"`:   {{Role: ticket.Finance, Name: "财务"}},
		`[1].name: a title needs a name: ""`:              {{Role: ticket.Manager, Name: "经理"}, {Role: ticket.Worker}},
		`[1].name: the title of another role: "经理"`:       {{Role: ticket.Manager, Name: "经理"}, {Role: ticket.Supervisor, Name: "经理"}},
		`[15].name: the title of another role: "客服中心负责人"`: append(slices.Clone(site), escalation.Title{Role: ticket.Manager, Name: "客服中心负责人"}),
	} {
		if err := l.Validate(); err == nil || err.Error() != "escalation: "+want {
			t.Errorf("want %s, got %v", want, err)
		}
	}
}

// slowVisits says in sentences which complaints' steps ask for a visit or a report, of rows in
// order of time, and whether the history shows it: the report before the step, the visit from
// it on until the next.
func slowVisits(h []ticket.Event) []string {
	var out []string
	for n, e := range h {
		complaint, from := false, 0
		for i := range h[:n+1] {
			if k := h[i].Kind; k != "" && (h[i].Type == ticket.Registered || h[i].Type == ticket.Reranked) {
				complaint = k == ticket.Complaint
			}
			if h[i].Type == ticket.Reopened || h[i].Type == ticket.Registered {
				from = i
			}
		}
		over := false
		for _, o := range h[from:n] {
			over = over || o.Type == ticket.Told || o.Type == ticket.Voided
		}
		desk := e.By.Role == ticket.Worker || e.By.Role == ticket.DepartmentHead || e.By.Role == ticket.Assistant || e.By.Role == ticket.Customer || e.By.Role == "" || e.By.Role == "boss"
		up := e.To.Role != ticket.Assistant && e.To.Role != ticket.Manager && (desk || e.To.Role != ticket.Supervisor)
		if e.Type != ticket.Escalated || !complaint || over {
			continue
		}
		if e.By.Role == ticket.Supervisor && e.To.Role != ticket.Assistant && e.To.Role != ticket.Supervisor {
			shown := false
			for _, o := range h[from:] {
				shown = shown || o.Type == ticket.Reported && !o.At.After(e.At)
			}
			out = append(out, fmt.Sprintf("VC-1.3b row %d %v", e.Seq, shown))
		}
		if !desk || !up {
			continue
		}
		shown, next, dropped := false, false, false
		for _, o := range h[n+1:] {
			boss := o.By.Role == ticket.Supervisor || o.By.Role == ticket.Manager
			visit := o.Type == ticket.Arrived || o.Type == ticket.Revisited && o.Channel == ticket.Visit
			if o.Type == ticket.Reopened || o.Type == ticket.Voided || o.Type == ticket.Registered {
				dropped = !shown && !next
				break
			}
			shown = shown || boss && visit && !next
			next = next || o.Type == ticket.Told || o.Type == ticket.Escalated && boss
		}
		if !dropped {
			out = append(out, fmt.Sprintf("VC-1.3a row %d %v", e.Seq, shown))
		}
	}
	return out
}

func TestConditionsProperty(t *testing.T) {
	types := []ticket.EventType{
		ticket.Registered, ticket.Escalated, ticket.Escalated, ticket.Escalated, ticket.Arrived, ticket.Revisited, ticket.Reported,
		ticket.Told, ticket.Reopened, ticket.Voided, ticket.Informed, ticket.Urged, ticket.Reranked,
	}
	roles := []ticket.Role{"", "boss", ticket.Customer, ticket.Worker, ticket.DepartmentHead, ticket.Assistant, ticket.Supervisor, ticket.Manager}
	rapid.Check(t, func(t *rapid.T) {
		h := []ticket.Event{minor}
		now := minor.At
		for range rapid.IntRange(0, 14).Draw(t, "rows") {
			now = now.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "minutes")) * time.Minute)
			h = append(h, ticket.Event{
				Ticket: "T1", Type: rapid.SampledFrom(types).Draw(t, "type"), At: now,
				By:       ticket.Actor{Role: rapid.SampledFrom(roles).Draw(t, "by")},
				To:       ticket.Actor{Role: rapid.SampledFrom(roles).Draw(t, "to")},
				Kind:     rapid.SampledFrom([]ticket.Kind{"", "", ticket.Complaint, ticket.Repair}).Draw(t, "kind"),
				Severity: rapid.SampledFrom([]ticket.Severity{"", ticket.Important, ticket.Minor}).Draw(t, "severity"),
				Channel:  rapid.SampledFrom([]ticket.Channel{"", ticket.Visit, ticket.Phone}).Draw(t, "channel"),
			})
		}
		h = story(h...)
		var got []string
		all := escalation.Standard().Conditions(h, now)
		for i, c := range all {
			if i > 0 && c.Seq < all[i-1].Seq {
				t.Fatal("not in order of the rows")
			}
			if c.Broken(now) && !c.Broken(now.AddDate(0, 0, 30)) {
				t.Fatal("mended by waiting")
			}
			if strings.HasPrefix(string(c.Clause), "VC-1.3") {
				got = append(got, fmt.Sprintf("%s row %d %v", c.Clause, c.Seq, !c.Open() && !c.Broken(now)))
			}
		}
		if diff := cmp.Diff(slowVisits(h), got); diff != "" {
			t.Fatal(diff)
		}
	})
}
