package wuye

import (
	"fmt"
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Desk is a calendar and a dated book of policies, checked once. Safe to share.
type Desk struct {
	cal   calendar.Calendar
	calID string
	book  []page // by From, ascending
}

// A page is a policy of the book, laid out for judging.
type page struct {
	policy Policy        // as given
	kept   Policy        // without what its Off takes away
	clocks *sla.Compiled // of kept
}

// New makes a desk. The policies are copied: what the caller changes afterwards changes
// nothing. No policy at all, one that Validate refuses, and two with one From are a *PolicyError.
// With a calendar that knows no year (the zero one) clocks in minutes and hours are judged, and
// those in working days run on with Due.Unpublished.
func New(cal calendar.Calendar, p ...Policy) (*Desk, error) {
	if len(p) == 0 {
		return nil, &PolicyError{Code: "missing", Path: "policies", Why: "a desk needs at least one policy", zh: "至少要有一份规则"}
	}
	d := &Desk{cal: cal, calID: cal.ID()}
	for i, policy := range p {
		path := fmt.Sprintf("policies[%d]", i)
		var clocks *sla.Compiled
		if err := policy.validate(func() (err error) {
			clocks, err = policy.SLA.Compile()
			return err
		}); err != nil {
			return nil, within(path, err)
		}
		at, twice := slices.BinarySearchFunc(d.book, policy.From, func(g page, from calendar.Date) int { return g.policy.From.Compare(from) })
		if twice {
			return nil, &PolicyError{Code: "twice", Path: path + ".from", Why: fmt.Sprintf("two policies are in force from %s", policy.From), zh: fmt.Sprintf("两份规则同自 %s 起施行", policy.From)}
		}
		kept := policy.kept()
		if len(kept.SLA.Clocks) < len(policy.SLA.Clocks) {
			var err error
			if clocks, err = kept.SLA.Compile(); err != nil {
				return nil, within(path+".sla", err)
			}
		}
		d.book = slices.Insert(d.book, at, page{policy.clone(), kept, clocks})
	}
	return d, nil
}

// Calendar is the one the desk judges by.
func (d *Desk) Calendar() calendar.Calendar { return d.cal }

// Policy is a copy of the one in force at the instant: it judges the tickets opened then.
// Before the first it is a *NotInForceError.
func (d *Desk) Policy(opened time.Time) (Policy, error) {
	g, err := d.page(calendar.DateOf(opened))
	if err != nil {
		return Policy{}, err
	}
	return g.policy.clone(), nil
}

// Rules is Policy to be asked and not changed: it copies nothing, for who judges many tickets.
func (d *Desk) Rules(opened time.Time) (Rules, error) {
	g, err := d.page(calendar.DateOf(opened))
	if err != nil {
		return Rules{}, err
	}
	return Rules{&g.policy}, nil
}

// Rules are a policy of a desk, to be asked. The zero Rules are those of the zero Policy.
type Rules struct{ p *Policy }

func (r Rules) policy() *Policy {
	if r.p == nil {
		return &Policy{}
	}
	return r.p
}

// Keeps is that of Policy.
func (r Rules) Keeps(id rule.ID) bool { return keeps(r.policy().Off, id) }

// Reading is that of Policy.
func (r Rules) Reading(code string) string { return r.policy().Reading(code) }

// ValidComplaint is that of Policy.
func (r Rules) ValidComplaint(history []ticket.Event) bool {
	return r.policy().ValidComplaint(history)
}

// Records reports whether the site can record rows of the type: whether SLA.Unrecorded names
// it not.
func (r Rules) Records(t ticket.EventType) bool {
	return !slices.Contains(r.policy().SLA.Unrecorded, t)
}

// Asks reports whether the site's form has the particular.
func (r Rules) Asks(p ticket.Particular) bool { return slices.Contains(r.policy().Form, p) }

// Conditions is that of Ladder.
func (r Rules) Conditions(history []ticket.Event, asOf time.Time) []escalation.Condition {
	return r.policy().Ladder.Conditions(history, asOf)
}

// page is the last one with From no later than the day.
func (d *Desk) page(day calendar.Date) (*page, error) {
	for i := range slices.Backward(d.book) {
		if g := &d.book[i]; g.policy.From.Compare(day) <= 0 {
			return g, nil
		}
	}
	return nil, &NotInForceError{Day: day, First: d.book[0].policy.From}
}

// A NotInForceError is a ticket, or a month, older than the first policy of the desk.
type NotInForceError struct{ Day, First calendar.Date }

func (e *NotInForceError) Error() string {
	return fmt.Sprintf("wuye: no policy is in force on %s: the first is from %s", e.Day, e.First)
}

func (e *NotInForceError) Zh() string {
	return fmt.Sprintf("%s 尚无规则施行，最早的规则自 %s 起施行", e.Day, e.First)
}

// A Judgment is all that the rules say about one ticket at one moment.
type Judgment struct {
	Ticket   ticket.Ticket       `json:"ticket"`
	Policy   string              `json:"policy"`   // the name of the one that judged
	Calendar string              `json:"calendar"` // its ID
	Verdicts []sla.Verdict       `json:"verdicts,omitempty"`
	Firings  []escalation.Firing `json:"firings,omitempty"` // all that are due by now: act once on each Key
	Wake     time.Time           `json:"wake,omitzero"`     // judge again then; zero: only after an event
}

// Judge says where a ticket stands as of an instant, by the rows known by then, what is due
// and who must act. It fails with the *ticket.Refusal of ticket.Replay, or with a
// *NotInForceError; a year without a notice is never an error: its clocks run on, with
// Due.Unpublished. Of a ticket of which nothing is known yet it says nothing.
func (d *Desk) Judge(history []ticket.Event, asOf time.Time) (Judgment, error) {
	known := ticket.KnownBy(history, asOf)
	t, err := ticket.Replay(known)
	if err != nil {
		return Judgment{}, err
	}
	if len(known) == 0 {
		return Judgment{Calendar: d.calID}, nil
	}
	g, err := d.page(calendar.DateOf(t.Opened))
	if err != nil {
		return Judgment{}, err
	}
	verdicts, err := g.clocks.AppendVerdicts(make([]sla.Verdict, 0, 12), d.cal, known, asOf) // few tickets have more
	if err != nil {
		return Judgment{}, err
	}
	if len(verdicts) == 0 {
		verdicts = nil
	}
	firings, next := g.kept.Ladder.Firings(known, verdicts, asOf)
	j := Judgment{Ticket: t, Policy: g.policy.Name, Calendar: d.calID, Verdicts: verdicts, Firings: firings, Wake: next}
	for _, v := range verdicts {
		if !v.Wake.IsZero() && (j.Wake.IsZero() || v.Wake.Before(j.Wake)) {
			j.Wake = v.Wake
		}
	}
	return j, nil
}

// Admit is the judgment of a ticket to which one more row is added, for the door of a backend:
// history is what is stored, and e is stored only if there is no error. Other than Judge with
// the longer history it takes no takeover of a ticket that is under way, which would make
// testimony of all that came before, and no row that is older by Recorded than the last is
// passed over as not known yet: it judges as of the latest Recorded. It fails like Judge.
func (d *Desk) Admit(history []ticket.Event, e ticket.Event) (Judgment, error) {
	t, err := ticket.Replay(history)
	if err == nil {
		_, err = t.Apply(e)
	}
	if err != nil {
		return Judgment{}, err
	}
	asOf := recorded(e)
	for i := range history {
		if at := recorded(history[i]); at.After(asOf) {
			asOf = at
		}
	}
	return d.Judge(append(slices.Clip(history), e), asOf)
}

// AppendVerdicts judges the clocks of any history, also one that Judge refuses, by the
// policy in force when the ticket was opened: at its registration, else at its takeover,
// else at its first row.
func (d *Desk) AppendVerdicts(dst []sla.Verdict, history []ticket.Event, asOf time.Time) ([]sla.Verdict, error) {
	known := ticket.KnownBy(history, asOf)
	if len(known) == 0 {
		return dst, nil
	}
	g, err := d.page(calendar.DateOf(ticket.OpenedAt(known)))
	if err != nil {
		return dst, err
	}
	return g.clocks.AppendVerdicts(dst, d.cal, known, asOf)
}
