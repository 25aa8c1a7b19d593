package sla_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// What a policy must not say is an error with its path; all of them are reported.
func TestValidate(t *testing.T) {
	clock := func(f func(*sla.Clock)) sla.Policy {
		c := sla.Standard().Of("QI-3.6a")[0]
		f(&c)
		return sla.Policy{Clocks: []sla.Clock{c}}
	}
	two := func(a, b ticket.Match) sla.Policy {
		c := sla.Standard().Of("QI-3.6a")[0]
		d := c
		c.When, d.When = []ticket.Match{a}, []ticket.Match{b}
		return sla.Policy{Clocks: []sla.Clock{c, d}}
	}
	yielding := func(a, b rule.ID) sla.Policy { // to each other
		p := clock(func(c *sla.Clock) { c.Clause, c.Yields = a, b })
		p.Clocks = append(p.Clocks, p.Clocks[0])
		p.Clocks[1].Clause, p.Clocks[1].Yields = b, a
		return p
	}
	for path, p := range map[string]sla.Policy{
		"clocks[0].clause":              clock(func(c *sla.Clock) { c.Clause = "QI-99" }),
		"clocks[0].when[0].kinds[0]":    clock(func(c *sla.Clock) { c.When[0].Kinds[0] = "gripe" }),
		"clocks[0].when[0].natures[0]":  clock(func(c *sla.Clock) { c.When[0].Natures = []ticket.Nature{"odd"} }),
		"clocks[0].when[0].severity[1]": clock(func(c *sla.Clock) { c.When[0].Severity = []ticket.Severity{ticket.Major, "huge"} }),
		"clocks[0].when[0].urgency":     clock(func(c *sla.Clock) { c.When[0].Urgency = "now" }),
		"clocks[0].when[0].place":       clock(func(c *sla.Clock) { c.When[0].Place = "roof" }),
		"clocks[0].when[0].named":       clock(func(c *sla.Clock) { c.When[0].Named = "maybe" }),
		"clocks[0].from":                clock(func(c *sla.Clock) { c.From = nil }),
		"clocks[0].from[0]":             clock(func(c *sla.Clock) { c.From = sla.Moment{{{Type: ticket.Extended, Anew: true}}} }),
		"clocks[0].from[0][1]":          clock(func(c *sla.Clock) { c.From[0][1].Proof = true }),
		"clocks[0].to":                  clock(func(c *sla.Clock) { c.To = nil }),
		"clocks[0].to[0][2].type":       clock(func(c *sla.Clock) { c.To[0][2].Type = "waved" }),
		"clocks[0].to[0][0].role":       clock(func(c *sla.Clock) { c.To[0][0].Role = "boss" }),
		"clocks[0].to[0][0].channel":    clock(func(c *sla.Clock) { c.To[0][0].Channel = "drum" }),
		"clocks[0].to[0][0].with[1]":    clock(func(c *sla.Clock) { c.To[0][0].With = []string{"!to", "to.name"} }),
		"clocks[0].to[0][1]":            clock(func(c *sla.Clock) { c.To[0][1].Anew = true }),
		"clocks[0].unless[0]":           clock(func(c *sla.Clock) { c.Unless = []sla.Mark{{Type: ticket.Declined, Recorded: true}} }),
		"clocks[0].yields":              clock(func(c *sla.Clock) { c.Yields = "QI-3.6a" }),
		"clocks[0].from[0][1]  ":        clock(func(c *sla.Clock) { c.Limit, c.From[0][1].With = sla.AsPromised(), []string{"!until"} }),
		"clocks[0].yields ":             yielding("QI-3.6a", "VC-1.5a"),
		"clocks[0].limit.n":             clock(func(c *sla.Clock) { c.Limit.N = 0 }),
		"clocks[0].limit.unit":          clock(func(c *sla.Clock) { c.Limit.Unit = "moon" }),
		"clocks[0].limit.roll":          clock(func(c *sla.Clock) { c.Limit.Roll = true }),
		"clocks[0].warn":                clock(func(c *sla.Clock) { c.Warn = sla.Days(1) }),
		"clocks[0].warn.n":              clock(func(c *sla.Clock) { c.Warn = sla.Hours(-1) }),
		"clocks[0].warn ":               clock(func(c *sla.Clock) { c.Warn = sla.Minutes(121) }), // of 2 hours
		"clocks[0].to[0]": clock(func(c *sla.Clock) {
			c.From, c.To = sla.Moment{{{Type: ticket.Triaged}}}, sla.Moment{{{Type: ticket.Registered}}}
		}),
		"clocks[0].holds": clock(func(c *sla.Clock) { c.Limit, c.Holds = sla.AsPromised(), true }),
		"clocks[0].who":   clock(func(c *sla.Clock) { c.Who = "cat" }),
		"clocks[1].when":  two(ticket.Match{Kinds: []ticket.Kind{ticket.Complaint}}, ticket.Match{Named: "yes"}),
		"unrecorded[0]":   {Unrecorded: []ticket.EventType{"dreamt"}},
	} {
		err := p.Validate()
		path = strings.TrimSpace(path) // some have more than one fault
		e, ok := errors.AsType[*sla.PolicyError](err)
		if !ok || e.Path != path || !strings.HasPrefix(e.Error(), "sla: "+path) || !strings.Contains(e.Zh(), path) {
			t.Errorf("%s: %v", path, err)
		}
		if _, cErr := p.Compile(); cErr == nil {
			t.Errorf("%s: compiled all the same", path)
		}
	}
	if err := two(ticket.Match{Named: "no"}, ticket.Match{Named: "yes"}).Validate(); err != nil {
		t.Error(err)
	}
	both := sla.Policy{Clocks: []sla.Clock{{}, {}}}
	if n := strings.Count(both.Validate().Error(), "\n"); n < 7 {
		t.Errorf("only %d errors of two empty clocks", n+1)
	}
}

// A warning that comes before the start whenever that is, is refused; one that may come in
// time on some day is not.
func TestWarningBeforeTheStart(t *testing.T) {
	rolled := sla.Days(1)
	rolled.Roll = true
	for _, c := range []struct {
		limit, fits, not sla.Limit
	}{
		{sla.Minutes(15), sla.Minutes(15), sla.Minutes(16)},
		{sla.Hours(2), sla.WorkingHours(2), sla.WorkingHours(3)}, // three working hours take three hours or more
		{sla.WorkingHours(2), sla.WorkingHours(2), sla.Limit{N: 121, Unit: sla.WorkingMinute}},
		{sla.WorkingHours(2), sla.Hours(20), sla.Limit{}}, // over a night
		{sla.SameDay(), sla.Hours(24), sla.Hours(25)},
		{sla.Days(7), sla.Hours(8 * 24), sla.Hours(8*24 + 1)}, // begun at 0:00, and the first day is not counted
		{sla.WorkingDays(1), sla.WorkingHours(48), sla.WorkingHours(49)},
		{sla.WorkingDays(1), sla.Hours(200), sla.Limit{}}, // over the Spring Festival
		{sla.Days(sla.MaxN), sla.Hours(sla.MaxN), sla.Limit{}},
		{sla.ByNextMonth(31), sla.Hours(62 * 24), sla.Hours(62*24 + 1)},
		{rolled, sla.Hours(200), sla.Limit{}},
		{sla.AsPromised(), sla.Hours(1000), sla.Limit{}},
	} {
		clock := sla.Clock{Clause: "TR-4.1", From: sla.Moment{{{Type: ticket.Promised, With: []string{"until"}}}}, To: sla.Moment{{{Type: ticket.Told}}}, Limit: c.limit}
		for _, warn := range []sla.Limit{c.fits, c.not} {
			clock.Warn = warn
			if err := (sla.Policy{Clocks: []sla.Clock{clock}}).Validate(); (err != nil) != (warn == c.not && warn != sla.Limit{}) {
				t.Errorf("%s, warned %s before: %v", c.limit, warn, err)
			}
		}
	}
}

// A clock whose stop can never come after its start, as the flow has it, is refused by the
// path of the group that cannot be met.
func TestStopThatCanNeverCome(t *testing.T) {
	complaint := []ticket.Match{{Kinds: []ticket.Kind{ticket.Complaint}}}
	for name, c := range map[string]struct {
		when     []ticket.Match
		from, to sla.Mark
		through  bool
		never    bool
	}{
		"triaged after the registration":         {nil, sla.Mark{Type: ticket.Registered}, sla.Mark{Type: ticket.Triaged}, false, false},
		"triaged after the completion":           {nil, sla.Mark{Type: ticket.Completed}, sla.Mark{Type: ticket.Triaged}, false, true},
		"registered after the triage":            {nil, sla.Mark{Type: ticket.Triaged}, sla.Mark{Type: ticket.Registered}, false, true},
		"completed again, after a dispute":       {nil, sla.Mark{Type: ticket.Completed}, sla.Mark{Type: ticket.Started}, false, false},
		"reopened, which ends the cycle":         {nil, sla.Mark{Type: ticket.Told}, sla.Mark{Type: ticket.Reopened}, false, true},
		"reopened, through cycles":               {nil, sla.Mark{Type: ticket.Told}, sla.Mark{Type: ticket.Reopened}, true, false},
		"a complaint is never declined":          {complaint, sla.Mark{Type: ticket.Registered}, sla.Mark{Type: ticket.Declined}, false, true},
		"other matters are":                      {nil, sla.Mark{Type: ticket.Registered}, sla.Mark{Type: ticket.Declined}, false, false},
		"no worker dismisses a complaint":        {nil, sla.Mark{Type: ticket.Registered}, sla.Mark{Type: ticket.Dismissed, Role: ticket.Worker}, false, true},
		"a supervisor does":                      {nil, sla.Mark{Type: ticket.Registered}, sla.Mark{Type: ticket.Dismissed, Role: ticket.Supervisor}, false, false},
		"no row says and does not say":           {nil, sla.Mark{Type: ticket.Registered}, sla.Mark{Type: ticket.Told, With: []string{"grade", "!grade"}}, false, true},
		"after a withdrawal only the books":      {nil, sla.Mark{Type: ticket.Withdrawn}, sla.Mark{Type: ticket.Told}, false, true},
		"the slip is written off then":           {nil, sla.Mark{Type: ticket.Withdrawn}, sla.Mark{Type: ticket.WrittenOff}, false, false},
		"taken over, it may be in any state":     {nil, sla.Mark{Type: ticket.Imported}, sla.Mark{Type: ticket.Triaged}, false, false},
		"its own entry is the start's":           {nil, sla.Mark{Type: ticket.Registered}, sla.Mark{Type: ticket.Registered, Recorded: true}, false, false},
		"a revisit, though the ticket is closed": {nil, sla.Mark{Type: ticket.Archived}, sla.Mark{Type: ticket.Revisited}, false, false},
	} {
		clock := sla.Clock{Clause: "TR-4.1", When: c.when, From: sla.Moment{{c.from}}, To: sla.Moment{{{Type: ticket.Registered, Recorded: true}, {Type: ticket.Told}, {Type: ticket.WrittenOff}, {Type: ticket.Revisited}}, {c.to}}, Limit: sla.Days(1), Through: c.through}
		err := sla.Policy{Clocks: []sla.Clock{clock}}.Validate()
		if e, ok := errors.AsType[*sla.PolicyError](err); ok != c.never || ok && (e.Path != "clocks[0].to[1]" || e.Clause != "TR-4.1") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// With replaces in place, and neither it nor Of nor Standard shares anything with anybody.
func TestWith(t *testing.T) {
	p := sla.Standard()
	c := p.Of("QI-3.6a")[0]
	c.Limit = sla.Hours(1)
	q := p.With("QI-3.6a", c)
	if q.Of("QI-3.6a")[0].Limit != sla.Hours(1) || len(q.Clocks) != len(p.Clocks) || q.Clocks[9].Clause != "QI-3.6a" {
		t.Error("not replaced in place")
	}
	q.Clocks[0].From[0][0].Type, q.Clocks[0].When[0].Urgency, c.To[0][0].Type = ticket.Urged, ticket.Normal, ticket.Urged
	if diff := cmp.Diff(p, sla.Standard()); diff != "" {
		t.Error(diff)
	}
	if q.Of("QI-3.6a")[0].To[0][0].Type != ticket.Informed {
		t.Error("the clock given is shared")
	}
	if got := p.With("TR-4.2a"); len(got.Clocks) != len(p.Clocks)-1 || len(got.Of("TR-4.2a")) != 0 {
		t.Error("not removed")
	}
	if got := p.With("TR-4.1", c); got.Clocks[len(got.Clocks)-1].Clause != "TR-4.1" {
		t.Error("not added")
	}
}

// A policy goes through JSON and back unchanged.
func TestPolicyJSON(t *testing.T) {
	p := sla.Standard()
	p.Unrecorded = []ticket.EventType{ticket.Acknowledged}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back sla.Policy
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, back); diff != "" {
		t.Error(diff)
	}
	one, err := json.MarshalIndent(p.Of("VC-1.5a")[0], "", " ")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "clock.json", string(one)+"\n")
}

// A compiled policy is a copy: the policy may change afterwards.
func TestCompile(t *testing.T) {
	p := sla.Standard()
	c, err := p.Compile()
	if err != nil {
		t.Fatal(err)
	}
	h := open(ticket.Complaint)
	want, err := c.AppendVerdicts(nil, calendar.China(), h, at("2026-09-21 10:00"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range p.Clocks {
		p.Clocks[i].To[0][0], p.Clocks[i].Clause = sla.Mark{}, "x"
	}
	if got, err := c.AppendVerdicts(nil, calendar.China(), h, at("2026-09-21 10:00")); err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v", got, err)
	}
	cal, asOf := calendar.China(), at("2026-09-23 10:00")
	held := h.add(ticket.Held, "2026-09-21 10:00").add(ticket.Resumed, "2026-09-22 10:00").add(ticket.Held, "2026-09-22 11:00")
	for name, h := range map[string]walk{"new": h, "done": minorComplaint(), "held": held, "reopened": held.add(ticket.Told, "2026-09-22 12:00").add(ticket.Reopened, "2026-09-22 13:00")} {
		if n := testing.AllocsPerRun(100, func() { want, _ = c.AppendVerdicts(want[:0], cal, h, asOf) }); n != 0 {
			t.Errorf("%s: %v allocations a ticket", name, n)
		}
	}
}

// What one compiled policy can hold is bounded, and more is refused, not forgotten.
func TestCompileBounds(t *testing.T) {
	marks := sla.Clock{Clause: "TR-4.1", From: sla.Moment{{{Type: ticket.Registered}}}, Limit: sla.Days(1)}
	tickets := sla.Clock{Clause: "TR-4.1", From: marks.From, To: marks.From, Limit: sla.Days(1)}
	var all []sla.Mark
	for _, c := range []ticket.Channel{ticket.Phone, ticket.Online, ticket.Counter, ticket.Letter, ticket.Visit, ticket.Inbound} {
		for _, f := range []string{"kind", "state", "to", "to.id", "by.id", "against", "approver", "until", "hold", "grade", "reason", "ref"} {
			all = append(all, sla.Mark{Type: ticket.Informed, Channel: c, With: []string{f}}, sla.Mark{Type: ticket.Informed, Channel: c, With: []string{"!" + f}})
		}
	}
	for _, n := range []int{127, 128} { // and one of Registered
		c := marks
		c.To = sla.Moment{all[:n]}
		if _, err := (sla.Policy{Clocks: []sla.Clock{c}}).Compile(); (err == nil) != (n == 127) {
			t.Errorf("%d marks: %v", n+1, err)
		}
		c = tickets
		c.When = make([]ticket.Match, n)
		if _, err := (sla.Policy{Clocks: []sla.Clock{c}}).Compile(); err != nil {
			t.Errorf("%d alternatives: %v", n, err)
		}
		c.When = make([]ticket.Match, 129)
		if _, err := (sla.Policy{Clocks: []sla.Clock{c}}).Compile(); err == nil {
			t.Error("129 alternatives compiled")
		}
	}
}

func TestStatus(t *testing.T) {
	for _, s := range []sla.Status{sla.Running, sla.Paused, sla.Met, sla.Breached, sla.Lapsed, sla.Unseen} {
		if !s.Valid() || s.Label() == "" {
			t.Errorf("%s", s)
		}
	}
	if s := sla.Status("late"); s.Valid() || s.Label() != "" {
		t.Error("an unknown status passed")
	}
}

// Which tickets a compiled clock means is what ticket.Match says, for all facts.
func TestFitsAsMatchSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pick := func(label string, of ...string) string { return rapid.SampledFrom(of).Draw(t, label) }
		m := ticket.Match{Urgency: ticket.Urgency(pick("u", "", "normal", "emergency")), Place: ticket.Place(pick("p", "", "indoor", "public")),
			Named: pick("n", "", "yes", "no"), Booked: pick("b", "", "yes", "no"), Linked: pick("l", "", "yes", "no")}
		if k := pick("k", "", "repair", "complaint"); k != "" {
			m.Kinds = []ticket.Kind{ticket.Kind(k), ticket.Filing}
		}
		if n := pick("na", "", "routine", "special"); n != "" {
			m.Natures = []ticket.Nature{ticket.Nature(n)}
		}
		if s := pick("s", "", "minor", "major"); s != "" {
			m.Severity = []ticket.Severity{ticket.Severity(s)}
		}
		e := ticket.Event{Ticket: "T", Seq: 1, Type: ticket.Registered, At: at("2026-09-21 09:00"), Kind: ticket.Kind(pick("kind", "", "repair", "complaint", "filing", "other", "odd")),
			Nature: ticket.Nature(pick("nature", "", "routine", "special", "commercial", "odd")), Urgency: ticket.Urgency(pick("urgency", "", "normal", "emergency", "odd")),
			Severity: ticket.Severity(pick("severity", "", "minor", "important", "major", "odd")), Place: ticket.Place(pick("place", "", "indoor", "public", "odd")),
			Caller: ticket.Caller(pick("caller", "", "owner", "anonymous")), Ref: pick("ref", "", "T0")}
		if rapid.Bool().Draw(t, "booked") {
			e.Until = at("2026-09-22 09:00")
		}
		c := sla.Standard().Of("QI-3.6a")[0]
		c.When = []ticket.Match{m}
		v, err := sla.Policy{Clocks: []sla.Clock{c}}.AppendVerdicts(nil, calendar.China(), []ticket.Event{e}, e.At)
		if err != nil || (len(v) == 1) != m.Fits(ticket.Facts{}.After(e)) {
			t.Fatalf("%+v fits %+v: %v, %v", m, e, v, err)
		}
	})
}

func explained(t *testing.T, p sla.Policy, cal calendar.Calendar, h walk, id string, asOf string) string {
	t.Helper()
	all, err := p.AppendVerdicts(nil, cal, h, at(asOf))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range all {
		if string(v.Clause) == id {
			spans, err := p.Explain(cal, h, v, at(asOf))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			fmt.Fprintf(&b, "%s %s, %s\n", id, v.Clause.Zh(), v.Status.Label())
			for _, s := range spans {
				counts := "不计"
				if s.Counted {
					counts = "计"
				}
				fmt.Fprintf(&b, "    %s 到 %s  %s  %s\n", stamp(s.From), stamp(s.To), counts, s.Why)
			}
			return b.String()
		}
	}
	t.Fatalf("no verdict of %s", id)
	return ""
}

// Why a verdict is so, for people.
func TestExplain(t *testing.T) {
	p := sla.Standard()
	h := walk{}.add(ticket.Registered, "2026-09-29 10:00", kind(ticket.Complaint)).
		add(ticket.Held, "2026-09-30 10:00", func(e *ticket.Event) { e.Hold = ticket.WaitingCustomer }).add(ticket.Resumed, "2026-10-08 09:00")
	var b strings.Builder
	b.WriteString(explained(t, p, office(t), h, "QI-3.7a", "2026-10-09 12:00"))
	b.WriteString(explained(t, p, office(t), h, "QI-3.6a", "2026-09-29 13:00"))
	c := p.Of("QI-3.6a")[0]
	c.Limit, c.Holds = sla.WorkingHours(8), true
	h = walk{}.add(ticket.Registered, "2026-09-18 10:00", kind(ticket.Complaint)).add(ticket.ReferredOut, "2026-09-18 11:00").add(ticket.Replied, "2026-09-18 14:00")
	b.WriteString(explained(t, p.With("QI-3.6a", c), office(t), h, "QI-3.6a", "2026-09-21 09:00"))
	b.WriteString(explained(t, p, office(t), fitOut(), "TR-4.2a", "2026-10-08 00:00"))
	golden(t, "explain.txt", b.String())

	v := find(t, judged(t, h, at("2026-09-21 09:00")), "QI-3.6a")
	v.Number = 7
	if _, err := p.Explain(calendar.China(), h, v, at("2026-09-21 09:00")); err == nil {
		t.Error("a verdict of no history was explained")
	}
}

// Spans tile from start to stop, and of a limit in time the counted ones sum to what was
// used of it: the whole limit, if it was breached.
func TestExplainSums(t *testing.T) {
	hours := office(t)
	rapid.Check(t, func(t *rapid.T) {
		p, h := anyPolicy(t), anyHistory(t)
		asOf := h[len(h)-1].At.Add(50 * time.Hour)
		all, err := p.AppendVerdicts(nil, hours, h, asOf)
		if err != nil {
			t.Fatal(err)
		}
		c, err := p.Compile()
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range all {
			spans, err := c.Explain(hours, h, v, asOf)
			if err != nil {
				t.Fatal(err)
			}
			end := v.Stop
			if end.IsZero() {
				end = asOf
			}
			next := v.Start
			var sum time.Duration
			for _, s := range spans {
				if !s.From.Equal(next) || !s.From.Before(s.To) || s.Why == "" {
					t.Fatalf("%s: %v", lines([]sla.Verdict{v}), spans)
				}
				if next = s.To; s.Counted {
					sum += s.To.Sub(s.From)
				}
			}
			if v.Start.Before(end) && !v.Start.IsZero() && !next.Equal(calendar.InChina(end)) {
				t.Fatalf("%s ends at %s: %v", lines([]sla.Verdict{v}), stamp(next), spans)
			}
			clocks := p.Of(v.Clause)
			l := clocks[0].Limit
			unit := map[sla.Unit]time.Duration{sla.Minute: time.Minute, sla.WorkingMinute: time.Minute, sla.Hour: time.Hour, sla.WorkingHour: time.Hour}[l.Unit]
			if unit == 0 || len(clocks) > 1 || slices.ContainsFunc(clocks[0].From[0], func(m sla.Mark) bool { return m.Anew }) {
				continue
			}
			limit := time.Duration(l.N) * unit
			if sum > limit || v.Status == sla.Breached && sum != limit || v.Status == sla.Paused && sum+v.Left != limit {
				t.Fatalf("%s counts %s of %s: %v", lines([]sla.Verdict{v}), sum, limit, spans)
			}
		}
	})
}
