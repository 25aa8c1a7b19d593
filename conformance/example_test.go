package conformance_test

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A tiny backend of somebody else's: it takes 30 % of 50 orders, and whatever is not solved
// goes to the manager, by word of mouth.
func tiny(q conformance.Question) conformance.Answer {
	switch q.Topic {
	case conformance.Size:
		if n := q.N; n > 20 && n <= 50 {
			return conformance.Answer{N: (n*3 + 9) / 10}
		} else if n > 50 {
			return conformance.Answer{N: 20}
		}
		return conformance.Answer{N: min(q.N, 5)}
	case conformance.Step:
		return conformance.Answer{Code: string(ticket.Manager)}
	}
	return conformance.Answer{}
}

func ExampleCases() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range conformance.Cases(desk) {
		if c.Ask.Topic != conformance.Size {
			break // the sizes come first
		}
		if c.Ask.Args[0] != "routine" || len(c.Ask.Args) > 1 {
			continue // the backend has no more than that
		}
		if err := c.Check(tiny(c.Ask)); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
	// TR-4.4c: 50 orders: want 20, got 15
}

func ExampleCase_Check() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range conformance.Cases(desk) {
		if c.Name == "step/unsolved/from supervisor" {
			err := c.Check(tiny(c.Ask)) // the manager: right, but in writing
			fmt.Println(err)
			if d, ok := errors.AsType[*conformance.Departure](err); ok {
				fmt.Println(d.Ask.Topic.Label(), d.Clause, d.Subject, d.Want, d.Got)
			}
			break
		}
	}
	// Output:
	// VC-1.3b: from supervisor: want ids [report], got ids []
	// 升级 VC-1.3b from supervisor ids [report] ids []
}

func ExampleRandom() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	wrong := 0
	for n, c := range enumerate(conformance.Random(desk, 1)) {
		if n == 300 {
			break
		}
		if c.Check(tiny(c.Ask)) != nil {
			wrong++
		}
	}
	fmt.Println(wrong > 200)
	// Output: true
}

func enumerate[T any](s iter.Seq[T]) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		n := 0
		for v := range s {
			if !yield(n, v) {
				return
			}
			n++
		}
	}
}

// A memory is a whole system of somebody else's, small enough to read: it keeps each ticket's
// rows, takes a row if the flow allows it, and says how the clocks stand.
type memory struct {
	desk    *wuye.Desk
	tickets map[string][]ticket.Event
}

// post enters one row on the page of a ticket.
func (m memory) post(id string, e ticket.Event) error {
	rows := append(m.tickets[id], e)
	_, err := ticket.Replay(rows)
	if err == nil {
		m.tickets[id] = rows
	}
	return err
}

// backend answers questions about moves and verdicts, as a test harness calls it.
func (m memory) backend(c conformance.Case) (a conformance.Answer, answered bool) {
	clear(m.tickets)
	if slices.ContainsFunc(c.Ask.History, func(e ticket.Event) bool { return e.Type == ticket.Imported }) {
		return a, false // it takes nothing over
	}
	const id = "T1"
	for _, e := range c.Ask.History {
		if refusal, ok := errors.AsType[*ticket.Refusal](m.post(id, e)); ok {
			a.Code = string(refusal.Code)
			break
		}
	}
	switch c.Ask.Topic {
	case conformance.Move:
		t, _ := ticket.Replay(m.tickets[id])
		a.State = t.State
		return a, true
	case conformance.Verdict:
		verdicts, _ := m.desk.AppendVerdicts(nil, m.tickets[id], c.Ask.AsOf)
		for _, v := range verdicts {
			if v.Clause != rule.ID(c.Ask.Args[0]) {
				continue
			}
			if a.N > 0 {
				a.IDs = append(a.IDs, a.Code) // of an earlier cycle
			}
			a.N, a.Code, a.At = a.N+1, string(v.Status), v.Due.At
		}
		return a, true
	}
	return a, false
}

func ExampleExamine() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	m := memory{desk, map[string][]ticket.Event{}}
	cases := slices.Collect(conformance.Cases(desk))
	r := conformance.Examine(slices.Values(cases), m.backend)
	fmt.Println("moves and verdicts:", r.Right > 5000, "departures:", r.Departed, "not answered, but asked:", r.Unanswered > 2000)

	// The same system, that says of everything done at the last instant that it is late.
	r = conformance.Examine(slices.Values(cases), func(c conformance.Case) (conformance.Answer, bool) {
		a, answered := m.backend(c)
		if a.Code == "running" && c.Ask.AsOf.Equal(a.At) {
			a.Code = "breached"
		}
		return a, answered
	})
	fmt.Println(r.Convicted())
	// Output:
	// moves and verdicts: true departures: 0 not answered, but asked: true
	// [CC-1259]
}

func ExampleReport_Convicted() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	sizes := func(yield func(conformance.Case) bool) {
		for c := range conformance.Cases(desk) {
			if c.Ask.Topic != conformance.Size || !yield(c) {
				return
			}
		}
	}
	r := conformance.Examine(sizes, func(c conformance.Case) (conformance.Answer, bool) {
		return tiny(c.Ask), c.Ask.Args[0] == "routine" && len(c.Ask.Args) == 1
	})
	fmt.Println(r.Convicted(), r.Right, r.Departed, r.Unanswered > 0)
	// Output: [TR-4.4c] 14 1 true
}

func ExampleDeparture_Explain() {
	desk, err := wuye.New(calendar.China(), wuye.Standard())
	if err != nil {
		fmt.Println(err)
		return
	}
	for c := range conformance.Cases(desk) {
		if c.Name != "due/1 working day/day before a make-up day, 2026-01-03 16:00" {
			continue
		}
		wrong := c.Want
		wrong.At = wrong.At.AddDate(0, 0, 1) // Monday, as if Sunday the 4th were not worked
		if d, ok := errors.AsType[*conformance.Departure](c.Check(wrong)); ok {
			fmt.Print(d.Explain(true))
			fmt.Print(d.Explain(false))
		}
		break
	}
	// Output:
	// SC-days 哪天上班，以国务院的放假办法和当年的放假通知为准。
	//   题目：due/1 working day/day before a make-up day, 2026-01-03 16:00
	//   所问：期限1个工作日，自2026-01-03 16:00起算，何时届满？
	//   应答：code day，at 2026-01-05T00:00:00+08:00
	//       － 2026-01-03 16:00 – 2026-01-04 00:00 首日不计
	//       ＋ 2026-01-04 00:00 – 2026-01-05 00:00 补班
	//   实答：code day，at 2026-01-06T00:00:00+08:00
	// SC-days Which days are worked follows the State Council's regulation and the year's notices.
	//   Case: due/1 working day/day before a make-up day, 2026-01-03 16:00
	//   Asked: When does a limit of 1 working day end that begins at 2026-01-03 16:00?
	//   Want: code day, at 2026-01-05T00:00:00+08:00
	//       － 2026-01-03 16:00 – 2026-01-04 00:00 首日不计
	//       ＋ 2026-01-04 00:00 – 2026-01-05 00:00 补班
	//   Got: code day, at 2026-01-06T00:00:00+08:00
}

func ExampleQuestion_Zh() {
	q := conformance.Question{Topic: conformance.Step, Args: []string{"supervisor", "unsolved"}}
	fmt.Println(q.Zh())
	// Output: 客服主管手上的事：无法解决，由谁接手？
}

func ExampleQuestion_En() {
	q := conformance.Question{Topic: conformance.Size, N: 50, Args: []string{"routine"}}
	fmt.Println(q.En())
	// Output: Of 50 orders, how many are revisited by the scheme routine?
}

func ExampleParseReply() {
	for _, line := range []string{`{"name":"size/routine/50 orders","answer":{"n":20}}`, `{"name":"size/routine/50 orders"}`, `{"name":"size/routine/50 orders","answer":{"n":"20"}}`} {
		r, err := conformance.ParseReply([]byte(line))
		fmt.Println(r.Name, r.Given, r.Answer.N, err)
	}
	// Output:
	// size/routine/50 orders true 20 <nil>
	// size/routine/50 orders false 0 <nil>
	//  false 0 conformance: answer.n: must be a whole number, not "20"
}

func ExampleTopic_Label() {
	fmt.Println(conformance.Verdict.Label(), conformance.Topic("weather").Valid())
	// Output: 是否按时 false
}
