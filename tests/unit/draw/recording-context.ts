import type { Context2D } from '@/lib/draw/shapes';

export interface Drawn {
  call: string;
  values: unknown[];
  fillStyle: unknown;
  strokeStyle: unknown;
}

/** A canvas context that draws nothing and notes every call with the colours in force. */
export function recordingContext(): { ctx: Context2D; drawn: Drawn[] } {
  const drawn: Drawn[] = [];
  const state: Record<string, unknown> = { fillStyle: '', strokeStyle: '' };
  const ctx = new Proxy(state, {
    get: (target, name: string) => {
      if (name in target) return target[name];
      if (name === 'measureText') return (text: string) => ({ width: text.length * 7 });
      return (...values: unknown[]) => {
        const { fillStyle, strokeStyle } = target;
        drawn.push({ call: name, values, fillStyle, strokeStyle });
      };
    },
    set: (target, name: string, value) => {
      target[name] = value;
      return true;
    },
  });
  return { ctx: ctx as unknown as Context2D, drawn };
}
