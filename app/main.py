"""The application: routes, errors and the entrance, put together."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from starlette.types import ASGIApp

from app import documentation, errors
from app.cache import Cache
from app.compression import compressed
from app.document import install as install_openapi
from app.engines import database_of
from app.middleware import Entrance
from app.observing import observed, telemetry
from app.protocol import AT_ONCE
from app.routes import (
    activities,
    areas,
    context,
    dataset,
    documents,
    downloads,
    evidence,
    health,
    home,
    meeting_series,
    meetings,
    network,
    organizations,
    people,
    places,
    problems,
    relations,
    search,
    sources,
    statements,
    timeline,
    vocabularies,
    wellknown,
)
from app.routing import Addresses, Shortcut
from app.settings import Settings
from app.site.layer import Site
from app.straight import Straight

MODULES = (
    organizations,
    meetings,
    areas,
    people,
    documents,
    activities,
    statements,
    meeting_series,
    places,
    relations,
    sources,
    evidence,
    timeline,
    network,
    search,
    dataset,
    downloads,
    context,
    vocabularies,
    home,
    problems,
    wellknown,
    health,
)


class Application(FastAPI):
    """The framework's application, with our entrance around its handling of failures too."""

    def build_middleware_stack(self) -> ASGIApp:
        self.state.inner = super().build_middleware_stack()
        stack: ASGIApp = Entrance(compressed(self.state.inner))
        settings: Settings = self.state.settings
        waited_for = self.state.database.run is not None
        self.state.at_once = None if waited_for else Straight(self, self.state.addresses)
        if settings.cache_mb:
            room = settings.cache_mb * 1024 * 1024
            stack = cache = Cache(stack, self.state.database, room, self.state.at_once)
            self.state.at_once = cache.at_once
        return observed(stack, self, settings)


def create_app(settings: Settings | None = None) -> FastAPI:
    """An application over the database that the settings name."""
    settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, object]]:
        gc.freeze()  # what is there for good need not be searched for garbage again and again
        gc.enable()
        yield {AT_ONCE: app.state.at_once}
        app.state.database.close()

    app = Application(
        title="NATO–OSCE Cooperation API",
        version=version("nato-osce-cooperation-api"),
        summary="How NATO and the OSCE work together, every fact with the phrase that states it.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        telemetry=telemetry(settings),
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings
    app.state.database = database_of(settings)
    for module in MODULES:
        app.include_router(module.router)
    documentation.install(app)
    errors.install(app)
    install_openapi(app)
    app.state.addresses = Addresses(route for module in MODULES for route in module.router.routes)
    app.add_middleware(Shortcut, addresses=app.state.addresses)
    app.add_middleware(Site, owner=app)
    return app
