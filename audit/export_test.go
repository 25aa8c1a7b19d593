package audit

import (
	"time"

	"example.com/wuye"
	"example.com/wuye/ticket"
)

// AskEverything is History with every check asked that has a row to look at, whatever the facts of the ticket.
func AskEverything(d *wuye.Desk, history []ticket.Event, asOf time.Time) ([]Finding, error) {
	c := newDossier(d, asOf)
	if err := c.open(history); err != nil {
		return nil, err
	}
	for i := range c.checks {
		c.checks[i].of = 0
	}
	findings, err := c.judge(history)
	return append([]Finding(nil), findings...), err
}
