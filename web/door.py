"""The door of the console: until people sign in, this machine and no other site."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from domain.errors import ForeignFormError, NotOnThisMachineError

_FORWARDED = frozenset(
    {
        "cf-connecting-ip",
        "forwarded",
        "true-client-ip",
        "via",
        "x-client-ip",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-forwarded-server",
        "x-real-ip",
    }
)
_READS = frozenset({"GET", "HEAD"})


async def from_this_machine(request: Request) -> None:
    """Refuse who is not at this machine: guards every route of the console.

    Behind a reverse proxy every visitor comes from this machine: a header of a proxy
    is refused, and the old HTTP that proxies speak by default. So is a name that is
    not this machine's, which a hostile site may have given to its address.

    Raises:
        ForeignFormError: A form of another site.
        NotOnThisMachineError: A visitor from elsewhere.
    """
    host = request.headers.get("host", "")
    here = (
        request.client is not None
        and _is_loopback(request.client.host)
        and _is_loopback(urlsplit(f"//{host}").hostname or "")
    )
    relayed = request.scope["http_version"] == "1.0" or not _FORWARDED.isdisjoint(
        request.headers.keys()
    )
    if relayed or not here:
        raise NotOnThisMachineError
    if request.method not in _READS and not _same_site(request, host):
        raise ForeignFormError
    request.state.console = True  # so that a refusal shows the way back


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _same_site(request: Request, host: str) -> bool:
    """Did one of our pages post this? Browsers say so, each in its own way."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != host:
        return False
    site = request.headers.get("sec-fetch-site")
    return site == "same-origin" if site is not None else origin is not None
