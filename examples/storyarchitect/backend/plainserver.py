"""A server for machines without gunicorn: one thread and one connection for each request."""

import signal
import sys
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

SILENCE_SECONDS = 10


class Handler(WSGIRequestHandler):
    # Browsers open connections in advance; nobody waits for those that stay silent.
    timeout = SILENCE_SECONDS

    def log_message(self, format, *args):
        print(format % args, file=sys.stderr, flush=True)


class Server(ThreadingMixIn, WSGIServer):
    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (TimeoutError, ConnectionError)):
            super().handle_error(request, client_address)


def serve(application, port):
    """Serves until SIGTERM; requests that have begun are answered first."""
    server = Server(("0.0.0.0", port), Handler)
    server.set_app(application)

    def stop(*_):
        # shutdown() waits for the loop that this handler interrupts.
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    print(f"storyarchitect: listening on port {server.server_port}", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    print("storyarchitect: stopped", flush=True)
