import { METHODS } from '@/lib/methods';
import {
  defaults,
  type Mark,
  type Measured,
  type Method,
  type Panel,
  type Params,
  pictureDefaults,
  type Shape,
} from '@/lib/methods/types';

export const SHAPE: Shape = { layers: 6, width: 64, heads: 4, headWidth: 16, promptLength: 16 };

const SIGNS: Record<Mark, string> = {
  none: '.',
  exact: '#',
  recent: '+',
  kept: 'k',
  summary: 's',
  memory: 'm',
  self: 'o',
  rewritten: 'r',
};

export function byId(id: string): Method {
  const found = METHODS.find((method) => method.id === id);
  if (!found) throw new Error(`no method ${id}`);
  return found;
}

/** The panels of a method, with its picture's parameters unless others are given. */
export function panels(
  id: string,
  n: number,
  params: Params = {},
  shape: Partial<Shape> = {},
  measured?: Measured,
): readonly Panel[] {
  const method = byId(id);
  return method.panels({
    n,
    shape: { ...SHAPE, ...shape },
    params: { ...pictureDefaults(method), ...params },
    ...(measured && { measured }),
  });
}

export function panel(id: string, which: string, ...rest: Tail<Parameters<typeof panels>>): Panel {
  const found = panels(id, ...rest).find((one) => one.id === which);
  if (!found) throw new Error(`no panel ${which} of ${id}`);
  return found;
}

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

/** A panel as rows of signs, extra columns first. */
export function drawing({ size, mark, extra }: Panel): string[] {
  return Array.from({ length: size }, (_, i) => {
    const before = Array.from({ length: extra?.count ?? 0 }, (_, c) => extra?.mark(i, c) ?? 'none');
    const text = Array.from({ length: size }, (_, j) => mark(i, j));
    return [...before, ...text].map((one) => SIGNS[one]).join('');
  });
}

/** Every method with every choice, once with the parameters of costs and once with those of pictures. */
export function variants(): { method: Method; params: Params; name: string }[] {
  return METHODS.flatMap((method) =>
    [defaults(method), pictureDefaults(method)].flatMap((params, which) =>
      choicesOf(method).map((chosen) => ({
        method,
        params: { ...params, ...chosen },
        name: [method.id, ['as in costs', 'as in pictures'][which], ...Object.values(chosen)].join(
          ' ',
        ),
      })),
    ),
  );
}

function choicesOf({ parameters }: Method): Params[] {
  return Object.entries(parameters).reduce<Params[]>(
    (all, [key, { choices }]) =>
      choices ? all.flatMap((one) => choices.map((_, at) => ({ ...one, [key]: at }))) : all,
    [{}],
  );
}
