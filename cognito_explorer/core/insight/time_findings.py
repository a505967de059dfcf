"""Findings about a token's times: held against AWS's clock where its difference to the local one is known."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from cognito_explorer.core.auth.clock_skew import ClockSkew
from cognito_explorer.core.auth.time_units import TIME_CLAIMS, WrongUnit, wrong_unit
from cognito_explorer.core.auth.tokens import DecodedToken, instant
from cognito_explorer.core.durations import in_words
from cognito_explorer.core.insight.claim_types import is_numeric_date
from cognito_explorer.core.insight.finding import Finding

# Clocks differ a little everywhere; AWS's own verifiers allow minutes.
SKEW = timedelta(minutes=2)
_LONG_AGO = timedelta(minutes=5)
# Closer than this a clock is right: the Date header has whole seconds only.
_RIGHT = timedelta(seconds=2)
_WHY_END = "After exp nobody should accept it; a lost token is worth nothing then."
_WHY_BEGINNING = "Before nbf nobody should accept it."
_WHY_SIGN_IN = "A refresh renews the claims, not the proof of who somebody is: what is delicate may ask for a new one."
_ITS_MAKER = "Look at what wrote it: a user pool writes its times as it should."
_WHY_CLOCK = "A clock that is wrong makes good tokens look expired, or expired ones good."
_AGAIN = "Refresh it or sign in again."
_NOT_COMPARED = "By this computer's clock, which was not compared with AWS's: that may see it otherwise."
_COUNT_SECONDS = "Have whatever writes it count seconds: JavaScript's Date.now() counts milliseconds."
_WHY_UNIT = "Read as seconds it lies in a time that nobody sees: it never ends, or has not begun."
_CHECKS = dict(zip(TIME_CLAIMS, ("expiry", "beginning", "issue time", "sign-in time"), strict=True))
_SET_CLOCK = "Let the system set its clock from the network."


def time_findings(token: DecodedToken, now: datetime, clock: ClockSkew | None) -> Iterator[Finding]:
    """Expiry, beginning, issue, sign-in and clock. `now` is the local clock's time, `clock` what it is held against."""
    correct = now + clock.ahead if clock is not None else now
    found = {
        "exp": _expiry(token, now, clock),
        "nbf": _not_before(token, correct),
        "iat": _issued(token, correct),
        "auth_time": _authenticated(token),
    }
    for name, finding in found.items():
        misread = wrong_unit(token.claims.get(name))
        told = finding if misread is None else _in_other_unit(name, misread)
        if told is not None:
            yield told
    if clock is not None:
        yield _clock(clock)


def _expiry(token: DecodedToken, local: datetime, clock: ClockSkew | None) -> Finding:
    expires_at = token.expires_at
    if expires_at is None:
        detail = "The exp claim is missing or no time."
        return Finding("bad", "The token does not say when it expires.", detail, "expiry", "exp", _WHY_END, _AGAIN)
    left = expires_at - (local + clock.ahead if clock is not None else local)
    if clock is not None and abs(left) <= clock.within:
        detail = f"The clocks were compared to within {_short(clock.within)}: it ends now, or did just before."
        return Finding("unknown", "It is about to expire.", detail, "expiry", "exp", _WHY_END, _AGAIN)
    doubt = _doubt(expires_at - local, left, clock)
    if left <= timedelta():
        return Finding("bad", f"Expired {in_words(left)} ago.", doubt, "expiry", "exp", _WHY_END, _AGAIN)
    return Finding("ok", f"Valid for {in_words(left)} more.", doubt, "expiry", "exp", _WHY_END)


def _in_other_unit(name: str, misread: WrongUnit) -> Finding:
    title = f"{name} is in {misread.unit}."
    return Finding("bad", title, misread.sentence, _CHECKS[name], name, _WHY_UNIT, _COUNT_SECONDS)


def _doubt(by_local: timedelta, left: timedelta, clock: ClockSkew | None) -> str:
    """Whose clock decided, where another would have decided otherwise or might have."""
    if clock is None:
        return _NOT_COMPARED if abs(left) <= SKEW else ""
    if (by_local <= timedelta()) == (left <= timedelta()):
        return ""
    otherwise = "has expired" if by_local <= timedelta() else f"is valid for {in_words(by_local)} more"
    whose = "AWS's clock" if clock.clock == "AWS" else f"the clock of {clock.clock}"
    return f"By {whose}. By this computer's, which is wrong, it {otherwise}."


def _not_before(token: DecodedToken, now: datetime) -> Finding | None:
    named: Any = token.claims.get("nbf")
    not_before = instant(named)
    if not_before is None and is_numeric_date(named) and named > 0:
        detail = "The nbf claim lies beyond the year 9999."
        return Finding("bad", "Not valid on any day to come.", detail, "beginning", "nbf", _WHY_BEGINNING, _ITS_MAKER)
    if not_before is None:
        return None
    if not_before <= now + SKEW:
        return Finding("ok", "It is valid already.", "", "beginning", "nbf", _WHY_BEGINNING)
    title = f"Not valid for another {in_words(not_before - now)}."
    detail = "The nbf claim lies in the future."
    return Finding("bad", title, detail, "beginning", "nbf", _WHY_BEGINNING, _SET_CLOCK)


def _issued(token: DecodedToken, now: datetime) -> Finding:
    why = "It tells how fresh groups and attributes in it are."
    issued_at, expires_at = instant(token.claims.get("iat")), token.expires_at
    if issued_at is None:
        detail = "The iat claim is missing or no time."
        title = "The token does not say when it was issued."
        return Finding("warn", title, detail, "issue time", "iat", why, _ITS_MAKER)
    if issued_at > now + SKEW:
        detail = "Either this computer's clock is slow or the issuer's is fast."
        title = f"Issued {in_words(issued_at - now)} in the future."
        return Finding("warn", title, detail, "issue time", "iat", _WHY_CLOCK, _SET_CLOCK)
    lifetime = (
        f"Its whole lifetime is {in_words(expires_at - issued_at)}." if expires_at and expires_at > issued_at else ""
    )
    return Finding("info", f"Issued {in_words(now - issued_at)} ago.", lifetime, "issue time", "iat", why)


def _authenticated(token: DecodedToken) -> Finding | None:
    signed_in_at, issued_at = instant(token.claims.get("auth_time")), instant(token.claims.get("iat"))
    if signed_in_at is None or issued_at is None or issued_at - signed_in_at < _LONG_AGO:
        return None
    detail = "Groups and attributes are as they were when it was refreshed."
    title = f"Refreshed {in_words(issued_at - signed_in_at)} after the sign-in."
    return Finding("info", title, detail, "sign-in time", "auth_time", _WHY_SIGN_IN)


def _clock(clock: ClockSkew) -> Finding:
    skew = clock.ahead
    if abs(skew) <= max(_RIGHT, clock.within):
        agree = _short(max(_RIGHT, clock.within))
        detail = f"The Date header of {clock.clock} and the local clock agree within {agree}."
        return Finding("ok", "The local clock is right.", detail, "clock", "", _WHY_CLOCK)
    way = "behind" if skew > timedelta() else "ahead of"
    title = f"The local clock is {in_words(skew)} {way} {_its(clock)}."
    detail = f"The times above are held against {_its(clock)}, known to within {_short(clock.within)}."
    return Finding("warn" if abs(skew) > SKEW else "info", title, detail, "clock", "", _WHY_CLOCK, _SET_CLOCK)


def _its(clock: ClockSkew) -> str:
    return "AWS's" if clock.clock == "AWS" else f"that of {clock.clock}"


def _short(length: timedelta) -> str:
    return f"{length.total_seconds():.1f} s" if length < timedelta(seconds=10) else in_words(length)
