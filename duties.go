package wuye

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// An agenda is one being written.
type agenda struct {
	desk   *Desk
	policy Policy // of the day
	asOf   time.Time
	today  calendar.Date
	money  []billing.Entry
	past   map[string]steps // of each serial
	paid   map[string]payment
	done   []DutyDone
	items  []Item // of this ticket, then of the desk

	verdicts []sla.Verdict        // a buffer
	looked   [2]period            // in which each open ticket is looked at: HL1-4.3, the last one and this
	idle     [2]int               // open tickets that nobody has looked at since it began
	quotas   []monthly            // of the last month and this one
	checks   []checked            // the periods in which some revisits are checked: SP-2.7.4
	unhappy  []unhappy            // revisits to be acted on: SP-2.7.5
	raised   map[string]time.Time // of a ticket that others name the last time that one did
}

// steps are what has become of a record. One that was voided is not collated.
type steps struct{ sorted, collated bool }

// A monthly is a month's quota by one means of payment.
type monthly struct {
	quota
	month  calendar.Month
	clause rule.ID
}

type checked struct {
	period
	revisits int
}

type unhappy struct {
	ticket string
	at     time.Time
}

// open begins an agenda with what is known of money and duties.
func (d *Desk) open(r Records, asOf time.Time) (*agenda, error) {
	g, err := d.page(calendar.DateOf(asOf))
	if err != nil {
		return nil, err
	}
	a := &agenda{desk: d, policy: g.kept, asOf: asOf, today: calendar.DateOf(asOf), past: map[string]steps{}, raised: map[string]time.Time{}}
	for _, e := range r.Money {
		if !e.Recorded.After(asOf) {
			a.money = append(a.money, e)
			s := a.past[e.Serial]
			s.sorted = s.sorted || e.Type == billing.Sorted
			s.collated = s.collated || e.Type == billing.Collated || e.Type == billing.Voided
			a.past[e.Serial] = s
		}
	}
	a.paid = payments(a.money)
	for _, done := range r.Done {
		if !done.At.After(asOf) {
			a.done = append(a.done, done)
		}
	}
	for _, duty := range a.policy.Duties {
		switch this := periodOf(duty.Every, a.today); duty.Clause {
		case "HL1-4.3":
			a.looked = [2]period{periodOf(duty.Every, this.from.AddDays(-1)), this}
		case "SP-2.7.4":
			for _, p := range []period{periodOf(duty.Every, this.from.AddDays(-1)), this} {
				if !slices.ContainsFunc(a.checks, func(c checked) bool { return c.period == p }) {
					a.checks = append(a.checks, checked{period: p})
				}
			}
		}
	}
	for _, m := range []calendar.Month{a.today.Month().Add(-1), a.today.Month()} {
		a.quotas = append(a.quotas, monthly{month: m, clause: "SP-2.7.1b"}, monthly{month: m, clause: "SP-2.7.1c"})
	}
	return a, nil
}

// count counts a ticket for what the desk owes as a whole.
func (a *agenda) count(l *look, awaits bool) {
	var looked time.Time // the last row, as it was entered
	var last unhappy
	for i := range l.known {
		e := &l.known[i]
		if at := recorded(*e); at.After(looked) {
			looked = at
		}
		switch e.Type {
		case ticket.Revisited:
			for i := range a.checks {
				if a.checks[i].has(e.At) {
					a.checks[i].revisits++
				}
			}
			if e.Grade == ticket.Poor || e.Grade == ticket.Bad {
				if last.ticket == "" {
					last = unhappy{e.Ticket, e.At}
				}
			} else if e.Grade != "" && e.Grade != ticket.NoGrade {
				last = unhappy{} // asked again, and satisfied
			}
		case ticket.Reopened:
			last = unhappy{}
		case ticket.Registered:
			if e.Ref != "" && e.Channel != ticket.Inbound && e.At.After(a.raised[e.Ref]) {
				a.raised[e.Ref] = e.At
			}
		}
	}
	for i, p := range a.looked {
		if awaits && looked.Before(p.from.Start()) {
			a.idle[i]++
		}
	}
	if last.ticket != "" && l.ticket.State != ticket.Void {
		a.unhappy = append(a.unhappy, last)
	}
	for i := range l.owed {
		for j := range a.quotas {
			if r, q := &l.owed[i].Revisit, &a.quotas[j]; q.month == r.Month && q.clause == r.Clauses[0] {
				q.add(r)
			}
		}
	}
}

// desks adds the items of the desk as a whole.
func (a *agenda) desks() {
	a.records()
	for _, u := range a.unhappy {
		if due, ok := a.desk.DueBy("SP-2.7.5", u.at); ok && a.raised[u.ticket].Before(u.at) {
			a.add("SP-2.7.5", u.ticket, ticket.Actor{Role: ticket.Supervisor}, due, "回访不满意，应重新处理或另立新单")
		}
	}
	for _, duty := range a.policy.Duties {
		a.duty(duty)
	}
}

// records are the clocks of the money log: what is handed in is sorted that day. It
// implements SP-2.6.1.2.
func (a *agenda) records() {
	for _, e := range a.money {
		if e.Type != billing.HandedIn || a.past[e.Serial].sorted {
			continue
		}
		due, ok := a.desk.dueBy(a.policy, "SP-2.6.1.2", e.At)
		if !ok {
			return
		}
		a.add("SP-2.6.1.2", e.Ticket, ticket.Actor{Role: ticket.Finance}, due, fmt.Sprintf("记录 %s 应分类、登记后交回", e.Serial))
	}
}

// duty adds a duty for the period of today and for the one before, as far as each is
// undone.
func (a *agenda) duty(duty Duty) {
	this := periodOf(duty.Every, a.today)
	for i, p := range []period{periodOf(duty.Every, this.from.AddDays(-1)), this} {
		if p.from.Compare(a.desk.book[0].policy.From) < 0 {
			continue
		}
		due := a.due(duty, p)
		switch duty.Clause {
		case "SP-2.6.1.3":
			if n := a.uncollated(p); n > 0 {
				a.add(duty.Clause, "", ticket.Actor{Role: duty.Who}, due, fmt.Sprintf("%s 的 %d 份服务记录待整理汇总", p.name, n))
			}
			continue
		case "SP-2.6.1.4":
			if len(a.money) == 0 {
				continue // a desk that charges nothing
			}
		case "SP-2.7.1a":
			if what := a.quotaZh(p); what != "" {
				a.add(duty.Clause, "", ticket.Actor{Role: duty.Who}, due, what)
			}
			continue
		case "HL1-4.3": // a row of the ticket shows that it was looked at
			if a.idle[i] == 0 || a.times(duty, this) >= duty.Times { // looked at today, late or not
				continue
			}
		}
		need, done := a.needed(duty, p), a.times(duty, p)
		if done >= need {
			continue
		}
		what := fmt.Sprintf("%s %s", p.name, duty.Clause.Zh())
		if duty.Clause == "HL1-4.3" {
			what = fmt.Sprintf("%d 件在办工单%s以来尚未跟进", a.idle[i], p.name)
		}
		if need > 1 {
			what += fmt.Sprintf("，已完成 %d/%d", done, need)
		}
		a.add(duty.Clause, "", ticket.Actor{Role: duty.Who}, due, what)
	}
}

func (a *agenda) due(duty Duty, p period) sla.Due {
	if duty.Day > 0 {
		return a.desk.read(sla.ByNextMonth(duty.Day), a.policy, p.from.Start())
	}
	return sla.Due{At: p.to.Start(), Whole: true}
}

// needed is how often the duty is owed in the period: SP-2.7.4 no oftener than there were
// revisits to check, VC-4.2a for each household.
func (a *agenda) needed(duty Duty, p period) int {
	switch duty.Clause {
	case "SP-2.7.4":
		i := slices.IndexFunc(a.checks, func(c checked) bool { return c.period == p })
		return min(duty.Times, a.checks[i].revisits)
	case "VC-4.2a":
		return duty.Times * max(1, a.policy.Households)
	}
	return duty.Times
}

// times is how often it was done. The same Ref again is the same household or record again,
// and counts no more; for VC-4.2a no more than Times.
func (a *agenda) times(duty Duty, p period) int {
	most := 1
	if duty.Clause == "VC-4.2a" {
		most = duty.Times
	}
	// Where two roles owe the same each for himself, one does not do it for the other.
	own := slices.ContainsFunc(a.policy.Duties, func(d Duty) bool { return d.Clause == duty.Clause && d.Who != duty.Who })
	from, to := p.from.Start(), p.to.Start()
	if duty.Day > 0 { // then the days to the due day belong to it, and those to the last due day do not
		from, to = a.due(duty, periodOf(duty.Every, p.from.AddDays(-1))).At, a.due(duty, p).At
	}
	n := 0
	refs := map[string]int{}
	for _, done := range a.done {
		if done.Clause != duty.Clause || own && done.By.Role != duty.Who || !own && !mayDo(done.By.Role, duty.Who) {
			continue
		}
		other, named := parsePeriod(duty.Every, done.Ref)
		switch {
		case named && other != p, !named && (done.At.Before(from) || !done.At.Before(to)):
		case named || done.Ref == "":
			n++
		case refs[done.Ref] < most:
			refs[done.Ref]++
			n++
		}
	}
	return n
}

// mayDo: a higher tier may do what a lower one may. Who did it may be unknown.
func mayDo(by, who ticket.Role) bool {
	return by == "" || by == who || who.Tier() > 0 && by.Tier() >= who.Tier()
}

// uncollated is how many records of the month the centre has not collated.
func (a *agenda) uncollated(p period) int {
	n := 0
	for _, e := range a.money {
		if e.Type == billing.Charged && p.has(e.At) && !a.past[e.Serial].collated {
			n++
		}
	}
	return n
}

// quotaZh says what the month's quotas still lack; "" if nothing.
func (a *agenda) quotaZh(p period) string {
	g, err := a.desk.page(p.from.Month().Last())
	if err != nil {
		return ""
	}
	var lacks []string
	for i := range a.quotas {
		name, scheme := "现金", g.kept.Cash
		if a.quotas[i].clause == "SP-2.7.1c" {
			name, scheme = "托收", g.kept.Banked
		}
		if q := a.quotas[i].of(scheme); a.quotas[i].month == p.from.Month() && q.Need > q.Done {
			lacks = append(lacks, fmt.Sprintf("%s %d 件应回访 %d 件，已回访 %d 件", name, q.All, q.Need, q.Done))
		}
	}
	if lacks == nil {
		return ""
	}
	return p.name + " 的特约服务：" + strings.Join(lacks, "；")
}

// A period is [from, to) with the name that a DutyDone may give.
type period struct {
	from, to calendar.Date
	name     string
}

func (p period) has(t time.Time) bool {
	day := calendar.DateOf(t)
	return p.from.Compare(day) <= 0 && day.Compare(p.to) < 0
}

// periodOf is the period of a kind that the day lies in. A week runs from Monday to Sunday
// and is named as ISO 8601 does.
func periodOf(every string, day calendar.Date) period {
	start := day.Start()
	months, name := 1, day.Month().String()
	switch every {
	case "day":
		return period{day, day.AddDays(1), day.String()}
	case "week":
		monday := day.AddDays(-(int(day.Weekday()+6) % 7))
		year, week := start.ISOWeek()
		return period{monday, monday.AddDays(7), fmt.Sprintf("%04d-W%02d", year, week)}
	case "quarter":
		months, name = 3, fmt.Sprintf("%04d-Q%d", start.Year(), (start.Month()+2)/3)
	case "year":
		months, name = 12, fmt.Sprintf("%04d", start.Year())
	}
	first := day.Month().Add(-(int(start.Month()-1) % months))
	return period{first.Day(1), first.Add(months).Day(1), name}
}

// parsePeriod is the period that a Ref names, if it names one of that kind.
func parsePeriod(every, ref string) (period, bool) {
	text := ref + "-01-01" // a day and a month are told by their first ten letters, a year's other parts are looked for
	if every != "day" && every != "month" && len(ref) >= 4 {
		text = ref[:4] + "-01-01"
	}
	day, err := calendar.ParseDate(text[:min(len(text), 10)])
	if err != nil {
		return period{}, false
	}
	p := periodOf(every, day)
	for range 53 { // weeks of a year
		if p.name == ref {
			return p, true
		}
		if every == "day" || every == "month" {
			break
		}
		p = periodOf(every, p.to)
	}
	return period{}, false
}
