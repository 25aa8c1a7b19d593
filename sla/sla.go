// Package sla answers: by when, and was it in time?
package sla
