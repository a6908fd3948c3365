"""The language model on servers: what is asked, what comes back, what stops them. The servers are real and small."""

import pytest
from model_server import (
    ModelServer,
    dies_after,
    drained,
    falls_silent_after,
    first_token,
    generator_of,
    never_ends,
    running,
    says,
    speaks,
    turns,
    word,
)

from citeglot.errors import ModelFailed, WrongUse
from citeglot.llm_openai import SAMPLES, catalogue_name
from citeglot.protocols import Limits

REPLIES = {
    "de": ["Norwegens Haupt", "stadt ist ", "Oslo: groß & schön."],
    "hi": ["नॉर्वे की राज", "धानी ओस्लो है।"],
    "no": ["Hovedstaden i Norge er Oslo, ", "på Østlandet."],
    "ja": ["ノルウェーの首都は", "オスロです。２０２４年。"],
    "en": ["The capital is ", "Oslo. 👩‍👩‍👧\n"],
}


@pytest.mark.parametrize("language", REPLIES)
def test_a_reply_comes_piece_by_piece_as_it_was_written(language):
    """Letters of every script survive, and the request is greedy, bounded, streamed, and lets no model think."""
    with running(ModelServer(speaks(*REPLIES[language]))) as [server]:
        pieces, ended = drained(generator_of(server).stream(turns("Hvor? どこ？ कहाँ?"), Limits(max_tokens=24)))
    assert (pieces, ended) == (REPLIES[language], True)
    [asked] = server.chats
    assert asked["model"] == "tiny" and asked["max_tokens"] == 24 and asked["temperature"] == 0 and asked["stream"]
    assert [(one["role"], one["content"]) for one in asked["messages"]] == [
        ("system", "You are a helpful assistant."),
        ("user", "Hvor? どこ？ कहाँ?"),
    ]
    assert asked["repeat_penalty"] == 1.0 and asked["chat_template_kwargs"] == {"enable_thinking": False}


def test_a_letter_in_two_halves_is_joined():
    """A server may cut an emoji between its surrogates; half of one is dropped."""
    with running(ModelServer(speaks("a\ud83c", "\uddef\ud83c\uddf5", "b\ud83c"))) as [server]:
        pieces, _ = drained(generator_of(server).stream(turns("\ud800x"), Limits()))
    assert "".join(pieces) == "a🇯🇵b" and server.chats[0]["messages"][1]["content"] == "x"


def test_a_reply_that_a_limit_cut_off_has_not_ended():
    """The reason that the server gives decides; more text than the limit can hold is not waited for."""
    with running(ModelServer(speaks("Os", reason="length"), otherwise=never_ends)) as [server]:
        generator = generator_of(server)
        assert drained(generator.stream(turns(), Limits())) == (["Os"], False)
        pieces, ended = drained(generator.stream(turns(), Limits(max_tokens=2)))
        assert len("".join(pieces)) < 200 and not ended and server.left.wait(60)


def test_closing_the_stream_stops_the_server():
    """The connection is closed while the server writes, and the next question is answered."""
    with running(ModelServer(never_ends)) as [server]:
        generator = generator_of(server)
        stream = generator.stream(turns(), Limits(max_tokens=10**6))
        assert next(stream) == "one "
        stream.close()
        assert server.left.wait(60)
        assert drained(generator.stream(turns(), Limits())) == (["Oslo"], True)


@pytest.mark.parametrize("act", [falls_silent_after("Os"), falls_silent_after(), lambda one: one.server.over.wait(60)])
def test_the_deadline_holds_whatever_the_server_does(act):
    """A server that falls silent, at once or half way, ends in a reply that is cut off; no seconds ask for nothing."""
    with running(ModelServer(act)) as [server]:
        generator = generator_of(server)
        pieces, ended = drained(generator.stream(turns(), Limits(seconds=0.5)))
        assert "Oslo".startswith("".join(pieces)) and not ended
        assert drained(generator.stream(turns(), Limits(seconds=0.0))) == ([], False)
        assert len(server.chats) == 1


def test_another_server_finishes_what_one_began():
    """It writes from the beginning, and what was shown is not shown twice."""
    with running(
        ModelServer(dies_after("The capital", " is ")), ModelServer(speaks("The ", "capital is Oslo."))
    ) as both:
        pieces, ended = drained(generator_of(*both).stream(turns(), Limits()))
    assert "".join(pieces) == "The capital is Oslo." and ended


@pytest.mark.parametrize("other", [["Oslo is the capital."], ["The cap"]])
def test_what_was_shown_is_never_contradicted(other):
    """Where the other server writes something else, or less, the reply is what was shown, and counts as cut off."""
    with running(ModelServer(dies_after("The capital", " is ")), ModelServer(speaks(*other))) as both:
        pieces, ended = drained(generator_of(*both).stream(turns(), Limits()))
    assert "".join(pieces) == "The capital is " and not ended


@pytest.mark.parametrize(
    "act", [dies_after("The "), speaks("The ", reason=None), speaks("The ", reason=None, done=False)]
)
def test_a_reply_that_breaks_off_for_good_is_told(act):
    """A death and an end without a reason are no end; the message names the server, and the next question works."""
    with running(ModelServer(act)) as [server]:
        generator = generator_of(server)
        stream = generator.stream(turns(), Limits())
        assert next(stream) == "The "
        with pytest.raises(ModelFailed, match=rf"broke off.*{server.url}"):
            next(stream)
        assert drained(generator.stream(turns(), Limits())) == (["Oslo"], True)


def test_chances_of_yes_and_no_are_those_of_the_server():
    """As in this process, only the two tokens count; one that is not listed is no likelier than the last that is."""
    acts = [
        first_token(Yes=-1.0, No=-2.0, Oslo=-0.1),
        first_token(Yes=-1.0, Oslo=-3.0),
        first_token(Oslo=-0.1, Bergen=-3.0),
        first_token(**{" yes": -1.0, " No": -1.0}),
        first_token(Yes=-0.0, No=-9999.0),
    ]
    with running(ModelServer(*acts)) as [server]:
        generator = generator_of(server)
        found = [generator.probability(turns(), "Yes", "No") for _ in acts]
    assert found == pytest.approx([0.731059, 0.880797, 0.5, 0.5, 1.0], abs=1e-6)
    assert not generator.is_sampled and server.chats[0]["logprobs"] and server.chats[0]["max_tokens"] == 1


@pytest.mark.parametrize("without", [word("Yes"), says(400, b"no logprobs here"), says(500, b"logprobs: logits_all")])
def test_without_chances_replies_are_counted(without):
    """One token is asked for several times, each with a seed of its own; the generator says that it did so."""
    drawn = [word(text) for text in ("Yes", " yes,", "Y", "No", "The", "", "YES", "No")]
    with running(ModelServer(without, *drawn, otherwise=word("No"))) as [server]:
        generator = generator_of(server)
        generator.pool.members[0].extras = False
        assert generator.probability(turns(), "Yes", "No") == pytest.approx(4.5 / 7)
        assert generator.is_sampled
        assert generator.probability(turns(), "Yes", "No") == pytest.approx(0.5 / (SAMPLES + 1))
    assert sorted(one["seed"] for one in server.chats if "seed" in one) == sorted([*range(SAMPLES)] * 2)


def test_a_prompt_that_is_too_long_is_told_and_remembered():
    """The context that a server tells only when it is exceeded counts from then on; no other server is asked."""
    told = b"This model's maximum context length is 1024 tokens. However, you requested 5000 tokens"
    with running(ModelServer(says(400, told)), ModelServer()) as [server, other]:
        generator = generator_of(server, other)
        with pytest.raises(WrongUse, match="1024"):
            drained(generator.stream(turns(), Limits()))
        assert generator.context_tokens == 1024 and other.chats == []


def test_the_context_is_the_least_that_is_told():
    """By vLLM in its list, by llama-server among its properties, by the settings; else a cautious one."""
    with running(ModelServer(), ModelServer(), ModelServer()) as [vllm, llama, silent]:
        vllm.pages["/v1/models"]["data"][0]["max_model_len"] = 8192
        llama.pages["/props"] = {"default_generation_settings": {"n_ctx": 6000}}
        generators = [generator_of(*some) for some in ([vllm], [llama], [silent], [vllm, llama])]
        for one in generators:
            one.pool.look()
    assert [one.context_tokens for one in generators] == [8192, 6000, 2048, 6000]
    assert generator_of(vllm, context_tokens=512).context_tokens == 512


def test_the_name_is_that_of_the_catalogue_where_it_has_one():
    """Then the model's calibration counts; another name has none, and is kept as it is."""
    name = "qwen2.5-coder-0.5b-instruct"
    paths = [f"/models/{name}-q4_k_m.gguf", rf"C:\models\{name}-q4_k_m.gguf", name, name.upper(), "org/Other-7B", ""]
    assert [catalogue_name(path) for path in paths] == [name] * 4 + ["org/Other-7B", ""]
    with running(ModelServer(models=[paths[0]]), ModelServer(models=["one", "two"])) as [known, several]:
        generator = generator_of(known)
        assert generator.name == "unnamed"
        drained(generator.stream(turns(), Limits()))
        assert generator.name == name and known.chats[0]["model"] == paths[0]
        with pytest.raises(ModelFailed, match="CITEGLOT_LLM_MODEL: one, two"):
            drained(generator_of(several).stream(turns(), Limits()))
        assert drained(generator_of(several, model="two").stream(turns(), Limits())) == (["Oslo"], True)
