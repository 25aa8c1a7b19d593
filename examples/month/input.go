package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/rule"
	"example.com/wuye/ticket"
)

// A file is what one input holds, and what to call it in messages.
type file struct {
	name string
	data []byte
}

// records are what one run judges.
type records struct {
	source    string
	histories [][]ticket.Event // of one ticket each, by first appearance
	money     []billing.Entry
	done      []wuye.DutyDone

	// of a foreign export only
	foreign    bool
	unrecorded []ticket.EventType
	guessed    bool                      // unrecorded is not the mapping's but what its columns leave
	assumed    int                       // rows whose kind the file does not tell: the mapping's default
	best       map[string][]ticket.Event // by ticket with a day for a time: the history as favourable as that day allows; histories has the least favourable
	vague      map[string]bool           // of best: the tickets whose end is before their beginning, and so unknown
}

// all are the records as the library takes them.
func (r records) all() wuye.Records {
	return wuye.Records{Tickets: slices.Values(r.histories), Money: r.money, Done: r.done}
}

// A badLine is one thing wrong with the input: where, in which field, what was expected,
// and what stood there.
type badLine struct {
	file        string
	line        int
	field, want string
	got         string
}

func (b badLine) String() string {
	s := fmt.Sprintf("%s:%d: ", b.file, b.line)
	if b.field != "" {
		s += b.field + ": "
	}
	s += b.want
	if b.got != "" {
		s += "，实为" + quoted(b.got)
	}
	return s
}

// quoted is s in the quotation marks of the messages, with what does not print escaped.
func quoted(s string) string {
	q := strconv.Quote(s)
	return "“" + strings.ReplaceAll(q[1:len(q)-1], `\"`, `"`) + "”"
}

const (
	timeWant  = "应为 RFC 3339 时刻，如 2026-10-08T09:00:00+08:00"
	actorWant = `应为 {"role":"worker","id":"W07"} 这样的经办人`
	rowWant   = "应为一行一个 JSON 对象"
	fieldWant = "不认识的字段 "
)

// wants says what a field of the three row formats must hold, if more can be said than that
// its value is wrong.
var wants = map[string]string{
	"at": timeWant, "recorded": timeWant, "until": timeWant,
	"by": actorWant, "to": actorWant, "against": actorWant, "approver": actorWant,
	"seq": "应为从 1 起的整数", "amount": `应为以元计的金额，如 "186.50"`, "has": `应为数组，如 ["name","contact","content","room"]`,
	"kind":    oneOf(kinds...),
	"nature":  oneOf(ticket.Routine, ticket.Special, ticket.Commercial),
	"urgency": oneOf(ticket.Normal, ticket.Emergency), "severity": oneOf(ticket.Minor, ticket.Important, ticket.Major),
	"place": oneOf(ticket.Indoor, ticket.Public), "state": oneOf(states...),
	"caller":  oneOf(ticket.Owner, ticket.Resident, ticket.Visitor, ticket.Anonymous, ticket.Committee, ticket.Shop, ticket.Neighbourhood),
	"channel": oneOf(ticket.Phone, ticket.Online, ticket.Counter, ticket.Letter, ticket.Visit, ticket.Inbound),
	"grade":   gradeWant, "punctual": gradeWant, "attitude": gradeWant, "quality": gradeWant,
	"hold":    oneOf(ticket.WaitingMaterials, ticket.WaitingCustomer, ticket.WaitingAuthority, ticket.WaitingWeather, ticket.WaitingSite, ticket.WaitingOther),
	"payment": oneOf(billing.Cash, billing.Mobile, billing.Card, billing.Collection),
	"type":    "应为事件种类，如 registered（工单）、charged（收费）",
}

var gradeWant = oneOf(ticket.VerySatisfied, ticket.Satisfied, ticket.Fair, ticket.Poor, ticket.Bad, ticket.NoGrade)

func oneOf[T ~string](codes ...T) string {
	s := "应为"
	for _, c := range codes {
		s += " " + string(c)
	}
	return s + " 之一"
}

// clean takes away what editors and spreadsheets put around text.
func clean(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) }

// lines reads JSON Lines, one parsed row a line; an empty last line is none.
func lines[T any](f file, parse func([]byte) (T, error)) (rows []T, at []int, bad []badLine) {
	text := strings.TrimSuffix(string(clean(f.data)), "\n")
	if strings.TrimSpace(text) == "" {
		return nil, nil, nil
	}
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		row, err := parse([]byte(line))
		if err == nil {
			rows, at = append(rows, row), append(at, i+1)
			continue
		}
		bad = append(bad, explain[T](f.name, i+1, []byte(line), err))
	}
	return rows, at, bad
}

// explain finds the field that keeps a line from being a T: the one that the error names,
// else the first that does not decode by itself.
func explain[T any](name string, n int, line []byte, err error) badLine {
	b := badLine{file: name, line: n, want: cmp.Or(rule.Zh(err), err.Error())}
	var raw map[string]json.RawMessage
	if e := strict(line, &raw); e != nil || raw == nil {
		b.want, b.got = rowWant, abridged(line)
		return b
	}
	alone := func(field string) error { // what is wrong with the field by itself
		one, _ := json.Marshal(map[string]json.RawMessage{field: raw[field]})
		return strict(one, new(T))
	}
	if refusal, ok := errors.AsType[*ticket.Refusal](err); ok {
		b.field = strings.Join(refusal.Fields, ",")
	} else if refusal, ok := errors.AsType[*billing.Refusal](err); ok {
		b.field = strings.Join(refusal.Fields, ",")
	} else if field, ok := errors.AsType[*fieldError](err); ok {
		b.field = field.name
	} else {
		for _, field := range slices.Sorted(maps.Keys(raw)) {
			if alone(field) != nil {
				b.field = field
				break
			}
		}
	}
	top, _, _ := strings.Cut(b.field, ".")
	top, _, _ = strings.Cut(top, "[")
	if raw[top] == nil {
		return b
	}
	b.got = abridged(raw[top])
	if e := alone(top); e != nil && unknown(e) != "" {
		b.want = fieldWant + unknown(e)
		if b.field = ""; raw[unknown(e)] == nil { // it is inside that field
			b.field = top
		}
	} else {
		b.want = cmp.Or(wants[top], b.want)
	}
	return b
}

// unknown is the name of the field that err says is not known, "" if err says another thing.
func unknown(err error) string {
	_, name, _ := strings.Cut(err.Error(), "unknown field ")
	return strings.Trim(name, `"`)
}

// A fieldError names the field of a row that is missing or wrong.
type fieldError struct{ name, want string }

func (e *fieldError) Error() string { return e.want }

func abridged(b []byte) string {
	r := []rune(strings.Trim(string(b), `"`))
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}

// strict decodes one JSON value, refusing unknown fields and anything after it.
func strict(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("此值之后还有内容")
	}
	return nil
}

func parseEvent(line []byte) (ticket.Event, error) {
	e, err := ticket.ParseEvent(line)
	switch {
	case err != nil:
		return e, err
	case e.Ticket == "":
		return e, &fieldError{"ticket", "应有单号"}
	case e.Seq == 0:
		return e, &fieldError{"seq", wants["seq"]}
	}
	return e, nil
}

func parseEntry(line []byte) (billing.Entry, error) {
	e, err := billing.ParseEntry(line)
	switch {
	case err != nil:
		return e, err
	case e.Serial == "":
		return e, &fieldError{"serial", "应有服务记录编号"}
	case e.Recorded.IsZero():
		return e, &fieldError{"recorded", timeWant}
	}
	return e, nil
}

func parseDuty(line []byte) (wuye.DutyDone, error) {
	var d wuye.DutyDone
	if err := strict(line, &d); err != nil {
		return d, err
	}
	if _, ok := rule.Lookup(d.Clause); !ok {
		return d, &fieldError{"clause", "应为条款编号，如 SP-2.7.4"}
	}
	if d.At.IsZero() {
		return d, &fieldError{"at", timeWant}
	}
	return d, nil
}

// readDesk reads our own records: events, money log, duties done. Everything that is wrong
// in them is found before anything is judged.
func readDesk(source string, events, money, duties file) (records, []badLine) {
	r := records{source: source}
	rows, at, bad := lines(events, parseEvent)
	entries, entryAt, badMoney := lines(money, parseEntry)
	done, _, badDuties := lines(duties, parseDuty)
	r.money, r.done = entries, done

	type key struct {
		ticket string
		seq    int
	}
	first := map[key]int{} // index of the row
	of := map[string]int{} // index of the ticket's history
	for i, e := range rows {
		k := key{e.Ticket, e.Seq}
		if j, seen := first[k]; !seen {
			first[k] = i
		} else if !reflect.DeepEqual(rows[j], e) {
			bad = append(bad, badLine{events.name, at[i], "seq", fmt.Sprintf("单号 %s 的第 %d 条已在第 %d 行，内容不同", e.Ticket, e.Seq, at[j]), ""})
			continue
		}
		h, known := of[e.Ticket]
		if !known {
			h = len(r.histories)
			of[e.Ticket] = h
			r.histories = append(r.histories, nil)
		}
		r.histories[h] = append(r.histories[h], e)
	}
	if len(rows) == 0 && len(bad) == 0 {
		bad = append(bad, badLine{events.name, 1, "", "文件是空的，应至少有一行工单事件", ""})
	}
	broken := len(bad) > 0 // then a gap in a history may be a bad line, and is not reported again
	for _, h := range r.histories {
		slices.SortStableFunc(h, func(a, b ticket.Event) int { return cmp.Compare(a.Seq, b.Seq) })
		_, err := ticket.Replay(h)
		if err == nil {
			continue
		}
		b := badLine{file: events.name, want: cmp.Or(rule.Zh(err), err.Error())}
		if refusal, ok := errors.AsType[*ticket.Refusal](err); ok {
			if broken && refusal.Code == ticket.OutOfOrder {
				continue
			}
			b.line, b.field = at[first[key{refusal.Event.Ticket, refusal.Event.Seq}]], strings.Join(refusal.Fields, ",")
		}
		bad = append(bad, b)
	}
	bad = append(append(bad, badMoney...), replayMoney(money.name, entries, entryAt, len(badMoney) > 0)...)
	bad = append(bad, badDuties...)
	slices.SortStableFunc(bad, func(a, b badLine) int { // by file in the order read, then by line
		names := []string{events.name, money.name, duties.name}
		return cmp.Or(cmp.Compare(slices.Index(names, a.file), slices.Index(names, b.file)), cmp.Compare(a.line, b.line))
	})
	return r, bad
}

// replayMoney reports what is refused of each serial, and then what only the whole log
// shows, a receipt number used twice. Where lines are broken, a gap is not reported again.
func replayMoney(name string, entries []billing.Entry, at []int, broken bool) (bad []badLine) {
	check := func(log []billing.Entry) {
		_, err := billing.Replay(log)
		if err == nil {
			return
		}
		b := badLine{file: name, want: cmp.Or(rule.Zh(err), err.Error())}
		if refusal, ok := errors.AsType[*billing.Refusal](err); ok {
			if broken && refusal.Code == string(ticket.OutOfOrder) {
				return
			}
			b.field = strings.Join(refusal.Fields, ",")
			for i, e := range entries {
				if e.Serial == refusal.Entry.Serial && e.Seq == refusal.Entry.Seq {
					b.line = at[i] // of the same row twice, the later one is the one refused
				}
			}
		}
		bad = append(bad, b)
	}
	var serials []string
	of := map[string][]billing.Entry{}
	for _, e := range entries {
		if of[e.Serial] == nil {
			serials = append(serials, e.Serial)
		}
		of[e.Serial] = append(of[e.Serial], e)
	}
	for _, serial := range serials {
		check(of[serial])
	}
	if bad == nil && !broken {
		check(entries)
	}
	return bad
}
