package escalation_test

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var causes = []escalation.Cause{
	escalation.Unsolved, escalation.Proposed, escalation.ReworkFailed, escalation.Damage, escalation.Grave,
	escalation.Heard, escalation.HeardMajor, escalation.Dissatisfied, escalation.Late, escalation.Unanswered,
}

var foot = []ticket.Role{ticket.Worker, ticket.DepartmentHead, ticket.Assistant}

// The whole ladder as a grid: who takes over from whom, by the regular step.
func TestStandard(t *testing.T) {
	roles := append(slices.Clone(foot), ticket.Supervisor, ticket.Manager)
	var b strings.Builder
	b.WriteString("Who takes over, on site (visit) or with a written report, by which clause. A second line: when asked for by name.\n\n")
	head := fmt.Sprintf("%-14s", "")
	for _, r := range roles {
		head += fmt.Sprintf("%-27s", r)
	}
	b.WriteString(strings.TrimRight(head, " ") + "\n")
	for _, c := range causes {
		for line := 0; ; line++ {
			text, some := "", false
			for _, r := range roles {
				cell := "-"
				if line > 0 {
					cell = ""
				}
				n := 0
				for _, s := range escalation.Standard() {
					if s.From != r || s.Cause != c {
						continue
					}
					if n == line {
						some = true
						cell = string(s.To) + " " + string(s.Clause)
						if s.Visit {
							cell += " visit"
						}
						if s.Report {
							cell += " report"
						}
					}
					n++
				}
				text += fmt.Sprintf("%-27s", cell)
			}
			if line > 0 && !some {
				break
			}
			name := string(c)
			if line > 0 {
				name = ""
			}
			b.WriteString(strings.TrimRight(fmt.Sprintf("%-14s%s", name, text), " ") + "\n")
		}
	}
	want, err := os.ReadFile("testdata/ladder.txt")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("testdata/ladder.txt (-want +got):\n%s\n%s", diff, b.String())
	}
	if err := escalation.Standard().Validate(); err != nil {
		t.Error(err)
	}
	a := escalation.Standard()
	a[0].To = ticket.Manager
	if escalation.Standard()[0].To != ticket.Supervisor {
		t.Error("not fresh each call")
	}
}

// From everyone on the ladder and for every cause somebody is told, but for what the manager
// cannot solve; and from tier to tier every cause arrives at the manager.
func TestNextLeadsToTheManager(t *testing.T) {
	l := escalation.Standard()
	for _, c := range causes {
		for _, from := range append(slices.Clone(foot), ticket.Supervisor) {
			for n := 0; from != ticket.Manager; n++ {
				s, ok := l.Next(from, c)
				if !ok || n > 2 {
					t.Fatalf("%s: stuck at %s", c, from)
				}
				if s.From != from || s.Cause != c {
					t.Fatalf("asked for %s %s, got %+v", from, c, s)
				}
				from = s.To
			}
		}
		_, ok := l.Next(ticket.Manager, c)
		if want := c != escalation.Unsolved && c != escalation.Proposed; ok != want {
			t.Errorf("above the manager, %s: %v", c, ok)
		}
		for _, r := range []ticket.Role{"", "boss", ticket.Customer, ticket.System, ticket.Finance, ticket.Store, ticket.Authority} {
			if s, ok := l.Next(r, c); ok {
				t.Errorf("%q, %s: %+v", r, c, s)
			}
		}
	}
	if s, ok := l.Next(ticket.Assistant, "tired"); ok {
		t.Error(s)
	}
	if s, ok := escalation.Ladder(nil).Next(ticket.Assistant, escalation.Late); ok {
		t.Error(s)
	}
}

func TestCauses(t *testing.T) {
	labels := map[string]bool{}
	for _, c := range causes {
		if !c.Valid() || labels[c.Label()] {
			t.Errorf("%s: %v %s", c, c.Valid(), c.Label())
		}
		labels[c.Label()] = true
		if _, ok := escalation.Standard().Next(ticket.Assistant, c); !ok {
			t.Errorf("%s: no step", c)
		}
	}
	for _, s := range escalation.Standard() {
		if !slices.Contains(causes, s.Cause) {
			t.Errorf("%s is not among the causes of the tests", s.Cause)
		}
		if _, ok := rule.Lookup(s.Clause); !ok {
			t.Errorf("%s is no clause", s.Clause)
		}
	}
	if escalation.Cause("").Valid() || escalation.Cause("unknown").Valid() {
		t.Error("unknown causes are valid")
	}
}

func TestValidate(t *testing.T) {
	step := func(from ticket.Role, c escalation.Cause, to ticket.Role) escalation.Step {
		return escalation.Step{From: from, Cause: c, To: to, Clause: "WY-breach"}
	}
	const a, s, m = ticket.Assistant, ticket.Supervisor, ticket.Manager
	up := step(a, escalation.Late, s)
	for _, c := range []struct {
		name, want string // the error; "" if valid
		l          escalation.Ladder
	}{
		{"none", "", nil},
		{"one", "", escalation.Ladder{up}},
		{"two tiers", "", escalation.Ladder{step(a, escalation.Late, m)}},
		{"reached for another cause", "", escalation.Ladder{step(s, escalation.Unsolved, m), up}},
		{"the manager keeps what is his", "", escalation.Ladder{step(a, escalation.Late, m), step(m, escalation.Late, m)}},
		{"a second tier on request", "", escalation.Ladder{up, step(a, escalation.Late, m)}},
		{"unreachable supervisor", `[0].from: no step leads to this tier: "supervisor"`, escalation.Ladder{step(s, escalation.Late, m)}},
		{"unreachable manager", `[1].from: no step leads to this tier: "manager"`, escalation.Ladder{up, step(m, escalation.Late, m)}},
		{"supervisor gone, manager reached by himself only", `[0].from: no step leads to this tier: "supervisor"`, escalation.Ladder{step(s, escalation.Late, m), step(m, escalation.Late, m)}},
		{"cycle of one", `[1].to: not above the one who hands over: "supervisor"`, escalation.Ladder{up, step(s, escalation.Late, s)}},
		{"cycle of two", `[2].to: not above the one who hands over: "supervisor"`, escalation.Ladder{up, step(s, escalation.Late, m), step(m, escalation.Late, s)}},
		{"down", `[1].to: not above the one who hands over: "assistant"`, escalation.Ladder{up, step(s, escalation.Late, a)}},
		{"sideways", `[0].to: not above the one who hands over: "department_head"`, escalation.Ladder{step(ticket.Worker, escalation.Late, ticket.DepartmentHead)}},
		{"unknown from", `[0].from: not a role of the ladder: "boss"`, escalation.Ladder{step("boss", escalation.Late, m)}},
		{"no from", `[0].from: not a role of the ladder: ""`, escalation.Ladder{step("", escalation.Late, m)}},
		{"customer", `[0].from: not a role of the ladder: "customer"`, escalation.Ladder{step(ticket.Customer, escalation.Late, m)}},
		{"unknown to", `[0].to: not a role of the ladder: "boss"`, escalation.Ladder{step(a, escalation.Late, "boss")}},
		{"authority", `[0].to: not a role of the ladder: "authority"`, escalation.Ladder{step(a, escalation.Late, ticket.Authority)}},
		{"unknown cause", `[1].cause: unknown cause: "tired"`, escalation.Ladder{up, step(a, "tired", s)}},
		{"no clause", `[0].clause: no clause of the rules: ""`, escalation.Ladder{{From: a, Cause: escalation.Late, To: s}}},
		{"unknown clause", `[0].clause: no clause of the rules: "VC-9.9"`, escalation.Ladder{{From: a, Cause: escalation.Late, To: s, Clause: "VC-9.9"}}},
		{"twice", `[1].to: the same step twice: "supervisor"`, escalation.Ladder{up, up}},
	} {
		got := ""
		if err := c.l.Validate(); err != nil {
			form, ok := err.(*escalation.FormError)
			if !ok || !strings.HasPrefix(form.Path, "[") {
				t.Fatalf("%s: %#v", c.name, err)
			}
			if why, _, _ := strings.Cut(form.Why, ":"); strings.Contains(form.Zh(), why) || !strings.HasSuffix(form.Zh(), form.Why[len(why)+2:]) {
				t.Errorf("%s: no Chinese for %q: %s", c.name, form.Why, form.Zh())
			}
			got = strings.TrimPrefix(err.Error(), "escalation: ")
		}
		if got != c.want {
			t.Errorf("%s: want %q, got %q", c.name, c.want, got)
		}
	}
}

// A ladder without the steps of one tier is refused; whatever is refused or not, nothing
// panics and Next answers with steps of the ladder.
func TestUnreachableTier(t *testing.T) {
	for _, tier := range []ticket.Role{ticket.Supervisor, ticket.Manager} {
		l := slices.DeleteFunc(escalation.Standard(), func(s escalation.Step) bool { return s.To == tier && s.From != tier })
		if err := l.Validate(); err == nil {
			t.Errorf("nothing leads to the %s, and that passes", tier)
		}
	}
	role := rapid.SampledFrom([]ticket.Role{"", "boss", ticket.Worker, ticket.Assistant, ticket.Supervisor, ticket.Manager})
	cause := rapid.SampledFrom([]escalation.Cause{"tired", escalation.Late, escalation.Unsolved})
	rapid.Check(t, func(t *rapid.T) {
		var l escalation.Ladder
		for range rapid.IntRange(0, 6).Draw(t, "steps") {
			l = append(l, escalation.Step{From: role.Draw(t, "from"), Cause: cause.Draw(t, "cause"), To: role.Draw(t, "to"), Clause: "WY-breach"})
		}
		valid := l.Validate() == nil
		// Slowly: whom does a matter reach that starts at the foot?
		has := map[ticket.Role]bool{ticket.Worker: true, ticket.DepartmentHead: true, ticket.Assistant: true}
		for range l {
			for _, s := range l {
				if has[s.From] {
					has[s.To] = true
				}
			}
		}
		for i, s := range l {
			if valid && (!has[s.From] || !s.Cause.Valid() || slices.Index(l, s) != i) {
				t.Fatalf("valid, and yet %+v in %+v", s, l)
			}
			if n, ok := l.Next(s.From, s.Cause); !ok || n.From != s.From || n.Cause != s.Cause {
				t.Fatal(n, ok)
			}
		}
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		var back escalation.Ladder
		if err := json.Unmarshal(text, &back); err != nil || !slices.Equal(l, back) {
			t.Fatal(err, back)
		}
	})
}
