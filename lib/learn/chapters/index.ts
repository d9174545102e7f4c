import type { Chapter } from '../chapter';
import { blocks } from './blocks';
import { boundary } from './boundary';
import { context } from './context';
import { cost } from './cost';
import { embedder } from './embedder';
import { globalAttention } from './global';
import { localAttention } from './local';
import { memory } from './memory';
import { next } from './next';
import { speed } from './speed';
import { staircase } from './staircase';

/** The lesson, in its order. */
export const CHAPTERS: readonly Chapter[] = [
  memory,
  blocks,
  embedder,
  globalAttention,
  context,
  localAttention,
  next,
  boundary,
  staircase,
  cost,
  speed,
];
