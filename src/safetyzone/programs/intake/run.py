"""Starts the intake in this process: Django first, because its tables must be known before anything that uses them is imported."""


def main() -> None:
    """Run the intake until a signal says stop."""
    import asyncio

    import django

    django.setup()
    from safetyzone.programs.intake.intake import Intake

    try:
        import uvloop
    except ImportError:  # a platform without uvloop is slower and as right
        asyncio.run(Intake().run())
    else:
        uvloop.run(Intake().run())
