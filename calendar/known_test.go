package calendar

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func (n Notice) with(published string) Notice { n.Published = MustDate(published); return n }

// Whatever the order and the calls, the calendar is the same. Only what stands on a notice
// that is not there yet is refused until it is, as b, which has a closed day worked again.
func TestWithOrder(t *testing.T) {
	next, after := parse(t, notice2027), parse(t, `{"year":2028,"published":"2027-11-01","off":[{"from":"2027-12-31","to":"2028-01-02"}]}`)
	p27, _ := Statutory(2027)
	p28, _ := Statutory(2028)
	all := []Notice{next, after, p27, p28,
		parse(t, `{"published":"2026-12-01","source":"a","off":[{"from":"2026-12-30"},{"from":"2027-01-01","to":"2027-01-04"}]}`),
		parse(t, `{"published":"2026-12-02","source":"b","work":[{"from":"2026-12-30"}]}`),
		parse(t, `{"source":"c","off":[{"from":"2027-03-08"}]}`),
		parse(t, `{"source":"d","work":[{"from":"2027-03-07"}]}`),
		parse(t, `{"source":"e","off":[{"from":"2030-03-08"}]}`),                          // its year is not there
		parse(t, `{"source":"f","off":[{"from":"2026-12-31"}]}`),                          // so is it in the notice for 2027
		parse(t, `{"published":"2026-11-01","source":"g","off":[{"from":"2027-02-09"}]}`), // and this
		parse(t, `{"source":"h","off":[{"from":"2027-03-08","to":"2027-03-09"}]}`),        // as c
		parse(t, `{"source":"again","off":[{"from":"2027-03-08"}]}`),                      // as c
	}
	want := with(t, China(), all...)
	rapid.Check(t, func(t *rapid.T) {
		c := China()
		rest := rapid.Permutation(all).Draw(t, "order")
		var held []Notice
		for len(rest) > 0 {
			n := rapid.IntRange(1, len(rest)).Draw(t, "n")
			held = append(held, rest[:n]...)
			rest = rest[n:]
			got, err := c.With(held...)
			if err == nil {
				c, held = got, nil
			} else if !strings.Contains(err.Error(), "(b): work[0]: 2026-12-30 is worked anyway") {
				t.Fatal(err)
			}
		}
		if c.ID() != want.ID() {
			t.Fatalf("ID %s, want %s", c.ID(), want.ID())
		}
		for x := d("2026-12-01"); x.Compare(d("2028-12-31")) <= 0; x = x.AddDays(1) {
			a, errA := c.Day(x)
			b, errB := want.Day(x)
			if a != b || errA != nil || errB != nil {
				t.Fatalf("%+v, %v and %+v, %v", a, errA, b, errB)
			}
		}
		if again, err := c.With(all...); err != nil || again != c {
			t.Fatalf("once more: %v", err)
		}
	})
	if _, err := want.Day(d("2030-03-08")); err == nil {
		t.Error("a site's day published the year")
	}
}

// A provisional notice is shadowed by the real one, and is back where that is not known.
func TestProvisionalShadowed(t *testing.T) {
	s, _ := Statutory(2027)
	c := with(t, China(), s, parse(t, notice2027))
	// 2027-01-03 is a make-up Sunday of the real notice only, 02-04 off only there.
	if got, _ := c.Day(d("2027-01-03")); got.Kind != MakeUp || got.Provisional {
		t.Errorf("%+v", got)
	}
	if got, _ := c.AsKnownOn(d("2026-11-24")).Day(d("2027-01-03")); got.Kind != Weekend || !got.Provisional {
		t.Errorf("%+v", got)
	}
	// The real one need not keep what was expected: here 9 June is worked.
	bare := parse(t, `{"year":2027,"off":[{"name":"元旦","from":"2027-01-01"}]}`)
	if got, _ := with(t, China(), s, bare).Day(d("2027-06-09")); got.Kind != Workday || got.Provisional {
		t.Errorf("%+v", got)
	}
	if c.Provisional(d("2027-01-01"), d("2027-12-28")) || !c.Provisional(d("2027-12-28"), d("2027-12-29")) || !c.AsKnownOn(d("2026-11-24")).Provisional(d("2027-03-01"), d("2027-03-01")) {
		t.Error("provisional where it is not, or not where it is")
	}
	if got := c.AsKnownOn(d("2026-11-25")); got.ID() != c.ID() {
		t.Error("nothing was left out, and the calendar is another one")
	}
	if got := with(t, c.AsKnownOn(d("2026-11-24")), parse(t, notice2027)); got.ID() != c.ID() {
		t.Error("given back, it was not taken")
	}
}

func TestProvisional(t *testing.T) {
	site := parse(t, `{"source":"盘点","off":[{"from":"2026-12-30"}]}`)
	for _, c := range []struct {
		name     string
		cal      Calendar
		from, to string
		want     bool
	}{
		{"published", China(), "2004-01-01", "2026-12-28", false},
		{"the last days", China(), "2026-12-28", "2026-12-29", true},
		{"the last days, turned", China(), "2026-12-29", "2026-12-28", true},
		{"past last days", China(), "2025-12-29", "2025-12-31", false},
		{"no notice", China(), "2027-03-01", "2027-03-01", true},
		{"one day without notice", China(), "2003-12-31", "2004-01-01", true},
		{"the next year is there", with(t, China(), parse(t, notice2027)), "2026-12-29", "2027-12-28", false},
		{"only provisionally", func() Calendar { s, _ := Statutory(2027); return with(t, China(), s) }(), "2026-12-29", "2026-12-29", true},
		{"a site names the day", with(t, China(), site), "2026-12-30", "2026-12-30", false},
		{"and not the next", with(t, China(), site), "2026-12-30", "2026-12-31", true},
		{"nor the one before", with(t, China(), site), "2026-12-29", "2026-12-29", true},
	} {
		if got := c.cal.Provisional(d(c.from), d(c.to)); got != c.want {
			t.Errorf("%s: Provisional(%s, %s) = %v", c.name, c.from, c.to, got)
		}
	}
	if !China().Provisional(Date{}, Date{}) || !(Calendar{}).Provisional(d("2026-01-01"), d("2026-01-01")) {
		t.Error("no date, or no calendar, is certain")
	}
	rapid.Check(t, func(t *rapid.T) { // against every day alone
		s, _ := Statutory(2027)
		c, _ := China().With(s, site)
		from := d("2025-11-01").AddDays(rapid.IntRange(0, 500).Draw(t, "from"))
		to := from.AddDays(rapid.IntRange(0, 500).Draw(t, "days"))
		want := false
		for x := from; x.Compare(to) <= 0; x = x.AddDays(1) {
			day, err := c.Day(x)
			want = want || err != nil || day.Provisional
		}
		if c.Provisional(from, to) != want {
			t.Fatalf("Provisional(%v, %v) = %v", from, to, !want)
		}
	})
}

// What people knew, and when.
func TestAsKnownOn(t *testing.T) {
	for _, c := range []struct{ known, day, want string }{
		{"2019-03-21", "2019-04-28", "weekend"}, {"2019-03-22", "2019-04-28", "makeup"},
		{"2019-03-21", "2019-05-02", "workday"}, {"2019-03-22", "2019-05-02", "holiday"},
		{"2020-01-20", "2020-01-31", "workday"}, {"2020-01-26", "2020-01-31", "workday"}, {"2020-01-27", "2020-01-31", "holiday"},
		{"2020-01-26", "2020-02-01", "makeup"}, {"2020-01-27", "2020-02-01", "holiday"},
		{"2015-05-12", "2015-09-03", "workday"}, {"2015-05-13", "2015-09-03", "holiday"},
		{"2007-12-17", "2007-12-31", "workday"}, {"2007-12-18", "2007-12-31", "holiday"},
		{"2018-12-05", "2018-12-29", "weekend"}, {"2018-12-06", "2018-12-29", "makeup"},
		{"2005-12-21", "2005-12-31", "weekend"}, {"2005-12-22", "2005-12-31", "makeup"},
		{"2025-11-03", "2025-12-31", "workday"}, {"2025-11-03", "2026-01-05", "2026"}, {"2025-11-04", "2026-01-05", "workday"},
		{"0001-01-01", "2005-06-01", "workday"}, {"0001-01-01", "2006-06-01", "2006"}, // 2004 and 2005 have no date
	} {
		got, err := China().AsKnownOn(d(c.known)).Day(d(c.day))
		s := string(got.Kind)
		var e *UnpublishedError
		if errors.As(err, &e) {
			s = fmt.Sprint(e.Year)
		}
		if s != c.want {
			t.Errorf("%s as known on %s: %s, want %s", c.day, c.known, s, c.want)
		}
	}
	// 2020-01-30 and one working day: 01-31 then, 02-03 now.
	then, _ := China().AsKnownOn(d("2020-01-20")).AddWorkdays(d("2020-01-30"), 1)
	now, _ := China().AddWorkdays(d("2020-01-30"), 1)
	if then != d("2020-01-31") || now != d("2020-02-03") {
		t.Errorf("%v then, %v now", then, now)
	}
	if China().AsKnownOn(d("2026-01-01")) != China() {
		t.Error("nothing was left out, and the calendar is another one")
	}
	// A site's notice that stands on a revision survives a view without it, and more can be added there.
	c := with(t, China(), parse(t, `{"source":"盘点","off":[{"from":"2019-04-28"}]}`)).AsKnownOn(d("2019-03-21"))
	with(t, c, parse(t, `{"source":"装修","off":[{"from":"2019-04-29"}]}`))
}

func TestID(t *testing.T) {
	ids := map[string]string{}
	add := func(name string, c Calendar) {
		if old, ok := ids[c.ID()]; ok {
			t.Errorf("%s and %s have one ID", name, old)
		}
		ids[c.ID()] = name
	}
	hours, err := China().WithHours(Shift{Days: allWeek, Open: "09:00", Close: "17:00"})
	if err != nil {
		t.Fatal(err)
	}
	s, _ := Statutory(2027)
	add("none", Calendar{})
	add("China", China())
	add("hours", hours)
	add("known", China().AsKnownOn(d("2020-01-20")))
	add("provisional", with(t, China(), s))
	add("next", with(t, China(), parse(t, notice2027)))
	add("both", with(t, China(), s, parse(t, notice2027)))
	add("site", with(t, China(), parse(t, `{"off":[{"from":"2026-03-06"}]}`)))
	add("site, dated", with(t, China(), parse(t, `{"published":"2026-03-01","off":[{"from":"2026-03-06"}]}`)))
	// Words do not matter, and neither does how days are divided into stretches.
	n := parse(t, notice2027)
	n.Source = "https://elsewhere"
	n.Off[0].Name = "New Year"
	n.Off = append(n.Off, Stretch{From: d("2027-01-02")})
	n.Off[0].To = d("2027-01-01")
	n.Off[1].To = d("2027-02-09") // within what the regulation leaves open
	n.Off = append(n.Off, Stretch{From: d("2027-02-10")})
	if got, want := with(t, China(), n).ID(), with(t, China(), parse(t, notice2027)).ID(); got != want {
		t.Error("other words give another ID")
	}
	if len(China().ID()) != 16 {
		t.Error(China().ID())
	}
}

func FuzzNotice(f *testing.F) {
	f.Add([]byte(notice2026))
	f.Add([]byte(notice2027))
	f.Add([]byte(`{"source":"盘点","off":[{"from":"2026-03-06"}],"provisional":true}`))
	f.Add([]byte(`{"off":[{"from":"0001-01-01","to":"9999-12-31"}]}`))
	f.Fuzz(func(t *testing.T, file []byte) {
		var n Notice
		if json.Unmarshal(file, &n) != nil {
			return
		}
		b, err := json.Marshal(n)
		if err != nil {
			t.Fatal(err)
		}
		if again := parse(t, string(b)); !cmp.Equal(n, again) {
			t.Fatalf("%s came back as %s", file, b)
		}
		c, err := China().With(n)
		if err != nil {
			var e *NoticeError
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			return
		}
		if again, err := c.With(n); err != nil || again != c {
			t.Fatalf("taken once, not twice: %v", err)
		}
		for _, s := range n.Off {
			if worked, err := c.IsWorkday(s.From); err == nil && worked && n.Year == 0 {
				t.Fatalf("%v is worked", s.From)
			}
		}
	})
}

// final is a year as it became in the end, in one notice, as public compilations have it.
func final(days map[Date]said, year int) Notice {
	n := Notice{Year: year, Source: "final"}
	for x := civil(year, 1, 1); x.Year() == year; x = x.AddDays(1) {
		switch s, ok := days[x]; {
		case ok && s.kind == "work":
			n.Work = append(n.Work, Stretch{Name: s.name, From: x})
		case ok:
			n.Off = append(n.Off, Stretch{Name: s.name, From: x})
		}
	}
	return n
}

// Whether a notice of a year is one that is there already hangs neither on a site's days nor
// on the order.
func TestYearAlreadyThere(t *testing.T) {
	orders := func(name string, wantDay string, all ...Notice) {
		t.Helper()
		n := len(all)
		for i := range n * n * n {
			order := []Notice{all[i%n], all[i/n%n], all[i/n/n%n]}[:n]
			if slices.ContainsFunc(all, func(x Notice) bool {
				return !slices.ContainsFunc(order, func(o Notice) bool { return cmp.Equal(x, o) })
			}) {
				continue
			}
			for cut := range 1 << n {
				c, err := China(), error(nil)
				var call []Notice
				for i, x := range order {
					if call = append(call, x); err == nil && (i == n-1 || cut>>i&1 != 0) {
						c, err = c.With(call...)
						call = nil
					}
				}
				day := ""
				var e *NoticeError
				if errors.As(err, &e) {
					day = e.Day.String()
				}
				if day != wantDay || err != nil && day == "" {
					t.Errorf("%s: %v, calls %b: %v, want %q", name, order, cut, err, wantDay)
				}
			}
		}
	}
	site := parse(t, `{"source":"site","off":[{"from":"2020-03-03"}]}`)
	days := readDays(t)
	for y := 2004; y <= 2026; y++ {
		orders(fmt.Sprint(y), "", final(days, y), site)
	}
	// One day more, or less, is another notice, and if a site has it so.
	more := final(days, 2020)
	more.Off = append(more.Off, Stretch{From: d("2020-03-03")})
	orders("a site's day in it", "2020-01-31", more, site)
	less := final(days, 2020)
	less.Off = slices.DeleteFunc(less.Off, func(s Stretch) bool { return s.From == d("2020-01-31") })
	orders("half the revision", "2020-02-01", less, site)

	y27 := parse(t, `{"year":2027,"source":"a","off":[{"from":"2027-01-01"}]}`)
	y27x := parse(t, `{"year":2027,"source":"b","off":[{"from":"2027-01-01"},{"from":"2027-06-15"}]}`)
	orders("another 2027", "2027-06-15", y27, y27x)
	orders("another 2027, and a site closes", "2027-06-15", y27, y27x, parse(t, `{"source":"site","off":[{"from":"2027-06-15"}]}`))
	eve := parse(t, `{"year":2027,"source":"c","off":[{"from":"2026-12-31","to":"2027-01-01"}]}`)
	orders("another 31 December", "2026-12-31", y27, eve)
	y27.Provisional, eve.Provisional = true, true
	orders("another 31 December, provisional", "2026-12-31", y27, eve)

	// In a view from before the revision the final state is another one.
	if _, err := China().AsKnownOn(d("2020-01-20")).With(final(days, 2020)); err == nil {
		t.Error("a notice that differs from what is known was passed over")
	}
}

// A site's day that the year's notice makes off as well does not stand in its way.
func TestNoticeComesOut(t *testing.T) {
	p27, _ := Statutory(2027)
	y27 := parse(t, notice2027) // off from 2026-12-31 to 01-02 and from 02-04 to 02-10, worked on 01-03
	for _, c := range []struct {
		name, site string
		before     []Notice
		want       string // the day that is refused
	}{
		{"31 December", `{"off":[{"from":"2026-12-31"}]}`, nil, ""},
		{"30 December as well", `{"off":[{"from":"2026-12-30","to":"2026-12-31"}]}`, nil, ""},
		{"a day that the provisional notice had worked", `{"off":[{"from":"2027-02-09"}]}`, []Notice{p27}, ""},
		{"a make-up day of its own", `{"work":[{"from":"2027-01-03"}]}`, []Notice{p27}, ""},
		{"dated before", `{"published":"2026-11-24","off":[{"from":"2027-02-09"}]}`, nil, ""},
		{"dated before, a make-up day", `{"published":"2026-11-24","work":[{"from":"2027-01-03"}]}`, nil, ""},
		{"dated after", `{"published":"2026-11-25","off":[{"from":"2027-02-09"}]}`, nil, "2027-02-09"},
		{"undated", `{"off":[{"from":"2027-02-09"}]}`, nil, "2027-02-09"},
		{"a plain weekend all the same", `{"published":"2026-11-24","off":[{"from":"2027-03-06"}]}`, []Notice{p27}, "2027-03-06"},
		{"a plain weekday worked", `{"published":"2026-11-24","work":[{"from":"2027-03-08"}]}`, []Notice{p27}, "2027-03-08"},
		{"the last days are no make-up days", `{"work":[{"from":"2026-12-30"}]}`, nil, "2026-12-30"},
	} {
		site := parse(t, c.site)
		base := with(t, China(), c.before...)
		first, err1 := base.With(y27, site)
		second, err2 := with(t, base, y27).With(site)
		for i, err := range []error{err1, err2} {
			var e *NoticeError
			if c.want == "" && err != nil || c.want != "" && (!errors.As(err, &e) || e.Day != d(c.want) || e.Year != 0) {
				t.Errorf("%s, %d: %v, want %q", c.name, i+1, err, c.want)
			}
		}
		then, err := base.With(site)
		if err == nil {
			then, err = then.With(y27)
		}
		if (err == nil) != (c.want == "") {
			t.Errorf("%s: the site first: %v", c.name, err)
		}
		if err == nil && (then.ID() != first.ID() || first.ID() != second.ID()) {
			t.Errorf("%s: three calendars", c.name)
		}
	}
}

// Two notices of one day of publication that agree are two reasons for one thing.
func TestSameDayOfPublicationAgrees(t *testing.T) {
	a := parse(t, `{"source":"盘点","off":[{"from":"2026-03-06"}]}`)
	b := parse(t, `{"source":"装修","off":[{"from":"2026-03-06"}]}`)
	wide := parse(t, `{"source":"团建","off":[{"from":"2026-03-05","to":"2026-03-06"}],"work":[{"from":"2026-03-07"}]}`)
	work := parse(t, `{"source":"抢修","work":[{"from":"2026-03-07"}]}`)
	for _, published := range []Date{{}, d("2026-03-01")} {
		var all []Notice
		for _, n := range []Notice{a, b, wide, work} {
			n.Published = published
			all = append(all, n)
		}
		want := with(t, China(), all...)
		rapid.Check(t, func(t *rapid.T) {
			c := China()
			for _, n := range rapid.Permutation(all).Draw(t, "order") {
				var err error
				if c, err = c.With(n); err != nil {
					t.Fatal(err)
				}
			}
			got, _ := c.Day(d("2026-03-06"))
			if same, _ := want.Day(d("2026-03-06")); c.ID() != want.ID() || got != same {
				t.Fatalf("%+v, want %+v", got, same)
			}
		})
		if with(t, China(), all[0], all[1]).ID() != with(t, China(), all[0]).ID() {
			t.Error("other words give another ID")
		}
	}
}
