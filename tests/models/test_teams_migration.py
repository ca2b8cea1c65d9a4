"""An upgrade leaves nobody outside."""

from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from evalhub.models import ApiToken, Membership, Workspace

make_members = import_module("evalhub.migrations.0019_teams").make_members


@pytest.mark.django_db
def test_everybody_becomes_a_member_and_admins_stay_admins() -> None:
    users = {name: User.objects.create(username=name) for name in ("plain", "ci", "away")}
    User.objects.create(username="root", is_superuser=True)
    User.objects.create(username="staff", is_staff=True)
    default = Workspace.objects.create(slug="default", name="Default")
    other = Workspace.objects.create(slug="other", name="Other")
    ApiToken.objects.create(workspace=default, user=users["ci"], scope="admin", digest="1")
    ApiToken.objects.create(workspace=other, user=users["away"], scope="run", digest="2")
    make_members(apps, None)
    rows = Membership.objects.values_list("workspace__slug", "user__username", "role")
    assert set(rows) == {
        ("default", "plain", "analyst"),
        ("default", "ci", "admin"),
        ("default", "away", "analyst"),
        ("default", "root", "admin"),
        ("default", "staff", "admin"),
        ("other", "away", "analyst"),
    }


@pytest.mark.django_db
def test_a_fresh_home_gets_nothing() -> None:
    make_members(apps, None)
    assert not Workspace.objects.exists()
