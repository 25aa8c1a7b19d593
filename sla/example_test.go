package sla_test

import (
	"fmt"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// One deadline: one working day after Friday 2026-09-18 16:00. The first day is not counted,
// and Sunday the 20th is a make-up day, so it ends that Sunday.
func ExampleWorkingDays() {
	reported := calendar.MustDate("2026-09-18").Start().Add(16 * time.Hour)
	due, err := sla.WorkingDays(1).Due(calendar.China(), reported)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(due.At.Format("2006-01-02 15:04"), due.Met(due.At.Add(-time.Nanosecond)), due.Met(due.At))
	// Output: 2026-09-21 00:00 true false
}

// The program of one deadline, into a year whose notice is not out.
func ExampleLimit_Due() {
	reported := calendar.MustDate("2026-12-31").Start().Add(16 * time.Hour)
	due, err := sla.WorkingDays(1).Due(calendar.China(), reported)
	fmt.Println(rule.Zh(err))
	fmt.Println(due.Unpublished, due.Met(reported), due.Late(reported))
	// Output:
	// 尚无2027年的放假安排通知，无法确定该年的工作日
	// 2027 false false
}

func ExampleLimit_String() {
	for _, l := range []sla.Limit{sla.Minutes(15), sla.Hours(2), sla.WorkingHours(4), sla.Days(7), sla.WorkingDays(2), sla.SameDay(), sla.AsPromised(), sla.ByNextMonth(5)} {
		fmt.Println(l, l.Label())
	}
	// Output:
	// 15 minutes 15分钟
	// 2 hours 2小时
	// 4 working hours 4个工作小时
	// 7 days 7天
	// 2 working days 2个工作日
	// that day 当天
	// as promised 按约定时间
	// day 5 of next month 次月5日
}

// One clock of one complaint: registered at nine, nobody has told the customer anything.
func ExampleCompiled_AppendVerdicts() {
	clocks, err := sla.Standard().Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	nine := calendar.MustDate("2026-09-21").Start().Add(9 * time.Hour)
	history := []ticket.Event{{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: nine, Recorded: nine, Kind: ticket.Complaint, Caller: ticket.Owner}}
	verdicts, err := clocks.AppendVerdicts(nil, calendar.China(), history, nine.Add(3*time.Hour))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range verdicts {
		fmt.Println(v.Due.At.Format("01-02 15:04"), v.Clause, v.Status.Label())
	}
	// Output:
	// 09-22 09:00 HB-2.2b 计时中
	// 09-21 11:00 QI-3.6a 超时
	// 09-23 00:00 QI-3.7a 计时中
	// 09-22 00:00 VC-1.5a 计时中
	// 09-22 00:00 VC-1.5b 计时中
	// 09-21 09:30 WY-unanswered 超时
}

// A site that wants to hear from its people within one hour.
func ExamplePolicy_With() {
	policy := sla.Standard()
	clock := policy.Of("QI-3.6a")[0]
	clock.Limit = sla.Hours(1)
	policy = policy.With("QI-3.6a", clock)
	fmt.Println(policy.Of("QI-3.6a")[0].Limit, policy.Validate())
	// Output: 1 hour <nil>
}

// A site's own limits by kind, place, urgency and severity: further clocks of HL3-3.3, each for
// other tickets, which a hold stops.
func ExamplePolicy_With_site() {
	own := func(limit sla.Limit, when ticket.Match) sla.Clock {
		return sla.Clock{When: []ticket.Match{when}, From: sla.Moment{{{Type: ticket.Dispatched}}}, To: sla.Moment{{{Type: ticket.Completed}}},
			Limit: limit, Warn: sla.Minutes(30), Holds: true, Who: ticket.DepartmentHead}
	}
	repair, complaint := []ticket.Kind{ticket.Repair}, []ticket.Kind{ticket.Complaint}
	clocks, err := sla.Standard().With("HL3-3.3",
		own(sla.Hours(1), ticket.Match{Kinds: repair, Place: ticket.Indoor, Urgency: ticket.Emergency}),
		own(sla.Hours(24), ticket.Match{Kinds: repair, Place: ticket.Indoor, Urgency: ticket.Normal}),
		own(sla.WorkingDays(3), ticket.Match{Kinds: repair, Place: ticket.Public}),
		own(sla.Days(7), ticket.Match{Kinds: complaint, Severity: []ticket.Severity{ticket.Major}}),
	).Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	nine := calendar.MustDate("2026-09-21").Start().Add(9 * time.Hour) // a Monday
	for _, e := range []ticket.Event{
		{Kind: ticket.Repair, Place: ticket.Indoor, Urgency: ticket.Emergency},
		{Kind: ticket.Repair, Place: ticket.Indoor},
		{Kind: ticket.Repair, Place: ticket.Public},
		{Kind: ticket.Complaint, Severity: ticket.Major},
	} {
		e.Ticket, e.Seq, e.Type, e.At = "T1", 1, ticket.Registered, nine
		sent := ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Dispatched, At: nine, To: ticket.Actor{Role: ticket.Worker, ID: "W1"}}
		verdicts, err := clocks.AppendVerdicts(nil, calendar.China(), []ticket.Event{e, sent}, nine)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, v := range verdicts {
			if v.Clause == "HL3-3.3" {
				fmt.Println(e.Kind.Label(), e.Place.Label(), e.Urgency.Label(), e.Severity.Label(), v.Due.At.Format("01-02 15:04"))
			}
		}
	}
	// Output:
	// 报修 户内 紧急  09-21 10:00
	// 报修 户内   09-22 09:00
	// 报修 公共区域   09-25 00:00
	// 投诉   重大 09-29 00:00
}

// How late it was: nobody took it within 30 minutes, the customer heard at noon what was due at
// eleven, and the revisit of that day is still owed the next morning.
func ExampleVerdict_Late() {
	nine := calendar.MustDate("2026-09-21").Start().Add(9 * time.Hour)
	history := []ticket.Event{
		{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: nine, Kind: ticket.Complaint, Caller: ticket.Owner},
		{Ticket: "T1", Seq: 2, Type: ticket.Told, At: nine.Add(3 * time.Hour)},
	}
	asOf := nine.Add(24 * time.Hour)
	verdicts, err := sla.Standard().AppendVerdicts(nil, calendar.China(), history, asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range verdicts {
		if v.Status == sla.Breached {
			fmt.Println(v.Clause, v.Late(asOf))
		}
	}
	// Output:
	// QI-3.6a 1h0m0s
	// VC-1.5a 9h0m0s
	// WY-unanswered 2h30m0s
}

// Why a verdict is so: Friday 16:00 to Sunday, which is worked.
func ExamplePolicy_Explain() {
	policy := sla.Standard()
	friday := calendar.MustDate("2026-09-18").Start().Add(16 * time.Hour)
	history := []ticket.Event{{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: friday, Recorded: friday, Kind: ticket.Complaint, Caller: ticket.Owner}}
	asOf := friday.Add(72 * time.Hour)
	verdicts, err := policy.AppendVerdicts(nil, calendar.China(), history, asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range verdicts {
		if v.Clause != "QI-3.7a" {
			continue
		}
		spans, err := policy.Explain(calendar.China(), history, v, asOf)
		if err != nil {
			fmt.Println(err)
			return
		}
		for _, s := range spans {
			fmt.Println(s.From.Format("01-02 15:04"), s.To.Format("01-02 15:04"), s.Counted, s.Why)
		}
	}
	// Output:
	// 09-18 16:00 09-19 00:00 false 首日不计
	// 09-19 00:00 09-20 00:00 false 周末
	// 09-20 00:00 09-21 00:00 true 补班
	// 09-21 00:00 09-21 16:00 false 已过时限
}

// An instant is met at exactly the due, a day only before its end.
func ExampleDue_Met() {
	nine := calendar.MustDate("2026-09-21").Start().Add(9 * time.Hour)
	for _, l := range []sla.Limit{sla.Hours(2), sla.SameDay()} {
		due, err := l.Due(calendar.China(), nine)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(l, due.At.Format("01-02 15:04"), due.Met(due.At), due.Late(due.At))
	}
	// Output:
	// 2 hours 09-21 11:00 true false
	// that day 09-22 00:00 false true
}

// The 5th of next month, and of a month that has no 30th its last day.
func ExampleByNextMonth() {
	for _, l := range []sla.Limit{sla.ByNextMonth(5), sla.ByNextMonth(30), {N: 5, Unit: sla.NextMonth, Before: true}} {
		due, err := l.Due(calendar.China(), calendar.MustDate("2026-01-15").Start())
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(l.Label(), "到", calendar.DateOf(due.At.Add(-1)), "24:00")
	}
	// Output:
	// 次月5日 到 2026-02-05 24:00
	// 次月30日 到 2026-02-28 24:00
	// 次月5日（不含） 到 2026-02-04 24:00
}

// What a policy must not say comes back with its path.
func ExamplePolicy_Validate() {
	policy := sla.Standard()
	policy.Clocks[0].Limit.N = 0
	fmt.Println(policy.Validate())
	fmt.Println(rule.Zh(policy.Validate()))
	// Output:
	// sla: clocks[0].limit.n (HB-2.1d): limit of unit "minute": n is 0, not 1 to 1000000
	// 时限规则clocks[0].limit.n(HB-2.1d)：时限“分钟”的数量0不在1到1000000之间
}

// The clocks of one clause: two rows, for different tickets.
func ExamplePolicy_Of() {
	for _, c := range sla.Standard().Of("WY-unanswered") {
		fmt.Println(c.When[0].Urgency.Label(), c.Limit.Label(), c.Who.Label())
	}
	// Output:
	// 一般 30分钟 客服助理
	// 紧急 7分钟 客服助理
}

// Compile once, judge many.
func ExamplePolicy_Compile() {
	clocks, err := sla.Standard().Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	nine := calendar.MustDate("2026-09-21").Start().Add(9 * time.Hour)
	var buffer []sla.Verdict
	for _, kind := range []ticket.Kind{ticket.Repair, ticket.Inquiry} {
		history := []ticket.Event{
			{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: nine, Recorded: nine, Kind: kind, Caller: ticket.Owner},
			{Ticket: "T1", Seq: 2, Type: ticket.Triaged, At: nine.Add(time.Minute), Recorded: nine.Add(time.Minute)},
		}
		buffer, err = clocks.AppendVerdicts(buffer[:0], calendar.China(), history, nine.Add(time.Hour))
		fmt.Println(kind.Label(), len(buffer), err)
	}
	// Output:
	// 报修 3 <nil>
	// 咨询 3 <nil>
}

// from is Friday 2026-09-18, 16:00; Sunday the 20th is worked.
func from(l sla.Limit) {
	due, err := l.Due(calendar.China(), calendar.MustDate("2026-09-18").Start().Add(16*time.Hour))
	fmt.Println(due.At.Format("2006-01-02 15:04"), due.Whole, err)
}

func ExampleMinutes() {
	from(sla.Minutes(15))
	// Output: 2026-09-18 16:15 false <nil>
}

func ExampleHours() {
	from(sla.Hours(24))
	// Output: 2026-09-19 16:00 false <nil>
}

// Without business hours a working day has 24, and Saturday none.
func ExampleWorkingHours() {
	from(sla.WorkingHours(10))
	// Output: 2026-09-20 02:00 false <nil>
}

// The first day is not counted.
func ExampleDays() {
	from(sla.Days(7))
	// Output: 2026-09-26 00:00 true <nil>
}

func ExampleSameDay() {
	from(sla.SameDay())
	// Output: 2026-09-19 00:00 true <nil>
}

// A promise is the Until of the row that gives it: from is that instant.
func ExampleAsPromised() {
	from(sla.AsPromised())
	// Output: 2026-09-18 16:00 false <nil>
}

// The clocks of all the documents, as data.
func ExampleStandard() {
	for _, c := range sla.Standard().Of("QI-3.6a") {
		fmt.Println(c.Clause, c.Limit, "warns", c.Warn, "before", c.Who.Label())
	}
	// Output: QI-3.6a 2 hours warns 30 minutes before 客服助理
}

// The 15 minutes of an emergency that nobody answered, all of them counted, and what came after.
func ExampleCompiled_Explain() {
	c, err := sla.Standard().Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	contact := calendar.MustDate("2026-09-18").Start().Add(16 * time.Hour)
	history := []ticket.Event{{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: contact, Kind: ticket.Repair, Urgency: ticket.Emergency}}
	asOf := contact.Add(20 * time.Minute)
	verdicts, err := c.AppendVerdicts(nil, calendar.China(), history, asOf)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range verdicts {
		if v.Clause == "HB-2.1d" {
			spans, err := c.Explain(calendar.China(), history, v, asOf)
			for _, s := range spans {
				fmt.Println(s.From.Format("15:04"), s.To.Format("15:04"), s.Counted, err)
			}
		}
	}
	// Output:
	// 16:00 16:15 true <nil>
	// 16:15 16:20 false <nil>
}

// Compile once where many histories are judged; this is for one. When the row was entered is not
// known, so nor is whether that was in time.
func ExamplePolicy_AppendVerdicts() {
	contact := calendar.MustDate("2026-09-18").Start().Add(16 * time.Hour)
	history := []ticket.Event{{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: contact, Kind: ticket.Repair, Urgency: ticket.Emergency}}
	verdicts, err := sla.Standard().AppendVerdicts(nil, calendar.China(), history, contact.Add(20*time.Minute))
	for _, v := range verdicts {
		fmt.Println(v.Clause, v.Status.Label(), v.Due.At.Format("15:04"), err)
	}
	// Output:
	// HB-2.1d 超时 16:15 <nil>
	// HB-2.2b 不明 16:00 <nil>
	// WY-unanswered 超时 16:07 <nil>
}

// A day is late from its end on, an instant only after it.
func ExampleDue_Late() {
	at := calendar.MustDate("2026-09-19").Start()
	fmt.Println(sla.Due{At: at, Whole: true}.Late(at), sla.Due{At: at}.Late(at), sla.Due{At: at}.Late(at.Add(1)))
	// Output: true false true
}

// The midnight that ends a day is that day's 24:00.
func ExampleDue_Label() {
	at := calendar.MustDate("2026-09-23").Start()
	fmt.Println(sla.Due{At: at, Whole: true}.Label(), "|", sla.Due{At: at}.Label())
	// Output: 2026-09-22 24:00 | 2026-09-23 00:00
}
