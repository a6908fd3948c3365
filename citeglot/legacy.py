"""Files from before Unicode that were indexed with --encoding: whether the index still holds what they say."""

from collections.abc import Iterable
from pathlib import Path

from citeglot.corpus import Skipped
from citeglot.decoding import UnreadableArticle
from citeglot.documents import DocumentEntry
from citeglot.extraction import Extractor
from citeglot.generation import Generation
from citeglot.reading import read_articles
from citeglot.segment_content import text_hash

# those of the Encoding Standard of the web, the common ones first
ENCODINGS = (
    *("cp1252", "cp932", "cp1250", "cp1251", "gb18030", "euc_jp", "big5hkscs", "cp949", "iso2022_jp"),
    *(f"cp{number}" for number in (1253, 1254, 1255, 1256, 1257, 1258, 866, 874)),
    *(f"iso8859-{number}" for number in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *("koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "utf-16-le", "utf-16-be"),
)


def not_as_indexed(corpus: Path, skipped: Iterable[Skipped], generation: Generation) -> list[Skipped]:
    """Return those of the skipped files and articles whose text, in whatever encoding, is not what is indexed."""
    with Extractor() as extractor:
        return [one for one in skipped if not _is_indexed(corpus, one.path, generation, extractor)]


def _is_indexed(corpus: Path, name: str, generation: Generation, extractor: Extractor) -> bool:
    entries = [entry for entry in generation.documents.values() if name in (entry.name, entry.name.partition("#")[0])]
    path = corpus / name
    return bool(entries) and path.is_file() and any(_says(path, entries, one, extractor) for one in ENCODINGS)


def _says(path: Path, entries: list[DocumentEntry], encoding: str, extractor: Extractor) -> bool:
    found = [one for one in read_articles(path, extractor, encoding) if not isinstance(one, UnreadableArticle)]
    return {entry.sha256 for entry in entries} == {text_hash(one.text) for one in found}
