"""Joins it all: a question goes in, events come out, and the last of them is the answer."""

import time
from collections.abc import Generator as Steps
from collections.abc import Sequence

from citeglot.answering import Answering
from citeglot.calibration import calibration_of
from citeglot.citations import Settled
from citeglot.embedding import load_embedder
from citeglot.errors import EnvironmentLacks, WrongUse
from citeglot.evidence import confidence, considered, gather_all, judge
from citeglot.generators import load_generator
from citeglot.index import Generation, open_index
from citeglot.language import INTERFACE_LANGUAGES, clean, detect_language
from citeglot.pool import Query
from citeglot.protocols import Embedder, Generator
from citeglot.readers import IndexReader
from citeglot.reranking import Retrieved, rerank
from citeglot.retrieval import DEPTH, SearchResult, make_query, search
from citeglot.settings import Settings
from citeglot.signals import asked
from citeglot.stores import store_of
from citeglot.translations import lift_translations
from citeglot.types import Answer, Event, Filters, Found, Reading, Timings, Turn
from citeglot.writing import calibration_notices, refusal, search_notices


class Chatbot:
    """Answers each question from one generation of the index; without a language model it quotes or refuses.

    `notice` says what is missing, or is empty. One that does not `follow` stays with the generation it was given.
    """

    def __init__(
        self,
        settings: Settings,
        generation: Generation,
        embedder: Embedder,
        generator: Generator | None,
        notice: str = "",
        follow: bool = False,
    ) -> None:
        self.settings = settings
        self._store = store_of(settings)
        self._embedder = embedder
        self._take(generation)
        self._reader = IndexReader(generation, self._take, follow)
        self.notice = notice
        self._generator = generator
        self._answering = Answering(embedder, generator, settings.prompts)

    def _take(self, generation: Generation) -> None:
        """Make a generation one that can be asked; IndexMismatch where its vectors are of another model."""
        generation.check_embedder(self._embedder.identity)
        generation.engine = self._store.search_of(generation)

    @property
    def generation(self) -> Generation:
        """The generation that the last question was answered from."""
        return self._reader.held

    def search(
        self, question: str, k: int = 10, filters: Filters = Filters(), history: Sequence[Turn] = ()
    ) -> SearchResult:
        """Return the k nearest passages; an empty or overlong question is a `WrongUse`."""
        begun = time.perf_counter()
        question = self._checked(question)

        def search_in(generation: Generation) -> SearchResult:
            return self._retrieve(generation, question, history, filters, k).result(question, _since(begun))

        return self._reader.read(search_in)

    def ask(
        self, question: str, history: Sequence[Turn] = (), filters: Filters = Filters()
    ) -> Steps[Event, None, None]:
        """Yield `Found`, `Reading`, `Draft`s, last the `Answer`; closing it stops the model. WrongUse as `search`.

        Where the index turns out to be damaged half way, it begins again with `Found` from a sound generation.
        """
        question = self._checked(question)
        yield from self._reader.stream(lambda generation: self._ask(generation, question, history, filters))

    def _ask(
        self, generation: Generation, question: str, history: Sequence[Turn], filters: Filters
    ) -> Steps[Event, None, None]:
        begun = time.perf_counter()
        found = self._retrieve(generation, question, history, filters, self.settings.passages)
        asking, hits, language = found.asking, found.hits, found.asking.language
        first_passage, first_token = _since(begun), None
        yield Found(question, language, hits)
        candidates = considered(asking, found.query.vector, found.nearest, generation)
        judgements = judge(asking, candidates, generation, self._embedder)
        calibration = calibration_of(self._embedder.identity)
        sure, settled = confidence(judgements), Settled("refusal", refusal(language))
        failures: tuple[str, ...] = ()
        if judgements and judgements[0].is_enough:
            evidence = gather_all(generation, judgements)
            if self._generator:
                yield Reading()
            settled, failures, written = yield from self._answering.steps(asking, evidence)
            first_token = written and (written - begun) * 1000.0
        yield Answer(
            question=question,
            language=language,
            kind=settled.kind,
            text=settled.text,
            sentences=settled.sentences,
            citations=settled.citations,
            passages=hits,
            confidence=sure,
            timings=Timings(first_passage, first_token, _since(begun)),
            models=self.models,
            generation=generation.number,
            notices=(*found.notices, *calibration_notices(calibration.fitted, language), *failures),
        )

    def _retrieve(
        self, generation: Generation, question: str, history: Sequence[Turn], filters: Filters, k: int
    ) -> Retrieved:
        begun = time.perf_counter()
        language = detect_language(question, likely=(*INTERFACE_LANGUAGES, *generation.languages))
        asking = asked(question, language, history)
        query = self.query(question, language, history)
        embedding_ms = _since(begun)
        nearest = tuple(search(generation, query, max(k, DEPTH), filters))
        read = time.perf_counter()
        ordered = rerank(asking, query, nearest, generation, self._embedder)
        reading_ms = _since(read)
        hits = tuple(lift_translations(ordered, generation)[:k])
        notices = (*generation.warnings, *generation.engine.notices(language), *search_notices(question, language))
        return Retrieved(asking, query, nearest[:k], hits, notices, embedding_ms, reading_ms)

    @property
    def models(self) -> dict[str, str | None]:
        """The catalogue names of the models that answer; "language" is None where there is none."""
        return {
            "embedding": self._embedder.identity.name,
            "language": self._generator.name if self._generator else None,
        }

    def query(self, question: str, language: str, history: Sequence[Turn] = ()) -> Query:
        """Return a question as it is searched for."""
        return make_query(question, language, history, self._embedder)

    def _checked(self, question: str) -> str:
        limit = self.settings.max_question_characters
        if len(question) > limit:
            raise WrongUse(
                f"The question is {len(question):,} characters long; at most {limit:,} can be read. Ask it shorter."
            )
        cleaned = clean(question)
        if not cleaned:
            raise WrongUse("The question is empty. Please ask one, in any language.")
        return cleaned


def load_chatbot(settings: Settings, language_model: bool | None = None) -> Chatbot:
    """Open the index and load the models.

    `language_model` True: one must be there, or `EnvironmentLacks`; False: none is loaded; None: one is loaded if it
    is there, and else `notice` says why not.
    """
    generation = open_index(settings.index)
    embedder = load_embedder(settings)
    generator: Generator | None = None
    notice = ""
    if language_model is not False:
        try:
            generator = load_generator(settings)
        except EnvironmentLacks as problem:
            if language_model:
                raise
            notice = str(problem)
    return Chatbot(settings, generation, embedder, generator, notice, follow=True)


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000.0
