"""Articles, questions and answers full of what must never act, and a look at whether any of it did."""

import json

from fakes import ScriptedGenerator
from index_support import update

from citeglot.corpus import read_corpus

EVIL = "http://evil.example"
# Whatever runs says so in window.ran, whatever is fetched is fetched from EVIL.
PAYLOADS = (
    "<script>window.ran = 1</script>",
    '</script><script>window.ran = 2</script><img src=x onerror="window.ran = 3">',
    f'<img src="{EVIL}/a.png"> <svg onload="window.ran = 4"><image href="{EVIL}/b"/></svg>',
    f'<form action="{EVIL}/c"><input autofocus onfocus="window.ran = 5"><button>go</button></form>',
    '[one](javascript:window.ran=6) <a href="javascript:window.ran=7">two</a> <javascript:window.ran=8>',
    '[three](data:text/html,<script>window.ran=9</script>) <a href="data:text/html,x">four</a>',
    f"![p]({EVIL}/d.png) ![r][ref] [{EVIL}/e]({EVIL}/e) <{EVIL}/f> {EVIL}/g www.evil.example/h",
    f"$$\\href{{{EVIL}/i}}{{x}}$$ \\(\\includegraphics{{{EVIL}/j}}\\) $\\url{{javascript:window.ran=10}}$",
    f'<meta http-equiv="refresh" content="0;url={EVIL}/k"> <base href="{EVIL}/"> <link rel=stylesheet href={EVIL}/l>',
    f"<style>@import url({EVIL}/m); body {{ background: url({EVIL}/n) }}</style> <p style=\"color:url({EVIL}/o)\">",
    f'<iframe src="{EVIL}/p" srcdoc="<script>parent.ran = 11</script>"></iframe> <object data="{EVIL}/q"></object>',
    '<!-- --> <!--<img src="--><img src=x onerror="window.ran = 12"> <![CDATA[<script>window.ran = 13</script>]]>',
    f'<details open ontoggle="window.ran = 14"> <video src="{EVIL}/r" autoplay onerror="window.ran = 15"></video>',
    "<math><mtext><table><mglyph><style><img src onerror=window.ran=16></style></mglyph></table></mtext></math>",
    '{{constructor.constructor("window.ran = 17")()}} ${window.ran = 18} <%= 1 %> `code` **bold** # heading',
    "\u202e<script>window.ran = 19</script>\u202c \u2066<img src=x onerror=window.ran=20>\u2069 \u200b\U000e0041",
    '</p></div></details></mark></summary><p onclick="window.ran = 21" id="source-1-1" class="cg-cite">here</p>',
    "&lt;script&gt;window.ran = 22&lt;/script&gt; &#60;img src=x onerror=window.ran=23&#62; %3Cscript%3E",
    "```mermaid\ngraph TD; A-->B; click A \"javascript:window.ran=24\"\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |",
)  # fmt: skip
WITNESSES = (
    "aardvark", "beaver", "cheetah", "dolphin", "elephant", "falcon", "giraffe", "hedgehog", "iguana", "jackal",
    "kangaroo", "leopard", "meerkat", "narwhal", "octopus", "penguin", "quokka", "raccoon", "salamander",
)  # fmt: skip
ACTED = """(scopes) => {
    const found = [];
    if (window.ran !== undefined) found.push(`script ${window.ran} ran`);
    for (const bad of document.querySelectorAll(
        "form, iframe, object, embed, video, audio, math, base:not([href='./']), meta[http-equiv=refresh], .katex")) {
        found.push(bad.outerHTML.slice(0, 200));
    }
    for (const one of document.querySelectorAll("*")) {
        for (const { name, value } of one.attributes) {
            if (name.startsWith("on") || /javascript:|evil|window.ran/i.test(value) && name !== "title") {
                if (!["aria-label", "value", "alt"].includes(name) && !(name === "href" && value.startsWith("#"))) {
                    found.push(`${one.tagName} ${name}=${value.slice(0, 100)}`);
                }
            }
        }
    }
    for (const one of document.querySelectorAll("script, style")) {
        if (/evil.example|window.ran/.test(one.textContent)) found.push(one.outerHTML.slice(0, 200));
    }
    for (const scope of document.querySelectorAll(scopes)) {
        for (const link of scope.querySelectorAll("a")) {
            if (!(link.getAttribute("href") || "").startsWith("#")) found.push(link.outerHTML.slice(0, 200));
        }
        for (const image of scope.querySelectorAll("img, script, style, link, input, textarea")) {
            found.push(image.outerHTML.slice(0, 200));
        }
    }
    return found;
}"""


class Echo(ScriptedGenerator):
    """Finds an answer in everything, and writes down what it was given to read."""

    def stream(self, turns, limits):
        text = turns[-1].text
        self.replies = [text[text.index(":") + 1 : text.rindex("\n\n", 0, text.rindex("\n\n"))].replace("\n", " ")]
        return (yield from super().stream(turns, limits))


def ingest_hostile(folder):
    """Write articles whose every field is hostile as a file of lines, ingest it, and return the index folder."""
    lines = []
    for number, (witness, payload) in enumerate(zip(WITNESSES, PAYLOADS, strict=True)):
        lines.append({
            "title": f"The {witness} {payload}",
            "text": f"The {witness} says {payload} to the {witness}.\n\nNobody heard it. {PAYLOADS[number - 1]}",
            "outlet": payload,
            "url": ("javascript:window.ran=25//" if number % 2 else f"{EVIL}/article?") + payload,
            "date": "2024-01-31",
            "language": "en",
        })  # fmt: skip
    corpus = folder / "corpus"
    corpus.mkdir()
    name = "hostile '&#60;img src=x onerror=window.ran=26&#62; [x](javascript;window.ran=27) ![](y) $$z$$.jsonl"
    (corpus / name).write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    found = read_corpus(corpus)
    assert len(found.documents) == len(PAYLOADS) and not found.skipped
    update(folder / "index", found.documents)
    return folder / "index"


def acted(page, scopes):
    """Return what of the hostile texts did something: ran, was fetched, asked, or stands in the page as markup."""
    own = page.url.split("?")[0].rstrip("/")
    foreign = [url for url in page.requests if not url.startswith((own, "data:", "blob:"))]
    return [*page.evaluate(ACTED, scopes), *foreign, *page.dialogs, *page.strays]
