"""What a service answers when it says no."""


class ServiceError(Exception):
    """An error answer on the wire: AWS's exception name, its message, and the HTTP status."""

    def __init__(self, code: str, message: str, *, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
