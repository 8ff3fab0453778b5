"""The message shapes that devices and programs share, with golden examples in ``examples/``. Imports nothing of ours."""
