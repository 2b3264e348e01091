"""`omni scenario`: files on disk checked, formatted and compared, and published into a running product."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from omnisupport.settings import Settings
from tests.path.test_scenarios import document, new, with_etag
from tests.support.operator import Operator
from tests.support.product import Product
from tests.support.tenants import make_tenant
from tests.support.visitor import Visitor

TESTS = """omni: scenario-test/v1
scenario: {key}
defaults: {{channel: widget, now: "2026-03-02T11:00:00+03:00"}}
cases:
  - name: it repeats
    steps:
      - user: {key}
      - expect: {{sent: [{{contains: "эхо: {key}"}}]}}
      - user: да
      - expect: {{sent: [{{contains: "эхо: да"}}]}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A scenario file with one warning."""
    path = tmp_path / "word.yaml"
    path.write_text(document(new()))
    return path


def test_findings_come_as_lines_or_as_json(product: Product, file: Path) -> None:
    said = product.omni("scenario", "check", str(file), "--locale", "ru")
    assert (said.returncode, said.stdout.count("W142")) == (0, 1) and "цикл" in said.stdout.lower()
    told = product.omni("scenario", "check", str(file), "--json")
    assert [(each["code"], each["file"]) for each in json.loads(told.stdout)] == [("W142", str(file))]
    file.write_text(file.read_text().replace("next: listen", "next: lisen"))
    broken = product.omni("scenario", "check", str(file), "--json")
    assert broken.returncode == 1
    assert "E120" in {each["code"] for each in json.loads(broken.stdout)}
    assert product.omni("scenario", "check", str(file.with_name("absent.yaml")), "--json").returncode == 1


def test_findings_come_as_sarif_too(product: Product, file: Path) -> None:
    told = json.loads(product.omni("scenario", "check", str(file), "--sarif").stdout)
    assert told["version"] == "2.1.0"
    assert [each["ruleId"] for each in told["runs"][0]["results"]] == ["W142"]


def test_a_scenario_is_tested_and_walked_without_a_server(product: Product, file: Path) -> None:
    key = file.read_text().partition("id: ")[2].partition("\n")[0]
    tests = file.with_name("word.test.yaml")
    case = TESTS.format(key=key)
    tests.write_text(case)
    passed = product.omni("scenario", "test", str(file), str(tests))
    assert passed.returncode == 0 and "1 of 1 passed" in passed.stdout, passed.stdout + passed.stderr
    beside = product.omni("scenario", "test", str(file))
    assert beside.stdout == passed.stdout and "20: not covered" in beside.stdout, "the line of an exit"
    alone = file.with_name("alone.yaml")
    alone.write_text(file.read_text())
    none = product.omni("scenario", "test", str(alone))
    assert none.returncode == 1 and "alone.test.yaml" in none.stderr
    tests.write_text(case.replace("эхо: да", "эхо: нет"))
    failed = product.omni("scenario", "test", str(file), str(tests), "--json")
    assert failed.returncode == 1 and json.loads(failed.stdout)[0]["passed"] is False
    walked = product.omni("scenario", "walk", str(file), "--walks", "20", "--json")
    assert json.loads(walked.stdout)["walks"] == 20, walked.stderr
    broken = product.omni("scenario", "walk", str(tests))
    assert broken.returncode == 1 and "Traceback" not in broken.stderr


def test_faults_are_put_in_to_see_whether_the_tests_notice(product: Product, file: Path) -> None:
    key = file.read_text().partition("id: ")[2].partition("\n")[0]
    file.with_name("word.test.yaml").write_text(TESTS.format(key=key))
    said = product.omni("scenario", "test", str(file), "--mutants", "--locale", "ru")
    assert said.returncode == 1, said.stderr
    assert "Замечено 1 из 5" in said.stdout and "не замечено: 18: " in said.stdout
    told = product.omni("scenario", "test", str(file), "--mutants", "--most", "2", "--json")
    [report] = json.loads(told.stdout)
    assert report["total"] == 2 and report["baseline"] and 0 <= report["score"] <= 100
    assert all(each["line"] for each in [*report["survivors"], *report["unreached"]])
    good = product.omni("scenario", "test", str(file), "--json")
    [coverage] = [each["coverage"] for each in json.loads(good.stdout)]
    assert coverage["percent"]["nodes"] and all(
        each["line"] for each in coverage["missed"] if each["kind"] == "exits"
    )


def test_without_a_file_the_templates_are_tested_and_a_folder_is_tested_whole(
    product: Product, file: Path
) -> None:
    whole = product.omni("scenario", "test")
    assert whole.returncode == 0, whole.stdout + whole.stderr
    assert whole.stdout.count("Coverage: nodes") == 10 and "Scenarios: 10, cases passed:" in whole.stdout
    assert "returns.test.yaml" in whole.stdout and "✗" not in whole.stdout
    none = product.omni("scenario", "test", str(file.parent))
    assert none.returncode == 1 and "No scenario of" in none.stderr
    key = file.read_text().partition("id: ")[2].partition("\n")[0]
    file.with_name("word.test.yaml").write_text(TESTS.format(key=key))
    passed = product.omni("scenario", "test", str(file.parent), "--locale", "ru")
    assert passed.returncode == 0 and "Сценариев: 1, прошло случаев: 1 из 1." in passed.stdout
    file.with_name("word.test.yaml").write_text(TESTS.format(key=key).replace("эхо: да", "эхо: нет"))
    failed = product.omni("scenario", "test", str(file.parent), "--json")
    assert failed.returncode == 1 and [each["passed"] for each in json.loads(failed.stdout)] == [False]
    named = product.omni("scenario", "test", str(file.parent), str(file))
    assert named.returncode == 1 and "name a scenario" in named.stderr


def test_a_file_is_brought_into_form_once(product: Product, file: Path) -> None:
    file.write_text("# слова\n" + file.read_text().replace("start: listen", "start:    listen"))
    looked = product.omni("scenario", "fmt", "--check", str(file))
    assert (looked.returncode, looked.stdout.strip()) == (1, str(file)) and "start:    " in file.read_text()
    done = product.omni("scenario", "fmt", str(file))
    assert (done.returncode, done.stdout.strip()) == (0, str(file))
    assert "start: listen" in file.read_text() and "# слова" in file.read_text()
    assert product.omni("scenario", "fmt", "--check", str(file)).returncode == 0


def test_two_files_are_compared_by_what_they_mean(product: Product, file: Path) -> None:
    other = file.with_name("other.yaml")
    other.write_text(file.read_text() + "# только примечание\n")
    assert product.omni("scenario", "diff", str(file), str(other)).returncode == 0
    other.write_text(file.read_text().replace("эхо:", "слышу:"))
    said = product.omni("scenario", "diff", str(file), str(other))
    assert said.returncode == 1 and "слышу" in said.stdout
    told = json.loads(product.omni("scenario", "diff", str(file), str(other), "--json").stdout)
    assert [each["kind"] for each in told] == ["text.changed"]
    (file.with_name("list.yaml")).write_text("- 1\n")
    refused = product.omni("scenario", "diff", str(file), str(file.with_name("list.yaml")))
    assert refused.returncode == 1 and "Traceback" not in refused.stderr


async def test_a_file_is_published_by_the_rules_of_the_api(
    product: Product, settings: Settings, file: Path
) -> None:
    tenant = await make_tenant(settings)
    words = ("scenario", "publish", str(file), "--tenant", tenant.slug)
    shut = product.omni(*words)
    assert shut.returncode == 1 and "W142" in shut.stderr
    async with Operator(product.url, tenant) as owner:
        assert (await owner.request("GET", "/scenarios")).json()["items"] == [], "nothing was written"
    done = product.omni(*words, "--acknowledge", "W142", "--message", "Первая")
    assert done.returncode == 0 and "version 1 is live" in done.stdout, done.stderr
    file.write_text(file.read_text().replace("эхо:", "слышу:"))
    canary = product.omni(*words, "--acknowledge", "W142", "--canary", "10")
    assert "version 2 is a canary of 10 %" in canary.stdout, canary.stderr
    async with Operator(product.url, tenant) as owner:
        scenario = (await owner.request("GET", "/scenarios")).json()["items"][0]
        path = f"/scenarios/{scenario['id']}"
        version = (await owner.request("GET", f"{path}/versions/1")).json()["version"]
        assert (version["message"], version["acknowledged"]["name"]) == ("Первая", "omni scenario publish")
        etag = (await owner.request("GET", f"{path}/draft")).headers["etag"]
        text = file.read_text().replace("слышу:", "в консоли:")
        assert (await with_etag(owner, "PUT", path, etag, document=text)).status_code == 200
    file.write_text(file.read_text().replace("слышу:", "в файле:"))
    kept = product.omni(*words, "--acknowledge", "W142")
    assert kept.returncode == 1 and "--force" in kept.stderr
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        key = file.read_text().partition("id: ")[2].partition("\n")[0]
        answer = (await visitor.ask(key))[-1]["text"]
        assert answer in (f"эхо: {key}", f"слышу: {key}"), "one in ten gets the canary"
    told = product.omni(*words, "--acknowledge", "W142", "--force", "--locale", "ru")
    assert told.returncode == 1 and "G204" in told.stderr, "who talked would have been told something else"
    said = told.stdout.splitlines()
    assert "доказано: ни одно сообщение клиента не остаётся без ответа" in said, told.stdout
    assert "Прогулок: 1000, ошибок: 0" in said
    assert "Последних разговоров: 1: другой текст 1" in said
    before = answer.partition(":")[0]
    assert any(f"«{before}: " in line and "» → «в файле: " in line for line in said)
    assert "G204 подтвердить: разговоров с другим текстом: 1" in said
    forced = product.omni(*words, "--acknowledge", "W142", "--acknowledge", "G204", "--force")
    assert "version 3 is live" in forced.stdout, forced.stderr
    nobody = product.omni("scenario", "publish", str(file), "--tenant", "nobody")
    assert nobody.returncode == 1 and "nobody" in nobody.stderr


async def test_a_tenants_conversations_are_replayed_under_a_file(
    product: Product, settings: Settings, file: Path
) -> None:
    key = file.read_text().partition("id: ")[2].partition("\n")[0]
    tenant = await make_tenant(settings, file.read_text())
    async with Visitor(product.url, tenant.slug, locale="ru") as visitor:
        await visitor.connect()
        answer = (await visitor.ask(key))[-1]["text"]
        assert answer in (f"эхо: {key}", f"слышу: {key}"), "one in ten gets the canary"
    words = ("scenario", "replay", str(file), "--tenant", tenant.slug)
    same = product.omni(*words, "--locale", "ru")
    assert (same.returncode, same.stdout) == (0, "Разговоров: 1: так же 1\n"), same.stderr
    file.write_text(file.read_text().replace("эхо:", "слышу:"))
    other = product.omni(*words, "--json")
    assert other.returncode == 1 and json.loads(other.stdout)["counts"]["text"] == 1, other.stderr
    absent = product.omni("scenario", "replay", str(file), "--tenant", "nobody")
    assert absent.returncode == 1 and "nobody" in absent.stderr


async def test_a_file_that_fails_the_tests_in_the_product_is_not_published(
    product: Product, settings: Settings, file: Path
) -> None:
    key = file.read_text().partition("id: ")[2].partition("\n")[0]
    tenant = await make_tenant(settings)
    words = ("scenario", "publish", str(file), "--tenant", tenant.slug, "--acknowledge", "W142")
    assert product.omni(*words).returncode == 0
    async with Operator(product.url, tenant) as owner:
        scenario = (await owner.request("GET", "/scenarios")).json()["items"][0]
        test = {"name": "a.yaml", "document": TESTS.format(key=key)}
        await owner.request("POST", f"/scenarios/{scenario['id']}/tests", json=test)
    file.write_text(file.read_text().replace("эхо:", "слышу:"))
    shut = product.omni(*words)
    assert shut.returncode == 1 and "G102" in shut.stdout + shut.stderr
    assert "version 2" not in shut.stdout


async def test_the_tests_beside_a_file_are_tried_with_it_and_kept_with_its_publish(
    product: Product, settings: Settings, file: Path
) -> None:
    key = file.read_text().partition("id: ")[2].partition("\n")[0]
    tenant = await make_tenant(settings)
    words = ("scenario", "publish", str(file), "--tenant", tenant.slug, "--acknowledge", "W142")
    beside = file.with_name("word.test.yaml")
    beside.write_text(TESTS.format(key=key).replace("эхо: да", "эхо: нет"))
    shut = product.omni(*words)
    assert shut.returncode == 1 and "G102" in shut.stdout and "word.test.yaml: 0 of 1 passed" in shut.stdout
    async with Operator(product.url, tenant) as owner:
        assert (await owner.request("GET", "/scenarios")).json()["items"] == [], "nothing was written"
        beside.write_text(TESTS.format(key=key))
        done = product.omni(*words)
        assert "word.test.yaml: 1 of 1 passed" in done.stdout, done.stdout + done.stderr
        assert "word.test.yaml: is among the tests in the product now" in done.stdout
        scenario = (await owner.request("GET", "/scenarios")).json()["items"][0]
        path = f"/scenarios/{scenario['id']}/tests"
        [kept] = (await owner.request("GET", path)).json()["items"]
        assert (kept["name"], kept["revision"]) == ("word.test.yaml", 1)
        same = product.omni(*words)
        assert "version 1 is live" in same.stdout and "in the product" not in same.stdout, same.stderr
        other = {"name": "other.yaml", "document": TESTS.format(key=key)}
        await owner.request("POST", path, json=other)
        beside.write_text(TESTS.format(key=key) + "# заново\n")
        again = product.omni(*words, "--locale", "ru")
        assert "word.test.yaml: заменил тест в продукте" in again.stdout, again.stderr
        assert "other.yaml: прошло 1 из 1" in again.stdout, "those of the product are run as well"
        items = (await owner.request("GET", path)).json()["items"]
        assert [(each["name"], each["revision"]) for each in items] == [
            ("other.yaml", 1),
            ("word.test.yaml", 2),
        ]
    beside.rename(file.with_name("word.ночь.test.yaml"))
    named = product.omni(*words)
    assert named.returncode == 1 and "Rename it" in named.stderr
