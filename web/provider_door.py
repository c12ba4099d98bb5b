"""The door of providers that call back: the secret of their address opens it."""

import hmac
import json

from fastapi import Request

from domain.errors import UnknownLinkError
from domain.provider import Provider
from web.desk import Desk

_LARGEST = 100_000  # bytes


def provider_of(desk: Desk, code: str, secret: str) -> Provider:
    """Give the provider that calls.

    Raises:
        UnknownLinkError: No such provider, or not its secret.
    """
    provider = desk.instance.database.providers.named(code)
    expected = desk.instance.secret_of(code)
    if provider is None or not hmac.compare_digest(secret.encode(), expected.encode()):
        raise UnknownLinkError
    return provider


async def posted(request: Request) -> object:
    """Read what it says: the fields of its address, of a form, or a document."""
    fields: dict[str, object] = dict(request.query_params)
    kind = request.headers.get("content-type", "").partition(";")[0]
    if request.method == "POST" and kind == "application/json":
        body = await request.body()
        try:
            document = json.loads(body[:_LARGEST])
        except ValueError:
            return fields
        return document | fields if isinstance(document, dict) else fields
    if request.method == "POST":
        form = await request.form()
        fields |= {
            name: value for name, value in form.items() if isinstance(value, str)
        }
    return fields
