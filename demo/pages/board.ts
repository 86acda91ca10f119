/** The one board of the demo, drawn: on the landing page, in the app, and as the file that an export downloads. */

import { html, raw } from 'hono/html';

/** Pigments are the same on every surface: a board's cards do not change with the room's light. */
const ink = '#1d2b2a';
const paper = '#fdfcf9';
const edge = '#1d2b2a';

interface Card {
  readonly title: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Degrees. */
  readonly tilt: number;
  /** Markup inside of a box of width × height. */
  readonly art: string;
}

const label = (x: number, y: number, text: string, size = 13, fill = ink): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}">${text}</text>`;

/** In the order in which they lie on each other. */
export const cards: readonly Card[] = [
  {
    title: 'The harbour at six',
    x: 96,
    y: 70,
    width: 268,
    height: 190,
    tilt: -1.6,
    art: `<rect width="268" height="190" fill="#d9e6e4"/><rect y="64" width="268" height="40" fill="#e9cdb6"/>
      <circle cx="186" cy="98" r="30" fill="#ee9d78"/><rect y="104" width="268" height="86" fill="#4f8d8c"/>
      <path d="M0 118q34-8 67 0t67 0 67 0 67 0v72H0z" fill="#3b7675"/><path d="M0 150q34-8 67 0t67 0 67 0 67 0v40H0z" fill="#2a5c5d"/>
      <path d="M58 104V66l30 34zM54 106h46l-8 12H62z" fill="${paper}"/>`,
  },
  {
    title: 'Palette',
    x: 398,
    y: 44,
    width: 168,
    height: 132,
    tilt: 1.2,
    art: `<rect width="168" height="132" fill="${paper}"/><rect width="42" height="92" fill="#2a5c5d"/><rect x="42" width="42" height="92" fill="#a9c7c2"/>
      <rect x="84" width="42" height="92" fill="#ee9d78"/><rect x="126" width="42" height="92" fill="#ecdfc9"/>
      ${label(12, 117, 'kelp · fog · rust · bone', 13)}`,
  },
  {
    title: 'Limestone arches',
    x: 604,
    y: 76,
    width: 232,
    height: 258,
    tilt: 1.8,
    art: `<rect width="232" height="258" fill="#ecdfc9"/><path d="M0 258V150a38 38 0 0 1 76 0v108zM88 258V118a44 44 0 0 1 88 0v140zM188 258V150a38 38 0 0 1 44-37v145z" fill="#cfae8c"/>
      <path d="M14 258V156a26 26 0 0 1 50 0v102zM102 258V126a30 30 0 0 1 60 0v132zM202 258V156a26 26 0 0 1 30-26v128z" fill="#9b7658"/>
      <circle cx="46" cy="44" r="17" fill="#f7f1e6"/>`,
  },
  {
    title: 'Note: before the ferry',
    x: 214,
    y: 292,
    width: 196,
    height: 118,
    tilt: 1.1,
    art: `<rect width="196" height="118" fill="${paper}"/>${label(18, 36, 'Before the ferry the', 16)}${label(18, 59, 'water is the colour', 16)}
      ${label(18, 82, 'of the shutters.', 16)}${label(18, 104, 'Mara, Tuesday', 12, '#64716f')}`,
  },
  {
    title: 'Sea holly',
    x: 60,
    y: 318,
    width: 130,
    height: 176,
    tilt: -2.2,
    art: `<rect width="130" height="176" fill="#e6e9f2"/><path d="M66 160C64 120 62 96 66 52" stroke="#5d6c94" stroke-width="3" fill="none"/>
      <path d="M66 120c-26-4-36-22-38-38 22 2 36 16 38 38zM66 104c22-4 34-18 36-36-22 4-34 16-36 36zM66 76c-16-6-22-18-22-32 16 6 22 16 22 32zM66 64c14-6 18-16 18-28-12 4-18 14-18 28z" fill="#7f90bd"/>
      <circle cx="66" cy="36" r="13" fill="#5d6c94"/>`,
  },
  {
    title: 'Chair, low',
    x: 438,
    y: 214,
    width: 138,
    height: 150,
    tilt: -1.4,
    art: `<rect width="138" height="150" fill="#f3d9cb"/><g fill="none" stroke="${ink}" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round">
      <path d="M42 30l10 56h48M52 86l-10 38M100 86l8 38M46 104h56M42 30q-7-1-5 6l9 54"/></g>`,
  },
  {
    title: 'Specimen',
    x: 446,
    y: 394,
    width: 160,
    height: 138,
    tilt: 1.6,
    art: `<rect width="160" height="138" fill="#2a5c5d"/><text x="16" y="84" font-size="76" font-weight="600" letter-spacing="-4" fill="#ecdfc9">Rg</text>
      ${label(18, 122, 'shop sign, east quay', 12, '#d5e4e1')}`,
  },
  {
    title: 'Note: ask Theo',
    x: 648,
    y: 372,
    width: 150,
    height: 92,
    tilt: -1.8,
    art: `<rect width="150" height="92" fill="#f6cf9f"/>${label(16, 38, 'Ask Theo: does', 15)}${label(16, 60, 'limestone sweat?', 15)}`,
  },
];

const threads = [
  'M230 165C330 120 400 90 482 110',
  'M230 165C260 240 290 290 312 350',
  'M507 289C560 250 640 220 720 205',
  'M720 205C740 290 735 350 723 418',
  'M507 289C512 350 520 400 526 455',
  'M125 406C170 380 240 360 312 350',
];

const drawCard = (card: Card, place: number): string => {
  const { x, y, width, height, tilt, art } = card;
  const clip = `card-${place}`;
  return `<g class="drift drift-${place % 4}"><g transform="translate(${x} ${y}) rotate(${tilt} ${width / 2} ${height / 2})">
    <clipPath id="${clip}"><rect width="${width}" height="${height}" rx="9"/></clipPath><g clip-path="url(#${clip})">${art}</g>
    <rect width="${width}" height="${height}" rx="9" fill="none" stroke="${edge}" stroke-opacity=".16"/></g></g>`;
};

const drawing = (): string =>
  `<g fill="none" stroke="#7c9a96" stroke-width="1.5" stroke-dasharray="1 7" stroke-linecap="round">${threads
    .map((thread) => `<path d="${thread}"/>`)
    .join('')}</g>${cards.map(drawCard).join('')}`;

/** The board as part of a page; its cards drift by the style sheet. */
export const boardPicture = () =>
  html`<svg
    class="board"
    viewBox="24 20 850 520"
    role="img"
    aria-label="A board with eight cards that lie loosely by subject: a harbour, a palette, limestone arches, notes, sea holly, a chair and a letter."
  >
    ${raw(drawing())}
  </svg>`;

/** The board as a file of its own. */
export const boardFile = (): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="24 20 850 520" width="1700" height="1040" font-family="system-ui, sans-serif"><rect x="24" y="20" width="850" height="520" fill="#f4f6f4"/>${drawing()}</svg>\n`;
