"""A process that asks for campaigns, each with a key that others use too; prints what it was answered.

python -m tests.api.once_rival TOKEN N_KEYS
"""

import json
import os
import sys

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "evalhub.settings")
if not apps.ready:
    django.setup()

from rest_framework.test import APIClient

from tests.api.conftest import API, spec

UNDER_WAY = 409


def main() -> None:
    """Be one client."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {sys.argv[1]}")
    print("ready", flush=True)  # noqa: T201 - the one who started us waits for it
    sys.stdin.readline()  # all begin together
    for key in range(int(sys.argv[2])):
        answer = asked(client, f"key-{key}")
        sys.stdout.write(json.dumps([answer.json()["id"], "Idempotency-Replayed" in answer]) + "\n")


def asked(client: APIClient, key: str) -> "django.http.HttpResponse":
    """Ask until the answer is there."""
    while True:
        answer = client.post(f"{API}/campaigns", spec(), format="json", HTTP_IDEMPOTENCY_KEY=key)
        if answer.status_code != UNDER_WAY:
            return answer


if __name__ == "__main__":
    main()
