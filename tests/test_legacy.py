"""Articles that were indexed with --encoding are known again."""

import pytest
from fakes import HashEmbedder
from index_support import CHUNK_TOKENS

from citeglot.corpus import read_corpus
from citeglot.index import open_index
from citeglot.indexing import engines_of, update_index
from citeglot.legacy import not_as_indexed

pytestmark = pytest.mark.usefixtures("one_extractor")
TEXTS = {
    "cp1252": "Der Minister fährt über die Brücke nach Köln. Das Wetter war schön.",
    "shift_jis": "大臣は一月に到着した。橋について話した。その後、東京へ行った。",
    "euc_jp": "大臣は一月に到着した。橋について話した。その後、大阪へ行った。",
    "koi8-r": "Министр прибыл в январе. Он говорил о мостах и дорогах.",
    "big5": "部長於一月抵達。他談到了橋樑和道路。",
    "iso8859-2": "Minister przyjechał w styczniu. Mówił o mostach i drogach. Źdźbło.",
    "utf-16-le": "मंत्री जनवरी में आए। उन्होंने पुलों के बारे में बात की।",
}


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("name", ["alt.txt", "alt.html", "alt.jsonl"])
def test_what_is_indexed_as_it_is_needs_no_warning(tmp_path, encoding, name):
    """Plain text, a page and lines of articles; once the file has another text, or none, it is told."""
    text, corpus = TEXTS[encoding], tmp_path / "corpus"
    bodies = {
        "alt.txt": text,
        "alt.html": f"<html><body><article><p>{text}</p><p>{text}</p></article></body></html>",
        "alt.jsonl": f'{{"id": "1", "text": "{text}"}}\n{{"id": "2", "text": "{text} {text}"}}\n',
    }
    corpus.mkdir()
    (corpus / name).write_bytes(bodies[name].encode(encoding))
    engines = engines_of(HashEmbedder(), CHUNK_TOKENS)
    update_index(tmp_path / "index", read_corpus(corpus, encoding=encoding), engines)
    skipped = read_corpus(corpus).skipped
    generation = open_index(tmp_path / "index")
    assert skipped and not_as_indexed(corpus, skipped, generation) == []
    (corpus / name).write_bytes((bodies[name] + text).replace(text, text[4:]).encode(encoding))
    assert not_as_indexed(corpus, read_corpus(corpus).skipped, generation) == list(read_corpus(corpus).skipped)
    (corpus / "neu.txt").write_bytes(TEXTS["cp1252"].encode("cp1252"))
    assert "neu.txt" in {one.path for one in not_as_indexed(corpus, read_corpus(corpus).skipped, generation)}
