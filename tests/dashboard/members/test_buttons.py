"""No page offers a button or a link that the person's role may not use."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, resolve

from evalhub.models import Role
from evalhub.selectors.permissions import ROLE_ALLOWS
from tests.dashboard.test_other_workspaces import MADE_BY_ACCESS, address_of, as_role, ours

__all__ = ["ours"]  # a fixture
POSTING = re.compile(
    r'<form[^>]*method="post"[^>]*action="([^"?]+)|hx-post="([^"?]+)|<a [^>]*?href="(/[^"?#]*)'
)
PAGES = [one for one in MADE_BY_ACCESS if getattr(one.callback, "is_page", False)]


@pytest.mark.parametrize("pattern", PAGES, ids=lambda pattern: pattern.name)
def test_every_form_button_and_link_of_a_page_is_one_that_the_role_may_use(
    client: Client, ours: dict[str, object], pattern: URLPattern
) -> None:
    client.raise_request_exception = False
    for role in (Role.VIEWER, Role.REVIEWER, Role.ANALYST):
        answer = as_role(client, role).get(address_of(pattern, ours))
        if answer.status_code != 200 or "text/html" not in answer["Content-Type"]:
            continue
        found = {next(filter(None, one)) for one in POSTING.findall(answer.content.decode())}
        inside = (one for one in found if one.startswith("/") and not one.startswith("/static/"))
        needs = {one: getattr(resolve(one).func, "needs", "read") for one in inside}
        assert {one: scope for one, scope in needs.items() if scope not in ROLE_ALLOWS[role]} == {}, role
