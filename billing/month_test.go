package billing

import (
	"slices"
	"testing"
	"time"

	"example.com/wuye/calendar"
	"github.com/google/go-cmp/cmp"
)

// Two months by hand. October closes at 2026-10-31 17:00, November at 2026-11-30 17:00.
//
//	serial  charged            means  October                 November
//	FW-1    10-05   80.00      cash   received 10-05, R001     reversed 11-03, waived 11-04
//	FW-2    10-09  106.50      bank   batch                   sent 11-01, collected 11-10
//	FW-3    10-12  186.50      bank   batch                   sent 11-01, failed 11-10, switched 11-12, received 11-13, R004
//	FW-4    10-20   45.05      bank   entered by mistake,     –
//	                                  voided 10-21
//	FW-5    10-31   60.00      bank   signed 18:00: not seen  late; batch
//	FW-6    10-28   30.00      cash   open                    open
//	FW-7    11-02   12.34      cash   –                       received 11-02, R003
//	FW-8    10-30   99.00      bank   batch                   never sent: named
//	FW-9    12-01   10.00      cash   –                       signed later: not in it
//
// October: new are FW-1, 2, 3, 4, 6 and 8: 80.00 + 106.50 + 186.50 + 45.05 + 30.00 + 99.00 = 547.05.
//
//	received 80.00 (FW-1) + voided 45.05 (FW-4) + open 422.00 (FW-2, 3, 6, 8: 106.50 + 186.50 + 30.00 + 99.00) = 547.05
//	batch FW-2, 3, 8: 106.50 + 186.50 + 99.00 = 392.00
//
// November: open before 422.00, new FW-5 (late) and FW-7 72.34, reversed 80.00 (FW-1): 574.34.
//
//	received 198.84 (FW-3 186.50, FW-7 12.34) + collected 106.50 (FW-2) + waived 80.00 (FW-1)
//	+ open 189.00 (FW-5, 6, 8: 60.00 + 30.00 + 99.00) = 574.34
//	batch FW-5, 8: 60.00 + 99.00 = 159.00
//	gaps: R002, and FW-8, which was in October's batch and was not sent
func TestMonthByHand(t *testing.T) {
	charged := func(day, serial, amount string, pay Payment) Entry {
		return row(serial, 1, Charged, worker).ticket("T-" + serial).amount(amount).pay(pay).at(day).e
	}
	evening := charged("2026-10-31", "FW-5", "60", Collection)
	evening.At, evening.Recorded = on("2026-10-31").Add(18*time.Hour), on("2026-10-31").Add(18*time.Hour+5*time.Minute)
	paid := func(serial string, seq int, day, amount, receipt string) Entry {
		return row(serial, seq, Received, worker).amount(amount).pay(Cash).ref(receipt).at(day).e
	}
	log := []Entry{ // as they were entered
		charged("2026-10-05", "FW-1", "80", Cash),
		paid("FW-1", 2, "2026-10-05", "80", "R001"),
		charged("2026-10-09", "FW-2", "106.50", Collection),
		charged("2026-10-12", "FW-3", "186.50", Collection),
		charged("2026-10-20", "FW-4", "45.05", Collection),
		row("FW-4", 2, Voided, assistant).reason("录错").approver(supervisor).at("2026-10-21").e,
		charged("2026-10-28", "FW-6", "30", Cash),
		charged("2026-10-30", "FW-8", "99", Collection),
		evening,
		row("FW-2", 2, Submitted, finance).ref("2026-10").at("2026-11-01").e,
		row("FW-3", 2, Submitted, finance).ref("2026-10").at("2026-11-01").e,
		charged("2026-11-02", "FW-7", "12.34", Cash),
		paid("FW-7", 2, "2026-11-02", "12.34", "R003"),
		row("FW-1", 3, Reversed, finance).reason("多收").approver(manager).at("2026-11-03").e,
		row("FW-1", 4, Waived, assistant).reason("赔礼").approver(manager).at("2026-11-04").e,
		row("FW-2", 3, Collected, finance).amount("106.50").at("2026-11-10").e,
		row("FW-3", 3, Failed, finance).reason("余额不足").at("2026-11-10").e,
		row("FW-3", 4, Switched, assistant).pay(Cash).reason("客户改付现金").at("2026-11-12").e,
		paid("FW-3", 5, "2026-11-13", "186.50", "R004"),
		charged("2026-12-01", "FW-9", "10", Cash),
	}
	charge := func(serial string, st EntryType, pay Payment, amount string, m calendar.Month) Charge {
		return Charge{serial, "T-" + serial, st, pay, "", fen(amount), m}
	}
	november := october.Add(1)
	closed := on("2026-10-31").Add(17 * time.Hour)

	fw2, fw3, fw8 := charge("FW-2", Charged, Collection, "106.50", october), charge("FW-3", Charged, Collection, "186.50", october), charge("FW-8", Charged, Collection, "99", october)
	fw6 := charge("FW-6", Charged, Cash, "30", october)
	first := Statement{
		Month: october,
		Batch: []Charge{fw2, fw3, fw8},
		New: []Charge{charge("FW-1", Received, Cash, "80", october), fw2, fw3, charge("FW-4", Voided, Collection, "45.05", october),
			fw6, fw8},
		Received: fen("80"), Voided: fen("45.05"), Open: fen("422"), Batched: fen("392"),
	}
	if diff := cmp.Diff(first, mustClose(t, log, october, time.Time{}, closed)); diff != "" {
		t.Error(diff)
	}
	fw5 := charge("FW-5", Charged, Collection, "60", october)
	second := Statement{
		Month: november,
		Batch: []Charge{fw5, fw8},
		New:   []Charge{fw5, charge("FW-7", Received, Cash, "12.34", november)},
		Carried: []Charge{charge("FW-1", Waived, Cash, "80", october), charge("FW-2", Collected, Collection, "106.50", october),
			charge("FW-3", Received, Cash, "186.50", october), fw6, fw8},
		Reversed: fen("80"), Received: fen("198.84"), Collected: fen("106.50"), Waived: fen("80"), Open: fen("189"), Batched: fen("159"),
		Gaps: []string{"SP-2.6.2.1 收据缺号 R002", "SP-2.6.1.5 上期应托收未送 FW-8"},
	}
	got := mustClose(t, log, november, closed, on("2026-11-30").Add(17*time.Hour))
	if diff := cmp.Diff(second, got); diff != "" {
		t.Error(diff)
	}
	if !slices.Equal(got.Late(), []Charge{fw5}) {
		t.Error(got.Late())
	}
	// October stays as it was reported, to the nanosecond of its asOf.
	if diff := cmp.Diff(first, mustClose(t, log[:8], october, time.Time{}, evening.Recorded)); diff != "" {
		t.Error(diff)
	}
	if s := mustClose(t, log, october, time.Time{}, evening.Recorded.Add(1)); len(s.New) != 7 {
		t.Error("recorded a nanosecond before asOf is seen", s.New)
	}
	if s := mustClose(t, log, october, time.Time{}, evening.Recorded); len(s.New) != 6 {
		t.Error("recorded at asOf is not seen", s.New)
	}
}
