/** `sandbox.css`. */
export const sandboxStyles = '';
