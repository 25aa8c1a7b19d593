package backend

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/wuye/ticket"
)

// The endpoints, for those tests that go through all of them. TICKET is a ticket's number.
var endpoints = []struct{ method, path string }{
	{"POST", "/api/tickets"}, {"GET", "/api/tickets/TICKET"}, {"POST", "/api/tickets/TICKET/events"}, {"GET", "/api/agenda"}, {"GET", "/api/handover"}, {"POST", "/api/duties"}, {"POST", "/api/money"},
	{"POST", "/api/months/2026-10/end"}, {"GET", "/api/months/2026-10"}, {"GET", "/api/draws"}, {"GET", "/api/draws/2026-10"},
	{"GET", "/"}, {"GET", "/tickets"}, {"GET", "/tickets/new"}, {"POST", "/tickets"}, {"GET", "/tickets/TICKET"}, {"POST", "/tickets/TICKET"}, {"POST", "/tickets/TICKET/money"}, {"GET", "/agenda"}, {"POST", "/duties"},
	{"GET", "/revisits"}, {"GET", "/months/2026-10"}, {"POST", "/months/2026-10"}, {"GET", "/messages"}, {"GET", "/verify"}, {"POST", "/verify"}, {"POST", "/login"}, {"POST", "/logout"},
}

// Every route of the mux is in the list above: no endpoint escapes these tests.
func TestEndpointsAreAll(t *testing.T) {
	s := small(t)
	mux := http.NewServeMux()
	s.pages(mux)
	for _, e := range endpoints {
		if strings.HasPrefix(e.path, "/api/") {
			continue
		}
		if _, pattern := mux.Handler(httptest.NewRequest(e.method, e.path, nil)); pattern == "" || pattern == "/" {
			t.Errorf("%s %s leads nowhere", e.method, e.path)
		}
	}
}

// Whatever comes in at any door is answered with a refusal, and nothing is written.
func TestHostileInput(t *testing.T) {
	s := small(t)
	id := register(t, s, ticket.Event{Kind: ticket.Inquiry})
	c, nobody := as(t, s, "A01"), as(t, s, "")
	deep := strings.Repeat(`[`, 20_000) + strings.Repeat(`]`, 20_000)
	long := strings.Repeat("长", 400_000)
	bodies := []string{"", "{", "null", "[]", "1", `""`, deep, `{"event":` + deep + `}`, long, "\x00", "\xff\xfe",
		`{"seq":2,"type":"triaged","type":"voided"}`, `{"seq":2,"type":"TRIAGED"}`, `{"seq":2,"type":"triaged","recorded":null}`, `{"seq":-1,"type":"triaged"}`, `{"seq":99999999999999999999,"type":"triaged"}`, `{"seq":2.5,"type":"triaged"}`,
		`{"seq":1,"type":"triaged"}`, `{"seq":3,"type":"triaged"}`, `{"seq":2,"type":"triaged","at":"9999-12-31T00:00:00+08:00"}`, `{"seq":2,"type":"triaged","at":"0001-01-02T00:00:00Z"}`, `{"seq":2,"type":"triaged","at":"2026-11-01"}`,
		`{"seq":2,"type":"triaged","by":{"role":"manager","id":"M01"}}`, `{"seq":2,"type":"triaged","by":{"role":"system"}}`, `{"seq":2,"type":"triaged","reason":"` + strings.Repeat("长", 1001) + `"}`, `{"seq":2,"type":"promised","until":"x"}`,
		`{"seq":2,"type":"dispatched","to":{"role":"worker","id":"` + strings.Repeat("W", 65) + `"}}`, `{"seq":2,"type":"triaged","reason":"\u0000"}`, `{"seq":2,"type":"triaged","reason":"\ud800"}`, `{"seq":2,"type":"urged","ref":"a\u0000b"}`,
		`{"seq":2,"type":"triaged","x":1}`, `{"seq":2,"type":"imported","state":"closed"}`, `{"seq":2,"type":"sampled","ref":"x"}`,
		`{"event":{"type":"registered","kind":"repair","caller":"owner"}}`, `{"event":{"type":"registered","kind":"x","caller":"owner"},"contact":{"name":"a","phone":"b","content":"c"}}`, `{"event":{"type":"registered","kind":"repair","caller":"owner"},"contact":{"name":"a","phone":"b","content":"c"},"x":1}`,
		`{"event":{"type":"registered","kind":"repair","caller":"owner"},"contact":{"name":"a\u0000","phone":"b","content":"c"}}`, `{"event":{"type":"registered","kind":"repair","caller":"owner","at":"2027-01-01T00:00:00Z"},"contact":{"name":"a","phone":"b","content":"c"}}`,
		`{"clause":"'; drop table events; --","ref":"x"}`, `{"clause":"VC-1.8","ref":"` + strings.Repeat("x", 65) + `"}`, `{"clause":"VC-1.8","ref":"\u0000"}`, `{"clause":"WY-nothing"}`,
		`{"serial":"S1","seq":1,"type":"charged","ticket":"` + id + `","amount":"-1.00","payment":"cash"}`, `{"serial":"S1","seq":1,"type":"charged","ticket":"none","amount":"1.00","payment":"cash"}`, `{"serial":"S1","seq":1,"type":"charged","ticket":"` + id + `","amount":"1e9","payment":"cash"}`,
		`{"serial":"S1\u0000","seq":1,"type":"charged","ticket":"` + id + `","amount":"1.00","payment":"cash"}`, `{"serial":"S1","seq":2,"type":"charged","ticket":"` + id + `","amount":"1.00","payment":"cash"}`, `{"serial":"S1","seq":1,"type":"quoted","ticket":"` + id + `","amount":"1.00","ref":"Q","recorded":"2020-01-01T00:00:00Z"}x`,
		"type=triaged&seq=x", "type=triaged&seq=2&at=tomorrow", "type=%00&seq=2", "type=triaged&seq=2&reason=%00", "type=voided&seq=2&reason=x", "%zz", "seq=2&type=urged&by=manager:M01", "kind=complaint&caller=owner&name=%00&phone=1&content=x", "kind=complaint&caller=owner", "clause=VC-1.8&ref=%00",
		"month=2026-10&key=" + strings.Repeat("k", 70_000) + "&ids=a%0Aa", "month=x", "id=A01&password=", "type=urged&seq=2;drop", "type=revisited&seq=2&channel=phone&replace=2026-13", "type=missed&seq=2&replace=2026-10"}
	state := func() string {
		return fmt.Sprint(count(t, s, "events"), count(t, s, "money_log"), count(t, s, "duties_done"), count(t, s, "tickets"), count(t, s, "contacts"), count(t, s, "firings"), count(t, s, "month_ends"), count(t, s, "draw_keys"))
	}
	before := state()
	asked := 0
	for _, e := range endpoints {
		if e.path == "/logout" || strings.HasSuffix(e.path, "/end") || e.method == "POST" && strings.HasPrefix(e.path, "/months/") {
			continue // they read no input
		}
		path := strings.Replace(e.path, "TICKET", id, 1)
		if e.method == "GET" {
			for _, q := range []string{"?as_of=x", "?as_of=0001-01-01T00:00:00Z", "?as_of=9999-12-31T23:59:59Z", "?q=%00", "?q=%27%3B--", "?q=" + strings.Repeat("9", 70), "?month=2026-13", "?month=%00", "?part=%3Cscript%3E"} {
				if a := c.get(path + q); a.status >= 500 {
					t.Errorf("GET %s%s: %d %s", path, q, a.status, a.body)
				}
				asked++
			}
			continue
		}
		for _, b := range bodies {
			kind := "application/json"
			if !strings.HasPrefix(path, "/api/") {
				kind = "application/x-www-form-urlencoded"
			}
			if path == "/login" && len(b) < 60 {
				continue // the hash of a password is slow by intention
			}
			a := c.ask(e.method, path, kind, b)
			asked++
			verify := path == "/verify" && a.status == http.StatusOK // it only reads
			if a.status >= 500 || a.status < 400 && !verify {
				t.Errorf("%s %s %.80q: %d %.200s", e.method, path, b, a.status, a.body)
			}
			if strings.HasPrefix(path, "/api/") && (!strings.Contains(a.body, `"code":"`) || !strings.Contains(a.body, `"message":"`)) {
				t.Errorf("%s %s %.80q: %.200s", e.method, path, b, a.body)
			}
		}
	}
	for _, odd := range []string{"%00", "..%2f..", strings.Repeat("9", 300), "%E5%BF%83", "'%20or%201=1"} {
		for _, path := range []string{"/api/tickets/" + odd, "/tickets/" + odd, "/api/months/" + odd, "/months/" + odd, "/api/draws/" + odd, "/verify?month=" + odd, "/static/" + odd} {
			if a := c.get(path); a.status >= 500 || a.status == 200 && !strings.HasPrefix(path, "/verify") {
				t.Errorf("GET %s: %d %.200s", path, a.status, a.body)
			}
			asked++
		}
	}
	if after := state(); after != before {
		t.Errorf("rows before %s, after %s", before, after)
	}
	t.Logf("%d requests", asked)

	// Nobody who is not logged in sees or writes anything but the draws.
	for _, e := range endpoints {
		a := nobody.ask(e.method, strings.Replace(e.path, "TICKET", id, 1), "application/json", "{}")
		switch {
		case strings.HasPrefix(e.path, "/api/draws"), e.path == "/verify", e.path == "/login":
		case strings.HasPrefix(e.path, "/api/") && a.status != http.StatusUnauthorized, !strings.HasPrefix(e.path, "/api/") && a.status != http.StatusSeeOther:
			t.Errorf("nobody: %s %s: %d", e.method, e.path, a.status)
		}
		// Another site's page makes a browser ask: it is told apart before anything is looked at.
		r := httptest.NewRequest(e.method, strings.Replace(e.path, "TICKET", id, 1), nil)
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		r.AddCookie(&http.Cookie{Name: cookie, Value: c.token})
		w := httptest.NewRecorder()
		if c.handler.ServeHTTP(w, r); e.method == "POST" && w.Code != http.StatusForbidden {
			t.Errorf("cross-site: %s %s: %d", e.method, e.path, w.Code)
		}
	}
}

// What people wrote comes back as text, never as a part of the page.
func TestTextIsText(t *testing.T) {
	s := small(t)
	c := as(t, s, "A01")
	const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>`
	a := c.form("/tickets", url.Values{"kind": {"inquiry"}, "caller": {"owner"}, "name": {evil}, "phone": {evil}, "room": {evil}, "content": {evil}, "category": {"<b>"}}.Encode())
	if a.status != http.StatusSeeOther {
		t.Fatal(a)
	}
	id := s.now().In(china).Format("060102") + "01"
	if a := c.form("/tickets/"+id, url.Values{"type": {"urged"}, "seq": {"2"}, "reason": {evil}, "ref": {"<i>"}}.Encode()); a.status != http.StatusSeeOther {
		t.Fatal(a)
	}
	refused := c.form("/tickets/"+id, url.Values{"type": {"dispatched"}, "seq": {"3"}, "reason": {evil}, "to": {evil}}.Encode())
	for _, page := range []answer{refused, c.get("/tickets/" + id), c.get("/tickets"), c.get("/tickets?q=" + url.QueryEscape("<script>")), c.get("/tickets/new?ref=" + url.QueryEscape(evil))} {
		if strings.Contains(page.body, "<script>alert") || strings.Contains(page.body, "<img") || strings.Contains(page.body, "<b></td>") || strings.Contains(page.body, "<i>") {
			t.Error(page.body)
		}
	}
}

// A step of every kind, by everyone, in every state: what the table does not allow is refused
// with a code and a clause, nothing is written, and the page has no button for it.
func TestWrongRole(t *testing.T) {
	s := small(t)
	head := ticket.Actor{Role: ticket.DepartmentHead, ID: "H01"}
	flow := []ticket.Event{{Type: ticket.Triaged, By: assistant}, {Type: ticket.Dispatched, By: assistant, To: head}, {Type: ticket.Started, By: head}, {Type: ticket.Completed, By: head}, {Type: ticket.Told, By: assistant}, {Type: ticket.Revisited, By: assistant, Channel: ticket.Phone}, {Type: ticket.Archived, By: assistant}}
	var types []ticket.EventType
	for _, row := range ticket.Transitions() {
		if !slices.Contains(types, row.Type) {
			types = append(types, row.Type)
		}
	}
	people := []Staff{{"A01", "", ticket.Assistant}, {"S01", "", ticket.Supervisor}, {"M01", "", ticket.Manager}, {"W01", "", ticket.Worker}, {"H02", "", ticket.DepartmentHead}, {"F01", "", ticket.Finance}, {"K01", "", ticket.Store}}
	buttons := regexp.MustCompile(`<input type="hidden" name="type" value="(\w+)">`)
	refused := 0
	id := register(t, s, ticket.Event{Kind: ticket.Complaint})
	for i := 0; ; i++ {
		h, err := history(t.Context(), s.pool, id)
		if err != nil {
			t.Fatal(err)
		}
		now, err := ticket.Replay(h)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range people {
			c := as(t, s, u.ID)
			allowed := map[ticket.EventType]bool{}
			for _, row := range now.Allowed(u.Role) {
				allowed[row.Type] = true
			}
			shown := map[ticket.EventType]bool{}
			for _, m := range buttons.FindAllStringSubmatch(c.get("/tickets/"+id).body, -1) {
				shown[ticket.EventType(m[1])] = true
			}
			_, customer := u.by(ticket.Actor{Role: ticket.Customer})
			for _, typ := range types {
				his := allowed[typ] && typ != ticket.Sampled && typ != ticket.Imported
				word := customer == nil && slices.ContainsFunc(now.Allowed(ticket.Customer), func(r ticket.Transition) bool { return r.Type == typ })
				if shown[typ] != (his || word) {
					t.Errorf("%s, %s: a button for %s: %v", now.State, u.Role, typ, shown[typ])
				}
				if allowed[typ] {
					continue
				}
				a := c.post("/api/tickets/"+id+"/events", fmt.Sprintf(`{"seq":%d,"type":%q,"channel":"phone","grade":"fair","hold":"other","reason":"x","ref":"x","until":"2026-12-01T00:00:00+08:00","to":{"role":"worker","id":"W09"},"approver":{"role":"manager","id":"M09"},"state":"closed"}`, now.Seq+1, typ))
				if a.status != http.StatusConflict || !strings.Contains(a.body, `"clause":"`) || !strings.Contains(a.body, `"message":"`) || !regexp.MustCompile(`"code":"(wrong_role|illegal_move|missing)"`).MatchString(a.body) {
					t.Errorf("%s, %s, %s: %d %s", now.State, u.Role, typ, a.status, a.body)
				}
				refused++
			}
		}
		if n := count(t, s, "events where ticket = $1", id); n != now.Seq {
			t.Fatalf("%s: %d rows, not %d", now.State, n, now.Seq)
		}
		if i == len(flow) {
			break
		}
		e := flow[i]
		e.Ticket, e.Seq = id, now.Seq+1
		if _, err := s.Step(t.Context(), e, e.By.ID); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d refused", refused)

	// Nobody writes as a colleague; finance and store do not write the customer's word.
	for _, c := range []struct {
		who, by string
		status  int
	}{{"A01", `{"role":"assistant","id":"A02"}`, 403}, {"W01", `{"role":"manager","id":"M01"}`, 403}, {"F01", `{"role":"customer"}`, 403}, {"K01", `{"role":"customer"}`, 403}, {"W01", `{"role":"authority"}`, 403}, {"A01", `{"role":"system"}`, 403}, {"W01", `{"role":"customer"}`, 201}} {
		seq := 1 + count(t, s, "events where ticket = $1", id)
		if a := as(t, s, c.who).post("/api/tickets/"+id+"/events", fmt.Sprintf(`{"seq":%d,"type":"rated","grade":"fair","by":%s}`, seq, c.by)); a.status != c.status {
			t.Errorf("%s as %s: %d %s", c.who, c.by, a.status, a.body)
		}
	}
	for _, c := range []struct{ who, path, body string }{
		{"A01", "/api/duties", `{"clause":"VC-4.2a"}`}, {"W01", "/api/duties", `{"clause":"VC-1.8"}`}, {"A01", "/api/months/2026-10/end", ""}, {"W01", "/api/months/2026-10/end", ""}, {"K01", "/api/months/2026-10/end", ""},
		{"W01", "/api/money", `{"serial":"S1","seq":1,"type":"collected","amount":"1.00"}`},
	} {
		if a := as(t, s, c.who).post(c.path, c.body); a.status != http.StatusConflict {
			t.Errorf("%s %s %s: %d %s", c.who, c.path, c.body, a.status, a.body)
		}
	}

	// A resident's number is seen by the desk and by the worker who goes there, by no one else.
	job := register(t, s, ticket.Event{Kind: ticket.Repair})
	for i, e := range []ticket.Event{{Type: ticket.Triaged}, {Type: ticket.Dispatched, To: ticket.Actor{Role: ticket.Worker, ID: "W01"}}} {
		e.Ticket, e.Seq, e.By = job, i+2, assistant
		if _, err := s.Step(t.Context(), e, "A01"); err != nil {
			t.Fatal(err)
		}
	}
	for who, sees := range map[string]bool{"A02": true, "M01": true, "W01": true, "W02": false, "H01": false, "F01": false, "K01": false} {
		if got := strings.Contains(as(t, s, who).get("/tickets/"+job).body, "13800000000"); got != sees {
			t.Errorf("%s sees the telephone number: %v", who, got)
		}
		if got := strings.Contains(as(t, s, who).get("/api/tickets/"+job).body, "13800000000"); got != sees {
			t.Errorf("%s is told the telephone number: %v", who, got)
		}
	}
}
