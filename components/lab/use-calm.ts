import { useEffect, useRef, useState } from 'react';
import { useDrawing } from '../canvas/drawing-context';

/** At most eleven updates a second, as everywhere: numbers that change faster cannot be read. */
const CALM_MS = 90;

/**
 * `value` for what is read: it follows in a later frame than what is looked at, so that no frame does the work of both, and not at
 * every step of a dial that is being turned. What rests is equal.
 */
export function useCalm<T>(value: T): T {
  const { frames } = useDrawing();
  const [shown, setShown] = useState(value);
  const state = useRef({ shown: value, at: Number.NEGATIVE_INFINITY, asked: false });
  useEffect(() => {
    const known = state.current;
    if (Object.is(known.shown, value)) return;
    const remove = frames.add((now) => {
      // The first frame is that of the picture. A value that changes in every frame does not wait for ever.
      if (known.asked && now >= known.at + CALM_MS) {
        state.current = { shown: value, at: now, asked: false };
        remove();
        setShown(() => value);
        return false;
      }
      known.asked = true;
      return true;
    });
    return () => void remove();
  }, [frames, value]);
  return shown;
}
