package ticket

import (
	"strconv"
	"strings"

	"example.com/wuye/rule"
)

// A Refusal says why a row may not be added. Neither of its texts repeats a Reason or any
// other free text of the row, and its JSON leaves the row out.
//
// Fields says what is missing or wrong: JSON paths of the row ("to.id", "has[1]"); of what
// the form must hold, bare Particular codes ("contact"); of earlier steps, their types
// ("agreed"); and "held" of a ticket on hold. A Missing names all of them at once, any other
// refusal only the first. By code:
//
//   - IllegalMove: no row of the table fits, the ticket is on hold already, or it is closed
//     or void and the row older than that (Fields "at")
//   - WrongRole: somebody else may, not By; or not this Approver, or not this To
//   - Missing: fields, particulars or earlier steps that are not there
//   - OwnWork: he would revisit or rate what he did himself
//   - OutOfOrder: rows before this Seq are not there yet
//   - Conflict: another row has this Seq; read the history again
//   - TimeTravel: At is after Recorded, or before the registration
//   - Malformed: a code, time or text that no row may have, or another ticket's row
type Refusal struct {
	Code   Code     `json:"code"`
	Event  Event    `json:"-"`
	State  State    `json:"state,omitzero"` // of the ticket, before the row
	Fields []string `json:"fields,omitempty"`
	Guard  Guard    `json:"guard,omitzero"` // the guard not passed, if it was one
	Clause rule.ID  `json:"clause"`
}

func (t *Ticket) refuse(c Code, e *Event, clause rule.ID, fields ...string) *Refusal {
	return &Refusal{Code: c, Event: *e, State: t.State, Fields: fields, Clause: clause}
}

// Error is for programmers.
func (r *Refusal) Error() string {
	var b strings.Builder
	b.WriteString("ticket: ")
	if len(r.Event.Ticket) <= maxID && r.Event.Ticket != "" {
		b.WriteString(strconv.Quote(r.Event.Ticket) + " ")
	}
	if r.Event.Seq != 0 || r.Event.Ticket != "" { // ParseEvent's have no row yet
		b.WriteString("row " + strconv.Itoa(r.Event.Seq))
	} else {
		b.WriteString("event")
	}
	if r.Event.Type.Valid() {
		b.WriteString(" " + string(r.Event.Type))
	}
	if r.State.Valid() {
		b.WriteString(" in state " + string(r.State))
	}
	b.WriteString(": " + string(r.Code))
	if len(r.Fields) > 0 {
		b.WriteString(": " + strings.Join(r.Fields, ", "))
	}
	b.WriteString(" (" + string(r.Clause) + ")")
	return b.String()
}

// fieldLabels is what people call the fields that refusals name.
var fieldLabels = []label[string]{{"ticket", "单号"}, {"seq", "序号"}, {"type", "步骤"}, {"at", "发生时间"}, {"recorded", "录入时间"}, {"by", "经办人"},
	{"kind", "类别"}, {"nature", "性质"}, {"urgency", "紧急程度"}, {"severity", "轻重"}, {"place", "地点"}, {"caller", "来人身份"}, {"category", "本处编码"},
	{"has", "登记要素"}, {"channel", "方式"}, {"state", "状态"}, {"to", "交给谁"}, {"against", "被投诉人"}, {"approver", "批准人"}, {"until", "约定时间"},
	{"hold", "挂起原因"}, {"grade", "评价"}, {"punctual", "守时评价"}, {"attitude", "态度评价"}, {"quality", "质量评价"}, {"reason", "事由"}, {"ref", "相关编号"}}

// fieldLabel is the Chinese name of a path, a particular or a step.
func fieldLabel(path string) string {
	name, _, _ := strings.Cut(path, ".")
	name, _, _ = strings.Cut(name, "[")
	if zh := Particular(name).Label(); zh != "" && name != "place" {
		return zh
	}
	for _, l := range fieldLabels {
		if l.code == name {
			return l.zh
		}
	}
	if zh := EventType(name).Label(); zh != "" {
		return "先" + zh
	}
	return path
}

// Zh is for people at the desk.
func (r *Refusal) Zh() string {
	step := "“" + r.Event.Type.Label() + "”"
	if step == "“”" {
		step = "这一步"
	}
	fields := make([]string, len(r.Fields))
	for i, f := range r.Fields {
		fields[i] = fieldLabel(f)
	}
	list := strings.Join(fields, "、")
	var s string
	switch r.Code {
	case IllegalMove:
		switch {
		case r.State == "":
			s = "工单尚未登记，不能办理" + step
		case r.Event.Type == Registered:
			s = "工单已经登记"
		case r.Guard == NotHeld:
			s = "工单已经挂起，不能再次挂起"
		case len(r.Fields) > 0:
			s = step + "的发生时间早于工单成为“" + r.State.Label() + "”，不能补录"
		default:
			s = "工单现为“" + r.State.Label() + "”，不能办理" + step
		}
	case WrongRole:
		switch r.Guard {
		case NotAgainst:
			s = "被投诉人不得判定对自己的投诉，须由其他客服主管或以上办理" + step
		case NotLowering:
			s = "降低轻重或紧急程度、更改类别、改为匿名、取消特约，须由客服主管或以上办理"
		case Approved:
			s = step + "的批准人须为客服主管或以上，且不得是经办人本人"
		case Inside:
			s = step + "不得交给外部单位，请办理“转报”"
		default:
			s = step + "不能由" + or(r.Event.By.Role.Label(), "此人") + "办理"
		}
	case Missing:
		s = step + "还缺：" + list
		if r.Guard == Inside {
			s = step + "须写明接单人的工号，或交给部门"
		}
	case OwnWork:
		s = "不得回访或评价本人所做的工作"
	case OutOfOrder:
		s = "记录序号不连续，请刷新后重做"
	case Conflict:
		s = "此序号已有另一条记录，请刷新后重做"
	case TimeTravel:
		s = step + "的发生时间晚于录入时间，或早于登记时间"
	default:
		s = step + "内容有误：" + list
		if list == "$" {
			s = "内容不是一个 JSON 对象"
		}
	}
	return s + "（依据 " + string(r.Clause) + "）"
}
