"""Items about the height of a tower, in five languages."""

from eval.refusal_items import Item

ANSWERED, UNKNOWN = "Yes, answer is present.", "I don't know."
PASSAGES = {
    "de": ("Wie hoch ist der Turm?", "Der Turm ist 28 Meter hoch.", "Im Garten wachsen Rosen."),
    "en": ("How tall is the tower?", "The tower is 28 metres tall.", "Roses grow in the garden."),
    "hi": ("मीनार कितनी ऊँची है?", "मीनार 28 मीटर ऊँची है।", "बगीचे में गुलाब उगते हैं।"),
    "ja": ("塔の高さは何メートルですか？", "塔の高さは２８メートルである。", "庭にはバラが咲いている。"),
    "no": ("Hvor høyt er tårnet?", "Tårnet er 28 meter høyt.", "Det vokser roser i hagen."),
}


def line(name, language="en", answerable=True, gpt4=ANSWERED, **changes):
    """Return a line as NoMIRACL's items have it; the passages answer or not."""
    question, answering, other = PASSAGES[language]
    given = {"id": name, "lang": language, "question": question, "answerable": answerable, "gpt4": gpt4}
    return given | {"docids": ["1#0"], "passages": [answering if answerable else other, other]} | changes


def item(name="1#0", language="en", answerable=True):
    """Return an item of that language."""
    question, answering, other = PASSAGES[language]
    return Item(name, language, question, answerable, (answering if answerable else other, other), ANSWERED)
