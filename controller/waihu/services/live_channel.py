"""One channel of live messages: everybody who sees the same picture. Written once, sent to all of them.

Every message has a number. The last ones are kept, so that a client who lost the connection for a moment gets what it
missed; one who was away for longer, or reads too slowly, gets the whole picture anew.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from waihu_models.live import LiveState, LiveView
from waihu_models.live_apply import difference
from waihu_models.live_events import Changes, Resumed, Snapshot, decode_changes, encode

KEPT = 128
"""Messages of a channel that are kept for clients who come back."""
QUEUE_SIZE = 64
"""Messages that wait for one client; one more, and it gets the whole picture instead of all of them."""

SHARED = timedelta(seconds=0.25)
"""Clients that come at once share one writing of the picture; by its time a client learns how far its clock is off."""


class Client:
    """What waits to be sent to one client. Filling it never blocks; ``behind`` counts how often it was too slow."""

    def __init__(self, channel: "Channel", missed: Sequence[bytes] = ()) -> None:
        self.channel = channel
        self.behind = 0
        self._waiting: deque[bytes] = deque(missed)
        self._most = QUEUE_SIZE + len(missed)
        self._needs_picture = False
        self._wake = asyncio.Event()

    def offer(self, message: bytes) -> None:
        """Queue a message, or give the queue up."""
        if self._needs_picture:  # the picture will be one in which this has happened
            return
        if len(self._waiting) >= self._most:
            self.behind += 1
            self.want_picture()
            return
        self._waiting.append(message)
        self._wake.set()

    def want_picture(self) -> None:
        """Send the whole picture next, as it is at that moment."""
        self._waiting.clear()
        self._needs_picture = True
        self._wake.set()

    async def next(self) -> bytes:
        """Return the next message, waiting for it."""
        while True:
            if self._needs_picture:
                self._needs_picture = False
                return self.channel.snapshot()
            if self._waiting:
                return self._waiting.popleft()
            self._wake.clear()
            await self._wake.wait()


class Channel:
    """A picture, its numbered messages, and who gets them.

    Args:
        view: Which of the two views it is of.
        epoch: Names this channel; numbers of another epoch mean nothing here.
        picture: Cuts out the picture as it is now.
        now: Time of day.
    """

    def __init__(
        self, view: LiveView, epoch: str, picture: Callable[[], LiveState], now: Callable[[], datetime]
    ) -> None:
        self.view = view
        self.epoch = epoch
        self.clients: set[Client] = set()
        self.seq = 0
        self._picture = picture
        self._now = now
        self._kept: deque[tuple[int, bytes]] = deque(maxlen=KEPT)
        self._state = picture()
        self._written: tuple[int, datetime, bytes] | None = None

    def flush(self) -> int:
        """Tell everybody what is different from the last message; return how many events that were."""
        state = self._picture()
        events = difference(self._state, state)
        if not events:
            return 0
        self._state = state
        self.seq += 1
        message = encode(Changes(epoch=self.epoch, seq=self.seq, at=self._now(), events=events))
        self._kept.append((self.seq, message))
        for client in self.clients:
            client.offer(message)
        return len(events)

    def snapshot(self) -> bytes:
        """Return the whole picture as it is after the last message."""
        whole = self._written
        if whole is None or whole[0] != self.seq or self._now() - whole[1] > SHARED:
            whole = self._written = self.seq, self._now(), encode(self._whole())
        return whole[2]

    def _whole(self) -> Snapshot:
        return Snapshot(epoch=self.epoch, seq=self.seq, at=self._now(), view=str(self.view), state=self._state)

    def join(self, epoch: str, after: int) -> Client:
        """Let a client in: it gets what it missed since message number ``after``, else the whole picture."""
        missed = self._since(epoch, after)
        if missed is None:
            client = Client(self)
            client.want_picture()
        else:
            client = Client(self, [encode(Resumed(epoch=self.epoch, seq=self.seq, at=self._now())), *missed])
        self.clients.add(client)
        return client

    def look(self, epoch: str, after: int) -> Snapshot | Changes:
        """Return at once what a client that asks again and again missed since message number ``after``."""
        self.flush()
        missed = self._since(epoch, after)
        if missed is None:
            return self._whole()
        events = [event for message in missed for event in decode_changes(message).events]
        return Changes(epoch=self.epoch, seq=self.seq, at=self._now(), events=events)

    def _since(self, epoch: str, after: int) -> list[bytes] | None:
        """Return the messages after a number; None: too much of them is gone, or the number is none of ours."""
        if epoch != self.epoch or after > self.seq:
            return None
        missed = [message for seq, message in self._kept if seq > after]
        return missed if len(missed) == self.seq - after else None
