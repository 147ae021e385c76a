"""Turn configuration into the files Asterisk reads. Pure: nothing is written here.

Whatever a template prints goes through ``conf_value``, so no value can start a new line, a comment or a new section.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from waihu.telephony.exchange_config import AsteriskConfig, Ports
from waihu.telephony.install import AsteriskInstall
from waihu_models.errors import BadInput, ExchangeFailed

ARI_USER = AMI_USER = "waihu"
_LONGEST_VALUE = 1000  # characters; Asterisk cuts lines at 8 kB without a word

# Files Asterisk complains about when they are missing, though there is nothing to say in them.
_EMPTY = ("acl", "aeap", "ccss", "chan_websocket", "features", "pjproject", "udptl", "websocket_client")


@dataclass(frozen=True, slots=True)
class Secrets:
    """Passwords of one instance, made by us."""

    ari: str
    ami: str
    phones: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """The directories of one instance. ``run`` may lie elsewhere: a Unix socket's path must be short."""

    directory: Path
    run: Path

    @property
    def etc(self) -> Path:
        """Rendered configuration."""
        return self.directory / "etc"

    @property
    def log(self) -> Path:
        """What Asterisk says."""
        return self.directory / "log"

    @property
    def spool(self) -> Path:
        """Asterisk's own recordings and call files."""
        return self.directory / "spool"

    @property
    def lib(self) -> Path:
        """Asterisk's own database."""
        return self.directory / "lib"

    @property
    def folders(self) -> tuple[Path, ...]:
        """All that have to exist before the start."""
        return (self.directory, self.run, self.etc, self.log, self.spool, self.lib, self.lib / "keys")


def conf_value(value: object) -> object:
    """Escape one value for a .conf file.

    Raises:
        BadInput: it cannot be written so that Asterisk reads the same value back.
    """
    if isinstance(value, bool | int | float) or value is None:
        return value
    text = str(value)
    if len(text) > _LONGEST_VALUE or text != text.strip() or not text.isprintable():
        raise BadInput(
            f"{text[:60]!r} cannot stand in a configuration file: control characters, spaces around, or long"
        )
    return text.replace(";", "\\;")


def templates_root(name: str) -> Path:
    """Return ``asterisk/`` or ``dialplans/``: in an installed package beside it, in a checkout at its top.

    Raises:
        ExchangeFailed: neither is there.
    """
    package = Path(__file__).resolve().parent.parent
    for root in (package / "_data" / name, package.parent.parent / name):
        if root.is_dir():
            return root
    raise ExchangeFailed(f"the folder {name}/ with configuration templates is not in this installation")


def render(
    config: AsteriskConfig, install: AsteriskInstall, place: Place, ports: Ports, secrets: Secrets
) -> dict[str, str]:
    """Render every file of ``etc/``: file name -> text.

    Raises:
        BadInput: a value cannot stand in a configuration file, or is out of its declared range.
    """
    values = {
        **config.values(),
        "install": install, "place": place, "ports": ports, "secrets": secrets,
        "ari_user": ARI_USER, "ami_user": AMI_USER,
    }  # fmt: skip
    files = {f"{name}.conf": "; Nothing to say; the file has to exist.\n[general]\n" for name in _EMPTY}
    files["acl.conf"] = files["udptl.conf"] = "; Nothing to say; the file has to exist.\n"
    for folder in config.templates:
        files |= _folder(templates_root("asterisk") / folder, values)
    if config.dialplans:
        files |= _dialplans(config)
    files["modules.conf"] = _only_present(files["modules.conf"], install)
    return files


def _environment(folder: Path) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        finalize=conf_value,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def _folder(folder: Path, values: Mapping[str, Any]) -> dict[str, str]:
    environment = _environment(folder)
    return {
        name.removesuffix(".j2"): environment.get_template(name).render(values)
        for name in environment.list_templates(extensions=["j2"])
    }


def _dialplans(config: AsteriskConfig) -> dict[str, str]:
    root = templates_root("dialplans")
    given = config.values()
    values = dialplan_values(root, {"app": given["app"], "beep": _beep(given["sounds_dir"]), **dict(given["dialplan"])})
    environment = _environment(root)
    return {
        f"dialplan_{name}.conf": environment.get_template(f"{name}.conf.j2").render(values) for name in config.dialplans
    }


def _beep(sounds_dir: Path | None) -> str:
    """Return the sound before an echo test, none where a folder has a name that the dialplan cannot say."""
    beep = f"{sounds_dir}/en/beep" if sounds_dir is not None else ""
    return beep if re.fullmatch(_TYPES["sound"], beep) else ""


_TYPES = {"name": r"[A-Za-z0-9_.-]{1,64}", "extension": r"[0-9*#]{1,16}", "sound": r"(/[^,()|&${}\s]{1,250})?"}


def dialplan_values(root: Path, given: Mapping[str, str | int]) -> dict[str, str | int]:
    """Complete ``given`` with the defaults of ``variables.toml`` and check each value.

    Raises:
        BadInput: a variable is not declared, or a value is not of its type or range.
    """
    declared = tomllib.loads((root / "variables.toml").read_text(encoding="utf-8"))
    if unknown := set(given) - set(declared):
        raise BadInput(f"no such dialplan variables: {', '.join(sorted(unknown))}")
    return {name: _checked(name, given.get(name, row["default"]), row) for name, row in declared.items()}


def _checked(name: str, value: str | int, row: Mapping[str, Any]) -> str | int:
    if row["type"] == "integer":
        low, high = row["range"]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise BadInput(f"dialplan variable {name} is {value!r}; it has to be a whole number in {low}..{high}")
    elif not re.fullmatch(_TYPES[row["type"]], str(value)):
        raise BadInput(f"dialplan variable {name} is {value!r}; it has to be {row['range']}")
    return value


def _only_present(text: str, install: AsteriskInstall) -> str:
    """Leave out optional modules this Asterisk does not bring."""
    lines = []
    for line in text.splitlines(keepends=True):
        match = re.match(r"load = (\S+)", line)
        lines.append(line if match is None or install.has_module(match[1]) else f"; not here: {line}")
    return "".join(lines)
