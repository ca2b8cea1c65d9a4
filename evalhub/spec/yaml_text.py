"""YAML to plain data that remembers its lines.

No tags that run code, no more nodes than a spec can need: an alias counts as what it expands to.
"""

from dataclasses import dataclass, field

import yaml

from evalhub.spec.finding import FieldPath, Finding

MAX_BYTES = 2**18
_MAX_NODES = 20_000
_MAX_DEPTH = 32
_TOO_MUCH = "Write a spec as in the documentation, and out in full what aliases repeat."
_MAPPING_TAG = "tag:yaml.org,2002:map"
_MERGE_TAG = "tag:yaml.org,2002:merge"
_SEQUENCE_TAG = "tag:yaml.org,2002:seq"


class YamlError(Exception):
    """Text that is no usable YAML; `line` counts from 1."""

    def __init__(self, line: int | None, problem: str, remedy: str) -> None:
        super().__init__(line, problem, remedy)
        self.line = line
        self.problem = problem
        self.remedy = remedy


@dataclass(slots=True)
class YamlText:
    """What a text says.

    Attributes:
        lines: the line of every key and list item, counted from 1.
        findings: keys that come twice or are not text.
    """

    data: object = None
    lines: dict[FieldPath, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def read_yaml(text: str) -> YamlText:
    """Read one YAML document.

    Raises:
        YamlError: a syntax error, a tag that makes something else than plain data, or too much of it.
    """
    try:
        return _read(yaml.SafeLoader(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        raise YamlError(
            line, f"not YAML ({error.problem})", "Check the indentation, colons and quotes."
        ) from error
    except yaml.reader.ReaderError as error:
        raise YamlError(None, f"not YAML ({error.reason})", "Remove control characters.") from error
    except RecursionError as error:
        raise YamlError(None, "too deeply nested values", _TOO_MUCH) from error


def _read(loader: yaml.SafeLoader) -> YamlText:
    try:
        node = loader.get_single_node()
        builder = _Builder(loader)
        if node is not None:
            builder.read.data = builder.build(node, ())
        return builder.read
    finally:
        loader.dispose()


class _Builder:
    """Builds the data node by node, so that an alias costs what it expands to."""

    def __init__(self, loader: yaml.SafeLoader) -> None:
        self._loader = loader
        self._n_nodes = 0
        self.read = YamlText()

    def build(self, node: yaml.Node, path: FieldPath) -> object:
        self._n_nodes += 1
        line = node.start_mark.line + 1
        if self._n_nodes > _MAX_NODES or len(path) > _MAX_DEPTH:
            raise YamlError(line, "too many or too deeply nested values", _TOO_MUCH)
        if isinstance(node, yaml.MappingNode) and node.tag == _MAPPING_TAG:
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode) and node.tag == _SEQUENCE_TAG:
            return self._sequence(node, path)
        if not isinstance(node, yaml.ScalarNode):
            raise YamlError(line, f"the tag {node.tag} is not plain data", "Remove the tag.")
        return self._scalar(node, line)

    def _scalar(self, node: yaml.ScalarNode, line: int) -> object:
        try:
            return self._loader.construct_object(node)
        except ValueError as error:  # a date such as 2026-13-45
            raise YamlError(line, f"not a value ({error})", "Put it in quotes.") from error

    def _sequence(self, node: yaml.SequenceNode, path: FieldPath) -> list[object]:
        items = []
        for position, item in enumerate(node.value):
            self.read.lines[*path, position] = item.start_mark.line + 1
            items.append(self.build(item, (*path, position)))
        return items

    def _mapping(self, node: yaml.MappingNode, path: FieldPath) -> dict[str, object]:
        values: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == _MERGE_TAG:
                self._find(line, (*path, "<<"), "merge keys are not supported", "Write the keys out.")
                continue
            key = self.build(key_node, path)
            if not isinstance(key, str):
                self._find(line, (*path, f"{key!s:.40}"), "a key that is not text", "Put it in quotes.")
                continue
            if key in values:
                first = self.read.lines[*path, key]
                self._find(line, (*path, key), f"this key is already on line {first}", "Keep one of the two.")
                continue
            self.read.lines[*path, key] = line
            values[key] = self.build(value_node, (*path, key))
        return values

    def _find(self, line: int, path: FieldPath, problem: str, remedy: str) -> None:
        self.read.findings.append(Finding(path, problem, remedy, line))
