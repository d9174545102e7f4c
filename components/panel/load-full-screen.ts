/** The code of the full screen, fetched when it is wanted first. */
export const loadFullScreen = () => import('./full-screen');
