// Package wuye joins the rules into one desk.
package wuye
