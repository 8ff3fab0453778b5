"""``python -m training.plates``: see ``command.py``, which is apart because processes that help must be able to import it."""

from training.plates.command import main

if __name__ == "__main__":
    main()
