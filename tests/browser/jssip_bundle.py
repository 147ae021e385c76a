"""JsSIP as one script for a page, made from its package without any bundler; nothing is loaded from elsewhere."""

import json
import os
import re
import subprocess
from pathlib import Path

JSSIP = "3.13.8"
_REQUIRE = re.compile(r"""require\(\s*(['"])([^'"]+)\1\s*\)""")
_LOADER = """
const modules = MODULES;
const loaded = {};
const process = { env: {} };
function load(name) {
  if (!(name in loaded)) {
    const module = (loaded[name] = { exports: {} });
    const [names, body] = modules[name];
    const run = new Function('require', 'module', 'exports', 'process', body);
    run((asked) => load(names[asked]), module, module.exports, process);
  }
  return loaded[name].exports;
}
window.JsSIP = load('MAIN');
"""


def node_modules(checkout: Path, var: Path) -> Path:
    """Return a folder that holds JsSIP: that of the console, else one that is filled here by npm."""
    of_console = checkout / "web/node_modules"
    if (of_console / "jssip/package.json").is_file():
        return of_console
    folder = var / "browser-tests"
    if not (folder / "node_modules/jssip/package.json").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        argv = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--prefix",
            str(folder),
            f"jssip@{JSSIP}",
        ]
        subprocess.run(argv, check=True, capture_output=True, timeout=120, env={**os.environ, "CI": "1"})
    return folder / "node_modules"


def bundle(modules: Path) -> str:
    """Return the script, which sets ``window.JsSIP``."""
    main = _resolve(modules, modules, "jssip")
    found: dict[Path, tuple[dict[str, str], str]] = {}
    waiting = [main]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        text = "module.exports = " + path.read_text("utf-8") if path.suffix == ".json" else path.read_text("utf-8")
        asked = {match[2] for match in _REQUIRE.finditer(text)} if path.suffix == ".js" else set()
        inner = {name: target for name in asked if (target := _resolve(modules, path.parent, name)) is not None}
        found[path] = ({name: str(target) for name, target in inner.items()}, text)
        waiting.extend(inner.values())
    script = json.dumps({str(path): entry for path, entry in found.items()})
    return "(() => {" + _LOADER.replace("MAIN", str(main)).replace("MODULES", script) + "})();"


def _resolve(modules: Path, folder: Path, name: str) -> Path:
    if name.startswith("."):
        start = (folder / name).resolve()
    else:
        package, _, inner = name.partition("/")
        start = modules / package
        description = json.loads((start / "package.json").read_text("utf-8"))
        browser = description.get("browser")
        main = browser if isinstance(browser, str) else description.get("main", "index.js")
        start = (start / (inner or main)).resolve()
    for path in (start, start.with_name(start.name + ".js"), start.with_name(start.name + ".json"), start / "index.js"):
        if path.is_file():
            return path
    raise FileNotFoundError(f"{name} of {folder}")
