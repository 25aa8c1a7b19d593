package sla

import (
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// Explain tiles [v.Start, v.Stop or asOf) into spans that count and spans that do not, each
// with its reason in Chinese: why v is so. v is a verdict of this history; a verdict whose
// start is not known has no spans. Of a limit in minutes, hours, working minutes or working
// hours the counted spans sum to what was used of it: all of it, if it was breached. Of a
// limit in days a civil day counts or does not; the first does not (CC-201). What comes after
// the due does not count.
//
// The error is a *HistoryError if the history cannot be judged or has no such verdict, or
// a *calendar.UnpublishedError.
func (c *Compiled) Explain(cal calendar.Calendar, history []ticket.Event, v Verdict, asOf time.Time) ([]calendar.Span, error) {
	j := judge{Compiled: c, cal: cal, want: &v}
	if err := j.read(history, asOf); err != nil {
		return nil, err
	}
	j.judge()
	if v.Start.IsZero() {
		return nil, nil
	}
	if j.got == nil {
		return nil, badHistory(v.Ticket, 0, "the history has no such verdict: "+string(v.Clause), "这张单没有这一条的判定")
	}
	from, to := calendar.InChina(v.Start), calendar.InChina(v.Stop)
	if v.Stop.IsZero() {
		to = calendar.InChina(asOf)
	}
	return j.spans(from, to)
}

// Explain is Compile and the Compiled's Explain.
func (p Policy) Explain(cal calendar.Calendar, history []ticket.Event, v Verdict, asOf time.Time) ([]calendar.Span, error) {
	c, err := p.Compile()
	if err != nil {
		return nil, err
	}
	return c.Explain(cal, history, v, asOf)
}

func (j *judge) spans(from, to time.Time) ([]calendar.Span, error) {
	o := j.got
	if !from.Before(to) {
		return nil, nil
	}
	holds := j.holdsOf(o.clock)
	limit := o.clock.Limit
	if o.clock.promise || o.granted {
		limit, holds = AsPromised(), nil
	}
	info := units[limit.Unit.row()]

	var spans []calendar.Span
	var err error
	switch {
	case info.whole:
		spans, err = j.daySpans(limit, from, to, holds)
	case info.working:
		spans, err = j.cal.Spans(from, to)
	default:
		spans = []calendar.Span{{From: from, To: to, Counted: true, Why: "计时"}}
	}
	if err != nil {
		return nil, err
	}
	if !info.whole {
		for _, h := range holds {
			end := h.to
			if end.IsZero() {
				end = to
			}
			spans = overlay(spans, h.from, end, j.reason(h))
		}
	}
	if o.due.due.Unpublished == 0 && !o.due.due.At.IsZero() {
		spans = overlay(spans, o.due.due.At, to, "已过时限")
	}
	return spans, nil
}

// reason says why a hold was.
func (j *judge) reason(h hold) string {
	e := &j.history[h.row]
	if e.Type != ticket.Held {
		return "转报外部单位"
	}
	if why := e.Hold.Label(); why != "" {
		return "挂起：" + why
	}
	return "挂起"
}

// daySpans tiles by civil days. A day counts if its end does.
func (j *judge) daySpans(l Limit, from, to time.Time, holds []hold) ([]calendar.Span, error) {
	course, _ := l.run(j.cal, from, nil)
	working := l.Unit == WorkingDay || l.Unit == WorkingDayReceived || l.Unit == WorkingDaySame
	var spans []calendar.Span
	for d := calendar.DateOf(from); !d.IsZero() && d.Start().Before(to); d = d.AddDays(1) {
		end := d.AddDays(1).Start()
		s := calendar.Span{From: later(from, d.Start()), To: end, Counted: true, Why: "计入"}
		if end.IsZero() || to.Before(end) {
			s.To = to
		}
		switch {
		case d.Compare(course.first) < 0 && l.Unit != NextMonth:
			s.Counted, s.Why = false, "首日不计"
		case working:
			day, err := j.cal.Day(d)
			if err != nil {
				return nil, err
			}
			if s.Why = day.Kind.Label(); day.Kind == calendar.Weekend || day.Kind == calendar.Holiday {
				s.Counted = false
				if day.Name != "" {
					s.Why += "：" + day.Name
				}
			}
			if end, err = j.cal.Close(d); err != nil {
				return nil, err
			}
		}
		if s.Counted {
			for _, h := range holds {
				if h.from.Before(end) && (h.to.IsZero() || !h.to.Before(end)) {
					s.Counted, s.Why = false, j.reason(h)
				}
			}
		}
		spans = join(spans, s)
	}
	return spans, nil
}

// join appends s, or lengthens the last span by it if it says the same.
func join(spans []calendar.Span, s calendar.Span) []calendar.Span {
	if !s.From.Before(s.To) {
		return spans
	}
	if n := len(spans); n > 0 && spans[n-1].Counted == s.Counted && spans[n-1].Why == s.Why {
		spans[n-1].To = s.To
		return spans
	}
	return append(spans, s)
}

// overlay makes [from, to) not count, for that reason.
func overlay(spans []calendar.Span, from, to time.Time, why string) []calendar.Span {
	from, to = calendar.InChina(from), calendar.InChina(to)
	var out []calendar.Span
	for _, s := range spans {
		a, b := later(s.From, from), s.To
		if to.Before(b) {
			b = to
		}
		if !a.Before(b) {
			out = join(out, s)
			continue
		}
		out = join(out, calendar.Span{From: s.From, To: a, Counted: s.Counted, Why: s.Why})
		out = join(out, calendar.Span{From: a, To: b, Why: why})
		out = join(out, calendar.Span{From: b, To: s.To, Counted: s.Counted, Why: s.Why})
	}
	return out
}
