package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// Month judges what only the whole shows: whether the draws were made and covered, the
// quotas met, the records sorted, collated and booked in time, the periodic duties done,
// merged tickets tied to the other, and dissatisfaction acted on. It uses the rows known by
// asOf; what is not yet due then is not judged. Findings are in order of At, clause, ticket.
//
// The error is that of wuye.Desk.MonthEnd: the month is not over, no policy was in force, or
// a history, the money log or an id was refused.
func Month(d *wuye.Desk, m calendar.Month, r wuye.Records, asOf time.Time) ([]Finding, error) {
	policy, err := d.Policy(m.Last().Start())
	if err != nil {
		return nil, err
	}
	rules, err := d.Rules(m.Last().Start())
	if err != nil {
		return nil, err
	}
	// Who is drawn hangs on the key, which an audit does not have; how many and from whom does not.
	end, err := d.MonthEnd(m, r, "audit", asOf)
	if err != nil {
		return nil, err
	}
	a := &month{desk: d, policy: policy, rules: rules, month: m, records: r, asOf: asOf, end: end, revisits: map[string][]visit{}, given: map[string][]time.Time{}, signed: map[string]time.Time{}, sampled: map[string]visit{}, merged: map[string]merge{}, linked: map[string][]time.Time{}}
	if r.Tickets != nil {
		for history := range r.Tickets {
			a.read(ticket.KnownBy(history, asOf))
		}
	}
	a.draw()
	a.quotas()
	a.merges()
	a.dissatisfied()
	if err := a.money(); err != nil {
		return nil, err
	}
	if err := a.duties(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(a.findings, func(a, b Finding) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Clause, b.Clause), cmp.Compare(a.Ticket, b.Ticket))
	})
	return a.findings, nil
}

// A month is what the histories leave behind: one is read at a time, and only what the
// whole is asked about is kept.
type month struct {
	desk     *wuye.Desk
	policy   wuye.Policy
	rules    wuye.Rules
	month    calendar.Month
	records  wuye.Records
	asOf     time.Time
	end      wuye.MonthEnd
	findings []Finding

	revisits map[string][]visit     // by ticket: the customer was reached
	given    map[string][]time.Time // by ticket: attempts to reach the customer
	signed   map[string]time.Time   // by ticket: the customer's first signature of the month
	sampled  map[string]visit       // into this month's routine draw, with the mode
	merged   map[string]merge
	linked   map[string][]time.Time // when a ticket was reopened, or another registered that names it
	unhappy  []visit
	replaced []visit // by which ticket, and where that was said
}

type visit struct {
	ticket string
	at     time.Time
	onSite bool
	by     ticket.Actor
}

// A merge is a ticket's side of it: into whom, or who told it.
type merge struct {
	into  string
	at    time.Time
	by    ticket.Actor
	urged []string     // by whom it was told
	facts ticket.Facts // as last known
}

func (a *month) find(id rule.ID, ticketID string, at time.Time, by ticket.Actor, late time.Duration, format string, args ...any) {
	if f, ok := finding(a.rules, id, "", at, by, late); ok {
		f.Ticket, f.Zh = ticketID, fmt.Sprintf(format, args...)
		a.findings = append(a.findings, f)
	}
}

func (a *month) read(history []ticket.Event) {
	var facts ticket.Facts
	for i := range history {
		e := &history[i]
		facts = facts.After(*e)
		in := calendar.DateOf(e.At).Month() == a.month
		switch e.Type {
		case ticket.Revisited:
			v := visit{e.Ticket, e.At, e.Channel == ticket.Visit, e.By}
			a.revisits[e.Ticket] = append(a.revisits[e.Ticket], v)
			if in && (e.Grade == ticket.Poor || e.Grade == ticket.Bad) {
				a.unhappy = append(a.unhappy, v)
			}
		case ticket.Missed:
			a.given[e.Ticket] = append(a.given[e.Ticket], e.At)
			if e.Ref != "" && a.sampled[e.Ticket].ticket != "" {
				a.replaced = append(a.replaced, visit{e.Ref, e.At, false, e.By})
			}
		case ticket.SignedOff:
			if in && a.signed[e.Ticket].IsZero() {
				a.signed[e.Ticket] = e.At
			}
		case ticket.Sampled:
			if e.Ref == a.end.Routine.Scope {
				a.sampled[e.Ticket] = visit{e.Ticket, e.At, e.Channel == ticket.Visit, e.By}
			}
		case ticket.Merged:
			m := a.merged[e.Ticket]
			if in {
				m.into, m.at, m.by = e.Ref, e.At, e.By
			}
			a.merged[e.Ticket] = m
		case ticket.Urged:
			if e.Ref != "" {
				m := a.merged[e.Ticket]
				m.urged = append(m.urged, e.Ref)
				a.merged[e.Ticket] = m
			}
		case ticket.Reopened:
			a.linked[e.Ticket] = append(a.linked[e.Ticket], e.At)
		case ticket.Registered:
			if e.Ref != "" && e.Channel != ticket.Inbound {
				a.linked[e.Ref] = append(a.linked[e.Ref], e.At)
			}
		}
	}
	if len(history) > 0 {
		if m, ok := a.merged[history[0].Ticket]; ok {
			m.facts = facts
			a.merged[history[0].Ticket] = m
		}
	}
}

// draw: by the day on which the drawn are to be revisited as many of the month's slips are
// marked as drawn as the scheme wants, as many of them for a visit, as many visits were made,
// and no slip is marked that was not among them. It implements TR-4.3a and TR-4.4 for the
// month; whether each drawn order was revisited in time is TR-4.3b's clock. Which orders the
// key gives it cannot know: sampling.Draw.Verify does.
func (a *month) draw() {
	want, slips := a.end.Routine, a.end.Drawn.Routine
	if slices.Contains(a.policy.SLA.Unrecorded, ticket.Sampled) {
		return
	}
	var drawn []visit
	var strangers []string
	for id, s := range a.sampled { // sorted next: order does not show
		if _, ok := slices.BinarySearch(slips, id); ok {
			drawn = append(drawn, s)
		} else {
			strangers = append(strangers, id)
		}
	}
	slices.Sort(strangers)
	for _, id := range strangers {
		a.find("TR-4.3a", id, a.end.Sampled, a.sampled[id].by, 0, "不在%s应抽的派工单之内，却记为抽中", a.month)
	}
	for _, r := range a.replaced {
		if a.sampled[r.ticket].ticket == "" {
			a.find("WY-unreachable", r.ticket, r.at, r.by, 0, "记为替补，却没有抽中它的记录")
		}
	}

	due := a.asOf // where nothing says by when, the month is over
	for _, c := range a.policy.SLA.Of("TR-4.3b") {
		d, err := c.Limit.Due(a.desk.Calendar(), a.end.Sampled)
		if err != nil || !d.Late(a.asOf) {
			return
		}
		due = d.At
	}
	bracket, _ := want.Scheme.Bracket(want.Population)
	visits, made := 0, 0
	for _, s := range drawn {
		if !s.onSite {
			continue
		}
		visits++
		if slices.ContainsFunc(a.revisits[s.ticket], func(v visit) bool { return v.onSite && v.at.After(a.end.Sampled) && v.at.Before(due) }) {
			made++
		}
	}
	who := ticket.Actor{Role: ticket.Assistant}
	if len(drawn) < want.Size {
		a.find(bracket.Clause, "", due, who, 0, "%s完成%d单，应抽%d单，只抽了%d单", a.month, want.Population, want.Size, len(drawn))
	}
	if made < want.Visits {
		a.find(want.Scheme.Clause, "", due, who, 0, "%s抽样应有%d单上门回访，定为上门%d单，到期上门%d单", a.month, want.Visits, visits, made)
	}
}

// quotas: by the due day of SP-2.7.1a every service paid in cash and enough of those
// collected by the bank are revisited, after the service. It implements SP-2.7.1b and
// SP-2.7.1c. Under the reading that the drawn ones count, which these are hangs on the key:
// then only the number is judged.
func (a *month) quotas() {
	due, ok := a.desk.DueBy("SP-2.7.1a", a.month.Last().Start())
	if !ok || !due.Late(a.asOf) || slices.Contains(a.policy.SLA.Unrecorded, ticket.Revisited) {
		return
	}
	revisited := func(id string) bool {
		from := a.month.Day(1).Start()
		if at := a.signed[id]; at.After(from) {
			from = at
		}
		in := func(at time.Time) bool { return !at.Before(from) && due.Met(at) }
		return slices.ContainsFunc(a.revisits[id], func(v visit) bool { return in(v.at) }) ||
			a.policy.Reading("unreachable") == "counts" && slices.ContainsFunc(a.given[id], in)
	}
	for _, q := range []struct {
		clause rule.ID
		name   string
		ids    []string
		need   int
	}{
		{a.end.Cash.Scheme.Clause, "现金", a.end.Drawn.Cash, a.end.Cash.Size},
		{a.end.Banked.Scheme.Clause, "银行托收", a.end.Drawn.Banked, a.end.Banked.Size},
	} {
		missing := slices.DeleteFunc(slices.Clone(q.ids), revisited)
		if done := len(q.ids) - len(missing); done < q.need {
			a.find(q.clause, "", due.At, ticket.Actor{Role: ticket.Assistant}, 0, "%s的%s特约服务共%d单，应回访%d单，到期只回访%d单，未回访：%s",
				a.month, q.name, len(q.ids), q.need, done, strings.Join(missing, "、"))
		}
	}
}

// merges: a ticket that was merged names another one of the records, which was told of it, and
// a complaint of several households is no minor one. It implements WY-group.
func (a *month) merges() {
	var ids []string
	for id, m := range a.merged { // sorted next: order does not show
		if m.into != "" {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		m := a.merged[id]
		into := a.merged[m.into]
		if f := into.facts; into.urged != nil && f.Kind == ticket.Complaint && (f.Severity == "" || f.Severity == ticket.Minor) {
			a.find("WY-group", m.into, m.at, m.by, 0, "多户同诉，仍列为轻微投诉")
		}
		if !slices.Contains(into.urged, id) {
			a.find("WY-group", id, m.at, m.by, 0, "并入%s，而%s没有记下本单", m.into, m.into)
		}
	}
}

// dissatisfied: a grade of poor or bad in a revisit is acted on that day: the ticket is
// reopened, or a new one that names it is registered. It implements SP-2.7.5.
func (a *month) dissatisfied() {
	for _, v := range a.unhappy {
		due, ok := a.desk.DueBy("SP-2.7.5", v.at)
		if !ok || due.Met(a.asOf) {
			continue
		}
		if !slices.ContainsFunc(a.linked[v.ticket], func(at time.Time) bool { return !at.Before(v.at) && due.Met(at) }) {
			a.find("SP-2.7.5", v.ticket, v.at, v.by, 0, "回访不满意，当天没有重新处理或另立新单")
		}
	}
}

// money: records handed in are sorted that day (SP-2.6.1.2) and collated by the 5th of the
// next month, in order of time (SP-2.6.1.3, SP-2.7.1d), money that finance has is booked that
// day (SP-2.6.2.3), and the month is closed before it ends (SP-2.6.1.4). What the close
// names as a gap is a finding of its clause.
func (a *month) money() error {
	log := billing.SeenBefore(a.records.Money, a.asOf)
	if len(log) == 0 {
		return nil
	}
	ledger, err := billing.Replay(log)
	if err != nil {
		return err
	}
	var collated []billing.Entry // of the charges of this month
	signed := map[string]time.Time{}
	for charge, rows := range ledger.All() {
		if charge.Month != a.month || charge.State == billing.Voided {
			continue
		}
		at := func(t billing.EntryType) (billing.Entry, bool) {
			i := slices.IndexFunc(rows, func(e billing.Entry) bool { return e.Type == t })
			if i < 0 {
				return billing.Entry{}, false
			}
			return rows[i], true
		}
		charged, _ := at(billing.Charged)
		handed, in := at(billing.HandedIn)
		received, paid := at(billing.Received)
		if in {
			a.by("SP-2.6.1.2", charge, handed.At, billing.Sorted, at, ticket.Finance, "记录当天分类、登记并退回")
		}
		a.by("SP-2.6.1.3", charge, charged.At, billing.Collated, at, ticket.Assistant, "记录次月按期整理汇总")
		if paid {
			from := received.At // money that a worker took is finance's once he hands it in
			if in && received.By.Role == ticket.Worker && handed.At.After(from) {
				from = handed.At
			}
			a.by("SP-2.6.2.3", charge, from, billing.Booked, at, ticket.Finance, "收款当天入账")
		}
		if e, ok := at(billing.Collated); ok {
			signed[e.Serial] = charged.At
			collated = append(collated, e)
		}
	}
	slices.SortStableFunc(collated, func(x, y billing.Entry) int {
		return cmp.Or(x.At.Compare(y.At), signed[x.Serial].Compare(signed[y.Serial]))
	})
	for i := 1; i < len(collated); i++ {
		if signed[collated[i].Serial].Before(signed[collated[i-1].Serial]) {
			a.find("SP-2.7.1d", collated[i].Ticket, collated[i].At, collated[i].By, 0, "记录%s没有按时间先后整理", collated[i].Serial)
		}
	}
	for _, gap := range a.end.Money.Gaps {
		clause, what, _ := strings.Cut(gap, " ")
		a.find(rule.ID(clause), "", a.month.Add(1).Day(1).Start(), ticket.Actor{Role: ticket.Finance}, 0, "%s", what)
	}
	return nil
}

// by judges one step of a record: from an instant, within the clause's limit, until a row of a type.
func (a *month) by(clause rule.ID, c billing.Charge, from time.Time, step billing.EntryType, at func(billing.EntryType) (billing.Entry, bool), who ticket.Role, what string) {
	due, kept := a.desk.DueBy(clause, from)
	done, ok := at(step)
	if !kept || ok && due.Met(done.At) || !ok && due.Met(a.asOf) {
		return
	}
	end, by := a.asOf, ticket.Actor{Role: who}
	if ok {
		end, by = done.At, done.By
	}
	a.find(clause, c.Ticket, due.At, by, end.Sub(due.At), "%s：%s，没有按时办到", c.Serial, what)
}

// duties: the agenda, asked at each midnight of the month, says which periodic duty was just
// missed. Those of the tickets are asked at the last one only, where the month's are due.
func (a *month) duties() error {
	for day := a.month.Day(1); ; day = day.AddDays(1) {
		midnight := day.AddDays(1).Start()
		if midnight.After(a.asOf) {
			return nil
		}
		r := wuye.Records{Done: a.records.Done}
		if day == a.month.Last() {
			r = a.records
		}
		items, err := a.desk.Agenda(r, midnight)
		if err != nil {
			return err
		}
		for _, i := range items {
			if i.Ticket == "" && i.Late && i.Due.At.Equal(midnight) {
				a.find(i.Clause, "", midnight, i.Who, 0, "%s", i.Zh)
			}
		}
		if day == a.month.Last() {
			return nil
		}
	}
}
