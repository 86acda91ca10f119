/** English, and with it what every other language has to say. Amounts, dates and percentages come formatted. */

export const en = {
  plans: 'Plans',
  loading: 'Loading plans',
  billingCycle: 'Billing cycle',
  cycles: { monthly: 'Monthly', yearly: 'Yearly', one_time: 'Once' },
  /** Announced when the switch changes what is shown. */
  cycleShown: { monthly: 'Prices by the month', yearly: 'Prices by the year', one_time: 'Prices to pay once' },
  save: (percent: string) => `Save ${percent}`,
  saveUpTo: (percent: string) => `Save up to ${percent}`,
  perMonth: '/ month',
  perSeatMonth: '/ seat / month',
  perSeat: '/ seat',
  once: 'Paid once',
  billedMonthly: 'Billed monthly',
  billedYearly: (amount: string) => `${amount} billed yearly`,
  billedYearlySeat: (amount: string) => `${amount} a seat billed yearly`,
  seats: (min: string) => `From ${min} seats`,
  noCard: 'No card needed',
  freeForNow: 'Free for now',
  contactPrice: 'Let’s talk',
  features: (plan: string) => `What is in ${plan}`,
  everythingIn: (plan: string) => `Everything in ${plan}, and`,

  current: 'Current plan',
  selected: 'Selected',
  getStarted: 'Get started',
  choosePlan: 'Choose plan',
  choose: (plan: string) => `Choose ${plan}`,
  subscribe: 'Subscribe',
  buy: 'Buy',
  buyPlan: (plan: string) => `Buy ${plan}`,
  startTrial: (days: number) => `Start ${days}-day trial`,
  upgrade: 'Upgrade',
  upgradeTo: (plan: string) => `Upgrade to ${plan}`,
  downgrade: 'Downgrade',
  downgradeTo: (plan: string) => `Downgrade to ${plan}`,
  switchTo: { monthly: 'Switch to monthly', yearly: 'Switch to yearly', one_time: 'Buy' },
  contact: 'Contact us',
  resume: 'Resume',
  undo: 'Undo change',
  openingCheckout: 'Opening checkout',
  saving: 'Saving',
  newTab: 'opens in a new tab',

  active: 'Active',
  trial: 'Trial',
  trialUntil: (date: string) => `Trial until ${date}`,
  pastDue: 'Past due',
  paused: 'Paused',
  endsOn: (date: string) => `Ends ${date}`,
  startsOn: (date: string) => `From ${date}`,
  /** Announced when the plan has changed. */
  nowOn: (plan: string) => `You are on ${plan} now.`,

  feature: 'Feature',
  included: 'Included',
  notIncluded: 'Not included',

  gate: {
    feature: (feature: string, plan: string) => `${feature} is part of ${plan}`,
    plan: (plan: string) => `This is part of ${plan}`,
    monthly: (amount: string) => `${amount} a month, cancel any time`,
    yearly: (amount: string) => `${amount} a year, cancel any time`,
    monthlySeat: (amount: string) => `${amount} a seat and month, cancel any time`,
    yearlySeat: (amount: string) => `${amount} a seat and year, cancel any time`,
    trial: (days: number, rest: string) => `${days} ${days === 1 ? 'day' : 'days'} free, then ${rest}`,
    unavailable: 'No plan has this yet',
  },

  emptyTitle: 'No plans yet',
  empty: 'Plans will be shown here once there are some.',
  required: 'Choose a plan.',
  tryAgain: 'Try again',
  goOn: 'Go on to checkout',

  /** What did not work, by what was tried. */
  failed: {
    load: 'Plans could not be loaded',
    look: 'Your plan could not be looked up',
    change: 'Your plan was not changed',
  },
  noAnswer: 'The billing service did not answer.',
  noAnswerApp: 'This app could not say who you are.',
  nothingCharged: 'Nothing was charged.',
  /** By `code`: what happened and what to do. */
  problems: {
    manage: {
      title: 'You have a subscription already',
      detail: 'Change it in your account. A second one was not started.',
    },
    fix_payment: {
      title: 'Your last payment is still open',
      detail: 'Pay it in your account first. A second subscription was not started.',
    },
    resume: {
      title: 'Your subscription is paused',
      detail: 'Resume it in your account. A second one was not started.',
    },
    rate_limited: {
      title: 'That was too often',
      detail: 'Many checkouts were started in a short time. Wait a few minutes, then try again.',
    },
    billing_role_required: {
      title: 'You cannot change the plan',
      detail: 'Ask the person who looks after billing in your organisation.',
    },
    navigation_blocked: {
      title: 'Checkout needs a window of its own',
      detail: 'The browser did not open it from here. Nothing was charged.',
    },
    unsafe_url: {
      title: 'Checkout was not opened',
      detail: 'Its address is not a safe one. Nothing was charged.',
    },
  },

  /** For the page's developer: what an attribute must be. */
  attributeMissing: (element: string, attribute: string) => `<${element}> needs the attribute ${attribute}.`,
  attributeInvalid: (element: string, attribute: string, value: string, expected: string) =>
    `<${element}> has ${attribute}="${value}". It can be ${expected}.`,
  anAddress: 'an http or https address',
  aNumber: (from: number, to: number) => `a whole number from ${from} to ${to}`,
  or: (values: readonly string[]) => new Intl.ListFormat('en', { type: 'disjunction' }).format(values),
};

export type Messages = typeof en;
