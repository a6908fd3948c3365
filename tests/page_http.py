"""Programs that speak to the page's server as a browser does, and worse."""

import json
import threading
import time

import httpx
from gradio_client import Client
from page_fakes import ScriptedChatbot, answer_by_words

from citeglot.types import Filters


def ask_by_program(url, question):
    """Return the kind of the answer that a program of its own gets, or what it is told instead."""
    try:
        return Client(url, verbose=False).predict(question, api_name="/ask")["kind"]
    except Exception as problem:  # whatever a client makes of a server that refuses
        return f"{type(problem).__name__}: {problem}"


def wait_for(holds, seconds=60.0):
    """Wait until something holds; after some seconds, an `AssertionError`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"this did not come to hold within {seconds:g} seconds"
        time.sleep(0.02)


STATES = ("state", "browserstate")


class Visitor:
    """One session with the page's server: sends any event with any values, and reads what comes back."""

    def __init__(self, url, session):
        self.session = session
        self.http = httpx.Client(base_url=url, timeout=60, trust_env=False)
        self.config = self.http.get("/config").json()
        self.components = {one["id"]: one for one in self.config["components"]}

    def event(self, name, element):
        """Return what the page does at an event of the element with this id."""
        for one in self.config["dependencies"]:
            for target, event in one["targets"]:
                if event == name and self.components[target]["props"].get("elem_id") == element:
                    return one
        raise AssertionError(f"{element} has no {name}: {[one['targets'] for one in self.config['dependencies']]}")

    def values(self, event, given, hidden=None):
        """Return what the browser would send, with `given` for the element itself, and `hidden` for the states."""
        own = {target for target, _ in event["targets"]}
        return [
            given if one in own else hidden if self.components[one]["type"] in STATES else self.value(one)
            for one in event["inputs"]
        ]

    def value(self, component):
        """Return what a component holds when the page comes up."""
        return self.components[component]["props"].get("value")

    def restores(self, event):
        """Tell whether this is the event that reads what the browser kept, when the page comes up."""
        kept = any(self.components[one]["type"] == "browserstate" for one in event["inputs"])
        return kept and any(name == "load" for _, name in event["targets"])

    def shown(self, event, response):
        """Return what of a response the page would read as markup."""
        pairs = zip(event["outputs"], response.json()["data"], strict=True)
        return json.dumps([value for one, value in pairs if self.components[one]["type"] in ("markdown", "chatbot")])

    def send(self, event, values, headers=None):
        """Let an event happen with these values; return the response, for a queued one its place in the queue."""
        path = "/gradio_api/queue/join" if event["queue"] else "/gradio_api/run/predict"
        body = {"data": values, "fn_index": event["id"], "session_hash": self.session}
        return self.http.post(path, json=body, headers=headers)

    def results(self):
        """Return whether each event of the session succeeded, when all are done."""
        succeeded = []
        with self.http.stream("GET", "/gradio_api/queue/data", params={"session_hash": self.session}) as stream:
            for line in stream.iter_lines():
                message = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
                if message.get("msg") == "process_completed":
                    succeeded.append(message["success"])
                if message.get("msg") == "close_stream":
                    break
        return succeeded

    def do(self, name, element, given, hidden=None):
        """Let a queued event happen and return whether it succeeded."""
        event = self.event(name, element)
        response = self.send(event, self.values(event, given, hidden))
        assert response.status_code == 200, response.text
        return self.results()


class Watched(ScriptedChatbot):
    """Counts how many questions are being answered at one time; waits at each step until the gate is open."""

    def __init__(self, gate=None, **options):
        super().__init__(answer_by_words, **options)
        self.gate = gate
        self.running = self.most = 0
        self._lock = threading.Lock()

    def ask(self, question, history=(), filters=None):
        with self._lock:
            self.running += 1
            self.most = max(self.most, self.running)
        try:
            for event in super().ask(question, history, filters or Filters()):
                if self.gate:
                    self.gate.wait(60)
                yield event
        finally:
            with self._lock:
                self.running -= 1
