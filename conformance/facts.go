package conformance

import "example.com/wuye/ticket"

// The tickets that the questions are about, as they are registered.
var (
	repair     = ticket.Facts{Kind: ticket.Repair, Caller: ticket.Owner, Place: ticket.Indoor}
	complaint  = ticket.Facts{Kind: ticket.Complaint, Caller: ticket.Owner}
	special    = ticket.Facts{Kind: ticket.Service, Nature: ticket.Special, Caller: ticket.Owner, Booked: true}
	emergency  = ticket.Facts{Kind: ticket.Repair, Urgency: ticket.Emergency, Caller: ticket.Owner}
	fitOut     = ticket.Facts{Kind: ticket.FitOut, Caller: ticket.Owner}
	inquiry    = ticket.Facts{Kind: ticket.Inquiry, Caller: ticket.Visitor}
	suggestion = ticket.Facts{Kind: ticket.Suggestion, Caller: ticket.Owner}
	anonymous  = ticket.Facts{Kind: ticket.Complaint, Caller: ticket.Anonymous}
)

// factsOf is a ticket that is meant by a match and, where that leaves it open, a plain one.
func factsOf(m ticket.Match) ticket.Facts {
	f := ticket.Facts{Kind: ticket.Repair, Urgency: m.Urgency, Place: m.Place, Caller: ticket.Owner, Booked: m.Booked == "yes", Linked: m.Linked == "yes"}
	if len(m.Kinds) > 0 {
		f.Kind = m.Kinds[0]
	}
	if len(m.Natures) > 0 {
		f.Nature = m.Natures[0]
	}
	if len(m.Severity) > 0 {
		f.Severity = m.Severity[0]
	}
	if m.Named == "no" {
		f.Caller = ticket.Anonymous
	}
	f.Booked = f.Booked || f.Nature == ticket.Special && m.Booked == ""
	return f
}

type variation struct {
	ticket.Facts
	what string
}

func variations(f ticket.Facts) []variation {
	var out []variation
	with := func(what string, change func(*ticket.Facts)) {
		g := f
		change(&g)
		if g != f {
			out = append(out, variation{g, what})
		}
	}
	for _, kind := range []ticket.Kind{
		ticket.Inquiry, ticket.Repair, ticket.Cleaning, ticket.Complaint, ticket.Suggestion, ticket.Service, ticket.Concern, ticket.Filing, ticket.FitOut, ticket.Other,
	} {
		with(string(kind), func(f *ticket.Facts) { f.Kind = kind })
	}
	for _, n := range []ticket.Nature{"", ticket.Routine, ticket.Special, ticket.Commercial} {
		with("of nature "+or(string(n), "unset"), func(f *ticket.Facts) { f.Nature, f.Booked = n, f.Booked || n == ticket.Special })
	}
	for _, u := range []ticket.Urgency{"", ticket.Normal, ticket.Emergency} {
		with("of urgency "+or(string(u), "unset"), func(f *ticket.Facts) { f.Urgency = u })
	}
	for _, s := range []ticket.Severity{"", ticket.Minor, ticket.Important, ticket.Major} {
		with("of severity "+or(string(s), "unset"), func(f *ticket.Facts) { f.Severity = s })
	}
	for _, p := range []ticket.Place{"", ticket.Indoor, ticket.Public} {
		with("at place "+or(string(p), "unset"), func(f *ticket.Facts) { f.Place = p })
	}
	with("of a visitor", func(f *ticket.Facts) { f.Caller = ticket.Visitor })
	with("anonymous", func(f *ticket.Facts) { f.Caller = ticket.Anonymous })
	with("booked, or not", func(f *ticket.Facts) { f.Booked = !f.Booked })
	with("linked, or not", func(f *ticket.Facts) { f.Linked = !f.Linked })
	return out
}

func with(f ticket.Facts, s ticket.Severity) ticket.Facts {
	f.Severity = s
	return f
}

func linked(f ticket.Facts) ticket.Facts {
	f.Linked = true
	return f
}
