"""Columns of tables sealed under policies: one sealed page for each person, not one for each cell.

Tables come in through the Arrow PyCapsule interface, so pyarrow, pandas, Polars and DuckDB give
them as they are; they go out as ``pyarrow.Table``, which all of these take. Needs pyarrow.

The sealed table has the clear columns as they were, in the rows they were in. For each policy it
has a column ``sealed:…`` with one page in one row of each group, and once ``sealed:row``, which
says where in its page a row's values stand. Sorting, filtering, joining and Parquet keep it whole
as long as the rows with pages stay; to withdraw one participant, delete that person's rows.

What stays readable: the clear columns, which must not identify anybody, the column of groups,
how many rows each has, the sizes of pages, names of columns and policies. Clear columns, and
which row within its own group a value belongs to, are not authenticated; that a page belongs to
its group is.
"""

from __future__ import annotations

import io
import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Iterable, Iterator, Literal, Mapping, Optional, Union, overload

import pyarrow as pa
import pyarrow.compute as pc

from . import _native
from ._errors import Error, _make
from ._native import AuthorityPublic, Policy, Record, Sealer, Signer, SignerPublic

if TYPE_CHECKING:
    from ._types import KeyArgument

_PREFIX = "sealed:"
_ROW = "sealed:row"
#: What a page's own schema says about it.
_ABOUT = b"hippocrypt.page"
#: A policy not satisfied, and another authority or patient: not for this key, and no damage.
_DENIED = (204, 303, 308)


def seal_columns(
    table: Any,
    policies: Mapping[str, Union[str, Policy]],
    *,
    authority: AuthorityPublic,
    by: Optional[str] = None,
    expiry: Any = "sealing",
    allow_unknown: bool = False,
    sender: Optional[Signer] = None,
    batch_rows: Optional[int] = None,
) -> pa.Table:
    """Seals columns under policies: ``{"diagnosis": "role=oncologist", ...}``.

    ``by`` names the column by whose value rows are grouped, ``person_id`` say; it stays readable
    and has no nulls. One data key serves one policy, one group and one batch of at most
    ``batch_rows`` rows, by default the whole table. Each costs about one ABE encapsulation, a
    few milliseconds, and about 1.3 KiB. Raises CallError for what is no column.
    """
    whole = _table(table)
    wanted = _grouped(whole, policies, by)
    rows = whole.num_rows if batch_rows is None else batch_rows
    if rows < 1 and whole.num_rows > 0:
        raise _refused("at least one row of a batch")
    sealers = {
        policy: Sealer(
            authority=authority,
            policy=policy,
            expiry=expiry,
            allow_unknown=allow_unknown,
            sender=sender,
        )
        for policy in wanted
    }
    starts = range(0, max(whole.num_rows, 1), max(rows, 1))
    parts = [_seal_batch(whole.slice(start, rows), wanted, sealers, by) for start in starts]
    return pa.concat_tables(parts)


@dataclass(frozen=True)
class Denied:
    """What a key did not open. Rows that are missing bias statistics: report this beside them."""

    #: Pages that opened.
    opened: int = 0
    #: Pages that did not, by the number of the error.
    pages: Mapping[int, int] = field(default_factory=dict)
    #: Rows of the table in which a column's values were denied, by column.
    rows: Mapping[str, int] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.pages)


@overload
def open_columns(
    table: Any,
    key: KeyArgument,
    *,
    on_denied: Literal["raise"] = "raise",
    senders: Union[SignerPublic, Iterable[SignerPublic], None] = None,
) -> pa.Table: ...


@overload
def open_columns(
    table: Any,
    key: KeyArgument,
    *,
    on_denied: Literal["null", "drop"],
    senders: Union[SignerPublic, Iterable[SignerPublic], None] = None,
) -> tuple[pa.Table, Denied]: ...


def open_columns(
    table: Any,
    key: KeyArgument,
    *,
    on_denied: Literal["raise", "null", "drop"] = "raise",
    senders: Union[SignerPublic, Iterable[SignerPublic], None] = None,
) -> Union[pa.Table, tuple[pa.Table, Denied]]:
    """Opens the sealed columns of a table with one key or any of several.

    A page that is not for the keys raises NotSatisfied or OpenError. With ``on_denied="null"``
    its values are null instead, with ``"drop"`` its rows are left out, and a ``Denied`` says how
    many: neither is missing at random. Damage, a page in another group, or rows whose page is
    not in the table always raise.
    """
    if on_denied not in ("raise", "null", "drop"):
        raise _refused("raise, null or drop")
    sealed = _table(table)
    names = [name for name in sealed.column_names if name.startswith(_PREFIX) and name != _ROW]
    if not names or _ROW not in sealed.column_names:
        raise _refused("a table with sealed columns")
    clear = sealed.select([n for n in sealed.column_names if not n.startswith(_PREFIX)])
    opened = [_open_column(sealed, name, key, on_denied, senders) for name in names]

    order: list[str] = clear.column_names
    denied_rows: dict[str, int] = {}
    denied_pages: dict[int, int] = {}
    keep: Optional[pa.ChunkedArray] = None
    for column in opened:
        for code, count in column.denied.items():
            denied_pages[code] = denied_pages.get(code, 0) + count
        if column.denied:
            there = column.place.is_valid()
            lost = sealed.num_rows - (pc.sum(there).as_py() or 0)
            denied_rows.update({name: lost for name in column.names})
            keep = there if keep is None else pc.and_(keep, there)
        for name in column.names:
            clear = clear.append_column(name, column.values(name))
        order = column.order or order
    clear = clear.select(sorted(clear.column_names, key=_position(order)))
    if on_denied == "drop" and keep is not None:
        clear = clear.filter(keep)
    if on_denied == "raise":
        return clear
    pages = sum(column.opened for column in opened)
    return clear, Denied(opened=pages, pages=denied_pages, rows=denied_rows)


def _position(order: list[str]) -> Any:
    places = {name: place for place, name in enumerate(order)}
    return lambda name: places.get(name, len(order))


def _refused(what: str) -> Error:
    return _make(1, "Argument", f"argument refused: {what}")


def _table(table: Any) -> pa.Table:
    if isinstance(table, pa.Table):
        return table
    if not hasattr(table, "__arrow_c_stream__"):
        raise TypeError("a table with the Arrow PyCapsule interface (__arrow_c_stream__)")
    whole = pa.RecordBatchReader.from_stream(table).read_all()
    # Polars gives views, which pyarrow cannot select rows of.
    views = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    fields = [it.with_type(views.get(it.type, it.type)) for it in whole.schema]
    return whole.cast(pa.schema(fields, whole.schema.metadata))


def _grouped(
    table: pa.Table, policies: Mapping[str, Union[str, Policy]], by: Optional[str]
) -> dict[Policy, list[str]]:
    """The columns of each policy, in the table's order."""
    names = table.column_names
    if not policies:
        raise _refused("a policy for a column")
    if len(set(names)) != len(names) or any(name.startswith(_PREFIX) for name in names):
        raise _refused("a table whose columns have different names, none of them sealed:")
    if by is not None and (by not in names or by in policies):
        raise _refused("a clear column to group by")
    if by is not None and table.column(by).null_count:
        raise _refused("a group for every row")
    if not set(policies) <= set(names):
        raise _refused("columns of the table")
    wanted: dict[Policy, list[str]] = {}
    for name in names:
        if name in policies:
            policy = policies[name]
            policy = Policy(policy) if isinstance(policy, str) else policy
            wanted.setdefault(policy, []).append(name)
    return wanted


def _seal_batch(
    table: pa.Table,
    wanted: dict[Policy, list[str]],
    sealers: dict[Policy, Sealer],
    by: Optional[str],
) -> pa.Table:
    count = table.num_rows
    tag = secrets.randbits(31)
    numbers = pa.array(range(count), pa.int64())
    groups = pa.array([""] * count, pa.string()) if by is None else _texts(table.column(by))
    # Rows of one group beside each other, in the order they came.
    keys = pa.table({"group": groups, "number": numbers})
    permutation = pc.sort_indices(keys, sort_keys=[("group", "ascending"), ("number", "ascending")])
    back = pc.sort_indices(permutation)
    runs = list(_runs(groups.take(permutation)))
    rows = pa.array(
        ((tag << 32) | place for _, start, end in runs for place in range(end - start)), pa.int64()
    )
    sealed_names = [name for names in wanted.values() for name in names]
    result = table.select([n for n in table.column_names if n not in sealed_names])
    for policy, names in wanted.items():
        own = table.select(names).take(permutation).combine_chunks()
        cells: list[Optional[bytes]] = [None] * count
        for group, start, end in runs:
            about = {"v": 1, "by": by, "group": group, "tag": tag, "order": table.column_names}
            page = _page(own.slice(start, end - start), about)
            cells[start] = sealers[policy].seal(page, record=Record("page"))
        column = pa.array(cells, pa.large_binary()).take(back)
        result = result.append_column(_PREFIX + "+".join(names), column)
    return result.append_column(_ROW, rows.take(back))


def _texts(column: Any) -> pa.Array:
    texts = column.cast(pa.string())
    return texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts


def _runs(groups: pa.Array) -> Iterator[tuple[str, int, int]]:
    """Each group with its first row and the row behind its last."""
    encoded = pc.run_end_encode(groups)
    start = 0
    for group, end in zip(encoded.values.to_pylist(), encoded.run_ends.to_pylist()):
        yield group, start, end
        start = end


def _page(values: pa.Table, about: dict[str, Any]) -> bytes:
    metadata = {**(values.schema.metadata or {}), _ABOUT: json.dumps(about).encode()}
    values = values.replace_schema_metadata(metadata)
    out = io.BytesIO()
    with pa.ipc.new_stream(out, values.schema) as writer:
        writer.write_table(values)
    return out.getvalue()


@dataclass
class _Column:
    """What the pages of one sealed column came to."""

    names: list[str]
    order: list[str]
    opened: int
    denied: dict[int, int]
    #: For each row of the table, its place among the values; null where it was denied.
    place: pa.ChunkedArray
    table: Optional[pa.Table]

    def values(self, name: str) -> pa.ChunkedArray:
        if self.table is None:
            return pa.chunked_array([pa.nulls(len(self.place))])
        return self.table.column(name).take(self.place)


def _open_column(
    sealed: pa.Table, name: str, key: KeyArgument, on_denied: str, senders: Any
) -> _Column:
    cells = sealed.column(name)
    holders = pc.indices_nonzero(cells.is_valid())
    held = sealed.select([name, _ROW]).take(holders)
    rows = sealed.column(_ROW)
    tags = pc.shift_right(rows, 32)
    tables: list[pa.Table] = []
    keys: list[Optional[str]] = []
    bases: list[Optional[int]] = []
    denied: dict[int, int] = {}
    lost: list[int] = []
    by: Optional[str] = None
    order: list[str] = []
    base = 0
    for place, cell in enumerate(held.column(name)):
        page = cell.as_buffer()
        try:
            if senders is None:
                plain = _native.open(page, key=key)
            else:
                plain = _native.open(page, key=key, senders=senders)
        except Error as refused:
            if on_denied == "raise" or refused.code not in _DENIED:
                raise
            denied[refused.code] = denied.get(refused.code, 0) + 1
            lost.append(place)
            continue
        values = pa.ipc.open_stream(plain).read_all()
        about = json.loads(values.schema.metadata[_ABOUT])
        by, order = about["by"], about["order"]
        keys.append(f"{about['tag']}\x1f{about['group']}")
        bases.append(base)
        base += values.num_rows
        tables.append(values)
    names = name[len(_PREFIX) :].split("+") if not tables else tables[0].column_names
    if not tables:
        nothing = pa.chunked_array([pa.nulls(sealed.num_rows, pa.int64())])
        return _Column(names, [], 0, denied, nothing, None)
    groups = pa.array([""] * sealed.num_rows) if by is None else _texts(sealed.column(by))
    own = pc.binary_join_element_wise(tags.cast(pa.string()), groups, "\x1f")
    _check_holders(own.take(holders), keys, lost)
    page_of = pc.index_in(own, value_set=pa.array(keys))
    lost_keys = own.take(holders).take(pa.array(lost, pa.int64()))
    excused = pc.is_in(own, value_set=_flat(lost_keys))
    if not pc.all(pc.or_(page_of.is_valid(), excused)).as_py():
        raise _refused("a table with the page of every row")
    first = pa.array(bases, pa.int64()).take(page_of)
    place_in_page = pc.bit_wise_and(rows, 0xFFFFFFFF)
    length = pa.array([it.num_rows for it in tables], pa.int64()).take(page_of)
    if pc.any(pc.greater_equal(place_in_page, length)).as_py():
        raise _refused("rows that their pages have")
    plain_table = pa.concat_tables(it.replace_schema_metadata(None) for it in tables)
    return _Column(names, order, len(tables), denied, pc.add(first, place_in_page), plain_table)


def _flat(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _check_holders(holders: Any, keys: list[Optional[str]], lost: list[int]) -> None:
    """Each page must stand in a row of its own group and batch, and once."""
    skipped = set(lost)
    where = [it for place, it in enumerate(holders.to_pylist()) if place not in skipped]
    if where != keys or len(set(keys)) != len(keys):
        raise _make(300, "Open", "a page stands in a row of another group, or twice")


__all__ = ["Denied", "open_columns", "seal_columns"]
