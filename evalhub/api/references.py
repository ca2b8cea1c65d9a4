"""The body of `POST campaigns`."""

from rest_framework.exceptions import ParseError

from evalhub.models import Workspace
from evalhub.services.spec_inputs.references import NOT_REMOTE, is_remote, spec_from_afar
from evalhub.spec.campaign import CampaignSpec

__all__ = ["NOT_REMOTE", "is_remote", "spec_of_request"]


def spec_of_request(workspace: Workspace, body: object) -> CampaignSpec:
    """Read a spec that came over the network.

    Raises:
        SpecError: every problem; see `spec_from_afar`.
        ParseError: the body is nested too deeply.
    """
    try:
        return spec_from_afar(workspace, body)
    except RecursionError as error:
        raise ParseError("the body is nested too deeply; write a spec as in the documentation") from error
