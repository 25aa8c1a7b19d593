package main

// A budget is what a work may cost at most: so many nanoseconds, or so many times what another side takes, and once what
// a second takes. Still: and it asks for no memory.
type budget struct {
	ns       float64
	times    float64
	of, plus string
	still    bool
}

// A peer is another side of a benchmark. A part is what the work cannot do without: nobody could use it instead.
type peer struct {
	name, is string
	part     bool
}

// A row is a benchmark of bench/ and what the page says about it.
type row struct {
	name   string
	work   string
	budget budget
	peers  []peer
	why    string // where it is missed: why
}

var (
	cal      = []peer{{name: "rickar/cal", is: "rickar/cal, cached"}}
	reading  = []peer{{name: "reading", is: "looking at the rows once", part: true}}
	draws    = []peer{{name: "hashing", is: "SHA-256 of each and nothing else", part: true}, {name: "shuffling", is: "a seeded shuffle, which nobody can check"}}
	closings = []peer{{name: "decimals", is: "adding the amounts as decimals"}, {name: "lists", is: "reading the log and writing the lists, no rule", part: true}}
	half     = budget{times: 0.5, of: "decimals"}
)

// budgeted are the rows of the table of budgets, in its order.
var budgeted = []row{
	{name: "IsWorkday/date", work: "is a day worked, from a `Date`", budget: budget{ns: 4, still: true}, peers: cal},
	{name: "IsWorkday/time", work: "is a day worked, from a `time.Time`", budget: budget{ns: 8, still: true}, peers: cal},
	{name: "AddWorkdays/20", work: "add 20 working days", budget: budget{ns: 8, still: true}, peers: cal},
	{name: "AddWorkdays/250", work: "add 250 working days", budget: budget{ns: 8, still: true}, peers: cal},
	{name: "AddWorkdays/any", work: "add −250 … 250 working days, at random", budget: budget{ns: 8, still: true}, peers: cal,
		why: "forwards and backwards take different branches, and where the sign is random the processor guesses wrongly every other time"},
	{name: "AddWorkingTime", work: "add 40 working hours, a day split at noon", budget: budget{ns: 40, still: true}, peers: []peer{{name: "rickar/cal", is: "rickar/cal, cached, which cannot split a day"}},
		why: "37 to 38 ns were measured where less else ran; its tables do not stay in a cache that others use"},
	{name: "Apply/mixed", work: "apply a row to a ticket, mixed", budget: budget{ns: 80, still: true}, peers: []peer{{name: "handing-over", is: "handing over the ticket and the row, no rule", part: true}},
		why: "a ticket and a row are a kilobyte, handed over by value and fetched from memory; that alone takes what the budget allows"},
	{name: "Apply/flow", work: "apply a row that moves the state", budget: budget{ns: 80, still: true}, peers: []peer{{name: "qmuntal/stateless", is: "qmuntal/stateless"}, {name: "looplab/fsm", is: "looplab/fsm"}},
		why: "a kilobyte is handed over here too; the peers look at a state and a name only"},
	{name: "Replay/cached", work: "a row inside `Replay`, 70,000 rows", budget: budget{ns: 50, still: true}, peers: reading,
		why: "two fifths of it are the check of every field's form, most of it waiting for the 500 bytes of a row"},
	{name: "Replay/memory", work: "a row inside `Replay`, 600,000 rows, which no cache holds", budget: budget{ns: 50, still: true}, peers: reading,
		why: "as above, and each row comes from memory"},
	{name: "Verdicts/no-hours", work: "a verdict, of all clocks of a ticket of 10 rows", budget: budget{ns: 50, still: true}, peers: reading,
		why: "the first look at the ten rows takes as long as the budget allows for a verdict"},
	{name: "Verdicts/hours", work: "a verdict, with business hours and a lunch break", budget: budget{ns: 50, still: true}, peers: reading, why: "as above"},
	{name: "Draw/take-20", work: "draw 20 of 1,000,000, an order", budget: budget{times: 1.4, of: "hashing"}, peers: draws},
	{name: "Draw/take-100", work: "draw 100 of 1,000,000, an order", budget: budget{times: 1.4, of: "hashing"}, peers: draws},
	{name: "Draw/take-1000", work: "draw 1,000 of 1,000,000, an order", budget: budget{times: 1.4, of: "hashing"}, peers: draws},
	{name: "Draw/quota", work: "quota of 80 % of 1,000,000, an order", budget: budget{times: 1.8, of: "hashing"}, peers: draws,
		why: "nearly all are drawn, so that all are put in order of rank and fetched from all over memory, which takes longest where other programs use the caches"},
	{name: "Draw/census", work: "census of 1,000,000, an order", budget: budget{times: 1.8, of: "hashing"}, peers: draws,
		why: "nearly all are drawn, so that all are put in order of rank and fetched from all over memory, which takes longest where other programs use the caches"},
	{name: "Draw/any-order", work: "draw 20 of 1,000,000 in any order, an order", budget: budget{times: 1.4, of: "hashing", plus: "sorting"}, peers: []peer{draws[0], {name: "sorting", is: "sorting them and nothing else", part: true}}},
	{name: "Audit/kept", work: "audit a ticket of 12 rows, all kept", budget: budget{ns: 3000}, peers: []peer{{name: "verdicts+replay", is: "its verdicts and its replay alone", part: true}},
		why: "its clocks and the flow, which an audit cannot do without, take most of the time"},
	{name: "Audit/chance", work: "audit a ticket of 10 rows, four findings built", budget: budget{ns: 3000}, peers: []peer{{name: "verdicts+replay", is: "its verdicts and its replay alone", part: true}}, why: "as above"},
	{name: "Close/rows-1/by-serial", work: "close a month of 1,000,000 charges, no other row, in order of serials", budget: half, peers: closings,
		why: "a statement has a line for each charge, and reading the log and writing those lines alone takes longer than the budget allows"},
	{name: "Close/rows-1/by-time", work: "close a month of 1,000,000 charges, no other row, in order of time", budget: half, peers: closings, why: "as above, and the log is first put in order of serials"},
	{name: "Close/rows-5/by-serial", work: "close a month of 1,000,000 charges of 4.5 rows, in order of serials", budget: half, peers: closings, why: "as above, and 4.5 rows are read where the decimals are one"},
	{name: "Close/rows-5/by-time", work: "close a month of 1,000,000 charges of 4.5 rows, in order of time", budget: half, peers: closings, why: "as above, and the log is first put in order of serials"},
}

// others have no budget.
var others = []row{
	{name: "WorkingTime", work: "working time between two instants, a day split at noon"},
	{name: "With", work: "a calendar with one more notice, once when a host starts"},
	{name: "Due/working-day", work: "the deadline of one working day"},
	{name: "Due/hours", work: "the deadline of two hours"},
	{name: "ParseEvent", work: "decode a row of JSON, strictly", peers: []peer{{name: "encoding/json", is: "encoding/json, which takes anything"}}},
	{name: "Firings/quiet", work: "verdicts and firings of a ticket that fires nothing", peers: []peer{{name: "verdicts", is: "the verdicts alone", part: true}}},
	{name: "Firings/firing", work: "verdicts and firings of one that fires", peers: []peer{{name: "verdicts", is: "the verdicts alone", part: true}}},
	{name: "Judge/kept", work: "judge a complaint of 12 rows, all kept", peers: []peer{{name: "parts", is: "replay, verdicts and firings alone", part: true}}},
	{name: "Judge/chance", work: "judge a neglected ticket of 10 rows", peers: []peer{{name: "parts", is: "replay, verdicts and firings alone", part: true}}},
	{name: "MonthEnd", work: "a month's end of 10,000 tickets, a ticket"},
}

// A growth is the work of BenchmarkGrowth/name/n. Streams are also measured by BenchmarkMemory.
type growth struct {
	name, work, zh string
	ink            string
	dash           string
	stream         bool
}

var growths = []growth{
	{name: "audit", work: "audit tickets", zh: "审核工单", ink: "#7a1a14", stream: true},
	{name: "agenda", work: "what is due", zh: "待办", ink: "#7a1a14", dash: "6 3", stream: true},
	{name: "month-end", work: "month's end", zh: "月末", ink: "#7a1a14", dash: "2 3"},
	{name: "verdicts", work: "judge clocks", zh: "时限判定", ink: "#1d4e89"},
	{name: "replay", work: "replay tickets", zh: "重放工单", ink: "#1d4e89", dash: "6 3"},
	{name: "draw-any-order", work: "draw, in any order", zh: "抽样（乱序）", ink: "#3f5d3a", dash: "6 3"},
	{name: "draw", work: "draw, in order", zh: "抽样", ink: "#3f5d3a"},
	{name: "close", work: "close the money log", zh: "收费月结", ink: "#6b4e16"},
}

// sizes are those that growths are measured at.
var sizes = []int{1_000, 10_000, 100_000, 1_000_000, 10_000_000}
