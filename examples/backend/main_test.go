package backend

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"example.com/wuye/examples/pg"
	"github.com/jackc/pgx/v5"
)

// One server for all tests, a database for each.
var (
	serverAddress string
	serverError   error
	databases     atomic.Int32
)

func TestMain(m *testing.M) {
	if address := os.Getenv("BACKEND_CHILD"); address != "" {
		child(address)
		return
	}
	rounds = 1000
	stop := func() {}
	if serverAddress = os.Getenv("DATABASE_URL"); serverAddress == "" {
		if serverAddress, stop, serverError = pg.Start(); serverError != nil {
			stop = func() {}
		}
	}
	code := m.Run()
	stop()
	os.Exit(code)
}

// database is the address of a new, empty database.
func database(t testing.TB) string {
	t.Helper()
	if errors.Is(serverError, pg.ErrMissing) && os.Getenv("CI") == "" {
		t.Skip(serverError)
	}
	if serverError != nil {
		t.Fatal(serverError)
	}
	conn, err := pgx.Connect(t.Context(), serverAddress)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	name := fmt.Sprintf("wuye_test_%d_%d", os.Getpid(), databases.Add(1))
	if _, err := conn.Exec(t.Context(), "create database "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		conn, err := pgx.Connect(context.Background(), serverAddress)
		if err != nil {
			return
		}
		defer conn.Close(context.Background())
		conn.Exec(context.Background(), "drop database "+name+" with (force)")
	})
	u, err := url.Parse(serverAddress)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// open is a site on a database, without jobs running.
func open(t testing.TB, address string) *Site {
	t.Helper()
	pool, err := Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	s, err := Open(pool)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// start runs a site's jobs for as long as the test runs.
func start(t testing.TB, s *Site) {
	t.Helper()
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		s.Stop(ctx)
	})
}

// demoSite is a site with the month of examples/month in it, its jobs running.
func demoSite(t testing.TB) *Site {
	t.Helper()
	s := open(t, database(t))
	s.Ahead = time.Until(DemoStart)
	if err := s.LoadDemo(t.Context(), os.DirFS("../month")); err != nil {
		t.Fatal(err)
	}
	start(t, s)
	return s
}

// wait asks again until it is so.
func wait(t testing.TB, what string, long time.Duration, so func() bool) {
	t.Helper()
	for end := time.Now().Add(long); !so(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never happened: ", what)
		}
	}
}
