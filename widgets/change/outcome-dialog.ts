/** A payment that did not go through, or waits for the bank: nothing has changed, and here is the way on. */

import { html, nothing, type TemplateResult } from 'lit';
import { button } from '../ui/button.ts';
import { linkButton, safeHref } from '../ui/link-button.ts';
import { icon } from '../ui/icons.ts';
import { notice, problemText } from '../ui/problems.ts';
import type { FlowView } from './flow-step.ts';
import type { DialogView } from './dialog-controller.ts';

type View = FlowView<'declined' | 'bank'>;

export function outcomeDialog(view: View): DialogView {
  const { step, text, flow } = view;
  const { change } = text;
  const isBank = step.name === 'bank';
  const title = isBank ? change.bank : change.declined;
  const detail = isBank ? change.bankDetail : change.declinedDetail;
  const { error } = flow.errands;
  return {
    name: step.name,
    title,
    body: html`${error ? notice(problemText(error, 'portal', text), nothing) : nothing}
      <p class="outcome">${icon(isBank ? 'clock' : 'alert')}<span>${detail}</span></p>
      ${isBank || !hasPage(view) ? nothing : html`<p>${updateCard(view, 'quiet')}</p>`}
      ${isBank ? html`<p class="muted small wait"><span class="spinner" aria-hidden="true"></span>${change.waiting}</p>` : nothing}`,
    actions: html`${button({ label: change.notNow, look: 'quiet', isBusy: false, busyLabel: '', onClick: flow.close })}
    ${linkButton({ label: isBank ? change.toBank : change.otherCard, href: step.hostedUrl, look: 'filled', isFirst: true, text })}
    ${isBank || hasPage(view) ? nothing : updateCard(view, 'filled')}`,
    said: detail,
    isBusy: false,
  };
}

/** Stripe's page takes another card for this one payment; where there is none, the card on file can be replaced. */
const hasPage = ({ step }: View): boolean => safeHref(step.hostedUrl) !== null;

const updateCard = ({ text, flow }: View, look: 'quiet' | 'filled'): TemplateResult =>
  button({
    label: text.change.updateCard,
    look,
    size: look === 'quiet' ? 'small' : 'usual',
    isBusy: flow.errands.busy !== null,
    busyLabel: text.opening,
    onClick: flow.updateCard,
  });
