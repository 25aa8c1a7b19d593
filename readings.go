package wuye

import (
	"fmt"
	"slices"
	"strings"

	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Reading is an ambiguity of the documents that a site may settle for itself (CC-204).
type Reading struct {
	Code    string    `json:"code"`
	Zh      string    `json:"zh"` // the question
	En      string    `json:"en"`
	Clauses []rule.ID `json:"clauses"`
	Options []Option  `json:"options"` // the default first
}

// An Option is one answer.
type Option struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// Readings is the whole table, by subject: draws, days, clocks, people,
// scores, money. It is a fresh slice. It implements CC-204: the parties may agree otherwise.
func Readings() []Reading {
	var all []Reading
	for _, r := range readings {
		r.Clauses, r.Options = slices.Clone(r.Clauses), slices.Clone(r.Options)
		all = append(all, r)
	}
	return all
}

// find is the place of the reading in the table, -1 if it is not there.
func find(code string) int {
	for i := range readings {
		if readings[i].Code == code {
			return i
		}
	}
	return -1
}

var readings = [...]Reading{
	{"bracket-edges", "20张与50张各落在两档，算哪一档", "20 and 50 orders lie in two brackets: which counts", []rule.ID{"TR-4.4a", "TR-4.4b", "TR-4.4c", "CC-1259"}, []Option{
		{"law", "以下、以上含本数：20张抽5，50张抽20", "up to and from include the number: 20 take 5, 50 take 20"},
		{"lower", "都算较低一档：20张抽5，50张抽15", "both belong to the lower bracket: 20 take 5, 50 take 15"},
		{"upper", "都算较高一档：20张抽6，50张抽20", "both belong to the upper bracket: 20 take 6, 50 take 20"},
		{"middle", "都算中间一档：20张抽6，50张抽15", "both belong to the middle bracket: 20 take 6, 50 take 15"},
	}},
	{"share-rounding", "30%出现零头时怎么取整（80%一律进一）", "what becomes of a part of an order in 30 % (80 % is always rounded up)", []rule.ID{"TR-4.4b"}, []Option{
		{"up", "进一", "rounded up"},
		{"half-up", "四舍五入", "rounded to the nearest, a half up"},
	}},
	{"on-site-half", "抽样数为单数时，半数以上是多少", "what is at least half of an odd sample", []rule.ID{"TR-4.4d", "CC-1259"}, []Option{
		{"at-least", "不少于一半", "no less than half"},
		{"majority", "超过一半", "more than half"},
	}},
	{"draw-day", "二月没有30日、30日之后的派工单怎么办", "the draw on the 30th: February, and the orders after it", []rule.ID{"TR-4.3a"}, []Option{
		{"thirtieth", "30日终了抽样，无30日的月份为月末；其后的派工单计入下一次", "at the end of the 30th, or of the month's last day; later orders join the next draw"},
		{"calendar-month", "按自然月，月末终了抽样", "at the end of the month's last day"},
	}},
	{"by-the-nth", "“某日前”是否含当日", "is the day itself included in “by the 5th”", []rule.ID{"TR-4.3b", "SP-2.6.1.3", "SP-2.7.1a"}, []Option{
		{"included", "含当日，至24时", "yes, to its end"},
		{"before", "不含当日", "no"},
	}},
	{"rest-day", "最后一日是休息日时是否顺延", "does a last day that is a rest day move", []rule.ID{"CC-203", "TR-4.2a", "TR-4.3b", "TR-5.0a"}, []Option{
		{"stays", "不顺延：服务中心每日有人值班", "no: the desk works daily"},
		{"moves", "顺延至下一个工作日", "yes, to the next working day"},
	}},
	{"working-day", "一个工作日怎么算", "how long is one working day", []rule.ID{"QI-3.7a", "QI-3.8", "VC-1.5c", "WY-manager-visit", "CC-201", "CC-203"}, []Option{
		{"next-close", "当日不计，至下一个工作日下班", "the first day is not counted; to the close of the next working day"},
		{"working-hours", "自当时起满一日的工作时间", "one day's working hours from the moment"},
		{"same-day", "当日（工作日）下班", "to the close of that working day"},
	}},
	{"rest-day-intake", "休息日或下班后受理的，哪一天是工作日期限的第一日", "received on a rest day or after hours: which is the first working day", []rule.ID{"QI-3.7a", "QI-3.8", "CC-201"}, []Option{
		{"next-is-first", "下一个工作日为第一日", "the next working day is day 1"},
		{"received-next", "视为下一个工作日受理，该日不计", "taken as received on the next working day, which is not counted"},
	}},
	{"hours", "分钟与小时是否只在工作时间内计算", "do minutes and hours run outside working hours", []rule.ID{"HL2-2.2", "HB-2.1d", "HB-2.1e", "HB-2.2b", "SP-2.4.1", "QI-3.6a", "WY-unanswered"}, []Option{
		{"round-the-clock", "昼夜连续计算：热线24小时开通", "yes, round the clock: the hotline is open 24 hours"},
		{"working-hours", "只计工作时间", "no, in working hours only"},
	}},
	{"general-two-hours", "一般事项两小时内是着手还是办结", "a general matter in two hours: begun or finished", []rule.ID{"HB-2.1e"}, []Option{
		{"begun", "着手：原文称为响应时间", "begun: the text calls it response time"},
		{"finished", "办结", "finished"},
	}},
	{"response", "紧急事项15分钟内怎样算响应", "what answers an emergency within 15 minutes", []rule.ID{"HB-2.1d"}, []Option{
		{"receipt", "具名人员接单，或已启动预案", "a named worker logs receipt, or the plan is started"},
		{"on-site", "到达现场", "somebody is on site"},
		{"first-answer", "首次答复来电人", "the caller gets a first answer"},
	}},
	{"minor-day", "轻微投诉一个工作日内须做到哪一步", "what must be done about a minor complaint in its working day", []rule.ID{"QI-3.7a"}, []Option{
		{"told", "已解决、已告知结果并征询意见", "resolved, the result told and the opinion asked"},
		{"resolved", "已解决", "resolved"},
	}},
	{"that-day", "“当天”到几点为止", "until when does “that day” last", []rule.ID{"VC-1.5a", "VC-1.5b", "TR-4.8t", "SP-2.6.1.2"}, []Option{
		{"midnight", "24时", "24:00"},
		{"close", "当日下班；下班后发生的至24时", "the close of business; begun later, 24:00"},
	}},
	{"one-week", "装修完工一周内是自然日还是工作日", "the week after a fit-out: which days", []rule.ID{"TR-4.2a"}, []Option{
		{"natural", "七个自然日，当日不计", "7 natural days, the first not counted"},
		{"working", "五个工作日", "5 working days"},
	}},
	{"complaint-revisitor", "投诉由谁回访", "who revisits a complaint", []rule.ID{"VC-1.4b", "VC-1.4c", "VC-1.6", "VC-2.1c", "TR-4.7a", "WY-manager-visit"}, []Option{
		{"strict", "有效投诉由经理上门；其余由主管以上解决的由相应级别以上、否则由客服助理", "a valid one the manager, on site; else one settled by a supervisor or above that tier or above; else the assistant"},
		{"tier", "只按解决的级别或客服助理", "by the tier that settled it, or the assistant, only"},
	}},
	{"complaint-validity", "怎样的投诉是有效投诉", "which complaint is valid", []rule.ID{"TR-4.7a", "HB-2.1c", "WY-manager-visit"}, []Option{
		{"until-dismissed", "未经主管以上（被投诉人除外）说明理由认定无效的都有效", "every one, until a supervisor or above, not the one complained of, dismisses it with a reason"},
		{"when-upheld", "经认定有效的才有效", "only when upheld"},
	}},
	{"unreachable", "联系不上客户时怎么办", "a customer who cannot be reached", []rule.ID{"WY-unreachable", "TR-4.3b", "TR-4.7a", "VC-1.4c", "TR-4.8"}, []Option{
		{"replace", "抽样的由下一顺位按原方式替补；逐件回访的仍须回访，主管可作未访结案", "sampled: the next rank takes the place and mode; census: stays due, a supervisor may close it as missed"},
		{"counts", "回访过即计，未联系上也算", "the attempt counts as the revisit"},
	}},
	{"reopened", "重新打开后各时限怎么算", "the clocks of a reopened ticket", []rule.ID{"HB-3.4"}, []Option{
		{"new-cycle", "重新起算，原有结论不变", "a new cycle; old verdicts stay"},
		{"continues", "接着原时限继续", "the old clocks run on"},
	}},
	{"complaint-rate-base", "投诉率以什么为分母", "the complaint rate is per what", []rule.ID{"HB-2.1c"}, []Option{
		{"households", "户数（未给出户数则不计投诉率）", "households (without their number, no rate)"},
		{"tickets", "工单数", "tickets"},
	}},
	{"complaint-rate-period", "投诉率按什么期间计", "over what period is the complaint rate", []rule.ID{"HB-2.1c"}, []Option{
		{"month", "按月", "a month"},
		{"year", "按年", "a year"},
	}},
	{"satisfaction", "满意度怎么算", "how is satisfaction measured", []rule.ID{"HB-2.1b"}, []Option{
		{"share", "有效评价中满意及以上的占比", "the share of satisfied and above among valid ratings"},
		{"mean", "有效评价的平均得分", "the mean score of valid ratings"},
	}},
	{"mobile-payment", "微信、支付宝、刷卡算现金还是托收", "mobile and card payments: cash or collection", []rule.ID{"SP-2.7.1b", "SP-2.7.1c"}, []Option{
		{"as-cash", "视同现金：当场付清，全部回访", "as cash: paid on the spot, every one revisited"},
		{"as-collection", "视同托收", "as collection"},
	}},
	{"service-month", "特约服务属于哪个月", "which month is a special service of", []rule.ID{"SP-2.7.1a"}, []Option{
		{"signed", "客户签名的月份", "of the customer's signature"},
		{"paid", "首次付款的月份；到回访期限仍未付的为签名的月份", "of the first payment; unpaid when the quota is due, of the signature"},
	}},
	{"quota-choice", "托收的80%回访哪些", "which 80 % of the collected are revisited", []rule.ID{"SP-2.7.1c"}, []Option{
		{"any", "任意：只看回访数量，抽样仅为建议", "any: revisits are counted, the draw only proposes whom"},
		{"drawn", "抽中的", "those drawn"},
	}},
}

// A ReadingError is a reading or an option that the table does not have.
type ReadingError struct {
	Reading, Option string
	Options         []string // of the reading; the codes of all readings, if there is no such reading
}

func (e *ReadingError) Error() string { return "wuye: " + e.why() }

func (e *ReadingError) why() string {
	what := fmt.Sprintf("reading %q", e.Reading)
	if find(e.Reading) >= 0 {
		what = fmt.Sprintf("option %q of reading %s", e.Option, e.Reading)
	}
	return fmt.Sprintf("unknown %s: one of %s", what, strings.Join(e.Options, ", "))
}

// Zh is the error for people.
func (e *ReadingError) Zh() string {
	what := fmt.Sprintf("读法“%s”", e.Reading)
	if i := find(e.Reading); i >= 0 {
		what = fmt.Sprintf("“%s”（%s）的选项“%s”", readings[i].Zh, e.Reading, e.Option)
	}
	return fmt.Sprintf("没有%s，可选：%s", what, strings.Join(e.Options, "、"))
}

// lookup finds a reading and the index of an option in it.
func lookup(code, option string) (Reading, int, error) {
	i := find(code)
	if i < 0 {
		e := &ReadingError{Reading: code}
		for _, r := range readings {
			e.Options = append(e.Options, r.Code)
		}
		return Reading{}, 0, e
	}
	r := readings[i]
	o := slices.IndexFunc(r.Options, func(o Option) bool { return o.Code == option })
	if o < 0 {
		e := &ReadingError{Reading: code, Option: option}
		for _, o := range r.Options {
			e.Options = append(e.Options, o.Code)
		}
		return Reading{}, 0, e
	}
	return r, o, nil
}

// Reading is the option in force: the one chosen, else the default; "" for a code that no
// reading has.
func (p Policy) Reading(code string) string {
	for _, c := range p.Choices {
		if c.Reading == code {
			return c.Option
		}
	}
	if i := find(code); i >= 0 {
		return readings[i].Options[0].Code
	}
	return ""
}

// WithReading is p with the reading taken as the option says: the choice is recorded and
// the data that hang on it are changed; p is untouched. Only what the documents' own value
// was is changed: a limit, a moment or a bracket that the site has set itself stays. The
// order of several calls makes no difference, and choosing the default again restores. The
// error is a *ReadingError.
func (p Policy) WithReading(code, option string) (Policy, error) {
	_, o, err := lookup(code, option)
	if err != nil {
		return p, err
	}
	q := p.clone()
	i, had := slices.BinarySearchFunc(q.Choices, code, func(c Choice, code string) int { return strings.Compare(c.Reading, code) })
	switch {
	case had && o == 0:
		q.Choices = slices.Delete(q.Choices, i, i+1)
	case had:
		q.Choices[i].Option = option
	case o != 0:
		q.Choices = slices.Insert(q.Choices, i, Choice{code, option})
	}
	if len(q.Choices) == 0 {
		q.Choices = nil
	}
	q.reread(p.Reading, q.Reading)
	return q, nil
}

// options gives the option in force of each reading.
type options func(code string) string

// reread changes the data from how the readings were taken to how they are.
func (p *Policy) reread(was, is options) {
	p.SLA.Clocks = rereadClocks(p.SLA.Clocks, was, is)

	before, after := schemeOf(was), schemeOf(is)
	for i, b := range p.Routine.Brackets {
		for j := range before.Brackets {
			if b.Clause == before.Brackets[j].Clause {
				replace(&p.Routine.Brackets[i].UpTo, before.Brackets[j].UpTo, after.Brackets[j].UpTo)
			}
		}
	}
	replace(&p.Routine.Rounding, before.Rounding, after.Rounding)
	replace(&p.Routine.Majority, before.Majority, after.Majority)
}

// schemeOf is TR-4.4 as the readings would have it.
func schemeOf(is options) sampling.Scheme {
	s := sampling.Routine()
	edges := is("bracket-edges")
	if edges == "upper" || edges == "middle" {
		s.Brackets[0].UpTo = 19
	}
	if edges == "lower" || edges == "middle" {
		s.Brackets[1].UpTo = 50
	}
	if is("share-rounding") == "half-up" {
		s.Rounding = sampling.HalfUp
	}
	s.Majority = is("on-site-half") == "majority"
	return s
}

func replace[T comparable](field *T, before, after T) {
	if *field == before {
		*field = after
	}
}

// rereadClocks changes each clock from how the readings were taken to how they are, takes
// out those that a reading takes out, and puts those back where the standard has them.
func rereadClocks(clocks []sla.Clock, was, is options) []sla.Clock {
	standard := sla.Standard().Clocks
	var out []sla.Clock
	for _, c := range clocks {
		i := documentsClock(standard, c, was)
		if i >= 0 {
			before, _ := clockRead(standard[i], was)
			after, stays := clockRead(standard[i], is)
			if !stays {
				continue
			}
			replaceMoment(&c.From, before.From, after.From)
			replaceMoment(&c.To, before.To, after.To)
			replace(&c.Holds, before.Holds, after.Holds)
			replace(&c.Through, before.Through, after.Through)
		}
		limit := limitRead(c.Limit, c.Clause, was, is)
		if was("hours") != is("hours") && limit.Unit != c.Limit.Unit { // a warning is in its clock's own unit
			c.Warn = limitRead(c.Warn, c.Clause, was, is)
		}
		c.Limit = limit
		out = append(out, c)
	}
	for i, c := range standard {
		_, stayed := clockRead(c, was)
		c, stays := clockRead(c, is)
		if stayed || !stays {
			continue
		}
		c.Limit = limitRead(c.Limit, c.Clause, defaults, is)
		at := slices.IndexFunc(out, func(o sla.Clock) bool {
			return slices.ContainsFunc(standard[i+1:], func(s sla.Clock) bool { return s.Clause == o.Clause })
		})
		if at < 0 {
			at = len(out)
		}
		out = slices.Insert(out, at, c)
	}
	return out
}

func defaults(code string) string { return Policy{}.Reading(code) }

// documentsClock is which of the standard clocks c is, perhaps edited: of the same clause
// and for the same tickets, else with the same end; -1 if it is the site's own.
func documentsClock(standard []sla.Clock, c sla.Clock, was options) int {
	if i := slices.IndexFunc(standard, func(s sla.Clock) bool {
		return s.Clause == c.Clause && slices.EqualFunc(s.When, c.When, sameMatch)
	}); i >= 0 {
		return i
	}
	return slices.IndexFunc(standard, func(s sla.Clock) bool {
		s, _ = clockRead(s, was)
		return s.Clause == c.Clause && sameMoment(s.To, c.To)
	})
}

// clockRead is a clock of the standard policy as the readings would have it, but for its
// limit; false if they leave it out.
func clockRead(c sla.Clock, is options) (sla.Clock, bool) {
	any := func(types ...ticket.EventType) []sla.Mark {
		marks := make([]sla.Mark, len(types))
		for i, t := range types {
			marks[i].Type = t
		}
		return marks
	}
	proofs := func(marks []sla.Mark, types ...ticket.EventType) []sla.Mark {
		for _, t := range types {
			marks = append(marks, sla.Mark{Type: t, Proof: true})
		}
		return marks
	}
	switch c.Clause {
	case "HB-2.1d":
		switch is("response") {
		case "on-site":
			c.To = sla.Moment{proofs(any(ticket.Arrived), ticket.Started, ticket.Completed)}
		case "first-answer":
			c.To = sla.Moment{proofs(any(ticket.Informed, ticket.Promised, ticket.Told), ticket.Arrived, ticket.Started, ticket.Completed)}
		}
	case "HB-2.1e":
		// A suggestion is put to the leader, and not finished in two hours by anybody.
		suggestion := slices.ContainsFunc(c.When, func(m ticket.Match) bool { return slices.Contains(m.Kinds, ticket.Suggestion) })
		if is("general-two-hours") == "finished" && !suggestion {
			c.To, c.Holds = sla.Moment{any(ticket.Completed, ticket.Told, ticket.ReferredOut, ticket.Declined)}, true
		}
	case "QI-3.7a":
		if is("minor-day") == "resolved" {
			c.To = sla.Moment{any(ticket.Completed, ticket.Replied, ticket.Told)}
		}
	case "WY-manager-visit":
		if is("complaint-revisitor") == "tier" {
			return c, false
		}
		if is("complaint-validity") == "when-upheld" {
			c.From = append(cloneMoment(c.From), any(ticket.Upheld))
		}
	}
	if is("unreachable") == "counts" && c.Clause != "QI-3.6a" { // there the customer must really hear (an attempt is none)
		c.To = cloneMoment(c.To)
		for i, group := range c.To {
			for _, m := range group {
				if m.Type == ticket.Revisited && !m.Recorded {
					m.Type = ticket.Missed
					c.To[i] = append(c.To[i], m)
				}
			}
		}
	}
	if is("reopened") == "continues" {
		c.From, c.To, c.Through = withoutReopened(c.From), withoutReopened(c.To), true
	}
	return c, true
}

func withoutReopened(m sla.Moment) sla.Moment {
	m = cloneMoment(m)
	for i := range m {
		m[i] = slices.DeleteFunc(m[i], func(k sla.Mark) bool { return k.Type == ticket.Reopened })
	}
	return m
}

// limitRead is a limit taken as the readings are, if it was taken as they were.
func limitRead(l sla.Limit, clause rule.ID, was, is options) sla.Limit {
	moves := is("rest-day") == "moves"
	if clause == "TR-4.2a" && was("one-week") != is("one-week") {
		week := sla.Limit{N: 7, Unit: sla.Day, Roll: moves}
		working := sla.Limit{N: 5, Unit: unitRead(sla.WorkingDay, is)}
		switch {
		case is("one-week") == "working" && l.N == week.N && l.Unit == week.Unit:
			return working
		case is("one-week") == "natural" && l.N == working.N && l.Unit == unitRead(sla.WorkingDay, was):
			return week
		}
	}
	for _, u := range []sla.Unit{sla.Minute, sla.Hour, sla.WorkingDay, sla.ThatDay} {
		if l.Unit == unitRead(u, was) {
			l.Unit = unitRead(u, is)
			break
		}
	}
	// A day that the text names ("that day") is no period with a last day; CC-203 leaves it.
	if last := l.Unit == sla.Day || l.Unit == sla.NextMonth; last && was("rest-day") != is("rest-day") {
		l.Roll = moves
	}
	if l.Unit == sla.NextMonth && was("by-the-nth") != is("by-the-nth") {
		l.Before = is("by-the-nth") == "before"
	}
	return l
}

// unitRead is what a unit of the documents becomes.
func unitRead(u sla.Unit, is options) sla.Unit {
	switch {
	case u == sla.Minute && is("hours") == "working-hours":
		return sla.WorkingMinute
	case u == sla.Hour && is("hours") == "working-hours":
		return sla.WorkingHour
	case u == sla.WorkingDay && is("working-day") == "working-hours":
		return sla.WorkingDayHours
	case u == sla.WorkingDay && is("working-day") == "same-day":
		return sla.WorkingDaySame
	case u == sla.WorkingDay && is("rest-day-intake") == "received-next":
		return sla.WorkingDayReceived
	case u == sla.ThatDay && is("that-day") == "close":
		return sla.ThatDayClose
	}
	return u
}

func replaceMoment(field *sla.Moment, before, after sla.Moment) {
	if sameMoment(*field, before) {
		*field = cloneMoment(after)
	}
}

func sameMoment(a, b sla.Moment) bool {
	return slices.EqualFunc(a, b, func(a, b []sla.Mark) bool {
		return slices.EqualFunc(a, b, func(a, b sla.Mark) bool {
			with := slices.Equal(a.With, b.With)
			return with && a.Type == b.Type && a.Role == b.Role && a.Channel == b.Channel && a.Recorded == b.Recorded && a.Anew == b.Anew && a.Proof == b.Proof
		})
	})
}

func sameMatch(a, b ticket.Match) bool {
	return slices.Equal(a.Kinds, b.Kinds) && slices.Equal(a.Natures, b.Natures) && slices.Equal(a.Severity, b.Severity) &&
		a.Urgency == b.Urgency && a.Place == b.Place && a.Named == b.Named && a.Booked == b.Booked && a.Linked == b.Linked
}
