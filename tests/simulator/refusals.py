"""What AWS answers when it does not do what it is asked."""


class Refusal(Exception):
    """AWS refuses; ``code`` is its error code, ``message`` says what it would say."""

    def __init__(self, message: str, code: str = "ValidationError") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
