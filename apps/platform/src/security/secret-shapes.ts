/** What tokens and keys look like whose makers gave them a shape; guesses by mere randomness are left to scanners. */
const SHAPES: { kind: string; shape: RegExp }[] = [
  { kind: 'private key', shape: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----/ },
  { kind: 'token of this platform', shape: /\bslp_[\w-]{20,}/ },
  { kind: 'AWS access key', shape: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/ },
  { kind: 'GitHub token', shape: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,})\b/ },
  { kind: 'GitLab token', shape: /\bglpat-[\w-]{20}/ },
  { kind: 'Slack token', shape: /\bxox[abeprs]-[\w-]{10,}/ },
  { kind: 'Google API key', shape: /\bAIza[\w-]{35}\b/ },
  { kind: 'npm token', shape: /\bnpm_[A-Za-z0-9]{36}\b/ },
  { kind: 'Stripe key', shape: /\b[rs]k_live_[0-9A-Za-z]{24,}/ },
  { kind: 'signed token', shape: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/ },
];
const LONGEST_LINE = 10_000;

/** Lines that have something of such a shape, counted from 1; never what it is. */
export function secretShapes(text: string): { line: number; kind: string }[] {
  return text.split('\n').flatMap((line, index) => {
    const short = line.slice(0, LONGEST_LINE);
    const found = SHAPES.find(({ shape }) => shape.test(short));
    return found ? [{ line: index + 1, kind: found.kind }] : [];
  });
}
