"""Links that make people members."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from evalhub import conf
from evalhub.core.errors import UserError
from evalhub.models import Invitation, Membership, Role, Workspace

SALT = "evalhub.invitation"
DAYS, MOST_DAYS = 7, 90


class UnableToInvite(UserError):
    """A role, a number of days or an address that can not be.

    Attributes:
        field: "role", "days" or "email".
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field, self.problem = field, problem


class UnableToJoin(UserError):
    """The link opens nothing (any more), or the name or password can not be; the message says why."""


def invitation_make(
    workspace: Workspace, role: str, made_by: User | None, *, days: int = DAYS, email: str = "", now: datetime
) -> tuple[Invitation, str]:
    """Invite somebody; also returns the signed part of the link, which is kept nowhere.

    Raises:
        UnableToInvite: see there.
    """
    if role not in Role.values:
        raise UnableToInvite("role", f"choose one of: {', '.join(Role.values)}")
    if not 1 <= days <= MOST_DAYS:
        raise UnableToInvite("days", f"give a whole number from 1 to {MOST_DAYS}")
    if email:
        try:
            validate_email(email)
        except ValidationError as error:
            raise UnableToInvite("email", "this is no e-mail address") from error
    made = Invitation.objects.create(
        workspace=workspace,
        role=role,
        email=email,
        made_by=made_by,
        expires_at=now + timedelta(days=days),
    )
    return made, signing.dumps(made.pk, salt=SALT)


def invitation_send(invitation: Invitation, link: str) -> bool:
    """Send the link by e-mail where an address was given and a mail server is named; returns whether it was.

    Raises:
        UnableToInvite: the mail server refused.
    """
    if not invitation.email or not conf.email_is_set():
        return False
    text = (
        f"You are invited to the EvalHub workspace {invitation.workspace.name} as {invitation.role}.\n\n"
        f"Open this link until {invitation.expires_at:%Y-%m-%d %H:%M} UTC; it works once:\n{link}\n"
    )
    try:
        send_mail("Invitation to EvalHub", text, None, [invitation.email])
    except OSError as error:  # SMTP's errors are OSErrors, too
        problem = f"the mail server did not take it ({type(error).__name__}); hand the link over yourself"
        raise UnableToInvite("email", problem) from error
    return True


def invitation_find(text: str, *, now: datetime) -> Invitation:
    """The invitation of a link.

    Raises:
        UnableToJoin: it was not made here, expired, was used or withdrawn.
    """
    try:
        key = signing.loads(text, salt=SALT)
    except signing.BadSignature:
        raise UnableToJoin("this link is not whole, or was not made here; ask for another") from None
    rows = Invitation.objects.select_related("workspace", "made_by")
    found = rows.filter(pk=key).first()
    if found is None or found.withdrawn_at is not None:
        raise UnableToJoin("this invitation was withdrawn; ask for another")
    if found.used_at is not None:
        raise UnableToJoin("this invitation was used already; each works once. Ask for another")
    if found.expires_at <= now:
        raise UnableToJoin(
            f"this invitation expired at {found.expires_at:%Y-%m-%d %H:%M} UTC; ask for another"
        )
    return found


@transaction.atomic
def invitation_accept(invitation: Invitation, user: User, *, now: datetime) -> Membership:
    """Make a user a member by an invitation, which is used up.

    Raises:
        UnableToJoin: somebody else was faster, or the user is a member already.
    """
    belongs = UnableToJoin(
        f"{user.get_username()} belongs to {invitation.workspace} already; "
        "the link is still good for somebody else"
    )
    if Membership.objects.filter(workspace=invitation.workspace_id, user=user).exists():
        raise belongs
    open_ones = Invitation.objects.filter(
        pk=invitation.pk, used_at=None, withdrawn_at=None, expires_at__gt=now
    )
    if not open_ones.update(used_at=now, used_by=user):
        raise UnableToJoin("this invitation was used or withdrawn meanwhile; ask for another")
    try:
        with transaction.atomic():
            return Membership.objects.create(workspace=invitation.workspace, user=user, role=invitation.role)
    except IntegrityError:  # by another invitation, in the same moment
        raise belongs from None


@transaction.atomic
def invitation_join(invitation: Invitation, username: str, password: str, *, now: datetime) -> User:
    """Make a user with a password and a member.

    Raises:
        UnableToJoin: the name is taken or can not be, the password is too weak, or see `invitation_accept`.
    """
    user = User(username=username.strip())
    try:
        User._meta.get_field("username").clean(user.username, None)
        validate_password(password, user)
    except ValidationError as error:
        raise UnableToJoin(" ".join(error.messages)) from error
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise UnableToJoin(
            "this user name is taken; choose another, or sign in first if it is yours"
        ) from None
    invitation_accept(invitation, user, now=now)
    return user


def invitation_withdraw(invitation: Invitation, *, now: datetime) -> None:
    """Make a link useless; one that was used stays as it is."""
    Invitation.objects.filter(pk=invitation.pk, used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    invitation.refresh_from_db(fields=["withdrawn_at"])
