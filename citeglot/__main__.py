"""`python -m citeglot`."""

from citeglot.cli import main
from citeglot.console import run_door

if __name__ == "__main__":
    raise SystemExit(run_door(main))
