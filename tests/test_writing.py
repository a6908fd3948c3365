"""What the model is told and where its writing ends; the refusal, which needs no model."""

from itertools import pairwise

import pytest
from answer_support import SENTENCES, build_answers, evidence_for
from fakes import ScriptedGenerator

from citeglot.language import INTERFACE_LANGUAGES, detect_language
from citeglot.settings import Settings
from citeglot.writing import refusal, write

PROMPTS = Settings().prompts
LANGUAGES = sorted(SENTENCES)
QUESTIONS = {"de": "Wer?", "en": "Who?", "hi": "कौन क्\u200dष?", "ja": "１人ですか？", "no": "Hvem pa\u030a?"}


class CountingGenerator(ScriptedGenerator):
    """Counts the pieces that were taken of it."""

    taken = 0

    def stream(self, turns, limits):
        pieces = super().stream(turns, limits)
        try:
            for piece in pieces:
                self.taken += 1
                yield piece
        finally:
            pieces.close()
        return self.ends


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """The evidence around the second sentence of each language."""
    generation = build_answers(tmp_path_factory.mktemp("index"))
    return {language: evidence_for(generation, language) for language in LANGUAGES}


def written(evidence, reply, language="en", question="Who?"):
    """Return the drafts of a reply, and the generator that gave it."""
    generator = CountingGenerator([reply])
    return list(write(question, language, [evidence[language]], generator, PROMPTS)), generator


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_in_the_language_of_the_question(language):
    """Five languages have a sentence of their own."""
    assert detect_language(refusal(language), INTERFACE_LANGUAGES) == language
    assert len({refusal(one) for one in LANGUAGES}) == 5


@pytest.mark.parametrize("language", ["fr", "ar", "und", ""])
def test_a_refusal_in_any_other_language_is_english(language):
    """Which most people read."""
    assert refusal(language) == refusal("en")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_reads_evidence_and_question_in_the_language_of_the_question(evidence, language):
    """Instructions from that language's own prompt; the evidence is the article's text to the letter."""
    drafts, generator = written(evidence, SENTENCES[language][1], language, QUESTIONS[language])
    ((system, user),) = generator.asked
    assert detect_language(system.text, INTERFACE_LANGUAGES) == language
    assert evidence[language].text in user.text and QUESTIONS[language] in user.text
    assert drafts[-1] == SENTENCES[language][1]


def test_all_evidence_is_read_in_its_order(evidence):
    """A paragraph for each, the best first, whatever languages they are in."""
    generator = ScriptedGenerator(["x"])
    list(write("Who?", "en", [evidence["ja"], evidence["de"]], generator, PROMPTS))
    assert f"{evidence['ja'].text}\n\n{evidence['de'].text}" in generator.asked[0][-1].text


def test_other_languages_are_asked_for_by_name(evidence):
    """A French question has no prompt of its own, and says French."""
    generator = ScriptedGenerator(["Oui, la tour date de 1907."])
    list(write("Qui ?", "fr", [evidence["en"]], generator, PROMPTS))
    ((system, user),) = generator.asked
    assert "French" in system.text and "French" in user.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_grows(evidence, language):
    """Each is the beginning of the next, trimmed, and the last is the whole reply."""
    reply = " ".join(SENTENCES[language])
    drafts, generator = written(evidence, f"  {reply} ", language)
    assert drafts[-1] == reply and len(drafts) > 3
    for one, following in pairwise(drafts):
        assert following.startswith(one) and one == one.strip()
    assert generator.closed == 1


def test_writing_ends_with_its_paragraph(evidence):
    """What comes after the line end is neither shown nor waited for."""
    drafts, generator = written(evidence, "Tower.\n\nBridge and ship and many more words that nobody reads.")
    assert drafts == ["Tower."]
    assert (generator.taken, generator.closed) == (1, 1)


def test_a_line_end_within_a_piece_loses_nothing(evidence):
    """However the model cuts its text, the paragraph is whole."""
    drafts, _ = written(evidence, "The tower.\nBridge and ship.")
    assert drafts[-1] == "The tower."


def test_a_second_paragraph_does_not_spoil_the_first(evidence):
    """A good sentence stays, whatever the model began to say after it."""
    drafts, _ = written(evidence, "Built in 1907.\nText: and so on.")
    assert drafts[-1] == "Built in 1907."


def test_line_ends_before_the_first_word_do_not_count(evidence):
    """Small models begin with them."""
    drafts, _ = written(evidence, "\n\n The tower.")
    assert drafts[-1] == "The tower."


def test_writing_ends_when_it_turns_in_circles(evidence):
    """Long before the limit, and the model is stopped."""
    drafts, generator = written(evidence, "the lamp " * 60)
    assert drafts[-1].startswith("the lamp the lamp the lamp")
    assert generator.taken < 10
    assert generator.closed == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_instructions_said_again_end_in_nothing(evidence, language):
    """The last draft is empty, so that nothing of them is taken for an answer."""
    generator = ScriptedGenerator()
    list(write("", language, [evidence[language]], generator, PROMPTS))
    instructions = generator.asked[0][0].text.split("\n")[0]
    drafts, _ = written(evidence, instructions, language)
    assert drafts[-1] == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_that_a_limit_cut_off_is_no_answer(evidence, language):
    """Half a name would be taken for the name; the sentences before it stay."""
    whole, half = SENTENCES[language][0], SENTENCES[language][1][:-4]
    for reply, expected in ((half, ""), (f"{whole} {half}", whole)):
        generator = ScriptedGenerator([reply], ends=False)
        *_, last = write("Who?", language, [evidence[language]], generator, PROMPTS)
        assert last == expected


@pytest.mark.parametrize(("language", "script", "source"), [("hi", "Devanagari", "hi"), ("ja", "CJK", "de")])
def test_a_draft_in_another_script_is_written_once_more(evidence, language, script, source):
    """In the script of the question's language, from the same prompt; a draft in it is not written again."""
    own = SENTENCES[language][0]
    generator = ScriptedGenerator(["Alessandro Grassano", own])
    *_, last = write("Who?", language, [evidence[source]], generator, PROMPTS)
    assert last == own and generator.asked[0] == generator.asked[1]
    assert [limits.script for limits in generator.limits] == ["", script]
    generator = ScriptedGenerator([own, "Nie"])
    *_, last = write("Who?", language, [evidence[source]], generator, PROMPTS)
    assert last == own and len(generator.asked) == 1


def test_what_could_not_be_looked_up_is_not_written_again(evidence):
    """Names in Devanagari cannot be told: a Hindi sentence about a German article could never be shown as held."""
    generator = ScriptedGenerator(["Alessandro Grassano", SENTENCES["hi"][0]])
    *_, last = write("Who?", "hi", [evidence["de"]], generator, PROMPTS)
    assert last == "Alessandro Grassano" and len(generator.asked) == 1


@pytest.mark.parametrize("language", ["de", "en", "no"])
def test_a_draft_in_the_same_script_is_not_written_again(evidence, language):
    """A script says nothing there."""
    generator = ScriptedGenerator(["Grassano a guidé la délégation italienne à Tokyo hier soir.", "Nie"])
    list(write("Who?", language, [evidence[language]], generator, PROMPTS))
    assert len(generator.asked) == 1


def test_silence_is_no_draft(evidence):
    """A model that says nothing has written nothing."""
    drafts, generator = written(evidence, "")
    assert drafts == []
    assert generator.closed == 1


def test_closing_early_stops_the_model(evidence):
    """As when a person clicks on stop after the first words; nothing more is taken of it."""
    generator = CountingGenerator(["A long answer that goes on and on without an end in sight."])
    drafts = write("Who?", "en", [evidence["en"]], generator, PROMPTS)
    assert next(drafts) == "A long"
    assert generator.closed == 0
    drafts.close()
    assert (generator.taken, generator.closed) == (1, 1)
