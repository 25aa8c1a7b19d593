package tickets

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// The histories in testdata are of the tests in server, written by
//
//	cd server && go test -record .
//
// with the desks of recordedDesks. Today's code must replay all of them.

// asRecorded are the calendars of the recorded desks: before the notice of 2026, and with one for 2027.
func asRecorded(t *testing.T) (before, after calendar.Calendar) {
	t.Helper()
	notice, err := calendar.Statutory(2027)
	if err != nil {
		t.Fatal(err)
	}
	known := calendar.China().AsKnownOn(calendar.MustDate("2026-11-01"))
	if after, err = known.With(notice); err != nil {
		t.Fatal(err)
	}
	return known.AsKnownOn(calendar.MustDate("2025-10-01")), after
}

func recordedDesks(t *testing.T) Desks {
	t.Helper()
	d := Desks{}
	before, after := asRecorded(t)
	for _, cal := range []calendar.Calendar{before, after} {
		if _, err := d.Add(cal, wuye.Standard()); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func histories(t *testing.T) map[string]*history.History {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no histories in testdata", err)
	}
	all := map[string]*history.History{}
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		h, err := client.HistoryFromJSON(f, client.HistoryJSONOptions{})
		f.Close()
		if err != nil {
			t.Fatal(file, err)
		}
		all[filepath.Base(file)] = h
	}
	return all
}

// replay replays a history with a workflow and fails where it differs: in its commands, which the
// SDK compares, and in how long its timers run and what its updates answer, which the SDK does not.
func replay(h *history.History, ticket func(workflow.Context, Carry) error) error {
	seen := &watcher{}
	r, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{Interceptors: []interceptor.WorkerInterceptor{seen}, DisableDeadlockDetection: true})
	if err != nil {
		return err
	}
	r.RegisterWorkflowWithOptions(ticket, workflow.RegisterOptions{Name: Workflow})
	if err := r.ReplayWorkflowHistory(quiet{}, h); err != nil {
		return err
	}
	if want := decisions(h); !slices.Equal(seen.decisions, want) {
		for i := range min(len(want), len(seen.decisions)) {
			if want[i] != seen.decisions[i] {
				return fmt.Errorf("decision %d is %s, was %s", i, seen.decisions[i], want[i])
			}
		}
		return fmt.Errorf("%d decisions, there were %d", len(seen.decisions), len(want))
	}
	return nil
}

// decisions are the recorded ones.
func decisions(h *history.History) (all []string) {
	for _, e := range h.Events {
		switch e.EventType {
		case enums.EVENT_TYPE_TIMER_STARTED:
			all = append(all, "timer "+e.GetTimerStartedEventAttributes().StartToFireTimeout.AsDuration().String())
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
			var a Answer
			outcome := e.GetWorkflowExecutionUpdateCompletedEventAttributes().Outcome
			if err := converter.GetDefaultDataConverter().FromPayloads(outcome.GetSuccess(), &a); err != nil {
				return append(all, err.Error())
			}
			all = append(all, "answer "+said(a))
		}
	}
	slices.Sort(all)
	return all
}

// timers is how many ran at once, at most.
func timers(h *history.History) (most int) {
	running := 0
	for _, e := range h.Events {
		switch e.EventType {
		case enums.EVENT_TYPE_TIMER_STARTED:
			running++
			most = max(most, running)
		case enums.EVENT_TYPE_TIMER_CANCELED, enums.EVENT_TYPE_TIMER_FIRED:
			running--
		}
	}
	return most
}

func said(a Answer) string {
	return fmt.Sprint(a.Seq, a.State, a.Wake.UnixNano(), a.Desk)
}

// A watcher notes what a replayed workflow decides.
type watcher struct {
	interceptor.WorkerInterceptorBase
	decisions []string
}

func (w *watcher) InterceptWorkflow(ctx workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &inbound{interceptor.WorkflowInboundInterceptorBase{Next: next}, w}
}

func (w *watcher) note(s string) {
	i, _ := slices.BinarySearch(w.decisions, s)
	w.decisions = slices.Insert(w.decisions, i, s)
}

type inbound struct {
	interceptor.WorkflowInboundInterceptorBase
	w *watcher
}

func (i *inbound) Init(next interceptor.WorkflowOutboundInterceptor) error {
	return i.Next.Init(&outbound{interceptor.WorkflowOutboundInterceptorBase{Next: next}, i.w})
}

func (i *inbound) ExecuteUpdate(ctx workflow.Context, in *interceptor.UpdateInput) (any, error) {
	v, err := i.Next.ExecuteUpdate(ctx, in)
	if a, ok := v.(Answer); ok && err == nil {
		i.w.note("answer " + said(a))
	}
	return v, err
}

type outbound struct {
	interceptor.WorkflowOutboundInterceptorBase
	w *watcher
}

func (o *outbound) NewTimer(ctx workflow.Context, d time.Duration) workflow.Future {
	o.w.note("timer " + d.String())
	return o.Next.NewTimer(ctx, d)
}

func TestReplay(t *testing.T) {
	d := recordedDesks(t)
	for name, h := range histories(t) {
		t.Run(name, func(t *testing.T) {
			if len(decisions(h)) == 0 {
				t.Error("nothing was decided in it")
			}
			if err := replay(h, d.Ticket); err != nil {
				t.Error(err)
			}
			if n := timers(h); n != 1 {
				t.Errorf("%d timers ran at once", n)
			}
		})
	}
}

// TestReplayTellsChanges: what would break running tickets breaks the test.
func TestReplayTellsChanges(t *testing.T) {
	d := recordedDesks(t)
	_, after := asRecorded(t)
	less := wuye.Standard()
	less.SLA.Clocks = nil
	desk, err := wuye.New(after, less)
	if err != nil {
		t.Fatal(err)
	}
	other := Desks{}
	for name := range d {
		other[name] = desk // one name, another desk: what the digest in the name forbids
	}
	for _, c := range []struct {
		name   string
		ticket func(workflow.Context, Carry) error
	}{
		{"an activity more, at the beginning", func(ctx workflow.Context, c Carry) error {
			if err := workflow.ExecuteActivity(asActivity(ctx, "more"), archive, c).Get(ctx, nil); err != nil {
				return err
			}
			return d.Ticket(ctx, c)
		}},
		{"a timer more", func(ctx workflow.Context, c Carry) error {
			if err := workflow.Sleep(ctx, time.Second); err != nil {
				return err
			}
			return d.Ticket(ctx, c)
		}},
		{"no clocks", other.Ticket},
		{"desks unknown", Desks{}.Ticket},
	} {
		t.Run(c.name, func(t *testing.T) {
			for name, h := range histories(t) {
				if err := replay(h, c.ticket); err == nil {
					t.Errorf("%s: the replay did not notice", name)
				}
			}
		})
	}
}
