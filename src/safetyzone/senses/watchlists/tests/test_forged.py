"""Whoever holds the database and not the rules: it refuses what two people did not agree to."""

import pytest
from django.db import IntegrityError, connection, transaction

FORGED = [
    ("watchlists_listentry", "approved_by = asked_by"),
    ("watchlists_listentry", "approved_unit = asked_unit"),
    ("watchlists_listentry", "expires_at = expires_at + interval '1 year'"),
    ("watchlists_listentry", "reason = ''"),
    ("watchlists_listentry", "case_id = case_id + 1"),
    ("watchlists_listentry", "template = '\\x00'"),
    ("watchlists_listentry", "image_source = 'facebook'"),
    ("watchlists_listentry", "minor = true"),
    ("watchlists_listentry", "warrant = ''"),
    ("watchlists_listentry", "no_relation = false"),
    ("watchlists_activation", "approved_by = asked_by"),
    ("watchlists_activation", "approved_unit = asked_unit"),
    ("watchlists_activation", "ends_at = ends_at + interval '1 year'"),
    ("watchlists_activation", "dpia = ''"),
    ("watchlists_activation", "urgent = true"),
    ("watchlists_activationcamera", "threshold = 0.01"),
    ("watchlists_activationcamera", "camera = 'C2'"),
]


@pytest.mark.parametrize(("table", "forged"), FORGED)
def test_whoever_holds_the_database_cannot_forge_it_by_hand(town, table, forged):
    listed = town.make("warrant")
    town.face(listed)
    town.on(listed, cameras=["C1"])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET {forged}")


def test_a_plate_that_two_approved_is_not_changed_afterwards(town):
    town.plate(town.make())
    for forged in ("number = '9999'", "series = 'กก'", "province = ''"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE watchlists_listentry SET {forged}")
