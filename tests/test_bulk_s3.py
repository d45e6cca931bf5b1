"""The bulk path over an S3-compatible server on loopback: a real server, reached as any other."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import piles
import pytest

RUN = """
import sys
from backstory.cli import main
main()
"""


@pytest.fixture
def server(tmp_path):
    """Return the environment in which a server of S3, started here, is the one that is asked."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    endpoint = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            urllib.request.urlopen(endpoint, timeout=1).close()
            break
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    yield {
        **os.environ,
        "AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true", "DO_NOT_TRACK": "1",
    }  # fmt: skip
    process.terminate()
    process.wait()


def put(environment, bucket, files):
    """Put files into a bucket, by plain requests as any client makes them."""
    for path in ("", *(f"/{file.name}" for file in files)):
        data = next((file.read_bytes() for file in files if path == f"/{file.name}"), b"")
        request = urllib.request.Request(f"{environment['AWS_ENDPOINT_URL']}/{bucket}{path}", data=data, method="PUT")
        request.add_header("Authorization", "AWS4-HMAC-SHA256 Credential=key/20260101/us-east-1/s3/aws4_request")
        request.add_header("Content-Type", "text/plain")
        urllib.request.urlopen(request, timeout=30).close()


def backstory(environment, *words):
    run = subprocess.run(
        [sys.executable, "-c", RUN, *words], env=environment, capture_output=True, text=True, timeout=600, check=False
    )
    assert run.returncode == 0, run.stderr[-3000:]
    return run.stdout


def test_a_crawl_in_a_bucket_becomes_tables_in_a_bucket_and_a_slice_of_them_a_desk(server, tmp_path):
    paths = [path for path in piles.write_pile(tmp_path / "in", 3) if path.suffix == ".txt"]
    put(server, "crawl", paths)
    put(server, "tables", [])
    told = json.loads(backstory(server, "build", "s3://crawl/*.txt", "--to", "s3://tables/out", "-j", "1", "--json"))
    assert (told["files"], told["unchanged"], told["problems"]) == (3, 0, 0)
    again = json.loads(backstory(server, "build", "s3://crawl", "--to", "s3://tables/out", "-j", "1", "--json"))
    assert (again["unchanged"], again["written"], again["rows"]) == (3, 0, told["rows"])
    desk = str(tmp_path / "slice.desk")
    backstory(server, "desk", "from", "s3://tables/out", "--desk", desk)
    rows = [json.loads(line) for line in backstory(server, "sources", "--desk", desk, "--json").splitlines()]
    assert sorted(row["uri"] for row in rows) == [f"s3://crawl/{path.name}" for path in paths]
    assert "all hold" in backstory(server, "verify", "--desk", desk)
