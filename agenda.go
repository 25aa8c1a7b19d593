package wuye

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
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
	Due    sla.Due      `json:"due,omitzero"`    // zero while its clock is paused, or where nothing says by when
	Late   bool         `json:"late,omitzero"`
	Zh     string       `json:"zh"` // a sentence for people: who, by when or how late, what, by which clause
}

// For reports whether the item is the actor's to do: of his role, and of his number where the
// item names one. An actor without a number is the whole tier.
func (i Item) For(who ticket.Actor) bool {
	return i.Who.Role == who.Role && (i.Who.ID == "" || who.ID == "" || i.Who.ID == who.ID)
}

// Handover is what one shift hands over to the next, as it stands in the shift log: of the
// agenda at the end of the shift what is late, waits for something, or falls due until the
// next shift ends; ticket by ticket. It implements VC-1.5b for the desk as a whole; that it
// was handed over is a row of each ticket.
func Handover(items []Item, until time.Time) []Item {
	list := slices.DeleteFunc(slices.Clone(items), func(i Item) bool { return i.Ticket == "" || i.Due.At.After(until) })
	slices.SortStableFunc(list, func(x, y Item) int { return cmp.Compare(x.Ticket, y.Ticket) })
	return list
}

// Agenda is everything due as of an instant: of each ticket the clocks that run, are paused,
// or are breached with the thing still undone, the revisits that no clock asks for, or that
// were made by the wrong person (VC-1.6), and a point raised in a revisit until it is answered
// (TR-5.0b); a revisit that left the customer dissatisfied until it is acted on (SP-2.7.5); of
// the money log the records to be sorted (SP-2.6.1.2), collated (SP-2.6.1.3) and closed
// (SP-2.6.1.4); the month's revisit quotas (SP-2.7.1a); and the policy's duties, for the
// current period, and for the last one while that is undone. By due instant, what has none
// last; then by clause and ticket.
//
// Nothing is owed for a period that began before the desk's first policy. The policy of the
// day asks for the duties, each ticket's own for its clocks. It fails like Judge.
func (d *Desk) Agenda(r Records, asOf time.Time) ([]Item, error) {
	var items []Item
	for item, err := range d.Items(r, asOf) {
		if err != nil {
			return nil, err
		}
		items = append(items, item)
	}
	slices.SortFunc(items, compareItems)
	return items, nil
}

// Due is one ticket's part of the Agenda, by due instant: what is owed on it as of an instant.
// money is the ticket's part of the money log. It fails like Judge.
func (d *Desk) Due(history []ticket.Event, money []billing.Entry, asOf time.Time) ([]Item, error) {
	a, err := d.open(Records{Money: money}, asOf)
	if err != nil {
		return nil, err
	}
	if err := a.ticket(history); err != nil {
		return nil, err
	}
	slices.SortFunc(a.items, compareItems)
	return a.items, nil
}

func compareItems(x, y Item) int {
	if x, y := x.Due.At.IsZero(), y.Due.At.IsZero(); x != y {
		if x {
			return 1
		}
		return -1
	}
	return cmp.Or(x.Due.At.Compare(y.Due.At), cmp.Compare(x.Clause, y.Clause), cmp.Compare(x.Ticket, y.Ticket), cmp.Compare(x.Who.Role, y.Who.Role), cmp.Compare(x.Zh, y.Zh))
}

// Items is Agenda as it comes, for desks with more than they want to hold: each ticket's as
// the stream goes by, then those of the desk as a whole. It holds one ticket at a time, the
// money log, and the dissatisfied revisits that nobody has acted on. After an error there is
// no more.
func (d *Desk) Items(r Records, asOf time.Time) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		a, err := d.open(r, asOf)
		if err != nil {
			yield(Item{}, err)
			return
		}
		flush := func() bool {
			for _, item := range a.items {
				if !yield(item, nil) {
					return false
				}
			}
			a.items = a.items[:0]
			return true
		}
		if r.Tickets != nil {
			for history := range r.Tickets {
				if err := a.ticket(history); err != nil {
					yield(Item{}, err)
					return
				}
				if !flush() {
					return
				}
			}
		}
		a.desks()
		flush()
	}
}

// ticket adds the items of one ticket, and counts it for the desk's.
func (a *agenda) ticket(history []ticket.Event) error {
	l, err := a.desk.look(a.verdicts[:0], history, a.paid, a.asOf)
	if err != nil || len(l.known) == 0 {
		return err
	}
	a.verdicts = l.verdicts
	t := l.ticket
	for i := range l.verdicts {
		v := &l.verdicts[i]
		if !owed(v, &t, l.policy) {
			continue
		}
		who := ticket.Actor{Role: v.Who}
		if t.Worker.Role == v.Who {
			who = t.Worker
		}
		a.items = append(a.items, Item{Clause: v.Clause, Ticket: v.Ticket, Who: who, Due: v.Due, Late: v.Status == sla.Breached, Zh: a.verdictZh(v, who)})
	}
	for i := range l.owed {
		if r := &l.owed[i]; r.Owed() && !r.Share && r.Month == (calendar.Month{}) && !r.asked(l.verdicts) {
			clause := r.Clauses[0]
			a.add(clause, t.ID, ticket.Actor{Role: r.Who}, r.Due, clause.Zh())
		}
	}
	awaits := t.State != ticket.Answered && t.State != ticket.Closed && t.State != ticket.Void
	if awaits && t.Linked && l.policy.Keeps("TR-5.0b") {
		due := sla.Due{At: calendar.DateOf(t.Opened).Month().Add(1).Day(1).Start(), Whole: true}
		a.add("TR-5.0b", t.ID, ticket.Actor{Role: ticket.Assistant}, due, rule.ID("TR-5.0b").Zh())
	}
	a.count(&l, awaits)
	return nil
}

// asked reports whether a clock that is still to be done asks for the revisit, or one that
// cannot tell keeps it from being asked for. That the tier that settled a complaint makes it
// no clock asks for.
func (r *owing) asked(verdicts []sla.Verdict) bool {
	if r.unseen {
		return true
	}
	return r.Clauses[0] != "VC-1.6" && slices.ContainsFunc(verdicts, func(v sla.Verdict) bool {
		return times(r.Clauses[0], v.Clause) && (v.From == r.sampled || r.sampled == 0 && v.Cycle == r.Cycle) && v.Stop.IsZero() && v.Status != sla.Lapsed
	})
}

// owed reports whether a verdict leaves something to do. A breach does while its end has
// not come: on a ticket of this cycle that is not archived, or whose end is a revisit,
// which may still come. Nothing is owed on a void ticket.
func owed(v *sla.Verdict, t *ticket.Ticket, p *Policy) bool {
	switch v.Status {
	case sla.Running, sla.Paused: // whether it was in time is open until the notice is out; the thing itself is done
		return v.Due.Unpublished == 0 || t.State != ticket.Closed
	case sla.Breached:
	default:
		return false
	}
	if !v.Stop.IsZero() || t.State == ticket.Void {
		return false
	}
	revisit, through := false, false
	for _, c := range p.SLA.Clocks {
		if c.Clause != v.Clause {
			continue
		}
		through = through || c.Through
		for _, group := range c.To {
			revisit = revisit || slices.ContainsFunc(group, func(m sla.Mark) bool { return m.Type == ticket.Revisited })
		}
	}
	return (v.Cycle == t.Cycle || through) && (t.State != ticket.Closed || revisit)
}

// add writes an item that no clock of a ticket measures.
func (a *agenda) add(clause rule.ID, id string, who ticket.Actor, due sla.Due, what string) {
	late := due.Late(a.asOf) && !due.At.IsZero()
	a.items = append(a.items, Item{Clause: clause, Ticket: id, Who: who, Due: due, Late: late, Zh: a.sentence(clause, id, a.when(who, due, late), what)})
}

// sentence is that of an item.
func (a *agenda) sentence(clause rule.ID, id, when, what string) string {
	if id != "" {
		id = "工单 " + id + "："
	}
	return id + when + "：" + what + "（" + string(clause) + "）"
}

// when says by when somebody does it, or how late he is.
func (a *agenda) when(who ticket.Actor, due sla.Due, late bool) string {
	name := a.name(who)
	switch {
	case due.Unpublished != 0:
		return fmt.Sprintf("%d 年的放假通知尚未公布，期限未定，由%s办", due.Unpublished, name)
	case due.At.IsZero():
		return "期限未定，由" + name + "办"
	case !late:
		return name + "在 " + due.Label() + " 前办"
	}
	text := name + "应于 " + due.Label() + " 前办而未办"
	if late := a.asOf.Sub(due.At); late >= time.Minute {
		text += "，已迟" + spanZh(late)
	}
	return text
}

// verdictZh says what somebody owes on a ticket.
func (a *agenda) verdictZh(v *sla.Verdict, who ticket.Actor) string {
	when := a.when(who, v.Due, v.Status == sla.Breached)
	if v.Status == sla.Paused {
		when = "计时已暂停，恢复后尚余" + spanZh(v.Left) + "，由" + a.name(who) + "办"
	}
	return a.sentence(v.Clause, v.Ticket, when, v.Clause.Zh())
}

// name is what the site calls somebody.
func (a *agenda) name(who ticket.Actor) string {
	name := a.policy.Titles.Of(who.Role)
	if who.ID != "" {
		name += " " + who.ID
	}
	return name
}

// spanZh writes a length of time, to the minute: of days of 24 hours.
func spanZh(d time.Duration) string {
	d = d.Round(time.Minute)
	const day = 24 * time.Hour
	text := ""
	if days := d / day; days > 0 {
		text += fmt.Sprintf("%d天", days)
	}
	if hours := d % day / time.Hour; hours > 0 {
		text += fmt.Sprintf("%d小时", hours)
	}
	if minutes := d % time.Hour / time.Minute; minutes > 0 || text == "" {
		text += fmt.Sprintf("%d分", minutes)
	}
	return text
}
