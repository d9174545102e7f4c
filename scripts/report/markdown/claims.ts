import type { Finding, Verdict } from '../findings';
import type { ClaimId } from '../paper';
import { table } from './table';

/** What each claim is called in the report. */
export const TITLES: Record<ClaimId, string> = {
  slots: 'A U over the slots',
  positions: 'A falling loss along the context',
  lengths: 'A loss that grows with the block length',
  sameSize: 'The flat model of the same size wins',
  sameLoss: 'The flat model of the same loss is smaller',
  sink: 'A sink on the first block',
  prefixes: 'Later tokens that look at the prefixes',
  lastPrefix: "A last prefix that says the block's last token",
  firstPrefix: 'A first prefix of general state',
  past: 'Prefixes that tell the past, not the next block',
};

const VERDICTS: readonly Verdict[] = ['shown', 'partly', 'not shown', 'cannot be told'];

/** How often each verdict fell, in words. */
function tally({ outcomes }: Pick<Finding, 'outcomes'>): string {
  if (outcomes.length === 0) return 'nothing to decide from';
  const counts = VERDICTS.map((verdict) => ({
    verdict,
    count: outcomes.filter((outcome) => outcome.verdict === verdict).length,
  })).filter(({ count }) => count > 0);
  if (counts.length === 1 && counts[0])
    return outcomes.length === 1
      ? counts[0].verdict
      : `${counts[0].verdict} in ${outcomes.length === 2 ? 'both' : `all ${outcomes.length}`} cases`;
  return counts.map(({ verdict, count }) => `${verdict} in ${count}`).join(', ');
}

/** All claims with what was decided. */
export function summary(findings: readonly Finding[]): string {
  return table(
    ['the paper reports', 'in the paper', 'here'],
    findings.map(({ id, source, outcomes }) => [TITLES[id], source, tally({ outcomes })]),
  );
}

/** A claim, the rule, and what it decided. */
export function claim({ id, claim, source, rule, outcomes }: Finding): string[] {
  const head = `**${TITLES[id]}.** The paper (${source}): ${claim} *Rule:* ${rule}`;
  if (outcomes.length === 0) return [head, 'Here: no model among those above to decide it from.'];
  const rows = outcomes.map(({ where, numbers, verdict }) => [where, numbers, `**${verdict}**`]);
  return [head, table(['where', 'numbers', 'verdict'], rows)];
}
