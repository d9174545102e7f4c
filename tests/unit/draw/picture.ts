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
  const clips: string[] = [];
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
    transform: '',
    clip: null,
  };
  const n = (value: number) => String(Math.round(value * 100) / 100);
  const box = (x: number, y: number, width: number, height: number) =>
    `M${n(x)} ${n(y)}h${n(width)}v${n(height)}h${n(-width)}z`;
  const mark = (name: string, attributes: string, body = '') => {
    const alpha = pen.globalAlpha < 1 ? ` opacity="${n(pen.globalAlpha)}"` : '';
    const moved = pen.transform ? ` transform="${pen.transform.trim()}"` : '';
    const one = `<${name} ${attributes}${alpha}${moved}${body ? `>${body}</${name}>` : '/>'}`;
    marks.push(pen.clip ? `<g clip-path="url(#${pen.clip})">${one}</g>` : one);
  };
  const stroked = () => {
    const dash = pen.dash.length > 0 ? ` stroke-dasharray="${pen.dash.join(' ')}"` : '';
    return `fill="none" stroke="${pen.strokeStyle}" stroke-width="${n(pen.lineWidth)}"${dash}`;
  };
  const text = (paintOf: () => string) => (value: string, x: number, y: number) => {
    const [, weight, px, family] = /^(?:(\d+) )?([\d.]+)px (.*)$/.exec(pen.font) ?? [];
    const middle = pen.textBaseline === 'middle' ? ' dominant-baseline="central"' : '';
    const body = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    mark(
      'text',
      `x="${n(x)}" y="${n(y)}" ${paintOf()} font-size="${px}" font-weight="${weight ?? 400}" font-family="${family}" text-anchor="${ANCHORS[pen.textAlign]}"${middle}`,
      body,
    );
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
      path += `M${n(x)} ${n(y)}`;
    },
    lineTo: (x: number, y: number) => {
      path += `L${n(x)} ${n(y)}`;
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
      pen.clip = `c${clips.length}`;
      clips.push(`<clipPath id="${pen.clip}"><path d="${path}"/></clipPath>`);
    },
    fill: () => path && mark('path', `d="${path}" fill="${pen.fillStyle}"`),
    stroke: () => path && mark('path', `d="${path}" ${stroked()}`),
    fillRect: (x: number, y: number, width: number, height: number) =>
      mark('path', `d="${box(x, y, width, height)}" fill="${pen.fillStyle}"`),
    strokeRect: (x: number, y: number, width: number, height: number) =>
      mark('path', `d="${box(x, y, width, height)}" ${stroked()}`),
    fillText: text(() => `fill="${pen.fillStyle}"`),
    strokeText: text(stroked),
    measureText: (value: string) => ({ width: value.length * 6.6 }),
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
    `<defs>${clips.join('')}</defs>`,
    `<rect width="${width}" height="${height}" fill="${ground}"/>`,
    ...marks,
    '</svg>\n',
  ].join('\n');
}
