#!/usr/bin/env python3
"""A service desk's system that knows some of the rules, for the harness of wuye to question.

    conform ask | python3 backend.py | conform check -

It reads a question a line and writes an answer a line, as docs/conformance.md says; nothing
but Python's standard library. What it does not know it does not answer. It knows

    size     how many of so many orders are revisited (TR-4.4, SP-2.7.1)
    due      when a limit ends, by the year 2026's notice (CC-201 to CC-203, SC-days)
    step     who takes over (VC-1.3, VC-3.3b, QI-3.7b, TR-4.6, SP-2.5, SP-2.7.5, ours)
    draw     which orders are drawn (TR-4.3a)
    revisit  only "coverage" and "quota": who still must be, after some were
    quote    what work costs, and in capital numerals (SP-2.4.2d)
"""

import hashlib
import json
import sys
from datetime import date, datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal

CHINA = timezone(timedelta(hours=8))


# --- How many --------------------------------------------------------------------------

def size(scheme, n):
    if scheme == "cash":
        return n  # every one
    if scheme == "banked":
        return (80 * n + 99) // 100  # at least 80 %
    if n <= 20:
        return min(n, 5)
    if n < 50:
        return (30 * n + 99) // 100
    return 20


def on_site(scheme, sample):
    return (sample + 1) // 2 if scheme == "routine" else 0


def answer_size(q):
    scheme, *more = q["args"]
    n = q.get("n", 0)
    return {"n": on_site(scheme, n) if more else size(scheme, n)}


# --- By when ---------------------------------------------------------------------------

def days(first, last):
    first, last = date.fromisoformat(first), date.fromisoformat(last)
    return {first + timedelta(days=i) for i in range((last - first).days + 1)}


YEAR = 2026  # the only notice this system has read
OFF = (days("2026-01-01", "2026-01-03") | days("2026-02-15", "2026-02-23") | days("2026-04-04", "2026-04-06")
       | days("2026-05-01", "2026-05-05") | days("2026-06-19", "2026-06-21") | days("2026-09-25", "2026-09-27")
       | days("2026-10-01", "2026-10-07"))
MADE_UP = {date.fromisoformat(d) for d in ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10")}


class Unpublished(Exception):
    pass


def worked(day):
    if day.year > YEAR:
        raise Unpublished(day.year)
    return day in MADE_UP or day.weekday() < 5 and day not in OFF


def answer_due(q):
    begun, nanos = instant(q["as_of"])
    day, n, unit = begun.date(), q.get("n", 0), q["args"][0]
    if q["args"][1:] or day.year < YEAR:
        return None
    if unit == "minute" or unit == "hour":
        end = begun + timedelta(minutes=n if unit == "minute" else 60 * n)
        return {"at": text(end, nanos), "code": "instant"}
    if unit == "day":
        day += timedelta(days=n)  # the first is not counted
    elif unit == "next_month":
        day = day_of(day.year + day.month // 12, day.month % 12 + 1, n)
    elif unit == "working_day":
        try:
            while n > 0:
                day += timedelta(days=1)
                n -= worked(day)
        except Unpublished as e:
            return {"code": "unpublished", "n": e.args[0]}
    elif unit != "that_day":
        return None
    midnight = datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)
    return {"at": text(midnight, 0), "code": "day"}


def day_of(year, month, n):
    """The n-th of a month, or its last day."""
    while True:
        try:
            return date(year, month, n)
        except ValueError:
            n -= 1


def instant(s):
    """An instant to the microsecond, and its nanoseconds beyond: datetime has none."""
    head, dot, rest = s.partition(".")
    nanos = 0
    if dot:
        zone = next(i for i, c in enumerate(rest) if not c.isdigit())
        nanos = int(rest[:zone].ljust(9, "0"))
        head += rest[zone:]
    return datetime.fromisoformat(head.replace("Z", "+00:00")).astimezone(CHINA), nanos


def text(at, nanos):
    fraction = f".{nanos:09d}" if nanos else ""
    return at.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "+08:00"


# --- Who takes over --------------------------------------------------------------------

FOOT = ("worker", "department_head", "assistant")
UP = {role: "supervisor" for role in FOOT} | {"supervisor": "manager", "manager": "manager"}
CAUSES = ("rework_failed", "damage", "grave", "heard", "heard_major", "dissatisfied", "late", "unanswered")


def steps(who, cause):
    """The regular step first, then those for who asks for that tier: to whom, and how."""
    if cause == "unsolved":
        if who in FOOT:
            return [("supervisor", ["visit"]), ("manager", [])]
        return [("manager", ["report"])] if who == "supervisor" else []
    if cause == "proposed":
        return [("manager", [])] if who != "manager" else []
    if cause == "heard_major":
        return [("manager", [])]
    return [(UP[who], [])] if cause in CAUSES else []


def answer_step(q):
    who, cause, *asked = q["args"]
    for to, how in steps(who, cause):
        if not asked or asked[0] == to:
            return {"code": to, "ids": how}
    return {}


# --- Which -----------------------------------------------------------------------------

def ranked(q, scope):
    """The orders by SHA-256; None where one cannot be drawn from such a list."""
    ids, key = q.get("ids", []), q.get("key", "")
    if not key or len(set(ids)) < len(ids) or any(not i or "\n" in i for i in ids):
        return None
    return sorted(ids, key=lambda i: hashlib.sha256(f"{key}\n{scope}\n{i}".encode()).digest())


def answer_draw(q):
    scheme, scope = q["args"]
    order = ranked(q, scope)
    if order is None:
        return {"code": "refused"}
    n = size(scheme, len(order))
    return {"ids": order[:n], "n": on_site(scheme, n)}


def answer_revisit(q):
    if q["args"][0] not in ("coverage", "quota"):
        return None
    what, scheme, scope = q["args"]
    rows = q.get("history", [])
    reached = [r["ticket"] for r in rows if r["type"] == "revisited"]
    if what == "quota":  # any of them count
        return {"n": max(0, size(scheme, len(q["ids"])) - len(set(reached) & set(q["ids"])))}
    order = ranked(q, scope)
    n = size(scheme, len(order))
    slots, reserve = order[:n], order[n:2 * n]
    # Three attempts on two days give a slot up, as does an order that was withdrawn: the next
    # rank takes its place, in the order in which slots were given up. Where there is no next
    # one, who was not reached stays due, and who has withdrawn does not.
    given, gone = [], set()
    for i, order_id in enumerate(slots):
        tries = []
        for r in rows:
            if r["ticket"] != order_id:
                continue
            if r["type"] == "revisited":
                break
            if r["type"] != "missed":
                given.append((r["at"], i))
                gone.add(order_id)
                break
            tries.append(r["at"])
            if len(tries) >= 3 and len({t[:10] for t in tries}) >= 2:
                given.append((r["at"], i))
                break
    for (_, i), instead in zip(sorted(given), reserve):
        slots[i] = instead
    slots = [i for i in slots if i not in gone]
    missing = [i for i in slots if i not in reached]
    return {"n": len(slots) - len(missing), "ids": sorted(missing, key=order.index)}


# --- How much --------------------------------------------------------------------------

FEN = Decimal("0.01")


def answer_quote(q):
    total = Decimal(0)
    for line in q["args"][1:]:
        price, quantity = map(Decimal, line.split(" "))
        if price <= 0 or quantity <= 0:
            return {"code": "out_of_range"}
        total += (price * quantity).quantize(FEN, ROUND_HALF_UP)  # each line once
    return {"amount": f"{total:.2f}", "ids": [capital(total)]}


DIGITS = "零壹贰叁肆伍陆柒捌玖"


def capital(amount):
    yuan, fen = divmod(int(amount * 100), 100)
    out = ""
    if yuan:
        zero = False
        figures = str(yuan)
        for i, c in enumerate(figures):
            place = len(figures) - 1 - i
            if c != "0":
                out += ("零" if zero else "") + DIGITS[int(c)] + ["", "拾", "佰", "仟"][place % 4]
            zero = c == "0"
            if place and place % 4 == 0 and int(yuan // 10 ** place % 10000):
                out += ["", "万", "亿"][place // 4]
                zero = False
        out += "元"
    jiao, fen = divmod(fen, 10)
    if not jiao and not fen:
        return (out or "零元") + "整"
    if jiao:
        out += DIGITS[jiao] + "角"
    elif yuan:
        out += "零"
    if fen:
        out += DIGITS[fen] + "分"
    return out


# --- The lines -------------------------------------------------------------------------

TOPICS = {"size": answer_size, "due": answer_due, "step": answer_step, "draw": answer_draw, "revisit": answer_revisit, "quote": answer_quote}


def main():
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        question = json.loads(line)
        answer = TOPICS.get(question["ask"]["topic"], lambda q: None)(question["ask"])
        if answer is not None:
            print(json.dumps({"name": question["name"], "answer": answer}, ensure_ascii=False))


if __name__ == "__main__":
    main()
