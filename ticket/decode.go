package ticket

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"example.com/wuye/calendar"
)

// ParseEvent reads one event as it comes in at the door, a JSON object with the names of
// Event's tags. It is strict: an unknown field, a name twice or in the wrong case, an
// unknown code, a time that is not RFC 3339, a text beyond its limit or bytes after the
// object are a *Refusal of code Malformed, with the path in Fields ("$" where it is no
// JSON object at all). What a step needs besides its type is not asked here but by Apply,
// so that the host can add who, when and which ticket first. Stored rows are read with
// json.Unmarshal, which passes over fields a newer version may have added; their codes
// are checked by Replay.
func ParseEvent(data []byte) (Event, error) {
	d := door{dec: json.NewDecoder(bytes.NewReader(data))}
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
	if d.bad != "" {
		return Event{}, (&Ticket{}).refuse(Malformed, &Event{}, "HB-2.1a", d.bad)
	}
	return e, nil
}

// A door reads valid JSON token by token, since the standard decoder takes a name twice or
// in another case. bad is the path of the first thing refused.
type door struct {
	dec *json.Decoder
	bad string
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
	t, _ := d.dec.Token()
	s, ok := t.(string)
	if !ok {
		d.refuse(path)
	}
	*to = T(s)
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
	if err := to.UnmarshalText([]byte(s)); err != nil {
		d.refuse(path)
	}
	*to = calendar.InChina(*to)
}
