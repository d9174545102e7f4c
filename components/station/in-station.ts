'use client';

import { createContext } from 'react';

const Context = createContext(false);

/** Whether a panel stands inside an open station, which has a title of its own. */
export const InStation = Context.Provider;
export const InStationContext = Context;
