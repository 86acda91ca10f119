/** Spanish. */

import type { Messages } from './en.ts';

export const es: Messages = {
  plans: 'Planes',
  loading: 'Cargando planes',
  billingCycle: 'Periodo de facturación',
  cycles: { monthly: 'Mensual', yearly: 'Anual', one_time: 'Pago único' },
  cycleShown: { monthly: 'Precios por mes', yearly: 'Precios por año', one_time: 'Precios de pago único' },
  save: (percent) => `Ahorra ${percent}`,
  saveUpTo: (percent) => `Ahorra hasta ${percent}`,
  perMonth: '/ mes',
  perSeatMonth: '/ puesto / mes',
  perSeat: '/ puesto',
  once: 'Un solo pago',
  billedMonthly: 'Facturado cada mes',
  billedYearly: (amount) => `${amount} facturados al año`,
  billedYearlySeat: (amount) => `${amount} por puesto facturados al año`,
  seats: (min) => `Desde ${min} puestos`,
  noCard: 'Sin tarjeta',
  freeForNow: 'Gratis por ahora',
  contactPrice: 'Hablemos',
  features: (plan) => `Qué incluye ${plan}`,
  everythingIn: (plan) => `Todo lo de ${plan} y además`,

  current: 'Plan actual',
  selected: 'Elegido',
  getStarted: 'Empezar',
  choosePlan: 'Elegir plan',
  choose: (plan) => `Elegir ${plan}`,
  subscribe: 'Suscribirse',
  buy: 'Comprar',
  buyPlan: (plan) => `Comprar ${plan}`,
  startTrial: (days) => `Probar ${days} ${days === 1 ? 'día' : 'días'}`,
  upgrade: 'Mejorar plan',
  upgradeTo: (plan) => `Subir a ${plan}`,
  downgrade: 'Bajar de plan',
  downgradeTo: (plan) => `Bajar a ${plan}`,
  switchTo: { monthly: 'Cambiar a mensual', yearly: 'Cambiar a anual', one_time: 'Comprar' },
  contact: 'Contactar',
  resume: 'Reanudar',
  undo: 'Deshacer el cambio',
  openingCheckout: 'Abriendo el pago',
  saving: 'Guardando',
  newTab: 'se abre en otra pestaña',

  active: 'Activo',
  trial: 'De prueba',
  trialUntil: (date) => `Prueba hasta ${date}`,
  pastDue: 'Pago pendiente',
  paused: 'En pausa',
  endsOn: (date) => `Termina ${date}`,
  startsOn: (date) => `Desde ${date}`,
  nowOn: (plan) => `Tu plan ahora es ${plan}.`,

  feature: 'Función',
  included: 'Incluido',
  notIncluded: 'No incluido',

  gate: {
    feature: (feature, plan) => `${feature} es parte de ${plan}`,
    plan: (plan) => `Esto es parte de ${plan}`,
    monthly: (amount) => `${amount} al mes, cancela cuando quieras`,
    yearly: (amount) => `${amount} al año, cancela cuando quieras`,
    monthlySeat: (amount) => `${amount} por puesto al mes, cancela cuando quieras`,
    yearlySeat: (amount) => `${amount} por puesto al año, cancela cuando quieras`,
    trial: (days, rest) => `${days} ${days === 1 ? 'día' : 'días'} gratis, después ${rest}`,
    unavailable: 'Ningún plan lo incluye todavía',
  },

  emptyTitle: 'Todavía no hay planes',
  empty: 'Los planes aparecerán aquí cuando los haya.',
  required: 'Elige un plan.',
  tryAgain: 'Intentar de nuevo',
  goOn: 'Ir al pago',

  failed: {
    load: 'No se pudieron cargar los planes',
    look: 'No se pudo consultar tu plan',
    change: 'Tu plan no ha cambiado',
  },
  noAnswer: 'El servicio de facturación no respondió.',
  noAnswerApp: 'Esta aplicación no pudo decir quién eres.',
  nothingCharged: 'No se ha cobrado nada.',
  problems: {
    manage: {
      title: 'Ya tienes una suscripción',
      detail: 'Cámbiala en tu cuenta. No se ha iniciado una segunda.',
    },
    fix_payment: {
      title: 'Tu último pago sigue pendiente',
      detail: 'Págalo primero en tu cuenta. No se ha iniciado una segunda suscripción.',
    },
    resume: {
      title: 'Tu suscripción está en pausa',
      detail: 'Reanúdala en tu cuenta. No se ha iniciado una segunda.',
    },
    rate_limited: {
      title: 'Demasiados intentos',
      detail: 'Se iniciaron muchos pagos en poco tiempo. Espera unos minutos e inténtalo de nuevo.',
    },
    billing_role_required: {
      title: 'No puedes cambiar el plan',
      detail: 'Pídeselo a quien lleva la facturación en tu organización.',
    },
    navigation_blocked: {
      title: 'El pago necesita su propia ventana',
      detail: 'El navegador no la abrió desde aquí. No se ha cobrado nada.',
    },
    unsafe_url: {
      title: 'No se abrió el pago',
      detail: 'Su dirección no es segura. No se ha cobrado nada.',
    },
  },

  attributeMissing: (element, attribute) => `<${element}> necesita el atributo ${attribute}.`,
  attributeInvalid: (element, attribute, value, expected) =>
    `<${element}> tiene ${attribute}="${value}". Puede ser ${expected}.`,
  anAddress: 'una dirección http o https',
  aNumber: (from, to) => `un número entero de ${from} a ${to}`,
  or: (values) => new Intl.ListFormat('es', { type: 'disjunction' }).format(values),
};
