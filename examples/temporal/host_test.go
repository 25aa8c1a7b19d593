package tickets

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"example.com/wuye/escalation"
	"example.com/wuye/ticket"
)

// TestOutbox: however often and from however many workers a firing comes, it is there once and whole.
func TestOutbox(t *testing.T) {
	dir := t.TempDir()
	o := Outbox(dir)
	f := escalation.Firing{Key: "甲/1%2F/WY-unanswered/1/supervisor/1", Ticket: "甲/1%2F", At: at(21, 9, 30)}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := o.Tell(context.Background(), f); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	other := f
	other.Key = "甲/1/WY-unanswered/1/supervisor/1"
	if err := o.Tell(context.Background(), other); err != nil {
		t.Error(err)
	}
	for i := range 2 {
		if err := o.Archive(context.Background(), Carry{Ticket: f.Ticket, Rows: make([]ticket.Event, i+1)}); err != nil {
			t.Error(err)
		}
	}
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) != 3 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil || !strings.HasSuffix(string(text), "}\n") {
			t.Errorf("%s: %q, %v", file, text, err)
		}
		if strings.Contains(file, "ticket-") && strings.Count(string(text), "{") != 3 { // the carry and two rows
			t.Errorf("the archive kept the first: %s", text)
		}
	}
	if err := Outbox(filepath.Join(dir, "nowhere")).Tell(context.Background(), f); err == nil {
		t.Error("written to nowhere")
	}
}

// TestLoad: a directory is a desk; its name is what judges, not what the directory is called.
func TestLoad(t *testing.T) {
	policy := &fstest.MapFile{Data: []byte(`{"base": "standard", "name": "锦绣苑", "from": "2026-01-01"}`)}
	notice := &fstest.MapFile{Data: []byte(`{"year": 0, "source": "停电", "off": [{"name": "停电", "from": "2026-11-03"}]}`)}
	load := func(files fstest.MapFS) map[string]string {
		t.Helper()
		desks, names, err := Load(files)
		if err != nil {
			t.Fatal(err)
		}
		for dir, name := range names {
			if desks[name] == nil {
				t.Errorf("%s: no desk %q", dir, name)
			}
		}
		return names
	}
	one := load(fstest.MapFS{"a/policy.json": policy, "b/policy.json": policy, "b/notice-1.json": notice, "README": {}})
	two := load(fstest.MapFS{"c/policy-2.json": policy})
	if len(one) != 2 || one["a"] == one["b"] || one["a"] != two["c"] || !strings.HasPrefix(one["a"], "锦绣苑/") {
		t.Errorf("%v, %v", one, two)
	}
	for name, files := range map[string]fstest.MapFS{
		"no policy":   {"a/notice.json": notice},
		"no JSON":     {"a/policy.json": {Data: []byte("{")}},
		"no notice":   {"a/policy.json": policy, "a/notice.json": {Data: []byte(`{"year": 2027, "of": []}`)}},
		"two of them": {"a/policy.json": policy, "a/policy2.json": policy},
	} {
		if _, _, err := Load(files); err == nil || !strings.Contains(err.Error(), "a") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
