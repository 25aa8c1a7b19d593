//go:build race

package billing

const racing = true
