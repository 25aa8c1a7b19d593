package billing

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"
	"time"
)

// An order is the rows of a log in another order than they stand in. Each is the number of its
// row in the low bits, and above it the key by which it was sorted.
type order struct {
	rows    []uint64
	mask    uint64 // of the number
	fetched int    // see fetch
}

func (o order) row(i int) int { return int(o.rows[i] & o.mask) }

// block is how many rows are fetched at once.
const block = 64

// fetch reads something of each part of the next rows, and of their serials and numbers. Rows and serials
// far apart wait for the memory one after the other if each is done with before the next is
// looked at; asked for together, they come together. What it returns is for the compiler, that
// would else leave the reading out.
func (o order) fetch(log []Entry, from int) (read int) {
	for i := from; i < min(from+block, len(o.rows)); i++ {
		e := &log[o.row(i)]
		read += e.Seq + len(e.Type) + int(e.Amount) + len(e.By.ID) + len(e.Reason)
		if e.Serial != "" {
			read += int(e.Serial[0])
		}
		if e.Ref != "" {
			read += int(e.Ref[0])
		}
	}
	return read
}

// fetchSerials does so with the serials of the rows of a log, as they stand.
func fetchSerials(log []Entry) (read int) {
	for i := range log {
		if s := log[i].Serial; s != "" {
			read += int(s[0])
		}
	}
	return read
}

// bySerial are the rows recorded before asOf, by serial, of one serial as they stand.
//
// The serials lie far apart in memory, and comparing them is what would take the time. So
// their letters become a number: of each place the bits that are not the same in all of them,
// as far as there is room beside the number of the row. Of the nine digits of FW000123456 that
// is all. Those numbers are sorted digit by digit, in linear time, and serials are compared
// only where they do not decide.
func bySerial(log []Entry, asOf time.Time) order {
	o := order{rows: make([]uint64, 0, len(log)), mask: 1<<bits.Len(uint(len(log))) - 1}
	var first, differ [maxID]byte
	length, decided := 0, true
	for k := range log {
		if k%block == 0 {
			o.fetched += fetchSerials(log[k:min(k+block, len(log))])
		}
		e := &log[k]
		if !asOf.IsZero() && !e.Recorded.Before(asOf) {
			continue
		}
		if len(o.rows) == 0 {
			length = len(e.Serial)
			copy(first[:], e.Serial)
		}
		o.rows = append(o.rows, uint64(k))
		n := min(len(e.Serial), maxID)
		for i := range n {
			differ[i] |= e.Serial[i] ^ first[i]
		}
		if len(e.Serial) != length || len(e.Serial) > maxID {
			decided = false // where one ends, a key has 0, as it has for a 0 in it
			for i := n; i < maxID; i++ {
				differ[i] |= first[i]
			}
		}
	}

	// A place is one where the serials differ, and the bits in which they do.
	type place struct{ at, shift, width int }
	var places []place
	numbered := bits.Len64(o.mask)
	room := 64 - numbered
	for at, d := range differ {
		if d == 0 {
			continue
		}
		p := place{at, bits.TrailingZeros8(d), bits.Len8(d)}
		p.width -= p.shift
		if p.width > room {
			decided = false
			break
		}
		room -= p.width
		places = append(places, p)
	}
	for i, row := range o.rows {
		if i%block == 0 {
			o.fetched += fetchSerials(log[row:min(int(row)+block, len(log))])
		}
		serial, key := log[row].Serial, uint64(0)
		for _, p := range places {
			key <<= p.width
			if p.at < len(serial) {
				key |= uint64(serial[p.at]) >> p.shift & (1<<p.width - 1)
			}
		}
		o.rows[i] = key<<numbered | row
	}
	o.sort(numbered, 64-room)
	if !decided {
		for i, end := 0, 0; i < len(o.rows); i = end {
			mixed := false
			for end = i + 1; end < len(o.rows) && o.rows[end]>>numbered == o.rows[i]>>numbered; end++ {
				mixed = mixed || log[o.row(end)].Serial != log[o.row(i)].Serial
			}
			if mixed {
				slices.SortFunc(o.rows[i:end], func(a, b uint64) int {
					return cmp.Or(strings.Compare(log[a&o.mask].Serial, log[b&o.mask].Serial), cmp.Compare(a, b))
				})
			}
		}
	}
	return o
}

// sort sorts by the bits of the key, [from, to), and keeps the order of equal ones.
func (o *order) sort(from, to int) {
	const digit = 11
	if len(o.rows) < 1<<digit {
		slices.Sort(o.rows)
		return
	}
	other := make([]uint64, len(o.rows))
	for ; from < to; from += digit {
		var starts [1 << digit]uint32
		for _, r := range o.rows {
			starts[r>>from%(1<<digit)]++
		}
		at := uint32(0)
		for i, n := range starts {
			starts[i] = at
			at += n
		}
		for _, r := range o.rows {
			start := &starts[r>>from%(1<<digit)]
			other[*start] = r
			*start++
		}
		o.rows, other = other, o.rows
	}
}
