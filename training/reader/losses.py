"""A batch in, each head's loss out."""

from __future__ import annotations

import math
from random import Random

import torch
from torch import Tensor

from training.reader import sets
from training.reader.encoder import CHAINS, LINK_WIDTH, RELATIONS, Reader
from training.reader.windows import UNLABELLED, Window

MASKED, MASK = 0.04, 103
"""The share of subwords that are hidden in training, and what stands in their place."""
WEIGHT = {sets.QUOTES: 1.0, sets.NAMES: 1.0, sets.TIMES: 1.0, "ends": 0.4, "links": 0.5, "meaning": 0.5}


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
