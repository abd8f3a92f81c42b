// A platform of its own for tests that end it without warning: it starts a pod and tells where it is.
import process from 'node:process';
import type { Driver } from '../sandbox.ts';
import { heard, openTestbed } from './testbed.ts';

const [driver = 'sandbox', mark = '', dockerSocket = ''] = process.argv.slice(2);
const bed = await openTestbed({ driver: driver as Driver, ...(dockerSocket ? { dockerSocket } : {}) });
const pod = await bed.pod();
const script = 'sleep 1000 & echo up; sleep 1000';
const container = await pod.start(bed.container(['sh', '-c', script], { env: { MARK: mark } }));
await heard(container.stdout, 'up');
process.stdout.write(`${bed.folder}\n`);
setInterval(() => {}, 1000);
