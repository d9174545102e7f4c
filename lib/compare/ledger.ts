import { surprise } from '@/lib/model/softmax';
import { tokenWork, type WorkModel } from '@/lib/model/work';
import { FlatTrace } from '@/lib/trace/flat-trace';
import { keptWork } from './kept-work';
import { idAt, logitsAt, padsOf, promptTokensOf, runAt, textTokensOf } from './text-trace';
import type { LaneTrace, TokenWork } from './types';

/** What adds up from token to token. */
const SUMMED = ['keysRead', 'kvBytesRead', 'multiplyAdds', 'ms', 'surprise'] as const;
type Summed = (typeof SUMMED)[number];

/**
 * The written tokens of one run and the running sums of what they cost: each token is read once, when it is first asked for, so a
 * cursor that moves with every frame costs nothing. What is written never changes.
 */
class Ledger {
  /** Text tokens that were read, the prompt's included. */
  private known: number;
  private readonly first: number;
  private readonly bits: number[] = [];
  /** Entry i sums over the first i written tokens. */
  private readonly sums: Record<Summed, number[]>;

  constructor(private readonly trace: LaneTrace) {
    this.first = promptTokensOf(trace);
    this.known = this.first;
    const empty = SUMMED.map((name) => [name, [0]]);
    this.sums = Object.fromEntries(empty) as Record<Summed, number[]>;
  }

  /** Bits of text token `token`; null in the prompt. */
  surpriseOf(token: number): number | null {
    this.read(token);
    return this.bits[token - this.first] ?? null;
  }

  /** Sum over the written tokens up to `token`, it included. */
  sum(name: Summed, token: number): number {
    this.read(token);
    return this.sums[name][Math.max(0, token + 1 - this.first)] ?? 0;
  }

  private read(token: number): void {
    const { trace, sums } = this;
    for (; this.known <= token; this.known += 1) {
      const work = workAt(trace, this.known);
      const run = runAt(trace, this.known);
      const logits = logitsAt(trace, this.known);
      const bits = logits ? surprise(logits, idAt(trace, this.known)) : 0;
      this.bits.push(bits);
      const costs = { ...work, ms: run ? run.ms / run.tokens : 0, surprise: bits };
      for (const name of SUMMED) sums[name].push((sums[name].at(-1) ?? 0) + costs[name]);
    }
  }
}

const ledgers = new WeakMap<LaneTrace, Ledger>();

/** The ledger of a run. */
export function ledgerOf(trace: LaneTrace): Ledger {
  let ledger = ledgers.get(trace);
  if (!ledger) {
    ledger = new Ledger(trace);
    ledgers.set(trace, ledger);
  }
  return ledger;
}

/** A token's share of its run's work. Derived; keys and bytes of a changed cache as the engine counted. */
export function workAt(trace: LaneTrace, token: number): TokenWork {
  const kept = trace instanceof FlatTrace ? trace.kept(token - 1) : null;
  if (trace instanceof FlatTrace && kept) return keptWork(trace, kept, token);
  return tokenWork(modelOf(trace), token + padsOf(trace)).total;
}

/** What a run's work depends on. */
export function modelOf(trace: LaneTrace): WorkModel {
  const { architecture, dims } = trace.header.model;
  return { architecture, dims };
}

/** Throws RangeError for a text token that is not known. */
export function checkToken(trace: LaneTrace, token: number): void {
  const known = textTokensOf(trace);
  if (!(Number.isInteger(token) && token >= 0 && token < known)) {
    throw new RangeError(`text token ${token} is outside 0 … ${known - 1}`);
  }
}
