"""What a pasted error says about itself: its code, its message, and the ids that stand in it. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

LONGEST = 20_000

_BOTO = re.compile(
    r"An error occurred \((?:oauth:)?([\w.-]+)\)"
    r"(?: when calling the ([\w:.-]+) operation(?: \([^)]{0,80}\))?)?: ?(.*)"
)
_TYPED = re.compile(r"[\"'](?:__type|code|Code|name|errorType)[\"']\s*:\s*[\"'](?:[\w.]*[.#])?(\w+)[\"']")
_OAUTH = re.compile(r"[\"']error[\"']\s*:\s*[\"'](\w+)[\"']")
_XML = re.compile(r"<Code>(\w+)</Code>")
_JAVA = re.compile(r"Error Code: (\w+)")
_NAMED = re.compile(r"(?:^|[\s.:$(])([A-Z]\w{3,60}(?:Exception|Error|Failure))\b[\])]?(?:: ?([^\n]*))?")
_SAID = (
    re.compile(r"[\"'](?:message|Message|errorMessage|error_description)[\"']\s*:\s*\"((?:[^\"\\]|\\.){0,2000})"),
    re.compile(r"<Message>([^<]{0,2000})"),
)
# Where other SDKs and logs name the operation: Go, PHP, JavaScript, Java, CloudTrail, the request's own header.
_OPERATIONS = (
    re.compile(r"operation error Cognito Identity(?: Provider)?: (\w{3,60})"),
    re.compile(r"Error executing \"(\w{3,60})\""),
    re.compile(r"\bde_(\w{3,60}?)CommandError\b"),
    re.compile(r"\bdeserializeAws_json1_1(\w{3,60}?)CommandError\b"),
    re.compile(r"(?i)AWSCognitoIdentity(?:Provider)?Service\.(\w{3,60})"),
    re.compile(r"[\"']eventName[\"']\s*:\s*[\"'](\w{3,60})[\"']"),
)
_ESCAPED = {'\\"': '"', "&quot;": '"', "&#39;": "'", "&amp;": "&", "&lt;": "<", "&gt;": ">"}
_TRACE = re.compile(r"(?<!\s)\s{2,}at \S.*|\s\((?:Service|Request ID): .*|[\u2028\u2029].*", re.DOTALL)
_ADDRESS = re.compile(r"[a-zA-Z][\w+.-]{1,30}:/{1,3}[^\s\"'<>]+|[?#][\w%.-]+=[^\s\"'<>]+")
_REQUEST_ID = re.compile(r"(?i)request[ _-]?id[\"']?\s*[:=]?\s*[\"']?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_REGION = r"[a-z]{2}(?:-[a-z]{2,9}){1,3}-\d"
_POOL = re.compile(rf"(?<![\w-])({_REGION}_[0-9A-Za-z]{{1,55}})")
_IDENTITY_POOL = re.compile(rf"(?<![\w-])({_REGION}:{_GUID})")
_DOMAIN = re.compile(rf"https://([a-z0-9-]{{1,63}})\.auth(?:-fips)?\.{_REGION}\.amazoncognito\.com")
# A domain of somebody's own, by the paths that only a sign-in page has; the sandbox has each domain below a path.
_OWN_DOMAIN = re.compile(r"https://([a-z0-9-]+(?:\.[a-z0-9-]+){1,8})/(?:oauth2/|login\?|logout\?|error\?|signup\?)")
_SANDBOX_DOMAIN = re.compile(r"https?://(?:localhost|127\.0\.0\.1)(?::\d+)?/_hosted/([a-z0-9-]{1,63})/")
_CLIENT = re.compile(r"(?i)client[ _-]?(?:id)?[\"']?\s*[:= ]\s*[\"']?([0-9a-z]{20,128})\b")
_FLOW = re.compile(r"\b((?:ADMIN_)?(?:USER|CUSTOM|NO_SRP|REFRESH_TOKEN)(?:_(?:SRP|PASSWORD))?_AUTH)\b")
_USERNAME = re.compile(r"(?i)(?:--username |[\"']?username[\"']?\s*[:=]\s*)[\"']?([^\s\"',;}&]{1,128})")
# A user by the words of Cognito and its emulators; “User pool …” and “User account already exists” are about none.
_SAID_USER = re.compile(
    r"\b[Uu]ser:? [\"'“]?(?!pool\b|account\b|client\b|does\b|is\b|not\b|already\b)([^\s\"'“”]{1,128})[\"'”]? "
    r"(?:does not exist|doesn't exist|not found|was not found|already exists|is not confirmed|is disabled)"
)
_MAIL = re.compile(r"(?<![\w.+%@/-])[\w.+%-]{1,64}@[\w-]+(?:\.[\w-]+)+")
_ROLE = re.compile(r"(arn:aws[\w-]*:(?:iam|sts)::\d*:(?:assumed-)?role/[\w+=,.@/-]+)")
_ACTION = re.compile(r"not authorized to perform: ?([\w-]+:\w+)")
_SCOPE = re.compile(r"(?i)invalid scopes? requested: ?([^\s\"',]+)")
_TOKEN = re.compile(r"eyJ[\w-]{6,}+(?:\.[\w-]*+){1,4}")
_DOMAINS = (_DOMAIN, _SANDBOX_DOMAIN, _OWN_DOMAIN)
_WRAPPERS = frozenset(
    {"ClientError", "BotoCoreError", "Error", "AmplifyError", "ServiceException", "SdkClientException"}
)


@dataclass(frozen=True, slots=True)
class Clues:
    """What was found; "" or () where nothing was. `message` is AWS's own text, without tokens."""

    code: str = ""
    message: str = ""
    operation: str = ""
    request_id: str = ""
    pool_id: str = ""
    client_id: str = ""
    username: str = ""
    identity_pool_id: str = ""
    redirect_uri: str = ""
    logout_uri: str = ""
    scopes: tuple[str, ...] = ()
    provider: str = ""
    response_type: str = ""
    auth_flow: str = ""
    role_arn: str = ""
    action: str = ""
    domain: str = ""


def shorten(text: str) -> str:
    """What is read of a text: all, or its beginning and its end, where the error of a long trace stands."""
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2 - 2
    return f"{text[:half]}\n…\n{text[-half:]}"


def find_clues(text: str, known_codes: Iterable[str] = ()) -> Clues:
    """Read any text: a line of the CLI, a stack trace, an address with ?error=, JSON, XML, HTML. Never raises."""
    shown = _TOKEN.sub("(a token)", _unescaped(shorten(text)))
    asked = _parameters(shown)
    code, operation, message = _code(shown, asked, frozenset(known_codes))
    operation = operation or next((found for each in _OPERATIONS if (found := _first(each, shown))), "")
    scopes = asked.get("scope", "").split() or _SCOPE.findall(shown)
    return Clues(
        code=code,
        message=_TRACE.sub("", message).strip(),
        operation=operation,
        request_id=_first(_REQUEST_ID, shown),
        pool_id=_first(_POOL, shown),
        client_id=asked.get("client_id", "") or _first(_CLIENT, shown),
        username=asked.get("username", "") or asked.get("login_hint", "") or _username(shown, message),
        identity_pool_id=_first(_IDENTITY_POOL, shown),
        redirect_uri=asked.get("redirect_uri", ""),
        logout_uri=asked.get("logout_uri", ""),
        scopes=tuple(scopes),
        provider=asked.get("identity_provider", ""),
        response_type=asked.get("response_type", ""),
        auth_flow=_first(_FLOW, shown),
        role_arn=_first(_ROLE, shown),
        action=_first(_ACTION, shown),
        domain=next((name for each in _DOMAINS if (name := _first(each, shown))), ""),
    )


def _unescaped(text: str) -> str:
    """JSON within JSON and the source of a page, as the text that was meant."""
    for written, meant in _ESCAPED.items():
        text = text.replace(written, meant)
    return text


def _code(text: str, asked: dict[str, str], known: frozenset[str]) -> tuple[str, str, str]:
    """Code, operation and message, as far as the text has them."""
    if boto := _BOTO.search(text):
        return boto[1], (boto[2] or "").rpartition(":")[2], boto[3]
    if error := asked.get("error"):
        description = asked.get("error_description", "")
        return ("", "", f"{error} {description}".strip()) if " " in error else (error, "", description)
    said = next((found[1] for pattern in _SAID if (found := pattern.search(text))), "")
    for pattern in (_OAUTH, _TYPED, _XML):
        if (found := pattern.search(text)) and found[1] not in _WRAPPERS:
            return found[1], "", said or text
    named = [found for found in _NAMED.finditer(text) if found[1] not in _WRAPPERS]
    if named:
        best = next((found for found in named if found[1] in known), named[0])
        return _first(_JAVA, text) or best[1], "", (best[2] or "").strip() or said or text
    word = next((word for word in re.findall(r"[A-Za-z_]\w*", text) if word in known), "")
    return word, "", said or text


def _parameters(text: str) -> dict[str, str]:
    """The query and fragment parameters of every address in the text; the first one says what counts."""
    found: dict[str, str] = {}
    for address in _ADDRESS.findall(text):
        try:
            parts = urlsplit(address)
            pairs = [*parse_qs(parts.query).items(), *parse_qs(parts.fragment).items()]
        except ValueError:
            continue
        for name, values in pairs:
            found.setdefault(name, values[0])
    return found


def _username(text: str, message: str) -> str:
    """Whom it is about: as a parameter has it, as the message says, or the one address that stands in the message."""
    named = _first(_USERNAME, text) or _first(_SAID_USER, text)
    addresses = set(_MAIL.findall(message)) if not named and len(message) < len(text) else set()
    return named or (addresses.pop() if len(addresses) == 1 else "")


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found.group(1) if found else ""
