"""Door 1: the chat page. Importing it loads no model."""

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"

from citeglot.console import use_utf8
from citeglot.errors import UserError
from citeglot.loading import ChatbotLoader, language_model_file, load
from citeglot.observing import missed_by, observed
from citeglot.page_layout import THEME
from citeglot.page_options import parse_options
from citeglot.page_server import Access, serve
from citeglot.page_wiring import build_page
from citeglot.settings import load_settings
from citeglot.status import open_status


def main(arguments: Sequence[str]) -> int:
    """Put the page up at once, load the models beside it, and serve until interrupted; return the exit code."""
    try:
        options = parse_options(arguments)
        settings = load_settings()
        settings = replace(settings, index=options.index or settings.index)
        status = open_status(settings.deployment.server, bool(options.users))
        loader = ChatbotLoader(
            lambda: observed(load(settings), status.observers),
            lambda: language_model_file(settings),
            missed_by(status.observers),
        )
        blocks = build_page(loader, settings)
        loader.start()
        access = Access(options.users, options.mcp)
        launch = partial(blocks.launch, theme=THEME)
        url = serve(launch, options.host, options.port, access, status.routes(loader))
        print(f"The chat page is at {url} (Ctrl+C ends it)", flush=True)
        if options.mcp:
            print(f"Programs that speak MCP find ask and search at {url}gradio_api/mcp/", flush=True)
    except UserError as problem:
        print(f"app.py: {problem}", file=sys.stderr)
        return problem.exit_code
    blocks.block_thread()
    return 0


if __name__ == "__main__":
    use_utf8()
    sys.exit(main(sys.argv[1:]))
