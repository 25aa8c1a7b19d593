package ticket

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The second version of the flow: testdata/tables.txt, the rules' own page word by word,
// read slowly and obviously. Nothing of it comes from Transitions.
//
//go:embed testdata/tables.txt
var tables string

type modelRow struct {
	to, when    string
	roles       []string
	needs       []string
	has         bool
	after, cite string
}

var model = func() map[string][]modelRow { // by state and type
	snake := map[string]string{"SignedOff": "signed_off", "ReferredOut": "referred_out", "HandedOver": "handed_over", "PlanStarted": "plan_started", "WrittenOff": "written_off", "GivenBack": "given_back"}
	small := func(s string) string {
		if n, ok := snake[s]; ok {
			return n
		}
		return strings.ToLower(s)
	}
	roles := map[string][]string{"desk": {"assistant", "supervisor", "manager"}, "hands": {"worker", "department_head", "assistant", "supervisor", "manager"},
		"cust": {"customer", "assistant", "supervisor", "manager"}, "crew": {"worker", "department_head"}, "supervisor or above": {"supervisor", "manager"},
		"any": {"worker", "assistant", "supervisor", "manager", "department_head", "finance", "store", "authority", "customer", "system"}}
	evidence := []string{"open", "accepted", "assigned", "in_work", "done", "referred", "answered"}
	from := map[string][]string{"–": {""}, "evidence": evidence, "evidence*": append(slices.Clone(evidence), "closed"), "evidence+": append(slices.Clone(evidence), "closed", "void")}
	m := map[string][]modelRow{}
	for line := range strings.Lines(tables) {
		if strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		c := strings.Split(strings.TrimSuffix(line, "\n"), "|")
		for i := range c {
			c[i] = strings.TrimSpace(c[i])
		}
		r := modelRow{to: c[2], when: c[3], after: small(c[6]), cite: c[7]}
		for _, who := range strings.Split(c[4], ", ") {
			if group, ok := roles[who]; ok {
				r.roles = append(r.roles, group...)
			} else {
				r.roles = append(r.roles, who)
			}
		}
		for _, n := range strings.FieldsFunc(c[5], func(r rune) bool { return r == ',' || r == ';' }) {
			switch n = strings.TrimSpace(n); n {
			case "Has":
				r.has = true
			case "kind if no Registered row precedes":
			default:
				if !strings.Contains(n, " ") {
					r.needs = append(r.needs, n)
				}
			}
		}
		states := from[c[0]]
		if states == nil {
			states = strings.Split(c[0], ", ")
		}
		for _, s := range states {
			for _, typ := range strings.Split(c[1], ", ") {
				m[s+" "+small(typ)] = append(m[s+" "+small(typ)], r)
			}
		}
	}
	return m
}()

// fitsModel reads the When / If column.
func fitsModel(when string, tk Ticket) bool {
	when, iff, _ := strings.Cut(when, "if ")
	if strings.Contains(iff, "Completed") && !tk.Completed {
		return false
	}
	named := tk.Caller != "anonymous"
	switch strings.TrimSuffix(strings.TrimSpace(when), ";") {
	case "":
		return true
	case "special":
		return tk.Nature == "special"
	case "cpl":
		return tk.Kind == "complaint" && named
	case "named caller, a major need":
		return named && tk.Kind == "repair" && (tk.Severity == "major" || tk.Urgency == "emergency")
	case "fit_out":
		return tk.Kind == "fit_out"
	case "not fit_out":
		return tk.Kind != "fit_out"
	case "not complaint":
		return tk.Kind != "complaint"
	case "not repair, cleaning, service, fit_out":
		return !slices.Contains([]Kind{"repair", "cleaning", "service", "fit_out"}, tk.Kind)
	}
	panic("when: " + when)
}

// judge is the model's answer: the next state, or why not. It knows no late rows.
func judge(tk Ticket, e Event) (State, Code) {
	rows := model[string(tk.State)+" "+string(e.Type)]
	if e.Type == Registered || e.Type == Imported {
		tk.Kind, tk.Nature, tk.Urgency, tk.Severity, tk.Caller = e.Kind, e.Nature, e.Urgency, e.Severity, e.Caller
	}
	given := map[string]bool{"kind": tk.Kind != "", "caller": e.Caller != "", "state": e.State != "", "to": e.To.Role != "", "approver": e.Approver.Role != "",
		"until": !e.Until.IsZero(), "channel": e.Channel != "", "hold": e.Hold != "", "grade": e.Grade != "", "reason": e.Reason != "", "ref": e.Ref != ""}
	passed := map[string]bool{"": true, "agreed": tk.Agreed, "completed": tk.Completed, "signed_off": tk.SignedOff, "told": tk.Told, "revisited": tk.Revisited}
	next, fits, role, missing := tk.State, false, true, false
	for _, r := range rows {
		if !fitsModel(r.when, tk) {
			continue
		}
		fits = true
		if r.to == "its State" {
			next = e.State
			missing = missing || tk.Kind == ""
		} else if r.to != "" {
			next = State(r.to)
		}
		role = role && slices.Contains(r.roles, string(e.By.Role))
		for _, n := range r.needs {
			missing = missing || !given[n]
		}
		missing = missing || !passed[r.after]
		if r.has {
			want := []Particular{"contact", "content"}
			if tk.Caller != "anonymous" {
				want = append(want, "name")
			} else {
				missing = missing || e.Reason == ""
			}
			if tk.Nature == "special" {
				want = append(want, "room")
			}
			for _, p := range want {
				missing = missing || !slices.Contains(e.Has, p)
			}
		}
	}
	boss := func(a Actor) bool { return a.Role == "supervisor" || a.Role == "manager" }
	order := map[string]int{"": 0, "normal": 0, "emergency": 1, "minor": 0, "important": 1, "major": 2}
	switch {
	case !fits:
		return "", IllegalMove
	case e.Type == Imported:
		if missing {
			return "", Missing
		}
		return next, ""
	case e.By.Role != "" && !role:
		return "", WrongRole
	case missing || e.By.Role == "":
		return "", Missing
	case e.Type == Held && tk.Held:
		return "", IllegalMove
	case e.Type == Dispatched && e.To.Role == "authority":
		return "", WrongRole
	case e.Type == Dispatched && e.To.ID == "" && e.To.Role != "department_head":
		return "", Missing
	case e.Type == Dismissed && tk.Against.ID != "" && e.By.ID == tk.Against.ID:
		return "", WrongRole
	case e.Type == Reranked && !boss(e.By) && (e.Kind != "" && tk.Kind != "" && e.Kind != tk.Kind ||
		e.Caller == "anonymous" && tk.Caller != "anonymous" || e.Nature != "" && e.Nature != "special" && tk.Nature == "special" ||
		e.Severity != "" && order[string(e.Severity)] < order[string(tk.Severity)] || e.Urgency != "" && order[string(e.Urgency)] < order[string(tk.Urgency)]):
		return "", WrongRole
	case slices.Contains([]EventType{Abandoned, Extended, Missed}, e.Type) && e.Approver.Role != "" && (!boss(e.Approver) || e.Approver.ID == e.By.ID):
		return "", WrongRole
	case (e.Type == Rated || e.Type == Revisited && tk.Kind != "complaint") && e.By.ID != "" && e.By.ID == tk.Worker.ID:
		return "", OwnWork
	}
	return next, ""
}

// Every kind of ticket in every state, every type by every role, with all fields and with
// none: the compiled table says what the page says.
func TestTableIsThePage(t *testing.T) {
	n := 0
	for _, f := range factsOfAllKinds() {
		for st := -1; st < len(states.list); st++ {
			tk := Ticket{ID: "T1", Seq: 7, Facts: f, Worker: worker}
			if st >= 0 {
				tk.State = states.list[st].code
			} else {
				tk.Facts = Facts{}
			}
			for p := range 8 { // none passed, all, all but one; 7: all, and no fields
				tk.Passed = Passed{p != 0, p != 0, p != 0, p != 0, p != 0}
				if p > 1 && p < 7 {
					*[]*bool{&tk.Agreed, &tk.Completed, &tk.SignedOff, &tk.Told, &tk.Revisited}[p-2] = false
				}
				for i, typ := range eventTypes.list {
					if i >= moving && p != 0 && p < 6 {
						continue // no evidence asks for steps that passed
					}
					for _, r := range roles.list {
						e := Event{Type: typ.code, At: at("21 12:00"), By: Actor{r.code, "X1"}}
						if p != 7 { // p is 7: all passed, no fields
							e = full(typ.code, e.By)
							if typ.code == Registered || typ.code == Imported {
								e.Kind, e.Nature, e.Caller, e.Severity, e.Urgency = f.Kind, f.Nature, f.Caller, f.Severity, f.Urgency
							}
						}
						e.Ticket, e.Seq = "T1", 8
						n++
						next, err := tk.Apply(e)
						want, code := judge(tk, e)
						if code4(err) != code || err == nil && next.State != want {
							t.Fatalf("%+v\n%s by %s: got %s %v; the page says %s %s", tk, typ.code, r.code, next.State, err, want, code)
						}
					}
				}
			}
		}
	}
	t.Logf("%d moves", n)
}

func factsOfAllKinds() (all []Facts) {
	for _, k := range kinds.list {
		for _, n := range []Nature{"", Special} {
			for _, c := range []Caller{Owner, Anonymous} {
				f := Facts{Kind: k.code, Nature: n, Caller: c}
				if all = append(all, f); k.code != Repair {
					continue // no row asks for the severity or urgency of others
				}
				f.Severity, f.Urgency = Major, Emergency
				all = append(all, f)
			}
		}
	}
	return all
}

// Rows of the page and rows of the code carry the same clauses. Two rows are ours: what the
// page has as "Has" in the row of HL1-4.1 carries the clauses that ask for it.
func TestClausesOfThePage(t *testing.T) {
	ours := map[string]bool{" registered HL3-3.1": true, " registered WY-anonymous": true}
	page := map[string]bool{}
	for key, rows := range model {
		for _, r := range rows {
			if r.cite != "" {
				page[key+" "+r.cite] = true
			}
		}
	}
	for _, row := range Transitions() {
		key := fmt.Sprintf("%s %s %s", row.From, row.Type, row.Clause)
		if row.Type.Moves() && !page[key] && !ours[key] {
			t.Errorf("not on the page: %s", key)
		}
		delete(page, key)
		if row.Clause == "" {
			t.Errorf("no clause: %+v", row)
		}
		if row.Type.Moves() == (row.To == row.From) && row.Type != Told && row.Type != SignedOff && row.Type != Imported && row.Type != Dispatched {
			t.Errorf("moves: %+v", row)
		}
	}
	for key := range page {
		t.Errorf("only on the page: %s", key)
	}
}

// The walk over all that can become of a ticket, whoever acts: states × hold × passed steps,
// for every kind of ticket.
func TestWalkOfEverything(t *testing.T) {
	seen := map[State]bool{}
	nodes := 0
	for _, f := range factsOfAllKinds() {
		type edge struct {
			typ  EventType
			next Ticket
		}
		bare := func(tk Ticket) Ticket {
			return Ticket{ID: "T1", State: tk.State, Held: tk.Held, Facts: f, Passed: tk.Passed}
		}
		next := func(tk Ticket) (edges []edge) {
			for _, typ := range eventTypes.list {
				for _, r := range roles.list {
					e := full(typ.code, Actor{r.code, "X1"})
					e.Ticket, e.Seq = "T1", 1
					if typ.code == Registered {
						e.Kind, e.Nature, e.Caller, e.Severity, e.Urgency = f.Kind, f.Nature, f.Caller, f.Severity, f.Urgency
					}
					if typ.code == Imported {
						continue
					}
					if after, err := tk.Apply(e); err == nil {
						edges = append(edges, edge{typ.code, bare(after)})
					}
				}
			}
			return edges
		}
		graph := map[Ticket][]edge{}
		queue := []Ticket{{}}
		for len(queue) > 0 {
			tk := queue[0]
			queue = queue[1:]
			if _, ok := graph[tk]; ok {
				continue
			}
			graph[tk] = next(tk)
			seen[tk.State] = true
			for _, e := range graph[tk] {
				queue = append(queue, e.next)
			}
		}
		nodes += len(graph)

		// No dead end: from everywhere but Void an answer and the file can be reached.
		good := map[Ticket]bool{}
		for grown := true; grown; {
			grown = false
			for tk, edges := range graph {
				if !good[tk] && (tk.State == Closed || slices.ContainsFunc(edges, func(e edge) bool { return good[e.next] })) {
					good[tk], grown = true, true
				}
			}
		}
		for tk, edges := range graph {
			if !good[tk] && tk.State != Void {
				t.Fatalf("dead end: %+v", tk)
			}
			for _, e := range edges {
				// Only Void absorbs.
				if tk.State == Void && e.next.State != Void {
					t.Fatalf("%s leaves void", e.typ)
				}
				// Nothing ends without an answer to the owner: answered only by Told or the
				// customer's signature, closed only from answered; void without one only
				// for the exceptions with a name.
				if e.next.State == Answered && tk.State != Answered && e.typ != Told && e.typ != SignedOff {
					t.Fatalf("%s answers", e.typ)
				}
				if e.next.State == Closed && tk.State != Closed && (tk.State != Answered || !tk.Told && !tk.SignedOff) {
					t.Fatalf("closed unanswered: %+v by %s", tk, e.typ)
				}
				if f.Kind == FitOut && e.next.State == Closed && !tk.Told {
					t.Fatalf("a fit-out closed with nothing told: %+v", tk)
				}
				if e.next.State == Void && tk.State != Void && e.typ != Withdrawn && e.typ != Voided && e.typ != Merged {
					t.Fatalf("%s voids", e.typ)
				}
			}
		}
	}
	for _, s := range states.list {
		if !seen[s.code] {
			t.Errorf("never reached: %s", s.code)
		}
	}
	t.Logf("%d tickets", nodes)
}

var update = flag.Bool("update", false, "write the golden files anew")

// The grid that a manager can read: testdata/flow.golden.
func TestGrid(t *testing.T) {
	var b strings.Builder
	b.WriteString("原状态 | 步骤 | 新状态 | 适用 | 谁可办理 | 须填 | 登记须有 | 须先 | 限制 | 依据\n")
	list := func(n int, at func(i int) string) string {
		var s []string
		for i := range n {
			s = append(s, at(i))
		}
		return strings.Join(s, "、")
	}
	table := Transitions()
	for i := 0; i < len(table); {
		row := table[i]
		from := []string{or(row.From.Label(), "未登记")}
		for i++; i < len(table); i++ { // rows that differ in From alone stand in one line
			same := table[i]
			if same.From = row.From; !row.Type.Moves() {
				same.To = row.To
			}
			if !cmp.Equal(same, row) {
				break
			}
			from = append(from, table[i].From.Label())
		}
		switch len(from) {
		case 9:
			from = []string{"任一状态"}
		case 8:
			from = []string{"归档前任一状态、已归档"}
		case 7:
			from = []string{"归档前任一状态"}
		}
		var which []string
		for _, m := range row.When {
			which = append(which, matchZh(m))
		}
		when := strings.Join(which, " 或 ")
		for _, s := range row.If {
			when += "，且已" + s.Label()
		}
		who := list(len(row.Roles), func(i int) string { return row.Roles[i].Label() })
		who = strings.ReplaceAll(who, "客服助理、客服主管、物业经理", "客服助理及以上")
		who = strings.ReplaceAll(who, "客服主管、物业经理", "客服主管及以上")
		if len(row.Roles) == len(roles.list) {
			who = "任何人"
		}
		to := row.To.Label()
		if !row.Type.Moves() {
			to = "不变"
		} else if row.Type == Imported {
			to = "所填状态"
		}
		fmt.Fprintf(&b, "%s | %s | %s | %s | %s | %s | %s | %s | %s | %s\n", strings.Join(from, "、"), row.Type.Label(), to, when, who,
			list(len(row.Needs), func(i int) string { return fieldLabel(row.Needs[i]) }), list(len(row.Has), func(i int) string { return row.Has[i].Label() }),
			list(len(row.After), func(i int) string { return row.After[i].Label() }), list(len(row.Guards), func(i int) string { return row.Guards[i].Label() }), row.Clause)
	}
	const name = "testdata/flow.golden"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error(diff)
	}
}

func matchZh(m Match) string {
	var in, out []string
	for _, k := range kinds.list {
		if slices.Contains(m.Kinds, k.code) {
			in = append(in, k.zh)
		} else {
			out = append(out, k.zh)
		}
	}
	parts := []string{strings.Join(in, "、")}
	if len(out) < len(in) {
		parts[0] = "除" + strings.Join(out, "、") + "外"
	}
	for _, n := range m.Natures {
		parts = append(parts, n.Label())
	}
	for _, n := range m.Severity {
		parts = append(parts, n.Label())
	}
	parts = append(parts, m.Urgency.Label(), map[string]string{"yes": "具名", "no": "匿名"}[m.Named])
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "·")
}
