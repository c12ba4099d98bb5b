"""What a visitor reads when something is refused: one page, one sentence."""

from collections.abc import Iterator
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from sqlalchemy.exc import OperationalError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from domain.card_errors import CardNotYoursError, UnknownCardError
from domain.errors import (
    CrisisLiftedError,
    EmptyRosterError,
    ExpiredLinkError,
    ExpiredPlanLinkError,
    ExpiredRequestLinkError,
    ForeignFormError,
    FormAlreadyPostedError,
    NotOnThisMachineError,
    PlanError,
    TooManyTriesError,
    UnknownCptsError,
    UnknownCrisisError,
    UnknownLinkError,
    UnknownPlanError,
)
from domain.layer_errors import CardNotInPlanError
from domain.mission_errors import UnknownMissionError, UnknownPersonError
from domain.plan_errors import (
    ChangedMeanwhileError,
    NoDraftError,
    UnknownSectionError,
    UnknownVersionError,
)
from domain.receipt_errors import UnknownReceiptError
from domain.review_errors import NotAskedError, UnknownReviewError, UnknownTaskError
from domain.sentences import sentence
from web.views import RefusalPage

log = structlog.get_logger()

_STATUS: dict[type[PlanError], tuple[HTTPStatus, str]] = {
    UnknownLinkError: (HTTPStatus.NOT_FOUND, "Lien non valable"),
    UnknownReceiptError: (HTTPStatus.NOT_FOUND, "Message inconnu"),
    ExpiredLinkError: (HTTPStatus.GONE, "Lien expiré"),
    CrisisLiftedError: (HTTPStatus.GONE, "L'alerte est terminée"),
    TooManyTriesError: (HTTPStatus.TOO_MANY_REQUESTS, "Trop d'essais"),
    NotOnThisMachineError: (HTTPStatus.FORBIDDEN, "Page réservée"),
    CardNotYoursError: (HTTPStatus.FORBIDDEN, "Fiche d'un autre rôle"),
    ForeignFormError: (HTTPStatus.FORBIDDEN, "Formulaire refusé"),
    FormAlreadyPostedError: (HTTPStatus.CONFLICT, "Déjà envoyé"),
    ExpiredPlanLinkError: (HTTPStatus.GONE, "Lien expiré"),
    ExpiredRequestLinkError: (HTTPStatus.GONE, "Lien expiré"),
    UnknownCptsError: (HTTPStatus.NOT_FOUND, "CPTS inconnue"),
    UnknownCrisisError: (HTTPStatus.NOT_FOUND, "Crise inconnue"),
    NotAskedError: (HTTPStatus.CONFLICT, "Demande passée à un autre"),
    UnknownReviewError: (HTTPStatus.NOT_FOUND, "Revue inconnue"),
    UnknownTaskError: (HTTPStatus.NOT_FOUND, "Demande inconnue"),
    UnknownCardError: (HTTPStatus.NOT_FOUND, "Fiche inconnue"),
    CardNotInPlanError: (HTTPStatus.NOT_FOUND, "Fiche inconnue"),
    UnknownMissionError: (HTTPStatus.NOT_FOUND, "Mission inconnue"),
    UnknownPersonError: (HTTPStatus.NOT_FOUND, "Personne inconnue"),
    UnknownPlanError: (HTTPStatus.CONFLICT, "Il manque le plan"),
    NoDraftError: (HTTPStatus.CONFLICT, "Version partie"),
    UnknownSectionError: (HTTPStatus.NOT_FOUND, "Section inconnue"),
    UnknownVersionError: (HTTPStatus.NOT_FOUND, "Version inconnue"),
    ChangedMeanwhileError: (HTTPStatus.CONFLICT, "Modifié entre-temps"),
    EmptyRosterError: (HTTPStatus.CONFLICT, "Il manque l'annuaire"),
}
_UNSAID = "Réponse non inscrite"
_INCOMPLETE = (
    "Le formulaire est arrivé incomplet ; rien n'a été inscrit. "
    "Rouvrez votre lien et appuyez de nouveau sur un bouton."
)
_MISREAD = (
    "L'adresse ou le formulaire est incomplet, ou demande ce qui n'existe pas ; rien "
    "n'a été inscrit. Revenez à la page d'où vous venez."
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
}


class _Sealed:
    """Puts the headers of every page on it, but those that the page chose."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and its answer back with the headers."""

        async def sealed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sealed)


def answer_refusals(app: FastAPI) -> None:
    """Give every refusal its page, and every answer its headers."""
    app.add_middleware(_Sealed)

    @app.exception_handler(PlanError)
    async def refused(request: Request, error: PlanError) -> Response:
        status, title = _STATUS.get(type(error), (HTTPStatus.BAD_REQUEST, _UNSAID))
        if title == _UNSAID and _at_console(request):
            title = "Demande refusée"
        return _page(request, status, title, sentence(error))

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, _error: RequestValidationError) -> Response:
        wrong = HTTPStatus.UNPROCESSABLE_ENTITY
        if _at_console(request):
            return _page(request, wrong, "Demande non comprise", _MISREAD)
        return _page(request, wrong, _UNSAID, _INCOMPLETE)

    @app.exception_handler(HTTPException)
    async def astray(request: Request, error: HTTPException) -> Response:
        request.state.console = ours = request.url.path.startswith("/cpts/")
        way = "Revenez au pupitre." if ours else "Ouvrez le lien de votre message."
        said = f"Cette adresse ne mène à aucune page. {way}"
        return _page(request, HTTPStatus(error.status_code), "Page absente", said)

    @app.exception_handler(OperationalError)
    async def troubled(request: Request, error: OperationalError) -> Response:
        log.error("page.failed", error=type(error.orig).__name__)
        return _page(
            request,
            HTTPStatus.SERVICE_UNAVAILABLE,
            _UNSAID,
            "Le serveur ne peut rien inscrire pour l'instant. "
            "Réessayez dans une minute, ou appelez votre CPTS.",
        )


def _page(request: Request, status: HTTPStatus, title: str, said: str) -> Response:
    views = request.app.state.desk.views
    ways = tuple(_ways(request)) if _at_console(request) else ()
    page = RefusalPage(title=title, sentence=said, ways=ways)
    return HTMLResponse(views.refusal(page), status_code=status)


def _at_console(request: Request) -> bool:
    return getattr(request.state, "console", False)  # its door says so


def _ways(request: Request) -> Iterator[tuple[str, str]]:
    """Give the ways back to the console."""
    yield "/", "Pupitre"
    cpts_id = request.path_params.get("cpts_id")
    if cpts_id and request.url.path.startswith(f"/cpts/{cpts_id}/plan/"):
        yield f"/cpts/{cpts_id}/plan", "Le plan"
