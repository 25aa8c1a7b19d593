package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/calendar"
	"example.com/wuye/rule"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
	"github.com/google/go-cmp/cmp"
)

// packOf is the pack of a run.
func packOf(t *testing.T, args ...string) (p Pack) {
	t.Helper()
	if err := json.Unmarshal([]byte(output(t, append(args, "-json")...)), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// written is a file that holds v as JSON.
func written(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(name, data, 0o644); err != nil {
		t.Fatal(err)
	}
	return name
}

// A site's own policy judges: one whose emergencies may take half an hour has no breach of
// HB-2.1d (the smoke was answered after 22 minutes), and what it does not keep is not judged.
func TestPolicyFile(t *testing.T) {
	p := wuye.Standard()
	p.Name, p.From = "云栖里", calendar.MustDate("2026-09-01")
	clocks := p.SLA.Of("HB-2.1d")
	for i := range clocks {
		clocks[i].Limit = sla.Minutes(30)
	}
	p.SLA = p.SLA.With("HB-2.1d", clocks...)
	p.Off = []wuye.Off{{Clause: "HB-2.1e", Reason: "本小区另有约定"}}
	pack := packOf(t, "-policy", written(t, p))
	if pack.Source != "云栖里" || pack.Policy != "云栖里" || pack.Revisits.Routine.Scope != "云栖里/2026-10/routine" {
		t.Errorf("source %s, policy %s, scope %s", pack.Source, pack.Policy, pack.Revisits.Routine.Scope)
	}
	for _, b := range pack.Breaches {
		if b.Clause == "HB-2.1d" || b.Clause == "HB-2.1e" {
			t.Errorf("%s breaches %s", b.Ticket, b.Clause)
		}
	}
	if got, want := len(pack.Breaches), len(packOf(t).Breaches)-3; got != want {
		t.Errorf("%d breaches, want %d", got, want)
	}
}

// Several policies are a dated book: a ticket is judged by the one in force when it came in.
// From 10-20 on an answer may take four hours, so 26102002 (three and a quarter) is in time.
func TestPolicyBook(t *testing.T) {
	first := wuye.Standard()
	first.Name, first.From = siteName, calendar.MustDate("2026-09-01")
	second := wuye.Standard()
	second.Name, second.From = siteName, calendar.MustDate("2026-10-20")
	clocks := second.SLA.Of("HB-2.1e")
	for i := range clocks {
		clocks[i].Limit = sla.Hours(4)
	}
	second.SLA = second.SLA.With("HB-2.1e", clocks...)
	a, b := written(t, first), written(t, second)
	late := func(args ...string) (ids []string) {
		for _, x := range packOf(t, args...).Breaches {
			if x.Clause == "HB-2.1e" {
				ids = append(ids, x.Ticket)
			}
		}
		return ids
	}
	if diff := cmp.Diff([]string{"26102002", "26103102"}, late("-policy", a)); diff != "" {
		t.Errorf("the first alone (-want +got)\n%s", diff)
	}
	// nobody has looked at 26103102, 21:40, by 09:00 the next day: four hours do not help it
	if diff := cmp.Diff([]string{"26103102"}, late("-policy", b, "-policy", a)); diff != "" {
		t.Errorf("both (-want +got)\n%s", diff)
	}
	var out, errs bytes.Buffer
	if code := run([]string{"-policy", b}, strings.NewReader(""), &out, &errs); code != 1 || out.Len() != 0 || !strings.Contains(errs.String(), "2026-10-20") {
		t.Errorf("tickets older than the only policy: status %d, %s", code, errs.String())
	}
	errs.Reset()
	if code := run([]string{"-policy", a, "-policy", a}, strings.NewReader(""), &out, &errs); code != 1 || errs.Len() == 0 {
		t.Errorf("two of one date: status %d, %s", code, errs.String())
	}
}

func TestBadPolicy(t *testing.T) {
	p := wuye.Standard()
	p.Duties[0].Times = -1
	duties, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{`{"name":"x","from":"2026-09-01","colour":"red"}`: "colour", `{`: "p.json", string(duties): "duties[0]"} {
		got := fails(t, map[string]string{"p.json": text}, "-policy", "p.json")
		if !strings.Contains(got, want) || strings.Count(got, "p.json") != 1 {
			t.Errorf("%.80s: %s", text, got)
		}
	}
}

// The standard policy, named and dated like the site, as a file: the pack is the same.
func TestStandardAsFile(t *testing.T) {
	p := wuye.Standard()
	p.Name, p.From = siteName, calendar.MustDate("2026-09-01")
	if diff := cmp.Diff(strings.Split(output(t), "\n"), strings.Split(output(t, "-policy", written(t, p)), "\n")); diff != "" {
		t.Errorf("(-default +file)\n%s", diff)
	}
}

func TestOptionsOfTheCommandLine(t *testing.T) {
	for _, args := range [][]string{{"-reading", "general-two-hours"}, {"-reading", "general-two-hours=never"}, {"-reading", "no-such=yes"},
		{"-reading", "hours=working-hours", "-reading", "hours=round-the-clock"}, {"-policy", "p.json", "-site", "x"}, {"-all"}, {"-all", "-events", "e"},
		{"-all", "-csv", "x", "-map", "y", "-month", "2018-11"}, {"-ticket", "26101001", "-html", "x"}, {"-html", "-", "-json"}} {
		var out, errs bytes.Buffer
		if code := run(args, strings.NewReader(""), &out, &errs); code != 2 || out.Len() != 0 || errs.Len() == 0 {
			t.Errorf("%q: exit status %d, %d bytes out\n%s", args, code, out.Len(), errs.String())
		}
	}
}

// Every reading can be asked for, each option of each, and where it changes nothing in this
// month the pack says so. The default changes nothing.
func TestEveryReadingRuns(t *testing.T) {
	r, _, asOf := embedded(t)
	changed := map[string]bool{}
	for k, reading := range wuye.Readings() {
		for i, o := range reading.Options {
			if i == 0 && k > 2 { // of three readings the default too
				continue
			}
			j := october(asOf)
			j.choices = []wuye.Choice{{Reading: reading.Code, Option: o.Code}}
			out, err := answer(&r, j, "", nil)
			if err != nil {
				t.Fatal(err)
			}
			if err := out.print(io.Discard); err != nil {
				t.Fatal(err)
			}
			c := out.(Pack).Changes
			n := len(c.Clocks) + len(c.Scores) + len(c.Plans) + len(c.Tickets)
			if i == 0 && n > 0 {
				t.Errorf("%s=%s is the default and changes %d things", reading.Code, o.Code, n)
			}
			changed[reading.Code] = changed[reading.Code] || n > 0
		}
	}
	for _, code := range []string{"share-rounding", "general-two-hours", "minor-day", "complaint-validity", "working-day", "by-the-nth", "response", "satisfaction"} {
		if !changed[code] {
			t.Errorf("%s changes nothing in October", code)
		}
	}
}

// What share-rounding=half-up changes, by hand: 21 slips, 30 % is 6.3: six instead of seven,
// three of them on site instead of four. And nothing else.
func TestReadingChanges(t *testing.T) {
	c := packOf(t, "-reading", "share-rounding=half-up").Changes
	want := &Changes{Readings: []wuye.Choice{{Reading: "share-rounding", Option: "half-up"}}, Plans: []PlanChange{
		{"TR-4.3a", "常规单抽样，回访", 7, 6}, {"TR-4.4d", "常规单抽样，其中上门", 4, 3}}}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if text := output(t, "-reading", "share-rounding=half-up"); !strings.Contains(text, "取 30%（四舍五入） [TR-4.4b]，抽 6 单") {
		t.Error("the pack does not say how the share was rounded")
	}
	// general-two-hours=finished: the verdicts and the findings of the changes agree
	c = packOf(t, "-reading", "general-two-hours=finished").Changes
	n, found := 0, 0
	for _, x := range c.Clocks {
		if x.Clause == "HB-2.1e" && x.Was == sla.Met && x.Now == sla.Breached {
			n += x.N
		}
	}
	for _, s := range c.Tickets {
		for _, f := range s.B {
			if f.Clause == "HB-2.1e" && f.Level == audit.Violation {
				found++
			}
		}
	}
	if n != 9 || found != n {
		t.Errorf("%d verdicts and %d findings differ", n, found)
	}
}

// -audit lists what audit.History and audit.Month find, each once, in the month.
func TestAudit(t *testing.T) {
	r, desk, _ := embedded(t)
	asOf := at("11-10 09:00") // so that November has findings of its own
	want := map[rule.ID]map[audit.Level]int{}
	add := func(f audit.Finding) {
		if want[f.Clause] == nil {
			want[f.Clause] = map[audit.Level]int{}
		}
		want[f.Clause][f.Level]++
	}
	begin, end := at("10-01 00:00"), at("11-01 00:00")
	for _, h := range r.histories {
		found, err := audit.History(desk, h, asOf)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if !f.At.Before(begin) && f.At.Before(end) {
				add(f)
			}
		}
	}
	month, err := audit.Month(desk, calendar.MustMonth("2026-10"), r.all(), asOf)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range month {
		add(f)
	}
	got := map[rule.ID]map[audit.Level]int{}
	pack := packOf(t, "-audit", "-month", "2026-10", "-asof", "2026-11-10T09:00")
	listed := map[rule.ID]int{}
	for _, row := range pack.Audit.Clauses {
		got[row.Clause] = row.Levels
	}
	for _, f := range pack.Audit.Findings {
		listed[f.Clause]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	for id, levels := range want {
		if listed[id] != levels[audit.Violation]+levels[audit.Warning] {
			t.Errorf("%s: %d listed of %v", id, listed[id], levels)
		}
	}
	if packOf(t).Audit != nil {
		t.Error("nobody asked for an audit")
	}
	if n := len(pack.Breaches); n == 0 || len(pack.Audit.Findings) <= n {
		t.Errorf("%d breaches, %d findings", n, len(pack.Audit.Findings))
	}
}

// Of a day without a time the audit finds only what both its ends show. QI-3.6a: complained of
// at nine, answered "that day": nobody knows; the day after: late, by nine to 33 hours.
func TestAuditWithoutATime(t *testing.T) {
	m := `{"number":"id","opened":"opened","answered":"answered","layouts":["2006/1/2 15:04:05"],"dates":["2006/1/2"],"kind":{"default":"complaint"},"unrecorded":["rated"]}`
	r, bad := readExport(file{"t.csv", []byte("id,opened,answered\n1,2018/11/5 9:00:00,2018/11/5\n2,2018/11/5 9:00:00,2018/11/6\n")}, file{"m.json", []byte(m)})
	if bad != nil {
		t.Fatal(bad)
	}
	desk, err := newDesk(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []audit.Finding{{Level: audit.Unseen}, {Level: audit.Violation, Late: 13 * time.Hour}} {
		found, err := findings(desk, r, r.histories[i], at("11-01 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		var of []audit.Finding
		for _, f := range found {
			if f.Clause == "QI-3.6a" {
				of = append(of, audit.Finding{Level: f.Level, Late: f.Late})
				if strings.Contains(f.Zh, "实际") {
					t.Errorf("letter %d: an instant is made up: %s", i+1, f.Zh)
				}
			}
		}
		if diff := cmp.Diff([]audit.Finding{want}, of); diff != "" {
			t.Errorf("letter %d (-want +got)\n%s", i+1, diff)
		}
	}
}

// Months add up: -all counts what the months count, one by one.
func TestAllMonths(t *testing.T) {
	args := []string{"-csv", "testdata/petitions.csv", "-map", "maps/petitions.json"}
	all := packOf(t, append(args, "-all")...)
	asOf := all.AsOf.Format("2006-01-02T15:04")
	sum := map[string]audit.Figure{}
	for m := all.Month; m.Compare(all.Until) <= 0; m = m.Add(1) {
		for _, f := range packOf(t, append(args, "-month", m.String(), "-asof", asOf)...).Scores {
			key := string(f.Clause) + f.Name
			s := sum[key]
			f.Num, f.Den, f.Unseen = f.Num+s.Num, f.Den+s.Den, f.Unseen+s.Unseen
			sum[key] = f
		}
	}
	for _, f := range all.Scores {
		if sum[string(f.Clause)+f.Name] != f {
			t.Errorf("%s: %+v, the months add up to %+v", f.Clause, f, sum[string(f.Clause)+f.Name])
		}
	}
	if len(all.Scores) != len(sum) || len(sum) < 5 {
		t.Errorf("%d figures, %d of the months", len(all.Scores), len(sum))
	}
	opened, total := 0, 0
	for _, m := range all.Months {
		opened += m.Opened
	}
	for _, k := range all.Kinds {
		total += k.Total
	}
	if opened != total || opened != 11 {
		t.Errorf("%d opened, %d in hand", opened, total)
	}
}

// The scorecard of days without a time: QI-3.6a, two hours, of a complaint of the 5th at nine.
// Answered "on the 5th" it may be met or not: unseen. On the 4th it cannot be; on the 6th it is late.
func TestScoresWithoutATime(t *testing.T) {
	m := `{"number":"id","opened":"opened","answered":"answered","layouts":["2006/1/2 15:04:05"],"dates":["2006/1/2"],"kind":{"default":"complaint"},
		"unrecorded":["rated"]}`
	try := func(month calendar.Month, rows string) audit.Figure {
		r, bad := readExport(file{"t.csv", []byte("id,opened,answered\n" + rows)}, file{"m.json", []byte(m)})
		if bad != nil {
			t.Fatal(bad)
		}
		desk, err := newDesk(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		pack, err := build(desk, r, job{first: month, last: month, asOf: month.Add(1).Day(1).Start()})
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(pack.Scores, func(f audit.Figure) bool { return f.Clause == "QI-3.6a" })
		if i < 0 {
			t.Fatalf("no figure of QI-3.6a: %+v", pack.Scores)
		}
		return pack.Scores[i]
	}
	for rows, want := range map[string][3]int{
		"1,2018/11/5 9:00:00,2018/11/5\n":                                        {0, 0, 1},
		"1,2018/11/5 9:00:00,2018/11/5 11:00:00\n":                               {1, 1, 0},
		"1,2018/11/5 23:00:00,2018/11/5\n":                                       {1, 1, 0}, // any time of that day is within two hours
		"1,2018/11/5 9:00:00,2018/11/5\n2,2018/11/5 9:00:00,2018/11/5 9:30:00\n": {1, 1, 1},
	} {
		if f := try(calendar.MustMonth("2018-11"), rows); [3]int{f.Num, f.Den, f.Unseen} != want {
			t.Errorf("%q: %d of %d, %d unseen; want %v", rows, f.Num, f.Den, f.Unseen, want)
		}
	}
	// complained of "on the 30th": due on the 30th at two, or on the 1st, so in neither month for certain
	for _, m := range []string{"2018-11", "2018-12"} {
		if f := try(calendar.MustMonth(m), "1,2018/11/30,2018/12/3 9:00:00\n"); f.Num != 0 || f.Den != 0 || f.Unseen != 1 {
			t.Errorf("%s: %+v", m, f)
		}
	}
}

// An end before the beginning: refused, or, if the mapping says so, unknown. Then a limit is
// judged as if the work was done at once, and as if it was done at the last instant of the
// file; where the two differ nobody knows.
func TestEndBeforeBeginning(t *testing.T) {
	const rows = "no,in,out\n1,2015-02-06 17:46:00,2015-02-06 06:57:59\n2,2015-02-06 17:50:00,2015-02-06 18:20:00\n3,2015-02-06 17:50:00,2015-02-08 18:20:00\n"
	layout := func(early string) string {
		return `{"number":"no","opened":"in","closed":"out",` + early + `"kind":{"default":"repair"},"layouts":["2006-01-02 15:04:05"]}`
	}
	wantLines(t, fails(t, map[string]string{"t.csv": rows, "m.json": layout("")}, "-csv", "t.csv", "-map", "m.json"),
		"t.csv:2: out: 应不早于 2015-02-06 17:46:00，实为“2015-02-06 06:57:59”", "1 行有误")
	wantLines(t, fails(t, map[string]string{"t.csv": rows, "m.json": layout(`"early":"kept",`)}, "-csv", "t.csv", "-map", "m.json"),
		"m.json:1: early: 应为 refused 或 unknown，实为“kept”", "1 行有误")
	r, bad := readExport(file{"t.csv", []byte(rows)}, file{"m.json", []byte(layout(`"early":"unknown",`))})
	if bad != nil {
		t.Fatal(bad)
	}
	desk, err := newDesk(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []sla.Status{sla.Unseen, sla.Met, sla.Unseen} { // HB-2.1e: two hours, and a late end proves nothing
		v, err := look(desk, r, r.histories[i], at("11-01 09:00"))
		if err != nil {
			t.Fatal(err)
		}
		k := slices.IndexFunc(v.verdicts, func(o sla.Verdict) bool { return o.Clause == "HB-2.1e" })
		if k < 0 || v.verdicts[k].Status != want || v.ticket.State != ticket.Closed || v.vague != (i == 0) {
			t.Errorf("row %d: %+v, state %s", i+1, v.verdicts, v.ticket.State)
		}
	}
	out := output(t, "-csv", "testdata/sf311.csv", "-map", "maps/sf311.json", "-ticket", "900006", "-asof", "2015-04-01T09:00")
	if !regexp.MustCompile(`2  不明 +完工`).MatchString(out) {
		t.Errorf("the trace invents an instant:\n%s", out)
	}
}

// Long inputs say on standard error how far they are; short ones say nothing.
func TestProgress(t *testing.T) {
	for n, want := range map[int]int{4999: 0, 5000: 9, 6007: 10, 1_000_000: 9} {
		var errs bytes.Buffer
		tell := counter(&errs)
		for i := range n {
			tell(i, n)
		}
		lines := strings.Count(errs.String(), "\n")
		if lines != want || lines > 0 && !strings.HasPrefix(errs.String(), fmt.Sprintf("已判 %d 件，共 %d 件\n", n/10, n)) {
			t.Errorf("%d requests: %d lines, want %d\n%s", n, lines, want, errs.String())
		}
	}
	var out, errs bytes.Buffer
	if code := run([]string{"-csv", "-", "-map", "maps/sf311.json", "-json"}, bytes.NewReader(requests(5000)), &out, &errs); code != 0 || strings.Count(errs.String(), "\n") != 9 {
		t.Errorf("status %d\n%s", code, errs.String())
	}
}

// realFile is a file of the shared data, which stands beside the repository and is not in it.
func realFile(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "..", "shared", "data", name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("without the shared data: %v", err)
	}
	return path
}

// rows are a CSV file's, by column.
func rowsOf(t *testing.T, name string) []map[string]string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(clean(data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, cells := range all[1:] {
		row := map[string]string{}
		for i, c := range cells {
			row[all[0][i]] = c
		}
		rows = append(rows, row)
	}
	return rows
}

// The whole of a city's 311 file, counted a second way, straight from the columns: an order
// closed within the limit was begun in it; of all others nobody knows, and nothing is late.
// The excerpt of our own making likewise.
func TestSF311(t *testing.T) {
	for _, name := range []string{"testdata/sf311.csv", ""} {
		if name == "" {
			name = realFile(t, "sf311.csv")
		}
		kinds, met := map[ticket.Kind]int{}, map[rule.ID]int{}
		emergencies, early := 0, 0
		for _, row := range rowsOf(t, name) {
			kind := ticket.Other
			if row["category"] == "SFHA Requests" {
				kind = ticket.Repair
			}
			kinds[kind]++
			emergency := strings.HasSuffix(row["descriptor"], "- Emergency")
			if emergency {
				emergencies++
			}
			if row["closed_date"] == "" {
				continue
			}
			opened, errA := time.Parse("2006-01-02 15:04:05-07:00", row["created_date"])
			closed, errB := time.Parse("2006-01-02 15:04:05-07:00", row["closed_date"])
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			took := closed.Sub(opened)
			if took < 0 {
				early++
				continue
			}
			for _, limit := range []struct {
				clause rule.ID
				runs   bool
				limit  time.Duration
			}{{"HB-2.1d", emergency, 15 * time.Minute}, {"HB-2.1e", !emergency, 2 * time.Hour}, {"WY-unanswered", !emergency, 30 * time.Minute}, {"WY-unanswered", emergency, 7 * time.Minute}} {
				if limit.runs && took <= limit.limit {
					met[limit.clause]++
				}
			}
		}
		pack := packOf(t, "-csv", name, "-map", "maps/sf311.json", "-all")
		got := map[ticket.Kind]int{}
		for _, k := range pack.Kinds {
			got[k.Kind] = k.Total
		}
		if diff := cmp.Diff(kinds, got); diff != "" {
			t.Errorf("%s: kinds (-columns +pack)\n%s", name, diff)
		}
		gotMet := map[rule.ID]int{}
		for _, row := range pack.Clocks {
			if n := row.Statuses[sla.Met]; n > 0 {
				gotMet[row.Clause] = n
			}
			if row.Clause == "HB-2.1d" && row.Statuses[sla.Met]+row.Statuses[sla.Unseen] != emergencies {
				t.Errorf("%s: %v of %d emergencies", name, row.Statuses, emergencies)
			}
		}
		if diff := cmp.Diff(met, gotMet); diff != "" {
			t.Errorf("%s: met (-columns +pack)\n%s", name, diff)
		}
		for _, f := range pack.Scores {
			if (f.Clause == "HB-2.1d" || f.Clause == "HB-2.1e" || f.Clause == "WY-unanswered") && (f.Num != met[f.Clause] || f.Den != f.Num) {
				t.Errorf("%s: %s: %d of %d, the columns say %d", name, f.Clause, f.Num, f.Den, met[f.Clause])
			}
		}
		for _, f := range pack.Scores { // no column tells of answers, reopenings, rework
			if (f.Clause == "HB-2.2d" || f.Clause == "HB-3.4" || f.Clause == "SP-2.5.2") && (f.Num != 0 || f.Den != 0 || f.Unseen == 0) {
				t.Errorf("%s: %+v", name, f)
			}
		}
		if len(pack.Breaches) != 0 {
			t.Errorf("%s: %d breaches, from a file that cannot show one", name, len(pack.Breaches))
		}
		if !slices.ContainsFunc(pack.Notes, func(s string) bool { return strings.HasPrefix(s, fmt.Sprintf("%d 件的办结早于登记", early)) }) {
			t.Errorf("%s: the notes do not tell of %d ends before the beginning", name, early)
		}
		if len(kinds) == 2 && kinds[ticket.Repair] > 1000 && (kinds[ticket.Repair] != 1102 || kinds[ticket.Other] != 8898 || emergencies != 53 || early != 17) {
			t.Errorf("%v, %d emergencies, %d early", kinds, emergencies, early)
		}
	}
}

// The whole of the petitions, with QI-3.7a counted a second way: of a minor complaint one
// working day, so to the end of the next working day. Answered on a later day, or not at all
// by then, it is late; answered in time nobody knows whether the writer was asked.
func TestPetitions(t *testing.T) {
	name := realFile(t, "petitions.csv")
	pack := packOf(t, "-csv", name, "-map", "maps/petitions.json", "-all")
	day := func(s string) calendar.Date {
		at, err := time.Parse("2006/1/2", strings.Fields(s)[0])
		if err != nil {
			t.Fatal(err)
		}
		return calendar.MustDate(at.Format("2006-01-02"))
	}
	late, rest, total := 0, 0, 0
	for _, row := range rowsOf(t, name) {
		total++
		if !regexp.MustCompile("投诉|举报|扰民").MatchString(row["subject"]) {
			continue
		}
		due, err := calendar.China().AddWorkdays(day(row["opened"]), 1)
		if err != nil {
			t.Fatal(err)
		}
		if row["answered"] == "" || day(row["answered"]).Compare(due) > 0 {
			late++
		} else {
			rest++
		}
	}
	got := map[sla.Status]int{}
	for _, row := range pack.Clocks {
		if row.Clause == "QI-3.7a" {
			got = row.Statuses
		}
	}
	if diff := cmp.Diff(map[sla.Status]int{sla.Breached: late, sla.Unseen: rest}, got); diff != "" {
		t.Errorf("QI-3.7a (-columns +pack)\n%s", diff)
	}
	i := slices.IndexFunc(pack.Scores, func(f audit.Figure) bool { return f.Clause == "QI-3.7a" })
	if i < 0 || pack.Scores[i].Num != 0 || pack.Scores[i].Den != late || pack.Scores[i].Unseen != rest {
		t.Errorf("the scorecard of QI-3.7a, %d late and %d unseen: %+v", late, rest, pack.Scores)
	}
	n := 0
	for _, k := range pack.Kinds {
		n += k.Total
	}
	if n != total || total < 2800 {
		t.Errorf("%d judged of %d", n, total)
	}
}
