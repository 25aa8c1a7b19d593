package audit

import (
	"iter"
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A check judges one clause that only a finished history shows: of histories with a row of
// one of these types, of all that it asks of the ticket, unless the site cannot record a type
// that the clause needs, or its form lacks a box for it.
type check struct {
	clause rule.ID
	on     set
	of     set
	needs  []ticket.EventType
	boxes  []ticket.Particular
	run    func(c *dossier, k *check)
	want   string // what would have met it
}

// checks are in document order. Clauses that a clock or the flow's table already makes hold
// are not here: a breach or a refused row tells of them.
var checks = [...]check{
	{"HB-2.2c", archived, 0, []ticket.EventType{ticket.Rated}, nil, (*dossier).satisfactionAsked, "归档前问过客户是否满意"},
	{"HL1-4.3", every, silent, []ticket.EventType{ticket.Informed}, nil, (*dossier).followed, "最迟在第二天24:00前跟进一次，并记下来"},
	{"HL2-3.2.3", every, emergency, []ticket.EventType{ticket.PlanStarted}, nil, (*dossier).planBegun, "当天启动应急预案，并在办完之前"},
	{"HL2-4.1", dispatched | referredOut, complaint, []ticket.EventType{ticket.Promised}, nil, (*dossier).limitTold, "转出之前先承诺答复时间"},
	{"HL2-4.2", dispatched | referredOut, complaint, []ticket.EventType{ticket.Promised}, nil, (*dossier).limitPassedOn, "转办时限不晚于答应业主的时间"},
	{"VC-1.3a", escalated, 0, []ticket.EventType{ticket.Escalated, ticket.Arrived}, nil, (*dossier).handedUp, "接手人答复前到过现场"},
	{"VC-1.3b", escalated, 0, []ticket.EventType{ticket.Escalated, ticket.Reported}, nil, (*dossier).handedUp, "上报之前先写书面报告"},
	{"VC-1.6", archived, complaint, []ticket.EventType{ticket.Revisited}, nil, (*dossier).revisitor, ""},
	{"VC-3.4", told | declined, suggestion, []ticket.EventType{ticket.Escalated}, nil, (*dossier).suggested, "答复前报经理，由经理采纳、定出计划或说明不采纳的理由"},
	{"VC-3.5", returned | dispatched, 0, nil, nil, (*dossier).shirked, "再次退单或转单时写明理由"},
	{"VC-4.1a", registered, linked, []ticket.EventType{ticket.Promised, ticket.Told}, nil, (*dossier).pointPromised, "当天答复，或当天约定答复时间"},
	{"TR-5.0b", registered, linked, []ticket.EventType{ticket.Told}, nil, (*dossier).pointAnswered, "最迟在当月月末答复，约定得更晚的，在约定时间之前"},
	{"TR-4.5", revisited, work, []ticket.EventType{ticket.Revisited}, nil, (*dossier).questions, "守时、态度、质量三项都问到"},
	{"TR-4.7b", revisited, complaint, []ticket.EventType{ticket.Revisited}, nil, (*dossier).attitude, "记下客户对处理结果的评价"},
	{"TR-4.9.3", revisited, 0, []ticket.EventType{ticket.Revisited}, nil, (*dossier).visitLength, "十分钟以内结束"},
	{"SP-2.3c", arrived | rescheduled, special, []ticket.EventType{ticket.Rescheduled, ticket.Arrived}, nil, (*dossier).reconfirmed, "按时到场，或在约定时间之前与客户另约"},
	{"SP-2.4.2a", started, special, []ticket.EventType{ticket.Acknowledged}, nil, (*dossier).receiptLogged, "开工前登记接单"},
	{"SP-2.4.2c", agreed, special, []ticket.EventType{ticket.Inspected}, nil, (*dossier).inspectedFirst, "谈价之前先到现场看清"},
	{"SP-2.4.3", givenBack, special, []ticket.EventType{ticket.Issued}, nil, (*dossier).drawnOnRecord, "领用时办好手续"},
	{"SP-2.6.1.1a", archived, special, []ticket.EventType{ticket.WrittenOff}, nil, (*dossier).writtenOff, "把派工单拿到中心核销"},
	{"SP-2.6.1.1b", archived, special, []ticket.EventType{ticket.GivenBack}, nil, (*dossier).givenBack, "把材料和工具退回仓库"},
	{"SP-2.7.3b", revisited, special, []ticket.EventType{ticket.Revisited}, nil, (*dossier).opinion, ""},
	{"QI-A.3b", every, complaint | overdue, []ticket.EventType{ticket.Urged}, nil, (*dossier).unfinished, "查明没办完的原因，并催办"},
	{"QI-A.3b", held, 0, nil, nil, (*dossier).contacted, "业主一来联系就恢复计时"},
	{"QI-2.5", registered, 0, nil, []ticket.Particular{ticket.LongRing, ticket.Apology}, (*dossier).longRing, "三声之内接听，或先致歉"},
	{"QI-3.3a", registered, complaint, nil, []ticket.Particular{ticket.Apology}, (*dossier).box, "向投诉人致歉，并记下来"},
	{"QI-3.4a", registered, complaint, nil, nil, (*dossier).form, "登记时把表上各栏填全"},
	{"QI-3.4b", registered, complaint, nil, []ticket.Particular{ticket.ReadBack}, (*dossier).box, "把记录向客户复述一遍，并记下来"},
	{"QI-3.7c", every, complaint | serious, []ticket.EventType{ticket.Informed}, nil, (*dossier).graveTold, "最迟在第二天24:00前把进展告诉客户"},
	{"WY-superior-promise", answer, complaint | serious, []ticket.EventType{ticket.Promised}, nil, (*dossier).superiorPromise, "主管以上答应答复时间，或两小时内答复"},
	{"WY-inbound", registered, inbound, nil, nil, (*dossier).inbound, ""},
	{"WY-online-revisit", revisited, 0, []ticket.EventType{ticket.Revisited}, nil, (*dossier).onlineRevisit, "由客户本人作出评价"},
	{"WY-own-work", revisited | rated, 0, nil, nil, (*dossier).ownWork, "由没有经手的人回访或评价"},
	{"WY-unreachable", missed, 0, nil, nil, (*dossier).givenUp, "先分在两天联系三次"},
}

// with are the cycles that have a row of one of these types.
func (c *dossier) with(types set) iter.Seq[*cycle] {
	return func(yield func(*cycle) bool) {
		for i := range c.cycles {
			if y := &c.cycles[i]; y.seen&types != 0 && !yield(y) {
				return
			}
		}
	}
}

// now is what is known of the ticket after these rows.
func (y *cycle) now() *ticket.Facts { return y.rows[len(y.rows)-1].facts }

// first is the place of the first row of one of these types, -1 if there is none.
func first(rows []row, types set) int {
	for i := range rows {
		if rows[i].is&types != 0 {
			return i
		}
	}
	return -1
}

func named(f *ticket.Facts) bool { return f.Caller != ticket.Anonymous }

// grievance reports whether f is of a complaint by somebody who can be answered.
func grievance(f *ticket.Facts) bool { return f.Kind == ticket.Complaint && named(f) }

func grave(f *ticket.Facts) bool { return f.Severity == ticket.Important || f.Severity == ticket.Major }

// satisfactionAsked: before the file is closed the customer has been asked how satisfied he
// is. It implements HB-2.2c and, with the flow, by which an item that is closed was registered,
// handled and brought to a result, and with followed, QI-A.8, whose "revisited" this question
// is by the decision on it.
func (c *dossier) satisfactionAsked(k *check) {
	for y := range c.with(archived) {
		end := first(y.rows, archived)
		if !named(y.now()) {
			continue
		}
		if !slices.ContainsFunc(y.rows, func(r row) bool { return r.is == rated || r.Grade != "" }) {
			c.find(k.clause, y.rows[end].At, y.rows[end].By, "归档前没有问过客户是否满意", k.want)
		}
	}
}

// followed: an open ticket is looked at every day, so no row comes later than the end of the
// day after the one before it. Open is what the flow says: a row too late to move the state
// leaves it open, and its clocks may have lapsed. A gap is told once: of a complaint under
// HL2-4.3, of a suggestion under HL2-3.2.4, of all else, or where the site does not keep these,
// under HL1-4.3. It implements HL1-4.3, HL2-3.2.4, HL2-4.3 and WY-follow-up; the interval is
// ours, so a gap is no more than a warning.
func (c *dossier) followed(k *check) {
	ended := false
	var last time.Time // of the rows so far
	for i := range c.rows {
		r := &c.rows[i]
		if r.At.After(last) {
			last = r.At
		}
		if !r.late {
			ended = ends(ended, r.Event, r.is)
		}
		next := c.asOf
		if i+1 < len(c.rows) {
			next = c.rows[i+1].At
		}
		if !ended {
			c.gap(c.followUp(r.facts.Kind), k, last, next, "超过一天没有跟进，直到")
		}
	}
}

// ends reports whether a ticket has ended after a row that is not late, which had or had not before.
func ends(ended bool, e *ticket.Event, is set) bool {
	switch {
	case is&(answer|void|archived) != 0:
		return true
	case is&(reopened|disputed) != 0:
		return false
	case is == imported:
		return e.State == ticket.Answered || e.State == ticket.Closed || e.State == ticket.Void
	}
	return ended
}

// followUp is the clause that asks for the follow-up of such a ticket.
func (c *dossier) followUp(kind ticket.Kind) rule.ID {
	switch {
	case kind == ticket.Complaint && c.rules.Keeps("HL2-4.3"):
		return "HL2-4.3"
	case (kind == ticket.Complaint || kind == ticket.Suggestion) && c.rules.Keeps("HL2-3.2.4"):
		return "HL2-3.2.4"
	}
	return "HL1-4.3"
}

// gap warns of what was silent for longer than to the end of the next day.
func (c *dossier) gap(id rule.ID, k *check, from, to time.Time, zh string) {
	if to.Sub(from) <= day { // most rows are no day apart
		return
	}
	due := nextDay(from)
	if !to.Before(due) && (c.takeover.IsZero() || due.After(c.takeover)) && c.add(id, Warning, due, ticket.Actor{Role: ticket.Assistant}, to.Sub(due), "", k.want) {
		c.said(c.say(zh, to))
	}
}

const day = 24 * time.Hour

// nextDay is the end of the day after that of an instant, 24:00.
func nextDay(t time.Time) time.Time { return calendar.DateOf(t).AddDays(2).Start() }

// planBegun: the emergency plan is started on the day of the emergency and before anything is
// finished. It implements HL2-3.2.3 with WY-at-once.
func (c *dossier) planBegun(k *check) {
	begin := slices.IndexFunc(c.rows, func(r row) bool { return r.facts.Urgency == ticket.Emergency })
	if begin < 0 {
		return
	}
	plan, end := first(c.rows, planStarted), first(c.rows, completed|told)
	day := calendar.DateOf(c.rows[begin].At).AddDays(1).Start()
	switch {
	case plan >= 0 && c.rows[plan].At.Before(day) && (end < 0 || !c.rows[end].At.Before(c.rows[plan].At)):
	case plan >= 0:
		c.find(k.clause, c.rows[plan].At, c.rows[plan].By, "应急预案没有立即启动", k.want)
	case end >= 0 || !c.asOf.Before(day):
		c.find(k.clause, c.rows[begin].At, ticket.Actor{Role: ticket.Assistant}, "紧急事件没有启动应急预案", k.want)
	}
}

// limitTold: a complaint is promised an answer by a time before it is forwarded. It implements
// HL2-4.1.
func (c *dossier) limitTold(k *check) {
	c.forwarded(func(before []row, forward *row) {
		if first(before, promised) < 0 {
			c.find(k.clause, forward.At, forward.By, "转办前没有把处理时限告诉业主", k.want)
		}
	})
}

// limitPassedOn: the limit that the department gets is no later than the one promised. It
// implements HL2-4.2.
func (c *dossier) limitPassedOn(k *check) {
	c.forwarded(func(before []row, forward *row) {
		if i := first(before, promised); i >= 0 && forward.Until.After(before[i].Until) {
			c.find(k.clause, forward.At, forward.By, "转给部门的时限晚于答应业主的时限", k.want)
		}
	})
}

// forwarded calls judge where a complaint first leaves the desk in each cycle.
func (c *dossier) forwarded(judge func(before []row, forward *row)) {
	for y := range c.with(dispatched | referredOut) {
		if i := first(y.rows, dispatched|referredOut); grievance(y.rows[i].facts) {
			judge(y.rows[:i], &y.rows[i])
		}
	}
}

// handedUp: what the ladder asks to be shown before the next step: he who took over has been
// on site, what goes to the manager goes with a written report. It implements VC-1.3a and VC-1.3b.
func (c *dossier) handedUp(k *check) {
	if c.conditions == nil {
		c.conditions = c.rules.Conditions(c.known, c.asOf)
	}
	for _, d := range c.conditions {
		switch {
		case d.Clause != k.clause || !d.Broken(c.asOf):
		case k.clause == "VC-1.3a":
			c.find(k.clause, d.Due.At, d.Who, "接手的"+d.Who.Role.Label()+"没有上门", k.want)
		default:
			c.find(k.clause, d.Due.At, d.Who, "上报时没有书面报告", k.want)
		}
	}
}

// suggested: a suggestion is the manager's to adopt, to plan or to decline, so it has been put
// to him, or he has dealt with it himself, when it is answered. One that was raised in a revisit
// departs from VC-4.1d, any other from VC-3.4. It implements VC-3.4 and VC-4.1d.
func (c *dossier) suggested(k *check) {
	for y := range c.with(told | declined) {
		end := first(y.rows, told|declined)
		if y.rows[end].facts.Kind != ticket.Suggestion {
			continue
		}
		if slices.ContainsFunc(y.rows[:end+1], func(r row) bool {
			return r.By.Role == ticket.Manager || r.is == escalated && r.To.Role == ticket.Manager
		}) {
			continue
		}
		if y.rows[end].facts.Linked {
			c.find("VC-4.1d", y.rows[end].At, y.rows[end].By, "回访中提出的建议没有报经理定夺就答复了", k.want)
		} else {
			c.find(k.clause, y.rows[end].At, y.rows[end].By, "建议没有报经理定夺就答复了", k.want)
		}
	}
}

// shirked: a matter is not sent from hand to hand: a second return or transfer in one cycle
// gives its reason. It implements VC-3.5.
func (c *dossier) shirked(k *check) {
	for y := range c.with(returned | dispatched) {
		moves, out := 0, false
		for i := range y.rows {
			r := &y.rows[i]
			switch {
			case r.is == returned, r.is == dispatched && out:
				if moves++; moves > 1 && r.Reason == "" && c.refused[r.Seq] != k.clause {
					c.find(k.clause, r.At, r.By, "一再退单或转单，没有说明原因", k.want)
				}
				out = r.is == dispatched
			case r.is == dispatched:
				out = true
			case r.is == disputed:
				out, moves = false, 0
			}
		}
	}
}

// unfinished: a complaint that is not answered a day after it should have been has its cause on
// record (why it was held, extended, returned, reported) and was urged, before it ends or by
// asOf. It implements QI-A.3b.
func (c *dossier) unfinished(k *check) {
	told := 0 // the cycle of which it was said
	for i := range c.verdicts {
		v := &c.verdicts[i]
		if v.Status != sla.Breached || v.Cycle == told || v.Clause != "QI-3.7a" && v.Clause != "QI-3.5t" && v.Clause != "HL3-3.3" {
			continue
		}
		end := v.Stop
		if end.IsZero() {
			end = c.asOf
		}
		due := nextDay(v.Due.At.Add(-1))
		if end.Before(due) {
			continue
		}
		complaint, cause, urging := false, false, false
		for _, r := range c.rows {
			if r.cycle == v.Cycle && !r.At.After(end) {
				complaint = r.facts.Kind == ticket.Complaint
				cause = cause || r.is&(registered|imported) == 0 && (r.Reason != "" || r.Hold != "")
				urging = urging || r.is == urged
			}
		}
		if !complaint || cause && urging {
			continue
		}
		told = v.Cycle
		zh := "过期一天仍未办完，没有查明原因，也没有催办"
		switch {
		case cause:
			zh = "过期一天仍未办完，没有催办"
		case urging:
			zh = "过期一天仍未办完，没有查明原因"
		}
		c.find(k.clause, due, ticket.Actor{Role: ticket.Assistant}, zh, k.want)
	}
}

// contacted: who waits for the owner waits no longer once the owner is in contact. It
// implements QI-A.3b for the reason that a hold gives.
func (c *dossier) contacted(k *check) {
	for i, hold := range c.rows {
		if hold.is != held || hold.Hold != ticket.WaitingCustomer {
			continue
		}
		end := slices.IndexFunc(c.rows[i+1:], func(r row) bool { return r.is == resumed || r.is&moving != 0 && !r.At.Before(hold.At) })
		for _, r := range c.rows {
			if r.By.Role == ticket.Customer && r.At.After(hold.At) && (end < 0 || r.At.Before(c.rows[i+1+end].At)) {
				c.find(k.clause, r.At, hold.By, "以等待业主为由挂起，业主已来联系，仍未恢复", k.want)
				break
			}
		}
	}
}

// graveTold: the customer of an important or major complaint hears how it stands no later than
// the end of the next day, until it is answered. It implements QI-3.7c; the interval is that of
// WY-follow-up and ours, so a gap is no more than a warning. Where nobody looked at the ticket
// at all followed has said so.
func (c *dossier) graveTold(k *check) {
cycles:
	for y := range c.with(every) {
		begin := slices.IndexFunc(y.rows, func(r row) bool { return grievance(r.facts) && grave(r.facts) })
		if begin < 0 {
			continue
		}
		last := y.rows[begin].At
		looked := false // since last
		for i := begin + 1; i < len(y.rows); i++ {
			r := &y.rows[i]
			switch {
			case !r.late && r.is&(answer|void|archived|imported) != 0:
				if looked {
					c.gap(k.clause, k, last, r.At, "重要或重大投诉超过一天没有把进展告诉客户，直到")
				}
				continue cycles
			case r.is&(informed|promised|revisited) != 0 && r.At.After(last):
				if looked {
					c.gap(k.clause, k, last, r.At, "重要或重大投诉超过一天没有把进展告诉客户，直到")
				}
				last, looked = r.At, false
			default:
				looked = true
			}
		}
		if looked {
			c.gap(k.clause, k, last, c.asOf, "重要或重大投诉超过一天没有把进展告诉客户，直到")
		}
	}
}

// form: a complaint's form holds all that the site's form has. It implements QI-3.4a and QI-3.3b.
func (c *dossier) form(k *check) {
	r := c.rows[first(c.rows, registered)]
	if r.facts.Kind != ticket.Complaint || len(r.Has) == 0 {
		return
	}
	var lacking []ticket.Particular
	for _, p := range c.asked {
		if !slices.Contains(r.Has, p) && (p != ticket.Name || named(r.facts)) {
			lacking = append(lacking, p)
		}
	}
	if lacking != nil {
		c.find(k.clause, r.At, r.By, "投诉记录缺少："+names(lacking), k.want)
	}
}

// particulars are all that a form may have, but for its boxes.
var particulars = [...]ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room, ticket.Cause, ticket.Occurred, ticket.Location, ticket.Persons, ticket.Course, ticket.Scope}

// ticked reports whether a row says so.
func (c *dossier) ticked(p ticket.Particular) bool {
	return slices.ContainsFunc(c.rows, func(r row) bool { return slices.Contains(r.Has, p) })
}

// box: where the site's form has a box for it, the complainant was apologised to and the record
// read back to him. It implements QI-3.3a and QI-3.4b.
func (c *dossier) box(k *check) {
	p, zh := ticket.Apology, "没有向投诉人致歉的记录"
	if k.clause == "QI-3.4b" {
		p, zh = ticket.ReadBack, "没有把投诉记录向客户复述的记录"
	}
	if r := c.rows[first(c.rows, registered)]; r.facts.Kind == ticket.Complaint && !c.ticked(p) {
		c.find(k.clause, r.At, r.By, zh, k.want)
	}
}

// longRing: who answered after the third ring, by the form's box, apologised, by the other. It
// implements QI-2.5.
func (c *dossier) longRing(k *check) {
	if r := c.rows[first(c.rows, registered)]; c.ticked(ticket.LongRing) && !c.ticked(ticket.Apology) {
		c.find(k.clause, r.At, r.By, "铃响过三声才接，没有致歉的记录", k.want)
	}
}

// superiorPromise: an important or major complaint, for which the documents give no limit, has
// been promised an answer by a supervisor or above when it is answered, unless that was within
// the two hours told at intake. It implements WY-superior-promise.
func (c *dossier) superiorPromise(k *check) {
	for y := range c.with(answer) {
		end := first(y.rows, answer)
		if f := y.rows[end].facts; !grievance(f) || !grave(f) || !y.rows[end].At.After(y.rows[0].At.Add(2*time.Hour)) {
			continue
		}
		if !slices.ContainsFunc(y.rows[:end], func(r row) bool { return r.is == promised && r.By.Role.Tier() > ticket.Assistant.Tier() }) {
			c.find(k.clause, y.rows[end].At, y.rows[end].By, "重要或重大投诉没有由主管以上答应答复时间", k.want)
		}
	}
}

// onlineRevisit: a revisit online counts if a person answered: a grade that is missing or
// givenUp: who gives a customer up, for another order or with approval, has tried three times
// ownWork: nobody who worked on it, as helper or before others, revisits or rates it;
