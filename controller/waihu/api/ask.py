"""One request: who asks, what the routes work with, and what its headers say."""

import re
from dataclasses import dataclass

from aiohttp import web

from waihu.api.house import House
from waihu.services.log_ins import LogIn
from waihu.store.audit import By
from waihu_models.access import Right, Scope, Viewer
from waihu_models.errors import BadField, NeedsVersion, NotAllowed, NotLoggedIn

_ETAG = re.compile(r'(?:W/)?"v(\d{1,12})"')


def etag(version: int) -> str:
    """Return the ETag of a version."""
    return f'"v{version}"'


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, past the gate. ``log_in`` is None only on routes that need none."""

    house: House
    request: web.Request
    log_in: LogIn | None

    @property
    def viewer(self) -> Viewer:
        """Return who asks.

        Raises:
            NotLoggedIn: nobody is known to.
        """
        if self.log_in is None:
            raise NotLoggedIn("log in first")
        return self.log_in.viewer

    @property
    def by(self) -> By:
        """Return who asks, and when, for the audit log."""
        return By(f"user:{self.viewer.login}", self.house.clock.now())

    def scope(self, right: Right) -> Scope:
        """Return whose rows a right reaches for who asks.

        Raises:
            NotAllowed: the right is not granted.
        """
        scope = self.viewer.scope(right)
        if scope is None:
            raise NotAllowed(f"the role {self.viewer.role} does not include {right}")
        return scope

    def if_match(self) -> int:
        """Return the version who asks has looked at, as its ``If-Match`` header says.

        Raises:
            NeedsVersion: there is no such header.
            BadField: it is not an ETag of ours.
        """
        said = self.request.headers.get("If-Match", "").strip()
        if not said:
            raise NeedsVersion("send the ETag of what you looked at in an If-Match header")
        match = _ETAG.fullmatch(said)
        if match is None:
            raise BadField("If-Match", "this is not an ETag of ours")
        return int(match[1])
