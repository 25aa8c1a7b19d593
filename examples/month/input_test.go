package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
)

// fails runs with the files, whose names are taken as written, and returns what went to
// standard error; nothing may be printed and the status must be 1.
func fails(t *testing.T, files map[string]string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i, a := range args {
		if text, ok := files[a]; ok {
			args[i] = filepath.Join(dir, a)
			if err := os.WriteFile(args[i], []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	var out, errs bytes.Buffer
	if code := run(args, strings.NewReader(""), &out, &errs); code != 1 || out.Len() != 0 {
		t.Errorf("exit status %d, %d bytes printed\n%s", code, out.Len(), errs.String())
	}
	return strings.ReplaceAll(errs.String(), dir+string(filepath.Separator), "")
}

func wantLines(t *testing.T, got string, want ...string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != len(want) {
		t.Errorf("%d lines, want %d:\n%s", len(lines), len(want), got)
		return
	}
	for i, w := range want {
		if !strings.HasPrefix(lines[i], w) {
			t.Errorf("line %d: %s\nwant %s", i+1, lines[i], w)
		}
	}
}

const goodEvent = `{"ticket":"A1","seq":1,"type":"registered","at":"2026-10-08T09:00:00+08:00","recorded":"2026-10-08T09:01:00+08:00","by":{"role":"assistant","id":"A01"},"kind":"inquiry","caller":"owner","has":["name","contact","content"]}`

// Every bad line is reported, by number, field and what was expected; nothing is judged.
func TestBadEvents(t *testing.T) {
	change := func(old, new string) string { return strings.Replace(goodEvent, old, new, 1) }
	got := fails(t, map[string]string{"e.jsonl": strings.Join([]string{
		goodEvent,
		change("2026-10-08T09:00:00+08:00", "2026-13-08T09:00:00+08:00"),
		`not JSON`,
		change(`"inquiry"`, `"query"`),
		change(`"role":"assistant"`, `"role":"boss"`),
		change(`"caller"`, `"callr"`),
		change(`"ticket":"A1",`, ""),
		change(`"seq":1,`, ""),
		"",
		change(`"A01"`, `"A02"`),
		goodEvent,
	}, "\n")}, "-events", "e.jsonl")
	wantLines(t, got,
		"e.jsonl:2: at: 应为 RFC 3339 时刻",
		"e.jsonl:3: 应为一行一个 JSON 对象",
		"e.jsonl:4: kind: 应为 inquiry",
		"e.jsonl:5: by.role: 应为",
		"e.jsonl:6: 不认识的字段 callr，实为“owner”",
		"e.jsonl:7: ticket: 应有单号",
		"e.jsonl:8: seq: 应为从 1 起的整数",
		"e.jsonl:9: 应为一行一个 JSON 对象",
		"e.jsonl:10: seq: 单号 A1 的第 1 条已在第 1 行，内容不同",
		"9 行有误",
	)
}

// A history that the flow refuses is reported at the line of the refused row, each ticket
// once.
func TestRefusedHistories(t *testing.T) {
	second := strings.NewReplacer(`"seq":1`, `"seq":2`, `"registered"`, `"archived"`, "T09:0", "T10:0").Replace(goodEvent)
	gap := strings.NewReplacer(`"A1"`, `"A2"`, `"seq":1`, `"seq":3`).Replace(goodEvent)
	nobody := strings.NewReplacer(`"A1"`, `"A3"`, `"has":["name","contact","content"]`, `"has":["name"]`).Replace(goodEvent)
	got := fails(t, map[string]string{"e.jsonl": "\ufeff" + goodEvent + "\r\n" + second + "\r\n" + gap + "\r\n" + nobody + "\r\n"}, "-events", "e.jsonl")
	wantLines(t, got, "e.jsonl:2: ", "e.jsonl:3: ", "e.jsonl:4: contact,content: ", "3 行有误")
}

// The same row twice is once, and rows may stand in any order.
func TestEventsInAnyOrder(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(string(ticketsJSONL)), "\n")
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	rows = append(rows, rows[0], rows[7])
	var out, errs bytes.Buffer
	args := []string{"-events", "-", "-money", "money.jsonl", "-duties", "duties.jsonl"}
	if code := run(args, strings.NewReader(strings.Join(rows, "\r\n")), &out, &errs); code != 0 {
		t.Fatalf("exit status %d: %s", code, errs.String())
	}
	if out.String() != output(t) {
		t.Error("the order of the rows in the file shows in the pack")
	}
}

func TestBadMoneyAndDuties(t *testing.T) {
	money := []string{
		`{"serial":"F1","ticket":"A1","seq":1,"type":"quoted","at":"2026-10-08T09:00:00+08:00","recorded":"2026-10-08T09:00:00+08:00","amount":"1.505","by":{"role":"worker","id":"W01"},"ref":"B1"}`,
		`{"ticket":"A1","seq":1,"type":"quoted","at":"2026-10-08T09:00:00+08:00","recorded":"2026-10-08T09:00:00+08:00","amount":"1.50"}`,
		`{"serial":"F2","ticket":"A1","seq":1,"type":"quoted","at":"2026-10-08T09:00:00+08:00","amount":"1.50"}`,
		`{"serial":"F3","colour":"red"}`,
		`{"serial":"F4","ticket":"A1","seq":1,"type":"collected","at":"2026-10-08T09:00:00+08:00","recorded":"2026-10-08T09:00:00+08:00","amount":"1.50","by":{"role":"finance","id":"F01"}}`,
	}
	duties := []string{`{"clause":"SP-2.7.4"}`, `{"clause":"XX-1","at":"2026-10-08T09:00:00+08:00"}`}
	got := fails(t, map[string]string{"e.jsonl": goodEvent, "m.jsonl": strings.Join(money, "\n"), "d.jsonl": strings.Join(duties, "\n")},
		"-events", "e.jsonl", "-money", "m.jsonl", "-duties", "d.jsonl")
	wantLines(t, got,
		"m.jsonl:1: amount: 应为以元计的金额",
		"m.jsonl:2: serial: 应有服务记录编号",
		"m.jsonl:3: recorded: 应为 RFC 3339 时刻",
		"m.jsonl:4: 不认识的字段 colour，实为“red”",
		"m.jsonl:5: ",
		"d.jsonl:1: at: 应为 RFC 3339 时刻",
		"d.jsonl:2: clause: 应为条款编号",
		"7 行有误",
	)
}

// What the money log refuses is reported by serial, at its line.
func TestRefusedMoney(t *testing.T) {
	rows := strings.Split(strings.TrimSpace(string(moneyJSONL)), "\n")
	for i, row := range rows {
		if strings.Contains(row, `"FW-1001"`) && strings.Contains(row, `"charged"`) {
			rows[i] = strings.Replace(row, `"250.90"`, `"250.91"`, 1) // not the quote
		}
		if strings.Contains(row, `"FW-1003"`) && strings.Contains(row, `"handed_in"`) {
			rows[i] = strings.Replace(row, `"assistant"`, `"store"`, 1)
		}
	}
	got := fails(t, map[string]string{"m.jsonl": strings.Join(rows, "\n")}, "-events", "tickets.jsonl", "-money", "m.jsonl")
	line := func(serial, kind string) string {
		for i, row := range rows {
			if strings.Contains(row, serial) && strings.Contains(row, `"type":"`+kind+`"`) {
				return "m.jsonl:" + itoa(i+1) + ": "
			}
		}
		return "?"
	}
	wantLines(t, got, line("FW-1001", "charged"), line("FW-1003", "handed_in"), "2 行有误")
}

func itoa(n int) string { b, _ := json.Marshal(n); return string(b) }

func TestEmptyFiles(t *testing.T) {
	wantLines(t, fails(t, map[string]string{"e.jsonl": ""}, "-events", "e.jsonl"), "e.jsonl:1: 文件是空的", "1 行有误")
	wantLines(t, fails(t, map[string]string{"e.jsonl": "\ufeff\n"}, "-events", "e.jsonl"), "e.jsonl:1: 文件是空的", "1 行有误")
	wantLines(t, fails(t, map[string]string{"t.csv": ""}, "-csv", "t.csv", "-map", "maps/petitions.json"), "t.csv:1: 文件是空的", "1 行有误")
	wantLines(t, fails(t, map[string]string{"t.csv": "id,opened,answered,subject\n"}, "-csv", "t.csv", "-map", "maps/petitions.json"), "t.csv:1: 列名之下没有数据行", "1 行有误")
	wantLines(t, fails(t, nil, "-events", "none.jsonl"), "open none.jsonl")
}

func TestBadCSV(t *testing.T) {
	const head = "\ufeffid,opened,answered,subject\r\n"
	got := fails(t, map[string]string{"t.csv": head +
		"1,2018/11/1 8:00:00,2018/11/2 8:00:00,咨询\r\n" +
		"1,2018/11/1 8:00:00,,咨询\r\n" + // twice
		",2018/11/1 8:00:00,,咨询\r\n" + // no number
		"3,2018-11-01,,咨询\r\n" + // not a layout of the map
		"4,,,\"投诉,\r\n两行\"\r\n" + // not opened
		"5,2018/11/1 8:00:00,2018/10/31,咨询\r\n" + // answered before
		"6,2018/11/1 8:00:00\r\n" + // short
		"7,2018/11/1 8:00:00,,a\"b\r\n" + // a bare quote
		"8,2018/11/1 8:00:00,2018/11/1,咨询\r\n"}, "-csv", "t.csv", "-map", "maps/petitions.json")
	wantLines(t, got,
		"t.csv:3: id: 单号重复，已在第 2 行",
		"t.csv:4: id: 应为 1 至 64 字节的单号",
		"t.csv:5: opened: 应为时刻，写法为 2006/1/2 15:04:05 或 2006/1/2，实为“2018-11-01”",
		"t.csv:6: opened: 应为时刻",
		"t.csv:8: answered: 应不早于 2018/11/1 8:00:00",
		"t.csv:9: 应有 4 列，实有 2 列",
		"t.csv:10: 应为 CSV 的一行",
		"7 行有误",
	)
	wantLines(t, fails(t, map[string]string{"t.csv": "id,opened,topic\n1,2018/11/1 8:00:00,x\n"}, "-csv", "t.csv", "-map", "maps/petitions.json"),
		"t.csv:1: 没有“answered”这一列（映射文件 answered 所指）；文件的列：id、opened、topic",
		"t.csv:1: 没有“subject”这一列（映射文件 kind.column 所指）；文件的列：id、opened、topic", "1 行有误，共 2 处")
}

func TestBadMapping(t *testing.T) {
	const csv = "id,opened,what\n1,2018/11/1,x\n2,2018/11/1,y\n"
	try := func(m string) string {
		t.Helper()
		return fails(t, map[string]string{"t.csv": csv, "m.json": m}, "-csv", "t.csv", "-map", "m.json")
	}
	wantLines(t, try(`{`), "m.json:1: 应为一个 JSON 对象：", "1 行有误")
	wantLines(t, try("{\n \"number\": \"id\",\n \"opened\": }"), "m.json:3: 应为一个 JSON 对象：", "1 行有误")
	wantLines(t, try("{\n \"layuots\": [\"2006/1/2\"]}"), "m.json:2: 不认识的字段 layuots；", "1 行有误")
	wantLines(t, try("{\"kind\":\n {\"colunm\":\"x\"}}"), "m.json:2: 不认识的字段 colunm；", "1 行有误")
	wantLines(t, try("{\n \"layouts\": \"2006/1/2\"}"), "m.json:2: layouts: 应为数组，如 [\"…\"]，实为“JSON string”", "1 行有误")
	wantLines(t, try(`{"kind":"repair"}`), "m.json:1: kind: 应为对象，如 {\"default\":\"…\"}，实为“JSON string”", "1 行有误")
	wantLines(t, try(`{"kind":{"default":7}}`), "m.json:1: kind.default: 应为文字，实为“JSON number”", "1 行有误")
	wantLines(t, try("{\"number\":\"id\",\"opened\":\"opened\",\n\"dates\":[\"2006/1/2\"],\n\"kind\":{\"default\":\"letter\"}}"), "m.json:3: kind: 应为事项种类，如 complaint，实为“letter”", "1 行有误")
	wantLines(t, try(`{"kind":{"default":"letter"},"zone":"Asia/Shanghai","unrecorded":["seen"]}`),
		"m.json:1: number: 应为列名", "m.json:1: opened: 应为列名", "m.json:1: layouts: ", "m.json:1: kind: ", "m.json:1: unrecorded: ", "m.json:1: zone: ", "1 行有误，共 6 处")
	// a value that the map does not know, and no default
	wantLines(t, try(`{"number":"id","opened":"opened","dates":["2006/1/2"],"kind":{"default":"other"},"urgency":{"column":"what","values":{"x":"emergency"}}}`),
		"t.csv:3: what: 应为映射文件列出的急缓，实为“y”", "1 行有误")
}

// An answer with a day and no time: neither met nor breached where the day cannot decide.
// QI-3.7a, one working day. Letter 1005 came in on Monday 2018-11-05: due is Tuesday's end,
// and any time of Tuesday the 6th is in time; but whether the opinion was asked the file
// does not tell. 1006 came in on Tuesday, due Wednesday's end: any time of Thursday the 8th
// is late. 1004 came in on Friday and was answered ten days later. For QI-3.6a, two hours,
// none of them tells whether somebody rang meanwhile. 1007 was answered that same day.
func TestAnswerWithoutATime(t *testing.T) {
	var pack Pack
	text := output(t, "-csv", "testdata/petitions.csv", "-map", "maps/petitions.json", "-month", "2018-11", "-json")
	if err := json.Unmarshal([]byte(text), &pack); err != nil {
		t.Fatal(err)
	}
	late := map[string]bool{}
	for _, b := range pack.Breaches {
		if b.Clause == "QI-3.7a" {
			late[b.Ticket] = true
		}
	}
	for id, want := range map[string]bool{"1003": false, "1004": true, "1005": false, "1006": true, "1007": false, "1010": true} {
		if late[id] != want {
			t.Errorf("%s: breached %t, want %t", id, late[id], want)
		}
	}
	if !strings.Contains(output(t, "-csv", "testdata/petitions.csv", "-map", "maps/petitions.json", "-month", "2018-11"), "3 件只有日期没有钟点") {
		t.Error("the pack does not say how many answers have no time")
	}
}

// A day that holds the due instant cannot decide: an inquiry read as two hours to the
// answer, answered "that day", is unseen; the day before the due it is met, after it late.
func TestDayCannotDecide(t *testing.T) {
	mapJSON := `{"number":"id","opened":"opened","answered":"answered","layouts":["2006/1/2 15:04:05"],"dates":["2006/1/2"],
		"kind":{"default":"complaint"},"unrecorded":["rated"]}`
	csv := "id,opened,answered\n" +
		"1,2018/11/5 9:00:00,2018/11/5\n" + // due 11:00 that day
		"2,2018/11/5 22:30:00,2018/11/5\n" + // due 00:30 of the 6th
		"3,2018/11/5 9:00:00,2018/11/6\n" // the day after
	r, bad := readExport(file{"t.csv", []byte(csv)}, file{"m.json", []byte(mapJSON)})
	if bad != nil {
		t.Fatal(bad)
	}
	desk, err := newDesk(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := []sla.Status{sla.Unseen, sla.Met, sla.Breached}
	for i, h := range r.histories {
		v, err := look(desk, r, h, at("11-01 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		found := false
		for _, o := range v.verdicts {
			if o.Clause == rule.ID("QI-3.6a") {
				found = true
				if o.Status != want[i] {
					t.Errorf("letter %d: %s, want %s", i+1, o.Status, want[i])
				}
			}
		}
		if !found || v.ticket.State != ticket.Answered {
			t.Errorf("letter %d: verdict %t, state %s", i+1, found, v.ticket.State)
		}
	}
}

func TestCommandLine(t *testing.T) {
	for _, args := range [][]string{{"-csv", "x", "-map", "y", "-site", "z"}, {"-csv", "x", "-map", "y", "-key", "z"}, {"-csv", "x.csv"}, {"-map", "x.json"}, {"-csv", "x", "-map", "y", "-money", "z"}, {"-csv", "x", "-map", "y", "-events", "z"},
		{"-month", "2026-13"}, {"-asof", "tomorrow"}, {"extra"}, {"-no-such-flag"}} {
		var out, errs bytes.Buffer
		if code := run(args, strings.NewReader(""), &out, &errs); code != 2 || out.Len() != 0 || errs.Len() == 0 {
			t.Errorf("%q: exit status %d, %d bytes out, %d bytes of errors", args, code, out.Len(), errs.Len())
		}
	}
	var out, errs bytes.Buffer
	if code := run([]string{"-ticket", "none"}, strings.NewReader(""), &out, &errs); code != 1 || !strings.Contains(errs.String(), "没有单号") {
		t.Errorf("exit status %d: %s", code, errs.String())
	}
}

// A desk that writes when work was closed, and nothing else: a burst pipe closed within the
// quarter of an hour was answered in it too (HB-2.1d); of one closed later nobody knows. The
// times name their zone. No list of what is unrecorded: then all that has no column is.
func TestClosedColumn(t *testing.T) {
	mapJSON := `{"number":"no","opened":"in","closed":"out","layouts":["2006-01-02 15:04:05-07:00"],
		"kind":{"column":"what","values":{"pipe":"repair","noise":"complaint"},"default":"other"},
		"urgency":{"column":"how","values":{"now":"emergency"},"default":"normal"}}`
	csv := "no,in,out,what,how\n" +
		"1,2008-07-01 01:00:00+00:00,2008-07-01 01:15:00+00:00,pipe,now\n" +
		"2,2008-07-01 01:00:00+00:00,2008-07-01 01:15:01+00:00,pipe,now\n" +
		"3,2008-07-01 09:00:00+08:00,,pipe,later\n"
	r, bad := readExport(file{"t.csv", []byte(csv)}, file{"m.json", []byte(mapJSON)})
	if bad != nil {
		t.Fatal(bad)
	}
	desk, err := newDesk(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	asOf := time.Date(2008, 8, 1, 0, 0, 0, 0, time.UTC)
	for i, want := range []struct {
		state  ticket.State
		status sla.Status
		clause rule.ID
	}{{ticket.Closed, sla.Met, "HB-2.1d"}, {ticket.Closed, sla.Unseen, "HB-2.1d"}, {ticket.Open, sla.Unseen, "HB-2.1e"}} {
		v, err := look(desk, r, r.histories[i], asOf)
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range v.verdicts {
			if o.Status == sla.Breached {
				t.Errorf("%s: %s is breached, though the file tells nothing of it", v.ticket.ID, o.Clause)
			}
			if o.Clause == want.clause && o.Status != want.status {
				t.Errorf("%s: %s is %s, want %s", v.ticket.ID, o.Clause, o.Status, want.status)
			}
		}
		if v.ticket.State != want.state || v.ticket.Kind != ticket.Repair {
			t.Errorf("%s: %s, %s", v.ticket.ID, v.ticket.State, v.ticket.Kind)
		}
	}
}

// Both ends may be days: of a complaint of the 5th answered "on the 5th" nothing of two
// hours can be said; answered on the 7th it was late, due at the latest at 02:00 of the 6th.
func TestOpenedWithoutATime(t *testing.T) {
	mapJSON := `{"number":"id","opened":"opened","answered":"answered","dates":["2006/1/2"],"kind":{"default":"complaint"},"unrecorded":["rated"]}`
	csv := "id,opened,answered\n1,2018/11/5,2018/11/5\n2,2018/11/5,2018/11/7\n"
	r, bad := readExport(file{"t.csv", []byte(csv)}, file{"m.json", []byte(mapJSON)})
	if bad != nil {
		t.Fatal(bad)
	}
	desk, err := newDesk(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []sla.Status{sla.Unseen, sla.Breached} {
		v, err := look(desk, r, r.histories[i], at("11-01 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range v.verdicts {
			if o.Clause == "QI-3.6a" && (o.Status != want || o.Status == sla.Breached && calendar.DateOf(o.Due.At).String() != "2018-11-06") {
				t.Errorf("%s: %s, due %v, want %s", v.ticket.ID, o.Status, o.Due.At, want)
			}
		}
	}
	out := output(t, "-csv", "testdata/petitions.csv", "-map", "maps/petitions.json", "-month", "2018-11", "-ticket", "1006")
	if !strings.Contains(out, "11-08 当天") || strings.Contains(out, "23:59") {
		t.Errorf("the trace invents a time of day:\n%s", out)
	}
}

// Whatever stands in a file, it is either reported by line or judged; nothing panics.
func FuzzEvents(f *testing.F) {
	f.Add([]byte(goodEvent))
	f.Add(ticketsJSONL[:2000])
	f.Add([]byte("\ufeff{}\r\n[]\n{\"ticket\":\"A\",\"seq\":1,\"type\":\"imported\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		r, bad := readDesk("x", file{"e", data}, file{"m", nil}, file{"d", nil})
		judged(t, r, bad)
	})
}

func FuzzExport(f *testing.F) {
	m, err := os.ReadFile("maps/petitions.json")
	if err != nil {
		f.Fatal(err)
	}
	csv, err := os.ReadFile("testdata/petitions.csv")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(csv, m)
	f.Add([]byte("id,opened\n\"1\n\",2018/11/1\n"), []byte(`{"number":"id","opened":"opened","dates":["2006/1/2"],"kind":{"default":"repair"}}`))
	f.Fuzz(func(t *testing.T, csv, m []byte) {
		r, bad := readExport(file{"t", csv}, file{"m", m})
		judged(t, r, bad)
	})
}

func judged(t *testing.T, r records, bad []badLine) {
	if len(bad) > 0 {
		for _, b := range bad {
			if b.line < 1 || b.want == "" {
				t.Errorf("no line, or no word of what was expected: %+v", b)
			}
		}
		return
	}
	if len(r.histories) == 0 {
		t.Fatal("nothing wrong, and nothing to judge")
	}
	desk, err := newDesk(r, nil)
	if err != nil {
		return // before the first published year
	}
	m := calendar.DateOf(r.histories[0][0].At).Month()
	p, err := build(desk, r, job{first: m, last: m, key: demoKey, asOf: m.Add(1).Day(1).Start()})
	if err != nil {
		return // refused with a reason, a year without holidays among them
	}
	if err := p.print(io.Discard); err != nil {
		t.Error(err)
	}
}

// A map that names nothing unrecorded takes for unrecorded what has no column. The answer
// has one, so a missing signature hides nothing: the petitions come out as with their own
// list, four of QI-3.7a too late. Without a column for the answer both are unrecorded.
func TestDefaultUnrecorded(t *testing.T) {
	data, err := os.ReadFile("maps/petitions.json")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	delete(m, "unrecorded")
	bare, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "bare.json")
	if err := os.WriteFile(name, bare, 0o644); err != nil {
		t.Fatal(err)
	}
	args := []string{"-csv", "testdata/petitions.csv", "-month", "2018-11", "-map"}
	own, guessed := output(t, append(args, "maps/petitions.json")...), output(t, append(args, name)...)
	_, a, _ := strings.Cut(own, "\n\n")
	_, b, _ := strings.Cut(guessed, "\n\n")
	if a != b || !strings.Contains(b, "超时 4（涉及 4 单）") {
		t.Errorf("with a list\n%s\nand without\n%s", a, b)
	}
	if strings.Contains(own, "没有写 unrecorded") || !strings.Contains(strings.ReplaceAll(guessed, "\n    ", ""), "没有写 unrecorded") {
		t.Error("the note does not say who chose what is unrecorded")
	}
	for _, m := range []mapping{{Closed: "x"}, {Answered: "x"}, {Answered: "x", Closed: "x"}} {
		got := map[ticket.EventType]bool{}
		for _, e := range m.untold() {
			got[e] = true
		}
		if got[ticket.Registered] || got[ticket.Told] == (m.Answered != "") || got[ticket.SignedOff] == (m.Answered != "") || got[ticket.Completed] == (m.Closed != "") || !got[ticket.Rated] {
			t.Errorf("%+v: %v", m, m.untold())
		}
	}
}

// Every map that comes with the program is one, and so is the example of its manual.
func TestMaps(t *testing.T) {
	names, err := filepath.Glob("maps/*.json")
	if err != nil || len(names) < 2 {
		t.Fatal(names, err)
	}
	manual, err := os.ReadFile("maps/README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, example, _ := strings.Cut(string(manual), "```json\n")
	example, _, _ = strings.Cut(example, "```")
	files := []file{{"README.md", []byte(example)}}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file{name, data})
	}
	for _, f := range files {
		if _, _, bad := parseMapping(f); bad != nil {
			t.Errorf("%s: %v", f.name, bad)
		}
	}
	// the maps of the real files guess nothing: what no column tells is unrecorded
	for _, f := range files {
		if m, _, _ := parseMapping(f); strings.Contains(f.name, "petitions") || strings.Contains(f.name, "sf311") {
			slices.Sort(m.Unrecorded)
			if diff := cmp.Diff(m.untold(), m.Unrecorded); diff != "" {
				t.Errorf("%s: unrecorded (-no column +list)\n%s", f.name, diff)
			}
		}
	}
	// the manual names every field
	for _, of := range []reflect.Type{reflect.TypeFor[mapping](), reflect.TypeFor[choice](), reflect.TypeFor[containing]()} {
		for i := range of.NumField() {
			if name := of.Field(i).Tag.Get("json"); !strings.Contains(string(manual), name) {
				t.Errorf("the manual does not name %s", name)
			}
		}
	}
}
