"""The measurements as the table of ``tests/fixtures/asr/README.md``."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from asr_fixture.measure import CONDITIONS, Measured, measure
from asr_fixture.texts import Use
from waihu.speech.model_pack import unpack

_NOT_UNDERSTOOD = 0.5
_RATES = {"en": "word error rate", "zh": "character error rate"}


def measured_table(languages: Sequence[str], packed: Path, use: Use, say: Callable[[str], None]) -> str:
    """Unpack and measure ``fixture-<language>.zip``; returns lines of Markdown.

    Raises:
        BadModel: a packed model is missing or damaged.
    """
    lines = [f"| {use} set | {' | '.join(CONDITIONS)} |", "|---" * (len(CONDITIONS) + 1) + "|"]
    voices = []
    for language in languages:
        with tempfile.TemporaryDirectory() as folder:
            say(f"{language}: measuring")
            model = unpack(packed / f"fixture-{language}.zip", Path(folder) / f"fixture-{language}")
            measured = measure(language, model, use)
        lines += _rows(language, measured)
        voices.append(_voices(language, measured))
    return "\n".join([*lines, "", *voices]) + "\n"


def _rows(language: str, measured: Measured) -> list[str]:
    said = measured.phrases("clean").said
    return [
        _row(
            f"{language}: {_RATES[language]} ({said} said)",
            [f"{measured.phrases(one).ratio:.1%}" for one in CONDITIONS],
        ),
        *(_without(variant, language, measured) for variant in _outliers(measured)),
        _row(
            f"{language}: false words a minute of other speech ({measured.other_speech_s / 60:.0f} min)",
            [f"{measured.false_per_min(condition):.1f}" for condition in CONDITIONS],
        ),
    ]


def _outliers(measured: Measured) -> list[str]:
    """Return variants of voices that are not understood at all: more wrong than right."""
    return sorted(
        {voice.partition("+")[2] for voice in measured.voices if measured.of_voice(voice).ratio > _NOT_UNDERSTOOD}
    )


def _without(variant: str, language: str, measured: Measured) -> str:
    left_out = tuple(voice for voice in measured.voices if voice.endswith(f"+{variant}"))
    rates = [f"{measured.phrases(condition, left_out).ratio:.1%}" for condition in CONDITIONS]
    return _row(f"{language}: the same without voice {variant}, which is not understood", rates)


def _row(name: str, cells: Sequence[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _voices(language: str, measured: Measured) -> str:
    best_first = sorted(measured.voices, key=lambda voice: measured.of_voice(voice).ratio)
    each = ", ".join(f"{voice} {measured.of_voice(voice).ratio:.1%}" for voice in best_first)
    return f"Voices, {language}, over all three conditions: {each}."
