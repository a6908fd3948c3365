"""JSON from a file that may be anyone's: members are taken by name and type."""

from typing import Any, TypeVar

Kind = TypeVar("Kind")


class Fields:
    """A JSON object whose members are taken by name and type; ValueError names the one that does not fit."""

    def __init__(self, where: str, value: object) -> None:
        if not isinstance(value, dict):
            raise ValueError(f"{where}: expected an object")
        self.where = where
        self.value: dict[str, Any] = value

    def take(self, name: str, kind: type[Kind]) -> Kind:
        """Return the member of exactly this type."""
        value: object = self.value.get(name)
        if type(value) is not kind:
            raise ValueError(f"{self.where}.{name}: expected {kind.__name__}, not {value!r:.40}")
        return value

    def text(self, name: str) -> str:
        """Return a text."""
        return self.take(name, str)

    def number(self, name: str) -> int:
        """Return a whole number that is not negative."""
        number = self.take(name, int)
        if number < 0:
            raise ValueError(f"{self.where}.{name}: expected 0 or more, not {number}")
        return number

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        items = self.take(name, list)
        if not all(type(item) is str for item in items):
            raise ValueError(f"{self.where}.{name}: expected texts")
        return tuple(items)

    def objects(self, name: str) -> "list[Fields]":
        """Return a list of objects."""
        items = self.take(name, list)
        return [Fields(f"{self.where}.{name}[{number}]", item) for number, item in enumerate(items)]

    def object(self, name: str) -> "Fields":
        """Return an object."""
        return Fields(f"{self.where}.{name}", self.value.get(name))
