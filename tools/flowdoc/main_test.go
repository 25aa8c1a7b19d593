package main

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/wuye/ticket"
)

// What is in the repository is what the table says, and a difference is noticed.
func TestCheck(t *testing.T) {
	if err := run("../..", true); err != nil {
		t.Error(err)
	}
	root := t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "docs"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err == nil {
		t.Error("nothing there, and nothing said")
	}
	if err := run(root, false); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err != nil {
		t.Error(err)
	}
	name := filepath.Join(root, "docs", "flow.svg")
	if err := os.WriteFile(name, []byte("<svg/>"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := run(root, true); err == nil || !strings.Contains(err.Error(), "flow.svg") {
		t.Errorf("changed by hand: %v", err)
	}
}

// Every type, state and clause of the table is on the page; every type and state in the picture, which is well formed.
func TestWhole(t *testing.T) {
	all := lines(ticket.Transitions())
	page, picture := page(all), picture(all)
	for _, row := range ticket.Transitions() {
		if !strings.Contains(page, "`"+string(row.Type)+"`") || !strings.Contains(page, string(row.Clause)) || !strings.Contains(page, label(row.From)) {
			t.Errorf("not on the page: %+v", row)
		}
		if row.Type != ticket.Imported && (!strings.Contains(picture, ">"+string(row.Type)+"<") || !strings.Contains(picture, ">"+label(row.From)+"<")) {
			t.Errorf("not in the picture: %+v", row)
		}
	}
	rows := 0
	for _, l := range all {
		rows += len(l.from)
	}
	if rows != len(ticket.Transitions()) {
		t.Errorf("%d rows in the lines, %d in the table", rows, len(ticket.Transitions()))
	}
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}
