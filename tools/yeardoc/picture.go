package main

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"

	"example.com/wuye/calendar"
)

// Sizes in pixels: a day, a month with its margins, the head.
const (
	cell   = 26
	wide   = 7*cell + 26
	high   = 7*cell + 34
	head   = 56
	across = 4
)

// A look is how a kind of day is drawn: its ground, its figure, and its mark, so that no kind
// is told by colour alone.
type look struct{ ground, ink, mark, label string }

var looks = map[string]look{
	"workday":   {"#ffffff", "#1f2933", "", "工作日"},
	"weekend":   {"#e8ecf0", "#52606d", "", "休息日"},
	"statutory": {"#b3261e", "#ffffff", "法", "法定节假日"},
	"shifted":   {"#f6d5d1", "#7a1a14", "休", "调休"},
	"makeup":    {"#1d4e89", "#ffffff", "班", "补班"},
}

// kind is which look a day has.
func kind(d calendar.Day) string {
	switch {
	case d.Kind == calendar.MakeUp:
		return "makeup"
	case d.Kind == calendar.Holiday && d.Statutory:
		return "statutory"
	case d.Kind == calendar.Holiday:
		return "shifted"
	case d.Kind == calendar.Weekend:
		return "weekend"
	}
	return "workday"
}

// picture is the year as SVG: twelve months, weeks from Monday, and what the marks mean.
func picture(year int) (string, error) {
	china := calendar.China()
	var b strings.Builder
	width, height := across*wide+26, head+3*high+40
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-labelledby="t" font-family="system-ui, 'Noto Sans CJK SC', 'PingFang SC', sans-serif">`+"\n", width, height, width, height)
	count := map[string]int{}
	var body strings.Builder
	for m := range 12 {
		x0, y0 := 26+m%across*wide, head+m/across*high
		fmt.Fprintf(&body, `<text x="%d" y="%d" font-size="15" font-weight="600" fill="#1f2933">%d月</text>`+"\n", x0, y0+14, m+1)
		for i, name := range strings.Split("一二三四五六日", "") {
			fmt.Fprintf(&body, `<text x="%d" y="%d" font-size="10" text-anchor="middle" fill="#52606d">%s</text>`+"\n", x0+i*cell+cell/2, y0+30, name)
		}
		first, err := calendar.NewDate(year, time.Month(m+1), 1)
		if err != nil {
			return "", err
		}
		row := 0
		for d := first; d.Month() == first.Month(); d = d.AddDays(1) {
			day, err := china.Day(d)
			if err != nil {
				return "", err
			}
			column := (int(d.Weekday()) + 6) % 7
			if column == 0 && d != first {
				row++
			}
			k := kind(day)
			count[k]++
			x, y := x0+column*cell, y0+36+row*cell
			if err := square(&body, x, y, k, fmt.Sprint(d.Day()), title(day)); err != nil {
				return "", err
			}
		}
	}
	fmt.Fprintf(&b, `<title id="t">%d年：%d个工作日，其中补班%d天；放假%d天，其中法定%d天</title>`+"\n", year,
		count["workday"]+count["makeup"], count["makeup"], count["statutory"]+count["shifted"], count["statutory"])
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	fmt.Fprintf(&b, `<text x="26" y="34" font-size="20" font-weight="600" fill="#1f2933">%d年工作日</text>`+"\n", year)
	b.WriteString(body.String())
	x := 26
	for _, k := range []string{"workday", "weekend", "statutory", "shifted", "makeup"} {
		y := head + 3*high
		if err := square(&b, x, y, k, "1", looks[k].label); err != nil {
			return "", err
		}
		fmt.Fprintf(&b, `<text x="%d" y="%d" font-size="13" fill="#1f2933">%s %d天</text>`+"\n", x+cell+8, y+cell-8, looks[k].label, count[k])
		x += 165
	}
	b.WriteString("</svg>\n")
	return b.String(), nil
}

func title(d calendar.Day) string {
	s := d.Date.String() + " " + looks[kind(d)].label
	if d.Name != "" {
		s += " " + d.Name
	}
	return s
}

// square draws one day, its mark in the corner.
func square(b *strings.Builder, x, y int, kind, figure, title string) error {
	l := looks[kind]
	fmt.Fprintf(b, `<g><title>`)
	if err := xml.EscapeText(b, []byte(title)); err != nil {
		return err
	}
	fmt.Fprintf(b, `</title><rect x="%d" y="%d" width="%d" height="%d" rx="3" fill="%s" stroke="#cbd2d9" stroke-width="0.5"/>`, x+1, y+1, cell-2, cell-2, l.ground)
	shift := 0
	if l.mark != "" {
		shift = -4
		fmt.Fprintf(b, `<text x="%d" y="%d" font-size="8" text-anchor="end" fill="%s">%s</text>`, x+cell-3, y+10, l.ink, l.mark)
	}
	fmt.Fprintf(b, `<text x="%d" y="%d" font-size="12" text-anchor="middle" fill="%s">%s</text></g>`+"\n", x+cell/2+shift, y+18, l.ink, figure)
	return nil
}
