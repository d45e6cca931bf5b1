"""A linear-chain conditional random field (Lafferty et al. 2001) over the words of each paragraph.

A batch's row may hold several paragraphs: at a paragraph's first word the chain ends and begins anew.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

FORBIDDEN = -10000.0


class Chain(nn.Module):
    """Transition scores between labels O, B-x, I-x, ..., with I-x only after B-x or I-x, or first (a cut window)."""

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.moves = nn.Parameter(torch.zeros(labels, labels))
        self.first = nn.Parameter(torch.zeros(labels))
        self.last = nn.Parameter(torch.zeros(labels))
        barred = torch.zeros(labels, labels)
        for inside in range(2, labels, 2):
            barred[:, inside] = FORBIDDEN
            barred[inside - 1, inside] = barred[inside, inside] = 0.0
        self.register_buffer("barred", barred)

    def loss(self, scores: Tensor, labels: Tensor, begins: Tensor, real: Tensor) -> Tensor:
        """Return the negative log-likelihood summed over the batch.

        `scores` (batch, words, labels), `labels` (batch, words), `begins` and `real` (batch, words) booleans: a word
        that begins a paragraph, a word that is there at all. Each row's first word is real and begins.
        """
        scores = scores.float()
        moves, renewed = self.moves + self.barred, self.last[:, None] + self.first[None, :]
        total = self.first + scores[:, 0]
        gold = (self.first[labels[:, 0]] + scores[:, 0].gather(1, labels[:, :1]).squeeze(1)).clone()
        given = scores.gather(2, labels[:, :, None]).squeeze(2)
        for t in range(1, scores.shape[1]):
            step = torch.where(begins[:, t, None, None], renewed, moves)
            after = torch.logsumexp(total[:, :, None] + step, dim=1) + scores[:, t]
            total = torch.where(real[:, t, None], after, total)
        before, here = labels[:, :-1], labels[:, 1:]
        step = torch.where(begins[:, 1:], renewed[before, here], moves[before, here])
        gold = gold + ((step + given[:, 1:]) * real[:, 1:]).sum(1)
        final = labels.gather(1, real.sum(1, keepdim=True) - 1).squeeze(1)
        return (torch.logsumexp(total + self.last, dim=1) - gold - self.last[final]).sum()

    @torch.no_grad()
    def best(self, scores: Tensor) -> list[int]:
        """Return the best labels of one paragraph, `scores` (words, labels)."""
        moves = self.moves + self.barred
        total, back = self.first + scores[0], []
        for row in scores[1:]:
            highest, come_from = (total[:, None] + moves).max(0)
            total = highest + row
            back.append(come_from)
        path = [int((total + self.last).argmax())]
        for come_from in reversed(back):
            path.append(int(come_from[path[-1]]))
        return path[::-1]
