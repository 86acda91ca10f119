/** An invoice as a PDF: what somebody files. */

import PDFDocument from 'pdfkit';
import type { InvoiceView } from '../pages/invoice.ts';
import { totalsOf } from '../pages/invoice.ts';
import { languageOf, messagesFor } from '../pages/messages.ts';
import type { Messages } from '../pages/messages.ts';
import { formatDate, formatMoney } from '../pages/money.ts';
import { heightOf, write } from './text.ts';
import type { Document, Placement, TextStyle } from './text.ts';

/** Points: A4, and what is left free around it. */
const page = { width: 595.28, height: 841.89 };
const margin = 56;
const inner = page.width - 2 * margin;
const bottom = page.height - margin - 24;

const ink = '#1a1a1f';
const quiet = '#62626b';
const line = '#dcdce0';
const plain: TextStyle = { size: 9.5, weight: 'regular', color: ink };
const muted: TextStyle = { ...plain, color: quiet };
const strong: TextStyle = { ...plain, weight: 'strong' };

/** Columns of the lines: where each starts and how wide it is, seen from the side where reading starts. */
const columns = { description: [0, 0.52], quantity: [0.52, 0.1], unit: [0.62, 0.19], amount: [0.81, 0.19] } as const;

/** The bytes of the file. */
export async function renderInvoicePdf(view: InvoiceView): Promise<Buffer> {
  const text = messagesFor(view.locale);
  const document = new PDFDocument({
    size: [page.width, page.height],
    margin: 0,
    bufferPages: true,
    lang: languageOf(view.locale).lang,
    info: { Title: titleOf(view, text), Author: view.business.name, CreationDate: new Date(view.issuedAt) },
  });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve) => document.on('end', resolve));
  draw(document, view, text);
  document.end();
  await ended;
  return Buffer.concat(chunks);
}

function titleOf(view: InvoiceView, text: Messages): string {
  return view.number ? text.invoice.title(view.number) : text.invoice.status[view.status];
}

interface Pen {
  readonly document: Document;
  readonly view: InvoiceView;
  readonly text: Messages;
  readonly lang: string;
  readonly direction: 'ltr' | 'rtl';
  y: number;
}

function draw(document: Document, view: InvoiceView, text: Messages): void {
  const { lang, dir } = languageOf(view.locale);
  const pen: Pen = { document, view, text, lang, direction: dir, y: margin };
  drawHead(pen);
  drawParties(pen);
  drawStanding(pen);
  drawLines(pen);
  drawTotals(pen);
  drawReceipt(pen);
  drawFeet(pen);
}

/** A place by its share of the page's width, counted from where reading starts. */
function at(pen: Pen, [from, share]: readonly [number, number], side: 'start' | 'end' = 'start'): Placement {
  const isRtl = pen.direction === 'rtl';
  const left = isRtl ? 1 - from - share : from;
  return {
    x: margin + left * inner,
    y: pen.y,
    width: share * inner,
    align: (side === 'start') === isRtl ? 'right' : 'left',
    direction: pen.direction,
  };
}

function drawHead(pen: Pen): void {
  const { document, view, text } = pen;
  write(document, view.business.name, { size: 13, weight: 'strong', color: ink }, at(pen, [0.5, 0.5], 'end'));
  const title = view.status === 'paid' ? text.invoice.receiptTitle : text.invoice.documentTitle;
  pen.y += write(document, title, { size: 22, weight: 'strong', color: ink }, at(pen, [0, 0.6])) + 14;
  const facts: [string, string][] = [
    [text.invoice.number, view.number ?? ''],
    [text.invoice.issued, date(pen, view.issuedAt)],
    ...(view.dueAt ? [[text.invoice.due, date(pen, view.dueAt)] as [string, string]] : []),
    ...(view.paidAt ? [[text.invoice.paidOn, date(pen, view.paidAt)] as [string, string]] : []),
    [text.invoice.standing, text.invoice.status[view.status]],
  ];
  for (const [name, value] of facts) {
    const height = write(document, value, plain, at(pen, [0.22, 0.5]));
    write(document, name, muted, at(pen, [0, 0.21]));
    pen.y += height;
  }
  pen.y += 22;
}

function drawParties(pen: Pen): void {
  const { document, view, text } = pen;
  const top = pen.y;
  const column = (place: readonly [number, number], lines: readonly string[], heading: string): number => {
    pen.y = top;
    pen.y += write(document, heading, muted, at(pen, place)) + 2;
    for (const [index, value] of lines.entries()) {
      pen.y += write(document, value, index === 0 ? strong : plain, at(pen, place));
    }
    return pen.y;
  };
  const { name, email, address } = view.customer;
  const to = [name, ...address, email].filter((part): part is string => part !== null && part !== '');
  const ends = [column([0, 0.46], [view.business.name], text.invoice.from), column([0.5, 0.5], to, text.invoice.to)];
  pen.y = Math.max(...ends) + 28;
}

function drawStanding(pen: Pen): void {
  const { document, view, text } = pen;
  const words =
    view.status === 'paid' && view.paidAt
      ? text.invoice.amountPaid(money(pen, view.amountPaid), date(pen, view.paidAt))
      : view.status === 'open'
        ? text.invoice.amountDue(money(pen, view.amountDue), date(pen, view.dueAt ?? view.issuedAt))
        : `${money(pen, view.total)} · ${text.invoice.status[view.status]}`;
  pen.y += write(document, words, { size: 16, weight: 'strong', color: ink }, at(pen, [0, 1])) + 20;
}

function drawLines(pen: Pen): void {
  const { document, view, lang } = pen;
  drawColumns(pen);
  const small: TextStyle = { ...muted, size: 8.5 };
  for (const item of view.lines) {
    const period = item.period ? periodWords(item.period, lang) : null;
    const width = columns.description[1] * inner - 12;
    const height =
      heightOf(document, item.description, plain, width) + (period ? heightOf(document, period, small, width) : 0);
    if (pen.y + height > bottom) {
      turnPage(pen);
      drawColumns(pen);
    }
    const top = pen.y;
    const place = { ...at(pen, columns.description), width };
    if (pen.direction === 'rtl') Object.assign(place, { x: place.x + 12 });
    pen.y += write(document, item.description, plain, place);
    if (period) pen.y += write(document, period, small, { ...place, y: pen.y });
    const after = pen.y;
    pen.y = top;
    write(document, new Intl.NumberFormat(lang).format(item.quantity), plain, at(pen, columns.quantity, 'end'));
    if (item.unitAmount !== null) write(document, money(pen, item.unitAmount), plain, at(pen, columns.unit, 'end'));
    write(document, money(pen, item.amount), plain, at(pen, columns.amount, 'end'));
    pen.y = after + 9;
    rule(pen);
    pen.y += 9;
  }
}

function drawColumns(pen: Pen): void {
  const { document, text } = pen;
  const names = {
    description: text.invoice.description,
    quantity: text.invoice.quantity,
    unit: text.invoice.unitPrice,
    amount: text.invoice.amount,
  };
  for (const [name, words] of Object.entries(names)) {
    const column = name as keyof typeof columns;
    write(document, words, muted, at(pen, columns[column], column === 'description' ? 'start' : 'end'));
  }
  pen.y += 19;
  rule(pen);
  pen.y += 9;
}

function drawTotals(pen: Pen): void {
  const { document, view, text } = pen;
  for (const { label, amount, rank } of totalsOf(view, text)) {
    if (pen.y + 16 > bottom) turnPage(pen);
    const style = rank === 'total' ? strong : plain;
    write(document, label, rank === 'total' ? strong : muted, at(pen, [0.52, 0.28]));
    write(document, money(pen, amount), style, at(pen, [0.8, 0.2], 'end'));
    pen.y += 17;
  }
  pen.y += 16;
}

/** What a paid invoice says of its payment. */
function drawReceipt(pen: Pen): void {
  const { document, view, text } = pen;
  if (view.status !== 'paid' || !view.paidAt) return;
  if (pen.y + 60 > bottom) turnPage(pen);
  pen.y += write(document, text.invoice.receipt, strong, at(pen, [0, 1])) + 2;
  const card = view.paidWith ? `${brandName(view.paidWith.brand)} •••• ${view.paidWith.last4}` : null;
  const words = [date(pen, view.paidAt), card, money(pen, view.amountPaid)].filter((part) => part !== null);
  pen.y += write(document, words.join('  ·  '), plain, at(pen, [0, 1]));
}

/** On every page: which invoice, which page, and that no money moved. */
function drawFeet(pen: Pen): void {
  const { document, view, text } = pen;
  const { count } = document.bufferedPageRange();
  const style: TextStyle = { ...muted, size: 8 };
  for (let number = 0; number < count; number++) {
    document.switchToPage(number);
    pen.y = page.height - margin - 18;
    rule(pen);
    pen.y += 8;
    const pageNumber = text.invoice.page(String(number + 1), String(count));
    write(document, `${titleOf(view, text)} · ${text.testModeNote}`, style, at(pen, [0, 0.8]));
    write(document, pageNumber, style, at(pen, [0.8, 0.2], 'end'));
  }
}

function turnPage(pen: Pen): void {
  pen.document.addPage();
  pen.y = margin;
}

function rule({ document, y }: Pen): void {
  document
    .moveTo(margin, y)
    .lineTo(margin + inner, y)
    .lineWidth(0.6)
    .strokeColor(line)
    .stroke();
}

function date(pen: Pen, iso: string): string {
  return formatDate(iso, pen.lang);
}

function money(pen: Pen, amount: number): string {
  return formatMoney(amount, pen.view.currency, pen.lang);
}

function periodWords(range: { readonly start: string; readonly end: string }, lang: string): string {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeZone: 'UTC' }).formatRange(
    new Date(range.start),
    new Date(range.end),
  );
}

function brandName(brand: string): string {
  return brand === 'amex' ? 'American Express' : brand.slice(0, 1).toUpperCase() + brand.slice(1);
}
