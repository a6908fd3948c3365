"""What an examination comes to."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found in one area; `remedy` is empty where nothing need be done."""

    area: str
    state: State
    message: str
    remedy: str = ""
