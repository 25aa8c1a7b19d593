package conformance

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// En is the question in English words, as one would ask a colleague.
func (q Question) En() string { return q.text(english) }

// Zh is the question in Chinese words.
func (q Question) Zh() string { return q.text(chinese) }

// A tongue is one of the two languages: what it calls codes, and how it strings them together.
type tongue struct {
	zh         bool
	comma, end string
}

var english, chinese = tongue{false, ", ", "; "}, tongue{true, "，", "；"}

// of is the word for a code: its label, or in English the code itself.
func of[T interface {
	~string
	Label() string
}](in tongue, code T) string {
	if label := code.Label(); in.zh && label != "" {
		return label
	}
	return strings.ReplaceAll(string(code), "_", " ")
}

// either is one of two texts, filled in.
func (in tongue) either(en, zh string, args ...any) string {
	if in.zh {
		return fmt.Sprintf(zh, args...)
	}
	return fmt.Sprintf(en, args...)
}

// most is how many rows, orders or entries are told one by one.
const most = 12

func (q Question) text(in tongue) string {
	arg := func(i int) string {
		if i < len(q.Args) {
			return q.Args[i]
		}
		return ""
	}
	at := short(q.AsOf)
	switch q.Topic {
	case Size:
		if arg(1) == "on_site" {
			return in.either("Of a sample of %d by the scheme %s, how many must be visited on site?", "%d件（%s抽样）中，至少几件须上门？", q.N, in.scheme(arg(0)))
		}
		return in.either("Of %d orders, how many are revisited by the scheme %s?", "共%d件（%s抽样），应回访几件？", q.N, in.scheme(arg(0)))
	case Due:
		return in.either("When does a limit of %s end that begins at %s?", "期限%s，自%s起算，何时届满？", in.limit(limitOf(q)), at)
	case Move:
		end := len(q.History) - 1
		if end < 0 {
			return in.either("No row at all: where does the ticket stand?", "一行也没有，工单处于什么状态？")
		}
		var before time.Time
		if end > 0 {
			before = q.History[end-1].At
		}
		return in.either("%sThen: %s. May that be, and where does the ticket stand?", "%s接着：%s。可以吗？工单处于什么状态？", in.history(q.History[:end]), in.row(q.History[end], before))
	case Verdict:
		return in.either("%sAs of %s, how does %s stand?", "%s截至%s，%s如何？", in.history(q.History), at, arg(0))
	case Step:
		to := ""
		if arg(2) != "" {
			to = in.either(", and the %s was asked for", "，点名要%s", of(in, ticket.Role(arg(2))))
		}
		return in.either("Who takes over from the %s: %s%s?", "%s手上的事：%s%s，由谁接手？", of(in, ticket.Role(arg(0))), of(in, escalation.Cause(arg(1))), to)
	case Firing:
		return in.either("%sAs of %s, who has been told by %s?", "%s截至%s，按%s应已升级给谁？", in.history(q.History), at, arg(0))
	case Draw:
		return in.either("Which of %s does the scheme %s draw with the key “%s” in the scope “%s”, and how many for a visit?", "从%s中按%s的办法、密钥“%s”、范围“%s”抽样，抽中哪些，几件上门？", in.listed(q.IDs), in.scheme(arg(0)), q.Key, arg(1))
	case Revisit:
		return q.revisit(in, arg, at)
	case Quote:
		return in.either("What do these cost on %s: %s?", "%s报价：%s，合计多少？", arg(0), in.lines(q.Args[min(1, len(q.Args)):]))
	case Close:
		since := ""
		if arg(1) != "" {
			since = in.either(", the month before having been closed at %s", "（上月%s结账）", arg(1))
		}
		return in.either("%sWhat goes to the bank when %s is closed at %s%s?", "%s%s于%s结账%s，托收哪些？", in.money(q.Money), arg(0), at, since)
	case Agenda:
		return in.either("%s%sDone: %s. As of %s, what of the duty %s is undone?", "%s%s已办：%s。截至%s，%s还欠几期？", in.history(q.History), in.money(q.Money), in.done(q), at, arg(0))
	case Finding:
		return in.either("%sAs of %s, does that depart from %s?", "%s截至%s，是否不符合%s？", in.history(q.History), at, arg(0))
	case Score:
		return in.either("%sAs of %s, what is the figure of %s for %s?", "%s截至%s，%s在%s的指标是多少？", in.history(q.History), at, arg(0), arg(1))
	}
	return in.either("no such topic: %q", "没有这样的题目：%q", q.Topic)
}

func (q Question) revisit(in tongue, arg func(int) string, at string) string {
	switch arg(0) {
	case "who":
		return in.either("%sAs of %s, who must revisit the customer, and must he go there?", "%s截至%s，应由谁回访，是否须上门？", in.history(q.History), at)
	case "coverage":
		return in.either("Of the draw from %s by the scheme %s: %sWho still must be revisited?", "从%s中按%s的办法抽样后：%s还须回访哪些？", in.listed(q.IDs), in.scheme(arg(1)), in.history(q.History))
	case "quota":
		return in.either("Of %s, to be revisited by the scheme %s: %sHow many are lacking?", "%s应按%s的办法回访：%s还欠几件？", in.listed(q.IDs), in.scheme(arg(1)), in.history(q.History))
	}
	lists := map[string]string{"complaints": in.either("the complaints that the manager visits", "经理上门的投诉"), "major": in.either("the major needs", "重大需求")}
	name := lists[arg(0)]
	if name == "" {
		name = in.either("the sample of the scheme %s", "%s的抽样", in.scheme(arg(0)))
	}
	return in.either("%s%sWhich of these are in %s for %s, closed at %s?", "%s%s以上哪些属于%s（%s，%s截止）？", in.history(q.History), in.money(q.Money), name, arg(1), at)
}

func (in tongue) scheme(name string) string {
	zh := map[string]string{"routine": "常规派工单", "cash": "现金特约服务", "banked": "托收特约服务"}[name]
	if in.zh && zh != "" {
		return zh
	}
	return name
}

func (in tongue) limit(l sla.Limit) string {
	if in.zh {
		return l.Label()
	}
	return l.String()
}

// history is the rows in order, each ticket once if there are several.
func (in tongue) history(rows []ticket.Event) string {
	if len(rows) == 0 {
		return ""
	}
	var ids []string
	for _, e := range rows {
		if !slices.Contains(ids, e.Ticket) {
			ids = append(ids, e.Ticket)
		}
	}
	if len(rows) > most {
		return in.either("%d rows of %s. ", "%[2]s的%[1]d行记录。", len(rows), in.listed(ids))
	}
	var all []string
	var before time.Time
	for _, e := range rows {
		text := in.row(e, before)
		before = e.At
		if len(ids) > 1 {
			text = e.Ticket + " " + text
		}
		all = append(all, text)
	}
	return strings.Join(all, in.end) + in.either(". ", "。")
}

// row is one row in words: when (the hour only, on the day of the row before), what, who, and
// the fields that it has.
func (in tongue) row(e ticket.Event, before time.Time) string {
	when := short(e.At)
	if day, hour, ok := strings.Cut(when, " "); ok && !before.IsZero() && strings.HasPrefix(short(before), day) {
		when = hour
	}
	what := of(in, e.Type)
	if e.By.Role != "" {
		what += in.either(" by the %s", "（%s）", strings.TrimSpace(of(in, e.By.Role)+" "+e.By.ID))
	}
	words := []string{when, what}
	add := func(text string) {
		if text != "" {
			words = append(words, text)
		}
	}
	add(of(in, e.Kind))
	add(of(in, e.Nature))
	add(of(in, e.Urgency))
	add(of(in, e.Severity))
	add(of(in, e.Place))
	if e.Type == ticket.Registered || e.Type == ticket.Imported {
		add(of(in, e.Caller))
	}
	add(of(in, e.Channel))
	add(of(in, e.State))
	add(of(in, e.Hold))
	add(of(in, e.Grade))
	for _, a := range []struct {
		en, zh string
		ticket.Actor
	}{{"to", "交", e.To}, {"against", "被投诉", e.Against}, {"approved by", "批准", e.Approver}} {
		if a.Role != "" {
			words = append(words, in.either(a.en+" the %s", a.zh+"%s", strings.TrimSpace(of(in, a.Role)+" "+a.ID)))
		}
	}
	if !e.Until.IsZero() {
		words = append(words, in.either("until %s", "至%s", short(e.Until)))
	}
	add(e.Ref)
	switch {
	case e.Seq == 0: // what became of an order, no row of a ticket
	case e.Recorded.IsZero():
		words = append(words, in.either("entry not known", "录入时间不详"))
	case !e.Recorded.Equal(e.At):
		words = append(words, in.either("entered %s", "%s录入", short(e.Recorded)))
	}
	return strings.Join(words, " ")
}

func (in tongue) money(log []billing.Entry) string {
	if len(log) == 0 {
		return ""
	}
	if len(log) > most {
		return in.either("%d entries of the money log. ", "收费记录%d行。", len(log))
	}
	var all []string
	for _, e := range log {
		words := []string{e.Serial, short(e.At), of(in, e.Type)}
		if e.Amount != 0 {
			words = append(words, e.Amount.String())
		}
		if e.Payment != "" {
			words = append(words, of(in, e.Payment))
		}
		if e.Ref != "" {
			words = append(words, e.Ref)
		}
		if !e.Recorded.Equal(e.At) {
			words = append(words, in.either("entered %s", "%s录入", short(e.Recorded)))
		}
		all = append(all, strings.Join(words, " "))
	}
	return strings.Join(all, in.end) + in.either(". ", "。")
}

func (in tongue) lines(args []string) string {
	var all []string
	for _, a := range args {
		price, qty, _ := strings.Cut(a, " ")
		all = append(all, price+" × "+qty)
	}
	return strings.Join(all, in.comma)
}

func (in tongue) listed(ids []string) string {
	if len(ids) > 4 {
		return in.either("%d orders", "%d件", len(ids))
	}
	var all []string
	for _, id := range ids {
		all = append(all, strconv.Quote(id))
	}
	return "[" + strings.Join(all, in.comma) + "]"
}

func (in tongue) done(q Question) string {
	if len(q.Done) == 0 {
		return in.either("nothing", "无")
	}
	var all []string
	for i, d := range q.Done {
		if i == 3 && len(q.Done) > 4 {
			all = append(all, in.either("%d in all", "共%d次", len(q.Done)))
			break
		}
		all = append(all, strings.TrimSpace(short(d.At)+" "+of(in, d.By.Role)+" "+d.Ref))
	}
	return strings.Join(all, in.comma)
}

// answer is all that an answer says, in the order of its fields.
func (in tongue) answer(a Answer) string {
	var all []string
	add := func(name, text string, there bool) {
		if there {
			all = append(all, name+" "+text)
		}
	}
	add("code", a.Code, a.Code != "")
	add("state", string(a.State), a.State != "")
	add("n", strconv.Itoa(a.N), a.N != 0)
	add("at", instant(a.At), !a.At.IsZero())
	add("ids", list(a.IDs), len(a.IDs) > 0)
	add("amount", a.Amount, a.Amount != "")
	if all == nil {
		return in.either("nothing", "无")
	}
	return strings.Join(all, in.comma)
}

// short is an instant as people write it, with as much of the second as there is.
func short(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = calendar.InChina(t)
	switch {
	case t.Nanosecond() != 0:
		return t.Format("2006-01-02 15:04:05.999999999")
	case t.Second() != 0:
		return t.Format("2006-01-02 15:04:05")
	}
	return t.Format("2006-01-02 15:04")
}
