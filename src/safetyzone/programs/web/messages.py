"""The Thai words of our pages: compiles ``locale/*.po`` at install, and lists what is still untranslated.

``python -m safetyzone.programs.web.messages`` compiles; with ``--missing`` it prints each msgid that has no Thai yet.
Babel does the work, because Django's own command needs GNU gettext on the machine.
"""

import sys
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[2]
LOCALE = PACKAGE / "locale"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_noop": None, "gettext_lazy": None, "ngettext_lazy": (1, 2), "pgettext_lazy": ((1, "c"), 2)}


def compile_all(locale: Path = LOCALE) -> list[Path]:
    """Write a ``.mo`` beside each ``.po``; returns the files written."""
    written = []
    for source in sorted(locale.rglob("*.po")):
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parts[-3])
        target = source.with_suffix(".mo")
        draft = target.with_suffix(".draft")
        with draft.open("wb") as file:
            write_mo(file, catalogue)
        draft.replace(target)
        written.append(target)
    return written


def used_in(files: Iterable[Path]) -> Iterator[str]:
    """The msgids (the singular of a plural) in Python files and Django templates."""
    from django.utils.translation.template import templatize

    for path in files:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            # what is left of the page's own indentation is no Python's
            text = "\n".join(line.strip() for line in templatize(text, origin=str(path)).splitlines())
        for _, message, _, context in extract("python", BytesIO(text.encode()), KEYWORDS):
            if context is None:
                yield message if isinstance(message, str) else message[0]


def missing(files: Iterable[Path]) -> list[str]:
    """The msgids of these files that our Thai catalogue does not translate, in order of the alphabet."""
    with (LOCALE / "th" / "LC_MESSAGES" / "django.po").open("rb") as file:
        ours = {message.id if isinstance(message.id, str) else message.id[0]: message for message in read_po(file)}
    return sorted({used for used in used_in(files) if used and not (used in ours and ours[used].string)})


def our_files() -> list[Path]:
    """Every template and module of ours that may speak to people."""
    return sorted(
        path for pattern in ("*.html", "*.py") for path in PACKAGE.rglob(pattern)
        if not {"tests", "migrations", "static"} & set(path.relative_to(PACKAGE).parts)
    )  # fmt: skip


if __name__ == "__main__":
    if "--missing" in sys.argv:
        print("\n".join(missing(our_files())))
    else:
        for made in compile_all():
            print(made.relative_to(PACKAGE.parent))
