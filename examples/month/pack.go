package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// A Pack is the month-end pack: data first, printed as text or as JSON.
type Pack struct {
	Month       calendar.Month `json:"month"`
	Until       calendar.Month `json:"until,omitzero"` // of a whole file: its last month, Month is the first
	AsOf        time.Time      `json:"as_of"`
	Source      string         `json:"source"`
	Policy      string         `json:"policy"`
	Calendar    string         `json:"calendar"`
	Choices     []wuye.Choice  `json:"choices,omitempty"`     // the policy's readings that are not the default
	Foreign     bool           `json:"foreign,omitzero"`      // somebody else's export: states are derived, flows not checked
	Notes       []string       `json:"notes,omitempty"`       // what the input does not tell
	Scores      []audit.Figure `json:"scores,omitempty"`      // the month in figures
	Months      []MonthRow     `json:"months,omitempty"`      // of a whole file: each month
	Kinds       []KindRow      `json:"kinds"`                 // 1. tickets by kind and state
	Unanswered  []Line         `json:"unanswered,omitempty"`  //    those without an answer
	Clocks      []ClockRow     `json:"clocks"`                // 2. per clause
	Breaches    []Clock        `json:"breaches,omitempty"`    //    each breach, by ticket
	Running     []Clock        `json:"running,omitempty"`     //    what is due next
	Escalations []Escalation   `json:"escalations,omitempty"` // 3. who must act
	Revisits    *Revisits      `json:"revisits,omitempty"`    // 4.
	Money       *Money         `json:"money,omitempty"`       // 5.
	Duties      []wuye.Item    `json:"duties,omitempty"`      // what the desk itself owes, late or due in ten days
	Audit       *Audited       `json:"audit,omitempty"`       // asked for by -audit
	Changes     *Changes       `json:"changes,omitempty"`     // asked for by -reading
	Clauses     []Cited        `json:"clauses"`               // each clause cited above, once

	scored []Cited // the clauses of Scores, which the text does not print
}

// A MonthRow is one month of a whole file.
type MonthRow struct {
	Month    calendar.Month     `json:"month"`
	Opened   int                `json:"opened"`
	Statuses map[sla.Status]int `json:"statuses"` // of the limits by the month in which they fall due
}

// A KindRow counts the tickets of one kind by state.
type KindRow struct {
	Kind   ticket.Kind          `json:"kind"`
	Total  int                  `json:"total"`
	States map[ticket.State]int `json:"states"`
}

var states = []ticket.State{ticket.Open, ticket.Accepted, ticket.Assigned, ticket.InWork, ticket.Referred, ticket.Done, ticket.Answered, ticket.Closed, ticket.Void}

var kinds = []ticket.Kind{ticket.Inquiry, ticket.Repair, ticket.Cleaning, ticket.Service, ticket.Complaint, ticket.Suggestion,
	ticket.Concern, ticket.Filing, ticket.FitOut, ticket.Other}

// A Line names a ticket for people.
type Line struct {
	Ticket   string       `json:"ticket"`
	Kind     ticket.Kind  `json:"kind"`
	Category string       `json:"category,omitempty"`
	State    ticket.State `json:"state"`
	Held     bool         `json:"held,omitempty"`
	Opened   time.Time    `json:"opened"`
	With     string       `json:"with,omitempty"` // who has it
}

// A ClockRow counts the verdicts of one clause by status.
type ClockRow struct {
	Clause   rule.ID            `json:"clause"`
	Statuses map[sla.Status]int `json:"statuses"`
}

var statuses = []sla.Status{sla.Met, sla.Running, sla.Paused, sla.Breached, sla.Lapsed, sla.Unseen}

// A Clock is one verdict for people: whose ticket, what was due when, and when it was done.
type Clock struct {
	sla.Verdict
	Category string      `json:"category,omitempty"`
	Kind     ticket.Kind `json:"kind"`
	Answered time.Time   `json:"answered,omitzero"` // when the customer was last answered
	DayOnly  bool        `json:"day_only,omitzero"` // of a file that gives the day of the answer, not its time
	Over     bool        `json:"over,omitzero"`     // the ticket is closed: what was not done will not be
}

// An Escalation is a firing and what the tier that it went to did next.
type Escalation struct {
	escalation.Firing
	Kind     ticket.Kind  `json:"kind"`
	Category string       `json:"category,omitempty"`
	Acted    time.Time    `json:"acted,omitzero"`
	By       ticket.Actor `json:"by,omitzero"`
	Linked   string       `json:"linked,omitempty"` // the ticket raised from the revisit, if that is what was done
	Over     bool         `json:"over,omitzero"`    // the ticket is closed: nobody will act any more
}

// A Cited clause and what it demands.
type Cited struct {
	Clause rule.ID `json:"clause"`
	Zh     string  `json:"zh"`
}

// A job is what is asked for.
type job struct {
	first, last calendar.Month // one month, or the first and the last of a whole file
	asOf        time.Time
	key         string
	audit       bool
	choices     []wuye.Choice         // readings to hold against without
	without     *wuye.Desk            // the desk that reads them by default; nil: nothing to hold against
	progress    func(done, total int) // nil: nobody listens
}

func (j job) begin() time.Time { return j.first.Day(1).Start() }
func (j job) end() time.Time   { return j.last.Add(1).Day(1).Start() }

// whole reports whether the job is of a whole file.
func (j job) whole() bool { return j.first != j.last }

// build judges what j asks of r.
func build(desk *wuye.Desk, r records, j job) (Pack, error) {
	now, err := judge(desk, r, j)
	if err != nil {
		return Pack{}, err
	}
	p := now.pack
	if j.without != nil {
		was, err := judge(j.without, r, j)
		if err != nil {
			return Pack{}, err
		}
		p.Changes = changes(was, now, j)
	}
	if j.audit {
		p.Audit = audited(now)
	}
	policy, err := desk.Policy(j.end().Add(-1))
	if err != nil {
		return Pack{}, err
	}
	order := clauseOrder()
	p.Clauses = cite(p, policy, order)
	var ids []rule.ID
	for _, f := range p.Scores {
		ids = append(ids, f.Clause)
	}
	p.scored = inWords(ids, policy, order)
	return p, nil
}

// judging is a pack and what it was made of.
type judging struct {
	pack     Pack
	views    []view            // of the tickets in hand
	findings [][]audit.Finding // of each of views, within the months; where a job asks for them
	month    []audit.Finding   // of what only the whole shows
}

// judge judges the months of j.
func judge(desk *wuye.Desk, r records, j job) (judging, error) {
	begin, end := j.begin(), j.end()
	policy, err := desk.Policy(begin)
	if err != nil {
		return judging{}, err
	}
	p := Pack{Month: j.first, AsOf: calendar.InChina(j.asOf), Source: r.source, Policy: policy.Name, Calendar: desk.Calendar().ID(), Choices: policy.Choices, Foreign: r.foreign}
	if j.whole() {
		p.Until = j.last
	}
	children := raised(r, j.asOf)
	out := judging{}
	views := map[string]view{}
	byKind := map[ticket.Kind]*KindRow{}
	byClause := map[rule.ID]*ClockRow{}
	for i, h := range r.histories {
		if j.progress != nil {
			j.progress(i, len(r.histories))
		}
		v, err := look(desk, r, h, j.asOf)
		if err != nil {
			return judging{}, fmt.Errorf("%s: %w", h[0].Ticket, err)
		}
		if len(v.rows) == 0 {
			continue
		}
		views[v.ticket.ID] = v
		if !inHand(v, begin, end) {
			continue
		}
		out.views = append(out.views, v)
		if j.audit || j.without != nil {
			found, err := findings(desk, r, h, j.asOf)
			if err != nil {
				return judging{}, fmt.Errorf("%s: %w", h[0].Ticket, err)
			}
			out.findings = append(out.findings, slices.DeleteFunc(found, func(f audit.Finding) bool {
				at := f.At
				if at.IsZero() {
					at = v.ticket.Opened
				}
				return at.Before(begin) || !at.Before(end)
			}))
		}
		row := byKind[v.ticket.Kind]
		if row == nil {
			row = &KindRow{Kind: v.ticket.Kind, States: map[ticket.State]int{}}
			byKind[v.ticket.Kind] = row
		}
		row.Total++
		row.States[v.ticket.State]++
		if v.open() {
			p.Unanswered = append(p.Unanswered, v.line())
		}
		for _, o := range v.verdicts {
			if !ofMonth(o, begin, end) {
				continue
			}
			row := byClause[o.Clause]
			if row == nil {
				row = &ClockRow{Clause: o.Clause, Statuses: map[sla.Status]int{}}
				byClause[o.Clause] = row
			}
			row.Statuses[o.Status]++
			switch o.Status {
			case sla.Breached:
				p.Breaches = append(p.Breaches, v.clock(o))
			case sla.Running, sla.Paused:
				p.Running = append(p.Running, v.clock(o))
			}
		}
		for _, f := range v.firings {
			if f.At.Before(end) && !f.At.Before(begin) {
				p.Escalations = append(p.Escalations, v.escalation(f, children))
			}
		}
	}
	for _, k := range kinds {
		if row := byKind[k]; row != nil {
			p.Kinds = append(p.Kinds, *row)
		}
	}
	for _, row := range byClause {
		p.Clocks = append(p.Clocks, *row)
	}
	p.sort(clauseOrder())
	if j.whole() {
		p.Months = byMonth(out.views, j)
	}
	if p.Scores, err = scores(desk, r, j); err != nil {
		return judging{}, err
	}
	switch {
	case r.foreign:
		p.Notes = foreignNotes(r, j, out.views, p.Clocks)
	case j.asOf.Before(end):
		p.Notes = append(p.Notes, fmt.Sprintf("%s 尚未过完，回访抽样与收费月结待 %s 24:00 之后再出。", j.last, j.last.Last()))
	default:
		if err := p.close(desk, r, j.last, j.key, j.asOf, views); err != nil {
			return judging{}, err
		}
		if j.audit || j.without != nil {
			if out.month, err = audit.Month(desk, j.last, r.all(), j.asOf); err != nil {
				return judging{}, err
			}
		}
	}
	out.pack = p
	return out, nil
}

// byMonth are the months of j, each with what came in and what fell due in it.
func byMonth(views []view, j job) []MonthRow {
	var rows []MonthRow
	index := map[calendar.Month]int{}
	for m := j.first; m.Compare(j.last) <= 0; m = m.Add(1) {
		index[m] = len(rows)
		rows = append(rows, MonthRow{Month: m, Statuses: map[sla.Status]int{}})
	}
	for _, v := range views {
		if i, ok := index[calendar.DateOf(v.ticket.Opened).Month()]; ok {
			rows[i].Opened++
		}
		for _, o := range v.verdicts {
			at := o.Due.At
			if at.IsZero() { // nobody knows when: it counts where it began
				at = o.Start
			}
			if i, ok := index[calendar.DateOf(at.Add(-1)).Month()]; ok {
				rows[i].Statuses[o.Status]++
			}
		}
	}
	return rows
}

// sort puts every list into the one order that the same input always gives.
func (p *Pack) sort(order map[rule.ID]int) {
	slices.SortFunc(p.Unanswered, func(a, b Line) int { return cmp.Or(a.Opened.Compare(b.Opened), cmp.Compare(a.Ticket, b.Ticket)) })
	slices.SortFunc(p.Clocks, func(a, b ClockRow) int { return cmp.Compare(order[a.Clause], order[b.Clause]) })
	same := func(a, b Clock) int {
		return cmp.Or(cmp.Compare(a.Ticket, b.Ticket), cmp.Compare(order[a.Clause], order[b.Clause]), cmp.Compare(a.Cycle, b.Cycle), cmp.Compare(a.Number, b.Number))
	}
	slices.SortFunc(p.Breaches, func(a, b Clock) int { // the rows of a ticket together, as its story went
		return cmp.Or(cmp.Compare(a.Ticket, b.Ticket), a.Due.At.Compare(b.Due.At), same(a, b))
	})
	slices.SortFunc(p.Running, func(a, b Clock) int { return cmp.Or(a.Due.At.Compare(b.Due.At), same(a, b)) })
	slices.SortFunc(p.Escalations, func(a, b Escalation) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Key, b.Key)) })
}

// inHand reports whether the desk had v in hand in the month: opened before its end, and
// touched in it or open when it began.
func inHand(v view, begin, end time.Time) bool {
	if !v.ticket.Opened.Before(end) {
		return false
	}
	if v.open() {
		return true
	}
	for _, e := range v.rows {
		if !e.At.Before(begin) || !e.Recorded.Before(begin) {
			return true
		}
	}
	return false
}

// ofMonth leaves out what was settled before the month began, and reported then.
func ofMonth(v sla.Verdict, begin, end time.Time) bool {
	open := v.Status == sla.Running || v.Status == sla.Paused || v.Status == sla.Breached && v.Stop.IsZero()
	over := slices.MaxFunc([]time.Time{v.Start, v.Due.At, v.Stop}, time.Time.Compare)
	return v.Start.Before(end) && (open || over.After(begin))
}

func foreignNotes(r records, j job, views []view, clocks []ClockRow) []string {
	labels := make([]string, len(r.unrecorded))
	for i, t := range r.unrecorded {
		labels[i] = t.Label()
	}
	flow := "不核对流程。"
	if j.audit {
		flow = "流程只在审计一节核对。"
	}
	notes := []string{
		"此文件不是本库的台账，只有其列所载的时刻。状态按已有的时刻推定；" + flow,
		"此文件不能记录：" + strings.Join(labels, "、") + "。取决于这些步骤的时限一律记为“不明”，不算超时。",
		"挂起、改级、并单、撤单凡未载的，按没有发生计；投诉未分轻重的，按轻微计。",
		"文件里没有派工、回访和收费记录，所以没有抽样回访计划和收费月结。",
	}
	if r.assumed > 0 {
		notes = append(notes, fmt.Sprintf("全文件有 %d 行看不出事项种类，取映射文件的默认。", r.assumed))
	}
	days, vague := 0, 0
	for _, v := range views {
		switch {
		case v.vague:
			vague++
		case len(v.days) > 0:
			days++
		}
	}
	if vague > 0 {
		notes = append(notes, fmt.Sprintf("%d 件的办结早于登记：只知道办了，不知何时；怎样都得同一结论才算数，否则记为“不明”。", vague))
	}
	if days > 0 {
		notes = append(notes, fmt.Sprintf("%d 件只有日期没有钟点：当天最早与最晚都得同一结论才算数，否则记为“不明”。", days))
	}
	total, unseen := 0, 0
	for _, row := range clocks {
		for _, s := range statuses {
			total += row.Statuses[s]
		}
		unseen += row.Statuses[sla.Unseen]
	}
	if 2*unseen > total {
		note := fmt.Sprintf("此文件大半无从判断：%d 项时限中 %d 项不明。", total, unseen)
		if r.guessed {
			note += "映射文件没有写 unrecorded，凡没有列的步骤都当作不能记录。"
		}
		notes = append(notes, note+"某一步骤若没有记录就是没做，映射文件的 unrecorded 不应列它（见 maps/README.md）。")
	}
	return notes
}

// clauseOrder is the place of each clause in the documents; our own come last.
func clauseOrder() map[rule.ID]int {
	order := map[rule.ID]int{}
	for i, c := range rule.Clauses() {
		order[c.ID] = i
	}
	return order
}

// cite collects the clause of every line.
func cite(p Pack, policy wuye.Policy, order map[rule.ID]int) []Cited {
	ids := []rule.ID{"HL1-3", "VC-3.5"}
	if p.satisfaction() != nil {
		ids = append(ids, "HB-2.1b")
	}
	for _, row := range p.Clocks {
		ids = append(ids, row.Clause)
	}
	for _, e := range p.Escalations {
		ids = append(ids, e.Step.Clause)
	}
	for _, item := range p.Duties {
		ids = append(ids, item.Clause)
	}
	if p.Foreign {
		for _, f := range p.Scores {
			ids = append(ids, f.Clause)
		}
	}
	if p.Audit != nil {
		for _, row := range p.Audit.Clauses {
			ids = append(ids, row.Clause)
		}
	}
	if p.Changes != nil {
		ids = append(ids, p.Changes.clauses()...)
	}
	if p.Revisits != nil {
		ids = append(ids, "SP-2.7.1a", "TR-4.3a", "TR-4.3b", "TR-4.4d", "TR-4.7a", "TR-4.8", "SP-2.7.1b", "SP-2.7.1c", bracket(p.Revisits.Routine).Clause)
	}
	if p.Money != nil {
		ids = append(ids, "SP-2.4.2d", "SP-2.5.1", "SP-2.6.1.4", "SP-2.6.1.5", "SP-2.6.2.1", "WY-money")
		if len(p.Money.Paid) > 0 {
			ids = append(ids, "SP-2.5.4b")
		}
	}
	return inWords(ids, policy, order)
}

// satisfaction is the figure of HB-2.1b, nil if there is none.
func (k Pack) satisfaction() *audit.Figure {
	if i := slices.IndexFunc(k.Scores, func(f audit.Figure) bool { return f.Clause == "HB-2.1b" }); i >= 0 {
		return &k.Scores[i]
	}
	return nil
}

// inWords gives each clause once, with what it demands; where that leaves it to a reading,
// with the option that the policy takes.
func inWords(ids []rule.ID, policy wuye.Policy, order map[rule.ID]int) (cited []Cited) {
	slices.SortFunc(ids, func(a, b rule.ID) int { return cmp.Compare(order[a], order[b]) })
	for _, id := range slices.Compact(ids) {
		zh := id.Zh()
		if strings.Contains(zh, "依所选读法") {
			for _, r := range wuye.Readings() {
				if len(r.Clauses) == 1 && r.Clauses[0] == id { // a question of this clause only
					zh += "（本规则取“" + option(r, policy.Reading(r.Code)) + "”）"
				}
			}
		}
		cited = append(cited, Cited{id, zh})
	}
	return cited
}

// option is an option of r in words.
func option(r wuye.Reading, code string) string {
	for _, o := range r.Options {
		if o.Code == code {
			return o.Zh
		}
	}
	return code
}

// bracket is the one that decided how large d is.
func bracket(d sampling.Draw) sampling.Bracket {
	for _, b := range d.Scheme.Brackets {
		if b.UpTo == 0 || d.Population <= b.UpTo {
			return b
		}
	}
	return sampling.Bracket{}
}
