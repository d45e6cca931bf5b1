"""A checkpoint in, the package's model out: `python -m training.reader.export CHECKPOINT`.

Writes `src/backstory/models/reader.onnx` (int8 weights; the encoder reads one window at a time, so that the range of
its activations, and with it every result, depends on that window alone), `reader.json` (labels and transitions of the
chains), `reader-tokenizer.json`, and the parity fixture of the tests: torch's own answers on an invented text.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn

from backstory.annotate.tokens import split_words
from training.reader.encoder import CHAINS, LINK_WIDTH, RELATIONS, TOKENIZER_SHA256, Reader, published
from training.reader.sets import Labelled, tags
from training.reader.windows import Cutter

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "src" / "backstory" / "models"
FIXTURE = ROOT / "tests" / "data" / "reader_parity.npz"
INVENTED = (
    "“We will not sign a paper that nobody has read,” Marisa Quill, the mayor of Port Ostrey, said on Tuesday. "
    "The Harbour Board had argued that the dredging could begin by 3 March, and that it would cost $4.2 million.",
    "Mr. Dunn’s office didn’t reply. Two officials, who asked not to be named, said the minister doubted the plan.",
)


class Window(nn.Module):
    """The reader on one window without padding, its word embeddings as int8 rows with a scale each."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader
        table = reader.encoder.words.weight.detach()
        scale = table.abs().amax(1, keepdim=True) / 127
        self.register_buffer("rows", torch.round(table / scale).to(torch.int8))
        self.register_buffer("scale", scale)

    def forward(self, ids: Tensor, cases: Tensor, marks: Tensor, first: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Take (subwords,) and (words,); return label scores, link vectors and meaning, each (words, ...)."""
        encoder = self.reader.encoder
        places = torch.arange(ids.shape[0])
        words = self.rows[ids].float() * self.scale[ids]
        x = encoder.norm(words + encoder.places(places) + encoder.cases(cases) + encoder.marks(marks)).unsqueeze(0)
        for layer in encoder.layers:
            x = layer(x, None)
        states = x[0][first]
        scores = [self.reader.scores[head](states) for head in CHAINS]
        links = torch.cat([self.reader.link_from(states), self.reader.link_to(states)], 1)
        return torch.cat([*scores, self.reader.ends(states)], 1), links, self.reader.meaning(states)


def inputs(cutter: Cutter, paragraphs: tuple[str, ...]) -> dict[str, np.ndarray]:
    """Return the inputs of one window that holds `paragraphs`."""
    (window,) = cutter.windows([Labelled(split_words(text)) for text in paragraphs], 512)
    columns = {"ids": window.ids, "cases": window.cases, "marks": window.marks, "first": window.first}
    return {name: np.asarray(column, dtype=np.int64) for name, column in columns.items()}


def export(checkpoint: Path) -> None:
    """Write the model, its description, its tokenizer and the parity fixture."""
    reader = Reader(dropout=0.0)
    state = torch.load(checkpoint, weights_only=True)
    reader.load_state_dict(state.get("average", state))
    window = Window(reader).eval().requires_grad_(False)
    tokenizer = published("tokenizer.json", TOKENIZER_SHA256)
    example = inputs(Cutter(Tokenizer.from_file(str(tokenizer))), INVENTED)
    tensors = tuple(torch.from_numpy(column) for column in example.values())
    expected = window(*tensors)
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.onnx"
        _to_onnx(window, tensors, plain)
        _quantise(plain, MODELS / "reader.onnx")
    shutil.copyfile(tokenizer, MODELS / "reader-tokenizer.json")
    _describe(reader)
    FIXTURE.parent.mkdir(parents=True, exist_ok=True)
    names = ("scores", "links", "meaning")
    outputs = {name: value.numpy().astype(np.float32) for name, value in zip(names, expected, strict=True)}
    np.savez_compressed(FIXTURE, paragraphs=np.array(INVENTED), **outputs)


def _to_onnx(window: Window, tensors: tuple[Tensor, ...], path: Path) -> None:
    subwords, words = torch.export.Dim("subwords", min=3, max=512), torch.export.Dim("words", min=2, max=510)
    shapes = ({0: subwords}, {0: subwords}, {0: subwords}, {0: words})
    # dynamo=True: the older exporter gave other vectors than torch (cosine .92).
    torch.onnx.export(
        window, tensors, str(path), dynamo=True, dynamic_shapes=shapes, external_data=False,
        input_names=["ids", "cases", "marks", "first"], output_names=["scores", "links", "meaning"],
    )  # fmt: skip


def _quantise(source: Path, target: Path) -> None:
    """Write the encoder's products as int8 with a scale a column; the heads, which are small, stay as they are."""
    model = onnx.load(source)
    del model.graph.value_info[:]  # the exporter's shapes of transposed weights do not agree with the quantiser's
    for node in model.graph.node:
        del node.metadata_props[:]  # the exporter's stack traces: paths of the machine that trained
    onnx.save(model, source)
    products = [node for node in model.graph.node if node.op_type in {"MatMul", "Gemm"}]
    heads = [node.name for node in products if any(set(name.split(".")) & HEADS for name in node.input)]
    if len(heads) < len(HEADS):
        raise SystemExit(f"The graph names its heads otherwise: found {heads} of {sorted(HEADS)}.")
    quantize_dynamic(
        str(source), str(target), op_types_to_quantize=["MatMul", "Gemm"], per_channel=True,
        weight_type=QuantType.QInt8, nodes_to_exclude=heads + [f"{name}_MatMul" for name in heads],
    )  # fmt: skip


HEADS = {"scores", "ends", "link_from", "link_to", "meaning"}


def _describe(reader: Reader) -> None:
    chains = {
        head: {
            "labels": tags(head),
            "moves": (chain.moves + chain.barred).tolist(),
            "first": chain.first.tolist(),
            "last": chain.last.tolist(),
        }
        for head, chain in ((head, reader.chains[head]) for head in CHAINS)
    }
    description = {
        "chains": chains,
        "links": {"relations": RELATIONS, "width": LINK_WIDTH, "none": reader.no_target.tolist()},
    }
    rounded = json.loads(json.dumps(description), parse_float=lambda number: round(float(number), 5))
    (MODELS / "reader.json").write_text(json.dumps(rounded, indent=1) + "\n", "utf-8")


def main() -> None:
    """Read the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    export(parser.parse_args().checkpoint)


if __name__ == "__main__":
    main()
