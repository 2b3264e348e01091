"""axe-core in the pages and in every frame of theirs, by the rules of WCAG 2.2 AA."""

from __future__ import annotations

from playwright.async_api import Page

from tests.browser.windows import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
# Frames of another origin answer only when they are told to: the widget's is one in the shop.
TRUST = "axe.configure({allowedOrigins: ['<unsafe_all_origins>']});"
RUN = """async (rules) => {
  const found = await axe.run(document, {runOnly: rules, resultTypes: ['violations', 'incomplete']});
  const told = (rule) => rule.nodes.map((node) =>
    `${rule.id}: ${rule.help} at ${node.target.join(' > ')}: ${node.html.slice(0, 160)}`);
  const unseen = found.incomplete.filter((rule) => rule.id === 'frame-tested');
  return {violations: found.violations.flatMap(told), unseen: unseen.flatMap(told), checked: found.passes.length};
}"""


async def check_axe(page: Page, where: str) -> None:
    """No violation in the page nor in its frames, and no frame that could not be looked at."""
    assert AXE.is_file(), "axe-core is not installed: run npm ci"
    script = f"{AXE.read_text('utf-8')};{TRUST}"
    for frame in page.frames:
        await frame.evaluate(script)
    found = await page.evaluate(RUN, RULES)
    complaints = found["violations"] + found["unseen"]
    assert not complaints, f"axe, {where}:\n" + "\n".join(complaints)
    assert found["checked"] > 0
