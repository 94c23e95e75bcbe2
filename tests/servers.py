"""Servers on loopback: one that takes mail, one that takes posts, one that answers badly."""

from __future__ import annotations

import email
import email.policy
import http.server
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Box:
    """What a mail server took; addresses that begin with "no" are refused."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], EmailMessage]] = []

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
        if address.startswith("no"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append((envelope.rcpt_tos, mail))
        return "250 taken"


@contextmanager
def mail_server() -> Iterator[tuple[Box, int]]:
    """A mail server's box and its port."""
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield box, controller.port
    finally:
        controller.stop()


class Endpoint(http.server.BaseHTTPRequestHandler):
    """Takes JSON, unless its server is told to answer something else."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server: Any = self.server
        server.got.append(json.loads(body))
        self.send_response(server.answer)
        self.end_headers()

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@contextmanager
def endpoint(answer: int = 200) -> Iterator[tuple[int, list[Any]]]:
    """The port of an endpoint that answers `answer`, and what was posted there."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint) as server:
        got: list[Any] = []
        server.got, server.answer = got, answer  # type: ignore[attr-defined]  # read by Endpoint
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server.server_port, got
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def answering(greeting: bytes | None) -> Iterator[int]:
    """A port that takes connections, says `greeting` and nothing more (None: closes at once)."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        taken: list[socket.socket] = []

        def serve() -> None:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            if greeting is None:
                connection.close()
            else:
                connection.sendall(greeting)
                taken.append(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield listening.getsockname()[1]
        finally:
            thread.join(5)
            for connection in taken:
                connection.close()
