package main

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func TestUpToDate(t *testing.T) {
	if err := run("../..", true); err != nil {
		t.Error(err)
	}
}

// 2026 by the notice of 2025-11-04: 33 days off in 7 stretches, 13 of them statutory, and 6 make-up days.
func TestPicture(t *testing.T) {
	svg, err := picture(2026)
	if err != nil {
		t.Fatal(err)
	}
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"补班 6天", "法定节假日 13天", "2026-09-20 补班 国庆节", "2026-02-15 调休 春节", "2026-10-01 法定节假日 国庆节", "2026-09-21 工作日"} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture does not say %s", want)
		}
	}
	if _, err := picture(2027); err == nil {
		t.Error("a year without a notice is drawn")
	}
}
