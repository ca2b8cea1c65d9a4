"""Members of the workspace and invitations to it."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from evalhub.api.base import ApiView, ListView
from evalhub.api.serializers.members import (
    InvitationSerializer,
    MadeInvitationSerializer,
    MemberSerializer,
    NewInvitationSerializer,
    RoleSerializer,
)
from evalhub.models import ApiToken, Invitation, Membership
from evalhub.services.invitations import (
    UnableToInvite,
    invitation_make,
    invitation_send,
    invitation_withdraw,
)
from evalhub.services.members import member_remove, member_set_role

ADMIN = ApiToken.Scope.ADMIN


class MembersView(ListView):
    """Members."""

    @extend_schema(responses=MemberSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List the members of the workspace, newest first."""
        self.asked()
        rows = Membership.objects.filter(workspace=self.workspace).select_related("user")
        return self.page(rows, MemberSerializer)


class MemberView(ApiView):
    """One member."""

    required_scope = ADMIN

    @extend_schema(responses=MemberSerializer)
    def get(self, request: Request, member_id: int) -> Response:
        """Show a member."""
        return Response(MemberSerializer(self._found(member_id)).data)

    @extend_schema(request=RoleSerializer, responses=MemberSerializer)
    def patch(self, request: Request, member_id: int) -> Response:
        """Give a member another role; the last admin stays one."""
        found = self._found(member_id)
        return Response(MemberSerializer(member_set_role(found, self.given(RoleSerializer)["role"])).data)

    @extend_schema(responses={200: MemberSerializer})
    def delete(self, request: Request, member_id: int) -> Response:
        """Take somebody out; their tokens stop working. Answers with what they were."""
        found = self._found(member_id)
        shown = MemberSerializer(found).data
        member_remove(found, now=timezone.now())
        return Response(shown)

    def _found(self, member_id: int) -> Membership:
        return self.own(Membership.objects.select_related("user", "workspace"), member_id)


class InvitationsView(ListView):
    """Invitations; for admins alone."""

    read_scope = required_scope = ADMIN

    @extend_schema(responses=InvitationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """List invitations, newest first; their links are never shown again."""
        self.asked()
        rows = Invitation.objects.filter(workspace=self.workspace).select_related("made_by", "used_by")
        return self.page(rows, InvitationSerializer)

    @extend_schema(request=NewInvitationSerializer, responses={201: MadeInvitationSerializer})
    def post(self, request: Request) -> Response:
        """Invite somebody; the link is in this answer only, and works once."""
        given = self.given(NewInvitationSerializer)
        try:
            made, text = invitation_make(self.workspace, made_by=self.user, now=timezone.now(), **given)
        except UnableToInvite as error:
            raise ValidationError({error.field: error.problem}) from error
        link = reverse("join", [text], request=request)
        shown = MadeInvitationSerializer(made, context={"link": link, "is_sent": _is_sent(made, link)})
        return self.made(shown, reverse("api:invitation", [made.pk], request=request))


def _is_sent(made: Invitation, link: str) -> bool:
    """Send the link; a mail server that refuses takes nothing back, since the link is in the answer too."""
    try:
        return invitation_send(made, link)
    except UnableToInvite:
        return False


class InvitationView(ApiView):
    """One invitation."""

    read_scope = required_scope = ADMIN

    @extend_schema(responses=InvitationSerializer)
    def get(self, request: Request, invitation_id: int) -> Response:
        """Show an invitation."""
        return Response(InvitationSerializer(self.own(Invitation.objects.all(), invitation_id)).data)

    @extend_schema(responses={200: InvitationSerializer})
    def delete(self, request: Request, invitation_id: int) -> Response:
        """Withdraw an invitation that was not used; answers with what it is then."""
        found = self.own(Invitation.objects.all(), invitation_id)
        invitation_withdraw(found, now=timezone.now())
        return Response(InvitationSerializer(found).data)
