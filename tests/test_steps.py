"""Steps: announced, timed, alive while they last, honest about how they ended, and gone when they are stopped."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from citeglot.steps import StepFailed, Steps, wait


@pytest.fixture
def steps(tmp_path):
    """Steps of a checkout that run this Python."""
    (tmp_path / ".venv").mkdir()
    return Steps(tmp_path, Path(sys.executable))


def test_step_runs_in_the_checkout_and_is_timed(steps, capfd):
    """A step sees the checkout as its folder and UTF-8 as its encoding, and stands in the table."""
    steps.run("Looking", "-c", "import os, sys; print(os.getcwd(), sys.flags.utf8_mode)")
    out, err = capfd.readouterr()
    assert out.split() == [os.path.realpath(steps.root), "1"]
    assert "==> Looking" in err
    assert steps.table().splitlines()[0].endswith("s  Looking") and "together" in steps.table()


def test_exit_code_of_a_failing_step_is_passed_on(steps, capfd):
    """The code of the step is ours, and the step is named."""
    with pytest.raises(StepFailed) as failed:
        steps.run("Failing", "-c", "raise SystemExit(7)")
    assert failed.value.code == 7
    assert "“Failing” failed with exit code 7" in capfd.readouterr().err


def test_failing_pip_shows_the_end_of_its_log(steps, capfd):
    """What pip had to say is in the log, and its last lines are shown."""
    with pytest.raises(StepFailed):
        steps.pip("Installing", "--no-index", "no-such-package-of-this-test")
    out, err = capfd.readouterr()
    assert out == "" and "no-such-package-of-this-test" in err and str(steps.log) in err
    assert "no-such-package-of-this-test" in steps.log.read_text(encoding="utf-8")


def test_long_step_says_that_it_is_alive(capfd):
    """A line comes at every beat."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1)"])
    assert wait(process, 0.1) == 0
    assert capfd.readouterr().err.count("still at work") >= 2


@pytest.mark.skipif(os.name == "nt", reason="alarms are of POSIX")
@pytest.mark.parametrize("stopped", [KeyboardInterrupt, SystemExit])
def test_stopping_stops_the_step_too(stopped, monkeypatch):
    """Ctrl-C and a request to end leave no process behind, even one that the terminal did not reach."""

    def stop(number, frame):
        raise stopped

    monkeypatch.setattr("citeglot.steps.PATIENCE", 0.2)
    before = signal.signal(signal.SIGALRM, stop)
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(stopped):
            wait(process)
        assert process.returncode == -signal.SIGTERM
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        process.kill()
