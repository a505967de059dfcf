"""What people copy a token out of: shells, cookies, storage, programs, mails, pages, logs, load balancers, sockets."""

import base64
import json
from urllib.parse import quote

import pytest

from cognito_explorer.gui.auth.pasted_tokens import read_pasted

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_Moonlettr"


def padded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def part(value: object) -> str:
    return padded(value).rstrip("=")


def wrapped(text: str, width: int, between: str) -> str:
    return between.join(text[at : at + width] for at in range(0, len(text), width))


HEADER = part({"kid": "k1", "alg": "RS256"})
COMMON = {"iss": ISSUER, "sub": "ada", "exp": 1, "origin_jti": "o", "pad": "x" * 120}
SIGNATURE = f"{'A' * 100}-_{'B' * 240}"
ID = f"{HEADER}.{part({'token_use': 'id', 'aud': 'c1', **COMMON})}.{SIGNATURE}"
ACCESS = f"{HEADER}.{part({'token_use': 'access', 'client_id': 'c1', 'username': 'ada', **COMMON})}.{SIGNATURE}"
REFRESH = f"{part({'cty': 'JWT', 'enc': 'A256GCM', 'alg': 'RSA-OAEP'})}.{'a' * 342}.{'b' * 16}.{'c' * 900}.{'d' * 22}"
# ES256, and padded as no JWT is: "x-amzn-oidc-data" of a load balancer.
ALB = ".".join((
    padded({"typ": "JWT", "kid": "0f", "alg": "ES256", "iss": ISSUER, "client": "c1", "signer": "arn:aws:e", "exp": 1}),
    padded({"sub": "ada", "email": "ada@moon.example", "username": "ada", "exp": 1, "iss": ISSUER}),
    f"{'C' * 86}==",
))  # fmt: skip
KEYS = "CognitoIdentityServiceProvider.c1"
STORAGE = {
    f"{KEYS}.LastAuthUser": "ada",
    f"{KEYS}.ada.idToken": ID,
    f"{KEYS}.ada.accessToken": ACCESS,
    f"{KEYS}.ada.refreshToken": REFRESH,
    f"{KEYS}.ada.clockDrift": "0",
}
ANSWER = {"AccessToken": ACCESS, "ExpiresIn": 3600, "TokenType": "Bearer", "RefreshToken": REFRESH, "IdToken": ID}
SOCKET = json.dumps({"host": "x.appsync-api.us-east-1.amazonaws.com", "Authorization": ID}).encode()
SOCKET_64 = base64.b64encode(SOCKET).decode()
MAIL = f"Your token: {ID}"
CALLBACK = f"https://b.example/cb#id_token={ID}"

FORMS = {
    "bash": f"curl 'https://a.example' \\\n  -H 'accept: *' \\\n  -H 'authorization: Bearer {ID}' \\\n  --compressed",
    "cmd": f'curl ^"https://a.example/x^" ^\r\n  -H ^"authorization: Bearer {ID}^" ^\r\n  --compressed',
    "PowerShell": f'iwr -Uri "https://a.example" `\r\n-Headers @{{\r\n  "authorization"="Bearer {ID}"\r\n}}',
    "curl.exe": f"curl.exe -H 'Authorization: Bearer {ID}' https://a.example",
    "fetch": f'fetch("https://a.example", {{\n  "headers": {{\n    "authorization": "Bearer {ID}",\n  }}\n}});',
    "HTTPie": f"http https://a.example Authorization:'Bearer {ID}'",
    "grpcurl": f"grpcurl -H 'authorization: Bearer {ID}' host:443 service/Method",
    "cookie": f"Cookie: a=b; {KEYS}.ada.idToken={ID}; {KEYS}.LastAuthUser=ada",
    "a curl line's cookie": f"curl -b 'idToken={ID}; a=b' https://a.example",
    "Set-Cookie": f"Set-Cookie: idToken={ID}; Path=/; HttpOnly; Secure",
    "a signed cookie": f"set-cookie: id_token=s%3A{quote(ID)}; Path=/",
    "a cookie file": f".example.com\tTRUE\t/\tTRUE\t1999999999\tidToken\t{ID}",
    "an error page's address": f"https://a.example/cb?error=invalid_request#id_token={ID}&expires_in=3600",
    "env": f"ID_TOKEN={ID}",
    "export": f'export ID_TOKEN="{ID}"',
    "Python": f"headers = {{'Authorization': f'Bearer {ID}'}}",
    "Python in parts": "token = ('" + wrapped(ID, 60, "'\n         '") + "')",
    "Python over lines": "token = '" + wrapped(ID, 60, "\\\n") + "'",
    "JavaScript escaped": f'const t = "{{\\"id_token\\":\\"{ID}\\"}}"',
    "JavaScript with code points": f'const t = "\\u0022{ID}\\u0022"',
    "JavaScript added up": "t = '" + wrapped(ID, 60, "' +\n    '") + "';",
    "dots as code points": f'"{ID.replace(".", chr(92) + "u002e")}"',
    "dots as bytes": f'"{ID.replace(".", chr(92) + "x2e")}"',
    "slashes escaped": json.dumps({"u": CALLBACK}).replace("/", "\\/"),
    "line breaks as letters": wrapped(ID, 64, "\\n"),
    "AppSync": f"wss://x.appsync-realtime-api.us-east-1.amazonaws.com/graphql?header={quote(SOCKET_64)}&payload=e30=",
    "AppSync unescaped": f"wss://x.appsync-realtime-api.us-east-1.amazonaws.com/graphql?header={SOCKET_64}&payload=e30=",
    "AppSync Events": f"Sec-WebSocket-Protocol: header-{SOCKET_64.rstrip('=')}, aws-appsync-event-ws",
    "AppSync's message": json.dumps({"extensions": {"authorization": {"Authorization": ID, "host": "x"}}}),
    "encoded twice": "https://a.example/?to=" + quote(quote(CALLBACK, safe=""), safe=""),
    "encoded three times": quote(quote(quote(CALLBACK, safe=""), safe=""), safe=""),
    "every character encoded": "".join(f"%{ord(each):02x}" for each in ID),
    "quoted-printable": f"Hello,\n\n{wrapped(MAIL, 75, '=' + chr(10))}\n\nBye",
    "quoted-printable with CRLF": wrapped(MAIL, 75, "=\r\n"),
    "a link in quoted-printable": wrapped(f'<a href=3D"https://a.example/cb?id_token=3D{ID}&amp;x=3D1">', 75, "=\n"),
    "quoted-printable, quoted": "> " + wrapped(ID, 75, "=\n> "),
    "a quoted mail": "> Hi\n> " + wrapped(ID, 70, "\n> ") + "\n> Bye",
    "a mail quoted twice": ">> " + wrapped(ID, 70, "\n>> ") + "\n>> Bye",
    "a hidden field": f'<input type="hidden" name="id_token" value="{ID}"/>',
    "entities": f"<script>var d={{&quot;id_token&quot;:&quot;{ID}&quot;}}</script>",
    "dots as entities": f"<p>{ID.replace('.', '&#46;')}</p>",
    "a page that lets it wrap": f"<td>{wrapped(ID, 80, '<wbr>')}</td>",
    "a page that breaks it": f"<td>{wrapped(ID, 80, '<br>')}</td>",
    "marks without width": wrapped(ID, 80, "\u200b"),
    "soft hyphens": wrapped(ID, 80, "\u00ad"),
    "a byte order mark": f"\ufeff{ID}",
    "a blank that does not break": f"Bearer\u00a0{ID}",
    "XML": f"<token>{ID}</token>",
    "a link in Markdown": f"[x](https://a.example/#id_token={ID})",
    "a table in Markdown": f"| token | {ID} |",
    "a function's event": json.dumps({"headers": {"authorization": f"Bearer {ID}"}, "requestContext": {}}),
    "a log in JSON in JSON": f"INFO\t{json.dumps(json.dumps({'authorization': f'Bearer {ID}'}))}",
    "Ruby": f'{{:id_token=>"{ID}"}}',
    "Go": f"{{IDToken:{ID} Expiry:1}}",
    "Java": f"{{idToken={ID}, expiresIn=3600}}",
    "multipart": f'--x\r\nContent-Disposition: form-data; name="id_token"\r\n\r\n{ID}\r\n--x--',
    "a stream": f"Authorization: Bearer {wrapped(ID, 90, chr(10) + '    ')}\\r\\n",
}


@pytest.mark.parametrize("name", FORMS)
def test_the_token_is_found_whole(name: str) -> None:
    read = read_pasted(FORMS[name])
    assert {kind: token.raw for kind, token in read.tokens.items()} == {"id": ID}
    assert [each.troubles for each in read.found if each.troubles] == []


SETS = {
    "InitiateAuth": json.dumps({"ChallengeParameters": {}, "AuthenticationResult": ANSWER}, indent=4),
    "the CLI's text": f"AUTHENTICATIONRESULT\t{ACCESS}\t3600\t{ID}\t{REFRESH}\tBearer",
    "the CLI's YAML": f"AuthenticationResult:\n  AccessToken: {ACCESS}\n  IdToken: {ID}\n  RefreshToken: {REFRESH}\n",
    "oauth2/token": json.dumps({"id_token": ID, "access_token": ACCESS, "refresh_token": REFRESH, "expires_in": 3600}),
    "Amplify's storage": json.dumps(STORAGE, indent=2),
    "Amplify's storage as a table": "\n".join(f"{name}\t{value}" for name, value in STORAGE.items()),
    "Amplify's storage as a script": ";".join(f"localStorage.setItem('{n}','{v}')" for n, v in STORAGE.items()),
    "a console": f"Storage {{{', '.join(f'{n}: {v!r}' for n, v in STORAGE.items())}, length: 5}}",
    "env": f"COGNITO_REFRESH_TOKEN={REFRESH}\nID_TOKEN='{ID}'\nACCESS_TOKEN={ACCESS}\n",
    "Kubernetes": f"  access-token: {ACCESS}\n  id-token: {ID}\n  refresh-token: {REFRESH}",
    "a value of Python's": repr(ANSWER),
}


@pytest.mark.parametrize("name", SETS)
def test_all_tokens_of_a_sign_in_are_found_together(name: str) -> None:
    read = read_pasted(SETS[name])
    assert {kind: token.raw for kind, token in read.tokens.items()} == {"id": ID, "access": ACCESS, "refresh": REFRESH}


def test_a_refresh_token_goes_with_the_tokens_it_came_with() -> None:
    theirs = f"{HEADER}.{part({'token_use': 'id', **COMMON, 'sub': 'linus'})}.{SIGNATURE}"
    second = REFRESH.replace("ccc", "ddd")
    answers = [{"id_token": ID, "refresh_token": REFRESH}, {"id_token": theirs, "refresh_token": second}]
    read = read_pasted(json.dumps(answers))
    assert read.tokens["refresh"].raw == REFRESH
    other = next(at for at, each in enumerate(read.found) if each.token.raw == theirs)
    assert read.showing(other).tokens["refresh"].raw == second
    assert "refresh" not in read_pasted(f"{ID} {theirs} {REFRESH}").tokens, "nobody can tell whose it is"


@pytest.mark.parametrize("text", [f"x-amzn-oidc-data: {ALB}", ALB, json.dumps({"x-amzn-oidc-data": ALB})])
def test_what_a_load_balancer_hands_on_is_read_in_spite_of_its_padding(text: str) -> None:
    read = read_pasted(text)
    assert read.tokens["other"].raw == ALB
    assert read.tokens["other"].claims["email"] == "ada@moon.example"
    assert not any(each.is_end for each in read.troubles_of(read.tokens["other"]))


CUT = {
    "three dots": f"2026-01-01T00:00:00Z ERROR token={ID[:200]}... user=ada",
    "an ellipsis": f"refused {ID[:200]}…",
    "a mark": f'{{"level":"info","token":"{ID[:200]}<truncated>"}}',
}


@pytest.mark.parametrize("name", CUT)
def test_of_what_a_log_cut_off_the_part_is_shown_that_is_left(name: str) -> None:
    read = read_pasted(CUT[name])
    assert read.tokens["id"].claims["aud"] == "c1"
    assert read.tokens["id"].raw == ID[:200]
    assert "the signature is missing" in read.found[0].troubles[-1].sentence


@pytest.mark.parametrize("blotted", ["***", "[REDACTED]", "<signature>"])
def test_a_signature_that_was_blotted_out_is_no_part_of_the_token(blotted: str) -> None:
    whole = ID.rpartition(".")[0]
    read = read_pasted(f"Bearer {whole}.{blotted}")
    assert read.tokens["id"].raw == f"{whole}."
