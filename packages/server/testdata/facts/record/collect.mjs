// One request to the real API server: `LAB_URL`, `LAB_TOKEN` and `LAB_CA` say where it is and how to get in.
import { readFileSync } from 'node:fs';
import https from 'node:https';

const base = new URL(process.env.LAB_URL);
const ca = readFileSync(process.env.LAB_CA);
const authorization = `Bearer ${process.env.LAB_TOKEN}`;

export function req(method, path, given, type = 'application/json', accept = 'application/json') {
  const body = given === undefined || typeof given === 'string' ? given : JSON.stringify(given);
  const content = body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(body) };
  const headers = { authorization, accept, 'user-agent': 'test', ...content };
  return new Promise((resolve, reject) => {
    const options = { host: base.hostname, port: base.port, method, path, ca, agent: false, headers };
    const request = https.request(options, answer => {
      let text = '';
      answer.on('data', data => {
        text += data;
      });
      answer.on('end', () => {
        resolve({ status: answer.statusCode, body: parsed(text), warnings: answer.headers.warning });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
