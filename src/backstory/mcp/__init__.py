"""An assistant's questions in, small cited answers out: the Model Context Protocol. Nothing here writes."""

from backstory.mcp.server import assistant_of

__all__ = ["assistant_of"]
