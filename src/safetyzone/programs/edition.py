"""Which edition of tables and published facts a database holds, so that a restart need not compare them one by one."""

import hashlib
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

PACKAGE = Path(__file__).resolve().parents[1]
WITH_TABLES_OF_THEIR_OWN = ("Django", "django-allauth", "procrastinate")


def edition() -> str:
    """A hash of all that ``prepare`` would bring: our migrations and facts, and the versions of libraries that have tables."""
    digest = hashlib.sha256()
    for library in WITH_TABLES_OF_THEIR_OWN:
        digest.update(f"{library} {version(library)}\n".encode())
    for file in sorted([*PACKAGE.glob("**/migrations/*.py"), *PACKAGE.glob("**/data/*"), *PACKAGE.glob("**/published.py")]):
        if file.is_file():
            digest.update(f"{file.relative_to(PACKAGE)}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def edition_of(dsn: str) -> str:
    """The edition that the database was last prepared to; empty when never. It is kept as the database's own comment."""
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        asked = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"
        found = connection.execute(asked).fetchone()
    words = str(found[0] or "") if found else ""
    return words.partition("safetyzone edition ")[2]


def mark(connection: "psycopg.Connection[object]") -> None:
    """Note the edition. Only the database's owner may; for others the next start compares everything again."""
    name = sql.Identifier(connection.info.dbname)
    statement = sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(f"safetyzone edition {edition()}"))
    try:
        connection.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return
