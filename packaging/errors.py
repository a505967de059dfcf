"""What can go wrong before the app exists: each with a sentence and an exit code."""

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_MACHINE_LACKS_SOMETHING = 3
EXIT_SETUP_FAILED = 4


class SetupError(Exception):
    """The set-up cannot go on; the message is for a person and says what to do."""

    def __init__(self, message: str, exit_code: int = EXIT_SETUP_FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code
