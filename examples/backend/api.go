package backend

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/ticket"
	"github.com/jackc/pgx/v5/pgconn"
)

// Handler is the site's whole face: JSON below /api/, pages elsewhere. The draws are open to
// everyone, all else asks for a login. A request from another site's page is refused.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	api := func(pattern string, h func(r *http.Request, u Staff) (int, any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			u, err := s.who(r)
			status, body := 0, any(nil)
			if err == nil && u.ID == "" && !strings.HasPrefix(r.URL.Path, "/api/draws") {
				err = errLogin
			}
			if err == nil {
				status, body, err = h(r, u)
			}
			if err != nil {
				p := problemOf(r, err)
				status, body = p.status, p
			}
			reply(w, status, body)
		})
	}
	api("POST /api/tickets", s.apiRegister)
	api("GET /api/tickets/{id}", s.apiTicket)
	api("POST /api/tickets/{id}/events", s.apiStep)
	api("GET /api/agenda", s.apiAgenda)
	api("GET /api/handover", s.apiHandover)
	api("POST /api/duties", s.apiDuty)
	api("POST /api/money", s.apiMoney)
	api("POST /api/months/{month}/end", s.apiMonthEnd)
	api("GET /api/months/{month}", s.apiPack)
	api("GET /api/draws", s.apiDraws)
	api("GET /api/draws/{month}", s.apiCertificate)
	s.pages(mux)

	guard := http.NewCrossOriginProtection()
	return guard.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
		ctx, cancel := context.WithTimeout(r.Context(), 30*time.Second)
		defer cancel()
		mux.ServeHTTP(w, r.WithContext(ctx))
	}))
}

// A problem is an error as it is told: the library's code and clause, and its Chinese sentence.
type problem struct {
	Code    string   `json:"code"`
	State   string   `json:"state,omitzero"`
	Fields  []string `json:"fields,omitempty"`
	Clause  rule.ID  `json:"clause,omitzero"`
	Message string   `json:"message"`
	status  int
}

func (p problem) Error() string { return p.Message }

// problemOf says what an error is to the one who asked. A row that the rules refuse is a
// conflict with what is there (409); what is no row at all is a bad request (400).
func problemOf(r *http.Request, err error) problem {
	if p, ok := errors.AsType[problem](err); ok {
		return p
	}
	p := problem{Message: rule.Zh(err), status: http.StatusConflict}
	if x, ok := errors.AsType[*ticket.Refusal](err); ok {
		p.Code, p.State, p.Fields, p.Clause = string(x.Code), string(x.State), x.Fields, x.Clause
		return p
	}
	if x, ok := errors.AsType[*billing.Refusal](err); ok {
		p.Code, p.State, p.Fields, p.Clause = x.Code, string(x.State), x.Fields, x.Clause
		return p
	}
	if x, ok := errors.AsType[*wuye.EarlyError](err); ok {
		p.Code, p.Clause = "early", x.Clause
		return p
	}
	_, notInForce := errors.AsType[*wuye.NotInForceError](err)
	_, mismatch := errors.AsType[*sampling.Mismatch](err)
	_, noID := errors.AsType[*sampling.IDError](err)
	_, noForm := errors.AsType[*sampling.FormError](err)
	_, tooLarge := errors.AsType[*http.MaxBytesError](err)
	state, _ := errors.AsType[*pgconn.PgError](err)
	switch {
	case notInForce:
		p.Code = "not_in_force"
	case mismatch || noID || noForm:
		p.Code, p.status = "mismatch", http.StatusOK
	case errors.Is(err, errLogin):
		p.Code, p.Message, p.status = "login", "请先登录，或核对工号与密码", http.StatusUnauthorized
	case errors.Is(err, errBy):
		p.Code, p.Message, p.status = "wrong_role", "只能以本人身份登记，或代录业主本人的意见", http.StatusForbidden
	case errors.Is(err, errNotFound):
		p.Code, p.Message, p.status = "not_found", "没有这一项", http.StatusNotFound
	case tooLarge:
		p.Code, p.Message, p.status = "too_large", "内容过长", http.StatusRequestEntityTooLarge
	case state != nil && state.Code == "23505": // unique_violation
		p.Code, p.Message = "conflict", "已有人登记了同一条，请刷新后再办"
	case state != nil && (state.Code == "22021" || state.Code == "22P05"): // text that PostgreSQL does not keep: a zero byte
		p.Code, p.Message, p.status = "malformed", "内容含有无法保存的字符", http.StatusBadRequest
	default:
		slog.Error("request failed", "path", r.URL.Path, "err", err)
		p.Code, p.Message, p.status = "internal", "系统出错，请稍后再试", http.StatusInternalServerError
	}
	return p
}

// malformed is a request that is no row.
func malformed(message string) problem {
	return problem{Code: "malformed", Message: message, status: http.StatusBadRequest}
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	text, ok := body.([]byte)
	if !ok {
		var err error
		if text, err = json.Marshal(body); err != nil {
			status, text = http.StatusInternalServerError, []byte(`{"code":"internal"}`)
		}
	}
	w.WriteHeader(status)
	w.Write(append(text, '\n'))
}

// body reads a request's JSON into v, strictly.
func body(r *http.Request, v any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if err == nil && d.More() {
		err = errors.New("more than one value")
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	if err != nil {
		return malformed("不是规定格式的 JSON")
	}
	return nil
}

// eventOf reads a row as it comes in at the door. Which ticket, who and when are not its to say.
func eventOf(data []byte, id string, u Staff) (ticket.Event, error) {
	e, err := ticket.ParseEvent(data)
	if err != nil {
		p := problem{Code: string(ticket.Malformed), Message: rule.Zh(err), status: http.StatusBadRequest}
		if x, ok := errors.AsType[*ticket.Refusal](err); ok {
			p.Fields = x.Fields
		}
		return e, p
	}
	e.Ticket = id
	e.By, err = u.by(e.By)
	return e, err
}

func (s *Site) apiRegister(r *http.Request, u Staff) (int, any, error) {
	var form struct {
		Event   json.RawMessage `json:"event"`
		Contact Contact         `json:"contact"`
	}
	if err := body(r, &form); err != nil {
		return 0, nil, err
	}
	e, err := eventOf(form.Event, "", u)
	if err != nil {
		return 0, nil, err
	}
	j, err := s.Register(r.Context(), e, form.Contact, u.ID)
	return http.StatusCreated, j, err
}

func (s *Site) apiTicket(r *http.Request, u Staff) (int, any, error) {
	v, err := s.look(r.Context(), r.PathValue("id"), u)
	return http.StatusOK, v, err
}

func (s *Site) apiStep(r *http.Request, u Staff) (int, any, error) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	e, err := eventOf(data, r.PathValue("id"), u)
	if err != nil {
		return 0, nil, err
	}
	j, err := s.Step(r.Context(), e, u.ID)
	return http.StatusCreated, j, err
}

func (s *Site) apiAgenda(r *http.Request, _ Staff) (int, any, error) {
	if as := r.URL.Query().Get("as_of"); as != "" {
		asOf, err := time.Parse(time.RFC3339Nano, as)
		if err != nil {
			return 0, nil, malformed("as_of 应为 RFC 3339 时刻")
		}
		items, err := s.AgendaAsOf(r.Context(), asOf)
		return http.StatusOK, items, err
	}
	items, err := s.Agenda(r.Context())
	return http.StatusOK, items, err
}

func (s *Site) apiHandover(r *http.Request, _ Staff) (int, any, error) {
	items, err := s.Agenda(r.Context())
	return http.StatusOK, wuye.Handover(items, s.now().Add(shift)), err
}

// shift is how long the next one is, for what it takes over.
const shift = 12 * time.Hour

func (s *Site) apiDuty(r *http.Request, u Staff) (int, any, error) {
	var form struct {
		Clause rule.ID `json:"clause"`
		Ref    string  `json:"ref"`
	}
	if err := body(r, &form); err != nil {
		return 0, nil, err
	}
	d, err := s.duty(r.Context(), u, form.Clause, form.Ref)
	return http.StatusCreated, d, err
}

func (s *Site) apiMoney(r *http.Request, u Staff) (int, any, error) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return 0, nil, err
	}
	e, err := billing.ParseEntry(data)
	if err != nil {
		return 0, nil, malformed(rule.Zh(err))
	}
	if e.By, err = u.by(e.By); err != nil {
		return 0, nil, err
	}
	return http.StatusCreated, struct{}{}, s.Pay(r.Context(), e)
}

func month(r *http.Request) (calendar.Month, error) {
	m, err := calendar.ParseMonth(r.PathValue("month"))
	if err != nil {
		return m, errNotFound
	}
	return m, nil
}

func (s *Site) apiMonthEnd(r *http.Request, u Staff) (int, any, error) {
	m, err := month(r)
	if err != nil {
		return 0, nil, err
	}
	return http.StatusAccepted, struct{}{}, s.endMonth(r.Context(), u, m)
}

func (s *Site) apiPack(r *http.Request, _ Staff) (int, any, error) {
	m, err := month(r)
	if err != nil {
		return 0, nil, err
	}
	_, stored, err := s.Pack(r.Context(), m)
	return http.StatusOK, stored, err
}

func (s *Site) apiDraws(r *http.Request, _ Staff) (int, any, error) {
	keys, err := s.Keys(r.Context())
	return http.StatusOK, keys, err
}

func (s *Site) apiCertificate(r *http.Request, _ Staff) (int, any, error) {
	m, err := month(r)
	if err != nil {
		return 0, nil, err
	}
	c, err := s.Certificate(r.Context(), m)
	return http.StatusOK, c, err
}
