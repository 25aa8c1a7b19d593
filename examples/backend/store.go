package backend

import (
	"context"
	"database/sql/driver"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Connect opens a database and brings it to this program's version. The pool is for requests
// and jobs alike, one of its connections listens for jobs.
func Connect(ctx context.Context, address string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, err
	}
	config.MaxConns = max(config.MaxConns, 16)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, pool); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// migrate makes the job queue's tables and ours, each file once, in the order of their names.
func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	queue, err := rivermigrate.New(riverpgxv5.New(pool), nil)
	if err != nil {
		return err
	}
	if _, err := queue.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "select pg_advisory_xact_lock(20260901)"); err != nil { // one program at a time
			return err
		}
		if _, err := tx.Exec(ctx, "create table if not exists migrations (name text primary key)"); err != nil {
			return err
		}
		names, err := fs.Glob(migrations, "migrations/*.sql")
		if err != nil {
			return err
		}
		for _, name := range names {
			tag, err := tx.Exec(ctx, "insert into migrations values ($1) on conflict do nothing", name)
			if err != nil || tag.RowsAffected() == 0 {
				if err != nil {
					return err
				}
				continue
			}
			text, err := migrations.ReadFile(name)
			if err != nil {
				return err
			}
			if _, err := tx.Exec(ctx, string(text)); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
		return nil
	})
}

// A querier is a pool, a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// An instant is a column of a time: null where it is zero, in UTC+8 when it comes back.
type instant time.Time

func (t *instant) Scan(src any) error {
	at, ok := src.(time.Time)
	if !ok && src != nil {
		return fmt.Errorf("a time, not a %T", src)
	}
	if *t = (instant{}); ok {
		*t = instant(calendar.InChina(at))
	}
	return nil
}

func (t instant) Value() (driver.Value, error) {
	if time.Time(t).IsZero() {
		return nil, nil
	}
	return time.Time(t), nil
}

// particulars is a column of what a form holds: a JSON array, null if it is empty.
type particulars []ticket.Particular

func (p *particulars) Scan(src any) error {
	text, ok := src.(string)
	if *p = nil; !ok {
		return nil
	}
	return json.Unmarshal([]byte(text), (*[]ticket.Particular)(p))
}

func (p particulars) Value() (driver.Value, error) {
	if len(p) == 0 {
		return nil, nil
	}
	text, err := json.Marshal([]ticket.Particular(p))
	return string(text), err
}

// Each kind of row has its columns once, for reading and for writing: pointers to its fields
// in the order of the names.

const eventColumns = `ticket, seq, type, at, recorded, by_role, by_id, kind, nature, urgency, severity, place, caller, category, has,
	channel, state, to_role, to_id, against_role, against_id, approver_role, approver_id, until, hold, grade, punctual, attitude, quality, reason, ref`

func eventFields(e *ticket.Event) []any {
	return []any{&e.Ticket, &e.Seq, &e.Type, (*instant)(&e.At), (*instant)(&e.Recorded), &e.By.Role, &e.By.ID,
		&e.Kind, &e.Nature, &e.Urgency, &e.Severity, &e.Place, &e.Caller, &e.Category, (*particulars)(&e.Has),
		&e.Channel, &e.State, &e.To.Role, &e.To.ID, &e.Against.Role, &e.Against.ID, &e.Approver.Role, &e.Approver.ID,
		(*instant)(&e.Until), &e.Hold, &e.Grade, &e.Punctual, &e.Attitude, &e.Quality, &e.Reason, &e.Ref}
}

const entryColumns = "serial, seq, ticket, type, at, recorded, amount, payment, by_role, by_id, approver_role, approver_id, ref, reason"

func entryFields(e *billing.Entry) []any {
	return []any{&e.Serial, &e.Seq, &e.Ticket, &e.Type, (*instant)(&e.At), (*instant)(&e.Recorded), (*int64)(&e.Amount), &e.Payment,
		&e.By.Role, &e.By.ID, &e.Approver.Role, &e.Approver.ID, &e.Ref, &e.Reason}
}

const dutyColumns = "clause, at, by_role, by_id, ref"

func dutyFields(d *wuye.DutyDone) []any {
	return []any{&d.Clause, (*instant)(&d.At), &d.By.Role, &d.By.ID, &d.Ref}
}

// insert writes one row.
func insert(ctx context.Context, db querier, table, columns string, fields []any) error {
	marks := make([]string, len(fields))
	for i := range fields {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	_, err := db.Exec(ctx, "insert into "+table+" ("+columns+") values ("+strings.Join(marks, ", ")+")", fields...)
	return err
}

// list reads all rows of a query.
func list[T any](ctx context.Context, db querier, fields func(*T) []any, sql string, args ...any) ([]T, error) {
	rows, err := db.Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (one T, err error) {
		err = row.Scan(fields(&one)...)
		return one, err
	})
}

// history is one ticket's rows; none is errNotFound.
func history(ctx context.Context, db querier, id string) ([]ticket.Event, error) {
	h, err := list(ctx, db, eventFields, "select "+eventColumns+" from events where ticket = $1 order by seq", id)
	if err == nil && len(h) == 0 {
		err = errNotFound
	}
	return h, err
}

// moneyOf is what the money log has on a ticket: its serials, whole.
func moneyOf(ctx context.Context, db querier, id string) ([]billing.Entry, error) {
	return list(ctx, db, entryFields, "select "+entryColumns+" from money_log where serial in (select serial from money_log where ticket = $1) order by serial, seq", id)
}

// live are the tickets that anything can be due on, for the agenda and the revisits: those
// marked so when they were last judged, those with a row since last month began ($1; quotas and
// checks count them), and what was raised in a revisit of one.
const live = `where ticket in (select ticket from tickets where live or touched >= $1
	union select e.ticket from events e join tickets t on e.ref = t.ticket where e.type = 'registered' and t.live)`

// records hands f what the desk wrote down, in one snapshot: the tickets that where picks
// ("" for all) as a stream, the money log and the duties.
func (s *Site) records(ctx context.Context, where string, f func(wuye.Records) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		return s.recordsIn(ctx, tx, where, f)
	})
}

func (s *Site) recordsIn(ctx context.Context, tx pgx.Tx, where string, f func(wuye.Records) error) error {
	money, err := list(ctx, tx, entryFields, "select "+entryColumns+" from money_log order by serial, seq")
	if err != nil {
		return err
	}
	done, err := list(ctx, tx, dutyFields, "select "+dutyColumns+" from duties_done order by at, clause, by_id, ref")
	if err != nil {
		return err
	}
	var args []any
	if where == live {
		args = []any{calendar.DateOf(s.now()).Month().Add(-1).Day(1).Start()}
	}
	var failed error
	if err := f(wuye.Records{Tickets: histories(ctx, tx, &failed, where, args...), Money: money, Done: done}); err != nil {
		return err
	}
	return failed
}

// histories streams tickets, one at a time, from one query. What breaks the stream is in
// failed afterwards.
func histories(ctx context.Context, tx pgx.Tx, failed *error, where string, args ...any) iter.Seq[[]ticket.Event] {
	return func(yield func([]ticket.Event) bool) {
		rows, err := tx.Query(ctx, "select "+eventColumns+" from events "+where+" order by ticket, seq", args...)
		if err != nil {
			*failed = err
			return
		}
		defer rows.Close()
		var h []ticket.Event
		for rows.Next() {
			var e ticket.Event
			if *failed = rows.Scan(eventFields(&e)...); *failed != nil {
				return
			}
			if len(h) > 0 && h[0].Ticket != e.Ticket {
				if !yield(h) {
					return
				}
				h = nil
			}
			h = append(h, e)
		}
		if *failed = rows.Err(); *failed == nil && len(h) > 0 {
			yield(h)
		}
	}
}

// errNotFound is a ticket, a month or a draw that is not there.
var errNotFound = errors.New("backend: not found")
