"""Addresses of mail servers."""

import pytest

from evalhub.core.email_url import UnableToReadEmailUrl, email_settings


def test_an_address_says_all() -> None:
    assert email_settings({"EMAIL_URL": "smtp+tls://ada:p%40ss@mail.example.org"}) == {
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_PORT": 587,
        "EMAIL_HOST_USER": "ada",
        "EMAIL_HOST_PASSWORD": "p@ss",
        "EMAIL_USE_TLS": True,
        "EMAIL_USE_SSL": False,
    }
    assert email_settings({"EMAIL_URL": "smtps://mail.example.org"})["EMAIL_PORT"] == 465
    assert email_settings({"EMAIL_URL": "smtp://mail.example.org:2525"})["EMAIL_PORT"] == 2525


def test_so_do_the_variables_of_django() -> None:
    said = email_settings({"EMAIL_HOST": "mail", "EMAIL_PORT": "26", "EMAIL_USE_SSL": "True"})
    assert (said["EMAIL_HOST"], said["EMAIL_PORT"], said["EMAIL_USE_SSL"]) == ("mail", 26, True)
    assert email_settings({})["EMAIL_HOST"] == ""


@pytest.mark.parametrize("url", ["mail.example.org", "http://mail", "smtp://", "smtp://mail:port-secret"])
def test_what_is_none_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(UnableToReadEmailUrl) as caught:
        email_settings({"EMAIL_URL": url})
    assert "secret" not in str(caught.value)
