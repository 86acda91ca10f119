/** Arabic. */

import type { Messages } from './en.ts';

const plural = new Intl.PluralRules('ar');

/** Arabic has a form for one, one for two, one for 3 to 10, one for 11 to 99. */
function daysOf(days: number): string {
  const form = plural.select(days);
  if (form === 'one') return 'يوم';
  if (form === 'two') return 'يومين';
  return `${days} ${form === 'few' ? 'أيام' : form === 'many' ? 'يومًا' : 'يوم'}`;
}

export const ar: Messages = {
  plans: 'الخطط',
  loading: 'يجري تحميل الخطط',
  billingCycle: 'دورة الفوترة',
  cycles: { monthly: 'شهري', yearly: 'سنوي', one_time: 'مرة واحدة' },
  cycleShown: { monthly: 'الأسعار بالشهر', yearly: 'الأسعار بالسنة', one_time: 'أسعار الدفعة الواحدة' },
  save: (percent) => `وفّر ${percent}`,
  saveUpTo: (percent) => `وفّر حتى ${percent}`,
  perMonth: 'في الشهر',
  perSeatMonth: 'للمقعد في الشهر',
  perSeat: 'للمقعد',
  once: 'دفعة واحدة',
  billedMonthly: 'تُدفع شهريًا',
  billedYearly: (amount) => `${amount} تُدفع سنويًا`,
  billedYearlySeat: (amount) => `${amount} للمقعد تُدفع سنويًا`,
  seats: (min) => `الحد الأدنى للمقاعد: ${min}`,
  noCard: 'لا حاجة إلى بطاقة',
  freeForNow: 'مجاني حاليًا',
  contactPrice: 'لنتحدث',
  features: (plan) => `ما تتضمنه ${plan}`,
  everythingIn: (plan) => `كل ما في ${plan}، وكذلك`,

  current: 'الخطة الحالية',
  selected: 'مختارة',
  getStarted: 'ابدأ',
  choosePlan: 'اختيار الخطة',
  choose: (plan) => `اختيار ${plan}`,
  subscribe: 'اشتراك',
  buy: 'شراء',
  buyPlan: (plan) => `شراء ${plan}`,
  startTrial: (days) => `بدء تجربة مدتها ${daysOf(days)}`,
  upgrade: 'ترقية',
  upgradeTo: (plan) => `الترقية إلى ${plan}`,
  downgrade: 'تخفيض',
  downgradeTo: (plan) => `التخفيض إلى ${plan}`,
  switchTo: { monthly: 'التبديل إلى الشهري', yearly: 'التبديل إلى السنوي', one_time: 'شراء' },
  contact: 'تواصل معنا',
  resume: 'استئناف',
  undo: 'التراجع عن التغيير',
  openingCheckout: 'يجري فتح صفحة الدفع',
  saving: 'يجري الحفظ',
  newTab: 'يُفتح في علامة تبويب جديدة',

  active: 'نشطة',
  trial: 'تجريبية',
  trialUntil: (date) => `تجربة حتى ${date}`,
  pastDue: 'متأخرة السداد',
  paused: 'متوقفة مؤقتًا',
  endsOn: (date) => `تنتهي في ${date}`,
  startsOn: (date) => `من ${date}`,
  nowOn: (plan) => `خطتك الآن هي ${plan}.`,

  feature: 'الميزة',
  included: 'متضمنة',
  notIncluded: 'غير متضمنة',

  gate: {
    feature: (feature, plan) => `${feature} من ميزات ${plan}`,
    plan: (plan) => `هذا من ميزات ${plan}`,
    monthly: (amount) => `${amount} في الشهر، ويمكنك الإلغاء في أي وقت`,
    yearly: (amount) => `${amount} في السنة، ويمكنك الإلغاء في أي وقت`,
    monthlySeat: (amount) => `${amount} للمقعد في الشهر، ويمكنك الإلغاء في أي وقت`,
    yearlySeat: (amount) => `${amount} للمقعد في السنة، ويمكنك الإلغاء في أي وقت`,
    trial: (days, rest) => `${daysOf(days)} مجانًا، ثم ${rest}`,
    unavailable: 'لا تتضمن أي خطة هذا بعد',
  },

  emptyTitle: 'لا توجد خطط بعد',
  empty: 'ستظهر الخطط هنا حين تتوفر.',
  required: 'اختر خطة.',
  tryAgain: 'حاول مرة أخرى',
  goOn: 'المتابعة إلى الدفع',

  failed: {
    load: 'تعذّر تحميل الخطط',
    look: 'تعذّر الاطلاع على خطتك',
    change: 'لم تتغير خطتك',
  },
  noAnswer: 'لم تستجب خدمة الفوترة.',
  noAnswerApp: 'لم يتمكن هذا التطبيق من معرفة هويتك.',
  nothingCharged: 'لم يُخصم أي مبلغ.',
  problems: {
    manage: {
      title: 'لديك اشتراك بالفعل',
      detail: 'غيّره من حسابك. لم يبدأ اشتراك ثانٍ.',
    },
    fix_payment: {
      title: 'ما زالت دفعتك الأخيرة معلّقة',
      detail: 'سدّدها أولًا من حسابك. لم يبدأ اشتراك ثانٍ.',
    },
    resume: {
      title: 'اشتراكك متوقف مؤقتًا',
      detail: 'استأنفه من حسابك. لم يبدأ اشتراك ثانٍ.',
    },
    rate_limited: {
      title: 'محاولات كثيرة',
      detail: 'بدأت عمليات دفع كثيرة في وقت قصير. انتظر بضع دقائق ثم حاول مرة أخرى.',
    },
    billing_role_required: {
      title: 'لا يمكنك تغيير الخطة',
      detail: 'اطلب ذلك من المسؤول عن الفوترة في مؤسستك.',
    },
    navigation_blocked: {
      title: 'يحتاج الدفع إلى نافذة مستقلة',
      detail: 'لم يفتحها المتصفح من هنا. لم يُخصم أي مبلغ.',
    },
    unsafe_url: {
      title: 'لم تُفتح صفحة الدفع',
      detail: 'عنوانها غير آمن. لم يُخصم أي مبلغ.',
    },
  },

  attributeMissing: (element, attribute) => `يحتاج <${element}> إلى السمة ${attribute}.`,
  attributeInvalid: (element, attribute, value, expected) =>
    `في <${element}> السمة ${attribute}="${value}". القيم الممكنة: ${expected}.`,
  anAddress: 'عنوان http أو https',
  aNumber: (from, to) => `عدد صحيح من ${from} إلى ${to}`,
  or: (values) => new Intl.ListFormat('ar', { type: 'disjunction' }).format(values),
};
