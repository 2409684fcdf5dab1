"""Which tools read Parquet under policies: what docs/python.md says."""

from __future__ import annotations

from pathlib import Path

import hippocrypt as hc
import pytest

pa = pytest.importorskip("pyarrow")

from hippocrypt import parquet  # noqa: E402

TABLE = pa.table({"person_id": [1, 2], "value": [1.5, 2.5]})


@pytest.fixture()
def path(hospital: hc.Authority, tmp_path: Path) -> Path:
    path = tmp_path / "t.parquet"
    policy = "role=cardiologist"
    parquet.write_table(
        TABLE, path, authority=hospital.public, footer=policy, columns={policy: ["value"]}
    )
    return path


def test_pandas(path: Path, cardiologist: hc.UserKey) -> None:
    pandas = pytest.importorskip("pandas")
    assert parquet.read_table(path, key=cardiologist).to_pandas().value.sum() == 4
    with pytest.raises(Exception):
        pandas.read_parquet(path)


def test_polars(path: Path, cardiologist: hc.UserKey) -> None:
    polars = pytest.importorskip("polars")
    frame = polars.from_arrow(parquet.read_table(path, key=cardiologist))
    assert frame["value"].sum() == 4
    with pytest.raises(Exception):
        polars.read_parquet(path)


def test_duckdb(path: Path, cardiologist: hc.UserKey) -> None:
    duckdb = pytest.importorskip("duckdb")
    table = parquet.read_table(path, key=cardiologist)
    assert duckdb.from_arrow(table).sum("value").fetchall() == [(4.0,)]
    with pytest.raises(Exception):
        duckdb.read_parquet(str(path)).fetchall()
