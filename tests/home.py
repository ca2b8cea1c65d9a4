"""A pytest plugin: all state of the tests lies in a folder of their own.

Loaded by `-p` in pyproject.toml, because Django's settings read the environment once, before any conftest.
"""

import os
import tempfile

_HOME = tempfile.TemporaryDirectory(prefix="evalhub-tests-")
os.environ["EVALHUB_HOME"] = _HOME.name
for name in ("DATABASE_URL", "REDIS_URL", "EVALHUB_SERVER", "EVALHUB_TOKEN", "PORT"):
    os.environ.pop(name, None)
