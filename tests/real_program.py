"""Programs in processes of their own, for what ends with a process."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TIME = 300.0
"""Seconds after which a program has hung."""

PROGRAM = """
import asyncio, os, sys, threading, time
from shell import App, Options, Plugin

app = App("com.example.ending", frontend="web", grace_period=0.3)
busy = asyncio.Event()

def say(text):
    print(text, flush=True)

async def call(command):
    await app.windows["main"].eval(f"void shell.invoke('{command}')")

def task(work):
    tasks.append(asyncio.get_running_loop().create_task(work))

tasks = []
{part}
code = app.run(Options(headless=True, no_sandbox=True))
say("after")
raise SystemExit(code)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a program is, with its page."""
    (tmp_path / "web").mkdir()
    (tmp_path / "web" / "index.html").write_text("<!doctype html><title>page</title>", encoding="utf-8")
    return tmp_path


def write(folder: Path, part: str) -> list[str]:
    """Write a program; returns what starts it."""
    program = folder / "program.py"
    program.write_text(PROGRAM.replace("{part}", textwrap.dedent(part)), encoding="utf-8")
    return [sys.executable, str(program)]


def run(folder: Path, part: str) -> "subprocess.CompletedProcess[str]":
    """Run a program to its end."""
    return subprocess.run(
        write(folder, part), env=environment(), capture_output=True, text=True, timeout=TIME, check=False
    )


OF_QT = ("QRhiWidget: ", "GPUInfo not initialized on GpuInfoUpdate")
"""How lines begin that Qt says of off screen, the second when a program has ended before Chromium had begun."""


def said(errors: str) -> str:
    """What a program itself said on standard error."""
    return "".join(line for line in errors.splitlines(keepends=True) if not line.startswith(OF_QT))


def log(ended: "subprocess.CompletedProcess[str]") -> list[str]:
    """What a program said on standard error, line by line."""
    return said(ended.stderr).splitlines()


def environment() -> dict[str, str]:
    """That of a program."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
