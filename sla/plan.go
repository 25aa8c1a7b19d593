package sla

import (
	"slices"
	"time"

	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// maxSets is how many sets of marks, and how many alternatives of When, can be kept in a word.
const maxSets = 64

// A plan is what a clock asks of a plain ticket. Marks that always count together are one set:
// those of a group, those of Unless; sets are known by their place in plans.sets.
type plan struct {
	clause  int  // its place
	general bool // never to be judged here
	again   bool
	holds   bool
	yields  bool
	from    [2]uint8 // the groups; if there is one, twice
	to      [2]aim
	anew    uint8
	unless  uint8

	groups int   // of to
	term   int   // equal where limit and warning are
	due    uint8 // how Limit is reckoned
	warn   uint8
	n      int           // of Limit
	span   time.Duration // the limit, if in minutes or hours
	before time.Duration // the warning
	id     rule.ID
	who    ticket.Role
	clock  *clock
}

// An aim is a group of marks.
type aim struct {
	set        uint8 // of which one must come
	entry      uint8 // of those of which the starting row has one, its Recorded counts
	unrecorded bool
}

// How a clock warns.
const (
	unwarned uint8 = iota
	warnedSpan
	warnedWorking
)

// plans is a policy laid out for plain tickets.
type plans struct {
	sets   []bits          // the marks in each; the first has none
	starts int             // as many of the sets after that start something
	needs  [maxSets]uint64 // the alternatives that cannot start without that set
	all    []plan          // by alternative
	rows   [64]rowPlan     // by code of the type
}

// A rowPlan is the sets that a row of a type is in.
type rowPlan struct {
	bare     uint64
	variants []uint64 // as in step
}

// plain lays the policy out for plain tickets, if it fits.
func (c *Compiled) plain() *plans {
	if len(c.alternatives) > maxSets {
		return nil
	}
	p := &plans{sets: []bits{{}}}
	set := func(b bits) uint8 {
		for i := range p.sets {
			if p.sets[i] == b {
				return uint8(i)
			}
		}
		p.sets = append(p.sets, b)
		return uint8(len(p.sets) - 1)
	}
	for i, a := range c.alternatives {
		for _, g := range a.clock.from {
			if n := len(p.sets); n < maxSets {
				p.needs[set(g.plain)] |= 1 << i
			}
		}
	}
	p.starts = len(p.sets)
	var pairs [][2]Limit // limit and warning
	for _, a := range c.alternatives {
		k := a.clock
		l := plan{general: k.odd || len(k.from) > 2 || len(k.to) > 2, again: k.Again, holds: k.Holds, yields: k.Yields != "", anew: set(k.anew), unless: set(k.unless),
			n: k.Limit.N, span: k.span, before: k.before, id: k.Clause, who: k.Who, clock: k}
		for i := range c.clauses {
			if &c.clauses[i] == a.clause {
				l.clause = i
			}
		}
		for g := range l.from {
			l.from[g] = set(k.from[min(g, len(k.from)-1)].plain)
		}
		for g := range min(len(k.to), 2) {
			l.to[g], l.groups = aim{set(k.to[g].marks), set(k.to[g].entry), k.to[g].unrecorded}, g+1
		}
		switch {
		case k.promise:
			l.due = byPromise
		case k.span != 0:
			l.due = bySpan
		default:
			l.due = k.Limit.reckoned()
		}
		pair := [2]Limit{k.Limit, k.Warn}
		if l.term = slices.Index(pairs, pair); l.term < 0 {
			l.term, pairs = len(pairs), append(pairs, pair)
		}
		switch k.Warn.Unit {
		case "":
		case WorkingMinute, WorkingHour:
			l.warn = warnedWorking
		default:
			l.warn = warnedSpan
		}
		p.all = append(p.all, l)
	}
	if len(p.sets) > maxSets {
		return nil
	}
	in := func(b bits) (w uint64) {
		for i, s := range p.sets {
			if s.meets(b) {
				w |= 1 << i
			}
		}
		return w
	}
	for i := range c.steps {
		p.rows[i].bare = in(c.steps[i].bare)
		for _, v := range c.steps[i].variants {
			p.rows[i].variants = append(p.rows[i].variants, in(v.bit))
		}
	}
	return p
}
