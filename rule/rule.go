// Package rule answers: which clause says so?
package rule

// An ID names a clause of the source documents, "TR-4.4a". Our own additions begin with "WY-".
type ID string

// what it demands, in one Chinese sentence
func (id ID) Zh() string { panic("declared, not yet written") }
func (id ID) En() string { panic("declared, not yet written") }

// How says what makes a clause hold.
type How string

const (
	Flow, Clock, Ladder, Sample, Money How = "flow", "clock", "ladder", "sample", "money"
	Agenda, Audit, Score, Note         How = "agenda", "audit", "score", "note" // Note: not modelled, and why
)

type Clause struct {
	ID       ID
	Document string // "TR"
	Section  string // "4.4"
	Zh, En   string
	How      []How
}

type Document struct{ Code, Title, Note string }

// A Decision is an ambiguity settled once, without a setting.
type Decision struct {
	Clauses []ID
	Zh, En  string
}

func Lookup(id ID) (Clause, bool) { panic("declared, not yet written") }

// document order, a fresh slice
func Clauses() []Clause     { panic("declared, not yet written") }
func Documents() []Document { panic("declared, not yet written") }
func Decisions() []Decision { panic("declared, not yet written") }

// Zh is the Chinese sentence for any error of this module, "" for others'.
func Zh(err error) string { panic("declared, not yet written") }
