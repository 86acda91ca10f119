/** German. */

import type { Messages } from './en.ts';

export const de: Messages = {
  plans: 'Pläne',
  loading: 'Pläne werden geladen',
  billingCycle: 'Abrechnungszeitraum',
  cycles: { monthly: 'Monatlich', yearly: 'Jährlich', one_time: 'Einmalig' },
  cycleShown: { monthly: 'Monatspreise', yearly: 'Jahrespreise', one_time: 'Einmalige Preise' },
  save: (percent) => `${percent} sparen`,
  saveUpTo: (percent) => `Bis zu ${percent} sparen`,
  perMonth: '/ Monat',
  perSeatMonth: '/ Platz / Monat',
  perSeat: '/ Platz',
  once: 'Einmalig zu zahlen',
  billedMonthly: 'Monatlich berechnet',
  billedYearly: (amount) => `${amount} jährlich berechnet`,
  billedYearlySeat: (amount) => `${amount} je Platz jährlich berechnet`,
  seats: (min) => `Ab ${min} Plätzen`,
  noCard: 'Keine Karte nötig',
  freeForNow: 'Vorerst kostenlos',
  contactPrice: 'Auf Anfrage',
  features: (plan) => `Das ist in ${plan} enthalten`,
  everythingIn: (plan) => `Alles aus ${plan}, dazu`,

  current: 'Aktueller Plan',
  selected: 'Ausgewählt',
  getStarted: 'Loslegen',
  choosePlan: 'Plan wählen',
  choose: (plan) => `${plan} wählen`,
  subscribe: 'Abonnieren',
  buy: 'Kaufen',
  buyPlan: (plan) => `${plan} kaufen`,
  startTrial: (days) => (days === 1 ? '1 Tag testen' : `${days} Tage testen`),
  upgrade: 'Upgrade',
  upgradeTo: (plan) => `Upgrade auf ${plan}`,
  downgrade: 'Downgrade',
  downgradeTo: (plan) => `Downgrade auf ${plan}`,
  switchTo: { monthly: 'Zu monatlich wechseln', yearly: 'Zu jährlich wechseln', one_time: 'Kaufen' },
  contact: 'Kontakt aufnehmen',
  resume: 'Fortsetzen',
  undo: 'Änderung zurücknehmen',
  openingCheckout: 'Kasse wird geöffnet',
  saving: 'Wird gespeichert',
  newTab: 'öffnet einen neuen Tab',

  active: 'Aktiv',
  trial: 'Testphase',
  trialUntil: (date) => `Test bis ${date}`,
  pastDue: 'Überfällig',
  paused: 'Pausiert',
  endsOn: (date) => `Endet ${date}`,
  startsOn: (date) => `Ab ${date}`,
  nowOn: (plan) => `Ihr Plan ist jetzt ${plan}.`,

  feature: 'Funktion',
  included: 'Enthalten',
  notIncluded: 'Nicht enthalten',

  gate: {
    feature: (feature, plan) => `${feature} gehört zu ${plan}`,
    plan: (plan) => `Das gehört zu ${plan}`,
    monthly: (amount) => `${amount} im Monat, jederzeit kündbar`,
    yearly: (amount) => `${amount} im Jahr, jederzeit kündbar`,
    monthlySeat: (amount) => `${amount} je Platz und Monat, jederzeit kündbar`,
    yearlySeat: (amount) => `${amount} je Platz und Jahr, jederzeit kündbar`,
    trial: (days, rest) => `${days} ${days === 1 ? 'Tag' : 'Tage'} kostenlos, dann ${rest}`,
    unavailable: 'Noch enthält das kein Plan',
  },

  emptyTitle: 'Noch keine Pläne',
  empty: 'Pläne erscheinen hier, sobald es welche gibt.',
  required: 'Wählen Sie einen Plan.',
  tryAgain: 'Erneut versuchen',
  goOn: 'Weiter zur Kasse',

  failed: {
    load: 'Die Pläne konnten nicht geladen werden',
    look: 'Ihr Plan konnte nicht abgerufen werden',
    change: 'Ihr Plan wurde nicht geändert',
  },
  noAnswer: 'Der Abrechnungsdienst hat nicht geantwortet.',
  noAnswerApp: 'Diese App konnte nicht sagen, wer Sie sind.',
  nothingCharged: 'Es wurde nichts berechnet.',
  problems: {
    manage: {
      title: 'Sie haben schon ein Abo',
      detail: 'Ändern können Sie es in Ihrem Konto. Ein zweites wurde nicht begonnen.',
    },
    fix_payment: {
      title: 'Ihre letzte Zahlung ist noch offen',
      detail: 'Begleichen Sie sie zuerst in Ihrem Konto. Ein zweites Abo wurde nicht begonnen.',
    },
    resume: {
      title: 'Ihr Abo ist pausiert',
      detail: 'Setzen Sie es in Ihrem Konto fort. Ein zweites wurde nicht begonnen.',
    },
    rate_limited: {
      title: 'Das war zu oft',
      detail: 'In kurzer Zeit wurde die Kasse oft geöffnet. Warten Sie einige Minuten und versuchen Sie es erneut.',
    },
    billing_role_required: {
      title: 'Sie können den Plan nicht ändern',
      detail: 'Fragen Sie die Person, die in Ihrer Organisation für die Abrechnung zuständig ist.',
    },
    navigation_blocked: {
      title: 'Die Kasse braucht ein eigenes Fenster',
      detail: 'Der Browser hat es von hier aus nicht geöffnet. Es wurde nichts berechnet.',
    },
    unsafe_url: {
      title: 'Die Kasse wurde nicht geöffnet',
      detail: 'Ihre Adresse ist nicht sicher. Es wurde nichts berechnet.',
    },
  },

  attributeMissing: (element, attribute) => `<${element}> braucht das Attribut ${attribute}.`,
  attributeInvalid: (element, attribute, value, expected) =>
    `<${element}> hat ${attribute}="${value}". Möglich ist ${expected}.`,
  anAddress: 'eine Adresse mit http oder https',
  aNumber: (from, to) => `eine ganze Zahl von ${from} bis ${to}`,
  or: (values) => new Intl.ListFormat('de', { type: 'disjunction' }).format(values),
};
