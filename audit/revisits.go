package audit

import (
	"slices"
	"strconv"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/ticket"
)

// revisitor: who revisits a complaint (escalation.Revisitor), judged when it is archived.
// Validity is that of the reading complaint-validity, and by the reading complaint-revisitor it
// may not matter; where attempts count, by the reading unreachable, one does. That nobody
// revisited at all, in the flow's eyes, the flow has said. Before the archive nothing is found: the
// right one may still come, and by when he must is the clocks'.
func (c *dossier) revisitor(*check) {
	for y := range c.with(archived) {
		end := first(y.rows, archived)
		if !grievance(y.now()) {
			continue
		}
		if slices.ContainsFunc(y.rows, func(r row) bool {
			return r.is == missed && r.Approver.Role != "" || r.is == revisited && r.By.Role == ticket.Manager && r.Channel == ticket.Visit
		}) {
			continue // WY-unreachable: given up with approval; or by him who may revisit any, as the strictest wants it
		}
		tried := revisited
		if c.rules.Reading("unreachable") == "counts" {
			tried |= missed
		}
		settled := ticket.Assistant
		if c.rules.Keeps("VC-1.6") {
			settled = settledBy(y.rows)
		}
		valid := c.rules.Reading("complaint-revisitor") == "strict" && c.rules.Keeps("TR-4.7a") && c.valid(y.end)
		who, visit, clause := escalation.Revisitor(settled, valid)
		if slices.ContainsFunc(y.rows, func(r row) bool {
			return r.is&tried != 0 && r.By.Role.Tier() >= who.Tier() && (!visit || r.Channel == ticket.Visit)
		}) {
			continue
		}
		at, by := y.rows[end].At, y.rows[end].By
		switch {
		case clause == "TR-4.7a":
			c.find(clause, at, by, "有效投诉没有由经理上门回访", "归档前由经理上门回访")
		case clause == "VC-1.6":
			c.find(clause, at, by, "由"+settled.Label()+"出面解决的投诉，没有由同级或以上的人回访", "归档前由"+settled.Label()+"或以上回访")
		case c.refused[y.rows[end].Seq] != clause:
			c.find(clause, at, by, "投诉没有回访", "归档前回访")
		}
	}
}

// valid reports whether the complaint is valid after the first n rows.
func (c *dossier) valid(n int) bool {
	if len(c.rows) == len(c.known) {
		return c.rules.ValidComplaint(c.known[:n])
	}
	var once []ticket.Event
	for _, r := range c.rows[:n] {
		once = append(once, *r.Event)
	}
	return c.rules.ValidComplaint(once)
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
		switch r.is {
		case escalated:
			deals(r.By.Role, r.To.Role)
		case started, completed:
			deals(r.By.Role, r.To.Role)
			atOnce = false
		case told:
			if atOnce {
				deals(r.By.Role)
			}
			atOnce = false
		case returned:
			atOnce = true
		case dispatched, referredOut, replied, declined, abandoned:
			atOnce = false
		}
	}
	return settled
}

// questions: a revisit of work done asks whether it was on time, the attitude and the
// quality. It implements TR-4.5.
func (c *dossier) questions(k *check) {
	for i := range c.rows {
		r := &c.rows[i]
		if r.is == revisited && about(r.facts)&work != 0 && (r.Punctual == "" || r.Attitude == "" || r.Quality == "") {
			c.find(k.clause, r.At, r.By, "回访没有问全守时、态度、质量三项", k.want)
		}
	}
}

// opinion: the revisit of a special service leaves the customer's opinion on record: written
// by himself on site, or by the caller. It implements SP-2.7.3a and SP-2.7.3b.
func (c *dossier) opinion(k *check) {
	for i := range c.rows {
		r := &c.rows[i]
		if r.is != revisited || r.facts.Nature != ticket.Special || r.Grade != "" || r.Reason != "" {
			continue
		}
		if r.Channel == ticket.Visit {
			c.find("SP-2.7.3a", r.At, r.By, "上门回访没有客户写下的意见", "由客户写下意见")
		} else {
			c.find(k.clause, r.At, r.By, "电话回访没有记下客户的意见", "记下客户的意见")
		}
	}
}

// attitude: the manager's visit after a valid complaint records what the customer thinks of
// the result. It implements TR-4.7b.
func (c *dossier) attitude(k *check) {
	for i := range c.rows {
		r := &c.rows[i]
		if r.is == revisited && r.facts.Kind == ticket.Complaint && r.By.Role == ticket.Manager && r.Channel == ticket.Visit && r.Grade == "" {
			c.find(k.clause, r.At, r.By, "经理上门回访没有记下客户对处理结果的态度", k.want)
		}
	}
}

// visitLength: a home visit is kept to ten minutes. It implements TR-4.9.3.
func (c *dossier) visitLength(k *check) {
	for i := range c.rows {
		r := &c.rows[i]
		if r.is == revisited && r.Channel == ticket.Visit && !r.Until.IsZero() && r.Until.Sub(r.At) > 10*time.Minute {
			c.find(k.clause, r.At, r.By, "上门回访用了"+strconv.Itoa(int(r.Until.Sub(r.At)/time.Minute))+"分钟，超过十分钟", k.want)
		}
	}
}

// onlineRevisit: a revisit online counts if a person answered: a grade that is missing or
// given by default is none. It implements WY-online-revisit.
func (c *dossier) onlineRevisit(k *check) {
	for i := range c.rows {
		r := &c.rows[i]
		if r.is == revisited && r.Channel == ticket.Online && (r.Grade == "" || r.Grade == ticket.NoGrade) {
			c.find(k.clause, r.At, r.By, "线上回访没有客户本人的评价，不算回访", k.want)
		}
	}
}

// givenUp: who gives a customer up, for another order or with approval, has tried three times
// on two days. It implements WY-unreachable.
func (c *dossier) givenUp(k *check) {
	for y := range c.with(missed) {
		var days []calendar.Date // of each attempt
		for _, r := range y.rows {
			if r.is != missed {
				continue
			}
			days = append(days, calendar.DateOf(r.At))
			if (r.Ref != "" || r.Approver.Role != "") && (len(days) < 3 || !slices.ContainsFunc(days, func(d calendar.Date) bool { return d != days[0] })) {
				c.find(k.clause, r.At, r.By, "联系不上满三次、分在两天之前就作未访处理", k.want)
			}
		}
	}
}

// ownWork: nobody who worked on it, as helper or before others, revisits or rates it;
// complaints excepted. It implements WY-own-work.
func (c *dossier) ownWork(k *check) {
	var worked []string
	for i := range c.rows {
		r := &c.rows[i]
		switch r.is {
		case dispatched, joined:
			worked = append(worked, r.To.ID)
		case acknowledged, arrived, started:
			worked = append(worked, r.By.ID)
		case revisited, rated:
			if c.refused[r.Seq] == k.clause {
				continue // the flow said so
			}
			if r.By.ID != "" && slices.Contains(worked, r.By.ID) && r.By.Role != ticket.Customer && (r.facts.Kind != ticket.Complaint || r.is == rated) {
				c.find(k.clause, r.At, r.By, "自己经手的单由自己回访或评价", k.want)
			}
		}
	}
}

// pointPromised: a point raised in a revisit is answered at once, or given a time for the answer:
// on the day of its registration, by WY-at-once. It implements VC-4.1a with its clock.
func (c *dossier) pointPromised(k *check) {
	r := c.rows[first(c.rows, registered)]
	due := calendar.DateOf(r.At).AddDays(1).Start()
	if raised(r.facts) && !c.asOf.Before(due) && !c.before(due, promised|answer|void) {
		c.find(k.clause, due, ticket.Actor{Role: ticket.Assistant}, "回访中提出的问题没有当天答复，也没有约定答复时间", k.want)
	}
}

// pointAnswered: a point raised in a revisit is answered by the end of its month, when VC-4.1b
// counts it, or by the time promised, if that is later. It implements TR-5.0b.
func (c *dossier) pointAnswered(k *check) {
	r := c.rows[first(c.rows, registered)]
	if !raised(r.facts) {
		return
	}
	due := calendar.DateOf(r.At).Month().Add(1).Day(1).Start()
	for _, o := range c.rows {
		ours := o.is == promised || o.is == extended && o.To.Role != ticket.Worker && o.To.Role != ticket.DepartmentHead
		if ours && o.Until.After(due) {
			due = o.Until.Add(1) // at the instant is in time
		}
	}
	if !c.asOf.Before(due) && !c.before(due, answer|void) {
		c.find(k.clause, due, ticket.Actor{Role: ticket.Assistant}, "回访中提出的问题到期没有答复", k.want)
	}
}

// raised reports whether f is of a point raised in a revisit, by somebody who can be answered.
func raised(f *ticket.Facts) bool { return f.Linked && named(f) }

// before reports whether a row of these types is older than the instant.
func (c *dossier) before(at time.Time, types set) bool {
	return slices.ContainsFunc(c.rows, func(r row) bool { return r.is&types != 0 && r.At.Before(at) })
}
