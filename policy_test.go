package wuye_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
)

func encode(t fatal, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestStandard(t *testing.T) {
	p := wuye.Standard()
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	if p.Name != "standard" || p.From != calendar.MustDate("2004-01-01") || len(p.Choices) != 0 || len(p.Off) != 0 {
		t.Errorf("%s from %s, %v, %v", p.Name, p.From, p.Choices, p.Off)
	}
	for _, l := range p.Lint() {
		t.Errorf("%s %s %s", l.Code, l.Path, l.Zh)
	}
	// A fresh one each call: what is done to one is not seen in the next.
	p.SLA.Clocks[0].To[0][0].Type, p.Ladder[0].To, p.Routine.Brackets[0].UpTo, p.Duties[0].Times = ticket.Rated, ticket.Worker, 1, 9
	q := wuye.Standard()
	if err := q.Validate(); err != nil || q.SLA.Clocks[0].To[0][0].Type == ticket.Rated || q.Ladder[0].To == ticket.Worker || q.Routine.Brackets[0].UpTo == 1 || q.Duties[0].Times == 9 {
		t.Error("Standard gives the same value twice")
	}
}

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares a text with a file that a manager can read.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// What comes round by itself, as the documents say, and where they say "regularly" as decided.
func TestDuties(t *testing.T) {
	var b strings.Builder
	for _, d := range wuye.Standard().Duties {
		by := "by its end"
		if d.Day > 0 {
			by = fmt.Sprintf("by the %dth of the next", d.Day)
		}
		fmt.Fprintf(&b, "%-11s %-10s %d each %s, %s\n", d.Clause, d.Who, d.Times, d.Every, by)
	}
	golden(t, "testdata/duties.txt", b.String())
}

// every is all policies one reading away from the standard, and some further away.
func every(t testing.TB) []wuye.Policy {
	policies := []wuye.Policy{wuye.Standard()}
	for _, r := range wuye.Readings() {
		for _, o := range r.Options {
			policies = append(policies, read(t, r.Code, o.Code))
		}
	}
	p := wuye.Standard()
	for _, r := range wuye.Readings() {
		p, _ = p.WithReading(r.Code, r.Options[len(r.Options)-1].Code)
	}
	p.Name, p.Households, p.SLA.Unrecorded = "锦绣苑", 820, []ticket.EventType{ticket.Delivered}
	p.Off = []wuye.Off{{Clause: "SP-2.4.1", Reason: "派工单由系统即时送达"}, {Clause: "TR-4.4", Reason: "另有抽样办法"}}
	return append(policies, p)
}

// Written, read and written again, a policy has the same bytes.
func TestPolicyRoundTrip(t *testing.T) {
	for _, p := range every(t) {
		before := encode(t, p)
		q, err := wuye.ParsePolicy([]byte(before))
		if err != nil {
			t.Fatalf("%v: %v", p.Choices, err)
		}
		if after := encode(t, q); after != before {
			t.Errorf("%v:\n%s\n%s", p.Choices, before, after)
		}
	}
	if s := encode(t, wuye.Standard()); s != strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(s, `"TR`, `"tr`), `"HB`, `"hb`), `"WY`, `"wy`)) {
		for key := range names(t, s) {
			if key != strings.ToLower(key) {
				t.Errorf("the field %s is not in lower_snake_case", key)
			}
		}
	}
}

// names are the names of the fields in a JSON text.
func names(t testing.TB, text string) map[string]bool {
	var v any
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, v := range v {
				all[k] = true
				walk(v)
			}
		case []any:
			for _, v := range v {
				walk(v)
			}
		}
	}
	walk(v)
	return all
}

func TestParsePolicyStrict(t *testing.T) {
	good := encode(t, wuye.Standard())
	for _, c := range []struct{ old, new, code, path string }{
		{`{"name":`, `{"Name":`, "unknown", "Name"},
		{`{"name":"standard"`, `{"name":"standard","name":"b"`, "twice", "name"},
		{`{"name":"standard"`, `{"name":null`, "wrong_type", "name"},
		{`{"name":"standard"`, `{"name":["standard"]`, "wrong_type", "name"},
		{`{"name":"standard"`, `{"name":"standard","colour":1`, "unknown", "colour"},
		{`"every":"day"`, `"every":"day","hour":3`, "unknown", "duties[0].hour"},
		{`"every":"day"`, `"every":"fortnight"`, "unknown", "duties[0].every"},
		{`"times":1`, `"times":"1"`, "wrong_type", "duties[0].times"},
		{`"times":1`, `"times":1.5`, "wrong_type", "duties[0].times"},
		{`"times":1`, `"times":99999999999999999999`, "wrong_type", "duties[0].times"},
		{`"holds":true`, `"holds":1`, "wrong_type", "sla.clocks[10].holds"},
		{`"times":1`, `"times":0`, "out_of_range", "duties[0].times"},
		{`"up_to":20`, `"upto":20`, "unknown", "routine.brackets[0].upto"},
		{`"up_to":20`, `"up_to":70`, "scheme", "routine.brackets[1].up_to"},
		{`"from":"2004-01-01"`, `"from":"2004-02-30"`, "unknown", "from"},
		{`"duties":[`, `"duties":{`, "wrong_type", "duties"},
		{`"who":"assistant"`, `"who":"janitor"`, "sla", "sla.clocks[0].who"},
	} {
		if !strings.Contains(good, c.old) {
			t.Fatalf("the standard policy has no %s", c.old)
		}
		_, err := wuye.ParsePolicy([]byte(strings.Replace(good, c.old, c.new, 1)))
		if e := as[*wuye.PolicyError](t, err); e.Code != c.code || e.Path != c.path {
			t.Errorf("%s: %s %q, want %s %q (%v)", c.new, e.Code, e.Path, c.code, c.path, err)
		} else if e.Zh() == "" || rule.Zh(err) != e.Zh() {
			t.Errorf("%s: %q, %q", c.new, e.Zh(), rule.Zh(err))
		}
	}
	for _, text := range []string{"", "[]", "3", good + "{}", good[:len(good)-1], `{"name":`, `{"sla":[[[[`} {
		if _, err := wuye.ParsePolicy([]byte(text)); err == nil {
			t.Errorf("%.20s… is taken", text)
		} else if e := as[*wuye.PolicyError](t, err); e.Code != "not_json" && e.Code != "wrong_type" {
			t.Errorf("%.20s…: %s", text, e.Code)
		}
	}
}

// The names that ParsePolicy knows are those of the types: none is left out.
func TestParsePolicyKnowsEveryField(t *testing.T) {
	var full wuye.Policy
	fill(reflect.ValueOf(&full).Elem())
	full.From = calendar.MustDate("2026-01-01")
	_, err := wuye.ParsePolicy([]byte(encode(t, full)))
	if e := as[*wuye.PolicyError](t, err); e.Why == "unknown field" || e.Err == nil {
		t.Errorf("a policy with all fields set: %v", err) // it should fail on its codes only
	}
}

// fill sets every field that v has to something that JSON does not omit.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(1)
	case reflect.Bool:
		v.SetBool(true)
	}
}

func FuzzParsePolicy(f *testing.F) {
	for _, p := range []wuye.Policy{wuye.Standard(), {Name: "x"}} {
		b, _ := json.Marshal(p)
		f.Add(b)
	}
	f.Add([]byte(`{"sla":{"clocks":[{"from":[[{"type":"told"}]]}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := wuye.ParsePolicy(data)
		if err != nil {
			as[*wuye.PolicyError](t, err)
			return
		}
		before := encode(t, p)
		q, err := wuye.ParsePolicy([]byte(before))
		if err != nil || encode(t, q) != before {
			t.Errorf("not its own inverse: %v", err)
		}
		p.Lint()
		if _, err := wuye.New(calendar.China(), p); err != nil {
			t.Errorf("a valid policy makes no desk: %v", err)
		}
	})
}

func TestValidate(t *testing.T) {
	seen := map[string]bool{"not_json": true, "wrong_type": true} // these are ParsePolicy's
	for name, change := range map[string]func(*wuye.Policy){
		"missing name":                     func(p *wuye.Policy) { p.Name = "" },
		"out_of_range name ":               func(p *wuye.Policy) { p.Name = "a\nb" },
		"out_of_range name  ":              func(p *wuye.Policy) { p.Name = strings.Repeat("x", 65) },
		"missing from":                     func(p *wuye.Policy) { p.From = calendar.Date{} },
		"out_of_range households":          func(p *wuye.Policy) { p.Households = -1 },
		"sla sla.clocks[0].who":            func(p *wuye.Policy) { p.SLA.Clocks[0].Who = "janitor" },
		"ladder ladder[0].cause":           func(p *wuye.Policy) { p.Ladder[0].Cause = "bored" },
		"scheme routine.brackets[1].up_to": func(p *wuye.Policy) { p.Routine.Brackets[1].UpTo = 3 },
		"scheme cash.rounding":             func(p *wuye.Policy) { p.Cash.Rounding = "down" },
		"scheme banked.brackets":           func(p *wuye.Policy) { p.Banked.Brackets = nil },
		"unknown duties[1].clause":         func(p *wuye.Policy) { p.Duties[1].Clause = "VC-9" },
		"unknown duties[2].who":            func(p *wuye.Policy) { p.Duties[2].Who = "janitor" },
		"unknown duties[0].every":          func(p *wuye.Policy) { p.Duties[0].Every = "" },
		"out_of_range duties[0].times":     func(p *wuye.Policy) { p.Duties[0].Times = 0 },
		"out_of_range duties[0].day":       func(p *wuye.Policy) { p.Duties[0].Day = 5 }, // not monthly
		"out_of_range duties[0].day ":      func(p *wuye.Policy) { p.Duties[0].Day = 32 },
		"twice duties[1]":                  func(p *wuye.Policy) { p.Duties[1] = p.Duties[0] },
		"unknown form[0]":                  func(p *wuye.Policy) { p.Form[0] = "shoe size" },
		"twice form[1]":                    func(p *wuye.Policy) { p.Form[1] = p.Form[0] },
		"unknown off[0].clause":            func(p *wuye.Policy) { p.Off = []wuye.Off{{Clause: "XX-1", Reason: "r"}} },
		"missing off[0].reason":            func(p *wuye.Policy) { p.Off = []wuye.Off{{Clause: "VC-1.8", Reason: " "}} },
		"twice off[1].clause": func(p *wuye.Policy) {
			p.Off = []wuye.Off{{Clause: "VC-1.8", Reason: "r"}, {Clause: "VC-1.8", Reason: "r"}}
		},
		"reading choices[0]": func(p *wuye.Policy) { p.Choices = []wuye.Choice{{Reading: "hours", Option: "never"}} },
		"twice choices[0] ":  func(p *wuye.Policy) { p.Choices = []wuye.Choice{{Reading: "hours", Option: "round-the-clock"}} },
		"out_of_order choices[1]": func(p *wuye.Policy) {
			p.Choices = []wuye.Choice{{Reading: "hours", Option: "working-hours"}, {Reading: "draw-day", Option: "calendar-month"}}
		},
	} {
		p := wuye.Standard()
		change(&p)
		code, path, _ := strings.Cut(name, " ")
		seen[code] = true
		err := p.Validate()
		if e := as[*wuye.PolicyError](t, err); e.Code != code || e.Path != strings.TrimSpace(path) || e.Why == "" || strings.Count(err.Error(), "wuye") != 1 || e.Zh() == "" {
			t.Errorf("%s: %s %q, %v", name, e.Code, e.Path, err)
		}
		_, err = wuye.New(calendar.China(), p)
		if e := as[*wuye.PolicyError](t, err); e.Path != "policies[0]."+strings.TrimSpace(path) {
			t.Errorf("%s: New says %q", path, e.Path)
		}
	}
	for _, code := range []string{"missing", "unknown", "twice", "out_of_range", "out_of_order", "sla", "ladder", "scheme", "reading"} {
		if !seen[code] {
			t.Errorf("no policy gives %s", code)
		}
	}
}

// What a policy does not keep falls away, and nothing else.
func TestOff(t *testing.T) {
	for _, off := range []rule.ID{"SP-2.4.1", "QI-3.6a", "WY-unanswered", "WY-breach", "VC-1.5b"} {
		found := false
		p := wuye.Standard()
		p.Off = []wuye.Off{{Clause: off, Reason: "本项目另有规定"}}
		for _, history := range [][]ticket.Event{special("T1", "2026-09-21")[:2], complaint("T2", "2026-09-21")[:1]} {
			was, err := desk(t).Judge(history, at("2026-09-25 12:00"))
			if err != nil {
				t.Fatal(err)
			}
			is, err := desk(t, p).Judge(history, at("2026-09-25 12:00"))
			if err != nil {
				t.Fatal(err)
			}
			found = found || slices.ContainsFunc(was.Verdicts, func(v sla.Verdict) bool { return v.Clause == off }) ||
				slices.ContainsFunc(was.Firings, func(f escalation.Firing) bool { return f.Step.Clause == off })
			want := slices.DeleteFunc(slices.Clone(was.Verdicts), func(v sla.Verdict) bool { return v.Clause == off })
			if diff := cmp.Diff(want, is.Verdicts); diff != "" {
				t.Errorf("without %s (-want +got):\n%s", off, diff)
			}
			for _, f := range is.Firings {
				if f.Step.Clause == off {
					t.Errorf("without %s it fires", off)
				}
			}
		}
		if !found {
			t.Errorf("with %s nothing is judged by it", off)
		}
	}
	p := wuye.Standard()
	p.Off = []wuye.Off{{Clause: "TR-4.4", Reason: "另有办法"}, {Clause: "TR-4.8", Reason: "同上"}}
	for id, keeps := range map[rule.ID]bool{"TR-4.4a": false, "TR-4.4d": false, "TR-4.3a": true, "TR-4.8": false, "TR-4.8t": true, "VC-1.4c": true} {
		if p.Keeps(id) != keeps {
			t.Errorf("Keeps(%s) is %v: a bare number that is no clause means its letters, a clause itself alone", id, !keeps)
		}
	}
}

// The parties may agree otherwise: every reading, and some together, make a policy that is
// valid and makes a desk.
func TestCC_204(t *testing.T) {
	for _, p := range every(t) {
		if err := p.Validate(); err != nil {
			t.Errorf("%v: %v", p.Choices, err)
		}
		if _, err := wuye.New(calendar.China(), p); err != nil {
			t.Errorf("%v: %v", p.Choices, err)
		}
	}
}

// Any one clause may be left out.
func TestOffEach(t *testing.T) {
	for _, c := range rule.Clauses() {
		p := wuye.Standard()
		p.Off = []wuye.Off{{Clause: c.ID, Reason: "本项目不适用"}}
		d, err := wuye.New(calendar.China(), p)
		if err != nil {
			t.Errorf("without %s: %v", c.ID, err)
			continue
		}
		j, err := d.Judge(complaint("T1", "2026-09-21")[:2], at("2026-09-25 12:00"))
		if err != nil {
			t.Errorf("without %s: %v", c.ID, err)
		}
		for _, v := range j.Verdicts {
			if v.Clause == c.ID {
				t.Errorf("%s is judged though it is not kept", c.ID)
			}
		}
	}
}

func TestLint(t *testing.T) {
	for want, change := range map[string]func(*wuye.Policy){
		"limit_too_long sla.clocks":     func(p *wuye.Policy) { p.SLA.Clocks[clock(p, "HB-2.1e")].Limit = sla.Hours(30) },
		"warning_too_early sla.clocks":  func(p *wuye.Policy) { p.SLA.Clocks[clock(p, "HB-2.1d")].Warn = sla.Minutes(15) },
		"brackets_out_of_order routine": func(p *wuye.Policy) { p.Routine.Brackets[1].UpTo = 7 },
		"sample_shrinks routine":        func(p *wuye.Policy) { p.Routine.Brackets[2].Take = 4 },
		"unenforced sla.clocks":         func(p *wuye.Policy) { p.SLA = p.SLA.With("QI-3.8") },
		"unenforced duties":             func(p *wuye.Policy) { p.Duties = p.Duties[1:] },
		"unreachable_tier ladder":       func(p *wuye.Policy) { p.Off = []wuye.Off{}; p.Ladder = p.Ladder[:1] },
		"off_in_flow off[0]":            func(p *wuye.Policy) { p.Off = []wuye.Off{{Clause: "HB-1.3a", Reason: "r"}} },
		"reading_not_applied choices":   func(p *wuye.Policy) { p.Choices = []wuye.Choice{{Reading: "hours", Option: "working-hours"}} },
	} {
		p := wuye.Standard()
		change(&p)
		if !slices.ContainsFunc(p.Lint(), func(l wuye.Lint) bool { return strings.HasPrefix(l.Code+" "+l.Path, want) && l.Zh != "" }) {
			t.Errorf("%s is not found: %v", want, p.Lint())
		}
	}
	for _, p := range every(t) {
		for _, l := range p.Lint() {
			t.Errorf("%v: %s %s %s", p.Choices, l.Code, l.Path, l.Zh)
		}
	}
}

func clock(p *wuye.Policy, id rule.ID) int {
	return slices.IndexFunc(p.SLA.Clocks, func(c sla.Clock) bool { return c.Clause == id })
}

// Lint reads policies that Validate refuses, too.
func TestLintOfAnything(t *testing.T) {
	p := wuye.Policy{Routine: sampling.Scheme{Brackets: []sampling.Bracket{{}, {}, {UpTo: -1}}}, Off: []wuye.Off{{}}, Choices: []wuye.Choice{{}}}
	if len(p.Lint()) == 0 {
		t.Error("nothing is found in an empty policy")
	}
}
