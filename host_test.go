package wuye_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A host is how a backend embeds the desk: rows in a table with the primary key (ticket, seq),
// a wake column beside the ticket, and keys of notices that were sent, each once. Here the
// tables are maps and the clock is set by the test.
type host struct {
	desk *wuye.Desk
	now  time.Time

	mu   sync.Mutex
	rows map[string][]ticket.Event
	wake map[string]time.Time
	sent map[string]string // key of the firing: whom
}

// postEvent is one event, one transaction. The form brings Seq, so that a stale form is refused.
func (h *host) postEvent(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<16))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	e, err := ticket.ParseEvent(body)
	if err != nil {
		http.Error(w, rule.Zh(err), http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	e.Ticket, e.By, e.At, e.Recorded = r.PathValue("id"), assistant, h.now, h.now
	j, err := h.desk.Admit(h.rows[e.Ticket], e)
	if refusal, ok := errors.AsType[*ticket.Refusal](err); ok {
		w.WriteHeader(http.StatusConflict)
		json.NewEncoder(w).Encode(map[string]any{"code": refusal.Code, "clause": refusal.Clause, "message": rule.Zh(err)})
		return
	}
	if err != nil {
		http.Error(w, rule.Zh(err), http.StatusInternalServerError)
		return
	}
	h.rows[e.Ticket] = append(h.rows[e.Ticket], e)
	h.act(j)
	json.NewEncoder(w).Encode(j)
}

// tick judges each ticket whose wake has come and tells of each firing once.
func (h *host) tick() error {
	for id, wake := range h.wake {
		if wake.IsZero() || wake.After(h.now) {
			continue
		}
		j, err := h.desk.Judge(h.rows[id], h.now)
		if err != nil {
			return err
		}
		h.act(j)
	}
	return nil
}

// act tells of each firing once, and sets when the ticket is judged again.
func (h *host) act(j wuye.Judgment) {
	for _, f := range j.Firings {
		if _, told := h.sent[f.Key]; !told {
			h.sent[f.Key] = string(f.Step.To)
		}
	}
	h.wake[j.Ticket.ID] = j.Wake
}

// TestHost is programs 8 and 9: a handler that refuses with the clause, and a timer that wakes
// when something changes and acts once on each key.
func TestHost(t *testing.T) {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		t.Fatal(err)
	}
	h := &host{desk: desk, now: at("2026-09-21 09:05"), rows: map[string][]ticket.Event{}, wake: map[string]time.Time{}, sent: map[string]string{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /tickets/{id}/events", h.postEvent)
	server := httptest.NewServer(mux)
	defer server.Close()
	post := func(body string) (int, string) {
		t.Helper()
		r, err := http.Post(server.URL+"/tickets/T1/events", "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, string(text)
	}

	for _, c := range []struct {
		body   string
		status int
		says   string
	}{
		{`{"seq":1,"type":"registered","kind":"complaint","caller":"owner","has":["name"]}`, 409, `"clause":"HL3-3.1"`}, // contact and content are missing
		{`{"seq":1,"type":"registered","kind":"complaint","caller":"owner","has":["name","contact","content"]}`, 200, `"state":"open"`},
		{`{"seq":1,"type":"triaged"}`, 409, `"code":"conflict"`}, // a stale form
		{`{"seq":2,"type":"archived"}`, 409, `"code":"illegal_move"`},
		{`{"seq":2,"Type":"triaged"}`, 400, "Type"},
		{`{"seq":2,"type":"triaged"}`, 200, `"state":"accepted"`},
	} {
		if status, text := post(c.body); status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s: %d %s, want %d and %s", c.body, status, text, c.status, c.says)
		}
	}

	// Nobody hears a word all day: the timer sleeps from wake to wake until the evening.
	wakes := 0
	for evening := at("2026-09-21 20:00"); !h.wake["T1"].IsZero() && !h.wake["T1"].After(evening); wakes++ {
		before := h.wake["T1"]
		h.now = before
		if err := h.tick(); err != nil {
			t.Fatal(err)
		}
		if !h.wake["T1"].After(before) {
			t.Fatalf("it would wake at %v for ever", before)
		}
	}
	// 10:35 the warning of QI-3.6a, 11:05 its breach, 20:00 the warnings of VC-1.5a and VC-1.5b.
	// QI-3.7a is warned of on Tuesday.
	if len(h.sent) != 4 || wakes != 3 {
		t.Errorf("%d notices in %d wakes, want 4 in 3: %v", len(h.sent), wakes, h.sent)
	}
	for key, whom := range h.sent {
		if whom != string(ticket.Supervisor) {
			t.Errorf("%s went to %s", key, whom)
		}
	}
}
