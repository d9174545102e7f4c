import type { Context2D, Size } from '@/lib/draw/shapes';

/** What of a canvas context's state shows in a picture. */
interface Pen {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  globalAlpha: number;
  font: string;
  textAlign: string;
  textBaseline: string;
  dash: number[];
  lineDashOffset: number;
  transform: string;
  clip: string | null;
}

const ANCHORS: Record<string, string> = { left: 'start', center: 'middle', right: 'end' };

/** Draws what `paint` draws as an SVG with a title and a ground colour: a stored picture that a reviewer can open. */
export function picture(
  title: string,
  size: Size,
  ground: string,
  paint: (ctx: Context2D) => void,
): string {
  const marks: string[] = [];
  const defs: string[] = [];
  let clips = 0;
  const stack: Pen[] = [];
  let path = '';
  let pen: Pen = {
    fillStyle: '#000',
    strokeStyle: '#000',
    lineWidth: 1,
    globalAlpha: 1,
    font: '12px sans-serif',
    textAlign: 'left',
    textBaseline: 'alphabetic',
    dash: [],
    lineDashOffset: 0,
    transform: '',
    clip: null,
  };
  /** What was filled last, to which more may be added: thousands of cells make a large file. */
  let filled: { key: string; d: string } | null = null;
  let at = { x: 0, y: 0 };
  const n = (value: number) => String(Math.round(value * 100) / 100);
  /** The colours of a ramp, shorter. */
  const colour = (value: unknown) =>
    String(value).replace(/^rgb\((\d+), (\d+), (\d+)\)$/, (_, ...parts) =>
      parts
        .slice(0, 3)
        .reduce((hex, part) => hex + Number(part).toString(16).padStart(2, '0'), '#'),
    );
  const box = (x: number, y: number, width: number, height: number) =>
    `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`;
  const mark = (name: string, attributes: string, body = '') => {
    filled = null;
    const alpha = pen.globalAlpha < 1 ? ` opacity="${n(pen.globalAlpha)}"` : '';
    const moved = pen.transform ? ` transform="${pen.transform.trim()}"` : '';
    const one = `<${name} ${attributes}${alpha}${moved}${body ? `>${body}</${name}>` : '/>'}`;
    marks.push(pen.clip ? `<g clip-path="url(#${pen.clip})">${one}</g>` : one);
  };
  const stroked = () => {
    const offset = pen.lineDashOffset === 0 ? '' : ` stroke-dashoffset="${n(pen.lineDashOffset)}"`;
    const dash =
      pen.dash.length > 0 ? ` stroke-dasharray="${pen.dash.map(n).join(' ')}"${offset}` : '';
    return `fill="none" stroke="${colour(pen.strokeStyle)}" stroke-width="${n(pen.lineWidth)}"${dash}`;
  };
  /** About what the page's faces take. */
  const widthOf = (value: string) => {
    const [, px, family] = /([\d.]+)px (.*)$/.exec(pen.font) ?? [];
    return value.length * Number(px) * (family?.includes('mono') ? 0.6 : 0.52);
  };
  const text = (paintOf: () => string) => (value: string, x: number, y: number, room?: number) => {
    const [, weight, px, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(pen.font) ?? [];
    const middle = pen.textBaseline === 'middle' ? ' dominant-baseline="central"' : '';
    const tight = room !== undefined && widthOf(value) > room;
    const squeezed = tight ? ` textLength="${n(room)}" lengthAdjust="spacingAndGlyphs"` : '';
    const body = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    mark(
      'text',
      `x="${n(x)}" y="${n(y)}" ${paintOf()} font-size="${px}" font-weight="${weight ?? 400}" font-family="${family}" text-anchor="${ANCHORS[pen.textAlign]}"${middle}${squeezed}`,
      body,
    );
  };
  const fillBox = (d: string) => {
    const key = [pen.fillStyle, pen.globalAlpha, pen.transform, pen.clip].join('|');
    // Boxes that let what lies below shine through may not become one: where they overlap they would be paler.
    const joined = filled?.key === key && pen.globalAlpha === 1 ? filled.d + d : d;
    if (joined !== d) marks.pop();
    mark('path', `d="${joined}" fill="${colour(pen.fillStyle)}"`);
    filled = { key, d: joined };
  };
  const calls = {
    save: () => stack.push({ ...pen }),
    restore: () => {
      pen = stack.pop() ?? pen;
    },
    beginPath: () => {
      path = '';
    },
    moveTo: (x: number, y: number) => {
      at = { x, y };
      path += `M${n(x)} ${n(y)}`;
    },
    lineTo: (x: number, y: number) => {
      at = { x, y };
      path += `L${n(x)} ${n(y)}`;
    },
    arcTo: (x1: number, y1: number, x2: number, y2: number, r: number) => {
      // Only for corners of 90°: the arc starts and ends at the radius from the corner.
      const [inX, inY] = [Math.sign(x1 - at.x), Math.sign(y1 - at.y)];
      const [outX, outY] = [Math.sign(x2 - x1), Math.sign(y2 - y1)];
      const sweep = inX * outY - inY * outX > 0 ? 1 : 0;
      at = { x: x1 + outX * r, y: y1 + outY * r };
      path += `L${n(x1 - inX * r)} ${n(y1 - inY * r)}A${n(r)} ${n(r)} 0 0 ${sweep} ${n(at.x)} ${n(at.y)}`;
    },
    createLinearGradient: (x1: number, y1: number, x2: number, y2: number) => {
      const place = defs.length;
      const stops: string[] = [];
      const id = `g${place}`;
      defs.push('');
      return {
        addColorStop: (offset: number, colour: string) => {
          stops.push(`<stop offset="${offset}" stop-color="${colour}"/>`);
          defs[place] =
            `<linearGradient id="${id}" gradientUnits="userSpaceOnUse" x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}">${stops.join('')}</linearGradient>`;
        },
        toString: () => `url(#${id})`,
      };
    },
    bezierCurveTo: (...at: number[]) => {
      path += `C${at.map(n).join(' ')}`;
    },
    rect: (x: number, y: number, width: number, height: number) => {
      path += box(x, y, width, height);
    },
    arc: (x: number, y: number, r: number, from: number, to: number) => {
      const start = `M${n(x + r * Math.cos(from))} ${n(y + r * Math.sin(from))}`;
      const half = `A${n(r)} ${n(r)} 0 1 1 `;
      const whole = Math.abs(to - from) >= 2 * Math.PI;
      path += `${start}${half}${n(x - r * Math.cos(from))} ${n(y - r * Math.sin(from))}`;
      if (whole) path += `${half}${n(x + r * Math.cos(from))} ${n(y)}z`;
    },
    clip: () => {
      const inside = pen.clip ? ` clip-path="url(#${pen.clip})"` : '';
      const moved = pen.transform ? ` transform="${pen.transform.trim()}"` : '';
      pen.clip = `c${clips}`;
      clips += 1;
      defs.push(`<clipPath id="${pen.clip}"${inside}><path d="${path}"${moved}/></clipPath>`);
    },
    fill: () => path && mark('path', `d="${path}" fill="${colour(pen.fillStyle)}"`),
    stroke: () => path && mark('path', `d="${path}" ${stroked()}`),
    fillRect: (x: number, y: number, width: number, height: number) =>
      fillBox(box(x, y, width, height)),
    strokeRect: (x: number, y: number, width: number, height: number) =>
      mark('path', `d="${box(x, y, width, height)}" ${stroked()}`),
    fillText: text(() => `fill="${colour(pen.fillStyle)}"`),
    strokeText: text(stroked),
    measureText: (value: string) => ({ width: widthOf(value) }),
    setLineDash: (dash: number[]) => {
      pen.dash = dash;
    },
    rotate: (angle: number) => {
      pen.transform += ` rotate(${n((angle * 180) / Math.PI)})`;
    },
    translate: (x: number, y: number) => {
      pen.transform += ` translate(${n(x)} ${n(y)})`;
    },
  };
  const ctx = new Proxy(calls as Record<string, unknown>, {
    get: (known, name: string) => {
      if (name in known) return known[name];
      if (name in pen) return pen[name as keyof Pen];
      throw new Error(`a picture knows no ${name}`);
    },
    set: (_, name: string, value) => {
      pen = { ...pen, [name]: value };
      return true;
    },
  });
  paint(ctx as unknown as Context2D);
  const { width, height } = size;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${title}</title>`,
    `<defs>${defs.join('')}</defs>`,
    `<rect width="${width}" height="${height}" fill="${ground}"/>`,
    ...marks,
    '</svg>\n',
  ].join('\n');
}
