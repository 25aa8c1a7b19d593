package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"example.com/wuye/ticket"
	"github.com/looplab/fsm"
	"github.com/qmuntal/stateless"
)

// A pool of mixed legal moves: tickets of every kind at some point of their life, each with
// a row that may come next. 65,536 of them in random order, so that no predictor learns them.
type move struct {
	ticket ticket.Ticket
	event  ticket.Event
}

const pool = 1 << 16

var staff = []ticket.Actor{{Role: ticket.Assistant, ID: "A01"}, {Role: ticket.Supervisor, ID: "S01"}, {Role: ticket.Worker, ID: "W07"},
	{Role: ticket.DepartmentHead, ID: "D01"}, {Role: ticket.Store, ID: "K01"}, {Role: ticket.Customer}, {Role: ticket.Authority}}

// lives gives n legal histories of the given length or a little less, by chance.
func lives(n, rows int) [][]ticket.Event {
	rng := rand.New(rand.NewPCG(1, 2))
	kinds := []ticket.Kind{ticket.Repair, ticket.Repair, ticket.Repair, ticket.Complaint, ticket.Inquiry, ticket.Service, ticket.Suggestion}
	var all [][]ticket.Event
	for i := range n {
		id := fmt.Sprintf("GD-%08d", i)
		at := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rng.IntN(30*24*60)) * time.Minute)
		kind := kinds[rng.IntN(len(kinds))]
		e := ticket.Event{Ticket: id, Seq: 1, Type: ticket.Registered, At: at, Recorded: at, By: staff[0], Kind: kind, Caller: ticket.Owner,
			Has: []ticket.Particular{ticket.Name, ticket.Contact, ticket.Content, ticket.Room}, Until: at.Add(5 * time.Hour)}
		if kind == ticket.Service {
			e.Nature = ticket.Special
		}
		t, err := ticket.Ticket{}.Apply(e)
		if err != nil {
			panic(err)
		}
		history := []ticket.Event{e}
		for tries := 0; len(history) < rows && tries < 50*rows; tries++ {
			by := staff[rng.IntN(len(staff))]
			may := t.Allowed(by.Role)
			if len(may) == 0 {
				continue
			}
			typ := may[rng.IntN(len(may))].Type
			if typ == ticket.Voided || typ == ticket.Withdrawn || typ == ticket.Merged || typ == ticket.Declined {
				continue // few tickets end so
			}
			at = at.Add(time.Duration(1+rng.IntN(240)) * time.Minute)
			e := ticket.Event{Ticket: id, Seq: t.Seq + 1, Type: typ, At: at, Recorded: at.Add(time.Minute), By: by}
			for _, row := range may {
				for _, need := range row.Needs {
					if row.Type == typ {
						give(&e, need)
					}
				}
			}
			next, err := t.Apply(e)
			if err != nil {
				continue
			}
			t, history = next, append(history, e)
		}
		all = append(all, history)
	}
	return all
}

func give(e *ticket.Event, need string) {
	switch need {
	case "to":
		e.To = ticket.Actor{Role: ticket.Worker, ID: "W07"}
	case "approver":
		e.Approver = ticket.Actor{Role: ticket.Manager, ID: "M01"}
	case "until":
		e.Until = e.At.Add(24 * time.Hour)
	case "channel":
		e.Channel = ticket.Phone
	case "hold":
		e.Hold = ticket.WaitingMaterials
	case "grade":
		e.Grade = ticket.Satisfied
	case "reason":
		e.Reason = "配件未到"
	case "ref":
		e.Ref = "N-2026-0031"
	}
}

func moves() []move {
	var all []move
	for _, history := range lives(pool/8, 10) {
		var t ticket.Ticket
		for _, e := range history {
			all = append(all, move{t, e})
			next, err := t.Apply(e)
			if err != nil {
				panic(err)
			}
			t = next
		}
	}
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:pool]
}

//go:noinline
func handOver(t ticket.Ticket, e ticket.Event) (ticket.Ticket, error) {
	t.Seq = e.Seq
	return t, nil
}

// BenchmarkApply is one row applied to one ticket, beside two state machines that only
// change a state, with no roles, fields, times or order of rows to look at.
func BenchmarkApply(b *testing.B) {
	all := moves()
	b.Run("wuye", func(b *testing.B) {
		b.ReportAllocs()
		var sum int
		for i := 0; b.Loop(); i++ {
			m := &all[i%pool]
			t, err := m.ticket.Apply(m.event)
			if err != nil {
				b.Fatal(err)
			}
			sum += t.Seq
		}
		if sum == 0 {
			b.Fatal("nothing moved")
		}
	})

	// What it costs to fetch and hand over a ticket and a row, about 1 KB that no cache holds.
	b.Run("handing-over-only", func(b *testing.B) {
		b.ReportAllocs()
		var sum int
		for i := 0; b.Loop(); i++ {
			m := &all[i%pool]
			t, err := handOver(m.ticket, m.event)
			if err != nil {
				b.Fatal(err)
			}
			sum += t.Seq
		}
		if sum == 0 {
			b.Fatal("nothing was handed over")
		}
	})

	// The peers get the same moves that change the state; evidence is none of theirs.
	var flow []move
	for _, m := range all {
		if m.event.Type.Moves() && m.ticket.State != "" {
			flow = append(flow, m)
		}
	}
	b.Run("wuye-flow-only", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			m := &flow[i%len(flow)]
			if _, err := m.ticket.Apply(m.event); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("qmuntal-stateless", func(b *testing.B) {
		var state ticket.State
		machine := stateless.NewStateMachineWithExternalStorage(
			func(context.Context) (stateless.State, error) { return state, nil },
			func(_ context.Context, s stateless.State) error { state = s.(ticket.State); return nil },
			stateless.FiringImmediate)
		seen := map[[2]string]bool{}
		for _, t := range ticket.Transitions() {
			key := [2]string{string(t.From), string(t.Type)}
			if !t.Type.Moves() || t.From == "" || seen[key] {
				continue
			}
			seen[key] = true
			if t.From == t.To {
				machine.Configure(t.From).PermitReentry(t.Type)
			} else {
				machine.Configure(t.From).Permit(t.Type, t.To)
			}
		}
		ctx := context.Background()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			m := &flow[i%len(flow)]
			state = m.ticket.State
			if err := machine.FireCtx(ctx, m.event.Type); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("looplab-fsm", func(b *testing.B) {
		var events fsm.Events
		seen := map[[2]string]bool{}
		for _, t := range ticket.Transitions() {
			key := [2]string{string(t.From), string(t.Type)}
			if !t.Type.Moves() || t.From == "" || seen[key] {
				continue
			}
			seen[key] = true
			events = append(events, fsm.EventDesc{Name: string(t.Type), Src: []string{string(t.From)}, Dst: string(t.To)})
		}
		machine := fsm.NewFSM(string(ticket.Open), events, fsm.Callbacks{})
		ctx := context.Background()
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			m := &flow[i%len(flow)]
			machine.SetState(string(m.ticket.State))
			if err := machine.Event(ctx, string(m.event.Type)); err != nil {
				if _, same := err.(fsm.NoTransitionError); !same {
					b.Fatal(err)
				}
			}
		}
	})
}

// BenchmarkReplay is the cost of a row inside a history: of ten rows, and of ever longer
// ones, where it must stay the same.
func BenchmarkReplay(b *testing.B) {
	perRow := func(b *testing.B, rows int) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(rows), "ns/row")
	}
	histories, rows := lives(pool/8, 10), 0
	for _, h := range histories {
		rows += len(h)
	}
	b.Run("all-of-10-rows", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for _, h := range histories {
				if _, err := ticket.Replay(h); err != nil {
					b.Fatal(err)
				}
			}
		}
		perRow(b, rows)
	})
	for _, n := range []int{100, 1_000, 10_000} {
		h := lives(1, n)[0]
		for len(h) < n {
			e := h[len(h)-1]
			e = ticket.Event{Ticket: e.Ticket, Seq: e.Seq + 1, Type: ticket.Rated, Grade: ticket.Fair, At: e.At, Recorded: e.Recorded, By: ticket.Actor{Role: ticket.Customer}}
			h = append(h, e)
		}
		b.Run(fmt.Sprintf("one-of-%d-rows", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ticket.Replay(h); err != nil {
					b.Fatal(err)
				}
			}
			perRow(b, n)
		})
	}
}

func BenchmarkParseEvent(b *testing.B) {
	row := []byte(`{"seq":4,"type":"dispatched","at":"2026-09-21T09:15:00+08:00","by":{"role":"assistant","id":"A01"},"to":{"role":"worker","id":"W07"}}`)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ticket.ParseEvent(row); err != nil {
			b.Fatal(err)
		}
	}
}
