'use client';

import { memo } from 'react';
import type { Tokenizer } from '@/lib/model/tokenizer';

interface PlainTextProps {
  trace: { readonly header: { readonly prompt: string }; readonly generated: Int32Array };
  /** Tokens written so far. */
  length: number;
  tokenizer: Tokenizer;
}

/** A text as a sentence, for readers who listen; decoded anew when it has grown, not when the cursor moves. */
export const PlainText = memo(function PlainText({ trace, length, tokenizer }: PlainTextProps) {
  return (
    <p className="visually-hidden">
      {trace.header.prompt}
      {tokenizer.decode(trace.generated.subarray(0, length))}
    </p>
  );
});
