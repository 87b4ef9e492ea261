"""What `python -m app` does: build the database if need be, and serve it."""

import argparse
import multiprocessing
import sqlite3
import subprocess
import sys
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from pathlib import Path
from typing import Any

import uvicorn
import uvicorn._subprocess
from uvicorn.config import LOGGING_CONFIG, STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from app.engines import database_of
from app.observing import obstacles
from app.settings import Settings
from seed.version import version_of

OPEN_FILES = 4096
"""More than the connections that are held and refused at a time."""
AT_ONCE = 32
"""New connections that are taken in each turn of the event loops, of all workers together."""


def main() -> int:
    parser = argparse.ArgumentParser("python -m app", description="Serve the NATO–OSCE Cooperation API.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="the port to listen on (default: %(default)s)")
    parser.add_argument(
        "--workers", type=int, default=1, help="how many processes serve (default: %(default)s)"
    )
    options = parser.parse_args()
    settings = Settings()
    if missing := obstacles(settings):
        print(*missing, sep="\n", file=sys.stderr)
        return 1
    if settings.database_url is None and built_from(settings.database) != version_of():
        # In a process of its own, or the server would keep for good the memory that a build takes.
        built = subprocess.run([sys.executable, "-m", "seed"], check=False)
        if built.returncode:
            return built.returncode
    address = f"http://{options.host}:{options.port}"
    print(f"API: {address}/   documentation: {address}/docs", flush=True)
    share_memory()
    open_enough()
    connections, exposed = watched(settings, options)
    with exposed:
        return serve(
            host=options.host,
            port=options.port,
            workers=options.workers,
            http=connections,
            log_config=log_config(settings),
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=4,
        )


def serve(**options: Any) -> int:
    """Run the server, as `uvicorn.run` does, and tell how it ended.

    In a turn of its loop uvloop takes one new connection from each socket that it listens on, and answers all who
    have asked: with many clients the last one would wait as many turns. So it is given the same socket many times.
    """
    config = uvicorn.Config("app.main:create_app", factory=True, **options)
    listening = config.bind_socket()
    times = 1 if sys.platform == "win32" else AT_ONCE // config.workers
    sockets = [listening, *(listening.dup() for _ in range(times - 1))]
    if config.workers > 1:
        Multiprocess(config, sockets).run()
        return 0
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(sockets)
    return 0 if server.started else STARTUP_FAILURE


def share_memory() -> None:
    """Let workers be forked from a process that has loaded all they need; uvicorn would start each one from nothing."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return  # as on Windows
    multiprocessing.set_forkserver_preload(["app.preloaded"])
    uvicorn._subprocess.spawn = multiprocessing.get_context("forkserver")  # type: ignore[assignment]


def open_enough() -> None:
    """Allow as many open files as connections may need, where the system lets us; often 1024 are the default."""
    if sys.platform != "win32":
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if 0 <= soft < OPEN_FILES:
            most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def watched(settings: Settings, options: argparse.Namespace) -> tuple[str, AbstractContextManager[None]]:
    """The class of the connections, and what is served beside the API."""
    if not settings.metrics_port:
        return f"app.{'observing:Watched' if settings.log_requests else 'protocol:Protocol'}", nullcontext()
    from app.metrics import exposed

    database = database_of(settings)
    port, workers = settings.metrics_port, options.workers
    return "app.metrics:Counted", exposed(options.host, port, workers, lambda: database.release().version)


def log_config(settings: Settings) -> dict[str, Any]:
    """The server's own logging, with ours beside it; given to every worker. Requests go to standard output, bare."""
    plain = {"lines": {"format": "%(message)s"}}
    lines = {"lines": {"class": "logging.StreamHandler", "formatter": "lines", "stream": "ext://sys.stdout"}}
    level = "INFO" if settings.log_requests else "WARNING"
    ours = {
        "app": {"handlers": ["default"], "level": "INFO"},
        "app.requests": {"handlers": ["lines"], "level": level, "propagate": False},
    }
    return {
        **LOGGING_CONFIG,
        "formatters": {**LOGGING_CONFIG["formatters"], **plain},
        "handlers": {**LOGGING_CONFIG["handlers"], **lines},
        "loggers": {**LOGGING_CONFIG["loggers"], **ours},
    }


def built_from(path: Path) -> str | None:
    """The version of the dataset that a database holds; none where it cannot be read."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            (version,) = connection.execute("SELECT version FROM dataset").fetchone()
    except (sqlite3.Error, TypeError):
        return None
    return str(version)
