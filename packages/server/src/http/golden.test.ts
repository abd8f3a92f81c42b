import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { ApiRequest, ApiResponse } from '@slipway/api';
import { normalized, substituted, takeSaved } from '../../testdata/golden/normalize.mjs';
import { startTestServer } from './server.fixture.ts';

/** A question, and what kube-apiserver answered to it (recorded by testdata/golden/record.mjs). */
interface GoldenStep {
  because: string;
  method: ApiRequest['method'];
  path: string;
  query?: Record<string, string>;
  contentType?: string;
  accept?: string;
  body?: unknown;
  status: number;
  answer: unknown;
  /** Why our answer may differ beyond its status; the status never may, unless `ourStatus` says so. */
  ours?: string;
  ourStatus?: number;
}

const folder = new URL('../../testdata/golden/', import.meta.url);

async function textOf({ body, stream }: ApiResponse): Promise<string> {
  let text = body;
  for await (const chunk of stream ?? []) text += chunk;
  return text;
}

for (const name of readdirSync(folder).filter(file => file.endsWith('.json'))) {
  test(`answers are those of the real API server: ${name}`, async t => {
    const { send, stop } = await startTestServer();
    t.after(stop);
    const saved = {};
    for (const step of JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as GoldenStep[]) {
      const { method, path, query, contentType, accept, body } = substituted(step, saved);
      const answer = await send({
        method,
        path,
        ...(query ? { query } : {}),
        ...(contentType ? { contentType } : {}),
        ...(accept ? { accept } : {}),
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
        headers: { 'user-agent': 'golden' },
      });
      const text = await textOf(answer);
      takeSaved(step, text, saved);
      await t.test(`${method} ${path}: ${step.because}`, () => {
        assert.equal(answer.status, step.ourStatus ?? step.status, text);
        if (step.ours === undefined) assert.deepEqual(normalized(text), step.answer);
      });
    }
  });
}
