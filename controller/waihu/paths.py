"""Where things lie: the source checkout or installed package, and the folder for everything that changes (``var``)."""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = PACKAGE.parent.parent


def checkout() -> Path | None:
    """Return the root of the source checkout this package runs from, None when installed from a wheel."""
    return _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else None


def shipped(name: str) -> Path:
    """Return the folder of shipped data (``asterisk``, ``dialplans``, ``rules``)."""
    root = checkout()
    return root / name if root else PACKAGE / "_data" / name


def var() -> Path:
    """Return the folder for databases, recordings, logs and the Asterisk root; ``WAIHU_VAR`` overrides it."""
    chosen = os.environ.get("WAIHU_VAR")
    if chosen:
        return Path(chosen).resolve()
    root = checkout()
    return root / "var" if root else Path.home() / ".local" / "share" / "waihu"
