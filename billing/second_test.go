package billing

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"example.com/wuye/calendar"
	"example.com/wuye/ticket"
	"pgregory.net/rapid"
)

// The second version: the money log as the package comment tells it, type by type, row after row, with
// maps, without index, table, or numbers. It shares the types with the first, and no code.

type slowSerial struct {
	Charge
	rows     []Entry
	sequence map[int]Entry
	has      map[EntryType]bool
}

func slowReplay(log []Entry) (map[string]*slowSerial, string, int) {
	serials := map[string]*slowSerial{}
	receipts := map[string]bool{}
	for i, e := range log {
		s := serials[e.Serial]
		if s == nil {
			s = &slowSerial{sequence: map[int]Entry{}, has: map[EntryType]bool{}}
			serials[e.Serial] = s
		}
		if old, ok := s.sequence[e.Seq]; ok {
			if old.At.Equal(e.At) && old.Recorded.Equal(e.Recorded) && fmt.Sprint(old.Type, old.Ticket, old.Amount, old.Payment, old.By, old.Approver, old.Ref, old.Reason) == fmt.Sprint(e.Type, e.Ticket, e.Amount, e.Payment, e.By, e.Approver, e.Ref, e.Reason) {
				continue
			}
			return nil, "conflict", i
		}
		if code := slowApply(s, e, receipts); code != "" {
			return nil, code, i
		}
		s.sequence[e.Seq] = e
		s.rows = append(s.rows, e)
		s.has[e.Type] = true
		s.Serial = e.Serial
		if e.Ticket != "" {
			s.Ticket = e.Ticket
		}
	}
	return serials, "", 0
}

func slowApply(s *slowSerial, e Entry, receipts map[string]bool) string {
	isDesk := e.By.Role == ticket.Assistant || e.By.Role == ticket.Supervisor || e.By.Role == ticket.Manager
	isWorker, isFinance := e.By.Role == ticket.Worker, e.By.Role == ticket.Finance
	in := func(states ...EntryType) bool {
		for _, st := range states {
			if s.State == st {
				return true
			}
		}
		return false
	}
	isBank := s.Payment == "bank_collection"

	// Form, order, time.
	if e.Seq != len(s.rows)+1 {
		return "out_of_order"
	}
	if n := len(s.rows); n > 0 && e.Recorded.Before(s.rows[n-1].Recorded) {
		return "time_travel"
	}
	if e.At.After(e.Recorded) {
		return "time_travel"
	}

	legal, may, need := false, false, ""
	switch e.Type {
	case Quoted:
		legal, may, need = in("", Quoted), isWorker || isDesk, "amount ref"
	case Charged:
		legal, may, need = in("", Quoted), isWorker || isDesk, "ticket amount payment"
	case Received:
		legal, may, need = in(Charged, Switched, Reversed) && !isBank, isWorker || isFinance, "amount payment ref"
	case Booked:
		legal, may = in(Received), isFinance
	case Submitted:
		legal, may, need = in(Charged, Failed, Reversed) && isBank, isFinance, "ref"
	case Collected:
		legal, may, need = in(Submitted), isFinance, "amount"
	case Failed:
		legal, may, need = in(Submitted), isFinance, "reason"
	case Switched:
		legal, may, need = in(Charged, Failed, Reversed) && isBank, isDesk || isFinance, "payment reason"
	case Reversed:
		legal, may, need = in(Received, Booked, Collected), isFinance, "reason approver"
	case Waived, Voided:
		legal, may, need = in(Charged, Failed, Switched, Reversed), isDesk || isFinance, "reason approver"
	case HandedIn:
		legal, may = s.has[Charged] && !s.has[HandedIn], isWorker || isDesk
	case Sorted:
		legal, may, need = s.has[HandedIn] && !s.has[Sorted], isFinance, "payment"
	case Collated:
		legal, may = s.has[Sorted] && !s.has[Collated], isDesk
	case Compensated:
		legal, may, need = len(s.rows) == 0, isDesk, "ticket amount approver ref"
	}
	if !legal {
		return "illegal_move"
	}
	if !may {
		return "wrong_role"
	}
	given := map[string]bool{"ticket": e.Ticket != "", "amount": e.Amount != 0, "payment": e.Payment != "", "ref": e.Ref != "", "reason": e.Reason != "", "approver": e.Approver != ticket.Actor{}}
	for _, f := range strings.Fields(need) {
		if !given[f] {
			return "missing"
		}
	}
	if strings.Contains(need, "approver") {
		if e.Approver.Role != ticket.Supervisor && e.Approver.Role != ticket.Manager {
			return "wrong_role"
		}
		if samePerson := e.Approver.ID == e.By.ID && (e.By.ID != "" || e.Approver.Role == e.By.Role); samePerson {
			return "own_work"
		}
	}
	if e.Ticket != "" && s.Ticket != "" && e.Ticket != s.Ticket {
		return "conflict"
	}
	if e.Type != Quoted && s.Amount != 0 && e.Amount != 0 && e.Amount != s.Amount {
		return "wrong_amount"
	}
	if (e.Type == Received || e.Type == Switched) && e.Payment == "bank_collection" {
		return "illegal_move"
	}
	if e.Type == Received {
		if receipts[e.Ref] {
			return "conflict"
		}
		receipts[e.Ref] = true
	}

	switch e.Type {
	case Quoted, Compensated:
		s.Amount = e.Amount
	case Charged:
		s.Amount, s.Payment, s.Month = e.Amount, e.Payment, calendar.DateOf(e.At).Month()
	case Switched:
		s.Payment = e.Payment
	case Sorted:
		s.Sorted = e.Payment
	}
	if e.Type != HandedIn && e.Type != Sorted && e.Type != Collated {
		s.State = e.Type
	}
	return ""
}

// slowClose compares two ledgers: of what was seen by since, and by asOf.
func slowClose(log []Entry, m calendar.Month, since, asOf time.Time) Statement {
	seen := func(by time.Time) []Entry {
		var out []Entry
		for _, e := range log {
			if e.Recorded.Before(by) {
				out = append(out, e)
			}
		}
		return out
	}
	before, _, _ := slowReplay(seen(since))
	now, _, _ := slowReplay(seen(asOf))
	place := func(st EntryType) string {
		switch st {
		case Received, Booked:
			return "received"
		case Collected, Waived, Voided:
			return string(st)
		}
		return "open"
	}
	batch := func(c Charge) bool {
		return c.Payment == "bank_collection" && (c.State == Charged || c.State == Failed || c.State == Reversed)
	}
	s := Statement{Month: m}
	sums := map[string]Fen{}
	var names []string
	for name := range now { // sorted below
		names = append(names, name)
	}
	sort.Strings(names)
	var notBack, notSent, noResult, again []string
	for _, name := range names {
		c := now[name].Charge
		if c.Month == (calendar.Month{}) || c.Month.Compare(m) > 0 {
			continue
		}
		if now[name].has[HandedIn] && !now[name].has[Sorted] {
			notBack = append(notBack, "SP-2.6.1.2 记录未退回 "+name)
		}
		was, sent := before[name], false
		for _, e := range now[name].rows {
			sent = sent || e.Type == Submitted && !e.Recorded.Before(since)
		}
		if was != nil && was.State == Submitted && c.State == Submitted && !sent {
			noResult = append(noResult, "SP-2.6.1.5 托收无结果 "+name)
		}
		if was == nil || !was.has[Charged] || c.Month.Compare(m) == 0 {
			s.New = append(s.New, c)
			for _, e := range now[name].rows {
				old := now[e.Ref]
				if e.Type == Charged && !now[name].has[Quoted] && old != nil && e.Ref != name && old.has[Charged] && !old.has[Voided] && old.Ticket == c.Ticket {
					again = append(again, "WY-rework-free 返工收费未报价 "+name)
				}
			}
		} else {
			if batch(was.Charge) && !sent {
				notSent = append(notSent, "SP-2.6.1.5 上期应托收未送 "+name)
			}
			if place(was.State) != "open" && place(was.State) == place(c.State) {
				continue
			}
			if place(was.State) != "open" {
				s.Reversed += c.Amount
			}
			s.Carried = append(s.Carried, c)
		}
		sums[place(c.State)] += c.Amount
		if batch(c) {
			s.Batch = append(s.Batch, c)
			s.Batched += c.Amount
		}
	}
	s.Received, s.Collected, s.Waived, s.Voided, s.Open = sums["received"], sums["collected"], sums["waived"], sums["voided"], sums["open"]

	// Receipts are R and a number without leading zeros: walk every number.
	numbers := func(serials map[string]*slowSerial) map[int]bool {
		out := map[int]bool{}
		for _, sr := range serials { // a set
			for _, e := range sr.rows {
				if e.Type == Received {
					n := 0
					fmt.Sscanf(e.Ref, "R%d", &n)
					out[n] = true
				}
			}
		}
		return out
	}
	gaps := func(have map[int]bool) map[int]bool {
		out, low, high := map[int]bool{}, 1<<30, 0
		for n := range have { // least and greatest
			low, high = min(low, n), max(high, n)
		}
		for n := low; n < high; n++ {
			if !have[n] {
				out[n] = true
			}
		}
		return out
	}
	old, all := gaps(numbers(before)), gaps(numbers(now))
	isGap := func(n int) bool { return all[n] && !old[n] }
	for n := 1; n < 3000; n++ {
		if !isGap(n) {
			continue
		}
		last := n
		for isGap(last + 1) {
			last++
		}
		text := fmt.Sprintf("SP-2.6.2.1 收据缺号 R%d", n)
		if last > n {
			text += fmt.Sprintf(" 至 R%d", last)
		}
		s.Gaps = append(s.Gaps, text)
		n = last
	}
	s.Gaps = append(s.Gaps, slices.Concat(notBack, notSent, noResult, again)...)
	return s
}

// randomLog is some lives of some serials over three months, mostly legal, in the order in
// which they were recorded, which mixes the serials.
func randomLog(t *rapid.T, wild bool) []Entry {
	var log []Entry
	receipt := rapid.IntRange(1, 900).Draw(t, "receipt")
	for s := range rapid.IntRange(0, 8).Draw(t, "serials") {
		at := on("2026-09-25").Add(time.Duration(rapid.IntRange(0, 40*24).Draw(t, "start")) * time.Hour)
		recorded := at
		pay := rapid.SampledFrom([]Payment{Cash, Collection, Collection, Mobile}).Draw(t, "pay")
		service := rapid.IntRange(max(0, s-2), s).Draw(t, "ticket") // its own, or one that has a serial already
		var own []Entry
		for seq := 1; seq <= rapid.IntRange(1, 9).Draw(t, "rows"); seq++ {
			recorded = recorded.Add(time.Duration(rapid.IntRange(0, 9*24).Draw(t, "later")) * time.Hour)
			// A type that is legal here, unless the log is to be wild.
			var e Entry
			forced := wild && rapid.IntRange(0, 29).Draw(t, "wild") == 0
			for range 30 {
				e = full(fmt.Sprintf("S%d", s), seq, rapid.SampledFrom(types[:]).Draw(t, "type"))
				e.Amount = Fen(100 + s)
				e.Ticket = fmt.Sprintf("T-S%d", service)
				if e.Type == Charged {
					e.Payment = pay
					if service < s {
						e.Ref = fmt.Sprintf("S%d", service)
					}
				}
				if e.Type == Received {
					e.Ref = fmt.Sprintf("R%d", receipt)
				}
				e.Recorded = recorded
				e.At = recorded.Add(-time.Duration(rapid.IntRange(0, 5*24).Draw(t, "late")) * time.Hour)
				if forced {
					break
				}
				if _, code, _ := slowReplay(append(slices.Clone(own), e)); code == "" {
					break
				}
			}
			if e.Type == Received {
				receipt += rapid.SampledFrom([]int{1, 1, 2, 4}).Draw(t, "next receipt")
			}
			if _, code, _ := slowReplay(append(slices.Clone(own), e)); code == "" || forced {
				own = append(own, e)
			} else {
				break
			}
		}
		log = append(log, own...)
	}
	slices.SortStableFunc(log, func(a, b Entry) int { return a.Recorded.Compare(b.Recorded) })
	if wild && len(log) > 0 {
		for range rapid.IntRange(0, 3).Draw(t, "faults") {
			i := rapid.IntRange(0, len(log)-1).Draw(t, "row")
			switch e := &log[i]; rapid.IntRange(0, 9).Draw(t, "fault") {
			case 0:
				e.Amount++
			case 1:
				e.Approver = rapid.SampledFrom([]ticket.Actor{{}, worker, finance, supervisor}).Draw(t, "approver")
			case 2:
				e.By = rapid.SampledFrom([]ticket.Actor{worker, finance, assistant, manager, {Role: ticket.Store, ID: "K01"}}).Draw(t, "by")
			case 3:
				e.Seq = rapid.IntRange(1, 4).Draw(t, "seq")
			case 4:
				e.Ref = rapid.SampledFrom([]string{"", "R1", "R2", "2026-10"}).Draw(t, "ref")
				if e.Type == Submitted && e.Ref != "" {
					e.Ref = "2026-10"
				}
			case 5:
				e.Payment = rapid.SampledFrom([]Payment{"", Cash, Collection}).Draw(t, "payment")
			case 6:
				e.Ticket = rapid.SampledFrom([]string{"", "T-S1", "T-S2"}).Draw(t, "ticket")
			case 7:
				e.Recorded = e.Recorded.Add(-time.Duration(rapid.IntRange(0, 3*24).Draw(t, "back")) * time.Hour)
			case 8:
				e.Reason = ""
			case 9:
				log = append(log, *e)
			}
		}
	}
	return log
}
