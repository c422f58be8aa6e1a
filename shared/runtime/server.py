"""The HTTP server of one process: uvicorn with our signals, our socket and nothing it does not need."""

import socket
from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

REQUEST_SECONDS_MAX = 6
"""How long requests that were accepted may take once the process was asked to stop."""
KEEP_ALIVE_SECONDS = 30
BACKLOG_CONNECTIONS_MAX = 2048


class Server(uvicorn.Server):
    """Leaves the signals to the process: uvicorn would raise them again and so kill what must drain."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Capture none."""
        yield


def bound(host: str, port: int) -> socket.socket:
    """A listening address; raise `OSError` naming it when it is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    found = socket.socket(family, socket.SOCK_STREAM)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise OSError(error.errno, f"{host}:{port}: {error.strerror}") from error
    return found


def server(app: FastAPI) -> Server:
    """A server that stops when its `should_exit` is set, after the requests it has accepted."""
    return Server(
        uvicorn.Config(
            app,
            http="httptools",
            ws="none",
            lifespan="off",
            backlog=BACKLOG_CONNECTIONS_MAX,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=REQUEST_SECONDS_MAX,
            log_config=None,
            access_log=False,
            server_header=False,
        )
    )
