"""Small Word and PDF documents, made by hand, and samples in the languages of the product."""

import io
import zipfile

SAMPLES = {
    "de": "Der Minister reiste am 3. September nach Köln. Die Größe der Übung blieb unklar.",
    "en": "The minister travelled to Cologne on 3 September. The size of the exercise was unclear.",
    "hi": "रक्षा मंत्री ने जापान के मंत्री से मुलाकात की। दोनों देशों के बीच सहयोग की समीक्षा हुई।",
    "ja": "日本とノルウェーは防衛協力に関する協定に署名した。大臣は２０２４年に東京を訪れた。",
    "no": "Forsvarsministeren besøkte Tromsø i går. Øvelsen på Ørland blir større enn før.",
    "ar": "التقى وزير الدفاع نظيره الياباني في طوكيو. بحثا التعاون بين البلدين.",
}
SIGNS = "क्\u200dष 👩🏽\u200d💻 می\u200cخواهم e\u0301 １２"  # joiners, a combining accent, full-width digits

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def docx(body, namespace=W, parts=(), declaration=""):
    """Return the bytes of a Word document with this body in XML, `w:` being the usual prefix."""
    xml = f'<?xml version="1.0"?>{declaration}<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
        for name, content in parts:
            archive.writestr(name, content)
    return stream.getvalue()


def paragraphs(*texts):
    """Return paragraphs in XML, each with one run."""
    return "".join(f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>' for text in texts)


def pdf(*pages, password=False):
    """Return the bytes of a PDF: a page is a list of lines from the top, a line (left, text) or (left, text, top)."""
    signs = sorted({sign for page in pages for line in page for sign in line[1]})
    codes = {sign: place for place, sign in enumerate(signs, start=1)}
    mapping = "\n".join(f"<{code:04X}> <{sign.encode('utf-16-be').hex()}>" for sign, code in codes.items())
    cmap = f"1 begincodespacerange <0000> <FFFF> endcodespacerange\n{len(codes)} beginbfchar\n{mapping}\nendbfchar"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(f'{7 + 2 * n} 0 R' for n in range(len(pages)))}] >>",
        "<< /Type /Font /Subtype /Type0 /BaseFont /Any /Encoding /Identity-H /DescendantFonts [4 0 R] "
        "/ToUnicode 6 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Any /DW 600 /FontDescriptor 5 0 R "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>",
        "<< /Type /FontDescriptor /FontName /Any /Flags 4 /FontBBox [0 -200 600 800] /ItalicAngle 0 /Ascent 800 "
        "/Descent -200 /CapHeight 700 /StemV 80 >>",
        _stream(cmap),
    ]
    for page in pages:
        shown = "\n".join(_shown(line, place, codes) for place, line in enumerate(page))
        number = len(objects) + 2
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        objects.append(_stream(shown))
    return _file(objects, password)


def _shown(line, place, codes):
    left, text, top = line if len(line) == 3 else (*line, 20 + 14 * place)
    shown = "".join(f"{codes[sign]:04X}" for sign in text)
    return f"BT /F1 10 Tf {left} {800 - top} Td <{shown}> Tj ET"


def _stream(content):
    return f"<< /Length {len(content)} >>\nstream\n{content}\nendstream"


def _file(objects, password):
    body, places = b"%PDF-1.7\n", []
    if password:
        key = "00" * 32
        objects.append(f"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <{key}> /U <{key}> >>")
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n".encode()
    start = len(body)
    body += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    body += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    encrypt = f"/Encrypt {len(objects)} 0 R /ID [<00> <00>]" if password else ""
    return body + f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {encrypt} >>\nstartxref\n{start}\n%%EOF".encode()
