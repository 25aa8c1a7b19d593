//go:build !race

package billing

const racing = false
