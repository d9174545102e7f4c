import { describe, expect, it } from 'vitest';
import type { Manifest } from '@/lib/model/manifest';
import {
  GPU_GRAPHS,
  hasGpuGraphs,
  parseManifest,
  REQUIRED_GRAPHS,
} from '@/lib/model/parse-manifest';
import { NANO } from './dims';

const SHA = 'a'.repeat(64);

function manifest(): Manifest {
  const graph = (name: string) => ({
    file: `${name}.onnx`,
    bytes: 10,
    sha256: SHA,
    inputs: [{ name: 'tokens', type: 'int64' as const, shape: ['B', 4] }],
    outputs: [{ name: 'picks', type: 'int64' as const, shape: ['B', 4] }],
  });
  return {
    schema: 1,
    id: 'nano-b4',
    architecture: 'block',
    dims: { ...NANO },
    parameters: 1000,
    numberType: 'float32',
    tokenizer: { file: 'tokenizer.json', bytes: 10, sha256: SHA, padId: 0, endId: 1 },
    weights: {
      file: 'weights.bin',
      bytes: 200,
      sha256: SHA,
      type: 'float16',
      tensors: { head: { shape: [10, 10], offset: 0, bytes: 200 } },
    },
    graphs: Object.fromEntries(
      [...REQUIRED_GRAPHS.block, ...GPU_GRAPHS.block].map((name) => [name, graph(name)]),
    ),
    training: { tokensSeen: 1, text: '', command: '', curve: [], sources: [] },
    scores: [],
  };
}

const changed = (change: (manifest: Manifest) => void) => {
  const copy = structuredClone(manifest());
  change(copy);
  return copy;
};

describe('parseManifest', () => {
  it('takes a sound manifest as text or as JSON', () => {
    expect(parseManifest(manifest())).toEqual(manifest());
    expect(parseManifest(JSON.stringify(manifest()))).toEqual(manifest());
  });

  it.each([
    [2, 'version 2'],
    ['1', 'no version'],
    [undefined, 'no version'],
  ])('says which version it reads when it meets %j', (schema, found) => {
    expect(() => parseManifest({ ...manifest(), schema })).toThrowError(
      expect.objectContaining({
        code: 'model-version',
        message: `The model's manifest has ${found} and this app reads version 1: export the model again or update the app.`,
      }),
    );
  });

  it('says what a value should be and what it is', () => {
    const wide = { ...manifest(), dims: { ...NANO, width: 'wide' } };
    expect(() => parseManifest(wide)).toThrowError(
      "The model's manifest cannot be used: dims.width: invalid input: expected number, received string.",
    );
  });

  const damage: [string, unknown, RegExp][] = [
    ['no JSON', '{', /not JSON\./],
    ['no object', 'null', /not a JSON object\./],
    ['a missing field', { schema: 1 }, /: id: /],
    [
      'widths that do not fit',
      changed((m) => {
        m.dims.heads = 5;
      }),
      /heads × headWidth/,
    ],
    [
      'a context of no whole blocks',
      changed((m) => {
        m.dims.contextLength = 255;
      }),
      /multiple/,
    ],
    [
      'a path as file name',
      changed((m) => {
        m.weights.file = '../x';
      }),
      /weights\.file: must be/,
    ],
    [
      'a bad digest',
      changed((m) => {
        m.tokenizer.sha256 = 'x';
      }),
      /64 hexadecimal/,
    ],
    [
      'no step graph',
      changed((m) => {
        delete m.graphs.step;
      }),
      /the graph step is missing/,
    ],
    [
      'half of the GPU graphs',
      changed((m) => {
        delete m.graphs['gpu-step-cut'];
      }),
      /not all of/,
    ],
    [
      'pad as end',
      changed((m) => {
        m.tokenizer.endId = 0;
      }),
      /padId and endId/,
    ],
    [
      'end outside',
      changed((m) => {
        m.tokenizer.endId = 512;
      }),
      /padId and endId/,
    ],
    [
      'no token decoder',
      changed((m) => {
        m.dims.tokenLayers = 0;
      }),
      /tokenLayers/,
    ],
    [
      'flat with blocks',
      changed((m) => {
        m.architecture = 'flat';
      }),
      /flat model has/,
    ],
    [
      'odd rotary',
      changed((m) => {
        m.dims.rotaryDims = 3;
      }),
      /rotaryDims/,
    ],
    [
      'a tensor outside',
      changed((m) => {
        m.weights.bytes = 199;
      }),
      /tensor head lies outside/,
    ],
    [
      'a tensor of wrong size',
      changed((m) => {
        m.weights.tensors.head = { shape: [3], offset: 0, bytes: 12 };
      }),
      /bytes of tensor head/,
    ],
  ];

  it.each(damage)('refuses %s in one sentence', (_, source, pattern) => {
    let message = '';
    expect(() => {
      try {
        parseManifest(source);
      } catch (error) {
        message = (error as Error).message;
        throw error;
      }
    }).toThrowError(expect.objectContaining({ name: 'ModelError', code: 'model-damaged' }));
    expect(message).toMatch(pattern);
    expect(message.split('\n')).toHaveLength(1);
  });

  it('does without GPU graphs, and says so', () => {
    const without = changed((m) => {
      for (const name of GPU_GRAPHS.block) delete m.graphs[name];
    });
    expect(hasGpuGraphs(parseManifest(without))).toBe(false);
    expect(hasGpuGraphs(parseManifest(manifest()))).toBe(true);
  });

  describe('of a flat model', () => {
    const flat = (graphs: readonly string[]) =>
      changed((m) => {
        const [graph] = Object.values(m.graphs);
        if (!graph) throw new Error('no graph');
        m.architecture = 'flat';
        m.dims = { ...m.dims, tokenLayers: 0, blockLength: 1, prefixLength: 0 };
        m.graphs = Object.fromEntries(graphs.map((name) => [name, graph]));
      });
    const all = [...REQUIRED_GRAPHS.flat, ...GPU_GRAPHS.flat];

    it('takes all graphs, or those for WASM alone', () => {
      expect(hasGpuGraphs(parseManifest(flat(all)))).toBe(true);
      expect(hasGpuGraphs(parseManifest(flat(REQUIRED_GRAPHS.flat)))).toBe(false);
    });

    it.each(all)('misses %s', (name) => {
      expect(() => parseManifest(flat(all.filter((other) => other !== name)))).toThrowError(
        name.startsWith('gpu-') ? /but not all of/ : `the graph ${name} is missing`,
      );
    });
  });
});
