// The real Prometheus as a plain process; its pages are not built, its API is.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ask, freePorts, type PlainProcess, startProcess, untilReady } from '../plain-process.ts';
import { toolFolder } from './cache.ts';

const READY_MS = 30_000;

export interface Prometheus {
  url: string;
  process: PlainProcess;
  /** An instant query; the samples, by their labels. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: number }[]>;
  stop(): Promise<void>;
}

/** Undefined when it is not on this machine. `configuration` is prometheus.yml, as an object. */
export async function startPrometheus(
  folder: string,
  configuration: object,
): Promise<Prometheus | undefined> {
  const tool = toolFolder('prometheus');
  if (!tool) return undefined;
  const [port] = await freePorts(1);
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'prometheus.yml');
  // JSON is YAML.
  await writeFile(config, JSON.stringify(configuration));
  const started = startProcess({
    name: 'prometheus',
    command: join(tool, 'prometheus'),
    args: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'prometheus-data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    folder,
  });
  await untilReady(started, READY_MS, async () => (await ask(`${url}/-/ready`)).status === 200);
  return {
    url,
    process: started,
    async query(expression) {
      const { body } = await ask(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`);
      const { data } = JSON.parse(body) as {
        data: { result: { metric: Record<string, string>; value: [number, string] }[] };
      };
      return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    stop: () => started.stop(),
  };
}
