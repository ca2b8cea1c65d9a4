"""Fill an empty installation with 1,000 campaigns, 100,000 documents and 1,000,000 judgments.

    EVALHUB_HOME=FOLDER [DATABASE_URL=...] python -m benchmarks.large [--divide-by N]

Look at it with `evalhub up --home FOLDER`; `benchmarks.bench_dashboard` times its pages.
"""

import argparse
import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalhub.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  (Django is set up first)

from benchmarks.large.fill import fill  # noqa: E402
from benchmarks.large.sizes import Sizes  # noqa: E402

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
parser.add_argument("--divide-by", type=int, default=1, help="a smaller one")
divide_by = parser.parse_args().divide_by
call_command("migrate", verbosity=0)
fill(Sizes() if divide_by == 1 else Sizes().divided(divide_by))
