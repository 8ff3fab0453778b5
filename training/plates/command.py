"""``python -m training.plates --model reader|detector``: one command from nothing to committed weights; called again, it goes on."""

import argparse
import json
import multiprocessing
import os
import time
from datetime import UTC, datetime
from pathlib import Path

import cv2
import torch
from torch import distributed

from safetyzone.contracts import plate_confusions
from safetyzone.programs.vision.plates import weights
from safetyzone.programs.vision.plates.reader import PlateReader
from safetyzone.simulation.plates.fonts import faces
from training.plates import detector, evaluation, reader
from training.plates.card import write_card
from training.plates.detector_net import DetectorNet
from training.plates.export import export_detector, export_reader
from training.plates.learning import Run
from training.plates.shards import HELD_OUT_SEEDS, draw_shard

HERE = Path(__file__).resolve().parent
FONTS = HERE.parent / "node_modules"
SHARDS = {"reader": 16, "detector": 14}
FIRST_SHARDS = 2
"""Learning begins when so many are drawn; the rest are drawn beside it."""
HELD_OUT = 2_048


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training.plates", description=__doc__)
    parser.add_argument("--model", choices=("reader", "detector"), required=True)
    parser.add_argument("--minutes", type=float, default=90, help="of learning in all, over all calls (default 90; less on a GPU)")
    parser.add_argument("--folder", type=Path, default=Path("build/plates"), help="shards, checkpoints and curves")
    parser.add_argument("--fonts", type=Path, default=FONTS, help="folder with @fontsource packages (npm ci --prefix training)")
    parser.add_argument("--shards", type=int, help="how many to draw (a reader's has 8,192 plates)")
    parser.add_argument("--threads", type=int, default=max(1, (os.cpu_count() or 2) // 2))
    parser.add_argument("--processes", type=int, default=1, help="that learn together, each with its threads (default 1)")
    parser.add_argument("--plates", type=int, default=2_000, help="drawn for each half of the reader's evaluation")
    return parser.parse_args()


def draw_all(model: str, folder: Path, fonts: Path, numbers: range) -> None:
    """The shards of these numbers."""
    cv2.setNumThreads(1)
    kept = faces([fonts], held_out=False)
    for number in numbers:
        (draw_shard if model == "reader" else detector.draw_scenes)(folder, number, kept)


def draw_beside(model: str, folder: Path, fonts: Path, numbers: range) -> None:
    """The same in a process of its own, which gives way to the learning."""
    os.nice(10)
    draw_all(model, folder, fonts, numbers)


def prepare(given: argparse.Namespace) -> Path:
    """Held-out plates and the first shards now, the others beside the learning. Returns the held-out file."""
    shards, unseen = given.folder / "shards", given.folder / "unseen"
    kept = faces([given.fonts], held_out=True)
    if given.model == "reader":
        file = draw_shard(unseen, HELD_OUT_SEEDS, kept, HELD_OUT)
    else:
        file = detector.draw_scenes(unseen, detector.HELD_OUT_SEED, kept)
    draw_all(given.model, shards, given.fonts, range(FIRST_SHARDS))
    rest = range(FIRST_SHARDS, given.shards or SHARDS[given.model])
    multiprocessing.get_context("spawn").Process(target=draw_beside, args=(given.model, shards, given.fonts, rest), daemon=True).start()
    return file


def learn(given: argparse.Namespace, rank: int, unseen: Path) -> Run:
    """One process of those that learn together; on a GPU there is one."""
    torch.set_num_threads(given.threads)
    torch.manual_seed(2569 + rank)
    if given.processes > 1:
        store = (given.folder / "meeting").resolve()
        distributed.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=given.processes)
    device = torch.device("cuda" if torch.cuda.is_available() and given.processes == 1 else "cpu")
    net = reader.Taught() if given.model == "reader" else DetectorNet()
    run = Run(given.folder / given.model, net, given.minutes, device, rank)
    (reader if given.model == "reader" else detector).learn(run, given.folder / "shards", unseen)
    return run


def main() -> None:
    given = arguments()
    print(f"{given.model}: {given.processes} x {given.threads} threads; curves: {given.folder / given.model / 'curves.svg'}", flush=True)
    unseen = prepare(given)
    (given.folder / "meeting").unlink(missing_ok=True)
    others = [
        multiprocessing.get_context("spawn").Process(target=learn, args=(given, rank, unseen), daemon=True)
        for rank in range(1, given.processes)
    ]
    for other in others:
        other.start()
    run = learn(given, 0, unseen)
    run.net.load_state_dict(run.mean)
    if isinstance(run.net, reader.Taught):
        export_reader(run.net.reader, weights.READER)
        evaluate(given, run)
    elif isinstance(run.net, DetectorNet):
        export_detector(run.net, weights.DETECTOR)
        note(given.folder, detector={"seen": run.seen, **run.rows[-1]})


def note(folder: Path, **what: dict[str, float]) -> dict[str, dict[str, float]]:
    """Keep figures of one model for the card that speaks of both."""
    file = folder / "figures.json"
    kept = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    kept |= what
    file.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    return dict(kept)


def evaluate(given: argparse.Namespace, run: Run) -> None:
    """Calibrate on one half, measure on the other; write calibration, confusions and card."""
    kept = faces([given.fonts], held_out=True)
    plain = PlateReader(calibration=weights.Calibration())
    first = list(evaluation.samples(plain, kept, evaluation.CALIBRATION_SEED, given.plates))
    how = evaluation.fit(first, weights.calibration().heat)
    began = time.perf_counter()
    second = list(evaluation.samples(plain, kept, evaluation.REPORT_SEED, given.plates))
    ms = (time.perf_counter() - began) * 1000 / given.plates
    found, wrong = evaluation.figures(second, how), evaluation.errors(second, how)
    prices = evaluation.confusions(first)
    fields = {name: getattr(how, name) for name in weights.Calibration.__dataclass_fields__}
    weights.CALIBRATION.write_text(json.dumps(fields, indent=1) + "\n", encoding="utf-8")
    weights.name_of.cache_clear()
    evaluation.write_confusions(prices, Path(plate_confusions.__file__).with_suffix(".json"), weights.name_of(weights.READER))
    both = note(given.folder, reader={"seen": run.seen, **found["all"]})
    seen = both.get("detector", {"seen": 0, "recall": 0.0, "false_a_scene": 0.0})
    write_card(
        weights.HERE / "MODEL_CARD.md", made=datetime.now(UTC).date(),
        models=(weights.name_of(weights.READER), weights.name_of(weights.DETECTOR)),
        figures=found, calibration=how, errors=wrong, found=seen, seen=(run.seen, int(seen["seen"])), confused=prices, ms=ms,
    )  # fmt: skip
    print(json.dumps({"ece": wrong, "accept": how.accept, **found["all"]}), flush=True)
