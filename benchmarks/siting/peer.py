"""What a user would take instead, in a process of its own: ``python -m benchmarks.siting.peer spopt|cpsat``.

Each line it reads names a town, ``["296 x 5,000", SEED, SECONDS]``, and is answered by one JSON line. HiGHS and OR-Tools cannot be
imported in one process, and a peer must not share ours' memory or clock. The peers get the town as the dense matrix or the rows,
whichever they read; making those is not counted.
"""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.siting.instances import SIZES, Town, make

GRACE_S = 240
"""A peer that does not keep its limit is ended after so much more; spopt builds for a minute and a half before it looks at a clock."""


def spopt(town: Town, seconds: float) -> dict[str, Any]:
    """MCLP of spopt with pulp's CBC: the dense cost matrix, built and solved. It cannot say "one pose a site"."""
    import pulp
    from spopt.locate import MCLP

    away = np.ones((town.size.points, town.size.poses))
    for pose in range(town.size.poses):
        away[town.sees(pose), pose] = 0.0
    began = time.perf_counter()
    model = MCLP.from_cost_matrix(away, town.weight, service_radius=0.5, p_facilities=town.size.cameras)
    built = time.perf_counter()
    model = model.solve(pulp.PULP_CBC_CMD(msg=False, timeLimit=seconds, threads=1))
    solved = time.perf_counter()
    chosen = [number for number, variable in enumerate(model.fac_vars) if variable.value() > 0.5]
    return {
        "build_s": built - began, "solve_s": solved - built, "chosen": chosen,
        "proven": model.problem.sol_status == pulp.LpSolutionOptimal,
    }  # fmt: skip


def cpsat(town: Town, seconds: float) -> dict[str, Any]:
    """CP-SAT of OR-Tools: a point is seen only if a pose that sees it is chosen; one pose a site; one worker, like ours."""
    from ortools.sat.python import cp_model

    began = time.perf_counter()
    model = cp_model.CpModel()
    poses = [model.new_bool_var("") for _ in range(town.size.poses)]
    watchers: list[list[Any]] = [[] for _ in range(town.size.points)]
    for pose, variable in enumerate(poses):
        for point in town.sees(pose):
            watchers[point].append(variable)
    seen = [model.new_bool_var("") for _ in watchers]
    for variable, who in zip(seen, watchers, strict=True):
        model.add_bool_or([*who, variable.negated()])
    for site in range(town.size.sites):
        model.add_at_most_one(variable for variable, at in zip(poses, town.site, strict=True) if at == site)
    model.add(sum(poses) <= town.size.cameras)
    model.maximize(sum(int(weight) * variable for weight, variable in zip(town.weight, seen, strict=True)))
    built = time.perf_counter()
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    status = solver.solve(model)
    chosen = [pose for pose, variable in enumerate(poses) if solver.value(variable)] if status in (2, 4) else []
    return {
        "build_s": built - began, "solve_s": time.perf_counter() - built, "chosen": chosen,
        "proven": status == cp_model.OPTIMAL, "bound": solver.best_objective_bound,
    }  # fmt: skip


class Peer:
    """A peer's process, kept over several towns: its imports take seconds and are not what is measured."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __enter__(self) -> "Peer":
        words = [sys.executable, "-m", "benchmarks.siting.peer", self.name]
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root)
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        try:
            self.process.wait(2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def choose(self, town: Town, seconds: float) -> dict[str, Any]:
        """Its answer for a town. Raises RuntimeError where it ended instead or took far longer; its words are on the terminal."""
        assert self.process.stdin
        assert self.process.stdout
        late = threading.Timer(seconds + GRACE_S, self.process.kill)
        late.start()
        try:
            self.process.stdin.write(json.dumps([town.size.name, town.seed, seconds]) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        finally:
            late.cancel()
        if not line:
            raise RuntimeError(f"{self.name} gave no answer for {town.size.name}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def main(name: str) -> None:
    """Answer until nobody asks. What a peer prints by itself goes to the other stream."""
    choose, answers = {"spopt": spopt, "cpsat": cpsat}[name], os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        size, seed, seconds = json.loads(line)
        print(json.dumps(choose(make(SIZES[size], seed), seconds)), file=answers, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
