// Package draw makes the draws of package sampling in Apache Beam: of each key's orders those
// of smallest rank, with the certificate that sampling.Scheme.Draw gives, to the byte.
//
// Two things of a certificate need all of its orders. Who comes first does not need them in one
// place: [Smallest] keeps, of however many orders, as many as can be drawn and their reserves,
// 40 for TR-4.4, and two such heaps are merged into one. The digest does need them: SHA-256 of
// the order numbers as they ascend has no halves to be put together. So these are grouped by
// key, sorted and hashed where they meet, in memory; nothing else of the order goes there.
//
// A share of everything (SP-2.7.1c, 80 %) is as long as everything: where the scheme's last
// bracket is a share, a heap has no bound, and is as large as the draw itself.
package draw

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"

	"example.com/wuye/sampling"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

func init() {
	register.DoFn3x0[string, Order, func(string, string)](&idsFn{})
	register.DoFn3x0[string, Order, func(string, Order)](&scatterFn{})
	register.DoFn3x0[string, Heap, func(string, Heap)](&gatherFn{})
	register.DoFn3x1[string, func(*string) bool, func(string, string), error](&digestFn{})
	register.DoFn5x0[context.Context, string, func(*Heap) bool, func(*string) bool, func(string, Part)](&joinFn{})
	register.Combiner2[Heap, Order](&Smallest{})
	register.Combiner1[Heap](&mergeFn{})
	register.Emitter2[string, string]()
	register.Emitter2[string, Order]()
	register.Emitter2[string, Heap]()
	register.Emitter2[string, Part]()
	register.Iter1[string]()
	register.Iter1[Heap]()
	beam.RegisterCoder(reflect.TypeFor[Order](), encodeOrder, decodeOrder)
	beam.RegisterCoder(reflect.TypeFor[Heap](), encodeHeap, decodeHeap)
	beam.RegisterCoder(reflect.TypeFor[Part](), encodePart, decodePart)
}

// Beam finds a coder's functions by their names, which instances of one generic function share.
func encodeOrder(o Order) ([]byte, error)          { return json.Marshal(o) }
func encodeHeap(h Heap) ([]byte, error)            { return json.Marshal(h) }
func encodePart(p Part) ([]byte, error)            { return json.Marshal(p) }
func decodeOrder(text []byte) (o Order, err error) { err = json.Unmarshal(text, &o); return o, err }
func decodeHeap(text []byte) (h Heap, err error)   { err = json.Unmarshal(text, &h); return h, err }
func decodePart(text []byte) (p Part, err error)   { err = json.Unmarshal(text, &p); return p, err }

// An Order is one that may be drawn.
type Order struct {
	ID   string
	Rank []byte
	Room int // how many of its draw have to be kept; 0: all
}

// NewOrder is an order of a draw. What sampling.Scheme.Draw refuses of key, scope, scheme or
// order number it refuses with the same error; twice the same number only [Parts] can see.
func NewOrder(key, scope string, scheme sampling.Scheme, id string) (Order, error) {
	if _, err := scheme.Draw(key, scope, []string{id}); err != nil {
		return Order{}, err
	}
	rank := sampling.Rank(key, scope, id)
	return Order{id, rank[:], Room(scheme)}, nil
}

// Room is how many orders have to be kept so that, whatever the number of orders turns out to
// be, the sample and its reserves are among them; 0: all.
func Room(s sampling.Scheme) int {
	room := 0
	for _, b := range s.Brackets {
		switch {
		case b.UpTo > 0: // in a bracket more orders never make a smaller draw
			room = max(room, wanted(s, b.UpTo))
		case b.Percent > 0:
			return 0
		default:
			room = max(room, 2*b.Take)
		}
	}
	return room
}

// wanted is how many of n orders a draw has, with its reserves.
func wanted(s sampling.Scheme, n int) int {
	size := s.Size(n)
	return size + min(size, n-size)
}

// A Heap is what was seen of a draw's orders so far: how many they were, and those of
// smallest rank.
type Heap struct {
	Population int
	Room       int
	Kept       []Order // in any order, up to twice Room
	Merges     int     // of two heaps, neither of them empty, in making this one
}

// merged counts the mergers of the heaps of all draws.
var merged = beam.NewCounter("wuye/draw", "merged")

// merge adds o to h, which is the caller's to change.
func (h Heap) merge(o Heap) Heap {
	h.Merges += o.Merges
	if h.Population > 0 && o.Population > 0 {
		h.Merges++
	}
	h.Population += o.Population
	h.Room = max(h.Room, o.Room)
	h.Kept = append(h.Kept, o.Kept...)
	return h.cut()
}

// cut throws away what cannot be drawn, when there is twice as much as is needed.
func (h Heap) cut() Heap {
	if h.Room > 0 && len(h.Kept) >= 2*h.Room {
		h.sort()
		h.Kept = h.Kept[:h.Room]
	}
	return h
}

func (h Heap) sort() {
	slices.SortFunc(h.Kept, func(a, b Order) int { return bytes.Compare(a.Rank, b.Rank) })
}

// Smallest keeps the orders of smallest rank. It is a CombineFn whose result is its
// accumulator, so that it can be combined again.
type Smallest struct{}

// CreateAccumulator is of no orders.
func (*Smallest) CreateAccumulator() Heap { return Heap{} }

// AddInput is with one more order.
func (*Smallest) AddInput(h Heap, o Order) Heap {
	h.Population++
	h.Room = max(h.Room, o.Room)
	h.Kept = append(h.Kept, o)
	return h.cut()
}

// MergeAccumulators is of the orders of both.
func (*Smallest) MergeAccumulators(a, b Heap) Heap { return a.merge(b) }

// ExtractOutput has no more than Room orders, in the order of rank.
func (*Smallest) ExtractOutput(h Heap) Heap {
	h.sort()
	if h.Room > 0 && len(h.Kept) > h.Room {
		h.Kept = h.Kept[:h.Room]
	}
	return h
}

// mergeFn puts the heaps of one draw together.
type mergeFn struct{}

func (*mergeFn) MergeAccumulators(a, b Heap) Heap { return a.merge(b) }

// A Part is all of a draw that its orders decide.
type Part struct {
	Heap
	Digest string
	Name   string // the caller's
}

// Draw is the certificate: what scheme.Draw(key, scope, ids) gives for the orders of p. The
// zero Part is of none.
func (p Part) Draw(key, scope string, scheme sampling.Scheme) (sampling.Draw, error) {
	d, err := scheme.Draw(key, scope, nil)
	if err != nil || p.Population == 0 {
		return d, err
	}
	d.Population, d.Digest, d.Size = p.Population, p.Digest, scheme.Size(p.Population)
	d.Visits = scheme.Visits(d.Size)
	p.sort()
	for _, o := range p.Kept[:min(len(p.Kept), wanted(scheme, p.Population))] {
		d.Ranked = append(d.Ranked, o.ID)
	}
	return d, nil
}

// Parts is the part of each draw, KV<string, Part>, of its orders, KV<string, Order>. The
// orders of each draw are first combined in so many shards, so that a draw that most orders are
// of keeps no worker busy while others wait, and then these. An order that comes twice in a
// draw fails the pipeline.
func Parts(s beam.Scope, orders beam.PCollection, shards int) beam.PCollection {
	s = s.Scope("draw.Parts")
	scattered := beam.ParDo(s, &scatterFn{max(1, shards)}, orders)
	heaps := beam.ParDo(s, &gatherFn{}, beam.CombinePerKey(s, &Smallest{}, scattered))
	digests := beam.ParDo(s, &digestFn{}, beam.GroupByKey(s, beam.ParDo(s, &idsFn{}, orders)))
	return beam.ParDo(s, &joinFn{}, beam.CoGroupByKey(s, beam.CombinePerKey(s, &mergeFn{}, heaps), digests))
}

// scatterFn adds a byte to the key, by the order number, so that it comes out alike everywhere.
type scatterFn struct{ Shards int }

func (f *scatterFn) ProcessElement(key string, o Order, emit func(string, Order)) {
	h := fnv.New32a()
	h.Write([]byte(o.ID))
	emit(key+string(rune(h.Sum32()%uint32(f.Shards))), o)
}

// gatherFn takes it away again.
type gatherFn struct{}

func (*gatherFn) ProcessElement(key string, h Heap, emit func(string, Heap)) {
	runes := []rune(key)
	emit(string(runes[:len(runes)-1]), h)
}

type idsFn struct{}

func (*idsFn) ProcessElement(key string, o Order, emit func(string, string)) { emit(key, o.ID) }

// digestFn is SHA-256 of the numbers as they ascend, each followed by a newline.
type digestFn struct{}

func (*digestFn) ProcessElement(key string, next func(*string) bool, emit func(string, string)) error {
	var ids []string
	for id := ""; next(&id); {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	h := sha256.New()
	for i, id := range ids {
		if i > 0 && id == ids[i-1] {
			return fmt.Errorf("draw: of %q: order %q comes twice", key, id)
		}
		h.Write([]byte(id + "\n"))
	}
	emit(key, hex.EncodeToString(h.Sum(nil)))
	return nil
}

type joinFn struct{}

func (*joinFn) ProcessElement(ctx context.Context, key string, heaps func(*Heap) bool, digests func(*string) bool, emit func(string, Part)) {
	var p Part
	heaps(&p.Heap)
	merged.Inc(ctx, int64(p.Merges))
	digests(&p.Digest)
	emit(key, p)
}
