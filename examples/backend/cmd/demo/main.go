//go:build unix

// Command demo runs the backend with the month of examples/month in it, on a throwaway
// PostgreSQL of this machine, or on the empty database that DATABASE_URL names.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"example.com/wuye/examples/backend"
	"example.com/wuye/examples/pg"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8080", "the `address` to serve")
	month := flag.String("month", "", "the `directory` of tickets.jsonl, money.jsonl and duties.jsonl (default: that of examples/month)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen, *month); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, listen, month string) error {
	files, err := monthDir(month)
	if err != nil {
		return err
	}
	address := os.Getenv("DATABASE_URL")
	if address == "" {
		var stop func()
		if address, stop, err = pg.Start(); err != nil {
			return err
		}
		defer stop()
	}
	pool, err := backend.Connect(ctx, address)
	if err != nil {
		return err
	}
	defer pool.Close()
	site, err := backend.Open(pool)
	if err != nil {
		return err
	}
	var tickets int
	if err := pool.QueryRow(ctx, "select count(*) from tickets").Scan(&tickets); err != nil {
		return err
	}
	site.Ahead = time.Until(backend.DemoStart)
	if tickets == 0 {
		if err := site.LoadDemo(ctx, os.DirFS(files)); err != nil {
			return err
		}
	}
	if err := site.Start(ctx); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: site.Handler(), ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		<-ctx.Done()
		end, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		server.Shutdown(end)
		site.Stop(end)
	}()
	fmt.Printf("%s：http://%s\n", site.Name, listener.Addr())
	fmt.Println("工号 A01（客服助理）、S01（主管）、M01（经理）、W02（服务人员）、H01（部门负责人）、F01（财务），密码是小写的工号；演示的时钟从 2026-11-01 09:00 走起")
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-ended
	return nil
}

// monthDir finds the month's files: where it is told, else in this repository from the
// working directory upwards.
func monthDir(dir string) (string, error) {
	if dir != "" {
		return dir, nil
	}
	wd, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for up := wd; ; up = filepath.Dir(up) {
		for _, sub := range []string{"examples/month", "month"} {
			if _, err := os.Stat(filepath.Join(up, sub, "tickets.jsonl")); err == nil {
				return filepath.Join(up, sub), nil
			}
		}
		if up == filepath.Dir(up) {
			return "", errors.New("examples/month is not above the working directory: name it with -month")
		}
	}
}
