package ticket

import "testing"

// The five walks of the rules' own pages, minute by minute; sla judges their clocks.
var walks = []struct {
	name string
	rows []Event
	ends State
}{
	{"minor complaint", []Event{
		{Type: Registered, At: at("21 09:05"), By: assistant, Kind: Complaint, Caller: Owner, Channel: Phone, Has: form(Room)},
		{Type: Triaged, At: at("21 09:10"), By: assistant},
		{Type: Promised, At: at("21 09:12"), By: assistant, Until: at("21 17:00")},
		{Type: Dispatched, At: at("21 09:15"), By: assistant, To: head},
		{Type: Informed, At: at("21 10:40"), By: assistant},
		{Type: Started, At: at("21 13:30"), By: head},
		{Type: Completed, At: at("21 15:00"), By: head},
		{Type: Told, At: at("21 15:30"), By: assistant},
		{Type: Rated, At: at("21 15:40"), By: resident, Grade: Satisfied},
		{Type: Revisited, At: at("21 17:00"), By: assistant, Channel: Phone},
		{Type: Revisited, At: at("22 10:00"), By: manager, Channel: Visit, Grade: Satisfied},
		{Type: Archived, At: at("22 11:00"), By: assistant}}, Closed},
	{"noise", []Event{
		{Type: Registered, At: at("21 22:10"), By: assistant, Kind: Complaint, Caller: Owner, Has: form()},
		{Type: Triaged, At: at("21 22:15"), By: assistant},
		{Type: ReferredOut, At: at("21 22:20"), By: assistant, To: bureau},
		{Type: Informed, At: at("21 22:30"), By: assistant},
		{Type: Replied, At: at("23 10:00"), By: bureau},
		{Type: Told, At: at("23 10:30"), By: assistant},
		{Type: Rated, At: at("23 10:35"), By: resident, Grade: Fair}}, Answered},
	{"special service, cash", []Event{
		{Type: Registered, At: at("21 09:00"), By: assistant, Kind: Service, Nature: Special, Caller: Owner, Until: at("21 14:00"), Has: form(Room)},
		{Type: Triaged, At: at("21 09:05"), By: assistant},
		{Type: Dispatched, At: at("21 09:10"), By: assistant, To: worker},
		{Type: Delivered, At: at("21 09:15"), By: assistant},
		{Type: Acknowledged, At: at("21 09:18"), By: worker},
		{Type: Arrived, At: at("21 13:55"), By: worker},
		{Type: Inspected, At: at("21 14:05"), By: worker},
		{Type: Agreed, At: at("21 14:10"), By: worker, Ref: "Q-17"},
		{Type: Started, At: at("21 14:15"), By: worker, Ref: "N-2026-0031"},
		{Type: Issued, At: at("21 14:20"), By: keeper},
		{Type: Completed, At: at("21 15:30"), By: worker},
		{Type: Disputed, At: at("21 15:35"), By: resident},
		{Type: Completed, At: at("21 16:10"), By: worker},
		{Type: SignedOff, At: at("21 16:15"), By: resident},
		{Type: WrittenOff, At: at("21 16:40"), By: assistant},
		{Type: GivenBack, At: at("21 16:45"), By: keeper},
		{Type: Revisited, At: at("25 10:00"), By: assistant, Channel: Phone, Grade: Satisfied},
		{Type: Archived, At: at("25 10:30"), By: assistant}}, Closed},
	{"hold, upgrade, resume", []Event{
		{Type: Registered, At: at("18 10:00"), By: assistant, Kind: Complaint, Severity: Minor, Caller: Owner, Has: form()},
		{Type: Triaged, At: at("18 10:05"), By: assistant},
		{Type: Held, At: at("18 11:00"), By: assistant, Hold: WaitingCustomer},
		{Type: Reranked, At: at("18 14:00"), By: assistant, Severity: Important},
		{Type: Resumed, At: at("20 09:00"), By: assistant}}, Accepted},
	{"fit-out", []Event{
		{Type: Registered, At: at("01 09:00"), By: assistant, Kind: FitOut, Caller: Owner, Has: form(Room)},
		{Type: Triaged, At: at("01 09:10"), By: assistant},
		{Type: Dispatched, At: at("01 09:20"), By: assistant, To: head},
		{Type: Completed, At: at("21 16:00"), By: head},
		{Type: SignedOff, At: at("21 17:00"), By: assistant},
		{Type: Told, At: at("21 17:05"), By: assistant},
		{Type: Revisited, At: at("28 10:00"), By: assistant, Channel: Visit},
		{Type: Archived, At: at("28 11:00"), By: assistant}}, Closed},
}

// numbered gives the rows of a walk their ticket and order.
func numbered(rows []Event) []Event {
	h := append([]Event(nil), rows...)
	for i := range h {
		h[i].Ticket, h[i].Seq = "T1", i+1
	}
	return h
}

func TestWalks(t *testing.T) {
	for _, w := range walks {
		t.Run(w.name, func(t *testing.T) {
			h := numbered(w.rows)
			whole, err := Replay(h)
			if err != nil || whole.State != w.ends {
				t.Fatalf("got %s, %v; want %s", whole.State, err, w.ends)
			}
			var step Ticket
			for _, e := range h {
				if step, err = step.Apply(e); err != nil {
					t.Fatal(err)
				}
			}
			if step != whole {
				t.Errorf("row by row %+v\nin one go  %+v", step, whole)
			}
		})
	}
}

// What the walks leave behind.
func TestWalkEnds(t *testing.T) {
	want := []Ticket{
		{Facts: Facts{Kind: Complaint, Caller: Owner}, Passed: Passed{Completed: true, Told: true, Revisited: true}, Worker: head, Opened: at("21 09:05"), Last: at("22 11:00")},
		{Facts: Facts{Kind: Complaint, Caller: Owner}, Passed: Passed{Told: true}, Opened: at("21 22:10"), Last: at("23 10:30")},
		{Facts: Facts{Kind: Service, Nature: Special, Caller: Owner, Booked: true}, Passed: Passed{Agreed: true, Completed: true, SignedOff: true, Revisited: true},
			Worker: worker, Reworks: 1, Opened: at("21 09:00"), Last: at("25 10:30")},
		{Facts: Facts{Kind: Complaint, Severity: Important, Caller: Owner}, Opened: at("18 10:00"), Last: at("18 10:05")},
		{Facts: Facts{Kind: FitOut, Caller: Owner}, Passed: Passed{Completed: true, SignedOff: true, Told: true, Revisited: true}, Worker: head, Opened: at("01 09:00"), Last: at("28 11:00")},
	}
	for i, w := range walks {
		got, _ := Replay(numbered(w.rows))
		want := want[i]
		want.ID, want.Seq, want.State, want.Cycle = "T1", len(w.rows), w.ends, 1
		got.Opened, got.Last = got.Opened.In(cst), got.Last.In(cst)
		if got != want {
			t.Errorf("%s:\ngot  %+v\nwant %+v", w.name, got, want)
		}
	}
}
