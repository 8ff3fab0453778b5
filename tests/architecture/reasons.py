"""What breaks a habit, and why it may. A line that no longer breaks it must go: the tests say so."""

LONG_FILES: dict[str, str] = {}
"""Files of more than 300 lines: path -> reason."""

LONG_FUNCTIONS: dict[str, str] = {}
"""Functions of more than 40 lines: ``path::name`` -> reason."""

ACTIONS_WITHOUT_BY_AND_AT: dict[str, str] = {
    "safetyzone.trust.audit.actions.record": "each Act names its actor and its moment; a batch may hold many of both",
}
"""Public functions of an ``actions`` module that do not take ``by`` and ``at`` by keyword: name -> reason."""

WRITERS_BESIDE_ACTIONS: dict[str, str] = {
    "src/safetyzone/kernel/live.py": "plumbing: the note of a change, inside the transaction of whoever changed",
    "src/safetyzone/kernel/outbox.py": "plumbing: the message of a deed, inside the transaction of the deed",
}
"""Files that write rows and are no actions: path -> reason."""

NEEDS_NO_WORD: dict[str, str] = {}
"""Models and news that no person ever speaks of: name -> reason. Everything else stands in GLOSSARY.md."""

LICENCES_LOOKED_AT: dict[str, str] = {
    "psycopg": "LGPL-3.0: used as an unchanged library that anybody may replace; we ship none of its code",
    "psycopg-binary": "LGPL-3.0, as psycopg",
    "psycopg-pool": "LGPL-3.0, as psycopg",
    "certifi": "MPL-2.0: a list of certificates, unchanged; MPL asks only that changed files stay open",
    "orjson": "MPL-2.0 for some of its files, unchanged; see certifi",
    "fido2": "BSD-2-Clause, and MPL-2.0 for the public suffix list that it carries, unchanged",
    "pathspec": "MPL-2.0: used while building, no part of a station",
}
"""Run-time packages whose licence is not one of the plain permissive ones: name -> why it is all right."""
