package billing

import (
	"fmt"
	"strings"

	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A Refusal says why a row of the money log is refused: against which state of its serial,
// which fields are at fault, and which clause asks for it. Code is one of [ticket.Code], or
// WrongAmount.
type Refusal struct {
	Code   string
	Entry  Entry
	State  EntryType // of the serial before the entry; "": a new one
	Fields []string
	Clause rule.ID
}

// WrongAmount is the code of a row whose amount is not the one quoted, or not the whole.
const WrongAmount = "wrong_amount"

func (r *Refusal) Error() string {
	s := fmt.Sprintf("billing: %q", clip(r.Entry.Serial))
	if r.Entry.Seq != 0 {
		s += fmt.Sprintf(" row %d", r.Entry.Seq)
	}
	if r.Entry.Type != "" {
		s += ", " + plain(string(r.Entry.Type))
	}
	if r.State != "" {
		s += " after " + string(r.State)
	}
	s += ": " + strings.ReplaceAll(r.Code, "_", " ")
	if len(r.Fields) > 0 {
		s += ": " + strings.Join(r.Fields, ", ")
	}
	return s + " (" + string(r.Clause) + ")"
}

var refusalZh = map[string]string{
	string(ticket.IllegalMove): "此时不能登记", string(ticket.WrongRole): "无权办理", string(ticket.Missing): "未填",
	string(ticket.OwnWork): "不能自己审批", string(ticket.OutOfOrder): "序号不连续", string(ticket.Conflict): "与已有记录冲突",
	string(ticket.TimeTravel): "时间不合理", string(ticket.Malformed): "格式不对", WrongAmount: "金额不符",
}

// Zh says the same to people.
func (r *Refusal) Zh() string {
	s := "记录" + plain(r.Entry.Serial)
	if r.Entry.Seq != 0 {
		s += "第" + fmt.Sprint(r.Entry.Seq) + "行"
	}
	if l := r.Entry.Type.Label(); l != "" {
		s += "“" + l + "”"
	}
	if r.State != "" {
		s += "（现为“" + r.State.Label() + "”）"
	}
	s += refusalZh[r.Code]
	if len(r.Fields) > 0 {
		s += "：" + strings.Join(r.Fields, "、")
	}
	return s + "（" + string(r.Clause) + "）"
}
