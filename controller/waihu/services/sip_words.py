"""What a final SIP answer means, and what to do about it. Source: RFC 3261 §21, RFC 8197 (607), RFC 8688 (608)."""

from waihu.services.words import Words

_MEANINGS = {
    0: Words("no answer came from the carrier", "运营商没有任何应答"),
    200: Words("answered", "已接听"),
    400: Words("the carrier could not read the request", "运营商无法解析请求"),
    401: Words("the carrier wants a name and password, or refuses ours", "运营商要求或拒绝了账号密码"),
    402: Words("the carrier wants payment: is there credit left?", "运营商要求付费：余额是否充足？"),
    403: Words(
        "the carrier does not allow it: caller id, destination or credit",
        "运营商不允许：请检查主叫号码、目的地或余额",
    ),
    404: Words(
        "the number does not exist, or is spelt in a way the carrier does not know",
        "号码不存在，或号码格式不被运营商识别",
    ),
    407: Words("the carrier wants a name and password, or refuses ours", "运营商要求或拒绝了账号密码"),
    408: Words("the far end did not answer in time", "对端未及时响应"),
    410: Words("the number is no longer in use", "号码已停用"),
    480: Words("the phone cannot be reached now, or nobody answered", "电话暂时无法接通，或无人接听"),
    484: Words("digits are missing", "号码位数不足"),
    486: Words("busy", "忙线"),
    487: Words("given up before it was answered", "接听前已取消"),
    488: Words("no codec in common with the carrier", "与运营商没有共同的编码"),
    500: Words("the carrier has a fault", "运营商内部错误"),
    502: Words("the carrier's own partner has a fault", "运营商的上游出现故障"),
    503: Words(
        "the carrier cannot take the call: too many at once, or out of service", "运营商无法承接：并发过高或停止服务"
    ),
    504: Words("the carrier's own partner did not answer in time", "运营商的上游响应超时"),
    600: Words("busy everywhere", "全忙"),
    603: Words("declined by the callee or the carrier", "被叫或运营商拒绝"),
    604: Words("the number does not exist anywhere", "号码不存在"),
    607: Words("the callee does not want such calls", "被叫标记为骚扰来电"),
    608: Words("an analytics service has rejected the call as unwanted", "来电被分析服务判定为骚扰并拒绝"),
}


def meaning_of(code: int) -> Words:
    """Return what a final SIP code means."""
    if code in _MEANINGS:
        return _MEANINGS[code]
    if 500 <= code < 600:
        return Words("the carrier could not carry the call", "运营商未能承接该呼叫")
    return Words("refused", "被拒绝")
