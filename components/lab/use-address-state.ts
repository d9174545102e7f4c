import { useCallback, useEffect, useRef, useState } from 'react';
import { finishAddress, writeAddress } from './address-bar';

/** How a part of the page keeps its state in the address. */
export interface Addressed<S> {
  /** The names of its parameters. */
  parameters: readonly string[];
  /** The state that a query string asks for, with a sentence for each value that cannot be used. */
  read(search: string): { state: S; notices: readonly string[] };
  search(state: S): URLSearchParams;
}

/** What has changed: the new value of some entries, or how these follow from the state. */
export type Change<S> = (change: Partial<S> | ((state: S) => Partial<S>)) => void;

const NONE: readonly string[] = [];

/** A part's state, read from the address when it opens and written there when it rests. `change` is the same at every rendering. */
export function useAddressState<S extends object>(
  part: Addressed<S>,
): { state: S; notices: readonly string[]; change: Change<S> } {
  const [state, setState] = useState(() => part.read('').state);
  const [notices, setNotices] = useState(NONE);
  const latest = useRef(state);
  useEffect(() => {
    const address = part.read(window.location.search);
    latest.current = address.state;
    setState(address.state);
    setNotices(address.notices);
    return finishAddress;
  }, [part]);
  const change = useCallback<Change<S>>(
    (change) => {
      const some = typeof change === 'function' ? change(latest.current) : change;
      latest.current = { ...latest.current, ...some };
      setState(latest.current);
      setNotices(NONE);
      writeAddress(part.parameters, () => part.search(latest.current));
    },
    [part],
  );
  return { state, notices, change };
}
