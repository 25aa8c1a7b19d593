package tickets

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// walk is the minor complaint of the manuals, worked through by hand: called in on Monday at
// 09:05, solved, revisited by the assistant that day and by the manager the next, archived.
func walk() []ticket.Event {
	row := func(recorded time.Time, t ticket.EventType, by ticket.Actor) ticket.Event {
		return ticket.Event{Ticket: "T1", Type: t, Recorded: recorded, At: recorded, By: by}
	}
	first := complaint()
	first.Recorded, first.At = at(21, 9, 6), at(21, 9, 5)
	promised := row(at(21, 9, 12), ticket.Promised, assistant)
	promised.Until = at(21, 17, 0)
	sent := row(at(21, 9, 20), ticket.Dispatched, assistant)
	sent.To = head
	told := row(at(21, 15, 30), ticket.Told, assistant)
	rated := row(at(21, 15, 31), ticket.Rated, customer)
	rated.Grade = ticket.Satisfied
	called := row(at(21, 17, 0), ticket.Revisited, assistant)
	called.Channel = ticket.Phone
	visited := row(at(22, 10, 0), ticket.Revisited, manager)
	visited.Channel = ticket.Visit
	rows := []ticket.Event{
		first, row(at(21, 9, 10), ticket.Triaged, assistant), promised, sent, row(at(21, 10, 40), ticket.Informed, assistant),
		row(at(21, 11, 0), ticket.Started, head), row(at(21, 15, 0), ticket.Completed, head), told, rated, called, visited,
		row(at(22, 11, 0), ticket.Archived, assistant),
	}
	for i := range rows {
		rows[i].Seq = i + 1
	}
	return rows
}

// play sends rows when they were recorded.
func (s *stage) play(rows []ticket.Event) []*reply {
	replies := make([]*reply, len(rows))
	for i, e := range rows {
		when := e.Recorded
		e.Recorded = time.Time{} // is the workflow's to say
		replies[i] = s.send(when, e)
	}
	return replies
}

func TestWalk(t *testing.T) {
	d, name := standard(t)
	s := newStage(t, d, at(21, 9, 0))
	rows := walk()
	replies := s.play(rows)
	var end Standing
	s.on(at(22, 11, 1), func() { end = s.standing() })
	s.stop(at(23, 0, 0))
	s.run(Carry{Ticket: "T1", Desk: name})
	for i, r := range replies {
		if r.rejected != nil || r.failed != nil || r.Seq != i+1 {
			t.Errorf("row %d: %+v", i+1, r)
		}
	}
	if end.Judgment.Ticket.State != ticket.Closed {
		t.Errorf("at the end: %s", end.Judgment.Ticket.State)
	}
	want, err := d[name].Judge(rows, at(22, 11, 0))
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(end.Judgment.Ticket, want.Ticket) || len(end.Judgment.Verdicts) != len(want.Verdicts) {
		t.Errorf("the workflow's judgment is\n%+v, the library's\n%+v", end.Judgment, want)
	}
	same(t, s.host.told, plainLoop(t, d[name], rows, at(23, 0, 0)))
}

// TestNeglected: of a complaint that nobody takes up people are told at the very instants, and
// each once.
func TestNeglected(t *testing.T) {
	d, name := standard(t)
	s := newStage(t, d, at(21, 9, 0))
	first := complaint()
	first.Recorded, first.At = at(21, 9, 0), at(21, 9, 0)
	s.play([]ticket.Event{first})
	s.stop(at(21, 12, 0))
	s.run(Carry{Ticket: "T1", Desk: name})
	want := []message{ // by hand: nobody took it for half an hour, and again; the two hours of QI-3.6a warn at 10:30
		{"T1/WY-unanswered/1/supervisor/1", at(21, 9, 30)},
		{"T1/WY-unanswered/1/manager/2", at(21, 10, 0)},
		{"T1/WY-breach(QI-3.6a)/1/supervisor/1w", at(21, 10, 30)},
		{"T1/WY-unanswered/1/manager/3", at(21, 10, 30)},
		{"T1/WY-breach(QI-3.6a)/1/supervisor/1", at(21, 11, 0)},
		{"T1/WY-unanswered/1/manager/4", at(21, 11, 0)},
		{"T1/WY-unanswered/1/manager/5", at(21, 11, 30)},
	}
	same(t, s.host.told, want)
}

// TestProviderDown: the activity is tried again until somebody is told.
func TestProviderDown(t *testing.T) {
	d, name := standard(t)
	s := newStage(t, d, at(21, 9, 0))
	s.host.fail = 5
	s.play([]ticket.Event{{Ticket: "T1", Seq: 1, Type: ticket.Registered, Recorded: at(21, 9, 0), By: assistant, Kind: ticket.Inquiry, Caller: ticket.Owner, Has: form}})
	s.stop(at(21, 9, 50))
	s.run(Carry{Ticket: "T1", Desk: name})
	if len(s.host.told) != 1 || s.host.told[0].Key != "T1/WY-unanswered/1/supervisor/1" || !s.host.told[0].At.After(at(21, 9, 30)) {
		t.Errorf("told %v: want the one firing of half past nine, once, when the provider was there again", s.host.told)
	}
}

// TestRefusals: what is refused is told to who asks, with code, clause and both texts, and
// changes nothing.
func TestRefusals(t *testing.T) {
	d, name := standard(t)
	taken := ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Triaged, By: assistant}
	for _, c := range []struct {
		name string
		row  any
		code string
		in   string // the English text
		zh   string
	}{
		{"a step that is not its turn", ticket.Event{Ticket: "T1", Seq: 3, Type: ticket.Archived, By: assistant}, "illegal_move", "archived", "归档"},
		{"who may not", ticket.Event{Ticket: "T1", Seq: 3, Type: ticket.Upheld, By: assistant}, "wrong_role", "upheld", ""},
		{"what is missing", ticket.Event{Ticket: "T1", Seq: 3, Type: ticket.Promised, By: assistant}, "missing", "until", ""},
		{"a gap", ticket.Event{Ticket: "T1", Seq: 5, Type: ticket.Urged, By: customer}, "out_of_order", "", ""},
		{"another row in its place", ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Urged, By: customer}, "conflict", "", ""},
		{"another time in its place", ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Triaged, At: at(21, 9, 1), By: assistant}, "conflict", "", ""},
		{"another ticket's", ticket.Event{Ticket: "T2", Seq: 3, Type: ticket.Urged, By: customer}, "malformed", "", ""},
		{"from the future", ticket.Event{Ticket: "T1", Seq: 3, Type: ticket.Urged, At: at(21, 12, 0), By: customer}, "time_travel", "", ""},
		{"a field nobody knows", map[string]any{"seq": 3, "type": "urged", "phone": "139"}, "malformed", "", ""},
		{"a code nobody knows", map[string]any{"seq": 3, "type": "shouted"}, "malformed", "", ""},
		{"no object", "urged", "malformed", "", ""},
		{"bytes", []byte{0xff, 0}, "malformed", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t, d, at(21, 9, 0))
			s.send(at(21, 9, 0), complaint())
			s.send(at(21, 9, 5), taken)
			var got reply
			var standing Standing
			s.on(at(21, 9, 10), func() { s.update(&got, Row, c.row) })
			s.on(at(21, 9, 11), func() { standing = s.standing() })
			s.stop(at(21, 9, 20))
			s.run(Carry{Ticket: "T1", Desk: name})
			r, ok := AsRefused(got.rejected)
			if !ok {
				t.Fatalf("%+v: want a refusal before it enters the history", got)
			}
			if r.Code != c.code || !strings.Contains(r.En, c.in) || !strings.Contains(r.Zh, c.zh) || r.Zh == "" || r.Clause == "" {
				t.Errorf("%+v", r)
			}
			if standing.Judgment.Ticket.Seq != 2 || standing.Judgment.Ticket.State != ticket.Accepted {
				t.Errorf("it changed something: %+v", standing.Judgment.Ticket)
			}
		})
	}
}

// TestAgain: a row that is sent again because its answer was lost is answered, and is there
// once, also if it did not say when it happened.
func TestAgain(t *testing.T) {
	d, name := standard(t)
	s := newStage(t, d, at(21, 9, 0))
	taken := ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Triaged, By: assistant}
	s.send(at(21, 9, 0), complaint())
	first := s.send(at(21, 9, 5), taken)
	again := s.send(at(21, 9, 30), taken)
	s.on(at(21, 9, 31), func() { s.env.SignalWorkflow(Row, taken) })
	late := s.send(at(21, 9, 40), complaint())
	var rows []ticket.Event
	var standing Standing
	s.on(at(21, 9, 50), func() {
		v, err := s.env.QueryWorkflow(Rows)
		if err == nil {
			err = v.Get(&rows)
		}
		if err != nil {
			t.Error(err)
		}
		standing = s.standing()
	})
	s.stop(at(21, 10, 0))
	s.run(Carry{Ticket: "T1", Desk: name})
	for i, r := range []*reply{first, again, late} {
		if r.rejected != nil || r.failed != nil || r.Seq != 2 || r.State != ticket.Accepted {
			t.Errorf("%d: %+v", i, r)
		}
	}
	if len(rows) != 2 || !rows[1].Recorded.Equal(at(21, 9, 5)) || standing.RefusedIn != 0 {
		t.Errorf("rows %v, %d refused", rows, standing.RefusedIn)
	}
}

// TestSignals: who does not wait loses nothing: what was taken is there, what was refused is kept.
func TestSignals(t *testing.T) {
	d, name := standard(t)
	s := newStage(t, d, at(21, 9, 0))
	s.on(at(21, 9, 0), func() { s.env.SignalWorkflow(Row, complaint()) })
	s.on(at(21, 9, 1), func() {
		s.env.SignalWorkflow(Row, ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Triaged, By: assistant})
	})
	s.on(at(21, 9, 2), func() {
		s.env.SignalWorkflow(Row, ticket.Event{Ticket: "T1", Seq: 3, Type: ticket.Archived, By: assistant})
		s.env.SignalWorkflow(Row, "nonsense")
		s.env.SignalWorkflow(Row, []byte("nonsense"))
	})
	var few, many Standing
	s.on(at(21, 9, 3), func() { few = s.standing() })
	s.on(at(21, 9, 4), func() {
		for range Kept {
			s.env.SignalWorkflow(Row, ticket.Event{Ticket: "T1", Seq: 9, Type: ticket.Urged, By: customer})
		}
	})
	s.on(at(21, 9, 5), func() { many = s.standing() })
	s.stop(at(21, 9, 20))
	s.run(Carry{Ticket: "T1", Desk: name})
	if few.Judgment.Ticket.State != ticket.Accepted || few.RefusedIn != 3 || len(few.Refused) != 3 {
		t.Fatalf("%+v", few)
	}
	r := few.Refused[0]
	if r.Code != "illegal_move" || r.Clause != "SP-1b" && r.Clause == "" || r.Zh == "" || !r.Came.Equal(at(21, 9, 2)) || !strings.Contains(string(r.Row), `"type":"archived"`) {
		t.Errorf("%+v", r)
	}
	if few.Refused[1].Code != "malformed" || string(few.Refused[1].Row) != `"nonsense"` || few.Refused[2].Code != "malformed" {
		t.Errorf("%+v", few.Refused[1:])
	}
	if many.RefusedIn != 3+Kept || len(many.Refused) != Kept || many.Refused[0].Code != "out_of_order" {
		t.Errorf("%d refused, %d kept", many.RefusedIn, len(many.Refused))
	}
}

// TestNewYear: a complaint of 31 December waits for a year that is not published. The notice
// comes: the ticket is moved, its clock has a due date and a timer that fires.
func TestNewYear(t *testing.T) {
	d, before := standard(t)
	notice, err := calendar.Statutory(2027)
	if err != nil {
		t.Fatal(err)
	}
	notice.Provisional, notice.Source, notice.Published = false, "a notice for 2027", calendar.MustDate("2027-01-01")
	cal, err := calendar.China().With(notice)
	if err != nil {
		t.Fatal(err)
	}
	after, err := d.Add(cal, wuye.Standard())
	if err != nil {
		t.Fatal(err)
	}
	villa, err := d.Add(cal, wuye.Villa())
	if err != nil {
		t.Fatal(err)
	}
	if before == after || after == villa {
		t.Fatal("two desks have one name")
	}

	day := func(n, hour int) time.Time { return at(30, hour, 0).AddDate(0, 3, n-30) } // the nth of December
	s := newStage(t, d, day(31, 9))
	s.send(day(31, 9), complaint())
	s.send(day(31, 9), ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Triaged, By: assistant})
	minor := func(at Standing) sla.Verdict {
		for _, v := range at.Judgment.Verdicts {
			if v.Clause == "QI-3.7a" {
				return v
			}
		}
		t.Fatal("no clock of QI-3.7a")
		panic("")
	}
	var waiting, moved, late sla.Verdict
	var unknown, other, took, twice reply
	s.on(day(32, 9), func() { // 1 January, 09:00
		waiting = minor(s.standing())
		s.update(&unknown, Move, "nobody's")
		s.update(&other, Move, villa)
		s.update(&took, Move, after)
	})
	s.on(day(32, 10), func() { moved = minor(s.standing()); s.update(&twice, Move, after) })
	s.on(day(36, 1), func() { late = minor(s.standing()) })
	s.stop(day(36, 2))
	s.run(Carry{Ticket: "T1", Desk: before})

	if waiting.Due.Unpublished != 2027 || !waiting.Due.At.IsZero() {
		t.Errorf("before the notice: %+v", waiting.Due)
	}
	// Friday the 1st is off, Monday the 4th is the next working day.
	if moved.Due.Unpublished != 0 || !moved.Due.At.Equal(day(36, 0)) || late.Status != sla.Breached {
		t.Errorf("after the notice: %+v, then %s", moved.Due, late.Status)
	}
	if r, ok := AsRefused(unknown.rejected); !ok || r.Code != UnknownDesk {
		t.Errorf("a desk nobody knows: %+v", unknown)
	}
	if r, ok := AsRefused(other.rejected); !ok || r.Code != OtherPolicy {
		t.Errorf("another policy: %+v", other)
	}
	if took.failed != nil || took.Desk != after || twice.failed != nil || twice.Desk != after {
		t.Errorf("moved: %+v, %+v", took, twice)
	}
	var fired []string
	for _, m := range s.host.told {
		if strings.Contains(m.Key, "QI-3.7a") {
			fired = append(fired, fmt.Sprint(m.Key, " ", m.At.Format("01-02 15:04")))
		}
	}
	if want := []string{"T1/WY-breach(QI-3.7a)/1/supervisor/1w 01-04 20:00", "T1/WY-breach(QI-3.7a)/1/supervisor/1 01-05 00:00"}; !reflect.DeepEqual(fired, want) {
		t.Errorf("told %q, want %q", fired, want)
	}
}

// TestManyRuns: a ticket whose runs end at random tells the same as one that runs through,
// and the same as the library alone: nothing is lost between two runs and nothing comes twice.
func TestManyRuns(t *testing.T) {
	d, name := standard(t)
	for seed := range uint64(6) {
		random := rand.New(rand.NewPCG(seed, 1))
		rows := randomRows(d[name], random)
		until := rows[len(rows)-1].Recorded.Add(6 * time.Hour)
		want := plainLoop(t, d[name], rows, until)

		var told []message
		start, runs := &Carry{Ticket: "T1", Desk: name}, 0
		for from := at(21, 9, 0); start != nil; runs++ {
			s := newStage(t, d, from)
			left := rows[len(start.Rows):]
			s.play(left)
			if cut := from.Add(time.Duration(random.Int64N(int64(8 * time.Hour)))); cut.Before(until) {
				s.on(cut, func() {
					s.env.SignalWorkflow(Row, "nonsense")
					s.env.RegisterDelayedCallback(func() { s.env.SetContinueAsNewSuggested(true) }, time.Millisecond)
				})
			}
			s.stop(until)
			next := s.run(*start)
			told, start, from = append(told, s.host.told...), next, s.env.Now()
			if next != nil && next.RefusedIn != runs+1 {
				t.Fatalf("seed %d: of %d refused signals %d are kept", seed, runs+1, next.RefusedIn)
			}
		}
		same(t, told, want)
		if runs < 3 {
			t.Errorf("seed %d: only %d runs", seed, runs)
		}
	}
}

// randomRows is what may happen to a ticket in three days.
func randomRows(desk *wuye.Desk, random *rand.Rand) []ticket.Event {
	first := complaint()
	first.Recorded, first.At = at(21, 9, 1), at(21, 9, 0)
	rows := []ticket.Event{first}
	types := []ticket.Event{
		{Type: ticket.Triaged, By: assistant}, {Type: ticket.Dispatched, By: assistant, To: worker1}, {Type: ticket.Started, By: worker1},
		{Type: ticket.Completed, By: worker1}, {Type: ticket.Told, By: assistant}, {Type: ticket.Returned, By: worker1, Reason: "别处的事"},
		{Type: ticket.Informed, By: assistant}, {Type: ticket.Urged, By: customer}, {Type: ticket.Held, By: worker1, Hold: ticket.WaitingMaterials},
		{Type: ticket.Resumed, By: worker1}, {Type: ticket.Reranked, By: supervisor, Severity: ticket.Important}, {Type: ticket.Disputed, By: customer},
		{Type: ticket.Rated, By: customer, Grade: ticket.Poor}, {Type: ticket.Escalated, By: assistant, To: supervisor}, {Type: ticket.Reopened, By: customer},
		{Type: ticket.Revisited, By: manager, Channel: ticket.Visit},
	}
	for now := at(21, 9, 1); now.Before(at(24, 9, 0)); {
		now = now.Add(time.Duration(1+random.IntN(300)) * time.Minute)
		e := types[random.IntN(len(types))]
		e.Ticket, e.Seq, e.Recorded, e.At = "T1", len(rows)+1, now, now.Add(-time.Duration(random.IntN(90))*time.Minute)
		if _, err := desk.Admit(rows, e); err == nil {
			rows = append(rows, e)
		}
	}
	return rows
}

// TestRunLength: a ticket may have its own measure for a new run.
func TestRunLength(t *testing.T) {
	d, name := standard(t)
	s := newStage(t, d, at(21, 9, 0))
	s.env.SetCurrentHistoryLength(10)
	s.send(at(21, 9, 0), complaint())
	s.on(at(21, 9, 6), func() { s.env.SetCurrentHistoryLength(100) })
	s.send(at(21, 9, 5), ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Triaged, By: assistant})
	next := s.run(Carry{Ticket: "T1", Desk: name, RunLength: 100})
	if next == nil || len(next.Rows) != 2 || next.RunLength != 100 || next.Desk != name {
		t.Errorf("%+v", next)
	}
}

// TestOwed: a run may end with firings that it could not tell yet; the next tells them.
func TestOwed(t *testing.T) {
	d, name := standard(t)
	first := complaint()
	first.Recorded, first.At = at(21, 9, 0), at(21, 9, 0)
	start := &Carry{Ticket: "T1", Desk: name, Rows: []ticket.Event{first}, Judged: at(21, 9, 0)}
	s := newStage(t, d, at(24, 9, 10)) // nobody was there for three days: some 150 firings at once
	s.env.SetContinueAsNewSuggested(true)
	start = s.run(*start)
	if len(s.host.told) != 0 || start == nil || len(start.Owed) < 2*AtOnce {
		t.Fatalf("%d told, owed: %+v", len(s.host.told), start)
	}
	s = newStage(t, d, at(24, 9, 10))
	s.stop(at(24, 9, 11))
	s.run(*start)
	if len(s.host.told) != len(start.Owed) {
		t.Errorf("%d told of %d owed", len(s.host.told), len(start.Owed))
	}
	want, err := d[name].Judge([]ticket.Event{first}, at(24, 9, 10))
	if err != nil || len(want.Firings) != len(start.Owed) {
		t.Errorf("%d firings, %v", len(want.Firings), err)
	}
}

// TestCured: a firing that was told, and that a late row has cured since, stays told in all runs.
func TestCured(t *testing.T) {
	d, name := standard(t)
	const key = "T1/WY-unanswered/1/supervisor/1"
	start := &Carry{Ticket: "T1", Desk: name}
	for i, e := range []ticket.Event{complaint(), {Ticket: "T1", Seq: 2, Type: ticket.Urged, By: customer}} {
		from := at(21, 9+i, 0)
		s := newStage(t, d, from)
		s.send(from, e)
		if i == 0 { // taken on after ten minutes, entered after forty
			s.send(from.Add(40*time.Minute), ticket.Event{Ticket: "T1", Seq: 2, Type: ticket.Triaged, At: from.Add(10 * time.Minute), By: assistant})
		}
		s.on(from.Add(45*time.Minute), func() { s.env.SetContinueAsNewSuggested(true) })
		if start = s.run(*start); start == nil || !reflect.DeepEqual(start.Told, []string{key}) {
			t.Fatalf("run %d: %+v", i, start)
		}
		if got := slices.ContainsFunc(s.host.told, func(m message) bool { return m.Key == key }); got != (i == 0) {
			t.Errorf("run %d: told %v", i, s.host.told)
		}
	}
}

// TestSettled: a closed ticket is archived 100 days after its last row, and can come back.
func TestSettled(t *testing.T) {
	d, name := standard(t)
	s := newStage(t, d, at(21, 9, 0))
	rows := walk()
	s.play(rows)
	s.run(Carry{Ticket: "T1", Desk: name})
	if err := s.env.GetWorkflowError(); err != nil || len(s.host.archived) != 1 || len(s.host.archived[0].Rows) != len(rows) {
		t.Fatalf("%v, archived %+v", err, s.host.archived)
	}
	ended := calendar.InChina(s.env.Now())
	if want := at(22, 11, 0).Add(Settled); ended.Before(want) || ended.After(want.Add(time.Second)) {
		t.Errorf("ended on %s, want %s", ended, want)
	}

	back := newStage(t, d, ended.Add(time.Hour))
	r := back.send(ended.Add(90*time.Minute), ticket.Event{Ticket: "T1", Seq: 13, Type: ticket.Reopened, By: customer})
	back.stop(ended.Add(3 * time.Hour))
	back.run(s.host.archived[0])
	if r.State != ticket.Accepted {
		t.Errorf("%+v", r)
	}
	for _, m := range back.host.told {
		if !strings.Contains(m.Key, "/2/") { // of the second cycle
			t.Errorf("told again: %v", m)
		}
	}
}

// TestEmpty: a first row that is refused leaves nothing behind.
func TestEmpty(t *testing.T) {
	d, name := standard(t)
	s := newStage(t, d, at(21, 9, 0))
	bad := complaint()
	bad.Has = nil
	r := s.send(at(21, 9, 0), bad)
	s.run(Carry{Ticket: "T1", Desk: name})
	if no, ok := AsRefused(r.rejected); !ok || no.Code != "missing" {
		t.Errorf("%+v", r)
	}
	if err := s.env.GetWorkflowError(); err != nil || len(s.host.archived) != 0 || s.env.Now().Sub(at(21, 9, 0)) < Empty {
		t.Errorf("%v, archived %v, ended %s", err, s.host.archived, s.env.Now())
	}
}

// TestFull: a ticket with more than a run can hand over takes no more, and says so.
func TestFull(t *testing.T) {
	d, name := standard(t)
	first := complaint()
	first.Recorded, first.At = at(21, 9, 0), at(21, 9, 0)
	rows := []ticket.Event{first}
	for text := strings.Repeat("漏", 1000); len(rows) < 345; {
		rows = append(rows, ticket.Event{Ticket: "T1", Seq: len(rows) + 1, Type: ticket.Urged, At: at(21, 9, 0), Recorded: at(21, 9, 0), By: customer, Reason: text})
	}
	s := newStage(t, d, at(21, 9, 0))
	r := s.send(at(21, 9, 1), ticket.Event{Ticket: "T1", Seq: 346, Type: ticket.Urged, By: customer, Reason: strings.Repeat("漏", 1000)})
	s.stop(at(21, 9, 2))
	s.run(Carry{Ticket: "T1", Desk: name, Rows: rows, Judged: at(21, 9, 0)})
	if no, ok := AsRefused(r.rejected); !ok || no.Code != Full || no.Zh == "" {
		t.Errorf("%+v", r)
	}
}

// TestUnknownDesk: a worker that does not know the desk gives no judgment: its task fails.
func TestUnknownDesk(t *testing.T) {
	_, name := standard(t)
	s := newStage(t, Desks{}, at(21, 9, 0))
	s.run(Carry{Ticket: "T1", Desk: name})
	if err := s.env.GetWorkflowError(); err == nil || !strings.Contains(err.Error(), "does not know the desk") {
		t.Error(err)
	}
}

// TestBadStart: what is taken over must be a history.
func TestBadStart(t *testing.T) {
	d, name := standard(t)
	s := newStage(t, d, at(21, 9, 0))
	first := complaint()
	first.Seq, first.At, first.Recorded = 2, at(21, 9, 0), at(21, 9, 0)
	s.run(Carry{Ticket: "T1", Desk: name, Rows: []ticket.Event{first}, Judged: at(21, 9, 0)})
	if no, ok := AsRefused(s.env.GetWorkflowError()); !ok || no.Code != "out_of_order" {
		t.Error(s.env.GetWorkflowError())
	}
	if _, ok := AsRefused(errors.New("another")); ok {
		t.Error("another error is a refusal")
	}
}
