"""`omni` itself: what it names, what it imports, how it refuses."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "llama_index",
    "aiogram",
    "sklearn",
    "twilio",
    "temporalio",
    "sqlalchemy",
    "fastapi",
    "openai",
    "qdrant_edge",
)
COMMANDS = (
    "omni dev",
    "omni dev stop",
    "omni dev start",
    "omni dev status",
    "omni api",
    "omni worker",
    "omni doctor",
    "omni tenant create",
    "omni platform grant",
    "omni platform list",
    "omni scenario check",
    "omni scenario test",
    "omni scenario walk",
    "omni scenario replay",
    "omni scenario fmt",
    "omni scenario diff",
    "omni scenario import",
    "omni scenario publish",
    "omni knowledge import",
    "omni deploy current",
    "omni db upgrade",
)


def run_omni(tmp_path: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `omni` on a state folder of its own."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(("OMNI_", "DATABASE_"))}
    env |= {"OMNI_STATE_DIR": str(tmp_path / "state"), "COLUMNS": "120"} | variables
    program = "import sys; from omnisupport.cli import main; sys.argv[0] = 'omni'; main()"
    command = [sys.executable, "-P", "-c", program, *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_help_names_every_command_with_an_example(tmp_path: Path) -> None:
    said = run_omni(tmp_path, "--help")
    assert said.returncode == 0
    examples = said.stdout.partition("Examples:")[2]
    assert [command for command in COMMANDS if command not in examples] == []


@pytest.mark.parametrize("command", [command.split()[1:] for command in COMMANDS])
def test_each_command_has_help_with_an_example(tmp_path: Path, command: list[str]) -> None:
    said = run_omni(tmp_path, *command, "--help")
    assert said.returncode == 0
    example = " ".join(said.stdout.partition("Example:")[2].split()).removeprefix("DATABASE_URL=... ")
    assert example.startswith(f"omni {' '.join(command)}")


def test_help_loads_nothing_heavy() -> None:
    program = """
import sys
from omnisupport.cli import app
try:
    app(["--help"])
except SystemExit:
    pass
print("LOADED", sorted({name.partition(".")[0] for name in sys.modules}))
"""
    said = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    loaded = said.stdout.partition("LOADED")[2]
    assert "typer" in loaded
    assert [name for name in HEAVY if f"'{name}'" in loaded] == []


def test_the_supervisor_stays_small() -> None:
    program = "import sys, omnisupport.devstack.supervisor; print(sorted(sys.modules))"
    said = subprocess.run(
        [sys.executable, "-P", "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert [name for name in HEAVY if f"'{name}'" in said.stdout] == []


@pytest.mark.parametrize("words", [("dev", "status"), ("dev", "stop", "worker"), ("dev", "start", "worker")])
def test_orders_without_a_stack_are_refused_and_make_no_folder(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = run_omni(tmp_path, *words)
    assert said.returncode == 1
    assert said.stderr == f"Nothing runs on the state folder {tmp_path / 'state'}: start it with omni dev.\n"
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("words", [("api",), ("worker",)])
def test_a_process_alone_names_what_it_lacks(tmp_path: Path, words: tuple[str, ...]) -> None:
    said = run_omni(tmp_path, *words, REDIS_URL="redis://x", TEMPORAL_ADDRESS="x:1", OMNI_MASTER_KEY="k")
    assert said.returncode == 1
    assert said.stderr.startswith("DATABASE_URL is not set:")


def test_a_worker_of_an_unknown_queue_is_refused_in_words(tmp_path: Path) -> None:
    away = "127.0.0.1:1"
    urls = {"DATABASE_URL": f"postgresql+asyncpg://app:x@{away}/omni", "REDIS_URL": f"redis://{away}/0"}
    urls |= {"TEMPORAL_ADDRESS": away, "OMNI_MASTER_KEY": "x"}
    said = run_omni(tmp_path, "worker", "--queue", "chanels", **urls)
    assert said.returncode == 1
    assert "There is no queue 'chanels'. The queues are conversations, channels, ai." in said.stderr


def test_commands_that_need_the_database_say_where_to_get_one(tmp_path: Path) -> None:
    said = run_omni(tmp_path, "db", "upgrade")
    assert said.returncode == 1
    assert "start omni dev in another terminal" in said.stderr


def test_the_doctor_says_what_is_broken_and_how_to_mend_it(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "secrets").mkdir(parents=True)
    state.chmod(0o755)
    (state / "secrets" / "omni_app").write_text("x")
    (state / "secrets" / "omni_app").chmod(0o644)
    (state / "master.key").write_text("not a key")
    (state / "master.key").chmod(0o600)
    said = run_omni(tmp_path, "doctor", "--json", REDIS_URL="redis://127.0.0.1:1/0")
    found = json.loads(said.stdout)
    broken = {one["name"]: one["mend"] for one in found["findings"] if one["verdict"] == "broken"}
    assert said.returncode == 1
    assert found["ok"] is False
    assert broken["state folder"] == f"chmod 700 {state}"
    assert broken["secrets"] == f"chmod 600 {state / 'secrets' / 'omni_app'}"
    assert broken["master key"] == "put the right key back"
    assert broken["REDIS_URL"] == "start that server, or unset REDIS_URL"
    assert "✗ state folder" in run_omni(tmp_path, "doctor").stdout


@pytest.mark.parametrize(
    "words", [("dev",), ("doctor",), ("tenant", "create", "shop", "--owner", "me@example.com")]
)
@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        ("OMNI_PORT", "abc", "a port from 1 to 65535"),
        ("OMNI_PORT", "70000", "a port from 1 to 65535"),
        ("OMNI_WORKER_METRICS_PORT", "-1", "a port from 1 to 65535, or 0 for none"),
        (
            "DATABASE_URL",
            "postgres://me:secret@x/y",
            "a URL such as postgresql+asyncpg://USER:PASSWORD@HOST:PORT/",
        ),
        ("DATABASE_URL", "postgresql+asyncpg://me:secret@x:y/z", "a URL such as postgresql+asyncpg://"),
        ("REDIS_URL", "redis://:secret@x:y", "a URL such as redis://:PASSWORD@HOST:PORT/0"),
        ("QDRANT_URL", "secret:6333", "a URL such as https://HOST:PORT"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named_without_its_value(
    tmp_path: Path, words: tuple[str, ...], name: str, value: str, wanted: str
) -> None:
    said = run_omni(tmp_path, *words, **{name: value})
    assert said.returncode == 1
    assert said.stderr.startswith(f"{name} must be {wanted}")
    assert said.stderr.count("\n") == 1
    assert "secret" not in said.stderr


def test_migrations_without_a_database_are_refused_in_words(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://a:b@127.0.0.1:1/omni"
    said = run_omni(tmp_path, "db", "upgrade", DATABASE_URL=url, DATABASE_OWNER_URL=url)
    assert said.returncode == 1
    assert said.stderr == "The database does not answer: see that the server of DATABASE_OWNER_URL runs.\n"


@pytest.mark.parametrize("below", ["a_file", "a_file/state"])
def test_the_doctor_names_a_state_folder_that_cannot_be(tmp_path: Path, below: str) -> None:
    (tmp_path / "a_file").touch()
    said = run_omni(tmp_path, "doctor", "--json", OMNI_STATE_DIR=str(tmp_path / below))
    found = {one["name"]: one for one in json.loads(said.stdout)["findings"]}
    assert found["state folder"]["verdict"] == "broken"
    assert found["state folder"]["mend"] == "choose another with OMNI_STATE_DIR"


def test_a_scenario_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    binary, absent = tmp_path / "a.yaml", tmp_path / "b.yaml"
    binary.write_bytes(b"\xff\xfe\x00\x01")
    said = run_omni(tmp_path, "scenario", "check", str(binary), str(absent))
    assert said.returncode == 1
    assert f"{binary}:1:1: error E002" in said.stdout
    assert f"{absent}: No such file or directory" in said.stderr


def test_a_scenario_with_an_error_is_told_line_by_line(tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text("omni: 1\nid: broken\nname: {ru: Сломан, en: Broken}\nstart: nowhere\nnodes: []\n")
    said = run_omni(tmp_path, "scenario", "check", str(file))
    assert said.returncode == 1
    assert said.stdout.splitlines()[0].startswith(f"{file}:")
    assert " error E" in said.stdout
