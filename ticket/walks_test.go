package ticket

import (
	"testing"
	"time"
)

var cst = time.FixedZone("UTC+8", 8*3600)

// at is a moment of September 2026 at UTC+8: "21 09:05".
func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", "2026-09-"+s, cst)
	if err != nil {
		panic(err)
	}
	return t
}

var (
	resident   = Actor{Customer, ""}
	assistant  = Actor{Assistant, "A01"}
	supervisor = Actor{Supervisor, "S01"}
	manager    = Actor{Manager, "M01"}
	worker     = Actor{Worker, "W07"}
	head       = Actor{DepartmentHead, "D01"}
	keeper     = Actor{Store, "K01"}
	bureau     = Actor{Authority, ""}
)

func form(more ...Particular) []Particular { return append([]Particular{Name, Contact, Content}, more...) }

// history numbers rows of one ticket. Where a row has no By it takes the last one's.
func history(rows ...Event) []Event {
	for i := range rows {
		rows[i].Ticket, rows[i].Seq = "T1", i+1
		if rows[i].By == (Actor{}) && i > 0 && rows[i].Type != Imported {
			rows[i].By = rows[i-1].By
		}
	}
	return rows
}

func minorComplaint() []Event {
	return history(
		Event{Type: Registered, At: at("21 09:05"), By: assistant, Kind: Complaint, Caller: Owner, Channel: Phone, Has: form(Room)},
		Event{Type: Triaged, At: at("21 09:10")},
		Event{Type: Promised, At: at("21 09:12"), Until: at("21 17:00")},
		Event{Type: Dispatched, At: at("21 09:15"), To: head},
		Event{Type: Informed, At: at("21 10:40")},
		Event{Type: Started, At: at("21 13:30"), By: head},
		Event{Type: Completed, At: at("21 15:00"), By: head},
		Event{Type: Told, At: at("21 15:30"), By: assistant},
		Event{Type: Rated, At: at("21 15:40"), By: resident, Grade: Satisfied},
		Event{Type: Revisited, At: at("21 17:00"), By: assistant, Channel: Phone},
		Event{Type: Revisited, At: at("22 10:00"), By: manager, Channel: Visit, Grade: Satisfied},
		Event{Type: Archived, At: at("22 11:00"), By: assistant},
	)
}

func noise() []Event {
	return history(
		Event{Type: Registered, At: at("21 22:10"), By: assistant, Kind: Complaint, Caller: Owner, Has: form()},
		Event{Type: Triaged, At: at("21 22:15")},
		Event{Type: ReferredOut, At: at("21 22:20"), To: bureau},
		Event{Type: Informed, At: at("21 22:30")},
		Event{Type: Replied, At: at("23 10:00"), By: bureau},
		Event{Type: Told, At: at("23 10:30"), By: assistant},
		Event{Type: Rated, At: at("23 10:35"), By: resident, Grade: Fair},
	)
}

func specialService() []Event {
	return history(
		Event{Type: Registered, At: at("21 09:00"), By: assistant, Kind: Service, Nature: Special, Caller: Owner, Until: at("21 14:00"), Has: form(Room)},
		Event{Type: Triaged, At: at("21 09:05")},
		Event{Type: Dispatched, At: at("21 09:10"), To: worker},
		Event{Type: Delivered, At: at("21 09:15")},
		Event{Type: Acknowledged, At: at("21 09:18"), By: worker},
		Event{Type: Arrived, At: at("21 13:55")},
		Event{Type: Inspected, At: at("21 14:05")},
		Event{Type: Agreed, At: at("21 14:10"), Ref: "Q-17"},
		Event{Type: Started, At: at("21 14:15"), Ref: "N-2026-0031"},
		Event{Type: Issued, At: at("21 14:20"), By: keeper},
		Event{Type: Completed, At: at("21 15:30"), By: worker},
		Event{Type: Disputed, At: at("21 15:35"), By: resident},
		Event{Type: Completed, At: at("21 16:10"), By: worker},
		Event{Type: SignedOff, At: at("21 16:15"), By: resident},
		Event{Type: WrittenOff, At: at("21 16:40"), By: assistant},
		Event{Type: GivenBack, At: at("21 16:45"), By: keeper},
		Event{Type: Revisited, At: at("25 10:00"), By: assistant, Channel: Phone, Grade: Satisfied},
		Event{Type: Archived, At: at("25 10:30"), By: assistant},
	)
}

func TestWalks(t *testing.T) {
	for _, h := range [][]Event{minorComplaint(), noise(), specialService()} {
		tk, err := Replay(h)
		t.Logf("%+v %v", tk, err)
		if err != nil {
			t.Error(err, err.(*Refusal).Zh())
		}
	}
}
