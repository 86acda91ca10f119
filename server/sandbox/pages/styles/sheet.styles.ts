/** Pages that are one sheet in the middle: closed checkout, 3-D Secure, invoice. */

export const sheetStyles = /* css */ `
@layer pages {
  .alone { display: grid; align-content: center; padding: var(--s4); background: var(--sunken); }
  .sheet { inline-size: 100%; max-inline-size: 28rem; margin-inline: auto; padding: var(--s5); border: 1px solid var(--line); border-radius: calc(var(--r) * 1.33); background: var(--surface); display: grid; gap: var(--s5); }
  .sheet h1 { font-size: var(--t-l); font-weight: 600; letter-spacing: -.015em; line-height: 1.3; }
  .outcome-page { display: grid; justify-items: center; text-align: center; gap: var(--s2); padding-block: var(--s5) var(--s4); }
  .outcome-page p { color: var(--muted); font-size: var(--t-s); max-inline-size: 22rem; text-wrap: balance; }
  .outcome-page .button { margin-block-start: var(--s4); }
  .badge { display: grid; place-items: center; inline-size: 3rem; block-size: 3rem; margin-block-end: var(--s2); border-radius: 50%; background: var(--sunken); color: var(--muted); }
  .badge.complete { background: var(--good-soft); color: var(--good); }
  .lead { color: var(--muted); font-size: var(--t-s); margin-block-start: calc(-1 * var(--s4)); text-wrap: pretty; }
  .facts { display: grid; font-size: var(--t-s); border-block: 1px solid var(--line); }
  .facts > div { display: flex; justify-content: space-between; align-items: center; gap: var(--s4); padding-block: .625rem; }
  .facts > div + div { border-block-start: 1px solid var(--line); }
  .facts dt { color: var(--muted); flex: none; }
  .facts dd { text-align: end; font-variant-numeric: tabular-nums; min-inline-size: 0; overflow-wrap: anywhere; }
  .facts dd > bdi { display: block; }
  .choices { display: grid; gap: var(--s2); }
  .challenge .business-name .icon { color: var(--good); }

  .sheet.invoice { max-inline-size: 40rem; }
  .invoice-head { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s3); }
  .standing { font-size: var(--t-xl); font-weight: 600; letter-spacing: -.02em; line-height: 1.25; font-variant-numeric: tabular-nums; margin-block-start: calc(-1 * var(--s3)); text-wrap: balance; }
  .sheet.invoice h1 { font-size: var(--t-m); letter-spacing: 0; color: var(--muted); font-weight: 500; }
  .lines { inline-size: 100%; border-collapse: collapse; font-size: var(--t-s); }
  .lines th { text-align: start; font-weight: 500; color: var(--muted); padding: 0 0 var(--s2); }
  .lines td, .lines tfoot th { padding: .625rem 0; border-block-start: 1px solid var(--line); vertical-align: top; }
  .lines .end { text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; padding-inline-start: var(--s4); }
  .lines .period { display: block; color: var(--muted); }
  .lines tfoot tr:not(:first-child) :is(td, th) { border: 0; padding-block: .125rem; }
  .lines tfoot .part:first-child :is(td, th) { padding-block-end: .125rem; }
  .lines tfoot .total :is(td, th) { font-weight: 600; color: var(--text); }
  .sheet.invoice .aside { padding: 0; }
  .sheet .muted { color: var(--muted); font-size: var(--t-s); }
  .invoice-actions { align-items: center; display: flex; flex-wrap: wrap; gap: var(--s2); }
  @media print {
    .alone { display: block; min-block-size: 0; padding: 0; background: none; }
    .sheet.invoice { max-inline-size: none; padding: 0; border: 0; border-radius: 0; }
    .invoice :is(.invoice-actions, .form, .aside) { display: none; }
    .lines tr, .facts > div { break-inside: avoid; }
  }
  @media screen and (width >= 40rem) { .sheet { padding: var(--s6); } .alone { padding: var(--s6); } .facts.two { grid-template-columns: 1fr 1fr; } }
}`;
