"""The house keeps its shape: layers, one home for each heavy library, small files, a true tree in the README."""

import ast
import functools
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

LAYERS = (  # a module imports from its own layer and those above it; place a new one here
    "types protocols sections deployment settings errors console fields progress peak",
    "language number_words numerals dates decoding formats records markup docx pdf extraction_child extraction reading "
    "article_files versions sentences description chunking remembered corpus stems lexical sounds spellings names "
    "kinds measures places cities offices instructions prompts",
    "recorded e5_folder unpacking models sources joining fetching number_types threads batches lately cross_encoder "
    "token_counter embedding vectors_faiss "
    "vectors_milvus memory constraints chat_template llm_states llm_llamacpp server_client server_texts server_member "
    "server_pool server_replies llm_openai generators",
    "balance postings storage sums sketches manifest documents chunk_table segment_content segments parts pool planted "
    "hits generation current self_check commit milvus_names milvus_rows milvus_search milvus_store stores index "
    "readers "
    "repair legacy reuse layout copies planning vector_cache "
    "embedding_run report building shards ray_workers ingest_ray segment_writing settling "
    "indexing engines findings doctor_servers doctor",
    "follow_ups fusion retrieval signals translations reranking calibration evidence agreement holders claims verdicts "
    "writing citations sayings excerpts answering chatbot",
    "packet_data packet verification feedback review turnstile loading library page_texts page page_articles "
    "observing question_log health metrics status "
    "page_notes page_cards page_options page_questions page_server conversation page_filters page_history page_corpus "
    "page_parts page_actions page_chat page_layout",
    "batch page_programs page_wiring wrapping terminal screen maintenance sharing cli __main__",
    "toolchain steps environment bootstrap",
)
RANK = {module: rank for rank, layer in enumerate(LAYERS) for module in layer.split()}
SET_UP = LAYERS[-1].split()
HOMES = {
    "faiss": "citeglot/vectors_faiss.py",
    "pymilvus": "citeglot/vectors_milvus.py",
    "grpc": "citeglot/vectors_milvus.py",
    "ray": "citeglot/ingest_ray.py",
    "sentence_transformers": "citeglot/embedding.py",
    "llama_cpp": "citeglot/llm_llamacpp.py",
    "langchain_text_splitters": "citeglot/chunking.py",
    "gradio": "citeglot/page_layout.py citeglot/page_parts.py citeglot/page_wiring.py",
    "trafilatura": "citeglot/markup.py",
    "pypdfium2": "citeglot/pdf.py",
    "httpx": "citeglot/server_client.py",
}
UNWELCOME = (  # in pieces, so that this file does not hold them
    "/" + "work/",
    "../" + "shared",
    "../" + ".library",
    "py" + "pi.org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "deb." + "debian.org",
)


@functools.cache
def files(*patterns: str) -> list[str]:
    """Return the files of the checkout that git keeps or would keep, as paths with forward slashes."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    if listed.returncode:
        pytest.skip(f"not a git checkout: {listed.stderr.strip()}")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def tree_of(name: str) -> ast.Module:
    """Return the syntax tree of a Python file of the checkout."""
    return ast.parse((ROOT / name).read_text(encoding="utf-8"), name)


def program() -> list[str]:
    """Return the Python files of the program itself: the doors at the top and the package."""
    return [name for name in files("*.py") if "/" not in name or name.startswith("citeglot/")]


@functools.cache
def imported(file: str) -> frozenset[str]:
    """Return the dotted names that a file imports, wherever it does so, `from a import b` as "a" and "a.b"."""
    names = set()
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names.update(f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and "import" in ast.unparse(node.func):
            names.update(one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str))
    return frozenset(names)


def ours(file: str) -> set[str]:
    """Return the modules of the package that a file imports, without the package's name."""
    return {name.split(".")[1] for name in imported(file) if name.startswith("citeglot.")} & set(RANK)


def modules() -> dict[str, set[str]]:
    """Return each module of the package with the modules of the package that it imports."""
    return {Path(name).stem: ours(name) for name in files("citeglot/*.py") if not name.endswith("__init__.py")}


def test_every_module_has_a_place():
    """A new module must be given a layer."""
    assert sorted(set(modules()) - set(RANK)) == []


def test_layers_import_only_from_those_above():
    """No module imports one of a layer below its own."""
    wrong = [
        f"{module} imports {other}"
        for module, others in modules().items()
        for other in others
        if RANK[other] > RANK.get(module, 0)
    ]
    assert wrong == []


def test_no_import_goes_round():
    """Within a layer too, modules can be put in an order in which each imports only earlier ones."""
    left = modules()
    while free := [module for module, others in left.items() if not others & set(left)]:
        for module in free:
            del left[module]
    assert left == {}


def test_values_import_nothing_of_ours():
    """types.py and errors.py stand on their own."""
    assert ours("citeglot/types.py") | ours("citeglot/errors.py") == set()


@pytest.mark.parametrize(("library", "home"), HOMES.items())
def test_each_heavy_library_has_one_home(library, home):
    """Exactly one file of the program imports a heavy library; the page's is imported where its parts are made."""
    importers = [name for name in program() if library in {one.split(".")[0] for one in imported(name)}]
    assert sorted(importers) == home.split()


@pytest.mark.parametrize("module", SET_UP)
def test_set_up_needs_the_standard_library_only(module):
    """The set-up runs before anything is installed."""
    file = f"citeglot/{module}.py"
    foreign = {name.split(".")[0] for name in imported(file)} - set(sys.stdlib_module_names)
    assert foreign <= {"citeglot"}
    assert ours(file) <= {*SET_UP, "errors"}


def test_files_and_functions_are_small():
    """Files have up to 200 lines, functions up to 40."""
    large = []
    for name in files("*.py"):
        lines = len((ROOT / name).read_text(encoding="utf-8").splitlines())
        large += [f"{name}: {lines} lines"] if lines > 200 else []
        for node in () if name.startswith("tests/") else ast.walk(tree_of(name)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                large += [f"{name}: {node.name} has {length} lines"] if length > 40 else []
    assert large == []


def test_nobody_hides_the_builtin_eval():
    """`from eval.x import y` is fine; `import eval` would put a module where the built-in function was."""
    wrong = [
        name
        for name in files("*.py")
        if re.search(r"\beval\b", (ROOT / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree_of(name))
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] == "eval" for alias in node.names)
    ]
    assert wrong == []


def test_readme_tree_is_the_real_tree():
    """The tree in the README names every file of the program, and no Python file that is not there."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```[^\n]*\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    tree = next(block for block in blocks if "app.py" in block)
    named = {Path(name).name for name in re.findall(r"[\w/]+\.py\b", tree)}
    expected = {Path(name).name for name in program() if not Path(name).name.startswith("__")}
    assert sorted(expected - named) == []
    assert sorted(named - {Path(name).name for name in files("*.py")}) == []


def test_nothing_names_the_place_where_it_was_made():
    """No path of one machine and no registry's host stands in a file: pip and git know where things are."""
    wrong = []
    for name in files():
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        wrong += [f"{name}: {word}" for word in UNWELCOME if word in text]
    assert wrong == []
