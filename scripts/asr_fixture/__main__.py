"""``scripts/build-asr-fixture``: train, pack, measure."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from asr_fixture.espeak import SpeechFailed
from asr_fixture.model_folder import pack
from asr_fixture.progress import say
from asr_fixture.table import measured_table
from asr_fixture.texts import LANGUAGES, Use
from asr_fixture.training import RECIPES, build_alone
from waihu_models.errors import WaihuError

CHECKOUT = Path(__file__).resolve().parents[2]
PACKED = CHECKOUT / "tests" / "fixtures" / "asr"
_MOST_BYTES = 500_000

_ABOUT = """Train the fixture models of speech recognition: small Vosk models for synthetic callers, useless on real
people.
One language takes ten to twenty-five minutes of one core. Without --out the packed models go to tests/fixtures/asr.
With --measure nothing is trained: the packed models are measured on held-out voices, speeds and phrases."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    wishes = _parser().parse_args(argv)
    languages = [wishes.language] if wishes.language else list(LANGUAGES)
    try:
        if wishes.measure:
            sys.stdout.write(measured_table(languages, wishes.packed, Use(wishes.use), say))
        else:
            for language in languages:
                _train(language, wishes.out, wishes.packed)
    except (SpeechFailed, WaihuError) as error:
        sys.stderr.write(f"build-asr-fixture: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "build-asr-fixture", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--language", choices=LANGUAGES, help="only this one")
    parser.add_argument(
        "--out", type=Path, default=CHECKOUT / "var" / "asr-fixture", metavar="DIR", help="folders go here"
    )
    parser.add_argument("--packed", type=Path, default=PACKED, metavar="DIR", help="zip files go here, or are measured")
    parser.add_argument("--measure", action="store_true", help="measure the packed models, print a table")
    parser.add_argument(
        "--use",
        choices=[Use.DEVELOPMENT, Use.HELD_OUT],
        default=Use.HELD_OUT,
        help="the set that --measure measures with",
    )
    return parser


def _train(language: str, out: Path, packed: Path) -> None:
    folder = build_alone(RECIPES[language], out, say)
    packed.mkdir(parents=True, exist_ok=True)
    archive = packed / f"{folder.name}.zip"
    size = pack(folder, archive)
    say(f"{language}: {archive}, {size} bytes" + (f": more than {_MOST_BYTES}" if size > _MOST_BYTES else ""))


if __name__ == "__main__":
    sys.exit(main())
