package backend

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/wuye/ticket"
)

// A paid service by JSON alone, each step by who does it: registered, promised, put on hold,
// priced, done, signed, paid and booked. One receipt is not given out twice.
func TestPaidService(t *testing.T) {
	t.Parallel()
	s := small(t)
	until := s.now().Add(2 * time.Hour).Format(time.RFC3339)
	a := as(t, s, "A01").post("/api/tickets", `{"event":{"type":"registered","kind":"service","nature":"special","caller":"owner","until":"`+until+`"},"contact":{"name":"周女士","phone":"13800000000","room":"3-1-702","content":"擦外窗"}}`)
	if a.status != http.StatusCreated {
		t.Fatal(a)
	}
	var judged struct {
		Ticket ticket.Ticket `json:"ticket"`
	}
	if err := json.Unmarshal([]byte(a.body), &judged); err != nil {
		t.Fatal(err)
	}
	id := judged.Ticket.ID
	seq := 1
	for _, c := range []struct{ who, path, row, code string }{
		{"A01", "events", `"type":"triaged"`, ""},
		{"A01", "events", `"type":"promised","until":"` + until + `"`, ""},
		{"A01", "events", `"type":"dispatched","to":{"role":"worker","id":"W04"}`, ""},
		{"W04", "events", `"type":"acknowledged"`, ""},
		{"W04", "events", `"type":"held","hold":"customer","reason":"业主不在家"`, ""},
		{"W04", "events", `"type":"held","hold":"customer"`, "illegal_move"},
		{"W04", "events", `"type":"resumed"`, ""},
		{"W04", "events", `"type":"started","ref":"FW-1"`, "missing"}, // no price yet
		{"W04", "money", `"serial":"FW-1","seq":1,"type":"quoted","amount":"178.10","ref":"BJ-1"`, ""},
		{"W04", "events", `"type":"agreed","ref":"BJ-1"`, ""},
		{"W04", "events", `"type":"started","ref":"FW-1"`, ""},
		{"W04", "events", `"type":"completed"`, ""},
		{"A01", "events", `"type":"archived"`, "illegal_move"},
		{"W04", "events", `"type":"signed_off","by":{"role":"customer"}`, ""},
		{"W04", "money", `"serial":"FW-1","seq":2,"type":"charged","amount":"200.00","payment":"cash"`, "wrong_amount"},
		{"W04", "money", `"serial":"FW-1","seq":2,"type":"charged","amount":"178.10","payment":"cash"`, ""},
		{"W04", "money", `"serial":"FW-1","seq":2,"type":"handed_in"`, "conflict"},
		{"F01", "money", `"serial":"FW-1","seq":3,"type":"received","amount":"178.10","payment":"cash","ref":"SJ-1"`, ""},
		{"F01", "money", `"serial":"FW-1","seq":4,"type":"booked"`, ""},
		{"W04", "money", `"serial":"FW-2","seq":1,"type":"charged","amount":"10.00","payment":"cash"`, ""},
		{"F01", "money", `"serial":"FW-2","seq":2,"type":"received","amount":"10.00","payment":"cash","ref":"SJ-1"`, "conflict"},
		{"A01", "events", `"type":"revisited","channel":"phone","grade":"satisfied"`, ""},
		{"A01", "events", `"type":"archived"`, ""},
	} {
		path, row := "/api/money", `{"ticket":"`+id+`",`+c.row+`}`
		if c.path == "events" {
			path, row = "/api/tickets/"+id+"/events", fmt.Sprintf(`{"seq":%d,%s}`, seq+1, c.row)
		}
		a := as(t, s, c.who).post(path, row)
		switch {
		case c.code == "" && a.status == http.StatusCreated:
			if c.path == "events" {
				seq++
			}
		case c.code == "" || a.status != http.StatusConflict || !strings.Contains(a.body, `"code":"`+c.code+`"`):
			t.Fatalf("%s %s: %d %s", c.who, row, a.status, a.body)
		}
	}
	if n := count(t, s, "tickets where ticket = $1 and state = 'closed'", id); n != 1 {
		t.Error("the ticket is not closed")
	}
	// Of what the customer signed, the log of rows says who entered it.
	if n := count(t, s, "events where ticket = $1 and type = 'signed_off' and by_role = 'customer' and entered_by = 'W04'", id); n != 1 {
		t.Error("nobody entered the signature")
	}
	if page := as(t, s, "F01").get("/tickets/" + id).body; !strings.Contains(page, "178.10") {
		t.Error("the page does not show the money")
	}
}

// A duty that is ticked off is no longer on the agenda.
func TestDuty(t *testing.T) {
	s := small(t)
	const duty = `"clause":"VC-1.8"`
	if a := as(t, s, "S01").get("/api/agenda"); strings.Count(a.body, duty) != 2 { // of this week, and of the last, which is late
		t.Fatal(a)
	}
	if a := as(t, s, "S01").post("/api/duties", `{"clause":"VC-1.8"}`); a.status != http.StatusCreated {
		t.Fatal(a)
	}
	if a := as(t, s, "S01").get("/api/agenda"); strings.Count(a.body, duty) != 1 {
		t.Error(a)
	}
	if a := as(t, s, "S01").form("/duties", "clause=VC-1.8&ref=2026-W43"); a.status != http.StatusSeeOther { // the last week's, named
		t.Fatal(a)
	}
	if a := as(t, s, "S01").get("/api/agenda"); strings.Contains(a.body, duty) {
		t.Error(a)
	}
}

// Tickets that another calendar judged are judged anew when the program starts.
func TestNewCalendar(t *testing.T) {
	s := small(t)
	id := register(t, s, ticket.Event{Kind: ticket.Complaint})
	if _, err := s.pool.Exec(t.Context(), "update tickets set calendar = 'last year''s', wake_at = null"); err != nil {
		t.Fatal(err)
	}
	start(t, s)
	if n := count(t, s, "tickets where ticket = $1 and calendar = $2 and wake_at is not null", id, s.Desk.Calendar().ID()); n != 1 {
		t.Error("the ticket sleeps on")
	}
}

// The one command: a server of its own, the month in it, an address; gone when it is told to end.
func TestDemoCommand(t *testing.T) {
	t.Parallel()
	database(t) // or this is skipped
	program := filepath.Join(t.TempDir(), "demo")
	if out, err := exec.Command("go", "build", "-o", program, "./cmd/demo").CombinedOutput(); err != nil {
		t.Fatal(err, string(out))
	}
	demo := exec.Command(program, "-listen", "127.0.0.1:0")
	demo.Env = append(os.Environ(), "DATABASE_URL=")
	out, err := demo.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	demo.Stderr = os.Stderr
	if err := demo.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	_, address, ok := strings.Cut(strings.TrimSpace(line), "http://")
	if !ok {
		t.Fatal(line, err)
	}
	for _, path := range []string{"/login", "/verify", "/api/draws"} {
		r, err := http.Get("http://" + address + path)
		if err != nil {
			t.Fatal(err)
		}
		if r.Body.Close(); r.StatusCode != http.StatusOK {
			t.Error(path, r.Status)
		}
	}
	demo.Process.Signal(os.Interrupt)
	if err := demo.Wait(); err != nil {
		t.Error(err)
	}
}
