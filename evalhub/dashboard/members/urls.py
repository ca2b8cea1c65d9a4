"""Addresses of members and workspaces."""

from evalhub.dashboard.access import Scope, action, page
from evalhub.dashboard.members import members, workspaces

urlpatterns = [
    page("members/", members.members, "members"),
    action("members/<int:member_id>/role", members.set_role, "member-role", needs=Scope.ADMIN),
    action("members/<int:member_id>/remove", members.remove, "member-remove", needs=Scope.ADMIN),
    action("workspaces/choose", workspaces.choose, "workspace-choose", needs=Scope.READ),
    action("workspaces/new", workspaces.create, "workspace-new", needs=Scope.ADMIN),
]
