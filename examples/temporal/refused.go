package tickets

import (
	"encoding/json"
	"errors"
	"time"

	"example.com/wuye"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
	"go.temporal.io/sdk/temporal"
)

// The codes of a Refused that are not a ticket.Code.
const (
	NotInForce  = "not_in_force" // the ticket is older than the desk's first policy
	Full        = "full"         // the ticket's rows would be more than Temporal takes in one piece
	UnknownDesk = "unknown_desk" // no worker that knows this desk has been asked
	OtherPolicy = "other_policy" // a ticket keeps the policy under which it was opened
)

// A Refused is a row, or a move, that was not taken, and why. Who sends an update gets it as
// its error (AsRefused); of a signal it is kept, with the row, for the query Stand.
type Refused struct {
	Code   string       `json:"code"`
	Clause rule.ID      `json:"clause,omitzero"`
	State  ticket.State `json:"state,omitzero"` // of the ticket
	Fields []string     `json:"fields,omitempty"`
	En     string       `json:"en"`
	Zh     string       `json:"zh"`

	Came time.Time       `json:"came,omitzero"` // when the signal was looked at
	Row  json.RawMessage `json:"row,omitempty"` // what the signal said; left out if it is long or no JSON
}

const refusedType = "Refused"

func (r *Refused) Error() string { return r.En }

// refused says why the library did not take something.
func refused(err error) *Refused {
	r := &Refused{Code: NotInForce, En: err.Error(), Zh: rule.Zh(err)}
	if said, ok := errors.AsType[*ticket.Refusal](err); ok {
		r.Code, r.Clause, r.State, r.Fields = string(said.Code), said.Clause, said.State, said.Fields
	} else if _, ok := errors.AsType[*wuye.NotInForceError](err); !ok {
		r.Code = string(ticket.Malformed)
	}
	return r
}

// wire is how a Refused travels: an application error that nobody tries again.
func (r *Refused) wire() error {
	if r == nil {
		return nil
	}
	return temporal.NewApplicationErrorWithOptions(r.En, refusedType, temporal.ApplicationErrorOptions{NonRetryable: true, Details: []any{*r}})
}

// AsRefused finds the refusal in what a client got as an error.
func AsRefused(err error) (*Refused, bool) {
	app, ok := errors.AsType[*temporal.ApplicationError](err)
	if !ok || app.Type() != refusedType {
		return nil, false
	}
	var r Refused
	if err := app.Details(&r); err != nil {
		return nil, false
	}
	return &r, true
}
