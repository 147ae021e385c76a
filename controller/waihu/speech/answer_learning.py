"""What a campaign learns of its answers: what is shipped, and what agents said of those they were given.

Agents only see answers that were passed on. A model that learnt from those alone would come to believe that machines
sound like people, since it meets only such machines. So nothing is learnt without a sample: of the answers taken for
machines some are passed on all the same, chosen by nothing that was heard, and each of them stands for as many as were
sent away for one that was checked (D. Horvitz and D. Thompson 1952).
"""

from collections.abc import Sequence

from waihu.speech.answer_model import AnswerModel, shipped_model
from waihu_models.detection import KnownAnswer

LEAST_ANSWERS = 50
LEAST_CHECKED = 10
"""With fewer the shipped model counts alone: a handful of answers says less than it does."""
MOST_WEIGHT = 50.0
"""No one answer stands for more than so many, however small the sample is."""


def check_drawn(call_id: str, share: float) -> bool:
    """Say whether a call is one of the share that is checked; the same of a call each time, and blind to its sound."""
    return int(call_id[-8:], 16) < share * 0x1_0000_0000


def learnt_model(answers: Sequence[KnownAnswer], checked: int) -> AnswerModel | None:
    """Return the shipped model with a campaign's own answers, the oldest first; None: there are too few of them.

    Args:
        answers: Of which an agent said what they were.
        checked: How many of them had been taken for machines.
    """
    if len(answers) < LEAST_ANSWERS or checked < LEAST_CHECKED:
        return None
    model = shipped_model()
    for one in answers:
        model = model.learnt(one.evidence, machine=one.machine, times=min(one.weight, MOST_WEIGHT))
    return model
