package ticket

import (
	"bytes"
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
// first of them in Fields ("$" where it is no JSON object at all). What a step needs besides its type is not asked here but by Apply,
// so that the host can add who, when and which ticket first. Stored rows are read with
// json.Unmarshal, which passes over fields a newer version may have added; their codes
// are checked by Replay.
func ParseEvent(data []byte) (Event, error) {
	d := door{data: data, dec: json.NewDecoder(bytes.NewReader(data))}
	d.dec.UseNumber()
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
		return Event{}, (&Ticket{}).refuse(Malformed, &Event{}, "HB-2.1a", d.bad)
	}
	return e, nil
}

// A door reads valid JSON token by token, since the standard decoder takes a name twice or
// in another case. bad is the path of the first thing refused.
type door struct {
	data []byte
	dec  *json.Decoder
	bad  string
}

func (d *door) refuse(path string) {
	if d.bad == "" {
		d.bad = path
	}
}

// object reads an object whose fields field reads; false is a name it does not know.
func (d *door) object(path string, field func(name string) bool) {
	if t, _ := d.dec.Token(); t != json.Delim('{') {
		d.refuse(or(path, "$"))
		return
	}
	var seen []string
	for d.bad == "" && d.dec.More() {
		t, _ := d.dec.Token()
		name, _ := t.(string)
		if slices.Contains(seen, name) || !field(name) {
			d.refuse(join(path, known(name)))
		}
		seen = append(seen, name)
	}
	d.dec.Token()
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// known keeps what may be a field's name and no text of a person.
func known(name string) string {
	plain := func(r rune) bool { return r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }
	if name == "" || len(name) > 24 || len(bytes.TrimFunc([]byte(name), plain)) > 0 {
		return "?"
	}
	return name
}

func (d *door) field(e *Event, name string) bool {
	switch name {
	case "ticket":
		text(d, name, &e.Ticket)
	case "seq":
		t, _ := d.dec.Token()
		n, _ := t.(json.Number)
		seq, err := strconv.Atoi(string(n))
		if err != nil || seq < 1 {
			d.refuse(name)
		}
		e.Seq = seq
	case "type":
		code(d, name, &e.Type)
	case "at":
		d.time(name, &e.At)
	case "recorded":
		d.time(name, &e.Recorded)
	case "by":
		d.actor(name, &e.By)
	case "kind":
		code(d, name, &e.Kind)
	case "nature":
		code(d, name, &e.Nature)
	case "urgency":
		code(d, name, &e.Urgency)
	case "severity":
		code(d, name, &e.Severity)
	case "place":
		code(d, name, &e.Place)
	case "caller":
		code(d, name, &e.Caller)
	case "category":
		text(d, name, &e.Category)
	case "has":
		if t, _ := d.dec.Token(); t != json.Delim('[') {
			d.refuse(name)
			break
		}
		for d.bad == "" && d.dec.More() {
			var p Particular
			code(d, hasPath(len(e.Has)), &p)
			e.Has = append(e.Has, p)
		}
		d.dec.Token()
	case "channel":
		code(d, name, &e.Channel)
	case "state":
		code(d, name, &e.State)
	case "to":
		d.actor(name, &e.To)
	case "against":
		d.actor(name, &e.Against)
	case "approver":
		d.actor(name, &e.Approver)
	case "until":
		d.time(name, &e.Until)
	case "hold":
		code(d, name, &e.Hold)
	case "grade":
		code(d, name, &e.Grade)
	case "punctual":
		code(d, name, &e.Punctual)
	case "attitude":
		code(d, name, &e.Attitude)
	case "quality":
		code(d, name, &e.Quality)
	case "reason":
		text(d, name, &e.Reason)
	case "ref":
		text(d, name, &e.Ref)
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
			code(d, path+".role", &a.Role)
		case "id":
			text(d, path+".id", &a.ID)
		default:
			return false
		}
		return true
	})
}

func text[T ~string](d *door, path string, to *T) {
	from := d.dec.InputOffset()
	t, _ := d.dec.Token()
	s, ok := t.(string)
	if !ok || strings.ContainsRune(s, utf8.RuneError) && halved(d.data[from:d.dec.InputOffset()]) {
		d.refuse(path)
	}
	*to = T(s)
}

// halved reports whether a valid JSON text has half of a surrogate pair, which the standard
// decoder replaces.
func halved(text []byte) bool {
	unit := func() rune { // of the \uXXXX that text begins with, or -1
		if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
			return -1
		}
		n, _ := strconv.ParseUint(string(text[2:6]), 16, 16)
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
func code[T ~string](d *door, path string, to *T) {
	if text(d, path, to); *to == "" {
		d.refuse(path)
	}
}

func (d *door) time(path string, to *time.Time) {
	var s string
	text(d, path, &s)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || !rfc3339(s) || t.IsZero() {
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
