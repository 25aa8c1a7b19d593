package ticket

import (
	_ "embed"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
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

// Codes: nothing half added, and the code is what stands in JSON.
func TestCodes(t *testing.T) {
	check(t, kinds, Kind.Label, Kind.Valid)
	check(t, natures, Nature.Label, Nature.Valid)
	check(t, urgencies, Urgency.Label, Urgency.Valid)
	check(t, severities, Severity.Label, Severity.Valid)
	check(t, places, Place.Label, Place.Valid)
	check(t, callers, Caller.Label, Caller.Valid)
	check(t, channels, Channel.Label, Channel.Valid)
	check(t, states, State.Label, State.Valid)
	check(t, eventTypes, EventType.Label, EventType.Valid)
	check(t, roles, Role.Label, Role.Valid)
	check(t, forms, Particular.Label, Particular.Valid)
	check(t, grades, Grade.Label, Grade.Valid)
	check(t, holds, HoldReason.Label, HoldReason.Valid)
	check(t, refusals, Code.Label, Code.Valid)
	check(t, guards, Guard.Label, Guard.Valid)
	moves := 0
	for _, l := range eventTypes.list {
		if l.code.Moves() {
			moves++
		}
	}
	if moves != moving || Registered.Moves() != true || Acknowledged.Moves() || EventType("x").Moves() {
		t.Errorf("%d types move", moves)
	}
	for _, l := range fieldLabels {
		if !slices.Contains(slices.Collect(fieldsOf(eventType)), l.code) {
			t.Errorf("label of no field: %s", l.code)
		}
	}
	for f := range fieldsOf(eventType) {
		if fieldLabel(f) == f {
			t.Errorf("no label: %s", f)
		}
	}
}

func check[T ~string](t *testing.T, s *set[T], label func(T) string, valid func(T) bool) {
	t.Helper()
	codes, labels := map[T]bool{"": true}, map[string]bool{"": true}
	for i, l := range s.list {
		if codes[l.code] || labels[l.zh] || s.index(l.code) != i || label(l.code) != l.zh || !valid(l.code) {
			t.Errorf("%q %q: twice, or not found", l.code, l.zh)
		}
		codes[l.code], labels[l.zh] = true, true
	}
	for _, wrong := range []T{"", "x", T(strings.ToUpper(string(s.list[0].code))), s.list[0].code + " ", T(s.list[0].zh)} {
		if valid(wrong) || label(wrong) != "" {
			t.Errorf("%q is valid", wrong)
		}
	}
}

// The comment of each constant begins with its label, so that the documentation and what
// people see are one.
func TestLabelsInComments(t *testing.T) {
	all := map[string]string{}
	for name, labels := range map[string]map[string]string{"Kind": labelsOf(kinds), "Nature": labelsOf(natures), "Urgency": labelsOf(urgencies), "Severity": labelsOf(severities),
		"Place": labelsOf(places), "Caller": labelsOf(callers), "Channel": labelsOf(channels), "State": labelsOf(states), "Role": labelsOf(roles), "Particular": labelsOf(forms),
		"Grade": labelsOf(grades), "HoldReason": labelsOf(holds), "Code": labelsOf(refusals), "EventType": labelsOf(eventTypes), "Guard": labelsOf(guards)} {
		for code, zh := range labels {
			all[name+" "+code] = zh
		}
	}
	src, err := os.ReadFile("codes.go")
	more, errMore := os.ReadFile("table.go")
	if err != nil || errMore != nil {
		t.Fatal(err, errMore)
	}
	src = append(src, more...)
	for _, m := range regexp.MustCompile(`(?m)^\t\w+ +(\w+) += "(\w+)" +// (.*)$`).FindAllStringSubmatch(string(src), -1) {
		zh, _, _ := strings.Cut(m[3], ":")
		if want := all[m[1]+" "+m[2]]; zh != want {
			t.Errorf("%s %s is said to be %q, its label is %q", m[1], m[2], zh, want)
		}
		delete(all, m[1]+" "+m[2])
	}
	for code := range all {
		t.Errorf("no comment: %s", code)
	}
}

func labelsOf[T ~string](s *set[T]) map[string]string {
	m := map[string]string{}
	for _, l := range s.list {
		m[string(l.code)] = l.zh
	}
	return m
}

// genEvent is any row that may or may not be legal: who, what and which fields by chance.
func genEvent(t *rapid.T, tk Ticket) Event {
	pick := func(name string, n int) int { return rapid.IntRange(0, n-1).Draw(t, name) }
	actors := []Actor{assistant, colleague, supervisor, manager, worker, helper, head, keeper, bureau, resident, machine}
	typ := eventTypes.list[pick("type", len(eventTypes.list))].code
	if pick("likely", 3) > 0 { // two of three times what somebody may do
		if rows := tk.Allowed(actors[pick("for", len(actors))].Role); len(rows) > 0 {
			typ = rows[pick("row", len(rows))].Type
		}
	}
	e := full(typ, actors[pick("by", len(actors))])
	if typ == Imported && tk.Seq > 0 {
		e.Type = Urged // Replay would read what stands before it as testimony
	}
	e.Ticket, e.Seq = "T1", tk.Seq+1
	if e.Type == Registered || e.Type == Reranked || e.Type == Imported {
		e.Kind = kinds.list[pick("kind", len(kinds.list))].code
		e.Severity = []Severity{"", Minor, Important, Major}[pick("severity", 4)]
		e.Nature = []Nature{"", Routine, Special}[pick("nature", 3)]
		e.Caller = []Caller{Owner, Anonymous}[pick("caller", 2)]
		e.Urgency = []Urgency{"", Normal, Emergency}[pick("urgency", 3)]
		e.State = states.list[pick("state", len(states.list))].code
	}
	if pick("bare", 8) == 0 {
		e.Reason, e.Ref, e.Until = "", "", time.Time{}
	}
	e.To, e.Against = actors[pick("to", len(actors))], actors[pick("against", len(actors))]
	e.At = tk.Last.Add(time.Duration(pick("minutes", 40)-8) * time.Minute)
	if tk.Last.IsZero() {
		e.At = at("21 09:00")
	}
	return e
}

// Any legal history replays to the same ticket in one go or row by row, through JSON, with
// rows repeated; every prefix is legal; an illegal row changes nothing; a row that is not
// late moves as the page says; a late one moves no state.
func TestAnyHistory(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var tk Ticket
		var h []Event
		for range 30 {
			e := genEvent(t, tk)
			before, late := tk, e.At.Before(tk.Last)
			next, err := tk.Apply(e)
			if tk != before {
				t.Fatal("Apply changed its receiver")
			}
			if !late && !e.At.Before(tk.Opened) {
				if state, code := judge(tk, e); code4(err) != code || err == nil && next.State != state {
					t.Fatalf("%s by %s in %s: %v; the page says %s %s", e.Type, e.By.Role, tk.State, err, state, code)
				}
			}
			if err != nil {
				if r := new(Refusal); !errors.As(err, &r) || next != before {
					t.Fatalf("%v changed the ticket", err)
				}
				continue
			}
			if late && (next.State != before.State || next.Last != before.Last || next.Held != before.Held || next.Worker != before.Worker || next.Cycle != before.Cycle) {
				t.Fatalf("a late %s moved the ticket", e.Type)
			}
			tk, h = next, append(h, e)
			if got, err := Replay(h); err != nil || got != tk {
				t.Fatalf("replayed: %+v, %v", got, err)
			}
		}
		b, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		var back, twice []Event
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		for i, e := range back {
			twice = append(twice, h[:i]...)
			twice = append(twice, e)
		}
		for _, h := range [][]Event{back, twice} {
			if got, err := Replay(h); err != nil || got != tk {
				t.Fatalf("after JSON, or with rows repeated: %+v, %v", got, err)
			}
		}
		for _, e := range h {
			one, _ := json.Marshal(e)
			if got, err := ParseEvent(one); err != nil || !got.same(&e) {
				t.Fatalf("at the door: %+v, %v", got, err)
			}
		}
	})
}

// The same for a ticket taken over: from the Imported row on it is the same in one go or
// row by row, whatever stands before it.
func TestAnyTakeover(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h []Event
		var junk Ticket
		for i := range rapid.IntRange(0, 6).Draw(t, "testimony") {
			e := genEvent(t, junk)
			e.Ticket, e.Seq = "T1", i+1
			if e.Type == Imported {
				e.Type = Registered
			}
			if rapid.Bool().Draw(t, "unsigned") {
				e.By = Actor{}
			}
			h = append(h, e)
		}
		h = append(h, Event{Ticket: "T1", Seq: len(h) + 1, Type: Imported, At: at("25 00:00"), Kind: Repair, Caller: Owner,
			State: states.list[rapid.IntRange(0, len(states.list)-1).Draw(t, "state")].code})
		tk, err := Replay(h)
		if err != nil || tk.State != h[len(h)-1].State || tk.Held || tk.Kind != Repair {
			t.Fatalf("%+v, %v", tk, err)
		}
		for range 12 {
			e := genEvent(t, tk)
			next, err := tk.Apply(e)
			if err != nil {
				continue
			}
			tk, h = next, append(h, e)
			if got, err := Replay(h); err != nil || got != tk {
				t.Fatalf("replayed: %+v, %v", got, err)
			}
		}
	})
}
