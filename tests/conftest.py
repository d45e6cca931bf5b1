"""What every test shares: Hypothesis profiles and entries made of bytes."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings

from backstory.read.entries import HEAD_BYTES, Entry

settings.register_profile(
    "quick", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("quick")


@pytest.fixture
def entry() -> Callable[..., Entry]:
    def make(raw: bytes, name: str = "news.txt") -> Entry:
        return Entry(uri=name, name=name, head=raw[:HEAD_BYTES], open=lambda: io.BytesIO(raw), size=len(raw))

    return make
