"""The page of an evidence packet: one HTML file without any script, which holds its own data for `verify`."""

import tomllib
from functools import cache
from pathlib import Path

from citeglot.generation import Generation
from citeglot.packet_data import Packet, Quoted, make_packet
from citeglot.page import Reader, escape
from citeglot.page_texts import language_name, page_texts
from citeglot.types import Answer, AnswerSentence

DATA_BEGINS = '<script type="application/json" id="citeglot-packet">'
DATA_ENDS = "</script>"
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
COMMAND = "python -m citeglot verify FILE"
MARKS = {"supported": "✓", "weak": "≈", "unsupported": "?"}
_HERE = Path(__file__).parent


@cache
def packet_texts() -> dict[str, dict[str, str]]:
    """Return by language and key what a packet says beside the texts of the page."""
    with (_HERE / "packet_texts.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def _style() -> str:
    return (_HERE / "packet.css").read_text(encoding="utf-8")


def render_packet(answer: Answer, generation: Generation, reader: Reader) -> str:
    """Return an answer with its evidence as one HTML file in the reader's language, which `verify` can check.

    WrongUse where `generation` is not the one that the answer comes from.
    """
    return render(make_packet(answer, generation, reader.language))


def render(packet: Packet) -> str:
    """Return the file of a packet: the same data always make the same file."""
    language = packet.page_language
    reader = Reader(language, page_texts()[language] | packet_texts()[language])
    parts = (_head(packet, reader), _answer(packet, reader), _evidence(packet, reader), _about(packet, reader))
    return (
        f'<!doctype html>\n<html lang="{language}" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{reader.say('packet')}: {escape(packet.question)}</title>\n<style>\n{_style()}</style>\n</head>\n"
        f"<body>\n<main>\n{''.join(parts)}</main>\n{DATA_BEGINS}{packet.to_json()}{DATA_ENDS}\n</body>\n</html>\n"
    )


def _head(packet: Packet, reader: Reader) -> str:
    language = escape(packet.language)
    question = f'<h1 dir="auto" lang="{language}">{escape(packet.question)}</h1>\n'
    return f'<p class="kind">{reader.say("packet")}</p>\n{question}'


def _answer(packet: Packet, reader: Reader) -> str:
    language = escape(packet.language)
    said = "".join(_sentence(one, language, reader) for one in packet.sentences)
    notices = "".join(f'<p class="quiet" dir="auto">{escape(notice)}</p>\n' for notice in packet.notices)
    whole = f'<p class="said" dir="auto" lang="{language}">{escape(packet.answer)}</p>\n'
    return f"{_badge(packet, reader)}{said or whole}{notices}"


def _badge(packet: Packet, reader: Reader) -> str:
    if packet.kind == "answer":
        return ""
    cited = packet.evidence[0].language if packet.evidence else packet.language
    label = reader.say(f"badge_{packet.kind}", language=language_name(cited, reader.texts))
    return f'<p class="kind">{label}</p>\n'


def _sentence(sentence: AnswerSentence, language: str, reader: Reader) -> str:
    numbers = " ".join(f'<a href="#quote-{number}">&#91;{number}&#93;</a>' for number in sentence.citations)
    verdict = f"{escape(MARKS[sentence.verdict])} {reader.say(f'verdict_{sentence.verdict}')}"
    return (
        f'<p class="said"><span dir="auto" lang="{language}">{escape(sentence.text)}</span> {numbers} '
        f'<span class="verdict {sentence.verdict}">{verdict}</span></p>\n'
    )


def _evidence(packet: Packet, reader: Reader) -> str:
    heading = reader.say("nearest" if packet.kind == "refusal" else "passages_heading")
    quotes = "".join(_quote(one, reader) for one in packet.evidence)
    return f"<h2>{heading}</h2>\n{quotes or '<p>' + reader.say('nothing_found') + '</p>'}\n"


def _quote(quoted: Quoted, reader: Reader) -> str:
    language = escape(quoted.language)
    title = f'<span dir="auto" lang="{language}">{escape(quoted.title or quoted.document)}</span>'
    text = f"{escape(quoted.before)}<mark>{escape(quoted.quote)}</mark>{escape(quoted.after)}"
    facts = {
        "packet_article": f'<span dir="auto">{escape(quoted.document)}</span>',
        "packet_language": escape(language_name(quoted.language, reader.texts)),
        "packet_date": escape(quoted.date) if quoted.date else reader.say("packet_no_date"),
        "packet_place": reader.say("packet_place_value", start=quoted.start, end=quoted.end),
        "packet_sha256": f"<code>{escape(quoted.sha256)}</code>",
    }
    return (
        f'<section class="quote" id="quote-{quoted.number}">\n<h3><span class="number">{quoted.number}</span> {title}'
        f'</h3>\n<blockquote dir="auto" lang="{language}">{text}</blockquote>\n{_facts(facts, reader)}</section>\n'
    )


def _about(packet: Packet, reader: Reader) -> str:
    facts = {
        "packet_confidence": escape(reader.number(packet.confidence, 2)),
        "packet_models": escape(" + ".join(name for name in packet.models.values() if name)),
        "packet_generation": str(packet.generation),
        "packet_made": escape(packet.made),
        "packet_program": escape(f"citeglot {packet.program}"),
    }
    check = f'<p class="quiet">{reader.say("packet_check")} <code>{escape(COMMAND)}</code></p>\n'
    return f"<h2>{reader.say('packet_about')}</h2>\n{_facts(facts, reader)}{check}"


def _facts(facts: dict[str, str], reader: Reader) -> str:
    rows = "".join(f"<dt>{reader.say(key)}</dt><dd>{value}</dd>\n" for key, value in facts.items())
    return f"<dl>\n{rows}</dl>\n"
