"""The simulator as a server on this machine."""

from collections.abc import Iterator
from contextlib import contextmanager

from moto import mock_aws
from moto.server import ThreadedMotoServer

from tests.simulator import approvals
from tests.simulator.responses import install, reset


@contextmanager
def serve(port: int = 0) -> Iterator[str]:
    """Answer on 127.0.0.1, on a free port if none is given, and return the address."""
    install()
    approvals.install()
    reset()
    with mock_aws():  # the simulator's own calls stay in this process
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
        server.start()
        try:
            host, actual = server.get_host_and_port()
            yield f"http://{host}:{actual}"
        finally:
            server.stop()
