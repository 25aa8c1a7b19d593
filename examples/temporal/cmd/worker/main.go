// Command worker carries tickets out for a Temporal server:
//
//	worker -address localhost:7233 -namespace default -desks DIR -outbox DIR
//
// It prints the names of its desks, which clients give a new ticket, and runs until it is
// interrupted. As many as are needed may run, on as many machines.
package main

import (
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"

	tickets "example.com/wuye/examples/temporal"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
)

func main() {
	address := flag.String("address", or("TEMPORAL_ADDRESS", client.DefaultHostPort), "the server")
	namespace := flag.String("namespace", or("TEMPORAL_NAMESPACE", client.DefaultNamespace), "the namespace on it")
	dir := flag.String("desks", "desks", "directory with a directory of policies and notices for each desk")
	outbox := flag.String("outbox", "outbox", "directory to write firings and archived tickets to")
	flag.Parse()
	if err := run(*address, *namespace, *dir, *outbox); err != nil {
		log.Fatal(err)
	}
}

func run(address, namespace, dir, outbox string) error {
	desks, names, err := tickets.Load(os.DirFS(dir))
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		fmt.Println(name, names[name])
	}
	if err := os.MkdirAll(outbox, 0o755); err != nil {
		return err
	}
	c, err := client.Dial(client.Options{HostPort: address, Namespace: namespace})
	if err != nil {
		return err
	}
	defer c.Close()
	w := worker.New(c, tickets.Queue, worker.Options{})
	tickets.Register(w, desks, tickets.Outbox(outbox))
	return w.Run(worker.InterruptCh())
}

func or(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
