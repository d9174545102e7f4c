/** A page of the app. */
export interface Room {
  id: string;
  name: string;
  /** Relative, so that the site works under any sub-path. */
  href: string;
}

/** The pages, in the order of the navigation. A new one is a line here. */
export const ROOMS = [
  { id: 'explore', name: 'Explore', href: './' },
  { id: 'compare', name: 'Compare', href: './compare' },
  { id: 'lab', name: 'Lab', href: './lab' },
  { id: 'learn', name: 'Learn', href: './learn' },
] as const satisfies readonly Room[];

export type RoomId = (typeof ROOMS)[number]['id'];
