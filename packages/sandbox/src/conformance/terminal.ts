import assert from 'node:assert/strict';
import type { Process } from '../sandbox.ts';
import type { Case } from './suite.ts';
import { heard } from './testbed.ts';

const ASK = 'test -t 0 && echo terminal || echo none; read line; stty size; echo "<$line>"; exit 4';

/** Types a line once the terminal has another size, and resolves with all it said. */
async function converse(process: Pick<Process, 'stdin' | 'stdout' | 'exited' | 'resize'>): Promise<string> {
  const [all, begun] = [collect(process.stdout), heard(process.stdout, '\n')];
  if ((await begun).includes('none')) assert.fail('it has no terminal');
  process.resize({ width: 111, height: 33 });
  // The size is set from outside, without an answer.
  await new Promise(resolve => setTimeout(resolve, 300));
  process.stdin.write('typed\n');
  assert.equal((await process.exited).exitCode, 4);
  return all();
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', chunk => {
    text += String(chunk);
  });
  return () => text;
}

/** Terminals: `kubectl exec -it`, and containers with `tty`. */
export const terminalCases: Case[] = [
  {
    name: 'exec with a terminal is a terminal, of the size it is given',
    because: 'people work in it',
    check: async bed => {
      const pod = await bed.pod();
      const container = await pod.start(bed.container(['sleep', '1000']));
      const said = await converse(await container.exec({ command: ['sh', '-c', ASK], tty: true }));
      assert.match(said, /33 111\s+<typed>/);
      await pod.stop();
    },
  },
  {
    name: 'a container with a terminal has one, of the size it is given',
    because: 'kubectl attach -it and kubectl run -it work in it',
    check: async bed => {
      const pod = await bed.pod();
      const container = await pod.start(bed.container(['sh', '-c', ASK], { tty: true, stdin: true }));
      const { stdin } = container;
      assert.ok(stdin, 'it has an input');
      const said = await converse({
        stdin,
        stdout: container.stdout,
        exited: container.exited,
        resize: size => container.resize(size),
      });
      assert.match(said, /33 111\s+<typed>/);
      await pod.stop();
    },
  },
];
