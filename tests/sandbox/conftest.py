"""The sandbox as a real child process, for every test below."""

from tests.sandbox_fixture import demo_sandbox, empty_worlds, sandbox

__all__ = ["demo_sandbox", "empty_worlds", "sandbox"]
