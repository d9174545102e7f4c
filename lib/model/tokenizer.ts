import { Tokenizer as Library } from '@huggingface/tokenizers';
import { ModelError } from './errors';

/** Byte-level BPE, as every bundle carries it. Special ids stand for no text: they are neither encoded nor decoded. */
export interface Tokenizer {
  readonly vocabulary: number;
  readonly padId: number;
  readonly endId: number;
  /**
   * Token ids of `text`, never a special id: text that looks like a special token is plain text. Lone surrogates, which have
   * no UTF-8 form, become U+FFFD; everything else comes back from `decode` exactly.
   */
  encode(text: string): Int32Array;
  /** Text of `ids`, special ids skipped. Bytes that are no UTF-8 become U+FFFD. */
  decode(ids: ArrayLike<number>): string;
  /** The bytes that one entry stands for; none for special ids. @throws RangeError for an id outside the vocabulary. */
  bytesOf(id: number): Uint8Array;
  /** UTF-8 bytes of `ids`, special ids counting none. */
  byteLength(ids: ArrayLike<number>): number;
  /** One token for display: see `tokenLabel`. */
  label(id: number): string;
  /** A decoder for tokens that arrive one at a time. */
  stream(): StreamDecoder;
}

/** Decodes a stream of tokens; a character whose bytes are spread over tokens appears with its last byte. */
export interface StreamDecoder {
  /** The text that `id` completes; may be empty. */
  push(id: number): string;
  /** What is left: U+FFFD for an unfinished character, else nothing. The decoder then starts anew. */
  end(): string;
}

/** Place and form of each part of a bundle's `tokenizer.json`. No schema, for the first page would need what reads one for this alone. */
const FORM: readonly [place: string, fits: (value: unknown) => boolean][] = [
  ['added_tokens', (value) => Array.isArray(value) && value.length === 0],
  ['normalizer', (value) => value === null],
  ['pre_tokenizer.type', (value) => value === 'ByteLevel'],
  ['pre_tokenizer.add_prefix_space', (value) => value === false],
  ['pre_tokenizer.use_regex', (value) => value === true],
  ['post_processor', (value) => value === null],
  ['model.type', (value) => value === 'BPE'],
  ['model.merges', Array.isArray],
  ['model.vocab', (value) => isObject(value) && Object.values(value).every(isId)],
];

/** Ids by their names in byte characters. */
type Vocabulary = Record<string, number>;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isId = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0;

function at(json: unknown, place: string): unknown {
  return place
    .split('.')
    .reduce<unknown>((part, name) => (isObject(part) ? part[name] : undefined), json);
}

/**
 * GPT-2's split into words. JavaScript's `\s` takes U+FEFF and leaves out U+0085, unlike the regular expressions that the
 * tokenizer was trained with, so the Unicode property is named here and the library is given one piece at a time.
 */
const WORDS =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

/**
 * Builds a tokenizer from the parsed `tokenizer.json` of a bundle.
 *
 * @throws ModelError `model-damaged` when the file is not a byte-level BPE without added tokens.
 */
export function loadTokenizer(json: unknown, special: { padId: number; endId: number }): Tokenizer {
  const wrong = FORM.find(([place, fits]) => !fits(at(json, place)));
  if (wrong) {
    throw damaged(`it must be a byte-level BPE without added tokens (see ${wrong[0]})`);
  }
  const { vocab, merges } = (json as { model: { vocab: Vocabulary; merges: unknown[] } }).model;
  const bytes = entryBytes(vocab, special);
  const library = new Library(
    {
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, use_regex: false },
      post_processor: null,
      decoder: null,
      model: { type: 'BPE', vocab, merges },
    },
    {},
  );
  return new ByteLevelTokenizer(library, bytes, special.padId, special.endId);
}

class ByteLevelTokenizer implements Tokenizer {
  constructor(
    private readonly library: Library,
    private readonly bytes: readonly Uint8Array[],
    readonly padId: number,
    readonly endId: number,
  ) {}

  get vocabulary(): number {
    return this.bytes.length;
  }

  encode(text: string): Int32Array {
    const words = replaceLoneSurrogates(text).match(WORDS) ?? [];
    return Int32Array.from(words.flatMap((word) => this.library.encode(word).ids));
  }

  decode(ids: ArrayLike<number>): string {
    const bytes = new Uint8Array(this.byteLength(ids));
    let offset = 0;
    for (const id of Array.from(ids)) {
      bytes.set(this.bytesOf(id), offset);
      offset += this.bytesOf(id).length;
    }
    // Without ignoreBOM the decoder would drop a leading U+FEFF.
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  }

  bytesOf(id: number): Uint8Array {
    const bytes = this.bytes[id];
    if (!bytes) throw new RangeError(`token ${id} is outside 0 … ${this.bytes.length - 1}`);
    return bytes;
  }

  byteLength(ids: ArrayLike<number>): number {
    return Array.from(ids).reduce((sum, id) => sum + this.bytesOf(id).length, 0);
  }

  label(id: number): string {
    if (id === this.padId) return '(pad)';
    if (id === this.endId) return '(end)';
    return tokenLabel(this.bytesOf(id));
  }

  stream(): StreamDecoder {
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    return {
      push: (id) => decoder.decode(this.bytesOf(id), { stream: true }),
      end: () => decoder.decode(),
    };
  }
}

/** GPT-2's map between bytes and printable characters: what is not printable is moved to U+0100 and up. */
const BYTE_OF_CHARACTER: ReadonlyMap<string, number> = new Map(
  (() => {
    let moved = 0x100;
    return Array.from({ length: 256 }, (_, byte): [string, number] => {
      const printable =
        (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
      return [String.fromCharCode(printable ? byte : moved++), byte];
    });
  })(),
);

function entryBytes(
  vocab: Vocabulary,
  { padId, endId }: { padId: number; endId: number },
): Uint8Array[] {
  const names = Object.entries(vocab);
  const table = new Array<Uint8Array>(names.length);
  const single = new Set<number>();
  for (const [name, id] of names) {
    if (id >= names.length || table[id]) throw damaged('its ids are not 0 … size − 1, each once');
    if (id === padId || id === endId) {
      table[id] = new Uint8Array(0);
      continue;
    }
    table[id] = Uint8Array.from(name, (character) => {
      const byte = BYTE_OF_CHARACTER.get(character);
      if (byte === undefined) throw damaged(`entry ${id} is not spelt in byte characters`);
      return byte;
    });
    if (table[id].length === 1) single.add(table[id][0] ?? 0);
  }
  if (padId >= names.length || endId >= names.length) throw damaged('it lacks the special ids');
  if (single.size !== 256)
    throw damaged('it lacks an entry for some byte, so some text has no ids');
  return table;
}

function damaged(what: string): ModelError {
  return new ModelError('model-damaged', `The tokenizer file cannot be used: ${what}.`);
}

function replaceLoneSurrogates(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/**
 * One token for display: a space is `␣`, a newline `↵`, a carriage return `␍`, a tab `⇥`, other control characters their
 * Unicode picture or code; bytes that are no whole character are `‹E2 80›`.
 */
export function tokenLabel(bytes: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const digits = Array.from(bytes, (byte) => byte.toString(16).toUpperCase().padStart(2, '0'));
    return `‹${digits.join(' ')}›`;
  }
  return Array.from(text, visibleCharacter).join('');
}

function visibleCharacter(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  switch (character) {
    case ' ':
      return '␣';
    case '\n':
      return '↵';
    case '\r':
      return '␍';
    case '\t':
      return '⇥';
    case '\x7f':
      return '␡';
    default:
      break;
  }
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  // Characters without a shape of their own: separators, formats (such as U+200B and U+FEFF), C1 controls.
  if (/[\p{Z}\p{C}]/u.test(character)) {
    return `‹U+${code.toString(16).toUpperCase().padStart(4, '0')}›`;
  }
  return character;
}
