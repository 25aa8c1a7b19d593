package ticket

// Every code is a string type: the constant is what stands in JSON, SQL and logs. Codes
// are for ever; a label is for people and is never parsed. Valid reports whether the code
// is one of the constants, so the empty code is not valid; Label is "" for an unknown one.
//
// It implements HB-1.3b, HL1-3, HL3-2.1, HL3-2.2, HL3-2.3, HL3-2.4, HL3-2.5, SP-2.1, QI-3.3b, WY-caller.
type (
	Kind       string // what was asked for (HL1-3)
	Nature     string // SP-2.1
	Urgency    string // a site says what is an emergency
	Severity   string // of a complaint; of a repair, major is the "larger repair" of TR-4.8
	Place      string // inside a home, or in the public area
	Caller     string // who asked (HL3-2.1)
	Channel    string // how it came in (HB-1.3b), or how the customer was met
	State      string // what the ticket waits for
	EventType  string // what happened
	Role       string // in which capacity somebody acts
	Particular string // what the form holds about caller and matter
	Grade      string // of satisfaction
	HoldReason string // why work waits
	Code       string // of a refusal
)

const (
	Inquiry, Repair, Cleaning, Complaint, Suggestion Kind = "inquiry", "repair", "cleaning", "complaint", "suggestion"
	Service, Concern, Filing, FitOut, Other          Kind = "service", "concern", "filing", "fit_out", "other"

	Routine, Special, Commercial Nature = "routine", "special", "commercial"

	Normal, Emergency Urgency = "normal", "emergency"

	Minor, Important, Major Severity = "minor", "important", "major"

	Indoor, Public Place = "indoor", "public"

	Owner, Resident, Visitor, Anonymous Caller = "owner", "resident", "visitor", "anonymous"
	Committee, Shop, Neighbourhood      Caller = "committee", "shop", "neighbourhood"

	Phone, Online, Counter, Letter, Visit Channel = "phone", "online", "counter", "letter", "visit"
	Inbound                               Channel = "inbound" // transferred in by 12345 or the street office

	Open, Accepted, Assigned, InWork, Done State = "open", "accepted", "assigned", "in_work", "done"
	Referred, Answered, Closed, Void       State = "referred", "answered", "closed", "void"

	Worker, Assistant, Supervisor, Manager    Role = "worker", "assistant", "supervisor", "manager"
	DepartmentHead, Finance, Store, Authority Role = "department_head", "finance", "store", "authority"
	Customer, System                          Role = "customer", "system"

	VerySatisfied, Satisfied, Fair, Poor, Bad Grade = "very_satisfied", "satisfied", "fair", "poor", "bad"
	NoGrade                                   Grade = "invalid" // asked and not answered

	Name, Contact, Content, Room Particular = "name", "contact", "content", "room" // the least
	Cause, Occurred, Location    Particular = "cause", "time", "place"             // QI-3.3b, QI-3.4a: for the audit
	Persons, Course, Scope       Particular = "persons", "course", "scope"

	WaitingMaterials, WaitingCustomer, WaitingAuthority HoldReason = "materials", "customer", "authority"
	WaitingWeather, WaitingSite, WaitingOther           HoldReason = "weather", "site", "other" // site: power, water, access

	IllegalMove, WrongRole, Missing, OwnWork    Code = "illegal_move", "wrong_role", "missing", "own_work"
	OutOfOrder, Conflict, TimeTravel, Malformed Code = "out_of_order", "conflict", "time_travel", "malformed"
)

const ( // the flow: these move the state
	Imported                      EventType = "imported" // taken over from another system, in Event.State
	Registered, Triaged, Declined EventType = "registered", "triaged", "declined"
	Dispatched, Returned          EventType = "dispatched", "returned"
	Started, Completed            EventType = "started", "completed"
	SignedOff, Disputed           EventType = "signed_off", "disputed"
	Told, Archived                EventType = "told", "archived"
	ReferredOut, Replied          EventType = "referred_out", "replied" // to an authority, and its answer
	Withdrawn, Merged, Reopened   EventType = "withdrawn", "merged", "reopened"
	Abandoned, Voided             EventType = "abandoned", "voided" // closed undone, with approval; entered by mistake
)

const ( // beside the flow: evidence, it leaves the state where it is
	Acknowledged, Agreed, Revisited        EventType = "acknowledged", "agreed", "revisited"
	Delivered, Arrived, Inspected, Joined  EventType = "delivered", "arrived", "inspected", "joined"
	Held, Resumed, Informed, HandedOver    EventType = "held", "resumed", "informed", "handed_over" // handed over: the shift log
	Promised, Rescheduled, Extended, Urged EventType = "promised", "rescheduled", "extended", "urged"
	Escalated, Reported, Reranked          EventType = "escalated", "reported", "reranked" // reported: in writing; reranked: urgency, severity, kind
	Upheld, Dismissed                      EventType = "upheld", "dismissed"               // a complaint: valid, not valid
	Sampled, Missed, Rated                 EventType = "sampled", "missed", "rated"        // into a revisit draw; customer not reached; customer's own grade
	Damaged, Compensated, PlanStarted      EventType = "damaged", "compensated", "plan_started"
	Issued, GivenBack, WrittenOff          EventType = "issued", "given_back", "written_off" // materials and tools; the slip
)

// moving is how many of eventTypes, from the first, move the state.
const moving = 19

var (
	kinds = newSet([]label[Kind]{
		{Inquiry, "咨询"}, {Repair, "报修"}, {Cleaning, "保洁"}, {Complaint, "投诉"}, {Suggestion, "建议"},
		{Service, "家政服务"}, {Concern, "反映"}, {Filing, "报备"}, {FitOut, "装修"}, {Other, "其他"}})
	natures    = newSet([]label[Nature]{{Routine, "常规"}, {Special, "特约"}, {Commercial, "经营"}})
	urgencies  = newSet([]label[Urgency]{{Normal, "一般"}, {Emergency, "紧急"}})
	severities = newSet([]label[Severity]{{Minor, "轻微"}, {Important, "重要"}, {Major, "重大"}})
	places     = newSet([]label[Place]{{Indoor, "户内"}, {Public, "公共区域"}})
	callers    = newSet([]label[Caller]{{Owner, "业主"}, {Resident, "住户"}, {Visitor, "访客"}, {Anonymous, "匿名"},
		{Committee, "业委会"}, {Shop, "商户"}, {Neighbourhood, "居委会"}})
	channels = newSet([]label[Channel]{{Phone, "电话"}, {Online, "线上"}, {Counter, "来访"}, {Letter, "来函"}, {Visit, "上门"}, {Inbound, "转办"}})
	states   = newSet([]label[State]{{Open, "待受理"}, {Accepted, "待派工"}, {Assigned, "待开工"}, {InWork, "处理中"}, {Done, "待答复"},
		{Referred, "待外部答复"}, {Answered, "待归档"}, {Closed, "已归档"}, {Void, "已作废"}})
	roles = newSet([]label[Role]{{Worker, "服务人员"}, {Assistant, "客服助理"}, {Supervisor, "客服主管"}, {Manager, "物业经理"},
		{DepartmentHead, "部门负责人"}, {Finance, "财务"}, {Store, "仓管员"}, {Authority, "外部单位"}, {Customer, "客户"}, {System, "系统"}})
	grades = newSet([]label[Grade]{{VerySatisfied, "非常满意"}, {Satisfied, "满意"}, {Fair, "一般"}, {Poor, "不满意"}, {Bad, "非常不满意"}, {NoGrade, "无效评价"}})
	forms  = newSet([]label[Particular]{{Name, "姓名"}, {Contact, "联系方式"}, {Content, "内容"}, {Room, "房号"},
		{Cause, "起因"}, {Occurred, "时间"}, {Location, "地点"}, {Persons, "在场人员"}, {Course, "经过"}, {Scope, "影响范围"}})
	holds = newSet([]label[HoldReason]{{WaitingMaterials, "待料"}, {WaitingCustomer, "待客户"}, {WaitingAuthority, "待外部单位"},
		{WaitingWeather, "待天气"}, {WaitingSite, "待现场条件"}, {WaitingOther, "其他"}})
	refusals = newSet([]label[Code]{{IllegalMove, "步骤不合"}, {WrongRole, "无权办理"}, {Missing, "内容不全"}, {OwnWork, "须回避"},
		{OutOfOrder, "序号不连续"}, {Conflict, "序号已被占用"}, {TimeTravel, "时间不合"}, {Malformed, "内容有误"}})
	eventTypes = newSet([]label[EventType]{
		{Imported, "接管"}, {Registered, "登记"}, {Triaged, "受理"}, {Declined, "不受理"}, {Dispatched, "派工"}, {Returned, "退单"},
		{Started, "开工"}, {Completed, "完工"}, {SignedOff, "验收"}, {Disputed, "返工"}, {Told, "答复"}, {Archived, "归档"},
		{ReferredOut, "转报"}, {Replied, "外部答复"}, {Withdrawn, "撤单"}, {Merged, "并单"}, {Reopened, "重开"},
		{Abandoned, "异常结单"}, {Voided, "作废"},

		{Acknowledged, "接单"}, {Agreed, "议定费用"}, {Revisited, "回访"}, {Delivered, "送单"}, {Arrived, "到场"}, {Inspected, "查看现场"},
		{Joined, "协助"}, {Held, "挂起"}, {Resumed, "恢复"}, {Informed, "告知进展"}, {HandedOver, "交班"}, {Promised, "承诺"},
		{Rescheduled, "改约"}, {Extended, "延期"}, {Urged, "催办"}, {Escalated, "上报"}, {Reported, "书面报告"}, {Reranked, "改级"},
		{Upheld, "认定有效"}, {Dismissed, "认定无效"}, {Sampled, "抽中回访"}, {Missed, "未访到"}, {Rated, "评价"},
		{Damaged, "财物损坏"}, {Compensated, "赔偿"}, {PlanStarted, "启动预案"}, {Issued, "领料"}, {GivenBack, "退料"}, {WrittenOff, "核销"}})
)

func (k Kind) Label() string       { return kinds.label(k) }
func (k Kind) Valid() bool         { return kinds.index(k) >= 0 }
func (n Nature) Label() string     { return natures.label(n) }
func (n Nature) Valid() bool       { return natures.index(n) >= 0 }
func (u Urgency) Label() string    { return urgencies.label(u) }
func (u Urgency) Valid() bool      { return urgencies.index(u) >= 0 }
func (s Severity) Label() string   { return severities.label(s) }
func (s Severity) Valid() bool     { return severities.index(s) >= 0 }
func (p Place) Label() string      { return places.label(p) }
func (p Place) Valid() bool        { return places.index(p) >= 0 }
func (c Caller) Label() string     { return callers.label(c) }
func (c Caller) Valid() bool       { return callers.index(c) >= 0 }
func (c Channel) Label() string    { return channels.label(c) }
func (c Channel) Valid() bool      { return channels.index(c) >= 0 }
func (s State) Label() string      { return states.label(s) }
func (s State) Valid() bool        { return states.index(s) >= 0 }
func (t EventType) Label() string  { return eventTypes.label(t) }
func (t EventType) Valid() bool    { return eventTypes.index(t) >= 0 }
func (r Role) Label() string       { return roles.label(r) }
func (r Role) Valid() bool         { return roles.index(r) >= 0 }
func (p Particular) Label() string { return forms.label(p) }
func (p Particular) Valid() bool   { return forms.index(p) >= 0 }
func (g Grade) Label() string      { return grades.label(g) }
func (g Grade) Valid() bool        { return grades.index(g) >= 0 }
func (h HoldReason) Label() string { return holds.label(h) }
func (h HoldReason) Valid() bool   { return holds.index(h) >= 0 }
func (c Code) Label() string       { return refusals.label(c) }
func (c Code) Valid() bool         { return refusals.index(c) >= 0 }

// Moves reports whether the type belongs to the flow and so moves the state (an answer to
// a ticket that has one already moves it too: to where it is). The others are evidence.
func (t EventType) Moves() bool {
	i := eventTypes.index(t)
	return i >= 0 && i < moving
}

// A label is one code with what people read.
type label[T ~string] struct {
	code T
	zh   string
}

// A set is a closed set of codes: the one table of their labels and small numbers.
type set[T ~string] struct {
	list []label[T]
	finder
}

// A finder is a hash table from code to place in the list, because a Go map costs several
// times as much in Apply, which looks up a handful of codes a row.
type finder [256]struct {
	code  string // where two codes meet, the second has the next free slot
	place int
}

func newSet[T ~string](list []label[T]) *set[T] {
	s := &set[T]{list: list}
	for i, l := range list {
		h := hash(string(l.code))
		for s.finder[h].code != "" {
			h++
		}
		s.finder[h].code, s.finder[h].place = string(l.code), i
	}
	return s
}

// hash mixes the length and three bytes of a code that is not empty.
func hash(s string) uint8 {
	n := len(s)
	return s[0]*31 + s[n-1]*7 + s[n/2]*113 + uint8(n)*17
}

// index is the place of code in the set, or -1.
func (s *set[T]) index(code T) int { return s.find(string(code)) }

func (f *finder) find(code string) int {
	if code == "" {
		return -1
	}
	for h := hash(code); f[h].code != ""; h++ {
		if f[h].code == code {
			return f[h].place
		}
	}
	return -1
}

func (s *set[T]) label(code T) string {
	if i := s.index(code); i >= 0 {
		return s.list[i].zh
	}
	return ""
}
