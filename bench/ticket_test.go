package bench

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"testing"

	"example.com/wuye/ticket"
	"github.com/looplab/fsm"
	"github.com/qmuntal/stateless"
)

// A move is a ticket at some point of its life, with a row that came next.
type move struct {
	ticket ticket.Ticket
	event  ticket.Event
}

// moves are legal ones of tickets of every kind, in random order.
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

// handOver fetches a ticket and a row and gives a ticket back, about 1 KB that no cache holds,
// and decides nothing.
//
//go:noinline
func handOver(t ticket.Ticket, e ticket.Event) (ticket.Ticket, error) {
	t.Seq = e.Seq
	return t, nil
}

// BenchmarkApply is one row applied to one ticket: any row, beside handing both over and
// nothing else; and those that move the state, beside two state machines that only change a
// state, with no roles, fields, times or order of rows to look at.
func BenchmarkApply(b *testing.B) {
	all := moves()
	apply := func(m *move) (int, error) {
		t, err := m.ticket.Apply(m.event)
		return t.Seq, err
	}
	b.Run("mixed", func(b *testing.B) {
		beside(b, each(b, all, apply), side{"handing-over", each(b, all, func(m *move) (int, error) {
			t, err := handOver(m.ticket, m.event)
			return t.Seq, err
		})})
	})
	var flow []move // evidence is nothing to the peers
	for len(flow) < pool {
		for _, m := range all {
			if m.event.Type.Moves() && m.ticket.State != "" && len(flow) < pool {
				flow = append(flow, m)
			}
		}
	}
	b.Run("flow", func(b *testing.B) {
		beside(b, each(b, flow, apply), side{"qmuntal/stateless", each(b, flow, statelessMachine())}, side{"looplab/fsm", each(b, flow, looplabMachine())})
	})
}

// arrows calls arrow once for each state and type that lead to a state.
func arrows(arrow func(from, to ticket.State, by ticket.EventType)) {
	type key struct {
		from ticket.State
		by   ticket.EventType
	}
	seen := map[key]bool{}
	for _, t := range ticket.Transitions() {
		if k := (key{t.From, t.Type}); t.Type.Moves() && t.From != "" && !seen[k] {
			seen[k] = true
			arrow(t.From, t.To, t.Type)
		}
	}
}

func statelessMachine() func(*move) (int, error) {
	var state ticket.State
	machine := stateless.NewStateMachineWithExternalStorage(
		func(context.Context) (stateless.State, error) { return state, nil },
		func(_ context.Context, s stateless.State) error { state = s.(ticket.State); return nil },
		stateless.FiringImmediate)
	arrows(func(from, to ticket.State, by ticket.EventType) {
		if from == to {
			machine.Configure(from).PermitReentry(by)
		} else {
			machine.Configure(from).Permit(by, to)
		}
	})
	ctx := context.Background()
	return func(m *move) (int, error) {
		state = m.ticket.State
		err := machine.FireCtx(ctx, m.event.Type)
		return len(state), err
	}
}

func looplabMachine() func(*move) (int, error) {
	var events fsm.Events
	arrows(func(from, to ticket.State, by ticket.EventType) {
		events = append(events, fsm.EventDesc{Name: string(by), Src: []string{string(from)}, Dst: string(to)})
	})
	machine := fsm.NewFSM(string(ticket.Open), events, fsm.Callbacks{})
	ctx := context.Background()
	return func(m *move) (int, error) {
		machine.SetState(string(m.ticket.State))
		err := machine.Event(ctx, string(m.event.Type))
		if _, same := err.(fsm.NoTransitionError); same {
			err = nil
		}
		return 0, err
	}
}

// BenchmarkReplay is the cost of a row inside a history of about ten, beside looking at each
// row once: of 8,192 tickets, and of 65,536, whose rows no cache holds.
func BenchmarkReplay(b *testing.B) {
	all := lives(pool, 10)
	for name, some := range map[string][][]ticket.Event{"cached": all[:pool/8], "memory": all} {
		rows := 0
		for _, h := range some {
			rows += len(h)
		}
		parts := float64(rows) / float64(len(some))
		b.Run(name, func(b *testing.B) {
			beside(b, each(b, some, func(h *[]ticket.Event) (int, error) {
				t, err := ticket.Replay(*h)
				return t.Seq, err
			}).in(parts), side{"reading", each(b, some, look).in(parts)})
		})
	}
}

// look asks once for what the rules ask of the rows.
func look(h *[]ticket.Event) (int, error) {
	sum := 0
	for i := range *h {
		e := &(*h)[i]
		sum += e.Seq + len(e.Ticket) + int(e.Type[0]) + int(e.At.Unix()) + int(e.Recorded.Unix()) + int(e.Until.Unix()) + len(e.By.Role) + len(e.To.ID)
	}
	return sum, nil
}

// BenchmarkParseEvent decodes a row of JSON, strictly.
func BenchmarkParseEvent(b *testing.B) {
	var rows [][]byte
	for _, m := range moves() {
		row, err := json.Marshal(m.event)
		if err != nil {
			b.Fatal(err)
		}
		rows = append(rows, row)
	}
	beside(b, each(b, rows, func(row *[]byte) (int, error) {
		e, err := ticket.ParseEvent(*row)
		return e.Seq, err
	}), side{"encoding/json", each(b, rows, func(row *[]byte) (int, error) {
		var e ticket.Event
		err := json.Unmarshal(*row, &e)
		return e.Seq, err
	})})
}
