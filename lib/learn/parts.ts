/** A part of the picture that a word of the lesson stands for. */
export const PARTS = [
  'text',
  'block',
  'global',
  'context',
  'prefixes',
  'local',
  'next',
  'figures',
  'arcs',
  'tokens',
  'surprise',
  'staircase',
  'flat',
  'sawtooth',
  'cursor',
  'player',
] as const;

export type Part = (typeof PARTS)[number];

/** The colour family of a part: the picture's own, so that a word has the hue of what it means. */
export type Hue = 'global' | 'local' | 'now' | 'flat' | 'plain';

/** What a part is called for readers who listen, and its hue. */
export const PART_LOOKS: Readonly<Record<Part, { name: string; hue: Hue }>> = {
  text: { name: 'the text in its blocks', hue: 'global' },
  block: { name: 'the block that looks back', hue: 'global' },
  global: { name: 'the map of global attention', hue: 'global' },
  context: { name: 'the context', hue: 'global' },
  prefixes: { name: 'the prefixes', hue: 'local' },
  local: { name: 'the map of local attention', hue: 'local' },
  next: { name: 'the next token', hue: 'now' },
  figures: { name: 'the numbers of the KV cache', hue: 'global' },
  arcs: { name: 'the arcs over the text', hue: 'global' },
  tokens: { name: 'the tokens on the time axis', hue: 'plain' },
  surprise: { name: 'the bars of surprise', hue: 'plain' },
  staircase: { name: 'the staircase of the global cache', hue: 'global' },
  flat: { name: 'the lines of the flat models', hue: 'flat' },
  sawtooth: { name: 'the local cache over time', hue: 'local' },
  cursor: { name: 'the cursor', hue: 'now' },
  player: { name: 'the player', hue: 'plain' },
};

/** Whether `name` is a part. */
export function isPart(name: string): name is Part {
  return (PARTS as readonly string[]).includes(name);
}
