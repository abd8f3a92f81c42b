let text = '';
let second = 0;

/** The `Date:` of an answer whose backend gave none (RFC 9110, 6.6.1); made once a second. */
export function httpDate(): string {
  const now = performance.now();
  if (text === '' || now - second >= 1000) {
    second = now;
    text = new Date(performance.timeOrigin + now).toUTCString();
  }
  return text;
}
