package server

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	tickets "example.com/wuye/examples/temporal"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/server/temporaltest"
	"google.golang.org/protobuf/encoding/protojson"
)

var record = flag.Bool("record", false, "write the histories that examples/temporal replays")

// A server keeps real time, so what takes half an hour must have begun nearly half an hour
// ago: a row may have happened before it was entered.
const soon = 8 * time.Second

var (
	assistant = ticket.Actor{Role: ticket.Assistant, ID: "A01"}
	customer  = ticket.Actor{Role: ticket.Customer}
)

// registered is a first row that happened so long ago.
func registered(id string, kind ticket.Kind, ago time.Duration) ticket.Event {
	return ticket.Event{Ticket: id, Seq: 1, Type: ticket.Registered, At: time.Now().Add(-ago), By: assistant, Kind: kind, Caller: ticket.Owner,
		Has: []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content}}
}

func urged(id string, seq int) ticket.Event {
	return ticket.Event{Ticket: id, Seq: seq, Type: ticket.Urged, By: customer}
}

// site is a server with a client.
type site struct {
	*testing.T
	server *temporaltest.TestServer
	client.Client
	ctx context.Context
}

func open(t *testing.T) site {
	t.Helper()
	s := temporaltest.NewServer(temporaltest.WithT(t), temporaltest.WithBaseClientOptions(client.Options{Identity: "example", Logger: quiet{}}))
	ctx, stop := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(stop)
	return site{t, s, s.GetDefaultClient(), ctx}
}

type quiet struct{}

func (quiet) Debug(string, ...any) {}
func (quiet) Info(string, ...any)  {}
func (quiet) Warn(string, ...any)  {}
func (quiet) Error(string, ...any) {}

// calendars are one that does not know this year, and one that knows this and the next.
func (s site) calendars() (before, after calendar.Calendar) {
	s.Helper()
	year := time.Now().Year()
	known := calendar.China().AsKnownOn(calendar.MustDate(fmt.Sprintf("%d-11-01", year)))
	for _, y := range []int{year, year + 1} {
		if _, err := known.IsWorkday(calendar.MustDate(fmt.Sprintf("%d-06-01", y))); err == nil {
			continue
		}
		notice, err := calendar.Statutory(y)
		if err == nil {
			known, err = known.With(notice)
		}
		if err != nil {
			s.Fatal(err)
		}
	}
	return calendar.China().AsKnownOn(calendar.MustDate(fmt.Sprintf("%d-10-01", year-1))), known
}

func (s site) desks(cals ...calendar.Calendar) (d tickets.Desks, names []string) {
	s.Helper()
	d = tickets.Desks{}
	for _, cal := range cals {
		name, err := d.Add(cal, wuye.Standard())
		if err != nil {
			s.Fatal(err)
		}
		names = append(names, name)
	}
	return d, names
}

// work runs a worker in this process until it is stopped.
func (s site) work(d tickets.Desks, h tickets.Host) (stop func()) {
	s.Helper()
	w := worker.New(s.Client, tickets.Queue, worker.Options{Identity: "example", DeadlockDetectionTimeout: time.Minute})
	tickets.Register(w, d, h)
	if err := w.Start(); err != nil {
		s.Fatal(err)
	}
	return sync.OnceFunc(w.Stop)
}

// until waits for something.
func (s site) until(what string, f func() bool) {
	s.Helper()
	for end := time.Now().Add(90 * time.Second); !f(); time.Sleep(100 * time.Millisecond) {
		if time.Now().After(end) {
			s.Fatal("not within 90 seconds: ", what)
		}
	}
}

func (s site) ask(id string) tickets.Standing {
	s.Helper()
	at, err := tickets.Ask(s.ctx, s.Client, id)
	if err != nil {
		s.Fatal(err)
	}
	return at
}

// history is that of a run, "" the last; with -record it is also written.
func (s site) history(id, run, name string) *history.History {
	s.Helper()
	h := &history.History{}
	for events := s.GetWorkflowHistory(s.ctx, tickets.WorkflowID(id), run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		e, err := events.Next()
		if err != nil {
			s.Fatal(err)
		}
		h.Events = append(h.Events, e)
	}
	if *record && name != "" {
		text, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(h)
		if err != nil {
			s.Fatal(err)
		}
		host, _ := os.Hostname()
		tidy := strings.ReplaceAll(string(text), host, "host") + "\n"
		if err := os.WriteFile("../testdata/"+name+".json", []byte(strings.ReplaceAll(tidy, `":  `, `": `)), 0o644); err != nil {
			s.Fatal(err)
		}
	}
	return h
}

// scheduled counts how often an activity was.
func scheduled(h *history.History, id string) (n int) {
	for _, e := range h.Events {
		if e.GetActivityTaskScheduledEventAttributes().GetActivityId() == id {
			n++
		}
	}
	return n
}

// A log is a host that notes every telling, also a second one.
type log struct {
	sync.Mutex
	told map[string]int
}

func (l *log) Tell(_ context.Context, f escalation.Firing) error {
	l.Lock()
	defer l.Unlock()
	if l.told == nil {
		l.told = map[string]int{}
	}
	l.told[f.Key]++
	return nil
}

func (l *log) Archive(context.Context, tickets.Carry) error { return nil }

func (l *log) count() (keys, times int) {
	l.Lock()
	defer l.Unlock()
	for _, n := range l.told {
		times += n
	}
	return len(l.told), times
}

// A process is a worker of its own, to be killed.
type process struct {
	*exec.Cmd
	desk string // the name that it printed
}

func (s site) start(program string, env []string, args ...string) process {
	s.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = append(os.Environ(), env...)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		s.Fatal(err)
	}
	s.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		s.Fatal(err)
	}
	_, name, _ := strings.Cut(strings.TrimSpace(line), " ")
	return process{cmd, name}
}

func (p process) kill() {
	p.Process.Kill() // SIGKILL: it cannot say goodbye
	p.Wait()
}

// TestKilled: the worker's process is killed in the middle of a clock. Nobody answers; what is
// sent meanwhile waits. Started again it knows where the ticket stands, takes what was sent,
// and when the time is over people are told, once; and so it is after a third start.
func TestKilled(t *testing.T) {
	s := open(t)
	dir := t.TempDir()
	program := filepath.Join(dir, "worker")
	if out, err := exec.Command("go", "build", "-o", program, "example.com/wuye/examples/temporal/cmd/worker").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := os.MkdirAll(filepath.Join(dir, "desks/site"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "desks/site/policy.json"), []byte(`{"base": "standard", "name": "锦绣苑", "from": "2026-01-01"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	begin := func() process {
		return s.start(program, []string{"TEMPORAL_ADDRESS=" + s.server.GetFrontendHostPort(), "TEMPORAL_NAMESPACE=" + s.server.GetDefaultNamespace()},
			"-desks", filepath.Join(dir, "desks"), "-outbox", filepath.Join(dir, "outbox"))
	}
	w := begin()
	first := registered("T1", ticket.Inquiry, 30*time.Minute-soon)
	if _, err := tickets.Open(s.ctx, s.Client, tickets.Carry{Ticket: "T1", Desk: w.desk}, first); err != nil {
		t.Fatal(err)
	}
	due := s.ask("T1").Judgment.Wake
	if left := time.Until(due); left <= 0 || left > soon {
		t.Fatalf("the clock has %s left", left)
	}
	w.kill()

	short, stop := context.WithTimeout(s.ctx, 2*time.Second)
	defer stop()
	if _, err := tickets.Ask(short, s.Client, "T1"); err == nil {
		t.Error("somebody answers, but the worker is dead")
	}
	if err := tickets.Post(s.ctx, s.Client, urged("T1", 2)); err != nil {
		t.Error(err)
	}

	w = begin()
	at := s.ask("T1")
	if at.Judgment.Ticket.Seq != 2 || at.Judgment.Ticket.State != ticket.Open || at.Desk != w.desk {
		t.Errorf("after the kill: %+v", at)
	}
	const key = "T1/WY-unanswered/1/supervisor/1"
	file := filepath.Join(dir, "outbox", "tell-T1%2FWY-unanswered%2F1%2Fsupervisor%2F1.json")
	s.until("the firing", func() bool { _, err := os.Stat(file); return err == nil })
	info, err := os.Stat(file)
	if err != nil || info.ModTime().Before(due.Truncate(time.Millisecond)) {
		t.Errorf("told at %s, due %s, %v", info.ModTime(), due, err)
	}
	s.until("its end", func() bool { return len(s.ask("T1").UnderWay) == 0 })

	w.kill()
	begin()
	if a, err := tickets.Send(s.ctx, s.Client, urged("T1", 3)); err != nil || a.Seq != 3 {
		t.Errorf("%+v, %v", a, err)
	}
	if n := scheduled(s.history("T1", "", ""), key); n != 1 {
		t.Errorf("%s was scheduled %d times", key, n)
	}
	if files, err := filepath.Glob(filepath.Join(dir, "outbox", "*")); err != nil || len(files) != 1 {
		t.Errorf("the outbox has %v, %v", files, err)
	}
}

// TestMain is also the worker of TestKilledWhileTelling.
func TestMain(m *testing.M) {
	if address := os.Getenv("CHILD_ADDRESS"); address != "" {
		if err := child(address); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

func child(address string) error {
	d := tickets.Desks{}
	name, err := d.Add(calendar.China(), wuye.Standard())
	if err != nil {
		return err
	}
	c, err := client.Dial(client.Options{HostPort: address, Namespace: os.Getenv("CHILD_NAMESPACE"), Logger: quiet{}})
	if err != nil {
		return err
	}
	w := worker.New(c, tickets.Queue, worker.Options{})
	tickets.Register(w, d, slow{tickets.Outbox(os.Getenv("CHILD_OUTBOX"))})
	fmt.Println("site", name)
	return w.Run(worker.InterruptCh())
}

// slow is an outbox that notes each try and, if it is told to, never comes back from one.
type slow struct{ tickets.Outbox }

func (s slow) Tell(ctx context.Context, f escalation.Firing) error {
	err := s.Outbox.Tell(ctx, f)
	tries, openErr := os.OpenFile(os.Getenv("CHILD_TRIES"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if openErr != nil {
		return openErr
	}
	fmt.Fprintln(tries, f.Key)
	if err = errors.Join(err, tries.Close()); err == nil && os.Getenv("CHILD_HANGS") != "" {
		select {}
	}
	return err
}

// TestKilledWhileTelling: the process dies between what it did and its saying so. The activity
// is tried again, and its key is there already: one firing in the outbox.
func TestKilledWhileTelling(t *testing.T) {
	s := open(t)
	dir := t.TempDir()
	tries := filepath.Join(dir, "tries")
	begin := func(hangs string) process {
		return s.start(os.Args[0], []string{"CHILD_ADDRESS=" + s.server.GetFrontendHostPort(), "CHILD_NAMESPACE=" + s.server.GetDefaultNamespace(),
			"CHILD_OUTBOX=" + dir, "CHILD_TRIES=" + tries, "CHILD_HANGS=" + hangs})
	}
	w := begin("yes")
	if _, err := tickets.Open(s.ctx, s.Client, tickets.Carry{Ticket: "T1", Desk: w.desk}, registered("T1", ticket.Inquiry, 31*time.Minute)); err != nil {
		t.Fatal(err)
	}
	lines := func() int { text, _ := os.ReadFile(tries); return strings.Count(string(text), "\n") }
	s.until("the first try", func() bool { return lines() == 1 })
	w.kill()
	begin("")
	s.until("the second try", func() bool { return lines() == 2 })
	s.until("its end", func() bool { return len(s.ask("T1").UnderWay) == 0 })
	files, err := filepath.Glob(filepath.Join(dir, "tell-*"))
	if err != nil || len(files) != 1 {
		t.Errorf("the outbox has %v, %v", files, err)
	}
	if n := scheduled(s.history("T1", "", ""), "T1/WY-unanswered/1/supervisor/1"); n != 1 {
		t.Errorf("scheduled %d times", n)
	}
}

// TestNotice: complaints wait for a year that is not published. Its notice comes: workers learn
// the new desk, the tickets are moved, and have due dates.
func TestNotice(t *testing.T) {
	s := open(t)
	before, after := s.calendars()
	old, _ := s.desks(before)
	both, names := s.desks(before, after)
	var host log
	stop := s.work(old, &host)
	for _, id := range []string{"T1", "T2"} {
		if _, err := tickets.Open(s.ctx, s.Client, tickets.Carry{Ticket: id, Desk: names[0]}, registered(id, ticket.Complaint, time.Minute)); err != nil {
			t.Fatal(err)
		}
	}
	due := func(id string) sla.Due {
		for _, v := range s.ask(id).Judgment.Verdicts {
			if v.Clause == "QI-3.7a" {
				return v.Due
			}
		}
		t.Fatal("no clock of QI-3.7a")
		panic("")
	}
	if d := due("T1"); d.Unpublished != time.Now().Year() || !d.At.IsZero() {
		t.Fatalf("before the notice: %+v", d)
	}
	_, err := tickets.MoveTo(s.ctx, s.Client, "T1", names[1])
	if r, ok := tickets.AsRefused(err); !ok || r.Code != tickets.UnknownDesk || r.Zh == "" {
		t.Errorf("a worker that does not know the new desk says %v", err)
	}
	stop()

	defer s.work(both, &host)()
	// The server's list of tickets comes a little later than they, and a query that it hands to the
	// worker that has just gone fails: MoveAll is run again until all are moved, as in life.
	s.until("all are moved", func() bool {
		if n, err := tickets.MoveAll(s.ctx, s.Client, names[0], names[1]); err != nil {
			t.Log(n, err)
			return false
		}
		return s.ask("T1").Desk == names[1] && s.ask("T2").Desk == names[1]
	})
	if n, err := tickets.MoveAll(s.ctx, s.Client, names[0], names[1]); n != 0 || err != nil {
		t.Errorf("moved again: %d, %v", n, err)
	}
	if d := due("T2"); d.Unpublished != 0 || !d.At.After(time.Now()) {
		t.Errorf("after the notice: %+v", d)
	}
	s.history("T1", "", "notice")
}

// TestUnknownDesk: a worker that does not know a ticket's desk fails the task and gives no
// judgment; as soon as one is there that does, the ticket goes on.
func TestUnknownDesk(t *testing.T) {
	s := open(t)
	_, after := s.calendars()
	d, names := s.desks(after)
	var host log
	stop := s.work(tickets.Desks{}, &host)
	if _, err := s.ExecuteWorkflow(s.ctx, client.StartWorkflowOptions{ID: tickets.WorkflowID("T1"), TaskQueue: tickets.Queue}, tickets.Workflow, tickets.Carry{Ticket: "T1", Desk: names[0]}); err != nil {
		t.Fatal(err)
	}
	if err := tickets.Post(s.ctx, s.Client, registered("T1", ticket.Inquiry, 31*time.Minute)); err != nil {
		t.Fatal(err)
	}
	s.until("a failed task", func() bool {
		for _, e := range s.history("T1", "", "").Events {
			if f := e.GetWorkflowTaskFailedEventAttributes(); f != nil {
				return strings.Contains(f.Failure.Message, "does not know the desk")
			}
		}
		return false
	})
	stop()
	defer s.work(d, &host)()
	if at := s.ask("T1"); at.Judgment.Ticket.State != ticket.Open {
		t.Errorf("%+v", at)
	}
	s.until("the firing", func() bool { keys, times := host.count(); return keys == 1 && times == 1 })
}

// TestManyRuns: four clerks and a machine that sends nonsense write to one ticket, whose run ends again
// and again. Every row is there once, every clerk was answered, every refused signal is counted, and
// nobody was told twice.
func TestManyRuns(t *testing.T) {
	const clerks, rows, nonsense = 4, 15, 40
	s := open(t)
	_, after := s.calendars()
	d, names := s.desks(after)
	var host log
	defer s.work(d, &host)()
	first := registered("T1", ticket.Inquiry, 61*time.Minute)
	if _, err := tickets.Open(s.ctx, s.Client, tickets.Carry{Ticket: "T1", Desk: names[0], RunLength: 60}, first); err != nil {
		t.Fatal(err)
	}
	if a, err := tickets.Open(s.ctx, s.Client, tickets.Carry{Ticket: "T1", Desk: names[0]}, first); err != nil || a.Seq != 1 {
		t.Errorf("opened again: %+v, %v", a, err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	conflicts := 0
	for clerk := range clerks {
		all.Go(func() {
			for i := range rows {
				e := urged("T1", 2)
				e.Reason = fmt.Sprintf("%d/%d", clerk, i)
				for { // as a form that is made anew after a conflict
					e.Seq = s.ask("T1").Judgment.Ticket.Seq + 1
					a, err := tickets.Send(s.ctx, s.Client, e)
					if r, ok := tickets.AsRefused(err); ok && r.Code == string(ticket.Conflict) && r.Clause != "" && r.Zh == rule.Zh(&ticket.Refusal{Code: ticket.Conflict, Event: e, State: r.State, Fields: r.Fields, Clause: r.Clause}) {
						mu.Lock()
						conflicts++
						mu.Unlock()
						continue
					}
					if err != nil || a.Seq < e.Seq {
						t.Errorf("%s: %+v, %v", e.Reason, a, err)
					}
					break
				}
			}
		})
	}
	all.Go(func() {
		for range nonsense {
			if err := s.SignalWorkflow(s.ctx, tickets.WorkflowID("T1"), "", tickets.Row, "nonsense"); err != nil {
				t.Error(err)
			}
		}
	})
	all.Wait()

	s.until("all signals", func() bool { return s.ask("T1").RefusedIn == nonsense })
	value, err := s.QueryWorkflow(s.ctx, tickets.WorkflowID("T1"), "", tickets.Rows)
	var there []ticket.Event
	if err == nil {
		err = value.Get(&there)
	}
	if err != nil || len(there) != 1+clerks*rows {
		t.Errorf("%d rows, %v", len(there), err)
	}
	said := map[string]bool{}
	for i, e := range there {
		if e.Seq != i+1 || said[e.Reason] {
			t.Errorf("row %d: %+v", i+1, e)
		}
		said[e.Reason] = true
	}
	s.until("two firings", func() bool { keys, _ := host.count(); return keys == 2 })
	if keys, times := host.count(); keys != times {
		t.Errorf("%d firings were told %d times", keys, times)
	}

	// The runs, from the last to the first: each began with what the one before handed over.
	runs, run := 0, ""
	for {
		name := ""
		if runs < 2 {
			name = fmt.Sprintf("run-%d", runs)
		}
		h := s.history("T1", run, name)
		began := h.Events[0].GetWorkflowExecutionStartedEventAttributes()
		runs++
		if run = began.ContinuedExecutionRunId; run == "" {
			break
		}
		if n := scheduled(h, "T1/WY-unanswered/1/supervisor/1"); n != 0 {
			t.Errorf("told again in run %s", began.OriginalExecutionRunId)
		}
	}
	if runs < 4 {
		t.Errorf("only %d runs", runs)
	}
	t.Logf("%d runs, %d conflicts", runs, conflicts)
}

// TestFired is there to be recorded: a refused update, a refused signal, a timer, a firing.
func TestFired(t *testing.T) {
	s := open(t)
	_, after := s.calendars()
	d, names := s.desks(after)
	var host log
	defer s.work(d, &host)()
	if _, err := tickets.Open(s.ctx, s.Client, tickets.Carry{Ticket: "T1", Desk: names[0]}, registered("T1", ticket.Inquiry, 30*time.Minute-4*time.Second)); err != nil {
		t.Fatal(err)
	}
	_, err := tickets.Send(s.ctx, s.Client, ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Archived, By: assistant})
	r, ok := tickets.AsRefused(err)
	if !ok || r.Code != "illegal_move" || r.State != ticket.Open || r.En == "" || r.Zh == "" {
		t.Errorf("%+v, %v", r, err)
	}
	if err := tickets.Post(s.ctx, s.Client, urged("T1", 7)); err != nil {
		t.Fatal(err)
	}
	s.until("the firing", func() bool { keys, _ := host.count(); return keys == 1 })
	if a, err := tickets.Send(s.ctx, s.Client, ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Triaged, By: assistant}); err != nil || a.State != ticket.Accepted {
		t.Errorf("%+v, %v", a, err)
	}
	at := s.ask("T1")
	if at.RefusedIn != 1 || at.Refused[0].Code != "out_of_order" || !json.Valid(at.Refused[0].Row) {
		t.Errorf("%+v", at)
	}
	h := s.history("T1", "", "fired")
	for _, e := range h.Events {
		if u := e.GetWorkflowExecutionUpdateAcceptedEventAttributes(); u != nil && strings.Contains(u.String(), "archived") {
			t.Error("a refused update is in the history")
		}
	}
}
