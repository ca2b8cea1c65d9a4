"""`python -m evalhub.stack HOME PORT`: the stack that start_detached() leaves in the background."""

import sys
from pathlib import Path

from evalhub.stack import run

if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), int(sys.argv[2])))
