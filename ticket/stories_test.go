package ticket

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// What users of good desks have and would miss, each as a story.

func TestStoryUrged(t *testing.T) { // 催办
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Urged, resident)
	s.do(Urged, resident, Event{Channel: Phone, Reason: "还没有人来"})
	s.do(Urged, assistant, Event{To: worker})
	s.in(Assigned)
}

func TestStoryTransferred(t *testing.T) { // 转单: to another worker, also in the middle of the work
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Started, worker)
	s.do(Dispatched, assistant, Event{To: helper, Reason: "需要电工"})
	s.in(Assigned)
	is(s, "worker", s.ticket.Worker, helper)
	s.do(Started, helper)
	s.do(Completed, helper)
}

func TestStoryHelper(t *testing.T) { // 协助: a second pair of hands; the first stays responsible
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Joined, worker, Event{To: helper})
	s.no(Missing, "VC-1.2", "to", Joined, worker)
	is(s, "worker", s.ticket.Worker, worker)
	s.do(Completed, worker)
}

func TestStoryReturned(t *testing.T) { // 退单
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Started, worker)
	s.do(Returned, worker, Event{Reason: "属于弱电，非水电工范围"})
	s.in(Accepted)
	s.do(Dispatched, assistant, Event{To: helper})
	s.in(Assigned)
}

func TestStoryPaused(t *testing.T) { // 挂起: why, and until it goes on
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Started, worker)
	s.do(Held, worker, Event{Hold: WaitingMaterials, Until: at("23 09:00")})
	is(s, "held", s.ticket.Held, true)
	s.in(InWork) // a hold is no state
	s.do(Resumed, worker)
	s.do(Completed, worker)
}

func TestStoryExtended(t *testing.T) { // 延期
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, Event{To: worker, Until: at("21 12:00")})
	s.do(Extended, worker, Event{To: worker, Until: at("21 17:00"), Approver: supervisor, Reason: "配件下午到"})
	s.in(Assigned)
}

func TestStoryOverdueReason(t *testing.T) { // 超时原因: every row may carry one
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, Event{To: worker, Until: at("21 09:12")})
	s.do(Completed, worker, Event{Reason: "业主家中无人"})
	is(s, "reason", s.history[3].Reason, "业主家中无人")
}

func TestStoryLateEntry(t *testing.T) { // 补录: the telephone had no signal in the basement
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker) // 09:10
	s.do(Completed, worker, Event{At: at("21 10:00")})
	s.do(Arrived, worker, Event{At: at("21 09:30"), Recorded: at("21 10:05")})
	s.do(Started, worker, Event{At: at("21 09:40"), Recorded: at("21 10:05")})
	s.in(Done)
	is(s, "last", s.ticket.Last.Equal(at("21 10:00")), true)
}

func TestStoryMerged(t *testing.T) { // 并单: two neighbours, one burst pipe
	first, second := take(t, burstPipe), begin(t, burstPipe)
	second.do(Merged, assistant, Event{Ref: "T1"})
	second.in(Void)
	second.no(IllegalMove, "HB-1.3a", "", Told, assistant)
	first.do(Urged, assistant, Event{Ref: "T2"})
	first.repaired()
	first.in(Answered)
}

func TestStoryVoided(t *testing.T) { // 作废: typed twice
	s := begin(t, lampBroken)
	s.do(Voided, supervisor, Event{Reason: "重复录入"})
	s.in(Void)
	for _, typ := range eventTypes.list {
		e := s.event(typ.code, manager, []Event{full(typ.code, manager)})
		e.By = manager
		if _, err := s.ticket.Apply(e); err == nil && typ.code != WrittenOff {
			t.Errorf("%s of a void ticket", typ.code)
		}
	}
}

func TestStoryAbnormalClose(t *testing.T) { // 异常结单
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Returned, worker, Event{Reason: "业主拒绝入户"})
	s.do(Abandoned, assistant, Event{Approver: manager, Reason: "业主多次拒绝入户"})
	s.do(Told, assistant)
	s.do(Archived, assistant)
	s.in(Closed)
}

func TestStoryReopened(t *testing.T) { // 重开
	s := take(t, lampBroken)
	s.repaired()
	s.do(Archived, assistant)
	s.no(WrongRole, "HB-3.4", "by", Reopened, worker)
	s.do(Reopened, resident)
	s.in(Accepted)
	is(s, "cycle", s.ticket.Cycle, 2)
	is(s, "completed", s.ticket.Completed, false)
	s.repaired()
	s.do(Archived, assistant)
}

func TestStoryRevisitRetried(t *testing.T) { // 未访到, and again
	s := take(t, burstPipe)
	s.repaired()
	s.do(Missed, colleague, Event{Channel: Phone})
	s.do(Missed, colleague, Event{Channel: Phone})
	s.no(Missing, "TR-4.8", "revisited", Archived, assistant)
	s.do(Revisited, colleague, Event{Channel: Visit, Until: at("21 10:20"), Grade: VerySatisfied, Punctual: Satisfied, Attitude: VerySatisfied, Quality: Fair})
	s.do(Archived, assistant)
}

func TestStoryGrades(t *testing.T) { // five, and one that counts for nothing
	want := []Grade{"very_satisfied", "satisfied", "fair", "poor", "bad", "invalid"}
	var got []Grade
	for _, l := range grades.list {
		got = append(got, l.code)
	}
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
	s := begin(t, question)
	s.do(Told, assistant, Event{Grade: NoGrade})
	s.no(Malformed, "HB-2.1a", "grade", Rated, resident, Event{Grade: "6"})
}

func TestStoryHandover(t *testing.T) { // 交班
	s := take(t, rudeGuard)
	s.do(Informed, assistant)
	s.do(HandedOver, assistant, Event{To: colleague, At: at("21 18:00")})
	s.do(Dispatched, colleague, Event{To: head})
	s.do(Completed, head)
	s.do(Told, colleague)
	s.do(Revisited, colleague, byPhone)
}

func TestStoryPublicArea(t *testing.T) { // 公共区域
	e := lampBroken
	e.Place, e.Caller = Public, Visitor
	s := take(t, e)
	s.repaired()
	is(s, "place", s.ticket.Place, Public)
	is(s, "meant", Match{Place: Public}.Fits(s.ticket.Facts), true)
}

func TestStoryWarranty(t *testing.T) { // 保修: the developer mends it, and again when it fails
	s := take(t, lampBroken)
	s.do(ReferredOut, assistant, Event{To: Actor{Authority, "developer"}})
	s.do(Replied, Actor{Authority, "developer"})
	s.do(Told, assistant)
	s.do(Archived, assistant)
	s.do(Reopened, resident)
	s.do(ReferredOut, assistant, Event{To: Actor{Authority, "developer"}})
	s.in(Referred)
}

func TestStoryReranked(t *testing.T) { // 改级
	s := take(t, lampBroken)
	s.do(Reranked, assistant, Event{Urgency: Emergency, Reason: "水漫到楼下"})
	is(s, "urgency", s.ticket.Urgency, Emergency)
	s.do(Reranked, supervisor, Event{Urgency: Normal})
	s.do(Reranked, assistant, Event{Place: Public, Nature: Special}) // what lowers nothing the desk may correct
	is(s, "nature", s.ticket.Nature, Special)
}

func TestStoryDamage(t *testing.T) { // a broken vase: told, negotiated by the office
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Started, worker)
	s.do(Damaged, worker, Event{Reason: "打碎花瓶"})
	s.do(Escalated, worker, Event{To: supervisor})
	s.do(Compensated, manager, Event{Ref: "C-3"})
	s.do(Completed, worker)
	is(s, "tier", s.ticket.Tier, Supervisor)
}

// Each field alone, changed, makes another row; so same forgets none.
func TestSame(t *testing.T) {
	e := full(Revisited, assistant)
	b, _ := json.Marshal(e)
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(b, &fields); err != nil {
		t.Fatal(err)
	}
	n := 0
	for name := range fieldsOf(eventType) {
		var o Event
		_ = json.Unmarshal(b, &o)
		if !e.same(&o) {
			t.Fatal("not the same after JSON")
		}
		for _, value := range []string{`"x"`, `7`, `{"role":"x"}`, `["x"]`, `"2020-01-01T00:00:00Z"`} {
			if json.Unmarshal([]byte(`{"`+name+`":`+value+`}`), &o) == nil && e.same(&o) {
				t.Errorf("%s does not count", name)
			} else {
				n++
			}
		}
	}
	if n < 27 {
		t.Errorf("%d fields changed", n)
	}
}

// What people at the desk read.
func TestZh(t *testing.T) {
	s := take(t, lampBroken)
	s.do(Dispatched, assistant, toWorker)
	s.do(Held, worker, Event{Hold: WaitingMaterials})
	zh := func(tk Ticket, typ EventType, by Actor, e Event) string {
		e.Ticket, e.Type, e.By = "T1", typ, by
		if e.Seq == 0 {
			e.Seq = tk.Seq + 1
		}
		if e.At.IsZero() {
			e.At = at("21 10:00")
		}
		_, err := tk.Apply(e)
		return err.(*Refusal).Zh()
	}
	for want, got := range map[string]string{
		"工单尚未登记，不能办理“完工”（依据 HB-1.3a）":                       zh(Ticket{}, Completed, worker, Event{}),
		"工单已经登记（依据 HB-1.3a）":                                zh(s.ticket, Registered, assistant, lampBroken),
		"工单现为“待开工”，不能办理“归档”（依据 HB-1.3a）":                    zh(s.ticket, Archived, assistant, Event{}),
		"工单已经挂起，不能再次挂起（依据 QI-A.3b）":                         zh(s.ticket, Held, worker, Event{Hold: WaitingOther}),
		"“派工”不能由服务人员办理（依据 HL3-3.2）":                         zh(s.ticket, Dispatched, worker, toWorker),
		"“派工”不得交给外部单位，请办理“转报”（依据 HL3-3.2）":                  zh(s.ticket, Dispatched, assistant, Event{To: bureau}),
		"“派工”还缺：交给谁（依据 HL3-3.2）":                            zh(s.ticket, Dispatched, assistant, Event{}),
		"“派工”须写明接单人的工号，或交给部门（依据 HL3-3.2）":                   zh(s.ticket, Dispatched, assistant, Event{To: Actor{Worker, ""}}),
		"被投诉人不得判定对自己的投诉，须由其他客服主管或以上办理“认定无效”（依据 HL1-5.3b）":   zh(Ticket{State: Answered, Against: supervisor}, Dismissed, supervisor, Event{Reason: "x"}),
		"“认定无效”不能由客服助理办理（依据 HL1-5.3b）":                      zh(Ticket{State: Answered, Against: supervisor}, Dismissed, assistant, Event{Reason: "x"}),
		"降低轻重或紧急程度、更改类别、改为匿名、取消特约，须由客服主管或以上办理（依据 HL1-5.3b）": zh(s.ticket, Reranked, assistant, Event{Caller: Anonymous}),
		"“改级”不能由服务人员办理（依据 HL1-5.3b）":                        zh(s.ticket, Reranked, worker, Event{Caller: Anonymous}),
		"“重开”的发生时间早于工单成为“已归档”，不能补录（依据 HB-1.3a）":             zh(Ticket{State: Closed, Last: at("21 11:00")}, Reopened, resident, Event{}),
		"“退单”还缺：事由（依据 VC-3.5）":                              zh(s.ticket, Returned, worker, Event{}),
		"“延期”的批准人须为客服主管或以上，且不得是经办人本人（依据 WY-extension）":      zh(s.ticket, Extended, worker, Event{Until: at("22 10:00"), Approver: colleague, Reason: "x"}),
		"不得回访或评价本人所做的工作（依据 WY-own-work）":                    zh(Ticket{State: Answered, Worker: assistant}, Rated, assistant, Event{Grade: Fair}),
		"此序号已有另一条记录，请刷新后重做（依据 HB-2.1a）":                     zh(s.ticket, Urged, resident, Event{Seq: 1}),
		"记录序号不连续，请刷新后重做（依据 HB-2.1a）":                        zh(s.ticket, Urged, resident, Event{Seq: 9}),
		"“催办”的发生时间晚于录入时间，或早于登记时间（依据 HB-2.1a）":               zh(s.ticket, Urged, resident, Event{At: at("20 10:00")}),
		"“催办”内容有误：地点（依据 HB-2.1a）":                           zh(s.ticket, Urged, resident, Event{Place: "x"}),
		"这一步内容有误：步骤（依据 HB-2.1a）":                            zh(s.ticket, "x", resident, Event{}),
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func FuzzReplay(f *testing.F) {
	for _, w := range walks {
		b, _ := json.Marshal(numbered(w.rows))
		f.Add(b, uint64(0))
		f.Add(b, uint64(0x123456789abcdef))
	}
	f.Fuzz(func(t *testing.T, data []byte, order uint64) {
		var h []Event
		if json.Unmarshal(data, &h) != nil || len(h) == 0 {
			return
		}
		check := func(err error) {
			if err == nil {
				return
			}
			r := new(Refusal)
			if !errors.As(err, &r) || !r.Code.Valid() || r.Clause == "" || r.Error() == "" || r.Zh() == "" {
				t.Fatalf("%v", err)
			}
		}
		tk, err := Replay(h)
		check(err)
		if again, _ := Replay(h); again != tk {
			t.Fatal("another ticket from the same rows")
		}
		for i := range h { // in any order, upon anything
			e := h[order>>(4*(i%16))%uint64(len(h))]
			tk, err = tk.Apply(e)
			check(err)
			tk.Allowed(e.By.Role)
			KnownBy(h, e.At)
		}
	})
}

// A row of the table in the package documentation scans into an Event with what the
// standard library has. The driver here only hands rows over.
func TestSQL(t *testing.T) {
	h := numbered(append(slices.Clone(walks[2].rows[:len(walks[2].rows)-2]),
		Event{Type: Sampled, At: at("30 00:00").AddDate(0, 0, 1).Add(-1), Recorded: at("30 00:00").AddDate(0, 0, 1).Add(1001), By: machine, Channel: Phone, Ref: "S"}))
	drawn := &h[len(h)-1]
	if kept(drawn.At).Month() != time.October {
		t.Fatal("the driver does not round as PostgreSQL does")
	}
	drawn.At, drawn.Recorded = drawn.At.Truncate(time.Microsecond), drawn.Recorded.Truncate(time.Microsecond) // as documented
	db := sql.OpenDB(rowsOf(h))
	defer db.Close()
	rows, err := db.Query("select … from events where ticket = ? order by seq")
	if err != nil {
		t.Fatal(err)
	}
	var got []Event
	for rows.Next() {
		var e Event
		var recorded, until sql.Null[time.Time]
		var has []byte
		if err := rows.Scan(&e.Ticket, &e.Seq, &e.Type, &e.At, &recorded, &e.By.Role, &e.By.ID, &e.Kind, &e.Nature, &e.Urgency, &e.Severity, &e.Place, &e.Caller,
			&e.Category, &has, &e.Channel, &e.State, &e.To.Role, &e.To.ID, &e.Against.Role, &e.Against.ID, &e.Approver.Role, &e.Approver.ID, &until,
			&e.Hold, &e.Grade, &e.Punctual, &e.Attitude, &e.Quality, &e.Reason, &e.Ref); err != nil {
			t.Fatal(err)
		}
		e.Recorded, e.Until = recorded.V, until.V
		if has != nil {
			if err := json.Unmarshal(has, &e.Has); err != nil {
				t.Fatal(err)
			}
		}
		got = append(got, e)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(h, got); diff != "" {
		t.Error(diff)
	}
	before, _ := Replay(h)
	if after, err := Replay(got); err != nil || after != before || before.State != Answered || got[len(got)-1].At.Month() != time.September {
		t.Errorf("%+v, %v", after, err)
	}
}

// The documented table has the columns of an Event, in order.
func TestDocumentedTable(t *testing.T) {
	src, err := os.ReadFile("ticket.go")
	if err != nil {
		t.Fatal(err)
	}
	_, ddl, _ := strings.Cut(string(src), "create table events (\n")
	ddl, _, _ = strings.Cut(ddl, "primary key")
	var got []string
	for line := range strings.Lines(ddl) {
		if f := strings.Fields(line); len(f) > 2 {
			got = append(got, f[1])
		}
	}
	if diff := cmp.Diff((&cursor{}).Columns(), got); diff != "" {
		t.Error(diff)
	}
}

// rowsOf is a database that holds one history and answers everything with it.
type rowsOf []Event

func (r rowsOf) Connect(context.Context) (driver.Conn, error) { return r, nil }
func (r rowsOf) Driver() driver.Driver                        { return nil }
func (r rowsOf) Prepare(string) (driver.Stmt, error)          { return r, nil }
func (r rowsOf) Close() error                                 { return nil }
func (r rowsOf) Begin() (driver.Tx, error)                    { return nil, driver.ErrSkip }
func (r rowsOf) NumInput() int                                { return 0 }
func (r rowsOf) Exec([]driver.Value) (driver.Result, error)   { return nil, driver.ErrSkip }
func (r rowsOf) Query([]driver.Value) (driver.Rows, error)    { return &cursor{r}, nil }

// kept is what the database keeps of a time.
func kept(t time.Time) time.Time { return t.Round(time.Microsecond) }

type cursor struct{ left []Event }

func (c *cursor) Close() error { return nil }

func (c *cursor) Columns() []string {
	var names []string
	for f := range fieldsOf(eventType) {
		switch f {
		case "by", "to", "against", "approver":
			names = append(names, f+"_role", f+"_id")
		default:
			names = append(names, f)
		}
	}
	return names
}

func (c *cursor) Next(dest []driver.Value) error {
	if len(c.left) == 0 {
		return io.EOF
	}
	e := c.left[0]
	c.left = c.left[1:]
	null := func(t time.Time) driver.Value {
		if t.IsZero() {
			return nil
		}
		return kept(t)
	}
	var has []byte
	if e.Has != nil {
		has, _ = json.Marshal(e.Has)
	}
	copy(dest, []driver.Value{e.Ticket, int64(e.Seq), string(e.Type), kept(e.At), null(e.Recorded), string(e.By.Role), e.By.ID, string(e.Kind), string(e.Nature), string(e.Urgency),
		string(e.Severity), string(e.Place), string(e.Caller), e.Category, has, string(e.Channel), string(e.State), string(e.To.Role), e.To.ID, string(e.Against.Role), e.Against.ID,
		string(e.Approver.Role), e.Approver.ID, null(e.Until), string(e.Hold), string(e.Grade), string(e.Punctual), string(e.Attitude), string(e.Quality), e.Reason, e.Ref})
	return nil
}
