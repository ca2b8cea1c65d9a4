"""Write the demo sample: the documentation of this Python's standard library, as a corpus to search.

Usage: python demo/build_corpus.py OUT_DIR

The text comes from the docstrings of the interpreter that runs this script, so every machine with
Python has the corpus already. Needs nothing but the standard library.
"""

import argparse
import importlib
import inspect
import json
import pkgutil
import re
import shutil
import sys
import sysconfig
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
MAX_NAMES_PER_TEXT = 3

SKIPPED_MODULES = {
    "antigravity": "opens a web browser when imported",
    "this": "prints a poem when imported",
    "idlelib": "an application, not a library",
    "turtledemo": "an application, not a library",
    "turtle": "needs tkinter",
    "tkinter": "present on some machines only, and would be a fifth of the corpus",
    "test": "Python's own tests",
    "pydoc_data": "data of the help system",
    "encodings": "one module per codec, all alike",
    "posixpath": "documented as os.path",
    "ntpath": "documented as os.path",
    "genericpath": "documented as os.path",
    "posix": "documented as os",
    "nt": "documented as os",
    "nturl2path": "documented as urllib.request",
}
# Python 3.12 to 3.14 dropped these; without them the corpora of all versions are much the same.
REMOVED_MODULES = {
    *("aifc", "asynchat", "asyncore", "audioop", "cgi", "cgitb", "chunk", "crypt", "distutils"),
    *("imghdr", "imp", "lib2to3", "mailcap", "msilib", "nis", "nntplib", "ossaudiodev", "pipes"),
    *("smtpd", "sndhdr", "spwd", "sunau", "telnetlib", "uu", "xdrlib"),
}
SKIPPED_SUBMODULES = {"__main__", "test", "tests"}

BOILERPLATE = re.compile(
    r"(Return repr|Initialize self|Create and return a new object|Alias for field number"
    r"|An enumeration|The most base type|Private|Internal|Deprecated|Not implemented)\b"
    r"|[\w.]+\([^\n]*\)$"  # the signature that dataclass and namedtuple write when there is no docstring
    r"|\W*$"
)
PER_MACHINE = {sys.executable, sysconfig.get_default_scheme()}
OBJECT_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


class Document(NamedTuple):
    """One documented object of the standard library."""

    doc_id: str
    title: str
    text: str


class Hidden:
    """Stands in a signature for a default whose repr differs between machines or runs."""

    def __repr__(self) -> str:
        return "..."


def import_quietly(name: str) -> ModuleType | None:
    """Import a module, or return None where this platform lacks it."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def submodules(name: str, module: ModuleType) -> Iterator[tuple[str, ModuleType]]:
    """Yield a module and, depth first, the public modules inside it."""
    yield name, module
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        if found.name.startswith("_") or found.name in SKIPPED_SUBMODULES:
            continue
        inner = import_quietly(f"{name}.{found.name}")
        if inner is not None:
            yield from submodules(f"{name}.{found.name}", inner)


def public_modules() -> Iterator[tuple[str, ModuleType]]:
    """Yield every public module of the standard library with its name, sorted by top-level name."""
    names = {name for name in sys.stdlib_module_names if not name.startswith("_")} | {"os.path"}
    for name in sorted(names - SKIPPED_MODULES.keys() - REMOVED_MODULES):
        module = import_quietly(name)
        if module is not None:
            yield from submodules(name, module)


def is_documentable(value: object) -> bool:
    """Say whether a value is a class, a function or a method."""
    return inspect.isclass(value) or inspect.isroutine(value)


def is_defined_by(name: str, value: object) -> bool:
    """Say whether the value belongs to the module, or to its C half (`_heapq` for `heapq`)."""
    home = getattr(value, "__module__", None) or ""
    return name == "builtins" or home.removeprefix("_") == name


def public_members(name: str, module: ModuleType) -> Iterator[tuple[str, object]]:
    """Yield what a module offers: what `__all__` lists or, without it, what the module defines."""
    listed: Iterable[str] | None = getattr(module, "__all__", None)
    for attribute in sorted(set(dir(module) if listed is None else listed)):
        value = getattr(module, attribute, None)
        if attribute.startswith("_") or not is_documentable(value):
            continue
        if listed is not None or is_defined_by(name, value):
            yield attribute, value


def preference(name: str, value: object) -> tuple[int, bool, bool, str]:
    """Order the names of one object, best first: short, in its home module, under its own name."""
    module, _, attribute = name.rpartition(".")
    is_home = getattr(value, "__module__", None) == module
    is_own_name = getattr(value, "__name__", None) == attribute
    return name.count("."), not is_home, not is_own_name, name


def identity(value: object) -> object:
    """Return the function behind a bound method, which is a new object at each look."""
    return getattr(value, "__func__", value)


def best_names(modules: Iterable[tuple[str, ModuleType]]) -> dict[str, object]:
    """Map one name to each public class and function, however many modules re-export it."""
    best: dict[int, tuple[str, object]] = {}
    for module_name, module in modules:
        prefix = "" if module_name == "builtins" else f"{module_name}."
        for attribute, value in public_members(module_name, module):
            name, key = prefix + attribute, id(identity(value))
            if key not in best or preference(name, value) < preference(*best[key]):
                best[key] = name, value
    return dict(best.values())


def own_methods(class_name: str, cls: type) -> Iterator[tuple[str, object]]:
    """Yield the public methods and properties a class defines itself, inherited ones left out."""
    for attribute, raw in sorted(vars(cls).items()):
        value = raw.__func__ if isinstance(raw, classmethod | staticmethod) else raw
        if not attribute.startswith("_") and (inspect.isroutine(value) or isinstance(value, property)):
            yield f"{class_name}.{attribute}", value


def documentable() -> dict[str, object]:
    """Map a name to every module, class, function, method and property of the standard library."""
    modules = list(public_modules())
    found: dict[str, object] = dict(modules)
    named = best_names(modules)
    seen = {id(identity(value)) for value in named.values()}
    found.update(named)
    for class_name, cls in sorted((name, value) for name, value in named.items() if isinstance(value, type)):
        found.update((name, value) for name, value in own_methods(class_name, cls) if id(value) not in seen)
    return found


def own_docstring(value: object) -> object:
    """Return the docstring an object has itself, not by inheritance; a class may have it in `__init__`."""
    if not isinstance(value, type):
        return getattr(value, "__doc__", None)
    own = value.__doc__ if "__doc__" in vars(value) else None
    return own or getattr(vars(value).get("__init__"), "__doc__", None)


def clean_text(value: object) -> str:
    """Return an object's own docstring, unindented and without object addresses, "" where it has none."""
    text = own_docstring(value)
    return OBJECT_ADDRESS.sub("", inspect.cleandoc(text)) if isinstance(text, str) else ""


def plain(parameter: inspect.Parameter) -> inspect.Parameter:
    """Strip the annotation, and the default unless it reads the same on every machine."""
    default = parameter.default
    is_literal = default is parameter.empty or isinstance(default, str | bytes | int | float | None)
    shown = default if is_literal and default not in PER_MACHINE else Hidden()
    return parameter.replace(annotation=parameter.empty, default=shown)


def signature(value: object) -> str:
    """Return an object's signature without self and annotations, "" where inspect cannot tell."""
    if not callable(value):
        return ""
    try:
        parameters = inspect.signature(value).parameters.values()
    except (ValueError, TypeError, NameError, AttributeError):  # C code often has none, or one that is wrong
        return ""
    return str(inspect.Signature([plain(p) for p in parameters if p.name not in {"self", "cls"}]))


def limited(documents: Iterable[Document]) -> Iterator[Document]:
    """Drop the repeats of a text: once per method name, under three names in all, short names first."""
    names: dict[str, set[str]] = {}
    for document in sorted(documents, key=lambda d: (d.doc_id.count("."), d.doc_id)):
        used = names.setdefault(document.text, set())
        last = document.doc_id.rpartition(".")[2]
        if last not in used and len(used) < MAX_NAMES_PER_TEXT:
            used.add(last)
            yield document


def standard_library() -> list[Document]:
    """Return the documentation of this interpreter's standard library, sorted by document id."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated modules say so on import
        documents = [
            Document(name, name + signature(value), text)
            for name, value in documentable().items()
            if not BOILERPLATE.match(text := clean_text(value))
        ]
    return sorted(limited(documents))


def write_corpus(documents: Iterable[Document], path: Path) -> None:
    """Write documents as JSONL with the fields `_id`, `title` and `text`."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            record = {"_id": document.doc_id, "title": document.title, "text": document.text}
            file.write(json.dumps(record, ensure_ascii=False) + "\n")


def write_qrels(known: set[str], path: Path) -> Counter[str]:
    """Copy the grades of the documents that this interpreter has; return how many were kept and dropped."""
    header, *grades = (HERE / "qrels.tsv").read_text("utf-8").splitlines()
    kept = [grade for grade in grades if grade.split("\t")[1] in known]
    path.write_text("\n".join([header, *kept]) + "\n", "utf-8", newline="\n")
    return Counter(kept=len(kept), dropped=len(grades) - len(kept))


def build(out: Path) -> str:
    """Write the whole sample into a folder and return one line that says what it holds."""
    out.mkdir(parents=True, exist_ok=True)
    documents = standard_library()
    write_corpus(documents, out / "corpus.jsonl")
    counts = write_qrels({document.doc_id for document in documents}, out / "qrels.tsv")
    for name in ("queries.jsonl", "spec.yaml"):
        shutil.copyfile(HERE / name, out / name)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    summary = f"{len(documents)} documents of Python {version}"
    return f"{summary}, {counts['kept']} grades kept, {counts['dropped']} dropped"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the demo sample into a folder.")
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    sys.stdout.write(build(parser.parse_args().out) + "\n")
