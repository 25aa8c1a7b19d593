package escalation

import (
	"cmp"
	"fmt"

	"example.com/wuye/ticket"
)

// A Title is what a site calls a role of the ladder.
type Title struct {
	Role ticket.Role `json:"role"`
	Name string      `json:"name"`
}

// Titles are a site's names for the roles of the ladder. The first that a role has is what it
// is called; all of them are understood, as another system may write them. A site that puts
// its own before the documents' is called by its own:
//
//	titles := append(escalation.Titles{{ticket.Manager, "管理处经理"}}, escalation.StandardTitles()...)
type Titles []Title

// StandardTitles are the names that the documents use, a fresh list each call: VC's and QI's
// first, then the receptionist, the service centre's manager (TR), the hotline's and the duty
// staff (HL), the administrator, the head of the centre and the office's manager (SP).
func StandardTitles() Titles {
	return Titles{
		{ticket.Worker, "服务人员"},
		{ticket.DepartmentHead, "部门负责人"},
		{ticket.Assistant, "客服助理"}, {ticket.Assistant, "接待员"}, {ticket.Assistant, "值班人员"},
		{ticket.Assistant, "热线人员"}, {ticket.Assistant, "管理员"}, {ticket.Assistant, "综合管理员"},
		{ticket.Supervisor, "客服主管"}, {ticket.Supervisor, "客服中心负责人"},
		{ticket.Manager, "物业经理"}, {ticket.Manager, "经理"}, {ticket.Manager, "管理处经理"}, {ticket.Manager, "服务中心经理"},
	}
}

// Of is what the role is called: by its first title, else by its label.
func (t Titles) Of(r ticket.Role) string {
	name := ""
	for _, title := range t {
		if title.Role == r {
			name = title.Name
			break
		}
	}
	return cmp.Or(name, r.Label())
}

// Role is whose title the name is; false if it is nobody's.
func (t Titles) Role(name string) (ticket.Role, bool) {
	for _, title := range t {
		if title.Name == name && name != "" {
			return title.Role, true
		}
	}
	return "", false
}

// Validate is nil or the first fault, a *FormError: a role that is not on the ladder, a title
// without a name, or one that two roles share.
func (t Titles) Validate() error {
	for i, title := range t {
		switch {
		case height(title.Role) == 0:
			return noRole.of(fmt.Sprintf("[%d].role", i), string(title.Role))
		case title.Name == "":
			return noName.of(fmt.Sprintf("[%d].name", i), "")
		}
		if r, _ := t[:i].Role(title.Name); r != "" && r != title.Role {
			return shared.of(fmt.Sprintf("[%d].name", i), title.Name)
		}
	}
	return nil
}
