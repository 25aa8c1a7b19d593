package wuye_test

import (
	"strings"
	"testing"

	"example.com/wuye"
)

// What is as much as it may be is taken; one more is not.
func TestPolicyAtItsBounds(t *testing.T) {
	for what, c := range map[string]struct {
		change func(*wuye.Policy)
		ok     bool
	}{
		"a name of 64":          {func(p *wuye.Policy) { p.Name = strings.Repeat("x", 64) }, true},
		"a name of 65":          {func(p *wuye.Policy) { p.Name = strings.Repeat("x", 65) }, false},
		"a name of two words":   {func(p *wuye.Policy) { p.Name = "锦绣苑 二期" }, true},
		"a name of two lines":   {func(p *wuye.Policy) { p.Name = "锦绣苑\n二期" }, false},
		"a million households":  {func(p *wuye.Policy) { p.Households = 1_000_000 }, true},
		"one more":              {func(p *wuye.Policy) { p.Households = 1_000_001 }, false},
		"a thousand times":      {func(p *wuye.Policy) { p.Duties[0].Times = 1000 }, true},
		"a thousand and one":    {func(p *wuye.Policy) { p.Duties[0].Times = 1001 }, false},
		"none":                  {func(p *wuye.Policy) { p.Duties[0].Times = 0 }, false},
		"due on the 32nd":       {func(p *wuye.Policy) { p.Duties[0].Day = 32 }, false},
		"due before the 1st":    {func(p *wuye.Policy) { p.Duties[0].Day = -1 }, false},
		"nothing but a default": {func(*wuye.Policy) {}, true},
	} {
		p := wuye.Standard()
		c.change(&p)
		if err := p.Validate(); (err == nil) != c.ok {
			t.Errorf("%s: %v", what, err)
		}
	}
}
