"""Starts the intake in this process: Django first, because its tables must be known before anything that uses them is imported."""


def main() -> None:
    """Run the intake until a signal says stop."""
    import asyncio
    import os
    import sys

    import django

    # Everything on the press path is found by an index. PostgreSQL plans a foreign key's check once a connection, and on a young
    # table it plans to read all of it: in a storm each press then reads every incident (measured: 2 ms instead of 0.05 ms a press).
    os.environ.setdefault("PGOPTIONS", "-c enable_seqscan=off")
    # Two threads share the interpreter: one hears, one commits. After each of its twenty round trips the committing one waits for its
    # turn, 5 ms by default while the other is busy: in a storm that alone made a batch last 100 ms.
    sys.setswitchinterval(0.0005)

    django.setup()
    from safetyzone.programs.intake.intake import Intake

    try:
        import uvloop
    except ImportError:  # a platform without uvloop is slower and as right
        asyncio.run(Intake().run())
    else:
        uvloop.run(Intake().run())
