"""`serve`, `mcp`, `token`: the desk for browsers, programs and assistants, and who may ask it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstory.cli.options import AsJson, DeskPath

if TYPE_CHECKING:
    from backstory.guard import Rules, TokenStore

__all__ = ["register"]

DEFAULT_DESK = Path("news.desk")
PORT = 8000
RATE_HERE = 500.0
RATE_BEYOND = 20.0
"""Requests a second of one client, on this machine and beyond it, where a person opens few pages at once."""
SAVED_SECONDS = 10
"""A client that was quiet may make the requests of so many seconds at once."""
TokensPath = Annotated[
    Path | None, typer.Option("--tokens", help="The file of tokens; by default the desk's name and -tokens.")
]


def serve(
    desk: DeskPath = DEFAULT_DESK,
    host: Annotated[str, typer.Option(help="Where to listen; beyond this machine a token is demanded.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = PORT,
    allow_host: Annotated[
        list[str] | None, typer.Option("--allow-host", help="A name that the server is reached by, e.g. of a proxy.")
    ] = None,
    tokens: TokensPath = None,
    rate: Annotated[float | None, typer.Option(min=1, help="Requests a second that one client may make.")] = None,
    processes: Annotated[
        int, typer.Option("--processes", min=1, max=64, help="More of them answer more people at once.")
    ] = 1,
) -> None:
    """Serve the desk's pages, API and feeds, to this machine alone unless told otherwise."""
    from backstory.desk.readers import Readers
    from backstory.guard import TokenStore
    from backstory.server import serve as run

    Readers(desk).version()
    store = TokenStore(tokens) if tokens else TokenStore.beside(desk)
    rules = _rules(desk, store, host=host, names=tuple(allow_host or ()), rate=rate)
    shown = f"[{host}]" if ":" in host else host
    typer.echo(f"{desk} at http://{shown}:{port}  (Ctrl-C ends it)")
    run(desk, tokens=store, rules=rules, host=host, port=port, processes=processes)


def mcp(desk: DeskPath = DEFAULT_DESK) -> None:
    """Let an assistant on this machine ask the desk, over standard input and output (Model Context Protocol)."""
    from backstory.desk.readers import Readers
    from backstory.mcp import assistant_of

    readers = Readers(desk)
    readers.version()
    assistant_of(readers).run("stdio")


def _rules(desk: Path, store: TokenStore, *, host: str, names: tuple[str, ...], rate: float | None) -> Rules:
    from backstory.errors import UsageError
    from backstory.guard import LOOPBACK, Rules

    beyond = host not in LOOPBACK or bool(names)
    kept = store.tokens()
    if beyond and not kept:
        raise UsageError(
            f"others could reach the desk at {', '.join((host, *names))}, and no token is made yet: "
            f"make one with `backstory token add NAME --role read --desk {desk}`"
        )
    pace = rate or (RATE_BEYOND if beyond else RATE_HERE)
    return Rules(
        hosts=names,
        addresses=host not in LOOPBACK,
        demand_token=beyond or bool(kept),
        rate=pace,
        burst=int(SAVED_SECONDS * pace),
    )


token = typer.Typer(name="token", no_args_is_help=True, help="Say who may ask the desk over the network.")


@token.command("add")
def add(
    name: Annotated[str, typer.Argument(help="Whose it is.")],
    role: Annotated[str, typer.Option(help="read, or edit: merge, split, rename, relabel.")] = "read",
    desk: DeskPath = DEFAULT_DESK,
    tokens: TokensPath = None,
) -> None:
    """Make a token and print it: it is not kept, only its hash is."""
    typer.echo(_store(desk, tokens).add(name, role))
    typer.echo("keep it now, it cannot be shown again; it goes into the header `Authorization: Bearer ...`", err=True)


@token.command("list")
def list_(desk: DeskPath = DEFAULT_DESK, tokens: TokensPath = None, as_json: AsJson = False) -> None:
    """List the tokens: whose they are and what they may do."""
    from backstory.cli.output import json_lines, table

    kept = [(each.token_id, each.role, each.name) for each in _store(desk, tokens).tokens()]
    if as_json:
        json_lines({"token_id": token_id, "role": role, "name": name} for token_id, role, name in kept)
        return
    table(("id", "role", "name"), kept, empty="no tokens: `backstory token add NAME` makes one")


@token.command("revoke")
def revoke(
    wanted: Annotated[str, typer.Argument(metavar="ID", help="A token's id or name.")],
    desk: DeskPath = DEFAULT_DESK,
    tokens: TokensPath = None,
) -> None:
    """Forget a token; whoever holds it is out at once."""
    gone = _store(desk, tokens).revoke(wanted)
    typer.echo(f"{gone.name} ({gone.token_id}) is out")


def _store(desk: Path, tokens: Path | None) -> TokenStore:
    from backstory.guard import TokenStore

    return TokenStore(tokens) if tokens else TokenStore.beside(desk)


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(serve)
    app.command()(mcp)
    app.add_typer(token)
