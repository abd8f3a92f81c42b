/** Go's `strconv.FormatFloat(value, 'g', -1, 32)`: as sigs.k8s.io/yaml writes a number where text is wanted. */
export function singleText(value: number): string {
  const single = Math.fround(value);
  for (let digits = 1; digits <= 9; digits++) {
    const short = value.toExponential(digits - 1);
    if (Math.fround(Number(short)) === single) return general(short);
  }
  return String(value);
}

/** `1.5e+0` as Go's `%g` writes it. */
function general(exponential: string): string {
  const [mantissa = '', power = '0'] = exponential.split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 21) return Number(exponential).toString();
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
