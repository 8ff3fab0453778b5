"""From the register and its coverage to a question for ``siting``, and from its answer to words a planner can act on.

Runs in a process of its own (``safetyzone advise``): a solver may hold the interpreter for seconds, and the worker keeps deadlines.
"""
