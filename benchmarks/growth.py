"""The cost of one more article as a desk grows, by stage, drawn as a plot.

    python -m benchmarks growth [--articles 10000] [--steps 10] [--words 0] [--svg docs/growth.svg]

Articles come day by day in equal steps, each a run of its own. Annotating, which looks at one article alone and costs
the same whatever there is beside it, runs without the model, so that the stages that could grow are what is seen. With
`--words` an article is cut after so many. The plot is drawn anew after every step, so that a run which is ended shows
how far it came.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from backstory import pipeline
from backstory.annotate.spans import Seen
from backstory.desk import Desk
from backstory.pipeline import STAGES, build
from backstory.records import Reading
from benchmarks.crawl import texts, write_files

WIDTH, HEIGHT, LEFT, TOP, BELOW = 640, 320, 60, 30, 40
COLOURS = ("#1b6ca8", "#c0392b", "#2e8b57", "#8e5ea2", "#b8860b", "#444444", "#d2691e")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("name", nargs="?")
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--steps", type=int, default=10)
    options.add_argument("--words", type=int, default=0)
    options.add_argument("--svg", type=Path)
    chosen = options.parse_args()
    step = chosen.articles // chosen.steps
    costs: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder, patch.object(pipeline, "shipped_reader", Blind):
        for cost in grown(Path(folder), chosen.articles, chosen.steps, chosen.words):
            costs.append(cost)
            if chosen.svg:
                chosen.svg.write_text(plot(costs, step), "utf-8")
    for stage in STAGES:
        told = ", ".join(f"{cost[stage] * 1000:.1f}" for cost in costs)
        print(f"{stage:9} ms an article: {told}; last to first {costs[-1][stage] / costs[0][stage]:.2f}")
    first, last = sum(costs[0].values()), sum(costs[-1].values())
    print(f"one more article at {step:,}: {first * 1000:.1f} ms, at {chosen.articles:,}: {last * 1000:.1f} ms")
    print(f"ratio {last / first:.2f}")
    return 0


class Blind:
    """Stands where the model stands, and finds nothing: the rules find what they find."""

    def seen(self, reading: Reading) -> Seen:
        """Return nothing."""
        return Seen()


def grown(folder: Path, articles: int, steps: int, words: int) -> Iterator[dict[str, float]]:
    """Yield for each step the processor seconds of each stage for an article that came with it."""
    step = articles // steps
    said = texts(articles, by_day=True)
    if words:
        said = [" ".join(text.split(" ")[:words]) for text in said]
    with Desk(folder / "grown.desk", create=True) as desk:
        for number in range(steps):
            write_files(folder / f"day{number}", said[number * step : (number + 1) * step], number * step)
            cost = {}
            for stage in STAGES:
                began = time.process_time()
                build(desk, [str(folder / f"day{number}")], until=stage)
                cost[stage] = (time.process_time() - began) / step
            told = ", ".join(f"{stage} {spent * 1000:.1f}" for stage, spent in cost.items())
            print(f"  {(number + 1) * step:,}: {told}, all {sum(cost.values()) * 1000:.1f}", flush=True)
            yield cost


def plot(costs: list[dict[str, float]], step: int) -> str:
    """Return a plot of the cost of an article by stage over how many there are, as SVG."""
    most = max(max(cost.values()) for cost in costs) * 1000
    wide, high = WIDTH - LEFT - 130, HEIGHT - TOP - BELOW

    def at(number: int, seconds: float) -> str:
        x = LEFT + wide * number / max(len(costs) - 1, 1)
        return f"{x:.1f},{TOP + high * (1 - seconds * 1000 / most):.1f}"

    lines = []
    for place, (stage, colour) in enumerate(zip(STAGES, COLOURS, strict=True)):
        points = " ".join(at(number, cost[stage]) for number, cost in enumerate(costs))
        y = TOP + 12 + 18 * place
        lines.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        lines.append(f'<text x="{WIDTH - 120}" y="{y}" fill="{colour}">{stage}</text>')
    axis = f'<path d="M{LEFT} {TOP}V{TOP + high}H{LEFT + wide}" fill="none" stroke="#888"/>'
    ticks = "".join(
        f'<text x="{LEFT - 6}" y="{TOP + high * (1 - part) + 4:.0f}" text-anchor="end">{most * part:.1f}</text>'
        for part in (0, 0.5, 1)
    )
    ends = (
        f'<text x="{LEFT}" y="{HEIGHT - 16}">{step:,}</text>'
        f'<text x="{LEFT + wide}" y="{HEIGHT - 16}" text-anchor="end">{step * len(costs):,} articles</text>'
    )
    title = f'<text x="{LEFT}" y="18">Processor milliseconds for one more article, by stage</text>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">'
        f"{title}{axis}{ticks}{ends}{''.join(lines)}</svg>\n"
    )


if __name__ == "__main__":
    sys.exit(main())
