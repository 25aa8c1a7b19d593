// Package backend is a service desk's backend around the rules of example.com/wuye: rows in
// PostgreSQL, jobs on the same database, JSON and pages. README.md says how to run it and
// where what is.
package backend

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/ticket"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
)

//go:embed policy.json
var policy []byte

// A Site is one property's backend. Its methods are what its people do; safe to share.
type Site struct {
	Name string
	Desk *wuye.Desk

	// Ahead is how far the site's clock is ahead of the machine's: zero but for demonstrations.
	Ahead time.Duration

	// Refresh is how often a board that is looked at asks again.
	Refresh time.Duration

	// Send sends a message in the transaction that marks it as sent. A real provider is given
	// its Key as the request's idempotency key, so that a second try after a crash sends nothing.
	Send func(ctx context.Context, tx pgx.Tx, m Message) error

	pool *pgxpool.Pool
	jobs *river.Client[pgx.Tx]
}

// Open makes a site on a database that Connect has opened. Jobs do not run before Start.
func Open(pool *pgxpool.Pool) (*Site, error) {
	p, err := wuye.ParsePolicy(policy)
	if err != nil {
		return nil, err
	}
	desk, err := wuye.New(calendar.China(), p)
	if err != nil {
		return nil, err
	}
	s := &Site{Name: p.Name, Desk: desk, Refresh: 15 * time.Second, pool: pool}
	s.Send = s.logMessage
	s.jobs, err = s.queue()
	return s, err
}

// now is the site's time for who only reads, in what the database keeps.
func (s *Site) now() time.Time { return time.Now().Add(s.Ahead).Truncate(time.Microsecond) }

// A work is a transaction that writes, and its time. The time is the database's, so that all
// machines have one clock, and it is taken after a lock: who adds a row holds that with others,
// who closes a month holds it alone. A close "as of" its time has then seen every row that was
// recorded before.
type work struct {
	pgx.Tx
	now time.Time
}

const (
	adding  = "select pg_advisory_xact_lock_shared(1)"
	closing = "select pg_advisory_xact_lock(1)"

	lockTicket = "select from tickets where ticket = $1 for update"
)

// write runs f in a transaction, after a statement that locks.
func (s *Site) write(ctx context.Context, f func(tx work) error, lock string, args ...any) error {
	return pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lock, args...); err != nil {
			return err
		}
		w := work{Tx: tx}
		if err := tx.QueryRow(ctx, "select clock_timestamp()").Scan(&w.now); err != nil {
			return err
		}
		w.now = calendar.InChina(w.now.Add(s.Ahead).Truncate(time.Microsecond))
		return f(w)
	})
}

// A Contact is the form: who called and where to reach him. The library is told only which
// of it is there.
type Contact struct {
	Name    string `json:"name"`
	Phone   string `json:"phone"`
	Room    string `json:"room"`
	Content string `json:"content"`
}

// has is what the form holds.
func (c Contact) has() (has []ticket.Particular) {
	for _, p := range []struct {
		text string
		is   ticket.Particular
	}{{c.Name, ticket.Name}, {c.Phone, ticket.Contact}, {c.Content, ticket.Content}, {c.Room, ticket.Room}} {
		if p.text != "" {
			has = append(has, p.is)
		}
	}
	return has
}

// Register opens a ticket: its number is given here, its first row is e.
func (s *Site) Register(ctx context.Context, e ticket.Event, c Contact, login string) (j wuye.Judgment, err error) {
	err = s.write(ctx, func(tx work) error {
		day := tx.now.Format("060102")
		var n int
		if err := tx.QueryRow(ctx, `insert into numbers values ($1, 1 + coalesce((select max(substr(ticket, 7)::int) from tickets where ticket ~ ('^' || $1 || '[0-9]{2,6}$')), 0))
			on conflict (day) do update set n = numbers.n + 1 returning n`, day).Scan(&n); err != nil {
			return err
		}
		e.Ticket, e.Seq, e.Type, e.Has = fmt.Sprintf("%s%02d", day, n), 1, ticket.Registered, c.has()
		if j, err = s.add(ctx, tx, nil, e, login); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "insert into contacts values ($1, $2, $3, $4, $5)", e.Ticket, c.Name, c.Phone, c.Room, c.Content)
		return err
	}, adding)
	return j, err
}

// Step adds a row to a ticket. Its Seq is the one the form was made for: where another row
// has come in between it is a *ticket.Refusal with the code conflict.
func (s *Site) Step(ctx context.Context, e ticket.Event, login string) (j wuye.Judgment, err error) {
	err = s.write(ctx, func(tx work) error {
		j, err = s.step(ctx, tx, e, login)
		return err
	}, adding)
	return j, err
}

func (s *Site) step(ctx context.Context, tx work, e ticket.Event, login string) (wuye.Judgment, error) {
	if _, err := tx.Exec(ctx, lockTicket, e.Ticket); err != nil {
		return wuye.Judgment{}, err
	}
	h, err := history(ctx, tx, e.Ticket)
	if err != nil {
		return wuye.Judgment{}, err
	}
	return s.add(ctx, tx, h, e, login)
}

// add judges a history with one more row and writes the row with all that follows from it.
func (s *Site) add(ctx context.Context, tx work, h []ticket.Event, e ticket.Event, login string) (wuye.Judgment, error) {
	e.Recorded = tx.now
	if n := len(h); n > 0 && h[n-1].Recorded.After(e.Recorded) { // the clock was set back: the row would not be known yet
		e.Recorded = h[n-1].Recorded
	}
	if e.At.IsZero() {
		e.At = e.Recorded
	}
	e.At, e.Until = e.At.Truncate(time.Microsecond), e.Until.Truncate(time.Microsecond)
	j, err := s.Desk.Admit(h, e)
	if err != nil {
		return j, err
	}
	h = append(h, e)
	if err := insert(ctx, tx, "events", eventColumns+", entered_by", append(eventFields(&e), login)); err != nil {
		return j, err
	}
	return j, s.keep(ctx, tx, h, j, e.Recorded)
}

// keep writes what a judgment says of a ticket: where it stands, when to judge again, and the
// firings that are new, each with the job that sends it.
func (s *Site) keep(ctx context.Context, tx work, h []ticket.Event, j wuye.Judgment, asOf time.Time) error {
	t := j.Ticket
	due, err := s.due(ctx, tx, t, h, asOf)
	if err != nil {
		return err
	}
	live := len(due) > 0 || !j.Wake.IsZero() || t.State != ticket.Closed && t.State != ticket.Void
	wake := j.Wake.Add(time.Microsecond - 1).Truncate(time.Microsecond) // not before it
	if j.Wake.IsZero() {
		wake = time.Time{}
	}
	if _, err := tx.Exec(ctx, `insert into tickets values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		on conflict (ticket) do update set (seq, state, kind, nature, worker, touched, wake_at, live, calendar) =
		(excluded.seq, excluded.state, excluded.kind, excluded.nature, excluded.worker, excluded.touched, excluded.wake_at, excluded.live, excluded.calendar)`,
		t.ID, t.Seq, t.State, t.Kind, t.Nature, t.Worker.ID, instant(t.Opened), instant(h[len(h)-1].Recorded), instant(wake), live, j.Calendar); err != nil {
		return err
	}
	var jobs []river.InsertManyParams
	if !wake.IsZero() {
		jobs = append(jobs, river.InsertManyParams{Args: Wake{t.ID, wake}, InsertOpts: &river.InsertOpts{ScheduledAt: wake.Add(-s.Ahead)}})
	}
	fresh, err := s.fire(ctx, tx, j.Firings, false)
	if err != nil {
		return err
	}
	for _, key := range fresh {
		jobs = append(jobs, river.InsertManyParams{Args: Deliver{key}})
	}
	if len(jobs) > 0 {
		_, err = s.jobs.InsertManyFastTx(ctx, tx.Tx, jobs)
	}
	return err
}

// fire writes the firings that were not there and gives the keys of those to be sent.
func (s *Site) fire(ctx context.Context, tx pgx.Tx, firings []escalation.Firing, silent bool) ([]string, error) {
	var keys, tickets, recipients, clauses, texts []string
	var ats []time.Time
	for _, f := range firings {
		keys, tickets, ats = append(keys, f.Key), append(tickets, f.Ticket), append(ats, f.At)
		recipients, clauses, texts = append(recipients, string(f.Step.To)), append(clauses, string(f.Step.Clause)), append(texts, s.text(f))
	}
	if len(keys) == 0 {
		return nil, nil
	}
	rows, err := tx.Query(ctx, `with fresh as (insert into firings select *, $7 from unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
		on conflict (key) do nothing returning key) select key from fresh where not $7`, keys, tickets, ats, recipients, clauses, texts, silent)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

// text is what a firing's message says.
func (s *Site) text(f escalation.Firing) string {
	return fmt.Sprintf("【%s】%s %s", s.Name, f.At.In(china).Format("01-02 15:04"), f.Zh())
}

// due is one ticket's part of the agenda.
func (s *Site) due(ctx context.Context, db querier, t ticket.Ticket, h []ticket.Event, asOf time.Time) (due []wuye.Item, err error) {
	var money []billing.Entry
	if t.Nature == ticket.Special {
		if money, err = moneyOf(ctx, db, t.ID); err != nil {
			return nil, err
		}
	}
	return s.Desk.Due(h, money, asOf)
}

// rejudge looks at a ticket without a new row: because its time has come, or because a new
// year's notice moved its limits.
func (s *Site) rejudge(ctx context.Context, tx work, id string) error {
	h, err := history(ctx, tx, id)
	if err != nil {
		return err
	}
	asOf := tx.now
	if last := h[len(h)-1].Recorded; last.After(asOf) {
		asOf = last
	}
	j, err := s.Desk.Judge(h, asOf)
	if err != nil {
		return err
	}
	return s.keep(ctx, tx, h, j, asOf)
}

// Pay adds an entry to the money log.
func (s *Site) Pay(ctx context.Context, e billing.Entry) error {
	return s.write(ctx, func(tx work) error { return s.pay(ctx, tx, e) }, adding)
}

func (s *Site) pay(ctx context.Context, tx work, e billing.Entry) error {
	if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(2, hashtext($1))", e.Serial); err != nil {
		return err
	}
	if e.Ticket != "" {
		if _, err := history(ctx, tx, e.Ticket); err != nil {
			return err
		}
	}
	log, err := list(ctx, tx, entryFields, "select "+entryColumns+" from money_log where serial = $1 or serial in (select serial from money_log where type = 'received' and ref = $2) order by serial, seq", e.Serial, e.Ref)
	if err != nil {
		return err
	}
	e.Recorded = tx.now
	for _, row := range log {
		if row.Recorded.After(e.Recorded) {
			e.Recorded = row.Recorded
		}
	}
	if e.At.IsZero() {
		e.At = e.Recorded
	}
	e.At = e.At.Truncate(time.Microsecond)
	if _, err := billing.Replay(append(log, e)); err != nil {
		return err
	}
	return insert(ctx, tx, "money_log", entryColumns, entryFields(&e))
}

// Duty records that a periodic duty was carried out. It takes the lock of a close, since the
// one of SP-2.6.1.4 fixes the instant at which the month's money is closed.
func (s *Site) Duty(ctx context.Context, d wuye.DutyDone) error {
	return s.write(ctx, func(tx work) error {
		d.At = tx.now
		return insert(ctx, tx, "duties_done", dutyColumns, dutyFields(&d))
	}, closing)
}

// Agenda is all that is due now.
func (s *Site) Agenda(ctx context.Context) ([]wuye.Item, error) {
	return s.agenda(ctx, live, s.now())
}

// AgendaAsOf is all that was due at an instant, from all rows known by then.
func (s *Site) AgendaAsOf(ctx context.Context, asOf time.Time) ([]wuye.Item, error) {
	return s.agenda(ctx, "", asOf)
}

func (s *Site) agenda(ctx context.Context, where string, asOf time.Time) ([]wuye.Item, error) {
	items := []wuye.Item{} // in JSON a list, also where nothing is due
	err := s.records(ctx, where, func(r wuye.Records) error {
		due, err := s.Desk.Agenda(r, asOf)
		items = append(items, due...)
		return err
	})
	return items, err
}

var china = calendar.InChina(time.Unix(0, 0)).Location()
