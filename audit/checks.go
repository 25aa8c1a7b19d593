package audit

import (
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A check judges one clause that only a finished history shows. If the site cannot record
// one of the rows that it needs, the clause is not judged.
type check struct {
	clause rule.ID
	needs  []ticket.EventType
	run    func(c *dossier, clause rule.ID)
}

// checks are in document order. Clauses that a clock or the flow's table already makes hold
// are not here: a breach or a refused row tells of them.
var checks = []check{
	{"HB-2.2c", []ticket.EventType{ticket.Rated}, (*dossier).satisfactionAsked},
	{"HL1-4.3", []ticket.EventType{ticket.Informed}, (*dossier).followed},
	{"HL2-3.2.3", []ticket.EventType{ticket.PlanStarted}, (*dossier).planStarted},
	{"HL2-4.1", []ticket.EventType{ticket.Promised}, (*dossier).limitTold},
	{"HL2-4.2", []ticket.EventType{ticket.Promised}, (*dossier).limitPassedOn},
	{"SP-2.3c", []ticket.EventType{ticket.Rescheduled, ticket.Arrived}, (*dossier).reconfirmed},
	{"SP-2.7.3b", []ticket.EventType{ticket.Revisited}, (*dossier).opinion},
	{"SP-2.4.2a", []ticket.EventType{ticket.Acknowledged}, (*dossier).receiptLogged},
	{"VC-1.3a", []ticket.EventType{ticket.Escalated, ticket.Arrived}, (*dossier).visited},
	{"VC-1.3b", []ticket.EventType{ticket.Escalated, ticket.Reported}, (*dossier).reported},
	{"VC-1.6", []ticket.EventType{ticket.Revisited}, (*dossier).revisitor},
	{"VC-3.5", nil, (*dossier).shirked},
	{"TR-4.5", []ticket.EventType{ticket.Revisited}, (*dossier).questions},
	{"TR-4.7b", []ticket.EventType{ticket.Revisited}, (*dossier).attitude},
	{"TR-4.9.3", []ticket.EventType{ticket.Revisited}, (*dossier).visitLength},
	{"QI-3.4a", nil, (*dossier).form},
	{"WY-superior-promise", []ticket.EventType{ticket.Promised}, (*dossier).superiorPromise},
	{"WY-online-revisit", []ticket.EventType{ticket.Revisited}, (*dossier).onlineRevisit},
	{"WY-own-work", nil, (*dossier).ownWork},
	{"WY-unreachable", nil, (*dossier).givenUp},
}

// cycles calls judge with the rows of each cycle: of a complaint, a repair, from contact or
// reopening to the row before the next reopening.
func (c *dossier) cycles(judge func(rows []row)) {
	for begin := 0; begin < len(c.rows); {
		end := begin + 1
		for end < len(c.rows) && c.rows[end].cycle == c.rows[begin].cycle {
			end++
		}
		judge(c.rows[begin:end])
		begin = end
	}
}

// last is what is known of the ticket after these rows.
func last(rows []row) ticket.Facts { return rows[len(rows)-1].facts }

// first is the place of the first row of one of these types, -1 if there is none.
func first(rows []row, types ...ticket.EventType) int {
	return slices.IndexFunc(rows, func(r row) bool { return slices.Contains(types, r.Type) })
}

func named(f ticket.Facts) bool { return f.Caller != ticket.Anonymous }

// events are the rows without what was known after each.
func events(rows []row) []ticket.Event {
	all := make([]ticket.Event, len(rows))
	for i, r := range rows {
		all[i] = *r.Event
	}
	return all
}

// satisfactionAsked: before the file is closed the customer has been asked how satisfied he
// is. It implements HB-2.2c, and QI-A.8 by the decision on it.
func (c *dossier) satisfactionAsked(clause rule.ID) {
	c.cycles(func(rows []row) {
		end := first(rows, ticket.Archived)
		if end < 0 || !named(last(rows)) {
			return
		}
		if !slices.ContainsFunc(rows, func(r row) bool { return r.Type == ticket.Rated || r.Grade != "" }) {
			c.find(clause, rows[end].At, rows[end].By, "归档前没有问过客户是否满意")
		}
	})
}

// followed: an open ticket is looked at every day, so no row comes later than the end of the
// day after the one before it. It implements HL1-4.3 and WY-follow-up, and for complaints and
// suggestions HL2-3.2.4 and HL2-4.3; the interval is ours, so a gap is no more than a warning.
func (c *dossier) followed(clause rule.ID) {
	open := true
	gap := func(from, to time.Time) {
		due, err := sla.Days(1).Due(c.calendar, from)
		if err == nil && !due.Met(to) && (c.takeover.IsZero() || due.At.After(c.takeover)) {
			c.add(clause, Warning, due.At, ticket.Actor{Role: ticket.Assistant}, to.Sub(due.At), "超过一天没有跟进，直到"+clock(to))
		}
	}
	for i, r := range c.rows {
		switch r.Type {
		case ticket.Told, ticket.SignedOff, ticket.Withdrawn, ticket.Merged, ticket.Voided, ticket.Archived:
			open = false
		case ticket.Reopened, ticket.Disputed:
			open = true
		case ticket.Imported:
			open = !slices.Contains([]ticket.State{ticket.Answered, ticket.Closed, ticket.Void}, r.State)
		}
		if !open {
			continue
		}
		next := c.asOf
		if i+1 < len(c.rows) {
			next = c.rows[i+1].At
		}
		gap(r.At, next)
	}
}

// planStarted: the emergency plan is started that day and before anything is finished. It
// implements HL2-3.2.3 with WY-at-once.
func (c *dossier) planStarted(clause rule.ID) {
	if c.rows[0].facts.Urgency != ticket.Emergency {
		return
	}
	plan, end := first(c.rows, ticket.PlanStarted), first(c.rows, ticket.Completed, ticket.Told)
	contact := c.rows[0]
	day := calendar.DateOf(contact.At).AddDays(1).Start()
	switch {
	case plan >= 0 && c.rows[plan].At.Before(day) && (end < 0 || !c.rows[end].At.Before(c.rows[plan].At)):
	case plan >= 0:
		c.find(clause, c.rows[plan].At, c.rows[plan].By, "应急预案没有立即启动")
	case end >= 0 || !c.asOf.Before(day):
		c.find(clause, contact.At, ticket.Actor{Role: ticket.Assistant}, "紧急事件没有启动应急预案")
	}
}

// limitTold: a complaint is promised an answer by a time before it is forwarded. It implements
// HL2-4.1.
func (c *dossier) limitTold(clause rule.ID) {
	c.forwarded(func(before []row, forward row) {
		if first(before, ticket.Promised) < 0 {
			c.find(clause, forward.At, forward.By, "转办前没有把处理时限告诉业主")
		}
	})
}

// limitPassedOn: the limit that the department gets is no later than the one promised. It
// implements HL2-4.2.
func (c *dossier) limitPassedOn(clause rule.ID) {
	c.forwarded(func(before []row, forward row) {
		if i := first(before, ticket.Promised); i >= 0 && forward.Until.After(before[i].Until) {
			c.find(clause, forward.At, forward.By, "转给部门的时限晚于答应业主的时限")
		}
	})
}

// forwarded calls judge where a complaint first leaves the desk in each cycle.
func (c *dossier) forwarded(judge func(before []row, forward row)) {
	c.cycles(func(rows []row) {
		if i := first(rows, ticket.Dispatched, ticket.ReferredOut); i >= 0 && rows[i].facts.Kind == ticket.Complaint && named(rows[i].facts) {
			judge(rows[:i], rows[i])
		}
	})
}

// reconfirmed: who cannot come at the appointed time says so before it. It implements SP-2.3c.
func (c *dossier) reconfirmed(clause rule.ID) {
	var appointed time.Time
	for _, r := range c.rows {
		switch {
		case r.Type == ticket.Registered && r.facts.Nature == ticket.Special, r.Type == ticket.Rescheduled && r.At.Before(appointed):
			appointed = r.Until
		case r.Type == ticket.Reopened, r.Type == ticket.Withdrawn, r.Type == ticket.Declined, r.Type == ticket.Abandoned:
			appointed = time.Time{}
		case !appointed.IsZero() && r.At.After(appointed) && (r.Type == ticket.Arrived || r.Type == ticket.Rescheduled):
			c.find(clause, appointed, r.By, "没有按约定时间上门，事先也没有与客户另约")
			appointed = time.Time{}
		case r.Type == ticket.Arrived:
			appointed = time.Time{}
		}
	}
}

// receiptLogged: the worker logs that he has the slip before he starts. It implements SP-2.4.2a.
func (c *dossier) receiptLogged(clause rule.ID) {
	c.cycles(func(rows []row) {
		i := first(rows, ticket.Started)
		if i >= 0 && rows[i].facts.Nature == ticket.Special && first(rows[:i], ticket.Acknowledged) < 0 {
			c.find(clause, rows[i].At, rows[i].By, "开工前没有登记接单时间")
		}
	})
}

// escalated calls judge for each complaint put to a higher tier because it was not solved.
func (c *dossier) escalated(judge func(step escalation.Step, rows []row, at int)) {
	c.cycles(func(rows []row) {
		for i, r := range rows {
			if r.Type != ticket.Escalated || r.facts.Kind != ticket.Complaint {
				continue
			}
			if step, ok := c.policy.Ladder.Next(r.By.Role, escalation.Unsolved); ok && r.To.Role.Tier() >= step.To.Tier() {
				judge(step, rows, i)
			}
		}
	})
}

// visited: the supervisor to whom an unsolved complaint goes has been on site when it is
// answered. It implements VC-1.3a.
func (c *dossier) visited(clause rule.ID) {
	c.escalated(func(step escalation.Step, rows []row, at int) {
		end := first(rows[at:], ticket.Told, ticket.SignedOff)
		if !step.Visit || step.Clause != clause || end < 0 {
			return
		}
		if !slices.ContainsFunc(rows[at:], func(r row) bool {
			there := r.Type == ticket.Arrived || r.Type == ticket.Inspected || r.Type == ticket.Revisited && r.Channel == ticket.Visit
			return there && r.By.Role.Tier() >= step.To.Tier()
		}) {
			c.find(clause, rows[at+end].At, rows[at].To, "接手的%s没有上门", step.To.Label())
		}
	})
}

// reported: what goes to the manager goes with a written report. It implements VC-1.3b.
func (c *dossier) reported(clause rule.ID) {
	c.escalated(func(step escalation.Step, rows []row, at int) {
		if step.Report && step.Clause == clause && first(rows[:at], ticket.Reported) < 0 {
			c.find(clause, rows[at].At, rows[at].By, "上报%s时没有书面报告", step.To.Label())
		}
	})
}

// revisitor: who revisits a complaint, by the reading complaint-revisitor, judged when it is
// archived. Strict: a valid one the manager on site (TR-4.7a), one that a supervisor or above
// settled that tier (VC-1.6), any other the desk (VC-1.4c). Tier: VC-1.6 alone. Validity is
// that of the reading complaint-validity.
func (c *dossier) revisitor(rule.ID) {
	c.cycles(func(rows []row) {
		end := first(rows, ticket.Archived)
		if f := last(rows); end < 0 || f.Kind != ticket.Complaint || !named(f) {
			return
		}
		if slices.ContainsFunc(rows, func(r row) bool { return r.Type == ticket.Missed && r.Approver.Role != "" }) {
			return // WY-unreachable: given up with approval
		}
		by := func(role ticket.Role, visit bool) bool {
			return slices.ContainsFunc(rows, func(r row) bool {
				return r.Type == ticket.Revisited && r.By.Role.Tier() >= role.Tier() && (!visit || r.Channel == ticket.Visit)
			})
		}
		at, who := rows[end].At, rows[end].By
		settled := settledBy(rows)
		strict := c.policy.Reading("complaint-revisitor") == "strict"
		switch {
		case strict && c.policy.ValidComplaint(events(rows)) && !by(ticket.Manager, true):
			c.find("TR-4.7a", at, who, "有效投诉没有由经理上门回访")
		case settled != ticket.Assistant && !by(settled, false):
			c.find("VC-1.6", at, who, "由%s出面解决的投诉，没有由同级或以上的人回访", settled.Label())
		case !by(ticket.Assistant, false):
			c.find("VC-1.4c", at, who, "投诉没有回访")
		}
	})
}

// settledBy is the highest tier that dealt with the ticket in the cycle: who escalated, started
// or completed it, or to whom that went, and who settled it with a word. It is what
// ticket.Ticket keeps as Tier, of a history that the flow may refuse.
func settledBy(rows []row) ticket.Role {
	settled, atOnce := ticket.Assistant, true
	deals := func(roles ...ticket.Role) {
		for _, r := range roles {
			if r.Tier() > settled.Tier() {
				settled = r
			}
		}
	}
	for _, r := range rows {
		switch r.Type {
		case ticket.Escalated:
			deals(r.By.Role, r.To.Role)
		case ticket.Started, ticket.Completed:
			deals(r.By.Role, r.To.Role)
			atOnce = false
		case ticket.Told:
			if atOnce {
				deals(r.By.Role)
			}
			atOnce = false
		case ticket.Returned:
			atOnce = true
		case ticket.Dispatched, ticket.ReferredOut, ticket.Replied, ticket.Declined, ticket.Abandoned:
			atOnce = false
		}
	}
	return settled
}

// shirked: a matter is not sent from hand to hand: a second return or transfer in one cycle
// gives its reason. It implements VC-3.5.
func (c *dossier) shirked(clause rule.ID) {
	c.cycles(func(rows []row) {
		moves, out := 0, false
		for _, r := range rows {
			switch {
			case r.Type == ticket.Returned, r.Type == ticket.Dispatched && out:
				if moves++; moves > 1 && r.Reason == "" {
					c.find(clause, r.At, r.By, "一再退单或转单，没有说明原因")
				}
				out = r.Type == ticket.Dispatched
			case r.Type == ticket.Dispatched:
				out = true
			case r.Type == ticket.Disputed:
				out, moves = false, 0
			}
		}
	})
}

// questions: a revisit of work done asks whether it was on time, the attitude and the
// quality. It implements TR-4.5.
func (c *dossier) questions(clause rule.ID) {
	for _, r := range c.rows {
		work := r.facts.Kind == ticket.Repair || r.facts.Kind == ticket.Cleaning || r.facts.Kind == ticket.Service
		if r.Type == ticket.Revisited && work && (r.Punctual == "" || r.Attitude == "" || r.Quality == "") {
			c.find(clause, r.At, r.By, "回访没有问全守时、态度、质量三项")
		}
	}
}

// opinion: the revisit of a special service leaves the customer's opinion on record: written
// by himself on site, or by the caller. It implements SP-2.7.3a and SP-2.7.3b.
func (c *dossier) opinion(phone rule.ID) {
	for _, r := range c.rows {
		if r.Type != ticket.Revisited || r.facts.Nature != ticket.Special || r.Grade != "" || r.Reason != "" {
			continue
		}
		if r.Channel == ticket.Visit {
			c.find("SP-2.7.3a", r.At, r.By, "上门回访没有客户写下的意见")
		} else {
			c.find(phone, r.At, r.By, "电话回访没有记下客户的意见")
		}
	}
}

// attitude: the manager's visit after a valid complaint records what the customer thinks of
// the result. It implements TR-4.7b.
func (c *dossier) attitude(clause rule.ID) {
	for _, r := range c.rows {
		if r.Type == ticket.Revisited && r.facts.Kind == ticket.Complaint && r.By.Role == ticket.Manager && r.Channel == ticket.Visit && r.Grade == "" {
			c.find(clause, r.At, r.By, "经理上门回访没有记下客户对处理结果的态度")
		}
	}
}

// visitLength: a home visit is kept to ten minutes. It implements TR-4.9.3.
func (c *dossier) visitLength(clause rule.ID) {
	for _, r := range c.rows {
		if long := r.Until.Sub(r.At); r.Type == ticket.Revisited && r.Channel == ticket.Visit && !r.Until.IsZero() && long > 10*time.Minute {
			c.find(clause, r.At, r.By, "上门回访用了%d分钟，超过十分钟", int(long/time.Minute))
		}
	}
}

// form: a complaint's form holds all that the site's form has. It implements QI-3.4a and QI-3.3b.
func (c *dossier) form(clause rule.ID) {
	i := first(c.rows, ticket.Registered)
	if i < 0 || c.rows[i].facts.Kind != ticket.Complaint || len(c.rows[i].Has) == 0 {
		return
	}
	var lacking []ticket.Particular
	for _, p := range c.policy.Form {
		if !slices.Contains(c.rows[i].Has, p) && (p != ticket.Name || named(c.rows[i].facts)) {
			lacking = append(lacking, p)
		}
	}
	if lacking != nil {
		c.find(clause, c.rows[i].At, c.rows[i].By, "投诉记录缺少：%s", names(lacking))
	}
}

// superiorPromise: an important or major complaint, for which the documents give no limit, has
// been promised an answer by a supervisor or above when it is answered, unless that was within
// the two hours told at intake. It implements WY-superior-promise.
func (c *dossier) superiorPromise(clause rule.ID) {
	c.cycles(func(rows []row) {
		end := first(rows, ticket.Told, ticket.SignedOff)
		if end < 0 {
			return
		}
		f := rows[end].facts
		grave := f.Severity == ticket.Important || f.Severity == ticket.Major
		if f.Kind != ticket.Complaint || !named(f) || !grave || !rows[end].At.After(rows[0].At.Add(2*time.Hour)) {
			return
		}
		if !slices.ContainsFunc(rows[:end], func(r row) bool { return r.Type == ticket.Promised && r.By.Role.Tier() > ticket.Assistant.Tier() }) {
			c.find(clause, rows[end].At, rows[end].By, "重要或重大投诉没有由主管以上答应答复时间")
		}
	})
}

// onlineRevisit: a revisit online counts if a person answered: a grade that is missing or
// given by default is none. It implements WY-online-revisit.
func (c *dossier) onlineRevisit(clause rule.ID) {
	for _, r := range c.rows {
		if r.Type == ticket.Revisited && r.Channel == ticket.Online && (r.Grade == "" || r.Grade == ticket.NoGrade) {
			c.find(clause, r.At, r.By, "线上回访没有客户本人的评价，不算回访")
		}
	}
}

// givenUp: who gives a customer up, for another order or with approval, has tried three times
// on two days. It implements WY-unreachable.
func (c *dossier) givenUp(clause rule.ID) {
	c.cycles(func(rows []row) {
		tries, days := 0, map[calendar.Date]bool{}
		for _, r := range rows {
			if r.Type != ticket.Missed {
				continue
			}
			tries++
			days[calendar.DateOf(r.At)] = true
			if (r.Ref != "" || r.Approver.Role != "") && (tries < 3 || len(days) < 2) {
				c.find(clause, r.At, r.By, "联系不上满三次、分在两天之前就作未访处理")
			}
		}
	})
}

// ownWork: nobody who worked on it, as helper or before others, revisits or rates it;
// complaints excepted. It implements WY-own-work.
func (c *dossier) ownWork(clause rule.ID) {
	worked := map[string]bool{}
	for _, r := range c.rows {
		switch r.Type {
		case ticket.Dispatched, ticket.Joined:
			worked[r.To.ID] = true
		case ticket.Acknowledged, ticket.Arrived, ticket.Started:
			worked[r.By.ID] = true
		case ticket.Revisited, ticket.Rated:
			if c.refused[r.Seq] == clause {
				continue // the flow said so
			}
			if r.By.ID != "" && worked[r.By.ID] && r.By.Role != ticket.Customer && (r.facts.Kind != ticket.Complaint || r.Type == ticket.Rated) {
				c.find(clause, r.At, r.By, "自己经手的单由自己回访或评价")
			}
		}
	}
}
