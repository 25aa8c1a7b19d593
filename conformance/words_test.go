package conformance_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/conformance"
	"example.com/wuye/ticket"
)

// TestSentences: questions of every topic in both languages, with every field that a row can
// have and on both sides of what is cut short. The sentences are a golden file, to be read.
func TestSentences(t *testing.T) {
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.FixedZone("", 8*3600))
	assistant, manager := ticket.Actor{Role: ticket.Assistant, ID: "A01"}, ticket.Actor{Role: ticket.Manager, ID: "M01"}
	// rows are as they come, an hour apart, entered when they happened.
	rows := func(id string, rows ...ticket.Event) []ticket.Event {
		for i := range rows {
			e := &rows[i]
			e.Ticket, e.Seq, e.At = id, i+1, at.Add(time.Duration(i)*time.Hour)
			if e.Recorded = e.At; e.By.Role == "" {
				e.By = assistant
			}
		}
		return rows
	}
	registered := ticket.Event{Type: ticket.Registered, Kind: ticket.Repair, Nature: ticket.Special, Urgency: ticket.Emergency, Severity: ticket.Major,
		Place: ticket.Indoor, Caller: ticket.Owner, Channel: ticket.Phone, Until: at.Add(3 * time.Hour), Against: ticket.Actor{Role: ticket.Worker, ID: "W07"}}
	full := rows("T1", registered,
		ticket.Event{Type: ticket.Held, Hold: ticket.WaitingMaterials},
		ticket.Event{Type: ticket.Reranked, Caller: ticket.Owner, Kind: ticket.Complaint}, // the caller is told of a registration only
		ticket.Event{Type: ticket.Dispatched, To: ticket.Actor{Role: ticket.DepartmentHead}},
		ticket.Event{Type: ticket.Missed, Approver: manager, Ref: "T2"},
		ticket.Event{Type: ticket.Rated, By: ticket.Actor{Role: ticket.Customer}, Grade: ticket.Poor})
	full[1].Recorded = full[1].At.Add(90 * time.Second)
	full[2].Recorded = time.Time{}
	full[5].At = at.Add(24 * time.Hour)
	full[5].Recorded = full[5].At.Add(1)
	imported := rows("T1", ticket.Event{Type: ticket.Imported, State: ticket.InWork, Kind: ticket.Inquiry, Caller: ticket.Visitor})
	told := func(id string) []ticket.Event {
		return rows(id, ticket.Event{Type: ticket.Registered, Kind: ticket.Inquiry, Caller: ticket.Visitor}, ticket.Event{Type: ticket.Told})
	}
	many := func(n int) (out []ticket.Event) {
		for i := range n {
			out = append(out, ticket.Event{Ticket: "T1", Seq: i + 1, Type: ticket.Informed, At: at, Recorded: at, By: assistant})
		}
		return out
	}
	charged := billing.Entry{Serial: "N1", Seq: 1, Type: billing.Charged, At: at, Recorded: at.Add(time.Minute), Amount: 8000, Payment: billing.Cash, Ref: "Q1"}
	handed := billing.Entry{Serial: "N1", Seq: 2, Type: billing.HandedIn, At: at, Recorded: at}
	entries := func(n int) (out []billing.Entry) {
		for range n {
			out = append(out, handed)
		}
		return out
	}
	done := func(n int) (out []wuye.DutyDone) {
		for range n {
			out = append(out, wuye.DutyDone{Clause: "VC-1.8", At: at, By: assistant, Ref: "第1周"})
		}
		return out
	}
	ids := func(n int) []string { return []string{"P1", "P2", "P3", "P4", "P5"}[:n] }

	var text strings.Builder
	for _, q := range []conformance.Question{
		{Topic: conformance.Size, N: 50, Args: []string{"routine"}},
		{Topic: conformance.Size, N: 5, Args: []string{"cash", "on_site"}},
		{Topic: conformance.Due, N: 2, AsOf: at.Add(time.Second), Args: []string{"working_day", "roll", "before"}},
		{Topic: conformance.Move},
		{Topic: conformance.Move, History: full[:1]},
		{Topic: conformance.Move, History: full},
		{Topic: conformance.Verdict, History: imported, AsOf: at.Add(1), Args: []string{"QI-3.7a"}},
		{Topic: conformance.Verdict, Args: []string{"QI-3.7a"}},
		{Topic: conformance.Verdict, History: append(told("T1"), told("T2")...), AsOf: at, Args: []string{"QI-3.7a"}},
		{Topic: conformance.Verdict, History: many(12), AsOf: at, Args: []string{"QI-3.7a"}},
		{Topic: conformance.Verdict, History: many(13), AsOf: at, Args: []string{"QI-3.7a"}},
		{Topic: conformance.Step, Args: []string{"assistant", "unsolved"}},
		{Topic: conformance.Step, Args: []string{"assistant", "unsolved", "manager"}},
		{Topic: conformance.Firing, History: told("T1"), AsOf: at, Args: []string{"QI-3.7a"}},
		{Topic: conformance.Draw, Key: "k", IDs: ids(4), Args: []string{"banked", "s"}},
		{Topic: conformance.Draw, Key: "k", IDs: ids(5), Args: []string{"routine", "s"}},
		{Topic: conformance.Revisit, History: told("T1"), AsOf: at, Args: []string{"cash", "2026-01"}},
		{Topic: conformance.Revisit, History: told("T1"), AsOf: at, Args: []string{"complaints", "2026-01"}},
		{Topic: conformance.Revisit, History: told("T1"), AsOf: at, Args: []string{"major", "2026-01"}},
		{Topic: conformance.Revisit, History: []ticket.Event{{Ticket: "P1", Type: ticket.Revisited, At: at, Channel: ticket.Visit}}, IDs: ids(2), Args: []string{"coverage", "routine", "s"}},
		{Topic: conformance.Revisit, IDs: ids(2), Args: []string{"quota", "banked", "s"}},
		{Topic: conformance.Revisit, History: told("T1"), AsOf: at, Args: []string{"who"}},
		{Topic: conformance.Quote, Args: []string{"2026-01-05", "80 1", "42.60 2.5"}},
		{Topic: conformance.Close, Money: []billing.Entry{charged, handed}, AsOf: at, Args: []string{"2026-01"}},
		{Topic: conformance.Close, Money: entries(12), AsOf: at, Args: []string{"2026-01", "2026-01-01T09:00:00+08:00"}},
		{Topic: conformance.Close, Money: entries(13), AsOf: at, Args: []string{"2026-01"}},
		{Topic: conformance.Agenda, AsOf: at, Args: []string{"VC-1.8"}},
		{Topic: conformance.Agenda, AsOf: at, Args: []string{"VC-1.8"}, Done: done(4)},
		{Topic: conformance.Agenda, AsOf: at, Args: []string{"VC-1.8"}, Done: done(5)},
		{Topic: conformance.Finding, History: told("T1"), AsOf: at, Args: []string{"HB-2.2c"}},
		{Topic: conformance.Score, History: told("T1"), AsOf: at, Args: []string{"HB-2.1b", "2026-01"}},
		{Topic: "weather"},
	} {
		fmt.Fprintf(&text, "%s\n%s\n\n", q.Zh(), q.En())
	}
	golden(t, "testdata/words.txt", text.String())
}

// TestAnswers: a departure shows the whole of both answers, also a list that is cut, and a day's end as
// people write it.
func TestAnswers(t *testing.T) {
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	list := func(n int) conformance.Answer {
		return conformance.Answer{IDs: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}[:n]}
	}
	for _, k := range []struct {
		a      conformance.Answer
		zh, en string
	}{
		{conformance.Answer{}, "无", "nothing"},
		{conformance.Answer{N: 2, At: at, State: ticket.Open, Code: "late", IDs: []string{"a"}, Amount: "1.00"},
			"code late，state open，n 2，at 2026-01-05T18:00:00+08:00，ids [a]，amount 1.00", "code late, state open, n 2, at 2026-01-05T18:00:00+08:00, ids [a], amount 1.00"},
		{list(8), "ids [1 2 3 4 5 6 7 8]", "ids [1 2 3 4 5 6 7 8]"},
		{list(9), "ids [1 2 3 4 5 6 7 8 …] (9)", "ids [1 2 3 4 5 6 7 8 …] (9)"},
	} {
		c := conformance.Case{Name: "x", Clause: "TR-4.4c", Want: conformance.Answer{N: 99}}
		d, ok := c.Check(k.a).(*conformance.Departure)
		if !ok || !strings.HasSuffix(d.Explain(true), "实答："+k.zh+"\n") || !strings.HasSuffix(d.Explain(false), "Got: "+k.en+"\n") {
			t.Errorf("%+v:\n%s%s", k.a, d.Explain(true), d.Explain(false))
		}
	}
}
