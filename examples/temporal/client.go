package tickets

import (
	"context"
	"errors"
	"fmt"
	"time"

	"example.com/wuye/ticket"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

// Queue is the task queue of workers and clients.
const Queue = "tickets"

// WorkflowID is that of a ticket's workflow.
func WorkflowID(id string) string { return "ticket/" + id }

// Open starts a ticket with its first row, in one call, and answers like Send. Sent again it
// gives the same answer. A row that is refused leaves a workflow without rows, which ends by itself.
func Open(ctx context.Context, c client.Client, start Carry, row ticket.Event) (Answer, error) {
	operation := c.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
		ID: WorkflowID(start.Ticket), TaskQueue: Queue,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
	}, Workflow, start)
	return answer(ctx, func() (client.WorkflowUpdateHandle, error) {
		return c.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{StartWorkflowOperation: operation, UpdateOptions: update(start.Ticket, Row, row)})
	})
}

// Send adds a row and waits for the answer: a refusal is found by AsRefused.
func Send(ctx context.Context, c client.Client, row ticket.Event) (Answer, error) {
	return answer(ctx, func() (client.WorkflowUpdateHandle, error) {
		return c.UpdateWorkflow(ctx, update(row.Ticket, Row, row))
	})
}

// Post adds a row and does not wait: if it is refused, the query Stand says so.
func Post(ctx context.Context, c client.Client, row ticket.Event) error {
	return c.SignalWorkflow(ctx, WorkflowID(row.Ticket), "", Row, row)
}

// MoveTo has a ticket judged by another desk from now on.
func MoveTo(ctx context.Context, c client.Client, id, desk string) (Answer, error) {
	return answer(ctx, func() (client.WorkflowUpdateHandle, error) { return c.UpdateWorkflow(ctx, update(id, Move, desk)) })
}

// MoveAll moves every ticket that is judged by the desk from to the desk to, and says how many: the
// day a new year's notice is published, once workers know the new desk. It may be run again.
func MoveAll(ctx context.Context, c client.Client, from, to string) (moved int, err error) {
	running := &workflowservice.ListWorkflowExecutionsRequest{Query: fmt.Sprintf("WorkflowType = '%s' AND ExecutionStatus = 'Running'", Workflow)}
	for {
		page, err := c.ListWorkflow(ctx, running)
		if err != nil {
			return moved, err
		}
		for _, w := range page.Executions {
			id := w.Execution.WorkflowId[len(WorkflowID("")):]
			at, err := Ask(ctx, c, id)
			if err == nil && at.Desk == from {
				if _, err = MoveTo(ctx, c, id, to); err == nil {
					moved++
				}
			}
			if _, over := errors.AsType[*serviceerror.NotFound](err); err != nil && !over {
				return moved, fmt.Errorf("%s: %w", id, err)
			}
		}
		if running.NextPageToken = page.NextPageToken; len(running.NextPageToken) == 0 {
			return moved, nil
		}
	}
}

// Ask says where a ticket stands.
func Ask(ctx context.Context, c client.Client, id string) (s Standing, err error) {
	value, err := c.QueryWorkflow(ctx, WorkflowID(id), "", Stand)
	if err == nil {
		err = value.Get(&s)
	}
	return s, err
}

func update(id, name string, arg any) client.UpdateWorkflowOptions {
	return client.UpdateWorkflowOptions{WorkflowID: WorkflowID(id), UpdateName: name, Args: []any{arg}, WaitForStage: client.WorkflowUpdateStageCompleted}
}

// answer sends an update and waits. The server gives up an update whose task failed, as one that would
// begin a new run just when something more came in: that one is sent again. It is safe, since a
// row, or a move, that is there already is only answered.
func answer(ctx context.Context, send func() (client.WorkflowUpdateHandle, error)) (a Answer, err error) {
	for {
		h, err := send()
		if err == nil {
			err = h.Get(ctx, &a)
		}
		if _, gaveUp := errors.AsType[*serviceerror.WorkflowNotReady](err); !gaveUp {
			return a, err
		}
		select {
		case <-ctx.Done():
			return a, err
		case <-time.After(20 * time.Millisecond):
		}
	}
}
