"""Log lines are for counting: one JSON object a line on stdout, a constant event name, facts as keywords."""

import logging
import os
import sys

import structlog


def configure(program: str) -> None:
    """Everything that this process logs, libraries too, in one shape."""
    os.environ.setdefault("SAFETYZONE_PROGRAM", program)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    of_libraries = logging.StreamHandler(sys.stdout)
    of_libraries.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, structlog.processors.JSONRenderer()],
        )
    )
    logging.basicConfig(handlers=[of_libraries], level=logging.WARNING, force=True)
    structlog.contextvars.bind_contextvars(program=program)
