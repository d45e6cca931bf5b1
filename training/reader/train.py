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
from torch import Tensor

from training.reader import sets
from training.reader.encoder import CHAINS, LINK_WIDTH, RELATIONS, TOKENIZER_SHA256, Reader, published
from training.reader.windows import UNLABELLED, Cutter, Window, collate, vary

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
MASKED, MASK = 0.04, 103
WEIGHT = {sets.QUOTES: 1.0, sets.NAMES: 1.0, sets.TIMES: 1.0, "ends": 0.4, "links": 0.5, "meaning": 0.5}


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


def losses(
    reader: Reader, batch: dict[str, Tensor], teacher: Reader | None, rng: Random, windows: list[Window]
) -> dict[str, Tensor]:
    """Return each head's loss, summed over its words, divided by all words of the batch."""
    ids = batch["ids"]
    if reader.training:
        hidden = (torch.rand(ids.shape) < MASKED) & (ids > MASK)
        ids = ids.masked_fill(hidden, MASK)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = reader(ids, batch["cases"], batch["marks"], batch["first"], batch["mask"])
    total = batch["real"].sum()
    result = {}
    for head in CHAINS:
        if head in batch:
            rows = batch[head][:, 0] != UNLABELLED
            labels = batch[head][rows].clamp(min=0)
            chain = reader.chains[head].loss(out[head][rows], labels, batch["begins"][rows], batch["real"][rows])
            result[head] = chain / total
    if sets.SENTENCES in batch:
        known = batch[sets.SENTENCES] != UNLABELLED
        target = batch[sets.SENTENCES][known].float()
        ends = torch.nn.functional.binary_cross_entropy_with_logits(out["ends"][known].float(), target, reduction="sum")
        result["ends"] = ends / total
    if len(batch["links"]):
        result["links"] = _links(reader, out, batch) / total
    if teacher is not None:
        result["meaning"] = _meaning(out["meaning"], batch, teacher, rng, windows)
    return result


def _links(reader: Reader, out: dict[str, Tensor], batch: dict[str, Tensor]) -> Tensor:
    row, relation, at, to = batch["links"].unbind(1)
    shape = (*out["link_from"].shape[:2], RELATIONS, LINK_WIDTH)
    asked = out["link_from"].float().view(shape)[row, at, relation]
    offered = out["link_to"].float().view(shape)[row, :, relation]
    scores = (offered @ asked.unsqueeze(-1)).squeeze(-1) / math.sqrt(LINK_WIDTH)
    scores = scores.masked_fill(~batch["real"][row], -1e4)
    scores = torch.cat([reader.no_target[relation][:, None], scores], dim=1)
    return torch.nn.functional.cross_entropy(scores, to + 1, reduction="sum")


def _meaning(meaning: Tensor, batch: dict[str, Tensor], teacher: Reader, rng: Random, windows: list[Window]) -> Tensor:
    """Return how far the mean of a paragraph's word vectors is from the published encoder's vector of it alone."""
    alone, own = [], []
    for row, window in enumerate(windows):
        begin, end = rng.choice(window.paragraphs)
        low = window.first[begin]
        high = window.first[end] - 1 if end < len(window.first) else len(window.ids) - 1
        alone.append([101, *window.ids[low:high], 102])
        own.append(meaning[row, begin:end].float().mean(0))
    width = max(map(len, alone))
    ids = torch.tensor([row + [0] * (width - len(row)) for row in alone])
    real = ids != 0
    with torch.no_grad(), torch.autocast("cpu", dtype=torch.bfloat16):
        none = torch.zeros_like(ids)
        states = teacher.encoder(ids, none, none, torch.where(real, 0.0, -1e4)[:, None, None, :]).float()
    target = (states * real[..., None]).sum(1) / real.sum(1, keepdim=True)
    return 1 - torch.nn.functional.cosine_similarity(torch.stack(own), target, dim=-1).mean()


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


def train(folder: Path, epochs: float, threads: int) -> None:
    """Train for `epochs`, or go on where the folder's checkpoint stands."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    material = Material(Cutter(Tokenizer.from_file(str(published("tokenizer.json", TOKENIZER_SHA256)))))
    reader, teacher = Reader(), Reader(dropout=0.0)
    reader.encoder.load_published()
    teacher.encoder.load_published()
    teacher.eval().requires_grad_(False)
    optimizer = optimizer_of(reader)
    average = {name: value.detach().clone() for name, value in reader.state_dict().items()}
    step = _restore(folder, reader, optimizer, average)
    first = material.batches(0)
    a_epoch = len(first)
    print(f"{a_epoch} batches an epoch; from step {step}", flush=True)
    reader.train()
    total = round(a_epoch * epochs)
    for epoch in range(step // a_epoch, math.ceil(epochs)):
        batches = material.batches(epoch) if epoch else first
        for windows in batches[step - epoch * a_epoch : total - epoch * a_epoch]:
            _step(reader, optimizer, teacher, windows, step, step / total, average)
            step += 1
            if step % 100 == 0:
                _save(folder, reader, optimizer, average, step)
        step = min(total, (epoch + 1) * a_epoch)
        _save(folder, reader, optimizer, average, step)
        torch.save(average, folder / f"average-{epoch + 1}.pt")


_SEEN: dict[str, list[float]] = {}
_CLOCK = [time.monotonic(), 0.0]


def _step(
    reader: Reader,
    optimizer: torch.optim.AdamW,
    teacher: Reader,
    windows: list[Window],
    step: int,
    progress: float,
    average: dict[str, Tensor],
) -> None:
    share = min(1.0, progress / WARM_UP) * max(0.0, 1 - progress)
    for group in optimizer.param_groups:
        group["lr"] = group["top"] * share
    rng = Random(step)  # noqa: S311
    parts = losses(reader, collate(windows), teacher if step % TAUGHT == 0 else None, rng, windows)
    loss = sum(WEIGHT[name] * value for name, value in parts.items())
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for p in reader.parameters() if p.requires_grad], 1.0)
    optimizer.step()
    optimizer.zero_grad()
    keep = min(AVERAGE, (1 + step) / (20 + step))
    with torch.no_grad():
        for name, value in reader.state_dict().items():
            if value.is_floating_point():
                average[name].lerp_(value, 1 - keep)
    for name, value in parts.items():
        _SEEN.setdefault(name, []).append(float(value.detach()))
    _CLOCK[1] += sum(len(w.ids) for w in windows)
    if step % 25 == 24:
        told = "  ".join(f"{name} {sum(v) / len(v):.4f}" for name, v in sorted(_SEEN.items()))
        rate = _CLOCK[1] / (time.monotonic() - _CLOCK[0])
        print(f"{time.strftime('%H:%M:%S')} step {step + 1}  {rate:.0f} subwords/s  {told}", flush=True)
        _SEEN.clear()
        _CLOCK[:] = [time.monotonic(), 0.0]


def _save(folder: Path, reader: Reader, optimizer: torch.optim.AdamW, average: dict[str, Tensor], step: int) -> None:
    state = {"reader": reader.state_dict(), "optimizer": optimizer.state_dict(), "average": average, "step": step}
    torch.save(state, folder / "checkpoint.tmp")
    (folder / "checkpoint.tmp").replace(folder / "checkpoint.pt")


def _restore(folder: Path, reader: Reader, optimizer: torch.optim.AdamW, average: dict[str, Tensor]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "checkpoint.pt").exists():
        return 0
    state = torch.load(folder / "checkpoint.pt", weights_only=True)
    reader.load_state_dict(state["reader"])
    optimizer.load_state_dict(state["optimizer"])
    average.update(state["average"])
    return int(state["step"])


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
