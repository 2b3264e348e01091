"""Markdown becomes text that reads well in a chat."""

from __future__ import annotations

from omnisupport.ai.knowledge.plain import plain_blocks


def test_emphasis_and_code_lose_their_marks() -> None:
    assert plain_blocks("**Bold**, *thin* and `code`.") == ["Bold, thin and code."]


def test_lists_keep_their_items_one_a_line() -> None:
    assert plain_blocks("- one\n- two\n  - deeper\n") == ["• one\n• two\n  • deeper"]
    assert plain_blocks("3. three\n4. four\n") == ["3. three\n4. four"]


def test_a_table_becomes_rows_under_its_head() -> None:
    table = "| Way | Price | Time |\n| --- | --- | --- |\n| Courier | 290 ₽ | 1 day |\n| Post | 350 ₽ | |\n"
    assert plain_blocks(table) == ["Way — price, time:\n• Courier — 290 ₽, 1 day\n• Post — 350 ₽"]


def test_links_keep_only_addresses_that_lead_out() -> None:
    assert plain_blocks("See [the map](https://maps.example/x).") == ["See the map (https://maps.example/x)."]
    assert plain_blocks("See [returns](/help/returns).") == ["See returns."]
    assert plain_blocks("Mail [a@b.example](mailto:a@b.example).") == ["Mail a@b.example."]


def test_html_scripts_and_images_leave_nothing_that_could_run() -> None:
    text = "\n".join(
        plain_blocks(
            "Hi <img src=x onerror=alert(1)> ![pixel](https://evil.example/p.png)\n\n"
            "<script>alert(1)</script>\n\n[click](javascript:alert(1))\n"
        )
    )
    assert "<" not in text
    assert "evil.example" not in text
    assert "javascript:" not in text


def test_headings_are_left_to_the_chunk() -> None:
    assert plain_blocks("# Title\n\nText.") == ["Text."]
