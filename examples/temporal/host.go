package tickets

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"example.com/wuye/escalation"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// A Host is what the site adds: how people are told, and where tickets go that are over. Both
// may be called again after they worked, because a worker died before it could say so: the
// firing's Key and the Carry's Ticket are the idempotency keys.
type Host interface {
	Tell(ctx context.Context, f escalation.Firing) error
	Archive(ctx context.Context, c Carry) error
}

// Register makes a worker one for tickets.
func Register(r worker.Registry, d Desks, h Host) {
	r.RegisterWorkflowWithOptions(d.Ticket, workflow.RegisterOptions{Name: Workflow})
	r.RegisterActivityWithOptions(h.Tell, activity.RegisterOptions{Name: tell})
	r.RegisterActivityWithOptions(h.Archive, activity.RegisterOptions{Name: archive})
}

// An Outbox is a Host that writes each firing to a file of its own, from where a provider's
// program sends it. The directory is the unique index: a name can be given once. A site with
// a database has a table with the key as its primary key instead, and "on conflict do nothing".
type Outbox string

// Tell writes the firing unless it is there.
func (o Outbox) Tell(ctx context.Context, f escalation.Firing) error {
	err := o.write("tell-"+f.Key, f, os.Link)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	return err
}

// Archive writes the ticket in place of what is there.
func (o Outbox) Archive(ctx context.Context, c Carry) error {
	return o.write("ticket-"+c.Ticket, c, os.Rename)
}

// write writes a whole file and then gives it its name, so that none is ever seen half.
func (o Outbox) write(name string, what any, publish func(from, to string) error) error {
	text, err := json.Marshal(what)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(string(o), "new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(append(text, '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return publish(f.Name(), filepath.Join(string(o), escaped.Replace(name)+".json"))
}

var escaped = strings.NewReplacer("%", "%25", "/", "%2F")
