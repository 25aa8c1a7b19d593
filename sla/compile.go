package sla

import (
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A Compiled is a checked policy laid out for judging: every distinct mark is one bit,
// every alternative of When another. It never changes, and is safe to share.
type Compiled struct {
	policy   Policy
	types    types
	steps    [64]step // by code of their type
	clauses  []clause
	imported bits   // marks of Registered that an Imported row without one stands in for
	facts    layout // which alternatives of When a ticket fits
	yields   []struct{ clause, to rule.ID }

	alternatives []alternative // of When, in the order of verdicts
	plans        *plans        // for plain tickets; nil: the policy is too rich
}

// An alternative is one of a clock's matches.
type alternative struct {
	clause *clause
	clock  *clock
}

// bits is a set of up to 128.
type bits struct{ lo, hi uint64 }

func bit(i int) bits {
	if i < 64 {
		return bits{lo: 1 << i}
	}
	return bits{hi: 1 << (i - 64)}
}

func (b bits) or(o bits) bits      { return bits{b.lo | o.lo, b.hi | o.hi} }
func (b bits) and(o bits) bits     { return bits{b.lo & o.lo, b.hi & o.hi} }
func (b bits) meets(o bits) bool   { return b.lo&o.lo|b.hi&o.hi != 0 }
func (b bits) without(o bits) bits { return bits{b.lo &^ o.lo, b.hi &^ o.hi} }

// A step is what the marks ask of the events of one type.
type step struct {
	bare     bits // of the mark that asks no more than the type
	variants []variant
}

// A variant is a mark's condition on its event.
type variant struct {
	bit        bits
	role       ticket.Role
	channel    ticket.Channel
	need, lack uint16 // fields
}

// A group is the marks of one group of a Moment.
type group struct {
	plain      bits
	other      bits // in From those with Anew, in To those with Proof
	marks      bits // plain and other
	recorded   bits // their Recorded counts
	entry      bits // the same, of the starting row only
	unrecorded bool // has a mark, not a proof, that the site cannot record
}

// A clause is the clocks of one clause. At most one of them fits a ticket at a time.
type clause struct {
	rows []clock
	from bits // all that may start one
	fits bits // all tickets that one of them fits
}

type clock struct {
	*Clock
	fits    bits // alternatives of When
	from    []group
	to      []group
	unless  bits
	starts  bits // of From, all plain marks
	anew    bits // of From, all that start it anew
	promise bool
	contact bool // starts at contact, which an import may not tell
	single  bool // To is one group of which At counts
	odd     bool // stops with the entry of a later row

	span   time.Duration // the limit, if in minutes or hours
	before time.Duration // the warning, if in minutes or hours
}

// Codes of the types that the fold itself knows. Those of moving types come first.
const (
	other uint8 = iota
	registered
	imported
	reopened
	disputed
	completed
	referredOut
	withdrawn
	merged
	voided
	returned
	triaged
	declined
	dispatched
	started
	signedOff
	told
	archived
	replied
	abandoned
	lastMoving = abandoned
)

const (
	held = lastMoving + 1 + iota
	resumed
	reranked
)

var known = []ticket.EventType{"", ticket.Registered, ticket.Imported, ticket.Reopened, ticket.Disputed, ticket.Completed, ticket.ReferredOut,
	ticket.Withdrawn, ticket.Merged, ticket.Voided, ticket.Returned,
	ticket.Triaged, ticket.Declined, ticket.Dispatched, ticket.Started, ticket.SignedOff, ticket.Told, ticket.Archived, ticket.Replied, ticket.Abandoned,
	ticket.Held, ticket.Resumed, ticket.Reranked}

// types numbers the event types that matter: a small hash table, since there is one look-up
// for each row of each history.
type types struct {
	list  []ticket.EventType
	slots [256]uint8
}

func hashType(s ticket.EventType) uint8 {
	n := len(s)
	if n == 0 {
		return 0
	}
	return s[0]*31 + s[n-1]*7 + s[n/2]*113 + uint8(n)*17
}

// code is the number of t, 0 if it has none.
func (t *types) code(e ticket.EventType) uint8 {
	for h := hashType(e); t.slots[h] != 0; h++ {
		if c := t.slots[h]; t.list[c] == e {
			return c
		}
	}
	return other
}

func (t *types) add(e ticket.EventType) uint8 {
	if c := t.code(e); c != other {
		return c
	}
	h := hashType(e)
	for t.slots[h] != 0 {
		h++
	}
	t.slots[h] = uint8(len(t.list))
	t.list = append(t.list, e)
	return uint8(len(t.list) - 1)
}

// Compile checks p and lays it out for judging many tickets; p may change afterwards.
func (p Policy) Compile() (*Compiled, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	c := &Compiled{policy: p.clone()}
	c.types.list = append(c.types.list, "")
	for _, t := range known[1:] {
		c.types.add(t)
	}
	k := compiler{Compiled: c}
	places := map[string]int{}
	for i := range c.policy.Clocks {
		src := &c.policy.Clocks[i]
		row := clock{Clock: src, promise: src.Limit.Unit == Promise, span: src.Limit.span(), before: src.Warn.span()}
		row.from = k.groups(src.From, nil, row.promise)
		row.to = k.groups(src.To, src.From, false)
		row.single = len(row.to) == 1 && row.to[0].entry.or(row.to[0].recorded) == (bits{})
		row.odd = slices.ContainsFunc(row.to, func(g group) bool { return g.recorded != (bits{}) })
		for _, m := range src.Unless {
			row.unless = row.unless.or(k.mark(m))
		}
		for _, g := range row.from {
			row.starts, row.anew = row.starts.or(g.plain), row.anew.or(g.other)
		}
		for _, g := range src.From {
			row.contact = row.contact || !row.promise && slices.ContainsFunc(g, func(m Mark) bool { return m.Type == ticket.Registered })
		}

		at, ok := places[string(src.Clause)]
		if !ok {
			at = len(c.clauses)
			places[string(src.Clause)] = at
			c.clauses = append(c.clauses, clause{})
			if src.Yields != "" {
				c.yields = append(c.yields, struct{ clause, to rule.ID }{src.Clause, src.Yields})
			}
		}
		cl := &c.clauses[at]
		cl.rows = append(cl.rows, row)
		cl.from = cl.from.or(row.starts)
	}
	if k.full {
		return nil, &PolicyError{"clocks", "", "more than 128 different marks in all", "起止事件合计超过128种"}
	}
	var matches []ticket.Match // in the order of verdicts
	for i := range c.clauses {
		cl := &c.clauses[i]
		for r := range cl.rows {
			row := &cl.rows[r]
			when := row.When
			if len(when) == 0 {
				when = []ticket.Match{{}}
			}
			for _, m := range when {
				if len(matches) == 128 {
					return nil, &PolicyError{"clocks", row.Clause, "more than 128 alternatives of when in all", "适用条件合计超过128条"}
				}
				row.fits = row.fits.or(bit(len(matches)))
				matches, c.alternatives = append(matches, m), append(c.alternatives, alternative{cl, row})
			}
			cl.fits = cl.fits.or(row.fits)
		}
	}
	c.facts = newLayout(matches)
	c.plans = c.plain()
	return c, nil
}

// span is a limit in minutes or hours, else 0.
func (l Limit) span() time.Duration {
	switch l.Unit {
	case Minute:
		return time.Duration(l.N) * time.Minute
	case Hour:
		return time.Duration(l.N) * time.Hour
	}
	return 0
}

// warning is Warn before due, but not before start (nor where the calendar ends); zero: none.
func (c *clock) warning(cal calendar.Calendar, start, due time.Time) time.Time {
	switch c.Warn.Unit {
	case "":
		return time.Time{}
	case WorkingMinute, WorkingHour:
		unit := time.Hour
		if c.Warn.Unit == WorkingMinute {
			unit = time.Minute
		}
		at, err := cal.AddWorkingTime(due, -time.Duration(c.Warn.N)*unit)
		if err != nil {
			return start
		}
		return later(at, start)
	}
	return later(due.Add(-c.before), start)
}

type compiler struct {
	*Compiled
	count int
	full  bool
}

func (k *compiler) groups(m, from Moment, promise bool) []group {
	var gs []group
	for _, marks := range m {
		var g group
		for _, mark := range marks {
			b := k.mark(mark)
			starts := slices.ContainsFunc(from, func(g []Mark) bool {
				return slices.ContainsFunc(g, func(f Mark) bool { return f.Type == mark.Type })
			})
			switch {
			case mark.Recorded && starts:
				g.entry = g.entry.or(b)
			case mark.Recorded:
				g.recorded = g.recorded.or(b)
			case mark.Anew, mark.Proof:
				g.other = g.other.or(b)
			default:
				g.plain = g.plain.or(b)
			}
			if promise && mark.Type == ticket.Registered {
				twin := mark
				twin.Type = ticket.Imported
				b := k.mark(twin)
				k.imported = k.imported.or(b)
				g.plain = g.plain.or(b)
			}
			g.unrecorded = g.unrecorded || !mark.Proof && slices.Contains(k.policy.Unrecorded, mark.Type)
		}
		g.marks = g.plain.or(g.other)
		gs = append(gs, g)
	}
	return gs
}

// mark is the bit of a mark's condition.
func (k *compiler) mark(m Mark) bits {
	v := variant{role: m.Role, channel: m.Channel}
	for _, f := range m.With {
		if f[0] == '!' {
			v.lack |= fieldBit(f[1:])
		} else {
			v.need |= fieldBit(f)
		}
	}
	s := &k.steps[k.types.add(m.Type)]
	bare := v == variant{}
	if bare && s.bare != (bits{}) {
		return s.bare
	}
	for _, o := range s.variants {
		if v.bit = o.bit; v == o {
			return o.bit
		}
	}
	if k.count == 128 {
		k.full = true
		return bits{}
	}
	v.bit = bit(k.count)
	k.count++
	if bare {
		s.bare = v.bit
	} else {
		s.variants = append(s.variants, v)
	}
	return v.bit
}

// marksOf is which marks the event bears, which says that.
func (s *step) marksOf(e *ticket.Event, said uint16) bits {
	b := s.bare
	for i := range s.variants {
		if v := &s.variants[i]; v.meets(e, said) {
			b = b.or(v.bit)
		}
	}
	return b
}

func (v *variant) meets(e *ticket.Event, said uint16) bool {
	return v.need&^said|v.lack&said == 0 && (v.role == "" || v.role == e.By.Role) && (v.channel == "" || v.channel == e.Channel)
}

// A layout answers for all alternatives of When at once: for each dimension of the facts,
// which of them admit a value. ticket.Match alone says what fits; it is asked one dimension
// at a time.
type layout struct {
	kinds                                 []kind
	otherKind                             bits
	natures, urgencies, severities, place [5]bits // by place in newLayout's lists; the last: all others
	named, booked, linked                 [2]bits // no, yes
}

type kind struct {
	code   ticket.Kind
	admits bits
}

func newLayout(matches []ticket.Match) layout {
	admit := func(part func(ticket.Match) ticket.Match, f ticket.Facts) bits {
		var b bits
		for i, m := range matches {
			if part(m).Fits(f) {
				b = b.or(bit(i))
			}
		}
		return b
	}
	byKind := func(m ticket.Match) ticket.Match { return ticket.Match{Kinds: m.Kinds} }
	byNature := func(m ticket.Match) ticket.Match { return ticket.Match{Natures: m.Natures} }
	byUrgency := func(m ticket.Match) ticket.Match { return ticket.Match{Urgency: m.Urgency} }
	bySeverity := func(m ticket.Match) ticket.Match { return ticket.Match{Severity: m.Severity} }
	byPlace := func(m ticket.Match) ticket.Match { return ticket.Match{Place: m.Place} }
	byNamed := func(m ticket.Match) ticket.Match { return ticket.Match{Named: m.Named} }
	byBooked := func(m ticket.Match) ticket.Match { return ticket.Match{Booked: m.Booked} }
	byLinked := func(m ticket.Match) ticket.Match { return ticket.Match{Linked: m.Linked} }

	const unknown = "?"                                                                        // as no code is written
	natures := []ticket.Nature{"", ticket.Routine, ticket.Special, ticket.Commercial, unknown} // in the order of fitting
	urgencies := []ticket.Urgency{"", ticket.Normal, ticket.Emergency, unknown, unknown}
	severities := []ticket.Severity{"", ticket.Minor, ticket.Important, ticket.Major, unknown}
	places := []ticket.Place{"", ticket.Indoor, ticket.Public, unknown, unknown}
	l := layout{otherKind: admit(byKind, ticket.Facts{Kind: unknown})}
	for _, m := range matches {
		for _, k := range m.Kinds {
			if !slices.ContainsFunc(l.kinds, func(o kind) bool { return o.code == k }) {
				l.kinds = append(l.kinds, kind{k, admit(byKind, ticket.Facts{Kind: k})})
			}
		}
	}
	for i := range l.natures {
		l.natures[i] = admit(byNature, ticket.Facts{Nature: natures[i]})
		l.urgencies[i] = admit(byUrgency, ticket.Facts{Urgency: urgencies[i]})
		l.severities[i] = admit(bySeverity, ticket.Facts{Severity: severities[i]})
		l.place[i] = admit(byPlace, ticket.Facts{Place: places[i]})
	}
	for i, yes := range [...]bool{false, true} {
		caller := ticket.Anonymous
		if yes {
			caller = ticket.Owner
		}
		l.named[i] = admit(byNamed, ticket.Facts{Caller: caller})
		l.booked[i] = admit(byBooked, ticket.Facts{Booked: yes})
		l.linked[i] = admit(byLinked, ticket.Facts{Linked: yes})
	}
	return l
}

// fitting is which alternatives a ticket with these facts fits.
func (l *layout) fitting(f *ticket.Facts) bits {
	b := l.otherKind
	for i := range l.kinds {
		if l.kinds[i].code == f.Kind {
			b = l.kinds[i].admits
			break
		}
	}
	nature, urgency, severity, place := 4, 4, 4, 4
	switch f.Nature {
	case "":
		nature = 0
	case ticket.Routine:
		nature = 1
	case ticket.Special:
		nature = 2
	case ticket.Commercial:
		nature = 3
	}
	switch f.Urgency {
	case "":
		urgency = 0
	case ticket.Normal:
		urgency = 1
	case ticket.Emergency:
		urgency = 2
	}
	switch f.Severity {
	case "":
		severity = 0
	case ticket.Minor:
		severity = 1
	case ticket.Important:
		severity = 2
	case ticket.Major:
		severity = 3
	}
	switch f.Place {
	case "":
		place = 0
	case ticket.Indoor:
		place = 1
	case ticket.Public:
		place = 2
	}
	b = b.and(l.natures[nature]).and(l.urgencies[urgency]).and(l.severities[severity]).and(l.place[place])
	named, booked, linked := 1, 0, 0
	if f.Caller == ticket.Anonymous {
		named = 0
	}
	if f.Booked {
		booked = 1
	}
	if f.Linked {
		linked = 1
	}
	return b.and(l.named[named]).and(l.booked[booked]).and(l.linked[linked])
}

// far is in seconds from 1970: to the end of 2261, or back to 1678.
const far = 9_214_000_000

// nanos is t in nanoseconds since 1970, for comparing. The years that they cannot say are in
// steps of 0.1 ms, so that order holds to the ends of time.
func nanos(t time.Time) int64 {
	const ends = 300_000_000_000 // beyond the year 10000
	s := t.Unix()
	if -far < s && s < far {
		return t.UnixNano()
	}
	s = min(max(s, -ends), ends)
	edge := int64(far)
	if s < 0 {
		edge = -far
	}
	return edge*1_000_000_000 + (s-edge)*10_000 + int64(t.Nanosecond()/100_000)
}
