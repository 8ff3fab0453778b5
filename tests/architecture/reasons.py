"""What breaks a habit, and why it may. A line that no longer breaks it must go: the tests say so."""

LONG_FILES: dict[str, str] = {
    "src/safetyzone/trust/evidence/carried/verify.py": "travels with every package of evidence, and must be one file",
    "src/safetyzone/response/dispatch/tests/test_orders.py": "one story after another on the life of an order",
}
"""Files of more than 300 lines: path -> reason."""

LONG_FUNCTIONS: dict[str, str] = {
    "src/safetyzone/senses/cameras/coverage/rays.py::hidden_by": (
        "a compiled loop asked millions of times: in two functions, which hand the whole scene on, it takes five times as long"
    ),
    "src/safetyzone/senses/cameras/coverage/sweeping.py::_swept": "one sweep from east to east; all parts need its nine numbers",
    "benchmarks/sos/measure.py::step": "one turn of a measurement from its plan to its figures; the order is the point",
    "tests/stories/test_a_call_for_help.py::test_a_press_reaches_a_patrol_and_is_closed_with_every_step_in_the_audit_log": (
        "the story of the seed, told in one piece so that it can be read to an officer"
    ),
}
"""Functions of more than 40 lines: ``path::name`` -> reason."""

ACTIONS_WITHOUT_BY_AND_AT: dict[str, str] = {
    "safetyzone.trust.audit.actions.record": "each Act names its actor and its moment; a batch may hold many of both",
    "safetyzone.prevention.works.actions.surveyed": "a listener of story.py: the news says by whom and when",
    "safetyzone.senses.sos.pole_actions.pole_alert": "writes nothing: words what an action then raises",
}
"""Public functions of an ``actions`` module that do not take ``by`` and ``at`` by keyword: name -> reason."""

WRITERS_BESIDE_ACTIONS: dict[str, str] = {
    "src/safetyzone/programs/probe/finder.py": "writes a JPEG in memory, no row",
    "src/safetyzone/trust/evidence/custody.py": "a line of custody with its act; called by the actions on evidence only",
    "src/safetyzone/kernel/bulk.py": "plumbing: many rows in the transaction of the action that calls it, and whose call counts as a write",
    "src/safetyzone/kernel/live.py": "plumbing: the note of a change, inside the transaction of whoever changed",
    "src/safetyzone/kernel/outbox.py": "plumbing: the message of a deed, inside the transaction of the deed",
    "src/safetyzone/kernel/jobs.py": "plumbing: nightly tidying of notes that nobody can ask for any more",
    "src/safetyzone/programs/worker/relay.py": "plumbing: marks a message of the outbox as published",
    "src/safetyzone/response/incidents/desk.py": "what every action on an incident shares; called by actions only",
    "src/safetyzone/response/incidents/opening.py": "a listener of story.py: runs inside the press's own action",
    "src/safetyzone/response/incidents/joining.py": "the actions on two incidents at once, with by and at",
    "src/safetyzone/response/incidents/procedure.py": "the steps of an incident; called by its actions only",
    "src/safetyzone/response/incidents/deadlines.py": "the loop of deadlines: the system itself acts, under its own name",
    "src/safetyzone/response/dispatch/clocks.py": "the safety clocks of an order; called by its actions only",
    "src/safetyzone/senses/sos/supervision.py": "the loop that hears silence: the system itself acts, under its own name",
    "src/safetyzone/senses/cameras/survey_photos.py": "saves a picture as bytes, and no row",
}
"""Files that write rows and are no actions: path -> reason."""

MODELS_AWAY_FROM_HOME: dict[str, str] = {
    "src/safetyzone/response/command_room/live.py": "asks of a session's user only whether it is an officer; reads no row",
}
"""Files that import another room's models: path -> reason."""

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
