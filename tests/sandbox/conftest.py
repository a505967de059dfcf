"""The sandbox as a real child process, for every test below."""

from tests.sandbox_fixture import demo_sandbox, sandbox

__all__ = ["demo_sandbox", "sandbox"]
