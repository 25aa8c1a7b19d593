package wuye

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"example.com/wuye/calendar"
	"example.com/wuye/escalation"
	"example.com/wuye/rule"
	"example.com/wuye/sampling"
	"example.com/wuye/sla"
	"example.com/wuye/ticket"
)

// ParsePolicy reads a policy from JSON, strictly: a name that no field has, a name given
// twice, null, anything after the value, an unknown code or a policy that Validate refuses
// is a *PolicyError with the path. It is its own inverse: written again, the policy has the
// same bytes.
//
// A site that differs from a profile in little writes just that, beside "base": "standard",
// "villa" or "tianxiacheng". Then a choice is taken by WithReading; a clock takes the place
// of all those of its clause, a step that of its clause, tier and cause, a duty that of its
// clause and role; a clause that is off joins those of the base; any other field takes the
// place of the base's.
func ParsePolicy(data []byte) (Policy, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := walk(dec, knownNames(), "$"); err != nil {
		return Policy{}, err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return Policy{}, &PolicyError{Code: "not_json", Path: "$", Why: "something follows the policy", zh: "内容之后还有多余的数据"}
	}
	var given struct {
		Base string  `json:"base"`
		Name *string `json:"name"`
		Policy
	}
	if err := json.Unmarshal(data, &given); err != nil { // all else has its type by now
		return Policy{}, within("from", err)
	}
	p := given.Policy
	if given.Base != "" {
		base, ok := profile(given.Base)
		if !ok {
			return Policy{}, &PolicyError{Code: "unknown", Path: "base", Why: fmt.Sprintf("unknown profile %q", given.Base), zh: fmt.Sprintf("没有名为“%s”的规则模板", given.Base)}
		}
		var err error
		if p, err = base.overlaid(p); err != nil {
			return Policy{}, err
		}
	}
	if given.Name != nil {
		p.Name = *given.Name
	}
	if err := p.Validate(); err != nil {
		if e, ok := errors.AsType[*PolicyError](err); ok && given.Base != "" {
			e.Path = p.given(e.Path, given.Policy)
		}
		return Policy{}, err
	}
	return p, nil
}

// walk holds the next value of dec against known: the same names, no others, none twice.
// It goes no deeper than known does, so no input can exhaust the stack.
func walk(dec *json.Decoder, known any, path string) error {
	bad := func(code, path, why, zh string) error {
		return &PolicyError{Code: code, Path: path, Why: why, zh: zh}
	}
	tok, err := dec.Token()
	if err != nil {
		return bad("not_json", path, "not JSON: "+err.Error(), "不是有效的 JSON")
	}
	wrong := func() error {
		if tok == nil {
			return bad("wrong_type", path, "null is not what stands here", "不能为 null")
		}
		return bad("wrong_type", path, fmt.Sprintf("%v is not what stands here", tok), "类型不符")
	}
	switch known := known.(type) {
	case map[string]any:
		if tok != json.Delim('{') {
			return wrong()
		}
		seen := map[string]bool{}
		for dec.More() {
			tok, err := dec.Token()
			if err != nil {
				return bad("not_json", path, "not JSON: "+err.Error(), "不是有效的 JSON")
			}
			name := fmt.Sprint(tok)
			at := strings.TrimPrefix(path+"."+name, "$.")
			next, ok := known[name]
			if !ok {
				return bad("unknown", at, "unknown field", "未知的字段")
			}
			if seen[name] {
				return bad("twice", at, "given twice", "字段重复")
			}
			seen[name] = true
			if err := walk(dec, next, at); err != nil {
				return err
			}
		}
	case []any:
		if tok != json.Delim('[') {
			return wrong()
		}
		for i := 0; dec.More(); i++ {
			if err := walk(dec, known[0], fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
	default:
		is := false
		switch known.(type) {
		case string:
			_, is = tok.(string)
		case bool:
			_, is = tok.(bool)
		case float64: // an int
			if n, number := tok.(json.Number); number {
				_, err := strconv.Atoi(n.String())
				is = err == nil
			}
		}
		if !is {
			return wrong()
		}
		return nil
	}
	if _, err := dec.Token(); err != nil { // the closing brace or bracket
		return bad("not_json", path, "not JSON: "+err.Error(), "不是有效的 JSON")
	}
	return nil
}

// knownNames is the JSON of a policy with every field set, decoded: the names a policy may
// have, taken from the types themselves. A test proves that it leaves none out.
func knownNames() (names any) {
	role, role2, clause := ticket.Assistant, ticket.Manager, rule.ID("TR-4.4a")
	limit := sla.Limit{N: 1, Unit: sla.Day, Roll: true, Before: true}
	mark := []sla.Mark{{Type: ticket.Told, Role: role, Channel: ticket.Visit, With: []string{"grade"}, Recorded: true, Anew: true, Proof: true}}
	scheme := sampling.Scheme{Brackets: []sampling.Bracket{{UpTo: 1, Take: 1, Percent: 1, Clause: clause}}, Rounding: sampling.Up, OnSite: 1, Majority: true, Clause: clause}
	full := Policy{
		Name: "n", From: calendar.MustDate("2004-01-01"),
		SLA: sla.Policy{
			Clocks: []sla.Clock{{
				Clause: clause, When: []ticket.Match{{
					Kinds: []ticket.Kind{ticket.Repair}, Natures: []ticket.Nature{ticket.Special}, Urgency: ticket.Normal,
					Severity: []ticket.Severity{ticket.Major}, Place: ticket.Indoor, Named: "yes", Booked: "yes", Linked: "yes",
				}},
				From: sla.Moment{mark}, To: sla.Moment{mark}, Unless: mark, Yields: clause, Again: true, Through: true,
				Limit: limit, Warn: limit, Holds: true, Who: role,
			}},
			Unrecorded: []ticket.EventType{ticket.Told},
		},
		Ladder:  escalation.Ladder{{From: role, Cause: escalation.Late, To: role2, Visit: true, Report: true, Clause: clause}},
		Titles:  escalation.Titles{{Role: role, Name: "n"}},
		Routine: scheme, Cash: scheme, Banked: scheme,
		Duties:     []Duty{{Clause: clause, Who: role, Every: "day", Times: 1, Day: 1}},
		Households: 1, Form: []ticket.Particular{ticket.Name},
		Off: []Off{{Clause: clause, Reason: "r"}}, Choices: []Choice{{Reading: "r", Option: "o"}},
	}
	b, err := json.Marshal(full)
	if err == nil {
		err = json.Unmarshal(b, &names)
	}
	if err != nil { // cannot be: the value above is fixed
		return nil
	}
	names.(map[string]any)["base"] = "standard"
	return names
}
