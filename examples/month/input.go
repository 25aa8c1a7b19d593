package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/wuye"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
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

// A mapping says what the columns of somebody else's export mean: maps/README.md.
type mapping struct {
	Source     string             `json:"source"`     // what to call it in the pack
	Number     string             `json:"number"`     // columns: the ticket's number,
	Opened     string             `json:"opened"`     // when it came in,
	Answered   string             `json:"answered"`   // when the customer was answered,
	Closed     string             `json:"closed"`     // when the work was done; "": there is no such column
	Kind       choice             `json:"kind"`       // ticket.Kind
	Urgency    choice             `json:"urgency"`    // ticket.Urgency
	Layouts    []string           `json:"layouts"`    // of a time, as Go writes them: "2006/1/2 15:04:05"
	Dates      []string           `json:"dates"`      // of a day without a time: "2006/1/2"
	Zone       string             `json:"zone"`       // "+08:00", for times that name none
	Unrecorded []ticket.EventType `json:"unrecorded"` // what the export cannot tell; none given: all but what the columns are for
}

// A choice turns a column into a code: the first of Contains that the value holds, else its
// entry in Values, else Default.
type choice struct {
	Column   string            `json:"column"`
	Contains []containing      `json:"contains"`
	Values   map[string]string `json:"values"`
	Default  string            `json:"default"` // "": a value without a code is an error
}

type containing struct {
	Text string `json:"text"`
	Is   string `json:"is"`
}

// of is the code for a value, and whether it had to be assumed; "" is none.
func (c choice) of(value string) (code string, assumed bool) {
	for _, x := range c.Contains {
		if strings.Contains(value, x.Text) {
			return x.Is, false
		}
	}
	if code, ok := c.Values[value]; ok {
		return code, false
	}
	return c.Default, true
}

// codes are all that c can give.
func (c choice) codes() (codes []string) {
	for _, x := range c.Contains {
		codes = append(codes, x.Is)
	}
	for _, code := range c.Values {
		codes = append(codes, code)
	}
	if c.Default != "" {
		codes = append(codes, c.Default)
	}
	slices.Sort(codes)
	return slices.Compact(codes)
}

// parseMapping reads a mapping strictly, so that a misspelt field is not a column ignored.
func parseMapping(f file) (m mapping, zone *time.Location, bad []badLine) {
	wrong := func(field, want, got string) {
		top, _, _ := strings.Cut(field, ".")
		bad = append(bad, badLine{f.name, lineOf(f.data, top), field, want, got})
	}
	if err := strict(clean(f.data), &m); err != nil {
		return m, nil, []badLine{explainMapping(f.name, clean(f.data), err)}
	}
	for _, c := range []struct{ field, column string }{{"number", m.Number}, {"opened", m.Opened}} {
		if c.column == "" {
			wrong(c.field, "应为列名", "")
		}
	}
	if len(m.Layouts)+len(m.Dates) == 0 {
		wrong("layouts", `应为时刻的写法，如 ["2006/1/2 15:04:05"]`, "")
	}
	if m.Kind.Default == "" {
		wrong("kind.default", "应为默认的事项种类，如 inquiry", "")
	}
	if m.Urgency.Default == "" && m.Urgency.Column == "" {
		m.Urgency.Default = string(ticket.Normal)
	}
	for _, code := range m.Kind.codes() {
		if !ticket.Kind(code).Valid() {
			wrong("kind", "应为事项种类，如 complaint", code)
		}
	}
	for _, code := range m.Urgency.codes() {
		if !ticket.Urgency(code).Valid() {
			wrong("urgency", "应为 normal 或 emergency", code)
		}
	}
	for _, t := range m.Unrecorded {
		if !t.Valid() {
			wrong("unrecorded", "应为事件种类，如 triaged", string(t))
		}
	}
	at, err := time.Parse("-07:00", cmp.Or(m.Zone, "+08:00"))
	if err != nil {
		wrong("zone", "应为与 UTC 的差，如 +08:00", m.Zone)
		return m, nil, bad
	}
	return m, at.Location(), bad
}

// explainMapping says what keeps a file from being a mapping, and on which of its lines.
func explainMapping(name string, data []byte, err error) badLine {
	b := badLine{file: name, line: 1, want: "应为一个 JSON 对象：" + err.Error()}
	if field := unknown(err); field != "" {
		b.line, b.want = lineOf(data, field), fieldWant+field+"；认识的字段见 maps/README.md"
	} else if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		top, _, _ := strings.Cut(e.Field, ".")
		b.line, b.field = lineOf(data, top), e.Field
		b.want = "应为" + cmp.Or(map[reflect.Kind]string{reflect.String: "文字", reflect.Slice: `数组，如 ["…"]`, reflect.Struct: `对象，如 {"default":"…"}`, reflect.Map: `对象，如 {"…":"…"}`}[e.Type.Kind()], "别的值")
		b.got = "JSON " + e.Value
	} else if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		b.line += bytes.Count(data[:min(len(data), int(e.Offset))], []byte("\n"))
	}
	return b
}

// lineOf is the line of a JSON text on which a field is first named; 1 if it is nowhere.
func lineOf(data []byte, field string) int {
	at := max(0, bytes.Index(data, []byte(`"`+field+`"`)))
	return 1 + bytes.Count(data[:at], []byte("\n"))
}

// A span is when something happened, as far as the file tells: one instant, or a day.
type span struct{ from, to time.Time }

func (m mapping) time(s string, zone *time.Location) (span, bool) {
	for _, layout := range m.Layouts {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return span{t, t}, true
		}
	}
	for _, layout := range m.Dates {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return span{t, t.AddDate(0, 0, 1).Add(-time.Nanosecond)}, true
		}
	}
	return span{}, false
}

// readExport reads any desk's CSV by a mapping. What a row says becomes events, what it does
// not say stays unsaid. A day without a time gives two histories, the least and the most
// favourable that the day allows.
func readExport(f, mapFile file) (records, []badLine) {
	m, zone, bad := parseMapping(mapFile)
	if bad != nil {
		return records{}, bad
	}
	r := records{source: cmp.Or(m.Source, f.name), foreign: true, best: map[string][]ticket.Event{}, unrecorded: m.Unrecorded}
	if r.unrecorded == nil {
		r.unrecorded, r.guessed = m.untold(), true
	}
	in := csv.NewReader(bytes.NewReader(clean(f.data)))
	in.FieldsPerRecord = -1 // counted here, so that every short row is reported
	head, err := in.Read()
	if err != nil {
		want := "文件是空的，应有一行列名"
		if err != io.EOF {
			want = "应为 CSV 的列名行：" + err.Error()
		}
		return r, []badLine{{f.name, 1, "", want, ""}}
	}
	col := map[string]int{}
	for i, name := range head {
		name = strings.TrimSpace(name)
		if _, twice := col[name]; twice {
			bad = append(bad, badLine{f.name, 1, name, "列名重复", ""})
		}
		col[name] = i
	}
	for _, c := range []struct{ field, column string }{{"number", m.Number}, {"opened", m.Opened}, {"answered", m.Answered},
		{"closed", m.Closed}, {"kind.column", m.Kind.Column}, {"urgency.column", m.Urgency.Column}} {
		if _, ok := col[c.column]; c.column != "" && !ok {
			want := fmt.Sprintf("没有%s这一列（映射文件 %s 所指）；文件的列：%s", quoted(c.column), c.field, strings.Join(head, "、"))
			bad = append(bad, badLine{f.name, 1, "", want, ""})
		}
	}
	if bad != nil {
		return r, bad
	}
	seen := map[string]int{}
	for {
		row, err := in.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			b := badLine{file: f.name, want: "应为 CSV 的一行：" + err.Error()}
			if e, ok := errors.AsType[*csv.ParseError](err); ok {
				b.line, b.want = e.StartLine, "应为 CSV 的一行："+e.Err.Error()
			}
			bad = append(bad, b)
			continue
		}
		line, _ := in.FieldPos(0)
		if len(row) != len(head) {
			bad = append(bad, badLine{f.name, line, "", fmt.Sprintf("应有 %d 列，实有 %d 列", len(head), len(row)), ""})
			continue
		}
		ok := true
		wrong := func(column, want, got string) {
			n := line
			if i, has := col[column]; has {
				n, _ = in.FieldPos(i)
			}
			bad, ok = append(bad, badLine{f.name, n, column, want, got}), false
		}
		cell := func(column string) string {
			if column == "" {
				return ""
			}
			return strings.TrimSpace(row[col[column]])
		}
		when := func(column string, needed bool) (s span) {
			text := cell(column)
			if text == "" && !needed {
				return s
			}
			s, good := m.time(text, zone)
			if !good {
				wrong(column, "应为时刻，写法为 "+strings.Join(append(slices.Clone(m.Layouts), m.Dates...), " 或 "), text)
			}
			return s
		}
		id := cell(m.Number)
		switch first, twice := seen[id]; {
		case id == "" || len(id) > 64:
			wrong(m.Number, "应为 1 至 64 字节的单号", id)
		case twice:
			wrong(m.Number, fmt.Sprintf("单号重复，已在第 %d 行", first), id)
		default:
			seen[id] = line
		}
		kind, assumed := m.Kind.of(cell(m.Kind.Column))
		urgency, _ := m.Urgency.of(cell(m.Urgency.Column))
		if urgency == "" {
			wrong(m.Urgency.Column, "应为映射文件列出的急缓", cell(m.Urgency.Column))
		}
		opened, answered, closed := when(m.Opened, true), when(m.Answered, false), when(m.Closed, false)
		for _, end := range []struct {
			column string
			span
		}{{m.Answered, answered}, {m.Closed, closed}} {
			if ok && !end.to.IsZero() && end.to.Before(opened.from) {
				wrong(end.column, "应不早于 "+cell(m.Opened), cell(end.column))
			}
		}
		if !ok {
			continue
		}
		if assumed {
			r.assumed++
		}
		first := ticket.Event{Ticket: id, Seq: 1, Type: ticket.Registered, Kind: ticket.Kind(kind), Urgency: ticket.Urgency(urgency)}
		worst := history(first, opened.from, answered.to, closed.to)
		r.histories = append(r.histories, worst)
		if best := history(first, opened.to, answered.from, closed.from); !reflect.DeepEqual(best, worst) {
			r.best[id] = best
		}
	}
	if len(r.histories) == 0 && len(bad) == 0 {
		bad = append(bad, badLine{f.name, 1, "", "列名之下没有数据行", ""})
	}
	return r, bad
}

// history is what an export's row tells: registered, and if it says so answered and done.
// Within one day the order is the only one possible: not before it came in.
func history(first ticket.Event, opened, answered, closed time.Time) []ticket.Event {
	first.At = calendar.InChina(opened)
	h := []ticket.Event{first}
	add := func(t ticket.EventType, at time.Time) {
		if !at.IsZero() {
			if at.Before(opened) {
				at = opened
			}
			h = append(h, ticket.Event{Ticket: first.Ticket, Type: t, At: calendar.InChina(at)})
		}
	}
	add(ticket.Completed, closed)
	add(ticket.Told, answered)
	slices.SortStableFunc(h[1:], func(a, b ticket.Event) int { return a.At.Compare(b.At) })
	for i := range h {
		h[i].Seq = i + 1
	}
	return h
}

// untold are all event types but those that the columns tell. Where the answer has a column
// the customer's signature, the other way to answer, is not what hides it.
func (m mapping) untold() (types []ticket.EventType) {
	told := map[ticket.EventType]bool{ticket.Registered: true, ticket.Told: m.Answered != "", ticket.SignedOff: m.Answered != "", ticket.Completed: m.Closed != ""}
	for _, t := range ticket.Transitions() {
		if !told[t.Type] {
			types = append(types, t.Type)
		}
	}
	slices.Sort(types)
	return slices.Compact(types)
}
