package billing

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestReplayAgainstSlow(t *testing.T) {
	refusals := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		log := randomLog(t, true)
		slow, code, i := slowReplay(log)
		l, err := Replay(log)
		if code != "" {
			refusals[code]++
			r, ok := errors.AsType[*Refusal](err)
			if !ok || r.Code != code || !same(r.Entry, log[i]) {
				t.Fatalf("%v, slowly %s at row %d: %+v", err, code, i, log[i])
			}
			return
		}
		refusals["none"]++
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for c, rows := range l.All() {
			if diff := cmp.Diff(slow[c.Serial].Charge, c) + cmp.Diff(slow[c.Serial].rows, rows); diff != "" {
				t.Fatal(diff)
			}
			if again, ok := l.Charge(c.Serial); !ok || again != c {
				t.Fatal(again, c)
			}
			n++
		}
		if n != len(slow) {
			t.Fatalf("%d serials, slowly %d", n, len(slow))
		}
	})
	t.Log(refusals) // so that a reader sees that every kind is met
}

// A chain of closes over random logs: each as the second version makes it, each charge New
// in exactly one, and what was open and came in is what went somewhere.
func TestCloseAgainstSlow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		log := randomLog(t, false)
		times := map[string]int{} // how often a serial was New
		var since time.Time
		var lastOpen Fen
		var last Statement
		m := calendar.MustMonth("2026-09")
		asOf := on("2026-09-28")
		for range 7 {
			asOf = asOf.Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "asOf")) * time.Hour)
			s, err := Close(log, m, since, asOf)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(slowClose(log, m, since, asOf), s); diff != "" {
				t.Fatalf("%s since %s as of %s (-slow +ours):\n%s", m, since, asOf, diff)
			}
			in := lastOpen + s.Reversed
			for _, c := range s.New {
				in += c.Amount
				times[c.Serial]++
			}
			if out := s.Received + s.Collected + s.Waived + s.Voided + s.Open; in != out {
				t.Fatalf("in %s, out %s: %+v", in, out, s)
			}
			if diff := s.Reconcile(last); diff != nil {
				t.Fatalf("%s after %s: %q", s.Month, last.Month, diff)
			}
			last = s
			for _, c := range s.Late() {
				if c.Month.Compare(m) >= 0 || !slices.Contains(s.New, c) {
					t.Fatal("not late", c)
				}
			}

			// The order of the serials in the log, repeated rows, and whatever is recorded at
			// asOf or later, even nonsense, change no byte.
			bytesOf := func(s Statement) []byte {
				b, err := json.Marshal(s)
				if err != nil {
					t.Fatal(err)
				}
				return b
			}
			other := slices.Clone(log)
			slices.SortStableFunc(other, func(a, b Entry) int {
				return -strings.Compare(a.Serial, b.Serial)
			})
			other = append(other, SeenBefore(log, asOf)...)
			other = append(other, Entry{Serial: "S0", Seq: -5, Recorded: asOf, Type: "nonsense"})
			s2, err := Close(other, m, since, asOf)
			if err != nil || !bytes.Equal(bytesOf(s), bytesOf(s2)) {
				t.Fatalf("%v\n%s\n%s", err, bytesOf(s), bytesOf(s2))
			}
			var back Statement
			if err := json.Unmarshal(bytesOf(s), &back); err != nil || !cmp.Equal(s, back) {
				t.Fatalf("%v: %s", err, cmp.Diff(s, back))
			}
			lastOpen, since, m = s.Open, asOf, m.Add(1)
		}
		// By the last close, of March, everything was seen or is still to come.
		for c, rows := range mustReplayRapid(t, SeenBefore(log, since)).All() {
			charged := slices.ContainsFunc(rows, func(e Entry) bool { return e.Type == Charged })
			if want := map[bool]int{true: 1}[charged && c.Month.Compare(m.Add(-1)) <= 0]; times[c.Serial] != want {
				t.Fatalf("%s was new %d times, want %d", c.Serial, times[c.Serial], want)
			}
		}
	})
}

func mustReplayRapid(t *rapid.T, log []Entry) Ledger {
	l, err := Replay(log)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// Whatever the serials look like, in whatever order their rows stand, they come out as if
// the log stood by serial.
func TestOrderOfSerials(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		long := strings.Repeat("s", 50)
		names := []string{"S", "S ", "S  ", "S1", "S10", "S2", "s", "号1", "号2", "FW-2026-000000001", "FW-2026-000000002", "FW-2026-100000001", "FW-2026-1000000011", "FW-2026-1000000012", long, long + "1", long + "2"}
		var log, mixed []Entry
		var lives [][]Entry
		for _, serial := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 8, rapid.ID).Draw(t, "serials") {
			rows := life(serial, Cash, Quoted, Charged, Received, Booked)[:rapid.IntRange(1, 4).Draw(t, "rows")]
			log = append(log, rows...)
			lives = append(lives, rows)
		}
		slices.SortStableFunc(log, func(a, b Entry) int { return strings.Compare(a.Serial, b.Serial) })
		for len(lives) > 0 { // the next row of any of them
			i := rapid.IntRange(0, len(lives)-1).Draw(t, "next")
			mixed = append(mixed, lives[i][0])
			if lives[i] = lives[i][1:]; len(lives[i]) == 0 {
				lives = slices.Delete(lives, i, i+1)
			}
		}
		want, got := mustReplayRapid(t, log), mustReplayRapid(t, mixed)
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(Ledger{})); diff != "" {
			t.Fatal(diff)
		}
		for _, order := range [][]Entry{log, mixed} {
			s, err := Close(order, october, time.Time{}, on("2026-11-01"))
			if diff := cmp.Diff(slowClose(log, october, time.Time{}, on("2026-11-01")).New, s.New); err != nil || diff != "" {
				t.Fatal(err, diff)
			}
		}
	})
}
