"""Documents are held against the code they speak of: links, names, commands, settings, numbers."""

import ast
import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
import typer

from waihu import settings
from waihu.cli import app

ROOT = Path(__file__).parents[2]
_SKIPPED = {"var", "node_modules"}
PAGES = sorted(
    page
    for page in ROOT.rglob("*.md")
    if not any(part in _SKIPPED or part.startswith(".") for part in page.relative_to(ROOT).parts)
)
NAMING_FILES = [page for page in PAGES if page.parent != ROOT / "changelog.d"]
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_TOKEN = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:[\w.-]+/)+[\w.-]+\.(?:py|j2|toml|md|sh|yaml)")
_FOLDERS = ("controller", "models", "tests", "docs", "dialplans", "asterisk", "scripts", "benchmarks", "changelog.d")


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    """The page without what stands between fences."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def tokens(page: Path) -> Iterator[str]:
    yield from _TOKEN.findall(prose(page))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = [link.partition("#")[0] for link in _LINK.findall(prose(page))]
    lost = [link for link in links if link and "://" not in link and not (page.parent / link).exists()]
    assert lost == []


@pytest.mark.parametrize("page", NAMING_FILES, ids=name_of)
def test_every_file_that_is_named_exists(page: Path) -> None:
    named = [token for token in tokens(page) if _PATH.fullmatch(token) and token.split("/")[0] in _FOLDERS]
    assert [path for path in named if not (ROOT / path).is_file()] == []


# ---- functions -----------------------------------------------------------------------------------------------------


def functions(path: Path) -> set[str]:
    """``name`` and ``Class.name`` of everything that can be called in a file."""
    found = set()
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ClassDef):
            inside = (part for part in node.body if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef))
            found |= {f"{node.name}.{part.name}" for part in inside}
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.add(node.name)
    return found


def calls_of_walk() -> list[tuple[str, str]]:
    """Each function the walk names, with the file named last before it."""
    found, path = [], ""
    for token in tokens(ROOT / "docs/walk-one-call.md"):
        if _PATH.fullmatch(token):
            path = token
        elif token.endswith("()"):
            found.append((path, token.removesuffix("()")))
    return found


def test_every_function_of_the_walk_is_where_it_is_said_to_be() -> None:
    walked = calls_of_walk()
    assert len(walked) > 50
    assert [(path, name) for path, name in walked if name not in functions(ROOT / path)] == []


# ---- commands ------------------------------------------------------------------------------------------------------


def commands() -> dict[str, set[str]]:
    """Commands with their own commands, as the program has them."""
    top = typer.main.get_command(app)
    return {name: set(getattr(command, "commands", {})) for name, command in top.commands.items()}  # type: ignore[attr-defined]


_COMMAND = re.compile(r"(?:^|[`;&|]|exec )\s*(?:waihu )+([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_is_named_is_there(page: Path) -> None:
    known = commands()
    for command, inner in _COMMAND.findall(page.read_text("utf-8")):
        assert command in known
        assert not known[command] or not inner or inner in known[command]


def test_operations_names_every_command() -> None:
    named = {command for command, _ in _COMMAND.findall((ROOT / "docs/operations.md").read_text("utf-8"))}
    assert named | {"demo"} >= set(commands())


# ---- settings ------------------------------------------------------------------------------------------------------


def described() -> dict[str, dict[str, str]]:
    """Section -> key -> default, as docs/settings.md has them."""
    found: dict[str, dict[str, str]] = {}
    for part in re.split(r"^## ", (ROOT / "docs/settings.md").read_text("utf-8"), flags=re.MULTILINE)[1:]:
        section = part.splitlines()[0].strip("`[]")
        rows = re.findall(r"^\| `(\w+)` \| (?:`([^`]*)`|–) \|", part, flags=re.MULTILINE)
        found[section] = dict(rows)
    return found


def declared() -> dict[str, dict[str, str]]:
    """The same, as the program has them."""
    found = {}
    for section in msgspec.structs.fields(settings.Settings):
        kind: Any = section.type if isinstance(section.type, type) else get_args(section.type)[0]
        found[section.name] = {field.name: shown(field.default) for field in msgspec.structs.fields(kind)}
    return found


def shown(default: object) -> str:
    return "" if default is msgspec.NODEFAULT else json.dumps(msgspec.to_builtins(default))


def test_every_setting_is_described_with_its_default() -> None:
    assert described() == declared()


def test_the_example_can_be_read_and_sets_no_more_than_is_needed() -> None:
    example = settings.load(ROOT / "docs/examples/waihu.toml", environ={})
    assert {agent.phone for agent in example.agents} == {phone.name for phone in example.phones}
    assert example.trunks[0].host.endswith(".example.net")


# ---- numbers -------------------------------------------------------------------------------------------------------

_NUMBER = re.compile(r"^\| `([A-Z_]+)` \| ([\d.]+) \| `(?:controller|models)/([\w/]+)\.py` \|", re.MULTILINE)


def test_every_limit_of_the_architecture_is_the_one_in_the_code() -> None:
    rows = _NUMBER.findall((ROOT / "docs/ARCHITECTURE.md").read_text("utf-8"))
    assert len(rows) > 20
    for name, value, path in rows:
        module = importlib.import_module(path.replace("/", "."))
        assert (path, name, float(value)) == (path, name, float(getattr(module, name)))


# ---- two languages -------------------------------------------------------------------------------------------------


def bones(page: Path) -> tuple[list[int], list[str], list[str]]:
    """Depths of the headings, code without its comments, and links: what must not depend on the language."""
    text = page.read_text("utf-8")
    blocks = re.findall(r"^```\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    code = [re.sub(r" +#.*", "", block) for block in blocks if "├" not in block and "asterisk/ " not in block]
    heads = [len(head) for head in re.findall(r"^(#+) ", prose(page), flags=re.MULTILINE)]
    links = [link for link in _LINK.findall(text) if not link.startswith("README")]
    return heads, [*code, str(len(blocks))], links


def test_both_readmes_have_the_same_headings_code_and_links() -> None:
    assert bones(ROOT / "README.md") == bones(ROOT / "README.zh-CN.md")


# ---- changes -------------------------------------------------------------------------------------------------------


def test_every_change_has_a_kind() -> None:
    kinds = {"added", "changed", "fixed", "removed", "security"}
    fragments = [page.name.split(".") for page in (ROOT / "changelog.d").glob("*.md") if page.name != "README.md"]
    assert all(len(parts) == 3 and parts[1] in kinds for parts in fragments)
