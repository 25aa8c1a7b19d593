package audit

import (
	"cmp"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Figure is a share with its parts. Paused is not finished; unseen is in neither part.
type Figure struct {
	Name   string  `json:"name"` // in Chinese
	Clause rule.ID `json:"clause"`
	Num    int     `json:"num"`
	Den    int     `json:"den"` // 0: nothing to measure, and then no share
	Unseen int     `json:"unseen,omitzero"`
	Target string  `json:"target,omitzero"` // "at least 90 %"; empty: the documents set none
}

// A Score is the figures of one group.
type Score struct {
	Key     string   `json:"key"`
	Figures []Figure `json:"figures"`
}

// Scorecard is the month in figures, in groups by whatever key the caller gives (nil: all in
// one, with the key ""), in order of key: by department, estate, kind, worker. The scorecards of
// parts add up: each ticket counts in its own group, and in it alone. Only the households, on
// which the complaint rate is, are the whole site's in every group.
//
// The figures, in this order, each but the first four only where there is something to count:
//
//   - HB-2.1b satisfaction, of the customers' last valid grades of the month; by the reading
//     "satisfaction" a share, or points of five
//   - HB-2.1c the complaint rate, per household or ticket, by the month or the year to its end;
//     absent where the households are not known
//   - HB-2.2d of the tickets opened in the month those that have their answer
//   - VC-4.1b of the points raised in revisits of the month those that have theirs by its end
//   - HB-2.2a first replies in time: of the first-reply clocks (HB-2.1d, HB-2.1e, QI-3.6a) of
//     tickets not reopened
//   - HB-3.4 of the tickets answered in the month those reopened since
//   - SP-2.5.2 of the tickets completed in the month those disputed since: rework
//   - revisits, as wuye.Desk.Revisits says to whom one is owed, by whom and how: TR-4.3a of the
//     orders drawn for the month those made, and TR-4.4d of these the ones on site; TR-4.7a of
//     the valid complaints resolved in it, VC-1.6 of those that a higher tier settled, VC-1.4c
//     of the others, and TR-4.8 of the major needs completed those made since; SP-2.7.1b and
//     SP-2.7.1c of its special services those made by the day due. Who was given up is not
//     counted, nor are histories that the flow refuses
//   - SP-2.6.1.5 of the charges that the month's batch put to the bank, and of which the bank has
//     said, those collected
//   - QI-3.6b of the complaints of the month that took more than two hours those told the reason;
//     where no row gives one it is unseen
//   - QI-3.3a, QI-3.4b, QI-2.5 of the month's complaints those with an apology and those read
//     back, of its calls those taken by the third ring or with an apology; unseen where the
//     site's form has no box for it
//   - for each clock clause the share met of those that fell due in the month; of VC-1.5a and
//     VC-1.5b breached together one is counted
//
// Tickets that no policy judges are an error, as is a history that is none, or a money log that
// is refused. It implements HB-2.1b, HB-2.1c, VC-4.1b, TR-5.0b, QI-3.6b, QI-3.3a, QI-3.4b and
// QI-2.5.
func Scorecard(d *wuye.Desk, m calendar.Month, r wuye.Records, asOf time.Time, key func([]ticket.Event) string) ([]Score, error) {
	policy, err := d.Policy(m.Last().Start())
	if err != nil {
		return nil, err
	}
	s := scorer{desk: d, policy: policy, month: m, end: m.Add(1).Day(1).Start(), groups: map[string]*tally{}}
	log := billing.SeenBefore(r.Money, asOf)
	s.money = byTicket(log)
	if err := s.collections(log); err != nil {
		return nil, err
	}
	if r.Tickets != nil {
		c := newDossier(d, asOf)
		for history := range r.Tickets {
			if err := c.open(history); err != nil {
				return nil, err
			}
			if len(c.rows) == 0 {
				continue
			}
			k := ""
			if key != nil {
				k = key(history)
			}
			s.count(s.group(k), c)
		}
	}
	for _, t := range s.bank { // of tickets that the records do not have; sums: order does not show
		*s.group("").share("SP-2.6.1.5") = s.group("").share("SP-2.6.1.5").plus(t)
	}
	var scores []Score
	for k, t := range s.groups { // sorted next: order does not show
		scores = append(scores, Score{k, s.figures(t)})
	}
	slices.SortFunc(scores, func(a, b Score) int { return cmp.Compare(a.Key, b.Key) })
	return scores, nil
}

// shares are the figures with a name of their own, in order; those of the clocks follow.
var shares = [...]Figure{
	{Name: "满意度", Clause: "HB-2.1b", Target: "at least 90 %"},
	{Name: "投诉率", Clause: "HB-2.1c", Target: "below 1 %"},
	{Name: "已答复的工单", Clause: "HB-2.2d"},
	{Name: "回访处理率", Clause: "VC-4.1b", Target: "100 %"},
	{Name: "首次回应及时", Clause: "HB-2.2a"},
	{Name: "答复后重开", Clause: "HB-3.4"},
	{Name: "完工后返工", Clause: "SP-2.5.2"},
	{Name: "抽中的已回访", Clause: "TR-4.3a", Target: "100 %"},
	{Name: "抽样回访中上门", Clause: "TR-4.4d", Target: "at least 50 %"},
	{Name: "有效投诉由经理上门回访", Clause: "TR-4.7a", Target: "100 %"},
	{Name: "主管以上解决的投诉由同级回访", Clause: "VC-1.6", Target: "100 %"},
	{Name: "其他投诉已回访", Clause: "VC-1.4c", Target: "100 %"},
	{Name: "重大事项已回访", Clause: "TR-4.8", Target: "100 %"},
	{Name: "现金特约服务已回访", Clause: "SP-2.7.1b", Target: "100 %"},
	{Name: "托收特约服务已回访", Clause: "SP-2.7.1c", Target: "at least 80 %"},
	{Name: "银行托收成功", Clause: "SP-2.6.1.5"},
	{Name: "久未解决的投诉已说明原因", Clause: "QI-3.6b", Target: "100 %"},
	{Name: "向投诉人致歉", Clause: "QI-3.3a", Target: "100 %"},
	{Name: "投诉记录向客户复述", Clause: "QI-3.4b", Target: "100 %"},
	{Name: "三声之内接听", Clause: "QI-2.5", Target: "100 %"},
}

const standing = 4 // of shares, so many stand there even when nothing was counted

// A part is what a figure counts.
type part struct{ num, den, unseen int }

func (p part) plus(o part) part { return part{p.num + o.num, p.den + o.den, p.unseen + o.unseen} }

// hit counts one more, and whether it is one of those asked for.
func (p *part) hit(is bool) {
	p.den++
	if is {
		p.num++
	}
}

// A tally is one group being counted.
type tally struct {
	tickets int // of the complaint rate's period
	parts   map[rule.ID]*part
}

func (t *tally) share(id rule.ID) *part {
	p := t.parts[id]
	if p == nil {
		p = &part{}
		t.parts[id] = p
	}
	return p
}

// A scorer counts a month.
type scorer struct {
	desk   *wuye.Desk
	policy wuye.Policy
	month  calendar.Month
	end    time.Time // of the month
	groups map[string]*tally

	money map[string][]billing.Entry // by ticket
	bank  map[string]part            // by ticket
}

func (s *scorer) group(key string) *tally {
	t := s.groups[key]
	if t == nil {
		t = &tally{parts: map[rule.ID]*part{}}
		s.groups[key] = t
	}
	return t
}

func (s *scorer) in(at time.Time) bool {
	return !at.IsZero() && calendar.DateOf(at).Month() == s.month
}

// collections counts, by ticket, what the bank has said of the month's batch.
func (s *scorer) collections(log []billing.Entry) error {
	if len(log) == 0 {
		return nil
	}
	ledger, err := billing.Replay(log)
	if err != nil {
		return err
	}
	s.bank = map[string]part{}
	for charge, rows := range ledger.All() {
		submitted := false
		for _, e := range rows {
			switch {
			case e.Type == billing.Submitted:
				submitted = e.Ref == s.month.String()
			case submitted && (e.Type == billing.Collected || e.Type == billing.Failed):
				p := s.bank[charge.Ticket]
				p.hit(e.Type == billing.Collected)
				s.bank[charge.Ticket], submitted = p, false
			}
		}
	}
	return nil
}

// points are what a valid grade counts as, in points of five; 0: it is none.
func points(g ticket.Grade) int {
	switch g {
	case ticket.VerySatisfied:
		return 5
	case ticket.Satisfied:
		return 4
	case ticket.Fair:
		return 3
	case ticket.Poor:
		return 2
	case ticket.Bad:
		return 1
	}
	return 0
}

func (s *scorer) count(t *tally, c *dossier) {
	grade := 0
	answeredAt := time.Time{}
	gone := false
	for i := range c.rows {
		r := &c.rows[i]
		if p := points(r.Grade); p > 0 && s.in(r.At) {
			grade = p
		}
		switch {
		case r.is&answer != 0:
			answeredAt = r.At
		case r.is&(reopened|disputed) != 0:
			answeredAt = time.Time{}
		case r.is&void != 0:
			gone = true
		case r.is == imported && (r.State == ticket.Answered || r.State == ticket.Closed):
			answeredAt = r.At
		}
	}
	switch {
	case grade == 0:
	case s.policy.Reading("satisfaction") == "mean":
		*t.share("HB-2.1b") = t.share("HB-2.1b").plus(part{num: grade, den: 5})
	default:
		t.share("HB-2.1b").hit(grade >= 4)
	}

	contact, facts := c.rows[0].At, c.rows[0].facts
	period := s.in(contact)
	if s.policy.Reading("complaint-rate-period") == "year" {
		period = calendar.DateOf(contact).Year() == s.month.Day(1).Year() && contact.Before(s.end)
	}
	if period {
		t.tickets++
		if c.valid(len(c.rows)) {
			t.share("HB-2.1c").num++
		}
	}
	if s.in(contact) {
		if !gone {
			t.tell("HB-2.2d", !answeredAt.IsZero(), c, ticket.Told, ticket.SignedOff)
			if facts.Linked {
				t.tell("VC-4.1b", !answeredAt.IsZero() && answeredAt.Before(s.end), c, ticket.Told, ticket.SignedOff)
			}
		}
		s.manners(t, c)
	}
	s.outcomes(t, c)
	s.revisits(t, c)
	if p, ok := s.bank[c.rows[0].Ticket]; ok {
		*t.share("SP-2.6.1.5") = t.share("SP-2.6.1.5").plus(p)
		delete(s.bank, c.rows[0].Ticket)
	}
	s.clocks(t, c)
}

// manners is what the scheme asks of whoever takes a call or a complaint, as far as the site's
// form has boxes for it.
func (s *scorer) manners(t *tally, c *dossier) {
	box := func(id rule.ID, asked, is bool) {
		if asked {
			t.share(id).hit(is)
		} else {
			t.share(id).unseen++
		}
	}
	if c.rows[0].is == registered && c.rows[0].Channel == ticket.Phone {
		box("QI-2.5", c.rules.Asks(ticket.LongRing) && c.rules.Asks(ticket.Apology), !c.ticked(ticket.LongRing) || c.ticked(ticket.Apology))
	}
	if !grievance(c.rows[0].facts) {
		return
	}
	box("QI-3.3a", c.rules.Asks(ticket.Apology), c.ticked(ticket.Apology))
	box("QI-3.4b", c.rules.Asks(ticket.ReadBack), c.ticked(ticket.ReadBack))
	soon := c.rows[0].At.Add(2 * time.Hour)
	if i := first(c.rows, answer|void); i >= 0 && !c.rows[i].At.After(soon) || c.asOf.Before(soon) {
		return
	}
	if slices.ContainsFunc(c.rows, func(r row) bool { return r.is&(informed|promised|held|extended) != 0 && r.Reason != "" }) {
		t.share("QI-3.6b").hit(true)
	} else {
		t.share("QI-3.6b").unseen++
	}
}

// outcomes is what became of the month's answers and of its work.
func (s *scorer) outcomes(t *tally, c *dossier) {
	if c.seen&(answer|completed) == 0 {
		return
	}
	var answered, again, done, redone bool
	for i := range c.rows {
		switch r := &c.rows[i]; {
		case r.is&answer != 0:
			answered = answered || s.in(r.At)
		case r.is == completed:
			done = done || s.in(r.At)
		case r.is == reopened:
			again = again || answered
		case r.is == disputed:
			redone = redone || done
		}
	}
	if answered {
		t.tell("HB-3.4", again, c, ticket.Reopened)
	}
	if done {
		t.tell("SP-2.5.2", redone, c, ticket.Disputed)
	}
}

// tell counts what is so, and what is not: unless a step that would show it is one that the
// site cannot record.
func (t *tally) tell(id rule.ID, is bool, c *dossier, steps ...ticket.EventType) {
	if !is && slices.ContainsFunc(steps, c.unrecorded) {
		t.share(id).unseen++
	} else {
		t.share(id).hit(is)
	}
}

// revisits is which of those owed in the month were made as they were owed. What was given up
// with approval, or taken over by another order, is not counted.
func (s *scorer) revisits(t *tally, c *dossier) {
	now := c.rows[len(c.rows)-1].facts
	if now.Kind == ticket.Repair && now.Severity != ticket.Major && now.Urgency != ticket.Emergency && now.Nature != ticket.Special && c.seen&sampled == 0 {
		return // the most, and none is owed
	}
	owed, err := s.desk.Revisits(c.known, s.money[c.rows[0].Ticket], c.asOf)
	if err != nil {
		return // a history that the flow refuses
	}
	for _, r := range owed {
		id, in := r.Clauses[0], s.in(r.From)
		switch id {
		case "TR-4.3b":
			id = "TR-4.3a" // the share: how many in time is its clock's figure
		case "TR-4.2a":
			continue // its clock's alone
		case "SP-2.7.1b", "SP-2.7.1c":
			in = r.Month == s.month
		}
		done := !r.Done.IsZero() && !(r.Month == s.month && r.Due.Late(r.Done))
		switch {
		case !in || r.Excused:
		case !done && c.unrecorded(ticket.Revisited):
			t.share(id).unseen++
		default:
			t.share(id).hit(done)
			if id == "TR-4.3a" && done {
				t.share("TR-4.4d").hit(slices.ContainsFunc(c.rows, func(w row) bool { return w.Seq == r.Row && w.Channel == ticket.Visit }))
			}
		}
	}
}

// byTicket is the money log of each ticket.
func byTicket(log []billing.Entry) map[string][]billing.Entry {
	serials := map[string]string{}
	for _, e := range log {
		if e.Ticket != "" {
			serials[e.Serial] = e.Ticket
		}
	}
	of := map[string][]billing.Entry{}
	for _, e := range log {
		of[serials[e.Serial]] = append(of[serials[e.Serial]], e)
	}
	return of
}

// clocks is the verdicts that fell due in the month, by clause, and those on first replies
// together.
func (s *scorer) clocks(t *tally, c *dossier) {
	for i := range c.verdicts {
		v := &c.verdicts[i]
		if !s.in(v.Due.At.Add(-1)) || v.Clause == "VC-1.5a" && slices.ContainsFunc(c.verdicts, func(o sla.Verdict) bool {
			return o.Clause == "VC-1.5b" && o.Cycle == v.Cycle && o.Status == sla.Breached
		}) {
			continue
		}
		var p part
		switch v.Status {
		case sla.Met, sla.Breached:
			p.hit(v.Status == sla.Met)
		case sla.Unseen:
			p.unseen++
		default:
			continue
		}
		*t.share(v.Clause) = t.share(v.Clause).plus(p)
		if v.Cycle == 1 && (v.Clause == "HB-2.1d" || v.Clause == "HB-2.1e" || v.Clause == "QI-3.6a") {
			*t.share("HB-2.2a") = t.share("HB-2.2a").plus(p)
		}
	}
}

func (s *scorer) figures(t *tally) []Figure {
	var all, clocks []Figure
	for i, f := range shares {
		p := part{}
		if t.parts[f.Clause] != nil {
			p = *t.parts[f.Clause]
			delete(t.parts, f.Clause)
		}
		switch f.Clause {
		case "HB-2.1c":
			p.den = s.policy.Households
			if s.policy.Reading("complaint-rate-base") == "tickets" {
				p.den = t.tickets
			}
			if p.den == 0 {
				continue
			}
		case "TR-4.4d":
			if s.policy.Reading("on-site-half") == "majority" {
				f.Target = "more than 50 %"
			}
		}
		if f.Num, f.Den, f.Unseen = p.num, p.den, p.unseen; i < standing || p.den+p.unseen > 0 {
			all = append(all, f)
		}
	}
	for id, p := range t.parts { // sorted next: order does not show
		clocks = append(clocks, Figure{Name: "按时办到：" + id.Zh(), Clause: id, Num: p.num, Den: p.den, Unseen: p.unseen})
	}
	slices.SortFunc(clocks, func(a, b Figure) int { return cmp.Compare(a.Clause, b.Clause) })
	return slices.DeleteFunc(append(all, clocks...), func(f Figure) bool { return !s.policy.Keeps(f.Clause) })
}
