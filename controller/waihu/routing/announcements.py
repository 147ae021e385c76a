"""What callers are told, in English and Chinese: pure texts. ``SpokenSounds`` makes sound of them.

Each function takes the language as ``zh`` or ``en``; any other is answered in English.
"""

CHINESE = "zh"
_SHORT_S = 45.0
_BY_MINUTES, _BY_FIVES = 10, 30  # minutes: up to here one by one, up to there in fives


def said_minutes(wait_s: float) -> int:
    """Return an expected wait in the steps in which it is said.

    Args:
        wait_s: Seconds, >= 0.
    Returns:
        Minutes: 0 for less than one, 1 to 10, then 15, 20, 25 and 30, which stands for every longer one.
    """
    if wait_s < _SHORT_S:
        return 0
    minutes = max(1, int(wait_s / 60 + 0.5))
    return minutes if minutes <= _BY_MINUTES else min(_BY_FIVES, max(_BY_MINUTES, 5 * int(wait_s / 300 + 0.5)))


def place_in_line(position: int, language: str) -> str:
    """Return how far in front somebody is; ``position`` counts from 1."""
    if language == CHINESE:
        return f"你是第{position}位"
    return "You are next in line." if position == 1 else f"You are number {position} in line."


def expected_wait(wait_s: float, language: str) -> str:
    """Return how long somebody will wait, as well as that is known; seconds, >= 0."""
    minutes = said_minutes(wait_s)
    if language == CHINESE:
        return _expected_in_chinese(minutes, wait_s)
    if minutes == 0:
        return "The estimated wait is less than one minute."
    if minutes == _BY_FIVES and wait_s > _BY_FIVES * 60:
        return f"The estimated wait is more than {minutes} minutes."
    return f"The estimated wait is {minutes} {'minute' if minutes == 1 else 'minutes'}."


def _expected_in_chinese(minutes: int, wait_s: float) -> str:
    if minutes == 0:
        return "预计等待不到1分钟"
    longer = minutes == _BY_FIVES and wait_s > _BY_FIVES * 60
    return f"预计等待{minutes}分钟{'以上' if longer else ''}"


def position_and_wait(position: int, wait_s: float | None, language: str) -> str:
    """Return both in one announcement; the wait is left out where nobody can tell (None)."""
    place = place_in_line(position, language)
    if wait_s is None:
        return f"{place}。" if language == CHINESE else place
    wait = expected_wait(wait_s, language)
    return f"{place}，{wait}。" if language == CHINESE else f"{place} {wait}"


def welcome(company: str, language: str) -> str:
    """Return what a caller hears first."""
    if language == CHINESE:
        return f"您好，欢迎致电{company}。"
    return f"Welcome to {company}."


def recording_notice(language: str) -> str:
    """Return what has to be said before a call is recorded."""
    if language == CHINESE:
        return "为了保证服务质量，本次通话将被录音。"
    return "This call will be recorded to maintain the quality of our service."


def callback_offer(key: str, language: str) -> str:
    """Return the offer to be called back in turn instead of waiting; ``key`` accepts it."""
    if language == CHINESE:
        return f"如果您不想继续等待，请按{key}，轮到您时我们会给您回电。"
    return f"If you would rather not wait, press {key}: you keep your place, and we call you back when it is your turn."


def callback_accepted(language: str) -> str:
    """Return what is said to who has accepted the offer, before the call ends."""
    if language == CHINESE:
        return "好的，轮到您时我们会给您回电，再见。"
    return "Thank you. We will call you back when it is your turn. Goodbye."


def all_busy(language: str) -> str:
    """Return what is said in the end to whom nobody could take."""
    if language == CHINESE:
        return "坐席正忙，请您稍后再拨。谢谢，再见。"
    return "All of our staff are still busy. We are sorry. Please call again later. Goodbye."


def after_hours(language: str) -> str:
    """Return what is said to who calls when nobody works."""
    if language == CHINESE:
        return "您好，现在不是我们的工作时间，请您在工作时间来电。谢谢，再见。"
    return "Thank you for your call. We are closed at the moment. Please call again during our opening hours. Goodbye."


def wrong_key(language: str) -> str:
    """Return what is said after a key that means nothing."""
    if language == CHINESE:
        return "按键无效。"
    return "That is not one of the choices."
