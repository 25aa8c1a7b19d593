package months

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"example.com/wuye"
	"example.com/wuye/audit"
	"example.com/wuye/billing"
	"example.com/wuye/calendar"
	"example.com/wuye/examples/beam/draw"
	"example.com/wuye/sampling"
	"example.com/wuye/ticket"
	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
)

type texts = func(*[]byte) bool

func init() {
	register.DoFn5x0[string, func(string, []byte), func(string, []byte), func(string, []byte), func(string)](&parseFn{})
	register.DoFn3x1[string, texts, func(string, []byte), error](&shareFn{})
	register.DoFn7x1[string, texts, texts, func(string), func(string, Sum), func(string, draw.Order), func(string, []byte), error](&ticketFn{})
	register.DoFn3x0[string, draw.Part, func(string, draw.Part)](&ownFn{})
	register.DoFn7x1[string, texts, func(*Sum) bool, func(*draw.Part) bool, texts, texts, func(string), error](&propertyFn{})
	register.Combiner1[Sum](&addFn{})
	register.Emitter1[string]()
	register.Emitter2[string, []byte]()
	register.Emitter2[string, Sum]()
	register.Emitter2[string, draw.Order]()
	register.Iter1[[]byte]()
	register.Iter1[Sum]()
	register.Iter1[draw.Part]()
	beam.RegisterCoder(reflect.TypeFor[Sum](), func(s Sum) ([]byte, error) { return json.Marshal(s) }, func(text []byte) (s Sum, err error) {
		err = json.Unmarshal(text, &s)
		return s, err
	})
}

// between stands between a property and what follows it in a key; neither may have it.
const between = "\x1f"

// Pipeline is the lines, as JSON texts in any order, of the rows, JSON texts in any order.
// Draws are combined in so many shards each.
func Pipeline(s beam.Scope, site Site, input beam.PCollection, shards int) beam.PCollection {
	events, money, duties, bad := beam.ParDo4(s.Scope("parse"), &parseFn{}, input)
	shares := beam.ParDo(s.Scope("share the money log out"), &shareFn{site}, beam.GroupByKey(s, money))
	found, sums, orders, kept := beam.ParDo4(s.Scope("judge tickets"), &ticketFn{Site: site}, beam.CoGroupByKey(s, events, shares))
	scores := beam.CombinePerKey(s.Scope("add up scorecards"), &addFn{}, sums)
	parts := beam.ParDo(s, &ownFn{}, draw.Parts(s, orders, shards))
	months := beam.ParDo(s.Scope("judge months"), &propertyFn{Site: site}, beam.CoGroupByKey(s, kept, scores, parts, money, duties))
	return beam.Flatten(s, found, months, bad)
}

// parseFn sorts rows by what they are: events by ticket, the rest by property.
type parseFn struct{}

func (*parseFn) ProcessElement(text string, events, money, duties func(string, []byte), bad func(string)) {
	switch r, id, wrong := parse(text); {
	case wrong != nil:
		bad(wrong.String())
	case r.Event != nil:
		events(r.Property+between+id, r.Event)
	case r.Money != nil:
		money(r.Property, r.Money)
	default:
		duties(r.Property, r.Duty)
	}
}

func collect(next texts) [][]byte {
	var all [][]byte
	for text := []byte(nil); next(&text); text = nil {
		all = append(all, slices.Clone(text))
	}
	return all
}

// shareFn gives each ticket its part of the property's money log, as far as it is seen.
type shareFn struct{ Site Site }

func (f *shareFn) ProcessElement(property string, next texts, emit func(string, []byte)) error {
	log, err := moneyLog(collect(next))
	if err != nil {
		return err
	}
	log = billing.SeenBefore(log, f.Site.AsOf)
	of := map[string]string{} // the ticket of a serial, which not every row names
	for _, e := range log {
		if e.Ticket != "" {
			of[e.Serial] = e.Ticket
		}
	}
	for _, e := range log {
		text, err := json.Marshal(e)
		if err != nil {
			return err
		}
		emit(property+between+of[e.Serial], text)
	}
	return nil
}

// ticketFn judges a ticket by its rows and its money: it gives its findings, what it adds to
// the scorecard, the draws it is drawn from, and its rows, where the month needs them.
type ticketFn struct {
	Site  Site
	desks map[string]*judges
}

// judges are a property's desk, and one that asks of each ticket only whether it is drawn
// from, whatever the site's brackets.
type judges struct {
	desk, whole *wuye.Desk
	policy      wuye.Policy
}

func (f *ticketFn) of(property string) (*judges, error) {
	if _, own := f.Site.Own[property]; !own {
		property = "-" // the name shows in a draw's scope alone
	}
	if j := f.desks[property]; j != nil {
		return j, nil
	}
	desk, policy, err := f.Site.desk(property)
	if err != nil {
		return nil, err
	}
	whole := policy
	for i, s := range schemes(&whole) {
		*s = sampling.Census()
		s.Brackets[0].Clause = drawn[i]
	}
	j := &judges{desk: desk, policy: policy}
	if j.whole, err = wuye.New(calendar.China(), whole); err != nil {
		return nil, err
	}
	if f.desks == nil {
		f.desks = map[string]*judges{}
	}
	f.desks[property] = j
	return j, nil
}

func (f *ticketFn) ProcessElement(key string, events, money texts, line func(string), sum func(string, Sum), order func(string, draw.Order), keep func(string, []byte)) error {
	property, id, _ := strings.Cut(key, between)
	j, err := f.of(property)
	if err != nil {
		return err
	}
	all := collect(events)
	h, err := history(all)
	if err != nil {
		return err
	}
	r := wuye.Records{Tickets: func(yield func([]ticket.Event) bool) {
		if len(h) > 0 {
			yield(h)
		}
	}}
	if r.Money, err = moneyLog(collect(money)); err != nil {
		return err
	}

	found, err := audit.History(j.desk, h, f.Site.AsOf)
	if err != nil {
		line(Line{Property: property, Ticket: id, Refused: err.Error()}.String())
	}
	for i := range found {
		line(Line{Property: property, Finding: &found[i]}.String())
	}

	var add Sum
	scores, err := audit.Scorecard(j.desk, f.Site.Month, r, f.Site.AsOf, nil)
	if err != nil {
		add.Score = Refusal{id, err.Error()}
	} else if len(scores) > 0 {
		add.Tickets, add.Figures = true, scores[0].Figures
	}
	end, err := j.whole.MonthEnd(f.Site.Month, r, f.Site.Key, f.Site.AsOf)
	if err != nil {
		add.Month = Refusal{id, err.Error()}
	}
	sum(property, add)

	for i, ids := range [...][]string{end.Drawn.Routine, end.Drawn.Cash, end.Drawn.Banked} {
		for _, id := range ids {
			o, err := draw.NewOrder(f.Site.Key, f.Site.scope(property, kinds[i]), *schemes(&j.policy)[i], id)
			if err != nil {
				return err
			}
			order(property+between+kinds[i], o)
		}
	}
	if len(h) > 0 && !f.Site.past(h) {
		for _, text := range all {
			keep(property, text)
		}
	}
	return nil
}

// scope is that of a month's draw.
func (s *Site) scope(property, kind string) string {
	return property + "/" + s.Month.String() + "/" + kind
}

// addFn adds up what the tickets of a property give.
type addFn struct{}

func (*addFn) MergeAccumulators(a, b Sum) Sum { return a.plus(b) }

// ownFn gives a draw to its property, under its kind.
type ownFn struct{}

func (*ownFn) ProcessElement(key string, p draw.Part, emit func(string, draw.Part)) {
	property, kind, _ := strings.Cut(key, between)
	p.Name = kind
	emit(property, p)
}

// propertyFn judges the month of a property.
type propertyFn struct{ Site Site }

func (f *propertyFn) ProcessElement(property string, kept texts, sums func(*Sum) bool, parts func(*draw.Part) bool, money, duties texts, line func(string)) error {
	s := &f.Site
	desk, policy, err := s.desk(property)
	if err != nil {
		return err
	}
	var r wuye.Records
	if r.Money, err = moneyLog(collect(money)); err != nil {
		return err
	}
	if r.Done, err = dutiesDone(collect(duties)); err != nil {
		return err
	}
	var sum Sum
	sums(&sum)
	refuse := func(why string) error {
		line(Line{Property: property, Refused: why}.String())
		return nil
	}
	if _, err := desk.MonthEnd(s.Month, r, s.Key, s.AsOf); err != nil {
		return refuse(err.Error())
	}
	if sum.Month.Why != "" {
		return refuse(sum.Month.Why)
	}
	rows, err := rows(collect(kept), func(a, b *ticket.Event) int { // as history orders each
		if a.Ticket != b.Ticket {
			return strings.Compare(a.Ticket, b.Ticket)
		}
		return a.Seq - b.Seq
	})
	if err != nil {
		return err
	}
	r.Tickets = func(yield func([]ticket.Event) bool) {
		for from := 0; from < len(rows); {
			to := from + 1
			for to < len(rows) && rows[to].Ticket == rows[from].Ticket {
				to++
			}
			if !yield(rows[from:to:to]) {
				return
			}
			from = to
		}
	}
	month, err := audit.Month(desk, s.Month, r, s.AsOf)
	if err != nil {
		return refuse(err.Error())
	}
	if sum.Score.Why != "" {
		return refuse(sum.Score.Why)
	}
	for i := range month {
		line(Line{Property: property, Finding: &month[i]}.String())
	}
	if sum.Tickets {
		line(Line{Property: property, Figures: sum.figures(&policy)}.String())
	}
	of := map[string]draw.Part{}
	for p := (draw.Part{}); parts(&p); p = (draw.Part{}) {
		of[p.Name] = p
	}
	for i, scheme := range schemes(&policy) {
		p := of[kinds[i]]
		bracket, _ := scheme.Bracket(p.Population)
		if !policy.Keeps(drawn[i]) || !policy.Keeps(bracket.Clause) {
			continue
		}
		d, err := p.Draw(s.Key, s.scope(property, kinds[i]), *scheme)
		if err != nil {
			return refuse(err.Error())
		}
		line(Line{Property: property, Draw: &d}.String())
	}
	return nil
}
