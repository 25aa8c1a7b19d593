package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"os"
	"testing"

	"example.com/wuye"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	b, err := os.ReadFile("../../docs/policy.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("policy.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("policy.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func accepts(t *testing.T, s *jsonschema.Schema, text []byte) error {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(v)
}

func TestUpToDate(t *testing.T) {
	if err := run("../..", true); err != nil {
		t.Error(err)
	}
}

// The schema takes every profile, every reading of the standard policy, and what is written
// beside a base.
func TestAccepts(t *testing.T) {
	s := compiled(t)
	policies := []wuye.Policy{wuye.Standard(), wuye.Villa(), wuye.Tianxiacheng()}
	for _, r := range wuye.Readings() {
		for _, o := range r.Options {
			p, err := wuye.Standard().WithReading(r.Code, o.Code)
			if err != nil {
				t.Fatal(err)
			}
			policies = append(policies, p)
		}
	}
	for _, p := range policies {
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		if err := accepts(t, s, b); err != nil {
			t.Errorf("%s %v: %v", p.Name, p.Choices, err)
		}
	}
	if err := accepts(t, s, []byte(`{"base":"villa","name":"锦绣苑","off":[{"clause":"SP","reason":"没有特约服务"}],"choices":[{"reading":"hours","option":"working-hours"}]}`)); err != nil {
		t.Error(err)
	}
}

// The schema and ParsePolicy refuse the same slips of the pen.
func TestRefuses(t *testing.T) {
	s := compiled(t)
	for _, text := range []string{
		`{}`, `{"name":"a"}`, `{"base":"palace"}`, `{"base":"villa","colour":1}`, `{"base":"villa","Name":"a"}`,
		`{"base":"villa","choices":[{"reading":"hours","option":"never"}]}`, `{"base":"villa","choices":[{"reading":"colour","option":"red"}]}`,
		`{"base":"villa","duties":[{"clause":"VC-1.7","who":"janitor","every":"week","times":1}]}`,
		`{"base":"villa","duties":[{"clause":"VC-1.7","who":"assistant","every":"fortnight","times":1}]}`,
		`{"base":"villa","duties":[{"clause":"VC-1.7","who":"assistant","every":"week","times":0}]}`,
		`{"base":"villa","off":[{"clause":"XX-1","reason":"r"}]}`, `{"base":"villa","off":[{"clause":"VC-1.7","reason":" "}]}`,
		`{"base":"villa","sla":{"unrecorded":["slept"]}}`, `{"base":"villa","sla":{"clocks":[{"clause":"QI-3.8","limit":{"n":"1"}}]}}`,
		`{"base":"villa","routine":{"brackets":[{"percent":130}],"rounding":"up"}}`, `{"base":"villa","form":["shoe_size"]}`,
	} {
		if accepts(t, s, []byte(text)) == nil {
			t.Errorf("the schema takes %s", text)
		}
		if _, err := wuye.ParsePolicy([]byte(text)); err == nil {
			t.Errorf("ParsePolicy takes %s", text)
		}
	}
}

// Whatever ParsePolicy takes the schema takes: an editor never marks what is right. One
// character of the standard policy is changed at a time.
func TestNeverStricter(t *testing.T) {
	s := compiled(t)
	good, err := json.Marshal(wuye.Standard())
	if err != nil {
		t.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(1, 2))
	taken := 0
	for range 4000 {
		b := bytes.Clone(good)
		b[chance.IntN(len(b))] = `0123456789abcdefghijklmnopqrstuvwxyz_-"{}[]:,`[chance.IntN(45)]
		if _, err := wuye.ParsePolicy(b); err != nil {
			continue
		}
		taken++
		if err := accepts(t, s, b); err != nil {
			t.Errorf("the schema refuses what ParsePolicy takes: %v", err)
		}
	}
	if taken < 20 {
		t.Errorf("only %d changed policies were taken: the test shows little", taken)
	}
}

// Every field of the policy itself says what it means.
func TestDescribed(t *testing.T) {
	b, err := schema("../..")
	if err != nil {
		t.Fatal(err)
	}
	var top struct {
		Properties map[string]struct{ Description string }
	}
	if err := json.Unmarshal(b, &top); err != nil {
		t.Fatal(err)
	}
	for name, p := range top.Properties {
		if p.Description == "" {
			t.Errorf("%s has no description", name)
		}
	}
}
