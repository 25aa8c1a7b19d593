package conformance

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/shopspring/decimal"
)

// A given is an answer, why it is so, and the clause that says so where the answer itself
// knows it.
type given struct {
	Answer
	why    Reason
	clause rule.ID
}

// answer is what the desk's rules say to a question. p is the policy in force.
func answer(d *wuye.Desk, p wuye.Policy, q Question) given {
	switch q.Topic {
	case Size:
		return size(p, q)
	case Due:
		return due(d, q)
	case Move:
		return move(q)
	case Verdict:
		return given{Answer: verdict(d, q)} // why is dear, and the writer's to add
	case Step:
		return step(p, q)
	case Firing:
		return firing(d, q)
	case Draw:
		s, clause := schemeOf(p, q.Args[0])
		drawn, err := s.Draw(q.Key, q.Args[1], q.IDs)
		if err != nil {
			return refused(err, clause)
		}
		return given{Answer{N: drawn.Visits, IDs: drawn.Ranked[:drawn.Size]}, Reason{
			En: fmt.Sprintf("the %d smallest of %d by SHA-256(key, scope, order), the first %d on site", drawn.Size, drawn.Population, drawn.Visits),
			Zh: fmt.Sprintf("按 SHA-256（密钥、范围、单号）从%d件里取最小的%d件，前%d件上门", drawn.Population, drawn.Size, drawn.Visits),
		}, clause}
	case Revisit:
		switch q.Args[0] {
		case "coverage":
			return given{Answer: coverage(p, q)}
		case "quota":
			return given{Answer: quota(p, q)}
		case "who":
			return who(d, p, q)
		}
		return given{Answer: month(d, q)}
	case Quote:
		return quote(q)
	case Close:
		return closing(q)
	case Agenda:
		return agenda(d, q)
	case Finding:
		return finding(d, q)
	case Score:
		return score(d, q)
	}
	return given{}
}

// refused is an error as an answer.
func refused(err error, clause rule.ID) given {
	return given{Answer: Answer{Code: code(err)}, why: Reason{En: err.Error(), Zh: rule.Zh(err)}, clause: clause}
}

// code is the word for an error, as the topics' answers have it.
func code(err error) string {
	if e, ok := errors.AsType[*ticket.Refusal](err); ok {
		return string(e.Code)
	}
	if e, ok := errors.AsType[*billing.Refusal](err); ok {
		return e.Code
	}
	if e, ok := errors.AsType[*billing.InputError](err); ok {
		return e.Code
	}
	if _, ok := errors.AsType[*calendar.UnpublishedError](err); ok {
		return unpublished
	}
	return "refused"
}

const unpublished = "unpublished"

// schemeOf is one of the policy's three, with the clause of its draw.
func schemeOf(p wuye.Policy, name string) (sampling.Scheme, rule.ID) {
	switch name {
	case "cash":
		return p.Cash, "SP-2.7.1b"
	case "banked":
		return p.Banked, "SP-2.7.1c"
	}
	return p.Routine, "TR-4.3a"
}

func size(p wuye.Policy, q Question) given {
	s, _ := schemeOf(p, q.Args[0])
	if len(q.Args) > 1 {
		n := s.Visits(q.N)
		en, zh := "at least", "至少"
		if s.Majority {
			en, zh = "more than", "超过"
		}
		return given{Answer{N: n}, Reason{En: fmt.Sprintf("%s %d %% of %d on site: %d", en, s.OnSite, q.N, n), Zh: fmt.Sprintf("%d件的%s%d%%上门：%d件", q.N, zh, s.OnSite, n)}, s.Clause}
	}
	n := s.Size(q.N)
	b, ok := s.Bracket(q.N)
	if !ok {
		return given{Answer: Answer{N: n}, clause: s.Clause}
	}
	if b.Percent == 0 {
		return given{Answer{N: n}, Reason{En: fmt.Sprintf("%d, or all if there are fewer", b.Take), Zh: fmt.Sprintf("%d件，不足的全数", b.Take)}, b.Clause}
	}
	return given{Answer{N: n}, Reason{En: fmt.Sprintf("%d %% of %d, rounding %s: %d", b.Percent, q.N, s.Rounding, n), Zh: fmt.Sprintf("%d件的%d%%（%s）：%d件", q.N, b.Percent, s.Rounding.Label(), n)}, b.Clause}
}

// limitOf is the limit that a question is about.
func limitOf(q Question) sla.Limit {
	l := sla.Limit{N: q.N, Roll: slices.Contains(q.Args, "roll"), Before: slices.Contains(q.Args, "before")}
	if len(q.Args) > 0 {
		l.Unit = sla.Unit(q.Args[0])
	}
	return l
}

func due(d *wuye.Desk, q Question) given {
	due, err := limitOf(q).Due(d.Calendar(), q.AsOf)
	if err != nil {
		g := refused(err, "")
		g.N = due.Unpublished
		return g
	}
	g := given{Answer: Answer{At: due.At, Code: "instant"}}
	if due.Whole {
		g.Code = "day"
	}
	return g
}

func move(q Question) given {
	t, err := ticket.Replay(q.History)
	if refusal, ok := errors.AsType[*ticket.Refusal](err); ok {
		g := refused(err, refusal.Clause)
		g.State = t.State
		return g
	}
	return given{Answer: Answer{State: t.State}}
}

func verdict(d *wuye.Desk, q Question) Answer {
	verdicts, err := d.AppendVerdicts(nil, q.History, q.AsOf)
	if err != nil {
		return Answer{Code: code(err)}
	}
	v, n := last(verdicts, rule.ID(q.Args[0]))
	a := Answer{Code: string(v.Status), At: v.Due.At, N: n}
	for _, o := range verdicts {
		if o.Clause == v.Clause && (o.Cycle != v.Cycle || o.Number != v.Number) {
			a.IDs = append(a.IDs, string(o.Status))
		}
	}
	return a
}

// last is the latest verdict of the clause, by cycle and number, and how many there are.
func last(verdicts []sla.Verdict, id rule.ID) (found sla.Verdict, n int) {
	for _, v := range verdicts {
		if v.Clause != id {
			continue
		}
		if n++; n == 1 || cmp.Or(cmp.Compare(v.Cycle, found.Cycle), cmp.Compare(v.Number, found.Number)) > 0 {
			found = v
		}
	}
	return found, n
}

func step(p wuye.Policy, q Question) given {
	i := slices.IndexFunc(p.Ladder, func(s escalation.Step) bool {
		return s.From == ticket.Role(q.Args[0]) && s.Cause == escalation.Cause(q.Args[1]) && (len(q.Args) < 3 || s.To == ticket.Role(q.Args[2]))
	})
	if i < 0 || !p.Keeps(p.Ladder[i].Clause) {
		return given{why: Reason{En: "the ladder has no such step", Zh: "升级规则里没有这一步"}}
	}
	s := p.Ladder[i]
	g := given{Answer{Code: string(s.To)}, Reason{En: "the ladder: " + string(s.From) + " → " + string(s.To), Zh: "升级规则：" + s.From.Label() + " → " + s.To.Label()}, s.Clause}
	if s.Visit {
		g.IDs = append(g.IDs, "visit")
		g.why.En, g.why.Zh = g.why.En+", on site", g.why.Zh+"，到现场"
	}
	if s.Report {
		g.IDs = append(g.IDs, "report")
		g.why.En, g.why.Zh = g.why.En+", in writing", g.why.Zh+"，附书面报告"
	}
	return g
}

func firing(d *wuye.Desk, q Question) given {
	j, err := d.Judge(q.History, q.AsOf)
	if err != nil {
		return refused(err, "")
	}
	var g given
	var en, zh []string
	for _, f := range j.Firings {
		if id := rule.ID(q.Args[0]); f.Step.Clause == id || f.For == id {
			g.IDs = append(g.IDs, f.Key)
			en = append(en, "the "+string(f.Step.To)+" at "+short(f.At))
			zh = append(zh, short(f.At)+f.Step.To.Label())
		}
	}
	if len(en) > 3 {
		en, zh = append(en[:3], "…"), append(zh[:3], "…")
	}
	g.why = Reason{En: strings.Join(en, ", "), Zh: strings.Join(zh, "、")}
	return g
}

func coverage(p wuye.Policy, q Question) Answer {
	s, _ := schemeOf(p, q.Args[1])
	drawn, err := s.Draw(q.Key, q.Args[2], q.IDs)
	if err != nil {
		return Answer{Code: code(err)}
	}
	var done []sampling.Revisit
	for _, e := range q.History {
		r := sampling.Revisit{ID: e.Ticket, At: e.At, Visit: e.Channel == ticket.Visit}
		switch e.Type {
		case ticket.Revisited:
			r.Reached = true
		case ticket.Missed:
			r.Reached = p.Reading("unreachable") == "counts"
		default:
			r.Gone = true
		}
		done = append(done, r)
	}
	c := drawn.Coverage(done)
	return Answer{N: c.Done, IDs: c.Missing}
}

// quota is how many of the orders still lack a revisit: any will do, or those drawn, by the
// reading quota-choice of what the bank collects.
func quota(p wuye.Policy, q Question) Answer {
	s, _ := schemeOf(p, q.Args[1])
	if q.Args[1] == "banked" && p.Reading("quota-choice") == "drawn" {
		a := coverage(p, q)
		return Answer{N: len(a.IDs), IDs: a.IDs}
	}
	var done []string
	for _, e := range q.History {
		reached := e.Type == ticket.Revisited || e.Type == ticket.Missed && p.Reading("unreachable") == "counts"
		if reached && slices.Contains(q.IDs, e.Ticket) && !slices.Contains(done, e.Ticket) {
			done = append(done, e.Ticket)
		}
	}
	return Answer{N: max(0, s.Size(len(q.IDs))-len(done))}
}

// who must revisit a complaint, by the reading complaint-revisitor. Strict: a valid one the
// manager, on site; else what a supervisor or above settled that tier; else the assistant.
// Nobody, for what is no complaint, has no name, or is void.
func who(d *wuye.Desk, p wuye.Policy, q Question) given {
	j, err := d.Judge(q.History, q.AsOf)
	if err != nil {
		return refused(err, "")
	}
	t := j.Ticket
	if t.Kind != ticket.Complaint || t.Caller == ticket.Anonymous || t.State == ticket.Void {
		return given{clause: "VC-1.4c", why: Reason{En: "no complaint of a named caller", Zh: "不是具名的投诉"}}
	}
	switch {
	case p.Keeps("TR-4.7a") && p.Reading("complaint-revisitor") == "strict" && p.ValidComplaint(cycle(q.History)):
		return given{Answer{Code: string(ticket.Manager), IDs: []string{"visit"}}, Reason{En: "a valid complaint", Zh: "有效投诉"}, "TR-4.7a"}
	case p.Keeps("VC-1.6") && t.Tier.Tier() > ticket.Assistant.Tier():
		return given{Answer{Code: string(t.Tier)}, Reason{En: "the " + string(t.Tier) + " settled it", Zh: t.Tier.Label() + "出面解决的"}, "VC-1.6"}
	case p.Keeps("VC-1.4c"):
		return given{Answer{Code: string(ticket.Assistant)}, Reason{En: "neither the manager's to visit nor settled above the assistant", Zh: "不须经理上门，也不是主管以上解决的"}, "VC-1.4c"}
	}
	return given{clause: "VC-1.4c"}
}

// cycle is the rows from the last reopening on, with the registration before them.
func cycle(rows []ticket.Event) []ticket.Event {
	for i := len(rows) - 1; i > 0; i-- {
		if rows[i].Type == ticket.Reopened {
			return append(rows[:1:1], rows[i:]...)
		}
	}
	return rows
}

// agenda is the desk's own duties that are undone: whose, and until when the last of them.
func agenda(d *wuye.Desk, q Question) given {
	items, err := d.Agenda(records(q), q.AsOf)
	if err != nil {
		return refused(err, "")
	}
	var g given
	for _, i := range items {
		if i.Clause == rule.ID(q.Args[0]) && i.Ticket == "" {
			g.IDs, g.At = append(g.IDs, string(i.Who.Role)), i.Due.At
			g.why.Zh += i.Who.Role.Label() + "应在" + dueText(i.Due) + "前办；"
			g.why.En += "the " + string(i.Who.Role) + " by " + dueText(i.Due) + "; "
		}
	}
	g.why.En, g.why.Zh = strings.TrimSuffix(g.why.En, "; "), strings.TrimSuffix(g.why.Zh, "；")
	return g
}

// finding is the findings of one clause, of the one ticket.
func finding(d *wuye.Desk, q Question) given {
	all, err := audit.History(d, q.History, q.AsOf)
	if err != nil {
		return refused(err, "")
	}
	var g given
	for _, f := range all {
		if f.Clause == rule.ID(q.Args[0]) {
			if g.N++; g.N == 1 {
				g.Code = string(f.Level)
				g.why = Reason{En: "at " + short(f.At), Zh: short(f.At) + " " + f.Zh}
			}
		}
	}
	return g
}

// score is one figure of a month.
func score(d *wuye.Desk, q Question) given {
	m, err := calendar.ParseMonth(q.Args[1])
	if err != nil {
		return refused(err, "")
	}
	scores, err := audit.Scorecard(d, m, records(q), q.AsOf, nil)
	if err != nil {
		return refused(err, "")
	}
	for _, s := range scores {
		for _, f := range s.Figures {
			if f.Clause == rule.ID(q.Args[0]) {
				return given{Answer: Answer{Code: fmt.Sprintf("%d/%d", f.Num, f.Den), N: f.Unseen}, why: Reason{En: f.Target, Zh: f.Name}}
			}
		}
	}
	return given{}
}

// records are the rows of a question as a desk's: those of one ticket stand together.
func records(q Question) wuye.Records {
	return wuye.Records{Money: q.Money, Done: q.Done, Tickets: func(yield func([]ticket.Event) bool) {
		for rows := q.History; len(rows) > 0; {
			n := slices.IndexFunc(rows, func(e ticket.Event) bool { return e.Ticket != rows[0].Ticket })
			if n < 0 {
				n = len(rows)
			}
			if !yield(rows[:n]) {
				return
			}
			rows = rows[n:]
		}
	}}
}

func month(d *wuye.Desk, q Question) Answer {
	m, err := calendar.ParseMonth(q.Args[1])
	if err != nil {
		return Answer{Code: code(err)}
	}
	end, err := d.MonthEnd(m, records(q), q.Key, q.AsOf)
	if err != nil {
		return Answer{Code: code(err)}
	}
	var a Answer
	sample := func(d sampling.Draw) { a.IDs, a.N = d.Ranked[:d.Size], d.Visits }
	switch q.Args[0] {
	case "routine":
		sample(end.Routine)
	case "cash":
		sample(end.Cash)
	case "banked":
		sample(end.Banked)
	case "complaints":
		a.IDs = end.Complaints
	case "major":
		a.IDs = end.Major
	}
	a.IDs = slices.Sorted(slices.Values(a.IDs))
	return a
}

func quote(q Question) given {
	var prices []billing.Price
	var lines []billing.Line
	on, err := calendar.ParseDate(q.Args[0])
	if err != nil {
		return refused(err, "")
	}
	for i, arg := range q.Args[1:] {
		price, qty, _ := strings.Cut(arg, " ")
		p, errP := decimal.NewFromString(price)
		n, errN := decimal.NewFromString(qty)
		if err := errors.Join(errP, errN); err != nil {
			return refused(err, "")
		}
		item := strconv.Itoa(i)
		prices = append(prices, billing.Price{Item: item, Yuan: p, From: on})
		lines = append(lines, billing.Line{Item: item, Qty: n})
	}
	list, err := billing.NewPriceList(prices...)
	if err != nil {
		return refused(err, "")
	}
	quoted, err := list.Quote(on, lines...)
	if err != nil {
		return refused(err, "")
	}
	var amounts []string
	for _, l := range quoted.Lines {
		amounts = append(amounts, l.Amount.String())
	}
	why := strings.Join(amounts, " + ")
	return given{Answer: Answer{Amount: quoted.Total.String(), IDs: []string{quoted.Total.Capital()}}, why: Reason{En: why, Zh: why}}
}

func closing(q Question) given {
	m, err := calendar.ParseMonth(q.Args[0])
	if err != nil {
		return refused(err, "")
	}
	var since time.Time
	if len(q.Args) > 1 {
		if since, err = time.Parse(time.RFC3339Nano, q.Args[1]); err != nil {
			return refused(err, "")
		}
	}
	s, err := billing.Close(q.Money, m, since, q.AsOf)
	if err != nil {
		return refused(err, "")
	}
	g := given{Answer: Answer{N: len(s.New), Amount: s.Batched.String()}}
	for _, c := range s.Batch {
		g.IDs = append(g.IDs, c.Serial)
	}
	if all := append(slices.Clip(s.New), s.Carried...); len(all) == 1 {
		c := all[0]
		g.why = Reason{En: fmt.Sprintf("%s stands at %s, %s", c.Serial, c.State, c.Payment), Zh: fmt.Sprintf("%s：%s，%s", c.Serial, c.State.Label(), c.Payment.Label())}
	}
	return g
}
