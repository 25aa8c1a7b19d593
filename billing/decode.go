package billing

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
)

// ParseEntry reads one entry as it comes in at the door: one JSON object of at most 64 KiB
// with the fields of [Entry] in their exact spelling, each at most once, no null, codes
// known, amounts as strings with two places, times RFC 3339 to the letter (T and Z in
// capitals, at most nine digits of a second) and not the zero Time, no half of a surrogate
// pair. Times come back in UTC+8. What the host fills in itself (ticket, by, recorded, …) may
// be left out: whether the row may stand in the log is [Replay]'s to say. Anything else is a
// *Refusal, Malformed, with the path of the field, "$" where it is no such object at all. It
// implements HB-2.1a.
func ParseEntry(b []byte) (Entry, error) {
	var e Entry
	refuse := func(path string) (Entry, error) {
		return Entry{}, &Refusal{Code: Malformed, Entry: Entry{Serial: clip(e.Serial), Seq: e.Seq}, Fields: []string{clip(path)}, Clause: "HB-2.1a"}
	}
	if len(b) > maxEntry {
		return refuse("$")
	}
	actor := func(a *ticket.Actor) map[string]any { return map[string]any{"role": &a.Role, "id": &a.ID} }
	if path, ok := object(b, map[string]any{
		"serial": &e.Serial, "ticket": &e.Ticket, "seq": &e.Seq, "type": &e.Type, "at": &e.At, "recorded": &e.Recorded,
		"amount": &e.Amount, "payment": &e.Payment, "by": actor(&e.By), "approver": actor(&e.Approver), "ref": &e.Ref, "reason": &e.Reason,
	}); !ok {
		return refuse(path)
	}
	if field := e.malformed(); field != "" {
		return refuse(field)
	}
	e.At, e.Recorded = calendar.InChina(e.At), calendar.InChina(e.Recorded)
	return e, nil
}

// object reads one JSON object into the places given by key; a map is an object within it.
// The path it returns is where it failed, "$" for the whole.
func object(b []byte, fields map[string]any) (path string, ok bool) {
	d := json.NewDecoder(bytes.NewReader(b))
	if t, err := d.Token(); err != nil || t != json.Delim('{') || !utf8.Valid(b) {
		return "$", false
	}
	for d.More() {
		t, err := d.Token()
		key, isKey := t.(string)
		if err != nil || !isKey {
			return "$", false
		}
		place := fields[key]
		var raw json.RawMessage
		if place == nil || d.Decode(&raw) != nil {
			return key, false
		}
		delete(fields, key) // a second time, it is unknown
		if inner, isObject := place.(map[string]any); isObject {
			if path, ok := object(raw, inner); !ok {
				return strings.TrimSuffix(key+"."+path, ".$"), false
			}
		} else if !scalar(raw, place) {
			return key, false
		}
	}
	if _, err := d.Token(); err != nil {
		return "$", false
	}
	_, err := d.Token()
	return "$", err == io.EOF
}

// scalar reads a value, and reports whether it is one that may come in: no null, no time of a
// laxer form, no text that the standard decoder would replace in part.
func scalar(raw []byte, place any) bool {
	if string(raw) == "null" || json.Unmarshal(raw, place) != nil {
		return false
	}
	var text string
	if raw[0] == '"' && json.Unmarshal(raw, &text) == nil && strings.Count(text, "\uFFFD") > bytes.Count(raw, []byte("\uFFFD")) {
		return false // half a surrogate pair
	}
	t, isTime := place.(*time.Time)
	return !isTime || rfc3339(text) && !t.IsZero()
}

// rfc3339 reports whether a text that the standard decoder takes for a time is RFC 3339 to
// the letter and says no more than a Time holds: the decoder also takes an hour of one digit,
// a comma and any offset, and cuts what is finer than a nanosecond.
func rfc3339(s string) bool {
	const hour, seconds = len("2006-01-02T15"), len("2006-01-02T15:04:05")
	if len(s) <= seconds || s[hour] != ':' {
		return false
	}
	zone := s[seconds:]
	if fraction, isFraction := strings.CutPrefix(zone, "."); isFraction {
		zone = strings.TrimLeft(fraction, "0123456789")
		if len(fraction)-len(zone) > 9 {
			return false
		}
	}
	return zone == "Z" || len(zone) == len("+08:00") && zone[0] != ',' && zone[1:3] < "24" && zone[4:] < "60"
}
