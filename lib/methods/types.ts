/** Does it make the cache of a decoder smaller, is there no such cache, or is there one that stays as large as it was? */
export type MethodKind = 'decoder cache' | 'no decode cache' | 'no saving';

/** The model that numbers are counted for. */
export interface Shape {
  layers: number;
  /** `heads · headWidth`. */
  width: number;
  heads: number;
  headWidth: number;
  /** Tokens of the prompt: Keyformer and PrefixKV cut there. In a picture it should be shorter than the picture. */
  promptLength: number;
}

/** A number that the reader sets. */
export interface Parameter {
  label: string;
  /** What it counts: `tokens`, `%` and so on; empty for plain numbers and choices. */
  unit: string;
  min: number;
  max: number;
  /** 1 if not said. */
  step?: number;
  /** For costs, at lengths of thousands. */
  default: number;
  /** For pictures of some 48 positions; as `default` if not said. */
  picture?: number;
  /** The method would take it from the text: here it is assumed, and so it must be seen. */
  assumption?: boolean;
  /** The parameter is one of these by its place, 0 … `choices.length − 1`. */
  choices?: readonly string[];
}

export type Params<K extends string = string> = Readonly<Record<K, number>>;

/**
 * What a query has of a position.
 * - `none`: nothing, hatched.
 * - `exact`: its own key and value, however far away it lies.
 * - `recent`: its own key and value, because it is near (a window, the same block).
 * - `kept`: its own key and value, one of few that stay from far away (a sink, a key token, a checkpoint).
 * - `summary`: only through an entry that stands for several positions.
 * - `memory`: a column that belongs to no position of the text.
 * - `self`: its own key and value while it is the query; they are not kept.
 * - `rewritten`: its entry has been changed since, and now knows more than its own past.
 */
export type Mark =
  | 'none'
  | 'exact'
  | 'recent'
  | 'kept'
  | 'summary'
  | 'memory'
  | 'self'
  | 'rewritten';

/** What was measured on a text, where a mask hangs on the text. */
export interface Measured {
  /** Attention weight of a query on a key (softmax over keys 0 … query), in a layer and head. */
  attention?(layer: number, head: number, query: number, key: number): number;
  /** The positions that a run kept when `query` was computed, in a layer and head; this is then the mask of that row. */
  columns?(layer: number, head: number, query: number): ReadonlySet<number>;
}

/** What masks are asked for. */
export interface View<K extends string = string> {
  /** Positions of the picture. */
  n: number;
  shape: Shape;
  params: Params<K>;
  measured?: Measured;
}

/** One matrix of a method: rows are positions that ask, columns positions that are asked. */
export interface Panel {
  id: string;
  name: string;
  /** What rows and columns are. */
  axis: string;
  /** Rows and columns. */
  size: number;
  mark(row: number, column: number): Mark;
  /** Which cache entry a visible cell is read from; the column if not said. */
  entry?(row: number, column: number): number;
  /** Columns left of the text: memory vectors, prefixes. */
  extra?: { name: string; count: number; mark(row: number, column: number): Mark };
  /** Share of the numbers of multi-head attention that an entry takes: 1 if not said. Thin cells. */
  thickness?: number;
  /**
   * Numbers of one entry with this mark, over all the layers and heads that the panel stands for; the panels of a method then
   * stand for all of them. Not said where a panel is one layer or head of many.
   */
  entryNumbers?(mark: Mark): number;
  /**
   * `query`: row i is the query of position i, which sees itself; after n positions the cache holds what row n − 1 sees.
   * `next`: row i is what position i finds when its turn comes; after n positions the cache holds what row n sees before itself.
   */
  rows: 'query' | 'next';
  /** No key later than the query: true unless `whyLater` says why not. */
  causal: boolean;
  whyLater?: string;
  /** There is no attention matrix; this is what there is instead. All cells are `none`. */
  state?: string;
  /** A sign for a row or column, where they are of several kinds. */
  kind?(index: number): string;
  /** What a row or column is called; its number if not said. */
  label?(index: number): string;
}

/** A part of a count, in numbers (scalars) for one sequence. */
export interface Part {
  name: string;
  numbers: number;
  /** Only in one step of so many; 1 if not said. */
  every?: number;
  /** Not keys and values of entries but scores, states, carried vectors: no mask shows them. */
  aside?: boolean;
}

/** Where something stands. `quoted`: in quotations of the paper, not in the paper's file. `second-hand`: in somebody else's notes. */
export interface Source {
  of: string;
  origin: 'paper' | 'abstract' | 'quoted' | 'code' | 'second-hand' | 'derived' | 'ours';
  where: string;
}

export interface Paper {
  title: string;
  authors: string;
  year: number;
  arXiv: string;
}

/**
 * A way to make the KV cache smaller, or one that is taken for it. All counts are in numbers, for one sequence, after `n`
 * positions, the current one included; multiply by bytes per number and by sequences. Weights are not counted.
 */
export interface Method<K extends string = string> {
  id: string;
  name: string;
  papers: readonly Paper[];
  kind: MethodKind;
  /** What a position of the text is: a method on bytes needs an axis of its own. */
  unit: 'token' | 'byte';
  parameters: Readonly<Record<K, Parameter>>;
  /** What is assumed because the mask hangs on the text or on training; null where nothing is. */
  assumption: string | null;
  keeps: string;
  loses: string;
  onTrained: { how: 'no training' | 'fine-tuning' | 'from scratch' | 'none'; note: string };
  /** How true the picture is, in a few words. */
  label: string;
  sources: readonly Source[];
  /** What the marks mean here; all that may occur. */
  marks: Readonly<Partial<Record<Mark, string>>>;
  panels(view: View<K>): readonly Panel[];
  /** Numbers held after `n` positions; null without a decode cache. */
  stored: ((n: number, shape: Shape, params: Params<K>) => readonly Part[]) | null;
  /** Numbers read in the decoding step that follows `n` positions and predicts position n; null without a decode cache. */
  read: ((n: number, shape: Shape, params: Params<K>) => readonly Part[]) | null;
  /** The most that is ever held up to `n` positions, where that can be more than what is held after them. */
  peak?(n: number, shape: Shape, params: Params<K>): readonly Part[];
  /** Positions that each layer works on, where layers differ. */
  positions?(n: number, shape: Shape, params: Params<K>): readonly number[];
}

/** The sum of parts; what happens in one step of several counts by its share. */
export function total(parts: readonly Part[]): number {
  return parts.reduce((sum, { numbers, every }) => sum + numbers / (every ?? 1), 0);
}

/** Parameters as they are set for costs. */
export function defaults(method: Pick<Method, 'parameters'>): Params {
  return valuesOf(method, (parameter) => parameter.default);
}

/** Parameters as they are set for pictures of some 48 positions. */
export function pictureDefaults(method: Pick<Method, 'parameters'>): Params {
  return valuesOf(method, (parameter) => parameter.picture ?? parameter.default);
}

function valuesOf(
  { parameters }: Pick<Method, 'parameters'>,
  of: (p: Parameter) => number,
): Params {
  return Object.fromEntries(Object.entries(parameters).map(([key, p]) => [key, of(p)]));
}

/** Has the compiler check a definition against the names of its own parameters, and forgets these names, so that methods can be listed. */
export function method<K extends string>(definition: Method<K>): Method {
  return definition as unknown as Method;
}
