"""A run as a trainer tells it, made up but complete: for stories and pictures of the window.

``python recorded_run.py RUN [--resume]`` plays it as ``python -m training`` does: it writes the
events to the run's folder and to standard output, and takes commands from standard input.
"""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from training.events import (
    CheckpointSaved,
    EpochEnded,
    EpochStarted,
    Evaluated,
    Event,
    PinnedRanked,
    PreparationAdvanced,
    RunContinued,
    RunEnded,
    RunPaused,
    RunStarted,
    StageInfo,
    StepLogged,
    event_line,
)

STEPS = 3
_TERMS = {
    "IDSE": ("INCE A", "INCE B", "PNCE A", "PNCE B", "SEL A", "SEL B"),
    "CDSM": ("DAL", "SPR A", "SPR B", "SN2M A", "SN2M B"),
}


def recorded_events(
    folder_a: Path,
    folder_b: Path,
    *,
    epochs: tuple[int, int] = (6, 3),
    pinned: Sequence[Path] = (),
    begun: float = 1_764_000_000.0,
    skipped: int = 2,
) -> Iterator[Event]:
    """Give the events of a whole run, its end included."""
    rng = np.random.default_rng(3)
    clock = begun
    for task in ("Features of domain A", "Features of domain B"):
        for done in range(0, 181, 60):
            clock += 1.0
            left = (180 - done) / 40.0
            yield PreparationAdvanced(task, done, 180, done / 40.0, left, time=clock)
    yield RunStarted(
        method="uem",
        trainable="head",
        seed=2024,
        device="CPU, 2 threads",
        stages=(StageInfo("IDSE", epochs[0], STEPS), StageInfo("CDSM", epochs[1], STEPS)),
        images_a=180,
        images_b=175,
        skipped=tuple(
            (str(folder_a / "bird" / f"torn-{number}.png"), "it is cut off")
            for number in range(skipped)
        ),
        has_categories=True,
        data_fingerprint="0" * 64,
        encoder="EfficientNet-Lite0, ImageNet",
        time=clock,
    )
    yield Evaluated(
        "", -1, {"a_to_b": 35.9, "b_to_a": 33.1}, {"a_to_b": 38.0, "b_to_a": 35.0}, 320, time=clock
    )
    yield from _ranked("", -1, folder_a, folder_b, pinned, 0.3, clock)
    total, step = sum(epochs), 0
    for stage, count in zip(("IDSE", "CDSM"), epochs, strict=True):
        for epoch in range(count):
            place = step / (total * STEPS)
            alpha = 1 / (1 + math.exp(-12 * (place - 0.35)))
            clusters = 9 + int(3 * (1 - place))
            facts = {
                "alpha": alpha,
                "clusters_a": clusters,
                "clusters_b": clusters + 1,
                "merged": int(9 * place) + 1,
            }
            yield EpochStarted(stage, epoch, facts, time=clock)
            for row in range(STEPS):
                clock += 0.8
                place = step / (total * STEPS)
                losses = {
                    name: (3.2 - number * 0.4) * math.exp(-1.6 * place) + float(rng.normal()) * 0.12
                    for number, name in enumerate(_TERMS[stage])
                }
                rate = 0.02 * (1 + math.cos(math.pi * epoch / count)) / 2
                yield StepLogged(
                    stage, epoch, row, step, losses, sum(losses.values()), rate, time=clock
                )
                step += 1
            facts["reliable_share_a"] = 0.4 + 0.5 * place
            facts["reliable_share_b"] = 0.35 + 0.5 * place
            facts["bank_agreement_a"] = 0.7 + 0.28 * place
            facts["bank_agreement_b"] = 0.68 + 0.3 * place
            left = (total * STEPS - step) * 0.8
            yield EpochEnded(
                stage, epoch, losses, sum(losses.values()), facts, 2.4, left, time=clock
            )
            score = 34 + 24 * (1 - math.exp(-3 * place))
            yield _evaluated(stage, epoch, score, clock)
            yield from _ranked(stage, epoch, folder_a, folder_b, pinned, 0.3 + 0.65 * place, clock)
            if epoch % 2 or epoch == count - 1:
                name = f"checkpoints/{stage.lower()}-{epoch + 1:04d}"
                yield CheckpointSaved(
                    stage, epoch + 1, 0, f"{name}.pt", f"{name}.safetensors", time=clock
                )
    yield RunEnded("finished", "", clock - begun, "encoder.safetensors", time=clock)


def _evaluated(stage: str, epoch: int, score: float, clock: float) -> Evaluated:
    plain = {"a_to_b": score + 1.5, "b_to_a": score - 1.5}
    interpolated = {name: value + 2.5 for name, value in plain.items()}
    return Evaluated(stage, epoch, plain, interpolated, 320, time=clock)


def _ranked(
    stage: str,
    epoch: int,
    folder_a: Path,
    folder_b: Path,
    pinned: Sequence[Path],
    share: float,
    clock: float,
) -> Iterator[Event]:
    for query in pinned:
        is_a = query.is_relative_to(folder_a)
        own, other = (folder_a, folder_b) if is_a else (folder_b, folder_a)
        category = query.relative_to(own).parts[0]
        files = sorted(
            path for path in other.rglob("*") if path.is_file() and path.suffix != ".csv"
        )
        right = [path for path in files if path.relative_to(other).parts[0] == category]
        wrong = [path for path in files if path.relative_to(other).parts[0] != category]
        matches = []
        for rank in range(24):
            is_right = (rank * 7 + len(query.name)) % 10 < share * 10 and right
            pool = right if is_right else wrong
            matches.append((str(pool[(rank * 5 + epoch) % len(pool)]), 0.8 - 0.02 * rank))
        yield PinnedRanked(
            stage, epoch, "a" if is_a else "b", str(query), tuple(matches), time=clock
        )


class _Wishes:
    """What standard input asked for."""

    def __init__(self) -> None:
        self.stop = self.pause = False
        self.pinned: list[Path] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in sys.stdin:
            wish = json.loads(line)
            match wish["command"]:
                case "stop":
                    self.stop = True
                case "pause":
                    self.pause = True
                case "continue":
                    self.pause = False
                case "pin":
                    self.pinned = [Path(query["path"]) for query in wish["queries"]]
        self.stop = True


def play(run: Path, delay: float) -> None:
    """Tell the recorded run, pausing and stopping as a trainer does."""
    from training.run_folder import EventWriter, RunFolder

    folder = RunFolder(run)
    config = folder.config()
    a, b = Path(config.data.domain_a), Path(config.data.domain_b)
    epochs = config.schedule.idse_epochs, config.schedule.cdsm_epochs
    wishes, writer = _Wishes(), EventWriter(folder.events_path)

    def tell(event: Event) -> None:
        writer.write(event)
        print(event_line(event), flush=True)

    for event in recorded_events(a, b, epochs=epochs, begun=time.time()):
        tell(event)
        if isinstance(event, Evaluated):
            for ranked in _ranked(event.stage, event.epoch, a, b, wishes.pinned, 0.5, event.time):
                tell(ranked)
        if isinstance(event, CheckpointSaved):
            (folder.path / event.encoder).write_bytes(b"")
        time.sleep(delay)
        if wishes.pause and not wishes.stop:
            tell(RunPaused())
            while wishes.pause and not wishes.stop:
                time.sleep(0.01)
            tell(RunContinued())
        if wishes.stop:
            tell(RunEnded("stopped", "Stopped; it can go on from here.", 1.0))
            break
    writer.close()


if __name__ == "__main__":
    play(Path(sys.argv[1]), 0.01)
