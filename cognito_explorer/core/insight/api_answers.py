"""What an API's answer to a token says: by its status, WWW-Authenticate, AWS's own headers and messages. Pure.

Sources: RFC 6750, section 3 (Bearer); API Gateway developer guide, "Troubleshooting issues with HTTP API JWT
authorizers" and "Gateway response types"; AWS re:Post, "401 Unauthorized errors from an API Gateway REST API endpoint";
Elastic Load Balancing, AuthenticateCognitoActionConfig and "Verify JWTs using an Application Load Balancer".
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from cognito_explorer.core.auth.live_check import LiveResult
from cognito_explorer.core.aws.http import HttpAnswer
from cognito_explorer.core.durations import in_words

Verdict = Literal["taken", "refused", "elsewhere", "unclear"]

_LONGEST = 300
_REFRESH = " Refresh."
_EXPIRED = re.compile(r"\bexp(?:ired)?\b", re.IGNORECASE)
_PARAMETER = re.compile(r'([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """Whether the token was taken, in a few words, the reasons in sentences, and who seems to have answered, or ""."""

    verdict: Verdict
    title: str
    reasons: tuple[str, ...]
    who: str = ""


def explain_answer(result: LiveResult, left: timedelta | None = None) -> ApiAnswer:
    """What an answer says of the token. Every text of the answer's own is shortened and never interpreted.

    `left`: how long the token is valid yet by the reader's clock; None where that is over or not known.
    """
    answer = result.answer
    verdict = _verdict(answer.status)
    challenged = tuple(_by_challenge(answer))
    # What is in the body says less than the challenge does.
    more = () if "error=" in answer.headers.get("www-authenticate", "") else _by_message(answer)
    reasons = tuple(dict.fromkeys((*challenged, *_by_error_type(answer), *more)))
    if left is not None:
        reasons = _doubted(answer, reasons, left)
    return ApiAnswer(verdict, _title(answer.status, verdict), reasons or _by_status(result), who_answered(answer))


def _doubted(answer: HttpAnswer, reasons: tuple[str, ...], left: timedelta) -> tuple[str, ...]:
    """An answer that calls the token expired is repeated as what it is: the server's word."""
    _, said = challenge_of(answer.headers.get("www-authenticate", ""))
    if not any(_EXPIRED.search(each) for each in (said.get("error_description", ""), message_of(answer))):
        return reasons
    kept = [each.removesuffix(_REFRESH) for each in reasons if each != _DESCRIPTIONS["expired"]]
    words = f"The server says expired; by this clock it has {in_words(left)} left: look at the server's clock, or at"
    return (*kept, f"{words} which token it got.")


def who_answered(answer: HttpAnswer) -> str:
    """Which service the answer's headers speak of, or ""."""
    for name, who in _WHO.items():
        if name in answer.headers:
            return who
    return "a load balancer (ALB)" if answer.headers.get("server", "").startswith("awselb") else ""


def challenge_of(header: str) -> tuple[str, dict[str, str]]:
    """The scheme and the parameters of a WWW-Authenticate header (RFC 9110, section 11.6.1)."""
    scheme, _, rest = header.strip().partition(" ")
    found = {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(rest[:4_000])}
    return scheme.lower(), found


def _verdict(status: int) -> Verdict:
    if 200 <= status < 300:
        return "taken"
    if status in (401, 403):
        return "refused"
    return "elsewhere" if 300 <= status < 400 else "unclear"


def _title(status: int, verdict: Verdict) -> str:
    return f"{status}: {_TITLES[verdict]}"


def _by_challenge(answer: HttpAnswer) -> Iterator[str]:
    header = answer.headers.get("www-authenticate", "")
    if not header:
        return
    scheme, said = challenge_of(header)
    if scheme != "bearer":
        yield f"It wants the scheme {scheme[:40]}, not Bearer (WWW-Authenticate)."
        return
    error, description = said.get("error", ""), said.get("error_description", "")[:_LONGEST]
    if error:
        yield f"WWW-Authenticate says {error[:60]}{f': {description}' if description else ''}."
    else:
        yield "WWW-Authenticate names no error: it has not seen a token at all. Is it sent in the right header?"
    yield from (why for word, why in _DESCRIPTIONS.items() if word in description.lower())
    if error == "insufficient_scope":
        wanted = said.get("scope", "")[:_LONGEST]
        yield f"The token lacks a scope{f': one of {wanted} is wanted' if wanted else ''}."


def _by_error_type(answer: HttpAnswer) -> Iterator[str]:
    # AppSync and others write the namespace or an address behind it.
    kind = re.split(r"[:#]", answer.headers.get("x-amzn-errortype", ""))[0]
    if kind in _ERROR_TYPES:
        yield f"x-amzn-errortype is {kind}: {_ERROR_TYPES[kind]}"


def _by_message(answer: HttpAnswer) -> Iterator[str]:
    message = message_of(answer)
    if not message:
        return
    lowered = message.lower()
    for words, why in _MESSAGES.items():
        if words in lowered:
            yield f"“{message[:_LONGEST]}”: {why}"
            return
    if answer.status >= 400:
        yield f"It says “{message[:_LONGEST]}”."


def message_of(answer: HttpAnswer) -> str:
    """The message in an answer of JSON: API Gateway's, AppSync's or OAuth's; "" where there is none."""
    try:
        found = json.loads(answer.text)
    except (ValueError, RecursionError):
        return ""
    return next(_messages_in(found), "") if isinstance(found, dict) else ""


def _messages_in(found: Mapping[str, object]) -> Iterator[str]:
    errors = found.get("errors")
    rows = [found, *(errors if isinstance(errors, list) else [])]
    for row in rows:
        if isinstance(row, dict):
            yield from (
                value for name in ("message", "Message", "error_description") if isinstance(value := row.get(name), str)
            )


def _by_status(result: LiveResult) -> tuple[str, ...]:
    status = result.answer.status
    if 200 <= status < 300:
        if result.again:
            return (_AGAIN[result.again],)
        if not result.without:
            return ("It was not asked again without the token: a POST may do something each time.",)
        if 200 <= result.without < 300:
            return (f"Without any token it answers {result.without}, too: nobody looks at the token here.",)
        return (f"Without a token it answers {result.without}: it was the token that opened it.",)
    if 300 <= status < 400:
        target = result.answer.headers.get("location", "")[:_LONGEST]
        return (f"It leads on to {target or 'nowhere'}; that was not followed, and the token not sent there.", _LOGIN)
    return (_STATUS.get(status, _STATUS.get(status // 100 * 100, "It says no more.")),)


_AGAIN = {
    "asking": "It is asked once more, without the token: then it is known whether the token is looked at.",
    "unanswered": "Without the token it did not answer: whether the token is looked at is not known.",
    "stopped": "You stopped it before it answered without the token: whether the token is looked at is not known.",
}
_TITLES: dict[Verdict, str] = {
    "taken": "it was let in.",
    "refused": "it was refused.",
    "elsewhere": "it leads elsewhere.",
    "unclear": "the answer is not about the token.",
}
_WHO = {
    "apigw-requestid": "an HTTP API of API Gateway",
    "x-amz-apigw-id": "a REST API of API Gateway",
    "x-amzn-appsync-tokensconsumed": "AppSync",
    "x-amz-cf-id": "CloudFront, or what is behind it",
}
_LOGIN = "Load balancers with authenticate-cognito and web sites send people to sign in like this: no token is read."
_DESCRIPTIONS = {
    "audience": "aud, or client_id where there is no aud, must be in the authorizer's audience.",
    "expired": "exp is over: refresh.",
    "issuer": "iss must be the authorizer's issuer, character by character.",
    "signature": "The signature does not fit the issuer's keys.",
    "kid": "The issuer's key set has no key of this kid.",
}
_ERROR_TYPES = {
    "UnauthorizedException": "the authorizer refused the token: expired, of another pool, or of the wrong kind.",
    "AccessDeniedException": "the authorizer knew the caller and denied the request by its policy.",
    "ExpiredTokenException": "the credentials have expired.",
    "ForbiddenException": "a resource policy, a missing API key or a web ACL kept the request out.",
    "IncompleteSignatureException": "this route is guarded by IAM and reads Authorization as a signature.",
    "InvalidSignatureException": "this route is guarded by IAM, and the request is not signed.",
    "MissingAuthenticationTokenException": "there is no such route or method, or it is guarded by IAM.",
    "UnrecognizedClientException": "this route is guarded by IAM.",
}
# The longer ones first: the first that occurs is told.
_MESSAGES = {
    "the incoming token has expired": "the REST API's Cognito authorizer looked at exp. Refresh.",
    "missing authentication token": "REST APIs say so of a route, stage or method that is not there.",
    "invalid key=value pair": "the route is guarded by IAM, not by a Cognito authorizer; or it is not there.",
    "authorization header requires 'credential'": "the route is guarded by IAM, not by a Cognito authorizer.",
    "explicit deny": "a Lambda authorizer or a resource policy denied it.",
    "user is not authorized to access this resource": "a Lambda authorizer denied it.",
    "valid authorization header not provided": "AppSync saw no token that it knows.",
    "not authorized to access": "AppSync let the token in; this field wants a group, an owner or another provider.",
    "you are not authorized to make this call": "AppSync refused the token: another pool, or its client expression.",
    "token has expired": "AppSync looked at exp. Refresh.",
    "unauthorized": "the authorizer refused the token. Without scopes on the method a REST API takes ID tokens alone,"
    " with scopes access tokens alone; HTTP APIs tell more in WWW-Authenticate.",
    "forbidden": "a scope is missing (HTTP API), or an API key, a web ACL or a resource policy kept it out.",
    "not found": "there is no such route.",
}
_STATUS = {
    401: "It says no more. Wrong kind of token, another pool or client, expired, or another header wanted.",
    403: "It says no more. The token was understood, and is not enough: a scope, a group or a policy.",
    404: "There is nothing at this address; whether the token would be taken, it does not tell.",
    405: "This address does not take this method; whether the token would be taken, it does not tell.",
    429: "Too many requests: try again later.",
    500: "The server failed. An authorizer that cannot be reached answers like this, too (AUTHORIZER_FAILURE).",
    504: "What is behind it did not answer in time: an authorizer let the token in.",
}
