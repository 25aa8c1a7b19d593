package ticket

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"example.com/wuye/calendar"
)

// ParseEvent reads one event as it comes in at the door, a JSON object with the names of
// Event's tags. It is strict: an unknown field, a name twice or in the wrong case, an
// unknown code, a time that is not RFC 3339 to the letter (T and Z in capitals, at most
// nine digits of a second) or is the zero Time, half a surrogate pair, a text beyond its
// limit or bytes after the object are a *Refusal of code Malformed, with the path of the
// first of them in Fields ("$" where it is no JSON object at all). What a step needs besides
// its type is not asked here but by Apply, so that the host can add who, when and which
// ticket first. Stored rows are read with json.Unmarshal, which passes over fields a newer
// version may have added; their codes are checked by Replay.
func ParseEvent(data []byte) (Event, error) {
	d := door{rest: string(data)}
	var e Event
	switch {
	case !utf8.Valid(data) || !json.Valid(data):
		d.refuse("$")
	default:
		d.object("", func(name string) bool { return d.field(&e, name) })
	}
	if d.bad == "" {
		d.bad = e.malformed(eventTypes.index(e.Type), roles.index(e.By.Role))
	}
	if d.bad == "" && unfit(e.Ticket) {
		d.bad = "ticket"
	}
	if d.bad != "" {
		return Event{}, (&Ticket{}).refuse(Malformed, &Event{}, "HB-2.1a", strings.Clone(d.bad))
	}
	return e, nil
}

// A door reads JSON that the standard library has found valid, from the left: the standard
// decoder takes a name twice or in another case, and its tokens cost three times as much as all
// else. bad is the path of the first thing refused; what comes after it is not read.
type door struct {
	rest string
	bad  string
}

func (d *door) refuse(path string) {
	if d.bad == "" {
		d.bad = path
	}
}

// next skips what is written between values and reports whether it then stands at c.
func (d *door) next(c byte) bool {
	for d.rest[0] <= ' ' || d.rest[0] == ',' || d.rest[0] == ':' {
		d.rest = d.rest[1:]
	}
	return d.rest[0] == c
}

// object reads an object whose fields field reads; false is a name it does not know. What field
// refuses, it names from within the object.
func (d *door) object(path string, field func(name string) bool) {
	if !d.next('{') {
		d.refuse(or(path, "$"))
		return
	}
	d.rest = d.rest[1:]
	seen := make([]string, 0, 32)
	for d.bad == "" && !d.next('}') {
		name, _ := d.text()
		if slices.Contains(seen, name) || !field(name) {
			d.refuse(known(name))
		}
		seen = append(seen, name)
	}
	if d.bad != "" && path != "" {
		d.bad = path + "." + d.bad
	}
	d.rest = d.rest[1:]
}

// known keeps what may be a field's name and no text of a person.
func known(name string) string {
	plain := func(r rune) bool { return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
	if name == "" || len(name) > 24 || strings.TrimFunc(name, plain) != "" {
		return "?"
	}
	return name
}

func (d *door) field(e *Event, name string) bool {
	switch name {
	case "ticket":
		d.string(name, &e.Ticket)
	case "seq":
		d.next(0)
		end := strings.IndexAny(d.rest, " \t\r\n,}")
		seq, err := strconv.Atoi(d.rest[:end])
		if err != nil || seq < 1 {
			d.refuse(name)
		}
		e.Seq, d.rest = seq, d.rest[end:]
	case "type":
		code(d, eventTypes, name, &e.Type)
	case "at":
		d.time(name, &e.At)
	case "recorded":
		d.time(name, &e.Recorded)
	case "by":
		d.actor(name, &e.By)
	case "kind":
		code(d, kinds, name, &e.Kind)
	case "nature":
		code(d, natures, name, &e.Nature)
	case "urgency":
		code(d, urgencies, name, &e.Urgency)
	case "severity":
		code(d, severities, name, &e.Severity)
	case "place":
		code(d, places, name, &e.Place)
	case "caller":
		code(d, callers, name, &e.Caller)
	case "category":
		d.string(name, &e.Category)
	case "has":
		if !d.next('[') {
			d.refuse(name)
			break
		}
		d.rest = d.rest[1:]
		for d.bad == "" && !d.next(']') {
			var p Particular
			if code(d, forms, name, &p); d.bad != "" {
				d.bad = hasPath(len(e.Has))
			}
			e.Has = append(e.Has, p)
		}
		d.rest = d.rest[1:]
	case "channel":
		code(d, channels, name, &e.Channel)
	case "state":
		code(d, states, name, &e.State)
	case "to":
		d.actor(name, &e.To)
	case "against":
		d.actor(name, &e.Against)
	case "approver":
		d.actor(name, &e.Approver)
	case "until":
		d.time(name, &e.Until)
	case "hold":
		code(d, holds, name, &e.Hold)
	case "grade":
		code(d, grades, name, &e.Grade)
	case "punctual":
		code(d, grades, name, &e.Punctual)
	case "attitude":
		code(d, grades, name, &e.Attitude)
	case "quality":
		code(d, grades, name, &e.Quality)
	case "reason":
		d.string(name, &e.Reason)
	case "ref":
		d.string(name, &e.Ref)
	default:
		return false
	}
	return true
}

func hasPath(i int) string { return "has[" + strconv.Itoa(i) + "]" }

func (d *door) actor(path string, a *Actor) {
	d.object(path, func(name string) bool {
		switch name {
		case "role":
			code(d, roles, name, &a.Role)
		case "id":
			d.string(name, &a.ID)
		default:
			return false
		}
		return true
	})
}

// text reads a text; false is something else, or what the standard decoder would mend. What has
// no escape in it is a part of rest.
func (d *door) text() (text string, ok bool) {
	if !d.next('"') {
		return "", false
	}
	end, plain := 1, true
	for ; d.rest[end] != '"'; end++ {
		if d.rest[end] == '\\' {
			plain = false
			end++
		}
	}
	quoted := d.rest[:end+1]
	if d.rest = d.rest[end+1:]; plain {
		return quoted[1:end], true
	}
	return unescaped(quoted), !halved(quoted)
}

// unescaped stands alone because what the standard decoder writes to is on the heap.
func unescaped(quoted string) (text string) {
	_ = json.Unmarshal([]byte(quoted), &text)
	return text
}

// string reads a text that shares no memory with all the others.
func (d *door) string(path string, to *string) {
	s, ok := d.text()
	if !ok {
		d.refuse(path)
	}
	*to = strings.Clone(s)
}

// halved reports whether a valid JSON text has half of a surrogate pair, which the standard
// decoder replaces.
func halved(text string) bool {
	unit := func() rune { // of the \uXXXX that text begins with, or -1
		if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
			return -1
		}
		n, _ := strconv.ParseUint(text[2:6], 16, 16)
		return rune(n)
	}
	for len(text) > 0 {
		switch r := unit(); {
		case r >= 0:
			text = text[6:]
			if utf16.IsSurrogate(r) {
				if utf16.DecodeRune(r, unit()) == utf8.RuneError {
					return true
				}
				text = text[6:]
			}
		case text[0] == '\\':
			text = text[2:]
		default:
			text = text[1:]
		}
	}
	return false
}

// code reads a text that is not empty; whether it is a code is for malformed to say.
func code[T ~string](d *door, among *set[T], path string, to *T) {
	s, ok := d.text()
	if !ok || s == "" {
		d.refuse(path)
	}
	if i := among.index(T(s)); i >= 0 {
		*to = among.list[i].code
	} else {
		*to = T(strings.Clone(s))
	}
}

func (d *door) time(path string, to *time.Time) {
	s, ok := d.text()
	t, err := time.Parse(time.RFC3339, s)
	if !ok || err != nil || !rfc3339(s) || t.IsZero() {
		d.refuse(path)
	}
	*to = calendar.InChina(t)
}

// rfc3339 reports whether a text that time.Parse takes is RFC 3339 to the letter and says no
// more than a Time holds: Parse also takes an hour of one digit, a comma, any offset, and
// cuts what is finer than a nanosecond.
func rfc3339(s string) bool {
	const seconds = len("2006-01-02T15:04:05")
	if len(s) <= seconds || s[len("2006-01-02T15")] != ':' {
		return false
	}
	rest := s[seconds:]
	if rest[0] == '.' {
		digits := len(rest) - 1 - len(strings.TrimLeft(rest[1:], "0123456789"))
		if rest = rest[1+digits:]; digits > 9 {
			return false
		}
	}
	return rest == "Z" || len(rest) == len("+08:00") && rest[0] != ',' && rest[1:3] < "24" && rest[4:] < "60"
}
