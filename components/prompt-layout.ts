import type { EngineInfo } from '@/lib/engine/types';
import { layoutPrompt, type PromptLayout } from '@/lib/model/layout';

/** The prompt as the model will read it, or null while it is empty or too long; the prompt field says which, when asked. */
export function promptLayout(prompt: string, info: EngineInfo): PromptLayout | null {
  try {
    return layoutPrompt(
      info.tokenizer.encode(prompt),
      info.manifest.dims,
      info.manifest.tokenizer.padId,
    );
  } catch {
    return null;
  }
}
