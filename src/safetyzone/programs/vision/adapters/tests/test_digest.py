"""The standard's own examples."""

import pytest

from safetyzone.programs.vision.adapters.digest import Challenge, answer, challenge

REALM, OPAQUE = "http-auth@example.org", "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
NONCE, OURS = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_example_of_rfc_7616_is_answered_as_it_is_there(algorithm, response):
    said = answer(
        Challenge(REALM, NONCE, algorithm, OPAQUE, qop=True), user="Mufasa", password="Circle of Life", method="GET", uri="/dir/index.html",
        count=1, ours=OURS,
    )  # fmt: skip
    assert f'response="{response}"' in said
    assert "nc=00000001" in said


def test_the_strongest_that_is_known_is_chosen_and_basic_never():
    basic, md5 = 'Basic realm="x"', 'Digest realm="x", nonce="1", stale=FALSE'
    strong = 'Digest realm="x", nonce="2", algorithm=SHA-256, qop="auth-int, auth"'
    for headers in ([basic, md5, strong], [f"{basic}, {strong}", md5], [f"{md5}, {strong}"]):
        found = challenge(headers)
        assert found is not None
        assert (found.nonce, found.algorithm, found.qop) == ("2", "SHA-256", True)
    assert challenge([basic, md5]) == Challenge("x", "1")
    assert challenge([basic, 'Digest realm="x"', 'Digest realm="x", nonce="1", algorithm=SHA-512', "Digest", ""]) is None
    assert challenge(['Digest realm="x", nonce="1", qop="auth-int"']) is None
