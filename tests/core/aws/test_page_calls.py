"""What an embedded page sends stands in the call log by host and path, and nothing that was typed does."""

from cognito_explorer.core.aws.call_log import CallLog
from cognito_explorer.core.aws.page_calls import PageCalls

LOGIN = "https://shop.auth.eu-west-1.amazoncognito.com/login?client_id=1&state=secret-state#code=secret-code"


def test_a_document_is_under_way_until_it_has_come() -> None:
    log = CallLog()
    page = PageCalls(log)
    page.go("GET", LOGIN)
    assert [call.outcome for call in log.running()] == ["running"]
    page.end("ok", 200)
    (call,) = log.recent()
    assert (call.service, call.outcome, call.status, call.is_signed) == ("http", "ok", 200, False)
    assert call.operation.startswith("GET https://shop.auth.eu-west-1.amazoncognito.com/login")
    assert "secret" not in repr(call)
    page.end("ok")
    assert len(log.recent()) == 1


def test_what_led_on_was_answered_and_what_was_left_was_not() -> None:
    log = CallLog()
    page = PageCalls(log)
    page.go("GET", LOGIN)
    page.lead_on()
    page.go("GET", LOGIN)
    page.go("POST", LOGIN, nearest="InitiateAuth")
    page.send("POST", LOGIN, nearest="SignUp", is_change=True)
    page.end("abandoned")
    outcomes = [(call.outcome, call.nearest) for call in reversed(log.recent())]
    assert outcomes == [("ok", ""), ("abandoned", ""), ("abandoned", "InitiateAuth"), ("sent", "SignUp")]


def test_a_change_says_that_a_page_made_it_and_that_the_journal_has_none() -> None:
    log = CallLog()
    PageCalls(log).send("POST", LOGIN, nearest="SignUp", is_change=True)
    (call,) = log.recent()
    assert "by the sign-in page" in call.summary
    assert "not in the journal" in call.summary
