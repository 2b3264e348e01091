"""Looks at a tenant's bundle before anything of it is believed: the zip, the manifest, every row and every file."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Literal
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from omnisupport.domain.bundle import FORMAT, MANIFEST, PEOPLE
from omnisupport.domain.files import BY_MEDIA, MAX_BYTES, clean_name
from omnisupport.domain.people import parse_address
from omnisupport.domain.permissions import Role
from omnisupport.errors import Invalid
from omnisupport.storage.bundles.portable import MEMBERS_ONLY, columns_of, portable_tables

ENTRY = re.compile(
    r"manifest\.json|tables/[a-z_]{1,60}\.jsonl|files/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
"""Every name that an entry may have: none of them leads anywhere else."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = 0x1
MOST_ENTRIES = 2_000_000
MOST_MANIFEST = 64 * 2**20
MOST_LINE = 32 * 2**20
MOST_PEOPLE = 20_000
MOST_NAMED = 200_000
MOST_TIMES_SMALLER = 400
"""Rows compress to a tenth or a hundredth; a table that comes out of less is made to fill a disk."""
READ_AT_ONCE = 2**20

USER_COLUMNS = MappingProxyType(
    {
        "audit": ("actor_id", "impersonator_id"),
        "conversation": ("assignee_id",),
        "customer": ("created_by",),
        "customer_merge": ("created_by",),
        "customer_note": ("author_id",),
        "file": ("uploader_id",),
        "legal_hold": ("created_by",),
        "member": ("user_id",),
        "member_department": ("user_id",),
        "member_skill": ("user_id",),
        "message": ("author_id",),
        "scenario_run": ("started_by",),
        "scenario_version": ("author_id",),
    }
)
"""Columns that name a person: nobody of this deployment becomes somebody of the tenant by being named there."""

CheckRow = Callable[[str, dict[str, Any]], None]
"""What else a row must be, by the name of its table; refuses with ValueError."""


class BundleInvalid(Invalid):
    """A bundle that cannot be taken; nothing was written."""

    code = "bundle_invalid"


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore")


class DeclaredPart(_Shape):
    """What a part of the bundle is said to be."""

    rows: int = Field(ge=0)
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class DeclaredTenant(_Shape):
    """Whose bundle it is."""

    id: UUID
    slug: str = Field(max_length=63)
    name: str = Field(max_length=1000)


class DeclaredFiles(_Shape):
    """How many files go along, and which were gone already."""

    count: int = Field(ge=0)
    missing: list[UUID] = []


class Manifest(_Shape):
    """`manifest.json` of a tenant's bundle."""

    kind: Literal["tenant"]
    product: str = Field(max_length=100)
    schema_revision: str = Field(alias="schema", max_length=20)
    tenant: DeclaredTenant
    tables: dict[str, list[str]]
    parts: dict[str, DeclaredPart]
    files: DeclaredFiles
    left_out: dict[str, str] = {}


class BundlePerson(BaseModel):
    """Somebody who works in the tenant."""

    model_config = ConfigDict(extra="forbid")
    id: UUID
    email: str = Field(max_length=254)
    name: str = Field(max_length=1000)
    locale: Literal["ru", "en"]
    role: str = Field(max_length=100)


class BundleReader:
    """An open bundle. `check` looks at all of it; what the others give is good only after it."""

    def __init__(self, path: Path) -> None:
        """Open a bundle.

        Raises:
            BundleInvalid: it is no zip, or its entries are not those of a bundle.
        """
        with _refused("The file is no zip, or a damaged one."):
            self._zip = zipfile.ZipFile(path)
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for entry in self._zip.infolist():
            self._take(entry)
        self.manifest = self._read_manifest()
        self.people: list[BundlePerson] = []
        self.named: set[UUID] = set()
        """Everybody whom a row names (`USER_COLUMNS`)."""

    def close(self) -> None:
        """Close the file."""
        self._zip.close()

    def check(self, check_row: CheckRow) -> None:
        """Read everything once.

        Raises:
            BundleInvalid: with what is wrong and where.
        """
        tables = {str(table.name): table for table in portable_tables()}
        self._check_parts(tables)
        self.people = [BundlePerson.model_validate(row) for row in self._rows_of_people()]
        self._check_people()
        members = {person.id for person in self.people}
        files: set[str] = set()
        for name in tables:
            if name not in self.manifest.tables:
                continue
            for number, row in enumerate(self._rows(name), start=1):
                where = f"tables/{name}.jsonl, line {number}"
                self._check_row(name, row, where, members)
                try:
                    check_row(name, row)
                except ValueError as wrong:
                    raise BundleInvalid(f"{where}: {wrong}") from wrong
                if name == "file":
                    self._check_file(row, where)
                    files.add(f"files/{row['id']}")
        if extra := {name for name in self._entries if name.startswith("files/")} - files:
            raise BundleInvalid(f"{min(extra)} belongs to no row.")
        if self.manifest.parts["tables/tenant.jsonl"].rows != 1:
            raise BundleInvalid("A bundle has one tenant.")

    def lines(self, name: str) -> Iterator[str]:
        """The rows of a table, each as its JSON."""
        if name != PEOPLE and name not in self.manifest.tables:
            return
        with self._open(f"tables/{name}.jsonl") as stream:
            while line := stream.readline(MOST_LINE + 1):
                yield line.decode().rstrip("\n")

    def file(self, file_id: str) -> bytes | None:
        """The bytes of a file; None where they were gone already."""
        name = f"files/{file_id}"
        return self._zip.read(name) if name in self._entries else None

    def _take(self, entry: zipfile.ZipInfo) -> None:
        name = entry.filename
        if not ENTRY.fullmatch(name):
            raise BundleInvalid(f"'{name[:100]}' is no name of an entry of a bundle.")
        if name in self._entries:
            raise BundleInvalid(f"{name} is in it twice.")
        if entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS:
            raise BundleInvalid(f"{name} is encrypted, or compressed in another way.")
        if name.startswith("tables/") and entry.file_size > 2**20 + MOST_TIMES_SMALLER * entry.compress_size:
            raise BundleInvalid(f"{name} would be {entry.file_size} bytes out of {entry.compress_size}.")
        if len(self._entries) >= MOST_ENTRIES:
            raise BundleInvalid("It has too many entries.")
        self._entries[name] = entry

    def _read_manifest(self) -> Manifest:
        entry = self._entries.get(MANIFEST)
        if entry is None or entry.file_size > MOST_MANIFEST:
            raise BundleInvalid("It has no manifest.json: it is no bundle of a tenant.")
        with self._open(MANIFEST) as stream:
            content = stream.read(MOST_MANIFEST)
        try:
            raw = orjson.loads(content)
            if not isinstance(raw, dict) or raw.get("format") != FORMAT:
                found = raw.get("format") if isinstance(raw, dict) else None
                raise BundleInvalid(
                    f"The bundle has format {str(found)[:20]}, this release reads {FORMAT}.",
                    code="bundle_format_unknown",
                )
            return Manifest.model_validate(raw)
        except (ValidationError, orjson.JSONDecodeError) as wrong:
            raise BundleInvalid("manifest.json does not say what a manifest says.") from wrong

    def _check_parts(self, tables: dict[str, Any]) -> None:
        wanted = {f"tables/{name}.jsonl" for name in (*self.manifest.tables, PEOPLE)}
        there = {name for name in self._entries if name.startswith("tables/")}
        if not wanted == there == set(self.manifest.parts) or "tenant" not in self.manifest.tables:
            raise BundleInvalid("Its tables are not those that the manifest names.")
        for name, columns in self.manifest.tables.items():
            if name not in tables:
                raise BundleInvalid(
                    f"This release knows no table '{name[:60]}'.", code="bundle_table_unknown"
                )
            known = set(columns_of(tables[name]))
            if unknown := set(columns) - known:
                raise BundleInvalid(
                    f"This release knows no column '{name}.{min(unknown)[:60]}'. The bundle was made at schema "
                    f"{self.manifest.schema_revision}: update this deployment first.",
                    code="bundle_column_unknown",
                )
        for name, part in self.manifest.parts.items():
            if self._entries[name].file_size != part.bytes:
                raise BundleInvalid(
                    f"{name} is not as large as the manifest says.", code="bundle_checksum_wrong"
                )
            self._check_sum(name, part)
        if self.manifest.files.count != sum(name.startswith("files/") for name in self._entries):
            raise BundleInvalid("Its files are not as many as the manifest says.")

    def _check_sum(self, name: str, part: DeclaredPart) -> None:
        digest, rows = hashlib.sha256(), 0
        with self._open(name) as stream:
            while piece := stream.read(READ_AT_ONCE):
                digest.update(piece)
                rows += piece.count(b"\n")
        if digest.hexdigest() != part.sha256 or rows != part.rows:
            raise BundleInvalid(f"{name} is not what the manifest says.", code="bundle_checksum_wrong")

    def _check_people(self) -> None:
        if len(self.people) > MOST_PEOPLE:
            raise BundleInvalid(f"It names more than {MOST_PEOPLE} people.")
        if not any(person.role == Role.OWNER for person in self.people):
            raise BundleInvalid("Nobody in it owns the workspace.")
        addresses = [person.email for person in self.people]
        if len({person.id for person in self.people}) < len(self.people) or len(set(addresses)) < len(
            addresses
        ):
            raise BundleInvalid("Somebody is in it twice.")
        for address in addresses:
            if parse_address(address) != address:
                raise BundleInvalid(f"'{address[:80]}' is not an address as it is kept.")

    def _check_row(self, table: str, row: dict[str, Any], where: str, members: set[UUID]) -> None:
        if row.keys() != set(self.manifest.tables[table]):
            raise BundleInvalid(f"{where}: its columns are not those that the manifest names.")
        if row["tenant_id"] != str(self.manifest.tenant.id):
            raise BundleInvalid(f"{where}: a row of another tenant.", code="bundle_row_foreign")
        for column in USER_COLUMNS.get(table, ()):
            named = _person_of(row.get(column), where)
            if named is None:
                continue
            if table in MEMBERS_ONLY and named not in members:
                raise BundleInvalid(f"{where}: somebody who is not among the people of the bundle.")
            self.named.add(named)
            if len(self.named) > MOST_NAMED:
                raise BundleInvalid(f"It names more than {MOST_NAMED} people.")

    def _check_file(self, row: dict[str, Any], where: str) -> None:
        name = f"files/{row['id']}"
        entry = self._entries.get(name)
        if entry is None:
            if str(row["id"]) in {str(each) for each in self.manifest.files.missing}:
                return
            raise BundleInvalid(f"{where}: {name[:60]} is missing.")
        if entry.file_size != row["size"] or entry.file_size > MAX_BYTES:
            raise BundleInvalid(
                f"{name} is larger or smaller than its row says.", code="bundle_checksum_wrong"
            )
        try:
            is_plain = row["type"] in BY_MEDIA and clean_name(row["name"]) == row["name"]
        except (Invalid, TypeError):
            is_plain = False
        if not is_plain:
            raise BundleInvalid(f"{where}: no name or type of a file.")
        digest = hashlib.sha256()
        with self._open(name) as stream:
            while piece := stream.read(READ_AT_ONCE):
                digest.update(piece)
        if row["sha256"] != f"\\x{digest.hexdigest()}":
            raise BundleInvalid(f"{name} is not what its row says.", code="bundle_checksum_wrong")

    def _rows(self, name: str) -> Iterator[dict[str, Any]]:
        for number, line in enumerate(self.lines(name), start=1):
            try:
                row = orjson.loads(line)
            except orjson.JSONDecodeError as wrong:
                raise BundleInvalid(f"tables/{name}.jsonl, line {number}: no JSON.") from wrong
            if not isinstance(row, dict):
                raise BundleInvalid(f"tables/{name}.jsonl, line {number}: no row.")
            yield row

    def _rows_of_people(self) -> Iterator[dict[str, Any]]:
        for number, row in enumerate(self._rows(PEOPLE), start=1):
            try:
                BundlePerson.model_validate(row)
            except ValidationError as wrong:
                raise BundleInvalid(f"tables/{PEOPLE}.jsonl, line {number}: nobody.") from wrong
            yield row

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        with _refused(f"{name} is damaged."), self._zip.open(self._entries[name]) as stream:
            yield stream


def _person_of(value: Any, where: str) -> UUID | None:
    """Whom a column names; an id in another spelling would be another text and the same person."""
    try:
        named = UUID(value)
    except (ValueError, AttributeError, TypeError):
        return None
    if str(named) != value:
        raise BundleInvalid(f"{where}: '{value[:60]}' is not the spelling of an id.")
    return named


@contextmanager
def _refused(sentence: str) -> Iterator[None]:
    try:
        yield
    except (
        zipfile.BadZipFile,
        EOFError,
        OSError,
        NotImplementedError,
        UnicodeDecodeError,
        ValueError,
    ) as damaged:
        raise BundleInvalid(sentence) from damaged
    except Exception as damaged:
        if type(damaged).__module__ == "zlib":
            raise BundleInvalid(sentence) from damaged
        raise
