"""The ceiling of dialling: AMI Originate at a steady rate through panoramisk and nothing else.

No store, no rules, no call logic. Run by originate.py; writes its figures as one line of JSON. Without events
(``events`` false) it does not even learn what becomes of its calls; with them it counts their ends.
"""

import asyncio
import json
import logging
import time
from typing import Any

from ground import Spec
from measure import Window
from panoramisk import Manager

ANSWER_LIMIT_S = 10.0


class Dialler:
    """Sends one Originate for each number."""

    def __init__(self, spec: Spec, ami: Manager) -> None:
        self._spec = spec
        self._ami = ami
        self.begun = self.refused = self.ended = 0

    def count_end(self, _: Manager, __: Any) -> None:
        self.ended += 1

    async def dial(self, number: str) -> None:
        self.begun += 1
        action = {
            "Action": "Originate",
            "Channel": f"PJSIP/{number}@{self._spec.trunk}",
            "Application": "Wait",  # the far end hangs up first
            "Data": "30",
            "CallerID": "+441632960000",
            "Timeout": "27000",
            "Async": "true",
        }
        try:
            async with asyncio.timeout(ANSWER_LIMIT_S):
                answer = await self._ami.send_action(action, as_list=False)
        except TimeoutError:  # the library loses an answer now and then, and waits for it for ever
            self.refused += 1
        else:
            self.refused += answer["Response"] != "Success"


async def run(spec: Spec) -> dict[str, Any]:
    ready = asyncio.Event()
    ami = Manager(
        host=spec.ami_host, port=spec.ami_port, username=spec.ami_user, secret=spec.ami_password,
        events="call" if spec.events else "off", on_login=lambda _: ready.set(), log=logging.getLogger("bare"),
    )  # fmt: skip
    dialler = Dialler(spec, ami)
    ami.register_event("Hangup", dialler.count_end)
    await ami.connect()
    await ready.wait()
    window, at_first = Window(spec.exchange_pid), 0
    began, warm = time.monotonic(), False
    async with asyncio.TaskGroup() as group:
        for place, number in enumerate(spec.numbers()):
            due_s = place / spec.rate
            await asyncio.sleep(max(0.0, began + due_s - time.monotonic()))
            if not warm and due_s >= spec.warm_up_s:
                warm, window, at_first = True, Window(spec.exchange_pid), dialler.begun
            if due_s >= spec.warm_up_s + spec.seconds:
                break
            group.create_task(dialler.dial(number))
        window.close()
    calls = dialler.begun - at_first
    ami.close()
    return window.per_call(calls) | {"refused": dialler.refused}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(Spec.read()))))
