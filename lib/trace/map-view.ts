/** How a weight becomes a place on the colour ramp; see `rampPlace` in the drawings. */
export type ScaleName = 'linear' | 'sqrt' | 'log';

/** How a reader looks at the attention maps: the same for both decoders and for the small maps. */
export interface MapView {
  scale: ScaleName;
  /** Per row, the largest weights are shown until this share (0–1) of the row is covered; 1 shows all. */
  mass: number;
  /** Block 0 is hidden in the global map; the other weights of a row stay as they are. */
  hideFirst: boolean;
  /** The global map shows every row, however small, instead of those around the cursor. */
  whole: boolean;
}

export const DEFAULT_MAP_VIEW: MapView = {
  scale: 'sqrt',
  mass: 1,
  hideFirst: false,
  whole: false,
};

/**
 * Which of a row's weights are left out when the largest are shown until `mass` of the row's sum is covered: 1 where left out,
 * [row.length]. The weight that reaches the share is still shown; among equal weights the earlier key goes first. A mass of 1
 * leaves out nothing, not even zeros.
 */
export function leftOutByMass(row: Float32Array, mass: number): Uint8Array {
  const left = new Uint8Array(row.length);
  if (mass >= 1) return left;
  const ascending = Float32Array.from(row).sort();
  const wanted = mass * ascending.reduce((sum, weight) => sum + weight, 0);
  let covered = 0;
  let least = ascending.length;
  while (least > 0 && covered < wanted) covered += ascending[--least] ?? 0;
  const smallest = ascending[least] ?? Number.POSITIVE_INFINITY;
  // How many weights equal to the smallest one shown are shown.
  let equal = 0;
  while (ascending[least + equal] === smallest) equal++;
  for (let key = 0; key < row.length; key++) {
    const weight = row[key] ?? 0;
    if (weight > smallest) continue;
    if (weight === smallest && equal > 0) equal--;
    else left[key] = 1;
  }
  return left;
}

/** What a view leaves out of global row `row`, [row.length]: small weights beyond the mass, and block 0 when it is hidden. */
export function leftOutOfGlobalRow(row: Float32Array, view: MapView): Uint8Array {
  const left = leftOutByMass(row, view.mass);
  if (view.hideFirst) left[0] = 1;
  return left;
}

/** What of a row is not shown, short, for the arcs; null when all is. */
export function leftOutWords(view: MapView): string | null {
  const words = [
    ...(view.mass < 1 ? [`largest until ${Math.round(view.mass * 100)} %`] : []),
    ...(view.hideFirst ? ['first block hidden'] : []),
  ];
  return words.length > 0 ? words.join(', ') : null;
}

/** What of the rows is not shown, in words for the map; empty when all is. */
export function viewStatements(view: MapView, map: 'global' | 'local'): string[] {
  const statements: string[] = [];
  if (view.mass < 1) {
    statements.push(`largest weights until ${Math.round(view.mass * 100)} % of each row`);
  }
  if (view.hideFirst && map === 'global') {
    statements.push('first block hidden, row scale unchanged');
  }
  return statements;
}

/** Whether two views show the same. */
export function sameView(a: MapView, b: MapView): boolean {
  return (
    a.scale === b.scale && a.mass === b.mass && a.hideFirst === b.hideFirst && a.whole === b.whole
  );
}
