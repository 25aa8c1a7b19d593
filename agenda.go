package wuye

import (
	"cmp"
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

// An Item of the agenda: somebody owes something by then, and this clause says so.
type Item struct {
	Clause rule.ID      `json:"clause"`
	Ticket string       `json:"ticket,omitzero"` // empty: a duty of the desk
	Who    ticket.Actor `json:"who"`             // by staff number, where the ticket has one for that role
	Due    sla.Due      `json:"due,omitzero"`    // zero while its clock is paused
	Late   bool         `json:"late,omitzero"`
	Zh     string       `json:"zh"` // a sentence for people
}

// Agenda is everything due as of an instant: of each ticket the clocks that run, are paused,
// or are breached with the thing still undone; of the money log the records to be sorted
// (SP-2.6.1.2), collated (SP-2.6.1.3) and closed (SP-2.6.1.4); the month's revisit quotas
// (SP-2.7.1a); and the policy's duties, for the current period, and for the last one while
// that is undone. By due instant, what has none last; then by clause and ticket.
//
// Nothing is owed for a period that began before the desk's first policy. The policy of the
// day asks for the duties, each ticket's own for its clocks. It fails like Judge.
func (d *Desk) Agenda(r Records, asOf time.Time) ([]Item, error) {
	g, err := d.page(calendar.DateOf(asOf))
	if err != nil {
		return nil, err
	}
	a := agenda{desk: d, policy: g.kept, asOf: asOf, today: calendar.DateOf(asOf), past: map[string]steps{}}
	for _, e := range r.Money {
		if !e.Recorded.After(asOf) {
			a.money = append(a.money, e)
			s := a.past[e.Serial]
			s.sorted = s.sorted || e.Type == billing.Sorted
			s.collated = s.collated || e.Type == billing.Collated || e.Type == billing.Voided
			a.past[e.Serial] = s
		}
	}
	for _, done := range r.Done {
		if !done.At.After(asOf) {
			a.done = append(a.done, done)
		}
	}
	paid := a.policy.payments(a.money)
	if r.Tickets != nil {
		for history := range r.Tickets {
			if err := a.ticket(history, paid); err != nil {
				return nil, err
			}
		}
	}
	a.records()
	for _, duty := range a.policy.Duties {
		a.duty(duty)
	}
	slices.SortFunc(a.items, func(x, y Item) int {
		if x, y := x.Due.At.IsZero(), y.Due.At.IsZero(); x != y {
			if x {
				return 1
			}
			return -1
		}
		return cmp.Or(x.Due.At.Compare(y.Due.At), cmp.Compare(x.Clause, y.Clause), cmp.Compare(x.Ticket, y.Ticket), cmp.Compare(x.Who.Role, y.Who.Role), cmp.Compare(x.Zh, y.Zh))
	})
	return a.items, nil
}

// An agenda is one being written.
type agenda struct {
	desk   *Desk
	policy Policy
	asOf   time.Time
	today  calendar.Date
	money  []billing.Entry
	past   map[string]steps // of each serial
	done   []DutyDone
	items  []Item

	idle     int         // open tickets that nobody has looked at in the current period of HL1-4.3, a day
	quotas   []quota     // of the months that have services
	revisits []time.Time // of this period and the last: SP-2.7.4 checks some of them
}

// steps are what has become of a record. One that was voided is not collated.
type steps struct{ sorted, collated bool }

// A quota is how a month's special services stand with their revisits.
type quota struct {
	month                      calendar.Month
	cash, banked               int
	cashRevisited, bankVisited int
}

func (a *agenda) ticket(history []ticket.Event, paid map[string]payment) error {
	known := knownBefore(history, a.asOf.Add(1))
	if len(known) == 0 {
		return nil
	}
	j, err := a.desk.Judge(known, a.asOf)
	if err != nil {
		return err
	}
	g, err := a.desk.page(calendar.DateOf(j.Ticket.Opened))
	if err != nil {
		return err
	}
	for _, v := range j.Verdicts {
		if !owed(v, j.Ticket, g.kept) {
			continue
		}
		who := ticket.Actor{Role: v.Who}
		if j.Ticket.Worker.Role == v.Who {
			who = j.Ticket.Worker
		}
		a.items = append(a.items, Item{Clause: v.Clause, Ticket: v.Ticket, Who: who, Due: v.Due, Late: v.Status == sla.Breached, Zh: verdictZh(v, who)})
	}
	if s := j.Ticket.State; s != ticket.Answered && s != ticket.Closed && s != ticket.Void {
		if !slices.ContainsFunc(known, func(e ticket.Event) bool { return a.current("HL1-4.3", recorded(e)) }) {
			a.idle++
		}
	}
	for _, at := range when(known, ticket.Revisited) {
		if a.recent("SP-2.7.4", at) {
			a.revisits = append(a.revisits, at)
		}
	}
	for _, m := range a.desk.serviceMonths(j.Ticket, known, paid[j.Ticket.ID], a.policy) {
		if m.Compare(a.today.Month().Add(-1)) >= 0 {
			a.service(m, known, paid[j.Ticket.ID].banked())
		}
	}
	return nil
}

// current reports whether an instant lies in the current period of a duty.
func (a *agenda) current(clause rule.ID, t time.Time) bool {
	return slices.ContainsFunc(a.policy.Duties, func(d Duty) bool { return d.Clause == clause && periodOf(d.Every, a.today).has(t) })
}

// recent reports whether it lies in the current period or the one before.
func (a *agenda) recent(clause rule.ID, t time.Time) bool {
	return a.current(clause, t) || slices.ContainsFunc(a.policy.Duties, func(d Duty) bool {
		return d.Clause == clause && periodOf(d.Every, periodOf(d.Every, a.today).from.AddDays(-1)).has(t)
	})
}

// owed reports whether a verdict leaves something to do. A breach does while its end has
// not come: on a ticket of this cycle that is not archived, or whose end is a revisit,
// which may still come. Nothing is owed on a void ticket.
func owed(v sla.Verdict, t ticket.Ticket, p Policy) bool {
	switch v.Status {
	case sla.Running, sla.Paused:
		return true
	case sla.Breached:
	default:
		return false
	}
	if !v.Stop.IsZero() || t.State == ticket.Void {
		return false
	}
	revisit, through := false, false
	for _, c := range p.SLA.Of(v.Clause) {
		through = through || c.Through
		for _, group := range c.To {
			revisit = revisit || slices.ContainsFunc(group, func(m sla.Mark) bool { return m.Type == ticket.Revisited })
		}
	}
	return (v.Cycle == t.Cycle || through) && (t.State != ticket.Closed || revisit)
}

func (a *agenda) service(m calendar.Month, known []ticket.Event, banked bool) {
	i := slices.IndexFunc(a.quotas, func(q quota) bool { return q.month == m })
	if i < 0 {
		i = len(a.quotas)
		a.quotas = append(a.quotas, quota{month: m})
	}
	q := &a.quotas[i]
	from := m.Day(1).Start() // a revisit before the service is none of it
	for _, at := range when(known, ticket.SignedOff) {
		if in(m, at) {
			from = at
			break
		}
	}
	tries := when(known, ticket.Revisited)
	if a.policy.Reading("unreachable") == "counts" {
		tries = append(tries, when(known, ticket.Missed)...)
	}
	revisited := 0
	if slices.ContainsFunc(tries, func(at time.Time) bool { return !at.Before(from) }) {
		revisited = 1
	}
	if banked {
		q.banked++
		q.bankVisited += revisited
	} else {
		q.cash++
		q.cashRevisited += revisited
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
		a.add("SP-2.6.1.2", e.Ticket, ticket.Finance, due, fmt.Sprintf("记录 %s 应分类、登记后交回", e.Serial))
	}
}

func (a *agenda) add(clause rule.ID, id string, who ticket.Role, due sla.Due, what string) {
	late := !due.Met(a.asOf)
	zh := fmt.Sprintf("%s在 %s 前办：%s（%s）", who.Label(), dueZh(due), what, clause)
	if late {
		zh = fmt.Sprintf("%s应于 %s 前办而未办：%s（%s）", who.Label(), dueZh(due), what, clause)
	}
	a.items = append(a.items, Item{Clause: clause, Ticket: id, Who: ticket.Actor{Role: who}, Due: due, Late: late, Zh: zh})
}

// duty adds a duty for the period of today and for the one before, as far as each is
// undone.
func (a *agenda) duty(duty Duty) {
	this := periodOf(duty.Every, a.today)
	for _, p := range []period{periodOf(duty.Every, this.from.AddDays(-1)), this} {
		if p.from.Compare(a.desk.book[0].policy.From) < 0 {
			continue
		}
		due := a.due(duty, p)
		switch duty.Clause {
		case "SP-2.6.1.3":
			if n := a.uncollated(p); n > 0 {
				a.add(duty.Clause, "", duty.Who, due, fmt.Sprintf("%s 的 %d 份服务记录待整理汇总", p.name, n))
			}
			continue
		case "SP-2.6.1.4":
			if len(a.money) == 0 {
				continue // a desk that charges nothing
			}
		case "SP-2.7.1a":
			if what := a.quotaZh(p); what != "" {
				a.add(duty.Clause, "", duty.Who, due, what)
			}
			continue
		case "HL1-4.3": // a row of the ticket shows that it was looked at
			if p != this || a.idle == 0 {
				continue
			}
		}
		need, done := a.needed(duty, p), a.times(duty, p)
		if done >= need {
			continue
		}
		what := fmt.Sprintf("%s %s", p.name, duty.Clause.Zh())
		if duty.Clause == "HL1-4.3" {
			what = fmt.Sprintf("%d 件在办工单尚未跟进", a.idle)
		}
		if need > 1 {
			what += fmt.Sprintf("，已完成 %d/%d", done, need)
		}
		a.add(duty.Clause, "", duty.Who, due, what)
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
		revisits := 0
		for _, at := range a.revisits {
			if p.has(at) {
				revisits++
			}
		}
		return min(duty.Times, revisits)
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
	i := slices.IndexFunc(a.quotas, func(q quota) bool { return q.month == p.from.Month() })
	if i < 0 {
		return ""
	}
	q := a.quotas[i]
	var lacks []string
	if need := a.policy.Cash.Size(q.cash); q.cashRevisited < need && a.policy.Keeps("SP-2.7.1b") {
		lacks = append(lacks, fmt.Sprintf("现金 %d 件应回访 %d 件，已回访 %d 件", q.cash, need, q.cashRevisited))
	}
	if need := a.policy.Banked.Size(q.banked); q.bankVisited < need && a.policy.Keeps("SP-2.7.1c") {
		lacks = append(lacks, fmt.Sprintf("托收 %d 件应回访 %d 件，已回访 %d 件", q.banked, need, q.bankVisited))
	}
	if lacks == nil {
		return ""
	}
	return p.name + " 的特约服务：" + strings.Join(lacks, ";")
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

// verdictZh says what somebody owes on a ticket.
func verdictZh(v sla.Verdict, who ticket.Actor) string {
	name := who.Role.Label()
	if who.ID != "" {
		name += " " + who.ID
	}
	var when string
	switch {
	case v.Status == sla.Paused:
		when = fmt.Sprintf("计时已暂停，恢复后尚余 %s，由%s办", leftZh(v.Left), name)
	case v.Due.Unpublished != 0:
		when = fmt.Sprintf("%d 年的放假通知尚未公布，期限未定，由%s办", v.Due.Unpublished, name)
	case v.Status == sla.Breached:
		when = fmt.Sprintf("%s应于 %s 前办而未办", name, dueZh(v.Due))
	default:
		when = fmt.Sprintf("%s在 %s 前办", name, dueZh(v.Due))
	}
	return fmt.Sprintf("工单 %s：%s：%s（%s）", v.Ticket, when, v.Clause.Zh(), v.Clause)
}

// dueZh writes a deadline; midnight that ends a day is that day's 24:00.
func dueZh(due sla.Due) string {
	at := calendar.InChina(due.At)
	if due.Whole && at.Equal(calendar.DateOf(at).Start()) {
		return calendar.DateOf(at).AddDays(-1).String() + " 24:00"
	}
	return at.Format("2006-01-02 15:04")
}

func leftZh(d time.Duration) string {
	d = d.Round(time.Minute)
	return fmt.Sprintf("%d小时%d分", d/time.Hour, d%time.Hour/time.Minute)
}
