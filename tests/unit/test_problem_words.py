"""Every refusal that can reach a person over the API is said in Chinese too."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from aiohttp import web

import waihu
import waihu_models
from waihu.api.errors import answer_to
from waihu.api.problem_words import in_chinese, translated, wanted_language
from waihu_models.errors import BadField, Conflict, NotFound, StoreError

TEXT_AT = {
    "BadField": 1, "BadInput": 0, "BadNumber": 0, "Conflict": 0, "NotAllowed": 0, "NotFound": 0, "NotLoggedIn": 0,
    "TooOften": 0, "BadCell": 0, "TableProblem": 1,
}  # fmt: skip
SHELL_ONLY = {"forecast_plot.py", "replay.py", "evidence.py", "evidence_files.py", "settings.py"}
PASSED_ON = {"{}", "{}: {}"}  # says what something else said


def said_in_code() -> Iterator[tuple[str, str]]:
    """Give the text of each refusal that is written down in one place, with that place."""
    house, models = Path(waihu.__file__).parent, Path(waihu_models.__file__).parent
    files = [
        *models.glob("*.py"),
        *(file for room in ("api", "services", "store", "routing") for file in (house / room).glob("*.py")),
    ]
    for file in files:
        if file.name in SHELL_ONLY:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and (text := text_of(node)) is not None and text not in PASSED_ON:
                yield text, f"{file.name}:{node.lineno}"


def text_of(call: ast.Call) -> str | None:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    if name not in TEXT_AT or len(call.args) <= TEXT_AT[name]:
        return None
    text = call.args[TEXT_AT[name]]
    if isinstance(text, ast.Constant) and isinstance(text.value, str):
        return text.value
    if isinstance(text, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in text.values)
    return None


def test_no_refusal_in_the_code_is_without_a_chinese_text() -> None:
    said = dict(said_in_code())
    assert len(said) > 200, "the search for texts finds them"
    missing = {text: place for text, place in said.items() if text not in translated()}
    assert not missing, "add these to controller/waihu/api/problems.zh.toml"


@pytest.mark.parametrize("english", sorted(translated()))
def test_each_text_comes_out_in_chinese_with_all_its_values(english: str) -> None:
    values = [f"value{n}" for n in range(english.count("{}"))]
    said = in_chinese(english.replace("{}", "%s") % tuple(values) if values else english)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said), said
    assert "{" not in said.replace("GET /api", "")
    hidden = {"--obtained-on {} lies in the future"}
    assert english in hidden or all(value in said for value in values) or "list {} in force" in english, said


class Wish(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    ring_s: int = 20


@pytest.mark.parametrize(
    "body", [b"{}", b'{"name": 3}', b'{"name": "x", "x": 1}', b'{"name": "x", "ring_s": "a"}', b"{"]
)
def test_what_is_wrong_with_a_body_is_said_in_chinese(body: bytes) -> None:
    with pytest.raises(msgspec.MsgspecError) as raised:
        msgspec.json.decode(body, type=Wish)
    text = str(raised.value).partition(" - at `")[0]
    assert in_chinese(text) != text


def test_values_that_are_words_of_ours_are_said_in_chinese_too() -> None:
    assert in_chinese("agent ann is wrap_up, not available") == "坐席 ann 的状态是话后处理，不是就绪"
    assert in_chinese("there is a team 'North' already") == "已有团队 'North'"


def test_a_text_that_nobody_translated_stays() -> None:
    assert in_chinese("something new") == "something new"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"), ("zh-CN", "zh-CN"), ("zh", "zh-CN"), ("en-GB,en;q=0.9,zh;q=0.8", "en"), ("de,zh;q=0.5", "zh-CN"),
        ("zh-TW,zh;q=0.9,en;q=0.7", "zh-CN"), ("*", "en"), ("zh;q=", "zh-CN"), ("zh;q=x", "en"), (",;,", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_one_of_ours_that_is_wanted_most(accepted: str, language: str) -> None:
    assert wanted_language(accepted) == language


def problem_in(response: web.Response) -> dict[str, Any]:
    assert isinstance(response.body, bytes)
    return dict(msgspec.json.decode(response.body))


def test_an_answer_is_in_the_language_it_was_asked_for() -> None:
    error = BadField("$.hours.windows", "seven days, Monday first")
    english, chinese = answer_to(error), answer_to(error, "zh-CN")
    assert "Content-Language" not in english.headers
    assert chinese.headers["Content-Language"] == "zh-CN"
    said = problem_in(chinese)
    assert (said["code"], said["status"]) == ("bad_field", 422)
    assert said["errors"] == [{"path": "$.hours.windows", "problem": "需要七天，从星期一开始"}]
    assert said["detail"] == "$.hours.windows: 需要七天，从星期一开始"
    for other, text in (
        (Conflict("there is a team 'N' already"), "已有团队 'N'"),
        (NotFound("there is no call c1"), "没有通话 c1"),
    ):
        assert problem_in(answer_to(other, "zh"))["detail"] == text
    assert problem_in(answer_to(StoreError("UNIQUE failed"), "zh"))["detail"] == "数据库没有完成操作；原因见日志"
