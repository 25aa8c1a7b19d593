package backend

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/wuye/ticket"
)

var loadFor = flag.Duration("load", 0, "run TestLoad for so long")

// TestLoad measures what the machine bears: clerks who each register a ticket, take it on, look
// at it, answer it, and look at the board after every fourth, as fast as they are answered.
//
//	go test -run TestLoad -load 20s -v .
func TestLoad(t *testing.T) {
	if *loadFor == 0 {
		t.Skip("only with -load")
	}
	s := demoSite(t)
	server := httptest.NewServer(s.Handler())
	defer server.Close()
	web := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}}
	token := as(t, s, "A01").token
	var mu sync.Mutex
	took := map[string][]time.Duration{}
	ask := func(name, method, path, body string) string {
		r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return ""
		}
		r.AddCookie(&http.Cookie{Name: cookie, Value: token})
		r.Header.Set("Content-Type", "application/json")
		from := time.Now()
		a, err := web.Do(r)
		if err != nil {
			t.Error(err)
			return ""
		}
		text, err := io.ReadAll(a.Body)
		a.Body.Close()
		if err != nil || a.StatusCode >= 300 {
			t.Error(name, a.StatusCode, string(text), err)
		}
		mu.Lock()
		took[name] = append(took[name], time.Since(from))
		mu.Unlock()
		return string(text)
	}
	end := time.Now().Add(*loadFor)
	var clerks sync.WaitGroup
	for range 8 {
		clerks.Go(func() {
			for i := 0; time.Now().Before(end) && !t.Failed(); i++ {
				text := ask("register", "POST", "/api/tickets", `{"event":{"type":"registered","kind":"inquiry","caller":"owner"},"contact":{"name":"周","phone":"1","content":"问停车"}}`)
				_, rest, _ := strings.Cut(text, `"id":"`)
				id, _, _ := strings.Cut(rest, `"`)
				ask("step", "POST", "/api/tickets/"+id+"/events", `{"seq":2,"type":"triaged"}`)
				ask("ticket page", "GET", "/tickets/"+id, "")
				ask("step", "POST", "/api/tickets/"+id+"/events", `{"seq":3,"type":"told","grade":"satisfied"}`)
				ask("step", "POST", "/api/tickets/"+id+"/events", `{"seq":4,"type":"archived"}`)
				if i%4 == 0 {
					ask("board", "GET", "/?part", "")
				}
			}
		})
	}
	clerks.Wait()
	all := 0
	for name, d := range took {
		slices.Sort(d)
		all += len(d)
		fmt.Printf("%-12s %6d  median %8s  p99 %8s\n", name, len(d), d[len(d)/2].Round(100*time.Microsecond), d[len(d)*99/100].Round(100*time.Microsecond))
	}
	fmt.Printf("%.0f requests a second for %s, GOMAXPROCS %d, %d tickets, %d rows\n", float64(all)/loadFor.Seconds(), *loadFor, runtime.GOMAXPROCS(0), count(t, s, "tickets"), count(t, s, "events"))
	if n := count(t, s, "tickets where state = $1", ticket.Closed); n < all/7 {
		t.Errorf("%d tickets are closed after %d requests", n, all)
	}
}
