/** What is paid with, and the way to another one. */

import { html, nothing, type TemplateResult } from 'lit';
import { hasSubscription } from '../client/offer.ts';
import type { Subscription } from '../client/types.ts';
import type { Messages } from '../locales/index.ts';
import { button } from '../ui/button.ts';
import { expiryOf, isExpired, methodName, methodSaid, type PaymentMethod } from '../ui/payment-method.ts';

export interface PaymentSectionView {
  readonly subscription: Subscription;
  readonly text: Messages;
  readonly isBusy: boolean;
  readonly isWaiting: boolean;
  readonly onUpdate: () => void;
}

export function paymentSection(view: PaymentSectionView): TemplateResult {
  const { subscription, text, isBusy, isWaiting } = view;
  const { payment_method: method } = subscription;
  const mayUpdate = subscription.can_manage_billing && (method !== null || hasSubscription(subscription));
  return html`<section part="section section-payment" aria-labelledby="payment-title">
    <h3 id="payment-title">${text.manager.payment}</h3>
    <div class="row">
      <div class="grow">${method ? methodView(method, view) : missing(text)}</div>
      ${
        mayUpdate
          ? button({
              label: method ? text.manager.update : text.attention.addCard,
              name: method ? text.manager.updateLabel : text.attention.addCard,
              look: 'quiet',
              size: 'small',
              isBusy,
              isWaiting,
              busyLabel: text.opening,
              onClick: view.onUpdate,
            })
          : nothing
      }
    </div>
  </section>`;
}

function methodView(method: PaymentMethod, { text, subscription }: PaymentSectionView): TemplateResult {
  const expiry = expiryOf(method);
  const isOver = isExpired(method, Date.parse(subscription.as_of));
  return html`<p class="method" part="payment-method">
    <span class="card-art" aria-hidden="true">${art(method)}</span>
    <span class="sr">${methodSaid(method, text)}</span>
    ${method.last4 === null ? nothing : html`<bdi class="num" dir="ltr" aria-hidden="true">•••• ${method.last4}</bdi>`}
    ${
      expiry === null
        ? nothing
        : isOver
          ? html`<span class="pill warn" part="pill">${text.manager.expired(expiry)}</span>`
          : html`<span class="muted">${text.manager.expires(expiry)}</span>`
    }
  </p>`;
}

const missing = (text: Messages): TemplateResult =>
  html`<p>${text.manager.noMethod}</p>
    <p class="muted">${text.manager.noMethodDetail}</p>`;

/** A name that fits on a card as wide as a thumb. */
const art = (method: PaymentMethod): string =>
  method.brand === 'mastercard' ? 'MC' : method.brand === 'amex' ? 'AMEX' : methodName(method).toUpperCase();
