"""The exchange's side: as many streams as are asked for, 20 ms a frame, as Asterisk sends them. A process of its own.

Reads one JSON object from standard input: file, seconds, and streams as [id, host, port, offset in samples]. Writes
when each began (CLOCK_MONOTONIC), and at the end how late it was: a generator that is late measures itself.
"""

import json
import socket
import struct
import sys
import time
from pathlib import Path

FRAME_BYTES = 320
FRAME_S = 0.02


def main() -> None:
    """Play to all streams in turn."""
    plan = json.loads(sys.stdin.readline())
    pcm = Path(plan["file"]).read_bytes()
    frames = [b"\x10\x01\x40" + pcm[n : n + FRAME_BYTES] for n in range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)]
    lines = []
    for stream_id, host, port, offset in plan["streams"]:
        line = socket.create_connection((host, port))
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(struct.pack(">BH", 1, 16) + bytes.fromhex(stream_id))
        line.setblocking(False)
        lines.append([line, offset // (FRAME_BYTES // 2), stream_id])
    # As in an exchange streams do not all beat at once: each has its place within the 20 ms.
    began_s, gap_s = time.monotonic() + 0.05, FRAME_S / len(lines)
    print(json.dumps({one[2]: began_s + n * gap_s for n, one in enumerate(lines)}), flush=True)
    late, dropped, ticks = 0.0, 0, round(plan["seconds"] / FRAME_S)
    groups = [lines[n : n + 10] for n in range(0, len(lines), 10)]
    for tick in range(ticks):
        for number, group in enumerate(groups):
            due_s = began_s + tick * FRAME_S + number * 10 * gap_s
            wait_s = due_s - time.monotonic()
            if wait_s > 0:
                time.sleep(wait_s)
            late = max(late, -wait_s)
            for line, place, _ in group:
                try:
                    line.send(frames[(place + tick) % len(frames)])
                except OSError:
                    dropped += 1
    for line, _, _ in lines:
        line.close()
    print(json.dumps({"late_s": late, "dropped": dropped}), flush=True)


if __name__ == "__main__":
    main()
