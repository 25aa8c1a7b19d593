package backend

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"slices"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/ticket"
)

// DemoStart is where the clock of a demonstration begins: the morning after the month of
// examples/month.
var DemoStart = calendar.MustDate("2026-11-01").Start().Add(9 * time.Hour)

// DemoStaff are the people of that month; the password of each is his number in small letters.
var DemoStaff = []Staff{
	{"A01", "李敏", ticket.Assistant}, {"A02", "陈晨", ticket.Assistant}, {"A03", "周舟", ticket.Assistant},
	{"S01", "王芳", ticket.Supervisor}, {"S02", "何静", ticket.Supervisor}, {"M01", "赵强", ticket.Manager},
	{"W01", "刘工", ticket.Worker}, {"W02", "张工", ticket.Worker}, {"W03", "孙工", ticket.Worker}, {"W04", "马工", ticket.Worker}, {"W05", "胡工", ticket.Worker}, {"W06", "林工", ticket.Worker},
	{"H01", "高远", ticket.DepartmentHead}, {"H02", "郭凯", ticket.DepartmentHead}, {"H03", "罗成", ticket.DepartmentHead},
	{"F01", "吴会计", ticket.Finance}, {"K01", "徐仓管", ticket.Store},
}

// Load takes over what another system left behind: rows as JSON Lines, in the files
// tickets.jsonl, money.jsonl and duties.jsonl. Everything is judged as of now; what came due
// in the last day is told, what came due before is known and told to nobody any more.
func (s *Site) Load(ctx context.Context, files fs.FS) error {
	events, err := rowsOf(files, "tickets.jsonl", ticket.ParseEvent)
	if err != nil {
		return err
	}
	money, err := rowsOf(files, "money.jsonl", billing.ParseEntry)
	if err != nil {
		return err
	}
	done, err := rowsOf(files, "duties.jsonl", func(line []byte) (d wuye.DutyDone, err error) { return d, json.Unmarshal(line, &d) })
	if err != nil {
		return err
	}
	return s.write(ctx, func(tx work) error {
		for i := range money {
			if err := insert(ctx, tx, "money_log", entryColumns, entryFields(&money[i])); err != nil {
				return err
			}
		}
		for i := range done {
			if err := insert(ctx, tx, "duties_done", dutyColumns, dutyFields(&done[i])); err != nil {
				return err
			}
		}
		now := tx.now
		for len(events) > 0 {
			n := 1
			for n < len(events) && events[n].Ticket == events[0].Ticket {
				n++
			}
			h := events[:n]
			events = events[n:]
			for i := range h {
				e := &h[i]
				e.At, e.Recorded, e.Until = e.At.Truncate(time.Microsecond), e.Recorded.Truncate(time.Microsecond), e.Until.Truncate(time.Microsecond)
				if err := insert(ctx, tx, "events", eventColumns, eventFields(e)); err != nil {
					return err
				}
			}
			j, err := s.Desk.Judge(h, now)
			if err != nil {
				return err
			}
			old := slices.DeleteFunc(slices.Clone(j.Firings), func(f escalation.Firing) bool { return now.Sub(f.At) < 24*time.Hour })
			if _, err := s.fire(ctx, tx, old, true); err != nil {
				return err
			}
			if err := s.keep(ctx, tx, h, j, now); err != nil {
				return err
			}
		}
		return nil
	}, closing)
}

// LoadDemo loads the month of examples/month with its people, the keys of its draws, and
// residents who do not exist.
func (s *Site) LoadDemo(ctx context.Context, files fs.FS) error {
	if err := s.Load(ctx, files); err != nil {
		return err
	}
	if _, err := s.pool.Exec(ctx, `insert into contacts select ticket, substr('周吴郑王冯陈褚卫', 1 + n % 8, 1) || case when n % 2 = 0 then '女士' else '先生' end, '1380000' || to_char(n % 10000, 'FM0000'),
		(1 + n % 9) || '-' || (1 + n % 2) || '-' || (1 + n % 17) || '02', category from (select ticket, category, ticket::int as n from events where type = 'registered' and caller <> 'anonymous') e`); err != nil {
		return err
	}
	for _, u := range DemoStaff {
		if err := s.Hire(ctx, u, string(bytes.ToLower([]byte(u.ID)))); err != nil {
			return err
		}
	}
	for month, key := range map[string]string{"2026-10": "月末抽样密钥-示例", "2026-11": "月末抽样密钥-示例十一月"} {
		m := calendar.MustMonth(month)
		if err := s.commit(ctx, m, key, m.Day(1).Start().Add(-6*time.Hour)); err != nil {
			return err
		}
	}
	return nil
}

func rowsOf[T any](files fs.FS, name string, parse func([]byte) (T, error)) (rows []T, err error) {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	for line := range bytes.Lines(data) {
		row, err := parse(bytes.TrimSpace(line))
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}
