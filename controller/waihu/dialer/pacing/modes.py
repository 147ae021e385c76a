"""Which pacer a dial mode gets."""

from waihu.dialer.pacing.contract import Pacer, PacerConfig
from waihu.dialer.pacing.predictive import PredictivePacer
from waihu.dialer.pacing.simple import PreviewPacer, ProgressivePacer, RatioPacer
from waihu_models.campaign import DialMode


def pacer_for(mode: DialMode, config: PacerConfig, lines_per_agent: float) -> Pacer:
    """Return the pacer of a dial mode."""
    match mode:
        case DialMode.PREVIEW:
            return PreviewPacer(config)
        case DialMode.PROGRESSIVE:
            return ProgressivePacer(config)
        case DialMode.RATIO:
            return RatioPacer(config, lines_per_agent)
        case DialMode.PREDICTIVE:
            return PredictivePacer(config)
