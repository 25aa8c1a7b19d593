package conformance_test

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
	"example.com/wuye/escalation"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

var update = flag.Bool("update", false, "write the golden files")

// A mutant is the standard policy with one thing changed, and where a case may see it: cases
// of a clause, or of a topic.
type mutant struct {
	name   string
	where  []string
	change func(*wuye.Policy)
}

// Why no case can see a mutant, where none can.
const (
	firstStop = "in a legal history another row stops or lapses it first"
	noRest    = "a working day is no rest day"
	itself    = "the revisit's own row is its end, so nothing comes in between"
	itsOwn    = "it warns by its steps, not before"
	notTimes  = "it counts records or revisits, not how often it was done"
	once      = "it begins but once in a cycle"
	undone    = "work that is done is not dispatched again in its cycle but after a dispute, and then it was not done"
	answered  = "what can be reopened was answered, and that has ended it"
)

var unseen = map[string]string{
	"HB-2.1e (2) to started": firstStop, "HB-2.1e (2) to completed": firstStop, "HB-2.2b to told": firstStop, "HB-2.2b to started": firstStop, "HB-2.2b to completed": firstStop,
	"HL3-3.3 to told": firstStop, "VC-1.5b unless declined": firstStop, "WY-manager-visit unless referred_out": firstStop,
	"HB-2.1d again": once, "HB-2.2b again": once, "HB-2.1e again": once, "QI-3.7a again": once, "WY-unanswered again": once, "SP-2.4.1 again": once, "QI-3.6a again": once, "VC-1.5a again": once,
	"HL3-3.3 again": undone, "HB-2.1d through": answered, "HB-2.1e through": answered, "WY-unanswered through": answered, "HL3-3.3 through": answered, "QI-3.5t through": answered, "VC-4.1a through": answered, "QI-3.6a through": answered, "VC-1.5b through": answered,
	"WY-unanswered to referred_out": firstStop, "WY-unanswered to told": firstStop,
	"WY-unanswered to started": firstStop, "WY-unanswered to completed": firstStop,
	"WY-unanswered (2) to referred_out": firstStop, "WY-unanswered (2) to told": firstStop,
	"WY-unanswered (2) to started": firstStop, "WY-unanswered (2) to completed": firstStop,
	"QI-3.7a limit.roll": noRest, "QI-3.7a (2) limit.roll": noRest, "QI-3.8 limit.roll": noRest, "VC-1.5c limit.roll": noRest, "WY-manager-visit limit.roll": noRest,
	"TR-5.0a holds":      itself,
	"WY-unanswered warn": itsOwn, "WY-unanswered (2) warn": itsOwn,
	"duty SP-2.6.1.3 times + 1": notTimes, "duty SP-2.7.1a times + 1": notTimes,
}

// counted are the cases of a site that knows how many households it has.
const (
	counted    = "households"
	households = 20
)

// TestMutants is the kit's own proof: change one thing of the standard policy by one unit,
// let the changed desk answer, and some case convicts it. The table of the mutants, each with
// the first case that does, is a golden file; what no case can see says why.
func TestMutants(t *testing.T) {
	t.Parallel()
	cal := office(t)
	about := map[string][]conformance.Case{} // by topic, and by clause of the question
	for c := range conformance.Cases(open(t, cal, wuye.Standard()).desk) {
		about[string(c.Ask.Topic)] = append(about[string(c.Ask.Topic)], c)
		switch c.Ask.Topic {
		case conformance.Verdict, conformance.Firing, conformance.Agenda, conformance.Score:
			about[c.Ask.Args[0]] = append(about[c.Ask.Args[0]], c)
		}
	}
	counting := wuye.Standard()
	counting.Households = households
	site := open(t, cal, counting)
	for _, c := range about["score"] {
		c.Want = site.answer(c.Ask)
		about[counted] = append(about[counted], c)
	}
	mutants := mutants(t)
	lines := make([]string, len(mutants))
	try := func(i int) {
		m := mutants[i]
		p := wuye.Standard()
		if slices.Contains(m.where, counted) {
			p.Households = households
		}
		m.change(&p)
		line := func(what string) { lines[i] = fmt.Sprintf("%-55s %s\n", m.name, what) }
		d, err := wuye.New(cal, p)
		if err != nil {
			p, ok := errors.AsType[*wuye.PolicyError](err)
			if !ok {
				t.Errorf("%s: %v", m.name, err)
				return
			}
			line("no desk can have it: " + p.Path)
			return
		}
		b := backend{d, p}
		for _, where := range m.where {
			for _, c := range about[where] {
				if err := c.Check(b.answer(c.Ask)); err != nil {
					if why := unseen[m.name]; why != "" {
						t.Errorf("%s: %s, but: %v", m.name, why, err)
					}
					line(string(c.Clause) + "  " + c.Name)
					return
				}
			}
		}
		if unseen[m.name] == "" {
			t.Errorf("%s: no case catches it", m.name)
		}
		line("not seen: " + unseen[m.name])
	}
	var both sync.WaitGroup // two cores
	for half := range 2 {
		both.Go(func() {
			for i := half; i < len(mutants); i += 2 {
				try(i)
			}
		})
	}
	both.Wait()

	golden(t, "testdata/mutants.txt", fmt.Sprintf("The standard policy, one thing changed at a time: %d mutants, and the first case that convicts each, with its clause.\n\n", len(mutants))+strings.Join(lines, ""))
}

// mutants are the standard policy's, in the order of its fields.
func mutants(t *testing.T) []mutant {
	var all []mutant
	standard := wuye.Standard()
	add := func(name string, change func(*wuye.Policy), where ...string) {
		all = append(all, mutant{name, where, change})
	}
	add("name", func(p *wuye.Policy) { p.Name += "2" }, "revisit")
	add("from, a year later", func(p *wuye.Policy) { p.From = calendar.MustDate("2027-01-01") }, "verdict")

	names := map[string]int{}
	for i, c := range standard.SLA.Clocks {
		id := string(c.Clause)
		name := id
		if names[id]++; names[id] > 1 {
			name += fmt.Sprintf(" (%d)", names[id])
		}
		on := func(what string, change func(*sla.Clock)) {
			add(name+" "+what, func(p *wuye.Policy) { change(&p.SLA.Clocks[i]) }, id)
		}
		if c.Limit.N > 0 {
			on("limit.n + 1", func(c *sla.Clock) { c.Limit.N++ })
			on("limit.n - 1", func(c *sla.Clock) { c.Limit.N-- })
		} else { // as promised, or that day: no number, so another unit
			on("limit.unit", func(c *sla.Clock) { c.Limit = sla.Hours(4) })
		}
		on("limit.roll", func(c *sla.Clock) { c.Limit.Roll = !c.Limit.Roll })
		on("limit.before", func(c *sla.Clock) { c.Limit.Before = !c.Limit.Before })
		if c.Warn != (sla.Limit{}) {
			on("warn.n + 1", func(c *sla.Clock) { c.Warn.N++ })
			on("warn.n - 1", func(c *sla.Clock) { c.Warn.N-- })
			on("warn", func(c *sla.Clock) { c.Warn = sla.Limit{} })
		} else {
			on("warn", func(c *sla.Clock) { c.Warn = sla.Minutes(1) })
		}
		on("holds", func(c *sla.Clock) { c.Holds = !c.Holds })
		if names[id] == 1 { // clocks of one clause must not differ in these
			each := func(what string, change func(*sla.Clock)) { add(id+" "+what, ofClock(c.Clause, change), id) }
			each("again", func(c *sla.Clock) { c.Again = !c.Again })
			each("through", func(c *sla.Clock) { c.Through = !c.Through })
		}
		if c.Yields != "" {
			on("yields", func(c *sla.Clock) { c.Yields = "" })
		}
		on("who", func(c *sla.Clock) {
			if c.Who = ticket.Supervisor; standard.SLA.Clocks[i].Who == ticket.Manager {
				c.Who = ticket.Assistant
			}
		})
		on("start and stop exchanged", func(c *sla.Clock) { c.From, c.To = starting(c.To), stopping(c.From) })
		add(name+" left out", func(p *wuye.Policy) { p.SLA.Clocks = slices.Delete(p.SLA.Clocks, i, i+1) }, id)
		for j, m := range c.When {
			on(fmt.Sprintf("when[%d]", j), func(c *sla.Clock) { c.When = slices.Delete(c.When, j, j+1) })
			for k, kind := range m.Kinds {
				on("when without "+string(kind), func(c *sla.Clock) { c.When[j].Kinds = slices.Delete(c.When[j].Kinds, k, k+1) })
			}
		}
		for g, group := range c.From {
			for k, m := range group {
				what := "from " + string(m.Type)
				if m.Anew {
					what += ", anew"
				}
				on(what, func(c *sla.Clock) { c.From[g] = slices.Delete(c.From[g], k, k+1) })
			}
		}
		for g, group := range c.To {
			for k, m := range group {
				on("to "+string(m.Type), func(c *sla.Clock) { c.To[g] = slices.Delete(c.To[g], k, k+1) })
				if m.Channel != "" {
					on("to "+string(m.Type)+" by any channel", func(c *sla.Clock) { c.To[g][k].Channel = "" })
				}
				if m.Role != "" {
					on("to "+string(m.Type)+" by anybody", func(c *sla.Clock) { c.To[g][k].Role = "" })
				}
			}
		}
		for k, m := range c.Unless {
			on("unless "+string(m.Type), func(c *sla.Clock) { c.Unless = slices.Delete(c.Unless, k, k+1) })
		}
	}
	add("unrecorded informed", func(p *wuye.Policy) { p.SLA.Unrecorded = []ticket.EventType{ticket.Informed} }, "verdict")

	for i, s := range standard.Ladder {
		on := func(what string, change func(l escalation.Ladder) escalation.Ladder) {
			add(fmt.Sprintf("ladder %s %s %s %s", s.From, s.Cause, s.Clause, what), func(p *wuye.Policy) { p.Ladder = change(p.Ladder) }, "step")
		}
		on("left out", func(l escalation.Ladder) escalation.Ladder { return slices.Delete(l, i, i+1) })
		on("to", func(l escalation.Ladder) escalation.Ladder {
			if l[i].To = ticket.Manager; s.To == ticket.Manager {
				l[i].To = ticket.Supervisor
			}
			return l
		})
		on("visit", func(l escalation.Ladder) escalation.Ladder { l[i].Visit = !s.Visit; return l })
		on("report", func(l escalation.Ladder) escalation.Ladder { l[i].Report = !s.Report; return l })
	}

	for _, of := range []struct {
		name string
		get  func(*wuye.Policy) *sampling.Scheme
	}{
		{"routine", func(p *wuye.Policy) *sampling.Scheme { return &p.Routine }},
		{"cash", func(p *wuye.Policy) *sampling.Scheme { return &p.Cash }},
		{"banked", func(p *wuye.Policy) *sampling.Scheme { return &p.Banked }},
	} {
		on := func(what string, change func(*sampling.Scheme)) {
			add(of.name+" "+what, func(p *wuye.Policy) { change(of.get(p)) }, "size")
		}
		for i, b := range of.get(&standard).Brackets {
			for _, by := range []int{1, -1} {
				if b.UpTo > 0 {
					on(fmt.Sprintf("brackets[%d].up_to %+d", i, by), func(s *sampling.Scheme) { s.Brackets[i].UpTo += by })
				}
				if b.Take > 0 {
					on(fmt.Sprintf("brackets[%d].take %+d", i, by), func(s *sampling.Scheme) { s.Brackets[i].Take += by })
				} else {
					on(fmt.Sprintf("brackets[%d].percent %+d", i, by), func(s *sampling.Scheme) { s.Brackets[i].Percent += by })
				}
			}
		}
		on("on_site + 1", func(s *sampling.Scheme) { s.OnSite++ })
		on("on_site - 1", func(s *sampling.Scheme) { s.OnSite-- })
		on("majority", func(s *sampling.Scheme) { s.Majority = !s.Majority })
		if of.name != "cash" { // all of them is a whole number, however rounded
			on("rounding", func(s *sampling.Scheme) { s.Rounding = sampling.HalfUp })
		}
	}

	for i, d := range standard.Duties {
		id := string(d.Clause)
		name := "duty " + id
		if slices.ContainsFunc(standard.Duties[:i], func(o wuye.Duty) bool { return o.Clause == d.Clause }) {
			name += " of the " + string(d.Who)
		}
		on := func(what string, change func(*wuye.Duty)) {
			add(name+" "+what, func(p *wuye.Policy) { change(&p.Duties[i]) }, id)
		}
		add(name+" left out", func(p *wuye.Policy) { p.Duties = slices.Delete(p.Duties, i, i+1) }, id)
		on("times + 1", func(d *wuye.Duty) { d.Times++ })
		on("times - 1", func(d *wuye.Duty) { d.Times-- })
		on("who", func(d *wuye.Duty) {
			if d.Who = ticket.Supervisor; standard.Duties[i].Who == ticket.Supervisor {
				d.Who = ticket.Assistant
			}
		})
		if d.Day > 0 {
			on("day + 1", func(d *wuye.Duty) { d.Day++ })
			on("day - 1", func(d *wuye.Duty) { d.Day-- })
			on("day", func(d *wuye.Duty) { d.Day = 0 })
		} else if d.Every == "month" {
			on("day", func(d *wuye.Duty) { d.Day = 1 })
		}
		for _, every := range []string{"day", "week", "month", "quarter", "year"} {
			if every != d.Every {
				on("every "+every, func(d *wuye.Duty) { d.Every = every })
			}
		}
	}

	add("households + 1", func(p *wuye.Policy) { p.Households++ }, "score")
	add("households of 20 + 1", func(p *wuye.Policy) { p.Households++ }, counted)
	add("households of 20 - 1", func(p *wuye.Policy) { p.Households-- }, counted)
	add("form with another", func(p *wuye.Policy) { p.Form = append(p.Form, ticket.Cause) }, "finding")
	for i, f := range standard.Form {
		add("form without "+string(f), func(p *wuye.Policy) { p.Form = slices.Delete(p.Form, i, i+1) }, "finding")
	}
	add("off VC-1.5b", func(p *wuye.Policy) { p.Off = []wuye.Off{{Clause: "VC-1.5b", Reason: "一班"}} }, "VC-1.5b")
	for _, r := range wuye.Readings() {
		for _, o := range r.Options[1:] {
			where := []string{"size", "revisit", "score", "verdict"}
			name := "reading " + r.Code + " " + o.Code
			if strings.HasPrefix(r.Code, "complaint-rate") {
				where, name = []string{counted}, name+", of 20 households"
			}
			add(name, func(p *wuye.Policy) {
				changed, err := p.WithReading(r.Code, o.Code)
				if err != nil {
					t.Error(err)
				}
				*p = changed
			}, where...)
		}
	}
	return all
}

// starting and stopping are a moment as the other one of a clock may have it.
func starting(m sla.Moment) sla.Moment {
	return marks(m, func(k sla.Mark) (sla.Mark, bool) { k.Proof = false; return k, !k.Recorded })
}

func stopping(m sla.Moment) sla.Moment {
	return marks(m, func(k sla.Mark) (sla.Mark, bool) { return k, !k.Anew })
}

func marks(m sla.Moment, as func(sla.Mark) (sla.Mark, bool)) sla.Moment {
	var out sla.Moment
	for _, group := range m {
		var kept []sla.Mark
		for _, k := range group {
			if k, ok := as(k); ok {
				kept = append(kept, k)
			}
		}
		if kept != nil {
			out = append(out, kept)
		}
	}
	return out
}
