"""Which engine recognises: from what the settings say to a Recognizer that is ready."""

from dataclasses import dataclass
from pathlib import Path

from waihu.speech.ear_streams import Engine
from waihu.speech.null_engine import NullEngine
from waihu.speech.server_address import server_named
from waihu.speech.server_pool import ServerPool
from waihu.speech.trials import try_all
from waihu.speech.vosk_engine import VoskEngine
from waihu_models.errors import BadInput, BadModel, NoModel

FETCH = "fetch one (scripts/fetch-asr-model)"
AUTO, VOSK, SERVERS, NONE = "auto", "vosk", "vosk-server", "null"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnginePlan:
    """What is to be recognised with.

    Attributes:
        engine: ``auto``: models of this machine where there are any, else servers, else nothing.
        models: Folder of models.
        servers: Of vosk-server: address, behind spaces a weight and languages.
        language: Of servers that name none; its model is loaded at once, others when they are needed.
        threads: That recognise, with models of this machine.
    """

    engine: str = AUTO
    models: Path
    servers: tuple[str, ...] = ()
    language: str = "en"
    threads: int = 1


async def build(plan: EnginePlan) -> Engine:
    """Make what recognises. What is missing is no error: ``problems`` say it, and streams are refused.

    Nothing is imported, loaded or reached that the plan does not need.
    """
    match plan.engine:
        case "null":
            return _nothing()
        case "vosk-server":
            return await _of_servers(plan, ())
        case "vosk":
            return await _of_models(plan)
    engine = await _of_models(plan)
    if engine.name == NONE and plan.servers:
        return await _of_servers(plan, engine.problems)
    return engine


def _nothing(*problems: str) -> Engine:
    return Engine(recognizer=NullEngine(*problems[:1]), name=NONE, problems=problems)


async def _of_models(plan: EnginePlan) -> Engine:
    try:
        trials = await try_all(plan.models)
    except NoModel as error:
        return _nothing(str(error))
    if not len(trials.library):
        return _nothing(*(trials.problems or (f"there is no model in {plan.models}: {FETCH}",)))
    engine = VoskEngine(trials, threads=plan.threads)
    problems = (*trials.problems, *await _loaded(engine, plan.language))
    models = tuple(card.name for card in trials.library)
    return Engine(recognizer=engine, name=VOSK, models=models, problems=problems)


async def _loaded(engine: VoskEngine, language: str) -> tuple[str, ...]:
    """Load the model of a language before the first call; it is no trouble if others are spoken."""
    try:
        await engine.load(language)
    except NoModel:
        return ()
    except BadModel as error:
        return (str(error),)
    return ()


async def _of_servers(plan: EnginePlan, before: tuple[str, ...]) -> Engine:
    if not plan.servers:
        return _nothing("no servers are named: speech.servers", *before)
    try:
        addresses = [server_named(text) for text in plan.servers]
    except BadInput as error:
        return _nothing(str(error), *before)
    pool = ServerPool(addresses, plan.language)
    problems = (*await pool.ask_all(), *before)
    return Engine(recognizer=pool, name=SERVERS, models=tuple(address.url for address in addresses), problems=problems)
