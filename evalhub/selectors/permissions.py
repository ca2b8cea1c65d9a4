"""The permission matrix: what roles and token scopes allow; pages, REST and commands all ask here."""

from collections.abc import Iterable

from evalhub.models import ApiToken, Role

Scope = ApiToken.Scope

ROLE_ALLOWS: dict[str, frozenset[str]] = {
    Role.VIEWER: frozenset({Scope.READ}),
    Role.REVIEWER: frozenset({Scope.READ, Scope.REVIEW}),
    Role.ANALYST: frozenset({Scope.READ, Scope.RUN, Scope.REVIEW}),
    Role.ADMIN: frozenset({Scope.READ, Scope.RUN, Scope.REVIEW, Scope.ADMIN}),
}
SCOPE_ALLOWS: dict[str, frozenset[str]] = {
    Scope.READ: frozenset({Scope.READ}),
    Scope.RUN: frozenset({Scope.READ, Scope.RUN}),
    Scope.REVIEW: frozenset({Scope.READ, Scope.REVIEW}),
    Scope.ADMIN: frozenset({Scope.READ, Scope.RUN, Scope.REVIEW, Scope.ADMIN}),
}

MEANINGS: dict[str, str] = {
    Scope.READ: "see everything in the workspace, search, take files along",
    Scope.REVIEW: "grade pairs, settle disagreements",
    Scope.RUN: "upload, start and steer campaigns, train and try raters, open reviews",
    Scope.ADMIN: "members, invitations, webhooks, provider keys, the log, which version a rater's name means",
}


def role_allows(role: str, needed: str) -> bool:
    """Whether a member of this role may do what needs that scope."""
    return needed in ROLE_ALLOWS[role]


def scope_allows(scope: str, needed: str) -> bool:
    """Whether a token of this scope may do what needs that scope; its user's role must allow it, too."""
    return needed in SCOPE_ALLOWS[scope]


def role_needed(needed: str) -> str:
    """The least role that may do what needs a scope."""
    return next(str(role) for role in ROLE_ALLOWS if role_allows(role, needed))


def scopes_grantable(role: str) -> list[str]:
    """Scopes of tokens that a member may make: none that allows more than the role."""
    return [str(scope) for scope in Scope if SCOPE_ALLOWS[scope] <= ROLE_ALLOWS[role]]


def may_in_words(role: str) -> list[str]:
    """What a role may do, as people say it."""
    return [text for scope, text in MEANINGS.items() if role_allows(role, scope)]


def refusal(role: str, needed: str) -> str:
    """What somebody is told whose role forbids something."""
    least = role_needed(needed)
    return f'this needs the role "{least}", and yours here is "{role}"; ask an admin of the workspace'


def allowed_by(role: str) -> dict[str, bool]:
    """Every scope with whether the role has it, for templates."""
    return {str(scope): role_allows(role, scope) for scope in Scope}


def roles_that(needed: str) -> Iterable[str]:
    """The roles that may do what needs a scope."""
    return [str(role) for role in ROLE_ALLOWS if role_allows(role, needed)]


def matrix() -> list[tuple[str, str, list[bool]]]:
    """The matrix as a table: a scope, what it stands for, and whether each role has it."""
    return [
        (str(scope), text, [role_allows(role, scope) for role in ROLE_ALLOWS])
        for scope, text in MEANINGS.items()
    ]
