"""Addresses of members and workspaces."""

from evalhub.dashboard.access import Scope, action, file, page
from evalhub.dashboard.members import audit, invitations, members, tokens, workspaces

urlpatterns = [
    page("members/", members.members, "members"),
    action("members/<int:member_id>/role", members.set_role, "member-role", needs=Scope.ADMIN),
    action("members/<int:member_id>/remove", members.remove, "member-remove", needs=Scope.ADMIN),
    action("members/invite", invitations.invite, "member-invite", needs=Scope.ADMIN),
    action(
        "invitations/<int:invitation_id>/withdraw",
        invitations.withdraw,
        "invitation-withdraw",
        needs=Scope.ADMIN,
    ),
    invitations.join_page("join/<str:text>/", "join"),
    page("tokens/", tokens.tokens, "tokens"),
    action("tokens/new", tokens.make, "token-new", needs=Scope.READ),
    action("tokens/<int:token_id>/revoke", tokens.revoke, "token-revoke", needs=Scope.READ),
    page("audit/", audit.log, "audit", needs=Scope.ADMIN),
    file("audit/audit.csv", audit.log_file, "audit-file", needs=Scope.ADMIN),
    action("workspaces/choose", workspaces.choose, "workspace-choose", needs=Scope.READ),
    action("workspaces/new", workspaces.create, "workspace-new", needs=Scope.ADMIN),
]
