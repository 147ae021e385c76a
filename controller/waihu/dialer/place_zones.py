"""Time zones of places: states and postcodes of the United States, and the countries of one clock.

Where a state or a postcode lies in two zones both are named; a callee is then called only when both allow it.
"""

import re
from collections.abc import Iterable, Mapping

_EAST, _CENTRAL, _MOUNTAIN, _PACIFIC = "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"
_PHOENIX, _BOISE, _DETROIT = "America/Phoenix", "America/Boise", "America/Detroit"
_INDIANA, _ALASKA, _ADAK, _HAWAII = ("America/Indiana/Indianapolis", "America/Anchorage", "America/Adak",
                                     "Pacific/Honolulu")  # fmt: skip
_PUERTO_RICO, _VIRGIN_ISLANDS, _GUAM, _SAMOA = ("America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam",
                                                "Pacific/Pago_Pago")  # fmt: skip

_ONE_CLOCK = {"86": ("Asia/Shanghai",), "44": ("Europe/London",)}
"""By calling code: wherever in the country somebody lives, it is the same time."""

_STATES: Mapping[tuple[str, ...], str] = {
    (_EAST,): "CT DC DE GA MA MD ME NC NH NJ NY OH PA RI SC VA VT WV",
    (_CENTRAL,): "AL AR IA IL LA MN MO MS OK WI",
    (_MOUNTAIN,): "CO MT NM UT WY",
    (_PACIFIC,): "CA WA",
    (_EAST, _CENTRAL): "FL KY TN",
    (_INDIANA, _CENTRAL): "IN",
    (_DETROIT, _CENTRAL): "MI",
    (_CENTRAL, _MOUNTAIN): "KS ND NE SD TX",
    (_PHOENIX, _MOUNTAIN): "AZ",  # the Navajo Nation moves its clocks
    (_BOISE, _PACIFIC): "ID OR",
    (_PACIFIC, _MOUNTAIN): "NV",
    (_ALASKA, _ADAK): "AK",
    (_HAWAII,): "HI",
    (_PUERTO_RICO,): "PR",
    (_VIRGIN_ISLANDS,): "VI",
    (_GUAM,): "GU MP",
    (_SAMOA,): "AS",
}
_BY_STATE = {state: zones for zones, states in _STATES.items() for state in states.split()}

_NAMES = (
    "alabama AL, alaska AK, americansamoa AS, arizona AZ, arkansas AR, california CA, colorado CO, connecticut "
    "CT, delaware DE, districtofcolumbia DC, florida FL, georgia GA, guam GU, hawaii HI, idaho ID, illinois IL, "
    "indiana IN, iowa IA, kansas KS, kentucky KY, louisiana LA, maine ME, maryland MD, massachusetts MA, michigan "
    "MI, minnesota MN, mississippi MS, missouri MO, montana MT, nebraska NE, nevada NV, newhampshire NH, "
    "newjersey NJ, newmexico NM, newyork NY, northcarolina NC, northdakota ND, northernmarianaislands MP, ohio "
    "OH, oklahoma OK, oregon OR, pennsylvania PA, puertorico PR, rhodeisland RI, southcarolina SC, southdakota "
    "SD, tennessee TN, texas TX, utah UT, vermont VT, virginia VA, virginislands VI, washington WA, washingtondc "
    "DC, westvirginia WV, wisconsin WI, wyoming WY"
)
_BY_NAME = dict(pair.split() for pair in _NAMES.split(", "))

# First three digits of a ZIP code, from and to, and the state. The narrower spans below overrule them.
_ZIP_STATES = (
    "006-007 PR, 008-008 VI, 009-009 PR, 005-005 NY, 010-027 MA, 028-029 RI, 030-038 NH, 039-049 ME, 050-059 VT, "
    "060-069 CT, 070-089 NJ, 100-149 NY, 150-196 PA, 197-199 DE, 200-205 DC, 206-219 MD, 220-246 VA, 247-268 WV, "
    "270-289 NC, 290-299 SC, 300-319 GA, 320-349 FL, 350-369 AL, 370-385 TN, 386-397 MS, 398-399 GA, 400-427 KY, "
    "430-459 OH, 460-479 IN, 480-499 MI, 500-528 IA, 530-549 WI, 550-567 MN, 570-577 SD, 580-588 ND, 590-599 MT, "
    "600-629 IL, 630-658 MO, 660-679 KS, 680-693 NE, 700-714 LA, 716-729 AR, 730-749 OK, 750-799 TX, 800-816 CO, "
    "820-831 WY, 832-838 ID, 840-847 UT, 850-865 AZ, 870-884 NM, 885-885 TX, 889-898 NV, 900-961 CA, 967-968 HI, "
    "969-969 GU, 970-979 OR, 980-994 WA, 995-999 AK"
)
_ZIP_ZONES: Mapping[tuple[str, ...], str] = {
    (_EAST,): "320-323 326-349 375-379 403-419",
    (_CENTRAL,): "325-325 370-372 380-385 420-420 422-424 570-574 580-585 660-676 680-689 750-797",
    (_DETROIT,): "480-497",
    (_INDIANA,): "460-462 465-474 478-478",
    (_MOUNTAIN,): "577-577 693-693 798-799 885-885",
    (_PHOENIX,): "850-859 863-864",
    (_BOISE,): "832-834 836-837",
    (_PACIFIC,): "889-897 970-978",
    (_ALASKA,): "997-999",
}
_ZIP = re.compile(r"(\d{4,5})(?:[- ]\d{4})?(?:\.0)?")  # spreadsheets eat a leading zero and add a decimal point
_SIGNS = re.compile(r"[^a-z]")


def _ranges(text: str) -> Iterable[int]:
    for part in text.split():
        first, last = part.split("-")
        yield from range(int(first), int(last) + 1)


def _by_zip() -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for entry in _ZIP_STATES.split(", "):
        span, state = entry.split()
        found |= dict.fromkeys(_ranges(span), _BY_STATE[state])
    for zones, spans in _ZIP_ZONES.items():
        found |= dict.fromkeys(_ranges(spans), zones)
    return found


_BY_ZIP = _by_zip()


def zones_of_place(calling_code: str, region: str, postcode: str) -> tuple[str, ...]:
    """Return the zones a state and a postcode lie in; none where they say nothing that is known here.

    Args:
        calling_code: Of the number, without ``+``: in which country the place is looked for.
        region: "FL", "Florida" or "US-FL"; the last counts whatever the number is.
        postcode: A ZIP code, with or without its last four digits.
    """
    in_america = calling_code == "1"
    if not in_america and not region.upper().startswith("US-"):
        return _ONE_CLOCK.get(calling_code, ()) if region or postcode else ()
    code = _ZIP.fullmatch(postcode.strip())
    zones = _zones_of_state(region) + (_BY_ZIP.get(int(code[1]) // 100, ()) if code else ())
    return tuple(dict.fromkeys(zones))


def _zones_of_state(region: str) -> tuple[str, ...]:
    plain = _SIGNS.sub("", region.lower().removeprefix("us-"))
    return _BY_STATE.get(_BY_NAME.get(plain, plain.upper()), ())
