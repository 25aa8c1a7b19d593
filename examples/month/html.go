package main

import "io"

func (k Pack) html(w io.Writer) error { return nil }
