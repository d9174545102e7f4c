"""What every command line of the package shares: one clear sentence and exit status 2 on bad input."""

from __future__ import annotations

import sys
from collections.abc import Callable


class BadInput(Exception):
    """Input the user can mend; its text is the one sentence shown."""


def run(main: Callable[[], None]) -> None:
    """Call ``main``; on bad input print one sentence on stderr and exit with status 2."""
    try:
        main()
    except (BadInput, OSError, UnicodeDecodeError, KeyError, ValueError) as error:
        message = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
        print(f"error: {' '.join(message.split())}", file=sys.stderr)
        sys.exit(2)
