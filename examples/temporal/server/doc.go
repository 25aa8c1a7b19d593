// Package server shows examples/temporal with a real Temporal server in the test's own process, in
// a module of its own because that server is large: see README.md of examples/temporal.
package server
