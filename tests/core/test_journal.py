"""The journal keeps every write and tells who wants to know."""

from cognito_explorer.core.journal import Change, Intent, Journal, Sender

SENDER = Sender("p")


async def test_a_change_is_told_once_it_has_an_outcome() -> None:
    journal, heard = Journal(), list[Change]()
    journal.subscribe(heard.append)
    change = await journal.begin(
        Intent("user ada", {"enabled": "yes"}, {"enabled": "no"}, "pool"), SENDER, operation="o"
    )
    assert not heard
    assert [each.outcome for each in journal.recent()] == ["running"]
    await journal.finish(change, "accepted", request_id="r-1")
    assert [(each.target, each.scope, each.outcome) for each in heard] == [("user ada", "pool", "accepted")]
    assert journal.recent() == tuple(heard)
    assert heard[0].request_id == "r-1"


async def test_who_unsubscribed_hears_nothing_more() -> None:
    journal, heard = Journal(), list[Change]()
    stop = journal.subscribe(heard.append)
    stop()
    stop()
    await journal.finish(await journal.begin(Intent("x"), SENDER, operation="o"), "refused")
    assert heard == []


async def test_the_newest_change_comes_first() -> None:
    journal = Journal()
    for name in ("first", "second", "third"):
        await journal.begin(Intent(name), SENDER, operation="o")
    assert [change.target for change in journal.recent(2)] == ["third", "second"]


async def test_a_change_names_who_and_the_case_it_was_made_for() -> None:
    journal = Journal()
    journal.case_number = "4711"
    await journal.begin(Intent("user ada"), Sender("p", "eu-west-1", "arn:aws:iam::1:user/x"), operation="o")
    (change,) = journal.recent()
    assert (change.profile_id, change.region) == ("p", "eu-west-1")
    assert (change.caller_arn, change.case_number) == ("arn:aws:iam::1:user/x", "4711")
