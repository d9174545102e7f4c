import * as z from 'zod/mini';
import { sha256Schema } from '@/lib/model/manifest';
import { samplingSchema, traceIdSchema } from '@/lib/trace/header';
import { pack, TooLargeError, unpack } from '@/lib/trace/packed-bytes';
import type { Sampling, TraceBranch } from '@/lib/trace/types';
import { fromBase64Url, toBase64Url } from './base64url';
import { bare, isLink, MARK } from './is-link';
import { packIds, unpackIds } from './pack-ids';
import type { ShownView } from './view';
import { viewSchema } from './view-schema';
import '@/lib/model/schema-words';

/** The version of links that this build reads and writes. */
export const LINK_VERSION = 1;

/** A run as a link holds it: all that is needed to compute its numbers anew, and the view of it. */
export interface SharedRun {
  /** Bundle id, and the SHA-256 of its weights. */
  model: string;
  weights: string;
  prompt: string;
  sampling: Sampling;
  /** Length that the page asks for: with prompt and sampling it makes the sender's next run. */
  maxTokens: number;
  /** Ids behind the prompt that belong to the text, an end-of-text included. */
  tokens: Int32Array;
  /** Which of them were chosen by a reader instead of being drawn; each once, ascending. */
  chosen: readonly number[];
  /** Where the run left another one; `at` is a token of the padded sequence. */
  branch: TraceBranch | null;
  /** `textSum` of the tokens. */
  textSum: number;
  view: ShownView;
}

/** A link cannot be read. The message is one sentence for the reader. */
export class LinkError extends Error {
  override readonly name = 'LinkError';
}

/** A longer run in a link is not read: no context that this page could hold comes near. */
const MOST_CHARACTERS = 65_536;
const MOST_BYTES = 262_144;
const MOST_TOKENS = 16_384;

const place = z.int().check(z.minimum(0), z.maximum(MOST_TOKENS));

const linkSchema = z.strictObject({
  version: z.literal(LINK_VERSION),
  model: z
    .string()
    .check(z.regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'must be lower-case letters, digits and hyphens')),
  weights: sha256Schema,
  prompt: z.string().check(z.minLength(1), z.maxLength(65_536)),
  sampling: z.strictObject({
    ...samplingSchema.shape,
    temperature: z.number().check(z.minimum(0), z.maximum(100)),
  }),
  maxTokens: z.int().check(z.minimum(1), z.maximum(MOST_TOKENS)),
  tokens: z.strictObject({
    bits: z.int().check(z.minimum(1), z.maximum(20)),
    count: place,
    data: z.string(),
  }),
  chosen: z.array(place).check(z.maxLength(MOST_TOKENS)),
  branch: z.nullable(z.strictObject({ parent: traceIdSchema, at: z.int().check(z.nonnegative()) })),
  textSum: z.int().check(z.minimum(0), z.maximum(0xffff_ffff)),
  view: viewSchema,
});

/** The fragment of an address that holds a run, without `#`. */
export async function writeLink({ tokens, ...run }: SharedRun): Promise<string> {
  const json = JSON.stringify({ version: LINK_VERSION, ...run, tokens: packIds(tokens) });
  const bytes = await pack(new TextEncoder().encode(json), 'deflate');
  return `${MARK}${toBase64Url(bytes)}`;
}

/**
 * Reads the run in a fragment, with or without its `#`; everything is checked that can be without the model.
 *
 * @throws LinkError in one sentence.
 */
export async function readLink(fragment: string): Promise<SharedRun> {
  const text = bare(fragment).slice(MARK.length);
  if (!isLink(fragment) || text === '') throw new LinkError('The link holds no run.');
  if (text.length > MOST_CHARACTERS) {
    throw new LinkError(
      `The link is too long: it has ${text.length.toLocaleString('en')} characters, and at most ${MOST_CHARACTERS.toLocaleString('en')} are read.`,
    );
  }
  const bytes = fromBase64Url(text);
  if (!bytes) throw damaged('it has a character that no link has, or lost one');
  return parse(decode(await unpacked(bytes)));
}

async function unpacked(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  try {
    return await unpack(bytes, 'deflate', MOST_BYTES);
  } catch (cause) {
    if (cause instanceof TooLargeError) {
      throw new LinkError('The link unpacks to more than any run has.', { cause });
    }
    throw new LinkError('The link is cut short or damaged: it cannot be unpacked.', { cause });
  }
}

function decode(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged('what it holds is not JSON', cause);
  }
}

function parse(json: unknown): SharedRun {
  const version = typeof json === 'object' && json && 'version' in json ? json.version : undefined;
  if (typeof version === 'number' && version !== LINK_VERSION) {
    throw new LinkError(
      `The link has version ${version} and this page reads version ${LINK_VERSION}: reload the page, or make the link again.`,
    );
  }
  const parsed = linkSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const place = issue?.path.join('.');
    const words = issue?.message.replace(/\.$/, '').toLowerCase() ?? 'unknown';
    throw damaged(shortened(place ? `${place}: ${words}` : words));
  }
  const { version: _, tokens: packed, ...run } = parsed.data;
  const tokens = unpackIds(packed);
  if (!tokens) throw damaged('its tokens are not as many as it says');
  const ascending = run.chosen.every((at, i) => i === 0 || at > (run.chosen[i - 1] ?? at));
  if (!ascending || (run.chosen.at(-1) ?? -1) >= tokens.length) {
    throw damaged('its chosen tokens are not among its tokens');
  }
  return { ...run, tokens };
}

/** What is wrong may quote what it was given. */
function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}

function damaged(what: string, cause?: unknown): LinkError {
  return new LinkError(`The link is damaged: ${what}.`, { cause });
}
