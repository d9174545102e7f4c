import type { Tokenizer } from '@/lib/model/tokenizer';

/** What a trace does not hold of the model that wrote it. `EngineInfo` is one; a recorded run has but its tokenizer. */
export interface Writer {
  readonly tokenizer: Tokenizer;
  /** Bytes of the engine's live KV buffers, or null where they are not known. */
  readonly allocatedBytes: number | null;
}
