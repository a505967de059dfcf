"""The names of system packages are those of the distribution at hand."""

from system_packages import _named_here


def test_a_package_keeps_its_name_where_the_distribution_knows_it() -> None:
    assert _named_here(["libasound2", "libgl1"], set(), {"libasound2", "libgl1"}) == ["libasound2", "libgl1"]


def test_a_package_gets_its_t64_name_where_only_that_can_be_installed() -> None:
    assert _named_here(["libasound2", "libgl1"], set(), {"libasound2t64", "libgl1"}) == ["libasound2t64", "libgl1"]


def test_without_package_lists_the_name_follows_what_is_installed() -> None:
    assert _named_here(["libasound2", "libgl1"], {"libssl3t64"}, set()) == ["libasound2t64", "libgl1"]
    assert _named_here(["libasound2", "libgl1"], {"libssl3"}, set()) == ["libasound2", "libgl1"]
