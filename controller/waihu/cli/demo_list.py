"""The list of the demo: numbers of an area code that exists only in fiction.

Their last digits tell the simulated carrier what happens.

Source: Ofcom, "Telephone numbers for use in TV and radio drama programmes": 01632 is given to nobody.
"""

import csv
import random
from pathlib import Path

_FICTION = {"en": "+441632{:03d}", "zh": "+86101{:04d}"}  # the second: no number of Beijing begins with 1
MOST = 5000

# Behaviour by the last two digits (see asterisk/carrier) and its share in percent: a list as outbound teams know it.
_MIX = {
    "24": 4,  # talks 10 to 20 s
    "23": 6,  # talks 3 to 8 s
    "30": 6,  # a script of 15 to 20 s: price, complaint, refund, lawyer, "do not call me again"
    "31": 6,  # the same: interested, wants a discount and a callback
    "32": 6,  # the same: not interested, cancels
    "33": 6,  # the same: says the number of a credit card
    "00": 3,  # talks on and on
    "22": 3,  # hangs up after a second
    "01": 14,  # answering machine
    "08": 2,  # answers and is silent
    "02": 10,  # busy
    "03": 24,  # rings for ever
    "04": 3,  # no such number
    "12": 1,  # number changed
    "14": 3,  # switched off
    "05": 2,  # carrier overloaded
    "19": 1,  # declined
}
_NAMES = ("Ada", "Bo", "Chen", "Dana", "Emil", "Fang", "Grace", "Hui", "Ines", "Jun", "Kai", "Lin", "Mona", "Ning")


def write_list(path: Path, count: int, seed: int, language: str = "en") -> None:
    """Write a CSV of ``count`` leads (at most ``MOST``) with different numbers of people who speak a language."""
    chance = random.Random(seed)  # noqa: S311 -- a list that can be made again, not a secret
    numbers: dict[str, None] = {}
    while len(numbers) < min(count, MOST):
        behaviour = chance.choices(list(_MIX), list(_MIX.values()))[0]
        numbers[f"{_FICTION[language].format(chance.randrange(1000))}{chance.randint(2, 8)}{behaviour}"] = None
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["name", "phone", "external_id"])
        for index, number in enumerate(numbers):
            rows.writerow([f"{chance.choice(_NAMES)} {index:05d}", number, f"DEMO-{language}{index:05d}"])
