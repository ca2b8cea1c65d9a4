"""Sign-in by an OpenID Connect provider: authorization code flow with PKCE, by Authlib."""

from functools import lru_cache
from http import HTTPStatus
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.django_client import OAuth
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe
from joserfc.errors import JoseError
from requests import RequestException

from evalhub import conf
from evalhub.core.oidc import OidcProvider
from evalhub.dashboard.members.sign_in import sign_in_noted
from evalhub.services.identities import UnableToIdentify, user_of_identity

NEXT = "oidc-next"
TIMEOUT_S = 10
BACKEND = "evalhub.services.member_backend.MemberBackend"


class UnableToSignIn(Exception):
    """The provider, or what came back from it, is not in order; the message is for the person."""


@require_safe
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    provider = _provider()
    request.session[NEXT] = request.GET.get("next", "")
    back = (conf.public_url() or f"{request.scheme}://{request.get_host()}") + reverse("oidc-callback")
    try:
        answer: HttpResponse = _client(provider).authorize_redirect(request, back)
    except (RequestException, ValueError, RuntimeError):
        return _refused(request, _out_of_reach(provider))
    return answer


@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    """Let in whom the provider vouches for."""
    provider = _provider()
    try:
        user = user_of_identity(provider, _claims(request, provider))
    except (UnableToSignIn, UnableToIdentify) as error:
        return _refused(request, str(error))
    target = request.session.pop(NEXT, "")
    login(request, user, backend=BACKEND)
    sign_in_noted(request, user, "sign-in")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if is_ours else resolve_url("campaign-list"))


def _claims(request: HttpRequest, provider: OidcProvider) -> dict[str, Any]:
    """What the id token says: signature, issuer, audience, nonce and times are checked.

    Raises:
        UnableToSignIn: the person said no, came by another way, or the provider's answer is not in order.
    """
    client = _client(provider)
    try:
        token = client.authorize_access_token(request)
        issuer = str(client.load_server_metadata().get("issuer", "")).rstrip("/")
    except RequestException as error:
        raise UnableToSignIn(_out_of_reach(provider)) from error
    except (OAuthError, JoseError, ValueError, RuntimeError, KeyError) as error:
        why = getattr(error, "description", "") or type(error).__name__
        raise UnableToSignIn(f"{provider.name} did not sign you in ({why}). Try again from here.") from error
    if issuer != provider.issuer:
        raise UnableToSignIn(f"{provider.name} calls itself {issuer}; EVALHUB_OIDC_ISSUER says otherwise")
    if not (claims := token.get("userinfo")):
        raise UnableToSignIn(f"{provider.name} sent no id token; does its client allow the scope openid?")
    return dict(claims)


def _provider() -> OidcProvider:
    if (provider := conf.oidc()) is None:
        raise Http404("no provider of identities is set up")
    return provider


@lru_cache(maxsize=1)
def _client(provider: OidcProvider) -> Any:
    """Made once per process: it keeps what it found out about the provider, keys among it."""
    return OAuth().register(
        "oidc",
        client_id=provider.client_id,
        client_secret=provider.client_secret,
        server_metadata_url=f"{provider.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT_S,
        },
    )


def _out_of_reach(provider: OidcProvider) -> str:
    return f"{provider.name} is out of reach now. Try again in a moment, or sign in by a password."


def _refused(request: HttpRequest, why: str) -> HttpResponse:
    sign_in_noted(request, None, "sign-in failed")
    context = {"locked": why, "oidc": conf.oidc()}
    return render(request, "dashboard/sign_in.html", context, status=HTTPStatus.FORBIDDEN)
