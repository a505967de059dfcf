"""What goes wrong between the sandbox and an external provider."""


class FederationProblem(Exception):  # noqa: N818  # read as a sentence: there was a federation problem
    """Told to the application as an OAuth `error` with Cognito's `error_description`."""

    def __init__(self, description: str, *, error: str = "server_error") -> None:
        super().__init__(description)
        self.error = error
        self.description = description
