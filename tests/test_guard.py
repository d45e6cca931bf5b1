"""Who gets in, what is refused, and how: hosts, sizes, rates, tokens, roles, forged changes, headers."""

from __future__ import annotations

import re
import stat

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from backstory.errors import NotFoundError, UsageError
from backstory.guard import Guard, Rules, TokenStore
from backstory.guard.entering import next_of
from backstory.guard.hosts import host_of
from backstory.guard.limits import Buckets
from backstory.guard.sessions import Sessions

SECRET = "the reactor code is 1234"
FORM = {"content-type": "application/x-www-form-urlencoded"}


async def who(request):
    return JSONResponse({"role": request.state.role, "csrf": request.state.csrf})


async def change(request):
    body = await request.body()
    return JSONResponse({"body": body.decode(), "field": (await request.form()).get("told") if body else None})


async def fail(request):
    raise RuntimeError(SECRET)


def client_of(*, rules=None, tokens=None, base="http://127.0.0.1:8000"):
    routes = [
        Route("/", who),
        Route("/api/v1/session", who),
        Route("/change", change, methods=["POST", "DELETE"]),
        Route("/mcp", change, methods=["POST"]),
        Route("/fail", fail),
        Route("/own", lambda request: PlainTextResponse("", headers={"content-security-policy": "sandbox"})),
    ]
    app = Starlette(routes=routes)
    app.add_middleware(Guard, rules=rules or Rules(), tokens=tokens)
    return TestClient(app, base_url=base, follow_redirects=False)


@pytest.fixture
def store(tmp_path):
    return TokenStore(tmp_path / "news.desk-tokens")


def guarded_by(store, **rules):
    return client_of(rules=Rules(demand_token=True, hosts=("desk.example",), **rules), tokens=store)


def bearer(token):
    return {"authorization": f"Bearer {token}"}


# hosts


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:81", "[::1]", "[::1]:8000"])
def test_names_of_this_machine_are_answered(host):
    assert client_of().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "", "localhost@evil.example", "10.0.0.1",
     "localhost:80:80", "localhost/..", "[::1", "[::1]evil", "127.0.0.1 evil", "[]", ":8000"],
)  # fmt: skip
def test_another_name_is_refused_so_that_no_page_elsewhere_reaches_the_desk(host):
    answer = client_of().get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "csrf" not in answer.text


def test_two_hosts_are_refused():
    answer = client_of().get("/", headers=[("host", "localhost"), ("host", "evil.example")])
    assert answer.status_code == 421


def test_beyond_this_machine_addresses_and_the_names_told_are_answered():
    client = client_of(rules=Rules(hosts=("desk.example",), addresses=True))
    for host, status in (("desk.example", 200), ("192.168.1.5:80", 200), ("[fe80::1]", 200), ("other.example", 421)):
        assert client.get("/", headers={"host": host}).status_code == status, host


def test_a_host_is_read_without_its_port():
    assert host_of("Desk.Example.:80") == "desk.example"
    assert host_of("a,b") is None
    assert host_of("desk.example:8o") is None


def test_websockets_are_refused():
    with pytest.raises(WebSocketDisconnect) as refused, client_of().websocket_connect("/"):
        pass
    assert refused.value.code == 1008


# sizes and rates


def test_too_much_is_refused_before_it_is_read():
    client = client_of(rules=Rules(body_bytes=100, target_bytes=200, header_bytes=2000))
    assert client.get("/?" + "a" * 300).status_code == 414
    assert client.get("/", headers={"x-long": "a" * 3000}).status_code == 431
    assert client.post("/change", content=b"a" * 101).status_code == 413
    assert client.post("/change", content=(b"a" * 60 for _ in range(2)), headers=FORM).status_code == 413
    assert client.post("/mcp", content=(b"a" * 60 for _ in range(2))).status_code == 413
    assert client.post("/change", headers={"content-length": "-1"}).status_code == 413


def test_a_client_that_asks_too_often_is_told_to_wait():
    client = client_of(rules=Rules(rate=0.001, burst=3))
    answers = [client.get("/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_a_bucket_fills_again_with_time_and_never_over():
    now = [0.0]
    buckets = Buckets(2.0, 4, clock=lambda: now[0])
    assert [buckets.wait("a") for _ in range(5)] == [0, 0, 0, 0, 0.5]
    assert buckets.wait("b") == 0
    now[0] = 0.5
    assert buckets.wait("a") == 0
    now[0] = 1000
    assert [buckets.wait("a") > 0 for _ in range(5)] == [False] * 4 + [True]


# headers and failures


def test_every_answer_carries_the_headers_refusals_too():
    client = client_of()
    for answer in (client.get("/"), client.get("/none"), client.get("/", headers={"host": "evil.example"})):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert "no-cache" in answer.headers["cache-control"]
        assert "server" not in answer.headers


def test_a_stricter_policy_of_a_page_stays():
    assert client_of().get("/own").headers["content-security-policy"] == "sandbox"


def test_transport_security_is_asked_for_under_https_alone():
    assert "strict-transport-security" not in client_of().get("/").headers
    assert "strict-transport-security" in client_of(base="https://localhost").get("/").headers


def test_a_failure_says_nothing_of_its_exception(caplog):
    answer = client_of().get("/fail", headers={"accept": "text/html"})
    assert answer.status_code == 500
    assert SECRET not in answer.text
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert SECRET in caplog.text
    assert client_of().get("/fail").headers["content-type"] == "application/problem+json"


# sessions and forged changes


def session_of(client):
    held = client.get("/api/v1/session").json()
    return held["csrf"]


def test_on_loopback_everybody_edits_with_the_proof_of_the_session():
    client = client_of()
    proof = session_of(client)
    assert client.get("/").json()["role"] == "edit"
    assert client.post("/change", headers={"x-csrf-token": proof}).status_code == 200
    assert client.post("/change", data={"csrf": proof, "told": "yes"}).json()["field"] == "yes"
    assert client.delete("/change", headers={"x-csrf-token": proof}).status_code == 200


def test_without_the_proof_nothing_changes():
    client = client_of()
    proof = session_of(client)
    for headers, body in (({}, {}), ({"x-csrf-token": "wrong"}, {}), ({}, {"csrf": proof[:-1]}), ({}, {"csrf": ""})):
        assert client.post("/change", headers=headers, data=body).status_code == 403
    assert client.post("/change", json={"csrf": proof}).status_code == 403


def test_a_proof_without_its_session_or_of_another_one_is_none():
    one, other = client_of(), client_of()
    proof = session_of(one)
    session_of(other)
    assert other.post("/change", headers={"x-csrf-token": proof}).status_code == 403
    one.cookies.clear()
    assert one.post("/change", headers={"x-csrf-token": proof}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:9999"},
     {"origin": "http://127.0.0.1:8000@evil.example"}, {"origin": "http://["}, {"origin": ""},
     {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)  # fmt: skip
def test_a_page_elsewhere_changes_nothing_even_with_the_proof(headers):
    client = client_of()
    proof = session_of(client)
    assert client.post("/change", headers={"x-csrf-token": proof, **headers}).status_code == 403
    assert client.post("/mcp", headers=headers).status_code == 403


def test_our_own_page_is_recognised():
    client = client_of()
    proof = session_of(client)
    headers = {"x-csrf-token": proof, "origin": "http://127.0.0.1:8000", "sec-fetch-site": "same-origin"}
    assert client.post("/change", headers=headers).status_code == 200


def test_what_changes_nothing_needs_no_proof():
    assert client_of().post("/mcp", content=b"{}").status_code == 200


def test_a_form_with_too_many_fields_or_broken_text_is_refused():
    client = client_of()
    session_of(client)
    assert client.post("/change", content="&".join("a=1" for _ in range(2000)), headers=FORM).status_code == 400
    assert client.post("/change", content=b"csrf=\xff\xfe", headers=FORM).status_code == 400


def test_the_cookie_is_kept_from_scripts_and_from_other_sites():
    cookie = client_of().get("/", headers={"accept": "text/html"}).headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    secure = client_of(base="https://localhost").get("/", headers={"accept": "text/html"}).headers["set-cookie"]
    assert "Secure" in secure


def test_a_session_ends_and_cannot_be_forged():
    now = [1000.0]
    sessions = Sessions(clock=lambda: now[0])
    session = sessions.new("ab12cd34")
    assert sessions.read(session.cookie).token_id == "ab12cd34"
    body, _, signature = session.cookie.rpartition(".")
    for forged in (session.cookie.replace("ab12", "ab13"), body, "", ".", "...", f"{body}.{'0' * 64}", "é" + signature):
        assert sessions.read(forged) is None
    assert Sessions().read(session.cookie) is None
    now[0] += 15 * 24 * 3600
    assert sessions.read(session.cookie) is None


# tokens and roles


def test_a_token_is_kept_as_a_hash_that_only_its_owner_may_read(store):
    token = store.add("Ada", "read")
    kept = store.path.read_text()
    assert token not in kept
    assert token.rpartition("_")[2] not in kept
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def test_only_the_very_token_is_known(store):
    token = store.add("Ada", "edit")
    assert store.check(token).name == "Ada"
    wrong = token[:-1] + ("A" if token[-1] != "A" else "B")
    for written in (wrong, token[:-1], token + "A", token.upper(), "", "bst_", token.replace("bst_", "bst")):
        assert store.check(written) is None
    other = store.add("Bo", "read")
    mixed = "_".join([*other.split("_")[:2], token.split("_", 2)[2]])
    assert store.check(mixed) is None


def test_what_another_process_writes_into_the_store_counts_at_once(store):
    token = store.add("Ada", "read")
    other = TokenStore(store.path)
    assert other.check(token)
    store.revoke("Ada")
    assert other.check(token) is None
    assert other.tokens() == []


def test_names_and_roles_are_checked(store):
    for name, role in (("", "read"), (" ", "read"), ("a\nb", "read"), ("a" * 81, "read"), ("Ada", "root")):
        with pytest.raises(UsageError):
            store.add(name, role)
    store.add("Ada", "read")
    store.add("Ada", "edit")
    for wanted in ("nobody", "Ada"):
        with pytest.raises(NotFoundError):
            store.revoke(wanted)
    store.revoke(store.tokens()[0].token_id)
    assert [token.role for token in store.tokens()] == ["edit"]


def test_without_a_token_nothing_is_said(store):
    client = guarded_by(store)
    answer = client.get("/")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/fail").status_code == 401
    assert client.post("/mcp").status_code == 401
    assert client.get("/", headers=bearer("bst_00000000_" + "A" * 43)).status_code == 401


def test_a_token_reads_or_edits_as_its_role_says(store):
    client = guarded_by(store)
    read, edit = store.add("Ada", "read"), store.add("Bo", "edit")
    assert client.get("/", headers=bearer(read)).json()["role"] == "read"
    assert client.post("/change", headers=bearer(read)).status_code == 403
    assert client.post("/mcp", headers=bearer(read)).status_code == 200
    assert client.post("/change", headers=bearer(edit)).status_code == 200


def test_a_feed_reader_gives_the_token_as_a_password_and_may_only_read(store):
    client = guarded_by(store)
    token = store.add("Bo", "edit")
    assert client.get("/", auth=("anybody", token)).json()["role"] == "read"
    assert client.post("/change", auth=("", token)).status_code == 403
    assert client.get("/", auth=(token, "")).status_code == 401
    assert client.get("/", headers={b"authorization": "Basic é".encode()}).status_code == 401


def test_guessing_is_slowed(store):
    client = guarded_by(store, guesses=3)
    token = store.add("Ada", "read")
    wrong = [client.get("/", headers=bearer("bst_wrong")).status_code for _ in range(5)]
    assert wrong == [401, 401, 401, 429, 429]
    assert client.get("/", headers=bearer(token)).status_code == 429


def csrf_in(page):
    return re.search(r'name="csrf" value="([0-9a-f]+)"', page)[1]


def sign_in(client, token, following="/"):
    page = client.get("/login", params={"next": following}, headers={"accept": "text/html"})
    assert page.status_code == 200
    fields = {"token": token, "csrf": csrf_in(page.text)}
    return client.post("/login", params={"next": following}, data=fields, headers={"accept": "text/html"})


def test_a_browser_is_sent_to_give_its_token_and_back(store):
    client = guarded_by(store)
    token = store.add("Ada", "edit")
    sent = client.get("/?page=2", headers={"accept": "text/html"})
    assert (sent.status_code, sent.headers["location"]) == (303, "/login?next=%2F%3Fpage%3D2")
    entered = sign_in(client, token, "/?page=2")
    assert (entered.status_code, entered.headers["location"]) == (303, "/?page=2")
    held = client.get("/").json()
    assert held["role"] == "edit"
    assert client.post("/change").status_code == 403
    assert client.post("/change", headers={"x-csrf-token": held["csrf"]}).status_code == 200


def test_a_cookie_ends_with_its_token_and_with_leaving(store):
    client = guarded_by(store)
    token = store.add("Ada", "read")
    sign_in(client, token)
    assert client.get("/").status_code == 200
    proof = client.get("/").json()["csrf"]
    assert client.post("/logout", headers={"x-csrf-token": proof}).status_code == 303
    assert client.get("/").status_code == 401
    sign_in(client, token)
    store.revoke("Ada")
    assert client.get("/").status_code == 401


def test_a_wrong_token_does_not_enter_and_nobody_enters_by_force(store):
    client = guarded_by(store, guesses=2)
    store.add("Ada", "read")
    assert [sign_in(client, "bst_wrong").status_code for _ in range(3)] == [401, 401, 429]
    assert client.get("/").status_code == 401
    assert client.post("/login", data={"token": "x"}).status_code == 403


def test_a_session_from_before_there_were_tokens_opens_nothing(store):
    client = guarded_by(store)
    client.get("/login", headers={"accept": "text/html"})
    assert client.cookies
    assert client.get("/").status_code == 401


@pytest.mark.parametrize(
    "query",
    ["next=https://evil.example", "next=//evil.example", "next=/\\evil.example", "next=javascript:alert(1)",
     "next=%2F%0d%0aSet-Cookie:x", "next=", "", "next=%2F%2Fevil.example", "next=/%C3%A9"],
)  # fmt: skip
def test_one_is_never_sent_to_another_site_after_entering(query):
    assert next_of(query) == "/"


def test_where_nobody_needs_a_token_there_is_no_door():
    assert client_of().get("/login").status_code == 404
