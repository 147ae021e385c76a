"""A SIP user agent of a few lines on loopback, whose every answer the test decides: a far end, or an agent's phone."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import cast

from tests.asterisk.support import until

from waihu.telephony.exchange_config import Trunk

REASONS = {100: "Trying", 180: "Ringing", 183: "Session Progress", 200: "OK", 404: "Not Found", 408: "Request Timeout",
           480: "Temporarily Unavailable", 486: "Busy Here", 487: "Request Terminated", 503: "Service Unavailable",
           603: "Decline"}  # fmt: skip
Address = tuple[str, int]


@dataclass
class Message:
    """A request or a response: its first line, its headers in order, its body."""

    start: str
    headers: list[tuple[str, str]]
    body: str = ""

    @classmethod
    def parse(cls, text: str) -> "Message":
        head, _, body = text.partition("\r\n\r\n")
        start, *lines = head.split("\r\n")
        fields = (line.partition(":") for line in lines)
        return cls(start, [(name.strip(), value.strip()) for name, _, value in fields], body)

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    @property
    def method(self) -> str:
        return self.get("CSeq").split()[1]

    @property
    def status(self) -> int:
        """The code of a response, 0 of a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0") else 0

    def text(self) -> bytes:
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers), f"Content-Length: {len(self.body)}"]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()


@dataclass
class Ring:
    """One call that came in."""

    agent: "SipAgent"
    invite: Message
    peer: Address
    answered: bool = False
    over: bool = False
    said: list[int] = field(default_factory=list)

    @property
    def number(self) -> str:
        """Who was called."""
        found = re.match(r"INVITE sips?:([^@;>]+)", self.invite.start)
        assert found is not None
        return found[1]

    def say(self, *codes: int) -> None:
        """Respond to the call; 183 and 200 carry a session description."""
        for code in codes:
            self.said.append(code)
            self.answered = self.answered or code == 200
            self.over = self.over or code >= 300
            self.agent.respond(self.invite, self.peer, code, sdp=code in {183, 200})

    def bye(self) -> None:
        """Hang up an answered call."""
        self.over = True
        to = self.invite.get("Contact").split("<")[-1].split(">")[0]
        headers = [("From", f"{self.invite.get('To')};tag={self.agent.tag}"), ("To", self.invite.get("From"))]
        self.agent.request("BYE", to, self.peer, [*headers, ("Call-ID", self.invite.get("Call-ID"))])

    def refer(self, to: str) -> str:
        """Ask for an answered call to be passed on; return the branch of the request."""
        return self._within("REFER", [("Refer-To", f"<sip:{to}@127.0.0.1>"), ("Referred-By", "<sip:far@127.0.0.1>")])

    def hold(self, held: bool = True) -> str:
        """Press the hold key: offer a description that only sends, or both ways again; return the request's branch."""
        sdp = self.agent.sdp("sendonly" if held else "sendrecv")
        return self._within("INVITE", [("Content-Type", "application/sdp")], sdp)

    def _within(self, method: str, more: list[tuple[str, str]], body: str = "") -> str:
        to = self.invite.get("Contact").split("<")[-1].split(">")[0]
        headers = [("From", f"{self.invite.get('To')};tag={self.agent.tag}"), ("To", self.invite.get("From"))]
        headers += [("Call-ID", self.invite.get("Call-ID")), ("Contact", f"<sip:far@127.0.0.1:{self.agent.port}>")]
        return self.agent.request(method, to, self.peer, [*headers, *more], body)


class SipAgent(asyncio.DatagramProtocol):
    """Takes calls (``on_ring`` decides what is said first), registers, and answers OPTIONS while ``alive``."""

    def __init__(self) -> None:
        self.rings: list[Ring] = []
        self.on_ring: Callable[[Ring], None] = lambda ring: ring.say(100)
        self.alive = True
        self.options_seen = 0
        self.notified: list[str] = []  # what the exchange said of transfers, as the first lines of SIP responses
        self.tag = "far"
        self.account: tuple[str, str] | None = None  # name and password of the phone it is
        self._numbers = count(1)
        self._versions = count(1)
        self._answers: dict[str, Message] = {}
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls) -> AsyncIterator["SipAgent"]:
        loop = asyncio.get_running_loop()
        transport, agent = await loop.create_datagram_endpoint(cls, local_addr=("127.0.0.1", 0))
        sound, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0))
        agent._rtp_port = sound.get_extra_info("sockname")[1]
        try:
            yield agent
        finally:
            transport.close()
            sound.close()

    _rtp_port = 0

    @property
    def port(self) -> int:
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    def trunk(self, name: str) -> Trunk:
        return Trunk(name=name, host="127.0.0.1", port=self.port, qualify_s=0)

    async def answer_to(self, branch: str) -> int:
        """Wait for the answer to a request; return its code."""
        answer = await until(lambda: self._answers.get(branch), 5.0, "an answer")
        return int(answer.status)

    async def ring(self, number: str, timeout_s: float = 5.0) -> Ring:
        """Wait for the last call to a number."""
        return (await until(lambda: [r for r in self.rings if r.number == number], timeout_s, f"{number} rings"))[-1]

    # ---- registration ----------------------------------------------------------------------------------------------

    async def register(self, exchange: Address, name: str, password: str, expires_s: int = 60) -> int:
        """Register as a phone with digest authentication; return the final status."""
        self.account = (name, password)
        answer = await self._registered(exchange, name, expires_s, [])
        if answer.status != 401:
            return answer.status
        uri = f"sip:127.0.0.1:{exchange[1]}"
        proof = ("Authorization", _digest(answer.get("WWW-Authenticate"), name, password, uri))
        return (await self._registered(exchange, name, expires_s, [proof])).status

    async def unregister(self, exchange: Address) -> int:
        assert self.account is not None
        return await self.register(exchange, *self.account, expires_s=0)

    async def _registered(self, exchange: Address, name: str, expires_s: int, more: list[tuple[str, str]]) -> Message:
        account = f"<sip:{name}@127.0.0.1:{exchange[1]}>"
        headers = [("From", f"{account};tag=reg"), ("To", account), ("Call-ID", f"register-{self.port}"),
                   ("Contact", f"<sip:{name}@127.0.0.1:{self.port}>"), ("Expires", str(expires_s))]  # fmt: skip
        branch = self.request("REGISTER", f"sip:127.0.0.1:{exchange[1]}", exchange, [*headers, *more])
        return await until(lambda: self._answers.get(branch), 5.0, "an answer to REGISTER")

    # ---- the wire --------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, peer: Address) -> None:
        if not self.alive or not data.strip():
            return
        message = Message.parse(data.decode())
        if message.status:
            self._answered(message, peer)
            return
        match message.start.split()[0]:
            case "INVITE":
                self._invited(message, peer)
            case "CANCEL":
                self.respond(message, peer, 200)
                for ring in self._of(message):
                    ring.say(487)
            case "BYE":
                self.respond(message, peer, 200)
                for ring in self._of(message):
                    ring.over = True
            case "ACK":
                pass
            case "NOTIFY":
                self.notified.append(message.body.strip())
                self.respond(message, peer, 200)
            case method:
                self.options_seen += method == "OPTIONS"
                self.respond(message, peer, 200)

    def _answered(self, message: Message, peer: Address) -> None:
        self._answers[message.get("Via").partition("branch=")[2].split(";")[0]] = message
        if message.method == "INVITE" and message.status >= 200:
            to = message.get("Contact").split("<")[-1].split(">")[0]
            kept = [(name, message.get(name)) for name in ("From", "To", "Call-ID")]
            number = message.get("CSeq").split()[0]
            via = ("Via", f"SIP/2.0/UDP 127.0.0.1:{self.port};branch=z9hG4bK-{self.port}-ack-{number};rport")
            first = [via, ("Max-Forwards", "70"), ("CSeq", f"{number} ACK")]
            self._send(Message(f"ACK {to} SIP/2.0", [*first, *kept]), peer)

    def _of(self, message: Message) -> list[Ring]:
        return [ring for ring in self.rings if ring.invite.get("Call-ID") == message.get("Call-ID") and not ring.over]

    def _invited(self, message: Message, peer: Address) -> None:
        known = [ring for ring in self.rings if ring.invite.get("Call-ID") == message.get("Call-ID")]
        if known:  # sent again, or changed within the call
            again = known[0].invite.get("CSeq") == message.get("CSeq")
            self.respond(message, peer, known[0].said[-1] if again and known[0].said else 200, sdp=not again)
            return
        ring = Ring(self, message, peer)
        self.rings.append(ring)
        self.on_ring(ring)

    def respond(self, request: Message, peer: Address, code: int, *, sdp: bool = False) -> None:
        to = request.get("To")
        tagged = to if code == 100 or ";tag=" in to else f"{to};tag={self.tag}"
        headers = [("Via", via) for via in request.all("Via")]
        headers += [("From", request.get("From")), ("To", tagged), ("Call-ID", request.get("Call-ID")),
                    ("CSeq", request.get("CSeq")), ("Contact", f"<sip:far@127.0.0.1:{self.port}>")]  # fmt: skip
        body = ""
        if sdp:
            headers.append(("Content-Type", "application/sdp"))
            body = self.sdp()
        self._send(Message(f"SIP/2.0 {code} {REASONS[code]}", headers, body), peer)

    def sdp(self, direction: str = "sendrecv") -> str:
        """Describe the sound this side wants; each description is a newer version of the session."""
        version = next(self._versions)
        return (f"v=0\r\no=far 1 {version} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=audio {self._rtp_port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na={direction}\r\n")  # fmt: skip

    def request(self, method: str, uri: str, peer: Address, headers: list[tuple[str, str]], body: str = "") -> str:
        """Send a request; return the branch by which its answer is known."""
        number = next(self._numbers)
        branch = f"z9hG4bK-{self.port}-{number}"
        via = ("Via", f"SIP/2.0/UDP 127.0.0.1:{self.port};branch={branch};rport")
        first = [via, ("Max-Forwards", "70"), ("CSeq", f"{number} {method}")]
        self._send(Message(f"{method} {uri} SIP/2.0", [*first, *headers], body), peer)
        return branch

    def _send(self, message: Message, peer: Address) -> None:
        assert self._transport is not None
        self._transport.sendto(message.text(), peer)


def _digest(challenge: str, name: str, password: str, uri: str) -> str:
    """Answer a challenge (RFC 2617, MD5, qop=auth)."""
    asked = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()

    secret = md5(f"{name}:{asked['realm']}:{password}")
    response = md5(f"{secret}:{asked['nonce']}:00000001:0a4f113b:auth:{md5(f'REGISTER:{uri}')}")
    given = {"username": name, "realm": asked["realm"], "nonce": asked["nonce"], "uri": uri,
             "response": response, "cnonce": "0a4f113b", "opaque": asked.get("opaque", "")}  # fmt: skip
    quoted = ", ".join(f'{key}="{value}"' for key, value in given.items())
    return f"Digest {quoted}, algorithm=MD5, qop=auth, nc=00000001"
