"""Why so many lines? The last decisions of a campaign's pacer, in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from waihu.store.campaigns import campaign_named
from waihu.store.pacing_log import latest_decisions
from waihu.store.store import Store
from waihu_models.campaign import Campaign, DialMode

_LIMITS = {
    "risk": (
        "one more would have found no agent with {risk}; up to {threshold} is risked",
        "再拨一路无坐席可接的概率为 {risk}，允许上限 {threshold}",
    ),
    "channels": ("all lines of trunk or campaign are in use", "中继或活动线路已用完"),
    "rate": ("the limit of calls per second is reached", "已达每秒呼叫上限"),
    "list": ("no more leads are ready", "没有可拨的名单"),
    "start": ("it has not learned enough yet for more lines per agent", "学习不足，暂不增加每坐席线路数"),
    "allowance": ("the allowance of drops is used up: one line per ready agent", "放弃额度已用完：每个空闲坐席一路"),
}
_TEXT = (
    "{done}: {ready} agents ready, {frees:.1f} more within 20 s; {lines} lines under way, {answers:.1f} answers "
    "expected of them; {limit}; {rate} drops aimed at",
    "{done}：空闲坐席 {ready}，约 20 秒内还有 {frees:.1f} 人空闲；"
    "在呼 {lines} 路，预计 {answers:.1f} 个接通；{limit}；目标放弃率 {rate}",
)


@dataclass(frozen=True, slots=True)
class WhyPacing:
    """The last decisions of one campaign, oldest first: rows of ``PacingRow``."""

    campaign: Campaign
    decisions: Sequence[RowMapping]

    def lines(self, lang: str = "en") -> Iterator[str]:
        """Return one line of text for each decision; times in the zone of this machine."""
        zh = lang == "zh"
        if self.campaign.mode is not DialMode.PREDICTIVE:
            mode = self.campaign.mode
            yield f"活动模式为 {mode}：不预测" if zh else f"the campaign's mode is {mode}: nothing is predicted"
        elif not self.decisions:
            yield "最近一天没有决策记录" if zh else "no decision was taken in the last day"
        for row in self.decisions:
            yield f"{row['at'].astimezone():%Y-%m-%d %H:%M:%S}  {in_words(row, zh=zh)}"


async def why_pacing(store: Store, name: str, limit: int) -> WhyPacing:
    """Return the last decisions of a campaign.

    Raises:
        NotFound: there is no campaign of this name.
        StoreError: the database cannot be read.
    """
    campaign = await campaign_named(store, name)
    return WhyPacing(campaign, (await latest_decisions(store, campaign.id, limit))[::-1])


def in_words(row: Mapping[str, Any] | RowMapping, *, zh: bool) -> str:
    """Say a decision, a row of ``PacingRow``, as people say it; when it was taken is left out."""
    said = {
        **row,
        "risk": f"{100 * row['risk']:.1f} %",
        "threshold": f"{100 * row['threshold']:.1f} %",
        "rate": f"{100 * row['rate']:.1f} %",
    }
    limit = _LIMITS[row["limited_by"]][zh].format(**said)
    done = f"拨 {row['dial']} 路" if zh else f"dialled {row['dial']}"
    if row["cancel"]:
        done += f"，取消 {row['cancel']} 路" if zh else f", gave up {row['cancel']}"
    return _TEXT[zh].format(done=done, limit=limit, **said)
