"""Training in slices with a warm-up, a constant rate and short decays (WSD).

``python -m blockscope_training.train --model ID --prepared DIR --tokenizer FILE --run DIR --phase SPEC --minutes M``

A slice goes on at the constant rate from ``RUN/state.pt``, saves it, then branches into a decay to zero whose weights,
rounded to fp16, become ``RUN/weights.bin`` and ``weights.json``. The next slice goes on from before the decay. A killed run
loses at most a few minutes; SIGTERM saves and ends cleanly. Without ``state.pt`` a run can start from ``--from-weights``.
"""

from __future__ import annotations

import argparse
import copy
import datetime
import io
import json
import math
import shlex
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .checkpoint import load_weights, save_weights, write_atomically
from .command import BadInput, run
from .config import ModelConfig, load_config
from .evaluate import score
from .model import build_model
from .optim import make_optimizers, set_rate
from .packing import Mixture, Phase, Source, load_split, parse_phase
from .tokenizer import load_tokenizer, token_bytes

WARM_UP_STEPS = 100
VALIDATION_TOKENS = 40_000
VALIDATION_SOURCES = ("modern-stories", "childrens-books")


@dataclass
class Settings:
    """What a run is trained with; one record a process."""

    batch_tokens: int = 8192
    table_rate: float = 3e-3
    matrix_rate: float = 0.02
    weight_decay: float = 0.1
    seed: int = 1
    half: bool = True
    compile: bool = True
    report_minutes: float = 6.0


def batch_loss(model: nn.Module, config: ModelConfig, ids: Tensor, half: bool) -> Tensor:
    """Flat mean of the cross-entropy, in fp32, over every real target in ``ids [B, n]``; pads are no targets."""
    with torch.autocast(ids.device.type, dtype=torch.bfloat16, enabled=half):
        logits = model(ids)
    first = config.block_length if config.architecture == "block" else 1
    targets = ids[:, first:]
    logits = logits[:, : targets.shape[1]]
    return F.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=config.pad_id)


class Trainer:
    """Model, optimizers, data position and learning curve of one run."""

    def __init__(self, config: ModelConfig, mixture: Mixture, settings: Settings) -> None:
        torch.manual_seed(settings.seed)
        self.config, self.mixture, self.settings = config, mixture, settings
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model = build_model(config).to(self.device)
        self.optimizers = make_optimizers(
            self.model, settings.table_rate, settings.matrix_rate, settings.weight_decay
        )
        self.tokens_seen = 0
        self.steps_since_start = 0
        self.curve: list[list[float | None]] = []
        self.commands: list[str] = []
        self.windows = max(1, settings.batch_tokens // config.context_length)
        # torch 1.13, the oldest supported, has no compiler.
        compiled = settings.compile and hasattr(torch, "compile")
        if compiled:
            from torch import _dynamo

            # Where no C++ compiler is installed, run uncompiled rather than stop.
            _dynamo.config.suppress_errors = True
        self._loss: Callable[..., Tensor] = torch.compile(batch_loss) if compiled else batch_loss

    def step(self, decay: float = 1.0) -> float:
        """One update at ``decay`` times the full rate (times the warm-up); the batch's loss."""
        ids = torch.from_numpy(self.mixture.batch(self.windows, self.tokens_seen)).to(self.device)
        half = self.settings.half
        loss = self._loss(self.model, self.config, ids, half)
        loss.backward()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.steps_since_start += 1
        set_rate(self.optimizers, decay * min(1.0, self.steps_since_start / WARM_UP_STEPS))
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        self.tokens_seen += ids.numel()
        return loss.item()

    def state(self) -> dict[str, Any]:
        """Everything that resuming needs."""
        return {
            "config": self.config.to_dict(),
            "model": self.model.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in self.optimizers],
            "tokens_seen": self.tokens_seen,
            "steps_since_start": self.steps_since_start,
            "windows": dict(self.mixture.state),
            "curve": self.curve,
            "commands": self.commands,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Go back to ``state``. Rates are this process's, not the saved ones. Raises ``ValueError`` for another model."""
        if state["config"] != self.config.to_dict():
            raise ValueError(f"the saved state is of another model than {self.config.id}")
        self.model.load_state_dict(state["model"])
        bases = [[group["base"] for group in optimizer.param_groups] for optimizer in self.optimizers]
        for optimizer, saved, base in zip(self.optimizers, state["optimizers"], bases):
            optimizer.load_state_dict(copy.deepcopy(saved))
            for group, rate in zip(optimizer.param_groups, base):
                group["base"] = rate
        self.tokens_seen = state["tokens_seen"]
        self.steps_since_start = state["steps_since_start"]
        self.mixture.state.update(state["windows"])
        self.curve = [list(row) for row in state["curve"]]
        self.commands = list(state.get("commands", []))


@dataclass
class Run:
    """A trainer at work in a folder: clock, reports, checkpoints."""

    trainer: Trainer
    directory: Path
    validation: dict[str, list[list[int]]]
    bytes_of: list[bytes]
    meta: dict[str, Any]
    stopped: bool = False
    losses: list[float] = field(default_factory=list)

    def save_state(self) -> None:
        """Write ``state.pt`` atomically."""
        buffer = io.BytesIO()
        torch.save(self.trainer.state(), buffer)
        write_atomically(self.directory / "state.pt", buffer.getvalue())

    def report(self) -> None:
        """Append a curve point ``[tokens, training loss, stories bits a byte, books bits a byte]`` and print it."""
        trainer = self.trainer
        trainer.model.eval()
        bits: list[float | None] = []
        for name in VALIDATION_SOURCES:
            documents = self.validation.get(name)
            with torch.autocast(trainer.device.type, dtype=torch.bfloat16, enabled=trainer.settings.half):
                value = score(trainer.model, trainer.config, documents, self.bytes_of) if documents else None
            bits.append(round(value.bits_per_byte, 4) if value else None)
        trainer.model.train()
        loss = round(sum(self.losses) / len(self.losses), 4) if self.losses else None
        self.losses.clear()
        trainer.curve.append([trainer.tokens_seen, loss, *bits])
        log(f"tokens {trainer.tokens_seen:,} loss {loss} stories {bits[0]} books {bits[1]}")

    def steps(self, seconds: float, tokens: float, decay: bool, checkpoint: bool) -> None:
        """Update until ``seconds`` or ``tokens`` are used up or a stop is asked for; in a ``decay`` the rate falls to zero.

        The decay follows whichever budget is nearer its end, so it ends well on a machine that slows down.
        """
        trainer = self.trainer
        began, first_token = time.monotonic(), trainer.tokens_seen
        reported, spoken = began, began
        while not self.stopped:
            now = time.monotonic()
            used = max((now - began) / seconds, (trainer.tokens_seen - first_token) / tokens)
            if used >= 1:
                return
            self.losses.append(trainer.step(1 - used if decay else 1.0))
            if now - spoken > 30:
                rate = (trainer.tokens_seen - first_token) / (now - began)
                recent = self.losses[-20:]
                log(f"  {trainer.tokens_seen:,} tokens, loss {sum(recent) / len(recent):.3f}, {rate:,.0f} tokens/s")
                spoken = now
            if now - reported > trainer.settings.report_minutes * 60:
                self.report()
                if checkpoint:
                    self.save_state()
                reported = time.monotonic()

    def slice(self, seconds: float, tokens: float, decay_share: float) -> None:
        """One slice: constant rate, state, decay, weights; then back to the state before the decay."""
        self.steps(seconds * (1 - decay_share), tokens * (1 - decay_share), decay=False, checkpoint=True)
        self.save_state()
        if self.stopped:
            return
        log(f"decay from {self.trainer.tokens_seen:,} tokens")
        before = copy.deepcopy(self.trainer.state())
        self.steps(seconds * decay_share, tokens * decay_share, decay=True, checkpoint=False)
        self.report()
        meta = {**self.meta, "tokensSeen": self.trainer.tokens_seen, "curve": self.trainer.curve}
        save_weights(self.directory, self.trainer.model.state_dict(), meta)
        log(f"weights of {self.trainer.tokens_seen:,} tokens written to {self.directory}")
        self.trainer.restore(before)


def log(text: str) -> None:
    """One time-stamped line on stderr."""
    print(f"{datetime.datetime.now():%H:%M:%S} {text}", file=sys.stderr, flush=True)


def seconds_until(clock: str) -> float:
    """Seconds from now to the next ``HH:MM``."""
    try:
        hour, minute = map(int, clock.split(":"))
        now = datetime.datetime.now()
        then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    except ValueError:
        raise BadInput(f"--until takes HH:MM, not {clock!r}") from None
    seconds = (then - now).total_seconds() % 86_400
    if seconds > 43_200:
        raise BadInput(f"{clock} has passed")
    return seconds


def held_out(prepared: Path, name: str, window: int) -> list[list[int]]:
    """Validation documents of a source, the start of each, about ``VALIDATION_TOKENS`` tokens in all."""
    tokens, ends = load_split(prepared, name, "validation")
    starts = [0, *ends[:-1].tolist()]
    room = max(window, VALIDATION_TOKENS // max(1, len(ends)) // window * window)
    documents = [tokens[start : min(end, start + room)].tolist() for start, end in zip(starts, ends.tolist())]
    return documents[: max(1, VALIDATION_TOKENS * len(documents) // max(1, sum(map(len, documents))))]


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m blockscope_training.train", description="Train a model.")
    parser.add_argument("--model", required=True, help="model id, or a JSON file with its dimensions")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that prepare wrote")
    parser.add_argument("--tokenizer", type=Path, required=True, help="tokenizer JSON file")
    parser.add_argument("--run", type=Path, required=True, help="folder for state and weights")
    parser.add_argument("--phase", action="append", required=True, help="TOKENS:NAME=WEIGHT,... ; repeat, in order")
    parser.add_argument("--minutes", type=float, default=math.inf, help="length of a slice")
    parser.add_argument("--tokens", type=float, default=math.inf, help="length of a slice in tokens")
    parser.add_argument("--slices", type=int, default=1, help="slices to run one after another")
    parser.add_argument("--until", help="HH:MM by which the last weights must be written; slices share the time")
    parser.add_argument("--decay", type=float, default=0.12, help="share of a slice spent in its decay")
    parser.add_argument("--from-weights", type=Path, help="folder of fp16 weights to start from")
    parser.add_argument("--batch-tokens", type=int, default=Settings.batch_tokens)
    parser.add_argument("--table-rate", type=float, default=Settings.table_rate, help="AdamW's rate")
    parser.add_argument("--matrix-rate", type=float, default=Settings.matrix_rate, help="Muon's rate")
    parser.add_argument("--seed", type=int, default=Settings.seed)
    parser.add_argument("--no-compile", action="store_true", help="run uncompiled")
    parser.add_argument("--fp32", action="store_true", help="no bf16 autocast")
    return parser


def train(options: Sequence[str]) -> bool:
    """Train as the command line ``options`` say; whether it went to its end, instead of being stopped.

    Raises ``BadInput``, ``OSError``, ``KeyError`` or ``ValueError`` where the options or their files are unfit.
    """
    arguments = build_parser().parse_args(options)
    if not 0 < arguments.decay < 1:
        raise BadInput(f"--decay is a share between 0 and 1, not {arguments.decay}")
    if math.isinf(arguments.minutes) and math.isinf(arguments.tokens) and not arguments.until:
        raise BadInput("give --minutes, --tokens or --until")
    config = load_config(arguments.model)
    tokenizer = load_tokenizer(arguments.tokenizer)
    prepared = json.loads((arguments.prepared / "prepared.json").read_text("utf-8"))
    if tokenizer.get_vocab_size() != config.vocabulary:
        raise BadInput(f"{arguments.tokenizer} has {tokenizer.get_vocab_size()} entries, {config.id} {config.vocabulary}")
    phases: list[Phase] = [parse_phase(text) for text in arguments.phase]
    names = sorted({name for phase in phases for name in phase.weights})
    sources = {
        name: Source(*load_split(arguments.prepared, name, "training"), config, arguments.seed) for name in names
    }
    settings = Settings(
        batch_tokens=arguments.batch_tokens,
        table_rate=arguments.table_rate,
        matrix_rate=arguments.matrix_rate,
        seed=arguments.seed,
        half=not arguments.fp32,
        compile=not arguments.no_compile,
    )
    trainer = Trainer(config, Mixture(sources, phases, arguments.seed), settings)
    arguments.run.mkdir(parents=True, exist_ok=True)
    state_file = arguments.run / "state.pt"
    if state_file.exists():
        trainer.restore(torch.load(state_file, map_location=trainer.device))
        log(f"going on from {trainer.tokens_seen:,} tokens")
    elif arguments.from_weights:
        weights, meta = load_weights(arguments.from_weights)
        trainer.model.load_state_dict(weights)
        trainer.tokens_seen, trainer.curve = meta["tokensSeen"], meta["curve"]
        trainer.commands = meta["command"].splitlines()
        log(f"starting from weights of {trainer.tokens_seen:,} tokens")
    validation = {
        name: held_out(arguments.prepared, name, config.context_length - 8)
        for name in VALIDATION_SOURCES
        if name in prepared["sources"]
    }
    trainer.commands.append(f"python -m blockscope_training.train {shlex.join(options)}  # from {trainer.tokens_seen:,} tokens")
    meta = {"model": config.id, "config": config.to_dict(), "command": "\n".join(trainer.commands), "data": prepared}
    work = Run(trainer, arguments.run, validation, token_bytes(tokenizer), meta)

    def stop(signum: int, frame: object) -> None:
        work.stopped = True

    previous = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        _run_slices(work, arguments)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
    return not work.stopped


def _run_slices(work: Run, arguments: argparse.Namespace) -> None:
    slices = arguments.slices
    # The clock time is fixed once, before the first slice; a minute is kept for the last scores and files.
    end = time.monotonic() + seconds_until(arguments.until) - 60 if arguments.until else math.inf
    for index in range(slices):
        seconds = arguments.minutes * 60
        if arguments.until:
            seconds = min(seconds, (end - time.monotonic()) / (slices - index))
        work.slice(max(seconds, 1.0), arguments.tokens, arguments.decay)
        if work.stopped:
            log("stopped; the state is saved")
            break


def main() -> None:
    """Command line."""
    train(sys.argv[1:])


if __name__ == "__main__":
    run(main)
