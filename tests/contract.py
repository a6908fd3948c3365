"""The JSON shapes that other programs rely on, as schemas: every key is required and none is added."""


def _object(**properties):
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list(of):
    return {"type": "array", "items": of}


TEXT = {"type": "string"}
NUMBER = {"type": "number"}
COUNT = {"type": "integer", "minimum": 0}
LANGUAGE = {"type": "string", "pattern": "^([a-z]{2}|und)$"}
DATE = {"type": ["string", "null"], "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
SHARE = {"type": "number", "minimum": 0, "maximum": 1}

HIT = _object(document=TEXT, title=TEXT, language=LANGUAGE, date=DATE, start=COUNT, end=COUNT, text=TEXT, score=NUMBER)
SEARCH = _object(question=TEXT, language=LANGUAGE, hits=_list(HIT), timings=_object(total_ms=NUMBER))
ASK = _object(
    question=TEXT,
    language=LANGUAGE,
    kind={"enum": ["answer", "quotation", "refusal"]},
    answer=TEXT,
    sentences=_list(_object(text=TEXT, citations=_list(COUNT), verdict={"enum": ["supported", "weak", "unsupported"]})),
    citations=_list(
        _object(number=COUNT, document=TEXT, title=TEXT, language=LANGUAGE, start=COUNT, end=COUNT, quote=TEXT)
    ),
    passages=_list(HIT),
    confidence=SHARE,
    timings=_object(first_passage_ms=NUMBER, first_token_ms={"type": ["number", "null"]}, total_ms=NUMBER),
    models=_object(embedding=TEXT, language={"type": ["string", "null"]}),
    generation=COUNT,
)
INGEST = _object(
    generation=COUNT,
    added=_list(TEXT),
    changed=_list(TEXT),
    renamed=_list(_object(**{"from": TEXT, "to": TEXT})),
    removed=_list(TEXT),
    unchanged=COUNT,
    skipped=_list(_object(path=TEXT, reason=TEXT)),
    documents=COUNT,
    chunks=COUNT,
    embedded_chunks=COUNT,
    seconds=NUMBER,
    duplicates=_list(_object(document=TEXT, of=TEXT)),
)
