"""One running Asterisk: started from rendered configuration, adopted when it runs already, watched, stopped.

Asterisk outlives the controller: it runs in a session of its own and is found again by its pid and start time. A second
``start`` for the same directory adopts it, with calls and all, and applies what changed in the configuration.
"""

import asyncio
import contextlib
import os
import signal
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import structlog

from waihu.telephony import ports as port_choice
from waihu.telephony.account import account_for
from waihu.telephony.exchange_config import AsteriskConfig, Ports
from waihu.telephony.install import AsteriskInstall
from waihu.telephony.instance import Instance, Running
from waihu.telephony.pid import Pid, spawn
from waihu.telephony.rendering import Secrets, render
from waihu_models.errors import BadInput, ExchangeFailed

log = structlog.get_logger(__name__)

START_TIMEOUT_S = 30.0
_POLL_S = 0.03
_PORT_TRIES = 3
_TAKEN = "Address already in use"

# What makes a changed file count without a restart; a file that is not named here needs one.
_RELOADS = {
    "pjsip.conf": "module reload res_pjsip.so",
    "pjsip_trunks.conf": "module reload res_pjsip.so",
    "pjsip_phones.conf": "module reload res_pjsip.so",
    "extensions.conf": "dialplan reload",
    "amd.conf": "module reload app_amd.so",
    "musiconhold.conf": "moh reload",
    "manager.conf": "manager reload",
    "ari.conf": "module reload res_ari.so",
    "logger.conf": "logger reload",
}


class Asterisk:
    """One Asterisk. ``async with`` starts and stops it; ``start`` and ``stop`` do the same one by one."""

    def __init__(self, install: AsteriskInstall, config: AsteriskConfig) -> None:
        self.install = install
        self._config = config
        self._instance = Instance(config.directory)
        self._ports = config.ports
        self._secrets = Secrets("", "", {})
        self._pid: Pid | None = None
        self._ran = False
        own = (config.directory, *self._config_folders())
        read = (install.modules_dir / "any", install.data_dir / "any", *config.read_folders)
        self._account = account_for((*own, *read))

    # ---- what it is ----------------------------------------------------------------------------------------------

    @property
    def ports(self) -> Ports:
        """The ports in use; complete after the start."""
        return self._ports

    @property
    def sip_port(self) -> int:
        """UDP port of SIP."""
        return self._ports.sip

    @property
    def host(self) -> str:
        """Address SIP and RTP are bound to."""
        return self._config.host

    @property
    def pid(self) -> int:
        """The pid; 0 before the start."""
        return self._pid.number if self._pid else 0

    @property
    def run_dir(self) -> Path:
        """Where the control socket lies: below the instance's directory, or a short path if that is too long."""
        return self._instance.place.run

    @property
    def secrets(self) -> Secrets:
        """Passwords made for this instance; empty before the start."""
        return self._secrets

    def alive(self) -> bool:
        """Whether the program runs; it may still not answer."""
        return self._pid is not None and self._pid.alive

    def last_words(self, lines: int = 25) -> str:
        """Return the end of what Asterisk logged in this run."""
        return self._instance.last_words(lines)

    # ---- start and stop ------------------------------------------------------------------------------------------

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *exc: Any) -> None:
        await self.stop()

    async def start(self, timeout_s: float = START_TIMEOUT_S) -> None:
        """Run Asterisk, or adopt the one that runs in this directory; return when it takes commands.

        Args:
            timeout_s: seconds, > 0, until it counts as failed.

        Raises:
            ExchangeFailed: it does not start; with its last log lines.
            BadInput: a value of the configuration cannot be written down.
        """
        await asyncio.to_thread(self._instance.make_folders, self._account)
        async with self._only_starter(timeout_s):
            running = await asyncio.to_thread(self._instance.running)
            if running is not None:
                await self._adopt(running, timeout_s)
                self._ran = True
                return
            for attempt in range(1, _PORT_TRIES + 1):
                try:
                    await self._launch(timeout_s)
                except ExchangeFailed as error:
                    # Another program may take a port between our choice and the start. Once it ran it stays where the
                    # controller looks for it, and whoever starts it again tries until the port is free.
                    given = self._ran or self._config.ports == self._ports
                    if _TAKEN not in str(error) or attempt == _PORT_TRIES or given:
                        raise
                    await asyncio.to_thread(self._instance.keep_ports, Ports())
                else:
                    self._ran = True
                    return

    @contextlib.asynccontextmanager
    async def _only_starter(self, timeout_s: float) -> Any:
        """Keep two controllers from starting the same instance twice."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            with self._instance.locked() as mine:
                if mine:
                    yield
                    return
            await asyncio.sleep(_POLL_S)
        raise ExchangeFailed(f"somebody else has been starting {self._instance.place.directory} for {timeout_s:.0f} s")

    def _prepare(self, fresh: bool) -> dict[str, str]:
        """Settle ports and secrets and write the configuration; returns SHA-256 by file name."""
        self._secrets = self._instance.secrets(self._config.secret_phones)
        kept = _merged(self._config.ports, self._instance.ports())
        if fresh:
            kept = self._ports if self._ran else _still_free(self._config, kept)
            kept = port_choice.complete(kept, self._config.host)
            self._instance.rotate_logs()
        self._ports = kept
        self._instance.keep_ports(kept)
        self._make_config_folders()
        files = self._instance.write_files(
            render(self._config, self.install, self._instance.place, self._ports, self._secrets)
        )
        if self._account is not None:
            place = self._instance.place
            inner = (path for folder in place.folders if folder != place.directory for path in folder.iterdir())
            self._account.own((*place.folders, *inner, *self._config_folders()))
        return files

    def _config_folders(self) -> tuple[Path, ...]:
        """Return folders outside the instance's own in which Asterisk writes."""
        return ()

    def _make_config_folders(self) -> None:
        for folder in self._config_folders():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def _launch(self, timeout_s: float) -> None:
        files = await asyncio.to_thread(self._prepare, True)
        as_whom = ("-U", self._account.name) if self._account else ()
        argv = (*self.install.argv, "-C", str(self._instance.conf), "-f", "-n", *as_whom)
        environment = {**os.environ, "TERM": "dumb", "LC_ALL": "C.UTF-8"}
        try:
            self._pid = spawn(argv, self._instance.place.log / "console.log", environment)
        except OSError as error:
            raise ExchangeFailed(f"{argv[0]} cannot be started: {error}") from error
        await asyncio.to_thread(self._instance.keep_running, Running(self._pid, files))
        try:
            await self._booted(timeout_s)
            await self._check()
        except BaseException:
            await self.stop(timeout_s=1.0)
            raise
        account = self._account.name if self._account else ""
        log.info(
            "exchange_started", pid=self.pid, account=account, version=self.install.version_text, sip_port=self.sip_port
        )

    async def _adopt(self, running: Running, timeout_s: float) -> None:
        self._pid = running.pid
        files = await asyncio.to_thread(self._prepare, False)
        await self._booted(timeout_s)
        await self._reload(running, files)
        log.info("exchange_adopted", pid=self.pid, sip_port=self.sip_port)

    async def _reload(self, running: Running, files: dict[str, str]) -> None:
        """Make changed files count; a file that needs a restart keeps being reported until there is one."""
        changed = {name for name in files if running.files.get(name) != files[name]}
        if changed:  # whoever is killed while telling must not leave behind that nothing has to be told
            in_doubt = {name: digest for name, digest in running.files.items() if name not in changed}
            await asyncio.to_thread(self._instance.keep_running, Running(running.pid, in_doubt))
        commands = {name: _reload_command(name) for name in changed}
        for command in sorted({command for command in commands.values() if command}):
            await self.cli(command)
        waiting = sorted(name for name, command in commands.items() if not command)
        if waiting:
            log.warning("exchange_needs_restart", files=waiting)
        in_force = {name: running.files.get(name, "") if name in waiting else files[name] for name in files}
        await asyncio.to_thread(self._instance.keep_running, Running(running.pid, in_force))

    async def _apply(self, config: AsteriskConfig) -> None:
        """Change the configuration of the running Asterisk."""
        running = await asyncio.to_thread(self._instance.running)
        if running is None or config.directory != self._config.directory:
            raise ExchangeFailed("the exchange does not run, or has another directory: nothing was changed")
        before, self._config = self._config, config
        try:
            files = await asyncio.to_thread(self._prepare, False)
        except BadInput:
            self._config = before  # or the next start would fail on it
            raise
        await self._reload(running, files)

    async def _booted(self, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        socket = self._instance.place.run / "asterisk.ctl"
        while self.alive() and time.monotonic() < deadline:
            if socket.exists():
                with contextlib.suppress(ExchangeFailed):
                    # Also a dying Asterisk may let us in, and then says nothing.
                    if "fully booted" in await self.cli("core waitfullybooted", max(0.1, deadline - time.monotonic())):
                        return
            await asyncio.sleep(_POLL_S)
        what = "did not get ready" if self.alive() else "ended"
        raise ExchangeFailed(f"Asterisk {what} at start. Its last words:\n{self.last_words()}")

    async def _check(self) -> None:
        """Find what Asterisk takes lightly at its start: a port that is taken, a trunk that was thrown away."""
        words = await asyncio.to_thread(self.last_words, 200)
        if _TAKEN in words:
            raise ExchangeFailed(f"a port is taken ({self._ports}). Asterisk's last words:\n{self.last_words()}")
        if lost := await self.refused():
            raise ExchangeFailed(f"Asterisk refused {', '.join(lost)}. Its last words:\n{self.last_words()}")

    async def refused(self) -> list[str]:
        """Return the trunks and phones it was told of and did not take.

        Raises:
            ExchangeFailed: it does not answer.
        """
        if not self._config.endpoints:
            return []
        listed = await self.cli("pjsip list endpoints")
        known = {line.split("/")[0].split()[1] for line in listed.splitlines() if line.startswith(" Endpoint:  ")}
        return sorted(set(self._config.endpoints) - known)

    async def stop(self, timeout_s: float = 5.0) -> None:
        """End Asterisk: calls get a BYE; after ``timeout_s`` seconds it is killed. Nothing happens if it is gone."""
        if self._pid is None:
            return
        pid = self._pid
        if pid.send(signal.SIGTERM) and not await _ended(pid, timeout_s):
            log.warning("exchange_killed", pid=pid.number, after_s=timeout_s)
            pid.send(signal.SIGKILL)
            await _ended(pid, timeout_s)

    def kill(self) -> None:
        """End Asterisk as a crash would (SIGKILL)."""
        if self._pid is not None:
            self._pid.send(signal.SIGKILL)

    async def ended(self) -> None:
        """Return when the program has ended."""
        if self._pid is not None:
            await _ended(self._pid, None)

    # ---- commands ------------------------------------------------------------------------------------------------

    async def cli(self, command: str, timeout_s: float = 10.0) -> str:
        """Give one command to Asterisk's command line and return what it prints.

        Args:
            command: e.g. ``core show channels``.
            timeout_s: seconds, > 0.

        Raises:
            ExchangeFailed: no answer in time, or Asterisk cannot be reached.
            BadInput: the command has control characters.
        """
        if not command.isprintable():
            raise BadInput("a command must not have control characters")
        argv = (*self.install.argv, "-C", str(self._instance.conf), "-rx", command)
        client = await asyncio.create_subprocess_exec(
            *argv,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            async with asyncio.timeout(timeout_s):
                output, _ = await client.communicate()
        except TimeoutError as error:
            raise ExchangeFailed(f"no answer to {command!r} within {timeout_s:.1f} s") from error
        finally:
            if client.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    client.kill()
                await client.wait()
        text = output.decode(errors="replace")
        if client.returncode != 0:
            raise ExchangeFailed(f"{command!r} could not be given: {text.strip()}")
        return text


def _reload_command(name: str) -> str:
    return "dialplan reload" if name.startswith("dialplan_") else _RELOADS.get(name, "")


def _merged(wanted: Ports, kept: Ports) -> Ports:
    """Fill the zeros of ``wanted`` with what was chosen earlier."""
    names = ("sip", "http", "ami")
    merged = replace(wanted, **{name: getattr(wanted, name) or getattr(kept, name) for name in names})
    return merged if merged.rtp_start else replace(merged, rtp_start=kept.rtp_start, rtp_end=kept.rtp_end)


def _still_free(config: AsteriskConfig, ports: Ports) -> Ports:
    """Give up remembered ports that somebody else uses now; ports asked for stay."""
    lost = {
        name: 0
        for name in ("sip", "http", "ami")
        if not getattr(config.ports, name) and getattr(ports, name) and not _free(config, getattr(ports, name))
    }
    return replace(ports, **lost)


def _free(config: AsteriskConfig, port: int) -> bool:
    return port_choice.is_free(config.host, port) and port_choice.is_free("127.0.0.1", port)


async def _ended(pid: Pid, timeout_s: float | None) -> bool:
    """Wait for the end of a program; False if it has not come after ``timeout_s`` seconds."""
    descriptor = pid.open()
    if descriptor is None:
        return True
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, over.set)
    try:
        async with asyncio.timeout(timeout_s):
            await over.wait()
    except TimeoutError:
        return False
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    pid.bury()
    return True
