package conformance_test

import (
	"errors"
	"fmt"
	"iter"

	"example.com/wuye"
	"example.com/wuye/calendar"
	"example.com/wuye/conformance"
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
