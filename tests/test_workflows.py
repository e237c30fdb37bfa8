"""The workflow that others call: the action's own steps, no foreign code, and nothing of a caller's in a script."""

import re
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".github"
ACTION, SCRIPT = (FOLDER / "actions" / "attest-evidence" / name for name in ("action.yml", "attest.sh"))
WORKFLOW = FOLDER / "workflows" / "attest-evidence.yml"


def test_the_workflow_runs_what_the_action_runs() -> None:
    steps = SCRIPT.read_text().split("\n", 3)[3]
    indented = "".join(f"          {line}\n" if line else "\n" for line in steps.rstrip("\n").split("\n"))
    assert WORKFLOW.read_text().endswith(indented)


def test_no_input_becomes_part_of_a_script_and_no_foreign_action_is_used() -> None:
    for path in (ACTION, WORKFLOW):
        text = path.read_text()
        assert "uses:" not in text
        for _, script in re.findall(r"^( *)run: \|\n((?:\1 +.*\n|\n)+)", text, re.MULTILINE):
            assert "${{" not in script


def test_the_workflow_may_do_no_more_than_it_needs() -> None:
    text = WORKFLOW.read_text()
    assert "\npermissions: {}\n" in text
    assert re.findall(r"^ +([a-z-]+): (?:read|write)\b", text, re.MULTILINE) == ["contents", "id-token"]
