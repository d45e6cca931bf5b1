"""The pages that people sit at: server-rendered, usable without JavaScript, every line with its citation."""

from backstory.web.router import router_of

__all__ = ["router_of"]
