package backend

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/jackc/pgx/v5"
)

// The board: who has to do what, by tier.

// A lane is what one role has to do, by due.
type lane struct {
	Role  ticket.Role
	Items []wuye.Item
	Late  int
}

var lanes = []ticket.Role{ticket.Assistant, ticket.Supervisor, ticket.Manager, ticket.Worker, ticket.DepartmentHead, ticket.Finance}

func (s *Site) pageBoard(_ http.ResponseWriter, r *http.Request, _ Staff) (string, string, any, error) {
	items, err := s.Agenda(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	board := make([]lane, len(lanes))
	for i, role := range lanes {
		board[i].Role = role
		for _, item := range items {
			if item.Who.Role != role || item.Ticket == "" && item.Due.At.After(s.now().Add(24*time.Hour)) {
				continue // a duty of the desk that has days to come is on the agenda only
			}
			board[i].Items = append(board[i].Items, item)
			if item.Late {
				board[i].Late++
			}
		}
	}
	return "board", "看板", struct {
		Every time.Duration
		Lanes []lane
	}{s.Refresh, board}, nil
}

// Tickets.

// A row is a ticket in a list.
type row struct {
	Ticket   string
	State    ticket.State
	Kind     ticket.Kind
	Nature   ticket.Nature
	Worker   string
	Opened   time.Time
	Category string
}

func (s *Site) pageTickets(_ http.ResponseWriter, r *http.Request, _ Staff) (string, string, any, error) {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if len(q) > 64 || strings.ContainsRune(q, 0) {
		return "", "", nil, malformed("单号过长")
	}
	rows, err := list(r.Context(), s.pool, func(t *row) []any {
		return []any{&t.Ticket, &t.State, &t.Kind, &t.Nature, &t.Worker, (*instant)(&t.Opened), &t.Category}
	}, `select t.ticket, t.state, t.kind, t.nature, worker, opened, category from tickets t join events e on e.ticket = t.ticket and e.seq = 1
		where ($1 = '' and t.state not in ('closed', 'void') or $1 <> '' and starts_with(t.ticket, $1)) order by opened desc, t.ticket desc limit 200`, q)
	return "tickets", "工单", struct {
		Q    string
		Rows []row
	}{q, rows}, err
}

func (s *Site) pageNew(_ http.ResponseWriter, r *http.Request, _ Staff) (string, string, any, error) {
	return "new", "登记", registration(r.URL.Query().Get("ref")), nil
}

func registration(ref string) []Field {
	fields := []Field{field("kind", true), field("caller", true), field("channel", false), field("severity", false), field("urgency", false), field("nature", false), field("place", false),
		field("category", false), field("until", false), field("ref", false), field("reason", false)}
	for i := range fields {
		switch f := &fields[i]; f.Name {
		case "until":
			f.Label = "预约时间（特约服务必填）"
		case "ref":
			f.Label, f.Value = "来自哪张工单的回访（如有）", ref
		case "reason":
			f.Label = "不具名的原因（匿名必填）"
		}
	}
	return fields
}

func (s *Site) postTicket(_ http.ResponseWriter, r *http.Request, u Staff) (string, string, any, error) {
	f := r.PostForm
	e, err := eventOf(rowOf(f, "registered"), "", u)
	if err == nil {
		var j wuye.Judgment
		j, err = s.Register(r.Context(), e, Contact{strings.TrimSpace(f.Get("name")), strings.TrimSpace(f.Get("phone")), strings.TrimSpace(f.Get("room")), strings.TrimSpace(f.Get("content"))}, u.ID)
		if err == nil {
			err = redirect("/tickets/" + url.PathEscape(j.Ticket.ID))
		}
	}
	return "new", "登记", registration(f.Get("ref")), err
}

// A View is all that a page, or a program, is told of a ticket.
type View struct {
	wuye.Judgment
	Due     []wuye.Item     `json:"due,omitempty"`
	History []ticket.Event  `json:"history"`
	Money   []billing.Entry `json:"money,omitempty"`
	Contact *Contact        `json:"contact,omitempty"` // for the desk and for the worker who goes there
	Actions []Action        `json:"-"`

	Conditions []escalation.Condition `json:"conditions,omitempty"` // what the history must show before the next step of the ladder
	Staff      []Option               `json:"-"`
}

func (s *Site) look(ctx context.Context, id string, u Staff) (v View, err error) {
	if strings.ContainsRune(id, 0) {
		return v, errNotFound
	}
	err = pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, func(tx pgx.Tx) error {
		if v.History, err = history(ctx, tx, id); err != nil {
			return err
		}
		asOf := s.now()
		if last := v.History[len(v.History)-1].Recorded; last.After(asOf) {
			asOf = last
		}
		if v.Judgment, err = s.Desk.Judge(v.History, asOf); err != nil {
			return err
		}
		if v.Due, err = s.due(ctx, tx, v.Ticket, v.History, asOf); err != nil {
			return err
		}
		rules, err := s.Desk.Rules(v.Ticket.Opened)
		if err != nil {
			return err
		}
		v.Conditions = rules.Conditions(v.History, asOf)
		if v.Money, err = moneyOf(ctx, tx, id); err != nil {
			return err
		}
		if w := v.Ticket.Worker; u.desk() || w.Role == u.Role && (w.ID == u.ID || w.ID == "") {
			c, err := list(ctx, tx, func(c *Contact) []any { return []any{&c.Name, &c.Phone, &c.Room, &c.Content} }, "select name, phone, room, content from contacts where ticket = $1", id)
			if err != nil {
				return err
			}
			if len(c) > 0 {
				v.Contact = &c[0]
			}
		}
		v.Staff, err = s.staff(ctx, tx)
		return err
	})
	if err == nil {
		slices.SortStableFunc(v.Verdicts, func(a, b sla.Verdict) int { return cmp.Compare(order(a.Status), order(b.Status)) })
		v.Actions = actions(v.Ticket, u, v.Staff)
	}
	return v, err
}

// order puts the clocks that still run first.
func order(s sla.Status) int {
	return slices.Index([]sla.Status{sla.Running, sla.Paused, sla.Breached, sla.Met, sla.Lapsed, sla.Unseen}, s)
}

func (s *Site) staff(ctx context.Context, db querier) ([]Option, error) {
	all, err := list(ctx, db, func(u *Staff) []any { return []any{&u.ID, &u.Role, &u.Name} }, "select id, role, name from staff order by role, id")
	options := make([]Option, len(all))
	for i, u := range all {
		options[i] = Option{string(u.Role) + ":" + u.ID, u.Role.Label() + " " + u.Name + "（" + u.ID + "）"}
	}
	return options, err
}

func (s *Site) pageTicket(_ http.ResponseWriter, r *http.Request, u Staff) (string, string, any, error) {
	v, err := s.look(r.Context(), r.PathValue("id"), u)
	if err != nil {
		return "", "", nil, err
	}
	return "ticket", "工单 " + v.Ticket.ID, v, nil
}

func (s *Site) postStep(_ http.ResponseWriter, r *http.Request, u Staff) (string, string, any, error) {
	f, id := r.PostForm, r.PathValue("id")
	e, err := eventOf(rowOf(f, f.Get("type")), id, u)
	switch {
	case err != nil:
	case f.Get("replace") != "":
		m, bad := calendar.ParseMonth(f.Get("replace"))
		if err = malformed("没有这个月份"); bad == nil {
			err = s.Replace(r.Context(), m, e, u.ID)
		}
	default:
		_, err = s.Step(r.Context(), e, u.ID)
	}
	if err == nil && f.Get("back") == "revisits" {
		return "", "", nil, redirect("/revisits")
	}
	if err == nil {
		return "", "", nil, redirect("/tickets/" + url.PathEscape(id))
	}
	v, failed := s.look(r.Context(), id, u)
	if failed != nil {
		return "", "", nil, failed
	}
	return "ticket", "工单 " + id, v, err
}

func (s *Site) postMoney(_ http.ResponseWriter, r *http.Request, u Staff) (string, string, any, error) {
	id := r.PathValue("id")
	e, err := entryOf(r.PostForm, id, u)
	if err == nil {
		if err = s.Pay(r.Context(), e); err == nil {
			return "", "", nil, redirect("/tickets/" + url.PathEscape(id))
		}
	}
	v, failed := s.look(r.Context(), id, u)
	if failed != nil {
		return "", "", nil, failed
	}
	return "ticket", "工单 " + id, v, err
}

// The agenda, the shift's handover, and the desk's own duties.

func (s *Site) pageAgenda(_ http.ResponseWriter, r *http.Request, u Staff) (string, string, any, error) {
	items, err := s.Agenda(r.Context())
	if err != nil {
		return "", "", nil, err
	}
	type duty struct {
		wuye.Item
		May bool // he may tick it off
	}
	var data struct {
		Mine, Today, Handover []wuye.Item
		Duties                []duty
	}
	end := calendar.DateOf(s.now()).AddDays(1).Start()
	data.Handover = wuye.Handover(items, s.now().Add(shift))
	for _, i := range items {
		switch {
		case i.Ticket == "":
			data.Duties = append(data.Duties, duty{i, (i.Who.Role == u.Role || i.Who.Role.Tier() < u.Role.Tier()) && s.may(u, i.Clause)})
		case i.Due.At.After(end):
		case i.For(u.actor()):
			data.Mine = append(data.Mine, i)
		default:
			data.Today = append(data.Today, i)
		}
	}
	return "agenda", "今日待办", data, nil
}

// may reports whether somebody may carry out a duty: he whom the policy names, or a tier above.
func (s *Site) may(u Staff, clause rule.ID) bool {
	p, err := s.Desk.Policy(s.now())
	if clause == "SP-2.6.1.3" || clause == "SP-2.7.1a" {
		return false // rows of the money log and revisits do these
	}
	return err == nil && slices.ContainsFunc(p.Duties, func(d wuye.Duty) bool {
		return d.Clause == clause && d.May(u.Role)
	})
}

func (s *Site) duty(ctx context.Context, u Staff, clause rule.ID, ref string) (wuye.DutyDone, error) {
	d := wuye.DutyDone{Clause: clause, By: u.actor(), Ref: strings.TrimSpace(ref)}
	if _, ok := rule.Lookup(clause); !ok {
		return d, errNotFound
	}
	if !s.may(u, clause) {
		return d, problem{Code: string(ticket.WrongRole), Clause: clause, Message: "这项工作不由" + u.Role.Label() + "办：" + clause.Zh(), status: http.StatusConflict}
	}
	if len(d.Ref) > 64 {
		return d, malformed("说明过长")
	}
	return d, s.Duty(ctx, d)
}

func (s *Site) postDuty(_ http.ResponseWriter, r *http.Request, u Staff) (string, string, any, error) {
	if _, err := s.duty(r.Context(), u, rule.ID(r.PostForm.Get("clause")), r.PostForm.Get("ref")); err != nil {
		return "", "", nil, err
	}
	return "", "", nil, redirect("/agenda")
}

// The month's revisits.

// An Owed is the one revisit that serves all that a ticket's customer is owed.
type Owed struct {
	wuye.Revisit
	Seq     int // of the row that ticks it off
	Sampled bool
}

func (s *Site) pageRevisits(_ http.ResponseWriter, r *http.Request, u Staff) (string, string, any, error) {
	now := s.now()
	month := calendar.DateOf(now).Month()
	var data struct {
		Month     calendar.Month
		Last      calendar.Month
		Due, Done []Owed
		Staff     []Option
	}
	data.Month, data.Last = month, month.Add(-1)
	err := s.records(r.Context(), live, func(all wuye.Records) error {
		money := map[string][]billing.Entry{}
		for c, log := range ledger(all.Money) {
			money[c.Ticket] = append(money[c.Ticket], log...)
		}
		for h := range all.Tickets {
			id := h[0].Ticket
			revisits, err := s.Desk.Revisits(h, money[id], now)
			if err != nil {
				return err
			}
			one, ok := wuye.Together(revisits)
			if i := slices.IndexFunc(revisits, func(r wuye.Revisit) bool { return r.Owed() && r.Share }); !ok && i >= 0 {
				one, ok = revisits[i], true // owed by nobody yet: whether it is to be made the month's quota decides
			}
			if ok {
				sampled := slices.ContainsFunc(revisits, func(r wuye.Revisit) bool { return r.Owed() && slices.Contains(r.Clauses, "TR-4.3b") })
				data.Due = append(data.Due, Owed{one, len(h) + 1, sampled})
			}
			for _, one := range revisits {
				if calendar.DateOf(one.Done).Month() == month && !one.Done.IsZero() {
					data.Done = append(data.Done, Owed{Revisit: one})
				}
			}
		}
		return nil
	})
	if err == nil {
		data.Staff, err = s.staff(r.Context(), s.pool)
	}
	slices.SortStableFunc(data.Due, func(a, b Owed) int {
		if x, y := a.Due.At.IsZero(), b.Due.At.IsZero(); x != y {
			return map[bool]int{true: 1, false: -1}[x]
		}
		return a.Due.At.Compare(b.Due.At)
	})
	return "revisits", "回访计划", data, err
}

// ledger is the money log by serial; a log that is stored has been replayed before.
func ledger(log []billing.Entry) func(func(billing.Charge, []billing.Entry) bool) {
	l, err := billing.Replay(log)
	if err != nil {
		return func(func(billing.Charge, []billing.Entry) bool) {}
	}
	return l.All()
}

// The month's end.

func (s *Site) endMonth(ctx context.Context, u Staff, m calendar.Month) error {
	if u.Role.Tier() < ticket.Supervisor.Tier() && u.Role != ticket.Finance {
		return problem{Code: string(ticket.WrongRole), Clause: "SP-2.6.1.4", Message: "月末结算由客服主管、经理或财务发起", status: http.StatusConflict}
	}
	if opens := m.Add(1).Day(1).Start(); s.now().Before(opens) {
		return &wuye.EarlyError{Month: m, Opens: opens, Clause: "SP-2.6.1.4"}
	}
	if _, err := s.Desk.Policy(m.Last().Start()); err != nil {
		return err
	}
	var committed bool
	if err := s.pool.QueryRow(ctx, "select exists (select from draw_keys where month = $1)", m.String()).Scan(&committed); err != nil {
		return err
	}
	if !committed {
		return problem{Code: "no_commitment", Clause: "TR-4.3a", Message: m.String() + " 没有公布过密钥的承诺，不能抽样", status: http.StatusConflict}
	}
	_, err := s.jobs.Insert(ctx, MonthEnd{m}, nil)
	return err
}

func (s *Site) pageMonth(_ http.ResponseWriter, r *http.Request, _ Staff) (string, string, any, error) {
	m, err := month(r)
	if err != nil {
		return "", "", nil, err
	}
	var data struct {
		Month, Before, After calendar.Month
		Asked                bool
		End                  *wuye.MonthEnd
		Score                []audit.Figure
		Findings             []audit.Finding
	}
	data.Month, data.Before, data.After, data.Asked = m, m.Add(-1), m.Add(1), r.URL.Query().Has("asked")
	end, _, err := s.Pack(r.Context(), m)
	switch {
	case errors.Is(err, errNotFound):
		return "month", m.String() + " 月末", data, nil
	case err != nil:
		return "", "", nil, err
	}
	data.End = &end
	err = s.records(r.Context(), "", func(all wuye.Records) error {
		scores, err := audit.Scorecard(s.Desk, m, all, s.now(), nil)
		if err == nil && len(scores) > 0 {
			data.Score = scores[0].Figures
		}
		if err == nil {
			data.Findings, err = audit.Month(s.Desk, m, all, s.now())
		}
		return err
	})
	return "month", m.String() + " 月末", data, err
}

func (s *Site) postMonth(_ http.ResponseWriter, r *http.Request, u Staff) (string, string, any, error) {
	m, err := month(r)
	if err != nil {
		return "", "", nil, err
	}
	if err := s.endMonth(r.Context(), u, m); err != nil {
		return "", "", nil, err
	}
	return "", "", nil, redirect("/months/" + m.String() + "?asked")
}

// The owner's page: anyone verifies a draw.

func (s *Site) pageVerify(_ http.ResponseWriter, r *http.Request, _ Staff) (string, string, any, error) {
	var data struct {
		Keys        []DrawKey
		Certificate *Certificate
		Draw        string // which of the certificate's was asked about, with Key and IDs
		Key, IDs    string
		OK          bool
	}
	var err error
	if data.Keys, err = s.Keys(r.Context()); err != nil {
		return "", "", nil, err
	}
	which := cmp.Or(r.URL.Query().Get("month"), r.PostForm.Get("month"))
	m, bad := calendar.ParseMonth(which)
	if bad != nil {
		return "verify", "核对抽样", data, nil
	}
	c, err := s.Certificate(r.Context(), m)
	if err != nil {
		return "", "", nil, err
	}
	data.Certificate, data.Draw, data.Key = &c, r.PostForm.Get("draw"), c.Key
	if r.Method == http.MethodPost {
		data.Key, data.IDs = r.PostForm.Get("key"), r.PostForm.Get("ids")
		for _, d := range c.Draws {
			if d.Draw.Scope == data.Draw {
				if err = d.Draw.Verify(data.Key, strings.Fields(data.IDs)); err == nil && d.Draw.Commitment != c.Commitment {
					err = problem{Code: "mismatch", Message: "密钥与月前公布的承诺不符", status: http.StatusOK}
				}
				data.OK = err == nil
			}
		}
	}
	return "verify", "核对抽样", data, err
}

// The log of messages.

// A Sent is a message with when it went out.
type Sent struct {
	Message
	At time.Time
}

func (s *Site) pageMessages(_ http.ResponseWriter, r *http.Request, _ Staff) (string, string, any, error) {
	sent, err := list(r.Context(), s.pool, func(m *Sent) []any { return []any{&m.Key, (*instant)(&m.At), &m.Recipient, &m.Text} },
		"select key, sent_at, recipient, text from messages order by sent_at desc, key desc limit 200")
	return "messages", "消息", sent, err
}
