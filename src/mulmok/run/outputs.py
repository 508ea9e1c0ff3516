"""A folder that gets all files of one run at once, at its end, or none of them."""

from __future__ import annotations

import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from mulmok.model.errors import InputError, MulmokError
from mulmok.model.text import text


class Outputs:
    """Files are made in `path`, a folder inside `out`, and moved up when all went well.

    Use as a context manager. Raises InputError when `out` cannot be written to, and MulmokError
    when the disk refuses later. Without `out` nothing is written, and `path` is None.
    """

    def __init__(self, out: Path | None) -> None:
        self._out = out
        self._writers: list[pq.ParquetWriter] = []
        self.path: Path | None = None

    def __enter__(self) -> Self:
        """Make the folder."""
        if self._out is not None:
            try:
                self._out.mkdir(parents=True, exist_ok=True)
                self.path = Path(tempfile.mkdtemp(prefix=".replay-", dir=self._out))
            except OSError as error:
                raise InputError(
                    text(
                        "{path}: cannot write here ({error}); give another --out folder",
                        path=self._out,
                        error=error.strerror,
                    )
                ) from error
        return self

    def parquet(self, name: str, schema: pa.Schema) -> pq.ParquetWriter:
        """Open a Parquet file in the folder."""
        if self.path is None:
            raise RuntimeError(name)
        writer = pq.ParquetWriter(self.path / name, schema, compression="zstd")
        self._writers.append(writer)
        return writer

    def __exit__(self, kind: type[BaseException] | None, fault: object, _: object) -> None:
        """Move the files up, or leave nothing of them. Raises MulmokError when the disk refused."""
        if self.path is None or self._out is None:
            return
        try:
            if kind is None:
                for writer in self._writers:
                    writer.close()
                for made in sorted(self.path.iterdir()):
                    made.replace(self._out / made.name)
        except OSError as late:
            fault = late
        finally:
            self._leave_nothing(self.path)
        if isinstance(fault, OSError):
            raise MulmokError(
                text(
                    "{file}: cannot be written: {reason}",
                    file=str(self._out),
                    reason=fault.strerror or str(fault),
                )
            ) from fault

    def _leave_nothing(self, path: Path) -> None:
        for writer in self._writers:
            # Closing what is not whole may fail as its writing did, which was told already.
            with suppress(OSError):
                writer.close()
        shutil.rmtree(path, ignore_errors=True)
