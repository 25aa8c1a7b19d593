package audit

import (
	"errors"
	"slices"
	"strings"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A set is types of rows, by bits, and what they say of the ticket.
type set uint64

const (
	registered set = 1 << iota
	imported
	declined
	dispatched
	returned
	started
	completed
	signedOff
	disputed
	told
	archived
	referredOut
	replied
	withdrawn
	merged
	reopened
	abandoned
	voided
	triaged
	acknowledged
	revisited
	arrived
	inspected
	joined
	held
	resumed
	informed
	promised
	rescheduled
	extended
	urged
	escalated
	reported
	reranked
	missed
	rated
	sampled
	planStarted
	agreed
	issued
	givenBack
	writtenOff
	others

	complaint  // what the facts say, at any time
	suggestion // …
	work       // repair, cleaning or service
	special
	serious // important or major
	emergency
	linked
	inbound
	silent  // for longer than a day while it was open
	overdue // its handling, or a promise

	every  = others<<1 - 1
	moving = triaged<<1 - 1 // the state
	answer = told | signedOff
	void   = withdrawn | merged | voided
)

// setOf is the set of that type alone.
func setOf(t ticket.EventType) set {
	switch t {
	case ticket.Registered:
		return registered
	case ticket.Imported:
		return imported
	case ticket.Declined:
		return declined
	case ticket.Dispatched:
		return dispatched
	case ticket.Returned:
		return returned
	case ticket.Started:
		return started
	case ticket.Completed:
		return completed
	case ticket.SignedOff:
		return signedOff
	case ticket.Disputed:
		return disputed
	case ticket.Told:
		return told
	case ticket.Archived:
		return archived
	case ticket.ReferredOut:
		return referredOut
	case ticket.Replied:
		return replied
	case ticket.Withdrawn:
		return withdrawn
	case ticket.Merged:
		return merged
	case ticket.Reopened:
		return reopened
	case ticket.Abandoned:
		return abandoned
	case ticket.Voided:
		return voided
	case ticket.Triaged:
		return triaged
	case ticket.Acknowledged:
		return acknowledged
	case ticket.Revisited:
		return revisited
	case ticket.Arrived:
		return arrived
	case ticket.Inspected:
		return inspected
	case ticket.Joined:
		return joined
	case ticket.Held:
		return held
	case ticket.Resumed:
		return resumed
	case ticket.Informed:
		return informed
	case ticket.Promised:
		return promised
	case ticket.Rescheduled:
		return rescheduled
	case ticket.Extended:
		return extended
	case ticket.Urged:
		return urged
	case ticket.Escalated:
		return escalated
	case ticket.Reported:
		return reported
	case ticket.Reranked:
		return reranked
	case ticket.Missed:
		return missed
	case ticket.Rated:
		return rated
	case ticket.Sampled:
		return sampled
	case ticket.PlanStarted:
		return planStarted
	case ticket.Agreed:
		return agreed
	case ticket.Issued:
		return issued
	case ticket.GivenBack:
		return givenBack
	case ticket.WrittenOff:
		return writtenOff
	}
	return others
}

// flow replays the rows by the table of package ticket. Most histories it takes as they are,
// and there is nothing to say. Else what the table refuses is a finding, and the ticket is then
// put where the row says it went, so that one departure is told once.
func (c *dossier) flow() {
	if _, err := ticket.Replay(c.known); err == nil {
		return
	}
	c.refused = map[int]rule.ID{}
	var t ticket.Ticket
	begin := first(c.rows, imported) + 1
	if begin > 0 { // testimony is not judged
		var testimony []ticket.Event
		for _, r := range c.rows[:begin] {
			testimony = append(testimony, *r.Event)
		}
		var err error
		t, err = ticket.Replay(testimony)
		if refusal, ok := errors.AsType[*ticket.Refusal](err); ok { // the takeover itself
			c.takeover = time.Time{}
			c.told(refusal)
			c.takeover = refusal.Event.At
		}
	}
	for _, e := range c.conflicts {
		c.find("HB-2.1a", e.At, e.By, "另有一行序号相同、内容不同的记录", "一个序号只记一件事，记下后不再改动")
	}
	told := map[string]bool{} // columns that are said to be blank
	for _, r := range c.rows[begin:] {
		e := *r.Event
		next, err := t.Apply(e)
		if refusal, ok := errors.AsType[*ticket.Refusal](err); ok && refusal.Code == ticket.IllegalMove {
			for _, step := range skipped(t, e) {
				if !c.unrecorded(step.Type) {
					c.find(step.Clause, e.At, e.By, "“"+e.Type.Label()+"”之前没有“"+step.Type.Label()+"”", "先办“"+step.Type.Label()+"”，再办“"+e.Type.Label()+"”")
				}
				t.State = step.To
				switch step.Type {
				case ticket.Completed:
					t.Completed = true
				case ticket.Told:
					t.Told = true
				case ticket.SignedOff:
					t.SignedOff = true
				}
			}
			next, err = t.Apply(e)
		}
		if refusal, ok := errors.AsType[*ticket.Refusal](err); ok {
			c.refuse(refusal, told)
			next = forced(t, e)
		}
		t = next
	}
}

// refuse is a finding of what the table refuses. Of what is missing, columns that no row of
// the history fills in are told once, as unseen: the records do not have them. Steps that the
// site cannot record are not told at all.
func (c *dossier) refuse(r *ticket.Refusal, told map[string]bool) {
	c.refused[r.Event.Seq] = r.Clause
	if r.Code != ticket.Missing && r.Code != ticket.WrongRole {
		c.told(r)
		return
	}
	rest := *r
	rest.Fields = nil
	var unseen []string
	for _, f := range r.Fields {
		column := f
		if ticket.Particular(f).Valid() {
			column = "has"
		}
		filled, ok := columns[column]
		switch {
		case c.unrecorded(ticket.EventType(f)):
		case !ok || slices.ContainsFunc(c.rows, func(r row) bool { return filled(r.Event) }):
			rest.Fields = append(rest.Fields, f)
		case !told[column]:
			told[column] = true
			unseen = append(unseen, column)
		}
	}
	if unseen != nil {
		c.add(r.Clause, Unseen, r.Event.At, ticket.Actor{}, 0, "全部记录都没有填这些栏目："+strings.Join(unseen, "、"), "")
	}
	if rest.Fields != nil {
		c.told(&rest)
	}
}

// told makes a refusal a finding. A step that the documents only permit is still no step without
// what it needs: then it is a warning.
func (c *dossier) told(r *ticket.Refusal) {
	level := Level("")
	if demands[r.Clause].force == rule.May {
		level = Warning
	}
	c.findAt(level, r.Clause, r.Event.At, r.Event.By, r.Zh(), "")
}

// columns are those that another system may not have, and whether a row fills one in.
var columns = map[string]func(*ticket.Event) bool{
	"by":      func(e *ticket.Event) bool { return e.By.Role != "" },
	"to":      func(e *ticket.Event) bool { return e.To.Role != "" },
	"to.id":   func(e *ticket.Event) bool { return e.To.ID != "" },
	"caller":  func(e *ticket.Event) bool { return e.Caller != "" },
	"channel": func(e *ticket.Event) bool { return e.Channel != "" },
	"grade":   func(e *ticket.Event) bool { return e.Grade != "" },
	"reason":  func(e *ticket.Event) bool { return e.Reason != "" },
	"ref":     func(e *ticket.Event) bool { return e.Ref != "" },
	"until":   func(e *ticket.Event) bool { return !e.Until.IsZero() },
	"has":     func(e *ticket.Event) bool { return len(e.Has) > 0 },
}

// A move is a type in a state. The table, by moves, is asked of histories that it refused.
type move struct {
	from ticket.State
	typ  ticket.EventType
}

var (
	table = byMove(ticket.Transitions())
	lands = landings(ticket.Transitions()) // where a type that moves the state leads
)

func byMove(all []ticket.Transition) map[move][]ticket.Transition {
	m := map[move][]ticket.Transition{}
	for _, r := range all {
		m[move{r.From, r.Type}] = append(m[move{r.From, r.Type}], r)
	}
	return m
}

func landings(all []ticket.Transition) map[ticket.EventType]ticket.State {
	m := map[ticket.EventType]ticket.State{}
	for _, r := range all {
		if r.Type.Moves() {
			m[r.Type] = r.To
		}
	}
	return m
}

// skeleton is the steps that lead on from one state to the next, in the order in which they are tried.
var skeleton = []ticket.EventType{
	ticket.Registered, ticket.Triaged, ticket.Dispatched, ticket.Started, ticket.Completed, ticket.ReferredOut, ticket.Replied,
	ticket.Told, ticket.SignedOff, ticket.Archived,
}

// skipped is the shortest way of the skeleton from where t stands to where e would be legal: the
// steps that the history leaves out. None, if there is no way.
func skipped(t ticket.Ticket, e ticket.Event) []ticket.Transition {
	facts := t.Facts.After(e)
	legal := func(from ticket.State, typ ticket.EventType) (ticket.Transition, bool) {
		rows := table[move{from, typ}]
		i := slices.IndexFunc(rows, func(r ticket.Transition) bool {
			return len(r.When) == 0 || slices.ContainsFunc(r.When, func(m ticket.Match) bool { return m.Fits(facts) })
		})
		if i < 0 {
			return ticket.Transition{}, false
		}
		return rows[i], true
	}
	type way struct {
		state ticket.State
		steps []ticket.Transition
	}
	been := map[ticket.State]bool{t.State: true}
	for queue := []way{{state: t.State}}; len(queue) > 0; queue = queue[1:] {
		w := queue[0]
		if _, ok := legal(w.state, e.Type); ok {
			return w.steps
		}
		for _, typ := range skeleton {
			if step, ok := legal(w.state, typ); ok && !been[step.To] {
				been[step.To] = true
				queue = append(queue, way{step.To, append(slices.Clip(w.steps), step)})
			}
		}
	}
	return nil
}

// forced is t after a row that the table refuses: what the row says happened, happened.
func forced(t ticket.Ticket, e ticket.Event) ticket.Ticket {
	t.Seq, t.Facts = e.Seq, t.Facts.After(e)
	if t.ID == "" {
		t.ID, t.Cycle, t.Opened = e.Ticket, 1, calendar.InChina(e.At)
	}
	switch e.Type {
	case ticket.Agreed:
		t.Agreed = true
	case ticket.Revisited:
		t.Revisited = true
	}
	if !e.Type.Moves() || e.At.Before(t.Last) {
		return t
	}
	t.State, t.Last, t.Held = lands[e.Type], calendar.InChina(e.At), false
	switch e.Type {
	case ticket.Imported:
		t.State = e.State
	case ticket.Dispatched:
		t.Worker = e.To
	case ticket.Completed:
		t.Completed = true
	case ticket.Disputed:
		t.Completed = false
	case ticket.SignedOff:
		t.SignedOff = true
	case ticket.Told:
		t.Told = true
	case ticket.Reopened:
		t.Passed, t.Cycle = ticket.Passed{Agreed: t.Agreed}, t.Cycle+1
	}
	return t
}

// names joins Chinese labels.
func names[T interface{ Label() string }](codes []T) string {
	var labels []string
	for _, c := range codes {
		labels = append(labels, c.Label())
	}
	return strings.Join(labels, "、")
}
