"""Questions over HTTP in, rows of the contract out: REST with OpenAPI 3.1, and feeds."""

from backstory.api.app import api_of

__all__ = ["api_of"]
