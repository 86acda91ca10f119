/** French. */

import type { Messages } from './en.ts';

export const fr: Messages = {
  plans: 'Formules',
  loading: 'Chargement des formules',
  billingCycle: 'Période de facturation',
  cycles: { monthly: 'Mensuel', yearly: 'Annuel', one_time: 'Une fois' },
  cycleShown: { monthly: 'Prix au mois', yearly: 'Prix à l’année', one_time: 'Prix à payer une fois' },
  save: (percent) => `−${percent}`,
  saveUpTo: (percent) => `Jusqu’à −${percent}`,
  perMonth: '/ mois',
  perSeatMonth: '/ place / mois',
  perSeat: '/ place',
  once: 'Paiement unique',
  billedMonthly: 'Facturé chaque mois',
  billedYearly: (amount) => `${amount} facturés par an`,
  billedYearlySeat: (amount) => `${amount} par place facturés par an`,
  seats: (min) => `À partir de ${min} places`,
  noCard: 'Sans carte bancaire',
  freeForNow: 'Gratuit pour l’instant',
  contactPrice: 'Sur devis',
  features: (plan) => `Ce que comprend ${plan}`,
  everythingIn: (plan) => `Tout ce que comprend ${plan}, et`,

  current: 'Formule actuelle',
  selected: 'Choisie',
  getStarted: 'Commencer',
  choosePlan: 'Choisir',
  choose: (plan) => `Choisir ${plan}`,
  subscribe: 'S’abonner',
  buy: 'Acheter',
  buyPlan: (plan) => `Acheter ${plan}`,
  startTrial: (days) => `Essayer ${days} ${days === 1 ? 'jour' : 'jours'}`,
  upgrade: 'Passer à cette formule',
  upgradeTo: (plan) => `Passer à ${plan}`,
  downgrade: 'Revenir à cette formule',
  downgradeTo: (plan) => `Revenir à ${plan}`,
  switchTo: { monthly: 'Passer au mensuel', yearly: 'Passer à l’annuel', one_time: 'Acheter' },
  contact: 'Nous contacter',
  resume: 'Reprendre',
  undo: 'Annuler le changement',
  openingCheckout: 'Ouverture du paiement',
  saving: 'Enregistrement',
  newTab: 's’ouvre dans un nouvel onglet',

  active: 'En cours',
  trial: 'Essai',
  trialUntil: (date) => `Essai jusqu’au ${date}`,
  pastDue: 'Impayée',
  paused: 'En pause',
  endsOn: (date) => `Fin le ${date}`,
  startsOn: (date) => `Dès le ${date}`,
  nowOn: (plan) => `Votre formule est maintenant ${plan}.`,

  feature: 'Fonction',
  included: 'Compris',
  notIncluded: 'Non compris',

  gate: {
    feature: (feature, plan) => `${feature} fait partie de ${plan}`,
    plan: (plan) => `Ceci fait partie de ${plan}`,
    monthly: (amount) => `${amount} par mois, résiliable à tout moment`,
    yearly: (amount) => `${amount} par an, résiliable à tout moment`,
    monthlySeat: (amount) => `${amount} par place et par mois, résiliable à tout moment`,
    yearlySeat: (amount) => `${amount} par place et par an, résiliable à tout moment`,
    trial: (days, rest) => `${days} ${days === 1 ? 'jour gratuit' : 'jours gratuits'}, puis ${rest}`,
    unavailable: 'Aucune formule ne le comprend encore',
  },

  emptyTitle: 'Aucune formule pour l’instant',
  empty: 'Les formules s’afficheront ici dès qu’il y en aura.',
  required: 'Choisissez une formule.',
  tryAgain: 'Réessayer',
  goOn: 'Aller au paiement',

  failed: {
    load: 'Les formules n’ont pas pu être chargées',
    look: 'Votre formule n’a pas pu être consultée',
    change: 'Votre formule n’a pas changé',
  },
  noAnswer: 'Le service de facturation n’a pas répondu.',
  noAnswerApp: 'Cette application n’a pas pu dire qui vous êtes.',
  nothingCharged: 'Rien n’a été débité.',
  problems: {
    manage: {
      title: 'Vous avez déjà un abonnement',
      detail: 'Modifiez-le dans votre compte. Aucun second n’a été commencé.',
    },
    fix_payment: {
      title: 'Votre dernier paiement reste à régler',
      detail: 'Réglez-le d’abord dans votre compte. Aucun second abonnement n’a été commencé.',
    },
    resume: {
      title: 'Votre abonnement est en pause',
      detail: 'Reprenez-le dans votre compte. Aucun second n’a été commencé.',
    },
    rate_limited: {
      title: 'Trop de tentatives',
      detail: 'Beaucoup de paiements ont été ouverts en peu de temps. Attendez quelques minutes, puis réessayez.',
    },
    billing_role_required: {
      title: 'Vous ne pouvez pas changer de formule',
      detail: 'Adressez-vous à la personne qui gère la facturation dans votre organisation.',
    },
    navigation_blocked: {
      title: 'Le paiement a besoin de sa propre fenêtre',
      detail: 'Le navigateur ne l’a pas ouverte d’ici. Rien n’a été débité.',
    },
    unsafe_url: {
      title: 'Le paiement n’a pas été ouvert',
      detail: 'Son adresse n’est pas sûre. Rien n’a été débité.',
    },
  },

  attributeMissing: (element, attribute) => `<${element}> a besoin de l’attribut ${attribute}.`,
  attributeInvalid: (element, attribute, value, expected) =>
    `<${element}> a ${attribute}="${value}". Valeurs possibles : ${expected}.`,
  anAddress: 'une adresse http ou https',
  aNumber: (from, to) => `un nombre entier de ${from} à ${to}`,
  or: (values) => new Intl.ListFormat('fr', { type: 'disjunction' }).format(values),
};
