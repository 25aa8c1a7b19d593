package calendar

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// said is what testdata/days.txt says of a day: "work", "statutory" or "shifted", and a name.
type said struct{ kind, name string }

func readDays(t testing.TB) map[Date]said {
	b, err := os.ReadFile("testdata/days.txt")
	if err != nil {
		t.Fatal(err)
	}
	out := map[Date]said{}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); line[0] != '#' {
			out[MustDate(f[0])] = said{f[1], f[2]}
		}
	}
	if len(out) != 766 {
		t.Fatalf("%d days in testdata/days.txt, want 766", len(out))
	}
	return out
}

// SC-days: every day of 23 years is as the notices left it in the end.
func TestSC_days(t *testing.T) {
	days, c := readDays(t), China()
	for x := d("2004-01-01"); x.Year() <= 2026; x = x.AddDays(1) {
		got, err := c.Day(x)
		if err != nil {
			t.Fatal(err)
		}
		want := Day{Date: x, Kind: Workday}
		if w := x.Weekday(); w == 0 || w == 6 {
			want.Kind = Weekend
		}
		switch s := days[x]; s.kind {
		case "work":
			want.Kind, want.Name = MakeUp, s.name
		case "statutory":
			want.Kind, want.Name, want.Statutory = Holiday, s.name, true
		case "shifted":
			want.Kind, want.Name = Holiday, s.name
		}
		want.Provisional = x.Compare(d("2026-12-29")) >= 0
		want.Source, want.Published = got.Source, got.Published // TestChinaSources
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", x, diff)
		}
		if worked, err := c.IsWorkday(x); err != nil || worked != want.Kind.Worked() {
			t.Errorf("IsWorkday(%v) = %v, %v", x, worked, err)
		}
	}
}

func TestChinaSources(t *testing.T) {
	for _, c := range []struct{ day, published, in string }{
		{"2004-01-01", "", ""},
		{"2005-12-30", "", ""}, {"2005-12-31", "2005-12-22", ""}, // the notice for 2006 moved it
		{"2007-12-28", "2006-12-18", "content_1761"}, {"2007-12-29", "2007-12-18", "content_1645"}, {"2007-12-31", "2007-12-18", "content_1645"},
		{"2015-09-02", "2014-12-16", "content_9302"}, {"2015-09-03", "2015-05-13", "content_9742"},
		{"2019-04-28", "2019-03-22", "content_5375877"}, {"2020-02-01", "2020-01-27", "content_5472352"},
		{"2026-02-14", "2025-11-04", "content_7047091"}, {"2026-02-12", "2025-11-04", "content_7047091"},
	} {
		got, err := China().Day(d(c.day))
		if err != nil || got.Published.String() != c.published || !strings.Contains(got.Source, c.in) {
			t.Errorf("%s: %+v, %v; want published %q in %q", c.day, got, err, c.published, c.in)
		}
	}
}

// Days off beyond the statutory ones are worked on other days: within a notice, weekdays
// off = statutory days (one on a weekend is given back) + make-up days.
func TestNoticesBalance(t *testing.T) {
	exceptions := map[string]int{ // weekdays off more than that
		"2009":       1, // Mid-Autumn fell on National Day and was given back
		"2020":       1, // the same
		"2015-05-13": 1, // the memorial day was given for nothing
		"2020-01-27": 1, // so was 31 January; 1 February was a make-up day no more
	}
	for _, n := range notices {
		e, err := newEntry(n)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprint(n.Year)
		if n.Year == 0 {
			name = n.Published.String()
		}
		off, made := 0, 0
		for _, p := range e.parts {
			for x := p.From; x.Compare(p.To) <= 0; x = x.AddDays(1) {
				switch {
				case p.work:
					made++
				case plainWeek(x) && !e.statutory(p, x):
					off++
				case !plainWeek(x) && e.statutory(p, x):
					off--
				}
			}
		}
		if off-made != exceptions[name] {
			t.Errorf("%s: %d weekdays off beyond the statutory days, %d make-up days", name, off, made)
		}
	}
}

// The days that the regulation fixes are off and statutory in every published year.
func TestStatutoryAgainstNotices(t *testing.T) {
	for y := 2004; y <= 2026; y++ {
		n, err := Statutory(y)
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for _, s := range n.Off {
			for x := s.From; x.Compare(s.To) <= 0; x = x.AddDays(1) {
				total++
				if day, err := China().Day(x); err != nil || day.Kind != Holiday || !day.Statutory {
					t.Errorf("%v is statutory, and %+v, %v", x, day, err)
				}
			}
		}
		want := 11
		switch {
		case y < 2008:
			want = 10
		case y == 2009 || y == 2020: // Mid-Autumn within National Day
			want = 10
		case y >= 2025:
			want = 13
		}
		if total != want {
			t.Errorf("%d has %d statutory days, want %d", y, total, want)
		}
	}
}

func TestStatutory(t *testing.T) {
	n, err := Statutory(2027)
	if err != nil {
		t.Fatal(err)
	}
	want := Notice{Year: 2027, Source: n.Source, Provisional: true, Off: []Stretch{
		{"元旦", d("2027-01-01"), d("2027-01-01"), true}, {"春节", d("2027-02-05"), d("2027-02-08"), true},
		{"清明节", d("2027-04-05"), d("2027-04-05"), true}, {"劳动节", d("2027-05-01"), d("2027-05-02"), true},
		{"端午节", d("2027-06-09"), d("2027-06-09"), true}, {"中秋节", d("2027-09-15"), d("2027-09-15"), true},
		{"国庆节", d("2027-10-01"), d("2027-10-03"), true},
	}}
	if diff := cmp.Diff(want, n); diff != "" {
		t.Error(diff)
	}
	var all []Notice
	for y := 2004; y <= 2100; y++ {
		n, err := Statutory(y)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, n)
	}
	c, err := Calendar{}.With(all...)
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Years(); len(got) != 97 {
		t.Error(got)
	}
	if !c.Provisional(d("2050-03-01"), d("2050-03-01")) {
		t.Error("2050 is certain")
	}
	for _, y := range []int{2003, 2101, 0, -1, 10000} {
		var e *NoticeError
		if _, err := Statutory(y); !errors.As(err, &e) || e.Year != y {
			t.Errorf("Statutory(%d): %v", y, err)
		}
	}
}

// The file of TABLES for 2026 is the notice that is there already.
const notice2026 = `{"year":2026,"source":"https://www.gov.cn/zhengce/zhengceku/202511/content_7047091.htm","published":"2025-11-04",
"off":[{"name":"元旦","from":"2026-01-01","to":"2026-01-03"},{"name":"春节","from":"2026-02-15","to":"2026-02-23"},{"name":"清明节","from":"2026-04-04","to":"2026-04-06"},{"name":"劳动节","from":"2026-05-01","to":"2026-05-05"},{"name":"端午节","from":"2026-06-19","to":"2026-06-21"},{"name":"中秋节","from":"2026-09-25","to":"2026-09-27"},{"name":"国庆节","from":"2026-10-01","to":"2026-10-07"}],
"work":[{"name":"元旦","from":"2026-01-04"},{"name":"春节","from":"2026-02-14"},{"name":"春节","from":"2026-02-28"},{"name":"劳动节","from":"2026-05-09"},{"name":"国庆节","from":"2026-09-20"},{"name":"国庆节","from":"2026-10-10"}]}`

// A notice for 2027, made up for the tests.
const notice2027 = `{"year":2027,"source":"made up","published":"2026-11-25",
"off":[{"name":"元旦","from":"2026-12-31","to":"2027-01-02"},{"name":"春节","from":"2027-02-04","to":"2027-02-10"},{"name":"清明节","from":"2027-04-05"},{"name":"劳动节","from":"2027-05-01","to":"2027-05-05"},{"name":"端午节","from":"2027-06-09"},{"name":"中秋节","from":"2027-09-15"},{"name":"国庆节","from":"2027-10-01","to":"2027-10-07"}],
"work":[{"name":"元旦","from":"2027-01-03"}]}`

func parse(t testing.TB, file string) Notice {
	var n Notice
	if err := json.Unmarshal([]byte(file), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

func with(t testing.TB, c Calendar, n ...Notice) Calendar {
	c, err := c.With(n...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestNoticeFile(t *testing.T) {
	n := parse(t, notice2026)
	if n.Off[1] != (Stretch{"春节", d("2026-02-15"), d("2026-02-23"), false}) || n.Work[0].To != d("2026-01-04") {
		t.Errorf("%+v", n)
	}
	if got := with(t, China(), n); got != China() || got.ID() != China().ID() {
		t.Error("the year that is there already changed the calendar")
	}
	n.Work = n.Work[1:]
	_, err := China().With(n)
	var e *NoticeError
	if !errors.As(err, &e) || e.Day != d("2026-01-04") || e.Year != 2026 {
		t.Errorf("another notice for 2026: %v", err)
	}
	// With the revision worked in, as hosts often keep a year.
	n = parse(t, `{"year":2015,"off":[{"from":"2015-01-01","to":"2015-01-03"},{"from":"2015-02-18","to":"2015-02-24"},{"from":"2015-04-05","to":"2015-04-06"},{"from":"2015-05-01"},{"from":"2015-06-20"},{"from":"2015-06-22"},{"from":"2015-09-03","to":"2015-09-05"},{"from":"2015-09-27"},{"from":"2015-10-01","to":"2015-10-07"}],
		"work":[{"from":"2015-01-04"},{"from":"2015-02-15"},{"from":"2015-02-28"},{"from":"2015-09-06"},{"from":"2015-10-10"}]}`)
	if got := with(t, China(), n); got != China() {
		t.Error("2015 as it became in the end changed the calendar")
	}
}

func TestNoticeRoundTrip(t *testing.T) {
	all := append(slices.Clone(notices), parse(t, notice2027))
	s, _ := Statutory(2028)
	for _, n := range append(all, s) {
		b, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(n, parse(t, string(b))); diff != "" {
			t.Errorf("%s:\n%s", b, diff)
		}
	}
}

func TestNoticeDecodesStrictly(t *testing.T) {
	for _, c := range []struct{ file, path string }{
		{`{"YEAR":2027}`, "YEAR"},
		{`{"year":2027,"year":2028}`, "year"},
		{`{"year":"2027"}`, "year"},
		{`{"year":2027.5}`, "year"},
		{`{"year":2.027e3}`, "year"},
		{`{"year":99999999999999999999}`, "year"},
		{`{"published":"2026-02-30"}`, "published"},
		{`{"published":null}`, "published"},
		{`{"published":""}`, "published"},
		{`{"source":1}`, "source"},
		{`{"provisional":"yes"}`, "provisional"},
		{`{"off":null}`, "off"},
		{`{"off":{}}`, "off"},
		{`{"off":[null]}`, "off[0]"},
		{`{"off":[[]]}`, "off[0]"},
		{`{"off":[{"from":"2027-01-01"},{"name":"x"}]}`, "off[1].from"},
		{`{"off":[{"from":"2027-01-01","too":"2027-01-02"}]}`, "off[0].too"},
		{`{"off":[{"from":"2027-01-01","to":"2027-1-2"}]}`, "off[0].to"},
		{`{"off":[{"from":"2027-01-01","from":"2027-01-01"}]}`, "off[0].from"},
		{`{"work":[{"from":"2027-01-01","statutory":1}]}`, "work[0].statutory"},
		{`{"work":[{"from":"2027-01-01","Name":"x"}]}`, "work[0].Name"},
		{`{"holidays":[]}`, "holidays"},
		{`[]`, ""}, {`null`, ""}, {`1`, ""}, {``, ""}, {`{`, ""}, {`{"year":2027`, ""}, {`{"year":2027}}`, ""}, {`{"year":2027} {}`, ""},
		{"{\"source\":\"\xff\"}", ""},
	} {
		n := Notice{Source: "before"}
		err := n.UnmarshalJSON([]byte(c.file))
		var e *NoticeError
		if !errors.As(err, &e) || e.Path != c.path || e.Zh() == "" {
			t.Errorf("%s: %v, want the path %q", c.file, err, c.path)
		}
		if n.Source != "before" || n.Year != 0 {
			t.Errorf("%s: the notice was touched: %+v", c.file, n)
		}
		if json.Unmarshal([]byte(c.file), &n) == nil {
			t.Errorf("%s: json.Unmarshal took it", c.file)
		}
	}
}

// What is wrong, and where, in Chinese too.
func TestNoticeErrorZh(t *testing.T) {
	for file, want := range map[string]string{
		`{"YEAR":2027}`:                 "通知中的YEAR：没有这个字段",
		`{"year":2027,"year":2027}`:     "通知中的year：重复出现",
		`{"year":2027.5}`:               "通知中的year：不是整数：2027.5",
		`{"provisional":1}`:             "通知中的provisional：不是true或false",
		`{"off":[{"name":"元旦"}]}`:       "通知中的off[0].from：缺少",
		`{"off":[{"from":"2027-1-1"}]}`: "通知中的off[0].from：“2027-1-1”不是有效日期",
		`{"off":[{"from":1}]}`:          "通知中的off[0].from：不是日期",
		`{`:                             "通知：不是有效的JSON",
		`{"year":2027,"source":"网站","off":[{"name":"元旦","from":"2026-12-01"}]}`: "2027年放假通知（网站）中的off[0].from“元旦”：2026-12-01不在该年内，也不在上年最后三天",
		`{"source":"盘点","work":[{"from":"2026-03-06"}]}`:                        "通知（盘点）中的work[0]：2026-03-06本来就上班",
	} {
		var n Notice
		err := n.UnmarshalJSON([]byte(file))
		if err == nil {
			_, err = China().With(n)
		}
		var e *NoticeError
		if !errors.As(err, &e) || e.Zh() != want {
			t.Errorf("%s: %v\n got %s\nwant %s", file, err, e.Zh(), want)
		}
	}
}

func TestNoticeRefused(t *testing.T) {
	for _, c := range []struct{ name, file, path, day string }{
		{"nothing said", `{"year":2027}`, "", ""},
		{"no such year", `{"year":10000,"off":[{"from":"2027-01-01"}]}`, "year", ""},
		{"negative year", `{"year":-1,"off":[{"from":"2027-01-01"}]}`, "year", ""},
		{"from after to", `{"year":2027,"off":[{"from":"2027-01-03","to":"2027-01-01"}]}`, "off[0].to", "2027-01-01"},
		{"named twice, off", `{"year":2027,"off":[{"from":"2027-01-01","to":"2027-01-03"},{"from":"2027-01-03"}]}`, "off[1]", "2027-01-03"},
		{"named twice, off and work", `{"year":2027,"off":[{"from":"2027-01-01","to":"2027-01-03"}],"work":[{"from":"2027-01-02"}]}`, "work[0]", "2027-01-02"},
		{"statutory make-up day", `{"year":2027,"off":[{"from":"2027-01-01"}],"work":[{"from":"2027-01-03","statutory":true}]}`, "work[0].statutory", "2027-01-03"},
		{"day of the year after", `{"year":2027,"off":[{"from":"2027-12-31","to":"2028-01-01"}]}`, "off[0].to", "2028-01-01"},
		{"28 December before", `{"year":2027,"off":[{"from":"2026-12-28"}]}`, "off[0].from", "2026-12-28"},
		{"worked anyway", `{"year":2027,"off":[{"from":"2027-01-01"}],"work":[{"name":"元旦","from":"2027-01-04"}]}`, "work[0]", "2027-01-04"},
		{"a weekend off", `{"year":2027,"off":[{"from":"2027-01-01"},{"name":"春游","from":"2027-03-06","to":"2027-03-07"}]}`, "off[1]", "2027-03-06"},
		{"a weekend off in two parts", `{"year":2027,"off":[{"from":"2027-03-07"},{"from":"2027-03-06"}]}`, "off[1]", "2027-03-06"},
		{"a site closes on a rest day", `{"source":"盘点","off":[{"from":"2026-03-07"}]}`, "off[0]", "2026-03-07"},
		{"a site closes on a shifted day off", `{"source":"盘点","off":[{"from":"2026-10-05","to":"2026-10-06"}]}`, "off[0]", "2026-10-05"},
		{"a site works on a make-up day", `{"source":"盘点","work":[{"from":"2026-10-10"}]}`, "work[0]", "2026-10-10"},
		{"a site works on a weekday", `{"source":"盘点","work":[{"from":"2026-03-06"}]}`, "work[0]", "2026-03-06"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := China()
			got, err := before.With(parse(t, c.file))
			var e *NoticeError
			if !errors.As(err, &e) || e.Path != c.path || e.Day.String() != c.day {
				t.Fatalf("got %v, want the path %q and the day %q", err, c.path, c.day)
			}
			if got != before {
				t.Error("the calendar changed")
			}
			if e.Zh() == "" || !strings.HasPrefix(err.Error(), "calendar: notice") {
				t.Errorf("%q, %q", err, e.Zh())
			}
		})
	}
	for _, n := range []Notice{{Year: 2027, Off: []Stretch{{Name: "x"}}}, {Off: []Stretch{{To: d("2026-03-06")}}}} {
		if _, err := China().With(n); err == nil {
			t.Errorf("%+v was taken", n)
		}
	}
}

func TestNoticeTaken(t *testing.T) {
	for _, c := range []struct{ name, file, day, kind string }{
		{"a weekend beside a workday", `{"off":[{"from":"2026-03-06","to":"2026-03-08"}]}`, "2026-03-07", "holiday"},
		{"and in two stretches", `{"off":[{"from":"2026-03-07"},{"from":"2026-03-06"}]}`, "2026-03-07", "holiday"},
		{"a closing on a make-up day", `{"off":[{"from":"2026-10-10"}]}`, "2026-10-10", "holiday"},
		{"work on a holiday", `{"work":[{"from":"2026-10-07"}]}`, "2026-10-07", "makeup"},
		{"a statutory day restated", `{"off":[{"from":"2026-10-01","to":"2026-10-02"}]}`, "2026-10-01", "holiday"},
		{"29 December before the year", `{"year":2027,"off":[{"from":"2026-12-29"}]}`, "2026-12-29", "holiday"},
		{"a statutory Saturday", `{"year":2028,"off":[{"from":"2028-01-01"}]}`, "2028-01-01", "holiday"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := with(t, China(), parse(t, c.file)).Day(d(c.day))
			if err != nil || string(got.Kind) != c.kind {
				t.Errorf("%+v, %v, want %s", got, err, c.kind)
			}
		})
	}
}

func TestSameDayOfPublicationDisagrees(t *testing.T) {
	for _, published := range []string{`"published":"2026-03-01",`, ``} {
		a := parse(t, `{`+published+`"source":"盘点","off":[{"from":"2026-03-06","to":"2026-03-08"}]}`)
		b := parse(t, `{`+published+`"source":"装修","work":[{"name":"抢修","from":"2026-03-08"}]}`)
		for _, order := range [][]Notice{{a, b}, {b, a}} {
			_, err := China().With(order...)
			var e *NoticeError
			if !errors.As(err, &e) || e.Day != d("2026-03-08") || !strings.Contains(err.Error(), "装修") {
				t.Errorf("together: %v", err)
			}
			c := with(t, China(), order[0])
			if _, err := c.With(order[1]); !errors.As(err, &e) || e.Day != d("2026-03-08") {
				t.Errorf("one after the other: %v", err)
			}
		}
	}
	// Of different days the later one decides.
	a := parse(t, `{"published":"2026-03-01","source":"盘点","off":[{"from":"2026-03-06","to":"2026-03-08"}]}`)
	b := parse(t, `{"published":"2026-03-02","source":"抢修","work":[{"from":"2026-03-08"}]}`)
	c := with(t, with(t, China(), b.with("2026-03-02")), a)
	if got, _ := c.Day(d("2026-03-08")); got.Kind != MakeUp || got.Source != "抢修" {
		t.Errorf("%+v", got)
	}
	if got, _ := c.AsKnownOn(d("2026-03-01")).Day(d("2026-03-08")); got.Kind != Holiday || got.Source != "盘点" {
		t.Errorf("as known on 1 March: %+v", got)
	}
	undated := parse(t, `{"source":"停业","off":[{"from":"2026-03-08"}]}`)
	if got, _ := with(t, c, undated).Day(d("2026-03-08")); got.Source != "停业" {
		t.Errorf("undated is last: %+v", got)
	}
}
