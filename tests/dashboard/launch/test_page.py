from django.test import Client


def test_get(signed_in: Client) -> None:
    r = signed_in.get("/campaigns/new/")
    assert r.status_code == 200
    print(r.content.decode()[:200])


def test_get_full(signed_in: Client, inputs) -> None:
    r = signed_in.get("/campaigns/new/")
    assert r.status_code == 200, r.content.decode()
