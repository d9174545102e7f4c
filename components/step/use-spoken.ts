import { useEffect, useRef, useState } from 'react';

/** Whoever holds an arrow key down hears where they stop, not every cell on the way. */
const PAUSE_MS = 200;

/** Text for a live region that follows the keyboard with a pause. */
export function useSpoken(): [spoken: string, speak: (text: string) => void] {
  const [spoken, setSpoken] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const speak = (text: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSpoken(text), PAUSE_MS);
  };
  return [spoken, speak];
}
