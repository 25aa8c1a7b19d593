// Package billing answers: what does it cost, who has paid, and what does the bank collect?
//
// It carries out the charging part of the rules for special services (SP-2.4.2d, SP-2.5.4b,
// SP-2.6) and our own additions to it (WY-money). It knows no calendar of working days and
// no history of a ticket: which tickets owe a revisit by means of payment is the root's to
// join.
//
// # What it costs
//
// A [PriceList] holds prices with the days on which they hold; [PriceList.Quote] prices
// what the worker found on site. Amounts are [Fen], exact integers; prices and quantities
// are decimals. Each line is rounded to the fen once, half up, is at least the item's minimum
// charge, and the total is the sum of the lines. Materials are either in the price of a
// service or items, and lines, of their own. The list is kept as a file and read strictly:
//
//	[{"item": "wall", "name": "墙面修补", "unit": "㎡", "yuan": "35", "materials": "extra", "minimum": "50.00", "from": "2026-01-01"},
//	 {"item": "putty", "name": "腻子", "unit": "袋", "yuan": "28.50", "materials": "material", "from": "2026-01-01", "until": "2026-12-31"}]
//
// What the customer confirms is the Quoted entry below, whose Ref the ticket's Agreed event
// bears; until the charge he may be quoted anew, and the last quote is the one that binds.
//
// # The money log
//
// What happens to a charge is a log of entries, as a ticket has events: flat rows, owned by
// the host's database, never changed. The serial is the number of the service and revisit
// record, and names the charge on the customer's bill:
//
//	create table money_log (
//	    serial        varchar(64)    not null,  -- number of the service and revisit record
//	    seq           integer        not null,  -- 1, 2, 3, … in the serial
//	    ticket        varchar(64),
//	    type          varchar(16)    not null,
//	    at            timestamptz    not null,  -- when it happened
//	    recorded      timestamptz    not null,  -- when it was entered
//	    amount        bigint,                   -- fen
//	    payment       varchar(16),
//	    by_role       varchar(16)    not null,
//	    by_id         varchar(64),
//	    approver_role varchar(16),
//	    approver_id   varchar(64),
//	    ref           varchar(64),
//	    reason        varchar(1000),
//	    primary key (serial, seq)
//	);
//	create unique index money_log_receipt on money_log (ref) where type = 'received';
//
// In JSON an entry has the same names (by and approver are objects with role and id),
// amounts are strings with two places, and what is zero is left out.
//
// [Replay] reads such a log into a [Ledger]. Read it ordered by serial and seq where you
// can: any other order of the serials, as that of time, takes some three times as long. It
// allows exactly these entries; a serial has one means of payment at a time, and an amount is always the whole of it:
//
//	entry        to          from                                 means     needs                       who             clause
//	quoted       quoted      –, quoted                                      amount ref                  worker desk     SP-2.4.2d
//	charged      charged     –, quoted                                      ticket amount payment       worker desk     SP-2.5.1
//	received     received    charged, switched, reversed          not bank  amount payment ref          worker finance  SP-2.6.2.1
//	booked       booked      received                                                                   finance         SP-2.6.2.3
//	submitted    submitted   charged, failed, reversed            bank      ref                         finance         SP-2.6.1.5
//	collected    collected   submitted                                      amount                      finance         SP-2.6.1.5
//	failed       failed      submitted                                      reason                      finance         SP-2.6.1.5
//	switched     switched    charged, failed, reversed            bank      payment reason              desk finance    WY-money
//	reversed     reversed    received, booked, collected                    reason approver             finance         WY-money
//	waived       waived      charged, failed, switched, reversed            reason approver             desk finance    WY-money
//	voided       voided      charged, failed, switched, reversed            reason approver             desk finance    WY-money
//	handed_in    same        charged or later, once                                                     worker desk     SP-2.6.1.1c
//	sorted       same        after handed_in, once                          payment                     finance         SP-2.6.1.2
//	collated     same        after sorted, once                                                         desk            SP-2.6.1.3
//	compensated  compensated –                                              ticket amount ref approver  desk            SP-2.5.4b
//
// "desk" is the assistant and every tier above him; an approver is a supervisor or above
// and not the one who enters the row. Further:
//
//   - At and Recorded are both needed, At is not after Recorded, and Recorded never falls
//     within a serial. At may be older than the row before: what is entered late is legal.
//   - Charged bears the amount last quoted, if there was a quote (SP-2.4.2d). An amount on
//     any later row is that of the charge, or is refused: nobody can pay, or waive, a part.
//     Mixed payment is two serials of one ticket.
//   - Collected and Failed may name the batch that they are the result of: a Ref that is a
//     month must be that of the charge's last Submitted. So a file of results that comes
//     again is refused, also where the charge was sent again with a later month's batch: a
//     retry is the next month's. One sent again under the same month, which is allowed too,
//     cannot be told from the first, and takes the result of either.
//   - Submitted has a month as its Ref; another Ref is Malformed. A row may leave out its
//     ticket where the table does not ask for it; one that bears another ticket than its
//     serial is a Conflict.
//   - The approver is another person: another number than that of By, or, where neither has
//     a number, another role. Give the numbers: where only one of the two has one, nothing
//     shows that they are the same. An approver that no rule asks for needs a role all the
//     same.
//   - Received says how it was paid on the spot, which may be other than agreed; Switched
//     to what. Neither may be bank collection. A receipt number is given out once, in all
//     of the log. The numbers of a book run on: those with the same text before the digits at
//     their end are of one book (R-2026-0009 and R-2026-0011, but also R999 and R1001), and
//     each number between its lowest and its highest that no receipt bears is missing.
//   - A correction after Voided, and a second charge after a reopening, take a new serial,
//     with Ref to the old one. Rework is free unless the customer agrees to a new quote
//     (WY-rework-free): a second charge that was not quoted is named at the close.
//   - Compensated is money paid to the customer for damage or loss: no charge, so it stands
//     in no statement.
//
// # The month
//
// [Close] makes the statement of a month. It sees only rows Recorded before its asOf, so
// that it can be repeated for ever; what comes later goes to the next close, and says so.
// The statement is the report that finance hands to the manager, whose review is his to
// record as a duty done. [Statement.Reconcile] compares it with the one before, as both were
// kept.
//
// # For the revisits of SP-2.7.1
//
// [Ledger.All] gives each charge with its rows. The means of a special service is
// Charge.Sorted, or, as long as finance has not sorted it, the Payment of its Charged row:
// a later failure or switch changes nothing. A waived charge counts as cash, a ticket as
// cash if any of its serials does; a voided one is no charge.
package billing
