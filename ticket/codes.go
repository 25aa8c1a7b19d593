package ticket

// A Kind is what was asked for. A fault of facilities or equipment is a repair; security,
// hygiene and greening are asked about or mended; a question of public order, fees or
// contract is an inquiry; what fits nowhere else is other. It implements HL1-3, HL3-2.2, HL3-2.3, HL3-2.4, HL3-2.5.
type Kind string

const (
	Inquiry    Kind = "inquiry"    // 咨询
	Repair     Kind = "repair"     // 报修
	Cleaning   Kind = "cleaning"   // 保洁
	Complaint  Kind = "complaint"  // 投诉
	Suggestion Kind = "suggestion" // 建议
	Service    Kind = "service"    // 家政服务
	Concern    Kind = "concern"    // 反映: public order, environment
	Filing     Kind = "filing"     // 报备
	FitOut     Kind = "fit_out"    // 装修
	Other      Kind = "other"      // 其他
)

// A Nature is what sort of service it is. It implements SP-2.1.
type Nature string

const (
	Routine    Nature = "routine"    // 常规
	Special    Nature = "special"    // 特约: paid, at an agreed fee
	Commercial Nature = "commercial" // 经营
)

// An Urgency is how soon; a site says what is an emergency.
type Urgency string

const (
	Normal    Urgency = "normal"    // 一般
	Emergency Urgency = "emergency" // 紧急
)

// A Severity is how grave a complaint is. Of a repair, major is the larger repair of TR-4.8.
type Severity string

const (
	Minor     Severity = "minor"     // 轻微
	Important Severity = "important" // 重要
	Major     Severity = "major"     // 重大
)

// A Place is where the matter is.
type Place string

const (
	Indoor Place = "indoor" // 户内: inside a home
	Public Place = "public" // 公共区域
)

// A Caller is who asked. It implements HL3-2.1, WY-caller.
type Caller string

const (
	Owner         Caller = "owner"         // 业主
	Resident      Caller = "resident"      // 住户
	Visitor       Caller = "visitor"       // 访客
	Anonymous     Caller = "anonymous"     // 匿名: gave no name
	Committee     Caller = "committee"     // 业委会: owners' committee
	Shop          Caller = "shop"          // 商户
	Neighbourhood Caller = "neighbourhood" // 居委会: neighbourhood committee
)

// A Channel is how a request came in, or how the customer was met. It implements HB-1.3b.
type Channel string

const (
	Phone   Channel = "phone"   // 电话
	Online  Channel = "online"  // 线上
	Counter Channel = "counter" // 来访: the customer came
	Letter  Channel = "letter"  // 来函
	Visit   Channel = "visit"   // 上门: the staff came, on site
	Inbound Channel = "inbound" // 转办: transferred in by 12345 or the street office
)

// A State is what a ticket waits for.
type State string

const (
	Open     State = "open"     // 待受理
	Accepted State = "accepted" // 待派工
	Assigned State = "assigned" // 待开工
	InWork   State = "in_work"  // 处理中
	Done     State = "done"     // 待答复
	Referred State = "referred" // 待外部答复: with an authority, a developer or a utility
	Answered State = "answered" // 待归档
	Closed   State = "closed"   // 已归档
	Void     State = "void"     // 已作废: withdrawn, merged or entered by mistake
)

// A Role is the capacity in which somebody acts. Assistant, supervisor and manager are three
// tiers, the desk: where one may, a higher one may.
type Role string

const (
	Worker         Role = "worker"          // 服务人员
	Assistant      Role = "assistant"       // 客服助理: also receptionist, duty staff, hotline
	Supervisor     Role = "supervisor"      // 客服主管: also head of the centre
	Manager        Role = "manager"         // 物业经理
	DepartmentHead Role = "department_head" // 部门负责人: without a number: the department
	Finance        Role = "finance"         // 财务
	Store          Role = "store"           // 仓管员
	Authority      Role = "authority"       // 外部单位: also a developer or a utility
	Customer       Role = "customer"        // 客户
	System         Role = "system"          // 系统: the host's own program
)

// A Particular is what the form holds about caller and matter, or a box that is ticked on it;
// the first four are the least that steps ask for, the others are for the audit. It implements
// QI-3.3b, QI-3.4a; QI-2.5, QI-3.3a and QI-3.4b by the boxes.
type Particular string

const (
	Name     Particular = "name"    // 姓名
	Contact  Particular = "contact" // 联系方式
	Content  Particular = "content" // 内容
	Room     Particular = "room"    // 房号
	Cause    Particular = "cause"   // 起因
	Occurred Particular = "time"    // 时间
	Location Particular = "place"   // 地点
	Persons  Particular = "persons" // 在场人员
	Course   Particular = "course"  // 经过
	Scope    Particular = "scope"   // 影响范围

	LongRing Particular = "long_ring" // 铃响过三声: the phone was answered after the third ring
	Apology  Particular = "apology"   // 已致歉
	ReadBack Particular = "read_back" // 已复述: what was written was repeated to the customer, who confirmed it
)

// A Grade is how satisfied the customer is.
type Grade string

const (
	VerySatisfied Grade = "very_satisfied" // 非常满意
	Satisfied     Grade = "satisfied"      // 满意
	Fair          Grade = "fair"           // 一般
	Poor          Grade = "poor"           // 不满意
	Bad           Grade = "bad"            // 非常不满意
	NoGrade       Grade = "invalid"        // 无效评价: asked and not answered
)

// A HoldReason is why work waits.
type HoldReason string

const (
	WaitingMaterials HoldReason = "materials" // 待料
	WaitingCustomer  HoldReason = "customer"  // 待客户
	WaitingAuthority HoldReason = "authority" // 待外部单位
	WaitingWeather   HoldReason = "weather"   // 待天气
	WaitingSite      HoldReason = "site"      // 待现场条件: power, water, access
	WaitingOther     HoldReason = "other"     // 其他
)

// A Code is why a row is refused; see Refusal.
type Code string

const (
	IllegalMove Code = "illegal_move" // 步骤不合
	WrongRole   Code = "wrong_role"   // 无权办理
	Missing     Code = "missing"      // 内容不全
	OwnWork     Code = "own_work"     // 须回避
	OutOfOrder  Code = "out_of_order" // 序号不连续
	Conflict    Code = "conflict"     // 序号已被占用
	TimeTravel  Code = "time_travel"  // 时间不合
	Malformed   Code = "malformed"    // 内容有误
)

// An EventType is what happened.
type EventType string

// The flow: these move the state.
const (
	Imported    EventType = "imported"     // 接管: from another system, in Event.State
	Registered  EventType = "registered"   // 登记
	Triaged     EventType = "triaged"      // 受理: taken on
	Declined    EventType = "declined"     // 不受理: not taken on
	Dispatched  EventType = "dispatched"   // 派工: to a worker or a department
	Returned    EventType = "returned"     // 退单: by the worker, or by the authority
	Started     EventType = "started"      // 开工
	Completed   EventType = "completed"    // 完工
	SignedOff   EventType = "signed_off"   // 验收: accepted by the customer
	Disputed    EventType = "disputed"     // 返工: not accepted, to be redone
	Told        EventType = "told"         // 答复: the result, or the answer, to the customer
	Archived    EventType = "archived"     // 归档
	ReferredOut EventType = "referred_out" // 转报: to an authority
	Replied     EventType = "replied"      // 外部答复: its answer
	Withdrawn   EventType = "withdrawn"    // 撤单: by the customer
	Merged      EventType = "merged"       // 并单: into another ticket
	Reopened    EventType = "reopened"     // 重开
	Abandoned   EventType = "abandoned"    // 异常结单: closed undone, with approval
	Voided      EventType = "voided"       // 作废: entered by mistake
)

// Beside the flow: evidence. It leaves the state where it is.
const (
	Acknowledged EventType = "acknowledged" // 接单: the worker has the order
	Agreed       EventType = "agreed"       // 议定费用: the fee
	Revisited    EventType = "revisited"    // 回访: the customer was reached
	Delivered    EventType = "delivered"    // 送单: the slip, to the worker
	Arrived      EventType = "arrived"      // 到场
	Inspected    EventType = "inspected"    // 查看现场
	Joined       EventType = "joined"       // 协助: a helper
	Held         EventType = "held"         // 挂起: work waits
	Resumed      EventType = "resumed"      // 恢复
	Informed     EventType = "informed"     // 告知进展: the customer, of progress
	HandedOver   EventType = "handed_over"  // 交班: the shift log
	Promised     EventType = "promised"     // 承诺: an answer by Until
	Rescheduled  EventType = "rescheduled"  // 改约: the appointment
	Extended     EventType = "extended"     // 延期: a promise, or a worker's limit
	Urged        EventType = "urged"        // 催办
	Escalated    EventType = "escalated"    // 上报: to a higher tier
	Reported     EventType = "reported"     // 书面报告: in writing
	Reranked     EventType = "reranked"     // 改级: kind, nature, urgency, severity, place or caller corrected
	Upheld       EventType = "upheld"       // 认定有效: a valid complaint
	Dismissed    EventType = "dismissed"    // 认定无效: no valid complaint
	Sampled      EventType = "sampled"      // 抽中回访: into a revisit draw
	Missed       EventType = "missed"       // 未访到: not reached; with Approver: given up
	Rated        EventType = "rated"        // 评价: the customer's own grade
	Damaged      EventType = "damaged"      // 财物损坏
	Compensated  EventType = "compensated"  // 赔偿
	PlanStarted  EventType = "plan_started" // 启动预案: the emergency plan
	Issued       EventType = "issued"       // 领料: materials and tools
	GivenBack    EventType = "given_back"   // 退料: materials and tools
	WrittenOff   EventType = "written_off"  // 核销: the slip
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
		{Cause, "起因"}, {Occurred, "时间"}, {Location, "地点"}, {Persons, "在场人员"}, {Course, "经过"}, {Scope, "影响范围"},
		{LongRing, "铃响过三声"}, {Apology, "已致歉"}, {ReadBack, "已复述"}})
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

// Tier is the role's place on the ladder: 1 for assistants, 2 for supervisors, 3 for managers,
// 0 for all beside it. A higher tier may do what a lower one may.
func (r Role) Tier() int {
	switch r {
	case Assistant:
		return 1
	case Supervisor:
		return 2
	case Manager:
		return 3
	}
	return 0
}

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
