/** The app as it is built for a host that does not give it the root. */
export const SUB_PATH_SITE = { folder: '.cache/sub-path-site', base: '/some/where' };
