"""Turn configuration into the files Asterisk reads. Pure: nothing is written here.

Whatever a template prints goes through ``conf_value``, so no value can start a new line, a comment or a new section.
Templates of the dialplan are rendered by ``waihu.dialplan``, which escapes each value for its place.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from waihu.dialplan import templates as dialplan_templates
from waihu.dialplan.variables import TYPES, complete, declared
from waihu.telephony.exchange_config import AsteriskConfig, ExchangeConfig, OwnTemplate, Ports
from waihu.telephony.install import AsteriskInstall
from waihu_models.errors import BadInput, ExchangeFailed

ARI_USER = AMI_USER = "waihu"
_DIALPLAN = ".conf.j2"
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
        "ari_user": ARI_USER, "ami_user": AMI_USER, "dialplan_names": dialplan_names(config),
    }  # fmt: skip
    files = {f"{name}.conf": "; Nothing to say; the file has to exist.\n[general]\n" for name in _EMPTY}
    files["acl.conf"] = files["udptl.conf"] = "; Nothing to say; the file has to exist.\n"
    for folder in config.templates:
        files |= _folder(templates_root("asterisk") / folder, values)
    if isinstance(config, ExchangeConfig):
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


def _dialplans(config: ExchangeConfig) -> dict[str, str]:
    own = {template.name: template for template in config.own_dialplans}
    shipped = shipped_dialplans()
    known = declared(shipped_variables())
    files = {}
    for name in dialplan_names(config):
        template = own.get(name) or OwnTemplate(name, shipped[name])
        values = complete(known, {**program_values(config), **dict(template.values)})
        files[f"dialplan_{name}.conf"] = dialplan_templates.render(name, template.source, values).text
    return files


def shipped_dialplans() -> dict[str, str]:
    """Return the templates that are shipped, by name."""
    found = sorted(templates_root("dialplans").glob(f"*{_DIALPLAN}"))
    return {path.name.removesuffix(_DIALPLAN): path.read_text(encoding="utf-8") for path in found}


def shipped_variables() -> str:
    """Return the declarations of the variables templates may use."""
    return (templates_root("dialplans") / "variables.toml").read_text(encoding="utf-8")


def dialplan_names(config: AsteriskConfig) -> list[str]:
    """Return the templates an exchange is told, in order."""
    if not isinstance(config, ExchangeConfig):
        return []
    return sorted({*shipped_dialplans(), *(template.name for template in config.own_dialplans)})


def program_values(config: ExchangeConfig) -> dict[str, str | int]:
    """Return the values of variables that the program gives, whatever a template is for."""
    return {"app": config.app, "beep": _beep(config.sounds_dir), **dict(config.dialplan)}


def _beep(sounds_dir: Path | None) -> str:
    """Return the sound before an echo test, none where a folder has a name that the dialplan cannot say."""
    beep = f"{sounds_dir}/en/beep" if sounds_dir is not None else ""
    return beep if re.fullmatch(TYPES["sound"], beep) else ""


def _only_present(text: str, install: AsteriskInstall) -> str:
    """Leave out optional modules this Asterisk does not bring."""
    lines = []
    for line in text.splitlines(keepends=True):
        match = re.match(r"load = (\S+)", line)
        lines.append(line if match is None or install.has_module(match[1]) else f"; not here: {line}")
    return "".join(lines)
