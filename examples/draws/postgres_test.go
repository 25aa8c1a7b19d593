//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// database is the address of a PostgreSQL server: that of DATABASE_URL, or one of a server
// that lives as long as the test, in a new directory and reached by a socket in it only.
// Where there is neither, the test is skipped, or fails if CI is set in the environment.
func database(t *testing.T) string {
	t.Helper()
	if address := os.Getenv("DATABASE_URL"); address != "" {
		return address
	}
	initdb, postgres := serverTool("initdb"), serverTool("postgres")
	if initdb == "" || postgres == "" {
		const message = "no PostgreSQL: set DATABASE_URL, or install a server (Debian: apt-get install -y postgresql)"
		if os.Getenv("CI") != "" {
			t.Fatal(message)
		}
		t.Skip(message)
	}

	// Not t.TempDir: its parents are closed to the server's user, and a socket's path must be short.
	dir, err := os.MkdirTemp("/tmp", "draws-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	as := serverUser(t, dir)
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(name, args...)
		c.Dir, c.SysProcAttr = dir, as
		c.Env = append(os.Environ(), "LC_ALL=C", "HOME="+dir)
		return c
	}

	data := filepath.Join(dir, "data")
	if out, err := command(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	server := command(postgres, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	server.Stdout, server.Stderr = log, log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGQUIT) // at once: nothing of it is kept
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			server.Process.Kill()
		}
	})

	address := (&url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {dir}}.Encode()}).String()
	for deadline := time.Now().Add(30 * time.Second); ; {
		conn, err := pgx.Connect(context.Background(), address)
		if err == nil {
			conn.Close(context.Background())
			return address
		}
		select {
		case end := <-ended:
			ended <- end
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("postgres: %v\n%s", end, text)
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			t.Fatalf("the server does not answer: %v\n%s", err, text)
		}
	}
}

// serverTool is where a program of the PostgreSQL server is, "" if nowhere. Debian keeps them
// out of the PATH, one directory a version: the newest is taken.
func serverTool(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	found = append(found, "/usr/local/bin/"+name, "/usr/local/pgsql/bin/"+name)
	version := func(path string) int {
		n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
		return n
	}
	slices.SortStableFunc(found, func(a, b string) int { return version(b) - version(a) })
	for _, path := range found {
		if s, err := os.Stat(path); err == nil && !s.IsDir() {
			return path
		}
	}
	return ""
}

// serverUser says as whom the server runs, and gives him the directory: PostgreSQL refuses to
// run as root. nil is the one who runs the test.
func serverUser(t *testing.T, dir string) *syscall.SysProcAttr {
	t.Helper()
	if os.Geteuid() != 0 {
		return nil
	}
	var errs []error
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		uid, errU := strconv.ParseUint(u.Uid, 10, 32)
		gid, errG := strconv.ParseUint(u.Gid, 10, 32)
		if err := errors.Join(errU, errG, os.Chown(dir, int(uid), int(gid))); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
			continue
		}
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}
	}
	t.Fatal("PostgreSQL does not run as root, and there is nobody else: ", errors.Join(errs...))
	return nil
}
