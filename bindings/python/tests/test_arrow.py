"""Sealed columns of tables, and Parquet under policies."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import hippocrypt as hc
import pytest

pa = pytest.importorskip("pyarrow")

import pyarrow.parquet as pq  # noqa: E402
from hippocrypt import arrow, parquet  # noqa: E402

TABLE = pa.table(
    {
        "person_id": pa.array([7, 3, 7, 9, 3, 7], pa.int64()),
        "year": [2020, 2021, 2022, 2023, 2024, 2025],
        "diagnosis": ["a", "b", None, "d", "e", "f"],
        "value": [1.5, 2.5, 3.5, 4.5, 5.5, 6.5],
        "note": [["x"], [], None, ["y", "z"], ["w"], ["v"]],
    }
)
POLICIES = {"diagnosis": "role=cardiologist", "value": "role=cardiologist", "note": "role=dentist"}


@pytest.fixture(scope="module")
def sealed(hospital: hc.Authority) -> Any:
    return arrow.seal_columns(TABLE, POLICIES, authority=hospital.public, by="person_id")


def both(cardiologist: hc.UserKey, dentist: hc.UserKey) -> list[hc.UserKey]:
    return [cardiologist, dentist]


def test_there_and_back(sealed: Any, cardiologist: hc.UserKey, dentist: hc.UserKey) -> None:
    assert sealed.column_names == [
        "person_id",
        "year",
        "sealed:diagnosis+value",
        "sealed:note",
        "sealed:row",
    ]
    # One page for each person and policy, and nothing of them in the clear.
    assert len(sealed.column("sealed:note").drop_null()) == 3
    opened = arrow.open_columns(sealed, both(cardiologist, dentist))
    assert opened.equals(TABLE)


def _pandas(table: Any) -> Any:
    pytest.importorskip("pandas")
    return table.to_pandas()


def _polars(table: Any) -> Any:
    return pytest.importorskip("polars").from_arrow(table)


def _duckdb(table: Any) -> Any:
    return pytest.importorskip("duckdb").from_arrow(table)


@pytest.mark.parametrize("other", [_pandas, _polars, _duckdb])
def test_through_other_libraries(
    other: Callable[[Any], Any],
    hospital: hc.Authority,
    cardiologist: hc.UserKey,
    dentist: hc.UserKey,
) -> None:
    table = TABLE.drop_columns(["note"])
    policies = {"diagnosis": "role=cardiologist", "value": "role=dentist"}
    sealed = arrow.seal_columns(other(table), policies, authority=hospital.public, by="person_id")
    opened = arrow.open_columns(other(sealed), both(cardiologist, dentist))
    assert opened.select(table.column_names).to_pylist() == table.to_pylist()


def test_what_is_denied(sealed: Any, cardiologist: hc.UserKey) -> None:
    with pytest.raises(hc.NotSatisfied):
        arrow.open_columns(sealed, cardiologist)
    opened, denied = arrow.open_columns(sealed, cardiologist, on_denied="null")
    assert opened.column("diagnosis").equals(TABLE.column("diagnosis"))
    assert opened.column("note").null_count == 6 and opened.column_names == TABLE.column_names
    assert denied == arrow.Denied(opened=3, pages={204: 3}, rows={"note": 6}) and denied
    opened, denied = arrow.open_columns(sealed, cardiologist, on_denied="drop")
    assert opened.num_rows == 0 and denied.rows == {"note": 6}
    with pytest.raises(hc.CallError):
        arrow.open_columns(sealed, cardiologist, on_denied="maybe")  # type: ignore[call-overload]


def test_one_participant_withdraws(
    sealed: Any, cardiologist: hc.UserKey, dentist: hc.UserKey
) -> None:
    stay = [person != 7 for person in sealed.column("person_id").to_pylist()]
    left = arrow.open_columns(sealed.filter(pa.array(stay)), both(cardiologist, dentist))
    assert left.equals(TABLE.filter(pa.array(stay)))


def test_sorting_and_joining_batches(
    hospital: hc.Authority, cardiologist: hc.UserKey, dentist: hc.UserKey, tmp_path: Path
) -> None:
    sealed = arrow.seal_columns(
        TABLE, POLICIES, authority=hospital.public, by="person_id", batch_rows=4
    )
    turned = sealed.sort_by([("year", "descending")])
    pq.write_table(turned, tmp_path / "t.parquet")
    opened = arrow.open_columns(pq.read_table(tmp_path / "t.parquet"), both(cardiologist, dentist))
    assert opened.equals(TABLE.sort_by([("year", "descending")]))
    alone = arrow.seal_columns(TABLE, {"value": "role=dentist"}, authority=hospital.public)
    assert arrow.open_columns(alone, dentist).equals(TABLE)
    empty = arrow.seal_columns(TABLE.slice(0, 0), POLICIES, authority=hospital.public)
    assert empty.num_rows == 0


def test_pages_stay_with_their_groups(
    sealed: Any, cardiologist: hc.UserKey, dentist: hc.UserKey
) -> None:
    keys = both(cardiologist, dentist)
    people = sealed.column("person_id").to_pylist()
    swapped = [{7: 3, 3: 7}.get(person, person) for person in people]
    with pytest.raises(hc.OpenError):
        arrow.open_columns(sealed.set_column(0, "person_id", pa.array(swapped)), keys)
    with pytest.raises(hc.CallError):  # The row with the page of 7 is missing.
        arrow.open_columns(sealed.slice(1), keys)
    rows = pa.array([it + 100 for it in sealed.column("sealed:row").to_pylist()])
    with pytest.raises(hc.CallError):
        arrow.open_columns(sealed.set_column(4, "sealed:row", rows), keys)
    with pytest.raises(hc.CallError):
        arrow.open_columns(TABLE, keys)


def test_what_cannot_be_sealed(hospital: hc.Authority) -> None:
    public = hospital.public
    for policies, by in [
        ({}, None),
        ({"nothing": "a=b"}, None),
        ({"value": "a=b"}, "value"),
        ({"value": "a=b"}, "diagnosis"),
    ]:
        with pytest.raises(hc.CallError):
            arrow.seal_columns(TABLE, policies, authority=public, by=by)
    with pytest.raises(TypeError):
        arrow.seal_columns([1, 2], {"value": "a=b"}, authority=public)
    with pytest.raises(hc.PolicyError):
        arrow.seal_columns(TABLE, {"value": "a="}, authority=public)


EVERY_OPERATOR = (
    "role=cardiologist and (dept=icu or dept in {er, cardiology}) and"
    " 2 of (senior=yes, board=yes, irb=2026-117) and level:u8>=3 and level:u8!=9 and level:u8<200"
    " and level:u8<=100 and level:u8>2 and level in 1..50 and licensed:date>=2026-01-01"
    ' and not level:u8<2 and icd10:code=E11* and site="Zürich; a,b:c"'
)


def test_parquet_under_every_operator(hospital: hc.Authority, tmp_path: Path) -> None:
    attributes = ["role=cardiologist", "dept=er", "senior=yes", "board=yes", "level=3"]
    attributes += ["licensed=2026-05-01", "icd10:code=E11.9", 'site="Zürich; a,b:c"']
    key = hospital.issue(attributes, until="2070-01-01")
    other = hospital.issue([*attributes[1:], "role=nurse"], until="2070-01-01")
    path = tmp_path / "t.parquet"
    parquet.write_table(
        TABLE,
        path,
        authority=hospital.public,
        footer="role=cardiologist or role=nurse",
        columns={EVERY_OPERATOR: ["diagnosis", "value"]},
    )
    assert path.read_bytes()[:4] == b"PARE"
    assert parquet.read_table(path, key=key).equals(TABLE)
    # Whoever can read the footer reads what is not encrypted.
    assert parquet.read_table(path, key=other, columns=["year"]).num_rows == 6
    with pytest.raises(hc.NotSatisfied):
        parquet.read_table(path, key=other, columns=["value"])
    with pytest.raises(OSError):
        pq.read_table(path)


def test_names_of_master_keys() -> None:
    name = parquet.key_id("role=nurse")
    assert name.startswith("hc1-") and len(name) == 56 and name[4:].isalnum()
    assert name == parquet.key_id(hc.Policy("role=nurse")) != parquet.key_id("role=doctor")


def test_wrapped_keys_stay_with_their_policies(
    hospital: hc.Authority, cardiologist: hc.UserKey
) -> None:
    writing = parquet.PolicyKms(authority=hospital.public, policies=["role=cardiologist", "dept=icu"])
    name, another = parquet.key_id("role=cardiologist"), parquet.key_id("dept=icu")
    wrapped = writing.wrap_key(b"k" * 32, name)
    reading = parquet.PolicyKms(key=cardiologist)
    assert reading.unwrap_key(wrapped, name) == b"k" * 32
    with pytest.raises(hc.OpenError):
        reading.unwrap_key(wrapped, another)
    with pytest.raises(hc.CallError):
        writing.wrap_key(b"k" * 32, parquet.key_id("role=nurse"))
    with pytest.raises(hc.CallError):
        writing.unwrap_key(wrapped, name)
