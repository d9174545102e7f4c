import { ModelError } from './errors';
import { MANIFEST_SCHEMA, type Manifest, manifestSchema } from './manifest';

/** Graphs without which a bundle cannot run. The `gpu-` graphs are extra; a bundle has all of them or none. */
export const REQUIRED_GRAPHS: Record<Manifest['architecture'], readonly string[]> = {
  block: ['prefill', 'prefill-quiet', 'step', 'step-cut', 'step-quiet'],
  flat: [
    'prefill',
    'prefill-quiet',
    'step',
    'step-cut',
    'step-quiet',
    'step-4',
    'step-4-cut',
    'step-4-quiet',
  ],
};

/** Graphs for WebGPU; a bundle without them runs on WASM only. */
export const GPU_GRAPHS: Record<Manifest['architecture'], readonly string[]> = {
  block: ['gpu-step', 'gpu-step-cut', 'gpu-step-quiet'],
  flat: [
    'gpu-step',
    'gpu-step-cut',
    'gpu-step-quiet',
    'gpu-step-4',
    'gpu-step-4-cut',
    'gpu-step-4-quiet',
  ],
};

/**
 * Checks a bundle's `manifest.json` (as text or already parsed) and gives it a type.
 *
 * @throws ModelError `model-version` for another schema version, `model-damaged` for everything else, in one sentence.
 */
export function parseManifest(source: unknown): Manifest {
  const json = typeof source === 'string' ? parseJson(source) : source;
  if (typeof json !== 'object' || json === null) throw damaged('it is not a JSON object');
  const schema = 'schema' in json ? json.schema : undefined;
  if (schema !== MANIFEST_SCHEMA) {
    const found = typeof schema === 'number' ? `version ${schema}` : 'no version';
    throw new ModelError(
      'model-version',
      `The model's manifest has ${found} and this app reads version ${MANIFEST_SCHEMA}: ` +
        'export the model again or update the app.',
    );
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.join('.');
    throw damaged(`${place ? `${place}: ` : ''}${lowerFirst(issue?.message ?? 'unknown')}`);
  }
  checkArchitecture(parsed.data);
  checkSpecialIds(parsed.data);
  checkGraphs(parsed.data);
  checkTensors(parsed.data);
  return parsed.data;
}

/** Whether the bundle carries the graphs that run on WebGPU. */
export function hasGpuGraphs({ architecture, graphs }: Manifest): boolean {
  return GPU_GRAPHS[architecture].every((name) => name in graphs);
}

function checkArchitecture({ architecture, dims }: Manifest): void {
  if (architecture === 'block' && (dims.tokenLayers < 1 || dims.prefixLength < 1)) {
    throw damaged('a block model needs tokenLayers and prefixLength of at least 1');
  }
  if (
    architecture === 'flat' &&
    (dims.tokenLayers !== 0 || dims.prefixLength !== 0 || dims.blockLength !== 1)
  ) {
    throw damaged('a flat model has tokenLayers 0, prefixLength 0 and blockLength 1');
  }
  if (dims.rotaryDims % 2 !== 0 || dims.rotaryDims > dims.headWidth) {
    throw damaged('rotaryDims must be even and at most headWidth');
  }
}

function checkSpecialIds({ tokenizer: { padId, endId }, dims }: Manifest): void {
  if (padId === endId || padId >= dims.vocabulary || endId >= dims.vocabulary) {
    throw damaged('padId and endId must differ and lie inside the vocabulary');
  }
}

function checkGraphs({ architecture, graphs }: Manifest): void {
  const missing = REQUIRED_GRAPHS[architecture].find((name) => !(name in graphs));
  if (missing) throw damaged(`the graph ${missing} is missing`);
  const wanted = GPU_GRAPHS[architecture];
  const gpu = wanted.filter((name) => name in graphs);
  if (gpu.length > 0 && gpu.length < wanted.length) {
    throw damaged(`it has the graph ${gpu[0]} but not all of ${wanted.join(', ')}`);
  }
}

function checkTensors({ weights }: Manifest): void {
  for (const [name, { shape, offset, bytes }] of Object.entries(weights.tensors)) {
    const size = 2 * shape.reduce((product, size) => product * size, 1);
    if (size !== bytes) throw damaged(`the bytes of tensor ${name} do not fit its shape`);
    if (offset + bytes > weights.bytes) throw damaged(`tensor ${name} lies outside the weights`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged('it is not JSON');
  }
}

function damaged(what: string): ModelError {
  return new ModelError('model-damaged', `The model's manifest cannot be used: ${what}.`);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
