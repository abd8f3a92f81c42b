import { Code, Text, Title } from '@mantine/core';
import {
  MATURITY_ASPECTS,
  MATURITY_LEVELS,
  MATURITY_REPORT,
  type MaturityLine,
  type MaturityReport,
  Report,
} from '@slipway/kinds';
import { Link } from '@tanstack/react-router';
import { useLive } from '../../api/live.ts';
import { Health } from '../../ui/health.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Copyable, Problem, SameCommand, Waiting } from '../../ui/notice.tsx';
import { PageTitle } from '../../ui/page-title.tsx';
import { Row, Rows } from '../../ui/rows.tsx';
import { ShowYaml } from '../../ui/show-yaml.tsx';
import './maturity.css';

const STATE = { yes: 'Shown', no: 'Not yet', unknown: 'Unknown' };

/** Where the platform stands on CNCF's maturity model, each line with its evidence, and what to do next. */
export function MaturityPage() {
  const { items, error } = useLive(Report, MATURITY_REPORT);
  if (error) return <Problem title="The report could not be read">{error}</Problem>;
  if (!items) return <Waiting what="reading the report" />;
  const [report] = items;
  const maturity = report?.status?.maturity;
  if (!maturity) return <Waiting what="the report is being made" />;
  return (
    <>
      <PageTitle>Maturity</PageTitle>
      <Text c="dimmed" mb="md">
        The five aspects of CNCF’s platform engineering maturity model. Every line is measured here or
        somebody’s dated word; unknown is an answer. Changed <Moment time={report.status?.at} />.
      </Text>
      <Aspects maturity={maturity} />
      <Improvements maturity={maturity} />
      <Lines lines={maturity.lines} />
      <Copyable
        label="Give your word on a line that nothing measures"
        text={'slipway maturity --attest team-with-budget --statement "three of us, paid for until 2027"'}
      />
      <SameCommand command="slipway maturity" />
      <ShowYaml object={report} />
    </>
  );
}

/** Each level by its own lines; an aspect stands at a level when those below are shown as well. */
function Aspects({ maturity }: { maturity: MaturityReport }) {
  return (
    <Rows label="Aspects" columns={['Aspect', 'Stands at', ...MATURITY_LEVELS.map(capital)]}>
      {maturity.aspects.map(({ aspect, level }) => (
        <Row
          key={aspect}
          cells={[
            capital(aspect),
            level ? capital(level) : 'None shown yet',
            ...MATURITY_LEVELS.map(each => (
              <Health key={each} word={wordFor(maturity.lines, aspect, each)} />
            )),
          ]}
        />
      ))}
    </Rows>
  );
}

function wordFor(lines: MaturityLine[], aspect: string, level: string): string {
  const own = lines.filter(line => line.aspect === aspect && line.level === level);
  if (own.every(({ state }) => state === 'yes')) return STATE.yes;
  return own.some(({ state }) => state === 'no') ? STATE.no : STATE.unknown;
}

function Improvements({ maturity }: { maturity: MaturityReport }) {
  const next = maturity.lines.filter(({ id }) => maturity.improvements.includes(id));
  if (next.length === 0) return null;
  return (
    <section className="section">
      <Title order={2} size="h4" mb="xs">
        What to do next
      </Title>
      <ul className="improvements">
        {next.map(line => (
          <li key={line.id}>
            <strong>{capital(line.aspect)}</strong> {line.improve}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Lines({ lines }: { lines: MaturityLine[] }) {
  return (
    <section className="section">
      <Title order={2} size="h4" mb="xs">
        Every line
      </Title>
      {MATURITY_ASPECTS.map(aspect => (
        <AspectLines key={aspect} aspect={aspect} lines={lines.filter(line => line.aspect === aspect)} />
      ))}
    </section>
  );
}

function AspectLines({ aspect, lines }: { aspect: string; lines: MaturityLine[] }) {
  return (
    <div className="aspect">
      <Title order={3} size="h5" mb="xs">
        {capital(aspect)}
      </Title>
      <Rows label={`Lines on ${aspect}`} columns={['Level', 'Line', 'State', 'Known by', 'Evidence']}>
        {lines.map(line => (
          <Row
            key={line.id}
            cells={[
              capital(line.level),
              <Statement key="line" line={line} />,
              <Health key="state" word={STATE[line.state]} />,
              line.basis === 'none' ? '' : line.basis,
              <Evidence key="evidence" line={line} />,
            ]}
          />
        ))}
      </Rows>
    </div>
  );
}

/** With the id that an attestation names, where somebody's word would count. */
function Statement({ line }: { line: MaturityLine }) {
  if (line.basis === 'measured') return <>{line.statement}</>;
  return (
    <>
      {line.statement} <Code>{line.id}</Code>
    </>
  );
}

function Evidence({ line }: { line: MaturityLine }) {
  const { evidence, found } = line;
  if (evidence && /^\/(?!\/)/.test(evidence)) return <Link to={evidence}>{found}</Link>;
  if (evidence && /^https:\/\//.test(evidence))
    return (
      <a href={evidence} rel="noreferrer">
        {found}
      </a>
    );
  return <>{evidence ? `${found} (${evidence})` : found}</>;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
