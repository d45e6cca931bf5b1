"""Make `annotate/data/pronoun_weights.tsv`: what tells whom a pronoun means, learned from GAP's development snippets.

    PYTHONPATH=src python training/pronouns.py

GAP (Webster et al. 2018, Apache-2.0) says of 2,000 pronouns which of two names each means. Only those two candidates
are known: the others of a snippet count as wrong where one of the two is right, and the rest is left out. `--half`
trains on every second snippet, so that the other half can be scored.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from backstory.annotate.pronouns import features  # noqa: E402
from evaluation.speakers import PRONOUNS, Snippet, placed, snippets  # noqa: E402

OUT = ROOT / "src" / "backstory" / "annotate" / "data" / "pronoun_weights.tsv"
PENALTY = 3.0
"""Weight of the squared weights; 1 to 10 differ by less than .004 F1 on the held-out half."""
STEPS = 400


def groups(rows: list[Snippet]) -> list[tuple[list[dict[str, float]], int]]:
    """Return for each pronoun that means A or B the facts of its candidates and the place of the right one."""
    made = []
    for row in rows:
        cast, context, entity_a, entity_b = placed(row)
        candidates = features(PRONOUNS[row.pronoun.lower()], row.at, cast, context)
        right = entity_a if row.a_right else entity_b if row.b_right else None
        if right in candidates and entity_a != entity_b and len(candidates) > 1:
            made.append((list(candidates.values()), list(candidates).index(right)))
    return made


def fitted(data: list[tuple[list[dict[str, float]], int]], names: list[str]) -> np.ndarray:
    """Return the weights that make the right candidates likeliest (a conditional logit, by L-BFGS)."""
    matrices = [np.array([[facts.get(name, 0.0) for name in names] for facts in rows]) for rows, _ in data]
    right = [place for _, place in data]

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        total, slope = PENALTY * float(weights @ weights) / 2, PENALTY * weights
        for matrix, place in zip(matrices, right, strict=True):
            scores = matrix @ weights
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            total -= float(np.log(shares[place] + 1e-12))
            slope = slope + shares @ matrix - matrix[place]
        return total, slope

    return minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--half", action="store_true")
    rows = snippets("development")
    data = groups(rows[::2] if arguments.parse_args().half else rows)
    names = sorted({name for rows_of, _ in data for facts in rows_of for name in facts})
    weights = fitted(data, names)
    lines = ["# What tells whom a pronoun means: fact, weight in log odds. Made by training/pronouns.py from GAP."]
    lines += [f"{name}\t{weight:.4f}" for name, weight in zip(names, weights, strict=True)]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(data)} pronouns, {len(names)} facts")


if __name__ == "__main__":
    main()
