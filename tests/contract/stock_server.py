"""A server as that of the Vosk project, in a few lines: proof that ours and it are interchangeable.

``python stock_server.py MODEL_FOLDER`` prints its port. It knows one model, answers nothing to a configuration,
compares its control messages letter by letter, and has never heard of our subprotocol.
"""

import asyncio
import json
import sys
from typing import Any

import vosk
import websockets


async def main(folder: str) -> None:
    vosk.SetLogLevel(-1)
    model = vosk.Model(folder)

    async def serve(socket: Any) -> None:
        rate, words, recognizer = 8000.0, True, None
        async for message in socket:
            if isinstance(message, str) and "config" in message:
                config = json.loads(message)["config"]
                rate, words = float(config.get("sample_rate", rate)), bool(config.get("words", words))
                continue
            if recognizer is None:
                recognizer = vosk.KaldiRecognizer(model, rate)
                recognizer.SetWords(words)
            if message == '{"eof" : 1}':
                await socket.send(recognizer.FinalResult())
                return
            if message == '{"reset" : 1}':
                await socket.send(recognizer.FinalResult())
            elif recognizer.AcceptWaveform(message):
                await socket.send(recognizer.Result())
            else:
                await socket.send(recognizer.PartialResult())

    async with websockets.serve(serve, "127.0.0.1", 0) as server:
        sys.stdout.write(f"{next(iter(server.sockets)).getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
