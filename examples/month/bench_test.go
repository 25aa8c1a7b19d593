package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// requests is the export of a city's desk with n made-up requests over ten years: opened at
// any time of the day, most of them closed, from minutes to years later.
func requests(n int) []byte {
	chance := rand.New(rand.NewPCG(1, 2))
	marks := []string{"Routine", "Routine", "Routine", "Urgent", "Preventive", "Emergency"}
	var b bytes.Buffer
	b.WriteString("unique_key,created_date,closed_date,category,descriptor\n")
	begin := time.Date(2008, 7, 1, 0, 0, 0, 0, time.UTC)
	for i := range n {
		opened, closed := begin.Add(time.Duration(chance.Int64N(int64(10*365*24*time.Hour)))), ""
		if chance.IntN(25) > 0 {
			closed = opened.Add(time.Minute << chance.IntN(20)).Format("2006-01-02 15:04:05+00:00")
		}
		fmt.Fprintf(&b, "%d,%s,%s,%s,Glazier - %s\n", 200000+i, opened.Format("2006-01-02 15:04:05+00:00"), closed,
			[]string{"SFHA Requests", "Sewer Issues"}[chance.IntN(2)], marks[chance.IntN(len(marks))])
	}
	return b.Bytes()
}

// 10,000 requests, from the file to the printed report of all its months with its scorecard.
func BenchmarkExport(b *testing.B) {
	mapping, err := os.ReadFile("maps/sf311.json")
	if err != nil {
		b.Fatal(err)
	}
	data := requests(10_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r, bad := readExport(file{"requests.csv", data}, file{"sf311.json", mapping})
		if bad != nil {
			b.Fatal(bad)
		}
		j := job{}
		if zh := j.moment("", "", true, r); zh != "" {
			b.Fatal(zh)
		}
		out, err := answer(&r, j, "", nil)
		if err != nil {
			b.Fatal(err)
		}
		var text strings.Builder
		if err := out.print(&text); err != nil {
			b.Fatal(err)
		}
	}
}
