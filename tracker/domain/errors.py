"""The domain's errors: one tree, each with a sentence that a person can act on."""


class TrackerError(Exception):
    """Anything the tracker refuses to do; its text is a plain sentence for the person who asked."""


class NotPermittedError(TrackerError):
    """The actor may not do this, or may not know that the record exists."""


class NotFoundError(TrackerError):
    """There is no such record."""


class OutOfDateError(TrackerError):
    """The record changed after the actor last saw it."""


class IllegalTransitionError(TrackerError):
    """The record is not in a state from which this act is allowed."""


class RefusedError(TrackerError):
    """What was asked breaks a rule; `field` names the part of the request to mend, where one is to blame."""

    def __init__(self, sentence: str, *, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


class BadFileError(RefusedError):
    """A file cannot be taken: it is not what it should be. Nothing was changed."""


class BadPolicyError(RefusedError):
    """A policy text is not a policy; `problems` lists every key at fault with its cure."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
