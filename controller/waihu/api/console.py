"""The console's files: what ``scripts/build-console`` made of ``web/``, served beside the API.

Files under ``/assets`` have a hash in their names and never change; ``index.html`` is asked for each time, and is what
every path of a page gets (the console itself knows which page that is). Not built: a plain page says how to.
"""

import mimetypes
from pathlib import Path

from aiohttp import web

from waihu.paths import PACKAGE

FOLDER = PACKAGE / "_console"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "style-src 'self' 'unsafe-inline'",  # the component library writes styles into the page
            "img-src 'self' data:",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "object-src 'none'",
        )
    ),
    "Permissions-Policy": "microphone=(self), camera=(), geolocation=()",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_NOT_PAGES = ("/api/", "/push", "/sip", "/assets/", "/metrics", "/health")
"""A path below these that nobody serves is not a page of the console."""
_NOT_BUILT = """<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Waihu 外呼</title></head>
<body style="font: 16px/1.6 system-ui, sans-serif; max-width: 40em; margin: 4em auto; padding: 0 1em">
<h1>控制台尚未构建</h1>
<p>程序和 API 正在运行，但控制台的文件还没有构建。请在源代码目录中运行：</p>
<pre>scripts/build-console</pre>
<p>完成后刷新此页面即可，无需重启程序。</p>
<h1 lang="en">The console is not built</h1>
<p lang="en">The program and its API are running, but the console's files are not there yet.
In the source checkout, run:</p>
<pre>scripts/build-console</pre>
<p lang="en">Then reload this page; the program need not be restarted.</p>
</body>
</html>
"""


def add_console(app: web.Application, folder: Path = FOLDER) -> None:
    """Serve the console at every path that nothing else has. Call it after all other routes are added.

    Args:
        app: What serves.
        folder: Where the built files are, or will be: they are looked for with each request.
    """
    files = _Files(folder)
    app.router.add_get("/{path:.*}", files.answer)


class _Files:
    """The built files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer with a file, with the page, or with how to build it."""
        path = request.match_info["path"]
        found = self._file(path)
        if found is not None and found.name != "index.html":
            return self._send(found, _FOREVER if path.startswith("assets/") else _ASK_AGAIN)
        if f"/{path}".startswith(_NOT_PAGES) or f"/{path}/" in _NOT_PAGES:
            raise web.HTTPNotFound
        page = self._file("index.html")
        if page is None:
            return web.Response(text=_NOT_BUILT, content_type="text/html", status=503, headers=_plain_headers())
        return self._send(page, _ASK_AGAIN)

    def _file(self, path: str) -> Path | None:
        """Return a file of the folder; None: there is none, or the path leads out of it."""
        if not path or "\0" in path:
            return None
        try:
            found = (self._folder / path).resolve()
            return found if found.is_relative_to(self._folder) and found.is_file() else None
        except OSError:  # a name that is too long
            return None

    @staticmethod
    def _send(file: Path, cache: str) -> web.FileResponse:
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return web.FileResponse(file, headers={**_HEADERS, "Cache-Control": cache, "Content-Type": kind})


def _plain_headers() -> dict[str, str]:
    """The page that is built into the program: nothing of it is kept, and no script runs in it."""
    return {**_HEADERS, "Cache-Control": "no-store", "Retry-After": "60"}
