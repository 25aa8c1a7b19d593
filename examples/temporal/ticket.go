// Package tickets keeps each ticket of a service desk as a durable workflow of Temporal: rows
// come in as updates or signals, one timer sleeps until Judgment.Wake, and firings go out as
// activities. README.md says what each guarantee rests on and where the limits are.
package tickets

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"
)

// What is written in histories: never to be changed.
const (
	Workflow = "Ticket" // the type of the workflow; its ID is WorkflowID
	Row      = "row"    // update and signal: one ticket.Event, as JSON
	Move     = "move"   // update: the name of another desk
	Stand    = "stand"  // query: a Standing
	Rows     = "rows"   // query: the rows, []ticket.Event

	tell    = "Tell" // the activities: Host's methods
	archive = "Archive"
)

// Limits.
const (
	Bytes   = 1 << 20              // of a ticket's rows as JSON: what one run hands to the next may have 2 MB
	AtOnce  = 50                   // firings under way
	Kept    = 50                   // refused signals, the latest
	Empty   = time.Hour            // a workflow to which no row comes ends
	Settled = 100 * 24 * time.Hour // so long after the last row of a ticket that is over it is archived: its revisits are due on the 5th of the next month
)

// A Carry is what a workflow starts with, and what one run hands to the next. A new ticket
// has a Ticket and a Desk; one that is taken over, or comes back from the archive, also Rows
// and Judged: what was due by then has been told elsewhere.
type Carry struct {
	Ticket string         `json:"ticket"`
	Desk   string         `json:"desk"` // its name: policy and calendar
	Rows   []ticket.Event `json:"rows,omitempty"`

	// What has been told is what was due as of Judged, without Owed, and with Told: a firing
	// that was told and has since been cured by a late row, or moved by another calendar.
	Judged time.Time `json:"judged,omitzero"`
	Owed   []string  `json:"owed,omitempty"`
	Told   []string  `json:"told,omitempty"`

	Refused   []Refused `json:"refused,omitempty"`    // signals, the latest Kept
	RefusedIn int       `json:"refused_in,omitempty"` // signals refused in all

	RunLength int `json:"run_length,omitempty"` // a new run begins at so many events of history; 0: when the server suggests it
}

// An Answer is what an update says when the row, or the move, was taken.
type Answer struct {
	Seq   int          `json:"seq"` // of the last row
	State ticket.State `json:"state"`
	Wake  time.Time    `json:"wake,omitzero"`
	Desk  string       `json:"desk"`
}

// A Standing is where a ticket stands. Judgment is as of AsOf and holds until its Wake.
type Standing struct {
	Desk      string        `json:"desk"`
	AsOf      time.Time     `json:"as_of,omitzero"`
	Judgment  wuye.Judgment `json:"judgment"`
	UnderWay  []string      `json:"under_way,omitempty"` // keys of firings that are being told
	Refused   []Refused     `json:"refused,omitempty"`   // signals, the latest Kept
	RefusedIn int           `json:"refused_in,omitempty"`
}

// Ticket is the workflow. Whatever it decides follows from the rows, the desk that it names
// and workflow.Now: a replay decides the same. A worker that does not know the desk panics:
// its task fails and is tried again until a worker that does is deployed.
func (d Desks) Ticket(ctx workflow.Context, c Carry) error {
	t := &run{Carry: c, desks: d, desk: d.get(c.Desk), told: map[string]bool{}, underWay: map[string]bool{}}
	if err := t.resume(); err != nil {
		return refused(err).wire()
	}
	if err := t.listen(ctx); err != nil {
		return err
	}
	for {
		t.judge(ctx)
		if !t.long(ctx) { // else the next run tells
			t.fire(ctx)
		}
		t.changed = false
		if err := t.sleep(ctx); err != nil {
			return err // cancelled from outside
		}
		t.drain(ctx)
		if t.long(ctx) && t.idle(ctx) {
			return workflow.NewContinueAsNewError(ctx, Workflow, t.carry(ctx))
		}
		if !t.changed && t.idle(ctx) && t.over(ctx) {
			if len(t.Rows) > 0 {
				if err := workflow.ExecuteActivity(asActivity(ctx, archive+"/"+t.Carry.Ticket), archive, t.carry(ctx)).Get(ctx, nil); err != nil {
					return err
				}
			}
			if t.drain(ctx); !t.changed { // else a row came meanwhile: it is archived again later
				return nil
			}
		}
	}
}

func (d Desks) get(name string) *wuye.Desk {
	desk, ok := d[name]
	if !ok {
		panic(fmt.Sprintf("tickets: this worker does not know the desk %q", name))
	}
	return desk
}

// A run is one run of the workflow.
type run struct {
	Carry
	desks    Desks
	desk     *wuye.Desk
	asOf     time.Time
	judgment wuye.Judgment // as of asOf
	told     map[string]bool
	underWay map[string]bool
	waiting  bool // firings that found no place among AtOnce
	changed  bool // judge again
	signals  workflow.ReceiveChannel

	alarm workflow.Future // the one timer, nil if none runs
	until time.Time       // its instant
	stop  workflow.CancelFunc
}

// resume makes up again what has been told.
func (t *run) resume() error {
	t.asOf = t.Judged
	var err error
	if t.judgment, err = t.desk.Judge(t.Rows, t.Judged); err != nil {
		return err
	}
	for _, f := range t.judgment.Firings {
		t.told[f.Key] = true
	}
	for _, key := range t.Told {
		t.told[key] = true
	}
	for _, key := range t.Owed {
		delete(t.told, key)
	}
	return nil
}

// carry is resume the other way round.
func (t *run) carry(ctx workflow.Context) Carry {
	t.judge(ctx)
	c := t.Carry
	c.Judged, c.Owed, c.Told = t.asOf, nil, nil
	due := map[string]bool{}
	for _, f := range t.judgment.Firings {
		due[f.Key] = true
		if !t.told[f.Key] {
			c.Owed = append(c.Owed, f.Key)
		}
	}
	for _, key := range workflow.DeterministicKeys(t.told) {
		if !due[key] {
			c.Told = append(c.Told, key)
		}
	}
	return c
}

// listen opens the doors.
func (t *run) listen(ctx workflow.Context) error {
	if err := workflow.SetUpdateHandlerWithOptions(ctx, Row, t.row, workflow.UpdateHandlerOptions{Validator: t.validateRow}); err != nil {
		return err
	}
	if err := workflow.SetUpdateHandlerWithOptions(ctx, Move, t.move, workflow.UpdateHandlerOptions{Validator: t.validateMove}); err != nil {
		return err
	}
	if err := workflow.SetQueryHandler(ctx, Stand, t.stand); err != nil {
		return err
	}
	if err := workflow.SetQueryHandler(ctx, Rows, func() ([]ticket.Event, error) { return t.Carry.Rows, nil }); err != nil {
		return err
	}
	t.signals = workflow.GetSignalChannel(ctx, Row)
	return nil
}

// now is when a row that comes in is recorded. It never runs back within a ticket.
func (t *run) now(ctx workflow.Context) time.Time {
	now := calendar.InChina(workflow.Now(ctx))
	if n := len(t.Rows); n > 0 && t.Rows[n-1].Recorded.After(now) {
		return t.Rows[n-1].Recorded
	}
	return now
}

// judge says where the ticket stands now. The rows were admitted, so it cannot fail.
func (t *run) judge(ctx workflow.Context) {
	asOf := t.now(ctx)
	j, err := t.desk.Judge(t.Rows, asOf)
	if err != nil {
		panic(err)
	}
	t.asOf, t.judgment = asOf, j
}

// admit judges the ticket with one more row, and leaves it as it is. A row that is there
// already, sent again because its answer was lost, is answered as it stands: again.
func (t *run) admit(ctx workflow.Context, raw converter.RawValue) (e ticket.Event, j wuye.Judgment, again bool, no *Refused) {
	data := raw.Payload().GetData()
	e, err := ticket.ParseEvent(data)
	if err != nil {
		return e, j, false, refused(err)
	}
	if e.Ticket == "" {
		e.Ticket = t.Ticket
	}
	if e.Ticket != t.Ticket {
		return e, j, false, refused(&ticket.Refusal{Code: ticket.Malformed, Event: e, State: t.judgment.Ticket.State, Fields: []string{"ticket"}, Clause: "HB-2.1a"})
	}
	e.Recorded = t.now(ctx)
	if 0 < e.Seq && e.Seq <= len(t.Rows) {
		stored, sent := t.Rows[e.Seq-1], e
		sent.Recorded = stored.Recorded
		if sent.At.IsZero() {
			sent.At = stored.At
		}
		if sent.Equal(stored) {
			return stored, t.judgment, true, nil
		}
	}
	if e.At.IsZero() {
		e.At = e.Recorded
	}
	if t.size()+len(data) > Bytes {
		return e, j, false, &Refused{Code: Full, State: t.judgment.Ticket.State, En: fmt.Sprintf("tickets: %s: the rows would be more than %d bytes", t.Ticket, Bytes), Zh: fmt.Sprintf("工单 %s 的记录已达 %d 字节的上限", t.Ticket, Bytes)}
	}
	if j, err = t.desk.Admit(t.Rows, e); err != nil {
		return e, j, false, refused(err)
	}
	return e, j, false, nil
}

// add puts an admitted row behind the others. The loop then judges and fires.
func (t *run) add(e ticket.Event, j wuye.Judgment) {
	t.Rows = append(t.Rows, e)
	t.asOf, t.judgment, t.changed = e.Recorded, j, true
}

// size is what the rows take as JSON.
func (t *run) size() int {
	text, err := json.Marshal(t.Rows)
	if err != nil {
		panic(err)
	}
	return len(text)
}

// validateRow refuses before the row enters the history. It is not run in a replay, so it
// may only look. What it looks at cannot change before the handler runs: that follows in the
// same coroutine, and nothing on the way waits.
func (t *run) validateRow(ctx workflow.Context, raw converter.RawValue) error {
	_, _, _, no := t.admit(ctx, raw)
	return no.wire()
}

// row takes a row and answers. It judges again, since in a replay nobody validated.
func (t *run) row(ctx workflow.Context, raw converter.RawValue) (Answer, error) {
	e, j, again, no := t.admit(ctx, raw)
	if no != nil {
		return Answer{}, no.wire()
	}
	if !again {
		t.add(e, j)
	}
	return t.answer(), nil
}

func (t *run) answer() Answer {
	return Answer{len(t.Rows), t.judgment.Ticket.State, t.judgment.Wake, t.Desk}
}

// signal takes a row from someone who does not wait. What is refused is kept.
func (t *run) signal(ctx workflow.Context, raw converter.RawValue) {
	e, j, again, no := t.admit(ctx, raw)
	switch {
	case no != nil:
		no.Came = t.now(ctx)
		if data := raw.Payload().GetData(); len(data) <= 4096 && json.Valid(data) {
			no.Row = data
		}
		t.RefusedIn++
		t.Refused = append(t.Refused, *no)
		t.Refused = t.Refused[max(0, len(t.Refused)-Kept):]
		workflow.GetLogger(ctx).Warn("a signalled row was refused", "ticket", t.Ticket, "code", no.Code, "clause", no.Clause)
	case !again:
		t.add(e, j)
	}
}

// drain takes the signals that are there. Only the loop does, and before it looks whether the
// run may end: one that a coroutine of its own had received, but not looked at, would be lost.
func (t *run) drain(ctx workflow.Context) {
	for {
		var raw converter.RawValue
		if !t.signals.ReceiveAsync(&raw) {
			return
		}
		t.signal(ctx, raw)
	}
}

// validateMove refuses a desk that this worker does not know, and one that has another policy
// for the ticket: only the calendar, or later pages of the book, may change.
func (t *run) validateMove(ctx workflow.Context, name string) error {
	desk, ok := t.desks[name]
	switch {
	case !ok:
		return (&Refused{Code: UnknownDesk, En: fmt.Sprintf("tickets: this worker does not know the desk %q", name), Zh: fmt.Sprintf("执行程序尚未载入规则与日历 %q", name)}).wire()
	case len(t.Rows) == 0:
		return nil
	}
	now, err := t.desk.Policy(t.judgment.Ticket.Opened)
	if err != nil {
		return refused(err).wire()
	}
	then, err := desk.Policy(t.judgment.Ticket.Opened)
	if err != nil {
		return refused(err).wire()
	}
	if !reflect.DeepEqual(now, then) {
		return (&Refused{Code: OtherPolicy, State: t.judgment.Ticket.State, En: fmt.Sprintf("tickets: %s was opened under another policy than %q has for that day", t.Ticket, name), Zh: fmt.Sprintf("工单 %s 受理时施行的规则与 %q 所载不同", t.Ticket, name)}).wire()
	}
	return nil
}

// move goes over to another desk: the day a new year's notice is published. The update in the history says
// from where on the ticket is judged by it.
func (t *run) move(ctx workflow.Context, name string) (Answer, error) {
	t.desk, t.Desk = t.desks.get(name), name
	t.judge(ctx)
	t.changed = true
	return t.answer(), nil
}

func (t *run) stand() (Standing, error) {
	return Standing{t.Desk, t.asOf, t.judgment, workflow.DeterministicKeys(t.underWay), t.Refused, t.RefusedIn}, nil
}

// fire starts an activity for each firing that is due and not told yet. Its key is the
// activity's ID and the host's unique index: however often it is tried, it acts once.
func (t *run) fire(ctx workflow.Context) {
	for _, f := range t.judgment.Firings {
		switch {
		case t.told[f.Key] || t.underWay[f.Key]:
		case len(t.underWay) == AtOnce:
			t.waiting = true
			return
		default:
			t.underWay[f.Key] = true
			workflow.Go(ctx, func(ctx workflow.Context) { t.tell(ctx, f) })
		}
	}
}

func (t *run) tell(ctx workflow.Context, f escalation.Firing) {
	err := workflow.ExecuteActivity(asActivity(ctx, f.Key), tell, f).Get(ctx, nil)
	delete(t.underWay, f.Key)
	if err == nil {
		t.told[f.Key] = true
	} else { // the host says that it never will: owed, and tried again with the next judgment
		workflow.GetLogger(ctx).Error("a firing was not told", "key", f.Key, "error", err)
	}
	if t.waiting {
		t.waiting, t.changed = false, true
	}
}

// asActivity is tried until the host takes it: the default policy of retries has no end.
func asActivity(ctx workflow.Context, id string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{ActivityID: id, StartToCloseTimeout: 10 * time.Second})
}

// sleep waits for a row, for the time of the next judgment, or until a new run may begin.
func (t *run) sleep(ctx workflow.Context) error {
	until := t.judgment.Wake
	if end := t.end(ctx); until.IsZero() || !end.IsZero() && end.Before(until) {
		until = end
	}
	t.setAlarm(ctx, until)
	err := workflow.Await(ctx, func() bool {
		return t.changed || t.signals.Len() > 0 || t.long(ctx) && t.idle(ctx) || t.alarm != nil && t.alarm.IsReady()
	})
	if t.alarm != nil && t.alarm.IsReady() {
		t.alarm, t.until = nil, time.Time{}
	}
	return err
}

// setAlarm starts the one timer, unless it runs for that instant already. The SDK's
// AwaitWithTimeout would start one with every row and leave those before it running.
func (t *run) setAlarm(ctx workflow.Context, until time.Time) {
	if t.alarm != nil {
		if t.until.Equal(until) {
			return
		}
		t.stop()
		t.alarm = nil
	}
	if t.until = until; until.IsZero() {
		return
	}
	// Servers keep milliseconds: up, not down, or the timer would come before its time.
	d := until.Sub(workflow.Now(ctx)) + time.Millisecond - 1
	ctx, t.stop = workflow.WithCancel(ctx)
	t.alarm = workflow.NewTimer(ctx, max(d.Truncate(time.Millisecond), time.Millisecond))
}

// end is when the run ends if nothing comes: zero while the ticket is not over. One that comes
// back from the archive has some time for the row that it comes back for.
func (t *run) end(ctx workflow.Context) time.Time {
	end := workflow.GetInfo(ctx).WorkflowStartTime.Add(Empty)
	if len(t.Rows) == 0 {
		return end
	}
	j := &t.judgment
	runs := func(v sla.Verdict) bool { return v.Status == sla.Running || v.Status == sla.Paused }
	if j.Ticket.State != ticket.Closed && j.Ticket.State != ticket.Void || !j.Wake.IsZero() || slices.ContainsFunc(j.Verdicts, runs) {
		return time.Time{}
	}
	if settled := t.Rows[len(t.Rows)-1].Recorded.Add(Settled); settled.After(end) {
		return settled
	}
	return end
}

func (t *run) over(ctx workflow.Context) bool {
	end := t.end(ctx)
	return !end.IsZero() && !workflow.Now(ctx).Before(end)
}

// long is when a new run is due, idle when it may begin.
func (t *run) long(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.GetContinueAsNewSuggested() || t.RunLength > 0 && info.GetCurrentHistoryLength() >= t.RunLength
}

func (t *run) idle(ctx workflow.Context) bool {
	return len(t.underWay) == 0 && workflow.AllHandlersFinished(ctx)
}
