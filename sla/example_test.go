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
