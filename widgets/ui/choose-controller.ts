/** From a click on a plan to a new plan, to checkout or to a change that is agreed to; the same for every element with such a button. */

import { nothing, type ReactiveController, type TemplateResult } from 'lit';
import { BillingError } from '../client/errors.ts';
import { hasSubscription, type Offer } from '../client/offer.ts';
import type { Session } from '../client/session.ts';
import type { Catalogue, CheckoutOrder } from '../client/types.ts';
import type { ChangeFlow } from '../change/change-flow.ts';
import type { Messages } from '../locales/index.ts';
import type { Announcer } from './announcer.ts';
import type { CatalogueHost } from './catalogue-controller.ts';
import { type About, Errands } from './errands.ts';
import { PlanSelectEvent, SignInRequiredEvent, type PlanSelection } from './events.ts';
import { openPortal, resume } from './subscription-errands.ts';

export interface ChooseHost extends CatalogueHost {
  readonly renderRoot: HTMLElement | DocumentFragment;
  readonly successUrl: string | null;
  readonly cancelUrl: string | null;
  readonly returnUrl?: string | null;
}

export class ChooseController implements ReactiveController {
  readonly errands: Errands;
  readonly #host: ChooseHost;
  readonly #announcer: Announcer;
  /** Null until it is loaded: who has no subscription has nothing to change. */
  #flow: ChangeFlow | null = null;
  #loading: Promise<ChangeFlow> | null = null;

  constructor(host: ChooseHost, announcer: Announcer) {
    this.#host = host;
    this.errands = new Errands(host);
    this.#announcer = announcer;
    host.addController(this);
  }

  /** A subscriber may press a button any moment. */
  hostUpdated(): void {
    const subscription = this.#host.billing.snapshot?.subscription;
    // Where it cannot be had now, it is asked for again when it is needed, and then it shows.
    if (subscription && hasSubscription(subscription)) this.#load().catch(() => undefined);
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
        if (offer.way === 'change')
          await this.withFlow(offer, (flow) => flow.open(offer, order), selectionOf(offer, order.quantity));
        else await this.#take(offer, order.quantity);
    }
  }

  /** Says what is about to happen. @returns whether it may */
  announce({ plan, billingCycle }: Offer, quantity: number | null = null): boolean {
    return this.#host.dispatchEvent(new PlanSelectEvent({ plan: plan.id, billingCycle, quantity }));
  }

  /** The dialog, where one is open. */
  render(text: Messages): TemplateResult | typeof nothing {
    return this.#flow?.render(text) ?? nothing;
  }

  /**
   * With the dialogs, as soon as they are here.
   * @param about the button that is busy meanwhile
   * @param selection what was to be chosen, for where nobody is signed in any more
   */
  async withFlow(
    about: About,
    use: (flow: ChangeFlow) => void | Promise<void>,
    selection?: PlanSelection,
  ): Promise<void> {
    if (!this.#flow) {
      await this.errands.run({
        about,
        attempt: 'preview',
        work: async () => {
          await this.#load();
          return 'done';
        },
        onSignedOut: () => selection && this.#askToSignIn(selection),
      });
    }
    if (this.#flow) await use(this.#flow);
  }

  #load(): Promise<ChangeFlow> {
    this.#loading ??= import('../change/change-flow.ts').then(
      (loaded) => {
        this.#flow = new loaded.ChangeFlow(this.#host, this.#announcer);
        return this.#flow;
      },
      (cause: unknown) => {
        this.#loading = null;
        throw new BillingError('The page could not load what it needs for this.', 'network', { cause });
      },
    );
    return this.#loading;
  }

  #askToSignIn(selection: PlanSelection): void {
    this.#host.dispatchEvent(new SignInRequiredEvent(selection));
  }

  async #take(offer: Offer, quantity: number | null): Promise<void> {
    const selection = selectionOf(offer, quantity);
    await this.errands.run({
      about: offer,
      attempt: 'change',
      work: (session, token) =>
        offer.way === 'choose' ? choosePlan(session, token, offer) : this.#checkOut(session, token, selection),
      onSignedOut: () => this.#askToSignIn(selection),
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

const selectionOf = ({ plan, billingCycle }: Offer, quantity: number | null): PlanSelection => ({
  plan: plan.id,
  billingCycle,
  quantity,
});

async function choosePlan(session: Session, token: string, { plan, billingCycle }: Offer): Promise<'done'> {
  const state = await session.api.choosePlan(token, {
    plan: plan.id,
    ...(billingCycle === null ? {} : { billing_cycle: billingCycle }),
  });
  session.apply(state);
  await session.refresh({ fresh: true });
  return 'done';
}
