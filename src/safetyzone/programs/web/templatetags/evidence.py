"""What the pages on evidence may say: a moment given in milliseconds, and the films of a finished package."""

from datetime import UTC, datetime

from django import template

from safetyzone.trust.evidence.queries import ExportView

register = template.Library()


@register.filter
def moment(ms: int) -> datetime:
    """A time from milliseconds of UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC)


@register.filter
def films(export: ExportView) -> list[str]:
    """Names of the films in a blurred package."""
    from safetyzone.programs.web.evidence_files import films as in_package

    return in_package(export.export_id)
