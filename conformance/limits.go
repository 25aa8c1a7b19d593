package conformance

import (
	"slices"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// limits asks when each limit of the policy ends, whatever it is a limit of.
func (w *writer) limits() {
	revisions := w.revisions()
	for _, c := range w.policy.SLA.Clocks {
		if c.Limit.Unit == sla.Promise {
			continue
		}
		moments := slices.Concat(w.boundaries(), w.starts(c.Limit))
		if onWorkdays(c.Limit) {
			moments = append(moments, revisions...)
		}
		for _, m := range moments {
			w.due(c.Limit, m)
		}
	}
}

// onWorkdays reports whether a limit looks at which days are worked.
func onWorkdays(l sla.Limit) bool {
	return l.Roll || !slices.Contains([]sla.Unit{sla.Minute, sla.Hour, sla.Day, sla.ThatDay, sla.NextMonth}, l.Unit)
}

// due asks when a limit ends that begins at that moment, unless that was asked before. What
// one may take wrong on any day is asked on an ordinary one, and the others rest on that.
func (w *writer) due(l sla.Limit, m moment) string {
	if l.Unit == sla.Promise {
		return ""
	}
	q := Question{Topic: Due, N: l.N, AsOf: m.at, Args: []string{string(l.Unit)}}
	if l.Roll {
		q.Args = append(q.Args, "roll")
	}
	if l.Before {
		q.Args = append(q.Args, "before")
	}
	clause := rule.ID("CC-201")
	worked := onWorkdays(l)
	switch {
	case m.special && worked:
		clause = "SC-days"
	case l.Unit == sla.NextMonth:
		clause = "CC-202"
	case worked || l.Unit == sla.ThatDay:
		clause = "CC-203"
	}
	name := func(m moment) string { return m.why + ", " + minute(m.at) }
	return w.once(clause, l.String(), name(m), q, "due/"+l.String()+"/"+name(w.ordinary()))
}

func minute(t time.Time) string { return t.Format("2006-01-02 15:04") }

// starts are moments to begin at: an ordinary one, the year's end, and for each limit that is nearly this one
// the first at which it would end otherwise.
func (w *writer) starts(l sla.Limit) []moment {
	out := []moment{w.ordinary(), w.yearsEnd()}
	if l.Unit == sla.Promise {
		return out
	}
	if known, ok := w.begins[l]; ok {
		return known
	}
	candidates := w.boundaries()
	for _, day := range w.days {
		candidates = append(candidates, moment{hour(day, 10), "day that tells limits apart", true})
	}
	for _, n := range neighbours(l) {
		differs := func(m moment) bool {
			a, errA := l.Due(w.cal, m.at)
			b, errB := n.Due(w.cal, m.at)
			return errA == nil && errB == nil && (!a.At.Equal(b.At) || a.Whole != b.Whole)
		}
		if slices.ContainsFunc(out, differs) {
			continue
		}
		if i := slices.IndexFunc(candidates, differs); i >= 0 {
			out = append(out, candidates[i])
		}
	}
	w.begins[l] = out
	return out
}

// neighbours are the limits that one may take for l.
func neighbours(l sla.Limit) []sla.Limit {
	out := []sla.Limit{l, l, l, l}
	out[0].N++
	out[1].N--
	out[2].Roll = !l.Roll
	out[3].Before = !l.Before
	for _, like := range [][]sla.Unit{
		{sla.Minute, sla.WorkingMinute}, {sla.Hour, sla.WorkingHour}, {sla.ThatDay, sla.ThatDayClose},
		{sla.WorkingDay, sla.WorkingDayReceived, sla.WorkingDayHours, sla.WorkingDaySame, sla.Day},
	} {
		if slices.Contains(like, l.Unit) {
			for _, u := range like {
				n := l
				n.Unit = u
				out = append(out, n)
			}
		}
	}
	return out
}

// counted are the days and hours of a limit up to its end, as a clock with that limit counts
// them.
func (w *writer) counted(q Question, end time.Time) Reason {
	l := limitOf(q)
	clocks, ok := w.limited[l]
	if !ok {
		clock := sla.Clock{Clause: "CC-201", From: sla.Moment{{{Type: ticket.Registered}}}, To: sla.Moment{{{Type: ticket.Told}}}, Limit: l, Who: ticket.Assistant}
		var err error
		if clocks, err = (sla.Policy{Clocks: []sla.Clock{clock}}).Compile(); err != nil {
			return Reason{}
		}
		w.limited[l] = clocks
	}
	begun := []ticket.Event{{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: q.AsOf, Recorded: q.AsOf, Kind: ticket.Repair, Caller: ticket.Owner}}
	verdicts, err := clocks.AppendVerdicts(nil, w.cal, begun, end)
	if err != nil || len(verdicts) == 0 {
		return Reason{}
	}
	spans, _ := clocks.Explain(w.cal, begun, verdicts[0], end)
	return Reason{Spans: spans}
}

// dueText is a deadline as people write it: a midnight that ends a day is that day's 24:00.
func dueText(d sla.Due) string {
	if day := calendar.DateOf(d.At); d.Whole && d.At.Equal(day.Start()) {
		return day.AddDays(-1).String() + " 24:00"
	}
	return short(d.At)
}

// A moment is an instant at which something may begin, and why it is asked for.
type moment struct {
	at      time.Time
	why     string
	special bool // it is the calendar that one may err about
}

// find is the first day of the last published year that is as asked.
func (w *writer) find(is func(calendar.Date) bool) (calendar.Date, bool) {
	if i := slices.IndexFunc(w.days, is); i >= 0 {
		return w.days[i], true
	}
	return calendar.Date{}, false
}

func (w *writer) kind(d calendar.Date) calendar.Kind {
	day, err := w.cal.Day(d)
	if err != nil {
		return ""
	}
	return day.Kind
}

func (w *writer) worked(d calendar.Date) bool { return w.kind(d).Worked() }

// ordinary is 10:00 of a working day between two others, or of the first day there is.
func (w *writer) ordinary() moment {
	day, ok := w.find(func(d calendar.Date) bool {
		return w.kind(d) == calendar.Workday && w.worked(d.AddDays(1)) && w.worked(d.AddDays(-1)) && d.Compare(w.policy.From) > 0
	})
	if !ok {
		day = w.days[0]
	}
	return moment{at: hour(day, 10), why: "ordinary day"}
}

func hour(d calendar.Date, h int) time.Time { return d.Start().Add(time.Duration(h) * time.Hour) }

// boundaries are the instants at which one may err about the calendar.
func (w *writer) boundaries() []moment {
	out := []moment{w.ordinary()}
	plain := calendar.DateOf(out[0].at)
	if end, err := w.cal.Close(plain); err == nil {
		out = append(out, moment{at: plain.Start(), why: "midnight"}, moment{at: end.Add(-1), why: "1 ns before the close"}, moment{at: end, why: "the close"}, moment{at: end.Add(1), why: "1 ns after the close"})
	}
	for _, b := range []struct {
		why string
		is  func(calendar.Date) bool
	}{
		{"day before a rest day", func(d calendar.Date) bool {
			return w.worked(d) && w.kind(d.AddDays(1)) == calendar.Weekend
		}},
		{"weekend", func(d calendar.Date) bool { return w.kind(d) == calendar.Weekend }},
		{"holiday eve", func(d calendar.Date) bool { return w.worked(d) && w.kind(d.AddDays(1)) == calendar.Holiday }},
		{"holiday", func(d calendar.Date) bool { return w.kind(d) == calendar.Holiday }},
		{"day before a make-up day", func(d calendar.Date) bool { return w.kind(d.AddDays(1)) == calendar.MakeUp }},
		{"make-up day", func(d calendar.Date) bool { return w.kind(d) == calendar.MakeUp }},
		{"the 31st", func(d calendar.Date) bool { return d.Day() == 31 }},
	} {
		if day, ok := w.find(b.is); ok {
			special := b.why != "the 31st"
			out = append(out, moment{hour(day, 16), b.why, special}, moment{hour(day, 20), b.why + " at night", special})
		}
	}
	return append(out, w.yearsEnd(), moment{w.yearsEnd().at.Add(24 * time.Hour), "unpublished year", true})
}

// yearsEnd is the last afternoon that the calendar knows.
func (w *writer) yearsEnd() moment {
	return moment{hour(w.days[len(w.days)-1], 16), "the year's end", true}
}

// revisions are the afternoons before days that a notice made working days, or days off, when
// their year had begun: the first of each such year, as far as the policy is in force.
func (w *writer) revisions() []moment {
	var out []moment
	for _, year := range w.cal.Years() {
		first, err := calendar.NewDate(year, time.January, 1)
		if err != nil || w.policy.From.Compare(first) > 0 {
			continue
		}
		before := w.cal.AsKnownOn(first.AddDays(-1))
		for day := first.AddDays(1); day.Month().Compare(first.Month().Add(12)) < 0; day = day.AddDays(1) {
			was, err := before.IsWorkday(day)
			if err != nil {
				break
			}
			if was != w.worked(day) {
				out = append(out, moment{hour(day.AddDays(-1), 16), "day before one that a later notice moved", true})
				break
			}
		}
	}
	return out
}
