"""What one web process counted, the next one shows."""

import os
import subprocess
import sys
from pathlib import Path

SETUP = "import django; django.setup(); from django.core.cache import cache; "


def said(home: Path, code: str) -> str:
    environment = {**os.environ, "EVALHUB_HOME": str(home), "DJANGO_SETTINGS_MODULE": "evalhub.settings"}
    command = [sys.executable, "-c", SETUP + code]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_two_processes_of_a_home_have_one_cache(home: Path) -> None:
    home.mkdir()
    said(home, "cache.set('ledger', 7, 60)")
    assert said(home, "print(cache.get('ledger'))") == "7\n"
    assert (home / "cache").stat().st_mode & 0o077 == 0
