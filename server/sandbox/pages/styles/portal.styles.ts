/** The billing portal: one column of panels whose sections are parted by lines. */

export const portalStyles = /* css */ `
@layer pages {
  .portal { display: flex; flex-direction: column; background: var(--sunken); }
  .portal-head, .portal-main, .portal-foot { inline-size: 100%; max-inline-size: 46rem; margin-inline: auto; padding-inline: var(--s4); }
  .portal-head { padding-block: var(--s4); }
  .portal-main { flex: 1; display: grid; gap: var(--s4); align-content: start; padding-block: var(--s3) var(--s6); }
  .portal-main > h1 { font-size: var(--t-xl); font-weight: 600; letter-spacing: -.015em; line-height: 1.25; }
  .portal-foot { display: flex; flex-wrap: wrap; gap: var(--s1) var(--s4); padding-block: var(--s4); color: var(--muted); font-size: var(--t-xs); }
  .portal-foot a { color: inherit; }
  .way-back { display: inline-flex; align-items: center; gap: var(--s2); inline-size: fit-content; min-block-size: 1.5rem; color: var(--muted); font-size: var(--t-s); text-decoration: none; border-radius: var(--r-s); }
  .way-back:hover { color: var(--text); }
  .muted { color: var(--muted); }
  .bad-words { color: var(--danger); }

  .panel { border: 1px solid var(--line); border-radius: calc(var(--r) * 1.33); background: var(--surface); font-size: var(--t-s); overflow: clip; }
  .panel > section { display: grid; gap: var(--s3); justify-items: start; padding: var(--s5) var(--s4); }
  .panel > section + section { border-block-start: 1px solid var(--line); }
  .panel > section > h2 { color: var(--muted); font-size: var(--t-s); font-weight: 500; }
  .panel > section > :is(ul, table, .plan, fieldset, form, dl, .notice) { inline-size: 100%; }

  .plan { display: flex; flex-wrap: wrap; align-items: start; justify-content: space-between; gap: var(--s3) var(--s5); }
  .plan + .plan { padding-block-start: var(--s4); border-block-start: 1px solid var(--line); }
  .plan > div:first-child { flex: 1 1 16rem; min-inline-size: 0; display: grid; gap: var(--s1); }
  .plan-name { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s1) var(--s2); font-size: var(--t-m); font-weight: 600; letter-spacing: -.01em; }
  .plan-name .pill { letter-spacing: 0; }
  .plan-price { font-variant-numeric: tabular-nums; }
  .actions, .step-actions { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2); }
  .button.plain { border-color: transparent; box-shadow: none; background: none; color: var(--muted); }
  .button.plain:hover { color: var(--text); background: var(--sunken); }
  .button.danger { color: var(--danger); }
  .pill.active, .pill.trialing { background: var(--good-soft); color: var(--good); }
  .pill.past_due, .pill.unpaid { background: var(--danger-soft); color: var(--danger); }
  .pill.ending, .pill.incomplete { background: var(--warn-soft); color: var(--warn); }

  .notice.good { background: var(--good-soft); }
  .notice.good .icon { color: var(--good); }
  .notice.owed { flex-wrap: wrap; align-items: center; }
  .notice.owed p { flex: 1 1 14rem; }
  .notice.owed form { display: flex; flex-wrap: wrap; gap: var(--s2); }

  .rows li { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s1) var(--s3); padding-block: var(--s2); min-block-size: 2.75rem; }
  .rows li + li { border-block-start: 1px solid var(--line); }
  .row-actions { display: flex; flex-wrap: wrap; gap: var(--s1) var(--s3); margin-inline-start: auto; }
  .link { appearance: none; min-block-size: 1.75rem; padding: 0 2px; border: 0; background: none; color: var(--accent-text); font-size: var(--t-s); font-weight: 500; cursor: pointer; border-radius: 4px; }
  .link:hover { text-decoration: underline; text-underline-offset: .2em; }
  .details span { display: block; }

  .history { border-collapse: collapse; font-variant-numeric: tabular-nums; }
  .history th { padding: 0 var(--s3) var(--s2) 0; text-align: start; color: var(--muted); font-weight: 500; }
  .history td { padding: .5rem var(--s3) .5rem 0; border-block-start: 1px solid var(--line); }
  :dir(rtl) > * > .history :is(th, td), [dir="rtl"] .history :is(th, td) { padding-inline: 0 var(--s3); }
  .history .end { text-align: end; }
  .history :is(th, td):last-child { padding-inline-end: 0; }
  .icon-link { display: inline-grid; place-items: center; inline-size: 2rem; block-size: 2rem; margin-block: -.25rem; color: var(--muted); border-radius: var(--r-s); }
  .icon-link:hover { color: var(--text); background: var(--sunken); }
  @media (width < 34rem) { .history .wide { display: none; } }

  .step > section { justify-items: stretch; }
  .step p { text-wrap: pretty; }
  .step-actions { justify-content: end; padding: var(--s4); border-block-start: 1px solid var(--line); background: var(--sunken); }
  .form .step-actions { margin: var(--s2) calc(-1 * var(--s4)) calc(-1 * var(--s5)); }
  .step .submit { inline-size: auto; margin: 0; min-block-size: 2.5rem; font-size: var(--t-s); }
  .choice { display: flex; align-items: center; gap: var(--s3); min-block-size: 2rem; cursor: pointer; }
  .choice input { flex: none; inline-size: 1.125rem; block-size: 1.125rem; margin: 0; accent-color: var(--accent); }
  .plan-choice { min-block-size: 3.5rem; padding: var(--s2) var(--s4); border: 1px solid var(--line); border-radius: var(--r-s); }
  .plan-choice:hover { border-color: var(--line-strong); }
  .plan-choice:has(:checked) { border-color: var(--accent-text); box-shadow: inset 0 0 0 1px var(--accent-text); }
  .plan-choice { flex-wrap: wrap; gap: var(--s1) var(--s3); }
  .choice-words { flex: 1 1 10rem; min-inline-size: 0; display: grid; }
  .choice-words .plan-name { font-size: var(--t-s); }
  .choice-amount { text-align: end; font-variant-numeric: tabular-nums; }
  @media (width < 30rem) { .choice-words { flex-basis: calc(100% - 2rem); } .choice-amount { margin-inline-start: 1.875rem; } }
  textarea.input { block-size: auto; padding-block: var(--s2); resize: vertical; }
  .narrow .input { max-inline-size: 12rem; }
  .range { display: block; font-weight: 400; }
  .change { display: grid; gap: var(--s2); }
  .change div { display: flex; justify-content: space-between; gap: var(--s4); }
  .change dt { color: var(--muted); }
  .change dd { text-align: end; }
  .change bdi { font-weight: 550; }
  .change span { display: block; color: var(--muted); }
  .step .lines tbody tr:first-child td { border: 0; padding-block-start: 0; }
  .step .lines tfoot tr :is(td, th) { border-block-start: 1px solid var(--line) !important; padding-block: .625rem !important; text-align: start; }
  .step .lines tfoot tr td { text-align: end; }
  .portal .aside { padding: 0; }
  .portal .outcome-page { padding: var(--s7) var(--s5); }
  .portal .outcome-page h1 { font-size: var(--t-l); font-weight: 600; letter-spacing: -.015em; }
  @media (width >= 40rem) {
    .portal-head { padding-block: var(--s6) var(--s3); }
    .portal-head, .portal-main, .portal-foot { padding-inline: var(--s5); }
    .panel > section { padding: var(--s5); }
    .step-actions { padding: var(--s4) var(--s5); }
    .form .step-actions { margin-inline: calc(-1 * var(--s5)); }
    .detail-fields { grid-template-columns: 1fr 1fr; }
    .detail-fields :is(.line1, .line2) { grid-column: 1 / -1; }
  }
  @media (pointer: coarse) { .link { min-block-size: 2.75rem; } .choice { min-block-size: 2.75rem; } .icon-link { inline-size: 2.75rem; block-size: 2.75rem; } .way-back { min-block-size: 2.75rem; } }
}`;
