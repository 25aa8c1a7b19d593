package ticket

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Limits of what one row and one history may hold. More is refused as Malformed.
const (
	maxID     = 64     // bytes of a ticket's, person's or other record's number
	maxReason = 1_000  // characters
	maxRows   = 10_000 // of one ticket
)

// An Actor is a capacity and a staff number. A resident acts as {customer, ""}.
type Actor struct {
	Role Role   `json:"role,omitzero"`
	ID   string `json:"id,omitzero"` // staff number; never a resident's name
}

// same reports whether a and b are certainly one person: one number, or, where neither has
// a number, one role.
func (a Actor) same(b Actor) bool {
	return a.ID == b.ID && (a.ID != "" || a.Role == b.Role && a.Role != "")
}

// An Event is one row of a ticket's history. Seq is the order of record, 1, 2, 3, …; At is
// when it happened, Recorded when it was entered (zero: not known). The flow follows Seq,
// the clocks follow At. By is who did it, in which capacity. Which other fields a type
// needs is in Transitions. Nothing identifies a resident: Has says which particulars the
// form holds, the host keeps the form.
//
// Texts are UTF-8. Numbers (Ticket, the IDs of actors, Ref, Category) have at most 64 bytes
// and no control characters, a Reason at most 1,000 characters, a history 10,000 rows.
//
// It implements HL1-5.3a, HL2-3.3.1, VC-1.4b.
type Event struct {
	Ticket   string    `json:"ticket,omitzero"`
	Seq      int       `json:"seq,omitzero"`
	Type     EventType `json:"type,omitzero"`
	At       time.Time `json:"at,omitzero"`
	Recorded time.Time `json:"recorded,omitzero"`
	By       Actor     `json:"by,omitzero"`

	// of the registration, or of a change to it
	Kind     Kind         `json:"kind,omitzero"`
	Nature   Nature       `json:"nature,omitzero"`
	Urgency  Urgency      `json:"urgency,omitzero"`
	Severity Severity     `json:"severity,omitzero"`
	Place    Place        `json:"place,omitzero"`
	Caller   Caller       `json:"caller,omitzero"`
	Category string       `json:"category,omitzero"` // the site's own code
	Has      []Particular `json:"has,omitempty"`

	// of the step
	Channel  Channel    `json:"channel,omitzero"`
	State    State      `json:"state,omitzero"`   // Imported
	To       Actor      `json:"to,omitzero"`      // dispatched, referred, escalated, handed over to
	Against  Actor      `json:"against,omitzero"` // the one complained of
	Approver Actor      `json:"approver,omitzero"`
	Until    time.Time  `json:"until,omitzero"` // promised, appointed, extended until; of a revisit: its end
	Hold     HoldReason `json:"hold,omitzero"`
	Grade    Grade      `json:"grade,omitzero"` // of a revisit, with its three questions (TR-4.5)
	Punctual Grade      `json:"punctual,omitzero"`
	Attitude Grade      `json:"attitude,omitzero"`
	Quality  Grade      `json:"quality,omitzero"`
	Reason   string     `json:"reason,omitzero"`
	Ref      string     `json:"ref,omitzero"` // another ticket, an outside number, a quote, a report, a draw's scope
}

// Facts are what a registration says of a ticket, as last changed. An unset Nature is
// routine, an unset Urgency normal, an unset Severity minor; an unset Kind is not known
// and fits no Match that names kinds.
type Facts struct {
	Kind     Kind     `json:"kind,omitzero"`
	Nature   Nature   `json:"nature,omitzero"`
	Urgency  Urgency  `json:"urgency,omitzero"`
	Severity Severity `json:"severity,omitzero"`
	Place    Place    `json:"place,omitzero"`
	Caller   Caller   `json:"caller,omitzero"`
	Booked   bool     `json:"booked,omitzero"` // registered with an appointment
	Linked   bool     `json:"linked,omitzero"` // raised in a revisit of another ticket (WY-linked)
}

// After is f changed by what a Registered, Imported or Reranked row says; other rows leave
// it as it is. Fields the row does not set stay. A matter transferred in is at least
// important. It implements WY-inbound, WY-linked.
func (f Facts) After(e Event) Facts { return f.after(&e) }

func (f Facts) after(e *Event) Facts {
	if e.Type != Registered && e.Type != Imported && e.Type != Reranked {
		return f
	}
	f.Kind = or(e.Kind, f.Kind)
	f.Nature = or(e.Nature, f.Nature)
	f.Urgency = or(e.Urgency, f.Urgency)
	f.Severity = or(e.Severity, f.Severity)
	f.Place = or(e.Place, f.Place)
	f.Caller = or(e.Caller, f.Caller)
	if e.Type == Reranked {
		return f
	}
	f.Booked = f.Booked || !e.Until.IsZero()
	if e.Channel == Inbound {
		if f.Severity == "" || f.Severity == Minor {
			f.Severity = Important
		}
	} else if e.Ref != "" {
		f.Linked = true
	}
	return f
}

func or[T ~string](a, b T) T {
	if a != "" {
		return a
	}
	return b
}

// A Match says which tickets are meant; empty fields match all. Named (the caller gave a
// name), Booked and Linked are "yes", "no" or empty.
type Match struct {
	Kinds    []Kind     `json:"kinds,omitempty"`
	Natures  []Nature   `json:"natures,omitempty"`
	Urgency  Urgency    `json:"urgency,omitzero"`
	Severity []Severity `json:"severity,omitempty"`
	Place    Place      `json:"place,omitzero"`
	Named    string     `json:"named,omitzero"`
	Booked   string     `json:"booked,omitzero"`
	Linked   string     `json:"linked,omitzero"`
}

// Fits reports whether m means a ticket of which f is known.
func (m Match) Fits(f Facts) bool { return m.fits(&f) }

func (m *Match) fits(f *Facts) bool {
	return (len(m.Kinds) == 0 || slices.Contains(m.Kinds, f.Kind)) &&
		(len(m.Natures) == 0 || slices.Contains(m.Natures, or(f.Nature, Routine))) &&
		(m.Urgency == "" || m.Urgency == or(f.Urgency, Normal)) &&
		(len(m.Severity) == 0 || slices.Contains(m.Severity, or(f.Severity, Minor))) &&
		(m.Place == "" || m.Place == f.Place) &&
		yesNo(m.Named, f.Caller != Anonymous) && yesNo(m.Booked, f.Booked) && yesNo(m.Linked, f.Linked)
}

func yesNo(want string, is bool) bool {
	return want == "" || want == "yes" && is || want == "no" && !is
}

// The bounds of what JSON can write as a time, at UTC+8 too: years 1 to 9999.
const minUnix, maxUnix = -62_135_596_800, 253_402_300_800 - 9*3600

// malformed is the path of the first field that no row may have so, or "". Most rows have
// few fields: what is empty as a group is passed over at once. typ and role are the places of
// Type and By.Role. The number of the ticket is compared elsewhere.
func (e *Event) malformed(typ, role int) string {
	switch {
	case typ < 0:
		return "type"
	case role < 0 && e.By.Role != "":
		return "by.role"
	case unfit(e.By.ID):
		return "by.id"
	case e.Seq > maxRows:
		return "seq"
	case outside(e.At):
		return "at"
	case outside(e.Recorded):
		return "recorded"
	case outside(e.Until):
		return "until"
	case e.Reason != "" && (!utf8.ValidString(e.Reason) || len(e.Reason) > maxReason && utf8.RuneCountInString(e.Reason) > maxReason):
		return "reason"
	case unfit(e.Ref):
		return "ref"
	}
	if len(e.Kind)+len(e.Nature)+len(e.Urgency)+len(e.Severity)+len(e.Place)+len(e.Caller)+len(e.Category)+len(e.Has) > 0 {
		switch {
		case e.Kind != "" && !e.Kind.Valid():
			return "kind"
		case e.Nature != "" && !e.Nature.Valid():
			return "nature"
		case e.Urgency != "" && !e.Urgency.Valid():
			return "urgency"
		case e.Severity != "" && !e.Severity.Valid():
			return "severity"
		case e.Place != "" && !e.Place.Valid():
			return "place"
		case e.Caller != "" && !e.Caller.Valid():
			return "caller"
		case unfit(e.Category):
			return "category"
		case len(e.Has) > len(forms.list):
			return "has"
		}
		for i, p := range e.Has {
			if !p.Valid() {
				return hasPath(i)
			}
		}
	}
	if len(e.Channel)+len(e.State)+len(e.Hold)+len(e.Grade)+len(e.Punctual)+len(e.Attitude)+len(e.Quality) > 0 {
		switch {
		case e.Channel != "" && !e.Channel.Valid():
			return "channel"
		case e.State != "" && !e.State.Valid():
			return "state"
		case e.Hold != "" && !e.Hold.Valid():
			return "hold"
		case e.Grade != "" && !e.Grade.Valid():
			return "grade"
		case e.Punctual != "" && !e.Punctual.Valid():
			return "punctual"
		case e.Attitude != "" && !e.Attitude.Valid():
			return "attitude"
		case e.Quality != "" && !e.Quality.Valid():
			return "quality"
		}
	}
	if len(e.To.Role)+len(e.To.ID)+len(e.Against.Role)+len(e.Against.ID)+len(e.Approver.Role)+len(e.Approver.ID) > 0 {
		if f := e.To.malformed("to.role", "to.id"); f != "" {
			return f
		}
		if f := e.Against.malformed("against.role", "against.id"); f != "" {
			return f
		}
		return e.Approver.malformed("approver.role", "approver.id")
	}
	return ""
}

func outside(t time.Time) bool {
	u := t.Unix()
	return u < minUnix || u >= maxUnix
}

func (a *Actor) malformed(role, id string) string {
	switch {
	case a.Role != "" && !a.Role.Valid():
		return role
	case unfit(a.ID):
		return id
	}
	return ""
}

// unfit reports whether s can be no number: too long, not UTF-8, which JSON would replace, or
// with a control character; a draw puts its numbers between newlines. Most are short and
// printable ASCII.
func unfit(s string) bool {
	for i := range len(s) {
		if s[i]-' ' > '~'-' ' {
			return odd(s)
		}
	}
	return len(s) > maxID
}

func odd(s string) bool {
	return len(s) > maxID || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)
}

// Equal reports whether two rows say the same: instants as instants, in whatever zone, all
// else as written. An equal row repeated is taken once; another one under its Seq is refused.
func (e Event) Equal(o Event) bool { return e.same(&o) }

// same reports whether two rows say the same: instants as instants, all else as written.
func (e *Event) same(o *Event) bool {
	if !e.At.Equal(o.At) || !e.Recorded.Equal(o.Recorded) || !e.Until.Equal(o.Until) || !slices.Equal(e.Has, o.Has) {
		return false
	}
	return e.Ticket == o.Ticket && e.Seq == o.Seq && e.Type == o.Type && e.By == o.By && e.Kind == o.Kind && e.Nature == o.Nature &&
		e.Urgency == o.Urgency && e.Severity == o.Severity && e.Place == o.Place && e.Caller == o.Caller && e.Category == o.Category &&
		e.Channel == o.Channel && e.State == o.State && e.To == o.To && e.Against == o.Against && e.Approver == o.Approver &&
		e.Hold == o.Hold && e.Grade == o.Grade && e.Punctual == o.Punctual && e.Attitude == o.Attitude && e.Quality == o.Quality &&
		e.Reason == o.Reason && e.Ref == o.Ref
}
