"""What follows from something that never changes is worked out once and kept with it."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 (read as a decorator, beside `property`)
    """A property that is worked out when it is first asked for; two threads may both do so, and find the same.

    The standard library's own waits for a lock, which takes longer than most of what is worked out here.
    """

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        """Remember under which name to keep it."""
        self.name = name

    def __get__(self, it: Any, owner: type | None = None) -> T:  # noqa: ANN401 (whatever it is a property of)
        """Work it out; from now on the attribute is found before this is asked."""
        value = it.__dict__[self.name] = self.make(it)
        return value
