/** Japanese. */

import type { Messages } from './en.ts';

export const ja: Messages = {
  plans: 'プラン',
  loading: 'プランを読み込んでいます',
  billingCycle: '請求サイクル',
  cycles: { monthly: '月払い', yearly: '年払い', one_time: '買い切り' },
  cycleShown: { monthly: '月払いの料金', yearly: '年払いの料金', one_time: '買い切りの料金' },
  save: (percent) => `${percent} お得`,
  saveUpTo: (percent) => `最大 ${percent} お得`,
  perMonth: '/ 月',
  perSeatMonth: '/ 席 / 月',
  perSeat: '/ 席',
  once: '一回のお支払い',
  billedMonthly: '毎月請求',
  billedYearly: (amount) => `年 ${amount} を一括請求`,
  billedYearlySeat: (amount) => `1 席あたり年 ${amount} を一括請求`,
  seats: (min) => `${min} 席から`,
  noCard: 'カード不要',
  freeForNow: '現在は無料',
  contactPrice: 'お問い合わせ',
  features: (plan) => `${plan} に含まれるもの`,
  everythingIn: (plan) => `${plan} のすべてに加えて`,

  current: '現在のプラン',
  selected: '選択中',
  getStarted: '始める',
  choosePlan: 'プランを選ぶ',
  choose: (plan) => `${plan} を選ぶ`,
  subscribe: '登録する',
  buy: '購入する',
  buyPlan: (plan) => `${plan} を購入`,
  startTrial: (days) => `${days} 日間のトライアルを開始`,
  upgrade: 'アップグレード',
  upgradeTo: (plan) => `${plan} にアップグレード`,
  downgrade: 'ダウングレード',
  downgradeTo: (plan) => `${plan} にダウングレード`,
  switchTo: { monthly: '月払いに変更', yearly: '年払いに変更', one_time: '購入する' },
  contact: '問い合わせる',
  resume: '再開する',
  undo: '変更を取り消す',
  openingCheckout: 'お支払い画面を開いています',
  saving: '保存しています',
  newTab: '新しいタブで開きます',

  active: '利用中',
  trial: 'トライアル',
  trialUntil: (date) => `${date}までトライアル`,
  pastDue: '支払い遅延',
  paused: '一時停止中',
  endsOn: (date) => `${date}に終了`,
  startsOn: (date) => `${date}から`,
  nowOn: (plan) => `現在のプランは ${plan} です。`,

  feature: '機能',
  included: 'あり',
  notIncluded: 'なし',

  gate: {
    feature: (feature, plan) => `${feature} は ${plan} の機能です`,
    plan: (plan) => `${plan} の機能です`,
    monthly: (amount) => `月額 ${amount}、いつでも解約できます`,
    yearly: (amount) => `年額 ${amount}、いつでも解約できます`,
    monthlySeat: (amount) => `1 席あたり月額 ${amount}、いつでも解約できます`,
    yearlySeat: (amount) => `1 席あたり年額 ${amount}、いつでも解約できます`,
    trial: (days, rest) => `${days} 日間無料、その後は${rest}`,
    unavailable: 'この機能を含むプランはまだありません',
  },

  emptyTitle: 'まだプランがありません',
  empty: 'プランができるとここに表示されます。',
  required: 'プランを選んでください。',
  tryAgain: 'もう一度試す',
  goOn: 'お支払いに進む',

  failed: {
    load: 'プランを読み込めませんでした',
    look: 'プランを確認できませんでした',
    change: 'プランは変更されていません',
  },
  noAnswer: '請求サービスが応答しませんでした。',
  noAnswerApp: 'このアプリでログイン状態を確認できませんでした。',
  nothingCharged: '請求は行われていません。',
  problems: {
    manage: {
      title: 'すでにご契約中です',
      detail: '変更はアカウント画面で行えます。二つ目の契約は始まっていません。',
    },
    fix_payment: {
      title: '前回のお支払いが済んでいません',
      detail: '先にアカウント画面でお支払いください。二つ目の契約は始まっていません。',
    },
    resume: {
      title: '契約は一時停止中です',
      detail: 'アカウント画面で再開してください。二つ目の契約は始まっていません。',
    },
    rate_limited: {
      title: '回数が多すぎます',
      detail: '短い時間に多くのお支払いが開始されました。数分待ってからもう一度お試しください。',
    },
    billing_role_required: {
      title: 'プランを変更できません',
      detail: '組織のお支払い担当者にご依頼ください。',
    },
    navigation_blocked: {
      title: 'お支払いには別のウィンドウが必要です',
      detail: 'ブラウザーがここから開けませんでした。請求は行われていません。',
    },
    unsafe_url: {
      title: 'お支払い画面を開きませんでした',
      detail: '行き先のアドレスが安全ではありません。請求は行われていません。',
    },
  },

  attributeMissing: (element, attribute) => `<${element}> には属性 ${attribute} が必要です。`,
  attributeInvalid: (element, attribute, value, expected) =>
    `<${element}> の ${attribute}="${value}" は使えません。使えるのは${expected}です。`,
  anAddress: ' http または https のアドレス',
  aNumber: (from, to) => `${from} から ${to} までの整数`,
  or: (values) => new Intl.ListFormat('ja', { type: 'disjunction' }).format(values),
};
