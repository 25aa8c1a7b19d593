//go:build unix

// Package pg starts a throwaway PostgreSQL server of the distribution's own programs: a new
// directory, a socket in it, no network, gone when it is stopped.
package pg

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
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrMissing is what Start says where the programs of a server are not installed.
var ErrMissing = errors.New("no PostgreSQL server on this machine: set DATABASE_URL, or install one (Debian, Ubuntu: apt-get install postgresql)")

// watched runs a server for as long as its standard input is open, so that it ends at once,
// and its files with it, however this program ends.
const watched = `exec 3<&0
"$@" &
server=$!
(cat <&3 >/dev/null; kill -QUIT $server; while kill -0 $server; do sleep 0.1; done; rm -rf "$HOME") 2>/dev/null &
wait $server`

// Start gives the address of a new server, and what stops it and removes its files.
func Start() (address string, stop func(), err error) {
	initdb, postgres := Tool("initdb"), Tool("postgres")
	if initdb == "" || postgres == "" {
		return "", nil, ErrMissing
	}
	dir, err := os.MkdirTemp("/tmp", "wuye-") // a socket's path must be short, and its parents open to the server's user
	if err != nil {
		return "", nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(dir)
		}
	}()
	as, err := serverUser(dir)
	if err != nil {
		return "", nil, err
	}
	command := func(name string, args ...string) *exec.Cmd {
		c := exec.Command(name, args...)
		c.Dir, c.SysProcAttr = dir, as
		c.Env = append(os.Environ(), "LC_ALL=C", "HOME="+dir)
		return c
	}

	data := filepath.Join(dir, "data")
	if out, err := command(initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync").CombinedOutput(); err != nil {
		return "", nil, fmt.Errorf("initdb: %v\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return "", nil, err
	}
	defer log.Close()
	server := command("/bin/sh", "-c", watched, "sh", postgres, "-D", data, "-k", dir, "-c", "listen_addresses=", "-c", "fsync=off")
	server.Stdout, server.Stderr = log, log
	alive, err := server.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	if err := server.Start(); err != nil {
		return "", nil, err
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	stop = func() {
		alive.Close()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			server.Process.Kill()
		}
		os.RemoveAll(dir)
	}

	address = (&url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/postgres", RawQuery: url.Values{"host": {dir}}.Encode()}).String()
	for deadline := time.Now().Add(30 * time.Second); ; {
		conn, err := pgx.Connect(context.Background(), address)
		if err == nil {
			conn.Close(context.Background())
			return address, stop, nil
		}
		select {
		case end := <-ended:
			text, _ := os.ReadFile(log.Name())
			alive.Close()
			return "", nil, fmt.Errorf("postgres: %v\n%s", end, text)
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			stop()
			return "", nil, fmt.Errorf("the server does not answer: %v", err)
		}
	}
}

// Tool is where a program of the PostgreSQL distribution is, "" if nowhere. Debian keeps them
// out of the PATH, one directory a version: the newest is taken.
func Tool(name string) string {
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
// run as root. nil is the one who runs this.
func serverUser(dir string) (*syscall.SysProcAttr, error) {
	if os.Geteuid() != 0 {
		return nil, nil
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
		return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return nil, fmt.Errorf("PostgreSQL does not run as root, and there is nobody else: %w", errors.Join(errs...))
}
