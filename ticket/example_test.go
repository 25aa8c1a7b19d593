package ticket_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// Who appears in the examples.
var (
	owner      = ticket.Actor{Role: ticket.Customer}
	assistant  = ticket.Actor{Role: ticket.Assistant, ID: "A01"}
	supervisor = ticket.Actor{Role: ticket.Supervisor, ID: "S01"}
	plumber    = ticket.Actor{Role: ticket.Worker, ID: "W07"}
	keeper     = ticket.Actor{Role: ticket.Store, ID: "K01"}
	head       = ticket.Actor{Role: ticket.DepartmentHead, ID: "D02"}
	bureau     = ticket.Actor{Role: ticket.Authority, ID: "城管"}
	form       = []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}
)

// sept is a moment of September 2026: "21 09:05".
func sept(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-09-"+s, time.FixedZone("UTC+8", 8*3600))
	if err != nil {
		panic(err)
	}
	return t
}

// tell prints a ticket's life: when, who, what, and what it waits for then.
func tell(rows ...ticket.Event) ticket.Ticket {
	var t ticket.Ticket
	for i, e := range rows {
		e.Ticket, e.Seq = "GD-0921", i+1
		next, err := t.Apply(e)
		if r, ok := errors.AsType[*ticket.Refusal](err); ok {
			fmt.Println("×", r.Zh())
			return t
		}
		t = next
		fmt.Println(e.At.Format("02日15:04"), e.By.Role.Label(), e.Type.Label(), "→", t.State.Label())
	}
	return t
}

// A minor complaint, settled, told and revisited on its day.
func Example_minorComplaint() {
	t := tell(
		ticket.Event{Type: ticket.Registered, At: sept("21 09:05"), By: assistant, Kind: ticket.Complaint, Caller: ticket.Owner, Channel: ticket.Phone, Has: form},
		ticket.Event{Type: ticket.Triaged, At: sept("21 09:10"), By: assistant},
		ticket.Event{Type: ticket.Promised, At: sept("21 09:12"), By: assistant, Until: sept("21 17:00")},
		ticket.Event{Type: ticket.Dispatched, At: sept("21 09:15"), By: assistant, To: head},
		ticket.Event{Type: ticket.Informed, At: sept("21 10:40"), By: assistant},
		ticket.Event{Type: ticket.Started, At: sept("21 13:30"), By: head},
		ticket.Event{Type: ticket.Completed, At: sept("21 15:00"), By: head},
		ticket.Event{Type: ticket.Told, At: sept("21 15:30"), By: assistant},
		ticket.Event{Type: ticket.Rated, At: sept("21 15:40"), By: owner, Grade: ticket.Satisfied},
		ticket.Event{Type: ticket.Revisited, At: sept("21 17:00"), By: assistant, Channel: ticket.Phone},
		ticket.Event{Type: ticket.Archived, At: sept("22 11:00"), By: assistant},
	)
	fmt.Println(t.Worker.Role.Label(), t.Passed.Revisited)
	// Output:
	// 21日09:05 客服助理 登记 → 待受理
	// 21日09:10 客服助理 受理 → 待派工
	// 21日09:12 客服助理 承诺 → 待派工
	// 21日09:15 客服助理 派工 → 待开工
	// 21日10:40 客服助理 告知进展 → 待开工
	// 21日13:30 部门负责人 开工 → 处理中
	// 21日15:00 部门负责人 完工 → 待答复
	// 21日15:30 客服助理 答复 → 待归档
	// 21日15:40 客户 评价 → 待归档
	// 21日17:00 客服助理 回访 → 待归档
	// 22日11:00 客服助理 归档 → 已归档
	// 部门负责人 true
}

// Noise at night is for the authorities: the desk complains to them on the owner's behalf
// and brings their answer back.
func Example_noise() {
	tell(
		ticket.Event{Type: ticket.Registered, At: sept("21 22:10"), By: assistant, Kind: ticket.Complaint, Caller: ticket.Owner, Channel: ticket.Phone, Has: form},
		ticket.Event{Type: ticket.Triaged, At: sept("21 22:15"), By: assistant},
		ticket.Event{Type: ticket.ReferredOut, At: sept("21 22:20"), By: assistant, To: bureau},
		ticket.Event{Type: ticket.Informed, At: sept("21 22:30"), By: assistant},
		ticket.Event{Type: ticket.Replied, At: sept("23 10:00"), By: bureau},
		ticket.Event{Type: ticket.Told, At: sept("23 10:30"), By: assistant},
		ticket.Event{Type: ticket.Rated, At: sept("23 10:35"), By: owner, Grade: ticket.Fair},
		ticket.Event{Type: ticket.Archived, At: sept("23 11:00"), By: assistant}, // every complaint is revisited first
	)
	// Output:
	// 21日22:10 客服助理 登记 → 待受理
	// 21日22:15 客服助理 受理 → 待派工
	// 21日22:20 客服助理 转报 → 待外部答复
	// 21日22:30 客服助理 告知进展 → 待外部答复
	// 23日10:00 外部单位 外部答复 → 待答复
	// 23日10:30 客服助理 答复 → 待归档
	// 23日10:35 客户 评价 → 待归档
	// × “归档”还缺：先回访（依据 VC-1.4c）
}

// A repair that does not satisfy: redone twice, then the supervisor takes over.
func Example_rework() {
	t := tell(
		ticket.Event{Type: ticket.Registered, At: sept("21 08:30"), By: assistant, Kind: ticket.Repair, Place: ticket.Indoor, Caller: ticket.Resident, Has: form},
		ticket.Event{Type: ticket.Triaged, At: sept("21 08:32"), By: assistant},
		ticket.Event{Type: ticket.Dispatched, At: sept("21 08:35"), By: assistant, To: plumber},
		ticket.Event{Type: ticket.Acknowledged, At: sept("21 08:40"), By: plumber},
		ticket.Event{Type: ticket.Started, At: sept("21 09:10"), By: plumber},
		ticket.Event{Type: ticket.Completed, At: sept("21 10:00"), By: plumber},
		ticket.Event{Type: ticket.Disputed, At: sept("21 10:05"), By: owner},
		ticket.Event{Type: ticket.Completed, At: sept("21 11:00"), By: plumber},
		ticket.Event{Type: ticket.Disputed, At: sept("21 18:20"), By: owner},
		ticket.Event{Type: ticket.Escalated, At: sept("21 18:25"), By: assistant, To: supervisor},
		ticket.Event{Type: ticket.Completed, At: sept("22 10:00"), By: supervisor},
		ticket.Event{Type: ticket.SignedOff, At: sept("22 10:10"), By: owner},
		ticket.Event{Type: ticket.Archived, At: sept("22 10:30"), By: assistant},
	)
	fmt.Println("返工", t.Reworks, "次，最终由", t.Tier.Label(), "处理")
	// Output:
	// 21日08:30 客服助理 登记 → 待受理
	// 21日08:32 客服助理 受理 → 待派工
	// 21日08:35 客服助理 派工 → 待开工
	// 21日08:40 服务人员 接单 → 待开工
	// 21日09:10 服务人员 开工 → 处理中
	// 21日10:00 服务人员 完工 → 待答复
	// 21日10:05 客户 返工 → 处理中
	// 21日11:00 服务人员 完工 → 待答复
	// 21日18:20 客户 返工 → 处理中
	// 21日18:25 客服助理 上报 → 处理中
	// 22日10:00 客服主管 完工 → 待答复
	// 22日10:10 客户 验收 → 待归档
	// 22日10:30 客服助理 归档 → 已归档
	// 返工 2 次，最终由 客服主管 处理
}

// A paid service, cancelled at the door: the slip is written off at the centre, what was
// drawn goes back to the store.
func Example_cancelledOnSite() {
	tell(
		ticket.Event{Type: ticket.Registered, At: sept("21 09:00"), By: assistant, Kind: ticket.Service, Nature: ticket.Special, Caller: ticket.Owner, Until: sept("21 14:00"), Has: form},
		ticket.Event{Type: ticket.Triaged, At: sept("21 09:05"), By: assistant},
		ticket.Event{Type: ticket.Dispatched, At: sept("21 09:10"), By: assistant, To: plumber},
		ticket.Event{Type: ticket.Delivered, At: sept("21 09:15"), By: assistant},
		ticket.Event{Type: ticket.Acknowledged, At: sept("21 09:18"), By: plumber},
		ticket.Event{Type: ticket.Issued, At: sept("21 13:30"), By: keeper},
		ticket.Event{Type: ticket.Arrived, At: sept("21 13:55"), By: plumber},
		ticket.Event{Type: ticket.Inspected, At: sept("21 14:05"), By: plumber},
		ticket.Event{Type: ticket.Withdrawn, At: sept("21 14:10"), By: owner},
		ticket.Event{Type: ticket.WrittenOff, At: sept("21 14:40"), By: assistant},
		ticket.Event{Type: ticket.GivenBack, At: sept("21 14:45"), By: keeper},
	)
	// Output:
	// 21日09:00 客服助理 登记 → 待受理
	// 21日09:05 客服助理 受理 → 待派工
	// 21日09:10 客服助理 派工 → 待开工
	// 21日09:15 客服助理 送单 → 待开工
	// 21日09:18 服务人员 接单 → 待开工
	// 21日13:30 仓管员 领料 → 待开工
	// 21日13:55 服务人员 到场 → 待开工
	// 21日14:05 服务人员 查看现场 → 待开工
	// 21日14:10 客户 撤单 → 已作废
	// 21日14:40 客服助理 核销 → 已作废
	// 21日14:45 仓管员 退料 → 已作废
}

// A burst pipe at night: the plan starts at once, and nothing is filed before the revisit.
func Example_emergency() {
	burst := []ticket.Event{
		{Type: ticket.Registered, At: sept("21 02:10"), By: assistant, Kind: ticket.Repair, Urgency: ticket.Emergency, Place: ticket.Indoor, Caller: ticket.Owner, Has: form},
		{Type: ticket.PlanStarted, At: sept("21 02:12"), By: assistant},
		{Type: ticket.Triaged, At: sept("21 02:13"), By: assistant},
		{Type: ticket.Dispatched, At: sept("21 02:14"), By: assistant, To: plumber},
		{Type: ticket.Acknowledged, At: sept("21 02:18"), By: plumber},
		{Type: ticket.Started, At: sept("21 02:30"), By: plumber},
		{Type: ticket.Completed, At: sept("21 03:20"), By: plumber},
		{Type: ticket.Told, At: sept("21 03:25"), By: assistant},
		{Type: ticket.Revisited, At: sept("21 09:00"), By: supervisor, Channel: ticket.Phone, Grade: ticket.Satisfied},
		{Type: ticket.Archived, At: sept("21 09:30"), By: assistant},
	}
	tell(burst...)
	fmt.Println("没有回访:")
	tell(append(burst[:8:8], burst[9])...)
	// Output:
	// 21日02:10 客服助理 登记 → 待受理
	// 21日02:12 客服助理 启动预案 → 待受理
	// 21日02:13 客服助理 受理 → 待派工
	// 21日02:14 客服助理 派工 → 待开工
	// 21日02:18 服务人员 接单 → 待开工
	// 21日02:30 服务人员 开工 → 处理中
	// 21日03:20 服务人员 完工 → 待答复
	// 21日03:25 客服助理 答复 → 待归档
	// 21日09:00 客服主管 回访 → 待归档
	// 21日09:30 客服助理 归档 → 已归档
	// 没有回访:
	// 21日02:10 客服助理 登记 → 待受理
	// 21日02:12 客服助理 启动预案 → 待受理
	// 21日02:13 客服助理 受理 → 待派工
	// 21日02:14 客服助理 派工 → 待开工
	// 21日02:18 服务人员 接单 → 待开工
	// 21日02:30 服务人员 开工 → 处理中
	// 21日03:20 服务人员 完工 → 待答复
	// 21日03:25 客服助理 答复 → 待归档
	// × “归档”还缺：先回访（依据 TR-4.8）
}

// A ticket that comes from another system half-way: its columns are testimony, its status
// column says where it stands, and the flow holds from there on.
func ExampleReplay() {
	t, err := ticket.Replay([]ticket.Event{
		{Ticket: "9017", Seq: 1, Type: ticket.Registered, At: sept("18 16:20"), Kind: ticket.Repair},
		{Ticket: "9017", Seq: 2, Type: ticket.Dispatched, At: sept("18 16:40")},
		{Ticket: "9017", Seq: 3, Type: ticket.Imported, At: sept("21 00:00"), State: ticket.Assigned},
		{Ticket: "9017", Seq: 4, Type: ticket.Completed, At: sept("21 10:00"), By: plumber},
	})
	fmt.Println(t.State.Label(), t.Opened.Format("01-02 15:04"), err)
	// Output: 待答复 09-18 16:20 <nil>
}

// From a status column alone: what the status tells of kind and passed steps is filled, and
// the Seq of the last row stored.
func ExampleTicket_Apply() {
	t := ticket.Ticket{ID: "9018", Seq: 5, State: ticket.Done, Facts: ticket.Facts{Kind: ticket.Repair}, Passed: ticket.Passed{Completed: true}}
	told, err := t.Apply(ticket.Event{Ticket: "9018", Seq: 6, Type: ticket.Told, At: sept("21 15:30"), By: assistant})
	fmt.Println(t.State, "→", told.State, err)
	_, err = told.Apply(ticket.Event{Ticket: "9018", Seq: 6, Type: ticket.Archived, At: sept("21 15:35"), By: assistant})
	fmt.Println(err) // somebody else's row 6 came first
	// Output:
	// done → answered <nil>
	// ticket: "9018" row 6 archived in state answered: conflict: seq (HB-2.1a)
}

// What the buttons on a worker's telephone are.
func ExampleTicket_Allowed() {
	t := ticket.Ticket{State: ticket.Assigned, Facts: ticket.Facts{Kind: ticket.Repair}}
	for _, row := range t.Allowed(ticket.Worker) {
		if row.Type.Moves() {
			fmt.Println(row.Type.Label(), "→", row.To.Label(), row.Needs, row.Clause)
		}
	}
	// Output:
	// 退单 → 待派工 [reason] VC-3.5
	// 开工 → 处理中 [] HB-1.3a
	// 完工 → 待答复 [] HB-1.3a
}

// The table is there to be read by programs too: who may end a ticket without the work done?
func ExampleTransitions() {
	for _, row := range ticket.Transitions() {
		if row.Type == ticket.Abandoned && row.From == ticket.InWork {
			fmt.Println(row.From, row.Type, row.To, row.Roles, row.Needs, row.Guards, row.Clause)
		}
	}
	// Output: in_work abandoned done [assistant supervisor manager] [approver reason] [approved] VC-3.5
}

// One event at the door of a service.
func ExampleParseEvent() {
	e, err := ticket.ParseEvent([]byte(`{"seq":4,"type":"dispatched","at":"2026-09-21T09:15:00+08:00","to":{"role":"worker","id":"W07"}}`))
	fmt.Println(e.Type, e.To.ID, err)
	_, err = ticket.ParseEvent([]byte(`{"seq":4,"type":"dispatched","to":{"role":"plumber"}}`))
	fmt.Println(err)
	_, err = ticket.ParseEvent([]byte(`{"seq":4,"Type":"dispatched"}`))
	fmt.Println(err)
	// Output:
	// dispatched W07 <nil>
	// ticket: event: malformed: to.role (HB-2.1a)
	// ticket: event: malformed: Type (HB-2.1a)
}

// Rows as they are written and read back. A draw's row is of one nanosecond before the cut;
// a database that keeps microseconds would round it into the next month, so it is cut first.
func ExampleEvent() {
	cut := sept("30 00:00").AddDate(0, 0, 1)
	e := ticket.Event{Ticket: "GD-0921", Seq: 9, Type: ticket.Sampled, At: cut.Add(-time.Nanosecond), By: assistant, Channel: ticket.Phone, Ref: "standard/2026-09/routine"}
	e.At, e.Recorded, e.Until = e.At.Truncate(time.Microsecond), e.Recorded.Truncate(time.Microsecond), e.Until.Truncate(time.Microsecond)
	b, _ := json.Marshal(e)
	fmt.Println(string(b))
	// Output: {"ticket":"GD-0921","seq":9,"type":"sampled","at":"2026-09-30T23:59:59.999999+08:00","by":{"role":"assistant","id":"A01"},"channel":"phone","ref":"standard/2026-09/routine"}
}

// All that is missing is said at once, to programmers and to people.
func ExampleRefusal() {
	_, err := ticket.Ticket{}.Apply(ticket.Event{Ticket: "GD-0921", Seq: 1, Type: ticket.Registered, At: sept("21 09:00"), By: assistant,
		Kind: ticket.Service, Nature: ticket.Special, Caller: ticket.Owner, Has: []ticket.Particular{ticket.Name}})
	r, _ := errors.AsType[*ticket.Refusal](err)
	fmt.Println(r.Code, r.Clause, r.Fields)
	fmt.Println(r)
	fmt.Println(r.Zh())
	// Output:
	// missing HL3-3.1 [until contact content room]
	// ticket: "GD-0921" row 1 registered: missing: until, contact, content, room (HL3-3.1)
	// “登记”还缺：约定时间、联系方式、内容、房号（依据 HL3-3.1）
}

// Which tickets are meant: repairs that are emergencies.
func ExampleMatch_Fits() {
	m := ticket.Match{Kinds: []ticket.Kind{ticket.Repair}, Urgency: ticket.Emergency}
	fmt.Println(m.Fits(ticket.Facts{Kind: ticket.Repair, Urgency: ticket.Emergency}), m.Fits(ticket.Facts{Kind: ticket.Repair}))
	// Output: true false
}

// A complaint that 12345 transferred in is at least important; the desk raises it further.
func ExampleFacts_After() {
	var f ticket.Facts
	f = f.After(ticket.Event{Type: ticket.Registered, Kind: ticket.Complaint, Caller: ticket.Owner, Channel: ticket.Inbound, Ref: "12345-0917"})
	fmt.Println(f.Severity.Label())
	f = f.After(ticket.Event{Type: ticket.Reranked, Severity: ticket.Major})
	fmt.Println(f.Severity.Label())
	// Output:
	// 重要
	// 重大
}

// What was known when? The second row was entered at ten.
func ExampleKnownBy() {
	history := []ticket.Event{
		{Seq: 1, At: sept("21 09:00"), Recorded: sept("21 09:01")},
		{Seq: 2, At: sept("21 09:30"), Recorded: sept("21 10:00")},
	}
	fmt.Println(len(ticket.KnownBy(history, sept("21 09:59"))), len(ticket.KnownBy(history, sept("21 10:00"))))
	// Output: 1 2
}

func ExampleEventType_Moves() {
	fmt.Println(ticket.Completed.Moves(), ticket.Arrived.Moves())
	// Output: true false
}

// Every code has a label for people; an unknown one has none and is not valid.
func ExampleKind_Label() {
	fmt.Println(ticket.Repair.Label(), ticket.Special.Label(), ticket.Emergency.Label(), ticket.Major.Label(), ticket.Public.Label(), ticket.Owner.Label(),
		ticket.Inbound.Label(), ticket.InWork.Label(), ticket.Dispatched.Label(), ticket.Manager.Label(), ticket.Room.Label(), ticket.NoGrade.Label(),
		ticket.WaitingMaterials.Label(), ticket.Conflict.Label())
	fmt.Printf("%q %v %v\n", ticket.Kind("Repair").Label(), ticket.Kind("Repair").Valid(), ticket.Repair.Valid())
	// Output:
	// 报修 特约 紧急 重大 公共区域 业主 转办 处理中 派工 物业经理 房号 无效评价 待料 序号已被占用
	// "" false true
}

// The same row, read back in another zone.
func ExampleEvent_Equal() {
	at := time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC)
	a := ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Told, At: at}
	b := a
	b.At = calendar.InChina(at)
	fmt.Println(a.Equal(b))
	b.Reason = "改了一个字"
	fmt.Println(a.Equal(b))
	// Output:
	// true
	// false
}

func ExampleRole_Tier() {
	fmt.Println(ticket.Assistant.Tier(), ticket.Supervisor.Tier(), ticket.Manager.Tier(), ticket.Worker.Tier())
	// Output: 1 2 3 0
}

// A ticket taken over on the 22nd that was registered on the 21st.
func ExampleOpenedAt() {
	registered := time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC)
	history := []ticket.Event{
		{Ticket: "T1", Seq: 1, Type: ticket.Registered, At: registered, Kind: ticket.Repair},
		{Ticket: "T1", Seq: 2, Type: ticket.Imported, At: registered.AddDate(0, 0, 1), State: ticket.Assigned},
	}
	fmt.Println(ticket.OpenedAt(history).Format("01-02 15:04"), ticket.OpenedAt(nil).IsZero())
	// Output: 09-21 09:00 true
}
