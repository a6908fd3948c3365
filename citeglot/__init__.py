"""Ask a corpus of articles in many languages; get an answer tied to the sentences it rests on."""

__version__ = "0.1.0"
