// Package rule answers: which clause says so?
//
// It holds what five handbooks of property-management service desks demand, in our own words, one [Clause] a demand,
// each under an [ID] that never changes: the handbook of customer service and complaints (HB), the hotline rules
// (HL1, HL2, HL3), the villa estate's rules on complaints and revisits (VC), the Tianxiacheng revisit procedure (TR),
// the operating procedure of paid services (SP) and the quality scheme of the service desk (QI). Beside them stand
// the general law that says how periods run (CC, SC) and our own additions (WY), which never borrow a document's name.
//
// An ID is the document, a hyphen, and the number in it: "VC-1.5" is chapter 1, item 5. Where one number demands
// several things each has a letter: "TR-4.4a", in the order of the text; "t" is the time limit of a clause that
// demands something else as well. A bare number, "TR-4.4", means all its letters: [Under] gives them.
//
// The documents' ambiguities that are settled once are [Decisions]; those a site may settle for itself are the
// readings of the root package. Everything a document demands and this module does not judge is here too, with
// [Note] as its How and the reason in its sentence, so that nothing is passed over in silence.
//
// Every error of this module has a Chinese sentence for people: [Zh] finds it however deeply it is wrapped.
package rule

import (
	"fmt"
	"slices"
	"strings"
)

// An ID names a clause of the source documents, "TR-4.4a". Our own additions begin with "WY-".
type ID string

// Zh is what the clause demands, in one Chinese sentence. A bare number gives the sentences of all its letters,
// joined by "；"; an unknown ID gives "".
func (id ID) Zh() string { return id.sentence(func(c Clause) string { return c.Zh }, "；") }

// En is Zh in English, joined by "; ".
func (id ID) En() string { return id.sentence(func(c Clause) string { return c.En }, "; ") }

func (id ID) sentence(text func(Clause) string, sep string) string {
	if i, ok := index[id]; ok {
		return text(clauses[i])
	}
	var all []string
	for _, c := range clauses {
		if c.ID.under(id) {
			all = append(all, text(c))
		}
	}
	return strings.Join(all, sep)
}

// under reports whether id is prefix or stands below it, on the borders of the numbering: TR-4.4a and HL1-4.1 are
// under TR-4.4 and HL1-4, TR-4.40 is not.
func (id ID) under(prefix ID) bool {
	rest, ok := strings.CutPrefix(string(id), string(prefix))
	switch {
	case !ok || prefix == "":
		return false
	case rest == "":
		return true
	case rest[0] == '-': // a document: within a WY- name the hyphen joins words
		return !strings.Contains(string(prefix), "-")
	case rest[0] == '.' || rest[0] == '(':
		return true
	}
	last := prefix[len(prefix)-1]
	return isLetter(rest[0]) && '0' <= last && last <= '9' // the letter is always the end of an ID
}

func isLetter(b byte) bool { return 'a' <= b && b <= 'z' }

// How says what makes a clause hold. A clause may need several.
type How string

const (
	Flow   How = "flow"   // the lifecycle refuses otherwise, or offers the step
	Clock  How = "clock"  // a deadline
	Ladder How = "ladder" // escalation to the next tier
	Sample How = "sample" // revisits: how many, which, by whom, how
	Money  How = "money"  // the money log
	Agenda How = "agenda" // a periodic duty
	Audit  How = "audit"  // only a finished history shows it
	Score  How = "score"  // a monthly figure
	Note   How = "note"   // not modelled; the clause's sentence says why
)

var howLabels = map[How]string{
	Flow: "流程", Clock: "时限", Ladder: "升级", Sample: "回访", Money: "收费",
	Agenda: "定期工作", Audit: "检查", Score: "指标", Note: "未纳入",
}

// Label is the Chinese word, "" for an unknown code.
func (h How) Label() string { return howLabels[h] }

// Valid reports whether h is one of the constants.
func (h How) Valid() bool { return howLabels[h] != "" }

// Force is how strictly a clause binds, by the words of its text; an audit takes its level from it. A clause that is
// not modelled has its text's too: it binds people, and nothing here.
type Force string

const (
	Must   Force = "must"   // 必须 须 需 应 要 不得, or stated as a fact: a violation
	Should Force = "should" // 宜 尽量: a warning
	May    Force = "may"    // 可: a permission, which cannot be broken
)

var forceLabels = map[Force]string{Must: "必须", Should: "宜", May: "可以"}

// Label is the Chinese word, "" for an unknown code.
func (f Force) Label() string { return forceLabels[f] }

// Valid reports whether f is one of the constants.
func (f Force) Valid() bool { return forceLabels[f] != "" }

// A Clause is one demand of one document.
type Clause struct {
	ID       ID
	Document string // code of the Document, "TR"
	Section  string // number in the document, without the letter: "4.4"; empty for SC and WY
	Zh, En   string // what it demands: one sentence, no full stop
	How      []How
	Force    Force
}

// A Document is one source. Title is its own, and Chinese; Zh and En say what it is and where our copy breaks off.
type Document struct{ Code, Title, Zh, En string }

// A Decision is an ambiguity of the documents that we settle once, without a setting. Zh and En say what is decided,
// WhyZh and WhyEn why. Clauses are those it concerns.
type Decision struct {
	Clauses      []ID
	Zh, En       string
	WhyZh, WhyEn string
}

// A Record is a form, book or list that the documents tell people to keep. Is names what keeps it here, as Go writes
// it ("ticket.Reported"): events, or pure views over events. Several are separated by a space.
type Record struct {
	Zh, En  string
	Clauses []ID
	Is      string
}

// Lookup gives the clause with exactly this ID. A bare number whose demands all have letters is not a clause: see Under.
func Lookup(id ID) (Clause, bool) {
	i, ok := index[id]
	if !ok {
		return Clause{}, false
	}
	return fresh(clauses[i]), true
}

// Under gives the clause with this ID and all below it, in document order: "TR-4.4" gives TR-4.4a to TR-4.4d, "HB-2"
// everything of that chapter, "VC" the whole document. It cuts only where the numbering does: TR-4.4 does not give TR-4.40.
func Under(prefix ID) []Clause {
	var out []Clause
	for _, c := range clauses {
		if c.ID.under(prefix) {
			out = append(out, fresh(c))
		}
	}
	return out
}

// Clauses gives all clauses in document order, in a fresh slice.
func Clauses() []Clause {
	out := make([]Clause, len(clauses))
	for i, c := range clauses {
		out[i] = fresh(c)
	}
	return out
}

// Documents gives the sources, in the order of Clauses, in a fresh slice.
func Documents() []Document { return slices.Clone(documents) }

// Decisions gives what is settled once, in a fresh slice.
func Decisions() []Decision {
	out := slices.Clone(decisions)
	for i := range out {
		out[i].Clauses = slices.Clone(out[i].Clauses)
	}
	return out
}

// Records gives the records that the documents name, in a fresh slice.
func Records() []Record {
	out := slices.Clone(records)
	for i := range out {
		out[i].Clauses = slices.Clone(out[i].Clauses)
	}
	return out
}

// Zh is the Chinese sentence for any error of this module, "" for others'. It takes the outermost error in the chain
// has one; the sentences of joined errors are joined by "；". A nil pointer in an error has nothing to say.
func Zh(err error) string {
	if fmt.Sprintf("%p", err) == "0x0" { // its methods would read what is not there
		return ""
	}
	if z, ok := err.(interface{ Zh() string }); ok {
		if s := z.Zh(); s != "" {
			return s
		}
	}
	switch u := err.(type) {
	case interface{ Unwrap() error }:
		return Zh(u.Unwrap())
	case interface{ Unwrap() []error }:
		var all []string
		for _, e := range u.Unwrap() {
			if s := Zh(e); s != "" {
				all = append(all, s)
			}
		}
		return strings.Join(all, "；")
	}
	return ""
}

// clauses is every clause in document order; index finds one by its ID. Neither is written again.
var (
	clauses = compile(handbook, hotline, villa, tianxiacheng, services, quality, law, additions)
	index   = indexOf(clauses)
)

// compile joins the tables and fills in what an ID already says. A clause without a Force binds.
func compile(tables ...[]Clause) []Clause {
	all := slices.Concat(tables...)
	for i := range all {
		c := &all[i]
		c.Document, c.Section, _ = strings.Cut(string(c.ID), "-")
		switch n := len(c.Section); {
		case c.Document == "SC" || c.Document == "WY":
			c.Section = ""
		case n > 1 && isLetter(c.Section[n-1]):
			c.Section = c.Section[:n-1]
		}
		if c.Force == "" {
			c.Force = Must
		}
	}
	return all
}

func indexOf(all []Clause) map[ID]int {
	m := make(map[ID]int, len(all))
	for i, c := range all {
		m[c.ID] = i
	}
	return m
}

func fresh(c Clause) Clause {
	c.How = slices.Clone(c.How)
	return c
}
