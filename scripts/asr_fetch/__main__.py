"""The command ``scripts/fetch-asr-model``."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from asr_fetch.download import Patience
from asr_fetch.fetch import Fetcher
from asr_fetch.manifest import Model, chosen, read_manifest
from waihu import paths
from waihu.speech.model_pack import CARD
from waihu_models.errors import WaihuError

_MANIFEST = Path(__file__).resolve().parents[1] / "asr_models.toml"
_ABOUT = """Get a model of speech recognition into var/models, from which Waihu takes it.
NAME is one of --list, or a language (its smallest model). What broke off is resumed by running the same again."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    wishes, console = _parser().parse_args(argv), Console(stderr=True, highlight=False, soft_wrap=True)
    try:
        models = read_manifest(wishes.manifest)
        if wishes.list or not wishes.name:
            sys.stdout.write(_listed(models, wishes.to))
            return 0
        folder = _fetch(chosen(models, wishes.name), wishes, console)
    except WaihuError as error:
        sys.stderr.write(f"fetch-asr-model: {error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("fetch-asr-model: stopped; run it again to go on\n")
        return 130
    sys.stdout.write(f"{folder}\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "fetch-asr-model", description=_ABOUT, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="?", metavar="NAME", help="which; without it: --list")
    parser.add_argument("--list", action="store_true", help="show which there are")
    parser.add_argument("--to", type=Path, default=paths.var() / "models", metavar="DIR", help="folder of models")
    parser.add_argument("--from", type=Path, dest="archive", metavar="FILE", help="an archive that is here already")
    parser.add_argument("--manifest", type=Path, default=_MANIFEST, metavar="FILE", help="another list of models")
    parser.add_argument("--patience", type=float, default=30.0, metavar="S", help="longest silence of the server (30)")
    return parser


def _fetch(model: Model, wishes: argparse.Namespace, console: Console) -> Path:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task(model.name, total=model.size_bytes or None, start=wishes.archive is None)

        def progress(done: int, whole: int) -> None:
            bar.update(task, completed=done, total=whole or None)

        fetcher = Fetcher(wishes.to, console.print, progress, Patience(silence_s=wishes.patience))
        return fetcher.fetch(model, wishes.archive)


def _listed(models: Sequence[Model], folder: Path) -> str:
    lines = []
    for model in models:
        here = "here" if (folder / model.name / CARD).exists() else ""
        lines.append(
            f"{model.name:32} {model.language:6} {model.size_bytes / 1e6:6.0f} MB  {model.licence:12} {here}".rstrip()
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
