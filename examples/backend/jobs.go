package backend

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/sampling"
	"example.com/wuye/ticket"
	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
)

// The jobs. Each looks at the rows and does what is still to do, so that one that comes twice,
// or late, does no harm; and each can be made again from the rows (Start).

// Wake judges a ticket when only time has changed it. It is written with the row that set the
// time; if a later row set another, it does nothing.
type Wake struct {
	Ticket string    `json:"ticket"`
	At     time.Time `json:"at"`
}

// Deliver sends the message of a firing, once.
type Deliver struct {
	Key string `json:"key"`
}

// MonthEnd closes a month.
type MonthEnd struct {
	Month calendar.Month `json:"month"`
}

// Round comes every hour: it commits to the keys of this month and the next, and asks for the
// end of a month that is over.
type Round struct{}

func (Wake) Kind() string     { return "wake" }
func (Deliver) Kind() string  { return "deliver" }
func (MonthEnd) Kind() string { return "month_end" }
func (Round) Kind() string    { return "round" }

// queue is the client of the jobs' tables.
func (s *Site) queue() (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	river.AddWorker(workers, river.WorkFunc(s.wake))
	river.AddWorker(workers, river.WorkFunc(s.deliver))
	river.AddWorker(workers, river.WorkFunc(s.monthEnd))
	river.AddWorker(workers, river.WorkFunc(s.round))
	return river.NewClient(riverpgxv5.New(s.pool), &river.Config{
		Queues:  map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: 4}},
		Workers: workers,
		Logger:  slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		PeriodicJobs: []*river.PeriodicJob{
			river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) { return Round{}, nil }, &river.PeriodicJobOpts{RunOnStart: true}),
		},
	})
}

// Start runs the jobs until Stop. First it asks again for what the rows say is not done yet:
// a queue that was lost, or restored from an old backup, loses nothing. And it judges anew
// the tickets that another calendar judged.
func (s *Site) Start(ctx context.Context) error {
	var jobs []river.InsertManyParams
	unsent, err := list(ctx, s.pool, func(d *Deliver) []any { return []any{&d.Key} }, "select key from firings f where not silent and not exists (select from messages m where m.key = f.key)")
	if err != nil {
		return err
	}
	for _, d := range unsent {
		jobs = append(jobs, river.InsertManyParams{Args: d})
	}
	asleep, err := list(ctx, s.pool, func(w *Wake) []any { return []any{&w.Ticket, &w.At} }, "select ticket, wake_at from tickets where wake_at is not null and calendar = $1", s.Desk.Calendar().ID())
	if err != nil {
		return err
	}
	for _, w := range asleep {
		jobs = append(jobs, river.InsertManyParams{Args: w, InsertOpts: &river.InsertOpts{ScheduledAt: w.At.Add(-s.Ahead)}})
	}
	if len(jobs) > 0 {
		if _, err := s.jobs.InsertManyFast(ctx, jobs); err != nil {
			return err
		}
	}
	stale, err := list(ctx, s.pool, func(w *Wake) []any { return []any{&w.Ticket} }, "select ticket from tickets where live and calendar <> $1", s.Desk.Calendar().ID())
	if err != nil {
		return err
	}
	for _, w := range stale {
		if err := s.write(ctx, func(tx work) error { return s.rejudge(ctx, tx, w.Ticket) }, lockTicket, w.Ticket); err != nil {
			return err
		}
	}
	return s.jobs.Start(ctx)
}

// Stop ends the jobs, each after what it is doing.
func (s *Site) Stop(ctx context.Context) error { return s.jobs.Stop(ctx) }

func (s *Site) wake(ctx context.Context, job *river.Job[Wake]) error {
	return s.write(ctx, func(tx work) error {
		var wake instant
		if err := tx.QueryRow(ctx, "select wake_at from tickets where ticket = $1", job.Args.Ticket).Scan(&wake); err != nil || !time.Time(wake).Equal(job.Args.At) {
			return err
		}
		return s.rejudge(ctx, tx, job.Args.Ticket)
	}, lockTicket, job.Args.Ticket)
}

// A Message is a firing on its way to those who must act.
type Message struct {
	Key, Text string
	Recipient ticket.Role
}

// deliver sends and marks as sent in one transaction: the log of messages and the job end
// together or not at all.
func (s *Site) deliver(ctx context.Context, job *river.Job[Deliver]) error {
	return s.write(ctx, func(tx work) error {
		m := Message{Key: job.Args.Key}
		err := tx.QueryRow(ctx, "select recipient, text from firings f where key = $1 and not exists (select from messages m where m.key = f.key)", m.Key).Scan(&m.Recipient, &m.Text)
		switch {
		case err == nil:
			if err := s.Send(ctx, tx.Tx, m); err != nil {
				return err
			}
		case !errors.Is(err, pgx.ErrNoRows): // no row: sent already
			return err
		}
		_, err = river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx.Tx, job)
		return err
	}, "select from firings where key = $1 for update", job.Args.Key)
}

// logMessage is the provider that keeps a log: the primary key takes a message once.
func (s *Site) logMessage(ctx context.Context, tx pgx.Tx, m Message) error {
	_, err := tx.Exec(ctx, "insert into messages values ($1, $2, $3, $4)", m.Key, s.now(), m.Recipient, m.Text)
	return err
}

func (s *Site) round(ctx context.Context, _ *river.Job[Round]) error {
	this := calendar.DateOf(s.now()).Month()
	for _, month := range []calendar.Month{this, this.Add(1)} {
		if err := s.commit(ctx, month, rand.Text(), s.now()); err != nil {
			return err
		}
	}
	last := this.Add(-1)
	if p, err := s.Desk.Policy(this.Day(1).Start()); err != nil || last.Last().Compare(p.From) < 0 {
		return err
	}
	var closed bool
	if err := s.pool.QueryRow(ctx, "select exists (select from month_ends where month = $1)", last.String()).Scan(&closed); err != nil || closed {
		return err
	}
	_, err := s.jobs.Insert(ctx, MonthEnd{last}, nil)
	return err
}

// commit chooses a month's key and publishes its commitment; a month that has one keeps it.
func (s *Site) commit(ctx context.Context, m calendar.Month, key string, at time.Time) error {
	_, err := s.pool.Exec(ctx, "insert into draw_keys values ($1, $2, $3, $4) on conflict do nothing", m.String(), key, sampling.Commit(key), at)
	return err
}

// monthEnd closes a month in one transaction: the draws, the rows that mark the drawn orders,
// the batch that goes to the bank, and the key, which from then on is public.
func (s *Site) monthEnd(ctx context.Context, job *river.Job[MonthEnd]) error {
	m := job.Args.Month
	return s.write(ctx, func(tx work) error {
		var closed bool
		if err := tx.QueryRow(ctx, "select exists (select from month_ends where month = $1)", m.String()).Scan(&closed); err != nil || closed {
			return err
		}
		var key string
		if err := tx.QueryRow(ctx, "select key from draw_keys where month = $1 for update", m.String()).Scan(&key); err != nil {
			return fmt.Errorf("the key of %s: %w", m, err)
		}
		asOf := tx.now
		var end wuye.MonthEnd
		finance := ticket.Actor{Role: ticket.Finance}
		if err := s.recordsIn(ctx, tx, "", func(r wuye.Records) (err error) {
			for _, d := range r.Done {
				if d.Clause == "SP-2.6.1.4" && d.Ref == m.String() {
					finance.ID = d.By.ID
				}
			}
			end, err = s.Desk.MonthEnd(m, r, key, asOf)
			return err
		}); err != nil {
			return err
		}
		pack, err := json.Marshal(end)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "insert into month_ends values ($1, $2, $3)", m.String(), asOf, string(pack)); err != nil {
			return err
		}
		for i, id := range end.Routine.Ranked[:end.Routine.Size] {
			how := ticket.Phone
			if i < end.Routine.Visits {
				how = ticket.Visit
			}
			if err := s.mark(ctx, tx, end, id, how); err != nil {
				return err
			}
		}
		for _, c := range end.Money.Batch {
			var seq int
			if err := tx.QueryRow(ctx, "select max(seq) from money_log where serial = $1", c.Serial).Scan(&seq); err != nil {
				return err
			}
			err := s.pay(ctx, tx, billing.Entry{Serial: c.Serial, Seq: seq + 1, Type: billing.Submitted, By: finance, Ref: m.String()})
			if r, ok := errors.AsType[*billing.Refusal](err); ok && r.Code == string(ticket.IllegalMove) {
				continue // since the money was closed it was paid, switched or sent another way: the next statement says so
			}
			if err != nil {
				return err
			}
		}
		_, err = tx.Exec(ctx, "update draw_keys set published_at = $2 where month = $1", m.String(), tx.now)
		return err
	}, closing)
}

// mark writes the row that makes an order one of the routine draw: TR-4.3b runs from it. On
// one that has become void nothing is written.
func (s *Site) mark(ctx context.Context, tx work, end wuye.MonthEnd, id string, how ticket.Channel) error {
	var seq int
	var state ticket.State
	if err := tx.QueryRow(ctx, "select seq, state from tickets where ticket = $1 for update", id).Scan(&seq, &state); err != nil || state == ticket.Void {
		return err
	}
	_, err := s.step(ctx, tx, ticket.Event{Ticket: id, Seq: seq + 1, Type: ticket.Sampled, At: end.Sampled, By: ticket.Actor{Role: ticket.System}, Ref: end.Routine.Scope, Channel: how}, "")
	return err
}

// A DrawKey is a month's draw as the public sees it: the commitment before, the key after.
type DrawKey struct {
	Month      string    `json:"month"`
	Commitment string    `json:"commitment"`
	Committed  time.Time `json:"committed"`
	Key        string    `json:"key,omitzero"`       // once it is published
	Published  time.Time `json:"published,omitzero"` // the month was closed
	Late       bool      `json:"late,omitzero"`      // committed to only when the month had begun
}

// Keys are all months' draws, the latest first.
func (s *Site) Keys(ctx context.Context) ([]DrawKey, error) {
	keys, err := list(ctx, s.pool, func(k *DrawKey) []any {
		return []any{&k.Month, &k.Commitment, (*instant)(&k.Committed), &k.Key, (*instant)(&k.Published)}
	}, "select month, commitment, committed_at, case when published_at is null then '' else key end, published_at from draw_keys order by month desc")
	for i := range keys {
		m, err := calendar.ParseMonth(keys[i].Month)
		if err != nil {
			return nil, err
		}
		keys[i].Late = !keys[i].Committed.Before(m.Day(1).Start())
	}
	return keys, err
}

// A Certificate is what anyone needs to repeat a month's draws.
type Certificate struct {
	DrawKey
	Draws []Drawn `json:"draws"`
}

// Drawn is a draw and from whom it was made. Numbers of orders tell nothing of residents.
type Drawn struct {
	Draw sampling.Draw `json:"draw"`
	IDs  []string      `json:"ids"`
}

// Certificate is that of a month; errNotFound while it is not closed.
func (s *Site) Certificate(ctx context.Context, m calendar.Month) (Certificate, error) {
	pack, _, err := s.Pack(ctx, m)
	if err != nil {
		return Certificate{}, err
	}
	keys, err := s.Keys(ctx)
	if err != nil {
		return Certificate{}, err
	}
	for _, k := range keys {
		if k.Month == m.String() {
			return Certificate{k, []Drawn{{pack.Routine, pack.Drawn.Routine}, {pack.Cash, pack.Drawn.Cash}, {pack.Banked, pack.Drawn.Banked}}}, nil
		}
	}
	return Certificate{}, errNotFound
}

// Pack is a closed month's end, also as the bytes that were stored.
func (s *Site) Pack(ctx context.Context, m calendar.Month) (end wuye.MonthEnd, stored []byte, err error) {
	err = s.pool.QueryRow(ctx, "select pack from month_ends where month = $1", m.String()).Scan(&stored)
	if errors.Is(err, pgx.ErrNoRows) {
		err = errNotFound
	}
	if err == nil {
		err = json.Unmarshal(stored, &end)
	}
	return end, stored, err
}

// Replace closes an order of the routine draw as missed and puts the first reserve that is
// not drawn yet in its place, to be met in the same way (WY-unreachable).
func (s *Site) Replace(ctx context.Context, m calendar.Month, missed ticket.Event, login string) error {
	end, _, err := s.Pack(ctx, m)
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx work) error {
		var how ticket.Channel
		if err := tx.QueryRow(ctx, `select e.channel from events e, month_ends m where e.ticket = $1 and e.type = 'sampled' and e.ref = $2 and m.month = $3
			order by e.seq desc limit 1 for update of m`, missed.Ticket, end.Routine.Scope, m.String()).Scan(&how); err != nil {
			return errNotFound
		}
		for _, id := range end.Routine.Reserve() {
			var free bool
			if err := tx.QueryRow(ctx, `select state <> 'void' and not exists (select from events e where e.ticket = t.ticket and type = 'sampled' and ref = $2)
				from tickets t where ticket = $1`, id, end.Routine.Scope).Scan(&free); err != nil {
				return err
			}
			if free {
				missed.Ref = id
				break
			}
		}
		if _, err := s.step(ctx, tx, missed, login); err != nil || missed.Ref == "" { // no reserve is left: it is given up
			return err
		}
		return s.mark(ctx, tx, end, missed.Ref, how)
	}, adding)
}

// lastMonth is the one that is over.
func (s *Site) lastMonth() calendar.Month { return calendar.DateOf(s.now()).Month().Add(-1) }
