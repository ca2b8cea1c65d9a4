"""The recipes of docs/ci: valid by the forges' own schemas, and every command in them exists."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest
import yaml

from evalhub.cli.commands import cli
from evalhub.spec.load import load_spec

CI = Path(__file__).resolve().parents[2] / "docs" / "ci"
RECIPES = ("github-actions.yml", "gitlab-ci.yml", "Jenkinsfile")
PAGES = ("README.md", "github-actions.md", "gitlab-ci.md", "jenkins.md")
_COMMAND = re.compile(r"(?:^|[\s/'`])evalhub ((?:run|up|down|token|campaign|corpus|queries)\b[^`'\n|]*)")


@pytest.mark.parametrize(
    ("name", "schema"),
    [("github-actions.yml", "vendor.github-workflows"), ("gitlab-ci.yml", "vendor.gitlab-ci")],
)
def test_a_recipe_is_what_its_forge_accepts(name: str, schema: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, str(CI / name)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_checker_would_find_a_mistake(tmp_path: Path) -> None:
    broken = tmp_path / "workflow.yml"
    broken.write_text((CI / "github-actions.yml").read_text().replace("runs-on:", "runs-at:"))
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    assert subprocess.run([*command, str(broken)], capture_output=True, check=False).returncode == 1


def texts_of(path: Path) -> list[str]:
    """Where commands stand: the strings of a recipe, folded as YAML folds them; else the file's lines."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".yml":
        return [re.sub(r"\\\n\s*", "", text)]

    def strings(node: object) -> list[str]:
        if isinstance(node, dict):
            return [one for value in node.values() for one in strings(value)]
        if isinstance(node, list):
            return [one for value in node for one in strings(value)]
        return [node] if isinstance(node, str) else []

    return strings(yaml.safe_load(text))


def commands_of(path: Path) -> list[list[str]]:
    found = [match[1] for text in texts_of(path) for match in _COMMAND.finditer(text)]
    return [shlex.split(line.partition(" #")[0].rstrip("\\ ")) for line in found]


@pytest.mark.parametrize("name", [*RECIPES, *PAGES])
def test_every_command_exists_with_its_options(name: str) -> None:
    commands = commands_of(CI / name)
    assert commands, f"{name} has no evalhub command that the test can find"
    for words in commands:
        command, arguments = found_in(cli, words)
        # Parses, and does not run.
        command.make_context(command.name, arguments)


def found_in(group: click.Group, words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that words name, and its arguments."""
    command = group.get_command(click.Context(group), words[0])
    assert command is not None, f"no command evalhub {words[0]}"
    return found_in(command, words[1:]) if isinstance(command, click.Group) else (command, words[1:])


def test_the_jenkinsfile_closes_what_it_opens() -> None:
    text = re.sub(
        r"'''.*?'''|'[^'\n]*'|\"[^\"\n]*\"|//[^\n]*", "", (CI / "Jenkinsfile").read_text(), flags=re.DOTALL
    )
    for opening, closing in ("{}", "()", "[]"):
        assert text.count(opening) == text.count(closing)


def test_the_example_is_a_good_spec(tmp_path: Path) -> None:
    (tmp_path / "spec.yaml").write_text((CI / "spec.yaml").read_text())
    for name in ("corpus.jsonl", "queries.jsonl", "qrels.tsv"):
        (tmp_path / name).touch()
    spec = load_spec(tmp_path / "spec.yaml")
    assert [system.name for system in spec.systems] == ["production", "candidate"]
    assert spec.gate[1].elsewhere is not None
    assert spec.is_capped


def test_no_recipe_holds_a_token() -> None:
    for name in (*RECIPES, *PAGES):
        assert not re.search(r"evh_\w{8,}", (CI / name).read_text())


@pytest.mark.parametrize("code", range(5))
def test_every_exit_code_is_documented(code: int) -> None:
    assert f"| {code} |" in (CI / "README.md").read_text()
