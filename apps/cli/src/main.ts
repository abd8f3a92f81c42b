import { runRender } from './run-render.ts';

const isBundle = import.meta.filename.endsWith('.mjs');

async function main(words: string[]): Promise<void> {
  if (isBundle && words[0] === 'render') return runRender(import.meta.dirname, words);
  // What was compiled once is kept beside the bundle (where that can be written): half of a short command's time.
  if (isBundle)
    process.getBuiltinModule('node:module').enableCompileCache?.(`${import.meta.dirname}/compiled`);
  const { runWords } = await import('./every-command.ts');
  await runWords(words);
}

await main(process.argv.slice(2));
