package calendar

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A Notice is what one announcement says: the State Council's for a year, a later
// revision, or a site's own closing. Days it does not name stay as they were.
//
// As JSON, names as below and nothing else:
//
//	{"year": 2026, "source": "https://…", "published": "2025-11-04",
//	 "off":  [{"name": "元旦", "from": "2026-01-01", "to": "2026-01-03"}],
//	 "work": [{"name": "元旦", "from": "2026-01-04"}]}
//
// It is read strictly: an unknown, misspelt or repeated name and a value that is none are a
// *NoticeError with the path, as "off[0].to". What a notice may say, With checks.
type Notice struct {
	Year        int       `json:"year,omitzero"`        // the year it publishes; 0 for a revision or a site's own days
	Source      string    `json:"source,omitzero"`      // where it can be read, or why the site closes
	Published   Date      `json:"published,omitzero"`   // zero: always known
	Off         []Stretch `json:"off,omitempty"`        // days off, statutory ones marked, or none marked: then the regulation tells
	Work        []Stretch `json:"work,omitempty"`       // make-up days
	Provisional bool      `json:"provisional,omitzero"` // not announced, only expected
}

// A Stretch is adjacent days under one name, both ends included, as notices are written. A
// zero To means the one day From.
type Stretch struct {
	Name      string `json:"name,omitzero"`
	From      Date   `json:"from,omitzero"`
	To        Date   `json:"to,omitzero"`
	Statutory bool   `json:"statutory,omitzero"`
}

func (s Stretch) last() Date {
	if s.To.IsZero() {
		return s.From
	}
	return s.To
}

// A NoticeError says why a notice was refused.
type NoticeError struct {
	Year   int    // as the notice has it
	Source string // as the notice has it
	Path   string // what is wrong in it, "off[1]"; empty: the whole of it
	Name   string // of that stretch
	Day    Date   // the first day that is wrong; zero: not one day
	Why    string
	zh     string
}

func (e *NoticeError) Error() string {
	s := "calendar: notice"
	if e.Year != 0 {
		s += fmt.Sprintf(" for %d", e.Year)
	}
	if e.Source != "" {
		s += fmt.Sprintf(" (%.80s)", e.Source)
	}
	if e.Path != "" {
		s += fmt.Sprintf(": %s", e.Path)
		if e.Name != "" {
			s += fmt.Sprintf(" %.40s", e.Name)
		}
	}
	s += ": "
	if !e.Day.IsZero() {
		s += e.Day.String() + " "
	}
	return s + e.Why
}

// Zh is the same for people.
func (e *NoticeError) Zh() string {
	s := "通知"
	if e.Year != 0 {
		s = fmt.Sprintf("%d年放假通知", e.Year)
	}
	if e.Source != "" {
		s += fmt.Sprintf("（%.80s）", e.Source)
	}
	if e.Path != "" {
		s += "中的" + e.Path
		if e.Name != "" {
			s += fmt.Sprintf("“%.40s”", e.Name)
		}
	}
	s += "："
	if !e.Day.IsZero() {
		s += e.Day.String()
	}
	return s + e.zh
}

func (n *Notice) refuse(path, name string, day Date, why, zh string) error {
	return &NoticeError{n.Year, n.Source, path, name, day, why, zh}
}

// part is a stretch with its place in the notice.
type part struct {
	Stretch
	work bool
	i    int
}

func (p part) path() string {
	if p.work {
		return fmt.Sprintf("work[%d]", p.i)
	}
	return fmt.Sprintf("off[%d]", p.i)
}

// An entry is a notice as a calendar keeps it.
type entry struct {
	Notice
	parts  []part    // its stretches by their first day
	reg    []Stretch // the statutory days of its year, if it leaves them to the regulation
	digest string    // what it does to the days
	words  string    // and the rest
	ships  bool      // with this package
}

// newEntry copies n, sets every To, and checks the form.
func newEntry(n Notice) (*entry, error) {
	n.Off, n.Work = slices.Clone(n.Off), slices.Clone(n.Work)
	e := &entry{Notice: n}
	add := func(l []Stretch, work bool) {
		for i := range l {
			l[i].To = l[i].last()
			e.parts = append(e.parts, part{l[i], work, i})
		}
	}
	add(n.Off, false)
	add(n.Work, true)
	slices.SortStableFunc(e.parts, func(a, b part) int { return a.From.Compare(b.From) })
	if err := e.checkForm(); err != nil {
		return nil, err
	}
	if n.Year != 0 && !slices.ContainsFunc(n.Off, func(s Stretch) bool { return s.Statutory }) {
		e.reg = regulation(n.Year)
	}

	type piece struct {
		from, to        Date
		work, statutory bool
	}
	var pieces []piece // as long as they can be, in whatever stretches that was said
	put := func(q piece) {
		if i := len(pieces) - 1; i >= 0 && pieces[i].to.AddDays(1) == q.from && pieces[i].work == q.work && pieces[i].statutory == q.statutory {
			pieces[i].to = q.to
			return
		}
		pieces = append(pieces, q)
	}
	words := fmt.Appendf(nil, "%q", n.Source)
	for _, p := range e.parts {
		words = fmt.Appendf(words, " %q %s", p.Name, p.From)
		if e.reg == nil {
			put(piece{p.From, p.To, p.work, p.Statutory})
			continue
		}
		for d := p.From; d.Compare(p.To) <= 0 && !d.IsZero(); d = d.AddDays(1) {
			put(piece{d, d, p.work, e.statutory(p, d)})
		}
	}
	digest := fmt.Appendf(nil, "%d %s %t", n.Year, n.Published, n.Provisional)
	for _, q := range pieces {
		digest = fmt.Appendf(digest, "\n%s %s %t %t", q.from, q.to, q.work, q.statutory)
	}
	e.digest, e.words = string(digest), string(words)
	return e, nil
}

// statutory reports whether n makes d, a day of its stretch p, a statutory holiday.
func (n *entry) statutory(p part, d Date) bool { return p.Statutory || !p.work && has(n.reg, d) }

// works reports whether d is worked if there is nothing but n and the plain week.
func (n *entry) works(d Date) bool { return has(n.Work, d) || plainWeek(d) && !has(n.Off, d) }

// firstDay is the first day that a notice of a year may name.
func (n *entry) firstDay() Date {
	if n.Year == 1 {
		return civil(1, 1, 1)
	}
	return civil(n.Year-1, 12, 29)
}

func (n *entry) names(d Date) bool { return has(n.Work, d) || has(n.Off, d) }

func has(l []Stretch, d Date) bool {
	return slices.ContainsFunc(l, func(s Stretch) bool { return s.From.Compare(d) <= 0 && d.Compare(s.To) <= 0 })
}

func plainWeek(d Date) bool { w := d.Weekday(); return w >= time.Monday && w <= time.Friday }

// checkForm refuses what no notice can say, whatever calendar it meets.
func (n *entry) checkForm() error {
	if n.Year < 0 || n.Year > 9999 {
		return n.refuse("year", "", Date{}, "not a year from 1 to 9999, nor 0", "年份应为1至9999，或为0")
	}
	if len(n.Off)+len(n.Work) == 0 {
		return n.refuse("", "", Date{}, "it says nothing", "没有任何内容")
	}
	first, last := Date{1}, Date{maxDate}
	if n.Year != 0 {
		first, last = n.firstDay(), civil(n.Year, 12, 31)
	}
	var before part
	for i, p := range n.parts {
		switch {
		case p.From.IsZero():
			return n.refuse(p.path()+".from", p.Name, Date{}, "no day is given", "未写明日期")
		case p.To.Compare(p.From) < 0:
			return n.refuse(p.path()+".to", p.Name, p.To, "is before "+p.From.String(), "早于起始日"+p.From.String())
		case p.work && p.Statutory:
			return n.refuse(p.path()+".statutory", p.Name, p.From, "a make-up day is no statutory holiday", "补班日不能是法定节假日")
		case p.From.Compare(first) < 0:
			return n.refuse(p.path()+".from", p.Name, p.From, "is neither in the year nor one of the last three days before it", "不在该年内，也不在上年最后三天")
		case p.To.Compare(last) > 0:
			return n.refuse(p.path()+".to", p.Name, p.To, "is not in the year", "不在该年内")
		case i > 0 && p.From.Compare(before.To) <= 0:
			return n.refuse(p.path(), p.Name, p.From, "is named twice, also by "+before.path(), "出现了两次")
		}
		before = p
	}
	return nil
}

// checkSense refuses what says nothing new against the days below it. Where these stood
// otherwise before, a day can be both worked and a rest day.
func (n *entry) checkSense(below func(Date) (worked, rest, statutory bool)) error {
	var run part // adjacent days off
	idle := false
	closeRun := func() error {
		if !idle {
			return nil
		}
		return n.refuse(run.path(), run.Name, run.From, "to "+run.To.String()+": none of these days was worked, and none is statutory",
			"至"+run.To.String()+"本来就不上班，其中也没有法定节假日")
	}
	for _, p := range n.parts {
		if p.work {
			for d := p.From; d.Compare(p.To) <= 0; d = d.AddDays(1) {
				if _, rest, _ := below(d); !rest {
					return n.refuse(p.path(), p.Name, d, "is worked anyway", "本来就上班")
				}
				if d == (Date{maxDate}) {
					break
				}
			}
			continue
		}
		if run.From.IsZero() || run.To.AddDays(1) != p.From {
			if err := closeRun(); err != nil {
				return err
			}
			run, idle = p, true
		}
		run.To = p.To
		idle = idle && !p.Statutory
		for d := p.From; idle && !d.IsZero() && d.Compare(p.To) <= 0; d = d.AddDays(1) {
			worked, _, statutory := below(d)
			idle = !worked && !statutory
		}
	}
	return closeRun()
}

// order is the order of merging: the later one decides a day that both name.
func (n *entry) order(o *entry) int {
	rank := func(n *entry) int {
		switch {
		case n.Year == 0:
			return 2
		case n.Provisional:
			return 0
		}
		return 1
	}
	known := func(n *entry) int { // undated last
		if n.Published.IsZero() {
			return maxDate + 1
		}
		return int(n.Published.n)
	}
	return cmp.Or(cmp.Compare(rank(n), rank(o)), cmp.Compare(n.Year, o.Year),
		cmp.Compare(known(n), known(o)), cmp.Compare(n.digest, o.digest), cmp.Compare(n.words, o.words))
}

// Statutory is the provisional notice for a year that has none yet: the days that the
// holiday regulation itself fixes, as in force in that year, with no shifted rest and no
// make-up days. It knows the years 2004 to 2100; the error is a *NoticeError.
// It implements SC-days.
func Statutory(year int) (Notice, error) {
	n := Notice{Year: year, Source: "全国年节及纪念日放假办法", Off: regulation(year), Provisional: true}
	if len(n.Off) == 0 {
		return Notice{}, n.refuse("year", "", Date{}, "the lunar calendar is known here from 2004 to 2100", "此处农历只到2004至2100年")
	}
	return n, nil
}

// regulation is the statutory holidays of a year, ascending; none beyond the lunar table.
func regulation(year int) []Stretch {
	if year < lunarFirst || year > lunarLast {
		return nil
	}
	l := lunar[year-lunarFirst]
	var out []Stretch
	add := func(name string, monthDay, shift, days int) {
		from := civil(year, time.Month(monthDay/100), monthDay%100).AddDays(shift)
		to := from.AddDays(days - 1)
		// Mid-Autumn can be one of the three days of National Day.
		if i := len(out) - 1; i >= 0 && from.Compare(out[i].To) <= 0 {
			out[i].Name = name + "、" + out[i].Name
			return
		}
		out = append(out, Stretch{name, from, to, true})
	}
	springShift, springDays, labour, more := 0, 3, 1, year >= 2008
	switch {
	case year < 2008: // 1999: ten days
		labour = 3
	case year < 2014: // 2008: eleven, from New Year's Eve
		springShift = -1
	case year >= 2025: // 2025: thirteen, New Year's Eve again and 2 May
		springShift, springDays, labour = -1, 4, 2
	}
	add("元旦", 101, 0, 1)
	add("春节", l.spring, springShift, springDays)
	if more {
		add("清明节", l.qingming, 0, 1)
	}
	add("劳动节", 501, 0, labour)
	if more {
		add("端午节", l.dragonBoat, 0, 1)
	}
	if more && l.midAutumn < 1001 {
		add("中秋节", l.midAutumn, 0, 1)
	}
	add("国庆节", 1001, 0, 3)
	if more && l.midAutumn >= 1001 {
		add("中秋节", l.midAutumn, 0, 1)
	}
	return out
}
