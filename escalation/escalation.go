// Package escalation answers: who takes over?
//
// The ladder has three tiers, assistant 客服助理, supervisor 客服主管 and manager 物业经理;
// worker and department head stand at its foot. What a site calls them is its [Titles]. A
// [Step] says, for whoever holds a ticket and for one [Cause], who takes over, whether he must
// go on site or needs a written report, and which clause says so. It carries out VC-1.3a,
// VC-1.3b, VC-1.6, VC-2.1b, VC-3.3b, VC-3.4 and VC-4.1c of the villa estate's rules, SP-2.5.3,
// SP-2.5.4a and SP-2.7.5 of those for paid services, TR-4.6 and TR-4.7a, QI-3.7b and QI-3.7c,
// and our own WY-breach and WY-unanswered.
//
// By the piece, [Ladder.Next] answers for one tier and one cause, and [Revisitor] who revisits
// what a tier settled. Whole, [Ladder.Conditions] says of a history which visits, reports and
// words to the customer it must show before the next step, and [Ladder.Firings] reads it with
// the verdicts on its clocks, and gives every step that they call for:
//
//   - by outcome: unsolved (an Escalated row asks for it), still dissatisfied after rework,
//     damage, a suggestion put to the manager, and what is heard in a revisit;
//   - by severity: an important or major complaint, at once;
//   - by time: a clock that is about to be breached, or is, and a ticket that nobody takes.
//
// A [Firing] has a key that is the same whenever it is asked for. A host that inserts the
// keys under a unique index and acts only where the insert succeeded acts exactly once, and
// may ask as often as it likes.
package escalation

import (
	"fmt"
	"slices"

	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A Cause is why somebody else takes over.
type Cause string

const (
	Unsolved     Cause = "unsolved"      // VC-1.3a, VC-1.3b, VC-3.3b: he who holds it cannot solve it
	Proposed     Cause = "proposed"      // VC-3.4: a suggestion, for the leader to decide
	ReworkFailed Cause = "rework_failed" // SP-2.5.3: dissatisfied, and after the rework again
	Damage       Cause = "damage"        // SP-2.5.4a: property damaged or lost
	Grave        Cause = "grave"         // QI-3.7b: an important or major complaint
	Heard        Cause = "heard"         // TR-4.6: a complaint heard in a revisit
	HeardMajor   Cause = "heard_major"   // VC-4.1c: a major problem heard in a revisit
	Dissatisfied Cause = "dissatisfied"  // SP-2.7.5: a poor or bad grade in a revisit
	Late         Cause = "late"          // WY-breach: a clock about to be breached, or breached
	Unanswered   Cause = "unanswered"    // WY-unanswered: nobody has taken the ticket
)

// Label is c in Chinese, "" for an unknown one.
func (c Cause) Label() string {
	switch c {
	case Unsolved:
		return "无法解决"
	case Proposed:
		return "合理化建议"
	case ReworkFailed:
		return "返工后仍不满意"
	case Damage:
		return "财物损坏或丢失"
	case Grave:
		return "重要或重大投诉"
	case Heard:
		return "回访中听到投诉"
	case HeardMajor:
		return "回访中听到重大问题"
	case Dissatisfied:
		return "回访评价不满意"
	case Late:
		return "临期或超时"
	case Unanswered:
		return "无人接手"
	}
	return ""
}

// Valid reports whether c is one of the causes above.
func (c Cause) Valid() bool { return c.Label() != "" }

// A Step is one rung: From hands over to To, for that cause.
type Step struct {
	From   ticket.Role `json:"from,omitzero"`
	Cause  Cause       `json:"cause,omitzero"`
	To     ticket.Role `json:"to,omitzero"`
	Visit  bool        `json:"visit,omitzero"`  // To goes on site
	Report bool        `json:"report,omitzero"` // only with a written report
	Clause rule.ID     `json:"clause,omitzero"`
}

// A Ladder is the steps that a site keeps. Where one role has several for a cause the first
// is the regular one; the others are for those who ask for that tier. A step that is not
// there does not fire.
type Ladder []Step

// Standard is the documents' ladder, a fresh one each call. Above worker, department head
// and assistant is the supervisor, above him the manager. Above the manager is the manager,
// so that nothing is told to nobody; only what he himself cannot solve has no step, for VC
// leaves it to him. Leader is the manager in VC and the next tier elsewhere; of "centre head
// or manager" (SP) the centre head, our supervisor, comes first.
//
// It implements VC-1.3a, VC-1.3b, VC-3.3b, VC-3.4, VC-4.1c, QI-3.7b, SP-2.5.3, SP-2.5.4a,
// SP-2.7.5, TR-4.6, WY-breach, WY-unanswered.
func Standard() Ladder {
	const (
		worker, head, assistant = ticket.Worker, ticket.DepartmentHead, ticket.Assistant
		supervisor, manager     = ticket.Supervisor, ticket.Manager
	)
	l := Ladder{
		{assistant, Unsolved, supervisor, true, false, "VC-1.3a"},
		{worker, Unsolved, supervisor, true, false, "VC-1.3a"},
		{head, Unsolved, supervisor, true, false, "VC-1.3a"},
		{supervisor, Unsolved, manager, false, true, "VC-1.3b"},
		{assistant, Unsolved, manager, false, false, "VC-3.3b"}, // past the supervisor, for the manager to decide
		{worker, Unsolved, manager, false, false, "VC-3.3b"},
		{head, Unsolved, manager, false, false, "VC-3.3b"},
		{assistant, Proposed, manager, false, false, "VC-3.4"},
		{worker, Proposed, manager, false, false, "VC-3.4"},
		{head, Proposed, manager, false, false, "VC-3.4"},
		{supervisor, Proposed, manager, false, false, "VC-3.4"},
	}
	for _, c := range []struct {
		cause  Cause
		first  ticket.Role // above those at the foot
		clause rule.ID
	}{
		{ReworkFailed, supervisor, "SP-2.5.3"},
		{Damage, supervisor, "SP-2.5.4a"},
		{Grave, supervisor, "QI-3.7b"},
		{Heard, supervisor, "TR-4.6"},
		{HeardMajor, manager, "VC-4.1c"},
		{Dissatisfied, supervisor, "SP-2.7.5"},
		{Late, supervisor, "WY-breach"},
		{Unanswered, supervisor, "WY-unanswered"},
	} {
		for _, from := range []ticket.Role{worker, head, assistant} {
			l = append(l, Step{from, c.cause, c.first, false, false, c.clause})
		}
		l = append(l,
			Step{supervisor, c.cause, manager, false, false, c.clause},
			Step{manager, c.cause, manager, false, false, c.clause})
	}
	return l
}

// Next is the regular step for that cause from that role; false if the ladder has none. Who
// revisits what he settles is [Revisitor]'s to say.
func (l Ladder) Next(from ticket.Role, c Cause) (Step, bool) {
	if i := l.place(from, c, ""); i >= 0 {
		return l[i], true
	}
	return Step{}, false
}

// place is where in l the first step for that cause stands from that role to that tier, or if
// none is named to any; -1 if there is none.
func (l Ladder) place(from ticket.Role, c Cause, to ticket.Role) int {
	for i := range l {
		if s := &l[i]; s.Cause == c && s.From == from && (to == "" || s.To == to) {
			return i
		}
	}
	return -1
}

// height is how far up the ladder a role stands; 0: it is not on it.
func height(r ticket.Role) int {
	switch r {
	case ticket.Worker, ticket.DepartmentHead:
		return 1
	case ticket.Assistant:
		return 2
	case ticket.Supervisor:
		return 3
	case ticket.Manager:
		return 4
	}
	return 0
}

// Validate is nil or the first fault of l, a *FormError. Every step leads up, so there is no
// cycle; only the manager may keep what is his. A step from a tier that no other step leads
// to would never be taken, and is refused: whoever takes over for one cause may hand on for
// another, so all causes count. A ladder without steps is one that never fires.
func (l Ladder) Validate() error {
	for i, s := range l {
		at := func(field string, f fault, name string) error {
			return f.of(fmt.Sprintf("[%d].%s", i, field), name)
		}
		switch {
		case height(s.From) == 0:
			return at("from", noRole, string(s.From))
		case !s.Cause.Valid():
			return at("cause", noCause, string(s.Cause))
		case height(s.To) == 0:
			return at("to", noRole, string(s.To))
		case height(s.To) <= height(s.From) && (s.To != s.From || s.From != ticket.Manager):
			return at("to", notUp, string(s.To))
		case len(rule.Under(s.Clause)) == 0:
			return at("clause", noClause, string(s.Clause))
		}
		for _, o := range l[:i] {
			if o.From == s.From && o.Cause == s.Cause && o.To == s.To {
				return at("to", twice, string(s.To))
			}
		}
	}
	for i, s := range l {
		if height(s.From) > height(ticket.Assistant) && !l.reaches(s.From) {
			return unreached.of(fmt.Sprintf("[%d].from", i), string(s.From))
		}
	}
	return nil
}

// reaches reports whether a chain of steps leads from the foot of the ladder to r. Steps
// lead up, so the search ends.
func (l Ladder) reaches(r ticket.Role) bool {
	return slices.ContainsFunc(l, func(s Step) bool {
		return s.To == r && s.From != r && (height(s.From) <= height(ticket.Assistant) || l.reaches(s.From))
	})
}

// A FormError is a fault of a ladder, or of a list of titles: Path says where ("[3].to" is the
// fourth step's), Why what is wrong and with what.
type FormError struct {
	Path, Why string
	zh        string
}

// Error names path and fault.
func (e *FormError) Error() string { return "escalation: " + e.Path + ": " + e.Why }

// Zh is the error for people.
func (e *FormError) Zh() string { return "升级阶梯设置有误（" + e.Path + "）：" + e.zh }

// A fault is what may be wrong, in both languages.
type fault struct{ en, zh string }

var (
	noRole    = fault{"not a role of the ladder", "不是升级阶梯中的岗位"}
	noCause   = fault{"unknown cause", "没有这种升级原因"}
	notUp     = fault{"not above the one who hands over", "接手人须高于交出人"}
	noClause  = fault{"no clause of the rules", "没有这一条款"}
	twice     = fault{"the same step twice", "同一级重复设置"}
	unreached = fault{"no step leads to this tier", "没有任何一级通向这一层"}
	noName    = fault{"a title needs a name", "称谓不能为空"}
	shared    = fault{"the title of another role", "同一称谓用于两个岗位"}
)

func (f fault) of(path, name string) error {
	return &FormError{path, fmt.Sprintf("%s: %.64q", f.en, name), fmt.Sprintf("%s：%.64q", f.zh, name)}
}
