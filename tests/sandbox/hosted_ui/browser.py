"""A browser without a window: cookies, redirects, forms."""

import base64
import hashlib
import secrets
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx

from tests.sandbox_fixture import NOBODY_TRUSTED, RunningSandbox

WEB = "3moonletterweb7k2q9v5d1h8s"
SERVER = "5moonletterserver2x8p4t6zc"
MACHINE = "7moonlettermachine1b9r3n5f"
POOL = "us-east-1_Moonlettr"
CALLBACK = "http://localhost:8400/callback"
PASSWORD = "Moonletter-2026"


class _Form(HTMLParser):
    """The first form of a page, and the text of its alert."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, str] = {}
        self.alert = ""
        self._is_in_alert = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action = found["action"]
        if tag == "input":
            self.fields[found["name"]] = found.get("value", "")
        self._is_in_alert = found.get("role") == "alert"

    def handle_data(self, data: str) -> None:
        if self._is_in_alert:
            self.alert += data

    def handle_endtag(self, tag: str) -> None:
        self._is_in_alert = False


def alert_of(page: httpx.Response) -> str:
    """What a page's alert says."""
    form = _Form()
    form.feed(page.text)
    return form.alert.strip()


class Browser:
    """Follows redirects as long as they stay in the sandbox."""

    def __init__(self, sandbox: RunningSandbox, domain: str = "moonletter") -> None:
        self.origin = sandbox.browser_origin
        self.base = f"{self.origin}/_hosted/{domain}"
        self.http = httpx.Client(follow_redirects=False, trust_env=False, verify=NOBODY_TRUSTED)

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def go(self, path: str, **query: str) -> httpx.Response:
        """Open a page, or end with the redirect that leaves the sandbox."""
        return self._follow(self.http.get(f"{self.base}/{path}", params=query))

    def submit(self, page: httpx.Response, action: str = "", **typed: str) -> httpx.Response:
        """Fill in the page's form and send it as a browser does."""
        form = _Form()
        form.feed(page.text)
        url = f"{self.base}/{action}?{urlsplit(form.action).query}" if action else str(page.url.join(form.action))
        return self._follow(self.http.post(url, data=form.fields | typed, headers={"Origin": self.origin}))

    def token(self, **form: str) -> httpx.Response:
        """Post to the token endpoint."""
        return self.http.post(f"{self.base}/oauth2/token", data=form)

    def _follow(self, response: httpx.Response) -> httpx.Response:
        while response.is_redirect and response.headers["location"].startswith(("/", self.origin)):
            response = self.http.get(httpx.URL(self.origin).join(response.headers["location"]))
        return response


class SignIn:
    """One authorization request with PKCE, state and nonce."""

    def __init__(self, **changed: str) -> None:
        self.verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(self.verifier.encode()).digest()
        self.query = {
            "client_id": WEB,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid email profile aws.cognito.signin.user.admin",
            "state": secrets.token_urlsafe(12),
            "nonce": secrets.token_urlsafe(12),
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        } | changed

    def exchange(self, browser: Browser, code: str, **changed: str) -> httpx.Response:
        """Turn the code into tokens."""
        form = {
            "grant_type": "authorization_code",
            "client_id": self.query["client_id"],
            "redirect_uri": self.query["redirect_uri"],
            "code": code,
            "code_verifier": self.verifier,
        } | changed
        return browser.token(**{name: value for name, value in form.items() if value})

    def code(self, browser: Browser, username: str = "ada") -> str:
        """Sign in and return the code."""
        page = browser.go("oauth2/authorize", **self.query)
        answer = page if page.is_redirect else browser.submit(page, username=username, password=PASSWORD)
        return answer_of(answer)["code"]


def answer_of(response: httpx.Response) -> dict[str, str]:
    """The parameters a redirect to the application carries."""
    assert response.status_code == 302, response.text
    location = response.headers["location"]
    assert location.startswith(CALLBACK), location
    parts = urlsplit(location)
    return dict(parse_qsl(parts.query or parts.fragment))


def sign_in(sandbox: RunningSandbox, username: str, **changed: str) -> dict[str, Any]:
    """The tokens of a whole hosted sign-in."""
    with Browser(sandbox) as browser:
        attempt = SignIn(**changed)
        tokens: dict[str, Any] = attempt.exchange(browser, attempt.code(browser, username)).json()
        return tokens


def query_of(url: str) -> dict[str, list[str]]:
    """A URL's query."""
    return parse_qs(urlsplit(url).query)


def with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    """A path with a query that may name a parameter twice."""
    return f"{path}?{urlencode(pairs)}"
