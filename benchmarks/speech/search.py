"""Search in what was said: 100,000 calls of 20 utterances, every query beside the same one with LIKE.

    PYTHONPATH=controller:models python benchmarks/speech/search.py --file /tmp/search.db

The database is made once (minutes) and used again when the file is there.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import case, true

from waihu.store.migrate import migrate_sync
from waihu.store.search_words import sought, terms_of
from waihu.store.statements import table
from waihu.store.store import Store
from waihu.store.transcript_rows import SLOTS, seq_at
from waihu.store.transcript_search import Hits, TranscriptWish, search
from waihu_models.tables import CallRow

BEGAN = datetime(2026, 1, 5, 8, tzinfo=UTC)
STEP_S = 78  # 100,000 calls in three months
PLANTED = {"en": (("price", 0.15), ("refund", 0.01), ("lawyer", 0.0005)),
           "zh": (("太贵了", 0.15), ("投诉", 0.01), ("律师", 0.0005))}  # fmt: skip
HAN = [chr(0x4E00 + 3 * number) for number in range(900)]


def vocabulary(chance: random.Random) -> list[str]:
    syllables = [a + b for a in "bcdfghklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "il")]
    return list(dict.fromkeys("".join(chance.choices(syllables, k=chance.choice((1, 2, 2, 3)))) for _ in range(9000)))


def sentence(chance: random.Random, language: str, words: list[str], weights: list[float]) -> list[str]:
    said = chance.choices(words, cum_weights=weights, k=chance.randint(2, 14))
    for word, share in PLANTED[language]:
        if chance.random() < share:
            said.insert(chance.randrange(len(said)), word)
    return said


def fill(file: Path, calls: int) -> None:
    chance = random.Random(5)
    english = vocabulary(chance)
    chinese = ["".join(chance.choices(HAN, k=chance.choice((1, 2, 2, 2, 3)))) for _ in range(6000)]
    weights = {}
    for name, words in (("en", english), ("zh", chinese)):
        total, sums = 0.0, []
        for rank in range(len(words)):
            total += 1 / (rank + 3)
            sums.append(total)
        weights[name] = sums
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("PRAGMA synchronous=OFF")
    database.execute("BEGIN")
    for number in range(calls):
        language = "zh" if number % 2 else "en"
        words = chinese if number % 2 else english
        at = BEGAN + timedelta(seconds=STEP_S * number)
        call_id, recording_id = f"{number:032x}", f"{number + 2**64:032x}"
        # Agents and campaigns of every size: the first ones have most calls.
        agent = f"agent{int(200 * chance.random() ** 3):03}"
        campaign = f"campaign{int(30 * chance.random() ** 3):02}"
        judged = chance.choices(("sale", "refused", "callback", "complaint", None), (5, 50, 20, 0.3, 25))[0]
        when = at.strftime("%Y-%m-%d %H:%M:%S.000000")
        database.execute(
            "INSERT INTO call (id, direction, leg_id, number_e164, state, state_since, dialled_at, campaign_id,"
            " agent_id, recording_id, disposition, outcome, talk_s) VALUES (?, 'outbound', ?, '+441632960200', 'ended',"
            " ?, ?, ?, ?, ?, ?, 'answered', 120)",
            (call_id, f"c-{call_id}", when, when, campaign, agent, recording_id, judged),
        )
        rows = []
        for n in range(20):
            said = sentence(chance, language, words, weights[language])
            start_s = n * 6.0 + chance.random()
            moment = at + timedelta(seconds=start_s)
            text = ("" if number % 2 else " ").join(said)
            timed = json.dumps([[w, start_s + i / 3, start_s + i / 3 + 0.3, 0.9] for i, w in enumerate(said)])
            rows.append(
                (seq_at(moment) + number % SLOTS, f"{number * 32 + n:032x}", call_id, ("customer", "agent")[n % 2],
                 n // 2, moment.strftime("%Y-%m-%d %H:%M:%S.%f"), start_s, start_s + 3, " ".join(said), text, timed,
                 language, sought(text))
            )  # fmt: skip
        database.executemany(
            "INSERT INTO utterance (seq, id, call_id, side, n, route, at, start_s, end_s, text_raw, text_display,"
            " words, language, sought) VALUES (?, ?, ?, ?, ?, 'live', ?, ?, ?, ?, ?, ?, ?, ?)", rows
        )  # fmt: skip
        if number % 5000 == 4999:
            database.execute("COMMIT")
            database.execute("BEGIN")
    database.execute("COMMIT")
    database.close()


QUERIES: tuple[tuple[str, dict[str, object]], ...] = (
    ("price", {}), ("太贵", {}), ("refund", {}), ("投诉", {}), ("lawyer", {}), ("律师", {}),
    ("贵", {}), ("pri*", {}), ("price refund", {}), ("price lawyer", {}), ("太贵了 律师", {}), ("nosuchword", {}),
    ("price", {"agent_id": "agent000"}), ("price", {"agent_id": "agent199"}), ("lawyer", {"agent_id": "agent199"}),
    ("太贵", {"campaign_id": "campaign29"}), ("太贵", {"campaign_id": "campaign00", "agent_id": "agent150"}),
    ("price", {"dispositions": ("complaint",)}), ("lawyer", {"dispositions": ("sale",)}),
    ("price", {"since": BEGAN + timedelta(days=40), "until": BEGAN + timedelta(days=41)}),
    ("lawyer", {"since": BEGAN + timedelta(days=10), "until": BEGAN + timedelta(days=40)}),
    ("price 太贵", {"side": "agent"}), ("太贵 price", {"agent_id": "agent003"}),
    ("price", {"agent_id": "agent000", "dispositions": ("complaint",), "campaign_id": "campaign00"}),
)  # fmt: skip


def like(database: sqlite3.Connection, query: str, wishes: dict[str, object]) -> int:
    """The same question with LIKE on what was said."""
    wanted, values = [], []
    for term in query.replace("*", "").split():
        wanted.append("u.text_display LIKE ?")
        values.append(f"%{term}%")
    for name, value in wishes.items():
        if name == "since":
            wanted.append("u.at >= ?")
        elif name == "until":
            wanted.append("u.at < ?")
        elif name == "dispositions":
            wanted.append("c.disposition = ?")
        else:
            wanted.append(f"{'u' if name == 'side' else 'c'}.{name} = ?")
        values.append(_plain(value))
    sql = f"SELECT u.* FROM utterance u JOIN call c ON c.id = u.call_id WHERE {' AND '.join(wanted)}"
    return len(database.execute(f"{sql} ORDER BY u.seq DESC LIMIT 51", values).fetchall())


async def measure(file: Path, repeat: int, slow: bool) -> None:
    store = await Store.open(f"sqlite+aiosqlite:///{file}")
    database = sqlite3.connect(file)
    every: list[float] = []
    print("| query | hits of a page | goes on | p50 ms | p95 ms | LIKE ms |\n|---|---|---|---|---|---|")
    for query, wishes in QUERIES:
        wish = TranscriptWish(terms=terms_of(query), visible=true(), **wishes)  # type: ignore[arg-type]
        taken, hits = await timed(store, wish, repeat)
        every += taken
        beside = "" if not slow else f"{timed_like(database, query, wishes):.0f}"
        narrowed = ", ".join(f"{name}={_short(value)}" for name, value in wishes.items())
        print(line(f"{query} {narrowed}", hits, taken, beside), flush=True)
    for query in ("price", "太贵", "pri*"):
        # Whose calls may be read is no condition with an index: of most hits nothing may be shown.
        only = case((table(CallRow).c.agent_id == "agent199", 1), else_=0) == 1
        wish = TranscriptWish(terms=terms_of(query), visible=only)
        taken, hits = await timed(store, wish, repeat)
        every += taken
        print(line(f"{query} (may read one agent in 200)", hits, taken, ""), flush=True)
    cuts = statistics.quantiles(every, n=100)
    print(f"all: p50 {cuts[49]:.1f} ms, p95 {cuts[94]:.1f} ms, p99 {cuts[98]:.1f} ms, max {max(every):.1f} ms")
    await store.close()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    return value[0] if isinstance(value, tuple) else value


async def timed(store: Store, wish: TranscriptWish, repeat: int) -> tuple[list[float], Hits]:
    taken = []
    for _ in range(repeat):
        began = time.perf_counter()
        hits = await search(store, wish)
        taken.append((time.perf_counter() - began) * 1000)
    return taken, hits


def line(name: str, hits: Hits, taken: list[float], beside: str) -> str:
    p50, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    return f"| {name} | {len(hits.rows)} | {'yes' if hits.after else 'no'} | {p50:.1f} | {p95:.1f} | {beside} |"


def _short(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%m-%d}"
    return "/".join(value) if isinstance(value, tuple) else str(value)


def timed_like(database: sqlite3.Connection, query: str, wishes: dict[str, object]) -> float:
    began = time.perf_counter()
    like(database, query, wishes)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=20, help="at least 2")
    parser.add_argument("--no-like", action="store_true", help="leave the slow side out")
    chosen = parser.parse_args()
    if not chosen.file.exists():
        began = time.perf_counter()
        migrate_sync(f"sqlite+aiosqlite:///{chosen.file}")
        fill(chosen.file, chosen.calls)
        print(f"filled in {time.perf_counter() - began:.0f} s")
    print(f"{chosen.file.stat().st_size / 1e6:.0f} MB")
    asyncio.run(measure(chosen.file, chosen.repeat, not chosen.no_like))


if __name__ == "__main__":
    main()
