import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { readTrace, readTraceFile, TraceFileError, writeTrace } from '@/lib/trace/file';
import { TraceRecorder } from '@/lib/trace/recorder';
import type { Trace } from '@/lib/trace/trace';
import { jsonOf, withJson, withNumber } from './edit-file';
import { branchHeader, DIMS, END, header, prefill, prompt, recorded, step } from './synthetic';

/** Everything a reader can ask of a trace. */
function contents(trace: Trace): unknown {
  const blocks = Array.from({ length: trace.blocks + 1 }, (_, block) => block);
  const maps = (layers: number, read: (layer: number, head: number) => unknown) =>
    Array.from({ length: layers * DIMS.heads }, (_, i) =>
      read(Math.floor(i / DIMS.heads), i % DIMS.heads),
    );
  return {
    header: trace.header,
    forced: Array.from(trace.tokens, (_, index) => trace.isForced(index)),
    pads: trace.pads,
    promptBlocks: trace.promptBlocks,
    tokens: trace.tokens,
    end: trace.end,
    discardedFrom: trace.discardedFrom,
    rows: trace.rows,
    prefillMs: trace.prefillMs,
    global: blocks
      .filter((block) => block < trace.rows)
      .map((block) => maps(DIMS.blockLayers, (l, h) => trace.globalRow(block, l, h))),
    perBlock: blocks.map((block) => [
      trace.context(block),
      trace.kvNorms(block),
      trace.prefixes(block),
      trace.stepMs(block),
      maps(DIMS.tokenLayers, (l, h) => trace.localMap(block, l, h)),
      [0, 1, 2, 3].map((slot) => trace.logits(block, slot)),
    ]),
  };
}

function ended(): Trace {
  const recorder = recorded(3, 1);
  recorder.appendStep(step(4, [7, END, 3, 2]));
  recorder.finish('end-of-text', 18);
  return recorder.trace;
}

/** A branch at slot 2 of block 3 of `ended()`, its block not yet written. */
function branched(): TraceRecorder {
  const parent = ended();
  return TraceRecorder.branch(parent, 14, branchHeader(parent, 14));
}

function withBranchWritten(): Trace {
  const recorder = branched();
  recorder.appendStep({ ...step(3, [2, 3, 9, 8]), forced: [true, true, true, false] });
  return recorder.trace;
}

describe('a trace file', () => {
  const before = new TraceRecorder(header(), prompt(2));
  const single = new TraceRecorder(header(), prompt(1));
  single.appendStep(step(1));
  const full = new TraceRecorder(header(), prompt(6));
  full.appendPrefill(prefill(6));
  full.finish('context-full');
  const traces: [string, Trace][] = [
    ['with discarded tokens', ended()],
    ['still running', recorded(2, 3).trace],
    ['before the prefill', before.trace],
    ['of a prompt of one block', single.trace],
    ['of a prompt that fills the context', full.trace],
    ['of a full context', recorded(1, 5).trace],
    ['of a branch', withBranchWritten()],
    ['of a branch before its first block', branched().trace],
  ];

  it.each(traces)('comes back exactly: %s', (_, trace) => {
    const bytes = writeTrace(trace);
    expect(contents(readTrace(bytes))).toEqual(contents(trace));
    expect(writeTrace(readTrace(bytes))).toEqual(bytes);
  });

  it('comes back from any address in memory', () => {
    const bytes = writeTrace(ended());
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(contents(readTrace(shifted.subarray(3)))).toEqual(contents(ended()));
  });

  it('comes back from a Node Buffer, and keeps no hold of it', () => {
    const buffer = Buffer.from(writeTrace(ended()));
    const trace = readTrace(buffer);
    buffer.fill(0);
    expect(contents(trace)).toEqual(contents(ended()));
  });

  it('starts as documented', () => {
    const bytes = writeTrace(ended());
    expect(new TextDecoder().decode(bytes.subarray(0, 8))).toBe('BSCTRACE');
    const length = new DataView(bytes.buffer).getUint32(8, true);
    expect(length % 4).toBe(0);
    const json = jsonOf(bytes);
    expect(json).not.toHaveProperty('bookmarks');
    expect(json).toMatchObject({
      format: 'blockscope-trace',
      version: 2,
      id: '0'.repeat(32),
      branch: null,
      prompt: 'Öl 🙂',
      counts: { pads: 3, promptBlocks: 3, rows: 4, steps: 2, prefillMs: 2.5 },
      arrays: [
        { name: 'tokens', type: 'int32', shape: [20] },
        { name: 'global_attention', type: 'float32', shape: [60] },
        { name: 'contexts', type: 'float32', shape: [4, 6] },
        { name: 'kv_norms', type: 'float32', shape: [4, 2, 2, 3] },
        { name: 'local_attention', type: 'float32', shape: [2, 1, 3, 5, 5] },
        { name: 'logits', type: 'float32', shape: [2, 4, 11] },
        { name: 'prefixes', type: 'float32', shape: [2, 2, 6] },
        { name: 'forced', type: 'int32', shape: [2, 4] },
        { name: 'step_ms', type: 'float32', shape: [2] },
      ],
    });
    const numbers = 20 + 60 + 24 + 48 + 150 + 88 + 24 + 8 + 2;
    expect(bytes.length).toBe(12 + length + 4 * numbers);
  });
});

describe('a compact trace file', () => {
  const trace = ended();
  const bytes = writeTrace(trace, { compact: true });

  it('rounds the logits to half precision and nothing else', () => {
    const back = readTrace(bytes);
    for (const block of [3, 4]) {
      for (const slot of [0, 1, 2, 3]) {
        const exact = trace.logits(block, slot) ?? [];
        const rounded = back.logits(block, slot) ?? [];
        expect(rounded).toHaveLength(DIMS.vocabulary);
        exact.forEach((logit, i) => {
          // Half an ulp of numbers below 0.5, which these are.
          expect(Math.abs((rounded[i] ?? Number.NaN) - logit)).toBeLessThanOrEqual(2 ** -13);
        });
      }
    }
    expect(back.logits(3, 0)).not.toEqual(trace.logits(3, 0));
    expect(withoutLogits(back)).toEqual(withoutLogits(trace));
  });

  it('is shorter by two bytes a logit, says so, and comes back exactly from then on', () => {
    const type = (json: Record<string, unknown>) =>
      (json.arrays as { name: string; type: string }[]).find(({ name }) => name === 'logits')?.type;
    expect(type(jsonOf(bytes))).toBe('float16');
    expect(type(jsonOf(writeTrace(trace)))).toBe('float32');
    expect(writeTrace(trace).length - bytes.length).toBe(2 * 88);
    expect(writeTrace(readTrace(bytes), { compact: true })).toEqual(bytes);
  });

  it('refuses logits beyond half precision when written, and NaN when read', () => {
    const recorder = recorded(2, 0);
    recorder.appendStep({ ...step(2), logits: step(2).logits.with(5, 70_000) });
    expect(() => writeTrace(recorder.trace, { compact: true })).toThrow(/70000 does not fit/);
    const length = new DataView(bytes.buffer).getUint32(8, true);
    const logits = 12 + length + 4 * (20 + 60 + 24 + 48 + 150);
    const bad = bytes.slice();
    new DataView(bad.buffer).setUint16(logits + 2, 0x7e00, true);
    expect(() => readTrace(bad)).toThrow(/logits\[1\] is NaN/);
  });
});

function withoutLogits(trace: Trace): unknown {
  const { perBlock, ...rest } = contents(trace) as { perBlock: unknown[][] };
  return [rest, perBlock.map((parts) => parts.slice(0, -1))];
}

describe('bookmarks in a trace file', () => {
  const schema = z.array(z.object({ name: z.string() }));
  const bookmarks = [{ name: 'one' }, { name: 'zwei' }];

  it('come back beside the same trace, and are passed over where they are not asked for', () => {
    const bytes = writeTrace(ended(), { bookmarks });
    const back = readTraceFile(bytes, schema);
    expect(back.bookmarks).toEqual(bookmarks);
    expect(contents(back.trace)).toEqual(contents(ended()));
    expect(writeTrace(back.trace, { bookmarks })).toEqual(bytes);
    expect(contents(readTrace(bytes))).toEqual(contents(ended()));
  });

  it('are null where there are none', () => {
    expect(readTraceFile(writeTrace(ended()), schema).bookmarks).toBeNull();
    expect(writeTrace(ended(), { bookmarks: [] })).toEqual(writeTrace(ended()));
  });

  it('are refused in one sentence where they are damaged, and too many for a header', () => {
    const bytes = writeTrace(ended(), { bookmarks: [{ name: 7 }] });
    expect(() => readTraceFile(bytes, schema)).toThrow(/damaged: bookmarks\.0\.name/);
    const long = { name: 'x'.repeat(2 ** 22) };
    expect(() => writeTrace(ended(), { bookmarks: [long] })).toThrow(RangeError);
  });
});

describe('a trace as a record', () => {
  it('says so, but for made-up numbers', () => {
    const recorder = new TraceRecorder({ ...header(), provenance: 'measured' }, prompt(2));
    expect(recorder.trace.asRecord().header.provenance).toBe('recorded');
    expect(ended().asRecord().header.provenance).toBe('synthetic');
    expect(contents(ended().asRecord())).toEqual(contents(ended()));
  });

  it('has an end, and does not grow with the run that goes on', () => {
    const recorder = recorded(2, 1);
    const record = recorder.trace.asRecord();
    recorder.appendStep(step(3));
    expect(record.end).toEqual({ reason: 'stopped', length: 12 });
    expect([record.length, record.rows]).toEqual([12, 2]);
    expect(recorder.trace.end).toBeNull();
    const whole = { ...(contents(record) as object), end: null };
    expect(whole).toEqual(contents(recorded(2, 1).trace));
  });
});

describe('readTrace', () => {
  const good = writeTrace(ended());
  type Json = Record<string, never> & { counts: Record<string, unknown> };
  const withField = (change: (json: Json) => void) =>
    withJson(good, (json) => change(json as Json));

  const bad: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /is not a Blockscope trace\.$/],
    [
      'another file',
      new TextEncoder().encode('{"hello": "world"}'),
      /is not a Blockscope trace\.$/,
    ],
    ['a cut header', good.subarray(0, 40), /cut short: its header/],
    ['a cut array', good.subarray(0, good.length - 4), /cut short: it has \d+ bytes and should/],
    ['bytes too many', Uint8Array.from([...good, 0, 0, 0, 0]), /too long/],
    ['no JSON', good.slice().fill(0x7b, 12, 20), /not JSON/],
    [
      'another version',
      withField((j) => Object.assign(j, { version: 1 })),
      /has version 1 and this app reads version 2: record it again/,
    ],
    ['a bad header', withField((j) => Object.assign(j, { backend: '' })), /damaged: backend/],
    ['no counts', withField((j) => Object.assign(j, { counts: null })), /damaged: counts/],
    [
      'counts that fit no arrays',
      withField((j) => {
        j.counts.steps = 1;
      }),
      /arrays do not fit/,
    ],
    [
      'counts beyond the context',
      withField((j) => {
        j.counts.steps = 9;
      }),
      /counts do not fit/,
    ],
    [
      'rows without a prefill',
      withField((j) => {
        j.counts.prefillMs = null;
      }),
      /counts do not/,
    ],
    [
      'wrong pads',
      withField((j) => {
        j.counts.pads = 2;
      }),
      /prompt token 2 is 0/,
    ],
    [
      'an end outside',
      withField((j) => {
        j.counts.end = { reason: 'length', length: 21 };
      }),
      /an end at 21/,
    ],
    ['NaN', withNumber(good, 20, Number.NaN), /globalAttention\[0\] is NaN/],
    [
      'a row that does not sum to 1',
      withNumber(good, 20, 0.5),
      /global row 0, layer 0, head 0 does not/,
    ],
    ['a token outside', withNumber(good, 5, 1), /prompt token 5/],
    ['a norm below zero', withNumber(good, 20 + 60 + 24, -1), /kvNorms\[0\] is -1/],
    [
      'a flag that is none',
      withNumber(good, 20 + 60 + 24 + 48 + 150 + 88 + 24, 1),
      /forced\[0\] is/,
    ],
    ['an id of another kind', withField((j) => Object.assign(j, { id: 'abc' })), /damaged: id/],
    [
      'a branch inside the prompt',
      withField((j) => Object.assign(j, { branch: { parent: '1'.repeat(32), at: 11 } })),
      /its branch does not fit/,
    ],
    [
      'a branch at a token that was drawn',
      withField((j) => Object.assign(j, { branch: { parent: '1'.repeat(32), at: 14 } })),
      /its branch does not fit/,
    ],
    [
      'a branch beyond the next block',
      withField((j) => Object.assign(j, { branch: { parent: '1'.repeat(32), at: 24 } })),
      /its branch does not fit/,
    ],
  ];

  it.each(bad)('refuses %s in one sentence', (_, bytes, message) => {
    let caught: unknown;
    try {
      readTrace(bytes);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(TraceFileError);
    expect((caught as Error).message).toMatch(message);
    expect((caught as Error).message).toMatch(/^The [^\n]*[^.]\.$/);
  });
});
