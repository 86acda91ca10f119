/** From a click on a plan to a new plan, to checkout or to a change that is agreed to; the same for every element with such a button. */

import type { nothing, TemplateResult } from 'lit';
import type { Offer } from '../client/offer.ts';
import type { Session } from '../client/session.ts';
import type { Catalogue, CheckoutOrder } from '../client/types.ts';
import { ChangeFlow } from '../change/change-flow.ts';
import type { Messages } from '../locales/index.ts';
import type { Announcer } from './announcer.ts';
import type { CatalogueHost } from './catalogue-controller.ts';
import { Errands } from './errands.ts';
import { PlanSelectEvent, SignInRequiredEvent, type PlanSelection } from './events.ts';
import { openPortal, resume } from './subscription-errands.ts';

export interface ChooseHost extends CatalogueHost {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly successUrl: string | null;
  readonly cancelUrl: string | null;
  readonly returnUrl?: string | null;
}

export class ChooseController {
  readonly errands: Errands;
  readonly #host: ChooseHost;
  readonly flow: ChangeFlow;

  constructor(host: ChooseHost, announcer: Announcer) {
    this.#host = host;
    this.errands = new Errands(host);
    this.flow = new ChangeFlow(host, announcer);
  }

  /** The offer that is being carried out; null where none is. */
  get busy(): Offer | null {
    const { busy } = this.errands;
    return typeof busy === 'string' ? null : busy;
  }

  /**
   * Says so in `plan-select`, and if nobody objects does it. A second call while one is under way does nothing (R41.2).
   * @param order.quantity seats; null for the plan's least, or as many as there are
   */
  async choose(
    offer: Offer,
    order: { readonly quantity: number | null; readonly catalogue: Catalogue },
  ): Promise<void> {
    const { errands } = this;
    if (errands.busy || !this.#host.billing.session) return;
    switch (offer.way) {
      case 'resume':
        await errands.run(resume(offer));
        return;
      case 'fix_payment':
        await errands.run(openPortal(errands, { about: offer, flow: 'payment_method_update', returnUrl: null }));
        return;
      case 'choose':
      case 'checkout':
      case 'change':
        errands.forget();
        if (!this.announce(offer, order.quantity)) return;
        if (offer.way === 'change') await this.flow.open(offer, order);
        else await this.#take(offer, order.quantity);
    }
  }

  /** Says what is about to happen. @returns whether it may */
  announce({ plan, billingCycle }: Offer, quantity: number | null = null): boolean {
    return this.#host.dispatchEvent(new PlanSelectEvent({ plan: plan.id, billingCycle, quantity }));
  }

  /** The dialog, where one is open. */
  render(text: Messages): TemplateResult | typeof nothing {
    return this.flow.render(text);
  }

  async #take(offer: Offer, quantity: number | null): Promise<void> {
    const selection = { plan: offer.plan.id, billingCycle: offer.billingCycle, quantity };
    await this.errands.run({
      about: offer,
      attempt: 'change',
      work: (session, token) =>
        offer.way === 'choose' ? choosePlan(session, token, offer) : this.#checkOut(session, token, selection),
      onSignedOut: () => void this.#host.dispatchEvent(new SignInRequiredEvent(selection)),
    });
  }

  async #checkOut(
    session: Session,
    token: string,
    { plan, billingCycle, quantity }: PlanSelection,
  ): Promise<'done' | 'leaving'> {
    const { successUrl, cancelUrl, currency } = this.#host;
    const paidIn = session.snapshot.subscription?.locked_currency ?? currency;
    const order: CheckoutOrder = {
      plan,
      success_url: new URL(successUrl ?? location.href, document.baseURI).href,
      cancel_url: new URL(cancelUrl ?? location.href, document.baseURI).href,
      ...(billingCycle === null ? {} : { billing_cycle: billingCycle }),
      ...(quantity === null ? {} : { quantity }),
      ...(paidIn ? { currency: paidIn.toLowerCase() } : {}),
    };
    const { url } = await session.api.checkout(token, order);
    return this.errands.leave(session, url);
  }
}

async function choosePlan(session: Session, token: string, { plan, billingCycle }: Offer): Promise<'done'> {
  const state = await session.api.choosePlan(token, {
    plan: plan.id,
    ...(billingCycle === null ? {} : { billing_cycle: billingCycle }),
  });
  session.apply(state);
  await session.refresh({ fresh: true });
  return 'done';
}
