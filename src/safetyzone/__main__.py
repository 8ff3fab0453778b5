"""``python -m safetyzone`` is the command ``safetyzone``."""

from safetyzone.cli import main

if __name__ == "__main__":
    main()
