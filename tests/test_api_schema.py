"""The API against its own description: whatever fits the schema, or does not, is answered as the schema says."""

from __future__ import annotations

import shutil

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from newsdesk import desk_path  # noqa: F401
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from starlette.testclient import TestClient

from backstory.api import api_of
from backstory.desk.readers import Readers
from backstory.guard import Rules
from backstory.server import app_of

EXAMPLES = 8
IN_WORDS = ("/search", "/quotation")
"""What these take must have words in it, which a schema cannot say."""
DESCRIBED = api_of(Readers("none.desk")).openapi()
OPERATIONS = [(path, method) for path, methods in DESCRIBED["paths"].items() for method in methods]


@pytest.fixture(scope="module")
def api(desk_path, tmp_path_factory):  # noqa: F811
    own = tmp_path_factory.mktemp("api") / "own.desk"
    shutil.copy(desk_path, own)
    app = app_of(own, rules=Rules(hosts=("testserver",), rate=1e6, burst=10**6, target_bytes=1 << 20))
    held = TestClient(app).get("/api/v1/session")
    headers = {"x-csrf-token": held.json()["csrf"], "cookie": held.headers["set-cookie"].partition(";")[0]}
    return schemathesis.openapi.from_asgi("/api/v1/openapi.json", app), headers


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda part: part)
def test_nothing_surprises_the_api(api, path, method, mode):
    schema, headers = api
    unsaid = [CHECKS.get_one("positive_data_acceptance")]
    operation = schema[path][method.upper()]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def holds(case):
        case.call_and_validate(headers=headers, excluded_checks=unsaid if path in IN_WORDS else [])

    try:
        holds()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE
        assert not DESCRIBED["paths"][path][method].get("parameters")
