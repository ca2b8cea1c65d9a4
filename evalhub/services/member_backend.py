"""Reads who signed in together with where they belong: one query for every page instead of two."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User

from evalhub.selectors.members import member_rows


class MemberBackend(ModelBackend):
    """Sign-in by name and password."""

    def get_user(self, user_id: Any) -> User | None:
        """The user of a session, who knows their memberships as they are now."""
        rows = member_rows(user_id)
        if not rows:
            return super().get_user(user_id)
        user: User = rows[0].user
        user.known_memberships = rows  # type: ignore[attr-defined]  # read by memberships_of
        return user if self.user_can_authenticate(user) else None
