package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// A mapping says what the columns of somebody else's export mean: maps/README.md.
type mapping struct {
	Source     string             `json:"source"`     // what to call it in the pack
	Number     string             `json:"number"`     // columns: the ticket's number,
	Opened     string             `json:"opened"`     // when it came in,
	Answered   string             `json:"answered"`   // when the customer was answered,
	Closed     string             `json:"closed"`     // when the work was done; "": there is no such column
	Early      string             `json:"early"`      // an end before the beginning: "refused" (the default), or "unknown": there was an end, nobody knows when
	Category   string             `json:"category"`   // a column of the desk's own, shown with the ticket; "": none
	Kind       choice             `json:"kind"`       // ticket.Kind
	Urgency    choice             `json:"urgency"`    // ticket.Urgency
	Layouts    []string           `json:"layouts"`    // of a time, as Go writes them: "2006/1/2 15:04:05"
	Dates      []string           `json:"dates"`      // of a day without a time: "2006/1/2"
	Zone       string             `json:"zone"`       // "+08:00", for times that name none
	Unrecorded []ticket.EventType `json:"unrecorded"` // what the export cannot tell; none given: all but what the columns are for
}

const earlyRefused, earlyUnknown = "refused", "unknown"

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
	if m.Early != "" && m.Early != earlyRefused && m.Early != earlyUnknown {
		wrong("early", "应为 refused 或 unknown", m.Early)
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
// favourable that the day allows; an end before the beginning, where the mapping lets it
// pass, likewise: from the beginning on to the last instant in the file.
func readExport(f, mapFile file) (records, []badLine) {
	m, zone, bad := parseMapping(mapFile)
	if bad != nil {
		return records{}, bad
	}
	r := records{source: cmp.Or(m.Source, f.name), foreign: true, best: map[string][]ticket.Event{}, vague: map[string]bool{}, unrecorded: m.Unrecorded}
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
		{"closed", m.Closed}, {"category", m.Category}, {"kind.column", m.Kind.Column}, {"urgency.column", m.Urgency.Column}} {
		if _, ok := col[c.column]; c.column != "" && !ok {
			want := fmt.Sprintf("没有%s这一列（映射文件 %s 所指）；文件的列：%s", quoted(c.column), c.field, strings.Join(head, "、"))
			bad = append(bad, badLine{f.name, 1, "", want, ""})
		}
	}
	if bad != nil {
		return r, bad
	}
	type row struct { // of the file, its times not yet put into histories
		first                    ticket.Event
		opened, answered, closed span
	}
	var rows []row
	var latest time.Time // that the file names
	seen := map[string]int{}
	for {
		cells, err := in.Read()
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
		if len(cells) != len(head) {
			bad = append(bad, badLine{f.name, line, "", fmt.Sprintf("应有 %d 列，实有 %d 列", len(head), len(cells)), ""})
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
			return strings.TrimSpace(cells[col[column]])
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
		early := func(end span) bool { return !end.to.IsZero() && end.to.Before(opened.from) }
		if ok && m.Early != earlyUnknown {
			for _, end := range []struct {
				column string
				span
			}{{m.Answered, answered}, {m.Closed, closed}} {
				if early(end.span) {
					wrong(end.column, "应不早于 "+cell(m.Opened), cell(end.column))
				}
			}
		}
		if !ok {
			continue
		}
		if assumed {
			r.assumed++
		}
		for _, s := range []*span{&opened, &answered, &closed} {
			if latest = slices.MaxFunc([]time.Time{latest, s.to}, time.Time.Compare); early(*s) {
				*s = span{from: opened.from} // and to the last that the file knows
				r.vague[id] = true
			}
		}
		rows = append(rows, row{ticket.Event{Ticket: id, Seq: 1, Type: ticket.Registered, Kind: ticket.Kind(kind), Urgency: ticket.Urgency(urgency), Category: cell(m.Category)}, opened, answered, closed})
	}
	for _, x := range rows {
		for _, end := range []*span{&x.answered, &x.closed} {
			if end.to.IsZero() && !end.from.IsZero() {
				end.to = latest
			}
		}
		worst := history(x.first, x.opened.from, x.answered.to, x.closed.to)
		r.histories = append(r.histories, worst)
		if best := history(x.first, x.opened.to, x.answered.from, x.closed.from); !reflect.DeepEqual(best, worst) {
			r.best[x.first.Ticket] = best
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
