"""The pages that people sit at: server-rendered, usable without JavaScript, every line with its citation."""

from backstory.web.rendering import compile_templates
from backstory.web.router import router_of

__all__ = ["compile_templates", "router_of"]
