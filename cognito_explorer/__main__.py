"""The command line: the app, the sandbox alone, a headless verb, or the version."""

import sys

USAGE = """usage: cognito-explorer                  open the app
       cognito-explorer sandbox [options]  run the sandbox alone (see: cognito-explorer sandbox --help)
       cognito-explorer token FILE|- [options]  say what is in tokens (see: cognito-explorer token --help)
       cognito-explorer --trace-start      print when the window was painted and the pools were listed, then quit
       cognito-explorer --version

exit codes: 0 done, 1 failed, 2 the command line is wrong or was refused, 3 the sandbox folder is in use,
            4 the port is taken
"""


def main(argv: list[str] | None = None) -> int:
    """Hand the command line on and return the exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == ["sandbox"]:
        from cognito_explorer.sandbox.__main__ import main as run_sandbox

        return run_sandbox(arguments[1:])
    if arguments[:1] == ["token"]:
        from cognito_explorer.core.insight.token_command import main as read_tokens

        return read_tokens(arguments[1:])
    if arguments[:1] == ["run-function"] and len(arguments) == 3:
        # A frozen app has no Python of its own to hand a Lambda function to: it plays the interpreter itself.
        from cognito_explorer.sandbox.functions.bootstrap import main as run_function

        run_function(*arguments[1:])
        return 0
    if arguments in (["--version"], ["-V"]):
        from cognito_explorer.core.version import own_version

        print(f"cognito-explorer {own_version()}")
        return 0
    if arguments in (["--help"], ["-h"]):
        print(USAGE, end="")
        return 0
    is_traced = arguments == ["--trace-start"]
    if arguments and not is_traced:
        from cognito_explorer.core.auth.token_hiding import holds_token, shortened

        advice = ": that is a token: pipe it into cognito-explorer token -" if holds_token(arguments[0]) else ""
        named = repr(shortened(arguments[0]))
        print(f"cognito-explorer: unknown argument {named}{advice}\n{USAGE}", end="", file=sys.stderr)
        return 2
    from cognito_explorer.gui.lib.quick_start import hold_collector, load_qt

    hold_collector()
    load_qt()
    from cognito_explorer.app import run

    return run(is_traced=is_traced)


if __name__ == "__main__":
    raise SystemExit(main())
