"""Drawings as files, for people without the page."""

import json
from typing import Any

PNG_SCALE = 2.0
# Whoever opens an SVG has fonts of their own: labels up to a sixth wider than was reckoned must not be cut.
SVG_PADDING = {"left": 44, "right": 24, "top": 14, "bottom": 14}


def to_svg(spec: dict[str, Any]) -> bytes:
    """Render on white, as a document would show it."""
    import vl_convert  # starts a script engine, which only downloads need

    white = _on_white(spec)
    roomy = {**white, "config": {**white["config"], "padding": SVG_PADDING}}
    return vl_convert.vegalite_to_svg(json.dumps(roomy)).encode()


def to_png(spec: dict[str, Any]) -> bytes:
    """Render on white at twice the size, for slides."""
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(json.dumps(_on_white(spec)), scale=PNG_SCALE))


def _on_white(spec: dict[str, Any]) -> dict[str, Any]:
    return {**spec, "config": {**spec["config"], "background": "white"}}
