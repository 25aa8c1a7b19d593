package backend

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.com/wuye/billing"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// The forms. What a step needs is the library's table; what it may also have, and how each
// field is asked for, is here. A form becomes the JSON of a row and goes through the same door.

// An Action is a button: a step that the table allows, with the fields it asks for.
type Action struct {
	Type   ticket.EventType
	Clause rule.ID
	As     ticket.Role // customer: his word, written down for him; empty: his who is logged in
	Fields []Field
}

// A Field of a form.
type Field struct {
	Name, Label, Value string
	Input              string // "text", "area", "time", "select"
	Required           bool
	Options            []Option
}

// An Option of a select.
type Option struct{ Value, Label string }

// optional are the fields that a step may have beside those it needs.
var optional = map[ticket.EventType][]string{
	ticket.Told: {"grade", "reason"}, ticket.Dispatched: {"until", "reason"}, ticket.Completed: {"reason"}, ticket.Disputed: {"reason"},
	ticket.Reopened: {"reason"}, ticket.ReferredOut: {"ref", "reason"}, ticket.Replied: {"reason"}, ticket.Informed: {"reason"}, ticket.Urged: {"reason"},
	ticket.SignedOff: {"grade", "reason"}, ticket.Rated: {"reason"}, ticket.Reranked: {"kind", "severity", "urgency", "reason"}, ticket.Escalated: {"reason"},
	ticket.Revisited: {"grade", "punctual", "attitude", "quality", "until", "reason"}, ticket.Missed: {"approver", "reason"}, ticket.Held: {"reason"},
	ticket.Extended: {"to"}, ticket.Withdrawn: {"reason"}, ticket.Damaged: {"reason"}, ticket.Upheld: {"reason"}, ticket.Joined: {"reason"}, ticket.Inspected: {"reason"},
}

var labels = map[string]string{
	"to": "交给", "approver": "批准人", "until": "时间", "hold": "暂停原因", "grade": "满意度", "punctual": "是否准时", "attitude": "服务态度", "quality": "服务质量",
	"channel": "方式", "reason": "说明", "ref": "相关单号", "kind": "类别", "nature": "性质", "urgency": "紧急程度", "severity": "轻重", "place": "部位", "caller": "来电人", "category": "本所细类",
}

// options are the codes that a select offers, in the library's words.
var options = map[string][]Option{
	"kind":     choices(ticket.Complaint, ticket.Repair, ticket.Cleaning, ticket.Inquiry, ticket.Suggestion, ticket.Service, ticket.Concern, ticket.Filing, ticket.FitOut, ticket.Other),
	"nature":   choices(ticket.Routine, ticket.Special, ticket.Commercial),
	"urgency":  choices(ticket.Normal, ticket.Emergency),
	"severity": choices(ticket.Minor, ticket.Important, ticket.Major),
	"place":    choices(ticket.Indoor, ticket.Public),
	"caller":   choices(ticket.Owner, ticket.Resident, ticket.Visitor, ticket.Anonymous, ticket.Committee, ticket.Shop, ticket.Neighbourhood),
	"channel":  choices(ticket.Phone, ticket.Online, ticket.Counter, ticket.Letter, ticket.Visit, ticket.Inbound),
	"hold":     choices(ticket.WaitingMaterials, ticket.WaitingCustomer, ticket.WaitingAuthority, ticket.WaitingWeather, ticket.WaitingSite, ticket.WaitingOther),
	"grade":    grades,
	"punctual": grades,
	"attitude": grades,
	"quality":  grades,
	"payment":  choices(billing.Cash, billing.Mobile, billing.Card, billing.Collection),
}

var grades = choices(ticket.VerySatisfied, ticket.Satisfied, ticket.Fair, ticket.Poor, ticket.Bad, ticket.NoGrade)

func choices[T interface {
	~string
	Label() string
}](codes ...T) (options []Option) {
	for _, c := range codes {
		options = append(options, Option{string(c), c.Label()})
	}
	return options
}

func field(name string, required bool) Field {
	f := Field{Name: name, Label: labels[name], Input: "text", Required: required, Options: options[name]}
	switch {
	case name == "until":
		f.Input = "time"
	case name == "reason":
		f.Input = "area"
	case name == "to" || name == "approver" || f.Options != nil:
		f.Input = "select"
	}
	return f
}

// actions are the buttons that the table allows to somebody, the moves first: his own, and
// the customer's where he may write down what the customer said.
func actions(t ticket.Ticket, u Staff, staff []Option) []Action {
	var all []Action
	add := func(role, as ticket.Role) {
		for _, row := range t.Allowed(role) {
			if row.Type == ticket.Sampled || row.Type == ticket.Imported {
				continue // written by the month's end and by a takeover
			}
			i := slices.IndexFunc(all, func(a Action) bool { return a.Type == row.Type })
			if i >= 0 && all[i].As != as {
				continue
			}
			if i < 0 {
				i, all = len(all), append(all, Action{Type: row.Type, Clause: row.Clause, As: as})
			}
			for _, name := range row.Needs {
				all[i].with(name, true, staff)
			}
		}
	}
	add(u.Role, "")
	if _, err := u.by(ticket.Actor{Role: ticket.Customer}); err == nil {
		add(ticket.Customer, ticket.Customer)
	}
	for i := range all {
		for _, name := range optional[all[i].Type] {
			all[i].with(name, false, staff)
		}
	}
	slices.SortStableFunc(all, func(a, b Action) int {
		switch {
		case a.Type.Moves() == b.Type.Moves():
			return 0
		case a.Type.Moves():
			return -1
		}
		return 1
	})
	return all
}

// with adds a field to a form, once.
func (a *Action) with(name string, required bool, staff []Option) {
	if slices.ContainsFunc(a.Fields, func(f Field) bool { return f.Name == name }) {
		return
	}
	f := field(name, required)
	switch {
	case name == "approver":
		for _, o := range staff {
			if r, _, _ := strings.Cut(o.Value, ":"); ticket.Role(r).Tier() >= ticket.Supervisor.Tier() {
				f.Options = append(f.Options, o)
			}
		}
	case name == "to" && a.Type == ticket.ReferredOut:
		f.Options = []Option{{"authority:", ticket.Authority.Label()}}
	case name == "to":
		f.Options = append([]Option{{"department_head:", ticket.DepartmentHead.Label() + "（部门）"}}, staff...)
	case name == "until" && a.Type == ticket.Revisited:
		f.Label = "上门结束时间"
	case name == "ref" && a.Type == ticket.Started:
		f.Label = "服务及回访记录编号"
	case name == "ref" && a.Type == ticket.Agreed:
		f.Label = "报价单号"
	}
	a.Fields = append(a.Fields, f)
}

// rowOf is a form as the JSON of a row. What is empty is left out, what the row has no field
// for is none of it; the rest is the library's to refuse.
func rowOf(f url.Values, typ string) []byte {
	row := map[string]any{"type": typ}
	for _, name := range []string{"kind", "nature", "urgency", "severity", "place", "caller", "category", "channel", "hold", "grade", "punctual", "attitude", "quality", "reason", "ref"} {
		if v := strings.TrimSpace(f.Get(name)); v != "" {
			row[name] = v
		}
	}
	for _, name := range []string{"by", "to", "approver", "against"} {
		if role, id, _ := strings.Cut(f.Get(name), ":"); role != "" {
			row[name] = actorJSON(role, id)
		}
	}
	for _, name := range []string{"at", "until"} {
		if v := f.Get(name); v != "" {
			if len(v) == len("2006-01-02T15:04") {
				v += ":00"
			}
			row[name] = v + "+08:00" // what a datetime-local field gives is China's time
		}
	}
	if seq := f.Get("seq"); seq != "" {
		row["seq"] = json.Number(seq)
	}
	data, err := json.Marshal(row)
	if err != nil { // a seq that is no number
		return []byte("{}")
	}
	return data
}

func actorJSON(role, id string) map[string]string {
	a := map[string]string{"role": role}
	if id != "" {
		a["id"] = id
	}
	return a
}

// entryOf is a form as an entry of the money log.
func entryOf(f url.Values, id string, u Staff) (billing.Entry, error) {
	row := map[string]any{"ticket": id}
	for _, name := range []string{"serial", "type", "amount", "payment", "ref", "reason"} {
		if v := strings.TrimSpace(f.Get(name)); v != "" {
			row[name] = v
		}
	}
	if role, staff, _ := strings.Cut(f.Get("approver"), ":"); role != "" {
		row["approver"] = actorJSON(role, staff)
	}
	if seq := f.Get("seq"); seq != "" {
		row["seq"] = json.Number(seq)
	}
	data, err := json.Marshal(row)
	if err != nil {
		return billing.Entry{}, malformed("序号应为数字")
	}
	e, err := billing.ParseEntry(data)
	if err != nil {
		return e, malformed(rule.Zh(err))
	}
	e.By, e.At = u.actor(), time.Time{}
	return e, nil
}

// The forms of the revisit plan: a revisit, and an attempt that failed.

func revisitFields(visit bool) []Field {
	a := Action{Type: ticket.Revisited}
	a.with("channel", true, nil)
	for _, name := range optional[ticket.Revisited] {
		a.with(name, false, nil)
	}
	if visit {
		a.Fields[0].Value = string(ticket.Visit)
	}
	return a.Fields
}

func missedFields(staff []Option) []Field {
	a := Action{Type: ticket.Missed}
	for _, name := range optional[ticket.Missed] {
		a.with(name, false, staff)
	}
	return a.Fields
}

// moneyFields are those of an entry. Which of them a type needs is the library's to say.
func moneyFields() []Field {
	return []Field{
		{Name: "serial", Label: "记录编号", Input: "text", Required: true},
		{Name: "seq", Label: "序号", Input: "text", Required: true},
		{Name: "type", Label: "事项", Input: "select", Required: true, Options: choices(billing.Quoted, billing.Charged, billing.Received, billing.Booked, billing.HandedIn, billing.Sorted, billing.Collated,
			billing.Collected, billing.Failed, billing.Switched, billing.Reversed, billing.Waived, billing.Voided, billing.Compensated)},
		{Name: "amount", Label: "金额（元，两位小数）", Input: "text"},
		{Name: "payment", Label: "付款方式", Input: "select", Options: options["payment"]},
		{Name: "ref", Label: "报价单、收据或月份", Input: "text"},
		{Name: "reason", Label: "说明", Input: "area"},
	}
}
