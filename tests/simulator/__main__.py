"""Serve the simulator: ``python -m tests.simulator`` prints its address and answers there.

Then ``aws --endpoint-url http://127.0.0.1:PORT cloudformation create-change-set …`` with any
credentials works as against AWS.
"""

import sys
from time import sleep

from tests.simulator.server import serve

if __name__ == "__main__":
    with serve(int(sys.argv[1]) if sys.argv[1:] else 0) as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        while True:
            sleep(3600)
