"""The same campaign as a file for the command line, and as a call of the REST API."""

import json
import shlex
from typing import Any

import yaml

Json = dict[str, Any]


class _Dumper(yaml.SafeDumper):
    """Writes lists indented under their key, as the documentation does."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def as_yaml(spec: Json) -> str:
    """A SPEC.yaml that `evalhub run` takes."""
    # With None for the style, mappings and lists without others in them stand on one line.
    dumped: str = yaml.dump(
        spec, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=100
    )
    return dumped


def as_curl(spec: Json, address: str) -> str:
    """A command for a shell, with the token in EVALHUB_TOKEN."""
    body = json.dumps(spec, ensure_ascii=False, indent=1)
    return (
        f'curl -H "Authorization: Bearer $EVALHUB_TOKEN" \\\n'
        f"  -H 'Content-Type: application/json' {shlex.quote(address)} \\\n"
        f"  -d {shlex.quote(body)}"
    )
