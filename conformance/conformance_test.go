package conformance_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"iter"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
)

// TestManual asks the questions of the manual, and each gets the answer below it.
func TestManual(t *testing.T) {
	b := open(t, calendar.China(), wuye.Standard())
	manual, err := os.ReadFile("../docs/conformance.md")
	if err != nil {
		t.Fatal(err)
	}
	var question string
	seen := map[conformance.Topic]bool{}
	for line := range strings.Lines(string(manual)) {
		text := strings.TrimSpace(line)
		switch {
		case !strings.HasPrefix(text, "{"):
		case strings.HasPrefix(text, `{"name"`): // a line as it travels
			var l struct {
				Name string                `json:"name"`
				Ask  *conformance.Question `json:"ask"`
			}
			if err := json.Unmarshal([]byte(text), &l); err != nil {
				t.Fatalf("%s: %v", text, err)
			}
			i := slices.IndexFunc(standard().cases, func(c conformance.Case) bool { return c.Name == l.Name })
			if i < 0 {
				t.Errorf("%s is no case", l.Name)
				continue
			}
			c := standard().cases[i]
			if l.Ask == nil {
				r, err := conformance.ParseReply([]byte(text))
				if err != nil || !r.Given || c.Check(r.Answer) != nil {
					t.Errorf("%s: %v, %v", text, err, c.Check(r.Answer))
				}
			} else if !cmp.Equal(*l.Ask, c.Ask) {
				t.Errorf("%s asks %v", text, c.Ask)
			}
		case strings.HasPrefix(text, `{"topic"`):
			question = text
		default:
			var q conformance.Question
			if err := json.Unmarshal([]byte(question), &q); err != nil {
				t.Fatalf("%s: %v", question, err)
			}
			got, err := json.Marshal(b.answer(q))
			if err != nil || string(got) != text {
				t.Errorf("%s\ngot  %s %v\nwant %s", question, got, err, text)
			}
			if again, err := json.Marshal(q); err != nil || string(again) != question {
				t.Errorf("the question is %s,\nas written %s", again, question)
			}
			seen[q.Topic] = true
		}
	}
	if len(seen) != 13 {
		t.Errorf("examples of %v", seen)
	}
}

// TestSame: the same desk and seed give the same bytes, which come back from JSON as they were.
func TestSame(t *testing.T) {
	t.Parallel()
	written := func(cases iter.Seq[conformance.Case], desk *wuye.Desk) []byte {
		var out bytes.Buffer
		w := json.NewEncoder(&out)
		for c := range cases {
			if err := w.Encode(c); err != nil {
				t.Fatal(err)
			}
		}
		for n, c := range enumerate(conformance.Random(desk, 7)) {
			if err := w.Encode(c); err != nil {
				t.Fatal(err)
			}
			if n == 300 {
				break
			}
		}
		return out.Bytes()
	}
	desk := open(t, calendar.China(), wuye.Standard()).desk
	a, b := written(slices.Values(standard().cases), standard().desk), written(conformance.Cases(desk), desk)
	if !bytes.Equal(a, b) {
		t.Error("two runs differ")
	}
	for i, line := range enumerate(bytes.Lines(a)) {
		if i%20 > 0 {
			continue
		}
		var c conformance.Case
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		again, err := json.Marshal(c)
		if err != nil || !bytes.Equal(append(again, '\n'), line) {
			t.Fatalf("not the same after JSON (%v):\n%s%s", err, line, again)
		}
	}
}

// TestPack: what is asked, group by group, on the standard desk and on one that has hours and
// every other reading: how many cases, under which clauses, and the first digits of the SHA-256 of their
// JSON without the reasons. Others hold their systems to these cases: a change of a line is a
// change of what is asked of them, or of what is right. The reasons, which people read, are a
// file of their own: each sort of them once, but for those of moves, which are package ticket's.
func TestPack(t *testing.T) {
	t.Parallel()
	var text, why strings.Builder
	told := map[string]bool{}
	for _, d := range []struct {
		name  string
		cases iter.Seq[conformance.Case]
	}{
		{"standard", slices.Values(standard().cases)}, {"with hours, and the other readings", conformance.Cases(open(t, office(t), others(t)).desk)},
		{"random, seed 1", firsts(conformance.Random(standard().desk, 1), 1500)},
	} {
		type group struct {
			name    string
			n       int
			clauses []string
			sum     hash.Hash
		}
		var groups []*group
		of := map[string]*group{}
		for c := range d.cases {
			name := strings.Join(strings.SplitN(c.Name, "/", 3)[:2], "/")
			if before, _, random := strings.Cut(name, "/history "); random {
				name = before + "/history"
			}
			g := of[name]
			if g == nil {
				g = &group{name: name, sum: sha256.New()}
				of[name], groups = g, append(groups, g)
			}
			if g.n++; !slices.Contains(g.clauses, string(c.Clause)) {
				g.clauses = append(g.clauses, string(c.Clause))
			}
			words := strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return '#'
				}
				return r
			}, string(c.Ask.Topic)+" "+c.Why.En)
			if c.Ask.Topic != conformance.Move && (c.Why.En != "" || c.Why.Spans != nil) && !told[words] {
				told[words] = true
				fmt.Fprintf(&why, "%s\n  %s\n  %s\n", c.Name, c.Why.Zh, c.Why.En)
				for _, s := range c.Why.Spans {
					fmt.Fprintf(&why, "    %5v %s to %s %s\n", s.Counted, s.From.Format(time.RFC3339Nano), s.To.Format(time.RFC3339Nano), s.Why)
				}
			}
			c.Why = conformance.Reason{}
			if err := json.NewEncoder(g.sum).Encode(c); err != nil {
				t.Fatal(err)
			}
		}
		fmt.Fprintf(&text, "%s\n\n", d.name)
		for _, g := range groups {
			more := ""
			if n := len(g.clauses) - 8; n > 0 {
				g.clauses, more = g.clauses[:8], fmt.Sprintf(" and %d more", n)
			}
			fmt.Fprintf(&text, "%-36s %4d  %x  %s%s\n", g.name, g.n, g.sum.Sum(nil)[:4], strings.Join(g.clauses, " "), more)
		}
		text.WriteString("\n")
	}
	golden(t, "testdata/cases.txt", text.String())
	golden(t, "testdata/reasons.txt", why.String())
}

// firsts are the first n cases.
func firsts(cases iter.Seq[conformance.Case], n int) iter.Seq[conformance.Case] {
	return func(yield func(conformance.Case) bool) {
		for i, c := range enumerate(cases) {
			if i == n || !yield(c) {
				return
			}
		}
	}
}

// TestDays: the ordinary day lies between two working days and after the policy's first; the
// day before a change of the calendar is asked of each year that the policy is in force from
// its beginning, and that changed when it had begun.
func TestDays(t *testing.T) {
	closed := calendar.Notice{Source: "the estate's fair", Published: calendar.MustDate("2026-01-02"),
		Off: []calendar.Stretch{{Name: "fair", From: calendar.MustDate("2026-06-10"), To: calendar.MustDate("2026-06-10")}}}
	own, err := calendar.China().With(closed)
	if err != nil {
		t.Fatal(err)
	}
	const moved = "day before one that a later notice moved"
	for _, k := range []struct {
		why, from string
		cal       calendar.Calendar
		ordinary  string
		changed   []string
	}{
		{"from a Sunday: not Monday, before which it was", "2026-03-01", calendar.China(), "2026-03-03", nil},
		{"from a Tuesday: the day after", "2026-03-03", calendar.China(), "2026-03-04", nil},
		{"from the year's beginning", "2020-01-01", calendar.China(), "2026-01-05", []string{"2020-01-30"}},
		{"from the day after", "2020-01-02", calendar.China(), "2026-01-05", nil},
		{"a site's own day, known on the 2nd", "2026-01-01", own, "2026-01-05", []string{"2026-06-09"}},
	} {
		p := wuye.Standard()
		p.From = calendar.MustDate(k.from)
		ordinary, changed := "", []string(nil)
		for c := range conformance.Cases(open(t, k.cal, p).desk) {
			what, ok := strings.CutPrefix(c.Name, "due/1 working day/")
			if c.Ask.Topic != conformance.Size && c.Ask.Topic != conformance.Due {
				break
			}
			if day, is := strings.CutPrefix(what, "ordinary day, "); ok && is {
				ordinary = day[:10]
			}
			if day, is := strings.CutPrefix(what, moved+", "); ok && is {
				changed = append(changed, day[:10])
			}
		}
		if ordinary != k.ordinary || !slices.Equal(changed, k.changed) {
			t.Errorf("%s: the ordinary day is %s, changed are %v", k.why, ordinary, changed)
		}
	}
}

// TestMonth: the month that is asked about is one before which the policy was in force for a month; and
// February is asked about though the policy begins in it.
func TestMonth(t *testing.T) {
	for _, k := range []struct {
		from, month string
		february    bool
	}{
		{"2026-02-10", "2026-08", true}, {"2026-03-01", "2026-08", false}, {"2026-07-01", "2026-08", false},
		{"2026-07-02", "2026-10", false}, {"2026-09-01", "2026-10", false}, {"2026-09-02", "2026-12", false},
	} {
		p := wuye.Standard()
		p.From = calendar.MustDate(k.from)
		month, february := "", false
		for c := range conformance.Cases(open(t, calendar.China(), p).desk) {
			if c.Ask.Topic != conformance.Revisit {
				continue
			}
			if month == "" {
				month = c.Ask.Args[1]
			}
			if strings.Contains(c.Name, "drawn in 2026-02") {
				february = true
				break
			}
			if c.Ask.Args[0] == "who" {
				break
			}
		}
		if month != k.month || february != k.february {
			t.Errorf("from %s: %s, February %v", k.from, month, february)
		}
	}
}

// TestOther: what the policy decides is asked and answered as the policy at hand has it, also
// where it is not yet in force, or the calendar knows no year.
func TestOther(t *testing.T) {
	t.Parallel()
	edges := wuye.Standard()
	edges.Routine.Brackets[0].UpTo, edges.Routine.Brackets[0].Take = 24, 7 // no rounding and no other share shows at 25
	want := map[string]int{"size/routine/23 orders": 7, "size/routine/24 orders": 7, "size/routine/25 orders": 8, "size/routine/6 orders": 6, "size/routine/8 orders": 7}
	future := edges
	future.From = calendar.MustDate("2031-05-05")
	for name, b := range map[string]backend{
		"future": open(t, calendar.China(), future), "no year": open(t, calendar.Calendar{}, future),
	} {
		n, found := 0, 0
		for c := range conformance.Cases(b.desk) {
			n++
			if size, ok := want[c.Name]; ok {
				if found++; c.Want.N != size {
					t.Errorf("%s: %s: %d, not %d", name, c.Name, c.Want.N, size)
				}
			}
			if n%8 > 0 {
				continue
			}
			if err := c.Check(b.answer(c.Ask)); err != nil {
				t.Errorf("%s: %s: %v", name, c.Name, err)
			}
		}
		if found != len(want) || n < 3000 {
			t.Errorf("%s: %d cases, of which %d at the policy's own edges", name, n, found)
		}
	}
}

// TestRandom: the library passes its own random cases, whose names are unique; another seed
// gives others; they meet every state, and refusals as well as moves.
func TestRandom(t *testing.T) {
	t.Parallel()
	b := open(t, office(t), wuye.Standard())
	names, states, codes := map[string]bool{}, map[ticket.State]bool{}, map[string]bool{}
	var first, other conformance.Case
	for n, c := range enumerate(conformance.Random(b.desk, 42)) {
		if n == 3000 {
			break
		}
		if n == 0 {
			first = c
		}
		if names[c.Name] || c.Clause == "" {
			t.Errorf("%s twice, or without a clause", c.Name)
		}
		names[c.Name], states[c.Want.State], codes[c.Want.Code] = true, true, true
		got, err := b.ask(c.Ask)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(got); err != nil {
			t.Errorf("%s: %v", c.Name, err)
		}
	}
	for c := range conformance.Random(b.desk, 43) {
		other = c
		break
	}
	if cmp.Equal(first, other) {
		t.Error("two seeds give the same")
	}
	for _, s := range []ticket.State{ticket.Open, ticket.Accepted, ticket.Assigned, ticket.InWork, ticket.Done, ticket.Referred, ticket.Answered, ticket.Closed, ticket.Void} {
		if !states[s] {
			t.Errorf("no history comes to %s", s)
		}
	}
	for _, c := range []string{"illegal_move", "wrong_role", "running", "paused", "met", "breached", "lapsed"} {
		if !codes[c] {
			t.Errorf("no answer is %s", c)
		}
	}
}

// BenchmarkCases is all the cases of the standard desk.
func BenchmarkCases(b *testing.B) {
	desk := open(b, calendar.China(), wuye.Standard()).desk
	for b.Loop() {
		n := 0
		for range conformance.Cases(desk) {
			n++
		}
		b.ReportMetric(float64(n), "cases")
	}
}

// TestCheck: every field counts, instants as instants, and an error says which differs.
func TestCheck(t *testing.T) {
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	c := conformance.Case{Name: "verdict/QI-3.7a/at due", Clause: "QI-3.7a", Ask: conformance.Question{Topic: conformance.Verdict},
		Want: conformance.Answer{N: 1, At: at, State: "open", Code: "met", IDs: []string{"a", "b"}, Amount: "1.00"}}
	if err := c.Check(conformance.Answer{N: 1, At: at.In(time.FixedZone("", 8*3600)), State: "open", Code: "met", IDs: []string{"a", "b"}, Amount: "1.00"}); err != nil {
		t.Error(err)
	}
	for _, k := range []struct {
		change func(*conformance.Answer)
		want   string
	}{
		{func(a *conformance.Answer) { a.Code = "breached" }, "QI-3.7a: at due: want met, got breached"},
		{func(a *conformance.Answer) { a.Code = "" }, "QI-3.7a: at due: want met, got none"},
		{func(a *conformance.Answer) { a.State = "done" }, "QI-3.7a: at due: want state open, got state done"},
		{func(a *conformance.Answer) { a.N = 2 }, "QI-3.7a: at due: want n 1, got n 2"},
		{func(a *conformance.Answer) { a.At = at.Add(1) }, "QI-3.7a: at due: want at 2026-01-05T18:00:00+08:00, got at 2026-01-05T18:00:00.000000001+08:00"},
		{func(a *conformance.Answer) { a.At = time.Time{} }, "QI-3.7a: at due: want at 2026-01-05T18:00:00+08:00, got at none"},
		{func(a *conformance.Answer) { a.IDs = []string{"b", "a"} }, "QI-3.7a: at due: want ids [a b], got ids [b a]"},
		{func(a *conformance.Answer) { a.Amount = "1.01" }, "QI-3.7a: at due: want amount 1.00, got amount 1.01"},
	} {
		got := c.Want
		k.change(&got)
		err := c.Check(got)
		if d := new(conformance.Departure); !errors.As(err, &d) || d.Clause != "QI-3.7a" || d.Case != c.Name || err.Error() != k.want || rule.Zh(err) == "" {
			t.Errorf("got  %v\nwant %s", err, k.want)
		}
	}
	if c.Ask.Topic.Label() == "" || conformance.Topic("weather").Valid() {
		t.Error("labels")
	}
}
