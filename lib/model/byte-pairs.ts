/** Byte-pair encoding of one word: neighbours are joined, the earliest rule first, until no rule applies. */
export class BytePairs {
  private readonly ids: ReadonlyMap<string, number>;
  /** Place of a rule by its two parts; a space is in no part. */
  private readonly ranks: ReadonlyMap<string, number>;

  /**
   * @param vocab ids by name; every result of a rule and every single character of a word must be in it
   * @param rules pairs of names to join, the earliest first
   */
  constructor(
    vocab: Readonly<Record<string, number>>,
    rules: readonly (readonly [string, string])[],
  ) {
    this.ids = new Map(Object.entries(vocab));
    this.ranks = new Map(rules.map(([left, right], rank) => [`${left} ${right}`, rank]));
  }

  /** Ids of the word that is spelt by `characters`. */
  encode(characters: readonly string[]): number[] {
    let parts = [...characters];
    for (;;) {
      const ranks = parts.map((part, i) => this.rank(part, parts[i + 1]));
      const best = ranks.reduce((least, rank) => Math.min(least, rank), Number.POSITIVE_INFINITY);
      if (best === Number.POSITIVE_INFINITY) break;
      const joined: string[] = [];
      for (let i = 0; i < parts.length; i += 1) {
        const part = parts[i] ?? '';
        joined.push(ranks[i] === best ? part + parts[++i] : part);
      }
      parts = joined;
    }
    return parts.map((part) => {
      const id = this.ids.get(part);
      if (id === undefined) throw new RangeError(`“${part}” is not in the vocabulary`);
      return id;
    });
  }

  private rank(left: string, right: string | undefined): number {
    if (right === undefined) return Number.POSITIVE_INFINITY;
    return this.ranks.get(`${left} ${right}`) ?? Number.POSITIVE_INFINITY;
  }
}
