package calendar

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"
)

// UnmarshalJSON reads a notice strictly. The standard decoder would take "YEAR" for a
// second year and give no path.
func (n *Notice) UnmarshalJSON(b []byte) error {
	var v Notice
	fail := func(path, why, zh string) error { return &NoticeError{Path: path, Why: why, zh: zh} }
	err := readObject(b, fail, func(r *reader, path, name string) error {
		switch name {
		case "year":
			return r.number(path, &v.Year, "year", "年份")
		case "source":
			return read(r, path, &v.Source, "a text", "文字")
		case "published":
			return r.date(path, &v.Published)
		case "off":
			return r.stretches(path, &v.Off)
		case "work":
			return r.stretches(path, &v.Work)
		case "provisional":
			return read(r, path, &v.Provisional, "true or false", "true或false")
		}
		return r.unknown(path)
	})
	if err == nil {
		*n = v
	}
	return err
}

// A reader walks JSON and knows where it is.
type reader struct {
	dec  *json.Decoder
	fail func(path, why, zh string) error
}

// readObject reads one object and nothing after it; value must take the value of each name.
func readObject(b []byte, fail func(path, why, zh string) error, value func(r *reader, path, name string) error) error {
	r := &reader{json.NewDecoder(bytes.NewReader(b)), fail}
	r.dec.UseNumber()
	if !utf8.Valid(b) {
		return fail("", "not UTF-8", "不是UTF-8编码")
	}
	if err := r.object("", func(path, name string) error { return value(r, path, name) }); err != nil {
		return err
	}
	if _, err := r.dec.Token(); err != io.EOF {
		return fail("", "something follows the object", "对象之后还有内容")
	}
	return nil
}

func (r *reader) unknown(path string) error {
	return r.fail(path, "no such name", "没有这个字段")
}

func (r *reader) token(path string) (json.Token, error) {
	t, err := r.dec.Token()
	if err != nil {
		return nil, r.fail(path, "not JSON: "+err.Error(), "不是有效的JSON")
	}
	return t, nil
}

// object calls value at each name, which must take the value.
func (r *reader) object(path string, value func(path, name string) error) error {
	t, err := r.token(path)
	if err != nil {
		return err
	}
	if t != json.Delim('{') {
		return r.fail(path, "not an object", "不是对象")
	}
	var seen []string
	for {
		t, err := r.token(path)
		if err != nil {
			return err
		}
		name, ok := t.(string)
		if !ok { // the closing brace
			return nil
		}
		at := name
		if path != "" {
			at = path + "." + name
		}
		if slices.Contains(seen, name) {
			return r.fail(at, "given twice", "重复出现")
		}
		seen = append(seen, name)
		if err := value(at, name); err != nil {
			return err
		}
	}
}

func (r *reader) list(path string, element func(path string) error) error {
	t, err := r.token(path)
	if err != nil {
		return err
	}
	if t != json.Delim('[') {
		return r.fail(path, "not a list", "不是列表")
	}
	for i := 0; r.dec.More(); i++ {
		if err := element(path + "[" + strconv.Itoa(i) + "]"); err != nil {
			return err
		}
	}
	_, err = r.token(path) // the closing bracket
	return err
}

func (r *reader) stretches(path string, out *[]Stretch) error {
	return r.list(path, func(path string) error {
		var s Stretch
		err := r.object(path, func(path, name string) error {
			switch name {
			case "name":
				return read(r, path, &s.Name, "a text", "文字")
			case "from":
				return r.date(path, &s.From)
			case "to":
				return r.date(path, &s.To)
			case "statutory":
				return read(r, path, &s.Statutory, "true or false", "true或false")
			}
			return r.unknown(path)
		})
		if err != nil {
			return err
		}
		if s.From.IsZero() {
			return r.fail(path+".from", "missing", "缺少")
		}
		s.To = s.last()
		*out = append(*out, s)
		return nil
	})
}

func read[T any](r *reader, path string, out *T, want, zh string) error {
	t, err := r.token(path)
	if err != nil {
		return err
	}
	v, ok := t.(T)
	if !ok {
		return r.fail(path, "not "+want, "不是"+zh)
	}
	*out = v
	return nil
}

func (r *reader) number(path string, out *int, want, zh string) error {
	var n json.Number
	if err := read(r, path, &n, "a "+want, zh); err != nil {
		return err
	}
	i, err := strconv.Atoi(string(n))
	if err != nil {
		return r.fail(path, fmt.Sprintf("not a whole %s: %.40s", want, n), fmt.Sprintf("不是整数：%.40s", n))
	}
	*out = i
	return nil
}

func (r *reader) date(path string, out *Date) error {
	var s string
	if err := read(r, path, &s, "a date", "日期"); err != nil {
		return err
	}
	d, err := ParseDate(s)
	if err != nil {
		return r.fail(path, fmt.Sprintf("%.40q is not a day like 2026-09-18", s), fmt.Sprintf("“%.40s”不是有效日期", s))
	}
	*out = d
	return nil
}
