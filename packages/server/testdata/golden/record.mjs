// Asks a real API server the questions of the golden files and writes its answers beside them:
//   URL=https://127.0.0.1:6443 TOKEN=… CA=ca.crt node packages/server/testdata/golden/record.mjs
// The server must be fresh: each file makes and leaves a namespace "golden", removed here between files.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { normalized, substituted, takeSaved } from './normalize.mjs';

const { URL: base, TOKEN: token, CA: ca } = process.env;
const here = new URL('./', import.meta.url);

function ask({ method, path, query, contentType, accept, body }) {
  const url = new URL(path + (query ? `?${new URLSearchParams(query)}` : ''), base);
  const text = body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body);
  const headers = {
    // Node frames the body of a DELETE only when it is told its length.
    ...(text === undefined ? {} : { 'content-length': Buffer.byteLength(text) }),
    authorization: `Bearer ${token}`,
    'user-agent': 'golden',
    accept: accept ?? 'application/json',
    ...(contentType ? { 'content-type': contentType } : {}),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, ca: readFileSync(ca) }, answer => {
      let read = '';
      answer.setEncoding('utf8').on('data', chunk => {
        read += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, text: read }));
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

async function clean() {
  await ask({ method: 'DELETE', path: '/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.golden.example' });
  for (const path of ['/api/v1/namespaces/golden/configmaps', '/api/v1/namespaces/golden/events', '/api/v1/namespaces/golden/serviceaccounts', '/apis/coordination.k8s.io/v1/namespaces/golden/leases']) {
    await ask({ method: 'DELETE', path });
  }
  await ask({ method: 'DELETE', path: '/api/v1/namespaces/golden' });
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'golden' }, spec: { finalizers: [] } };
  await ask({ method: 'PUT', path: '/api/v1/namespaces/golden/finalize', contentType: 'application/json', body });
}

for (const name of readdirSync(here).filter(file => file.endsWith('.json'))) {
  await clean();
  const file = new URL(name, here);
  const steps = JSON.parse(readFileSync(file, 'utf8'));
  const saved = {};
  for (const step of steps) {
    const answer = await ask(substituted(step, saved));
    takeSaved(step, answer.text, saved);
    step.status = answer.status;
    step.answer = normalized(answer.text);
    if (/customresourcedefinitions|admissionpolic/.test(step.path)) await delay(2000);
  }
  writeFileSync(file, `${JSON.stringify(steps, null, 1)}\n`);
  process.stdout.write(`${name}: ${steps.length}\n`);
}
await clean();
