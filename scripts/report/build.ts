import type { Entrant, ModelFacts } from './bundles';
import { type Evidence, type Finding, judge, type SlotClusters } from './findings';
import { type InsideResult, insideResult } from './inside-results';
import {
  fullOf,
  gapResult,
  type LengthSeries,
  lengthSeries,
  type ScoredModel,
  type ScoreResult,
  scoreResult,
} from './results';
import { differences } from './statistics';
import type { Measured } from './store';
import { positionsOf, slotsOf } from './sums';
import type { Text } from './texts';

/** Everything that the report says, as numbers: what stdout and `report.json` hold. */
export interface Report {
  schema: 1;
  texts: { name: string; sha256: string; documents: number }[];
  /** `main`: of the main tokenizer, scored on every text. */
  models: (ModelFacts & { main: boolean })[];
  scores: ScoreResult[];
  gaps: Evidence['gaps'];
  series: LengthSeries[];
  inside: InsideResult[];
  findings: Finding[];
}

/** Turns what was measured into results and verdicts. Entrants and measurements come in the same order. */
export function buildReport(
  texts: readonly Text[],
  entrants: readonly Entrant[],
  measured: readonly Measured[],
): Report {
  const names = texts.map(({ name }) => name);
  const models = entrants.map(({ facts, main }, i): ScoredModel => {
    const scores = measured[i]?.scores ?? {};
    const windows = names.flatMap((name) => {
      const score = scores[name];
      return score ? [[name, score.windows] as const] : [];
    });
    return { facts, main, windows: new Map(windows) };
  });
  const pairs = names.flatMap((text) => pairsOn(models, text));
  const gaps = pairs.map(({ text, block, flat, one, other }) => ({
    ...gapResult(block.facts, flat.facts, text, one, other),
    times: block.facts.decoderParameters / flat.facts.decoderParameters,
    blockLength: block.facts.blockLength,
  }));
  const main = models.filter((model) => model.main);
  const series = names.flatMap((text) => lengthSeries(models, text));
  const inside = entrants.flatMap(({ facts }, i) => {
    const result = measured[i]?.inside?.result;
    return result ? [insideResult(facts, result)] : [];
  });
  const ofMain = new Set(main.map(({ facts }) => facts.id));
  const evidence: Evidence = {
    slots: slotEvidence(
      main,
      names,
      pairs.filter(({ block }) => block.main),
    ),
    positions: names.flatMap((text) =>
      main.flatMap(({ facts, windows }) => {
        const sums = windows.get(text);
        return sums
          ? [{ where: `${facts.id}, ${text}`, full: fullOf(sums, facts).map(positionsOf) }]
          : [];
      }),
    ),
    series,
    gaps: gaps.filter(({ model }) => ofMain.has(model)),
    inside,
  };
  return {
    schema: 1,
    texts: texts.map(({ name, sha256, documents }) => ({
      name,
      sha256,
      documents: documents.length,
    })),
    models: models.map(({ facts, main }) => ({ ...facts, main })),
    scores: models.flatMap(({ facts, windows }) =>
      [...windows].map(([text, sums]) => scoreResult(facts, text, sums)),
    ),
    gaps,
    series,
    inside,
    findings: judge(evidence),
  };
}

/** Block and flat models that were scored on exactly the same targets of a text. */
function pairsOn(models: readonly ScoredModel[], text: string) {
  return models.flatMap((block) =>
    models.flatMap((flat) => {
      const [one, other] = [block.windows.get(text), flat.windows.get(text)];
      const alike =
        block.facts.architecture === 'block' &&
        flat.facts.architecture === 'flat' &&
        block.facts.tokenizerSha256 === flat.facts.tokenizerSha256 &&
        block.facts.contextLength === flat.facts.contextLength;
      return alike && one && other ? [{ text, block, flat, one, other }] : [];
    }),
  );
}

function slotEvidence(
  models: readonly ScoredModel[],
  names: readonly string[],
  pairs: ReturnType<typeof pairsOn>,
): SlotClusters[] {
  return models.flatMap(({ facts, windows }) => {
    const slots = facts.blockLength;
    return names.flatMap((text) => {
      const alone = (windows.get(text) ?? []).map((window) => slotsOf(window, slots));
      const against = pairs
        .filter((pair) => pair.block.facts.id === facts.id && pair.text === text)
        .map(({ flat, other }) => ({
          where: `${facts.id} against ${flat.facts.id}, ${text}`,
          clusters: differences(
            alone,
            other.map((window) => slotsOf(window, slots)),
          ),
          slots,
        }));
      return alone.length === 0
        ? []
        : [{ where: `${facts.id}, ${text}`, clusters: alone, slots }, ...against];
    });
  });
}
