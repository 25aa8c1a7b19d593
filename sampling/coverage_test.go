package sampling

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// on is an instant in November 2026, by the clock on the wall in China.
func on(day, hour int) time.Time {
	return time.Date(2026, 11, day, hour, 0, 0, 0, time.FixedZone("UTC+8", 8*3600))
}

// failed are three attempts on two days that reach nobody; the last is at that instant.
func failed(id string, last time.Time) []Revisit {
	return []Revisit{{ID: id, At: last.Add(-25 * time.Hour)}, {ID: id, At: last.Add(-24 * time.Hour)}, {ID: id, At: last}}
}

// letters is a draw of two of six orders, one on site: A and B, with C and D in reserve.
func letters() Draw {
	return Draw{Population: 6, Ranked: []string{"A", "B", "C", "D"}, Size: 2, Visits: 1}
}

func TestCoverage(t *testing.T) {
	reached := func(id string, at time.Time) Revisit { return Revisit{ID: id, At: at, Reached: true} }
	visited := func(id string, at time.Time) Revisit {
		return Revisit{ID: id, At: at, Reached: true, Visit: true}
	}
	gone := func(id string, at time.Time) Revisit { return Revisit{ID: id, At: at, Gone: true} }
	closed := func(id string, at time.Time) Revisit { return Revisit{ID: id, At: at, Closed: true} }
	slot := func(visit, done bool, orders ...string) Slot { return Slot{orders, visit, done} }

	for _, c := range []struct {
		name string
		done [][]Revisit
		want Coverage
	}{
		{"nothing yet", nil,
			Coverage{2, 0, 0, []string{"A", "B"}, nil, []Slot{slot(true, false, "A"), slot(false, false, "B")}}},
		{"both, one on site", [][]Revisit{{visited("A", on(1, 9)), reached("B", on(1, 10))}},
			Coverage{2, 2, 1, nil, nil, []Slot{slot(true, true, "A"), slot(false, true, "B")}}},
		{"twice is once, and on site if either was", [][]Revisit{{reached("A", on(1, 9)), visited("A", on(2, 9))}},
			Coverage{2, 1, 1, []string{"B"}, nil, []Slot{slot(true, true, "A"), slot(false, false, "B")}}},
		{"a reserve that nobody called on counts nothing", [][]Revisit{{visited("C", on(1, 9)), visited("Z", on(1, 9))}},
			Coverage{2, 0, 0, []string{"A", "B"}, nil, []Slot{slot(true, false, "A"), slot(false, false, "B")}}},
		{"two attempts are not three", [][]Revisit{failed("A", on(2, 9))[1:]},
			Coverage{2, 0, 0, []string{"A", "B"}, nil, []Slot{slot(true, false, "A"), slot(false, false, "B")}}},
		{"three on one day are not on two", [][]Revisit{{{ID: "A", At: on(1, 0)}, {ID: "A", At: on(1, 12)}, {ID: "A", At: on(1, 23)}}},
			Coverage{2, 0, 0, []string{"A", "B"}, nil, []Slot{slot(true, false, "A"), slot(false, false, "B")}}},
		{"a day is a day in China: 23:00 and 00:00", [][]Revisit{{{ID: "A", At: on(1, 22)}, {ID: "A", At: on(1, 23).UTC()}, {ID: "A", At: on(2, 0).UTC()}}},
			Coverage{2, 0, 0, []string{"B", "C"}, nil, []Slot{slot(true, false, "A", "C"), slot(false, false, "B")}}},
		{"the substitute takes the place and its mode", [][]Revisit{failed("A", on(2, 9)), {visited("C", on(3, 9))}},
			Coverage{2, 1, 1, []string{"B"}, nil, []Slot{slot(true, true, "A", "C"), slot(false, false, "B")}}},
		{"reserves in the order of giving up, not of rank", [][]Revisit{failed("A", on(3, 9)), failed("B", on(2, 9))},
			Coverage{2, 0, 0, []string{"C", "D"}, nil, []Slot{slot(true, false, "A", "D"), slot(false, false, "B", "C")}}},
		{"at one instant by rank", [][]Revisit{failed("B", on(2, 9)), failed("A", on(2, 9))},
			Coverage{2, 0, 0, []string{"C", "D"}, nil, []Slot{slot(true, false, "A", "C"), slot(false, false, "B", "D")}}},
		{"a substitute gives up too", [][]Revisit{failed("A", on(2, 9)), failed("C", on(4, 9))},
			Coverage{2, 0, 0, []string{"B", "D"}, nil, []Slot{slot(true, false, "A", "C", "D"), slot(false, false, "B")}}},
		{"no reserve left: it stays due", [][]Revisit{failed("A", on(2, 9)), failed("B", on(3, 9)), failed("C", on(4, 9))},
			Coverage{2, 0, 0, []string{"C", "D"}, nil, []Slot{slot(true, false, "A", "C"), slot(false, false, "B", "D")}}},
		{"reached after he was given up: his place is done", [][]Revisit{failed("A", on(2, 9)), {reached("A", on(3, 9))}},
			Coverage{2, 1, 0, []string{"B"}, nil, []Slot{slot(true, true, "A", "C"), slot(false, false, "B")}}},
		{"reached at last: no place is given up", [][]Revisit{failed("A", on(2, 9))[:2], {reached("A", on(2, 9))}, {{ID: "A", At: on(2, 10)}}},
			Coverage{2, 1, 0, []string{"B"}, nil, []Slot{slot(true, true, "A"), slot(false, false, "B")}}},
		{"void: the next rank", [][]Revisit{{gone("B", on(1, 9))}},
			Coverage{2, 0, 0, []string{"A", "C"}, nil, []Slot{slot(true, false, "A"), slot(false, false, "B", "C")}}},
		{"void after it was revisited: it was done", [][]Revisit{{reached("B", on(1, 9)), gone("B", on(1, 10))}},
			Coverage{2, 1, 0, []string{"A"}, nil, []Slot{slot(true, false, "A"), slot(false, true, "B")}}},
		{"a void reserve is passed over", [][]Revisit{{gone("C", on(1, 8)), gone("B", on(1, 9))}},
			Coverage{2, 0, 0, []string{"A", "D"}, nil, []Slot{slot(true, false, "A"), slot(false, false, "B", "D")}}},
		{"a reserve that becomes void at that very moment too", [][]Revisit{{gone("C", on(1, 9)), gone("B", on(1, 9))}},
			Coverage{2, 0, 0, []string{"A", "D"}, nil, []Slot{slot(true, false, "A"), slot(false, false, "B", "D")}}},
		{"a substitute that becomes void is replaced", [][]Revisit{{gone("B", on(1, 9)), gone("C", on(1, 10))}},
			Coverage{2, 0, 0, []string{"A", "D"}, nil, []Slot{slot(true, false, "A"), slot(false, false, "B", "C", "D")}}},
		{"void without a reserve is no longer owed", [][]Revisit{{gone("A", on(1, 9)), gone("B", on(1, 9)), gone("C", on(1, 10))}},
			Coverage{1, 0, 0, []string{"D"}, nil, []Slot{slot(true, false, "A", "C"), slot(false, false, "B", "D")}}},
		{"closed as missed: no longer due, not done, and nobody takes the place", [][]Revisit{{closed("A", on(2, 9))}, failed("A", on(4, 9))},
			Coverage{2, 0, 0, []string{"B"}, []string{"A"}, []Slot{slot(true, false, "A"), slot(false, false, "B")}}},
		{"given up before it was closed: the next rank", [][]Revisit{failed("A", on(2, 9)), {closed("A", on(2, 9))}},
			Coverage{2, 0, 0, []string{"B", "C"}, nil, []Slot{slot(true, false, "A", "C"), slot(false, false, "B")}}},
		{"a substitute closed as missed", [][]Revisit{failed("A", on(2, 9)), {closed("C", on(4, 9))}},
			Coverage{2, 0, 0, []string{"B"}, []string{"C"}, []Slot{slot(true, false, "A", "C"), slot(false, false, "B")}}},
		{"closed, and reached all the same", [][]Revisit{{closed("A", on(2, 9)), visited("A", on(3, 9))}},
			Coverage{2, 1, 1, []string{"B"}, nil, []Slot{slot(true, true, "A"), slot(false, false, "B")}}},
		{"void after it was closed: it stays closed", [][]Revisit{{closed("A", on(2, 9)), gone("A", on(3, 9))}},
			Coverage{2, 0, 0, []string{"B"}, []string{"A"}, []Slot{slot(true, false, "A"), slot(false, false, "B")}}},
		{"a place that is done gives up nothing", [][]Revisit{failed("A", on(2, 9)), {reached("A", on(3, 9))}, failed("C", on(5, 9)), failed("B", on(7, 9))},
			Coverage{2, 1, 0, []string{"D"}, nil, []Slot{slot(true, true, "A", "C"), slot(false, false, "B", "D")}}},
		{"done at the very moment", [][]Revisit{failed("A", on(2, 9)), {reached("A", on(5, 9))}, failed("C", on(5, 9))},
			Coverage{2, 1, 0, []string{"B"}, nil, []Slot{slot(true, true, "A", "C"), slot(false, false, "B")}}},
		{"done a moment too late", [][]Revisit{failed("A", on(2, 9)), {reached("A", on(5, 9).Add(1))}, failed("C", on(5, 9))},
			Coverage{2, 1, 0, []string{"B"}, nil, []Slot{slot(true, true, "A", "C", "D"), slot(false, false, "B")}}},
		{"a reserve revisited before makes the place done at once", [][]Revisit{{visited("C", on(1, 9))}, failed("A", on(2, 9))},
			Coverage{2, 1, 1, []string{"B"}, nil, []Slot{slot(true, true, "A", "C"), slot(false, false, "B")}}},
		{"a void order that was reached all the same", [][]Revisit{{gone("A", on(1, 9)), reached("A", on(2, 9))}},
			Coverage{2, 1, 0, []string{"B"}, nil, []Slot{slot(true, true, "A", "C"), slot(false, false, "B")}}},
		{"an attempt given twice is two", [][]Revisit{failed("A", on(2, 9))[1:], failed("A", on(2, 9))[2:]},
			Coverage{2, 0, 0, []string{"B", "C"}, nil, []Slot{slot(true, false, "A", "C"), slot(false, false, "B")}}},
		{"a reserve closed before comes in closed", [][]Revisit{{closed("C", on(1, 8))}, failed("A", on(2, 9)), {gone("C", on(3, 9))}},
			Coverage{2, 0, 0, []string{"B"}, []string{"C"}, []Slot{slot(true, false, "A", "C"), slot(false, false, "B")}}},
		{"a reserve closed and then void is passed over", [][]Revisit{{closed("C", on(1, 8)), gone("C", on(1, 9))}, failed("A", on(2, 9))},
			Coverage{2, 0, 0, []string{"B", "D"}, nil, []Slot{slot(true, false, "A", "D"), slot(false, false, "B")}}},
		{"a reserve closed and then given up is passed over", [][]Revisit{{closed("C", on(1, 7))}, failed("C", on(2, 8)), failed("A", on(2, 9))},
			Coverage{2, 0, 0, []string{"B", "D"}, nil, []Slot{slot(true, false, "A", "D"), slot(false, false, "B")}}},
		{"an attempt is none when it is closed", [][]Revisit{failed("A", on(2, 9))[:2], {closed("A", on(2, 9))}},
			Coverage{2, 0, 0, []string{"B"}, []string{"A"}, []Slot{slot(true, false, "A"), slot(false, false, "B")}}},
	} {
		if got := letters().Coverage(slices.Concat(c.done...)); gocmp.Diff(c.want, got) != "" {
			t.Errorf("%s: %s", c.name, gocmp.Diff(c.want, got))
		}
	}
}

// TestWY_unreachable: three attempts on two days, then the next rank, in the mode of the place.
func TestWY_unreachable(t *testing.T) {
	d, err := Routine().Draw(goldenKey, goldenScope, numbered(37))
	if err != nil {
		t.Fatal(err)
	}
	// PG010 is to be visited and cannot be reached; the first reserve is PG034.
	c := d.Coverage(failed("PG010", on(3, 9)))
	want := Slot{Orders: []string{"PG010", "PG034"}, Visit: true}
	if diff := gocmp.Diff(want, c.Slots[0]); diff != "" {
		t.Error(diff)
	}
	if c.Due != 12 || c.Done != 0 || c.Missing[11] != "PG034" {
		t.Errorf("%+v", c)
	}
	// One nanosecond before midnight it is still the first day.
	edge := failed("PG010", on(3, 0).Add(-time.Nanosecond))
	edge[0].At, edge[1].At = on(2, 9), on(2, 10)
	if c := d.Coverage(edge); len(c.Slots[0].Orders) != 1 {
		t.Errorf("%+v", c.Slots[0])
	}
	edge[2].At = on(3, 0)
	if c := d.Coverage(edge); len(c.Slots[0].Orders) != 2 {
		t.Errorf("%+v", c.Slots[0])
	}
}

// A census has no reserves: whoever cannot be reached stays due, however often he was tried,
// until a supervisor closes him as missed, which is not a revisit. Every order is owed one.
func TestCensusCoverage(t *testing.T) {
	d, err := Census().Draw(goldenKey, goldenScope, numbered(3)) // in rank order PG001, PG003, PG002
	if err != nil {
		t.Fatal(err)
	}
	ids := d.Ranked
	rows := slices.Concat([]Revisit{{ID: ids[0], At: on(1, 9), Reached: true}}, failed(ids[1], on(3, 9)), failed(ids[1], on(9, 9)))
	want := Coverage{Due: 3, Done: 1, Missing: ids[1:], Slots: []Slot{{ids[:1], false, true}, {ids[1:2], false, false}, {ids[2:], false, false}}}
	if diff := gocmp.Diff(want, d.Coverage(rows)); diff != "" {
		t.Error("stays due:", diff)
	}
	want.Missing, want.Closed = ids[2:], ids[1:2]
	if diff := gocmp.Diff(want, d.Coverage(append(rows, Revisit{ID: ids[1], At: on(10, 9), Closed: true}))); diff != "" {
		t.Error("closed as missed:", diff)
	}
	want.Due, want.Missing, want.Closed = 2, nil, ids[1:2]
	if diff := gocmp.Diff(want, d.Coverage(append(rows, Revisit{ID: ids[1], At: on(10, 9), Closed: true}, Revisit{ID: ids[2], At: on(10, 9), Gone: true}))); diff != "" {
		t.Error("void, so no longer owed:", diff)
	}
}

// Under the reading counts an attempt is as good as a revisit: the caller passes it as reached.
func TestAttemptsCount(t *testing.T) {
	rows := failed("A", on(2, 9))
	for i := range rows {
		rows[i].Reached = true
	}
	c := letters().Coverage(rows)
	if c.Done != 1 || len(c.Slots[0].Orders) != 1 || c.Visits != 0 {
		t.Errorf("%+v", c)
	}
}

// slowCoverage goes from instant to instant and asks each time anew what is known by then.
func slowCoverage(d Draw, done []Revisit) Coverage {
	type known struct{ reached, onSite, gone, closed, unreachable bool }
	at := func(id string, t time.Time) (k known) {
		any := func(t time.Time, is func(Revisit) bool) bool {
			return slices.ContainsFunc(done, func(r Revisit) bool { return r.ID == id && !r.At.After(t) && is(r) })
		}
		reached := func(r Revisit) bool { return r.Reached && !r.Gone && !r.Closed }
		gone := func(r Revisit) bool { return r.Gone && !any(r.At, reached) }
		k.reached = any(t, reached)
		k.onSite = any(t, func(r Revisit) bool { return reached(r) && r.Visit })
		k.gone = any(t, gone)
		k.closed = any(t, func(r Revisit) bool { return r.Closed && !r.Gone && !any(r.At, gone) })
		attempts, days := 0, map[string]bool{}
		for _, r := range done {
			if r.ID == id && !r.At.After(t) && !r.Gone && !r.Closed && !r.Reached && !any(r.At, reached) {
				attempts++
				days[r.At.UTC().Add(8*time.Hour).Format(time.DateOnly)] = true
			}
		}
		k.unreachable = attempts >= 3 && len(days) >= 2
		return k
	}
	var instants []time.Time
	for _, r := range done {
		instants = append(instants, r.At)
	}
	slices.SortFunc(instants, time.Time.Compare)
	instants = slices.CompactFunc(instants, time.Time.Equal)

	reserves := d.Ranked[d.Size:]
	var slots []Slot
	for i, id := range d.Ranked[:d.Size] {
		slots = append(slots, Slot{Orders: []string{id}, Visit: i < d.Visits})
	}
	shut := make([]bool, len(slots)) // its holder was closed in time
	rank := func(s int) int { return slices.Index(d.Ranked, slots[s].Orders[len(slots[s].Orders)-1]) }
	for _, now := range instants {
		open := make([]int, 0, len(slots))
		for s := range slots {
			open = append(open, s)
		}
		slices.SortFunc(open, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
		for _, s := range open {
			isDone := slices.ContainsFunc(slots[s].Orders, func(id string) bool { return at(id, now).reached })
			if k := at(d.Ranked[rank(s)], now); shut[s] || isDone || !k.gone && !k.unreachable {
				continue
			}
			for len(reserves) > 0 {
				next := reserves[0]
				reserves = reserves[1:]
				if k := at(next, now); !k.gone && !k.unreachable {
					slots[s].Orders = append(slots[s].Orders, next)
					break
				}
			}
		}
		for s := range slots {
			shut[s] = shut[s] || at(d.Ranked[rank(s)], now).closed
		}
	}
	c := Coverage{Slots: slots}
	var missing, closed []int
	for s := range slots {
		var onSite bool
		for _, id := range slots[s].Orders {
			k := at(id, on(30, 0))
			slots[s].Done = slots[s].Done || k.reached
			onSite = onSite || k.onSite
		}
		if slots[s].Done {
			c.Due++
			c.Done++
			if onSite {
				c.Visits++
			}
		} else if k := at(d.Ranked[rank(s)], on(30, 0)); !k.gone || k.closed {
			c.Due++
			if k.closed {
				closed = append(closed, rank(s))
			} else {
				missing = append(missing, rank(s))
			}
		}
	}
	slices.Sort(missing)
	for _, i := range missing {
		c.Missing = append(c.Missing, d.Ranked[i])
	}
	slices.Sort(closed)
	for _, i := range closed {
		c.Closed = append(c.Closed, d.Ranked[i])
	}
	return c
}

func TestCoverageProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := Draw{Ranked: numbered(rapid.IntRange(1, 9).Draw(t, "ranked"))}
		d.Size = rapid.IntRange(0, len(d.Ranked)).Draw(t, "size")
		d.Visits = rapid.IntRange(0, d.Size).Draw(t, "visits")
		done := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Revisit {
			kind := rapid.IntRange(0, 9).Draw(t, "kind") // most attempts fail
			return Revisit{
				ID:    fmt.Sprintf("PG%03d", rapid.IntRange(1, 10).Draw(t, "order")),
				At:    on(rapid.IntRange(1, 2).Draw(t, "day"), rapid.IntRange(0, 5).Draw(t, "hour")),
				Visit: rapid.Bool().Draw(t, "visit"), Reached: kind == 0, Gone: kind == 1, Closed: kind == 2,
			}
		}), 0, 50).Draw(t, "done")
		got := d.Coverage(done)
		if got.Slots != nil && len(got.Slots) == 0 {
			got.Slots = nil
		}
		if diff := gocmp.Diff(slowCoverage(d, done), got); diff != "" {
			t.Fatal(diff)
		}
		if again := d.Coverage(rapid.Permutation(done).Draw(t, "permuted")); len(got.Slots) > 0 && gocmp.Diff(got, again) != "" {
			t.Fatal("hangs on the order of the rows:", gocmp.Diff(got, again))
		}
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		var back Coverage
		if err := json.Unmarshal(text, &back); err != nil || gocmp.Diff(got, back) != "" {
			t.Fatal(err, gocmp.Diff(got, back))
		}
	})
}
