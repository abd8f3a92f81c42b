import { messageOf } from '@slipway/api';
import type { ExistingPorts, Finding } from './existing.ts';
import type { HttpAnswer, HttpAsked } from './http-port.ts';

export interface Question {
  check: string;
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: HttpAsked['body'];
  /** Answers that are as they should be; default 200. */
  status?: number[];
  /** What was seen in a good answer, for people; a text after `!` is what is wrong with it. */
  read(answer: HttpAnswer): string;
  /** What to do when credentials are refused (401, 403). */
  refused?: string;
  /** What to do when it is not what it should be. */
  advice: string;
}

/** What codes of failed connections mean, and what helps. */
const CAUSES: [RegExp, string, string][] = [
  [/ENOTFOUND|EAI_AGAIN/, 'its name is not known to DNS', 'correct the address, or make the name known'],
  [/ECONNREFUSED/, 'nobody listens there', 'correct the port, or start it'],
  [/ETIMEDOUT|no full answer/, 'it does not answer in time', 'look whether a firewall stands between'],
  [
    /self.signed|unable to (verify|get)|UNABLE_TO|SELF_SIGNED/i,
    'its certificate leads to no authority that is trusted here',
    'put the authority’s certificate (PEM) into the credentials’ Secret as ca.crt',
  ],
  [
    /ALTNAME|altnames/i,
    'its certificate is for another name',
    'use the name in its certificate as the address',
  ],
  [/EXPIRED|expired/, 'its certificate has expired', 'renew the certificate'],
  [/wrong version number|EPROTO/, 'it speaks no TLS there', 'write http:// or the right port'],
];

/** Asks one question of something that exists; it never rejects for what it finds. */
export async function askExisting(
  { http, ca, signal }: ExistingPorts,
  question: Question,
): Promise<{ finding: Finding; answer?: HttpAnswer }> {
  const { check, url, method = 'GET', headers = {}, status = [200], body } = question;
  const wrong = (found: string, advice: string): Finding => ({ check, ok: false, found, advice });
  try {
    const asked = { url, method, headers, signal, ...(ca ? { ca } : {}), ...(body ? { body } : {}) };
    const answer = await http(asked);
    const where = `${method} ${shown(url)}: ${answer.status}`;
    if ([401, 403].includes(answer.status) && !status.includes(answer.status))
      return { finding: wrong(`${where}: the credentials are refused`, question.refused ?? question.advice) };
    if (!status.includes(answer.status)) return { finding: wrong(where, question.advice) };
    const seen = question.read(answer);
    if (seen.startsWith('!')) return { finding: wrong(`${shown(url)}: ${seen.slice(1)}`, question.advice) };
    return { finding: { check, ok: true, found: seen }, answer };
  } catch (error) {
    signal.throwIfAborted();
    const said = `${messageOf(error)} ${codeOf(error)}`;
    const [, why, advice] = CAUSES.find(([pattern]) => pattern.test(said)) ?? [];
    return { finding: wrong(`${shown(url)}: ${why ?? messageOf(error)}`, advice ?? question.advice) };
  }
}

/** As findings say it: a query may hold what is secret. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

function codeOf(error: unknown): string {
  const { cause, code } = error as { cause?: unknown; code?: unknown };
  return `${String(code ?? '')} ${cause ? codeOf(cause) : ''}`;
}

/** The questions in order, up to the first that finds something wrong: the next would only repeat it. */
export async function askAll(ports: ExistingPorts, questions: Question[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const question of questions) {
    const { finding } = await askExisting(ports, question);
    findings.push(finding);
    if (!finding.ok) break;
  }
  return findings;
}
