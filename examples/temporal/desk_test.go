package tickets

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/ticket"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

var (
	assistant  = ticket.Actor{Role: ticket.Assistant, ID: "A01"}
	supervisor = ticket.Actor{Role: ticket.Supervisor, ID: "S01"}
	manager    = ticket.Actor{Role: ticket.Manager, ID: "M01"}
	head       = ticket.Actor{Role: ticket.DepartmentHead, ID: "H01"}
	worker1    = ticket.Actor{Role: ticket.Worker, ID: "W01"}
	customer   = ticket.Actor{Role: ticket.Customer}
	form       = []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}
)

// at is an instant of September 2026; the 21st is a Monday.
func at(day, hour, minute int) time.Time {
	return calendar.InChina(time.Date(2026, 9, day, hour-8, minute, 0, 0, time.UTC))
}

func complaint() ticket.Event {
	return ticket.Event{Ticket: "T1", Seq: 1, Type: ticket.Registered, By: assistant, Kind: ticket.Complaint, Caller: ticket.Owner, Has: form}
}

// standard knows one desk.
func standard(t testing.TB) (Desks, string) {
	t.Helper()
	d := Desks{}
	name, err := d.Add(calendar.China(), wuye.Standard())
	if err != nil {
		t.Fatal(err)
	}
	return d, name
}

// A message is a firing as the host was told of it.
type message struct {
	Key string
	At  time.Time
}

// memory is a host. Its table of keys is a log, so that a second telling would show.
type memory struct {
	sync.Mutex
	now      func() time.Time
	told     []message
	archived []Carry
	fail     int // so many tellings fail first
}

func (m *memory) Tell(_ context.Context, f escalation.Firing) error {
	m.Lock()
	defer m.Unlock()
	if m.fail > 0 {
		m.fail--
		return fmt.Errorf("the provider is down")
	}
	m.told = append(m.told, message{f.Key, m.now()})
	return nil
}

func (m *memory) Archive(_ context.Context, c Carry) error {
	m.Lock()
	defer m.Unlock()
	m.archived = append(m.archived, c)
	return nil
}

// A stage is one run of the workflow on a clock that jumps to where something happens.
type stage struct {
	*testing.T
	env  *testsuite.TestWorkflowEnvironment
	host *memory
	from time.Time

	updates int
}

func newStage(t *testing.T, d Desks, from time.Time) *stage {
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	s := &stage{T: t, env: suite.NewTestWorkflowEnvironment(), host: &memory{}, from: from}
	s.host.now = func() time.Time { return calendar.InChina(s.env.Now()) }
	s.env.SetStartTime(from)
	s.env.SetTestTimeout(time.Minute)
	s.env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // machines are busy
	Register(s.env, d, s.host)
	return s
}

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// on does something at an instant.
func (s *stage) on(when time.Time, f func()) { s.env.RegisterDelayedCallback(f, when.Sub(s.from)) }

// stop ends the ticket's run at an instant.
func (s *stage) stop(when time.Time) { s.on(when, s.env.CancelWorkflow) }

// A reply is what became of an update.
type reply struct {
	Answer
	rejected, failed error
	done             bool
}

// update sends one now and fills in what becomes of it.
func (s *stage) update(r *reply, name string, arg any) {
	s.updates++
	s.env.UpdateWorkflow(name, fmt.Sprint(s.updates), &testsuite.TestUpdateCallback{
		OnAccept: func() {},
		OnReject: func(err error) { r.rejected, r.done = err, true },
		OnComplete: func(v any, err error) {
			r.failed, r.done = err, true
			if a, ok := v.(Answer); ok {
				r.Answer = a
			}
		},
	}, arg)
}

// send adds a row at an instant.
func (s *stage) send(when time.Time, e ticket.Event) *reply {
	var r reply
	s.on(when, func() { s.update(&r, Row, e) })
	return &r
}

func (s *stage) standing() (at Standing) {
	s.Helper()
	v, err := s.env.QueryWorkflow(Stand)
	if err == nil {
		err = v.Get(&at)
	}
	if err != nil {
		s.Fatal(err)
	}
	return at
}

// run runs to the end and gives what the next run is to start with, if there is one.
func (s *stage) run(c Carry) (next *Carry) {
	s.Helper()
	s.env.ExecuteWorkflow(Workflow, c)
	if !s.env.IsWorkflowCompleted() {
		s.Fatal("the workflow has not ended")
	}
	err := s.env.GetWorkflowError()
	if again, ok := errors.AsType[*workflow.ContinueAsNewError](err); ok {
		next = &Carry{}
		if err := converter.GetDefaultDataConverter().FromPayloads(again.Input, next); err != nil {
			s.Fatal(err)
		}
	}
	return next
}

// plainLoop tells what the loop of docs/guide.md tells: rows at their Recorded, judged again at
// each Wake, every key once. It is the library alone, without Temporal.
func plainLoop(t *testing.T, desk *wuye.Desk, rows []ticket.Event, until time.Time) (told []message) {
	t.Helper()
	known := map[string]bool{}
	judge := func(rows []ticket.Event, asOf time.Time) wuye.Judgment {
		j, err := desk.Judge(rows, asOf)
		if err != nil {
			t.Fatal(err)
		}
		var fresh []message
		for _, f := range j.Firings {
			if !known[f.Key] {
				known[f.Key] = true
				fresh = append(fresh, message{f.Key, asOf})
			}
		}
		told = append(told, fresh...)
		return j
	}
	for i := range rows {
		end := until
		if i+1 < len(rows) {
			end = rows[i+1].Recorded
		}
		for j := judge(rows[:i+1], rows[i].Recorded); !j.Wake.IsZero(); {
			wake := j.Wake.Add(time.Millisecond - 1).Truncate(time.Millisecond)
			if !wake.Before(end) {
				break
			}
			j = judge(rows[:i+1], wake)
		}
	}
	return told
}

// same fails the test unless two lists say the same: each key once, at the same instant to
// a millisecond, which is what a timer is rounded up to.
func same(t *testing.T, got, want []message) {
	t.Helper()
	at := map[string]time.Time{}
	for _, m := range want {
		at[m.Key] = m.At
	}
	for _, m := range got {
		if due, ok := at[m.Key]; !ok {
			t.Errorf("told %s at %s: not wanted, or twice", m.Key, m.At)
		} else if m.At.Sub(due).Abs() > time.Millisecond {
			t.Errorf("told %s at %s, want %s", m.Key, m.At, due)
		}
		delete(at, m.Key)
	}
	for _, m := range want {
		if due, ok := at[m.Key]; ok {
			t.Errorf("not told: %s, due %s", m.Key, due)
		}
	}
}
