"""The web process loads the light modules, and must not pay for the heavy ones."""

import subprocess
import sys

LIGHT = (
    "protocol",
    "fence",
    "template",
    "rubric",
    "parser",
    "fields",
    "spec",
    "weights",
    "batches",
    "factory",
)
HEAVY = (
    "torch",
    "transformers",
    "sentence_transformers",
    "openai",
    "httpx2",
    "huggingface_hub",
    "gguf",
    "django",
)


def test_light_modules_load_no_heavy_library() -> None:
    program = (
        f"import sys, importlib; [importlib.import_module('raters.' + name) for name in {LIGHT}]; "
        "from raters.spec import resolve_rater; resolve_rater({'name': 'default'}); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )

    assert ran.stdout.strip() == "[]"
