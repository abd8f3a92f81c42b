import { type ChangeOptions, changeNumber, changesOf, type Pull } from '../../change.ts';
import { CommandError, EXIT, print } from '../../output.ts';

interface Options extends ChangeOptions {
  body: string;
  file?: string;
  line?: string;
  before?: boolean;
}

/** Says something of a change, or of one line of it. */
export async function run(options: Options, [repository = '', text]: string[]): Promise<number> {
  const number = changeNumber(text);
  const { body, file, line, before } = options;
  if ((file === undefined) !== (line === undefined))
    throw new CommandError('--file and --line go together', { exitCode: EXIT.usage });
  if (line !== undefined && !/^[1-9]\d{0,8}$/.test(line))
    throw new CommandError(`--line ${JSON.stringify(line)}: a number from 1 on is allowed`, {
      exitCode: EXIT.usage,
    });
  const { call } = await changesOf(repository, options);
  const { head } = await call<Pull>(`/${number}`);
  const position = before ? 'old_position' : 'new_position';
  const said = file ? { comments: [{ path: file, body, [position]: Number(line) }] } : { body };
  const review = { event: 'COMMENT', commit_id: head.sha, ...said };
  const made = await call(`/${number}/reviews`, { method: 'POST', body: review });
  print(options.output, made, () => `#${number}: ${file ? `said of ${file}:${line}` : 'said'}`);
  return EXIT.done;
}
