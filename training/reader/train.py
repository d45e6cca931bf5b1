"""The development sets in, checkpoints of the reader out: `python -m training.reader.train --to FOLDER`.

A run that is killed goes on from its last checkpoint when it is started again with the same folder. The weights
that are exported are an exponential average of those that are trained.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path
from random import Random

import torch
from tokenizers import Tokenizer

from training.reader import sets
from training.reader.encoder import TOKENIZER_SHA256, Reader, published
from training.reader.losses import WEIGHT, losses
from training.reader.windows import Cutter, Window, collate, vary

ROOM = 192
"""Subwords a window at most. Reading uses the same room."""
BATCH = 2560
"""Subwords a batch, padding included."""
RATE, HEAD_RATE, CHAIN_RATE, DECAY_A_LAYER = 1.5e-4, 6e-4, 5e-3, 0.9
WARM_UP = 0.06
AVERAGE = 0.997
NAMED_SHARE = 2
"""One document in so many of CoNLL-2003 is read in an epoch: names are learned sooner than quotes."""
TAUGHT = 4
"""Steps from one comparison of the vectors with the published encoder's to the next: it costs an eighth of a step."""
TOLD, SAVED = 25, 100


class Material:
    """The documents, and the shuffled batches of an epoch."""

    def __init__(self, cutter: Cutter) -> None:
        self._cutter = cutter
        self._polnear = list(sets.polnear("train").values())
        self._named = sets.named("conll2003/train", 6)
        self._others = sets.named("politics/train", 4) * 2 + sets.tempeval(keep_held_out=False) + sets.ecb(100)

    def batches(self, epoch: int) -> list[list[Window]]:
        """Return the batches of an epoch: the same for the same number."""
        rng = Random(epoch)  # noqa: S311
        documents = [rng.choice(versions) for versions in self._polnear] + self._others
        documents += self._named[epoch % NAMED_SHARE :: NAMED_SHARE]
        windows = [w for d in documents for w in self._cutter.windows(vary(d, rng), ROOM, rng)]
        rng.shuffle(windows)
        batches = []
        pool = 600
        for start in range(0, len(windows), pool):
            near = sorted(windows[start : start + pool], key=lambda w: len(w.ids))
            batch: list[Window] = []
            for window in near:
                if batch and (len(batch) + 1) * len(window.ids) > BATCH:
                    batches.append(batch)
                    batch = []
                batch.append(window)
            batches.append(batch)
        rng.shuffle(batches)
        return batches


def optimizer_of(reader: Reader) -> torch.optim.AdamW:
    """Return AdamW with a smaller rate for lower layers; the published word and place embeddings stay as they are."""
    encoder = reader.encoder
    encoder.words.weight.requires_grad_(False)
    encoder.places.weight.requires_grad_(False)
    depth = len(encoder.layers)
    groups = [
        {"params": list(layer.parameters()), "lr": RATE * DECAY_A_LAYER ** (depth - 1 - i)}
        for i, layer in enumerate(encoder.layers)
    ]
    lowest = [encoder.cases.weight, encoder.marks.weight, *encoder.norm.parameters()]
    groups.append({"params": lowest, "lr": RATE})
    chains = [*reader.chains.parameters(), reader.no_target]
    heads = [
        p for name in ("scores", "ends", "link_from", "link_to", "meaning") for p in getattr(reader, name).parameters()
    ]
    groups += [{"params": heads, "lr": HEAD_RATE}, {"params": chains, "lr": CHAIN_RATE}]
    for group in groups:
        group["top"] = group["lr"]
    return torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98))


class Run:
    """A training run: the model, its average, and how far it is; kept in a folder."""

    def __init__(self, folder: Path) -> None:
        """Begin anew, or where the folder's checkpoint stands; dropout then draws other numbers than without a stop."""
        self.folder, self.step = folder, 0
        self.reader, self.teacher = Reader(), Reader(dropout=0.0)
        self.reader.encoder.load_published()
        self.teacher.encoder.load_published()
        self.teacher.eval().requires_grad_(False)
        self.optimizer = optimizer_of(self.reader)
        self.average = {name: value.detach().clone() for name, value in self.reader.state_dict().items()}
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / "checkpoint.pt").exists():
            state = torch.load(folder / "checkpoint.pt", weights_only=True)
            self.reader.load_state_dict(state["reader"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.average, self.step = state["average"], int(state["step"])

    def save(self) -> None:
        """Write the checkpoint, so that a kill at any moment leaves the old one or the new one."""
        parts = {"reader": self.reader, "optimizer": self.optimizer}
        state = {name: part.state_dict() for name, part in parts.items()}
        torch.save(state | {"average": self.average, "step": self.step}, self.folder / "checkpoint.tmp")
        (self.folder / "checkpoint.tmp").replace(self.folder / "checkpoint.pt")

    def learn(self, windows: list[Window], total: int) -> dict[str, float]:
        """Take one step of `total`; return the losses."""
        progress = self.step / total
        for group in self.optimizer.param_groups:
            group["lr"] = group["top"] * min(1.0, progress / WARM_UP) * (1 - progress)
        teacher = self.teacher if self.step % TAUGHT == 0 else None
        parts = losses(self.reader, collate(windows), teacher, Random(self.step), windows)  # noqa: S311
        sum(WEIGHT[name] * value for name, value in parts.items()).backward()
        torch.nn.utils.clip_grad_norm_([p for p in self.reader.parameters() if p.requires_grad], 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad()
        keep = min(AVERAGE, (1 + self.step) / (20 + self.step))
        with torch.no_grad():
            for name, value in self.reader.state_dict().items():
                if value.is_floating_point():
                    self.average[name].lerp_(value, 1 - keep)
        self.step += 1
        return {name: float(value.detach()) for name, value in parts.items()}


class Progress:
    """Prints the mean losses and the speed of each 25 steps."""

    def __init__(self) -> None:
        self._seen: dict[str, list[float]] = {}
        self._began, self._subwords = time.monotonic(), 0

    def note(self, step: int, subwords: int, parts: dict[str, float]) -> None:
        """Take in one step."""
        self._subwords += subwords
        for name, value in parts.items():
            self._seen.setdefault(name, []).append(value)
        if step % TOLD == 0:
            told = "  ".join(f"{name} {sum(v) / len(v):.4f}" for name, v in sorted(self._seen.items()))
            rate = self._subwords / (time.monotonic() - self._began)
            print(f"{time.strftime('%H:%M:%S')} step {step}  {rate:.0f} subwords/s  {told}", flush=True)
            self._seen.clear()
            self._began, self._subwords = time.monotonic(), 0


def train(folder: Path, epochs: float, threads: int) -> None:
    """Train for `epochs`, or go on where the folder's checkpoint stands."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    material = Material(Cutter(Tokenizer.from_file(str(published("tokenizer.json", TOKENIZER_SHA256)))))
    run, progress = Run(folder), Progress()
    first = material.batches(0)
    total = round(len(first) * epochs)
    print(f"{len(first)} batches an epoch; from step {run.step} to {total}", flush=True)
    run.reader.train()
    for epoch in range(run.step // len(first), math.ceil(epochs)):
        batches = material.batches(epoch) if epoch else first
        begun = epoch * len(first)
        for windows in batches[run.step - begun : total - begun]:
            parts = run.learn(windows, total)
            progress.note(run.step, sum(len(w.ids) for w in windows), parts)
            if run.step % SAVED == 0:
                run.save()
        run.step = min(total, begun + len(first))
        run.save()


def main() -> None:
    """Read the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, required=True, help="folder of the checkpoints")
    parser.add_argument(
        "--epochs", type=float, default=4, help="epochs in all; the learning rate falls to zero at the last"
    )
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    train(options.to, options.epochs, options.threads)


if __name__ == "__main__":
    main()
