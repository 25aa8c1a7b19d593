// Command desk is a small client:
//
//	desk open NAME-OF-DESK '{"ticket": "T1", "seq": 1, "type": "registered", …}'
//	desk send '{"ticket": "T1", "seq": 2, "type": "triaged", …}'
//	desk post '{…}'            the same, without waiting for the answer
//	desk show T1               where it stands
//	desk move FROM TO          all tickets from one desk to another: a new year's notice
//
// TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE say where the server is.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	tickets "example.com/wuye/examples/temporal"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"go.temporal.io/sdk/client"
)

func main() {
	out, err := run(context.Background(), os.Args[1:])
	if refused, ok := tickets.AsRefused(err); ok {
		out, err = refused, fmt.Errorf("%s (%s)", refused.Zh, refused.Clause)
	}
	if out != nil {
		text, _ := json.MarshalIndent(out, "", "  ")
		fmt.Println(string(text))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, cmp.Or(rule.Zh(err), err.Error()))
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (any, error) {
	args = append(args, "", "", "")
	c, err := client.Dial(client.Options{HostPort: os.Getenv("TEMPORAL_ADDRESS"), Namespace: os.Getenv("TEMPORAL_NAMESPACE")})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	switch args[0] {
	case "open":
		row, err := ticket.ParseEvent([]byte(args[2]))
		if err != nil {
			return nil, err
		}
		return tickets.Open(ctx, c, tickets.Carry{Ticket: row.Ticket, Desk: args[1]}, row)
	case "send", "post":
		row, err := ticket.ParseEvent([]byte(args[1]))
		if err != nil {
			return nil, err
		}
		if args[0] == "post" {
			return nil, tickets.Post(ctx, c, row)
		}
		return tickets.Send(ctx, c, row)
	case "show":
		return tickets.Ask(ctx, c, args[1])
	case "move":
		return tickets.MoveAll(ctx, c, args[1], args[2])
	}
	return nil, errors.New("desk open NAME ROW | send ROW | post ROW | show TICKET | move FROM TO")
}
