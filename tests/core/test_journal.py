"""The journal keeps every write and tells who wants to know."""

from cognito_explorer.core.journal import Change, Intent, Journal


def test_a_change_is_told_once_it_has_an_outcome() -> None:
    journal, heard = Journal(), list[Change]()
    journal.subscribe(heard.append)
    change = journal.begin(
        Intent("user ada", {"enabled": "yes"}, {"enabled": "no"}, "pool"), profile_id="p", operation="o"
    )
    assert not heard
    assert [each.outcome for each in journal.recent()] == ["running"]
    journal.finish(change, "accepted")
    assert [(each.target, each.scope, each.outcome) for each in heard] == [("user ada", "pool", "accepted")]
    assert journal.recent() == tuple(heard)


def test_who_unsubscribed_hears_nothing_more() -> None:
    journal, heard = Journal(), list[Change]()
    stop = journal.subscribe(heard.append)
    stop()
    stop()
    journal.finish(journal.begin(Intent("x"), profile_id="p", operation="o"), "refused")
    assert heard == []


def test_the_newest_change_comes_first() -> None:
    journal = Journal()
    for name in ("first", "second", "third"):
        journal.begin(Intent(name), profile_id="p", operation="o")
    assert [change.target for change in journal.recent(2)] == ["third", "second"]
