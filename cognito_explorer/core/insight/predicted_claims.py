"""The claims of a predicted token, each with its source, beside those of a token that was really issued. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from cognito_explorer.core.auth.tokens import DecodedToken
from cognito_explorer.core.insight.claim_origins import ClaimOrigin, origins_of
from cognito_explorer.core.insight.claims import as_text, claims_of, meaning_of
from cognito_explorer.core.insight.pool_facts import PoolFacts
from cognito_explorer.core.insight.token_preview import DRAWN, Preview, PreviewRequest, scopes_asked, why_hidden

Kind = Literal["id", "access"]
Held = Literal["", "same", "other value", "not in it", "in it alone", "in neither"]

_STAYS_OUT = "stays out"
# Whatever else a sign-in brings along; no setting says it.
_OF_THE_SIGN_IN = DRAWN | {"device_key", "acr", "amr"}


@dataclass(frozen=True, slots=True)
class Prediction:
    """What was asked and what came of it: `plain` without the pool's function, `final` with it where it was invoked.

    `facts` say where each claim comes from.
    """

    request: PreviewRequest
    plain: Preview
    final: Preview
    facts: PoolFacts

    def claims(self, kind: Kind) -> dict[str, Any]:
        """The claims of one of the tokens; {} where it is not issued."""
        return self.final.identity if kind == "id" else self.final.access

    @property
    def has_asked(self) -> bool:
        """Whether the pool's function had its say."""
        return self.final is not self.plain


@dataclass(frozen=True, slots=True)
class PredictedClaim:
    """One claim. `text` is "" where it stays out; `held` is what the issued token has, "" without one."""

    name: str
    text: str
    comes_from: str
    why: str
    meaning: str
    held: Held = ""
    issued: str = field(default="", repr=False)

    @property
    def stays_out(self) -> bool:
        """Whether the predicted token is without it."""
        return self.comes_from == _STAYS_OUT

    @property
    def differs(self) -> bool:
        """Whether the issued token says otherwise."""
        return self.held in ("other value", "not in it", "in it alone")


def predicted_claims(
    prediction: Prediction, kind: Kind, issued: Mapping[str, Any] | None = None
) -> tuple[PredictedClaim, ...]:
    """The claims of a predicted token, then those that stay out, with the reasons.

    `issued` are a real token's claims: ids and times, which every sign-in draws anew, are not held against it. What
    differs from them stands first.
    """
    claims = prediction.claims(kind)
    token = DecodedToken(kind, "", {}, claims)
    origins = origins_of(token, prediction.facts)
    before = prediction.plain.identity if kind == "id" else prediction.plain.access
    rows = []
    for claim in claims_of(token):
        origin = origins[claim.name]
        if prediction.has_asked and (claim.name not in before or before[claim.name] != claim.value):
            origin = _of_function(prediction)
        held, other = _held(claim.name, claim.value, issued)
        rows.append(PredictedClaim(claim.name, claim.text, origin.comes_from, origin.why, claim.meaning, held, other))
    absent = _absent(prediction, kind, before)
    if issued is not None:
        only = [name for name in issued if name not in claims and name not in _OF_THE_SIGN_IN]
        absent |= {name: "Nothing in the pool's settings brings it in." for name in only if name not in absent}
    rows += [_out(name, why, token, issued) for name, why in absent.items()]
    return tuple(sorted(rows, key=lambda row: not row.differs))


def difference_in_words(rows: tuple[PredictedClaim, ...]) -> str:
    """How a predicted token differs from the issued one, in a sentence; "" where none was held against it."""
    if not any(row.held for row in rows):
        return ""
    names = [row.name for row in rows if row.differs]
    if not names:
        return "The token that was really issued says the same, besides ids and times."
    verb = "differs" if len(names) == 1 else "differ"
    return f"{', '.join(names[:8])}{' …' if len(names) > 8 else ''} {verb} from the token that was really issued."


def is_comparable(prediction: Prediction, issued: DecodedToken) -> bool:
    """Whether a real token is of the same kind of token, user and client as the predicted one."""
    claims = prediction.claims("id" if issued.kind == "id" else "access")
    client = claims.get("aud") if issued.kind == "id" else claims.get("client_id")
    return issued.claims.get("sub") == claims.get("sub") and issued.client_id == client


def _of_function(prediction: Prediction) -> ClaimOrigin:
    trigger = prediction.request.trigger
    name, event = (trigger.name, trigger.version) if trigger is not None else ("the function", "")
    return ClaimOrigin("pre-token trigger", f"{name} (event {event}) decided so when it was invoked just now.")


def _absent(prediction: Prediction, kind: Kind, before: Mapping[str, Any]) -> dict[str, str]:
    """The claims that stay out, by name, each with the reason."""
    claims, request = prediction.claims(kind), prediction.request
    found: dict[str, str] = {}
    if kind == "id" and request.user is not None and claims:
        for name in request.user.attributes:
            reason = why_hidden(request.client, name, scopes_asked(request))
            if name not in claims and reason:
                found[name] = reason
    taken = [name for name in before if name not in claims]
    return found | {name: _of_function(prediction).why for name in taken}


def _out(name: str, why: str, token: DecodedToken, issued: Mapping[str, Any] | None) -> PredictedClaim:
    if issued is None:
        return PredictedClaim(name, "", _STAYS_OUT, why, meaning_of(name, token))
    held: Held = "in it alone" if name in issued else "in neither"
    other = as_text(issued[name]) if name in issued else ""
    return PredictedClaim(name, "", _STAYS_OUT, why, meaning_of(name, token), held, other)


def _held(name: str, value: Any, issued: Mapping[str, Any] | None) -> tuple[Held, str]:
    if issued is None:
        return "", ""
    if name not in issued:
        return "not in it", ""
    other = issued[name]
    # Python takes 1 for True; a verifier does not.
    is_same = type(other) is type(value) and other == value
    return ("same" if is_same else "other value"), as_text(other)
