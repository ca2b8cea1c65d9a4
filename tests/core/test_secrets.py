"""Keys are told from names."""

import pytest

from evalhub.core.secrets import looks_like_key


@pytest.mark.parametrize(
    "key",
    [
        "gsk_0aB1cD2eF3gH4iJ5kL6mN7oP",
        "hf_abcdefghijklmnop1",
        "sk-proj-1234567890abcdef",
        "AIzaSyD0123456789abc",
    ],
)
def test_a_key(key: str) -> None:
    assert looks_like_key(key)


@pytest.mark.parametrize(
    "name", ["OPENAI_API_KEY", "openai-production-2", "AZURE_OPENAI_EASTUS2_API_KEY_2026", ""]
)
def test_a_name(name: str) -> None:
    assert not looks_like_key(name)
