// Package sampling answers: how many orders are revisited, which, and which on site?
package sampling

import (
	"time"

	"example.com/wuye/rule"
)

// A Bracket covers populations up to UpTo (0: no limit) and takes a fixed number or a share.
type Bracket struct {
	UpTo    int
	Take    int
	Percent int
	Clause  rule.ID
}

type Rounding string

const Up, HalfUp Rounding = "up", "half_up"

// A Scheme is a list of brackets, ascending. 5/30 %/20, a census and a quota are one thing.
type Scheme struct {
	Brackets []Bracket
	Rounding Rounding
	OnSite   int  // per cent of the sample on site, rounded up
	Majority bool // more than that share, not at least (reading on-site-half)
	Clause   rule.ID
}

func Routine() Scheme { // TR-4.4; the readings of its edges are other values of UpTo
	return Scheme{[]Bracket{{20, 5, 0, "TR-4.4a"}, {49, 0, 30, "TR-4.4b"}, {0, 20, 0, "TR-4.4c"}}, Up, 50, false, "TR-4.4d"}
}
func Census() Scheme { return Scheme{[]Bracket{{0, 0, 100, "SP-2.7.1b"}}, Up, 0, false, "SP-2.7.1b"} }
func Quota() Scheme  { return Scheme{[]Bracket{{0, 0, 80, "SP-2.7.1c"}}, Up, 0, false, "SP-2.7.1c"} }

func (s Scheme) Validate() error         { panic("declared, not yet written") }
func (s Scheme) Size(population int) int { panic("declared, not yet written") }

// how many of the sample must be on site
func (s Scheme) Visits(size int) int { panic("declared, not yet written") }

// publish before the month; the key after
func Commit(key string) string { panic("declared, not yet written") }

// SHA-256(key \n scope \n id)
func Rank(key, scope, id string) (r [32]byte) { panic("declared, not yet written") }

func (s Scheme) Draw(key, scope string, ids []string) (Draw, error) {
	panic("declared, not yet written")
}

// A Draw is its own certificate: with the key and the ids anyone can repeat it.
type Draw struct {
	Scope, Commitment string
	Scheme            Scheme
	Population        int
	Digest            string   // SHA-256 of the ids in ascending order, one a line
	Ranked            []string // the sample and as many reserves again, in rank order
	Size, Visits      int      // the first Size are the sample; of these the first Visits on site
}

func (d Draw) ToVisit() []string { panic("declared, not yet written") }
func (d Draw) ToCall() []string  { panic("declared, not yet written") }
func (d Draw) Reserve() []string { panic("declared, not yet written") }

// *Mismatch
func (d Draw) Verify(key string, ids []string) error { panic("declared, not yet written") }
func (d Draw) Coverage(done []Revisit) Coverage      { panic("declared, not yet written") }

type Revisit struct {
	ID      string
	At      time.Time
	Visit   bool
	Reached bool // an attempt that failed is recorded and does not count
	Gone    bool // the order became void
}
type Coverage struct {
	Due, Done, Visits int
	Missing           []string // in rank order
}
type IDError struct{ ID, Why string }  // empty, with a newline, or twice
type Mismatch struct{ ID, Why string } // the first place where a draw is not what its key gives

func (e *IDError) Error() string  { panic("declared, not yet written") }
func (e *IDError) Zh() string     { panic("declared, not yet written") }
func (e *Mismatch) Zh() string    { panic("declared, not yet written") }
func (e *Mismatch) Error() string { panic("declared, not yet written") }
