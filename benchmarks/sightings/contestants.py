"""Those we are measured against: the same rows, the same questions, indexes where they help. One connection, one thread each."""

import io
import tempfile
import time
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import NDArray

from benchmarks.sightings.town import DAY_MS, Town
from safetyzone.senses.sightings.columns import Rows, Sightings, packed

Answer = list[tuple[int, int]]
WITHIN_MS, LEAST = 60_000, 3
BATCH = 2_000
TOGETHER = """
    SELECT b.plate, count(DISTINCT b.camera) AS n FROM sighting a
    JOIN sighting b ON b.camera = a.camera AND b.at_ms BETWEEN a.at_ms - {within} AND a.at_ms + {within}
    WHERE a.plate = {plate} AND b.plate <> {plate} GROUP BY b.plate HAVING count(DISTINCT b.camera) >= {least} ORDER BY n DESC, b.plate
"""
LAST = """SELECT s.at_ms, s.camera FROM sighting s JOIN plate p ON p.id = s.plate WHERE p.text = '{text}'
    ORDER BY s.at_ms DESC, s.camera LIMIT 100"""


class Contestant(Protocol):
    """Takes rows, answers with (moment, camera) for a plate and (plate, cameras) for those that go along."""

    name: str

    def load(self, town: Town) -> float:
        """Rows a second."""
        ...

    def exact(self, text: str) -> Answer: ...
    def along(self, plate: int) -> Answer: ...


class Ours:
    """The columns, filled as they are while readings come: in batches of 2,000, in the order of time."""

    name = "ours"

    def __init__(self) -> None:
        self.index = Sightings()

    def load(self, town: Town) -> float:
        keys, day = packed(town.texts), town.day
        began = time.perf_counter()
        self.index.name(np.arange(len(keys)), keys)
        edges = np.flatnonzero(np.diff(day)) + 1
        for first, last in zip([0, *edges], [*edges, len(day)], strict=True):
            for start in range(first, last, BATCH):
                part = slice(start, min(start + BATCH, last))
                self.index.append(int(day[start]), Rows(town.plate[part], town.camera[part], town.at_ms[part]))
        self.index.exact(town.texts[0])
        self.index.of_plates([0])
        return len(day) / (time.perf_counter() - began)

    def exact(self, text: str) -> Answer:
        found = self.index.of_plates(self.index.exact(text), most=100)
        return list(zip(found.at_ms.tolist(), found.camera.tolist(), strict=True))

    def along(self, plate: int) -> Answer:
        return [(one.plate, one.cameras) for one in self.index.along(plate, within_ms=WITHIN_MS, least=LEAST)]


class Postgres:
    """As shipped, with the two indexes that its questions need, and trigrams over the distinct plates."""

    name = "postgresql"

    def __init__(self, dsn: str) -> None:
        import psycopg

        self.connection = psycopg.connect(dsn, autocommit=True)

    def load(self, town: Town) -> float:
        run = self.connection.execute
        run("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        run("CREATE EXTENSION IF NOT EXISTS fuzzystrmatch")
        run("CREATE TABLE sighting (plate int NOT NULL, camera int NOT NULL, at_ms bigint NOT NULL)")
        run("CREATE INDEX ON sighting (plate, at_ms)")
        run("CREATE INDEX ON sighting (camera, at_ms)")
        run("CREATE TABLE plate (id int PRIMARY KEY, text text NOT NULL UNIQUE)")
        began = time.perf_counter()
        self._copy("sighting", [town.plate, town.camera, town.at_ms])
        rate = len(town.plate) / (time.perf_counter() - began)
        self._copy("plate", [np.arange(len(town.texts)), np.array(town.texts)])
        run("CREATE INDEX ON plate USING gin (text gin_trgm_ops)")
        run("VACUUM ANALYZE")
        return rate

    def _copy(self, table: str, columns: list[NDArray[Any]]) -> None:
        import pyarrow
        import pyarrow.csv

        sheet, out = pyarrow.table({str(n): pyarrow.array(column) for n, column in enumerate(columns)}), io.BytesIO()
        pyarrow.csv.write_csv(sheet, out, pyarrow.csv.WriteOptions(include_header=False, quoting_style="none"))
        with self.connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:  # type: ignore[arg-type]
            copy.write(out.getbuffer())

    def _rows(self, question: str) -> Answer:
        return cast(Answer, self.connection.execute(question).fetchall())  # type: ignore[call-overload]

    def exact(self, text: str) -> Answer:
        return self._rows(LAST.format(text=text))

    def along(self, plate: int) -> Answer:
        return self._rows(TOGETHER.format(plate=plate, within=WITHIN_MS, least=LEAST))

    def near(self, text: str) -> set[int]:
        """By trigrams, then the distance itself."""
        return {n for (n,) in self._rows(f"SELECT id FROM plate WHERE text % '{text}' AND levenshtein_less_equal(text, '{text}', 1) <= 1")}  # type: ignore[misc]  # noqa: S608

    def near_for_sure(self, text: str) -> set[int]:
        """Every plate looked at."""
        return {n for (n,) in self._rows(f"SELECT id FROM plate WHERE levenshtein_less_equal(text, '{text}', 1) <= 1")}  # type: ignore[misc]  # noqa: S608


class DuckDB:
    """Its own file, one thread, rows sorted by plate."""

    name = "duckdb"

    def __init__(self, folder: Path) -> None:
        import duckdb

        self.connection = duckdb.connect(str(folder / "town.duckdb"), config={"threads": 1})

    def load(self, town: Town) -> float:
        import pyarrow

        sheet = pyarrow.table({"plate": town.plate, "camera": town.camera, "at_ms": town.at_ms})
        plates = pyarrow.table({"id": np.arange(len(town.texts), dtype=np.int32), "text": pyarrow.array(town.texts)})
        began = time.perf_counter()
        self.connection.register("sheet", sheet)
        self.connection.execute("CREATE TABLE sighting AS SELECT * FROM sheet ORDER BY plate, at_ms")
        rate = len(town.plate) / (time.perf_counter() - began)
        self.connection.register("plates", plates)
        self.connection.execute("CREATE TABLE plate AS SELECT * FROM plates ORDER BY text")
        return rate

    def exact(self, text: str) -> Answer:
        return cast(Answer, self.connection.execute(LAST.format(text=text)).fetchall())

    def along(self, plate: int) -> Answer:
        return cast(Answer, self.connection.execute(TOGETHER.format(plate=plate, within=WITHIN_MS, least=LEAST)).fetchall())


class ClickHouse:
    """chdb: MergeTree sorted by plate, with a second order by camera; one thread."""

    name = "chdb"

    def __init__(self, folder: Path) -> None:
        from chdb.session import Session

        self.session = Session(str(folder / "chdb"))
        self.folder = folder

    def load(self, town: Town) -> float:
        import pyarrow
        import pyarrow.parquet

        sheet = pyarrow.table({"plate": town.plate, "camera": town.camera, "at_ms": town.at_ms})
        plates = pyarrow.table({"id": np.arange(len(town.texts), dtype=np.int32), "text": pyarrow.array(town.texts)})
        pyarrow.parquet.write_table(sheet, self.folder / "rows.parquet")
        pyarrow.parquet.write_table(plates, self.folder / "plates.parquet")
        for words in (
            "CREATE DATABASE town",
            "CREATE TABLE town.sighting (plate Int32, camera Int32, at_ms Int64) ENGINE = MergeTree ORDER BY (plate, at_ms)",
            "CREATE TABLE town.plate (id Int32, text String) ENGINE = MergeTree ORDER BY text",
            f"INSERT INTO town.plate SELECT * FROM file('{self.folder}/plates.parquet', Parquet)",  # noqa: S608 - our own folder
        ):
            self.session.query(words)
        began = time.perf_counter()
        self.session.query(f"INSERT INTO town.sighting SELECT * FROM file('{self.folder}/rows.parquet', Parquet)")  # noqa: S608
        return len(town.plate) / (time.perf_counter() - began)

    def _rows(self, question: str) -> Answer:
        words = question.replace("sighting ", "town.sighting ").replace("plate p ", "town.plate p ") + " SETTINGS max_threads = 1"
        said = str(self.session.query(words, "CSV"))
        return [(int(a), int(b)) for a, b in (line.split(",") for line in said.splitlines())]

    def exact(self, text: str) -> Answer:
        return self._rows(LAST.format(text=text))

    def along(self, plate: int) -> Answer:
        """Its join takes no range: the vehicle's passages are joined by camera and the rest is a condition, which is its fastest way."""
        return self._rows(
            f"SELECT b.plate, uniqExact(b.camera) AS n FROM sighting b JOIN (SELECT camera, at_ms FROM sighting WHERE plate = {plate}) a"  # noqa: S608
            f" ON a.camera = b.camera WHERE b.plate <> {plate} AND b.at_ms BETWEEN a.at_ms - {WITHIN_MS} AND a.at_ms + {WITHIN_MS}"
            f" GROUP BY b.plate HAVING n >= {LEAST} ORDER BY n DESC, b.plate"
        )


def folder() -> tempfile.TemporaryDirectory[str]:
    """Where peers keep their files."""
    return tempfile.TemporaryDirectory(prefix="sz-sightings-")


__all__ = ["BATCH", "DAY_MS", "ClickHouse", "Contestant", "DuckDB", "Ours", "Postgres", "folder"]
