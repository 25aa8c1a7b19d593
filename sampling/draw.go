package sampling

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"example.com/wuye/rule"
)

// Commit is the key's commitment, SHA-256 in hexadecimal: publish it before the month, and
// the key after the draw.
func Commit(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// Rank is the place of an order in the draw: SHA-256(key \n scope \n id), smallest first.
func Rank(key, scope, id string) (r [32]byte) {
	return sha256.Sum256([]byte(key + "\n" + scope + "\n" + id))
}

// A Draw is a sample and its own certificate: with the key and the ids anyone can repeat
// it. As JSON it comes back the same.
type Draw struct {
	Scope      string   `json:"scope,omitzero"`
	Commitment string   `json:"commitment,omitzero"` // Commit of the key
	Scheme     Scheme   `json:"scheme,omitzero"`
	Population int      `json:"population,omitzero"`
	Digest     string   `json:"digest,omitzero"`  // SHA-256 of the ids in ascending order, each followed by a newline
	Ranked     []string `json:"ranked,omitempty"` // the sample and as many reserves again, as far as there are any, in rank order
	Size       int      `json:"size,omitzero"`    // the first Size of Ranked are the sample
	Visits     int      `json:"visits,omitzero"`  // and of these the first Visits are on site
}

// Draw draws from ids, in whatever order they are written; a list that already ascends
// bytewise is not sorted again. Scope says what is drawn from, by convention
// "policy/month/scheme", so that one key serves many draws.
//
// An id that is empty, has a newline, is not UTF-8, is longer than 64 bytes or comes twice
// is refused with an *IDError; a scheme that is not valid, and a key or scope that is empty,
// has a newline or is not UTF-8, with a *FormError. It implements TR-4.3a.
func (s Scheme) Draw(key, scope string, ids []string) (Draw, error) {
	if err := s.Validate(); err != nil {
		return Draw{}, err
	}
	if why := fault(key); why != "" {
		return Draw{}, &FormError{"key", why}
	}
	if why := fault(scope); why != "" {
		return Draw{}, &FormError{"scope", why}
	}
	ids, digest, err := arrange(ids)
	if err != nil {
		return Draw{}, err
	}
	n := len(ids)
	size := s.Size(n)
	s.Brackets = slices.Clone(s.Brackets)
	return Draw{
		Scope: scope, Commitment: Commit(key), Scheme: s,
		Population: n, Digest: digest,
		Ranked: smallest(key, scope, ids, size+min(size, n-size), bits.Len(uint(n))),
		Size:   size, Visits: s.Visits(size),
	}, nil
}

// fault says what makes a text unfit to be hashed between newlines, "" if nothing does.
func fault(text string) string {
	switch {
	case text == "":
		return whyEmpty
	case strings.IndexByte(text, '\n') >= 0:
		return whyNewline
	case !utf8.ValidString(text): // JSON would not bring it back
		return whyNotUTF8
	}
	return ""
}

// maxID is the longest id in bytes, as for tickets.
const maxID = 64

// arrange gives the ids ascending, and their digest; ids itself is not changed.
//
// Faults are looked for in whole blocks of the text that the digest is taken of, which has
// as many newlines as ids if no id has one; only a block that is not right is looked at id
// by id.
func arrange(ids []string) ([]string, string, error) {
	if !slices.IsSorted(ids) {
		ids = slices.Clone(ids)
		slices.Sort(ids)
	}
	h := sha256.New()
	block := make([]byte, 0, 1<<13)
	from, sound := 0, true
	for i, id := range ids {
		sound = sound && id != "" && len(id) <= maxID && (i == 0 || id != ids[i-1])
		block = append(append(block, id...), '\n')
		if len(block) < cap(block)-maxID-1 && i < len(ids)-1 && sound {
			continue
		}
		if !sound || bytes.Count(block, []byte{'\n'}) != i+1-from || !utf8.Valid(block) {
			if err := firstFault(ids, from, i+1); err != nil {
				return nil, "", err
			}
		}
		h.Write(block)
		block, from = block[:0], i+1
	}
	return ids, hex.EncodeToString(h.Sum(nil)), nil
}

// firstFault is the first *IDError among ids[from:to].
func firstFault(ids []string, from, to int) error {
	for i := from; i < to; i++ {
		id := ids[i]
		why := fault(id)
		if why == "" && len(id) > maxID {
			why = whyLong
		}
		if why == "" && i > 0 && id == ids[i-1] {
			why = whyTwice
		}
		if why != "" {
			return &IDError{id, why}
		}
	}
	return nil
}

// smallest is the k ids of smallest rank, in rank order.
//
// A candidate is one number: the leading bits of an order's rank, and below them, in
// placeBits, the order's place in ids. Candidates below the threshold, which is the
// k-th smallest so far, are gathered in twice the room; when it is full the larger half is
// thrown away. Nearly every order is thus refused by one comparison. If all are wanted
// nothing is ever refused and what remains is one sort.
func smallest(key, scope string, ids []string, k, placeBits int) []string {
	if k == 0 {
		return nil
	}
	text := []byte(key + "\n" + scope + "\n")
	prefix := len(text)
	text = append(text, make([]byte, maxID)...)
	full := func(i uint64) [32]byte { return sha256.Sum256(text[:prefix+copy(text[prefix:], ids[i])]) }

	place := uint64(1)<<placeBits - 1
	kept := make([]uint64, 0, min(2*k, len(ids)))
	spare := make([]uint64, cap(kept))
	order := func() {
		sortUniform(kept, spare)
		// Where the leading bits are the same, 44 of them for a million orders, the whole
		// rank decides.
		for i := 1; i < len(kept); i++ {
			for j := i; j > 0 && kept[j]|place == kept[j-1]|place; j-- {
				a, b := full(kept[j-1]&place), full(kept[j]&place)
				if bytes.Compare(a[:], b[:]) <= 0 {
					break
				}
				kept[j], kept[j-1] = kept[j-1], kept[j]
			}
		}
	}

	threshold := ^uint64(0)
	for i := range uint64(len(ids)) {
		sum := full(i)
		rank := binary.BigEndian.Uint64(sum[:])
		if rank > threshold {
			continue
		}
		if len(kept) == cap(kept) {
			order()
			kept = kept[:k]
			threshold = kept[k-1] | place
		}
		kept = append(kept, rank&^place|i)
	}
	order()
	ranked := make([]string, k)
	for i := range ranked {
		ranked[i] = ids[kept[i]&place]
	}
	return ranked
}

// sortUniform sorts c; spare is at least as long, its content is lost. The leading bits of
// ranks are uniform and split a long list into even parts, each small enough for the
// processor's nearest cache, and again.
func sortUniform(c, spare []uint64) {
	const parts = 1 << 10
	if len(c) < parts/8 {
		slices.Sort(c)
		return
	}
	shift := max(0, bits.Len64(slices.Min(c)^slices.Max(c))-10)
	if shift == 0 {
		slices.Sort(c)
		return
	}
	var next [parts]int // where the next of each part goes
	for _, x := range c {
		next[x>>shift%parts]++
	}
	total := 0
	for p, n := range next {
		next[p] = total
		total += n
	}
	copy(spare, c)
	for _, x := range spare[:len(c)] {
		p := x >> shift % parts
		c[next[p]] = x
		next[p]++
	}
	if len(c) <= 16*parts { // parts of a few: each is put right in passing
		for i := 1; i < len(c); i++ {
			x, j := c[i], i
			for ; j > 0 && c[j-1] > x; j-- {
				c[j] = c[j-1]
			}
			c[j] = x
		}
		return
	}
	from := 0
	for _, to := range next {
		sortUniform(c[from:to], spare[from:to])
		from = to
	}
}

// ToVisit are the orders to revisit on site, in rank order. It implements TR-4.4d.
func (d Draw) ToVisit() []string { return d.part(0, min(d.Visits, d.Size)) }

// ToCall are the orders that may be revisited by phone, in rank order.
func (d Draw) ToCall() []string { return d.part(d.Visits, d.Size) }

// Reserve are the orders that take the places of customers who cannot be reached, in rank
// order.
func (d Draw) Reserve() []string { return d.part(d.Size, len(d.Ranked)) }

// part is Ranked[from:to], as far as it goes: a Draw may have come from anywhere.
func (d Draw) part(from, to int) []string {
	from = max(0, min(from, len(d.Ranked)))
	return slices.Clone(d.Ranked[from:max(from, min(to, len(d.Ranked)))])
}

// Verify draws again from key and ids, and is nil if d is what they give, else a *Mismatch
// at the first place that differs; or an *IDError or *FormError if they, or the draw's own
// scheme or scope, cannot be drawn from at all.
//
// The scheme is taken from d, so what is found is that the sizes, the marks and the order
// are not those of d's own scheme. Whether that is the scheme that was prescribed is asked
// with [Scheme.Equal], for two schemes may agree on one population and differ on another.
func (d Draw) Verify(key string, ids []string) error {
	want, err := d.Scheme.Draw(key, d.Scope, ids)
	if err != nil {
		return err
	}
	clause := d.Scheme.Clause
	if d.Commitment != want.Commitment {
		return &Mismatch{Why: notCommitment, Want: want.Commitment, Got: d.Commitment, Clause: clause}
	}
	bracket, _ := d.Scheme.Bracket(want.Population)
	for _, figure := range []struct {
		why       string
		want, got int
		clause    rule.ID
	}{
		{notPopulation, want.Population, d.Population, clause},
		{notSize, want.Size, d.Size, bracket.Clause},
		{notVisits, want.Visits, d.Visits, clause},
	} {
		if figure.want != figure.got {
			return &Mismatch{Why: figure.why, Want: strconv.Itoa(figure.want), Got: strconv.Itoa(figure.got), Clause: figure.clause}
		}
	}
	if want.Digest != d.Digest {
		return &Mismatch{Why: notDigest, Want: want.Digest, Got: d.Digest, Clause: clause}
	}
	for i := range max(len(d.Ranked), len(want.Ranked)) {
		m := Mismatch{Why: notRank, Place: i + 1, Clause: clause}
		if i < len(d.Ranked) {
			m.ID, m.Got = d.Ranked[i], d.Ranked[i]
		}
		if i < len(want.Ranked) {
			m.Want = want.Ranked[i]
		}
		if m.Got != m.Want {
			return &m
		}
	}
	return nil
}

// An IDError is an order number that cannot be drawn from: empty, with a newline, not UTF-8,
// longer than 64 bytes, or twice in the list.
type IDError struct{ ID, Why string }

// Error names the order number, its first 80 characters, and what is wrong with it.
func (e *IDError) Error() string { return fmt.Sprintf("sampling: order %.80q: %s", e.ID, e.Why) }

// Zh is the error for people.
func (e *IDError) Zh() string {
	return "抽样名单中的单号" + quoted(e.ID) + "有误：" + zh(e.Why)
}

// quoted is an order number between Chinese quotation marks, what cannot be seen in it escaped.
func quoted(id string) string {
	q := fmt.Sprintf("%.80q", id)
	return "“" + q[1:len(q)-1] + "”"
}

// A Mismatch is the first place where a draw is not what its key and ids give: the
// commitment, population, size, visits, digest, or a rank.
type Mismatch struct {
	ID     string  // at a rank: the order that the draw has there, "" if none
	Why    string  // what differs
	Place  int     // at a rank: which, from 1
	Want   string  // what key and ids give: a figure, a digest, or the order of that rank
	Got    string  // what the draw says; "" for an order that is not there
	Clause rule.ID // that the draw was to keep
}

const (
	notCommitment = "the key is not the one committed to"
	notPopulation = "another number of orders"
	notSize       = "not the size that the scheme gives"
	notVisits     = "not the number on site that the scheme gives"
	notDigest     = "not the same orders"
	notRank       = "not the order of that rank"
)

// Error names what differs, and both values.
func (e *Mismatch) Error() string {
	if e.Place == 0 {
		return fmt.Sprintf("sampling: %s: want %s, got %s", e.Why, e.Want, e.Got)
	}
	return fmt.Sprintf("sampling: rank %d: %s: want %.80q, got %.80q", e.Place, e.Why, e.Want, e.Got)
}

// Zh is the error for people.
func (e *Mismatch) Zh() string {
	switch e.Why {
	case notCommitment:
		return "公布的密钥与事先承诺的不符"
	case notPopulation:
		return fmt.Sprintf("单据总数与抽样时不符：名单有%s单，抽样时记为%s单", e.Want, e.Got)
	case notSize:
		return fmt.Sprintf("抽样数量不符合规定：应抽%s单，却抽%s单", e.Want, e.Got)
	case notVisits:
		return fmt.Sprintf("上门回访数量不符合规定：应上门%s单，却定为%s单", e.Want, e.Got)
	case notDigest:
		return "单据名单与抽样时不符：数目相同，单号有变"
	}
	switch {
	case e.Got == "":
		return fmt.Sprintf("抽样名单缺第%d位，应为%s", e.Place, quoted(e.Want))
	case e.Want == "":
		return fmt.Sprintf("抽样名单多出第%d位%s", e.Place, quoted(e.Got))
	}
	return fmt.Sprintf("抽样名单第%d位应为%s，却是%s", e.Place, quoted(e.Want), quoted(e.Got))
}
