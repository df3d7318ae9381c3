"""Where the embedded servers keep data and sockets, and under which account they run.

PostgreSQL refuses to run as root, and a clone below a closed folder (``/root/...``) cannot be entered by any other
account. So as root the servers run as an existing unprivileged account from ``/var/lib/fleksibel-<hash>``, a folder
that we create; as anybody else they run from DATA_DIR. No permission of a folder that exists already is changed.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent.parent

#: Unix socket paths end at 107 bytes; ".s.PGSQL.5432.lock" and some air must fit behind the folder.
LONGEST_SOCKET_FOLDER = 80
STATE_FOLDER = Path("/var/lib")


class EmbeddedError(Exception):
    """Something a person can put right; the text is one clear line and the way out."""


@dataclass(frozen=True)
class Account:
    """The operating-system account that the servers run under."""

    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """Tell whether the servers run under another account than this process."""
        return self.uid != os.geteuid()

    def popen_options(self) -> dict[str, object]:
        """Options of ``subprocess`` that drop root's rights for good; nothing when there is nothing to drop."""
        if not self.is_other:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}


def data_dir() -> Path:
    """Return DATA_DIR (default ``.local`` in the clone) as an absolute path; relative ones start at the clone."""
    return (REPOSITORY / (os.environ.get("DATA_DIR") or ".local")).resolve()


def make_private(folder: Path, account: Account | None = None) -> Path:
    """Create ``folder`` for one account only (0700); an existing one is left exactly as it is."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return folder
    except PermissionError as error:
        raise EmbeddedError(
            f"No right to write in {folder.parent}. Choose another folder: DATA_DIR=/path/to/folder make run"
        ) from error
    except OSError as error:
        raise EmbeddedError(f"Cannot create {folder}: {error.strerror}.") from error
    if account and account.is_other:
        os.chown(folder, account.uid, account.gid)
    return folder


def unprivileged_account() -> Account:
    """Return the current account, or for root an existing account without rights."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid())
    for name in ("nobody", "daemon", "bin"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError("PostgreSQL does not run as root. Run `make run` as an ordinary user, or set DATABASE_URL.")


@dataclass(frozen=True)
class Home:
    """One pair of servers: ``dev`` for people, ``test`` for the suite, any other name for a private pair."""

    name: str = "dev"

    @cached_property
    def _token(self) -> str:
        return hashlib.sha256(str(data_dir()).encode()).hexdigest()[:10]

    @cached_property
    def _in_data_dir(self) -> Path:
        return data_dir() / "servers" / self.name

    @cached_property
    def root(self) -> Path:
        """The folder of this pair. As root it lies in /var/lib, unless an ordinary user made it in DATA_DIR before."""
        if os.geteuid() != 0 or self._owner_of_existing() is not None:
            return self._in_data_dir
        return self.shared / self.name

    @cached_property
    def shared(self) -> Path:
        """The folder above all pairs of this clone; as root the copied programs lie here too."""
        return STATE_FOLDER / f"fleksibel-{self._token}" if os.geteuid() == 0 else data_dir() / "servers"

    @cached_property
    def account(self) -> Account:
        """The account the servers run under."""
        return self._owner_of_existing() or unprivileged_account()

    def _owner_of_existing(self) -> Account | None:
        # `sudo make run` in a clone that its owner has used before: go on with the owner's data, as the owner.
        try:
            found = (self._in_data_dir / "postgres" / "PG_VERSION").stat()
        except OSError:
            return None
        return Account(found.st_uid, found.st_gid) if found.st_uid != 0 else None

    @cached_property
    def sockets(self) -> Path:
        """The private folder of the sockets, short enough for the kernel's limit on socket paths."""
        usual = self.root / "run"
        if len(os.fsencode(usual)) <= LONGEST_SOCKET_FOLDER:
            return usual
        base = Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir())
        if len(os.fsencode(base)) > LONGEST_SOCKET_FOLDER - 40:
            base = Path("/tmp")  # noqa: S108 - checked for its owner in create()
        return base / f"fleksibel-{self.account.uid}-{self._token}-{self.name}"

    @property
    def postgres_data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.root / "postgres"

    @property
    def postgres_socket(self) -> Path:
        """The socket PostgreSQL listens on."""
        return self.sockets / ".s.PGSQL.5432"

    @property
    def redis_socket(self) -> Path:
        """The socket Redis listens on."""
        return self.sockets / "redis.sock"

    @property
    def database_url(self) -> str:
        """DATABASE_URL of the embedded PostgreSQL, whether it runs or not."""
        return f"postgresql://fleksibel@{str(self.sockets).replace('/', '%2F')}/fleksibel"

    @property
    def redis_url(self) -> str:
        """REDIS_URL of the embedded Redis, whether it runs or not."""
        return f"unix://{self.redis_socket}?db=0"

    def create(self) -> None:
        """Create the folders of this pair, each for the servers' account only."""
        if os.geteuid() == 0 and self.root.parent == self.shared and not self.shared.exists():
            self.shared.mkdir(parents=True)
            self.shared.chmod(0o711)  # ours: the servers' account passes through, and sees no names
        make_private(data_dir())
        if self.root == self._in_data_dir:
            make_private(self.root.parent, self.account)
        make_private(self.root, self.account)
        make_private(self.sockets, self.account)
        self._refuse_foreign_sockets()

    def _refuse_foreign_sockets(self) -> None:
        # In /tmp anybody could have put a folder of this name in our way.
        found = self.sockets.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != self.account.uid or found.st_mode & 0o022:
            raise EmbeddedError(f"{self.sockets} belongs to somebody else. Remove it, or set XDG_RUNTIME_DIR.")
