"""Joins it all: a question goes in, events come out, and the last of them is the answer."""

import time
from collections.abc import Generator as Steps
from collections.abc import Iterator, Sequence

from citeglot.citations import Settled, quote, settle
from citeglot.embedding import load_embedder
from citeglot.errors import EnvironmentLacks, WrongUse
from citeglot.evidence import CONSIDERED, WORTH_READING, Evidence, Judge, Judgement, confidence, gather_all
from citeglot.excerpts import excerpt
from citeglot.index import Generation, open_index
from citeglot.language import INTERFACE_LANGUAGES, clean, detect_language
from citeglot.pool import Query
from citeglot.protocols import Embedder, Generator
from citeglot.readers import IndexReader
from citeglot.retrieval import Candidate, SearchResult, make_query, rank_sentences, search, standalone
from citeglot.settings import Settings
from citeglot.signals import Asking
from citeglot.types import Answer, Draft, Event, Filters, Found, Reading, Timings, Turn
from citeglot.writing import calibration_notices, refusal, search_notices, write


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
        generation.check_embedder(embedder.identity)
        self.settings = settings
        self._reader = IndexReader(generation, lambda newer: newer.check_embedder(embedder.identity), follow)
        self.notice = notice
        self._embedder = embedder
        self._generator = generator

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
            asked = time.perf_counter()
            language = _language(question, generation)
            query = self.query(question, language, history)
            embedding = _since(asked)
            hits = search(generation, query, k, filters)
            notices = (*generation.warnings, *search_notices(question, language))
            return SearchResult(question, language, tuple(hits), _since(begun), embedding, notices)

        return self._reader.read(search_in)

    def ask(
        self, question: str, history: Sequence[Turn] = (), filters: Filters = Filters()
    ) -> Steps[Event, None, None]:
        """Yield `Found`, `Reading`s, `Draft`s, last the `Answer`; closing it stops the model. WrongUse as `search`.

        Where the index turns out to be damaged half way, it begins again with `Found` from a sound generation.
        """
        question = self._checked(question)
        yield from self._reader.stream(lambda generation: self._ask(generation, question, history, filters))

    def _ask(
        self, generation: Generation, question: str, history: Sequence[Turn], filters: Filters
    ) -> Steps[Event, None, None]:
        begun = time.perf_counter()
        language = _language(question, generation)
        whole = standalone(question, language, history)
        query = self.query(question, language, history)
        hits = tuple(search(generation, query, self.settings.passages, filters))
        first_passage, first_token = _since(begun), None
        yield Found(question, language, hits)
        candidates = rank_sentences(generation, query.vector, hits, CONSIDERED)
        judge = Judge(generation, self._embedder, self._generator, self.settings.prompts)
        judgements = yield from self._read(judge, Asking(whole, language), candidates)
        uncalibrated = calibration_notices(judge.calibration.fitted, language)
        sure, settled = confidence(judgements), Settled("refusal", refusal(language))
        if sure >= judge.calibration.enough:
            evidence = gather_all(generation, judgements, judge.calibration.enough)
            draft = ""
            for draft in self._write(whole, language, evidence):
                first_token = first_token or _since(begun)
                yield Draft(draft)
            held = settle(whole, language, draft, evidence, self._embedder)
            settled = held or self._excerpt(Asking(whole, language), draft, evidence[0]) or quote(evidence[0])
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
            notices=(*generation.warnings, *search_notices(question, language), *uncalibrated),
        )

    @property
    def models(self) -> dict[str, str | None]:
        """The catalogue names of the models that answer; "language" is None where there is none."""
        return {
            "embedding": self._embedder.identity.name,
            "language": self._generator.name if self._generator else None,
        }

    def _read(
        self, judge: Judge, asking: Asking, candidates: Sequence[Candidate]
    ) -> Steps[Reading, None, list[Judgement]]:
        total = min(len(candidates), WORTH_READING) if self._generator else len(candidates)
        judgements: list[Judgement] = []
        for one in judge.judge(asking, candidates):
            judgements.append(one)
            yield Reading(len(judgements), total)
        return judgements

    def _write(self, question: str, language: str, evidence: Sequence[Evidence]) -> Iterator[str]:
        if self._generator is not None:
            yield from write(question, language, evidence, self._generator, self.settings.prompts)

    def _excerpt(self, asking: Asking, draft: str, evidence: Evidence) -> Settled | None:
        if self._generator is None:
            return None
        return excerpt(asking, draft, evidence, self._generator, self.settings.prompts)

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
        from citeglot.llm_llamacpp import load_generator

        try:
            generator = load_generator(settings)
        except EnvironmentLacks as problem:
            if language_model:
                raise
            notice = str(problem)
    return Chatbot(settings, generation, embedder, generator, notice, follow=True)


def _language(question: str, generation: Generation) -> str:
    return detect_language(question, likely=(*INTERFACE_LANGUAGES, *generation.languages))


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000.0
