"""Measures the Python package beside Rust and beside plain Parquet; prints what docs/benchmarks.md
shows. All times are the processor's, of all threads: what else the machine does stays out.

    cargo build --release -p hippocrypt-python --example rust_side
    python measure.py target/release/examples/rust_side

The wheel that is measured must be a release build. Each figure is the median of interleaved
rounds.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable

import hippocrypt as hc
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe
from hippocrypt import arrow, parquet

PAIRS = 30


def clock(call: Callable[[], object]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


def beside_rust(program: str) -> None:
    hospital = hc.Authority.generate("hospital")
    key = hospital.issue("role=nurse", until="2070-12-31")
    data = bytes([7]) * (1 << 20)

    # The same day as on the other side: the clause on expiry has as many rows then.
    record = hc.Record("r", created=1_795_478_400)

    def seal() -> bytes:
        return hc.seal(data, record=record, authority=hospital.public, policy="role=nurse")

    sealed = seal()
    with subprocess.Popen(
        [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as rust:
        assert rust.stdin is not None and rust.stdout is not None
        calls = {"seal": seal, "open": lambda: hc.open(sealed, key=key)}
        for name, call in calls.items():
            ours, theirs = [], []
            for number in range(PAIRS + 3):
                rust.stdin.write(name + "\n")
                rust.stdin.flush()
                other = int(rust.stdout.readline()) / 1e9
                own = clock(call)
                if number >= 3:
                    ours.append(own)
                    theirs.append(other)
            tell(f"{name} 1 MiB, Python / Rust", statistics.median(ours), statistics.median(theirs))
        rust.stdin.close()


class PlainKms(pe.KmsClient):  # type: ignore[misc]
    """What Parquet's own examples do: the key is carried as it is. Not for use."""

    def wrap_key(self, key_bytes: bytes, master_key_identifier: str) -> bytes:
        return key_bytes.hex().encode()

    def unwrap_key(self, wrapped_key: str, master_key_identifier: str) -> bytes:
        return bytes.fromhex(
            wrapped_key.decode() if isinstance(wrapped_key, bytes) else wrapped_key
        )


def beside_parquet() -> None:
    count = 1_000_000
    table = pa.table(
        {
            "person_id": pa.array(range(count), pa.int64()),
            "code": pa.array([f"E{it % 999}" for it in range(count)]),
            "value": pa.array([it * 0.37 for it in range(count)], pa.float64()),
        }
    )
    hospital = hc.Authority.generate("hospital")
    key = hospital.issue(["role=nurse", "dept=icu"], until="2070-12-31")
    policies = {"role=nurse": ["code"], "dept=icu": ["value"], "role=nurse and dept=icu": ["person_id"]}
    factory = pe.CryptoFactory(lambda _: PlainKms())
    connection = pe.KmsConnectionConfig()
    configuration = pe.EncryptionConfiguration(
        footer_key="f",
        column_keys={"a": ["code"], "b": ["value"], "c": ["person_id"]},
        data_key_length_bits=256,
    )
    with tempfile.TemporaryDirectory() as folder:
        plain, ours = Path(folder, "plain.parquet"), Path(folder, "ours.parquet")

        def write_plain() -> None:
            properties = factory.file_encryption_properties(connection, configuration)
            pq.write_table(table, plain, encryption_properties=properties)

        def read_plain() -> None:
            properties = factory.file_decryption_properties(connection)
            pq.read_table(plain, decryption_properties=properties)

        def write_ours() -> None:
            parquet.write_table(
                table, ours, authority=hospital.public, footer="role=nurse", columns=policies
            )

        def read_ours() -> None:
            parquet.read_table(ours, key=key)

        for name, own, other in [
            ("write 1,000,000 x 3, policies / plain", write_ours, write_plain),
            ("read 1,000,000 x 3, policies / plain", read_ours, read_plain),
        ]:
            pairs = [(clock(own), clock(other)) for _ in range(11)][1:]
            tell(name, *(statistics.median(side) for side in zip(*pairs)))

        def columns() -> None:
            sealed = arrow.seal_columns(
                table.append_column("site", pa.array([it % 10 for it in range(count)])),
                {"code": "role=nurse", "value": "dept=icu"},
                authority=hospital.public,
                by="site",
            )
            pq.write_table(sealed, Path(folder, "columns.parquet"))

        pairs = [(clock(columns), clock(write_plain)) for _ in range(3)]
        name = "seal_columns in 10 groups and write / plain"
        tell(name, *(statistics.median(side) for side in zip(*pairs)))


def importing() -> None:
    code = "import time; b = time.process_time(); import hippocrypt; print(time.process_time() - b)"
    times = []
    for _ in range(11):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        times.append(float(done.stdout))
    print(f"{'import hippocrypt':45} {statistics.median(times) * 1000:9.2f} ms")


def tell(name: str, own: float, other: float) -> None:
    print(f"{name:45} {own * 1000:9.2f} ms {other * 1000:9.2f} ms   ratio {own / other:.3f}")


if __name__ == "__main__":
    importing()
    beside_rust(sys.argv[1])
    beside_parquet()
