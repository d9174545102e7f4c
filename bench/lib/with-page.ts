import type { Report } from './report';

/**
 * The report of an earlier full run with the pages as they were measured now. Throws when that was another machine, browser or system:
 * one report speaks of one.
 */
export function withPage(earlier: Report, now: Report): Report {
  for (const part of ['cpu', 'cores', 'system', 'browser'] as const)
    if (earlier.machine[part] !== now.machine[part])
      throw new Error(
        `The earlier report is of another machine (${part}: ${earlier.machine[part]}, now ${now.machine[part]}); run the whole benchmark.`,
      );
  // What is missing of the pages is named after them.
  const models = earlier.missing.filter(({ row }) => !row.startsWith('the page'));
  return { ...earlier, page: now.page, missing: [...models, ...now.missing] };
}
