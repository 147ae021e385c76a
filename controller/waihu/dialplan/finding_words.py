"""What a finding says, in English and in Chinese: the sentences of ``finding_words.toml``, filled."""

import tomllib
from functools import cache
from importlib import resources

from waihu_models.dialplan import Finding

_PLACES = {
    "comment": "注释",
    "context": "上下文",
    "extension": "分机",
    "priority": "优先级",
    "expression": "变量或表达式",
    "argument": "应用参数",
}


@cache
def sentences() -> dict[str, dict[str, str]]:
    """Return every sentence: code -> language -> text with gaps."""
    text = resources.files("waihu.dialplan").joinpath("finding_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def english(finding: Finding) -> str:
    """Return what is wrong, in English."""
    return sentences()[finding.code]["en"].format(*finding.values)


def chinese(finding: Finding) -> str:
    """Return what is wrong, in Chinese; words of the dialplan stay as they are."""
    values = [_PLACES.get(value, value) for value in finding.values]
    return sentences()[finding.code]["zh"].format(*values)
