/** `checkout.js`: what the form gains with JavaScript. */
export const checkoutScript = '';
