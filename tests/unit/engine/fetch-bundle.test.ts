import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { EngineError } from '@/lib/engine/errors';
import { fetchReader } from '@/lib/engine/fetch-bundle';
import { ALL_MODELS, BLOCK_MODELS, FLAT_MODELS } from '@/lib/model/catalog';

const URL = 'http://localhost/models/nano-b9/';
let status: number;

beforeEach(() => {
  status = 404;
  vi.stubGlobal('fetch', async () => new Response('{}', { status }));
});
afterEach(() => vi.unstubAllGlobals());

async function sentence(file: string, offered?: readonly string[]): Promise<string> {
  const read = fetchReader('nano-b9', URL, offered && { offered });
  const error = await read(file).catch((e: unknown) => e);
  if (!(error instanceof EngineError)) throw new Error('it was read');
  expect(error.problem).toMatchObject({ code: 'model-missing', recovery: 'retry' });
  return error.message;
}

test('a model that is not there: the sentence names those that whoever asked can run', async () => {
  const rest = (models: readonly string[]) =>
    `The model "nano-b9" could not be loaded: there is none of that name here, only ${models.join(', ')}.`;
  expect(await sentence('manifest.json', ALL_MODELS)).toBe(rest(ALL_MODELS));
  expect(await sentence('manifest.json')).toBe(rest(BLOCK_MODELS));
  for (const flat of FLAT_MODELS) {
    expect(ALL_MODELS).toContain(flat);
    expect(BLOCK_MODELS).not.toContain(flat);
  }
});

test('a file that is not there is named with what the server said', async () => {
  expect(await sentence('weights.bin')).toContain('the server answered 404 for weights.bin');
  status = 500;
  expect(await sentence('manifest.json')).toContain('the server answered 500 for manifest.json');
});
