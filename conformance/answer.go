package conformance

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/shopspring/decimal"
)

// answer is what the desk's rules say to a question, and the clause that says so, where the
// answer itself knows it. p is the policy in force.
func answer(d *wuye.Desk, p wuye.Policy, q Question) (Answer, rule.ID) {
	switch q.Topic {
	case Size:
		return size(p, q)
	case Due:
		return due(d, q), ""
	case Move:
		return move(q)
	case Verdict:
		return verdict(d, q), ""
	case Step:
		return step(p, q)
	case Firing:
		return firing(d, q), ""
	case Draw:
		s, clause := scheme(p, q.Args[0])
		drawn, err := s.Draw(q.Key, q.Args[1], q.IDs)
		if err != nil {
			return Answer{Code: code(err)}, clause
		}
		return Answer{N: drawn.Visits, IDs: slices.Concat(drawn.ToVisit(), drawn.ToCall())}, clause
	case Revisit:
		if q.Args[0] == "coverage" {
			return coverage(p, q), ""
		}
		return month(d, q), ""
	case Quote:
		return quote(q), ""
	case Close:
		return closing(q), ""
	}
	return Answer{}, ""
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

// scheme is one of the policy's three, with the clause of its draw.
func scheme(p wuye.Policy, name string) (sampling.Scheme, rule.ID) {
	switch name {
	case "cash":
		return p.Cash, "SP-2.7.1b"
	case "banked":
		return p.Banked, "SP-2.7.1c"
	}
	return p.Routine, "TR-4.3a"
}

func size(p wuye.Policy, q Question) (Answer, rule.ID) {
	s, _ := scheme(p, q.Args[0])
	if len(q.Args) > 1 {
		return Answer{N: s.Visits(q.N)}, s.Clause
	}
	b, _ := s.Bracket(q.N)
	return Answer{N: s.Size(q.N)}, b.Clause
}

func due(d *wuye.Desk, q Question) Answer {
	limit := sla.Limit{N: q.N, Unit: sla.Unit(q.Args[0]), Roll: slices.Contains(q.Args, "roll"), Before: slices.Contains(q.Args, "before")}
	due, err := limit.Due(d.Calendar(), q.AsOf)
	switch {
	case err != nil:
		return Answer{Code: code(err), N: due.Unpublished}
	case due.Whole:
		return Answer{At: due.At, Code: "day"}
	}
	return Answer{At: due.At, Code: "instant"}
}

func move(q Question) (Answer, rule.ID) {
	t, err := ticket.Replay(q.History)
	if refusal, ok := errors.AsType[*ticket.Refusal](err); ok {
		return Answer{State: t.State, Code: string(refusal.Code)}, refusal.Clause
	}
	return Answer{State: t.State}, ""
}

func verdict(d *wuye.Desk, q Question) Answer {
	verdicts, err := d.AppendVerdicts(nil, q.History, q.AsOf)
	if err != nil {
		return Answer{Code: code(err)}
	}
	v, n := last(verdicts, rule.ID(q.Args[0]))
	return Answer{Code: string(v.Status), At: v.Due.At, N: n}
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

func step(p wuye.Policy, q Question) (Answer, rule.ID) {
	i := slices.IndexFunc(p.Ladder, func(s escalation.Step) bool {
		return s.From == ticket.Role(q.Args[0]) && s.Cause == escalation.Cause(q.Args[1]) && (len(q.Args) < 3 || s.To == ticket.Role(q.Args[2]))
	})
	if i < 0 || !p.Keeps(p.Ladder[i].Clause) {
		return Answer{}, ""
	}
	s := p.Ladder[i]
	a := Answer{Code: string(s.To)}
	if s.Visit {
		a.IDs = append(a.IDs, "visit")
	}
	if s.Report {
		a.IDs = append(a.IDs, "report")
	}
	return a, s.Clause
}

func firing(d *wuye.Desk, q Question) Answer {
	j, err := d.Judge(q.History, q.AsOf)
	if err != nil {
		return Answer{Code: code(err)}
	}
	var a Answer
	for _, f := range j.Firings {
		if id := rule.ID(q.Args[0]); f.Step.Clause == id || f.For == id {
			a.IDs = append(a.IDs, f.Key)
		}
	}
	return a
}

func coverage(p wuye.Policy, q Question) Answer {
	s, _ := scheme(p, q.Args[1])
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

func month(d *wuye.Desk, q Question) Answer {
	m, err := calendar.ParseMonth(q.Args[1])
	if err != nil {
		return Answer{Code: code(err)}
	}
	records := wuye.Records{Money: q.Money, Tickets: func(yield func([]ticket.Event) bool) {
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
	end, err := d.MonthEnd(m, records, q.Key, q.AsOf)
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

func quote(q Question) Answer {
	var prices []billing.Price
	var lines []billing.Line
	on, err := calendar.ParseDate(q.Args[0])
	if err != nil {
		return Answer{Code: code(err)}
	}
	for i, arg := range q.Args[1:] {
		price, qty, _ := strings.Cut(arg, " ")
		p, errP := decimal.NewFromString(price)
		n, errN := decimal.NewFromString(qty)
		if err := errors.Join(errP, errN); err != nil {
			return Answer{Code: code(err)}
		}
		item := strconv.Itoa(i)
		prices = append(prices, billing.Price{Item: item, Yuan: p, From: on})
		lines = append(lines, billing.Line{Item: item, Qty: n})
	}
	list, err := billing.NewPriceList(prices...)
	if err != nil {
		return Answer{Code: code(err)}
	}
	quoted, err := list.Quote(on, lines...)
	if err != nil {
		return Answer{Code: code(err)}
	}
	return Answer{Amount: quoted.Total.String(), IDs: []string{quoted.Total.Capital()}}
}

func closing(q Question) Answer {
	m, err := calendar.ParseMonth(q.Args[0])
	if err != nil {
		return Answer{Code: code(err)}
	}
	var since time.Time
	if len(q.Args) > 1 {
		if since, err = time.Parse(time.RFC3339Nano, q.Args[1]); err != nil {
			return Answer{Code: code(err)}
		}
	}
	s, err := billing.Close(q.Money, m, since, q.AsOf)
	if err != nil {
		return Answer{Code: code(err)}
	}
	a := Answer{N: len(s.New), Amount: s.Batched.String()}
	for _, c := range s.Batch {
		a.IDs = append(a.IDs, c.Serial)
	}
	return a
}
