"""Models are fetched over networks that break: resumed, checked, bounded, and told what to do."""

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web

from asr_fetch.__main__ import main
from asr_fetch.download import DownloadFailed, Patience
from asr_fetch.fetch import SUMS, Fetcher
from asr_fetch.manifest import Model, chosen, read_manifest
from waihu_models.errors import BadInput, BadModel, Conflict, NotFound

HASTY = Patience(silence_s=0.3, rests_s=(0.0, 0.0))
MANIFEST = Path(__file__).resolve().parents[2] / "scripts" / "asr_models.toml"


def model_archive(filling: bytes = bytes(range(256)) * 1200) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("some-model/am/final.mdl", filling)
    return content.getvalue()


@dataclass
class Site:
    """A site of models that can be told to misbehave."""

    content: bytes
    address: str = ""
    breaks_after: list[int] = field(default_factory=list)  # bytes of each answer to come; then it behaves
    hangs_after: int | None = None
    status: int = 200
    ranges: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.ranges.append(request.headers.get("Range", ""))
        if self.status != 200:
            return web.Response(status=self.status)
        etag = f'"{hashlib.sha256(self.content).hexdigest()[:8]}"'
        first, response = self._begin(request, etag)
        response.content_length = len(self.content) - first
        response.headers["ETag"] = etag
        await response.prepare(request)
        rest = self.content[first:]
        if self.hangs_after is not None:
            await response.write(rest[: self.hangs_after])
            await asyncio.sleep(30)  # longer than anybody waits
        if self.breaks_after:
            await response.write(rest[: self.breaks_after.pop(0)])
            assert request.transport is not None
            request.transport.close()
            return response
        await response.write(rest)
        return response

    def _begin(self, request: web.Request, etag: str) -> tuple[int, web.StreamResponse]:
        wanted = request.headers.get("Range")
        if wanted is None or request.headers.get("If-Range") != etag:
            return 0, web.StreamResponse()
        first = int(wanted.removeprefix("bytes=").removesuffix("-"))
        if first >= len(self.content):
            raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{len(self.content)}"})
        headers = {"Content-Range": f"bytes {first}-{len(self.content) - 1}/{len(self.content)}"}
        return first, web.StreamResponse(status=206, headers=headers)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    served = Site(model_archive())
    application = web.Application()
    application.router.add_get("/model.zip", served.answer)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    listening = web.TCPSite(runner, "127.0.0.1", 0)
    await listening.start()
    served.address = f"http://127.0.0.1:{runner.addresses[0][1]}/model.zip"
    yield served
    await runner.cleanup()


def a_model(site: Site, sha256: str = "", size_bytes: int = 1000) -> Model:
    return Model(
        name="some-model", address=site.address, language="en", sample_rate_hz=16_000, licence="Apache-2.0",
        sha256=sha256, size_bytes=size_bytes,
    )  # fmt: skip


@dataclass
class Told:
    lines: list[str] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)

    def fetcher(self, folder: Path) -> Fetcher:
        return Fetcher(folder, self.lines.append, lambda done, whole: self.steps.append((done, whole)), HASTY)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def fetch(fetcher: Fetcher, model: Model, archive: Path | None = None) -> Path:
    return await asyncio.wait_for(asyncio.to_thread(fetcher.fetch, model, archive), 20)


async def test_a_model_with_a_published_sum_is_fetched_checked_and_unpacked(site: Site, tmp_path: Path) -> None:
    told = Told()
    folder = await fetch(told.fetcher(tmp_path), a_model(site, hashlib.sha256(site.content).hexdigest()))
    assert (folder / "am" / "final.mdl").stat().st_size == 256 * 1200
    assert "verified = true" in (folder / "model.toml").read_text("utf-8")
    assert told.steps[-1] == (len(site.content), len(site.content))
    assert not any("VERIFIED" in line for line in told.lines)
    assert names_in(tmp_path) == ["some-model"]


async def test_without_a_published_sum_it_is_said_and_the_sum_is_noted_and_compared_later(
    site: Site, tmp_path: Path
) -> None:
    told = Told()
    folder = await fetch(told.fetcher(tmp_path), a_model(site))
    assert any("COULD NOT BE VERIFIED" in line for line in told.lines)
    assert "verified = false" in (folder / "model.toml").read_text("utf-8")
    assert hashlib.sha256(site.content).hexdigest() in (tmp_path / SUMS).read_text("utf-8")
    folder.rename(tmp_path / "elsewhere")
    site.content = model_archive(b"something else")
    with pytest.raises(BadModel, match="changed or damaged"):
        await fetch(told.fetcher(tmp_path), a_model(site))


async def test_a_broken_connection_is_resumed_where_it_stopped(site: Site, tmp_path: Path) -> None:
    site.breaks_after = [100_000, 50_000]
    await fetch(Told().fetcher(tmp_path), a_model(site, hashlib.sha256(site.content).hexdigest()))
    assert [bool(wanted) for wanted in site.ranges] == [False, True, True]
    firsts = [int(wanted.removeprefix("bytes=").removesuffix("-")) for wanted in site.ranges[1:]]
    assert 0 < firsts[0] < firsts[1] < len(site.content)


async def test_what_came_is_kept_for_the_next_run(site: Site, tmp_path: Path) -> None:
    site.breaks_after = [100_000, 0, 0]
    with pytest.raises(DownloadFailed, match="run this again to go on"):
        await fetch(Told().fetcher(tmp_path), a_model(site))
    assert (tmp_path / "some-model.zip.part").stat().st_size > 0
    assert (await fetch(Told().fetcher(tmp_path), a_model(site))).is_dir()
    assert site.ranges[3].startswith("bytes=")


async def test_parts_of_two_versions_are_never_put_together(site: Site, tmp_path: Path) -> None:
    site.breaks_after = [100_000, 0, 0]
    with pytest.raises(DownloadFailed):
        await fetch(Told().fetcher(tmp_path), a_model(site))
    site.content = model_archive(b"the next version" * 20_000)
    folder = await fetch(Told().fetcher(tmp_path), a_model(site))
    assert (folder / "am" / "final.mdl").read_bytes() == b"the next version" * 20_000


async def test_a_part_that_is_the_whole_file_is_taken_as_it_is(site: Site, tmp_path: Path) -> None:
    site.breaks_after = [len(site.content)]
    (tmp_path / "some-model.zip.part").write_bytes(site.content)
    (tmp_path / "some-model.zip.part.mark").write_text(f'"{hashlib.sha256(site.content).hexdigest()[:8]}"', "utf-8")
    assert (await fetch(Told().fetcher(tmp_path), a_model(site))).is_dir()
    assert site.breaks_after  # nothing was sent


async def test_a_wrong_sum_is_refused_and_the_file_deleted(site: Site, tmp_path: Path) -> None:
    with pytest.raises(BadModel, match="and is deleted"):
        await fetch(Told().fetcher(tmp_path), a_model(site, "0" * 64))
    assert names_in(tmp_path) == []


async def test_a_truncated_archive_is_refused(site: Site, tmp_path: Path) -> None:
    site.content = site.content[:-5000]
    with pytest.raises(BadModel, match="fetch or copy it again"):
        await fetch(Told().fetcher(tmp_path), a_model(site))
    assert not (tmp_path / "some-model").exists()


@pytest.mark.parametrize("sent", [0, 1000])
async def test_a_server_that_hangs_is_given_up(site: Site, tmp_path: Path, sent: int) -> None:
    site.hangs_after = sent
    with pytest.raises(DownloadFailed, match=r"nothing came for 0\.3 s"):
        await fetch(Told().fetcher(tmp_path), a_model(site))
    assert len(site.ranges) == 3


@pytest.mark.parametrize(("status", "requests"), [(404, 1), (403, 1), (503, 3), (429, 3)])
async def test_a_refusal_says_what_to_do_and_only_passing_ones_are_tried_again(
    site: Site, tmp_path: Path, status: int, requests: int
) -> None:
    site.status = status
    with pytest.raises(DownloadFailed, match=rf"answered {status}.*--from FILE"):
        await fetch(Told().fetcher(tmp_path), a_model(site))
    assert len(site.ranges) == requests


async def test_a_network_that_does_not_allow_it_is_said_clearly(tmp_path: Path) -> None:
    nobody = Site(b"", address="http://127.0.0.1:9/model.zip")
    with pytest.raises(DownloadFailed, match=r"no connection.*fetch the file on another machine.*--from FILE"):
        await fetch(Told().fetcher(tmp_path), a_model(nobody))


async def test_a_file_from_elsewhere_is_taken_and_kept(site: Site, tmp_path: Path) -> None:
    mine = tmp_path / "mine.zip"
    mine.write_bytes(site.content)
    folder = await fetch(Told().fetcher(tmp_path / "models"), a_model(site), mine)
    assert folder.is_dir()
    assert mine.is_file()
    assert site.ranges == []
    with pytest.raises(BadInput, match="there is no file"):
        await fetch(Told().fetcher(tmp_path / "others"), a_model(site), tmp_path / "missing.zip")


async def test_a_model_that_is_there_is_not_fetched_and_nothing_is_overwritten(site: Site, tmp_path: Path) -> None:
    await fetch(Told().fetcher(tmp_path), a_model(site))
    await fetch(Told().fetcher(tmp_path), a_model(site))
    assert len(site.ranges) == 1
    (tmp_path / "some-model" / "model.toml").unlink()
    with pytest.raises(Conflict, match="move it away"):
        await fetch(Told().fetcher(tmp_path), a_model(site))


async def test_a_disk_without_room_is_noticed_before(site: Site, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="bytes free"):
        await fetch(Told().fetcher(tmp_path), a_model(site, size_bytes=10**16))
    assert site.ranges == []


# ---- the manifest and the command -----------------------------------------------------------------------------------


def test_the_manifest_names_small_and_large_models_of_both_languages() -> None:
    models = read_manifest(MANIFEST)
    for language in ("en", "zh"):
        sizes = [model.size_bytes for model in models if model.language == language]
        assert min(sizes) < 100_000_000
        assert max(sizes) > 1_000_000_000
    assert chosen(models, "zh").name == "vosk-model-small-cn-0.22"
    with pytest.raises(NotFound, match="there are vosk-model-small-en-us"):
        chosen(models, "vosk-model-small-tlh")


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ('name = "../evil"', "name"), ('sha256 = "abc"', "sha256"), ('address = "file:///etc/passwd"', "address"),
        ('colour = "red"', "colour"), ("broken", "="),
    ],
)  # fmt: skip
def test_a_manifest_that_cannot_hold_is_refused_by_name(line: str, named: str, tmp_path: Path) -> None:
    fields = {
        "name": 'name = "m"', "address": 'address = "https://example.com/m.zip"', "language": 'language = "en"',
        "sample_rate_hz": "sample_rate_hz = 8000", "licence": 'licence = "MIT"',
    }  # fmt: skip
    fields[line.split(" ", maxsplit=1)[0]] = line
    (tmp_path / "list.toml").write_text("[[models]]\n" + "\n".join(fields.values()), "utf-8")
    with pytest.raises(BadInput, match=rf"list\.toml: .*{named}"):
        read_manifest(tmp_path / "list.toml")


def test_the_command_lists_models_and_names_those_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list", "--to", str(tmp_path)]) == 0
    assert "vosk-model-small-cn-0.22" in capsys.readouterr().out
    assert main(["unheard-of", "--to", str(tmp_path)]) == 1
    assert "there are vosk-model-small-en-us-0.15" in capsys.readouterr().err


async def test_the_command_fetches_by_a_manifest_of_ones_own(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = tmp_path / "list.toml"
    fields = f'name = "mine"\naddress = "{site.address}"\nlanguage = "en"\nsample_rate_hz = 8000\nlicence = "MIT"\n'
    manifest.write_text(f"[[models]]\n{fields}", "utf-8")
    arguments = ["mine", "--to", str(tmp_path / "models"), "--manifest", str(manifest)]
    assert await asyncio.to_thread(main, arguments) == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "models" / "mine")
