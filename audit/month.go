package audit

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// Month judges what only the whole shows: whether the draws were made and covered, the
// quotas met, the records sorted, collated and booked in time, the periodic duties done, merged
// tickets answered through the other, dissatisfaction acted on, and repairs taken up in order. It uses the rows known by
// asOf; what is not yet due then is not judged. Findings are in order of At, clause, ticket.
// A special service without an entry in the money log is no finding: it counts as paid in cash.
//
// The error is that of wuye.Desk.MonthEnd: the month is not over, no policy was in force, or
// a history, the money log or an id was refused. A ticket older than the first policy is none: it
// counts where the month's end draws or closes it.
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
	a := &month{desk: d, policy: policy, rules: rules, month: m, records: r, money: byTicket(billing.SeenBefore(r.Money, asOf)), asOf: asOf, end: end, quota: map[string]bool{}, sampled: map[string]drawn{}, merged: map[string]merge{}, linked: map[string][]time.Time{}}
	a.due, a.quotaKept = d.DueBy("SP-2.7.1a", m.Last().Start())
	if r.Tickets != nil {
		for history := range r.Tickets {
			a.read(ticket.KnownBy(history, asOf))
		}
	}
	a.draw()
	a.quotas()
	a.merges()
	a.dissatisfied()
	a.inOrder()
	if err := a.charges(); err != nil {
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
	money    map[string][]billing.Entry // by ticket
	asOf     time.Time
	end      wuye.MonthEnd
	findings []Finding

	due       sla.Due // of the quotas
	quotaKept bool
	quota     map[string]bool  // the services of the quotas that are revisited (true) or were given up
	sampled   map[string]drawn // into this month's routine draw
	replaced  []visit          // by which ticket, and where that was said
	merged    map[string]merge
	linked    map[string][]time.Time // when a ticket was reopened, or another registered that names it
	unhappy   []visit
	repairs   []report
}

type visit struct {
	ticket string
	at     time.Time
	by     ticket.Actor
}

// A drawn order, its mode, and when it was visited.
type drawn struct {
	by     ticket.Actor // who noted that it was drawn
	onSite bool
	visits []time.Time
}

// A merge is a ticket's side of it: into whom, or who told it.
type merge struct {
	into  string
	at    time.Time
	by    ticket.Actor
	urged []string     // by whom it was told
	gone  bool         // withdrawn, or entered by mistake: nobody is answered through it
	facts ticket.Facts // as last known
}

func (a *month) find(id rule.ID, ticketID string, at time.Time, by ticket.Actor, late time.Duration, format string, args ...any) {
	if level, want := levelOf(a.rules, id, ""); level != "" {
		if !at.IsZero() {
			at = calendar.InChina(at)
		}
		a.findings = append(a.findings, Finding{ticketID, id, level, at, by, late, fmt.Sprintf(format, args...), want})
	}
}

func (a *month) read(history []ticket.Event) {
	if len(history) == 0 {
		return
	}
	id := history[0].Ticket
	var facts ticket.Facts
	var visits []time.Time
	var merging, gone bool
	for i := range history {
		e := &history[i]
		switch e.Type {
		case ticket.Registered:
			facts = facts.After(*e)
			if e.Ref != "" && e.Channel != ticket.Inbound {
				a.linked[e.Ref] = append(a.linked[e.Ref], e.At)
			}
		case ticket.Imported, ticket.Reranked:
			facts = facts.After(*e)
		case ticket.Revisited:
			if e.Channel == ticket.Visit {
				visits = append(visits, e.At)
			}
			if (e.Grade == ticket.Poor || e.Grade == ticket.Bad) && a.in(e.At) {
				a.unhappy = append(a.unhappy, visit{id, e.At, e.By})
			}
		case ticket.Missed:
			if _, ok := a.sampled[id]; ok && e.Ref != "" {
				a.replaced = append(a.replaced, visit{e.Ref, e.At, e.By})
			}
		case ticket.Sampled:
			if e.Ref == a.end.Routine.Scope {
				a.sampled[id] = drawn{by: e.By, onSite: e.Channel == ticket.Visit}
			}
		case ticket.Merged:
			if a.in(e.At) {
				m := a.merged[id]
				m.into, m.at, m.by, merging = e.Ref, e.At, e.By, true
				a.merged[id] = m
			}
		case ticket.Urged:
			if e.Ref != "" {
				m := a.merged[id]
				m.urged, merging = append(m.urged, e.Ref), true
				a.merged[id] = m
			}
		case ticket.Reopened:
			a.linked[id] = append(a.linked[id], e.At)
		case ticket.Withdrawn, ticket.Voided:
			gone = true
		}
	}
	if s, ok := a.sampled[id]; ok {
		s.visits = visits
		a.sampled[id] = s
	}
	if merging {
		m := a.merged[id]
		m.facts, m.gone = facts, gone
		a.merged[id] = m
	}
	if a.special(id) {
		owed, err := a.desk.Revisits(history, a.money[id], a.asOf)
		if err != nil { // the month's end has refused all but this: it is older than the first policy
			a.olderQuota(id, history)
		}
		for _, r := range owed {
			if r.Month == a.month && (r.Excused || !r.Done.IsZero() && !r.Due.Late(r.Done)) {
				a.quota[id] = !r.Excused
			}
		}
	}
	a.report(history, facts)
}

// olderQuota notes whether a service that was opened before the first policy, under which nobody
// owes it a revisit, was revisited all the same after it was signed for, or given up with approval.
func (a *month) olderQuota(id string, history []ticket.Event) {
	signed := false
	for i := range history {
		switch e := &history[i]; {
		case e.Type == ticket.SignedOff:
			signed = true
		case signed && e.Type == ticket.Revisited && !a.due.Late(e.At):
			a.quota[id] = true
		case signed && e.Type == ticket.Missed && e.Approver.Role != "":
			if _, known := a.quota[id]; !known {
				a.quota[id] = false
			}
		}
	}
}

// inForce are the histories that a policy judges: the month draws also from older ones, which owe
// nothing to the agenda.
func (a *month) inForce(asOf time.Time) iter.Seq[[]ticket.Event] {
	return func(yield func([]ticket.Event) bool) {
		for history := range a.records.Tickets {
			if _, err := a.desk.Rules(ticket.OpenedAt(ticket.KnownBy(history, asOf))); err == nil && !yield(history) {
				return
			}
		}
	}
}

func (a *month) in(at time.Time) bool { return calendar.DateOf(at).Month() == a.month }

// special reports whether the ticket is one of the quotas'.
func (a *month) special(id string) bool {
	_, cash := slices.BinarySearch(a.end.Drawn.Cash, id)
	_, banked := slices.BinarySearch(a.end.Drawn.Banked, id)
	return cash || banked
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
	var orders []drawn
	var strangers []string
	for id, s := range a.sampled { // sorted next: order does not show
		if _, ok := slices.BinarySearch(slips, id); ok {
			orders = append(orders, s)
		} else {
			strangers = append(strangers, id)
		}
	}
	slices.Sort(strangers)
	for _, id := range strangers {
		a.find("TR-4.3a", id, a.end.Sampled, a.sampled[id].by, 0, "不在%s应抽的派工单之内，却记为抽中", a.month)
	}
	for _, r := range a.replaced {
		if _, ok := a.sampled[r.ticket]; !ok {
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
	for _, s := range orders {
		if s.onSite {
			visits++
		}
		if slices.ContainsFunc(s.visits, func(at time.Time) bool { return at.After(a.end.Sampled) && at.Before(due) }) {
			made++
		}
	}
	who := ticket.Actor{Role: ticket.Assistant}
	if len(orders) < want.Size {
		a.find(bracket.Clause, "", due, who, 0, "%s完成%d单，应抽%d单，只抽了%d单", a.month, want.Population, want.Size, len(orders))
	}
	if made < want.Visits {
		a.find(want.Scheme.Clause, "", due, who, 0, "%s抽样应有%d单上门回访，定为上门%d单，到期上门%d单", a.month, want.Visits, visits, made)
	}
}

// quotas: by the due day of SP-2.7.1a every service paid in cash and enough of those
// collected by the bank are revisited, after the service, but for those given up with approval.
// It implements SP-2.7.1b and
// SP-2.7.1c. Under the reading that the drawn ones count, which these are hangs on the key:
// then only the number is judged.
func (a *month) quotas() {
	if !a.quotaKept || !a.due.Late(a.asOf) || slices.Contains(a.policy.SLA.Unrecorded, ticket.Revisited) {
		return
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
		var missing []string
		done := 0
		for _, id := range q.ids {
			if revisited, known := a.quota[id]; revisited {
				done++
			} else if !known {
				missing = append(missing, id)
			}
		}
		if need := min(q.need, done+len(missing)); done < need {
			a.find(q.clause, "", a.due.At, ticket.Actor{Role: ticket.Assistant}, 0, "%s的%s特约服务共%d单，应回访%d单，到期只回访%d单，未回访：%s",
				a.month, q.name, len(q.ids), need, done, strings.Join(missing, "、"))
		}
	}
}

// merges: a ticket that was merged names another one of the records, which was told of it and
// is not void itself, so that its customer is answered; and a complaint of several households
// is no minor one. It implements WY-group.
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
		} else if into.gone {
			a.find("WY-group", id, m.at, m.by, 0, "并入的%s已撤销或作废，本户没有得到答复", m.into)
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

// charges: records handed in are sorted that day (SP-2.6.1.2) and collated by the 5th of the
// next month, in order of time (SP-2.6.1.3, SP-2.7.1d), money that finance has is booked that
// day (SP-2.6.2.3), and the month is closed before it ends (SP-2.6.1.4). Two steps have no limit
// of their own and are judged when the records are to be collated: the record has gone to finance
// (SP-2.6.1.1c), and what was charged in cash, or the like, and is still owed has been taken
// (SP-2.6.2.1). What the close names as a gap is a finding of its clause.
func (a *month) charges() error {
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
		if due, kept := a.desk.DueBy("SP-2.6.1.3", charged.At); kept && due.Late(a.asOf) {
			if !in || due.Late(handed.At) {
				a.find("SP-2.6.1.1c", charge.Ticket, due.At, charged.By, 0, "%s：记录到整理期限还没有交财务", charge.Serial)
			}
			if charge.State == billing.Charged && charged.Payment != billing.Collection {
				a.find("SP-2.6.2.1", charge.Ticket, due.At, charged.By, 0, "%s：当场付款的，到整理期限还没有开收据收款", charge.Serial)
			}
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
	for day := a.month.Day(1); day.Compare(a.month.Last()) <= 0; day = day.AddDays(1) {
		midnight := day.AddDays(1).Start()
		if midnight.After(a.asOf) {
			return nil
		}
		if _, err := a.desk.Rules(midnight); err != nil {
			continue // before the first policy nothing is owed
		}
		r := wuye.Records{Done: a.records.Done}
		if day == a.month.Last() {
			r = a.records
			if r.Tickets != nil {
				r.Tickets = a.inForce(midnight)
			}
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
	}
	return nil
}
