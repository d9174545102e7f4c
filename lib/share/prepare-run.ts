import { type BundleReader, readManifest } from '@/lib/engine/bundle';
import type { GenerateRequest } from '@/lib/engine/types';
import { layoutPrompt } from '@/lib/model/layout';
import type { Manifest } from '@/lib/model/manifest';
import { loadTokenizer } from '@/lib/model/tokenizer';
import { LinkError, type SharedRun } from './link';
import { textSum } from './text-sum';

/** A shared run that the reader's own model can write again. */
export interface PreparedRun {
  request: GenerateRequest;
  /** One sentence when the numbers here are not those that were sent; null when the weights are the same. */
  differs: string | null;
}

/**
 * Checks a shared run against the reader's own bundle of its model: manifest and tokenizer are read, nothing is loaded.
 *
 * @throws LinkError, or what reading the bundle throws; in one sentence, whatever it is.
 */
export async function prepareRun(shared: SharedRun, read: BundleReader): Promise<PreparedRun> {
  const manifest = await readManifest(read);
  const { id, architecture, dims, tokenizer: entry, weights } = manifest;
  if (architecture !== 'block') {
    throw new LinkError(`The link is of ${id}, a flat model, which this page does not run.`);
  }
  checkIds(shared.tokens, manifest);
  const json: unknown = JSON.parse(new TextDecoder().decode(await read(entry.file)));
  const tokenizer = loadTokenizer(json, entry);
  if (textSum(tokenizer, shared.tokens) !== shared.textSum) {
    throw new LinkError(
      `The tokens of the link spell another text with the tokenizer of ${id} that is here: it was made with another one, or is damaged.`,
    );
  }
  const prompt = layoutPrompt(tokenizer.encode(shared.prompt), dims, entry.padId).tokens.length;
  const whole = prompt + shared.tokens.length;
  if (whole > dims.contextLength) {
    throw new LinkError(
      `The run in the link has ${count(whole)} tokens, pads included, and ${id} holds ${count(dims.contextLength)}.`,
    );
  }
  const { branch, chosen } = shared;
  if (branch && !chosen.includes(branch.at - prompt)) {
    throw new LinkError('The link is damaged: its branch does not fit its tokens.');
  }
  const same = weights.sha256 === shared.weights;
  const request: GenerateRequest = {
    prompt: shared.prompt,
    // A run that fills the context ends for that reason.
    maxTokens: whole === dims.contextLength ? null : shared.tokens.length,
    sampling: shared.sampling,
    forced: shared.tokens,
  };
  return same
    ? // The same weights draw the same tokens from the same noise, so what was drawn there counts as drawn.
      {
        request: { ...request, origin: { chosen, branch } },
        differs: null,
      }
    : {
        request,
        differs: `This text comes from a link made with other weights of ${id} (${short(shared.weights)}, here ${short(weights.sha256)}): it was forced through the ones here, so the numbers differ from those that were sent.`,
      };
}

function checkIds(ids: Int32Array, { dims, tokenizer }: Manifest): void {
  const bad = ids.find((token) => token >= dims.vocabulary || token === tokenizer.padId);
  if (bad !== undefined) {
    throw new LinkError(`The link is damaged: the model cannot write its token ${bad}.`);
  }
}

function short(sha256: string): string {
  return sha256.slice(0, 8);
}

function count(tokens: number): string {
  return tokens.toLocaleString('en');
}
