// Package impure does what the library must not, each behind something that a search of the source does not see.
package impure

import (
	"os"
	"time"
)

type reader interface{ read() string }

type file struct{}

func (file) read() string { b, _ := os.ReadFile("x"); return string(b) }

var clock = time.Now

// Read reaches a file through an interface.
func Read() string { var r reader = file{}; return r.read() }

// When reaches the clock through a function value.
func When() time.Time { return clock() }

// Sum is pure.
func Sum(a, b int) int { return a + b }
