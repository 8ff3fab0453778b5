"""The proof of evidence, in small; the whole one is ``python -m tests.proofs tamper``."""

import pytest

from tests.proofs import tamper


def test_every_kind_of_tampering_is_found():
    assert tamper.missed(2 * len(tamper.KINDS), 2569) == []


@pytest.mark.parametrize("twin", tamper.TWINS)
def test_a_verifier_that_leaves_one_check_out_is_caught(twin):
    found, n = tamper.tampered(3 * len(tamper.KINDS), 2569, twin=twin)
    assert found < n
