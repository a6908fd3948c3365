"""The sentences of the hits in their order."""

import numpy as np
from fakes import HashEmbedder
from index_support import five_articles, nearest, update

from citeglot.index import open_index
from citeglot.retrieval import rank_sentences


def test_sentences_are_ranked_over_all_hits(tmp_path):
    """The sentence that is asked for is first, as the slice of its document that it is, and the limit holds."""
    update(tmp_path, five_articles().values())
    generation, embedder = open_index(tmp_path), HashEmbedder()
    question = embedder.embed_question("She spoke about bridges.")
    hits = nearest(generation, question, 8)
    ranked = rank_sentences(generation, question, hits, 3)
    assert len(ranked) == 3 and ranked[0].text == "She spoke about bridges."
    assert [one.score for one in ranked] == sorted((one.score for one in ranked), reverse=True)
    for one in ranked:
        assert one.span.of(generation.document(one.hit.chunk.document).text) == one.text
        vectors = generation.sentence_vectors(one.hit.chunk)
        assert np.allclose(
            vectors[one.hit.chunk.sentences.index(one.span)], embedder.embed_question(one.text), atol=2e-3
        )
