package rule_test

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"example.com/wuye/rule"
	"github.com/google/go-cmp/cmp"
)

func TestClauses(t *testing.T) {
	seen, zh, en := map[rule.ID]bool{}, map[string]rule.ID{}, map[string]rule.ID{}
	for _, c := range rule.Clauses() {
		if seen[c.ID] {
			t.Errorf("%s: two clauses share the ID", c.ID)
		}
		seen[c.ID] = true
		if other := zh[c.Zh] + en[c.En]; other != "" {
			t.Errorf("%s: says the same as %s, so a reader cannot tell them apart", c.ID, other)
		}
		zh[c.Zh], en[c.En] = c.ID, c.ID
		sentence(t, string(c.ID), c.Zh, c.En)

		if len(c.How) == 0 {
			t.Errorf("%s: nothing makes it hold", c.ID)
		}
		for i, h := range c.How {
			if !h.Valid() || slices.Contains(c.How[:i], h) {
				t.Errorf("%s: how %q is unknown or stands twice", c.ID, h)
			}
		}
		if !c.Force.Valid() {
			t.Errorf("%s: force %q is unknown", c.ID, c.Force)
		}
		note := slices.Contains(c.How, rule.Note)
		if note && len(c.How) > 1 {
			t.Errorf("%s: not modelled and %v", c.ID, c.How)
		}
		if note != strings.Contains(c.Zh, "（未纳入：") || note != strings.Contains(c.En, "(not modelled: ") {
			t.Errorf("%s: a clause that is not modelled says why, and no other does: %s / %s", c.ID, c.Zh, c.En)
		}
	}
}

// sentence checks what every text of this package has in common: both languages are there, one sentence without a
// full stop, so that it can stand in a list, a table or a longer sentence; Chinese has full-width punctuation.
func sentence(t *testing.T, where, zh, en string) {
	t.Helper()
	if zh == "" || en == "" {
		t.Errorf("%s: a language is missing: %q %q", where, zh, en)
		return
	}
	if !strings.ContainsFunc(zh, han) || halfWidth.MatchString(zh) || strings.HasSuffix(zh, "；") {
		t.Errorf("%s: Chinese with half-width punctuation, a space or a full stop: %s", where, zh)
	}
	if strings.HasSuffix(en, ".") || strings.TrimSpace(en) != en || strings.Contains(en, "  ") {
		t.Errorf("%s: English with a full stop or stray spaces: %q", where, en)
	}
	if strings.ContainsAny(en, "，；：（）、") {
		t.Errorf("%s: English with Chinese punctuation: %s", where, en)
	}
	// The words that a clause is about may be quoted: what 以上 includes cannot be said otherwise.
	if strings.ContainsFunc(en, han) && !strings.Contains(en, "以上") && !strings.Contains(en, "设施故障") {
		t.Errorf("%s: Chinese in the English: %s", where, en)
	}
}

// halfWidth leaves alone the point and the colon within numbers: TR-4.4, 23:50.
var halfWidth = regexp.MustCompile(`[ ,;!?()。]|[.:](\D|$)`)

func han(r rune) bool { return unicode.Is(unicode.Han, r) }

// The level of a finding hangs on this list: everything else binds.
func TestForce(t *testing.T) {
	got := map[rule.Force][]rule.ID{}
	for _, c := range rule.Clauses() {
		if c.Force != rule.Must {
			got[c.Force] = append(got[c.Force], c.ID)
		}
	}
	want := map[rule.Force][]rule.ID{
		rule.Should: {"VC-3.6", "TR-4.9.2", "TR-4.9.3"}, // 尽量减少, 尽可能少, 以…为宜
		rule.May: {
			"SP-2.7.2",  // 可采用
			"QI-A.21",   // 可保持
			"CC-204",    // parties may agree otherwise
			"WY-import", // a way in, for who wants it
			"WY-caller",
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("clauses that do not bind (-want +got):\n%s", diff)
	}
}

func TestDocumentAndSection(t *testing.T) {
	for id, want := range map[rule.ID][2]string{
		"TR-4.4a": {"TR", "4.4"}, "TR-4.8t": {"TR", "4.8"}, "HL1-4.1": {"HL1", "4.1"}, "HB-4": {"HB", "4"},
		"SP-1a": {"SP", "1"}, "SP-2.1(3)": {"SP", "2.1(3)"}, "SP-2.6.1.1c": {"SP", "2.6.1.1"}, "QI-A.3b": {"QI", "A.3"},
		"CC-1259": {"CC", "1259"}, "SC-days": {"SC", ""}, "WY-own-work": {"WY", ""},
	} {
		c, ok := rule.Lookup(id)
		if !ok || c.Document != want[0] || c.Section != want[1] {
			t.Errorf("%s: document %q section %q, want %q", id, c.Document, c.Section, want)
		}
	}

	var codes []string // the documents stand in the order of their clauses, and each has some
	for _, c := range rule.Clauses() {
		if len(codes) == 0 || codes[len(codes)-1] != c.Document {
			codes = append(codes, c.Document)
		}
	}
	var want []string
	for _, d := range rule.Documents() {
		want = append(want, d.Code)
		if d.Title == "" {
			t.Errorf("%s: no title", d.Code)
		}
		sentence(t, d.Code, d.Zh, d.En)
	}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("documents and their clauses (-documents +clauses):\n%s", diff)
	}
}

func TestLookup(t *testing.T) {
	for _, want := range rule.Clauses() {
		got, ok := rule.Lookup(want.ID)
		if diff := cmp.Diff(want, got); !ok || diff != "" {
			t.Errorf("%s: %v\n%s", want.ID, ok, diff)
		}
		if want.ID.Zh() != want.Zh || want.ID.En() != want.En {
			t.Errorf("%s: its sentences are not its clause's", want.ID)
		}
	}
	for _, id := range []rule.ID{"", "TR", "TR-4.4", "TR-4.4e", "tr-4.4a", "TR-4.4a ", "WY", "WY-own"} {
		if c, ok := rule.Lookup(id); ok || c.ID != "" {
			t.Errorf("%q: found %s", id, c.ID)
		}
	}
	if zh, en := rule.ID("TR-9").Zh(), rule.ID("").En(); zh != "" || en != "" {
		t.Errorf("an unknown ID says %q, %q", zh, en)
	}
}

// What a caller does to an answer must not reach the next caller.
func TestFresh(t *testing.T) {
	before := fmt.Sprint(rule.Clauses(), rule.Documents(), rule.Decisions(), rule.Records())
	c, _ := rule.Lookup("HB-2.2c")
	c.How[0] = "x"
	rule.Under("HB-2.2c")[0].How[0] = "x"
	all := rule.Clauses()
	all[0].ID, all[2].How[0] = "x", "x"
	rule.Documents()[0].Code = "x"
	d := rule.Decisions()
	d[0].Zh, d[0].Clauses[0] = "x", "x"
	r := rule.Records()
	r[0].Zh, r[0].Clauses[0] = "x", "x"
	if diff := cmp.Diff(before, fmt.Sprint(rule.Clauses(), rule.Documents(), rule.Decisions(), rule.Records())); diff != "" {
		t.Errorf("a caller changed the tables:\n%s", diff)
	}
}

func TestUnder(t *testing.T) {
	for prefix, want := range map[rule.ID]string{
		"TR-4.4":    "TR-4.4a TR-4.4b TR-4.4c TR-4.4d",
		"TR-4.4a":   "TR-4.4a",
		"TR-4.8":    "TR-4.8 TR-4.8t", // and not TR-4.9.3
		"TR-4.9":    "TR-4.9.1 TR-4.9.2 TR-4.9.3",
		"HL1-4":     "HL1-4.1 HL1-4.2 HL1-4.3 HL1-4.4",
		"SP-2.6.1":  "SP-2.6.1.1a SP-2.6.1.1b SP-2.6.1.1c SP-2.6.1.2 SP-2.6.1.3 SP-2.6.1.4 SP-2.6.1.5",
		"SP-2.1":    "SP-2.1 SP-2.1(3)",
		"SP-1":      "SP-1a SP-1b",
		"VC-3.1":    "VC-3.1 VC-3.1b",
		"QI-A.1":    "QI-A.1", // and not QI-A.10
		"QI-A.3":    "QI-A.3a QI-A.3b",
		"QI-2":      "QI-2.1 QI-2.2 QI-2.3 QI-2.4 QI-2.5",
		"CC":        "CC-201 CC-202 CC-203 CC-204 CC-1259",
		"CC-20":     "",
		"SC":        "SC-days",
		"HL":        "", // HL1, HL2 and HL3 are three documents
		"H":         "",
		"WY-own":    "", // a word is not a number
		"TR-":       "",
		"TR-4.":     "",
		"TR-4.4a.1": "",
		"":          "",
	} {
		if got := under(prefix); got != want {
			t.Errorf("under %q: %s, want %s", prefix, got, want)
		}
	}

	// Everything a prefix can be, beside a slow version that takes the numbering apart.
	for _, c := range rule.Clauses() {
		for i := range len(c.ID) + 1 {
			prefix := c.ID[:i]
			var want []string
			for _, o := range rule.Clauses() {
				p, n := parts(prefix), parts(o.ID)
				if p != nil && len(p) <= len(n) && slices.Equal(p, n[:len(p)]) {
					want = append(want, string(o.ID))
				}
			}
			if got := under(prefix); got != strings.Join(want, " ") {
				t.Errorf("under %q: %s, want %s", prefix, got, want)
			}
		}
	}
}

func under(prefix rule.ID) string {
	var ids []string
	for _, c := range rule.Under(prefix) {
		ids = append(ids, string(c.ID))
	}
	return strings.Join(ids, " ")
}

var number = regexp.MustCompile(`^([A-Z]{2}[1-3]?)(?:-(?:([a-z-]*[a-z])|([0-9]+|[A-Z])((?:\.[0-9]+)*)(\([0-9]+\))?([a-z])?))?$`)

// parts takes an ID apart: SP-2.6.1.1a is SP, 2, 6, 1, 1, a. What is no ID has none.
func parts(id rule.ID) []string {
	m := number.FindStringSubmatch(string(id))
	if m == nil {
		return nil
	}
	return strings.Fields(strings.Join([]string{m[1], m[2], m[3], strings.ReplaceAll(m[4], ".", " "), m[5], m[6]}, " "))
}

// The text's own order: within a document each clause stands after the one before. WY has no numbers.
func TestOrder(t *testing.T) {
	var last rule.Clause
	for _, c := range rule.Clauses() {
		if c.Document == last.Document && c.Document != "WY" && !before(parts(last.ID), parts(c.ID)) {
			t.Errorf("%s stands before %s", last.ID, c.ID)
		}
		last = c
	}
}

// before compares part by part: numbers by value, a chapter named by a letter (QI-A) before the numbered ones, as it
// does in the text.
func before(a, b []string) bool {
	for i := range min(len(a), len(b)) {
		if a[i] == b[i] {
			continue
		}
		if d, e := digits(a[i]), digits(b[i]); d != e {
			return !d
		} else if d && len(a[i]) != len(b[i]) {
			return len(a[i]) < len(b[i])
		}
		return a[i] < b[i]
	}
	return len(a) < len(b)
}

func digits(s string) bool { return s[0] >= '0' && s[0] <= '9' }

func TestDecisions(t *testing.T) {
	seen := map[string]bool{}
	for _, d := range rule.Decisions() {
		sentence(t, "decision", d.Zh, d.En)
		sentence(t, "reason for "+d.En, d.WhyZh, d.WhyEn)
		if seen[d.Zh] || seen[d.En] {
			t.Errorf("twice: %s", d.En)
		}
		seen[d.Zh], seen[d.En] = true, true
		exist(t, d.En, d.Clauses)
	}
}

func TestRecords(t *testing.T) {
	for _, r := range rule.Records() {
		sentence(t, "record", r.Zh, r.En)
		exist(t, r.En, r.Clauses)
		if r.Is == "" {
			t.Errorf("%s: nothing keeps it", r.En)
		}
	}
}

// exist checks that there are clauses, each with its own ID and none twice.
func exist(t *testing.T, where string, ids []rule.ID) {
	t.Helper()
	if len(ids) == 0 {
		t.Errorf("%s: concerns no clause", where)
	}
	for i, id := range ids {
		if c, ok := rule.Lookup(id); !ok || slices.Contains(ids[:i], id) {
			t.Errorf("%s: %s is no clause or stands twice", where, id)
		} else if slices.Contains(c.How, rule.Note) {
			t.Errorf("%s: %s is not modelled", where, id)
		}
	}
}

func TestLabels(t *testing.T) {
	for _, h := range []rule.How{rule.Flow, rule.Clock, rule.Ladder, rule.Sample, rule.Money, rule.Agenda, rule.Audit, rule.Score, rule.Note} {
		if !h.Valid() || !strings.ContainsFunc(h.Label(), han) {
			t.Errorf("%s: label %q", h, h.Label())
		}
	}
	for _, f := range []rule.Force{rule.Must, rule.Should, rule.May} {
		if !f.Valid() || !strings.ContainsFunc(f.Label(), han) {
			t.Errorf("%s: label %q", f, f.Label())
		}
	}
	if rule.How("x").Valid() || rule.How("").Label() != "" || rule.Force("x").Valid() || rule.Force("").Label() != "" {
		t.Error("an unknown code is taken for a known one")
	}
}

type spoken struct {
	zh    string
	cause error
}

func (e *spoken) Error() string { return "spoken" }
func (e *spoken) Zh() string    { return e.zh }
func (e *spoken) Unwrap() error { return e.cause }

type said string

func (e said) Error() string { return "said" }
func (e said) Zh() string    { return string(e) }

func TestZh(t *testing.T) {
	late, wrong, silent := &spoken{zh: "已超时"}, &spoken{zh: "无权操作"}, &spoken{}
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"none", nil, ""},
		{"somebody else's", errors.New("disk full"), ""},
		{"ours", late, "已超时"},
		{"wrapped twice", fmt.Errorf("save: %w", fmt.Errorf("apply: %w", late)), "已超时"},
		{"joined", errors.Join(late, wrong), "已超时；无权操作"},
		{"joined with somebody else's", errors.Join(errors.New("disk full"), wrong, nil), "无权操作"},
		{"joined within joined", errors.Join(errors.Join(late), fmt.Errorf("b: %w and %w", wrong, errors.New("c"))), "已超时；无权操作"},
		{"the outermost speaks for all below", &spoken{zh: "登记有误", cause: late}, "登记有误"},
		{"one without a sentence lets its cause speak", &spoken{cause: late}, "已超时"},
		{"nobody has a sentence", fmt.Errorf("a: %w", silent), ""},
		{"a nil pointer", (*spoken)(nil), ""},
		{"a nil pointer below", errors.Join(fmt.Errorf("a: %w", (*spoken)(nil)), late), "已超时"},
		{"not a pointer", said("已超时"), "已超时"},
	} {
		if got := rule.Zh(c.err); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
