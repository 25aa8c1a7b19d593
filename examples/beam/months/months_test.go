package months

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
	"example.com/wuye/examples/beam/made"
	"example.com/wuye/sampling"
	"example.com/wuye/ticket"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/io/textio"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/runners/prism"

	_ "github.com/apache/beam/sdks/v2/go/pkg/beam/io/filesystem/local"
)

func TestMain(m *testing.M) {
	beam.Init()
	os.Exit(m.Run())
}

// site is October of the test's properties.
func site() Site {
	m := calendar.MustMonth("2026-10")
	return Site{Month: m, AsOf: m.Add(1).Day(12).Start().Add(9 * time.Hour), Key: "密钥 '\"\\ $"}
}

// both gives the lines of the pipeline and those of the loop, ascending, and what the pipeline counted.
func both(t *testing.T, s Site, rows []string) (beams, plain []string, merges int64) {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.jsonl"), filepath.Join(dir, "out.jsonl")
	text := strings.Join(rows, "\n") + "\n"
	if err := os.WriteFile(in, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	p, root := beam.NewPipelineWithRoot()
	textio.Write(root, out, Pipeline(root, s, textio.Read(root, in), 4))
	done, err := prism.Execute(context.Background(), p)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range done.Metrics().Query(func(r beam.MetricResult) bool { return r.Name() == "merged" }).Counters() {
		merges += c.Result()
	}
	result, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	beams = strings.Split(strings.TrimSuffix(string(result), "\n"), "\n")
	if err := Direct(strings.NewReader(text), s, func(l Line) { plain = append(plain, l.String()) }); err != nil {
		t.Fatal(err)
	}
	slices.Sort(beams)
	slices.Sort(plain)
	return beams, plain, merges
}

// same reports the first lines that only one of the two has.
func same(t *testing.T, beams, plain []string) {
	t.Helper()
	if slices.Equal(beams, plain) {
		return
	}
	shown := 0
	for _, side := range []struct {
		name       string
		has, other []string
	}{{"the pipeline", beams, plain}, {"the loop", plain, beams}} {
		for _, l := range side.has {
			if _, ok := slices.BinarySearch(side.other, l); !ok && shown < 10 {
				t.Errorf("only %s: %.1500s", side.name, l)
				shown++
			}
		}
	}
	t.Fatalf("%d lines of the pipeline, %d of the loop", len(beams), len(plain))
}

func row(property, kind string, of any) string {
	text, err := json.Marshal(map[string]any{"property": property, kind: of})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// wrap makes rows of a file of the library's own rows.
func wrap(t *testing.T, property, kind, name string) (rows []string) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(text)) {
		rows = append(rows, row(property, kind, json.RawMessage(l)))
	}
	return rows
}

// embedded is the month of examples/month: 55 stories, their money and duties.
func embedded(t *testing.T, property string) []string {
	dir := "../../month/"
	return slices.Concat(wrap(t, property, "event", dir+"tickets.jsonl"), wrap(t, property, "money", dir+"money.jsonl"), wrap(t, property, "duty", dir+"duties.jsonl"))
}

// generated is made-up months.
func generated(t *testing.T, properties, tickets int) []string {
	t.Helper()
	var text strings.Builder
	if err := made.Write(&text, 7, 0, properties, tickets); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
}

// random is histories of package conformance, legal and not, of many years, in properties.
func random(t *testing.T, n, properties int) (rows []string) {
	t.Helper()
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(13, 1))
	i := 0
	for c := range conformance.Random(desk, 13) {
		if i++; i > n {
			break
		}
		for _, e := range c.Ask.History {
			e.Ticket = fmt.Sprintf("%s-%d", e.Ticket, i)
			rows = append(rows, row(fmt.Sprintf("园%d", i%properties), "event", e))
			if r.IntN(50) == 0 {
				rows = append(rows, rows[len(rows)-1]) // twice is once
			}
			if r.IntN(400) == 0 {
				e.Reason = "另有说法" // and differently is a conflict
				rows = append(rows, row(fmt.Sprintf("园%d", i%properties), "event", e))
			}
		}
	}
	return rows
}

// TestSame holds the pipeline against the loop, to the byte: the embedded month with its money
// and duties, made-up months, histories by chance of which many are refused, rows that are
// none, and all of these under other readings and with clauses left out.
func TestSame(t *testing.T) {
	all := slices.Concat(embedded(t, "锦绣苑"), generated(t, 3, 1100), random(t, 400, 4),
		[]string{"", "{", `{"property":"x"}`, `{"event":{"ticket":"1"}}`, `{"property":"x","event":{"ticket":"a\nb"}}`,
			`{"property":"x","event":{"ticket":"1","seq":1,"type":"registered"},"money":{}}`,
			`{"property":"只有职责","duty":{"clause":"VC-1.8","at":"2026-10-09T17:00:00+08:00"}}`,
			`{"property":"只有收费","money":{"serial":"1","ticket":"T1","seq":1,"type":"charged","at":"2026-10-09T17:00:00+08:00","recorded":"2026-10-09T17:00:00+08:00","amount":"1.00","payment":"cash"}}`})
	r := rand.New(rand.NewPCG(1, 13))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })

	for name, change := range map[string]func(*Site){
		"standard": func(*Site) {},
		"read otherwise": func(s *Site) {
			p := wuye.Standard()
			for code, option := range map[string]string{"complaint-rate-base": "tickets", "satisfaction": "mean", "quota-choice": "drawn", "draw-day": "calendar-month", "hours": "working-hours", "on-site-half": "majority"} {
				var err error
				if p, err = p.WithReading(code, option); err != nil {
					t.Fatal(err)
				}
			}
			own := wuye.Standard()
			own.Households = 1234
			own.Off = []wuye.Off{{Clause: "TR-4.4a", Reason: "小量不抽"}, {Clause: "SP-2.7.1b", Reason: "不访"}}
			own.Routine.Brackets = []sampling.Bracket{{UpTo: 7, Take: 2, Clause: "TR-4.4a"}, {Percent: 40, Clause: "TR-4.4c"}}
			s.Policy, s.Own = &p, map[string]wuye.Policy{made.Property(1): own, "园1": own}
		},
		"too early": func(s *Site) { s.AsOf = s.Month.Day(20).Start() },
	} {
		t.Run(name, func(t *testing.T) {
			s := site()
			change(&s)
			beams, plain, merges := both(t, s, all)
			same(t, beams, plain)
			has := func(field string) (n int) {
				for _, l := range plain {
					if strings.Contains(l, `"`+field+`":`) {
						n++
					}
				}
				return n
			}
			t.Logf("%d lines: %d findings, %d scorecards, %d draws, %d refused, %d bad; %d merges", len(plain), has("finding"), has("figures"), has("draw"), has("refused"), has("bad"), merges)
			if name == "too early" {
				return
			}
			if has("finding") < 1000 || has("figures") < 4 || has("draw") < 9 || has("refused") < 3 || has("bad") < 5 || merges < 9 {
				t.Error("too little of something")
			}
		})
	}
}

// The named figures are the library's, in its order: as its scorecard of the embedded month and
// of made-up ones has them, and as its comment lists them.
func TestNamed(t *testing.T) {
	seen := map[string]bool{}
	for _, rows := range [][]string{embedded(t, "锦绣苑"), generated(t, 1, 200)} {
		s := site()
		err := Direct(strings.NewReader(strings.Join(rows, "\n")), s, func(l Line) {
			last := -1
			for i := range l.Figures {
				f := &l.Figures[i]
				clock := strings.HasPrefix(f.Name, "按时办到：")
				if at := place(f); at < last || clock != (at == len(named)) {
					t.Errorf("%s %s stands at %d after %d", f.Clause, f.Name, at, last)
				} else {
					last = at
				}
				if !clock {
					seen[string(f.Clause)] = true
				}
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range named {
		if !seen[string(id)] {
			t.Logf("not in these months: %s", id)
		}
	}
	if len(seen) < 15 {
		t.Errorf("only %d of %d were seen", len(seen), len(named))
	}
}

// A ticket that is past adds nothing to what the library finds in the month or draws.
func TestPast(t *testing.T) {
	s := site()
	desk, _, err := s.desk("园")
	if err != nil {
		t.Fatal(err)
	}
	var all, kept [][]ticket.Event
	n, left := 0, 0
	for c := range conformance.Random(desk, 5) {
		if n++; n > 4000 {
			break
		}
		h := slices.Clone(c.Ask.History)
		for i := range h {
			h[i].Ticket = fmt.Sprintf("%s-%d", h[i].Ticket, n)
		}
		if _, err := ticket.Replay(ticket.KnownBy(h, s.AsOf)); err != nil || len(h) == 0 {
			continue
		}
		all = append(all, h)
		if s.past(h) {
			left++
		} else {
			kept = append(kept, h)
		}
	}
	find := func(of [][]ticket.Event) string {
		found, err := audit.Month(desk, s.Month, wuye.Records{Tickets: slices.Values(of)}, s.AsOf)
		if err != nil {
			t.Fatal(err)
		}
		end, err := desk.MonthEnd(s.Month, wuye.Records{Tickets: slices.Values(of)}, s.Key, s.AsOf)
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal([]any{found, end.Drawn})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	if a, b := find(all), find(kept); a != b {
		i := 0
		for i < min(len(a), len(b)) && a[i] == b[i] {
			i++
		}
		t.Errorf("with those that are past\n%.400s\nwithout\n%.400s", a[max(0, i-200):], b[max(0, i-200):])
	}
	if left < 100 || len(kept) < 100 {
		t.Errorf("%d past, %d kept", left, len(kept))
	}
}
