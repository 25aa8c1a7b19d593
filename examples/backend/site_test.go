package backend

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/examples/pg"
	"example.com/wuye/ticket"
	"github.com/jackc/pgx/v5"
)

// An answer is what a request got.
type answer struct {
	status int
	body   string
}

// A client asks a site as somebody who is logged in.
type client struct {
	t       testing.TB
	handler http.Handler
	token   string
}

// as logs somebody in, without the password: that is TestLogin's.
func as(t testing.TB, s *Site, id string) *client {
	t.Helper()
	c := &client{t: t, handler: s.Handler()}
	if id != "" {
		var err error
		if c.token, err = s.newSession(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

func (c *client) ask(method, path, contentType, body string) answer {
	r := httptest.NewRequestWithContext(c.t.Context(), method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	if c.token != "" {
		r.AddCookie(&http.Cookie{Name: cookie, Value: c.token})
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return answer{w.Code, w.Body.String()}
}

func (c *client) get(path string) answer        { return c.ask("GET", path, "", "") }
func (c *client) post(path, body string) answer { return c.ask("POST", path, "application/json", body) }
func (c *client) form(path, body string) answer {
	return c.ask("POST", path, "application/x-www-form-urlencoded", body)
}

// small is a site with people and nothing else, on the machine's own time.
func small(t testing.TB) *Site {
	t.Helper()
	s := open(t, database(t))
	s.Ahead = time.Until(DemoStart)
	for _, u := range DemoStaff {
		if _, err := s.pool.Exec(t.Context(), "insert into staff values ($1, $2, $3, '')", u.ID, u.Role, u.Name); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

var assistant = ticket.Actor{Role: ticket.Assistant, ID: "A01"}

// register opens a ticket of a kind and gives its number.
func register(t testing.TB, s *Site, e ticket.Event) string {
	t.Helper()
	if e.Caller == "" {
		e.Caller = ticket.Owner
	}
	if e.By == (ticket.Actor{}) {
		e.By = assistant
	}
	j, err := s.Register(t.Context(), e, Contact{"周女士", "13800000000", "3-1-702", "灯坏了"}, "A01")
	if err != nil {
		t.Fatal(err)
	}
	return j.Ticket.ID
}

func count(t testing.TB, s *Site, sql string, args ...any) (n int) {
	t.Helper()
	if err := s.pool.QueryRow(t.Context(), "select count(*) from "+sql, args...).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// Two hundred write to twenty tickets at once, ten to each, with the form that each has read.
// Whoever is told that it was written finds it there once; whoever is told of a conflict does not.
func TestManyWriters(t *testing.T) {
	s := small(t)
	var ids []string
	for range 20 {
		ids = append(ids, register(t, s, ticket.Event{Kind: ticket.Inquiry}))
	}
	c := as(t, s, "A01")
	var (
		all        sync.WaitGroup
		mu         sync.Mutex
		wrote      = map[string]int{} // by ticket
		conflicts  int
		unexpected []answer
	)
	for i := range 200 {
		all.Go(func() {
			id := ids[i%len(ids)]
			for try := 0; ; try++ { // a clerk who is told reads again
				var view struct {
					Ticket struct{ Seq int } `json:"ticket"`
				}
				if err := json.Unmarshal([]byte(c.get("/api/tickets/"+id).body), &view); err != nil {
					t.Error(err)
					return
				}
				a := c.post("/api/tickets/"+id+"/events", fmt.Sprintf(`{"seq":%d,"type":"urged","reason":"%d-%d"}`, view.Ticket.Seq+1, i, try))
				mu.Lock()
				switch {
				case a.status == http.StatusCreated:
					wrote[id]++
				case a.status == http.StatusConflict && strings.Contains(a.body, `"code":"conflict"`):
					conflicts++
				default:
					unexpected = append(unexpected, a)
				}
				failed := len(unexpected) > 0
				mu.Unlock()
				if n := count(t, s, "events where ticket = $1 and reason = $2", id, fmt.Sprintf("%d-%d", i, try)); (n == 1) != (a.status == http.StatusCreated) || n > 1 {
					t.Errorf("%d-%d was answered %d and is there %d times", i, try, a.status, n)
				}
				if a.status == http.StatusCreated || failed {
					return
				}
			}
		})
	}
	all.Wait()
	if len(unexpected) > 0 {
		t.Error(unexpected)
	}
	total := 0
	for _, id := range ids {
		h, err := history(t.Context(), s.pool, id)
		if err != nil {
			t.Fatal(err)
		}
		total += wrote[id]
		if len(h) != 1+wrote[id] {
			t.Errorf("%s: %d were told that it was written, %d rows are there", id, wrote[id], len(h)-1)
		}
		if _, err := ticket.Replay(h); err != nil {
			t.Error(err)
		}
	}
	if total != 200 || conflicts == 0 {
		t.Errorf("%d written, %d conflicts: nobody met anybody", total, conflicts)
	}
	t.Logf("%d written, %d told of a conflict", total, conflicts)
}

// child is the process that is killed: it registers emergencies that nobody has taken for eight
// minutes, so that each calls for somebody at once, and sends slowly.
func child(address string) {
	ctx := context.Background()
	pool, err := Connect(ctx, address)
	if err == nil {
		var s *Site
		if s, err = Open(pool); err == nil {
			s.Ahead = time.Until(DemoStart)
			s.Send = slowly(s)
			if err = s.Start(ctx); err == nil {
				for err == nil {
					_, err = s.Register(ctx, ticket.Event{Kind: ticket.Repair, Urgency: ticket.Emergency, Caller: ticket.Owner, By: assistant, At: s.now().Add(-8 * time.Minute)}, Contact{"周女士", "13800000000", "3-1-702", "水管爆了"}, "A01")
				}
			}
		}
	}
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// slowly sends as the log does, and once more into a table that would take a message twice.
func slowly(s *Site) func(context.Context, pgx.Tx, Message) error {
	return func(ctx context.Context, tx pgx.Tx, m Message) error {
		if _, err := tx.Exec(ctx, "insert into sent values ($1)", m.Key); err != nil {
			return err
		}
		time.Sleep(20 * time.Millisecond)
		return s.logMessage(ctx, tx, m)
	}
}

// A process is killed between the event and the message; after the restart every firing that
// was written has been told once.
func TestCrash(t *testing.T) {
	t.Parallel()
	address := database(t)
	s := open(t, address)
	s.Ahead = time.Until(DemoStart)
	if _, err := s.pool.Exec(t.Context(), "create table sent (key text)"); err != nil {
		t.Fatal(err)
	}
	for round := range 2 {
		victim := exec.Command(os.Args[0])
		victim.Env = append(os.Environ(), "BACKEND_CHILD="+address)
		var said bytes.Buffer
		victim.Stderr = &said
		if err := victim.Start(); err != nil {
			t.Fatal(err)
		}
		before := count(t, s, "sent")
		wait(t, "a few messages and more that wait", 30*time.Second, func() bool {
			return count(t, s, "sent") > before+4 && count(t, s, "firings") > count(t, s, "messages")+4
		})
		victim.Process.Kill()
		victim.Wait()
		if said.Len() > 0 {
			t.Fatal(said.String())
		}
		t.Logf("round %d, killed: %d tickets, %d firings, %d told", round, count(t, s, "tickets"), count(t, s, "firings"), count(t, s, "messages"))
	}
	if n := count(t, s, "firings f where not exists (select from messages m where m.key = f.key)"); n == 0 {
		t.Fatal("the process was killed too late: everything had been told")
	}
	s.Send = func(ctx context.Context, tx pgx.Tx, m Message) error {
		if _, err := tx.Exec(ctx, "insert into sent values ($1)", m.Key); err != nil {
			return err
		}
		return s.logMessage(ctx, tx, m)
	}
	start(t, s)
	wait(t, "every firing is told", 40*time.Second, func() bool {
		return count(t, s, "firings f where not exists (select from messages m where m.key = f.key)") == 0
	})
	if n := count(t, s, "(select key from sent group by key having count(*) > 1) twice"); n != 0 {
		t.Errorf("%d messages were sent twice", n)
	}
	if sent, fired, tickets := count(t, s, "sent"), count(t, s, "firings"), count(t, s, "tickets"); sent != fired || fired < tickets {
		t.Errorf("%d tickets, %d firings, %d sent", tickets, fired, sent)
	}
	if n := count(t, s, "tickets t where seq <> (select count(*) from events e where e.ticket = t.ticket)"); n != 0 {
		t.Errorf("%d tickets without all their rows", n)
	}
}

// Time alone calls the next tier: an emergency that nobody takes for seven minutes.
func TestTimer(t *testing.T) {
	t.Parallel()
	s := small(t)
	start(t, s)
	id := register(t, s, ticket.Event{Kind: ticket.Repair, Urgency: ticket.Emergency, At: s.now().Add(-7*time.Minute + 3*time.Second)})
	if n := count(t, s, "messages where key like $1 and key like '%WY-unanswered%'", id+"/%"); n != 0 {
		t.Fatal("told before it was due")
	}
	wait(t, "the supervisor is told", 20*time.Second, func() bool {
		return count(t, s, "messages where key like $1 and key like '%WY-unanswered%' and recipient = 'supervisor'", id+"/%") == 1
	})
	var wake instant
	if err := s.pool.QueryRow(t.Context(), "select wake_at from tickets where ticket = $1", id).Scan(&wake); err != nil || !time.Time(wake).After(s.now()) {
		t.Error("it sleeps until ", time.Time(wake), err)
	}
}

// The month's end: committed before, drawn, marked, sent to the bank, published after; and the
// same again gives the same bytes, whatever was written since.
func TestMonthEnd(t *testing.T) {
	t.Parallel()
	s := demoSite(t)
	m := calendar.MustMonth("2026-10")
	wait(t, "the month's end", 20*time.Second, func() bool { _, err := s.Certificate(t.Context(), m); return err == nil })
	c, err := s.Certificate(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	if c.Late || c.Key == "" || !c.Committed.Before(m.Day(1).Start()) || c.Published.Before(m.Add(1).Day(1).Start()) {
		t.Error("commitment before the month and key after: ", c.DrawKey)
	}
	for _, d := range c.Draws {
		if err := d.Draw.Verify(c.Key, d.IDs); err != nil || d.Draw.Commitment != c.Commitment {
			t.Error(d.Draw.Scope, err)
		}
	}
	routine := c.Draws[0].Draw
	if n := count(t, s, "events where type = 'sampled' and ref = $1", routine.Scope); n != routine.Size || n == 0 {
		t.Errorf("%d of %d orders are marked", n, routine.Size)
	}
	end, stored, err := s.Pack(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	for _, charge := range end.Money.Batch {
		if count(t, s, "money_log where serial = $1 and type = 'submitted' and ref = '2026-10'", charge.Serial) != 1 {
			t.Error(charge.Serial, " was not sent to the bank")
		}
	}

	// A customer who cannot be reached is replaced by the first reserve.
	approved := ticket.Event{Ticket: routine.Ranked[0], Type: ticket.Missed, By: assistant, Approver: ticket.Actor{Role: ticket.Supervisor, ID: "S01"}}
	approved.Seq = 1 + count(t, s, "events where ticket = $1", approved.Ticket)
	if err := s.Replace(t.Context(), m, approved, "A01"); err != nil {
		t.Fatal(err)
	}
	if n := count(t, s, "events where ticket = $1 and type = 'sampled' and ref = $2 and channel = 'visit'", routine.Reserve()[0], routine.Scope); n != 1 {
		t.Error("the reserve did not take the place")
	}

	// Again, with what is there now.
	var asOf instant
	if err := s.pool.QueryRow(t.Context(), "select as_of from month_ends").Scan(&asOf); err != nil {
		t.Fatal(err)
	}
	if err := s.records(t.Context(), "", func(r wuye.Records) error {
		again, err := s.Desk.MonthEnd(m, r, c.Key, time.Time(asOf))
		if text, _ := json.Marshal(again); err == nil && !bytes.Equal(text, stored) {
			t.Error("the same month's end gives other bytes")
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if a := as(t, s, "S01").post("/api/months/2026-10/end", ""); a.status != http.StatusAccepted {
		t.Error(a)
	}
	if a := as(t, s, "S01").post("/api/months/2026-11/end", ""); a.status != http.StatusConflict || !strings.Contains(a.body, `"early"`) {
		t.Error(a)
	}
	if a := as(t, s, "S01").post("/api/months/2026-09/end", ""); a.status != http.StatusConflict || !strings.Contains(a.body, `"no_commitment"`) {
		t.Error(a)
	}
	wait(t, "the second job", 20*time.Second, func() bool { return count(t, s, "river_job where kind = 'month_end' and state = 'completed'") == 2 })
	if _, after, err := s.Pack(t.Context(), m); err != nil || !bytes.Equal(stored, after) {
		t.Error("a second job changed the month's end")
	}
}

// What the agenda reads is enough: it says the same as the agenda of all that there is.
func TestLiveIsEnough(t *testing.T) {
	t.Parallel()
	s := demoSite(t)
	wait(t, "the month's end", 20*time.Second, func() bool { _, err := s.Certificate(t.Context(), s.lastMonth()); return err == nil })
	same := func() {
		t.Helper()
		now := s.now()
		part, err := s.agenda(t.Context(), live, now)
		if err != nil {
			t.Fatal(err)
		}
		all, err := s.AgendaAsOf(t.Context(), now)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(part)
		b, _ := json.Marshal(all)
		if !bytes.Equal(a, b) || len(all) == 0 {
			t.Errorf("%s: of the live\n%s\nof all\n%s", now, a, b)
		}
	}
	same()
	for _, days := range []int{4, 10, 40, 100} { // last month's rows fall out of what is read
		s.Ahead += time.Duration(days) * 24 * time.Hour
		same()
	}
}

// A backup that is restored into an empty database gives the same agenda to the byte, and its
// jobs go on.
func TestBackup(t *testing.T) {
	t.Parallel()
	dump, psql := pg.Tool("pg_dump"), pg.Tool("psql")
	if dump == "" || psql == "" {
		if os.Getenv("CI") != "" {
			t.Fatal("no pg_dump or no psql")
		}
		t.Skip("no pg_dump or no psql")
	}
	s := demoSite(t)
	wait(t, "the month's end", 20*time.Second, func() bool { _, err := s.Certificate(t.Context(), s.lastMonth()); return err == nil })
	asOf := s.now()
	path := "/api/agenda?as_of=" + asOf.UTC().Format(time.RFC3339Nano)
	before := as(t, s, "A01").get(path)

	file := filepath.Join(t.TempDir(), "backup.sql")
	from, to := s.pool.Config().ConnString(), database(t)
	for _, c := range []*exec.Cmd{exec.Command(dump, "--no-owner", "-f", file, "-d", from), exec.Command(psql, "-q", "-v", "ON_ERROR_STOP=1", "-o", os.DevNull, "-f", file, "-d", to)} {
		if out, err := c.CombinedOutput(); err != nil {
			t.Fatal(c.Path, err, string(out))
		}
	}
	restored := open(t, to)
	restored.Ahead = s.Ahead
	after := as(t, restored, "A01").get(path)
	if before.status != http.StatusOK || len(before.body) < 1000 || before != after {
		t.Errorf("before (%d)\n%s\nafter (%d)\n%s", before.status, before.body, after.status, after.body)
	}
	start(t, restored)
	id := register(t, restored, ticket.Event{Kind: ticket.Repair, Urgency: ticket.Emergency, At: restored.now().Add(-8 * time.Minute)})
	wait(t, "a message from the restored one", 20*time.Second, func() bool { return count(t, restored, "messages where key like $1", id+"/%") > 0 })
}

// Another machine's clock may be ahead: a row is still judged with all that is there.
func TestClockAhead(t *testing.T) {
	s := small(t)
	id := register(t, s, ticket.Event{Kind: ticket.Inquiry})
	s.Ahead -= time.Hour
	j, err := s.Step(t.Context(), ticket.Event{Ticket: id, Seq: 2, Type: ticket.Triaged, By: assistant}, "A01")
	if err != nil || j.Ticket.State != ticket.Accepted || j.Ticket.Seq != 2 {
		t.Fatal(j.Ticket, err)
	}
	_, err = s.Step(t.Context(), ticket.Event{Ticket: id, Seq: 3, Type: ticket.Archived, By: assistant}, "A01")
	if r, ok := errors.AsType[*ticket.Refusal](err); !ok || r.Code != ticket.IllegalMove {
		t.Error("an illegal row that would not be known yet: ", err)
	}
}

func TestLogin(t *testing.T) {
	t.Parallel()
	s := small(t)
	if err := s.Hire(t.Context(), Staff{"A09", "新人", ticket.Assistant}, "正确的密码"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	web := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for _, c := range []struct {
		id, password string
		status       int
	}{{"A09", "正确的密码", 303}, {"A09", "错误的密码", 401}, {"nobody", "正确的密码", 401}, {"", "", 401}, {"' or '1'='1", "x", 401}, {"A09\x00", "x", 400}} {
		r, err := web.PostForm(server.URL+"/login", map[string][]string{"id": {c.id}, "password": {c.password}})
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, r.Body)
		r.Body.Close()
		if got := len(r.Cookies()) == 1; r.StatusCode != c.status || got != (c.status == 303) {
			t.Errorf("%q %q: %d, a cookie: %v", c.id, c.password, r.StatusCode, got)
		}
		if c.status != 303 {
			continue
		}
		token := r.Cookies()[0]
		if !token.HttpOnly || token.SameSite != http.SameSiteLaxMode {
			t.Error(token)
		}
		me := &client{t, s.Handler(), token.Value}
		if a := me.get("/api/agenda"); a.status != 200 {
			t.Error(a)
		}
		if a := me.form("/logout", ""); a.status != 303 {
			t.Error(a)
		}
		if a := me.get("/api/agenda"); a.status != 401 {
			t.Error("after logout: ", a)
		}
	}
	if n := count(t, s, "sessions"); n != 0 {
		t.Errorf("%d sessions are left", n)
	}
}
