-- What the library asks for: its rows, never updated. Their columns are those of
-- `go doc example.com/wuye/ticket` and `go doc example.com/wuye/billing`.

create table events (
	ticket        varchar(64) not null,
	seq           integer     not null,
	type          varchar(16) not null,
	at            timestamptz not null,
	recorded      timestamptz,
	by_role       varchar(16) not null default '',
	by_id         varchar(64) not null default '',
	kind          varchar(16) not null default '',
	nature        varchar(16) not null default '',
	urgency       varchar(16) not null default '',
	severity      varchar(16) not null default '',
	place         varchar(16) not null default '',
	caller        varchar(16) not null default '',
	category      varchar(64) not null default '',
	has           text,
	channel       varchar(16) not null default '',
	state         varchar(16) not null default '',
	to_role       varchar(16) not null default '',
	to_id         varchar(64) not null default '',
	against_role  varchar(16) not null default '',
	against_id    varchar(64) not null default '',
	approver_role varchar(16) not null default '',
	approver_id   varchar(64) not null default '',
	until         timestamptz,
	hold          varchar(16) not null default '',
	grade         varchar(16) not null default '',
	punctual      varchar(16) not null default '',
	attitude      varchar(16) not null default '',
	quality       varchar(16) not null default '',
	reason        text        not null default '',
	ref           varchar(64) not null default '',
	entered_by    varchar(64) not null default '', -- ours: whose login wrote it, also where it says what a customer did
	primary key (ticket, seq)
);
create index events_linked on events (ref) where type = 'registered' and ref <> '';

create table money_log (
	serial        varchar(64) not null,
	seq           integer     not null,
	ticket        varchar(64) not null default '',
	type          varchar(16) not null,
	at            timestamptz not null,
	recorded      timestamptz not null,
	amount        bigint      not null default 0, -- fen
	payment       varchar(16) not null default '',
	by_role       varchar(16) not null,
	by_id         varchar(64) not null default '',
	approver_role varchar(16) not null default '',
	approver_id   varchar(64) not null default '',
	ref           varchar(64) not null default '',
	reason        text        not null default '',
	primary key (serial, seq)
);
create unique index money_log_receipt on money_log (ref) where type = 'received';
create index money_log_ticket on money_log (ticket);

create table duties_done (
	clause  varchar(16) not null,
	at      timestamptz not null,
	by_role varchar(16) not null default '',
	by_id   varchar(64) not null default '',
	ref     varchar(64) not null default '',
	unique (clause, at, by_role, by_id, ref)
);

-- What follows from the rows. None of it is truth: it is written again with each row, in its
-- transaction, and the row of a ticket is the lock that two writers meet at.

create table tickets (
	ticket   varchar(64) primary key,
	seq      integer     not null,
	state    varchar(16) not null,
	kind     varchar(16) not null,
	nature   varchar(16) not null,
	worker   varchar(64) not null,
	opened   timestamptz not null,
	touched  timestamptz not null, -- when its last row was recorded
	wake_at  timestamptz,          -- judge again then; null: only after an event
	live     boolean     not null, -- not at its end, or something is still due
	calendar text        not null  -- the one that judged
);
create index tickets_live on tickets (ticket) where live;
create index tickets_touched on tickets (touched);

create table firings (
	key       text primary key, -- the library's: the same whenever it is asked for
	ticket    varchar(64) not null,
	due_at    timestamptz not null,
	recipient varchar(16) not null, -- a role
	clause    varchar(16) not null,
	text      text        not null,
	silent    boolean     not null -- came due before the takeover: known, and nobody is told any more
);

-- The log of messages stands for the provider of short messages: one row is one message sent.
create table messages (
	key       text primary key references firings,
	sent_at   timestamptz not null,
	recipient varchar(16) not null,
	text      text        not null
);

create table numbers (
	day text primary key, -- 261101
	n   integer not null
);

-- The draws. A key is secret until published_at.

create table draw_keys (
	month        char(7) primary key,
	key          text        not null,
	commitment   text        not null,
	committed_at timestamptz not null,
	published_at timestamptz
);

create table month_ends (
	month char(7) primary key,
	as_of timestamptz not null,
	pack  text        not null -- the JSON of wuye.MonthEnd, to the byte
);

-- People. The library sees a staff number and a role; of residents it sees nothing.

create table contacts (
	ticket  varchar(64) primary key references tickets,
	name    text not null default '',
	phone   text not null default '',
	room    text not null default '',
	content text not null default ''
);

create table staff (
	id       varchar(64) primary key,
	role     varchar(16) not null,
	name     text not null,
	password text not null
);

create table sessions (
	token   bytea primary key, -- its SHA-256
	staff   varchar(64) not null references staff on delete cascade,
	expires timestamptz not null
);
